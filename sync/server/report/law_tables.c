#include "sync/server/report/law_tables.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/third_party.h"
#include "sync/server/report/figure.h"
#include "sync/server/report/identity_file.h"
#include "sync/server/report/policy_book.h"
#include "sync/server/report/tables.h"

static const char *title(const struct gather *gather, const char *key)
{
    return lang_text(gather->ask->lang, key);
}

/* ---- third parties ---- */

enum err law_tables_third_parties(struct doc *doc, struct hq_store *store,
                                  const struct gather *gather)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct policy_book *book;
    TRY(policy_book_now(doc->arena, store, &book));
    int64_t limit = third_party_limit(&book->policy);
    int64_t liable = 0;
    for (size_t i = 0; i < catalog_count(CATALOG_role); i++) {
        uint32_t role = catalog_code_at(CATALOG_role, i);
        liable |= role_is_liable(role) ? INT64_C(1) << role : 0;
    }
    struct doc_block *table =
        doc_table(doc, "third_parties", title(gather, "report.table.third_parties"));
    doc_column(table, "case_ref", title(gather, "report.column.case_ref"), false);
    doc_column(table, "role", title(gather, "report.column.role"), false);
    doc_column(table, "period", title(gather, "report.column.in_period"), true);
    doc_column(table, "contacts", title(gather, "report.column.ever"), true);
    doc_column(table, "collectors", title(gather, "report.column.collectors"), true);
    doc_column(table, "last", title(gather, "report.column.last"), false);
    doc_column(table, "limit", title(gather, "report.column.limit"), false);
    size_t left_out = 0;
    struct hq_query query = hq_query(store, SQL_HQ_law_third_parties);
    hq_bind_i64(&query, "$liable", liable);
    hq_bind_i64(&query, "$from_at_ms", gather_from_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, GATHER_now));
    while (hq_next(&query)) {
        if (!tables_takes(gather, table, &left_out)) {
            continue;
        }
        char time[DATE_INSTANT_TEXT_SIZE];
        int64_t count = hq_i64(&query, 3);
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(str_text(doc->arena, hq_text(&query, 1)));
        cells[1] = doc_cell_text(
            lang_item(doc->arena, style.lang, CATALOG_role, (uint32_t)hq_i64(&query, 2)));
        cells[2] = figure_unit_cell(&style, METRIC_UNIT_count, hq_i64(&query, 6));
        cells[3] = figure_unit_cell(&style, METRIC_UNIT_count, count);
        cells[4] = figure_unit_cell(&style, METRIC_UNIT_count, hq_i64(&query, 4));
        cells[5] = doc_cell_text(arena_text(
            doc->arena, date_instant_to_text(time, hq_i64(&query, 5), gather->offset_minutes)));
        cells[6] = limit < 0 ? (struct doc_cell){.text = "-", .is_empty = true}
                             : doc_cell_text(lang_fill(doc->arena, style.lang,
                                                       count > limit ? "report.third.over"
                                                                     : "report.third.within",
                                                       lang_value_count("limit", limit)));
    }
    tables_end(doc, gather, table, left_out);
    return hq_end(&query);
}

/* ---- recordings ---- */

enum err law_tables_recordings(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table =
        doc_table(doc, "recordings", title(gather, "report.table.recordings"));
    doc_column(table, "person", title(gather, "report.column.person"), false);
    doc_column(table, "visits", title(gather, "report.column.visits"), true);
    doc_column(table, "minutes", title(gather, "report.column.minutes"), true);
    doc_column(table, "recorded_visits", title(gather, "report.column.recorded_visits"), true);
    doc_column(table, "recorded_minutes", title(gather, "report.column.recorded_minutes"), true);
    size_t left_out = 0;
    struct hq_query query = hq_query(store, SQL_HQ_law_recordings);
    hq_bind_i64(&query, "$from_at_ms", gather_from_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$channel", CONTACT_CHANNEL_visit);
    hq_bind_i64(&query, "$kind", EVENT_evidence_attached);
    hq_bind_i64(&query, "$voice", EVIDENCE_KIND_voice);
    while (hq_next(&query)) {
        uint32_t person_no = (uint32_t)hq_i64(&query, 0);
        if (!gather_has_person(gather, person_no) || !tables_takes(gather, table, &left_out)) {
            continue;
        }
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(gather_person_name(doc->arena, gather, person_no));
        cells[1] = figure_unit_cell(&style, METRIC_UNIT_count, hq_i64(&query, 1));
        cells[2] = figure_unit_cell(&style, METRIC_UNIT_count, hq_i64(&query, 2) / 60);
        cells[3] = figure_unit_cell(&style, METRIC_UNIT_count, hq_i64(&query, 3));
        cells[4] = figure_unit_cell(&style, METRIC_UNIT_count, hq_i64(&query, 4) / 60);
    }
    tables_end(doc, gather, table, left_out);
    return hq_end(&query);
}

/* ---- identity disputes ---- */

static void identity_row(struct doc *doc, const struct gather *gather, struct doc_block *table,
                         const struct identity_clock *clock, const struct identity_file *file,
                         const char *case_ref, uint32_t owner_no)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_cell *cells = doc_row(doc, table);
    bool has_checker = identity_file_checker(file, clock) != 0;
    const char *nobody = clock->is_overdue ? "identity.legal" : "identity.nobody";
    cells[0] = doc_cell_text(case_ref);
    cells[1] = doc_cell_text(gather_person_name(doc->arena, gather, owner_no));
    cells[2] = figure_day_cell(&style, clock->since_day);
    cells[3] = figure_day_cell(&style, clock->due_day);
    cells[4] = doc_cell_text(lang_fill(
        doc->arena, style.lang, clock->is_overdue ? "report.identity.late" : "report.identity.left",
        lang_value_count("n", clock->is_overdue ? -clock->left : clock->left)));
    cells[5] = doc_cell_text(has_checker ? file->checker_name : lang_text(style.lang, nobody));
}

enum err law_tables_identity(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct policy_book *book;
    TRY(policy_book_now(doc->arena, store, &book));
    struct doc_block *table = doc_table(doc, "identity", title(gather, "report.table.identity"));
    doc_column(table, "case_ref", title(gather, "report.column.case_ref"), false);
    doc_column(table, "person", title(gather, "report.column.person"), false);
    doc_column(table, "since", title(gather, "report.column.since"), false);
    doc_column(table, "due", title(gather, "report.column.check_by"), false);
    doc_column(table, "state", title(gather, "report.column.state"), false);
    doc_column(table, "checker", title(gather, "identity.column.checker"), false);
    size_t left_out = 0;
    ds_CaseRecord *record = ARENA_NEW(doc->arena, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(doc->arena, ds_CaseState);
    enum err err = OK;
    struct hq_query query = hq_query(store, SQL_HQ_law_open_stops);
    hq_bind_i64(&query, "$flag", STOP_FLAG_identity_dispute);
    hq_bind_i64(&query, "$life", CASE_LIFE_open);
    while (hq_next(&query)) {
        struct str state_bytes = hq_text(&query, 4);
        struct str record_bytes = hq_text(&query, 5);
        uint32_t owner_no = (uint32_t)hq_i64(&query, 3);
        uint64_t case_no = (uint64_t)hq_i64(&query, 0);
        struct identity_clock clock;
        struct identity_file file;
        if (case_state_decode(state, (const uint8_t *)state_bytes.bytes, state_bytes.size) != OK ||
            case_record_decode(record, (const uint8_t *)record_bytes.bytes, record_bytes.size) !=
                OK ||
            !identity_clock_read(&book->policy, record, state, gather->as_of_day, &clock) ||
            !tables_takes(gather, table, &left_out)) {
            continue;
        }
        err = identity_file_read(doc->arena, store, case_no, &file);
        if (err != OK) {
            break;
        }
        identity_row(doc, gather, table, &clock, &file, str_text(doc->arena, hq_text(&query, 1)),
                     owner_no);
    }
    enum err end = hq_end(&query);
    TRY(err);
    tables_end(doc, gather, table, left_out);
    return end;
}

/* ---- personal data that went ---- */

struct erased_counts {
    int64_t cleared, erasures, facts, put, lifted, had, proven;
};

static enum err count_erased(struct hq_store *store, const struct gather *gather,
                             struct erased_counts *counts)
{
    *counts = (struct erased_counts){0};
    struct hq_query query = hq_query(store, SQL_HQ_law_erased);
    hq_bind_i64(&query, "$from_at_ms", gather_from_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$cleared", EVENT_case_cleared);
    hq_bind_i64(&query, "$erased", EVENT_data_erased);
    hq_bind_i64(&query, "$held", EVENT_hold_changed);
    while (hq_next(&query)) {
        int64_t kind = hq_i64(&query, 0);
        int64_t count = hq_i64(&query, 2);
        if (kind == EVENT_case_cleared) {
            counts->cleared = count;
        } else if (kind == EVENT_data_erased) {
            counts->erasures = count;
            counts->facts = hq_i64(&query, 3);
        } else {
            *(hq_i64(&query, 1) != 0 ? &counts->put : &counts->lifted) = count;
        }
    }
    TRY(hq_end(&query));
    struct hq_query had = hq_query(store, SQL_HQ_law_cleared);
    hq_bind_i64(&had, "$from_at_ms", gather_from_at_ms(gather, GATHER_now));
    hq_bind_i64(&had, "$until_at_ms", gather_until_at_ms(gather, GATHER_now));
    hq_bind_i64(&had, "$cleared", EVENT_case_cleared);
    hq_bind_i64(&had, "$recalled", EVENT_case_recalled);
    hq_bind_i64(&had, "$closed", EVENT_case_closed);
    if (hq_next(&had)) {
        counts->had = hq_i64(&had, 0);
        counts->proven = hq_i64(&had, 1);
    }
    return hq_end(&had);
}

enum err law_tables_erased(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct erased_counts counts;
    TRY(count_erased(store, gather, &counts));
    struct doc_block *table = doc_table(doc, "erased", title(gather, "report.table.erased"));
    doc_column(table, "what", title(gather, "report.column.what"), false);
    doc_column(table, "count", title(gather, "report.column.count"), true);
    const struct {
        const char *key;
        int64_t count;
    } rows[] = {
        {"report.erased.cleared", counts.cleared},
        {"report.erased.unproven", counts.had - counts.proven},
        {"report.erased.erasures", counts.erasures},
        {"report.erased.facts", counts.facts},
        {"report.erased.put", counts.put},
        {"report.erased.lifted", counts.lifted},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(title(gather, rows[i].key));
        cells[1] = figure_unit_cell(&style, METRIC_UNIT_count, rows[i].count);
    }
    return OK;
}
