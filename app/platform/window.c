#include "app/platform/window.h"
#include "app/platform/glyphs.h"
#include "app/platform/player.h"
#include "app/platform/png.h"
#include "app/platform/raster.h"

#include <SDL.h>

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
    WIDTH_DEFAULT = 1280,
    HEIGHT_DEFAULT = 800,
    PPI_DEFAULT = 160,
    FOLDERS_MAX = 8,
    EVENTS_MAX = 128,
    SCRIPT_SIZE_MAX = 1024 * 1024,
    FRAME_MS = 20,      /* a shorter deadline means that something moves */
    LOOK_AGAIN_MS = 20, /* while a script awaits another program */
    MOUSE_FINGER = -1,
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
    int exit_code;
    int64_t frames;

    /* script */
    bool has_script;
    struct player player;

    /* a real window */
    SDL_Window *sdl;
    SDL_Surface *canvas; /* NULL: the window's own surface has our format */
    uint32_t wake_event;
    bool is_mouse_down;
    SDL_Thread *watcher;

    /* headless */
    uint32_t *pixels;
    int64_t virtual_ms; /* since the start */
    int64_t wall_start_ms;

    /* waking */
    int inotify_fd, wake_fd, quit_fd;
    int32_t folder_count;
    atomic_bool has_changed;

    struct input_event events[EVENTS_MAX];
    int32_t event_count, event_at;
};

/* ---- time ---- */

static struct clock_reading virtual_read(void *context)
{
    const struct window *window = context;
    return (struct clock_reading){.wall_ms = window->wall_start_ms + window->virtual_ms,
                                  .monotonic_ms = window->virtual_ms};
}

static int64_t now_ms(const struct window *window)
{
    return clock_read(&window->clock).monotonic_ms;
}

/* ---- opening ---- */

static enum err problem(struct window *window, enum err err, const char *what, const char *why)
{
    window->problem = str_format(window->program, "%s: %s", what, why);
    return err;
}

static enum err script_load(struct window *window)
{
    const char *path = window->options.script_path;
    if (path == NULL) {
        return OK;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return problem(window, ERR_not_found, path, strerror(errno));
    }
    char *text = arena_alloc(window->program, SCRIPT_SIZE_MAX + 1);
    size_t size = fread(text, 1, SCRIPT_SIZE_MAX + 1, file);
    bool was_read = ferror(file) == 0;
    (void)fclose(file);
    if (!was_read) {
        return problem(window, ERR_io, path, "cannot be read");
    }
    if (size > SCRIPT_SIZE_MAX) {
        return problem(window, ERR_malformed, path, "larger than 1 MiB");
    }
    window->has_script = true;
    return script_parse(window->program, path, (struct str){text, size}, &window->player.script,
                        &window->problem);
}

static int display_ppi(SDL_Window *sdl)
{
    float dpi = 0;
    int display = SDL_GetWindowDisplayIndex(sdl);
    if (display < 0 || SDL_GetDisplayDPI(display, NULL, &dpi, NULL) != 0 || dpi < 100 ||
        dpi > 640) {
        return PPI_DEFAULT; /* desktops report 72 or 96 whatever they have */
    }
    return (int)(dpi + 0.5F);
}

static enum err sdl_open(struct window *window)
{
    struct window_options *options = &window->options;
    SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
    SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    /* X11 gives shared memory; without this SDL opens OpenGL for its surface. */
    const char *driver = getenv("SDL_VIDEODRIVER");
    if (driver == NULL ? getenv("DISPLAY") != NULL : strcmp(driver, "x11") == 0) {
        SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    }
    if (SDL_InitSubSystem(SDL_INIT_VIDEO | SDL_INIT_EVENTS) != 0) {
        return problem(window, ERR_io, "no display", SDL_GetError());
    }
    /* SDL's last resort draws where nobody can see it: then the app would run
     * unseen and never end. Who wants that names the driver. */
    const char *opened = SDL_GetCurrentVideoDriver();
    if (driver == NULL && opened != NULL && strcmp(opened, "offscreen") == 0) {
        return problem(window, ERR_io, "no display", "DISPLAY or WAYLAND_DISPLAY names none");
    }
    uint32_t flags =
        SDL_WINDOW_RESIZABLE | (options->is_fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0U);
    window->sdl =
        SDL_CreateWindow(options->title != NULL ? options->title : "", SDL_WINDOWPOS_CENTERED,
                         SDL_WINDOWPOS_CENTERED, options->width_px, options->height_px, flags);
    if (window->sdl == NULL) {
        return problem(window, ERR_io, "no window", SDL_GetError());
    }
    int width = options->width_px;
    int height = options->height_px;
    SDL_GetWindowSize(window->sdl, &width, &height);
    options->width_px = width;
    options->height_px = height;
    SDL_StopTextInput();
    window->wake_event = SDL_RegisterEvents(1);
    if (options->ppi == 0) {
        options->ppi = display_ppi(window->sdl);
    }
    return OK;
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

    enum err err = script_load(window);
    if (err == OK) {
        err = glyphs_open(program, own->font_folder, &window->glyphs, &window->problem);
        window->glyphs = err == OK ? window->glyphs : NULL;
    }
    if (err == OK && !own->is_headless) {
        err = sdl_open(window);
    }
    if (err == OK) {
        window->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        window->quit_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        err = window->wake_fd < 0 || window->quit_fd < 0
                  ? problem(window, ERR_io, "eventfd", strerror(errno))
                  : OK;
    }
    if (err != OK) {
        window_close(window);
        return err;
    }
    if (own->is_headless) {
        own->ppi = own->ppi > 0 ? own->ppi : PPI_DEFAULT;
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
    if (window->watcher != NULL) {
        const uint64_t one = 1;
        ssize_t written = write(window->quit_fd, &one, sizeof one);
        CHECK(written == (ssize_t)sizeof one);
        SDL_WaitThread(window->watcher, NULL);
        window->watcher = NULL;
    }
    int *const fds[] = {&window->inotify_fd, &window->wake_fd, &window->quit_fd};
    for (size_t i = 0; i < COUNT(fds); i++) {
        if (*fds[i] >= 0) {
            (void)close(*fds[i]);
            *fds[i] = -1;
        }
    }
    if (window->canvas != NULL) {
        SDL_FreeSurface(window->canvas);
        window->canvas = NULL;
    }
    if (window->sdl != NULL) {
        SDL_DestroyWindow(window->sdl);
        window->sdl = NULL;
    }
    if (!window->options.is_headless) {
        SDL_QuitSubSystem(SDL_INIT_VIDEO | SDL_INIT_EVENTS);
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

/* ---- waking ---- */

void window_wake(struct window *window)
{
    const uint64_t one = 1;
    ssize_t written = write(window->wake_fd, &one, sizeof one);
    (void)written; /* full: it is awake already */
    if (window->sdl != NULL) {
        SDL_PushEvent(&(SDL_Event){.type = window->wake_event});
    }
}

static void inotify_drain(struct window *window)
{
    char events[4096];
    ssize_t size = 0;
    do {
        size = read(window->inotify_fd, events, sizeof events);
        if (size > 0) {
            atomic_store(&window->has_changed, true);
        }
    } while (size > 0);
}

/* SDL's wait knows only the display. This thread sleeps in poll for the rest. */
static int watch(void *context)
{
    struct window *window = context;
    struct pollfd fds[] = {{.fd = window->inotify_fd, .events = POLLIN},
                           {.fd = window->quit_fd, .events = POLLIN}};
    while (poll(fds, COUNT(fds), -1) >= 0 || errno == EINTR) {
        if ((fds[1].revents & POLLIN) != 0) {
            return 0;
        }
        if ((fds[0].revents & POLLIN) != 0) {
            inotify_drain(window);
            SDL_PushEvent(&(SDL_Event){.type = window->wake_event});
        }
    }
    return 1;
}

enum err window_watch_folder(struct window *window, const char *path)
{
    if (window->folder_count == FOLDERS_MAX) {
        return problem(window, ERR_too_many, path, "too many watched folders");
    }
    if (window->inotify_fd < 0) {
        window->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    }
    /* Names that appear whole: renamed in or closed after writing. */
    uint32_t mask = IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR;
    if (window->inotify_fd < 0 || inotify_add_watch(window->inotify_fd, path, mask) < 0) {
        return problem(window, ERR_io, path, strerror(errno));
    }
    window->folder_count++;
    if (window->sdl != NULL && window->watcher == NULL) {
        window->watcher = SDL_CreateThread(watch, "watch", window);
        if (window->watcher == NULL) {
            return problem(window, ERR_io, "thread", SDL_GetError());
        }
    }
    return OK;
}

bool window_folder_changed(struct window *window)
{
    return atomic_exchange(&window->has_changed, false);
}

/* Sleeps for real without a display. */
static void sleep_headless(struct window *window, int64_t timeout_ms)
{
    struct pollfd fds[] = {{.fd = window->wake_fd, .events = POLLIN},
                           {.fd = window->inotify_fd, .events = POLLIN}};
    int most = timeout_ms > 1000000 ? 1000000 : (int)timeout_ms;
    (void)poll(fds, COUNT(fds), most);
    uint64_t count = 0;
    ssize_t size = read(window->wake_fd, &count, sizeof count);
    (void)size; /* nothing to read is fine */
    if (window->inotify_fd >= 0) {
        inotify_drain(window);
    }
}

/* ---- events ---- */

static void event_add(struct window *window, struct input_event event)
{
    if (window->event_count == EVENTS_MAX) {
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

static void key_take(struct window *window, SDL_Keycode code)
{
    static const struct {
        SDL_Keycode code;
        enum input_key key;
    } keys[] = {{SDLK_BACKSPACE, INPUT_KEY_backspace},
                {SDLK_RETURN, INPUT_KEY_enter},
                {SDLK_KP_ENTER, INPUT_KEY_enter},
                {SDLK_ESCAPE, INPUT_KEY_back},
                {SDLK_AC_BACK, INPUT_KEY_back},
                {SDLK_LEFT, INPUT_KEY_left},
                {SDLK_RIGHT, INPUT_KEY_right},
                {SDLK_HOME, INPUT_KEY_home},
                {SDLK_END, INPUT_KEY_end}};
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (keys[i].code == code) {
            event_add(window, (struct input_event){
                                  .kind = INPUT_key, .key = keys[i].key, .at_ms = now_ms(window)});
        }
    }
}

static void finger_take(struct window *window, enum input_kind kind,
                        const SDL_TouchFingerEvent *finger)
{
    struct point at = {(int32_t)(finger->x * (float)window->options.width_px),
                       (int32_t)(finger->y * (float)window->options.height_px)};
    event_add(window,
              (struct input_event){
                  .kind = kind, .finger = finger->fingerId, .at = at, .at_ms = now_ms(window)});
}

static void mouse_take(struct window *window, enum input_kind kind, int32_t x, int32_t y)
{
    event_add(window,
              (struct input_event){
                  .kind = kind, .finger = MOUSE_FINGER, .at = {x, y}, .at_ms = now_ms(window)});
}

static void text_take(struct window *window, const char *text)
{
    struct input_event event = {.kind = INPUT_text, .at_ms = now_ms(window)};
    (void)str_copy(event.text, sizeof event.text, str_from(text));
    event_add(window, event);
}

static void sdl_take(struct window *window, const SDL_Event *event)
{
    switch (event->type) {
    case SDL_QUIT:
        window->is_closed = true;
        return;
    case SDL_FINGERDOWN:
        finger_take(window, INPUT_down, &event->tfinger);
        return;
    case SDL_FINGERMOTION:
        finger_take(window, INPUT_move, &event->tfinger);
        return;
    case SDL_FINGERUP:
        finger_take(window, INPUT_up, &event->tfinger);
        return;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        if (event->button.button == SDL_BUTTON_LEFT) {
            window->is_mouse_down = event->type == SDL_MOUSEBUTTONDOWN;
            mouse_take(window, window->is_mouse_down ? INPUT_down : INPUT_up, event->button.x,
                       event->button.y);
        }
        return;
    case SDL_MOUSEMOTION:
        if (window->is_mouse_down) {
            mouse_take(window, INPUT_move, event->motion.x, event->motion.y);
        }
        return;
    case SDL_MOUSEWHEEL: {
        int x = 0;
        int y = 0;
        SDL_GetMouseState(&x, &y);
        event_add(window, (struct input_event){.kind = INPUT_wheel,
                                               .at = {x, y},
                                               .by = {0, -event->wheel.y * 60},
                                               .at_ms = now_ms(window)});
        return;
    }
    case SDL_TEXTINPUT:
        text_take(window, event->text.text);
        return;
    case SDL_KEYDOWN:
        key_take(window, event->key.keysym.sym);
        return;
    case SDL_WINDOWEVENT:
        if (event->window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
            window->options.width_px = event->window.data1 > 0 ? event->window.data1 : 1;
            window->options.height_px = event->window.data2 > 0 ? event->window.data2 : 1;
            raster_forget(window->raster);
        } else if (event->window.event == SDL_WINDOWEVENT_EXPOSED) {
            raster_forget(window->raster);
        } else if (event->window.event == SDL_WINDOWEVENT_FOCUS_LOST) {
            window->is_mouse_down = false;
            event_add(window, (struct input_event){.kind = INPUT_cancel, .at_ms = now_ms(window)});
        }
        return;
    default:
        return;
    }
}

static void sdl_wait(struct window *window, int64_t timeout_ms)
{
    SDL_Event event;
    int most = timeout_ms > 1000000 ? 1000000 : (int)timeout_ms;
    bool is_there = timeout_ms < 0    ? SDL_WaitEvent(&event) == 1
                    : timeout_ms == 0 ? SDL_PollEvent(&event) == 1
                                      : SDL_WaitEventTimeout(&event, most) == 1;
    while (is_there) {
        sdl_take(window, &event);
        is_there = window->event_count < EVENTS_MAX && SDL_PollEvent(&event) == 1;
    }
}

/* ---- scripts ---- */

static const char *output_path(struct window *window, const char *path)
{
    return path[0] == '/' || window->options.shot_folder == NULL
               ? path
               : str_format(&window->scratch, "%s/%s", window->options.shot_folder, path);
}

static void script_fail(struct window *window, const char *why)
{
    (void)fprintf(stderr, "%s\n", why);
    window->exit_code = 1;
    window->is_closed = true;
}

static void text_write(struct window *window, const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    bool is_written = file != NULL && fputs(text, file) >= 0;
    if (file != NULL) {
        is_written = fclose(file) == 0 && is_written;
    }
    if (!is_written) {
        script_fail(window, str_format(&window->scratch, "cannot write %s", path));
    }
}

/* Time passes: virtual time jumps, real time is slept through. */
static void pass(struct window *window, int64_t ms)
{
    if (window->options.is_headless) {
        window->virtual_ms += ms;
    } else {
        sdl_wait(window, ms);
    }
}

/* One step of the script. True when the loop should build a frame. */
static bool script_step(struct window *window, int64_t timeout_ms)
{
    arena_reset(&window->scratch);
    int64_t now = now_ms(window);
    struct player_step step = player_next(&window->player, &window->scratch, window->ui, now);
    switch (step.kind) {
    case PLAYER_event:
        event_add(window, step.event);
        return true;
    case PLAYER_wait: {
        int64_t left = step.until_ms - now;
        if (left <= 0) {
            return false;
        }
        pass(window, timeout_ms >= 0 && timeout_ms < left ? timeout_ms : left);
        return true;
    }
    case PLAYER_await:
        if (window->options.is_headless) {
            sleep_headless(window, LOOK_AGAIN_MS);
            window->virtual_ms += LOOK_AGAIN_MS;
        } else {
            sdl_wait(window, LOOK_AGAIN_MS);
        }
        return true;
    case PLAYER_shot: {
        const char *path = output_path(window, step.path);
        if (window_shot(window, path) != OK) {
            script_fail(window, str_format(&window->scratch, "cannot write %s", path));
        }
        return window->is_closed;
    }
    case PLAYER_dump:
        text_write(window, output_path(window, step.path), step.text);
        return window->is_closed;
    case PLAYER_done:
        window->is_closed = true;
        return true;
    case PLAYER_failed:
        script_fail(window, step.text);
        return true;
    }
    UNREACHABLE();
}

void window_wait(struct window *window, int64_t timeout_ms)
{
    window->event_at = 0;
    window->event_count = 0;
    if (!window->has_script || window->ui == NULL) {
        if (!window->options.is_headless) {
            sdl_wait(window, timeout_ms);
            return;
        }
        int64_t before = clock_read(window->options.clock).monotonic_ms;
        sleep_headless(window, timeout_ms);
        window->virtual_ms += clock_read(window->options.clock).monotonic_ms - before;
        return;
    }
    if (!window->options.is_headless) {
        sdl_wait(window, 0);
    } else {
        sleep_headless(window, 0);
    }
    bool is_moving = timeout_ms >= 0 && timeout_ms < FRAME_MS &&
                     window->player.event_at == window->player.event_count;
    if (is_moving) {
        pass(window, timeout_ms > 0 ? timeout_ms : 1);
        return;
    }
    while (!window->is_closed && !script_step(window, timeout_ms)) {
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

static bool is_ours(const SDL_Surface *surface)
{
    return surface->format->format == SDL_PIXELFORMAT_RGB888 ||
           surface->format->format == SDL_PIXELFORMAT_ARGB8888;
}

/* Where to draw: the window's own surface when it has our format. */
static SDL_Surface *canvas_get(struct window *window, SDL_Surface *surface)
{
    if (is_ours(surface)) {
        return surface;
    }
    if (window->canvas == NULL || window->canvas->w != surface->w ||
        window->canvas->h != surface->h) {
        SDL_FreeSurface(window->canvas);
        window->canvas =
            SDL_CreateRGBSurfaceWithFormat(0, surface->w, surface->h, 32, SDL_PIXELFORMAT_RGB888);
        raster_forget(window->raster);
    }
    return window->canvas;
}

static enum err sdl_present(struct window *window, const struct draw_list *list)
{
    SDL_Surface *surface = SDL_GetWindowSurface(window->sdl);
    SDL_Surface *canvas = surface != NULL ? canvas_get(window, surface) : NULL;
    if (canvas == NULL) {
        return problem(window, ERR_io, "display", SDL_GetError());
    }
    /* A new size reaches the surface before or after its event. */
    struct raster_target target = {.pixels = canvas->pixels,
                                   .width = canvas->w,
                                   .height = canvas->h,
                                   .pitch_px = canvas->pitch / 4};
    const struct rect *dirty = NULL;
    int32_t count = raster_frame(window->raster, list, &target, &dirty);
    if (count == 0) {
        return OK;
    }
    arena_reset(&window->scratch);
    SDL_Rect *rects = ARENA_ARRAY(&window->scratch, (size_t)count, SDL_Rect);
    for (int32_t i = 0; i < count; i++) {
        rects[i] = (SDL_Rect){dirty[i].x, dirty[i].y, dirty[i].w, dirty[i].h};
        if (canvas != surface) {
            SDL_Rect to = rects[i];
            SDL_BlitSurface(canvas, &rects[i], surface, &to);
        }
    }
    if (SDL_UpdateWindowSurfaceRects(window->sdl, rects, count) != 0) {
        return problem(window, ERR_io, "display", SDL_GetError());
    }
    return OK;
}

static void texting_follow(struct window *window, const struct ui *ui)
{
    bool wants = ui_wants_text(ui);
    if (wants) {
        struct rect focus = ui_focus_rect(ui);
        SDL_SetTextInputRect(&(SDL_Rect){focus.x, focus.y, focus.w, focus.h});
    }
    if (wants != window->is_texting) {
        window->is_texting = wants;
        if (wants) {
            SDL_StartTextInput();
        } else {
            SDL_StopTextInput();
        }
    }
}

enum err window_present(struct window *window, const struct ui *ui)
{
    window->ui = ui;
    window->frames++;
    const struct draw_list *list = ui_draw_list(ui);
    if (!window->options.is_headless) {
        texting_follow(window, ui);
        return sdl_present(window, list);
    }
    struct raster_target target = {.pixels = window->pixels,
                                   .width = window->options.width_px,
                                   .height = window->options.height_px,
                                   .pitch_px = window->options.width_px};
    (void)raster_frame(window->raster, list, &target, NULL);
    return OK;
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
    const uint32_t *pixels = window->pixels;
    int32_t width = window->options.width_px;
    int32_t height = window->options.height_px;
    int32_t pitch_px = width;
    if (!window->options.is_headless) {
        SDL_Surface *surface = SDL_GetWindowSurface(window->sdl);
        SDL_Surface *canvas = surface != NULL ? canvas_get(window, surface) : NULL;
        if (canvas == NULL) {
            return problem(window, ERR_io, "display", SDL_GetError());
        }
        pixels = canvas->pixels;
        width = canvas->w;
        height = canvas->h;
        pitch_px = canvas->pitch / 4;
    }
    struct arena picture;
    arena_init(&picture, 0);
    enum err err = png_write(&picture, path, pixels, width, height, pitch_px);
    arena_deinit(&picture);
    return err == OK ? OK : problem(window, err, path, strerror(errno));
}
