#include "sync/server/command/device_revoke.h"

#include "sync/server/store/revocation.h"

static enum err revoke_in_transaction(struct command_context *context, int64_t device_no,
                                      bool *is_done_out)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    struct ingest *ingest = ingest_start(context->arena, context->store, now_ms);
    enum err err = revocation_revoke(ingest, (uint32_t)device_no, is_done_out);
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    if (*is_done_out) {
        TRY(hq_audit(context->store, now_ms, context->actor, "revoke",
                     str_format(context->arena, "device %lld", (long long)device_no)));
    }
    return hq_commit(context->store);
}

enum command_exit device_revoke(struct command_context *context, int64_t device_no,
                                bool *is_known_out)
{
    enum err err = revoke_in_transaction(context, device_no, is_known_out);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    if (!*is_known_out) {
        return COMMAND_ok;
    }
    command_say(context, COMMAND_TEXT("hq.say.revoked", lang_value_count("device", device_no)));
    const char *missed = NULL;
    err = revocation_keep(context->arena, context->store, context->data_folder, &missed);
    if (err != OK) {
        return command_err(context, err);
    }
    return missed == NULL ? COMMAND_ok
                          : command_fail(context, COMMAND_failed,
                                         COMMAND_TEXT("hq.fail.revocation_not_kept",
                                                      lang_value_text("folder", missed)));
}
