/* app/platform/loop.h -- the program's one loop: wait, feed, build, show. */
#pragma once

#include "app/platform/window.h"

struct loop {
    /* Builds one frame between ui_begin and ui_end. */
    void (*frame)(void *context, struct ui *ui);
    /* The theme to use; asked before every frame. */
    struct theme (*theme)(void *context, int32_t width_px, int32_t height_px, int32_t ppi);
    /* A watched folder changed. May be NULL. */
    void (*folder_changed)(void *context);
    /* A frame is on the glass: the moment for work that was announced on it and takes long. The
     * next frame follows at once when deadline_ms says so. May be NULL. */
    void (*presented)(void *context);
    /* Monotonic instant at which the program wants to run without input;
     * INT64_MAX none. May be NULL. */
    int64_t (*deadline_ms)(void *context);
    void *context;
};

/* Runs until the window is closed or the script ends, or a frame asked to stop
 * by *should_stop. Returns window_present's error when the display is lost. */
enum err loop_run(struct window *window, struct ui *ui, const struct loop *loop,
                  const bool *should_stop) MUST_USE;
