#include "app/ui/widget_stepper.h"

static bool side(struct ui *ui, const char *key, const char *name, enum icon icon, bool is_disabled)
{
    const struct theme *theme = ui_theme(ui);
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_MM(theme->target_mm),
                             .h = UI_MM(theme->target_mm),
                             .along = UI_centre,
                             .across = UI_centre,
                             .fill = is_disabled ? COLOR_sunken : COLOR_card,
                             .border = is_disabled ? COLOR_none : COLOR_outline,
                             .border_width = 2,
                             .radius = 14,
                             .role = UI_ROLE_button,
                             .name = name,
                             .is_action = true,
                             .is_disabled = is_disabled});
    ui_icon(ui, icon, 30, is_disabled ? COLOR_ink_2 : COLOR_link);
    ui_close(ui);
    return ui_is_tapped(ui, key);
}

static int64_t within(int64_t number, int64_t least, int64_t most)
{
    return number < least ? least : number > most ? most : number;
}

bool widget_stepper(struct ui *ui, const char *key, const struct widget_stepper *stepper,
                    int64_t *number)
{
    CHECK(stepper->label != NULL && stepper->less != NULL && stepper->more != NULL &&
          stepper->least <= stepper->most && stepper->by >= 0);
    int64_t by = stepper->by > 0 ? stepper->by : 1;
    int64_t before = *number;
    const char *less_key = ui_format(ui, "%s/less", key);
    const char *more_key = ui_format(ui, "%s/more", key);
    int64_t now = within(before, stepper->least, stepper->most);
    now += ui_is_tapped(ui, more_key) ? by : 0;
    now -= ui_is_tapped(ui, less_key) ? by : 0;
    now = within(now, stepper->least, stepper->most);
    /* The unit belongs to the number that was given; a new one is shown bare for
     * the one frame until the caller has seen it. */
    const char *shown = stepper->shown != NULL && now == before
                            ? stepper->shown
                            : ui_format(ui, "%lld", (long long)now);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 6});
    ui_text(ui, TYPE_secondary, COLOR_ink_2, stepper->label);
    ui_open(ui, NULL,
            &(struct ui_box){
                .flow = UI_row, .w = UI_FILL, .folds = true, .gap = 12, .across = UI_centre});
    bool was_tapped = side(ui, less_key, stepper->less, ICON_remove, now == stepper->least);
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_FILL,
                             .w_max = 320,
                             .along = UI_centre,
                             .role = UI_ROLE_status,
                             .name = stepper->label,
                             .value = shown});
    ui_text_with(
        ui, &(struct ui_text){.type = TYPE_title, .align = UI_centre, .role = UI_ROLE_text}, shown);
    ui_close(ui);
    was_tapped |= side(ui, more_key, stepper->more, ICON_add, now == stepper->most);
    ui_close(ui);
    if (stepper->note != NULL) {
        ui_text(ui, TYPE_label, COLOR_ink_2, stepper->note);
    }
    ui_close(ui);
    (void)was_tapped; /* taken above, before the number is shown */
    *number = now;
    return now != before;
}
