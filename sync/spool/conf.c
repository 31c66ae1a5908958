/* sync/spool/conf.c -- agent.conf: all that the agent is told. It knows where, by which TLS
 * key, and whom by the short hash of headquarters' key, for its log; it could not
 * open an answer. */
#include "core/base/buf.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/proto/enrol.h"
#include "sync/spool/spool_private.h"

#include <string.h>

enum { CONF_SIZE_MAX = 4096 };

static enum err read_photos(struct spool *spool, enum layout_photos *photos_out)
{
    struct str text;
    TRY(store_setting_bytes(spool->journey->store, spool->journey->arena, SETTING_photos, &text));
    *photos_out = LAYOUT_PHOTOS_wifi;
    for (int photos = 0; photos < LAYOUT_PHOTOS_COUNT; photos++) {
        if (str_is(text, layout_photos_name((enum layout_photos)photos))) {
            *photos_out = (enum layout_photos)photos;
        }
    }
    return OK;
}

/* The TLS keys as headquarters said last; without its word that of the code. A tablet whose code
 * has none trusts authorities, and goes on doing so. */
static enum err add_pins(struct spool *spool, const struct enrol_payload *payload,
                         const char **text)
{
    static const char *const names[] = {"pin", "pin_next"};
    struct arena *arena = spool->journey->arena;
    struct str pins;
    TRY(store_setting_bytes(spool->journey->store, arena, SETTING_hq_tls_pins, &pins));
    if (pins.size == 0 || pins.size % ENROL_PIN_SIZE != 0) {
        pins = (struct str){(const char *)payload->pin, sizeof payload->pin};
    }
    for (size_t i = 0; payload->has_pin && i < COUNT(names) && i < pins.size / ENROL_PIN_SIZE;
         i++) {
        char hex[2 * ENROL_PIN_SIZE + 1];
        buf_to_hex(hex, pins.bytes + i * ENROL_PIN_SIZE, ENROL_PIN_SIZE);
        *text = str_format(arena, "%s%s=%s\n", *text, names[i], hex);
    }
    return OK;
}

static const char *conf_text(struct arena *arena, const struct enrol_payload *payload,
                             enum layout_photos photos)
{
    uint64_t hash = chain_short_hash(payload->hq.bytes, sizeof payload->hq.bytes);
    const char *text = str_format(arena, "url=%s\nhq=%016llx\nphotos=%s\n", payload->url,
                                  (unsigned long long)hash, layout_photos_name(photos));
    return text;
}

bool spool_code_read(struct spool *spool, struct str text, struct enrol_payload *payload_out)
{
    enum wire wire = enrol_payload_from_text(payload_out, text);
    spool->is_code_damaged = wire != WIRE_ok;
    if (wire != WIRE_ok) {
        log_line(LOG_error, "spool", "the stored enrolment code cannot be read: %s",
                 wire_name(wire));
    }
    return wire == WIRE_ok;
}

static enum err write_conf(struct spool *spool)
{
    struct arena *arena = spool->journey->arena;
    struct str payload_text;
    TRY(store_setting_bytes(spool->journey->store, arena, SETTING_enrol_payload, &payload_text));
    if (payload_text.size == 0) {
        return OK; /* nobody has shown a code yet */
    }
    struct enrol_payload payload;
    enum layout_photos photos;
    if (!spool_code_read(spool, payload_text, &payload)) {
        return OK; /* the agent keeps what it was told before */
    }
    TRY(read_photos(spool, &photos));
    const char *text = conf_text(arena, &payload, photos);
    TRY(add_pins(spool, &payload, &text));
    const char *path = os_path(arena, spool->folder, LAYOUT_CONF);
    struct str held;
    enum err err = os_file_read(arena, path, CONF_SIZE_MAX, &held);
    if (err == OK && str_is(held, text)) {
        return OK;
    }
    if (err != OK && err != ERR_not_found && err != ERR_too_long) {
        return err;
    }
    return os_file_replace(path, text, strlen(text));
}

enum err spool_write_conf(struct spool *spool)
{
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = write_conf(spool);
    arena_rollback(spool->journey->arena, mark);
    return err;
}

enum err spool_set_photos(struct spool *spool, enum layout_photos photos)
{
    TRY(store_setting_set_text(spool->journey->store, SETTING_photos, layout_photos_name(photos)));
    return spool_write_conf(spool);
}

enum err spool_photos(struct spool *spool, enum layout_photos *photos_out)
{
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = read_photos(spool, photos_out);
    arena_rollback(spool->journey->arena, mark);
    return err;
}
