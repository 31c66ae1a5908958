/* What lies under a finger shows that it was felt, in the first frame after the touch: a tint
 * below its words, as deep as they stay readable on it, and a frame over everything in it, so
 * that no picture and no box inside hides the answer. What is drawn or moved under the finger
 * itself, a signature or a map, answers where the finger is. */
#include "app/ui/ui_private.h"

enum {
    TINT_STEPS = 4,
    ICON_CONTRAST_MIN = 450,
    FRAME_DP = 3,
    SPOT_MM = 12, /* around the finger tip */
    DOT_DP = 5,   /* as a pen would leave it */
};

static uint32_t blend(uint32_t below, uint32_t above)
{
    uint32_t alpha = above >> 24;
    uint32_t mixed = 0xFF000000U;
    for (int shift = 0; shift <= 16; shift += 8) {
        uint32_t a = above >> shift & 0xFF;
        uint32_t b = below >> shift & 0xFF;
        mixed |= ((a * alpha + b * (255 - alpha) + 127) / 255) << shift;
    }
    return mixed;
}

/* The colour it stands on: its own, or of the nearest box around it that has one. */
static uint32_t ground_of(const struct ui *ui, const struct ui_node *node)
{
    for (; node != NULL; node = node->parent) {
        if (node->box.fill != COLOR_none) {
            return ui->now.theme->color[node->box.fill];
        }
    }
    return ui->now.theme->color[COLOR_background];
}

/* Whether every word and icon that stands on `ground` itself can still be read. */
static bool reads_on(const struct ui *ui, const struct ui_node *node, uint32_t ground)
{
    int32_t rule = node->text.size > 0 ? theme_contrast_min(ui->now.theme) : ICON_CONTRAST_MIN;
    bool is_mark = node->text.size > 0 || node->icon != ICON_none;
    if (is_mark && theme_contrast(node->text_color, ground) < rule) {
        return false;
    }
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (child->box.fill == COLOR_none && !reads_on(ui, child, ground)) {
            return false;
        }
    }
    return true;
}

static bool is_spot(const struct ui_node *node)
{
    return node->box.wants_ink || node->box.wants_pinch;
}

static bool is_held(const struct ui *ui, const struct ui_node *node)
{
    return ui->is_press_lit && node->id != 0 && node->id == ui->press_id;
}

void ui_press_tint(const struct ui *ui, struct draw_list *list, const struct ui_node *node)
{
    if (!is_held(ui, node) || is_spot(node)) {
        return;
    }
    uint32_t ground = ground_of(ui, node);
    uint32_t full = ui->now.theme->color[COLOR_pressed];
    for (uint32_t step = TINT_STEPS; step > 0; step--) {
        uint32_t tint = (full & 0xFFFFFFU) | (full >> 24) * step / TINT_STEPS << 24;
        if (reads_on(ui, node, blend(ground, tint))) {
            draw_fill(list, node->rect, theme_dp(ui->now.theme, node->box.radius), tint);
            return;
        }
    }
}

void ui_press_frame(const struct ui *ui, struct draw_list *list, const struct ui_node *node)
{
    if (!is_held(ui, node)) {
        return;
    }
    const struct theme *theme = ui->now.theme;
    if (is_spot(node)) {
        bool is_ink = node->box.wants_ink;
        int32_t side = is_ink ? theme_dp(theme, DOT_DP) : theme_mm(theme, SPOT_MM);
        int32_t width = is_ink ? side : theme_dp(theme, FRAME_DP);
        struct point at = ui->input.at;
        draw_clip_push(list, node->rect);
        draw_border(list, (struct rect){at.x - side / 2, at.y - side / 2, side, side}, side / 2,
                    width, theme->color[is_ink ? COLOR_ink : COLOR_primary]);
        draw_clip_pop(list);
        return;
    }
    enum color color = COLOR_primary;
    if (theme_contrast(theme->color[color], ground_of(ui, node)) < 300) {
        color = COLOR_on_primary;
    }
    draw_border(list, node->rect, theme_dp(theme, node->box.radius), theme_dp(theme, FRAME_DP),
                theme->color[color]);
}
