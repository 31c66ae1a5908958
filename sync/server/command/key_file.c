/* hq.key, and what to say when it is not as it must be. */
#include "sync/server/command/key_file.h"

#include "sync/server/api/api.h"

#include <sodium.h>

static enum command_exit tell(struct command_context *context, enum err err)
{
    bool is_handed = false;
    const char *path = api_key_path(context->arena, context->data_folder, &is_handed);
    const char *key = err == ERR_not_found     ? "hq.fail.key_missing"
                      : err == ERR_not_allowed ? "hq.fail.key_open"
                      : err == ERR_corrupt     ? "hq.fail.key_damaged"
                                               : NULL;
    return key == NULL
               ? command_err(context, err)
               : command_fail(context, err == ERR_not_found ? COMMAND_not_found : COMMAND_failed,
                              COMMAND_TEXT(key, lang_value_text("file", path)));
}

enum command_exit key_file_read(struct command_context *context, struct keyring *ring_out)
{
    enum err err = api_keyring(context->arena, context->data_folder, ring_out);
    return err == OK ? COMMAND_ok : tell(context, err);
}

enum command_exit key_file_lend(struct command_context *context)
{
    struct keyring *ring = ARENA_NEW(context->arena, struct keyring);
    enum err err = api_keyring(context->arena, context->data_folder, ring);
    if (err != OK) {
        return err == ERR_not_found ? COMMAND_ok : tell(context, err);
    }
    err = api_strongbox(context->store, ring);
    sodium_memzero(ring, sizeof *ring);
    return err == OK ? COMMAND_ok : command_err(context, err);
}

enum command_exit key_file_err(struct command_context *context, enum err err)
{
    if (err == ERR_wrong_key) {
        return command_fail(context, COMMAND_failed, COMMAND_LINE("hq.fail.secret_key"));
    }
    return command_err(context, err);
}
