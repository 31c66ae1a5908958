/* doorstep-hq assign: cases to people, by the rule or by hand. */
#include "sync/server/import/assign.h"

#include "core/base/str.h"
#include "core/domain/date.h"
#include "sync/server/command/command.h"
#include "sync/server/command/lookup.h"
#include "sync/server/import/import_batch.h"

static const char *const options_with_value[] = {"--from", "--to", "--case", "--explain", NULL};
static const char *const options_plain[] = {"--dry-run", NULL};

static enum command_exit person_missing(struct command_context *context, const char *code)
{
    return command_fail(context, COMMAND_not_found,
                        COMMAND_TEXT("assign.fail.person", lang_value_text("code", code)));
}

/* The case an option names, or NULL with the failure told. */
static struct assign_case *case_of(struct command_context *context, const struct assign_plan *plan,
                                   const char *ref)
{
    bool is_ambiguous;
    struct assign_case *one = assign_case_find(plan, str_from(ref), &is_ambiguous);
    if (one == NULL) {
        (void)command_fail(context, COMMAND_not_found,
                           COMMAND_TEXT(is_ambiguous ? "assign.fail.several" : "assign.fail.case",
                                        lang_value_text("case", ref)));
    }
    return one;
}

/* Sets the plan by hand. COMMAND_ok, or the failure told. */
static enum command_exit plan_by_hand(struct command_context *context, struct assign_plan *plan)
{
    const char *from = command_option(context, "--from");
    const char *to = command_option(context, "--to");
    const char *ref = command_option(context, "--case");
    if (to == NULL || (from == NULL) == (ref == NULL)) {
        return command_usage(context);
    }
    struct assign_person *to_person = assign_person_find(plan, str_from(to));
    if (to_person == NULL) {
        return person_missing(context, to);
    }
    if (!to_person->can_work) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("assign.fail.cannot_work", lang_value_text("code", to)));
    }
    if (ref != NULL) {
        struct assign_case *one = case_of(context, plan, ref);
        if (one == NULL) {
            return COMMAND_not_found;
        }
        if (!one->is_open) {
            return command_fail(context, COMMAND_failed,
                                COMMAND_TEXT("assign.fail.not_open", lang_value_text("case", ref)));
        }
        assign_move(plan, one, to_person);
        return COMMAND_ok;
    }
    struct assign_person *from_person = assign_person_find(plan, str_from(from));
    if (from_person == NULL) {
        return person_missing(context, from);
    }
    (void)assign_move_all(plan, from_person, to_person);
    return COMMAND_ok;
}

static enum command_exit case_explain(struct command_context *context,
                                      const struct assign_plan *plan, const char *ref)
{
    const struct assign_case *one = case_of(context, plan, ref);
    if (one == NULL) {
        return COMMAND_not_found;
    }
    int32_t offset;
    enum err err = lookup_offset(context, &offset);
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_assign_history);
    hq_bind_i64(&query, "$case_no", (int64_t)one->case_no);
    while (hq_next(&query)) {
        char at[DATE_INSTANT_TEXT_SIZE];
        command_say(
            context,
            COMMAND_TEXT("assign.say.history", lang_value_count("epoch", hq_i64(&query, 0)),
                         lang_value_text("at", date_instant_to_text(at, hq_i64(&query, 1), offset)),
                         lang_value_text("code", str_text(context->arena, hq_text(&query, 3))),
                         lang_value_text("name", str_text(context->arena, hq_text(&query, 4))),
                         lang_value_text("why", str_text(context->arena, hq_text(&query, 2)))));
    }
    err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT("assign.say.now", lang_value_text("case", one->case_ref),
                             lang_value_text("why", assign_why_text(context->arena, context->lang,
                                                                    plan, one))));
    return COMMAND_ok;
}

static void totals_say(struct command_context *context, const struct assign_plan *plan)
{
    for (size_t i = 0; i < plan->person_count; i++) {
        const struct assign_person *person = &plan->people[i];
        if (!person->can_work && person->case_count == 0) {
            continue;
        }
        command_say(context,
                    COMMAND_TEXT("assign.say.person", lang_value_text("code", person->code),
                                 lang_value_text("name", person->name),
                                 lang_value_count("cases", person->case_count),
                                 lang_value_count("given", person->given_count),
                                 lang_value_money("owed", person->owed_minor)));
    }
    int64_t left[ASSIGN_WHY_by_hand + 1] = {0};
    for (size_t i = 0; i < plan->case_count; i++) {
        left[plan->cases[i].why]++;
    }
    static const enum assign_why told[] = {ASSIGN_WHY_not_open, ASSIGN_WHY_mandate_over,
                                           ASSIGN_WHY_no_room};
    for (size_t i = 0; i < COUNT(told); i++) {
        if (left[told[i]] > 0) {
            command_say(context,
                        COMMAND_TEXT("assign.say.left", lang_value_count("cases", left[told[i]]),
                                     lang_value_key("why", assign_why_key(told[i]))));
        }
    }
}

static enum command_exit plan_write(struct command_context *context, const struct assign_plan *plan,
                                    int64_t now_ms)
{
    const struct assign_options options = {
        .lang = context->lang,
        .actor = context->actor,
        .now_ms = now_ms,
        .between = context->between,
        .between_context = context->between_context,
    };
    size_t written_count = 0;
    enum err err = assign_write(context->store, plan, &options, &written_count);
    if (err == OK || written_count == 0) {
        return err == OK ? COMMAND_ok : command_err(context, err);
    }
    const char *why =
        lang_text(context->lang, str_format(context->arena, "error.%s", err_name(err)));
    return command_fail(context, COMMAND_failed,
                        COMMAND_TEXT("assign.fail.cut", lang_value_text("why", why),
                                     lang_value_count("cases", (int64_t)written_count)));
}

enum command_exit assign_command(struct command_context *context)
{
    if (!command_options_are_known(context, options_with_value, options_plain)) {
        return COMMAND_usage;
    }
    if (command_word(context, options_with_value, 0) != NULL) {
        return command_usage(context);
    }
    int64_t now_ms = clock_now_ms(context->clock);
    int32_t today;
    struct assign_plan plan;
    enum err err = import_batch_today(context->arena, context->store, now_ms, &today);
    if (err == OK) {
        err = assign_load(context->arena, context->store, today, &plan);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    bool is_by_hand = command_option(context, "--to") != NULL ||
                      command_option(context, "--from") != NULL ||
                      command_option(context, "--case") != NULL;
    if (is_by_hand) {
        enum command_exit code = plan_by_hand(context, &plan);
        if (code != COMMAND_ok) {
            return code;
        }
    } else {
        assign_apply(context->arena, &plan);
    }
    const char *explain = command_option(context, "--explain");
    if (explain != NULL) {
        return case_explain(context, &plan, explain);
    }
    size_t change_count = assign_change_count(&plan);
    bool is_dry = command_has(context, "--dry-run");
    if (!is_dry) {
        enum command_exit code = plan_write(context, &plan, now_ms);
        if (code != COMMAND_ok) {
            return code;
        }
    }
    command_say(context, COMMAND_TEXT(is_dry ? "assign.say.dry" : "assign.say.done",
                                      lang_value_count("cases", (int64_t)change_count)));
    if (!is_by_hand) {
        totals_say(context, &plan);
    }
    return COMMAND_ok;
}
