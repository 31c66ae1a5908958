#include "app/ui/widget_progress.h"

static void part(struct ui *ui, int64_t weight, enum color fill)
{
    if (weight > 0) {
        ui_open(ui, NULL,
                &(struct ui_box){
                    .w = UI_FILL_BY((int32_t)weight), .h = UI_FILL, .fill = fill, .radius = 6});
        ui_close(ui);
    }
}

void widget_progress(struct ui *ui, const char *label, const char *value, int64_t done,
                     int64_t total)
{
    CHECK(label != NULL || value != NULL);
    total = total < 0 ? 0 : total;
    done = done < 0 ? 0 : done > total ? total : done;
    int64_t share = total > 0 ? (int64_t)((__int128)done * 1000 / total) : 0;
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_FILL,
                             .gap = 6,
                             .role = UI_ROLE_progress,
                             .name = label != NULL ? label : value,
                             .value = value});
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12});
    if (label != NULL) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2, label);
    }
    ui_space(ui, UI_FILL);
    if (value != NULL) {
        ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .is_bold = true}, value);
    }
    ui_close(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .h = UI_DP(12),
                             .fill = COLOR_sunken,
                             .border = ui_theme(ui)->has_shadow ? COLOR_none : COLOR_outline,
                             .radius = 6});
    part(ui, share, COLOR_primary);
    part(ui, 1000 - share, COLOR_none);
    ui_close(ui);
    ui_close(ui);
}

void widget_progress_step_bar(struct ui *ui, int32_t at, int32_t count, const char *name)
{
    CHECK(count > 0 && at >= 0 && at < count && name != NULL);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .h = UI_DP(8),
                             .gap = 4,
                             .role = UI_ROLE_progress,
                             .name = name,
                             .value = ui_format(ui, "%d/%d", at + 1, count)});
    for (int32_t i = 0; i < count; i++) {
        bool is_done = i <= at;
        ui_open(ui, NULL,
                &(struct ui_box){.w = UI_FILL,
                                 .h = UI_FILL,
                                 .fill = is_done ? COLOR_primary : COLOR_sunken,
                                 .border = is_done || ui_theme(ui)->has_shadow ? COLOR_none
                                                                               : COLOR_outline,
                                 .radius = 4});
        ui_close(ui);
    }
    ui_close(ui);
}

void widget_progress_steps(struct ui *ui, int32_t at, int32_t count, const char *name)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 6});
    widget_progress_step_bar(ui, at, count, name);
    ui_text(ui, TYPE_secondary, COLOR_ink_2, ui_format(ui, "%d/%d  %s", at + 1, count, name));
    ui_close(ui);
}
