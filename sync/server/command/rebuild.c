/* doorstep-hq rebuild: every projection again from the journal. */
#include "sync/server/command/lookup.h"
#include "sync/server/store/ingest.h"

static const char *const plain[] = {"--dry-run", NULL};

enum command_exit rebuild_command(struct command_context *context)
{
    if (!command_options_are_known(context, NULL, plain)) {
        return COMMAND_usage;
    }
    if (command_word(context, NULL, 0) != NULL) {
        return command_usage(context);
    }
    bool is_dry = command_has(context, "--dry-run");
    int64_t now_ms = clock_now_ms(context->clock);
    struct ingest_rebuilt rebuilt = {0};
    enum err err = hq_begin(context->store);
    if (err == OK) {
        err = ingest_rebuild(context->store, now_ms, &rebuilt);
    }
    if (err == OK && !is_dry) {
        err = hq_audit(
            context->store, now_ms, context->actor, "rebuild",
            str_format(context->arena, "%llu changed", (unsigned long long)rebuilt.changed_count));
    }
    if (err == OK && !is_dry) {
        err = hq_commit(context->store);
    }
    hq_rollback(context->store); /* of a dry run, or of what failed */
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT(is_dry ? "hq.say.rebuilt_dry" : "hq.say.rebuilt",
                             lang_value_count("facts", (int64_t)rebuilt.fact_count),
                             lang_value_count("cases", (int64_t)rebuilt.case_count),
                             lang_value_count("changed", (int64_t)rebuilt.changed_count),
                             lang_value_count("again", (int64_t)rebuilt.read_again_count)));
    return is_dry && rebuilt.changed_count > 0 ? COMMAND_found : COMMAND_ok;
}
