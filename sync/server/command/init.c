/* doorstep-hq init: a new headquarters in a folder. */
#include "core/domain/date.h"
#include "core/os/os.h"
#include "sync/server/api/api.h"
#include "sync/server/command/lookup.h"

#include <string.h>

static const char *const options[] = {"--name", "--url", "--zone", NULL};

static enum err write_settings(struct command_context *context, const char *name, const char *url,
                               const char *zone)
{
    TRY(hq_begin(context->store));
    struct hq_query query = hq_query(context->store, SQL_HQ_branch_set);
    hq_bind_text(&query, "$name", str_from(name));
    TRY(hq_run(&query));
    TRY(hq_setting_set(context->store, "zone", zone));
    if (url != NULL) {
        TRY(hq_setting_set(context->store, "server.url", url));
    }
    TRY(hq_audit(context->store, clock_now_ms(context->clock), context->actor, "init", ""));
    return hq_commit(context->store);
}

static enum err make(struct command_context *context, const char *name, const char *url,
                     const char *zone)
{
    struct envelope_keys keys;
    TRY(api_keys(context->arena, context->data_folder, true, context->rng, &keys));
    TRY(hq_store_open(&context->store, context->data_folder, HQ_ACCESS_write, true));
    enum err err = write_settings(context, name, url, zone);
    hq_store_close(context->store);
    context->store = NULL;
    return err;
}

enum command_exit init_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *name = command_option(context, "--name");
    const char *zone = command_option(context, "--zone");
    zone = zone != NULL ? zone : "Asia/Shanghai";
    int32_t offset_minutes = 0;
    if (command_word(context, options, 0) != NULL) {
        return command_usage(context);
    }
    if (date_zone_offset(str_from(zone), &offset_minutes) != OK) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("hq.fail.zone", lang_value_text("zone", zone)));
    }
    enum err err = os_folder_make(context->data_folder);
    if (err != OK) {
        return command_err(context, err);
    }
    if (os_file_exists(os_path(context->arena, context->data_folder, "hq.db"))) {
        return command_fail(
            context, COMMAND_failed,
            COMMAND_TEXT("hq.fail.init_again", lang_value_text("folder", context->data_folder)));
    }
    struct os_lock lock;
    err = os_lock_open(&lock, os_path(context->arena, context->data_folder, "hq.lock"));
    if (err == OK) {
        err = make(context, name != NULL ? name : "", command_option(context, "--url"), zone);
        os_lock_close(&lock);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT("hq.say.init", lang_value_text("folder", context->data_folder)));
    return COMMAND_ok;
}
