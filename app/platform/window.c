#include "app/platform/png.h"
#include "app/platform/raster_check.h"
#include "app/platform/raster_hash.h"
#include "app/platform/window_private.h"

#include <errno.h>
#include <string.h>

enum {
    WIDTH_DEFAULT = 1280,
    HEIGHT_DEFAULT = 800,
};

/* ---- time ---- */

static struct clock_reading virtual_read(void *context)
{
    const struct window *window = context;
    return (struct clock_reading){.wall_ms = window->wall_start_ms + window->virtual_ms,
                                  .monotonic_ms = window->virtual_ms};
}

int64_t window_now_ms(const struct window *window)
{
    return clock_read(&window->clock).monotonic_ms;
}

/* ---- opening ---- */

enum err window_fail(struct window *window, enum err err, const char *what, const char *why)
{
    window->problem = str_format(window->program, "%s: %s", what, why);
    return err;
}

enum err window_open(struct arena *program, const struct window_options *options,
                     struct window **window_out)
{
    CHECK(options->clock != NULL);
    struct window *window = ARENA_NEW(program, struct window);
    *window_out = window;
    window->program = program;
    window->options = *options;
    window->problem = "";
    window->inotify_fd = -1;
    window->wake_fd = -1;
    window->quit_fd = -1;
    window->clock = *options->clock;
    arena_init(&window->scratch, 0);
    struct window_options *own = &window->options;
    own->width_px = own->width_px > 0 ? own->width_px : WIDTH_DEFAULT;
    own->height_px = own->height_px > 0 ? own->height_px : HEIGHT_DEFAULT;

    enum err err = window_script_load(window);
    if (err == OK) {
        err = glyphs_open(program, own->font_folder, &window->glyphs, &window->problem);
    }
    if (err == OK && own->letters != NULL && own->letters_path != NULL) {
        glyphs_kept_load(window->glyphs, own->letters_path, own->letters);
    }
    if (err == OK && !own->is_headless) {
        err = window_sdl_open(window);
    }
    if (err == OK) {
        err = window_wake_open(window);
    }
    if (err != OK) {
        window_close(window);
        return err;
    }
    if (own->is_headless) {
        own->ppi = own->ppi > 0 ? own->ppi : WINDOW_PPI_DEFAULT;
        window->wall_start_ms =
            own->virtual_wall_at_ms != 0 ? own->virtual_wall_at_ms : clock_now_ms(options->clock);
        window->clock = (struct clock){virtual_read, window};
        window->pixels =
            ARENA_ARRAY(program, (size_t)own->width_px * (size_t)own->height_px, uint32_t);
    }
    window->raster = raster_make(program, window->glyphs);
    return OK;
}

void window_close(struct window *window)
{
    window_wake_close(window);
    if (!window->options.is_headless) {
        window_sdl_close(window);
    }
    if (window->glyphs != NULL) {
        glyphs_close(window->glyphs);
        window->glyphs = NULL;
    }
    arena_deinit(&window->scratch);
}

const char *window_problem(const struct window *window)
{
    return window->problem;
}

const struct text_font *window_font(struct window *window)
{
    return glyphs_font(window->glyphs);
}

const struct clock *window_clock(const struct window *window)
{
    return &window->clock;
}

void window_size(const struct window *window, int32_t *width_px_out, int32_t *height_px_out,
                 int32_t *ppi_out)
{
    *width_px_out = window->options.width_px;
    *height_px_out = window->options.height_px;
    *ppi_out = window->options.ppi;
}

/* ---- events ---- */

void window_event_add(struct window *window, struct input_event event)
{
    if (window->event_count == WINDOW_EVENTS_MAX) {
        return; /* the loop takes all of them every time round */
    }
    window->events[window->event_count++] = event;
}

bool window_next(struct window *window, struct input_event *event_out)
{
    if (window->event_at == window->event_count) {
        window->event_at = 0;
        window->event_count = 0;
        return false;
    }
    *event_out = window->events[window->event_at++];
    return true;
}

void window_wait(struct window *window, int64_t timeout_ms)
{
    window->event_at = 0;
    window->event_count = 0;
    if (window->has_script && window->ui != NULL) {
        window_script_wait(window, timeout_ms);
    } else if (!window->options.is_headless) {
        window_sdl_wait(window, timeout_ms);
    } else {
        int64_t before = clock_read(window->options.clock).monotonic_ms;
        window_wake_sleep(window, timeout_ms);
        window->virtual_ms += clock_read(window->options.clock).monotonic_ms - before;
    }
}

bool window_is_closed(const struct window *window)
{
    return window->is_closed;
}

int window_exit_code(const struct window *window)
{
    return window->exit_code;
}

/* ---- showing ---- */

enum err window_target(struct window *window, struct raster_target *target_out)
{
    if (!window->options.is_headless) {
        return window_sdl_target(window, target_out);
    }
    *target_out = (struct raster_target){.pixels = window->pixels,
                                         .width = window->options.width_px,
                                         .height = window->options.height_px,
                                         .pitch_px = window->options.width_px};
    return OK;
}

static void check(struct window *window)
{
    struct point where;
    if (!window_is_exact(window, &where)) {
        window_script_fail(window, str_format(window->program,
                                              "frame %lld differs from a full redraw at %d,%d",
                                              (long long)window->frames, where.x, where.y));
    }
}

/* Every type that the theme writes in. */
static void styles_take(struct window *window, const struct theme *theme)
{
    _Static_assert((int)TYPE_COUNT <= (int)GLYPHS_STYLES_MAX, "room for all");
    struct text_style styles[TYPE_COUNT];
    for (enum type type = 0; type < TYPE_COUNT; type++) {
        styles[type] = (struct text_style){theme_type_px(theme, type), theme_is_bold(theme, type)};
    }
    glyphs_kept_styles(window->glyphs, styles, TYPE_COUNT);
}

enum err window_present(struct window *window, const struct ui *ui)
{
    window->ui = ui;
    window->frames++;
    styles_take(window, ui_theme(ui));
    struct raster_target target;
    TRY(window_target(window, &target));
    const struct rect *dirty = NULL;
    int32_t count = raster_frame(window->raster, ui_draw_list(ui), &target, &dirty);
    if (!window->options.is_headless) {
        window_sdl_texting(window, ui);
        TRY(window_sdl_send(window, dirty, count));
    }
    if (window->is_checked) {
        check(window);
    }
    return OK;
}

bool window_is_exact(struct window *window, struct point *where_out)
{
    struct raster_target target;
    if (window->ui == NULL || window_target(window, &target) != OK) {
        return true; /* nothing is shown that could be wrong */
    }
    struct arena scratch;
    arena_init(&scratch, 0);
    bool is_exact =
        raster_check(&scratch, window->glyphs, ui_draw_list(window->ui), &target, where_out);
    arena_deinit(&scratch);
    return is_exact;
}

uint64_t window_picture(struct window *window)
{
    struct raster_target target;
    if (window_target(window, &target) != OK) {
        return 0;
    }
    uint64_t hash = raster_hash_mix((uint64_t)target.width, (uint64_t)target.height);
    for (int32_t y = 0; y < target.height; y++) {
        const uint32_t *row = target.pixels + (size_t)y * (size_t)target.pitch_px;
        for (int32_t x = 0; x < target.width; x++) {
            hash = raster_hash_mix(hash, row[x] & 0xFFFFFF);
        }
    }
    return hash;
}

struct window_figures window_figures(const struct window *window)
{
    struct window_figures figures = {.frames = window->frames,
                                     .glyphs_made = glyphs_made(window->glyphs)};
    raster_figures(window->raster, &figures.tiles_drawn, &figures.tiles_all);
    return figures;
}

enum err window_shot(struct window *window, const char *path)
{
    struct raster_target target;
    TRY(window_target(window, &target));
    struct arena picture;
    arena_init(&picture, 0);
    enum err err =
        png_write(&picture, path, target.pixels, target.width, target.height, target.pitch_px);
    arena_deinit(&picture);
    return err == OK ? OK : window_fail(window, err, path, strerror(errno));
}
