/* doorstep-hq conflicts decide and change: the choice as a fact, what it means, and the closing of
 * the conflict, in one transaction. */
#include "sync/server/command/decided.h"
#include "sync/server/command/review_ruling.h"

#include "sync/server/command/lookup.h"
#include "sync/server/command/told_anew.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/review.h"

#include <string.h>

/* The note goes where the fact has room for one. */
static void set_note(ds_Event *event, struct str note)
{
    enum event_kind kind = event_kind(event);
    if (kind == EVENT_arrangement_decided) {
        (void)str_copy(event->kind.arrangement_decided.note,
                       sizeof event->kind.arrangement_decided.note, note);
    } else if (kind == EVENT_correction) {
        (void)str_copy(event->kind.correction.note, sizeof event->kind.correction.note, note);
    } else if (kind == EVENT_status_cleared) {
        (void)str_copy(event->kind.status_cleared.note, sizeof event->kind.status_cleared.note,
                       note);
    }
}

static ds_Event choice_fact(const struct review_ruling *ruling, struct str note)
{
    ds_Event event = {.which_kind = ds_Event_conflict_decided_tag};
    ds_ConflictDecided *decided = &event.kind.conflict_decided;
    decided->conflict = ruling->review->kind;
    memcpy(decided->target, ruling->review->id.bytes, sizeof decided->target);
    decided->choice = ruling->choice;
    decided->replaces = ruling->replaces;
    (void)str_copy(decided->note, sizeof decided->note, note);
    return event;
}

/* What the choice means, and after it the choice. */
static enum err book_facts(struct review_ruling *ruling, uint32_t by_no, struct str note,
                           int64_t now_ms)
{
    struct command_context *context = ruling->context;
    ds_Event *facts = ARENA_ARRAY(context->arena, REVIEW_EVENTS_MAX + 1, ds_Event);
    size_t count = ruling->event_count;
    memcpy(facts, ruling->events, sizeof ruling->events);
    facts[count++] = choice_fact(ruling, note);
    struct event_fault fault;
    for (size_t i = 0; i < count; i++) {
        facts[i].case_no = ruling->review->case_no;
        facts[i].person_no = by_no;
        facts[i].at_ms = (uint64_t)now_ms;
        set_note(&facts[i], note);
        if (!event_check(&facts[i], &fault)) {
            return ERR_malformed; /* what a tablet stated cannot be stated by headquarters */
        }
    }
    struct ingest *ingest = ingest_start(context->arena, context->store, now_ms);
    enum err err = OK;
    for (size_t i = 0; err == OK && i < count; i++) {
        err = ingest_own(ingest, &facts[i], NULL);
    }
    enum err finish_err = ingest_finish(ingest);
    return err != OK ? err : finish_err;
}

static enum err close_conflict(struct review_ruling *ruling, struct str note, int64_t now_ms)
{
    struct command_context *context = ruling->context;
    const struct review *review = ruling->review;
    const struct review_key key = {review->case_no, review->kind, review->id};
    if (ruling->is_anew) {
        return review_close_again(context->arena, context->store, &key, note, now_ms);
    }
    if (!id_is_zero(&ruling->about)) {
        size_t count = 0;
        TRY(review_close_decided(context->arena, context->store, review->case_no, &ruling->about,
                                 note, now_ms, &count));
    }
    enum err err = review_close(context->arena, context->store, &key, note, now_ms);
    return err == ERR_not_found ? OK : err; /* closed with the arrangement */
}

/* Who was told otherwise hears of it, whether or not anything of it shows in the case. */
static enum err tell(struct review_ruling *ruling, struct str note, int64_t now_ms)
{
    const struct review *review = ruling->review;
    struct command_context *context = ruling->context;
    uint32_t person_no = review->device_no != 0 ? review->person_no : review->other_no;
    if (!ruling->is_anew || person_no == 0) {
        return OK;
    }
    const struct told_anew told = {.person_no = person_no,
                                   .case_no = review->case_no,
                                   .about_key = conflict_key(review->kind),
                                   .decision_key = conflict_choice_key(ruling->choice),
                                   .note = str_text(context->arena, note)};
    return told_anew(context, &told, now_ms);
}

static enum err book(struct review_ruling *ruling, uint32_t by_no, struct str note)
{
    struct command_context *context = ruling->context;
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    TRY(book_facts(ruling, by_no, note, now_ms));
    TRY(close_conflict(ruling, note, now_ms));
    TRY(tell(ruling, note, now_ms));
    const char *name = conflict_name(ruling->review->kind);
    char id_text[ID_TEXT_SIZE];
    id_to_text(id_text, &ruling->review->id);
    TRY(hq_audit(context->store, now_ms, context->actor,
                 ruling->is_anew ? "conflict change" : "conflict decide",
                 str_format(context->arena, "%s %s %s by %u", name != NULL ? name : "?", id_text,
                            conflict_choice_name(ruling->choice), by_no)));
    return hq_commit(context->store);
}

/* The earlier decision, and that it was another person's. */
static enum command_exit find_earlier(struct review_ruling *ruling)
{
    struct command_context *context = ruling->context;
    const struct review *review = ruling->review;
    struct decided_list list;
    enum err err = decided_conflicts(context, review->case_no, review->kind, &review->id, &list);
    if (err != OK) {
        return command_err(context, err);
    }
    const struct decided *last = decided_last(&list);
    if (last == NULL) {
        return COMMAND_ok;
    }
    ruling->earlier = last->code < CHOICE_COUNT ? (enum conflict_choice)last->code : CHOICE_none;
    ruling->replaces = last->tag;
    return told_anew_by_another(context, last);
}

enum command_exit review_decide(struct command_context *context, const struct review *review,
                                enum conflict_choice choice, uint32_t by_no, struct str note)
{
    struct review_ruling *ruling = ARENA_NEW(context->arena, struct review_ruling);
    ruling->context = context;
    ruling->review = review;
    ruling->choice = choice;
    ruling->is_anew = review->is_closed;
    enum command_exit code = lookup_state(context, review->case_no, &ruling->state);
    if (code == COMMAND_ok && ruling->is_anew) {
        code = find_earlier(ruling);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = fact_words_find(context, review->case_no, &review->id, &ruling->second);
    if (err == OK) {
        err = fact_words_find(context, review->case_no, &review->other_id, &ruling->first);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    code = ruling->is_anew ? review_rule_anew(ruling) : review_rule(ruling);
    if (code != COMMAND_ok) {
        return code;
    }
    err = book(ruling, by_no, note);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT(ruling->is_anew ? "hq.say.conflict_changed"
                                                      : "hq.say.conflict_decided",
                                      lang_value_key("kind", conflict_key(review->kind)),
                                      lang_value_key("choice", conflict_choice_key(choice))));
    return COMMAND_ok;
}
