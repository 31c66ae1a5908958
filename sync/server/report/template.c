/* The summaries T1 to T6: sentences with blanks. The sentences are texts
 * ("report.t1.text" …); a blank {name} is a metric of the dictionary or one of the
 * words below, so a sentence can be reworded without touching code. */
#include "sync/server/report/kinds.h"

#include "core/domain/date.h"
#include "sync/server/report/figure.h"
#include "sync/server/report/tables.h"

#include <string.h>

enum { BLANKS_MAX = 64 };

/* What stands in one blank. */
struct blank {
    const char *name, *title, *text;
    bool has_metric;
    struct metric_value value;
};

static const char *change_words(const struct gather *gather, const struct figure_style *style,
                                enum metric metric, enum gather_span span)
{
    struct metric_value now = metric_of(&gather->tallies[GATHER_now], metric);
    struct metric_value then = metric_of(&gather->tallies[span], metric);
    then.has_value = then.has_value && gather->has_data[span];
    struct metric_change change = metric_change(&now, &then);
    return figure_change_words(style, &change, metric_unit(metric));
}

static const char *target_words(const struct gather *gather, const struct figure_style *style,
                                enum metric metric)
{
    const struct gather_target *target = &gather->targets[metric];
    return target->has_value ? figure_unit_text(style, metric_unit(metric), target->value)
                             : lang_text(style->lang, "report.not_set");
}

static const char *rate_words(const struct figure_style *style, int64_t rate_bp)
{
    return rate_bp > 0 ? figure_unit_text(style, METRIC_UNIT_rate, rate_bp)
                       : lang_text(style->lang, "report.not_set");
}

static const char *period_words(const struct gather *gather, const struct figure_style *style)
{
    if (gather->ask->period.from_day == gather->ask->period.until_day) {
        return lang_fill(style->arena, style->lang, "report.period.day",
                         lang_value_day("day", gather->ask->period.from_day));
    }
    return lang_fill(style->arena, style->lang, "report.period",
                     lang_value_day("from", gather->ask->period.from_day),
                     lang_value_day("until", gather->ask->period.until_day));
}

/* Words that are no metric; NULL for an unknown name. */
static const char *word_text(const struct gather *gather, const struct figure_style *style,
                             struct str name)
{
    if (str_is(name, "period")) {
        return period_words(gather, style);
    }
    if (str_is(name, "scope")) {
        return gather->scope_name != NULL ? gather->scope_name
                                          : lang_text(style->lang, "report.scope.all");
    }
    if (str_is(name, "recovery_change")) {
        return change_words(gather, style, METRIC_recovery_rate, GATHER_before);
    }
    if (str_is(name, "paid_change")) {
        return change_words(gather, style, METRIC_paid_amount, GATHER_before);
    }
    if (str_is(name, "paid_year_change")) {
        return change_words(gather, style, METRIC_paid_amount, GATHER_year_before);
    }
    if (str_is(name, "recovery_year_change")) {
        return change_words(gather, style, METRIC_recovery_rate, GATHER_year_before);
    }
    if (str_is(name, "next_target") || str_is(name, "recovery_target")) {
        return target_words(gather, style, METRIC_recovery_rate);
    }
    if (str_is(name, "commission_rate")) {
        return rate_words(style, gather->commission_bp);
    }
    if (str_is(name, "share_rate")) {
        return rate_words(style, gather->share_bp);
    }
    return NULL;
}

/* A pay figure without a decided rate is not missing data: nobody has decided. */
static bool is_undecided(const struct metric_value *value)
{
    return !value->has_value && metric_group(value->metric) == METRIC_GROUP_pay;
}

static struct blank blank_make(const struct gather *gather, const struct figure_style *style,
                               struct str name)
{
    struct blank blank = {.name = str_text(style->arena, name)};
    enum metric metric;
    if (metric_from_name(name, &metric)) {
        blank.has_metric = true;
        blank.value = metric_of(&gather->tallies[GATHER_now], metric);
        blank.title = lang_text(style->lang, metric_key(metric));
        blank.text = is_undecided(&blank.value) ? lang_text(style->lang, "report.not_set")
                                                : figure_text(style, &blank.value);
        return blank;
    }
    blank.text = word_text(gather, style, name);
    CHECK(blank.text != NULL); /* a text asks for a blank that nobody fills */
    blank.title = lang_text(style->lang, str_format(style->arena, "report.blank.%s", blank.name));
    return blank;
}

/* The blanks of a text in the order in which they stand, each once. */
static size_t blanks_find(const struct gather *gather, const struct figure_style *style,
                          const char *text, struct blank blanks[BLANKS_MAX])
{
    size_t count = 0;
    for (const char *open = strchr(text, '{'); open != NULL; open = strchr(open + 1, '{')) {
        const char *close = strchr(open, '}');
        CHECK(close != NULL && count < BLANKS_MAX);
        struct str name = {open + 1, (size_t)(close - open - 1)};
        bool is_known = false;
        for (size_t i = 0; i < count; i++) {
            is_known = is_known || str_is(name, blanks[i].name);
        }
        if (!is_known) {
            blanks[count++] = blank_make(gather, style, name);
        }
    }
    return count;
}

static void template_fill(struct doc *doc, const struct gather *gather, const char *key)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct blank blanks[BLANKS_MAX];
    size_t count = blanks_find(gather, &style, lang_text(style.lang, key), blanks);
    struct lang_value values[BLANKS_MAX];
    for (size_t i = 0; i < count; i++) {
        values[i] = lang_value_text(blanks[i].name, blanks[i].text);
    }
    doc_paragraph(doc, "summary", lang_fill_list(doc->arena, style.lang, key, values, count));

    struct doc_block *table =
        doc_table(doc, "blanks", lang_text(style.lang, "report.table.blanks"));
    table->is_silent = true;
    doc_column(table, "blank", lang_text(style.lang, "report.column.metric"), false);
    doc_column(table, "title", lang_text(style.lang, "report.column.title"), false);
    doc_column(table, "unit", lang_text(style.lang, "report.column.unit"), false);
    doc_column(table, "value", lang_text(style.lang, "report.column.value"), true);
    doc_column(table, "text", lang_text(style.lang, "report.column.text"), false);
    for (size_t i = 0; i < count; i++) {
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(blanks[i].name);
        cells[1] = doc_cell_text(blanks[i].title);
        if (blanks[i].has_metric) {
            cells[2] = figure_unit_name_cell(&style, metric_unit(blanks[i].value.metric));
            cells[3] = figure_cell(&style, &blanks[i].value);
        }
        cells[4] = doc_cell_text(blanks[i].text);
    }
}

enum err t1_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    (void)store;
    template_fill(doc, gather, "report.t1.text");
    return OK;
}

enum err t2_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    (void)store;
    template_fill(doc, gather, "report.t2.text");
    return OK;
}

enum err t3_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    (void)store;
    template_fill(doc, gather, "report.t3.text");
    return OK;
}

enum err t4_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    (void)store;
    template_fill(doc, gather, "report.t4.text");
    return OK;
}

/* Team and person: the summary for all, then a line a person. */
enum err t5_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    (void)store;
    template_fill(doc, gather, "report.t5.text");
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table =
        doc_table(doc, "people", lang_text(style.lang, "report.table.people"));
    doc_column(table, "person", lang_text(style.lang, "report.column.person"), false);
    doc_column(table, "paid_amount", lang_text(style.lang, metric_key(METRIC_paid_amount)), true);
    doc_column(table, "year_before", lang_text(style.lang, "report.column.year_before"), true);
    doc_column(table, "year_relative_bp", lang_text(style.lang, "report.column.year_relative"),
               true);
    doc_column(table, "recovery_rate", lang_text(style.lang, metric_key(METRIC_recovery_rate)),
               true);
    for (size_t i = 0; i < gather->person_count; i++) {
        const struct gather_person *person = &gather->persons[i];
        struct metric_value now = metric_of(&person->tallies[GATHER_now], METRIC_paid_amount);
        struct metric_value then =
            metric_of(&person->tallies[GATHER_year_before], METRIC_paid_amount);
        struct metric_value rate = metric_of(&person->tallies[GATHER_now], METRIC_recovery_rate);
        then.has_value = then.has_value && gather->has_data[GATHER_year_before];
        if (now.value == 0 && then.value == 0 && !rate.has_value) {
            continue;
        }
        struct metric_change change = metric_change(&now, &then);
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(gather_person_name(doc->arena, gather, person->person_no));
        cells[1] = figure_cell(&style, &now);
        cells[2] = figure_cell(&style, &then);
        cells[3] = figure_relative_cell(&style, &change);
        cells[4] = figure_cell(&style, &rate);
    }
    return OK;
}

enum err t6_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    (void)store;
    static const enum metric columns[] = {METRIC_paid_cases, METRIC_paid_amount, METRIC_commission,
                                          METRIC_department_share};
    template_fill(doc, gather, "report.t6.text");
    tables_people(doc, gather, columns, COUNT(columns));
    return OK;
}
