/* What moves by itself: a flung list, the ring around a held finger. */
#include "app/ui/ui_private.h"

enum { FLING_END = 20 }; /* pixels per second: slower is rest */

enum {
    RING_AFTER_MS = 120, /* a tap is over by then */
    RING_STEP_MS = 38,
    RING_LEAST_MM = 12, /* around the finger tip */
    RING_MOST_MM = 22,
};

int64_t ui_motion_ring_at_ms(const struct ui *ui)
{
    int64_t due_ms = input_deadline_ms(&ui->input);
    if (due_ms == INT64_MAX) {
        return due_ms;
    }
    int64_t start_ms = due_ms - INPUT_LONG_PRESS_MS + RING_AFTER_MS;
    if (ui->now.now_ms < start_ms) {
        return start_ms;
    }
    int64_t next_ms = ui->now.now_ms + RING_STEP_MS;
    return ui->now.theme->options.is_still || next_ms > due_ms ? due_ms : next_ms;
}

int32_t ui_motion_ring_px(const struct ui *ui)
{
    const struct theme *theme = ui->now.theme;
    int64_t due_ms = input_deadline_ms(&ui->input);
    if (ui->press_id == 0 || due_ms == INT64_MAX) {
        return 0;
    }
    int64_t held_ms = ui->now.now_ms - (due_ms - INPUT_LONG_PRESS_MS) - RING_AFTER_MS;
    if (held_ms < 0) {
        return 0;
    }
    int32_t least_px = theme_mm(theme, RING_LEAST_MM);
    int32_t most_px = theme_mm(theme, RING_MOST_MM);
    if (theme->options.is_still) {
        return most_px;
    }
    int64_t all_ms = INPUT_LONG_PRESS_MS - RING_AFTER_MS;
    held_ms = held_ms > all_ms ? all_ms : held_ms;
    return least_px + (int32_t)((most_px - least_px) * held_ms / all_ms);
}

bool ui_motion_fling(struct ui *ui)
{
    bool is_moving = false;
    for (int32_t i = 0; i < ui->kept_count; i++) {
        struct ui_kept *kept = &ui->kept[i];
        if (kept->fling == 0) {
            continue;
        }
        int64_t passed_ms = ui->now.now_ms - kept->fling_at_ms;
        passed_ms = passed_ms > 100 ? 100 : passed_ms; /* after a sleep it does not jump */
        kept->fling_at_ms = ui->now.now_ms;
        int64_t moved_milli = 0;
        for (int64_t ms = 0; ms < passed_ms; ms++) {
            moved_milli += kept->fling; /* px/s is thousandths of a pixel per ms */
            kept->fling = kept->fling * 998 / 1000;
        }
        if (kept->fling < FLING_END && kept->fling > -FLING_END) {
            kept->fling = 0;
        }
        if (ui_page_find(ui_page_before(ui), kept->id) < 0) {
            kept->fling = 0;
        } else {
            ui_gesture_scroll(ui, kept->id, moved_milli);
        }
        is_moving |= kept->fling != 0;
    }
    return is_moving;
}
