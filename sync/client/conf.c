#include "sync/client/conf.h"

#include "core/os/os.h"

enum { CONF_SIZE_MAX = 4096 };

const char *conf_endpoint(struct arena *arena, struct str url)
{
    size_t size = url.size - (url.size > 0 && url.bytes[url.size - 1] == '/' ? 1 : 0);
    return str_format(arena, "%.*s%s", (int)size, url.bytes, LAYOUT_ENDPOINT);
}

static enum err read_line(struct arena *arena, struct str key, struct str value, struct conf *conf)
{
    if (str_is(key, "url")) {
        conf->url = conf_endpoint(arena, value);
    } else if (str_is(key, "pin")) {
        return str_copy(conf->trust.pin, sizeof conf->trust.pin, value) ? OK : ERR_malformed;
    } else if (str_is(key, "pin_next")) {
        return str_copy(conf->trust.pin_next, sizeof conf->trust.pin_next, value) ? OK
                                                                                  : ERR_malformed;
    } else if (str_is(key, "photos")) {
        for (int photos = 0; photos < LAYOUT_PHOTOS_COUNT; photos++) {
            if (str_is(value, layout_photos_name((enum layout_photos)photos))) {
                conf->photos = (enum layout_photos)photos;
            }
        }
    }
    return OK;
}

/* The tablet's own certificate and its key. */
static enum err read_certificate(struct arena *arena, const char *spool, struct conf *conf)
{
    struct transport_trust *trust = &conf->trust;
    const char *path = os_path(arena, spool, LAYOUT_CERTIFICATE);
    const char *key_path = os_path(arena, spool, LAYOUT_CERTIFICATE_KEY);
    int64_t key_at_ms = 0;
    enum err err = os_file_facts(path, NULL, &trust->certificate_at_ms);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    if (!str_copy(trust->certificate_path, sizeof trust->certificate_path, str_from(path)) ||
        !str_copy(trust->key_path, sizeof trust->key_path, str_from(key_path))) {
        return ERR_too_long;
    }
    if (!os_file_is_private(key_path, false) || os_file_facts(key_path, NULL, &key_at_ms) != OK) {
        conf->is_certificate_unusable = true;
        return OK;
    }
    /* Either may be put there first; both have to be counted. */
    trust->certificate_at_ms += key_at_ms;
    return OK;
}

enum err conf_read(struct arena *arena, const char *spool, struct conf *conf_out)
{
    *conf_out = (struct conf){.photos = LAYOUT_PHOTOS_wifi};
    struct str text;
    enum err err = os_file_read(arena, os_path(arena, spool, LAYOUT_CONF), CONF_SIZE_MAX, &text);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    const char *ca_path = os_path(arena, spool, LAYOUT_CA);
    if (os_file_exists(ca_path) &&
        !str_copy(conf_out->trust.ca_path, sizeof conf_out->trust.ca_path, str_from(ca_path))) {
        return ERR_too_long;
    }
    TRY(read_certificate(arena, spool, conf_out));
    struct str line;
    while (str_split(&text, '\n', &line)) {
        struct str key;
        if (str_split(&line, '=', &key) && line.size > 0) {
            TRY(read_line(arena, key, line, conf_out));
        }
    }
    return OK;
}
