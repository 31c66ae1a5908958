/* What widgets ask: touches, drags, typing and focus of this frame, and what is
 * kept from frame to frame. */
#include "app/ui/ui_private.h"

#include <string.h>

const struct ui_kept *ui_kept_find(const struct ui *ui, uint64_t id)
{
    for (int32_t i = 0; i < ui->kept_count; i++) {
        if (ui->kept[i].id == id) {
            return &ui->kept[i];
        }
    }
    return NULL;
}

struct ui_kept *ui_kept(struct ui *ui, uint64_t id)
{
    CHECK(id != 0);
    struct ui_kept *found = (struct ui_kept *)ui_kept_find(ui, id);
    if (found == NULL) {
        if (ui->kept_count < UI_KEPT_MAX) {
            found = &ui->kept[ui->kept_count++];
        } else {
            found = &ui->kept[0];
            for (int32_t i = 1; i < UI_KEPT_MAX; i++) {
                if (ui->kept[i].used_at < found->used_at) {
                    found = &ui->kept[i];
                }
            }
            CHECK(found->used_at < ui->frame); /* one screen keeps fewer than that */
        }
        *found = (struct ui_kept){.id = id};
    }
    found->used_at = ui->frame;
    return found;
}

bool ui_is_tapped(const struct ui *ui, const char *key)
{
    return ui->tap_id != 0 && ui->tap_id == ui_id(key);
}

struct point ui_tap_at(const struct ui *ui, const char *key)
{
    return ui_is_tapped(ui, key) ? ui->tap_at : (struct point){0, 0};
}

bool ui_is_long_pressed(const struct ui *ui, const char *key)
{
    return ui->long_id != 0 && ui->long_id == ui_id(key);
}

bool ui_is_pressed(const struct ui *ui, const char *key)
{
    return ui->is_press_lit && ui->press_id != 0 && ui->press_id == ui_id(key);
}

struct ui_drag ui_drag(const struct ui *ui, const char *key)
{
    uint64_t id = ui_id(key);
    bool is_active = id != 0 && ui->drag_id == id;
    bool is_done = id != 0 && ui->drag_done_id == id;
    if (!is_active && !is_done) {
        return (struct ui_drag){0};
    }
    struct rect r = ui->drag_rect;
    return (struct ui_drag){.is_active = is_active,
                            .is_done = is_done,
                            .from = {ui->drag_from.x - r.x, ui->drag_from.y - r.y},
                            .at = {ui->drag_at.x - r.x, ui->drag_at.y - r.y},
                            .by = ui->drag_by};
}

size_t ui_drag_path(const struct ui *ui, const char *key, const struct point **points_out)
{
    uint64_t id = ui_id(key);
    *points_out = ui->path;
    return id != 0 && (ui->drag_id == id || ui->drag_done_id == id) ? ui->path_count : 0;
}

struct ui_pinch ui_pinch(const struct ui *ui, const char *key)
{
    uint64_t id = ui_id(key);
    if (id == 0 || ui->pinch_id != id) {
        return (struct ui_pinch){.scale_milli = 1000};
    }
    struct rect rect = ui_rect(ui, key);
    return (struct ui_pinch){.is_active = true,
                             .at = {ui->pinch_at.x - rect.x, ui->pinch_at.y - rect.y},
                             .by = ui->pinch_by,
                             .scale_milli = ui->pinch_milli};
}

bool ui_is_touched(const struct ui *ui, const char *key)
{
    return ui->input.is_down && geom_has(ui_rect(ui, key), ui->input.from);
}

struct rect ui_rect(const struct ui *ui, const char *key)
{
    const struct ui_page *page = ui_page_before(ui);
    int32_t index = ui_page_find(page, ui_id(key));
    return index >= 0 ? page->semantics[index].rect : (struct rect){0};
}

bool ui_take_back(struct ui *ui)
{
    /* What lies under a question may not take it. */
    int32_t modal_layer = ui_page_before(ui)->modal_layer;
    bool is_mine = ui->has_back && (modal_layer == 0 || ui->open->layer == modal_layer);
    if (is_mine) {
        ui->has_back = false;
        ui->was_answered = true;
    }
    return is_mine;
}

int64_t *ui_keep(struct ui *ui, const char *key)
{
    return ui_kept(ui, ui_id(key))->number;
}

int32_t ui_scroll_px(const struct ui *ui, const char *key)
{
    const struct ui_kept *kept = ui_kept_find(ui, ui_id(key));
    return kept != NULL ? (int32_t)(kept->scroll_milli / 1000) : 0;
}

void ui_scroll_to(struct ui *ui, const char *key, int32_t offset_px)
{
    struct ui_kept *kept = ui_kept(ui, ui_id(key));
    kept->scroll_milli = (int64_t)(offset_px > 0 ? offset_px : 0) * 1000;
    kept->fling = 0;
    ui->wants_frame = true;
}

bool ui_has_focus(const struct ui *ui, const char *key)
{
    return ui->focus_id != 0 && ui->focus_id == ui_id(key);
}

void ui_focus(struct ui *ui, const char *key)
{
    uint64_t id = ui_id(key);
    if (ui->focus_id != id) {
        ui->focus_id = id;
        /* This frame and the two after it: the keyboard opens in between. */
        ui->reveal_frames = 3;
        ui->wants_frame = true;
    }
}

bool ui_wants_text(const struct ui *ui)
{
    return ui->focus_id != 0;
}

struct rect ui_focus_rect(const struct ui *ui)
{
    const struct ui_page *page = ui_page_before(ui);
    int32_t index = ui_page_find(page, ui->focus_id);
    return index >= 0 ? page->semantics[index].rect : (struct rect){0};
}

bool ui_next_typed(struct ui *ui, struct input_event *typed_out)
{
    if (ui->typed_at == ui->typed_count) {
        return false;
    }
    *typed_out = ui->typed[ui->typed_at++];
    return true;
}

void ui_type_text(struct ui *ui, const char *text)
{
    struct input_event event = {.kind = INPUT_text, .at_ms = ui->now.now_ms};
    struct str rest = str_from(text);
    while (rest.size > 0) { /* a long phrase goes in pieces */
        (void)str_copy(event.text, sizeof event.text, rest);
        size_t size = strlen(event.text);
        ui_feed(ui, &event);
        rest.bytes += size;
        rest.size -= size;
    }
}

void ui_type_key(struct ui *ui, enum input_key key)
{
    ui_feed(ui, &(struct input_event){.kind = INPUT_key, .key = key, .at_ms = ui->now.now_ms});
}
