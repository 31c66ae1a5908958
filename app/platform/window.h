/* app/platform/window.h -- the screen, touch and sleep; the same contract with
 * a real window (SDL) and without a display (headless).
 *
 * The program waits in window_wait and nowhere else. At rest it really sleeps:
 * no frame, no timer, no polling. */
#pragma once

#include "app/ui/ui.h"
#include "core/base/clock.h"
#include "core/base/err.h"

struct window;

struct window_options {
    const char *title;
    int32_t width_px, height_px; /* of the window; 0: 1280 × 800 */
    int32_t ppi;                 /* 0: what the display says, else 160 */
    bool is_headless;            /* draw into memory; time is virtual */
    bool is_fullscreen;
    const char *script_path;    /* touch script to play (see script.h); NULL none */
    const char *shot_folder;    /* where `shot` and `dump` with a relative path go; NULL: here */
    const struct clock *clock;  /* the real clock; required */
    int64_t virtual_wall_at_ms; /* headless: UTC instant at which virtual time starts;
                                   0: the real clock's now */
    const char *letters;        /* letters of the program's own texts, see glyphs.h; or NULL */
    const char *letters_path;   /* file that keeps their glyphs; NULL: none is kept */
    const char *font_folder;    /* extra folder looked into first; NULL: DOORSTEP_FONT_DIR */
};

/* Opens fonts, screen and script. On failure nothing stays open and
 * window_problem says in words what was wrong (static text, English).
 * ERR_io: no display or font; errors of the script: ERR_not_found,
 * ERR_malformed. Everything lives in `program`. */
enum err window_open(struct arena *program, const struct window_options *options,
                     struct window **window_out) MUST_USE;
void window_close(struct window *window);
/* What the last failing call of this window module met, one line. */
const char *window_problem(const struct window *window);

/* For ui_make. */
const struct text_font *window_font(struct window *window);
/* Wall and monotonic time as the program should see it: the clock given, or
 * virtual time when headless. */
const struct clock *window_clock(const struct window *window);
/* Size in pixels and pixels per inch, for theme_options. */
void window_size(const struct window *window, int32_t *width_px_out, int32_t *height_px_out,
                 int32_t *ppi_out);

/* Sleeps until there is input, a watched folder changed, somebody called
 * window_wake, or `timeout_ms` passed (-1: without end, 0: only looks). Headless
 * with a script, virtual time moves instead of sleeping, and the script acts. */
void window_wait(struct window *window, int64_t timeout_ms);
/* Hands the next event to the toolkit; false when there is none left. */
bool window_next(struct window *window, struct input_event *event_out);
/* The user closed the window, or the script ended. */
bool window_is_closed(const struct window *window);
/* 0, or 1 when the script failed: the program's exit code. */
int window_exit_code(const struct window *window);

/* From any thread: makes window_wait return. */
void window_wake(struct window *window);
/* A change of names in `path` (an existing folder) makes window_wait return and
 * window_folder_changed true. Up to 8 folders. ERR_io, ERR_too_many. */
enum err window_watch_folder(struct window *window, const char *path) MUST_USE;
/* True once after a watched folder changed. */
bool window_folder_changed(struct window *window);

/* Shows the toolkit's last frame: only tiles that changed are drawn and sent.
 * Also hands its meaning to the script and the text input to the system.
 * ERR_io when the display is gone. */
enum err window_present(struct window *window, const struct ui *ui) MUST_USE;

/* Whether the screen shows, pixel by pixel, what drawing the last presented frame
 * anew would; else *where_out (may be NULL) is the first pixel that differs. */
bool window_is_exact(struct window *window, struct point *where_out) MUST_USE;

/* A number for what is on the screen: equal pictures, equal numbers, whatever shows
 * them. 0 when the display is gone. */
uint64_t window_picture(struct window *window);

/* Figures of the last present. */
struct window_figures {
    int32_t tiles_drawn, tiles_all;
    int32_t glyphs_made;
    int64_t frames;
};
struct window_figures window_figures(const struct window *window);
/* Writes what is on the screen as PNG. ERR_io. */
enum err window_shot(struct window *window, const char *path) MUST_USE;
