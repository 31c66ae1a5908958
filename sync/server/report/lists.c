/* Lists of single cases: overdue debts, payments, contacts. Names are masked: a
 * sheet lies on desks. */
#include "sync/server/report/tables.h"

#include "core/domain/date.h"
#include "core/domain/mask.h"

#include <stdlib.h>

static const char *title(const struct gather *gather, const char *key)
{
    return lang_text(gather->ask->lang, key);
}

static struct doc_cell name_cell(struct arena *arena, struct str name)
{
    char masked[MASK_TEXT_SIZE];
    return doc_cell_text(arena_text(arena, mask_name(masked, str_text(arena, name))));
}

static struct doc_cell item_cell(struct arena *arena, enum lang lang, enum catalog list,
                                 int64_t code)
{
    if (code == 0) {
        return (struct doc_cell){.text = "-", .is_empty = true};
    }
    return doc_cell_text(lang_item(arena, lang, list, (uint32_t)code));
}

/* ---- overdue ---- */

struct overdue {
    struct overdue *next;
    uint64_t case_no;
    const char *case_ref;
    struct doc_cell customer;
    uint32_t owner_no;
    int64_t owed_minor;
    int32_t due_day, next_day;
    int64_t contact_at_ms; /* 0: never contacted */
    uint32_t channel, outcome, result;
    uint32_t arrangement_kind, arrangement_state; /* of the live one; 0 none */
    int32_t arrangement_day;
    int64_t arrangement_minor;
};

/* "2026-11-20 Visit: promise to pay", or that nobody was contacted. */
static const char *last_contact_words(struct arena *arena, const struct gather *gather,
                                      const struct overdue *one)
{
    if (one->contact_at_ms == 0) {
        return title(gather, "report.never_contacted");
    }
    enum lang lang = gather->ask->lang;
    bool is_visit = one->channel == CONTACT_CHANNEL_visit;
    const char *result = is_visit ? lang_item(arena, lang, CATALOG_outcome, one->outcome)
                                  : lang_item(arena, lang, CATALOG_contact_result, one->result);
    return lang_fill(
        arena, lang, "report.last_contact",
        lang_value_day("day", date_day_at(one->contact_at_ms, gather->offset_minutes)),
        lang_value_text("channel", lang_item(arena, lang, CATALOG_contact_channel, one->channel)),
        lang_value_text("result", result));
}

/* What is being done: a live arrangement, else the agreed next contact, else that
 * the next step is still to be set. */
static const char *measure_words(const struct figure_style *style, const struct overdue *one)
{
    if (one->arrangement_kind != 0) {
        return lang_fill(
            style->arena, style->lang, "report.measure.arrangement",
            lang_value_text("kind", lang_item(style->arena, style->lang, CATALOG_arrangement_kind,
                                              one->arrangement_kind)),
            lang_value_text("state", lang_item(style->arena, style->lang, CATALOG_arrangement_state,
                                               one->arrangement_state)),
            lang_value_day("day", one->arrangement_day),
            lang_value_text("amount",
                            figure_unit_text(style, METRIC_UNIT_money, one->arrangement_minor)));
    }
    if (one->next_day != 0) {
        return lang_fill(style->arena, style->lang, "report.measure.next",
                         lang_value_day("day", one->next_day));
    }
    return lang_text(style->lang,
                     one->contact_at_ms == 0 ? "report.measure.first" : "report.measure.again");
}

static int overdue_compare(const void *a, const void *b)
{
    const struct overdue *one = *(const struct overdue *const *)a;
    const struct overdue *other = *(const struct overdue *const *)b;
    if (one->owed_minor != other->owed_minor) {
        return one->owed_minor > other->owed_minor ? -1 : 1;
    }
    return one->case_no < other->case_no ? -1 : one->case_no > other->case_no;
}

static struct overdue overdue_read(struct arena *arena, const struct hq_query *query)
{
    return (struct overdue){
        .case_no = (uint64_t)hq_i64(query, 0),
        .case_ref = str_text(arena, hq_text(query, 1)),
        .customer = name_cell(arena, hq_text(query, 2)),
        .owner_no = (uint32_t)hq_i64(query, 3),
        .owed_minor = hq_i64(query, 4) + hq_i64(query, 15),
        .due_day = (int32_t)hq_i64(query, 5),
        .next_day = (int32_t)hq_i64(query, 6),
        .contact_at_ms = hq_i64(query, 7),
        .channel = (uint32_t)hq_i64(query, 8),
        .outcome = (uint32_t)hq_i64(query, 9),
        .result = (uint32_t)hq_i64(query, 10),
        .arrangement_kind = (uint32_t)hq_i64(query, 11),
        .arrangement_state = (uint32_t)hq_i64(query, 12),
        .arrangement_day = (int32_t)hq_i64(query, 13),
        .arrangement_minor = hq_i64(query, 14),
    };
}

/* The same cases and amounts as the metrics overdue_accounts and overdue_amount. */
static enum err overdue_all(struct arena *arena, struct hq_store *store,
                            const struct gather *gather, struct overdue ***all_out,
                            size_t *count_out)
{
    struct overdue *first = NULL;
    size_t count = 0;
    struct gather_record *room = gather_record_room(arena);
    struct hq_query query = hq_query(store, SQL_HQ_report_overdue);
    hq_bind_i64(&query, "$as_of_day", gather->as_of_day);
    hq_bind_i64(&query, "$until_at_ms",
                date_instant(gather->as_of_day + 1, 0, gather->offset_minutes));
    while (hq_next(&query)) {
        if (!gather_has_person(gather, (uint32_t)hq_i64(&query, 3))) {
            continue;
        }
        struct overdue one = overdue_read(arena, &query);
        struct str record = hq_text(&query, 16);
        if (record.size > 0) {
            one.owed_minor = (int64_t)gather_record_owed(room, record) + hq_i64(&query, 15);
        }
        if (one.owed_minor <= 0) {
            continue;
        }
        struct overdue *kept = ARENA_NEW(arena, struct overdue);
        *kept = one;
        kept->next = first;
        first = kept;
        count++;
    }
    TRY(hq_end(&query));
    *all_out = ARENA_ARRAY(arena, count, struct overdue *);
    *count_out = 0;
    for (struct overdue *one = first; one != NULL; one = one->next) {
        (*all_out)[(*count_out)++] = one;
    }
    if (count > 0) {
        qsort(*all_out, count, sizeof(struct overdue *), overdue_compare);
    }
    return OK;
}

enum err tables_overdue(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table = doc_table(doc, "overdue", title(gather, "report.table.overdue"));
    doc_column(table, "case_ref", title(gather, "report.column.case_ref"), false);
    doc_column(table, "customer", title(gather, "report.column.customer"), false);
    doc_column(table, "person", title(gather, "report.column.person"), false);
    doc_column(table, "owed_minor", title(gather, "report.column.owed"), true);
    doc_column(table, "days", title(gather, "report.column.days_past_due"), true);
    doc_column(table, "last_contact", title(gather, "report.column.last_contact"), false);
    doc_column(table, "measure", title(gather, "report.column.measure"), false);
    struct overdue **all = NULL;
    size_t count = 0;
    size_t left_out = 0;
    TRY(overdue_all(doc->arena, store, gather, &all, &count));
    for (size_t i = 0; i < count; i++) {
        const struct overdue *one = all[i];
        if (!tables_takes(gather, table, &left_out)) {
            continue;
        }
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(one->case_ref);
        cells[1] = one->customer;
        cells[2] = doc_cell_text(gather_person_name(doc->arena, gather, one->owner_no));
        cells[3] = figure_unit_cell(&style, METRIC_UNIT_money, one->owed_minor);
        cells[4] = figure_unit_cell(&style, METRIC_UNIT_count, gather->as_of_day - one->due_day);
        cells[5] = doc_cell_text(last_contact_words(doc->arena, gather, one));
        cells[6] = doc_cell_text(measure_words(&style, one));
    }
    tables_end(doc, gather, table, left_out);
    return OK;
}

/* ---- payments and contacts ---- */

enum err tables_payments(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table = doc_table(doc, "payments", title(gather, "report.table.payments"));
    doc_column(table, "paid_day", title(gather, "report.column.paid_day"), false);
    doc_column(table, "case_ref", title(gather, "report.column.case_ref"), false);
    doc_column(table, "customer", title(gather, "report.column.customer"), false);
    doc_column(table, "amount_minor", title(gather, "report.column.amount"), true);
    doc_column(table, "channel", title(gather, "report.column.payment_channel"), false);
    doc_column(table, "person", title(gather, "report.column.credited"), false);
    doc_column(table, "after_channel", title(gather, "report.column.after_channel"), false);
    doc_column(table, "state", title(gather, "report.column.payment_state"), false);
    size_t left_out = 0;
    struct hq_query query = hq_query(store, SQL_HQ_report_payment_list);
    hq_bind_i64(&query, "$from_day", gather->periods[GATHER_now].from_day);
    hq_bind_i64(&query, "$until_day", gather->periods[GATHER_now].until_day);
    while (hq_next(&query)) {
        uint32_t credited_no = (uint32_t)hq_i64(&query, 5);
        if (!gather_has_person(gather, credited_no) || !tables_takes(gather, table, &left_out)) {
            continue;
        }
        bool is_posted = hq_i64(&query, 7) != 0;
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = figure_day_cell(&style, (int32_t)hq_i64(&query, 0));
        cells[1] = doc_cell_text(str_text(doc->arena, hq_text(&query, 1)));
        cells[2] = name_cell(doc->arena, hq_text(&query, 2));
        cells[3] = figure_unit_cell(&style, METRIC_UNIT_money, hq_i64(&query, 3));
        cells[4] = item_cell(doc->arena, style.lang, CATALOG_payment_channel, hq_i64(&query, 4));
        cells[5] = doc_cell_text(gather_person_name(doc->arena, gather, credited_no));
        cells[6] = item_cell(doc->arena, style.lang, CATALOG_contact_channel, hq_i64(&query, 6));
        cells[7] = doc_cell_text(
            title(gather, is_posted ? "report.payment.posted" : "report.payment.noted"));
    }
    tables_end(doc, gather, table, left_out);
    return hq_end(&query);
}

enum err tables_contacts(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table = doc_table(doc, "contacts", title(gather, "report.table.contacts"));
    doc_column(table, "time", title(gather, "report.column.time"), false);
    doc_column(table, "person", title(gather, "report.column.person"), false);
    doc_column(table, "channel", title(gather, "report.column.channel"), false);
    doc_column(table, "case_ref", title(gather, "report.column.case_ref"), false);
    doc_column(table, "customer", title(gather, "report.column.customer"), false);
    doc_column(table, "role", title(gather, "report.column.role"), false);
    doc_column(table, "result", title(gather, "report.column.result"), false);
    doc_column(table, "minutes", title(gather, "report.column.minutes"), true);
    doc_column(table, "rules_fired", title(gather, "report.column.rules_fired"), true);
    size_t left_out = 0;
    struct hq_query query = hq_query(store, SQL_HQ_report_contact_list);
    hq_bind_i64(&query, "$from_at_ms", gather_from_at_ms(gather, GATHER_now));
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, GATHER_now));
    while (hq_next(&query)) {
        uint32_t person_no = (uint32_t)hq_i64(&query, 1);
        if (!gather_has_person(gather, person_no) || !tables_takes(gather, table, &left_out)) {
            continue;
        }
        char time[DATE_INSTANT_TEXT_SIZE];
        int64_t channel = hq_i64(&query, 2);
        bool is_visit = channel == CONTACT_CHANNEL_visit;
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(arena_text(
            doc->arena, date_instant_to_text(time, hq_i64(&query, 0), gather->offset_minutes)));
        cells[1] = doc_cell_text(gather_person_name(doc->arena, gather, person_no));
        cells[2] = item_cell(doc->arena, style.lang, CATALOG_contact_channel, channel);
        cells[3] = doc_cell_text(str_text(doc->arena, hq_text(&query, 3)));
        cells[4] = name_cell(doc->arena, hq_text(&query, 4));
        cells[5] = item_cell(doc->arena, style.lang, CATALOG_role, hq_i64(&query, 7));
        cells[6] =
            item_cell(doc->arena, style.lang, is_visit ? CATALOG_outcome : CATALOG_contact_result,
                      hq_i64(&query, is_visit ? 5 : 6));
        cells[7] = figure_unit_cell(&style, METRIC_UNIT_count, hq_i64(&query, 8) / 60);
        cells[8] = figure_unit_cell(&style, METRIC_UNIT_count, hq_i64(&query, 9));
    }
    tables_end(doc, gather, table, left_out);
    return hq_end(&query);
}
