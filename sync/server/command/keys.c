/* doorstep-hq keys: headquarters' own keys. Each signs the next, so that tablets take the next one
 * over when they synchronise; nobody visits them. */
#include "core/base/buf.h"
#include "core/os/os.h"
#include "sync/proto/enrol.h"
#include "sync/server/api/api.h"
#include "sync/server/command/key_file.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/recovery_key.h"
#include "sync/server/http/tls.h"

#include <string.h>

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"number", "hq.column.number"},
        {"made_at_ms", "hq.column.at"},
        {"fingerprint", "hq.column.fingerprint"},
        {"state", "hq.column.state"},
    };
    struct keyring *ring = ARENA_NEW(context->arena, struct keyring);
    enum command_exit code = key_file_read(context, ring);
    if (code != COMMAND_ok) {
        return code;
    }
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    for (size_t i = 0; i < ring->count; i++) {
        bool is_present = i + 1 == ring->count;
        char fingerprint[ENROL_FINGERPRINT_SIZE];
        enrol_fingerprint(fingerprint, &ring->items[i].keys.public_key);
        listing_number(&listing, (int64_t)i + 1);
        listing_instant(&listing, ring->items[i].made_at_ms);
        listing_text(&listing, str_from(arena_text(context->arena, fingerprint)));
        listing_key(&listing, is_present ? "hq.key.present" : "hq.key.earlier",
                    is_present ? "present" : "earlier");
    }
    listing_end(&listing);
    return COMMAND_ok;
}

/* ---- the next key ---- */

struct rotation {
    struct command_context *context;
    struct keyring *ring; /* with the next key as its last */
    bool is_handed;       /* the file is not headquarters' own to write */
};

/* The line of the log first: a key that nobody wrote down is never used. */
static enum err rotate_on_writer(void *given, struct hq_store *store)
{
    struct rotation *rotation = given;
    struct command_context *context = rotation->context;
    char fingerprint[ENROL_FINGERPRINT_SIZE];
    enrol_fingerprint(fingerprint, &keyring_newest(rotation->ring)->public_key);
    TRY(hq_begin(store));
    TRY(hq_audit(store, clock_now_ms(context->clock), context->actor, "keys rotate",
                 str_format(context->arena, "key %zu: %s", rotation->ring->count, fingerprint)));
    TRY(hq_commit(store));
    TRY(api_keyring_write(context->arena, context->data_folder, rotation->ring));
    if (rotation->is_handed) { /* used once it is in place: a restart must find it */
        return OK;
    }
    if (context->api != NULL) {
        api_rekey(context->api, rotation->ring);
    }
    return api_strongbox(store, rotation->ring);
}

static enum command_exit rotate(struct command_context *context)
{
    struct rotation rotation = {.context = context,
                                .ring = ARENA_NEW(context->arena, struct keyring)};
    enum command_exit code = key_file_read(context, rotation.ring);
    if (code != COMMAND_ok) {
        return code;
    }
    (void)api_key_path(context->arena, context->data_folder, &rotation.is_handed);
    enum err err = keyring_add(rotation.ring, context->rng, clock_now_ms(context->clock));
    if (err == ERR_too_many) {
        return command_fail(
            context, COMMAND_failed,
            COMMAND_TEXT("hq.fail.keys_full", lang_value_count("count", KEYRING_MAX)));
    }
    if (err == OK) {
        err = command_on_writer(context, rotate_on_writer, &rotation);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    char fingerprint[ENROL_FINGERPRINT_SIZE];
    enrol_fingerprint(fingerprint, &keyring_newest(rotation.ring)->public_key);
    command_say(context,
                COMMAND_TEXT(rotation.is_handed ? "hq.say.key_made_next" : "hq.say.key_made",
                             lang_value_count("number", (int64_t)rotation.ring->count),
                             lang_value_text("fingerprint", fingerprint)));
    if (rotation.is_handed) {
        command_say(context, COMMAND_TEXT("hq.say.key_next_file",
                                          lang_value_text("file", os_path(context->arena,
                                                                          context->data_folder,
                                                                          API_KEY_NEXT_FILE))));
        return COMMAND_ok;
    }
    command_say(context, COMMAND_LINE("hq.say.key_file"));
    return COMMAND_ok;
}

/* ---- the next TLS key ---- */

struct announcement {
    struct command_context *context;
    char pin[2 * TLS_PIN_SIZE + 1];
};

static enum err announce_on_writer(void *given, struct hq_store *store)
{
    const struct announcement *announcement = given;
    struct command_context *context = announcement->context;
    TRY(hq_begin(store));
    TRY(hq_setting_set(store, "server.pin_next", announcement->pin));
    struct hq_query tell = hq_query(store, SQL_HQ_proof_tell_holders);
    TRY(hq_run(&tell));
    TRY(hq_audit(store, clock_now_ms(context->clock), context->actor, "keys tls-next",
                 announcement->pin));
    return hq_commit(store);
}

static enum command_exit announce(struct command_context *context, const char *file)
{
    struct announcement announcement = {.context = context};
    uint8_t pin[TLS_PIN_SIZE];
    enum err err = tls_pin(context->arena, command_path(context, file), pin);
    if (err != OK) {
        return command_fail(
            context, COMMAND_usage,
            COMMAND_TEXT(err == ERR_malformed ? "hq.fail.tls_malformed" : "hq.fail.tls_file",
                         lang_value_text("certificate", file), lang_value_text("key", file)));
    }
    buf_to_hex(announcement.pin, pin, sizeof pin);
    err = command_on_writer(context, announce_on_writer, &announcement);
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("hq.say.tls_next", lang_value_text("certificate", file)));
    return COMMAND_ok;
}

enum command_exit keys_command(struct command_context *context)
{
    const char *verb = command_word(context, NULL, 0);
    const char *file = command_word(context, NULL, 1);
    if (!command_options_are_known(context, NULL, NULL)) {
        return COMMAND_usage;
    }
    if (verb == NULL || (strcmp(verb, "list") == 0 && file == NULL)) {
        return list(context);
    }
    if (strcmp(verb, "rotate") == 0 && file == NULL) {
        return rotate(context);
    }
    if (strcmp(verb, "recovery") == 0) {
        return recovery_key_command(context);
    }
    if (strcmp(verb, "tls-next") == 0 && file != NULL && command_word(context, NULL, 2) == NULL) {
        return announce(context, file);
    }
    return command_usage(context);
}
