#include "app/screens/ask_wish.h"

/* One time of the day of those offered; a second tap takes it back. */
static bool times(struct ui *ui, const struct view *view, const char *key, const uint32_t *minutes,
                  size_t count, uint32_t *minute)
{
    bool has_changed = false;
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < count; i++) {
        bool is_chosen = *minute == minutes[i];
        if (widget_choice_chip(
                ui, ui_format(ui, "%s/%u", key, (unsigned)minutes[i] / 60),
                &(struct widget_choice){.label = str_format(view->arena, "%u:%02u",
                                                            (unsigned)minutes[i] / 60,
                                                            (unsigned)minutes[i] % 60),
                                        .icon = ICON_access_time,
                                        .is_chosen = is_chosen})) {
            *minute = is_chosen ? 0 : minutes[i];
            has_changed = true;
        }
    }
    ui_close(ui);
    return has_changed;
}

static bool bit_chip(struct ui *ui, const char *key, const char *label, uint32_t bit,
                     uint32_t *bits)
{
    bool is_chosen = (*bits & bit) != 0;
    if (!widget_choice_chip(ui, key,
                            &(struct widget_choice){.label = label, .is_chosen = is_chosen})) {
        return false;
    }
    *bits ^= bit;
    return true;
}

static bool weekdays(struct ui *ui, const struct view *view, uint32_t *bits)
{
    static const char *const names[] = {"ask.weekday.1", "ask.weekday.2", "ask.weekday.3",
                                        "ask.weekday.4", "ask.weekday.5", "ask.weekday.6",
                                        "ask.weekday.7"};
    bool has_changed = false;
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < COUNT(names); i++) {
        has_changed |= bit_chip(ui, ui_format(ui, "weekday/%zu", i + 1), view_text(view, names[i]),
                                1U << i, bits);
    }
    ui_close(ui);
    return has_changed;
}

static bool places(struct ui *ui, const struct view *view, uint32_t *bits)
{
    static const uint32_t kinds[] = {ADDRESS_KIND_home, ADDRESS_KIND_work, ADDRESS_KIND_registered};
    bool has_changed = false;
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        has_changed |=
            bit_chip(ui, ui_format(ui, "place/%u", (unsigned)kinds[i]),
                     view_item(view, CATALOG_address_kind, kinds[i]), 1U << kinds[i], bits);
    }
    ui_close(ui);
    return has_changed;
}

bool ask_wish(struct ui *ui, const struct view *view, ds_StatusFlagged *record)
{
    static const uint32_t before[] = {540, 600, 660, 720, 840, 1080};
    static const uint32_t after[] = {720, 1020, 1080, 1140, 1200};
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "ask.wish_note"));
    parts_heading(ui, view, "ask.wish_before");
    bool has_changed = times(ui, view, "before", before, COUNT(before), &record->not_before_minute);
    parts_heading(ui, view, "ask.wish_after");
    has_changed |= times(ui, view, "after", after, COUNT(after), &record->not_after_minute);
    parts_heading(ui, view, "ask.wish_weekdays");
    has_changed |= weekdays(ui, view, &record->not_weekdays);
    parts_heading(ui, view, "ask.wish_places");
    has_changed |= places(ui, view, &record->not_places);
    return has_changed;
}
