#include "sync/server/command/flag_raise.h"

#include "core/event/fold.h"

#include "core/domain/date.h"
#include "sync/server/command/lookup.h"
#include "sync/server/import/wish.h"
#include "sync/server/store/ingest.h"

static enum command_exit bad_option(struct command_context *context, const char *option)
{
    return command_fail(context, COMMAND_usage,
                        COMMAND_TEXT("hq.fail.flag_terms", lang_value_text("option", option)));
}

/* What the options say of the stop; what is absent stays 0. */
static enum command_exit read_terms(struct command_context *context, ds_StatusStated *stated)
{
    const struct {
        const char *option;
        int32_t *day_out;
    } days[] = {{"--from", &stated->from_day}, {"--until", &stated->until_day}};
    const struct {
        const char *option;
        enum err (*read)(struct str text, uint32_t *value_out);
        uint32_t *value_out;
    } wishes[] = {
        {"--not-before", wish_minute, &stated->not_before_minute},
        {"--not-after", wish_minute, &stated->not_after_minute},
        {"--not-weekdays", wish_weekdays, &stated->not_weekdays},
        {"--not-places", wish_places, &stated->not_places},
    };
    for (size_t i = 0; i < COUNT(days); i++) {
        const char *text = command_option(context, days[i].option);
        if (text != NULL && date_from_text(str_from(text), days[i].day_out) != OK) {
            return bad_option(context, days[i].option);
        }
    }
    for (size_t i = 0; i < COUNT(wishes); i++) {
        const char *text = command_option(context, wishes[i].option);
        if (text != NULL && wishes[i].read(str_from(text), wishes[i].value_out) != OK) {
            return bad_option(context, wishes[i].option);
        }
        if (text != NULL && stated->flag != STOP_FLAG_own_times) { /* only this stop has wishes */
            return bad_option(context, wishes[i].option);
        }
    }
    if (stated->until_day != 0 && stated->until_day < stated->from_day) {
        return bad_option(context, "--until");
    }
    bool is_upside_down =
        stated->not_after_minute != 0 && stated->not_after_minute <= stated->not_before_minute;
    return is_upside_down ? bad_option(context, "--not-after") : COMMAND_ok;
}

/* New terms in the place of old ones: the stop is cleared first, as far as it was known, for terms
 * that a tablet has still to tell must not be lost. It takes whoever may clear; from anybody else
 * the stricter of both count. */
static enum command_exit make_clearing(struct command_context *context, const ds_Event *stated,
                                       ds_Event *cleared_out, bool *is_needed_out)
{
    const struct permit_object object = {.branch_no = HQ_BRANCH};
    const ds_CaseState *state = NULL;
    enum command_exit code = lookup_state(context, stated->case_no, &state);
    *is_needed_out = false;
    if (code != COMMAND_ok) {
        return code;
    }
    const ds_Flag *flag = fold_flag(state, stated->kind.status_stated.flag, 0);
    *is_needed_out = flag != NULL && permit_decide(PERMIT_flag_clear, &context->person, &object) ==
                                         PERMIT_ANSWER_yes;
    if (*is_needed_out) {
        *cleared_out =
            (ds_Event){.case_no = stated->case_no, .which_kind = ds_Event_status_cleared_tag};
        ds_StatusCleared *cleared = &cleared_out->kind.status_cleared;
        cleared->flag = flag->flag;
        cleared->has_raised_count = true;
        cleared->raised_count = flag->raised_count;
    }
    return COMMAND_ok;
}

static enum err book_both(struct command_context *context, ds_Event *cleared, ds_Event *stated)
{
    int64_t now_ms = (int64_t)stated->at_ms;
    TRY(hq_begin(context->store));
    struct ingest *ingest = ingest_start(context->arena, context->store, now_ms);
    enum err err = ingest_own(ingest, cleared, NULL);
    if (err == OK) {
        err = ingest_own(ingest, stated, NULL);
    }
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    TRY(hq_audit(context->store, now_ms, context->actor, "flag raise",
                 str_format(context->arena, "case %llu", (unsigned long long)stated->case_no)));
    return hq_commit(context->store);
}

static enum command_exit book(struct command_context *context, ds_Event *stated)
{
    ds_Event *cleared = ARENA_NEW(context->arena, ds_Event);
    bool is_needed = false;
    enum command_exit code = make_clearing(context, stated, cleared, &is_needed);
    if (code != COMMAND_ok || !is_needed) {
        return code != COMMAND_ok ? code : lookup_book(context, stated, "flag raise");
    }
    struct event_fault fault;
    stated->at_ms = (uint64_t)clock_now_ms(context->clock);
    cleared->at_ms = stated->at_ms;
    if (!event_check(stated, &fault)) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("hq.fail.fact", lang_value_text("field", fault.field),
                                         lang_value_key("fault", fault.key)));
    }
    enum err err = book_both(context, cleared, stated);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    return COMMAND_ok;
}

enum command_exit flag_raise_run(struct command_context *context)
{
    const char *word = command_word(context, flag_options, 1);
    const char *flag = command_word(context, flag_options, 2);
    const char *note = command_option(context, "--note");
    ds_Event event = {.which_kind = ds_Event_status_stated_tag};
    ds_StatusStated *stated = &event.kind.status_stated;
    if (flag == NULL || note == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_code(context, CATALOG_stop_flag, flag, &stated->flag);
    if (code == COMMAND_ok) {
        code = read_terms(context, stated);
    }
    if (code == COMMAND_ok) {
        code = lookup_case(context, word, &event.case_no);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, note, stated->note, sizeof stated->note);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, context->actor, stated->by, sizeof stated->by);
    }
    if (code == COMMAND_ok) {
        code = book(context, &event);
    }
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT("hq.say.flag_raised", lang_value_text("case", word),
                                          lang_value_key("flag", catalog_key(CATALOG_stop_flag,
                                                                             stated->flag))));
    }
    return code;
}
