/* doorstep-hq conflicts show: both facts side by side. */
#include "sync/server/command/review.h"

#include "core/event/fold.h"
#include "sync/server/command/decided.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"

#include <jansson.h>
#include <string.h>

struct side {
    struct fact_shown fact;
    char id[ID_TEXT_SIZE];
    const char *state; /* of the arrangement or payment now; "-" for anything else */
};

static const char *arrangement_now(struct command_context *context,
                                   const ds_Arrangement *arrangement)
{
    return lang_fill(
        context->arena, context->lang, "hq.review.arrangement_now",
        lang_value_key("state", catalog_key(CATALOG_arrangement_state, arrangement->state)),
        lang_value_money("amount", (int64_t)arrangement->amount_minor),
        lang_value_money("paid", (int64_t)arrangement->paid_minor));
}

/* How what the fact made stands in the case today. */
static const char *state_of(struct command_context *context, const ds_CaseState *state,
                            const struct id *id)
{
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (memcmp(state->arrangements[i].id, id->bytes, sizeof id->bytes) == 0) {
            return arrangement_now(context, &state->arrangements[i]);
        }
    }
    for (size_t i = 0; i < state->payments_count; i++) {
        const ds_Payment *payment = &state->payments[i];
        if (memcmp(payment->id, id->bytes, sizeof id->bytes) == 0) {
            return lang_text(context->lang, payment->is_posted      ? "hq.review.payment_booked"
                                            : payment->is_withdrawn ? "hq.review.withdrawn"
                                                                    : "hq.review.payment_noted");
        }
    }
    for (size_t i = 0; i < state->contacts_count; i++) {
        if (memcmp(state->contacts[i].id, id->bytes, sizeof id->bytes) == 0) {
            return state->contacts[i].is_withdrawn ? lang_text(context->lang, "hq.review.withdrawn")
                                                   : "-";
        }
    }
    return "-";
}

static enum err side_load(struct command_context *context, uint64_t case_no,
                          const ds_CaseState *state, const struct id *id, struct side *side_out)
{
    TRY(fact_words_find(context, case_no, id, &side_out->fact));
    if (side_out->fact.is_found && guard_is_masked(context)) {
        side_out->fact.words = fact_words_masked(context, &side_out->fact.event);
    }
    id_to_text(side_out->id, id);
    side_out->state = state_of(context, state, id);
    return OK;
}

/* ---- JSON ---- */

static json_t *instant_json(int64_t at_ms)
{
    return at_ms == 0 ? json_null() : json_integer(at_ms);
}

static json_t *side_json(const struct side *side)
{
    const struct fact_shown *fact = &side->fact;
    json_t *object = json_object();
    json_object_set_new(object, "id", json_string(side->id));
    if (fact->is_found) {
        json_object_set_new(object, "words", json_string(fact->words));
        json_object_set_new(object, "person_no", json_integer(fact->person_no));
        json_object_set_new(object, "person", json_string(fact->person));
        json_object_set_new(object, "device_no", json_integer(fact->device_no));
        json_object_set_new(object, "at_ms", json_integer(fact->at_ms));
        json_object_set_new(object, "true_from_ms", instant_json(fact->true_from_ms));
        json_object_set_new(object, "true_until_ms", instant_json(fact->true_until_ms));
        json_object_set_new(object, "received_at_ms", json_integer(fact->received_at_ms));
        /* … and as people read them */
        json_object_set_new(object, "at", json_string(fact->at));
        json_object_set_new(object, "likely", json_string(fact->likely));
        json_object_set_new(object, "received", json_string(fact->received));
        json_object_set_new(object, "now", json_string(side->state));
    }
    return object;
}

static const char *choice_words(struct command_context *context, uint32_t code)
{
    const char *key = catalog_key(CATALOG_review, code);
    return lang_text(context->lang, key != NULL ? key : "review.unknown");
}

/* Of an open conflict all its choices; of a closed one those that would change something. */
static bool is_choice_now(const struct review *review, const struct decided_list *history,
                          enum conflict_choice choice)
{
    if (!conflict_has_choice(review->kind, choice) || !review->is_closed) {
        return conflict_has_choice(review->kind, choice);
    }
    const struct decided *last = decided_last(history);
    bool is_effect =
        choice != CHOICE_noted || conflict_review(review->kind) == CONFLICT_REVIEW_stands;
    return is_effect && (last == NULL || last->code != (uint32_t)choice);
}

static json_t *history_json(struct command_context *context, const struct decided_list *history,
                            int32_t offset_minutes)
{
    json_t *array = json_array();
    for (size_t i = 0; i < history->count; i++) {
        const struct decided *decided = &history->items[i];
        json_t *row = json_object();
        const char *name = catalog_name(CATALOG_review, decided->code);
        json_object_set_new(row, "choice", json_string(name != NULL ? name : "unknown"));
        json_object_set_new(row, "words", json_string(choice_words(context, decided->code)));
        json_object_set_new(row, "person", json_string(decided->person));
        json_object_set_new(row, "at_ms", json_integer(decided->at_ms));
        json_object_set_new(
            row, "at", json_string(fact_words_instant(context, decided->at_ms, offset_minutes)));
        json_object_set_new(row, "note", json_string(decided->note));
        json_array_append_new(array, row);
    }
    return array;
}

static void print_json(struct command_context *context, const struct review *review,
                       const struct side *first, const struct side *second,
                       const struct decided_list *history, int32_t offset_minutes)
{
    json_t *object = json_object();
    const char *name = conflict_name(review->kind);
    json_object_set_new(object, "kind", json_string(name != NULL ? name : "unknown"));
    json_object_set_new(object, "case", json_string(review->case_ref));
    json_object_set_new(object, "closed", json_boolean(review->is_closed));
    json_object_set_new(object, "note", json_string(review->note));
    json_object_set_new(object, "first", first != NULL ? side_json(first) : json_null());
    json_object_set_new(object, "second", side_json(second));
    json_object_set_new(object, "did",
                        json_string(lang_text(context->lang, conflict_did_key(review->kind))));
    json_object_set_new(object, "decided", history_json(context, history, offset_minutes));
    json_t *choices = json_array();
    for (int i = CHOICE_none + 1; i < CHOICE_COUNT; i++) {
        if (is_choice_now(review, history, (enum conflict_choice)i)) {
            json_array_append_new(choices,
                                  json_string(conflict_choice_name((enum conflict_choice)i)));
        }
    }
    json_object_set_new(object, "choices", choices);
    json_dumpf(object, context->out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    fputc('\n', context->out);
    json_decref(object);
}

/* ---- text ---- */

static void add_row(struct listing *listing, const char *key, const char *first, const char *second)
{
    listing_key(listing, key, key);
    if (listing->column_count == 3) {
        listing_text(listing, str_from(first));
    }
    listing_text(listing, str_from(second));
}

static const char *or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

static enum err print_sides(struct command_context *context, const struct side *first,
                            const struct side *second)
{
    static const struct listing_column both[] = {
        {"field", "hq.review.blank"}, {"first", "hq.review.first"}, {"second", "hq.review.second"}};
    static const struct listing_column one[] = {{"field", "hq.review.blank"},
                                                {"second", "hq.review.record"}};
    struct listing listing;
    TRY(listing_start(&listing, context, first != NULL ? both : one, first != NULL ? 3 : 2));
    static const struct side nothing;
    const struct side *left = first != NULL ? first : &nothing;
    const char *devices[2];
    const struct side *sides[2] = {left, second};
    for (size_t i = 0; i < 2; i++) {
        devices[i] = !sides[i]->fact.is_found ? "-"
                     : sides[i]->fact.device_no == 0
                         ? lang_text(context->lang, "hq.review.hq")
                         : str_format(context->arena, "%u", sides[i]->fact.device_no);
    }
    add_row(&listing, "hq.column.fact", left->id, second->id);
    add_row(&listing, "hq.review.what", or_dash(left->fact.words), or_dash(second->fact.words));
    add_row(&listing, "hq.review.who", or_dash(left->fact.person), or_dash(second->fact.person));
    add_row(&listing, "hq.column.device", devices[0], devices[1]);
    add_row(&listing, "hq.review.clock", or_dash(left->fact.at), or_dash(second->fact.at));
    add_row(&listing, "hq.review.likely", or_dash(left->fact.likely), or_dash(second->fact.likely));
    add_row(&listing, "hq.review.received", or_dash(left->fact.received),
            or_dash(second->fact.received));
    add_row(&listing, "hq.review.now", or_dash(left->state), or_dash(second->state));
    listing_end(&listing);
    return OK;
}

/* Every decision about it, the newest last: it holds. */
static void print_history(struct command_context *context, const struct review *review,
                          const struct decided_list *history, int32_t offset_minutes)
{
    if (history->count == 0) {
        const char *at = fact_words_instant(context, review->closed_at_ms, offset_minutes);
        command_say(context, COMMAND_TEXT("hq.review.closed", lang_value_text("at", at),
                                          lang_value_text("note", review->note)));
    }
    for (size_t i = 0; i < history->count; i++) {
        const struct decided *decided = &history->items[i];
        const char *at = fact_words_instant(context, decided->at_ms, offset_minutes);
        command_say(
            context,
            COMMAND_TEXT(i + 1 == history->count ? "hq.review.decided" : "hq.review.was_decided",
                         lang_value_text("at", at), lang_value_text("person", decided->person),
                         lang_value_text("choice", choice_words(context, decided->code)),
                         lang_value_text("note", decided->note)));
    }
}

static enum err print_text(struct command_context *context, const struct review *review,
                           const struct side *first, const struct side *second,
                           const struct decided_list *history, int32_t offset_minutes)
{
    FILE *out = context->out;
    fprintf(out, "%s  %s\n\n", lang_text(context->lang, conflict_key(review->kind)),
            review->case_ref);
    TRY(print_sides(context, first, second));
    fprintf(out, "\n%s %s\n", lang_text(context->lang, "hq.review.did"),
            lang_text(context->lang, conflict_did_key(review->kind)));
    if (review->is_closed) {
        print_history(context, review, history, offset_minutes);
    }
    fprintf(out, "%s\n",
            lang_text(context->lang,
                      review->is_closed ? "hq.review.choices_anew" : "hq.review.choices"));
    for (int i = CHOICE_none + 1; i < CHOICE_COUNT; i++) {
        enum conflict_choice choice = (enum conflict_choice)i;
        if (is_choice_now(review, history, choice)) {
            fprintf(out, "  %-12s %s\n", conflict_choice_name(choice),
                    lang_text(context->lang, conflict_choice_key(choice)));
        }
    }
    return OK;
}

enum command_exit review_show(struct command_context *context, const struct review *review)
{
    const ds_CaseState *state = NULL;
    enum command_exit code = lookup_state(context, review->case_no, &state);
    if (code != COMMAND_ok) {
        return code;
    }
    struct side *first =
        id_is_zero(&review->other_id) ? NULL : ARENA_NEW(context->arena, struct side);
    struct side *second = ARENA_NEW(context->arena, struct side);
    enum err err = side_load(context, review->case_no, state, &review->id, second);
    if (err == OK && first != NULL) {
        err = side_load(context, review->case_no, state, &review->other_id, first);
    }
    struct decided_list history = {0};
    if (err == OK && review->is_closed) {
        err = decided_conflicts(context, review->case_no, review->kind, &review->id, &history);
    }
    int32_t offset_minutes = 0;
    if (err == OK) {
        err = lookup_offset(context, &offset_minutes);
    }
    if (err == OK && context->is_json) {
        print_json(context, review, first, second, &history, offset_minutes);
    } else if (err == OK) {
        err = print_text(context, review, first, second, &history, offset_minutes);
    }
    return err == OK ? COMMAND_ok : command_err(context, err);
}
