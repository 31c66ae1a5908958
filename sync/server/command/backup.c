/* doorstep-hq backup: a copy that stands alone, checked before it is called one. */
#include "core/os/os.h"
#include "sync/server/command/lookup.h"

static enum err check_copy(const char *path)
{
    const hq_backend *backend = &hq_backend_sqlite;
    void *handle = NULL;
    TRY(backend->open(path, HQ_ACCESS_read, &handle));
    enum err err = backend->check(handle);
    backend->close(handle);
    return err;
}

enum command_exit backup_command(struct command_context *context)
{
    if (!command_options_are_known(context, NULL, NULL)) {
        return COMMAND_usage;
    }
    const char *name = command_word(context, NULL, 0);
    if (name == NULL || command_word(context, NULL, 1) != NULL) {
        return command_usage(context);
    }
    const char *path = command_path(context, name);
    enum err err = hq_backup(context->store, path);
    if (err == ERR_exists) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.file_exists", lang_value_text("file", name)));
    }
    if (err == OK) {
        err = check_copy(path);
    }
    if (err == ERR_io || err == ERR_no_space) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.write", lang_value_text("file", name)));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("hq.say.backup", lang_value_text("file", name)));
    return COMMAND_ok;
}
