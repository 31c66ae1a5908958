/* doorstep-hq identity assign, decide: who checks whose debt it is, and what came of it. */
#include "sync/server/command/guard.h"
#include "sync/server/command/identity.h"
#include "sync/server/command/lookup.h"
#include "sync/server/report/policy_book.h"
#include "sync/server/staff/member.h"

#include <string.h>

/* ---- one of them ---- */

static enum err read_one(struct command_context *context, uint64_t case_no,
                         const ds_CaseState *state, struct identity_frozen *frozen_out,
                         bool *is_frozen_out)
{
    ds_CaseRecord *record = ARENA_NEW(context->arena, ds_CaseRecord);
    struct policy_book *book = NULL;
    struct str bytes;
    *frozen_out = (struct identity_frozen){.case_no = case_no};
    TRY(policy_book_now(context->arena, context->store, &book));
    struct hq_query query = hq_query(context->store, SQL_HQ_kase_get);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    TRY(hq_one_text(context->arena, &query, &bytes));
    TRY(case_record_decode(record, (const uint8_t *)bytes.bytes, bytes.size));
    *is_frozen_out = state->life == CASE_LIFE_open &&
                     identity_frozen_read(context, &book->policy, record, state, frozen_out);
    return *is_frozen_out
               ? identity_file_read(context->arena, context->store, case_no, &frozen_out->file)
               : OK;
}

/* Neither who was told it at the door nor whose case it is. */
static enum permit_answer may(const struct permit_person *person,
                              const struct identity_frozen *frozen)
{
    enum permit_action action =
        frozen->clock.is_overdue ? PERMIT_identity_late : PERMIT_complaints_decide;
    struct permit_object object = {.branch_no = HQ_BRANCH, .about_no = frozen->told_no};
    enum permit_answer answer = permit_decide(action, person, &object);
    if (answer == PERMIT_ANSWER_yes) {
        object.about_no = frozen->owner_no;
        answer = permit_decide(action, person, &object);
    }
    return answer;
}

/* The case that the second word names, its state and what is on record of the dispute. */
static enum command_exit find_one(struct command_context *context, const ds_CaseState **state_out,
                                  struct identity_frozen *frozen_out)
{
    const char *word = command_word(context, identity_options, 1);
    uint64_t case_no = 0;
    bool is_frozen = false;
    if (word == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_case(context, word, &case_no);
    if (code == COMMAND_ok) {
        code = lookup_state(context, case_no, state_out);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = read_one(context, case_no, *state_out, frozen_out, &is_frozen);
    if (err != OK) {
        return command_err(context, err);
    }
    return is_frozen
               ? COMMAND_ok
               : command_fail(context, COMMAND_not_found,
                              COMMAND_TEXT("hq.fail.identity_none", lang_value_text("case", word)));
}

/* ---- assigning ---- */

static enum command_exit check_checker(struct command_context *context,
                                       const struct identity_frozen *frozen,
                                       const struct permit_person *checker)
{
    switch (may(checker, frozen)) {
    case PERMIT_ANSWER_yes:
        return COMMAND_ok;
    case PERMIT_ANSWER_self:
        return command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("hq.fail.identity_party", lang_value_text("name", checker->name)));
    case PERMIT_ANSWER_signed_out:
    case PERMIT_ANSWER_role:
    case PERMIT_ANSWER_reach:
        break;
    }
    return command_fail(context, COMMAND_refused,
                        COMMAND_TEXT(frozen->clock.is_overdue ? "hq.fail.identity_not_legal"
                                                              : "hq.fail.identity_not_theirs",
                                     lang_value_text("name", checker->name)));
}

/* Without --to the caller takes it. */
static enum command_exit read_checker(struct command_context *context,
                                      struct permit_person *checker_out)
{
    const char *to = command_option(context, "--to");
    uint32_t person_no = context->person.person_no;
    enum command_exit code = to == NULL ? COMMAND_ok : lookup_person(context, to, &person_no);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = member_load(context->store, person_no, checker_out);
    return err == OK ? COMMAND_ok : command_err(context, err);
}

enum command_exit identity_assign(struct command_context *context)
{
    struct identity_frozen frozen = {0};
    struct permit_person checker = {0};
    const ds_CaseState *state = NULL;
    ds_Event event = {.which_kind = ds_Event_identity_assigned_tag};
    ds_IdentityAssigned *assigned = &event.kind.identity_assigned;
    const char *note = command_option(context, "--note");
    enum command_exit code = find_one(context, &state, &frozen);
    if (code == COMMAND_ok) {
        code = read_checker(context, &checker);
    }
    if (code == COMMAND_ok) {
        code = check_checker(context, &frozen, &checker);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, checker.code, assigned->checker, sizeof assigned->checker);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, context->actor, assigned->by, sizeof assigned->by);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, note, assigned->note, sizeof assigned->note);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    event.case_no = frozen.case_no;
    assigned->checker_no = checker.person_no;
    assigned->is_late = frozen.clock.is_overdue;
    code = lookup_book(context, &event, "identity assign");
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT("hq.say.identity_assigned",
                                          lang_value_text("case", frozen.case_ref),
                                          lang_value_text("name", checker.name)));
    }
    return code;
}

/* ---- deciding ---- */

/* Not theirs: the client takes it back. Theirs: the stop ends, as far as it was known. */
static enum command_exit make_event(struct command_context *context, const ds_Flag *flag,
                                    bool is_theirs, ds_Event *event)
{
    if (!is_theirs) {
        event->which_kind = ds_Event_case_recalled_tag;
        event->kind.case_recalled.reason = CLOSE_REASON_identity_fraud;
        return COMMAND_ok;
    }
    event->which_kind = ds_Event_status_cleared_tag;
    ds_StatusCleared *cleared = &event->kind.status_cleared;
    cleared->flag = STOP_FLAG_identity_dispute;
    cleared->has_raised_count = true;
    cleared->raised_count = flag->raised_count;
    return lookup_text(context, command_option(context, "--note"), cleared->note,
                       sizeof cleared->note);
}

/* Who has it in hand decides; past the days it is legal's. */
static enum command_exit check_caller(struct command_context *context,
                                      const struct identity_frozen *frozen)
{
    const struct permit_object told = {.branch_no = HQ_BRANCH, .about_no = frozen->told_no};
    const struct permit_object owner = {.branch_no = HQ_BRANCH, .about_no = frozen->owner_no};
    enum command_exit code = guard_object(context, &told);
    if (code == COMMAND_ok) {
        code = guard_object(context, &owner);
    }
    if (code == COMMAND_ok) {
        code = check_checker(context, frozen, &context->person);
    }
    uint32_t checker_no = identity_file_checker(&frozen->file, &frozen->clock);
    if (code == COMMAND_ok && checker_no != 0 && checker_no != context->person.person_no) {
        code = command_fail(context, COMMAND_refused,
                            COMMAND_TEXT("hq.fail.identity_checker",
                                         lang_value_text("name", frozen->file.checker_name)));
    }
    return code;
}

static enum command_exit check_declaration(struct command_context *context,
                                           const struct identity_file *file, bool is_theirs)
{
    bool is_there = file->is_signed && file->document_count > 0;
    return is_theirs || is_there || command_has(context, "--without-declaration")
               ? COMMAND_ok
               : command_fail(context, COMMAND_found, COMMAND_LINE("hq.fail.declaration"));
}

enum command_exit identity_decide(struct command_context *context)
{
    const char *result = command_option(context, "--result");
    const ds_CaseState *state = NULL;
    struct identity_frozen frozen = {0};
    ds_Event event = {0};
    if (result == NULL || command_option(context, "--note") == NULL ||
        (strcmp(result, "theirs") != 0 && strcmp(result, "not_theirs") != 0)) {
        return command_usage(context);
    }
    bool is_theirs = strcmp(result, "theirs") == 0;
    enum command_exit code = find_one(context, &state, &frozen);
    if (code == COMMAND_ok) {
        code = check_caller(context, &frozen);
    }
    if (code == COMMAND_ok) {
        code = check_declaration(context, &frozen.file, is_theirs);
    }
    if (code == COMMAND_ok) {
        event.case_no = frozen.case_no;
        code =
            make_event(context, fold_flag(state, STOP_FLAG_identity_dispute, 0), is_theirs, &event);
    }
    if (code == COMMAND_ok) {
        code = lookup_book(context, &event,
                           is_theirs ? "identity decide theirs" : "identity decide not_theirs");
    }
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT(is_theirs ? "hq.say.identity_theirs"
                                                    : "hq.say.identity_not_theirs",
                                          lang_value_text("case", frozen.case_ref)));
    }
    return code;
}
