/* A row and, when they are out, its actions at the right, or below it where both
 * do not fit. The row gives way instead of sliding off its place: its words stay
 * whole, nothing needs a clip. */
#include "app/ui/widget_swipe.h"

enum { KEEP_is_out };

enum { GAP_DP = 8, ACTION_MM = 16, ROW_LEAST_MM = 32 };

static int32_t actions_px(const struct theme *theme, int32_t count)
{
    return count * theme_mm(theme, ACTION_MM > theme->target_mm ? ACTION_MM : theme->target_mm) +
           count * theme_dp(theme, GAP_DP);
}

/* Too little room beside the actions: a handheld, or gloves. */
static bool is_narrow(const struct ui *ui, const char *key, const struct widget_swipe *swipe)
{
    const struct theme *theme = ui_theme(ui);
    int32_t room_px = ui_rect(ui, key).w;
    room_px = room_px > 0 ? room_px : theme->options.width_px;
    return room_px - actions_px(theme, swipe->action_count) - theme_mm(theme, theme->target_mm) <
           theme_mm(theme, ROW_LEAST_MM);
}

bool widget_swipe_is_out(const struct ui *ui, const char *key)
{
    /* Reading what is kept changes nothing but the order of forgetting. */
    return ui_keep((struct ui *)ui, key)[KEEP_is_out] != 0;
}

static void out_set(struct ui *ui, const char *key, bool is_out)
{
    ui_keep(ui, key)[KEEP_is_out] = is_out;
}

/* How far the finger has drawn the actions out; a quarter of the way decides. */
static int32_t drawn_px(struct ui *ui, const char *key, int32_t most_px)
{
    struct ui_drag drag = ui_drag(ui, key);
    bool is_out = widget_swipe_is_out(ui, key);
    if (!drag.is_active && !drag.is_done) {
        return is_out ? most_px : 0;
    }
    int32_t by = drag.from.x - drag.at.x + (is_out ? most_px : 0);
    if (drag.is_done) {
        is_out = is_out ? by > most_px * 3 / 4 : by > most_px / 4;
        out_set(ui, key, is_out);
        return is_out ? most_px : 0;
    }
    return by < 0 ? 0 : by > most_px ? most_px : by;
}

static bool action_show(struct ui *ui, const char *key, const struct widget_swipe_action *action)
{
    CHECK(action->label != NULL && action->icon != ICON_none);
    const struct theme *theme = ui_theme(ui);
    enum color ink = action->is_danger ? COLOR_on_danger : COLOR_on_selected;
    ui_open(
        ui, key,
        &(struct ui_box){.w = UI_MM(ACTION_MM > theme->target_mm ? ACTION_MM : theme->target_mm),
                         .h = UI_FILL,
                         .h_min_mm = theme->target_mm,
                         .gap = 2,
                         .along = UI_centre,
                         .across = UI_centre,
                         .fill = action->is_danger ? COLOR_danger : COLOR_selected,
                         .border = theme->has_shadow ? COLOR_none : COLOR_outline,
                         .radius = 14,
                         .role = UI_ROLE_button,
                         .name = action->label,
                         .is_action = true});
    ui_icon(ui, action->icon, 28, ink);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_label, .color = ink, .align = UI_centre},
                 action->label);
    ui_close(ui);
    return ui_is_tapped(ui, key);
}

static void more_show(struct ui *ui, const char *key, const char *name, bool is_out)
{
    const struct theme *theme = ui_theme(ui);
    ui_open(ui, ui_format(ui, "%s/more", key),
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_MM(theme->target_mm),
                             .h = UI_FILL,
                             .h_min_mm = theme->target_mm,
                             .along = UI_centre,
                             .across = UI_centre,
                             .radius = 14,
                             .role = UI_ROLE_button,
                             .name = name,
                             .is_action = true,
                             .is_selected = is_out});
    ui_icon(ui, is_out ? ICON_close : ICON_more_vert, 30, COLOR_ink_2);
    ui_close(ui);
}

void widget_swipe_open(struct ui *ui, const char *key, const struct widget_swipe *swipe)
{
    CHECK(swipe->more != NULL && swipe->action_count >= 1 &&
          swipe->action_count <= WIDGET_SWIPE_ACTIONS_MAX);
    if (ui_is_tapped(ui, ui_format(ui, "%s/more", key))) {
        out_set(ui, key, !widget_swipe_is_out(ui, key));
    }
    ui_open(ui, key, &(struct ui_box){.w = UI_FILL, .gap = GAP_DP, .wants_swipe = true});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = GAP_DP, .across = UI_stretch});
    if (ui_theme(ui)->options.is_left_hand) {
        more_show(ui, key, swipe->more, widget_swipe_is_out(ui, key));
    }
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_stack, .w = UI_FILL, .across = UI_stretch});
}

static int32_t actions_show(struct ui *ui, const char *key, const struct widget_swipe *swipe)
{
    int32_t tapped = -1;
    for (int32_t i = 0; i < swipe->action_count; i++) {
        if (action_show(ui, ui_format(ui, "%s/%d", key, i), &swipe->actions[i])) {
            tapped = i;
        }
    }
    return tapped;
}

int32_t widget_swipe_close(struct ui *ui, const char *key, const struct widget_swipe *swipe)
{
    int32_t tapped = -1;
    int32_t most_px = actions_px(ui_theme(ui), swipe->action_count);
    int32_t px = drawn_px(ui, key, most_px);
    bool is_below = is_narrow(ui, key, swipe);
    ui_close(ui); /* the row's place */
    if (px == most_px && !is_below) {
        tapped = actions_show(ui, key, swipe);
    } else if (px > 0 && px < most_px && !is_below) {
        ui_open(
            ui, NULL,
            &(struct ui_box){.w = UI_PX(px), .h = UI_FILL, .fill = COLOR_selected, .radius = 14});
        ui_close(ui);
    }
    if (!ui_theme(ui)->options.is_left_hand) {
        more_show(ui, key, swipe->more, widget_swipe_is_out(ui, key));
    }
    ui_close(ui);
    if (px == most_px && is_below) {
        ui_open(
            ui, NULL,
            &(struct ui_box){.flow = UI_wrap,
                             .w = UI_FILL,
                             .gap = GAP_DP,
                             .along = ui_theme(ui)->options.is_left_hand ? UI_start : UI_end_side});
        tapped = actions_show(ui, key, swipe);
        ui_close(ui);
    }
    if (tapped >= 0) {
        out_set(ui, key, false);
    }
    ui_close(ui);
    return tapped;
}
