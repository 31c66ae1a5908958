/* app/screens/parts_choices.c -- closed lists, days, scales and notes to choose and fill in. */
#include "app/screens/parts.h"

bool parts_code_chips(struct ui *ui, const struct view *view, const char *key, enum catalog list,
                      const uint32_t *codes, size_t code_count, uint32_t *code)
{
    bool has_changed = false;
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < code_count; i++) {
        if (widget_choice_chip(ui, ui_format(ui, "%s/%s", key, catalog_name(list, codes[i])),
                               &(struct widget_choice){.label = view_item(view, list, codes[i]),
                                                       .is_chosen = *code == codes[i]})) {
            *code = *code == codes[i] ? 0 : codes[i];
            has_changed = true;
        }
    }
    ui_close(ui);
    return has_changed;
}

bool parts_list_chips(struct ui *ui, const struct view *view, const char *key, enum catalog list,
                      uint32_t *code)
{
    uint32_t codes[64];
    size_t count = catalog_count(list);
    CHECK(count <= COUNT(codes));
    for (size_t i = 0; i < count; i++) {
        codes[i] = catalog_code_at(list, i);
    }
    return parts_code_chips(ui, view, key, list, codes, count, code);
}

static bool is_working(void *context, int64_t day)
{
    const struct view *view = context;
    return date_is_working(view->calendar, (int32_t)day);
}

static bool day_calendar(struct ui *ui, const struct view *view, const char *key, int32_t first_day,
                         int32_t last_day, int32_t *day)
{
    static const char *const week_keys[] = {"week.1", "week.2", "week.3", "week.4",
                                            "week.5", "week.6", "week.7"};
    static const char *const month_keys[] = {"month.1", "month.2",  "month.3",  "month.4",
                                             "month.5", "month.6",  "month.7",  "month.8",
                                             "month.9", "month.10", "month.11", "month.12"};
    const char *weekdays[7];
    const char *months[12];
    for (size_t i = 0; i < COUNT(weekdays); i++) {
        weekdays[i] = view_text(view, week_keys[i]);
    }
    for (size_t i = 0; i < COUNT(months); i++) {
        months[i] = view_text(view, month_keys[i]);
    }
    struct view copy = *view; /* the widget's context is not const */
    struct widget_date date = {
        .first_day = first_day,
        .last_day = last_day,
        .today_day = view->today,
        .is_working_day = is_working,
        .context = &copy,
        .can_pick_rest_days = true,
        .weekdays = weekdays,
        .months = months,
        .year_month = view_text(view, "date.year_month"),
        .today = view_text(view, "view.today"),
        .rest = view_text(view, "date.rest"),
        .previous = view_text(view, "date.previous"),
        .next = view_text(view, "date.next"),
    };
    int64_t picked = *day;
    if (widget_date(ui, key, &date, &picked)) {
        *day = (int32_t)picked;
        return true;
    }
    return false;
}

bool parts_day_chips(struct ui *ui, const struct view *view, const char *key, int32_t first_day,
                     int32_t last_day, int32_t *day)
{
    static const int32_t ahead[] = {0, 1, 3, 7, 14, 30};
    if (last_day < first_day) {
        last_day = first_day;
    }
    bool has_changed = false;
    bool is_chip = *day == 0;
    int32_t before = 0;
    int64_t *is_open = ui_keep(ui, ui_format(ui, "%s/calendar", key));
    bool was_open = *is_open != 0;
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < COUNT(ahead); i++) {
        int32_t at = date_next_working(view->calendar, view->today + ahead[i]);
        if (at < first_day || at > last_day || at == before) {
            continue;
        }
        before = at;
        bool is_chosen = *day == at;
        is_chip = is_chip || is_chosen;
        const char *label = at == view->today       ? view_text(view, "view.today")
                            : at == view->today + 1 ? view_text(view, "view.tomorrow")
                                                    : view_day(view, at);
        if (widget_choice_chip(ui, ui_format(ui, "%s/in%d", key, (int)ahead[i]),
                               &(struct widget_choice){.label = label, .is_chosen = is_chosen})) {
            *day = is_chosen ? 0 : at;
            has_changed = true;
            was_open = false;
        }
    }
    bool is_other = *day != 0 && !is_chip;
    if (widget_choice_chip(ui, ui_format(ui, "%s/other", key),
                           &(struct widget_choice){.label = is_other
                                                                ? view_day(view, *day)
                                                                : view_text(view, "date.other"),
                                                   .icon = ICON_calendar_month,
                                                   .is_chosen = is_other})) {
        was_open = !was_open;
    }
    ui_close(ui);
    if (was_open &&
        day_calendar(ui, view, ui_format(ui, "%s/day", key), first_day, last_day, day)) {
        has_changed = true;
        was_open = false;
    }
    *ui_keep(ui, ui_format(ui, "%s/calendar", key)) = was_open ? 1 : 0;
    return has_changed;
}

bool parts_scale_chips(struct ui *ui, const struct view *view, const char *key,
                       const char *const *label_keys, uint32_t count, uint32_t *value)
{
    bool has_changed = false;
    widget_choice_chips_open(ui);
    for (uint32_t i = 1; i <= count; i++) {
        if (widget_choice_chip(ui, ui_format(ui, "%s/%u", key, i),
                               &(struct widget_choice){.label = view_text(view, label_keys[i - 1]),
                                                       .is_chosen = *value == i})) {
            *value = *value == i ? 0 : i;
            has_changed = true;
        }
    }
    ui_close(ui);
    return has_changed;
}

bool parts_note(struct ui *ui, const struct view *view, const char *key, const char *label,
                const char *const *phrase_keys, size_t phrase_count, char *text, size_t capacity)
{
    bool has_changed = false;
    if (phrase_count > 0) {
        widget_choice_chips_open(ui);
        for (size_t i = 0; i < phrase_count; i++) {
            const char *phrase = view_text(view, phrase_keys[i]);
            bool is_in = str_contains(str_from(text), str_from(phrase));
            if (widget_choice_chip(ui, ui_format(ui, "%s/phrase%zu", key, i),
                                   &(struct widget_choice){.label = phrase,
                                                           .is_chosen = is_in,
                                                           .is_multi = true,
                                                           .is_disabled = is_in})) {
                size_t size = strlen(text);
                const char *between = size > 0 ? view_text(view, "parts.phrase_between") : "";
                if (size + strlen(between) + strlen(phrase) < capacity) {
                    str_copy(text + size, capacity - size,
                             str_from(str_format(view->arena, "%s%s", between, phrase)));
                    has_changed = true;
                }
            }
        }
        ui_close(ui);
    }
    has_changed |= widget_field(
        ui, key,
        &(struct widget_field){
            .label = label,
            .hint = view_text(view, phrase_count > 0 ? "parts.note_hint" : "parts.note_free"),
            .icon = ICON_edit_note,
            .lines = 3},
        text, capacity);
    return has_changed;
}
