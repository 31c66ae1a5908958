/* Problems and measures (requirement 181): every metric that misses its target, then
 * every one that became worse, each with what to do about figures of its kind. */
#include "sync/server/report/kinds.h"

#include "sync/server/report/figure.h"

/* A change this small is the noise of a period: 1 percentage point, 5 %. */
enum { NOISE_POINTS_BP = 100, NOISE_RELATIVE_BP = 500 };

static bool is_worse(enum metric metric, int64_t difference)
{
    return metric_good(metric) == METRIC_GOOD_more ? difference < 0 : difference > 0;
}

static bool is_noise(enum metric metric, const struct metric_change *change)
{
    if (metric_unit(metric) == METRIC_UNIT_rate) {
        return change->difference < NOISE_POINTS_BP && change->difference > -NOISE_POINTS_BP;
    }
    return change->has_relative && change->relative_bp < NOISE_RELATIVE_BP &&
           change->relative_bp > -NOISE_RELATIVE_BP;
}

static void problem_add(struct doc *doc, struct doc_block *table, const struct figure_style *style,
                        const struct metric_value *now, const struct metric_value *against,
                        const char *problem_key)
{
    enum metric metric = now->metric;
    struct metric_change gap = metric_change(now, against);
    const char *group = metric_group_name(metric_group(metric));
    struct doc_cell *cells = doc_row(doc, table);
    cells[0] = doc_cell_text(metric_name(metric));
    cells[1] = doc_cell_text(lang_text(style->lang, metric_key(metric)));
    cells[2] = doc_cell_text(lang_text(style->lang, problem_key));
    cells[3] = figure_cell(style, now);
    cells[4] = figure_cell(style, against);
    cells[5] = figure_difference_cell(style, &gap, metric_unit(metric));
    cells[6] =
        doc_cell_text(lang_text(style->lang, str_format(style->arena, "report.remedy.%s", group)));
}

static struct metric_value target_value(const struct gather *gather, enum metric metric)
{
    return (struct metric_value){.metric = metric,
                                 .has_value = gather->targets[metric].has_value,
                                 .value = gather->targets[metric].value};
}

/* False when the metric has no target, no value or meets it. */
static bool misses_target(const struct gather *gather, enum metric metric)
{
    struct metric_value now = metric_of(&gather->tallies[GATHER_now], metric);
    struct metric_value target = target_value(gather, metric);
    struct metric_change gap = metric_change(&now, &target);
    return gap.has_difference && is_worse(metric, gap.difference);
}

static bool became_worse(const struct gather *gather, enum metric metric)
{
    struct metric_value now = metric_of(&gather->tallies[GATHER_now], metric);
    struct metric_value before = metric_of(&gather->tallies[GATHER_before], metric);
    struct metric_change change = metric_change(&now, &before);
    return gather->has_data[GATHER_before] && change.has_difference &&
           is_worse(metric, change.difference) && !is_noise(metric, &change);
}

enum err review_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    (void)store;
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table =
        doc_table(doc, "problems", lang_text(style.lang, "report.table.problems"));
    doc_column_silent(table, "metric", lang_text(style.lang, "report.column.metric"));
    doc_column(table, "title", lang_text(style.lang, "report.column.title"), false);
    doc_column(table, "problem", lang_text(style.lang, "report.column.problem"), false);
    doc_column(table, "value", lang_text(style.lang, "report.column.value"), true);
    doc_column(table, "against", lang_text(style.lang, "report.column.against"), true);
    doc_column(table, "gap", lang_text(style.lang, "report.column.gap_against"), true);
    doc_column(table, "measure", lang_text(style.lang, "report.column.measure"), false);
    for (int i = 0; i < METRIC_COUNT; i++) {
        enum metric metric = (enum metric)i;
        if (metric_good(metric) != METRIC_GOOD_none && misses_target(gather, metric)) {
            struct metric_value now = metric_of(&gather->tallies[GATHER_now], metric);
            struct metric_value target = target_value(gather, metric);
            problem_add(doc, table, &style, &now, &target, "report.problem.target");
        }
    }
    for (int i = 0; i < METRIC_COUNT; i++) {
        enum metric metric = (enum metric)i;
        if (metric_good(metric) != METRIC_GOOD_none && !misses_target(gather, metric) &&
            became_worse(gather, metric)) {
            struct metric_value now = metric_of(&gather->tallies[GATHER_now], metric);
            struct metric_value before = metric_of(&gather->tallies[GATHER_before], metric);
            problem_add(doc, table, &style, &now, &before, "report.problem.worse");
        }
    }
    if (table->row_count == 0) {
        table->text = lang_text(style.lang, "report.no_problem");
    }
    doc_paragraph(doc, "signatures", lang_text(style.lang, "report.signatures"));
    return OK;
}
