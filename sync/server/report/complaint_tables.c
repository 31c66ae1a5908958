#include "sync/server/report/complaint_tables.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "sync/server/report/figure.h"
#include "sync/server/report/tables.h"

#include <string.h>

/* A visit or complaint that somebody may be called back about. */
struct subject {
    struct subject *next;
    struct id id;
    enum event_kind kind;
    uint32_t person_no; /* who was there */
    int64_t at_ms;
    uint32_t complaint;
    uint32_t answer; /* 0: open */
    int64_t answered_at_ms;
};

struct complaints {
    struct doc *doc;
    const struct gather *gather;
    struct figure_style style;
    struct doc_block *answers, *calls;
    size_t answers_left_out, calls_left_out;
};

static bool is_in_period(const struct gather *gather, int64_t at_ms)
{
    return at_ms >= gather_from_at_ms(gather, GATHER_now) &&
           at_ms < gather_until_at_ms(gather, GATHER_now);
}

static struct doc_cell instant_cell(const struct complaints *complaints, int64_t at_ms)
{
    char time[DATE_INSTANT_TEXT_SIZE];
    return doc_cell_text(
        arena_text(complaints->doc->arena,
                   date_instant_to_text(time, at_ms, complaints->gather->offset_minutes)));
}

static struct doc_cell item_cell(const struct complaints *complaints, enum catalog list,
                                 uint32_t code)
{
    return doc_cell_text(lang_item(complaints->doc->arena, complaints->style.lang, list, code));
}

static struct subject *find(struct subject *first, const uint8_t target[16])
{
    for (struct subject *one = first; one != NULL; one = one->next) {
        if (memcmp(one->id.bytes, target, sizeof one->id.bytes) == 0) {
            return one;
        }
    }
    return NULL;
}

static void add_call(struct complaints *complaints, const struct subject *subject,
                     const ds_Event *event, const char *case_ref)
{
    const struct gather *gather = complaints->gather;
    if (subject == NULL || !is_in_period(gather, (int64_t)event->at_ms) ||
        !gather_has_person(gather, subject->person_no) ||
        !tables_takes(gather, complaints->calls, &complaints->calls_left_out)) {
        return;
    }
    const ds_CallBackMade *made = &event->kind.call_back_made;
    struct doc_cell *cells = doc_row(complaints->doc, complaints->calls);
    cells[0] = instant_cell(complaints, (int64_t)event->at_ms);
    cells[1] = doc_cell_text(case_ref);
    cells[2] =
        doc_cell_text(gather_person_name(complaints->doc->arena, gather, subject->person_no));
    cells[3] = item_cell(complaints, CATALOG_call_back_result, made->result);
    cells[4] = doc_cell_text(arena_text(complaints->doc->arena, made->by));
}

static void add_complaint(struct complaints *complaints, const struct subject *subject,
                          const char *case_ref)
{
    const struct gather *gather = complaints->gather;
    if (subject->kind != EVENT_complaint_taken || !is_in_period(gather, subject->at_ms) ||
        !gather_has_person(gather, subject->person_no) ||
        !tables_takes(gather, complaints->answers, &complaints->answers_left_out)) {
        return;
    }
    int32_t from_day = date_day_at(subject->at_ms, gather->offset_minutes);
    int32_t until_day = subject->answer == 0
                            ? gather->as_of_day
                            : date_day_at(subject->answered_at_ms, gather->offset_minutes);
    struct doc_cell *cells = doc_row(complaints->doc, complaints->answers);
    cells[0] = instant_cell(complaints, subject->at_ms);
    cells[1] = doc_cell_text(case_ref);
    cells[2] =
        doc_cell_text(gather_person_name(complaints->doc->arena, gather, subject->person_no));
    cells[3] = item_cell(complaints, CATALOG_complaint_kind, subject->complaint);
    cells[4] = subject->answer == 0
                   ? doc_cell_text(lang_text(complaints->style.lang, "report.complaint.open"))
                   : item_cell(complaints, CATALOG_complaint_answer, subject->answer);
    cells[5] = figure_unit_cell(&complaints->style, METRIC_UNIT_count,
                                until_day > from_day ? until_day - from_day : 0);
}

/* One case: its facts in canonical order. */
static enum err see_case(struct complaints *complaints, struct hq_store *store, uint64_t case_no,
                         const char *case_ref, struct arena *arena)
{
    struct fact *fact = ARENA_NEW(arena, struct fact);
    struct subject *first = NULL;
    struct subject **end = &first;
    struct id before = {{0}};
    struct hq_query query = hq_query(store, SQL_HQ_report_case_facts);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    while (hq_next(&query)) {
        struct str id = hq_text(&query, 0);
        struct str body = hq_text(&query, 4);
        if (id.size != sizeof before.bytes ||
            memcmp(id.bytes, before.bytes, sizeof before.bytes) == 0 ||
            event_decode(&fact->event, (const uint8_t *)body.bytes, body.size) != OK) {
            continue;
        }
        memcpy(before.bytes, id.bytes, sizeof before.bytes);
        const ds_Event *event = &fact->event;
        enum event_kind kind = event_kind(event);
        if (kind == EVENT_complaint_taken || kind == EVENT_visit_finished) {
            struct subject *one = ARENA_NEW(arena, struct subject);
            *one = (struct subject){.id = before,
                                    .kind = kind,
                                    .person_no = event->person_no,
                                    .at_ms = (int64_t)event->at_ms};
            one->complaint =
                kind == EVENT_complaint_taken ? event->kind.complaint_taken.complaint : 0;
            *end = one;
            end = &one->next;
        } else if (kind == EVENT_call_back_made) {
            add_call(complaints, find(first, event->kind.call_back_made.target), event, case_ref);
        } else if (kind == EVENT_complaint_answered) {
            struct subject *one = find(first, event->kind.complaint_answered.target);
            if (one != NULL && one->answer == 0) {
                one->answer = event->kind.complaint_answered.answer;
                one->answered_at_ms = (int64_t)event->at_ms;
            }
        }
    }
    for (const struct subject *one = first; one != NULL; one = one->next) {
        add_complaint(complaints, one, case_ref);
    }
    return hq_end(&query);
}

static void head(struct doc_block *table, enum lang lang, const char *last_name,
                 const char *last_key)
{
    doc_column(table, "time", lang_text(lang, "report.column.time"), false);
    doc_column(table, "case_ref", lang_text(lang, "report.column.case_ref"), false);
    doc_column(table, "person", lang_text(lang, "report.column.person"), false);
    doc_column(table, last_name, lang_text(lang, last_key), false);
}

enum err complaint_tables(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct complaints complaints = {
        .doc = doc, .gather = gather, .style = figure_style(doc->arena, gather)};
    enum lang lang = complaints.style.lang;
    complaints.answers =
        doc_table(doc, "complaints_answered", lang_text(lang, "report.table.complaints_answered"));
    head(complaints.answers, lang, "complaint", "report.column.complaint");
    doc_column(complaints.answers, "answer", lang_text(lang, "report.column.answer"), false);
    doc_column(complaints.answers, "days", lang_text(lang, "report.column.days_taken"), true);
    complaints.calls = doc_table(doc, "calls_back", lang_text(lang, "report.table.calls_back"));
    head(complaints.calls, lang, "result", "report.column.said");
    doc_column(complaints.calls, "by", lang_text(lang, "report.column.called_by"), false);
    struct arena scratch;
    arena_init(&scratch, 0);
    enum err err = OK;
    struct hq_query query = hq_query(store, SQL_HQ_law_complaint_cases);
    hq_bind_i64(&query, "$from_at_ms", gather_from_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$taken", EVENT_complaint_taken);
    hq_bind_i64(&query, "$called", EVENT_call_back_made);
    while (err == OK && hq_next(&query)) {
        const char *case_ref = str_text(doc->arena, hq_text(&query, 1));
        err = see_case(&complaints, store, (uint64_t)hq_i64(&query, 0), case_ref, &scratch);
        arena_reset(&scratch);
    }
    enum err end = hq_end(&query);
    arena_deinit(&scratch);
    tables_end(complaints.doc, complaints.gather, complaints.answers, complaints.answers_left_out);
    tables_end(complaints.doc, complaints.gather, complaints.calls, complaints.calls_left_out);
    return err != OK ? err : end;
}
