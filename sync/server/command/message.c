/* doorstep-hq message: a text to one collector's tablets, or to all; with an answer wanted,
 * perhaps until a time. Who has read and answered it: doorstep-hq messages. */
#include "core/domain/date.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/lookup.h"
#include "sync/server/store/ingest.h"

enum { MESSAGE_SIZE_MAX = 2000, NAME_SIZE_MAX = 64 };

static const char *const options[] = {"--person", "--case", "--client", "--from", "--by", NULL};
static const char *const plain[] = {"--all", "--answer", NULL};

static enum err send(struct command_context *context, const struct ingest_letter *letter)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    struct ingest *ingest = ingest_start(context->arena, context->store, now_ms);
    enum err err = ingest_message(ingest, letter);
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    TRY(hq_audit(context->store, now_ms, context->actor, "message",
                 str_format(context->arena, "person %u case %llu%s", (unsigned)letter->person_no,
                            (unsigned long long)letter->case_no,
                            letter->wants_answer ? " answer wanted" : "")));
    return hq_commit(context->store);
}

/* "2026-11-23 18:00" by headquarters' clock; a day alone means until its end. Not in the past. */
static enum command_exit read_until(struct command_context *context, const char *word,
                                    int64_t *at_ms_out)
{
    enum { DAY_END_MINUTE = 23 * 60 + 59 };
    struct str rest = str_from(word);
    struct str day_text, hour_text, minute_text;
    int32_t day = 0;
    int64_t hour = 0;
    int64_t minute = DAY_END_MINUTE;
    bool is_good = str_split(&rest, ' ', &day_text) && date_from_text(day_text, &day) == OK;
    if (is_good && rest.size > 0) {
        is_good = str_split(&rest, ':', &hour_text) && str_split(&rest, ':', &minute_text) &&
                  rest.size == 0 && str_to_i64(hour_text, &hour) == OK && hour >= 0 && hour < 24 &&
                  str_to_i64(minute_text, &minute) == OK && minute >= 0 && minute < 60;
    }
    int32_t offset_minutes = 0;
    if (is_good) {
        enum err err = lookup_offset(context, &offset_minutes);
        if (err != OK) {
            return command_err(context, err);
        }
        *at_ms_out = date_instant(day, (int32_t)(hour * 60 + minute), offset_minutes);
        is_good = *at_ms_out > clock_now_ms(context->clock);
    }
    return is_good ? COMMAND_ok
                   : command_fail(context, COMMAND_usage,
                                  COMMAND_TEXT("hq.fail.answer_by", lang_value_text("word", word)));
}

enum command_exit message_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *person = command_option(context, "--person");
    const char *about = command_option(context, "--case");
    const char *body = command_word(context, options, 0);
    bool is_for_all = command_has(context, "--all");
    if (body == NULL || body[0] == '\0' || command_word(context, options, 1) != NULL ||
        (person != NULL) == is_for_all) {
        return command_usage(context);
    }
    struct str text = str_from(body);
    if (!str_is_utf8(text) || text.size > MESSAGE_SIZE_MAX) {
        return command_err(context, text.size > MESSAGE_SIZE_MAX ? ERR_too_long : ERR_bad_text);
    }
    const char *until = command_option(context, "--by");
    struct ingest_letter letter = {
        .body = text, .wants_answer = until != NULL || command_has(context, "--answer")};
    enum command_exit code =
        person != NULL ? lookup_person(context, person, &letter.person_no) : COMMAND_ok;
    if (code == COMMAND_ok) {
        code = guard_owner(context, letter.person_no); /* who leads a team does not write to all */
    }
    if (code == COMMAND_ok && about != NULL) {
        code = lookup_case(context, about, &letter.case_no);
    }
    if (code == COMMAND_ok && until != NULL) {
        code = read_until(context, until, &letter.answer_by_at_ms);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    const char *from = command_option(context, "--from");
    letter.from_name = str_from(from != NULL ? from : "");
    if (letter.from_name.size > NAME_SIZE_MAX || !str_is_utf8(letter.from_name)) {
        return command_err(context, ERR_too_long);
    }
    enum err err = send(context, &letter);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context, COMMAND_LINE("hq.say.message"));
    return COMMAND_ok;
}
