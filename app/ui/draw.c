#include "app/ui/draw.h"

#include <string.h>

void draw_begin(struct draw_list *list, struct arena *arena, struct rect screen)
{
    *list = (struct draw_list){.arena = arena, .clip_count = 1};
    list->clips[0] = screen;
}

void draw_clip_push(struct draw_list *list, struct rect clip)
{
    CHECK(list->clip_count < DRAW_CLIPS_MAX);
    list->clips[list->clip_count] = geom_meet(draw_clip(list), clip);
    list->clip_count++;
}

void draw_clip_pop(struct draw_list *list)
{
    CHECK(list->clip_count > 1);
    list->clip_count--;
}

struct rect draw_clip(const struct draw_list *list)
{
    return list->clips[list->clip_count - 1];
}

void draw_scroll_push(struct draw_list *list, uint64_t id, struct rect view, int32_t offset)
{
    CHECK(offset >= 0);
    draw_clip_push(list, view);
    if (list->scroll_depth == 0 && list->scroll_count < DRAW_SCROLLS_MAX) {
        list->scrolls[list->scroll_count] = (struct draw_scroll){
            .id = id, .view = draw_clip(list), .offset = offset, .first = list->count};
        list->scroll_count++;
        list->scroll_depth = list->clip_count;
    }
}

void draw_scroll_pop(struct draw_list *list)
{
    if (list->scroll_depth == list->clip_count) {
        list->scrolls[list->scroll_count - 1].end = list->count;
        list->scroll_depth = 0;
    }
    draw_clip_pop(list);
}

/* What a command may touch before its clip. */
static struct rect reach(const struct draw_command *command)
{
    struct rect rect = command->rect;
    switch (command->kind) {
    case DRAW_shadow:
        return geom_inset(rect, -command->width);
    case DRAW_text:
        /* Glyphs may lean out of their advance and line box. */
        return geom_inset(rect, -command->style.size_px / 2);
    case DRAW_line: {
        struct rect box = {
            rect.w < 0 ? rect.x + rect.w : rect.x, rect.h < 0 ? rect.y + rect.h : rect.y,
            (rect.w < 0 ? -rect.w : rect.w) + 1, (rect.h < 0 ? -rect.h : rect.h) + 1};
        return geom_inset(box, -(command->width / 2 + 1));
    }
    case DRAW_fill:
    case DRAW_border:
    case DRAW_icon:
    case DRAW_image:
        return rect;
    }
    UNREACHABLE();
}

struct rect draw_bounds(const struct draw_command *command)
{
    return geom_meet(reach(command), command->clip);
}

static void add(struct draw_list *list, struct draw_command command)
{
    command.clip = draw_clip(list);
    if (command.color >> 24 == 0 || geom_is_empty(draw_bounds(&command))) {
        return;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 256 : list->capacity * 2;
        struct draw_command *grown = ARENA_ARRAY(list->arena, capacity, struct draw_command);
        if (list->count > 0) {
            memcpy(grown, list->commands, list->count * sizeof *grown);
        }
        list->commands = grown;
        list->capacity = capacity;
    }
    list->commands[list->count++] = command;
}

static int32_t radius_fit(struct rect rect, int32_t radius)
{
    int32_t shorter = rect.w < rect.h ? rect.w : rect.h;
    return radius > shorter / 2 ? shorter / 2 : radius < 0 ? 0 : radius;
}

void draw_fill(struct draw_list *list, struct rect rect, int32_t radius, uint32_t color)
{
    add(list,
        (struct draw_command){
            .kind = DRAW_fill, .rect = rect, .radius = radius_fit(rect, radius), .color = color});
}

void draw_border(struct draw_list *list, struct rect rect, int32_t radius, int32_t width,
                 uint32_t color)
{
    CHECK(width > 0);
    add(list, (struct draw_command){.kind = DRAW_border,
                                    .rect = rect,
                                    .radius = radius_fit(rect, radius),
                                    .width = width,
                                    .color = color});
}

void draw_shadow(struct draw_list *list, struct rect rect, int32_t radius, int32_t blur,
                 uint32_t color)
{
    CHECK(blur > 0);
    add(list, (struct draw_command){.kind = DRAW_shadow,
                                    .rect = rect,
                                    .radius = radius_fit(rect, radius),
                                    .width = blur,
                                    .color = color});
}

void draw_text(struct draw_list *list, struct rect line, int32_t baseline, struct str text,
               struct text_style style, uint32_t color)
{
    if (text.size > 0) {
        add(list, (struct draw_command){.kind = DRAW_text,
                                        .rect = line,
                                        .baseline = baseline,
                                        .text = text,
                                        .style = style,
                                        .color = color});
    }
}

void draw_icon(struct draw_list *list, struct rect square, enum icon icon, uint32_t color)
{
    CHECK(square.w == square.h);
    if (icon != ICON_none) {
        add(list,
            (struct draw_command){.kind = DRAW_icon, .rect = square, .icon = icon, .color = color});
    }
}

void draw_line(struct draw_list *list, struct point from, struct point to, int32_t width,
               uint32_t color)
{
    CHECK(width > 0);
    struct rect span = {from.x, from.y, to.x - from.x, to.y - from.y};
    add(list,
        (struct draw_command){.kind = DRAW_line, .rect = span, .width = width, .color = color});
}

void draw_image(struct draw_list *list, struct rect rect, const struct draw_image *image)
{
    CHECK(image->pixels != NULL && image->w > 0 && image->h > 0 && image->pitch_px >= image->w);
    add(list, (struct draw_command){
                  .kind = DRAW_image, .rect = rect, .color = 0xFF000000U, .image = *image});
}

static const char *const kind_names[] = {
    [DRAW_fill] = "fill", [DRAW_border] = "border", [DRAW_shadow] = "shadow", [DRAW_text] = "text",
    [DRAW_icon] = "icon", [DRAW_line] = "line",     [DRAW_image] = "image",
};

static void dump_color(struct str_builder *out, uint32_t color)
{
    if (color >> 24 == 0xFF) {
        str_add_format(out, " #%06X", (unsigned)(color & 0xFFFFFF));
    } else {
        str_add_format(out, " #%06X/%u", (unsigned)(color & 0xFFFFFF), (unsigned)(color >> 24));
    }
}

char *draw_dump(struct arena *arena, const struct draw_list *list)
{
    struct str_builder out;
    str_builder_init(&out, arena);
    str_add_text(&out, "");
    for (size_t i = 0; i < list->count; i++) {
        const struct draw_command *command = &list->commands[i];
        struct rect r = command->rect;
        str_add_format(&out, "%s %d,%d %dx%d", kind_names[command->kind], r.x, r.y, r.w, r.h);
        if (command->radius > 0) {
            str_add_format(&out, " radius %d", command->radius);
        }
        if (command->width > 0) {
            str_add_format(&out, " width %d", command->width);
        }
        if (command->kind == DRAW_text) {
            str_add_format(&out, " base %d %d%s", command->baseline, command->style.size_px,
                           command->style.is_bold ? "b" : "");
        }
        if (command->kind == DRAW_image) {
            str_add_format(&out, " of %dx%d", command->image.w, command->image.h);
        } else {
            dump_color(&out, command->color);
        }
        if (command->kind == DRAW_text) {
            str_add_format(&out, " \"%.*s\"", (int)command->text.size, command->text.bytes);
        } else if (command->kind == DRAW_icon) {
            str_add_format(&out, " %s", icon_name(command->icon));
        }
        if (!geom_covers(command->clip, reach(command))) {
            struct rect c = command->clip;
            str_add_format(&out, " clip %d,%d %dx%d", c.x, c.y, c.w, c.h);
        }
        str_add_char(&out, '\n');
    }
    return out.text;
}
