/* app/platform/window_private.h -- what the files window*.c share. Nobody else
 * includes it. */
#pragma once

#include "app/platform/glyphs.h"
#include "app/platform/player.h"
#include "app/platform/raster.h"
#include "app/platform/window.h"

#include <SDL.h>
#include <stdatomic.h>

enum {
    WINDOW_EVENTS_MAX = 128,
    WINDOW_PPI_DEFAULT = 160,
};

struct window {
    struct arena *program;
    struct arena scratch; /* of one script step, one picture */
    struct window_options options;
    struct glyphs *glyphs;
    struct raster *raster;
    struct clock clock; /* what the program sees */
    const struct ui *ui;
    const char *problem;
    bool is_closed, is_texting;
    bool is_checked; /* every frame shown is compared with a full redraw */
    int exit_code;
    int64_t frames;

    /* window_script.c */
    bool has_script;
    struct player player;

    /* window_sdl.c: a real window */
    SDL_Window *sdl;
    SDL_Surface *canvas; /* NULL: the window's own surface has our format */
    bool is_mouse_down;
    int32_t batch; /* number of the look at the panel; 0 when it came late */
    int32_t look_count;
    int64_t looked_at_ms; /* end of the last look */

    /* without a display */
    uint32_t *pixels;
    int64_t virtual_ms; /* since the start */
    int64_t wall_start_ms;

    /* window_wake.c */
    uint32_t wake_event; /* of SDL */
    SDL_Thread *watcher;
    int inotify_fd, wake_fd, quit_fd;
    int32_t folder_count;
    atomic_bool has_changed;

    struct input_event events[WINDOW_EVENTS_MAX];
    int32_t event_count, event_at;
};

/* window.c */
int64_t window_now_ms(const struct window *window);
/* Notes "what: why" for window_problem and returns `err`. */
enum err window_fail(struct window *window, enum err err, const char *what, const char *why);
void window_event_add(struct window *window, struct input_event event);
/* What is on the screen now; ERR_io when the display is gone. */
enum err window_target(struct window *window, struct raster_target *target_out) MUST_USE;

/* window_sdl.c */
enum err window_sdl_open(struct window *window) MUST_USE;
void window_sdl_close(struct window *window);
void window_sdl_wait(struct window *window, int64_t timeout_ms);
enum err window_sdl_target(struct window *window, struct raster_target *target_out) MUST_USE;
/* Sends the changed rectangles of what was drawn into the target. */
enum err window_sdl_send(struct window *window, const struct rect *dirty, int32_t count) MUST_USE;
/* Turns the system's input method on and off with the focus. */
void window_sdl_texting(struct window *window, const struct ui *ui);

/* window_wake.c */
enum err window_wake_open(struct window *window) MUST_USE;
void window_wake_close(struct window *window);
/* Sleeps for real without a display, until `timeout_ms` passed (-1: no end),
 * somebody woke the window or a folder changed. */
void window_wake_sleep(struct window *window, int64_t timeout_ms);

/* window_script.c */
enum err window_script_load(struct window *window) MUST_USE;
/* Ends the script with a message on stderr. */
void window_script_fail(struct window *window, const char *why);
/* What window_wait is while a script plays. */
void window_script_wait(struct window *window, int64_t timeout_ms);
