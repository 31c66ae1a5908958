/* The sheets: weekly, daily, field work, month end and conduct. Each says which
 * tables it has; what is in them is tables.c. */
#include "sync/server/report/kinds.h"

#include "core/event/event.h"
#include "sync/server/report/complaint_tables.h"
#include "sync/server/report/figure.h"
#include "sync/server/report/law_tables.h"
#include "sync/server/report/rejudge.h"
#include "sync/server/report/tables.h"

/* A short table of chosen metrics: title and value. */
static void summary(struct doc *doc, const struct gather *gather, const enum metric *metrics,
                    size_t count)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table =
        doc_table(doc, "summary", lang_text(style.lang, "report.table.summary"));
    doc_column_silent(table, "metric", lang_text(style.lang, "report.column.metric"));
    doc_column(table, "title", lang_text(style.lang, "report.column.title"), false);
    doc_column(table, "value", lang_text(style.lang, "report.column.value"), true);
    doc_column(table, "difference", lang_text(style.lang, "report.column.difference"), true);
    for (size_t i = 0; i < count; i++) {
        struct metric_value now = metric_of(&gather->tallies[GATHER_now], metrics[i]);
        struct metric_value before = metric_of(&gather->tallies[GATHER_before], metrics[i]);
        before.has_value = before.has_value && gather->has_data[GATHER_before];
        struct metric_change change = metric_change(&now, &before);
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(metric_name(metrics[i]));
        cells[1] = doc_cell_text(lang_text(style.lang, metric_key(metrics[i])));
        cells[2] = figure_cell(&style, &now);
        cells[3] = figure_difference_cell(&style, &change, metric_unit(metrics[i]));
    }
}

/* Requirement 177: every Friday payments, overdue list with amount, days and
 * measures; collated, approved, checked by finance. */
enum err weekly_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    static const enum metric figures[] = {
        METRIC_paid_cases, METRIC_paid_amount,      METRIC_recovery_rate,
        METRIC_visits,     METRIC_met_rate,         METRIC_promises_made,
        METRIC_kept_rate,  METRIC_overdue_accounts, METRIC_overdue_amount,
    };
    static const enum metric columns[] = {
        METRIC_visits,      METRIC_met_rate,      METRIC_promises_made,    METRIC_paid_cases,
        METRIC_paid_amount, METRIC_recovery_rate, METRIC_overdue_accounts, METRIC_overdue_amount,
    };
    summary(doc, gather, figures, COUNT(figures));
    tables_people(doc, gather, columns, COUNT(columns));
    TRY(tables_payments(doc, store, gather));
    TRY(tables_overdue(doc, store, gather));
    doc_paragraph(doc, "signatures", lang_text(gather->ask->lang, "report.signatures"));
    return OK;
}

/* Requirement 178: the log of letters, calls and visits, and the arrears list. */
enum err daily_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    static const enum metric figures[] = {
        METRIC_planned_stops,   METRIC_visits,     METRIC_plan_done_rate, METRIC_skipped_stops,
        METRIC_calls,           METRIC_messages,   METRIC_letters,        METRIC_promises_made,
        METRIC_promised_amount, METRIC_paid_cases, METRIC_paid_amount,    METRIC_distance,
    };
    summary(doc, gather, figures, COUNT(figures));
    TRY(tables_contacts(doc, store, gather));
    tables_codes(doc, gather, "skips", "report.table.skips", CATALOG_skip_reason,
                 gather->tallies[GATHER_now].skips, TALLY_SKIPS);
    return tables_overdue(doc, store, gather);
}

/* Requirement 179: field work as a whole. */
enum err field_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    (void)store;
    static const enum metric columns[] = {
        METRIC_visits,           METRIC_met_rate,
        METRIC_nobody_home_rate, METRIC_site_minutes_per_visit,
        METRIC_plan_done_rate,   METRIC_promises_made,
        METRIC_kept_rate,        METRIC_visit_paid_amount,
        METRIC_complaint_rate,   METRIC_safety_incidents,
        METRIC_distance,
    };
    const struct tally *tally = &gather->tallies[GATHER_now];
    tables_metrics(doc, gather, METRIC_GROUP_field);
    tables_codes(doc, gather, "outcomes", "report.table.outcomes", CATALOG_outcome, tally->outcomes,
                 TALLY_OUTCOMES);
    tables_codes(doc, gather, "skips", "report.table.skips", CATALOG_skip_reason, tally->skips,
                 TALLY_SKIPS);
    tables_codes(doc, gather, "complaints", "report.table.complaints", CATALOG_complaint_kind,
                 tally->complaints, TALLY_COMPLAINTS);
    tables_codes(doc, gather, "safety", "report.table.safety", CATALOG_safety_kind, tally->safeties,
                 TALLY_SAFETIES);
    tables_codes(doc, gather, "notices", "report.table.notices", CATALOG_notice_kind,
                 tally->notices, TALLY_NOTICES);
    tables_people(doc, gather, columns, COUNT(columns));
    return OK;
}

/* Requirements 40 and 153 to 170: every metric, compared, against its target. */
enum err month_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    (void)store;
    static const enum metric columns[] = {
        METRIC_worked_cases,  METRIC_involved_amount, METRIC_paid_cases, METRIC_paid_amount,
        METRIC_recovery_rate, METRIC_kept_rate,       METRIC_visits,     METRIC_complaint_rate,
    };
    for (int group = 0; group < METRIC_GROUP_COUNT; group++) {
        tables_metrics(doc, gather, (enum metric_group)group);
    }
    tables_ageing(doc, gather);
    tables_classes(doc, gather);
    tables_codes(doc, gather, "ends", "report.table.ends", CATALOG_close_reason,
                 gather->tallies[GATHER_now].ends, TALLY_CLOSES);
    tables_people(doc, gather, columns, COUNT(columns));
    return OK;
}

/* Policy by tablet: a tablet on an old policy works by old rules. */
static enum err policies_table(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table =
        doc_table(doc, "policies", lang_text(style.lang, "report.table.policies"));
    doc_column(table, "device_no", lang_text(style.lang, "report.column.device"), true);
    doc_column(table, "person", lang_text(style.lang, "report.column.person"), false);
    doc_column(table, "policy", lang_text(style.lang, "report.column.policy"), false);
    struct hq_query query = hq_query(store, SQL_HQ_report_devices);
    while (hq_next(&query)) {
        uint32_t person_no = (uint32_t)hq_i64(&query, 1);
        if (!gather_has_person(gather, person_no)) {
            continue;
        }
        uint64_t policy = (uint64_t)hq_i64(&query, 3);
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = figure_unit_cell(&style, METRIC_UNIT_count, hq_i64(&query, 0));
        cells[1] = doc_cell_text(gather_person_name(doc->arena, gather, person_no));
        cells[2] = doc_cell_text(
            policy == 0 ? lang_text(style.lang, "report.no_policy")
                        : str_format(doc->arena, "%016llx", (unsigned long long)policy));
    }
    if (table->row_count == 0) {
        table->text = lang_text(style.lang, "report.empty_list");
    }
    return hq_end(&query);
}

/* Report lines of the contact rules: conduct beside recovery, never apart. */
enum err conduct_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    static const enum metric columns[] = {
        METRIC_visits,        METRIC_clean_visit_rate, METRIC_rules_fired, METRIC_third_contacts,
        METRIC_complaints,    METRIC_conduct_notes,    METRIC_reveals,     METRIC_corrections,
        METRIC_recovery_rate, METRIC_balanced_score,
    };
    const struct tally *tally = &gather->tallies[GATHER_now];
    tables_metrics(doc, gather, METRIC_GROUP_conduct);
    tables_metrics(doc, gather, METRIC_GROUP_customer);
    tables_codes(doc, gather, "complaints", "report.table.complaints", CATALOG_complaint_kind,
                 tally->complaints, TALLY_COMPLAINTS);
    tables_codes(doc, gather, "safety", "report.table.safety", CATALOG_safety_kind, tally->safeties,
                 TALLY_SAFETIES);
    tables_people(doc, gather, columns, COUNT(columns));
    TRY(rejudge_table(doc, store, gather));
    TRY(law_tables_third_parties(doc, store, gather));
    TRY(law_tables_recordings(doc, store, gather));
    TRY(law_tables_erased(doc, store, gather));
    TRY(law_tables_identity(doc, store, gather));
    TRY(complaint_tables(doc, store, gather));
    return policies_table(doc, store, gather);
}
