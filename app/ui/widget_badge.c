#include "app/ui/widget_badge.h"

void widget_badge_look(enum widget_badge_tone tone, enum color *fill_out, enum color *ink_out,
                       enum icon *icon_out)
{
    static const struct {
        enum color fill, ink;
        enum icon icon;
    } looks[] = {
        [WIDGET_BADGE_info] = {COLOR_info_tint, COLOR_on_info_tint, ICON_info},
        [WIDGET_BADGE_ok] = {COLOR_ok_tint, COLOR_on_ok_tint, ICON_check_circle},
        [WIDGET_BADGE_warn] = {COLOR_warn_tint, COLOR_on_warn_tint, ICON_warning},
        [WIDGET_BADGE_danger] = {COLOR_danger_tint, COLOR_on_danger_tint, ICON_error},
        [WIDGET_BADGE_plain] = {COLOR_sunken, COLOR_ink_2, ICON_circle},
    };
    CHECK(tone < (enum widget_badge_tone)COUNT(looks));
    *fill_out = looks[tone].fill;
    *ink_out = looks[tone].ink;
    *icon_out = looks[tone].icon;
}

void widget_badge(struct ui *ui, const struct widget_badge *badge)
{
    CHECK(badge->word != NULL);
    enum color fill;
    enum color ink;
    enum icon icon;
    widget_badge_look(badge->tone, &fill, &ink, &icon);
    bool is_sunlit = !ui_theme(ui)->has_shadow;
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .pad_x = 10,
                             .pad_y = 3,
                             .gap = 6,
                             .across = UI_centre,
                             .fill = fill,
                             .border = is_sunlit ? ink : COLOR_none,
                             .radius = 9,
                             .role = UI_ROLE_status});
    ui_icon(ui, badge->icon != ICON_none ? badge->icon : icon, 18, ink);
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_label,
                                   .color = ink,
                                   .is_bold = true,
                                   .cut = badge->is_one_line ? TEXT_end : TEXT_wrap},
                 badge->word);
    ui_close(ui);
}
