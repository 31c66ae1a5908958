#include "sync/server/command/people_credential.h"

#include "core/domain/date.h"
#include "sync/server/command/lookup.h"
#include "sync/server/store/credential.h"

#include <string.h>

static enum err book(struct command_context *context, uint32_t person_no, int32_t until_day,
                     const char *day)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    TRY(credential_write(context->arena, context->store, person_no, until_day, now_ms));
    TRY(hq_audit(context->store, now_ms, context->actor, "people credential",
                 str_format(context->arena, "person %u %s", person_no, day)));
    return hq_commit(context->store);
}

enum command_exit people_credential(struct command_context *context, const char *code,
                                    const char *day)
{
    uint32_t person_no = 0;
    int32_t until_day = 0;
    if (code == NULL || day == NULL ||
        (strcmp(day, "none") != 0 && date_from_text(str_from(day), &until_day) != OK)) {
        return command_usage(context);
    }
    enum command_exit exit = lookup_person(context, code, &person_no);
    if (exit != COMMAND_ok) {
        return exit;
    }
    enum err err = book(context, person_no, until_day, day);
    if (err != OK) {
        if (hq_is_in_transaction(context->store)) {
            hq_rollback(context->store);
        }
        return command_err(context, err);
    }
    if (until_day == 0) {
        command_say(context,
                    COMMAND_TEXT("hq.say.credential_none", lang_value_text("person", code)));
    } else {
        command_say(context, COMMAND_TEXT("hq.say.credential", lang_value_text("person", code),
                                          lang_value_text("day", day)));
    }
    return COMMAND_ok;
}
