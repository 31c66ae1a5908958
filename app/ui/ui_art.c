#include "app/ui/ui_art.h"

#include "app/ui/ui_private.h"

static void art_add(struct ui *ui, const struct draw_command *command)
{
    ui_art_add(ui, &(struct ui_art_item){.command = *command, .is_clipped = true});
}

void ui_art_image(struct ui *ui, struct rect rect, const struct draw_image *image)
{
    art_add(ui, &(struct draw_command){.kind = DRAW_image, .rect = rect, .image = *image});
}

void ui_art_fill(struct ui *ui, struct rect rect, int32_t radius, uint32_t color)
{
    art_add(ui, &(struct draw_command){
                    .kind = DRAW_fill, .rect = rect, .radius = radius, .color = color});
}

void ui_art_border(struct ui *ui, struct rect rect, int32_t radius, int32_t width, uint32_t color)
{
    art_add(
        ui,
        &(struct draw_command){
            .kind = DRAW_border, .rect = rect, .radius = radius, .width = width, .color = color});
}

void ui_art_icon(struct ui *ui, struct rect square, enum icon icon, uint32_t color)
{
    art_add(ui, &(struct draw_command){
                    .kind = DRAW_icon, .rect = square, .icon = icon, .color = color});
}

void ui_art_text(struct ui *ui, struct rect rect, enum type type, uint32_t color, const char *text)
{
    const struct theme *theme = ui_theme(ui);
    struct text_style style = {theme_type_px(theme, type), theme_is_bold(theme, type)};
    struct str line = str_from(arena_text(ui_arena(ui), text));
    int32_t width_px = text_width_px(ui_font(ui), style, line);
    art_add(ui, &(struct draw_command){
                    .kind = DRAW_text,
                    .rect = {rect.x + (rect.w - width_px) / 2, rect.y, width_px, rect.h},
                    .baseline = rect.y + text_baseline_px(style, rect.h),
                    .text = line,
                    .style = style,
                    .color = color});
}
