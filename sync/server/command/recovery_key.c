/* keys recovery: backups that headquarters itself cannot open. */
#include "sync/server/command/recovery_key.h"

#include "core/base/buf.h"
#include "core/os/os.h"
#include "sync/server/command/listing.h"

#include <sodium.h>
#include <string.h>

static const char SETTING[] = "backup.recovery_key";

enum { HEX_SIZE = 2 * SEALED_KEY_SIZE + 1, FILE_SIZE_MAX = 64 * 1024 };

enum err recovery_key_get(struct command_context *context, struct sealed_public *public_out,
                          bool *is_set_out)
{
    const char *hex = "";
    TRY(hq_setting(context->arena, context->store, SETTING, "", &hex));
    *is_set_out = hex[0] != '\0';
    if (!*is_set_out) {
        return OK;
    }
    /* A key that cannot be read must not mean backups in clear. */
    return strlen(hex) == HEX_SIZE - 1 &&
                   buf_from_hex(public_out->bytes, sizeof public_out->bytes, hex) == OK
               ? OK
               : ERR_corrupt;
}

/* ---- the file of the private half ---- */

enum command_exit recovery_key_read(struct command_context *context, const char *name,
                                    struct sealed_secret secrets_out[SEALED_KEYS_MAX],
                                    size_t *count_out)
{
    struct str text;
    *count_out = 0;
    enum err err = os_file_read(context->arena, command_path(context, name), FILE_SIZE_MAX, &text);
    if (err == ERR_not_found || err == ERR_io || err == ERR_not_allowed) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.read", lang_value_text("file", name)));
    }
    size_t at = 0;
    while (err == OK && at < text.size && *count_out < SEALED_KEYS_MAX) {
        size_t end = at;
        while (end < text.size && text.bytes[end] != '\n' && text.bytes[end] != '\r') {
            end++;
        }
        char hex[HEX_SIZE];
        if (end - at == HEX_SIZE - 1 &&
            str_copy(hex, sizeof hex, (struct str){text.bytes + at, end - at}) &&
            buf_from_hex(secrets_out[*count_out].bytes, SEALED_KEY_SIZE, hex) == OK) {
            (*count_out)++;
        }
        sodium_memzero(hex, sizeof hex);
        at = end + 1;
    }
    if (err == OK) {
        sodium_memzero((char *)text.bytes, text.size);
    }
    if (*count_out == 0) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("hq.fail.recovery_file", lang_value_text("file", name)));
    }
    return COMMAND_ok;
}

static const char *hex_of(struct command_context *context, const struct sealed_public *public)
{
    char *hex = arena_alloc(context->arena, HEX_SIZE);
    buf_to_hex(hex, public->bytes, sizeof public->bytes);
    return hex;
}

enum command_exit recovery_key_tell(struct command_context *context, const char *name, enum err err,
                                    const struct sealed_fault *fault)
{
    static const char *const keys[] = {
        [SEALED_FAULT_none] = NULL,
        [SEALED_FAULT_strange] = "hq.fail.sealed_strange",
        [SEALED_FAULT_cut] = "hq.fail.sealed_cut",
        [SEALED_FAULT_changed] = "hq.fail.sealed_changed",
        [SEALED_FAULT_wrong_key] = "hq.fail.sealed_wrong_key",
    };
    if ((err != ERR_corrupt && err != ERR_wrong_key) || keys[fault->kind] == NULL) {
        return err == ERR_not_found
                   ? command_fail(context, COMMAND_not_found,
                                  COMMAND_TEXT("hq.fail.no_backup", lang_value_text("file", name)))
                   : command_err(context, err);
    }
    return command_fail(context, COMMAND_found,
                        COMMAND_TEXT(keys[fault->kind], lang_value_text("file", name),
                                     lang_value_count("at", (int64_t)fault->at),
                                     lang_value_text("key", hex_of(context, &fault->to))));
}

/* ---- the command ---- */

struct change {
    struct command_context *context;
    const char *hex; /* empty: none any more */
};

static enum err set_on_writer(void *given, struct hq_store *store)
{
    const struct change *change = given;
    const struct command_context *context = change->context;
    TRY(hq_begin(store));
    TRY(hq_setting_set(store, SETTING, change->hex));
    TRY(hq_audit(store, clock_now_ms(context->clock), context->actor, "keys recovery",
                 change->hex[0] != '\0' ? change->hex : "off"));
    return hq_commit(store);
}

static enum command_exit set(struct command_context *context, const char *hex)
{
    struct change change = {.context = context, .hex = hex};
    enum err err = command_on_writer(context, set_on_writer, &change);
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT(hex[0] != '\0' ? "hq.say.recovery_set" : "hq.say.recovery_off",
                             lang_value_text("key", hex)));
    return COMMAND_ok;
}

static enum command_exit set_given(struct command_context *context, const char *hex)
{
    struct sealed_public public;
    if (strlen(hex) != HEX_SIZE - 1 || buf_from_hex(public.bytes, sizeof public.bytes, hex) != OK) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE("hq.fail.recovery_hex"));
    }
    return set(context, hex_of(context, &public));
}

static enum command_exit make(struct command_context *context, const char *name)
{
    const char *path = command_path(context, name);
    struct sealed_public public;
    struct sealed_secret secret;
    char hex[HEX_SIZE];
    if (os_file_exists(path)) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.file_exists", lang_value_text("file", name)));
    }
    sealed_pair_make(&public, &secret);
    buf_to_hex(hex, secret.bytes, sizeof secret.bytes);
    char *text = str_format(context->arena, "Doorstep recovery key; public half %s\n%s\n",
                            hex_of(context, &public), hex);
    enum err err = os_file_replace(path, text, strlen(text));
    sodium_memzero(text, strlen(text));
    sodium_memzero(hex, sizeof hex);
    sodium_memzero(&secret, sizeof secret);
    if (err != OK) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.write", lang_value_text("file", name)));
    }
    enum command_exit code = set(context, hex_of(context, &public));
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT("hq.say.recovery_file", lang_value_text("file", name)));
    }
    return code;
}

static enum command_exit show(struct command_context *context)
{
    struct sealed_public public;
    bool is_set = false;
    enum err err = recovery_key_get(context, &public, &is_set);
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT(is_set ? "hq.say.recovery_is" : "hq.say.recovery_none",
                             lang_value_text("key", is_set ? hex_of(context, &public) : "")));
    return COMMAND_ok;
}

enum command_exit recovery_key_command(struct command_context *context)
{
    const char *verb = command_word(context, NULL, 1);
    const char *value = command_word(context, NULL, 2);
    if (command_word(context, NULL, 3) != NULL) {
        return command_usage(context);
    }
    if (verb == NULL) {
        return show(context);
    }
    if (strcmp(verb, "off") == 0 && value == NULL) {
        return set(context, "");
    }
    if (strcmp(verb, "set") == 0 && value != NULL) {
        return set_given(context, value);
    }
    if (strcmp(verb, "new") == 0 && value != NULL) {
        return make(context, value);
    }
    return command_usage(context);
}
