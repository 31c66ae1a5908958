#include "app/platform/loop.h"

enum { FRAMES_MAX = 32 }; /* in a row without waiting: more is a screen that never rests */

static void frame_build(struct window *window, struct ui *ui, const struct loop *loop,
                        struct theme *theme)
{
    int32_t width = 0;
    int32_t height = 0;
    int32_t ppi = 0;
    window_size(window, &width, &height, &ppi);
    *theme = loop->theme(loop->context, width, height, ppi);
    ui_begin(ui, &(struct ui_frame){.now_ms = clock_read(window_clock(window)).monotonic_ms,
                                    .theme = theme});
    loop->frame(loop->context, ui);
    ui_end(ui);
}

static int64_t timeout_ms(struct window *window, const struct ui *ui, const struct loop *loop)
{
    int64_t deadline = ui_deadline_ms(ui);
    if (loop->deadline_ms != NULL) {
        int64_t own = loop->deadline_ms(loop->context);
        deadline = own < deadline ? own : deadline;
    }
    if (deadline == INT64_MAX) {
        return -1;
    }
    int64_t left = deadline - clock_read(window_clock(window)).monotonic_ms;
    return left > 0 ? left : 0;
}

enum err loop_run(struct window *window, struct ui *ui, const struct loop *loop,
                  const bool *should_stop)
{
    struct theme theme;
    while (!window_is_closed(window) && !*should_stop) {
        int32_t frames = 0;
        do {
            frame_build(window, ui, loop, &theme);
            frames++;
        } while (ui_wants_frame(ui) && frames < FRAMES_MAX && !*should_stop);
        TRY(window_present(window, ui));
        if (loop->presented != NULL) {
            loop->presented(loop->context);
        }
        window_wait(window, timeout_ms(window, ui, loop));
        struct input_event event;
        while (window_next(window, &event)) {
            ui_feed(ui, &event);
        }
        if (loop->folder_changed != NULL && window_folder_changed(window)) {
            loop->folder_changed(loop->context);
        }
    }
    return OK;
}
