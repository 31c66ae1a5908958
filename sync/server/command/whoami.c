/* doorstep-hq whoami: who is signed in here, and with which roles. */
#include "sync/server/command/alarms.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/role_words.h"
#include "sync/server/staff/account.h"

enum command_exit whoami_command(struct command_context *context)
{
    if (!command_options_are_known(context, NULL, NULL)) {
        return COMMAND_usage;
    }
    static const struct listing_column columns[] = {{"code", "hq.column.code"},
                                                    {"name", "hq.column.name"},
                                                    {"roles", "office.column.roles"},
                                                    {"must_choose", "office.column.must_choose"},
                                                    {"alarms", "office.column.alarms"}};
    bool must_change = false;
    int64_t alarm_count = 0;
    struct listing listing;
    enum err err = account_must_change(context->store, context->person.person_no, &must_change);
    if (err == OK) {
        err = alarms_waiting(context, &alarm_count);
    }
    if (err == OK) {
        err = listing_start(&listing, context, columns, COUNT(columns));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    listing_text(&listing, str_from(context->person.code));
    listing_text(&listing, str_from(context->person.name));
    listing_text(&listing, str_from(role_words(context, &context->person)));
    listing_key(&listing, must_change ? "hq.word.yes" : "hq.word.no", must_change ? "yes" : "no");
    listing_number(&listing, alarm_count);
    listing_end(&listing);
    return COMMAND_ok;
}
