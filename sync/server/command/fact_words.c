/* Facts in words, from the texts that the tablet shows too. */
#include "sync/server/command/fact_words.h"

#include "core/domain/date.h"
#include "sync/server/command/lookup.h"

#include <string.h>

static const char hidden[] = "***"; /* as short for every text */

static struct lang_value value_of(struct command_context *context, const char *name,
                                  enum event_value type, const char *text, int64_t number)
{
    char shown[DATE_INSTANT_TEXT_SIZE];
    switch (type) {
    case EVENT_VALUE_text:
        return lang_value_text(name, text != NULL ? arena_text(context->arena, text) : "");
    case EVENT_VALUE_key:
        return text != NULL ? lang_value_key(name, text) : lang_value_text(name, "");
    case EVENT_VALUE_money:
        return lang_value_money(name, number);
    case EVENT_VALUE_day:
        return lang_value_text(
            name,
            number == 0 ? "-" : arena_text(context->arena, date_to_text(shown, (int32_t)number)));
    case EVENT_VALUE_count:
        return lang_value_count(name, number);
    case EVENT_VALUE_minute:
        return lang_value_text(name, lang_minute(context->arena, (int32_t)number));
    case EVENT_VALUE_instant:
        return lang_value_text(name,
                               arena_text(context->arena, date_instant_to_text(shown, number, 0)));
    }
    return lang_value_text(name, "");
}

static const char *line_of(struct command_context *context, const ds_Event *event, bool is_masked)
{
    if (event_kind(event) == EVENT_none) {
        return lang_text(context->lang, "hq.review.not_understood");
    }
    struct event_words words;
    event_describe(event, &words);
    struct lang_value values[EVENT_WORDS_MAX];
    for (size_t i = 0; i < words.count; i++) {
        const char *text = words.values[i].text;
        bool is_hidden = is_masked && words.values[i].type == EVENT_VALUE_text && text != NULL &&
                         text[0] != '\0';
        values[i] = value_of(context, words.values[i].name, words.values[i].type,
                             is_hidden ? hidden : text, words.values[i].number);
    }
    return lang_fill_list(context->arena, context->lang, words.key, values, words.count);
}

/* What a correction states anew, as a fact of its own. False when it takes back. */
static bool anew_of(const ds_Correction *correction, ds_Event *anew_out)
{
    *anew_out = (ds_Event){.which_kind = correction->which_anew};
    switch (correction->which_anew) {
    case ds_Correction_visit_finished_tag:
        anew_out->kind.visit_finished = correction->anew.visit_finished;
        return true;
    case ds_Correction_promise_made_tag:
        anew_out->kind.promise_made = correction->anew.promise_made;
        return true;
    case ds_Correction_plan_agreed_tag:
        anew_out->kind.plan_agreed = correction->anew.plan_agreed;
        return true;
    case ds_Correction_extension_requested_tag:
        anew_out->kind.extension_requested = correction->anew.extension_requested;
        return true;
    case ds_Correction_settlement_requested_tag:
        anew_out->kind.settlement_requested = correction->anew.settlement_requested;
        return true;
    case ds_Correction_waiver_requested_tag:
        anew_out->kind.waiver_requested = correction->anew.waiver_requested;
        return true;
    case ds_Correction_payment_noted_tag:
        anew_out->kind.payment_noted = correction->anew.payment_noted;
        return true;
    default: /* nothing anew, or a kind of a newer tablet */
        return false;
    }
}

static const char *words_of(struct command_context *context, const ds_Event *event, bool is_masked)
{
    ds_Event *anew = ARENA_NEW(context->arena, ds_Event);
    const char *line = line_of(context, event, is_masked);
    if (event_kind(event) != EVENT_correction || !anew_of(&event->kind.correction, anew)) {
        return line;
    }
    return str_format(context->arena, "%s → %s", line, line_of(context, anew, is_masked));
}

const char *fact_words(struct command_context *context, const ds_Event *event)
{
    return words_of(context, event, false);
}

const char *fact_words_masked(struct command_context *context, const ds_Event *event)
{
    return words_of(context, event, true);
}

const char *fact_words_kind(const struct command_context *context, const ds_Event *event)
{
    enum event_kind kind = event_kind(event);
    const char *key = str_format(context->arena, "event_kind.%s", event_kind_name(kind));
    return lang_text(context->lang, kind == EVENT_none ? "hq.review.not_understood" : key);
}

const char *fact_words_instant(struct command_context *context, int64_t at_ms,
                               int32_t offset_minutes)
{
    char text[DATE_INSTANT_TEXT_SIZE];
    return at_ms == 0
               ? "-"
               : arena_text(context->arena, date_instant_to_text(text, at_ms, offset_minutes));
}

static const char *likely_of(struct command_context *context, int64_t from_ms, int64_t until_ms,
                             int32_t offset_minutes)
{
    const char *from = fact_words_instant(context, from_ms, offset_minutes);
    const char *until = fact_words_instant(context, until_ms, offset_minutes);
    if (from_ms == 0 && until_ms != 0) {
        return lang_fill(context->arena, context->lang, "hq.review.no_later",
                         lang_value_text("at", until));
    }
    return strcmp(from, until) == 0 ? from : str_format(context->arena, "%s – %s", from, until);
}

enum err fact_words_find(struct command_context *context, uint64_t case_no, const struct id *id,
                         struct fact_shown *shown_out)
{
    int32_t offset_minutes = 0;
    memset(shown_out, 0, sizeof *shown_out);
    TRY(lookup_offset(context, &offset_minutes));
    struct hq_query query = hq_query(context->store, SQL_HQ_review_fact);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_id(&query, "$id", id);
    if (hq_next(&query)) {
        struct str body = hq_text(&query, 10);
        shown_out->is_found = true;
        shown_out->device_no = (uint32_t)hq_i64(&query, 0);
        shown_out->strand = (uint32_t)hq_i64(&query, 1);
        shown_out->seq = (uint64_t)hq_i64(&query, 2);
        shown_out->case_no = (uint64_t)hq_i64(&query, 3);
        shown_out->person_no = (uint32_t)hq_i64(&query, 4);
        shown_out->at_ms = hq_i64(&query, 5);
        shown_out->received_at_ms = hq_i64(&query, 7);
        shown_out->true_from_ms = hq_i64(&query, 8);
        shown_out->true_until_ms = hq_i64(&query, 9);
        struct str code = hq_text(&query, 11);
        struct str name = hq_text(&query, 12);
        shown_out->person = code.size == 0
                                ? str_format(context->arena, "%u", shown_out->person_no)
                                : str_format(context->arena, "%.*s (%.*s)", (int)name.size,
                                             name.bytes, (int)code.size, code.bytes);
        if (event_decode(&shown_out->event, (const uint8_t *)body.bytes, body.size) != OK) {
            memset(&shown_out->event, 0, sizeof shown_out->event);
        }
    }
    TRY(hq_end(&query));
    if (!shown_out->is_found) {
        return OK;
    }
    shown_out->words = fact_words(context, &shown_out->event);
    shown_out->at = fact_words_instant(context, shown_out->at_ms, offset_minutes);
    shown_out->received = fact_words_instant(context, shown_out->received_at_ms, offset_minutes);
    shown_out->likely =
        likely_of(context, shown_out->true_from_ms, shown_out->true_until_ms, offset_minutes);
    return OK;
}
