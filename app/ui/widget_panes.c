#include "app/ui/widget_panes.h"

bool widget_panes_are_two(const struct ui *ui)
{
    return ui_theme(ui)->class == THEME_expanded;
}

void widget_panes_open(struct ui *ui)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .h = UI_FILL});
}

static void pane_open(struct ui *ui, int32_t weight)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL_BY(weight), .h = UI_FILL});
}

void widget_panes_list_open(struct ui *ui, int32_t weight)
{
    pane_open(ui, weight);
}

void widget_panes_detail_open(struct ui *ui, int32_t weight)
{
    if (widget_panes_are_two(ui)) {
        ui_open(ui, NULL, &(struct ui_box){.w = UI_DP(1), .h = UI_FILL, .fill = COLOR_divider});
        ui_close(ui);
    }
    pane_open(ui, weight);
}
