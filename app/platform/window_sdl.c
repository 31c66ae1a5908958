/* The real window: SDL's display, touches, keys and sleep. */
#include "app/platform/window_private.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOUSE_FINGER = -1,
    SPARE_MS = 200, /* a shorter wait is no rest */
    SPARE_GLYPHS = 8,
    LATE_MS = 10, /* between two looks: what waits then has waited unmeasured */
};

static int display_ppi(SDL_Window *sdl)
{
    float dpi = 0;
    int display = SDL_GetWindowDisplayIndex(sdl);
    if (display < 0 || SDL_GetDisplayDPI(display, NULL, &dpi, NULL) != 0 || dpi < 100 ||
        dpi > 640) {
        return WINDOW_PPI_DEFAULT; /* desktops report 72 or 96 whatever they have */
    }
    return (int)(dpi + 0.5F);
}

enum err window_sdl_open(struct window *window)
{
    struct window_options *options = &window->options;
    SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");
    SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    /* Xlib reads 5,000 lines of dead-key sequences when SDL opens its input method,
     * a third of the start. IBus and Fcitx, and our own keyboard, need none. */
    (void)setenv("XCOMPOSEFILE", "/dev/null", 0);
    /* X11 gives shared memory; without this SDL opens OpenGL for its surface. */
    const char *driver = getenv("SDL_VIDEODRIVER");
    if (driver == NULL ? getenv("DISPLAY") != NULL : strcmp(driver, "x11") == 0) {
        SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    }
    if (SDL_InitSubSystem(SDL_INIT_VIDEO | SDL_INIT_EVENTS) != 0) {
        return window_fail(window, ERR_io, "no display", SDL_GetError());
    }
    /* SDL's last resort draws where nobody can see it: then the app would run
     * unseen and never end. Who wants that names the driver. */
    const char *opened = SDL_GetCurrentVideoDriver();
    if (driver == NULL && opened != NULL && strcmp(opened, "offscreen") == 0) {
        return window_fail(window, ERR_io, "no display", "DISPLAY or WAYLAND_DISPLAY names none");
    }
    uint32_t flags =
        SDL_WINDOW_RESIZABLE | (options->is_fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0U);
    window->sdl =
        SDL_CreateWindow(options->title != NULL ? options->title : "", SDL_WINDOWPOS_CENTERED,
                         SDL_WINDOWPOS_CENTERED, options->width_px, options->height_px, flags);
    if (window->sdl == NULL) {
        return window_fail(window, ERR_io, "no window", SDL_GetError());
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

void window_sdl_close(struct window *window)
{
    if (window->canvas != NULL) {
        SDL_FreeSurface(window->canvas);
        window->canvas = NULL;
    }
    if (window->sdl != NULL) {
        SDL_DestroyWindow(window->sdl);
        window->sdl = NULL;
    }
    SDL_QuitSubSystem(SDL_INIT_VIDEO | SDL_INIT_EVENTS);
}

/* ---- events ---- */

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
            window_event_add(window, (struct input_event){.kind = INPUT_key,
                                                          .key = keys[i].key,
                                                          .at_ms = window_now_ms(window)});
        }
    }
}

static void finger_take(struct window *window, enum input_kind kind,
                        const SDL_TouchFingerEvent *finger)
{
    struct point at = {(int32_t)(finger->x * (float)window->options.width_px),
                       (int32_t)(finger->y * (float)window->options.height_px)};
    window_event_add(window, (struct input_event){.kind = kind,
                                                  .batch = window->batch,
                                                  .finger = finger->fingerId,
                                                  .at = at,
                                                  .at_ms = window_now_ms(window)});
}

static void mouse_take(struct window *window, enum input_kind kind, int32_t x, int32_t y)
{
    window_event_add(window, (struct input_event){.kind = kind,
                                                  .finger = MOUSE_FINGER,
                                                  .at = {x, y},
                                                  .at_ms = window_now_ms(window)});
}

static void text_take(struct window *window, const char *text)
{
    struct input_event event = {.kind = INPUT_text, .at_ms = window_now_ms(window)};
    (void)str_copy(event.text, sizeof event.text, str_from(text));
    window_event_add(window, event);
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
        window_event_add(window, (struct input_event){.kind = INPUT_wheel,
                                                      .at = {x, y},
                                                      .by = {0, -event->wheel.y * 60},
                                                      .at_ms = window_now_ms(window)});
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
            window_event_add(
                window, (struct input_event){.kind = INPUT_cancel, .at_ms = window_now_ms(window)});
        }
        return;
    default:
        return;
    }
}

/* While nobody waits, letters are made for the next start, a few at a time.
 * Returns what is left of `timeout_ms`. */
static int64_t spare_use(struct window *window, int64_t timeout_ms)
{
    int64_t end_ms = window_now_ms(window) + timeout_ms;
    int64_t left_ms = timeout_ms;
    while ((timeout_ms < 0 || left_ms >= SPARE_MS) && SDL_PollEvent(NULL) == 0 &&
           glyphs_kept_step(window->glyphs, SPARE_GLYPHS)) {
        left_ms = timeout_ms < 0 ? -1 : end_ms - window_now_ms(window);
    }
    return timeout_ms > 0 && left_ms < 0 ? 0 : left_ms;
}

void window_sdl_wait(struct window *window, int64_t timeout_ms)
{
    SDL_Event event;
    window->look_count = window->look_count % INT32_MAX + 1;
    bool is_late =
        window_now_ms(window) - window->looked_at_ms > LATE_MS && SDL_PollEvent(NULL) == 1;
    window->batch = is_late ? 0 : window->look_count;
    timeout_ms = spare_use(window, timeout_ms);
    int most = timeout_ms > 1000000 ? 1000000 : (int)timeout_ms;
    bool is_there = timeout_ms < 0    ? SDL_WaitEvent(&event) == 1
                    : timeout_ms == 0 ? SDL_PollEvent(&event) == 1
                                      : SDL_WaitEventTimeout(&event, most) == 1;
    while (is_there) {
        sdl_take(window, &event);
        is_there = window->event_count < WINDOW_EVENTS_MAX && SDL_PollEvent(&event) == 1;
    }
    window->looked_at_ms = window_now_ms(window);
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

enum err window_sdl_target(struct window *window, struct raster_target *target_out)
{
    SDL_Surface *surface = SDL_GetWindowSurface(window->sdl);
    SDL_Surface *canvas = surface != NULL ? canvas_get(window, surface) : NULL;
    if (canvas == NULL) {
        return window_fail(window, ERR_io, "display", SDL_GetError());
    }
    /* A new size reaches the surface before or after its event. */
    *target_out = (struct raster_target){.pixels = canvas->pixels,
                                         .width = canvas->w,
                                         .height = canvas->h,
                                         .pitch_px = canvas->pitch / 4};
    return OK;
}

enum err window_sdl_send(struct window *window, const struct rect *dirty, int32_t count)
{
    if (count == 0) {
        return OK;
    }
    SDL_Surface *surface = SDL_GetWindowSurface(window->sdl);
    if (surface == NULL) {
        return window_fail(window, ERR_io, "display", SDL_GetError());
    }
    SDL_Surface *canvas = canvas_get(window, surface);
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
        return window_fail(window, ERR_io, "display", SDL_GetError());
    }
    return OK;
}

void window_sdl_texting(struct window *window, const struct ui *ui)
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
