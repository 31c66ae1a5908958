#include "app/ui/widget_date.h"
#include "app/ui/widget_button.h"

#include <stdio.h>
#include <string.h>

/* Kept: the day the page shown begins with (or the first of its month) + 1 +
 * an offset that keeps it above 0; 0 means not chosen yet. */
enum { KEEP_page };
enum { PAGE_OFFSET = 1000000 };

struct civil {
    int64_t year;
    int32_t month, day; /* from 1 */
};

/* Gregorian calendar, counted in eras of 400 years that begin on 1 March. */
static struct civil civil_of(int64_t day)
{
    int64_t shifted = day + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * of_year + 2) / 153;
    struct civil civil = {
        .year = year_of_era + era * 400,
        .month = (int32_t)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9),
        .day = (int32_t)(of_year - (153 * month_from_march + 2) / 5 + 1)};
    civil.year += civil.month <= 2 ? 1 : 0;
    return civil;
}

static int64_t month_first(int64_t day)
{
    return day - civil_of(day).day + 1;
}

static int64_t month_after(int64_t day)
{
    return month_first(month_first(day) + 31);
}

static int32_t weekday_of(int64_t day) /* 0 Monday; 1970-01-01 was a Thursday */
{
    return (int32_t)(((day + 3) % 7 + 7) % 7);
}

void widget_date_text(char text[WIDGET_DATE_TEXT_SIZE], int64_t day)
{
    struct civil civil = civil_of(day);
    snprintf(text, WIDGET_DATE_TEXT_SIZE, "%04d-%02d-%02d", (int)(civil.year % 10000), civil.month,
             civil.day);
}

static bool is_working(const struct widget_date *date, int64_t day)
{
    return date->is_working_day == NULL || date->is_working_day(date->context, day);
}

static const char *year_month(struct ui *ui, const struct widget_date *date, int64_t day)
{
    struct civil civil = civil_of(day);
    struct str_builder out;
    str_builder_init(&out, ui_arena(ui));
    str_add_text(&out, "");
    for (const char *at = date->year_month; *at != '\0';) {
        if (strncmp(at, "{year}", 6) == 0) {
            str_add_format(&out, "%d", (int)civil.year);
            at += 6;
        } else if (strncmp(at, "{month}", 7) == 0) {
            str_add_text(&out, date->months[civil.month - 1]);
            at += 7;
        } else {
            str_add_char(&out, *at++);
        }
    }
    return out.text;
}

static void day_cell(struct ui *ui, const char *key, const struct widget_date *date, int64_t day,
                     int64_t chosen, bool has_weekday)
{
    const struct theme *theme = ui_theme(ui);
    char text[WIDGET_DATE_TEXT_SIZE];
    widget_date_text(text, day);
    bool is_rest = !is_working(date, day);
    bool is_in_range = day >= date->first_day && day <= date->last_day;
    bool is_open = is_in_range && (!is_rest || date->can_pick_rest_days);
    bool is_chosen = day == chosen && is_in_range;
    const char *weekday = date->weekdays[weekday_of(day)];
    const char *name = ui_format(ui, "%s %s", text, weekday);
    const char *cell_key = ui_format(ui, "%s/%s", key, text);
    enum color ink = is_chosen ? COLOR_on_primary : is_open ? COLOR_ink : COLOR_ink_2;
    ui_open(
        ui, cell_key,
        &(struct ui_box){
            .w = UI_FILL,
            .h = UI_FILL,
            .w_min_mm = theme->target_mm,
            .h_min_mm = theme->target_mm,
            .pad_y = 4,
            .along = UI_centre,
            .across = UI_centre,
            .fill = is_chosen ? COLOR_primary
                    : is_open ? COLOR_card
                              : COLOR_none,
            .border = day == date->today_day && !is_chosen ? COLOR_primary : COLOR_none,
            .border_width = 2,
            .radius = 12,
            .role = UI_ROLE_choice,
            .name = is_rest && date->rest != NULL ? ui_format(ui, "%s %s", name, date->rest) : name,
            .is_action = true,
            .is_disabled = !is_open,
            .is_selected = is_chosen});
    if (has_weekday) {
        ui_text_with(ui, &(struct ui_text){.type = TYPE_label, .color = ink}, weekday);
    }
    int32_t month_day = civil_of(day).day;
    const char *number = has_weekday ? ui_format(ui, "%d/%d", civil_of(day).month, month_day)
                                     : ui_format(ui, "%d", month_day);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .color = ink, .is_bold = is_open},
                 number);
    const char *word = day == date->today_day ? date->today : is_rest ? date->rest : NULL;
    if (word != NULL) {
        ui_text_with(ui, &(struct ui_text){.type = TYPE_label, .color = ink}, word);
    }
    ui_close(ui);
}

static void paging(struct ui *ui, const char *key, const struct widget_date *date,
                   const char *title, bool has_before, bool has_after)
{
    const struct {
        const char *end;
        const char *label;
        enum icon icon;
        bool is_open;
    } sides[] = {{"previous", date->previous, ICON_chevron_left, has_before},
                 {"next", date->next, ICON_chevron_right, has_after}};
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 8, .across = UI_centre});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .w = UI_FILL}, title);
    for (size_t i = 0; i < COUNT(sides); i++) {
        int32_t target_mm = ui_theme(ui)->target_mm;
        ui_open(ui, ui_format(ui, "%s/%s", key, sides[i].end),
                &(struct ui_box){.flow = UI_stack,
                                 .w_min_mm = target_mm,
                                 .h_min_mm = target_mm,
                                 .along = UI_centre,
                                 .across = UI_centre,
                                 .fill = sides[i].is_open ? COLOR_card : COLOR_none,
                                 .border = sides[i].is_open ? COLOR_outline : COLOR_none,
                                 .border_width = 2,
                                 .radius = 14,
                                 .role = UI_ROLE_button,
                                 .name = sides[i].label,
                                 .is_action = true,
                                 .is_disabled = !sides[i].is_open});
        ui_icon(ui, sides[i].icon, 30, sides[i].is_open ? COLOR_ink : COLOR_ink_2);
        ui_close(ui);
    }
    ui_close(ui);
}

static void month_page(struct ui *ui, const char *key, const struct widget_date *date,
                       int64_t page_day, int64_t chosen)
{
    int64_t first = month_first(page_day);
    int64_t after = month_after(page_day);
    paging(ui, key, date, year_month(ui, date, first), first > date->first_day,
           after <= date->last_day);
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_grid, .w = UI_FILL, .gap = 4, .columns = 7});
    for (int32_t i = 0; i < 7; i++) {
        ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .across = UI_centre});
        ui_text_with(ui,
                     &(struct ui_text){.type = TYPE_label, .color = COLOR_ink_2, .is_bold = true},
                     date->weekdays[i]);
        ui_close(ui);
    }
    for (int32_t i = 0; i < weekday_of(first); i++) {
        ui_space(ui, UI_DP(1));
    }
    for (int64_t day = first; day < after; day++) {
        day_cell(ui, key, date, day, chosen, false);
    }
    ui_close(ui);
}

static void tile_page(struct ui *ui, const char *key, const struct widget_date *date,
                      int64_t page_day, int64_t chosen, int32_t columns, int32_t page_count)
{
    paging(ui, key, date, year_month(ui, date, page_day), page_day > date->first_day,
           page_day + page_count <= date->last_day);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_grid, .w = UI_FILL, .gap = 6, .columns = columns});
    for (int64_t day = page_day; day < page_day + page_count && day <= date->last_day; day++) {
        day_cell(ui, key, date, day, chosen, true);
    }
    ui_close(ui);
}

static bool day_take(struct ui *ui, const char *key, const struct widget_date *date, int64_t from,
                     int64_t end, int64_t *day)
{
    for (int64_t at = from; at < end; at++) {
        char text[WIDGET_DATE_TEXT_SIZE];
        widget_date_text(text, at);
        if (at >= date->first_day && at <= date->last_day && *day != at &&
            ui_is_tapped(ui, ui_format(ui, "%s/%s", key, text))) {
            *day = at;
            return true;
        }
    }
    return false;
}

bool widget_date(struct ui *ui, const char *key, const struct widget_date *date, int64_t *day)
{
    CHECK(date->first_day <= date->last_day);
    const struct theme *theme = ui_theme(ui);
    int32_t target_px = theme_mm(theme, theme->target_mm);
    int32_t room_px = ui_rect(ui, key).w;
    room_px = room_px > 0 ? room_px : theme->options.width_px - theme_dp(theme, 32);
    bool is_month = 7 * target_px + 6 * theme_dp(theme, 4) <= room_px;
    int32_t columns = (room_px + theme_dp(theme, 6)) / (target_px + theme_dp(theme, 6));
    columns = columns < 1 ? 1 : columns > 4 ? 4 : columns;
    int32_t page_count = columns * 4;

    int64_t *keep = ui_keep(ui, key);
    int64_t anchor = *day >= date->first_day && *day <= date->last_day ? *day : date->first_day;
    int64_t page_day = keep[KEEP_page] != 0 ? keep[KEEP_page] - PAGE_OFFSET : anchor;
    bool is_next = ui_is_tapped(ui, ui_format(ui, "%s/next", key));
    bool is_previous = ui_is_tapped(ui, ui_format(ui, "%s/previous", key));
    bool has_changed = false;
    if (is_month) {
        page_day = is_next       ? month_after(page_day)
                   : is_previous ? month_first(month_first(page_day) - 1)
                                 : month_first(page_day);
        has_changed = day_take(ui, key, date, page_day, page_day + 31, day);
    } else {
        /* Pages count from the first day, so that they never overlap. */
        int64_t page = (page_day - date->first_day) / page_count;
        page = page < 0 ? 0 : page;
        page += is_next ? 1 : is_previous && page > 0 ? -1 : 0;
        page_day = date->first_day + page * page_count;
        has_changed = day_take(ui, key, date, page_day, page_day + page_count, day);
    }
    ui_keep(ui, key)[KEEP_page] = page_day + PAGE_OFFSET;

    ui_open(ui, key, &(struct ui_box){.w = UI_FILL, .w_max = 720, .gap = 10});
    if (is_month) {
        month_page(ui, key, date, page_day, *day);
    } else {
        tile_page(ui, key, date, page_day, *day, columns, page_count);
    }
    ui_close(ui);
    return has_changed;
}
