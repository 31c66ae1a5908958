#include "sync/server/report/tables.h"

#include <string.h>

static const char *title(const struct gather *gather, const char *key)
{
    return lang_text(gather->ask->lang, key);
}

bool tables_takes(const struct gather *gather, const struct doc_block *table, size_t *left_out)
{
    bool has_room = gather->ask->rows_max == 0 || table->row_count < gather->ask->rows_max;
    *left_out += !has_room;
    return has_room;
}

void tables_end(struct doc *doc, const struct gather *gather, struct doc_block *table,
                size_t left_out)
{
    if (left_out > 0) {
        table->text = lang_fill(doc->arena, gather->ask->lang, "report.left_out",
                                lang_value_count("n", (int64_t)left_out));
    } else if (table->row_count == 0) {
        table->text = title(gather, "report.empty_list");
    }
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
    cells[2] = figure_unit_name_cell(style, unit);
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

/* Columns that would only say "no data" stay out of the text form. */
static void hide_empty_columns(struct doc_block *table, const struct gather *gather,
                               enum metric_group group)
{
    bool has_target = false;
    for (int i = 0; i < METRIC_COUNT; i++) {
        has_target =
            has_target || (metric_group((enum metric)i) == group && gather->targets[i].has_value);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        struct doc_column *column = &table->columns[i];
        bool is_year = strncmp(column->name, "year_", 5) == 0;
        bool is_before = strcmp(column->name, "before") == 0 ||
                         strcmp(column->name, "difference") == 0 ||
                         strcmp(column->name, "relative_bp") == 0;
        bool is_target = strcmp(column->name, "target") == 0 || strcmp(column->name, "gap") == 0;
        column->is_silent = column->is_silent || (is_before && !gather->has_data[GATHER_before]) ||
                            (is_year && !gather->has_data[GATHER_year_before]) ||
                            (is_target && !has_target);
    }
}

void tables_metrics(struct doc *doc, const struct gather *gather, enum metric_group group)
{
    struct figure_style style = figure_style(doc->arena, gather);
    const char *name = metric_group_name(group);
    struct doc_block *table =
        doc_table(doc, name, title(gather, str_format(doc->arena, "metric_group.%s", name)));
    doc_column_silent(table, "metric", title(gather, "report.column.metric"));
    doc_column(table, "title", title(gather, "report.column.title"), false);
    doc_column_silent(table, "unit", title(gather, "report.column.unit"));
    doc_column(table, "value", title(gather, "report.column.value"), true);
    doc_column(table, "before", title(gather, "report.column.before"), true);
    doc_column(table, "difference", title(gather, "report.column.difference"), true);
    doc_column(table, "relative_bp", title(gather, "report.column.relative"), true);
    doc_column(table, "year_before", title(gather, "report.column.year_before"), true);
    doc_column(table, "year_difference", title(gather, "report.column.year_difference"), true);
    doc_column(table, "year_relative_bp", title(gather, "report.column.year_relative"), true);
    doc_column(table, "target", title(gather, "report.column.target"), true);
    doc_column(table, "gap", title(gather, "report.column.gap"), true);
    hide_empty_columns(table, gather, group);
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
            doc_column_silent(table, "name", title(gather, "report.column.name"));
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
