#include "sync/server/report/figure.h"

#include "core/domain/date.h"
#include "core/domain/money.h"

/* 1 万元 is 10,000 yuan; shown to two decimals, so a hundredth is 10,000 fen. */
enum { WAN_HUNDREDTH_MINOR = 10000 };

struct figure_style figure_style(struct arena *arena, const struct gather *gather)
{
    return (struct figure_style){arena, gather->ask->lang, gather->ask->money};
}

static int64_t shown_value(const struct figure_style *style, enum metric_unit unit, int64_t value)
{
    if (unit != METRIC_UNIT_money || style->money == REPORT_MONEY_yuan) {
        return value;
    }
    int64_t wan = 0;
    CHECK(money_scale(value, 1, WAN_HUNDREDTH_MINOR, MONEY_ROUND_half_up, &wan) == OK);
    return wan;
}

static const char *digits(const struct figure_style *style, enum metric_unit unit, int64_t value,
                          bool is_grouped)
{
    char text[METRIC_TEXT_SIZE];
    return arena_text(style->arena,
                      metric_to_text(text, unit, shown_value(style, unit, value), is_grouped));
}

static const char *unit_key(const struct figure_style *style, enum metric_unit unit)
{
    bool is_wan = unit == METRIC_UNIT_money && style->money == REPORT_MONEY_wan;
    return str_format(style->arena, "report.unit.%s",
                      is_wan ? "money_wan" : metric_unit_name(unit));
}

const char *figure_unit_text(const struct figure_style *style, enum metric_unit unit, int64_t value)
{
    return lang_fill(style->arena, style->lang, unit_key(style, unit),
                     lang_value_text("value", digits(style, unit, value, true)));
}

const char *figure_text(const struct figure_style *style, const struct metric_value *value)
{
    if (!value->has_value) {
        return lang_text(style->lang, "report.not_countable");
    }
    return figure_unit_text(style, metric_unit(value->metric), value->value);
}

const char *figure_change_words(const struct figure_style *style,
                                const struct metric_change *change, enum metric_unit unit)
{
    bool is_points = unit == METRIC_UNIT_rate;
    if (!change->has_difference || (!is_points && !change->has_relative)) {
        return lang_text(style->lang, "report.no_earlier_data");
    }
    int64_t size = is_points ? change->difference : change->relative_bp;
    if (size == 0) {
        return lang_text(style->lang, "report.unchanged");
    }
    const char *key = is_points ? (size > 0 ? "report.points_up" : "report.points_down")
                                : (size > 0 ? "report.percent_up" : "report.percent_down");
    int64_t shown = size < 0 && size > INT64_MIN ? -size : size;
    return lang_fill(style->arena, style->lang, key,
                     lang_value_text("value", digits(style, METRIC_UNIT_rate, shown, true)));
}

struct doc_cell figure_unit_cell(const struct figure_style *style, enum metric_unit unit,
                                 int64_t value)
{
    return doc_cell_number(figure_unit_text(style, unit, value), digits(style, unit, value, false),
                           value);
}

static struct doc_cell empty_cell(const struct figure_style *style)
{
    return (struct doc_cell){.text = lang_text(style->lang, "report.no_data"), .is_empty = true};
}

struct doc_cell figure_cell(const struct figure_style *style, const struct metric_value *value)
{
    return value->has_value ? figure_unit_cell(style, metric_unit(value->metric), value->value)
                            : empty_cell(style);
}

static const char *with_sign(const struct figure_style *style, const char *text, int64_t value)
{
    return value > 0 ? str_format(style->arena, "+%s", text) : text;
}

struct doc_cell figure_difference_cell(const struct figure_style *style,
                                       const struct metric_change *change, enum metric_unit unit)
{
    if (!change->has_difference) {
        return empty_cell(style);
    }
    const char *text = digits(style, unit, change->difference, true);
    if (unit == METRIC_UNIT_rate) {
        text =
            lang_fill(style->arena, style->lang, "report.points", lang_value_text("value", text));
    }
    return doc_cell_number(with_sign(style, text, change->difference),
                           digits(style, unit, change->difference, false), change->difference);
}

struct doc_cell figure_relative_cell(const struct figure_style *style,
                                     const struct metric_change *change)
{
    if (!change->has_relative) {
        return empty_cell(style);
    }
    struct doc_cell cell = figure_unit_cell(style, METRIC_UNIT_rate, change->relative_bp);
    cell.text = with_sign(style, cell.text, change->relative_bp);
    return cell;
}

struct doc_cell figure_unit_name_cell(const struct figure_style *style, enum metric_unit unit)
{
    struct doc_cell cell = doc_cell_text(metric_unit_name(unit));
    if (unit == METRIC_UNIT_money) {
        cell.plain = style->money == REPORT_MONEY_wan ? "wan" : "yuan";
    }
    return cell;
}

struct doc_cell figure_day_cell(const struct figure_style *style, int32_t day)
{
    char text[DATE_TEXT_SIZE];
    if (day == 0) {
        return (struct doc_cell){.text = "-", .is_empty = true};
    }
    return doc_cell_text(arena_text(style->arena, date_to_text(text, day)));
}
