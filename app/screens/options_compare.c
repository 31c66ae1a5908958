/* app/screens/options_compare.c -- the two ways to pay, side by side. */
#include "app/screens/options.h"

#include "core/rules/schedule.h"

const char *options_name(const struct view *view, size_t index)
{
    return view_text(view, index == 0 ? "options.a" : "options.b");
}

struct sum {
    size_t count;
    uint64_t sum_minor, each_minor, month_minor; /* month_minor: most of them within a month */
    int32_t first_day, last_day;
};

static struct sum sum_of(const struct ask *ask, const struct option *option,
                         ds_Instalment payments[LIMIT_instalments])
{
    struct sum sum = {.count = options_payments(ask, option, payments)};
    if (sum.count > 0) {
        uint64_t a_month = option->way != OPTION_WAY_parts     ? 1
                           : option->step == SCHEDULE_monthly  ? 1
                           : option->step == SCHEDULE_biweekly ? 2
                                                               : 4;
        sum.sum_minor = schedule_sum_minor(payments, sum.count);
        sum.each_minor = payments[0].amount_minor;
        sum.month_minor = sum.each_minor * a_month;
        sum.first_day = payments[0].due_day;
        sum.last_day = payments[sum.count - 1].due_day;
    }
    return sum;
}

static void cell(struct ui *ui, const char *text, bool is_label)
{
    ui_text_with(ui,
                 &(struct ui_text){.type = is_label ? TYPE_secondary : TYPE_strong,
                                   .color = is_label ? COLOR_ink_2 : COLOR_ink,
                                   .w = UI_FILL_BY(is_label ? 3 : 5)},
                 text);
}

static void compare_row(struct ui *ui, const char *label, const char *a, const char *b)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12});
    cell(ui, label, true);
    cell(ui, a, false);
    cell(ui, b, false);
    ui_close(ui);
}

static const char *bearable(const struct view *view, const struct options_set *set,
                            const struct sum *sum)
{
    uint64_t can_minor =
        schedule_affordable_minor(view->policy, set->income_minor, set->living_minor);
    if (sum->count == 0 || set->income_minor == 0) {
        return view_text(view, "options.not_said");
    }
    return view_text(view,
                     sum->month_minor <= can_minor ? "options.bearable" : "options.too_heavy");
}

/* A table that is too narrow for its words is read as two lists. */
enum { TABLE_TEXTS = 6, TABLE_EDGE_DP = 2 * (16 + 16) + 2 * 12 };

static int32_t column_px(struct ui *ui, const char *const *texts, bool is_label)
{
    struct text_style style = {theme_type_px(ui_theme(ui), is_label ? TYPE_secondary : TYPE_strong),
                               !is_label};
    int32_t most_px = 0;
    for (size_t i = 0; i < TABLE_TEXTS; i++) {
        int32_t piece_px = text_piece_px(ui_font(ui), style, str_from(texts[i]));
        most_px = piece_px > most_px ? piece_px : most_px;
    }
    return most_px;
}

static bool is_table_wide_for(struct ui *ui, const char *const *labels,
                              const char *texts[OPTIONS_COUNT][TABLE_TEXTS])
{
    const struct theme *theme = ui_theme(ui);
    int32_t need_px = theme_dp(theme, TABLE_EDGE_DP) + column_px(ui, labels, true);
    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        need_px += column_px(ui, texts[i], false);
    }
    return need_px <= theme->options.width_px;
}

void options_compare(struct ui *ui, const struct ask *ask, const struct options_set *set)
{
    const struct view *view = ask->view;
    ds_Instalment payments[LIMIT_instalments];
    const char *texts[OPTIONS_COUNT][TABLE_TEXTS];
    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        struct sum sum = sum_of(ask, &set->options[i], payments);
        const char *none = view_text(view, "options.unfinished");
        texts[i][0] = sum.count == 0 ? none : view_money(view, (int64_t)sum.sum_minor, NULL);
        texts[i][1] = sum.count == 0 ? "—" : view_money(view, (int64_t)sum.each_minor, NULL);
        texts[i][2] = sum.count == 0 ? "—" : view_count(view, (int64_t)sum.count);
        texts[i][3] = sum.count == 0 ? "—" : view_day(view, sum.first_day);
        texts[i][4] = sum.count == 0 ? "—" : view_day(view, sum.last_day);
        texts[i][5] = bearable(view, set, &sum);
    }
    static const char *const keys[] = {"options.sum",   "options.each", "options.times",
                                       "options.first", "options.last", "options.burden"};
    const char *labels[COUNT(keys)];
    for (size_t k = 0; k < COUNT(keys); k++) {
        labels[k] = view_text(view, keys[k]);
    }
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 8});
    widget_card_heading(ui, view_text(view, "options.compare"));
    if (parts_is_narrow(ui) || !is_table_wide_for(ui, labels, texts)) {
        for (size_t i = 0; i < OPTIONS_COUNT; i++) {
            widget_card_heading(ui, options_name(view, i));
            for (size_t k = 0; k < COUNT(keys); k++) {
                widget_card_fact(ui, labels[k], texts[i][k]);
            }
        }
    } else {
        compare_row(ui, " ", options_name(view, 0), options_name(view, 1));
        for (size_t k = 0; k < COUNT(keys); k++) {
            compare_row(ui, labels[k], texts[0][k], texts[1][k]);
        }
    }
    ui_close(ui);
}
