#include "app/ui/widget_signature.h"

#include "app/ui/widget_button.h"

#include <string.h>

enum {
    NEAR_UNITS = 4, /* points closer to the last one add nothing */
    PEN_UNITS = 20, /* width of the line */
    SIGNED_UNITS = WIDGET_SIGNATURE_HEIGHT / 2,
};

/* ---- strokes ---- */

static void point_add(struct widget_signature *signature, int32_t x, int32_t y)
{
    if (signature->point_count == WIDGET_SIGNATURE_POINTS_MAX) {
        signature->was_full = true;
        return;
    }
    x = x < 0 ? 0 : x >= WIDGET_SIGNATURE_WIDTH ? WIDGET_SIGNATURE_WIDTH - 1 : x;
    y = y < 0 ? 0 : y >= WIDGET_SIGNATURE_HEIGHT ? WIDGET_SIGNATURE_HEIGHT - 1 : y;
    int32_t last = signature->point_count - 1;
    int32_t start = signature->stroke_count > 1 ? signature->ends[signature->stroke_count - 2] : 0;
    if (last >= start) {
        int32_t dx = x - signature->points[last].x;
        int32_t dy = y - signature->points[last].y;
        if (dx * dx + dy * dy < NEAR_UNITS * NEAR_UNITS) {
            return;
        }
    }
    signature->points[signature->point_count].x = (uint16_t)x;
    signature->points[signature->point_count].y = (uint16_t)y;
    signature->point_count++;
    signature->ends[signature->stroke_count - 1] = (uint16_t)signature->point_count;
}

static bool stroke_begin(struct widget_signature *signature)
{
    if (signature->stroke_count == WIDGET_SIGNATURE_STROKES_MAX ||
        signature->point_count == WIDGET_SIGNATURE_POINTS_MAX) {
        signature->was_full = true;
        return false;
    }
    signature->ends[signature->stroke_count] = (uint16_t)signature->point_count;
    signature->stroke_count++;
    return true;
}

static void stroke_undo(struct widget_signature *signature)
{
    if (signature->stroke_count > 0) {
        signature->stroke_count--;
        signature->point_count =
            signature->stroke_count > 0 ? signature->ends[signature->stroke_count - 1] : 0;
        signature->was_full = false;
    }
}

bool widget_signature_is_signed(const struct widget_signature *signature)
{
    int64_t length = 0;
    int32_t from = 0;
    for (int32_t stroke = 0; stroke < signature->stroke_count; stroke++) {
        for (int32_t i = from + 1; i < signature->ends[stroke]; i++) {
            int32_t dx = signature->points[i].x - signature->points[i - 1].x;
            int32_t dy = signature->points[i].y - signature->points[i - 1].y;
            dx = dx < 0 ? -dx : dx;
            dy = dy < 0 ? -dy : dy;
            length += dx > dy ? dx : dy; /* within a third of the true length */
        }
        from = signature->ends[stroke];
    }
    return length >= SIGNED_UNITS;
}

/* ---- the pad ---- */

enum { KEEP_is_drawing }; /* of the pad */
enum { KEEP_was_asked };  /* of its room */

/* What the finger drew since the last frame; `width_px` is the pad's. */
static bool ink_take(struct ui *ui, const char *key, struct widget_signature *signature,
                     int32_t width_px)
{
    struct ui_drag drag = ui_drag(ui, key);
    const struct point *points = NULL;
    size_t count = ui_drag_path(ui, key, &points);
    int64_t *keep = ui_keep(ui, key);
    if ((!drag.is_active && !drag.is_done) || width_px <= 0) {
        keep[KEEP_is_drawing] = 0;
        return false;
    }
    if (keep[KEEP_is_drawing] == 0 && (count == 0 || !stroke_begin(signature))) {
        return false;
    }
    keep[KEEP_is_drawing] = drag.is_active;
    int32_t before = signature->point_count;
    for (size_t i = 0; i < count; i++) {
        point_add(signature, (int32_t)((int64_t)points[i].x * WIDGET_SIGNATURE_WIDTH / width_px),
                  (int32_t)((int64_t)points[i].y * WIDGET_SIGNATURE_WIDTH / width_px));
    }
    return signature->point_count != before;
}

static struct point to_px(const struct widget_signature *signature, int32_t index, int32_t width_px)
{
    return (struct point){signature->points[index].x * width_px / WIDGET_SIGNATURE_WIDTH,
                          signature->points[index].y * width_px / WIDGET_SIGNATURE_WIDTH};
}

static void ink_show(struct ui *ui, const struct widget_signature *signature, int32_t width_px)
{
    int32_t pen_px = PEN_UNITS * width_px / WIDGET_SIGNATURE_WIDTH;
    pen_px = pen_px < 2 ? 2 : pen_px;
    int32_t from = 0;
    for (int32_t stroke = 0; stroke < signature->stroke_count; stroke++) {
        int32_t end = signature->ends[stroke];
        for (int32_t i = from; i < end; i++) {
            /* A point is joined to the one before it; the first to itself: a dot. */
            ui_stroke(ui, to_px(signature, i > from ? i - 1 : i, width_px),
                      to_px(signature, i, width_px), pen_px, COLOR_ink);
        }
        from = end;
    }
}

/* As wide as there is room, and no higher than leaves the rest of the screen. The
 * first frame does not know the room yet and asks, once, for another. */
static int32_t pad_width_px(struct ui *ui, const char *room_key)
{
    const struct theme *theme = ui_theme(ui);
    int32_t room_px = ui_rect(ui, room_key).w;
    int64_t *was_asked = &ui_keep(ui, room_key)[KEEP_was_asked];
    if (room_px > 0) {
        *was_asked = 0;
    } else {
        room_px = theme->options.width_px - theme_dp(theme, 32);
        if (*was_asked == 0) {
            ui_wake_at(ui, ui_now_ms(ui));
        }
        *was_asked = 1;
    }
    int32_t most_px = theme->options.height_px * 3 / 5 * 2;
    return room_px < most_px ? room_px : most_px;
}

bool widget_signature(struct ui *ui, const char *key, const struct widget_signature_words *words,
                      struct widget_signature *signature)
{
    CHECK(words->label != NULL && words->undo != NULL && words->clear != NULL);
    const struct theme *theme = ui_theme(ui);
    const char *undo_key = ui_format(ui, "%s/undo", key);
    const char *clear_key = ui_format(ui, "%s/clear", key);
    const char *room_key = ui_format(ui, "%s/room", key);
    int32_t width_px = pad_width_px(ui, room_key);
    bool has_changed = ink_take(ui, key, signature, ui_rect(ui, key).w);
    if (ui_is_tapped(ui, undo_key) && signature->stroke_count > 0) {
        stroke_undo(signature);
        has_changed = true;
    }
    if (ui_is_tapped(ui, clear_key) && signature->stroke_count > 0) {
        *signature = (struct widget_signature){0};
        has_changed = true;
    }
    bool is_empty = signature->stroke_count == 0;
    ui_open(ui, room_key, &(struct ui_box){.w = UI_FILL, .gap = 10, .across = UI_centre});
    ui_open(
        ui, key,
        &(struct ui_box){.flow = UI_stack,
                         .w = UI_PX(width_px),
                         .h = UI_PX(width_px / 2),
                         .along = UI_centre,
                         .across = UI_centre,
                         .fill = COLOR_card,
                         .border = COLOR_outline,
                         .border_width = 2,
                         .radius = 14,
                         .role = UI_ROLE_image,
                         .name = words->label,
                         .value = is_empty ? NULL : ui_format(ui, "%d", signature->stroke_count),
                         .wants_drag = true,
                         .wants_ink = true});
    if (is_empty && words->hint != NULL) {
        ui_text_with(
            ui,
            &(struct ui_text){
                .type = TYPE_title, .color = COLOR_ink_2, .align = UI_centre, .role = UI_ROLE_text},
            words->hint);
    }
    /* The line to sign on. */
    int32_t line_y = width_px * 2 / 5;
    ui_stroke(ui, (struct point){width_px / 16, line_y}, (struct point){width_px * 15 / 16, line_y},
              theme_dp(theme, 2), COLOR_outline);
    ink_show(ui, signature, width_px);
    ui_close(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_wrap,
                             .w = UI_PX(width_px),
                             .gap = 10,
                             .along = theme->options.is_left_hand ? UI_start : UI_end_side});
    bool was_tapped = widget_button(ui, undo_key,
                                    &(struct widget_button){.kind = WIDGET_BUTTON_secondary,
                                                            .label = words->undo,
                                                            .icon = ICON_undo,
                                                            .is_disabled = is_empty});
    was_tapped |= widget_button(ui, clear_key,
                                &(struct widget_button){.kind = WIDGET_BUTTON_secondary,
                                                        .label = words->clear,
                                                        .icon = ICON_delete,
                                                        .is_disabled = is_empty});
    (void)was_tapped; /* taken above, before the ink is shown */
    ui_close(ui);
    ui_close(ui);
    return has_changed;
}

/* ---- packed strokes ----
 *
 * 'S', 1, then for each stroke its count of points and the points, each as the
 * difference from the one before (of the whole signature, from 0, 0); all numbers
 * are little groups of 7 bits, differences with the sign in the lowest bit. */

struct writer {
    uint8_t *bytes;
    size_t size;
};

static void number_write(struct writer *writer, uint32_t number)
{
    while (number >= 0x80) {
        writer->bytes[writer->size++] = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    writer->bytes[writer->size++] = (uint8_t)number;
}

static void step_write(struct writer *writer, int32_t step)
{
    number_write(writer, step < 0 ? (uint32_t)-step * 2 - 1 : (uint32_t)step * 2);
}

void widget_signature_pack(struct arena *arena, const struct widget_signature *signature,
                           uint8_t **bytes_out, size_t *size_out)
{
    /* A step is at most 2 × 2000: two groups. */
    struct writer writer = {.bytes = arena_alloc(arena, 2 + (size_t)signature->stroke_count * 2 +
                                                            (size_t)signature->point_count * 4)};
    writer.bytes[writer.size++] = 'S';
    writer.bytes[writer.size++] = 1;
    int32_t from = 0;
    int32_t x = 0;
    int32_t y = 0;
    for (int32_t stroke = 0; stroke < signature->stroke_count; stroke++) {
        number_write(&writer, (uint32_t)(signature->ends[stroke] - from));
        for (int32_t i = from; i < signature->ends[stroke]; i++) {
            step_write(&writer, signature->points[i].x - x);
            step_write(&writer, signature->points[i].y - y);
            x = signature->points[i].x;
            y = signature->points[i].y;
        }
        from = signature->ends[stroke];
    }
    *bytes_out = writer.bytes;
    *size_out = writer.size;
}

struct reader {
    const uint8_t *at, *end;
};

static bool number_read(struct reader *reader, uint32_t *number_out)
{
    *number_out = 0;
    for (uint32_t shift = 0; shift <= 14 && reader->at < reader->end; shift += 7) {
        uint8_t byte = *reader->at++;
        *number_out |= (uint32_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            return shift == 0 || byte != 0; /* the shortest form, and no other */
        }
    }
    return false;
}

static bool step_read(struct reader *reader, int32_t most, int32_t *value)
{
    uint32_t number;
    if (!number_read(reader, &number)) {
        return false;
    }
    *value += (number & 1) != 0 ? -(int32_t)((number + 1) / 2) : (int32_t)(number / 2);
    return *value >= 0 && *value < most;
}

static bool unpack(struct reader reader, struct widget_signature *signature)
{
    if (reader.end - reader.at < 2 || reader.at[0] != 'S' || reader.at[1] != 1) {
        return false;
    }
    reader.at += 2;
    int32_t x = 0;
    int32_t y = 0;
    while (reader.at < reader.end) {
        uint32_t count;
        if (!number_read(&reader, &count) || count == 0 ||
            signature->stroke_count == WIDGET_SIGNATURE_STROKES_MAX ||
            count > (uint32_t)(WIDGET_SIGNATURE_POINTS_MAX - signature->point_count)) {
            return false;
        }
        for (uint32_t i = 0; i < count; i++) {
            if (!step_read(&reader, WIDGET_SIGNATURE_WIDTH, &x) ||
                !step_read(&reader, WIDGET_SIGNATURE_HEIGHT, &y)) {
                return false;
            }
            signature->points[signature->point_count].x = (uint16_t)x;
            signature->points[signature->point_count].y = (uint16_t)y;
            signature->point_count++;
        }
        signature->ends[signature->stroke_count++] = (uint16_t)signature->point_count;
    }
    return true;
}

enum err widget_signature_unpack(const uint8_t *bytes, size_t size,
                                 struct widget_signature *signature_out)
{
    *signature_out = (struct widget_signature){0};
    if (!unpack((struct reader){bytes, bytes + size}, signature_out)) {
        *signature_out = (struct widget_signature){0};
        return ERR_malformed;
    }
    return OK;
}
