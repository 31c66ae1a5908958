#include "sync/server/report/rejudge.h"

#include "core/domain/catalog.h"
#include "core/rules/gate_again.h"
#include "sync/server/report/figure.h"
#include "sync/server/report/overrides.h"
#include "sync/server/report/policy_book.h"
#include "sync/server/store/credential.h"

#include <string.h>

struct rejudge {
    struct arena *arena; /* as long as the report */
    struct hq_store *store;
    const struct gather *gather;
    struct policy_book *books;
    struct overrides *overrides;
    int64_t told[POLICY_REFUSALS], untold[POLICY_REFUSALS];
    int64_t visit_count, breach_count;
};

static enum err open_book(struct rejudge *rejudge, uint64_t hash, const struct policy **policy_out)
{
    struct policy_book *book = rejudge->books;
    while (book != NULL && book->hash != hash) {
        book = book->next;
    }
    if (book == NULL) {
        TRY(policy_book_open(rejudge->arena, rejudge->store, hash, &book));
        book->next = rejudge->books;
        rejudge->books = book;
    }
    *policy_out = &book->policy;
    return OK;
}

static bool was_told(const ds_Event *event, enum refusal refusal)
{
    for (size_t i = 0; i < event->fired_count; i++) {
        if (event->fired[i] == (uint32_t)refusal) {
            return true;
        }
    }
    return false;
}

/* Statuses of the case, what its borrower asked for and the collector's credential reach a tablet
 * late; all else it knew by itself. */
static bool is_status(enum refusal refusal)
{
    const char *rule = refusal_rule(refusal);
    return rule[0] == 'S' || strcmp(rule, "P08") == 0 || strcmp(rule, "T04") == 0 ||
           strcmp(rule, "I03") == 0;
}

/* The verdict of a tablet that the layer of the case had not reached. */
static struct verdict judge_without_layer(const struct policy *policy, struct arena *arena,
                                          struct gate_facts facts)
{
    ds_CaseState *state = arena_copy(arena, facts.state, sizeof *facts.state);
    state->law.size = 0;
    facts.state = state;
    return gate_check(policy, GATE_checkin, &facts);
}

/* It fires, or is as strict, only by the layer of the case. */
static bool is_by_layer(const struct verdict *without, const struct verdict_fired *fired)
{
    const struct verdict_fired *milder = verdict_find(without, fired->refusal);
    return milder == NULL || milder->severity < fired->severity;
}

static enum err judge_visit(struct rejudge *rejudge, struct arena *arena,
                            const ds_CaseRecord *record, const ds_CaseState *state,
                            const ds_Event *event)
{
    const ds_VisitStarted *visit = &event->kind.visit_started;
    const struct policy *policy;
    TRY(open_book(rejudge, event->policy, &policy));
    struct gate_facts facts = gate_again(policy, record, state, event);
    TRY(credential_read_at(arena, rejudge->store, event->person_no, (int64_t)event->at_ms,
                           &facts.credential_until_day));
    struct verdict verdict = gate_check(policy, GATE_checkin, &facts);
    bool has_missed = state->law.size > 0 && visit->case_law != law_shelf_case_hash(state);
    struct verdict without =
        has_missed ? judge_without_layer(policy, arena, facts) : verdict_start();
    bool is_breach = false;
    for (size_t i = 0; i < verdict.fired_count; i++) {
        const struct verdict_fired *fired = &verdict.fired[i];
        if (fired->severity < SEVERITY_warn) {
            continue;
        }
        bool is_late = is_status(fired->refusal) || (has_missed && is_by_layer(&without, fired));
        bool is_known = was_told(event, fired->refusal) || !is_late;
        (is_known ? rejudge->told : rejudge->untold)[fired->refusal]++;
        is_breach = true;
    }
    rejudge->visit_count++;
    rejudge->breach_count += is_breach;
    return OK;
}

static enum err judge_case(struct rejudge *rejudge, struct arena *arena, uint64_t case_no,
                           const ds_CaseRecord *record)
{
    const struct gather *gather = rejudge->gather;
    ds_CaseState *state = ARENA_NEW(arena, ds_CaseState);
    struct fact *fact = ARENA_NEW(arena, struct fact);
    struct id before = {{0}};
    enum err err = OK;
    fold_start(state, record);
    overrides_case(rejudge->overrides, case_no, record->case_ref);
    struct hq_query query = hq_query(rejudge->store, SQL_HQ_report_case_facts);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    while (err == OK && hq_next(&query)) {
        struct str id = hq_text(&query, 0);
        struct str body = hq_text(&query, 4);
        if (id.size != sizeof fact->id.bytes ||
            memcmp(id.bytes, before.bytes, sizeof before.bytes) == 0 ||
            event_decode(&fact->event, (const uint8_t *)body.bytes, body.size) != OK) {
            continue;
        }
        memcpy(fact->id.bytes, id.bytes, sizeof fact->id.bytes);
        before = fact->id;
        fact->device_no = (uint32_t)hq_i64(&query, 1);
        fact->seq = (uint64_t)hq_i64(&query, 2);
        fact->order_at_ms = hq_i64(&query, 3);
        const ds_Event *event = &fact->event;
        int64_t at_ms = (int64_t)event->at_ms;
        if (event->which_kind == ds_Event_visit_started_tag &&
            at_ms >= gather_from_at_ms(gather, GATHER_now) &&
            at_ms < gather_until_at_ms(gather, GATHER_now) &&
            gather_has_person(gather, event->person_no)) {
            err = judge_visit(rejudge, arena, record, state, event);
        }
        overrides_see(rejudge->overrides, gather, fact);
        fold_fact(state, record, fact);
    }
    enum err end = hq_end(&query);
    return err != OK ? err : end;
}

static enum err judge_cases(struct rejudge *rejudge)
{
    const struct gather *gather = rejudge->gather;
    struct arena scratch;
    arena_init(&scratch, 0);
    enum err err = OK;
    struct hq_query query = hq_query(rejudge->store, SQL_HQ_report_visited_cases);
    hq_bind_i64(&query, "$from_at_ms", gather_from_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$channel", CONTACT_CHANNEL_visit);
    while (err == OK && hq_next(&query)) {
        ds_CaseRecord *record = ARENA_NEW(&scratch, ds_CaseRecord);
        struct str body = hq_text(&query, 1);
        if (case_record_decode(record, (const uint8_t *)body.bytes, body.size) == OK) {
            err = judge_case(rejudge, &scratch, (uint64_t)hq_i64(&query, 0), record);
        }
        arena_reset(&scratch);
    }
    enum err end = hq_end(&query);
    arena_deinit(&scratch);
    return err != OK ? err : end;
}

/* The words of a refusal without the numbers of one visit. */
static const char *title_of(struct arena *arena, enum lang lang, uint32_t refusal)
{
    static const char *const names[] = {"open",  "close", "next",  "minutes", "count",
                                        "limit", "low",   "high",  "metres",  "hours",
                                        "day",   "n",     "amount"};
    struct lang_value values[COUNT(names)];
    for (size_t i = 0; i < COUNT(names); i++) {
        values[i] = lang_value_text(names[i], "…");
    }
    return lang_fill_list(arena, lang, refusal_key(refusal), values, COUNT(values));
}

enum err rejudge_table(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct rejudge *rejudge = ARENA_NEW(doc->arena, struct rejudge);
    rejudge->arena = doc->arena;
    rejudge->store = store;
    rejudge->gather = gather;
    rejudge->overrides = overrides_start(doc->arena);
    TRY(judge_cases(rejudge));
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table =
        doc_table(doc, "rejudged", lang_text(style.lang, "report.table.rejudged"));
    doc_column_silent(table, "refusal", lang_text(style.lang, "report.column.rule"));
    doc_column(table, "rule", lang_text(style.lang, "report.column.rule"), false);
    doc_column(table, "title", lang_text(style.lang, "report.column.title"), false);
    doc_column(table, "knowing", lang_text(style.lang, "report.column.knowing"), true);
    doc_column(table, "unknowing", lang_text(style.lang, "report.column.unknowing"), true);
    for (size_t i = 0; i < refusal_count(); i++) {
        uint32_t refusal = refusal_code_at(i);
        if (rejudge->told[refusal] + rejudge->untold[refusal] == 0) {
            continue;
        }
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(refusal_name(refusal));
        cells[1] = doc_cell_text(refusal_rule(refusal));
        cells[2] = doc_cell_text(title_of(doc->arena, style.lang, refusal));
        cells[3] = figure_unit_cell(&style, METRIC_UNIT_count, rejudge->told[refusal]);
        cells[4] = figure_unit_cell(&style, METRIC_UNIT_count, rejudge->untold[refusal]);
    }
    table->text = lang_fill(doc->arena, style.lang, "report.rejudged",
                            lang_value_count("visits", rejudge->visit_count),
                            lang_value_count("breaches", rejudge->breach_count));
    overrides_table(doc, rejudge->overrides, gather);
    return OK;
}
