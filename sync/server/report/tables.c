#include "sync/server/report/tables.h"

#include "core/domain/date.h"
#include "core/domain/mask.h"

static const char *title(const struct gather *gather, const char *key)
{
    return lang_text(gather->ask->lang, key);
}

/* ---- metrics side by side ---- */

static void metric_row(struct doc *doc, struct doc_block *table, const struct gather *gather,
                       const struct figure_style *style, enum metric metric)
{
    enum metric_unit unit = metric_unit(metric);
    struct metric_value now = metric_of(&gather->tallies[GATHER_now], metric);
    struct doc_cell *cells = doc_row(doc, table);
    cells[0] = doc_cell_text(metric_name(metric));
    cells[1] = doc_cell_text(lang_text(style->lang, metric_key(metric)));
    cells[2] = doc_cell_text(metric_unit_name(unit));
    cells[3] = figure_cell(style, &now);
    size_t at = 4;
    for (int span = GATHER_before; span < GATHER_SPAN_COUNT; span++, at += 3) {
        struct metric_value then = metric_of(&gather->tallies[span], metric);
        then.has_value = then.has_value && gather->has_data[span];
        struct metric_change change = metric_change(&now, &then);
        cells[at] = figure_cell(style, &then);
        cells[at + 1] = figure_difference_cell(style, &change, unit);
        cells[at + 2] = figure_relative_cell(style, &change);
    }
    const struct gather_target *target = &gather->targets[metric];
    cells[at] = (struct doc_cell){.text = "", .is_empty = true};
    cells[at + 1] = cells[at];
    if (target->has_value) {
        struct metric_value aim = {.metric = metric, .has_value = true, .value = target->value};
        struct metric_change gap = metric_change(&now, &aim);
        cells[at] = figure_cell(style, &aim);
        cells[at + 1] = figure_difference_cell(style, &gap, unit);
    }
}

void tables_metrics(struct doc *doc, const struct gather *gather, enum metric_group group)
{
    struct figure_style style = figure_style(doc->arena, gather);
    const char *name = metric_group_name(group);
    struct doc_block *table =
        doc_table(doc, name, title(gather, str_format(doc->arena, "metric_group.%s", name)));
    doc_column(table, "metric", title(gather, "report.column.metric"), false);
    doc_column(table, "title", title(gather, "report.column.title"), false);
    doc_column(table, "unit", title(gather, "report.column.unit"), false);
    doc_column(table, "value", title(gather, "report.column.value"), true);
    doc_column(table, "before", title(gather, "report.column.before"), true);
    doc_column(table, "difference", title(gather, "report.column.difference"), true);
    doc_column(table, "relative_bp", title(gather, "report.column.relative"), true);
    doc_column(table, "year_before", title(gather, "report.column.year_before"), true);
    doc_column(table, "year_difference", title(gather, "report.column.year_difference"), true);
    doc_column(table, "year_relative_bp", title(gather, "report.column.year_relative"), true);
    doc_column(table, "target", title(gather, "report.column.target"), true);
    doc_column(table, "gap", title(gather, "report.column.gap"), true);
    for (int i = 0; i < METRIC_COUNT; i++) {
        if (metric_group((enum metric)i) == group) {
            metric_row(doc, table, gather, &style, (enum metric)i);
        }
    }
}

/* ---- people ---- */

static bool person_has_something(const struct gather_person *person)
{
    const struct tally *tally = &person->tallies[GATHER_now];
    return tally->contact_count > 0 || tally->paid_count > 0 || tally->held_cases > 0 ||
           tally->made_count > 0 || tally->days_worked > 0;
}

static void people_row(struct doc *doc, struct doc_block *table, const struct figure_style *style,
                       const char *name, const struct tally *tally, const enum metric *metrics,
                       size_t count)
{
    struct doc_cell *cells = doc_row(doc, table);
    cells[0] = doc_cell_text(name);
    for (size_t i = 0; i < count; i++) {
        struct metric_value value = metric_of(tally, metrics[i]);
        cells[i + 1] = figure_cell(style, &value);
    }
}

void tables_people(struct doc *doc, const struct gather *gather, const enum metric *metrics,
                   size_t count)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table = doc_table(doc, "people", title(gather, "report.table.people"));
    doc_column(table, "person", title(gather, "report.column.person"), false);
    for (size_t i = 0; i < count; i++) {
        doc_column(table, metric_name(metrics[i]), title(gather, metric_key(metrics[i])), true);
    }
    for (size_t i = 0; i < gather->person_count; i++) {
        const struct gather_person *person = &gather->persons[i];
        if (person_has_something(person)) {
            people_row(doc, table, &style,
                       gather_person_name(doc->arena, gather, person->person_no),
                       &person->tallies[GATHER_now], metrics, count);
        }
    }
    people_row(doc, table, &style, title(gather, "report.total"), &gather->tallies[GATHER_now],
               metrics, count);
}

/* ---- counts by code, bucket, class ---- */

void tables_codes(struct doc *doc, const struct gather *gather, const char *name,
                  const char *title_key, enum catalog list, const int64_t *counts, size_t size)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table = NULL;
    for (size_t code = 0; code < size; code++) {
        if (counts[code] == 0) {
            continue;
        }
        if (table == NULL) {
            table = doc_table(doc, name, title(gather, title_key));
            doc_column(table, "name", title(gather, "report.column.name"), false);
            doc_column(table, "title", title(gather, "report.column.what"), false);
            doc_column(table, "count", title(gather, "report.column.count"), true);
        }
        const char *known = code == 0 ? NULL : catalog_name(list, (uint32_t)code);
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(known != NULL ? known : "unknown");
        cells[1] =
            doc_cell_text(known != NULL ? lang_item(doc->arena, style.lang, list, (uint32_t)code)
                                        : title(gather, "report.unknown_code"));
        cells[2] = figure_unit_cell(&style, METRIC_UNIT_count, counts[code]);
    }
}

void tables_ageing(struct doc *doc, const struct gather *gather)
{
    struct figure_style style = figure_style(doc->arena, gather);
    const struct tally *tally = &gather->tallies[GATHER_now];
    struct doc_block *table = doc_table(doc, "ageing", title(gather, "report.table.ageing"));
    doc_column(table, "bucket", title(gather, "report.column.bucket"), false);
    doc_column(table, "cases", title(gather, "report.column.cases"), true);
    doc_column(table, "owed_minor", title(gather, "report.column.owed"), true);
    for (int i = 0; i < TALLY_BUCKET_COUNT; i++) {
        const char *name = tally_bucket_name((enum tally_bucket)i);
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(title(gather, str_format(doc->arena, "report.bucket.%s", name)));
        cells[1] = figure_unit_cell(&style, METRIC_UNIT_count, tally->bucket_cases[i]);
        cells[2] = figure_unit_cell(&style, METRIC_UNIT_money, tally->bucket_minor[i]);
    }
}

void tables_classes(struct doc *doc, const struct gather *gather)
{
    struct figure_style style = figure_style(doc->arena, gather);
    const struct tally *tally = &gather->tallies[GATHER_now];
    struct doc_block *table = doc_table(doc, "classes", title(gather, "report.table.classes"));
    doc_column(table, "class", title(gather, "report.column.class"), false);
    doc_column(table, "cases", title(gather, "report.column.cases"), true);
    for (int i = 0; i < TALLY_CLASS_COUNT; i++) {
        const char *name = tally_class_name((enum tally_class)i);
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(title(gather, str_format(doc->arena, "report.class.%s", name)));
        cells[1] = figure_unit_cell(&style, METRIC_UNIT_count, tally->class_cases[i]);
    }
}

/* ---- lists ---- */

/* Room for one more row? What is left out is counted and said below the table. */
static bool list_takes(const struct gather *gather, const struct doc_block *table, size_t *left_out)
{
    if (gather->ask->rows_max == 0 || table->row_count < gather->ask->rows_max) {
        return true;
    }
    (*left_out)++;
    return false;
}

static void list_end(struct doc *doc, const struct gather *gather, struct doc_block *table,
                     size_t left_out)
{
    if (left_out > 0) {
        table->text = lang_fill(doc->arena, gather->ask->lang, "report.left_out",
                                lang_value_count("n", (int64_t)left_out));
    } else if (table->row_count == 0) {
        table->text = title(gather, "report.empty_list");
    }
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

/* "2026-11-20 Visit: promise to pay", or that nobody was contacted. */
static const char *last_contact_words(struct arena *arena, const struct gather *gather,
                                      const struct hq_query *query)
{
    int64_t at_ms = hq_i64(query, 7);
    if (at_ms == 0) {
        return title(gather, "report.never_contacted");
    }
    enum lang lang = gather->ask->lang;
    uint32_t channel = (uint32_t)hq_i64(query, 8);
    bool is_visit = channel == CONTACT_CHANNEL_visit;
    uint32_t code = (uint32_t)hq_i64(query, is_visit ? 9 : 10);
    return lang_fill(
        arena, lang, "report.last_contact",
        lang_value_day("day", date_day_at(at_ms, gather->offset_minutes)),
        lang_value_text("channel", lang_item(arena, lang, CATALOG_contact_channel, channel)),
        lang_value_text(
            "result",
            lang_item(arena, lang, is_visit ? CATALOG_outcome : CATALOG_contact_result, code)));
}

/* What is being done: a live arrangement, else the agreed next contact, else that
 * the next step is still to be set. */
static const char *measure_words(struct arena *arena, const struct gather *gather,
                                 const struct figure_style *style, const struct hq_query *query)
{
    uint32_t kind = (uint32_t)hq_i64(query, 11);
    if (kind != 0) {
        return lang_fill(
            arena, style->lang, "report.measure.arrangement",
            lang_value_text("kind", lang_item(arena, style->lang, CATALOG_arrangement_kind, kind)),
            lang_value_text("state", lang_item(arena, style->lang, CATALOG_arrangement_state,
                                               (uint32_t)hq_i64(query, 12))),
            lang_value_day("day", (int32_t)hq_i64(query, 13)),
            lang_value_text("amount",
                            figure_unit_text(style, METRIC_UNIT_money, hq_i64(query, 14))));
    }
    int32_t next_day = (int32_t)hq_i64(query, 6);
    if (next_day != 0) {
        return lang_fill(arena, style->lang, "report.measure.next",
                         lang_value_day("day", next_day));
    }
    return title(gather, hq_i64(query, 7) == 0 ? "report.measure.first" : "report.measure.again");
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
    size_t left_out = 0;
    struct hq_query query = hq_query(store, SQL_HQ_report_overdue);
    hq_bind_i64(&query, "$as_of_day", gather->as_of_day);
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, GATHER_now));
    while (hq_next(&query)) {
        uint32_t owner_no = (uint32_t)hq_i64(&query, 3);
        if (!gather_has_person(gather, owner_no) || !list_takes(gather, table, &left_out)) {
            continue;
        }
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(str_text(doc->arena, hq_text(&query, 1)));
        cells[1] = name_cell(doc->arena, hq_text(&query, 2));
        cells[2] = doc_cell_text(gather_person_name(doc->arena, gather, owner_no));
        cells[3] = figure_unit_cell(&style, METRIC_UNIT_money, hq_i64(&query, 4));
        cells[4] =
            figure_unit_cell(&style, METRIC_UNIT_count, gather->as_of_day - hq_i64(&query, 5));
        cells[5] = doc_cell_text(last_contact_words(doc->arena, gather, &query));
        cells[6] = doc_cell_text(measure_words(doc->arena, gather, &style, &query));
    }
    list_end(doc, gather, table, left_out);
    return hq_end(&query);
}

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
        if (!gather_has_person(gather, credited_no) || !list_takes(gather, table, &left_out)) {
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
    list_end(doc, gather, table, left_out);
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
        if (!gather_has_person(gather, person_no) || !list_takes(gather, table, &left_out)) {
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
    list_end(doc, gather, table, left_out);
    return hq_end(&query);
}
