/* tests/drivers/show.c -- the example screens in a window of any display driver.
 *
 *   show touch    plays touches as a panel sends them, in virtual time, and prints
 *                 a number for every picture shown: the same on every driver
 *   show live     waits for a mouse and a keyboard; prints where things are and
 *                 what happens to them
 *   show headless as touch, without SDL's display
 *
 * SDL_VIDEODRIVER chooses the driver. */
#include "app/platform/loop.h"
#include "tests/app/ui/example_screen.h"

#include <SDL.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { WIDTH = 900, HEIGHT = 640, PPI = 130, LIVE_MS = 150000 };

struct show {
    struct arena arena;
    struct window *window;
    struct ui *ui;
    struct theme theme;
    struct example example;
    int64_t now_ms;
    bool is_headless, should_stop;
    int32_t step, scroll;
};

static struct clock_reading virtual_read(void *context)
{
    return (struct clock_reading){.monotonic_ms = *(int64_t *)context};
}

static struct clock_reading real_read(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (struct clock_reading){.monotonic_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000};
}

static bool show_open(struct show *show, const struct clock *clock)
{
    arena_init(&show->arena, 0);
    const struct window_options options = {.title = "show",
                                           .width_px = WIDTH,
                                           .height_px = HEIGHT,
                                           .ppi = PPI,
                                           .is_headless = show->is_headless,
                                           .clock = clock};
    if (window_open(&show->arena, &options, &show->window) != OK) {
        fprintf(stderr, "%s\n", window_problem(show->window));
        return false;
    }
    show->ui = ui_make(&show->arena, window_font(show->window));
    show->theme =
        theme_make(&(struct theme_options){.width_px = WIDTH, .height_px = HEIGHT, .ppi = PPI});
    return true;
}

static void show_close(struct show *show)
{
    ui_deinit(show->ui);
    window_close(show->window);
    arena_deinit(&show->arena);
}

/* ---- touches in virtual time ---- */

static bool frame(struct show *show, const char *what)
{
    window_wait(show->window, 0);
    struct input_event event;
    while (window_next(show->window, &event)) {
        ui_feed(show->ui, &event);
    }
    do {
        ui_begin(show->ui, &(struct ui_frame){.now_ms = show->now_ms, .theme = &show->theme});
        example_frame(show->ui, &show->example);
        ui_end(show->ui);
    } while (ui_wants_frame(show->ui));
    struct point where = {0};
    if (window_present(show->window, show->ui) != OK || !window_is_exact(show->window, &where)) {
        fprintf(stderr, "%s: %s or pixel %d,%d\n", what, window_problem(show->window), where.x,
                where.y);
        return false;
    }
    printf("%s %lld %016llx\n", what, (long long)show->now_ms,
           (unsigned long long)window_picture(show->window));
    show->now_ms += 16;
    return true;
}

/* As the panel of the driver would say it; without a display, as the window would. */
static void touch(struct show *show, uint32_t type, struct point at)
{
    if (!show->is_headless) {
        SDL_Event event = {.tfinger = {.type = type,
                                       .touchId = 1,
                                       .fingerId = 1,
                                       .x = ((float)at.x + 0.5F) / WIDTH,
                                       .y = ((float)at.y + 0.5F) / HEIGHT,
                                       .pressure = 1}};
        SDL_PushEvent(&event);
        return;
    }
    enum input_kind kind = type == SDL_FINGERDOWN ? INPUT_down
                           : type == SDL_FINGERUP ? INPUT_up
                                                  : INPUT_move;
    ui_feed(show->ui,
            &(struct input_event){.kind = kind, .finger = 1, .at = at, .at_ms = show->now_ms});
}

static bool tap(struct show *show, const char *key)
{
    struct point at = geom_centre(ui_rect(show->ui, key));
    touch(show, SDL_FINGERDOWN, at);
    bool is_fine = frame(show, "down") && frame(show, "hold") && frame(show, "hold");
    touch(show, SDL_FINGERUP, at);
    return is_fine && frame(show, key);
}

static bool fling(struct show *show, int32_t from_y, int32_t to_y)
{
    enum { STEPS = 6, COAST = 30 };
    bool is_fine = true;
    for (int32_t i = 0; i <= STEPS && is_fine; i++) {
        struct point at = {WIDTH / 2, from_y + (to_y - from_y) * i / STEPS};
        touch(show, i == 0 ? SDL_FINGERDOWN : i < STEPS ? SDL_FINGERMOTION : SDL_FINGERUP, at);
        is_fine = frame(show, "drag");
    }
    for (int32_t i = 0; i < COAST && is_fine; i++) {
        is_fine = frame(show, "coast");
    }
    return is_fine;
}

static bool touch_play(struct show *show)
{
    show->example = example_make(&example_zh, EXAMPLE_list);
    bool is_fine = frame(show, "first") && fling(show, 500, 260) && tap(show, "case:2") &&
                   fling(show, 200, 320);
    for (enum example_page page = 0; page < EXAMPLE_COUNT && is_fine; page++) {
        show->example.page = page;
        is_fine = frame(show, example_page_names[page]) && frame(show, "rest");
    }
    show->example.page = EXAMPLE_today;
    return is_fine && frame(show, "today") && tap(show, "start");
}

/* ---- mouse and keyboard in real time ---- */

static void where(const struct show *show, const char *key)
{
    struct point at = geom_centre(ui_rect(show->ui, key));
    printf("at %s %d %d\n", key, at.x, at.y);
}

static struct theme live_theme(void *context, int32_t width, int32_t height, int32_t ppi)
{
    (void)context;
    return theme_make(&(struct theme_options){.width_px = width, .height_px = height, .ppi = ppi});
}

/* From the day's page to the list, from its row back to the day. */
static void live_frame(void *context, struct ui *ui)
{
    struct show *show = context;
    struct example *example = &show->example;
    example_frame(ui, example);
    if (example->started_count > 0 && show->step == 1) {
        show->step = 2;
        example->page = EXAMPLE_list;
        printf("started\n");
    } else if (example->row_tapped >= 0 && show->step == 3) {
        show->step = 4;
        example->page = EXAMPLE_today;
        printf("row %d\n", example->row_tapped);
    }
    int32_t scroll = ui_scroll_px(ui, "cases");
    if (scroll != show->scroll) {
        show->scroll = scroll;
        printf("scroll %d\n", scroll);
    }
    if (show->step == 0 && ui_rect(ui, "start").w > 0) {
        show->step = 1;
        where(show, "start");
        printf("ready\n");
    } else if (show->step == 2 && ui_rect(ui, "cases").w > 0) {
        show->step = 3;
        where(show, "cases");
        printf("listed\n");
    } else if (show->step == 4 && ui_take_back(ui)) {
        printf("back\n");
        show->should_stop = true;
    }
    fflush(stdout);
}

static int64_t live_deadline_ms(void *context)
{
    struct show *show = context;
    int64_t now_ms = real_read(NULL).monotonic_ms;
    show->should_stop |= now_ms >= show->now_ms;
    return show->step == 0 || show->step == 2 ? now_ms : show->now_ms;
}

static int live(struct show *show)
{
    show->example = example_make(&example_zh, EXAMPLE_today);
    show->now_ms = real_read(NULL).monotonic_ms + LIVE_MS;
    const struct loop loop = {
        .frame = live_frame, .theme = live_theme, .deadline_ms = live_deadline_ms, .context = show};
    enum err err = loop_run(show->window, show->ui, &loop, &show->should_stop);
    struct point at = {0};
    bool is_exact = window_is_exact(show->window, &at);
    printf(is_exact ? "exact\n" : "not exact\n");
    return err == OK && is_exact ? 0 : 1;
}

int main(int argc, char **argv)
{
    static struct show show;
    const char *what = argc == 2 ? argv[1] : "";
    bool is_live = strcmp(what, "live") == 0;
    show.is_headless = strcmp(what, "headless") == 0;
    if (!is_live && !show.is_headless && strcmp(what, "touch") != 0) {
        fputs("usage: show touch|live|headless\n", stderr);
        return 2;
    }
    const struct clock clock = {is_live ? real_read : virtual_read, &show.now_ms};
    if (!show_open(&show, &clock)) {
        return 1;
    }
    int code = is_live ? live(&show) : touch_play(&show) ? 0 : 1;
    show_close(&show);
    return code;
}
