/* tests/bench/ui/list.c -- what the toolkit and the renderer cost, in the window
 * that SDL_VIDEODRIVER chooses, all threads counted.
 *
 *   bench_ui scroll WIDTH HEIGHT PPI   400 frames of a fling over 10,000 rows: pixels moved,
 *                                      everything drawn, and building alone; then a tap, and
 *                                      frames in which nothing changed
 *   bench_ui first WIDTH HEIGHT PPI    from the start of the process to the list on the screen
 *   bench_ui idle WIDTH HEIGHT PPI     ten seconds at rest
 *   bench_ui touch WIDTH HEIGHT PPI    400 fingers put down through the program's own loop: frames
 *                                      from the event to other pixels on the screen, the worst, and
 *                                      the time that took
 *   bench_ui metrics WIDTH HEIGHT PPI  sizes in pixels, for lists of the same kind
 *
 *   bench_ui                           all of scroll and first without a display, size by size
 *
 * Lines of "NAME numbers"; tests/bench/ui/compare.py makes a table of them, with those of other
 * toolkits. */
#include "app/platform/loop.h"
#include "app/platform/window_private.h"
#include "tests/app/ui/example_screen.h"
#include "tests/bench/ui/measure.h"

enum { FRAMES = 400, STEP_DP = 40, IDLE_MS = 10000, SETTLE_MS = 700 };

static struct clock_reading real_read(void *context)
{
    (void)context;
    return (struct clock_reading){.monotonic_ms = measure_us(CLOCK_MONOTONIC) / 1000};
}

static const struct clock real_clock = {real_read, NULL};

struct run {
    struct arena arena;
    struct window *window;
    struct ui *ui;
    struct theme theme;
    struct example example;
    int64_t now_ms;
};

static bool run_open(struct run *run, int32_t width, int32_t height, int32_t ppi, bool is_headless)
{
    *run = (struct run){.example = example_make(&example_zh, EXAMPLE_list)};
    arena_init(&run->arena, 0);
    const struct window_options options = {.title = "bench",
                                           .width_px = width,
                                           .height_px = height,
                                           .ppi = ppi,
                                           .is_headless = is_headless,
                                           .clock = &real_clock};
    if (window_open(&run->arena, &options, &run->window) != OK) {
        fprintf(stderr, "%s\n", window_problem(run->window));
        return false;
    }
    run->ui = ui_make(&run->arena, window_font(run->window));
    run->theme =
        theme_make(&(struct theme_options){.width_px = width, .height_px = height, .ppi = ppi});
    return true;
}

static void run_close(struct run *run)
{
    ui_deinit(run->ui);
    window_close(run->window);
    arena_deinit(&run->arena);
}

static void build(struct run *run)
{
    do {
        ui_begin(run->ui, &(struct ui_frame){.now_ms = run->now_ms, .theme = &run->theme});
        example_frame(run->ui, &run->example);
        ui_end(run->ui);
    } while (ui_wants_frame(run->ui));
}

static void show(struct run *run)
{
    if (window_present(run->window, run->ui) != OK) {
        fprintf(stderr, "%s\n", window_problem(run->window));
        exit(1);
    }
}

/* What the display still has to say is taken outside of the measured time. */
static void drain(struct run *run)
{
    window_wait(run->window, 0);
    struct input_event event;
    while (window_next(run->window, &event)) {
    }
}

static void fling(struct run *run, const char *name, bool can_move)
{
    static int64_t times_us[FRAMES];
    static int64_t build_us[FRAMES];
    raster_move_set(run->window->raster, can_move);
    ui_scroll_to(run->ui, "cases", 0);
    build(run);
    show(run);
    int32_t step_px = theme_dp(&run->theme, STEP_DP);
    for (int32_t i = 0; i < FRAMES; i++) {
        run->now_ms += 16;
        ui_scroll_to(run->ui, "cases", step_px * (i + 1));
        int64_t start_us = measure_cpu_us();
        ui_begin(run->ui, &(struct ui_frame){.now_ms = run->now_ms, .theme = &run->theme});
        example_frame(run->ui, &run->example);
        ui_end(run->ui);
        build_us[i] = measure_cpu_us() - start_us;
        show(run);
        times_us[i] = measure_cpu_us() - start_us;
        drain(run);
    }
    measure_report(name, times_us, FRAMES);
    if (can_move) {
        measure_report("build", build_us, FRAMES);
    }
}

static void tap(struct run *run)
{
    static int64_t times_us[FRAMES];
    ui_scroll_to(run->ui, "cases", 0);
    build(run);
    show(run);
    for (int32_t i = 0; i < FRAMES; i++) {
        struct point at = geom_centre(ui_rect(run->ui, "case:3"));
        run->now_ms += 16;
        ui_feed(run->ui, &(struct input_event){.kind = i % 2 == 0 ? INPUT_down : INPUT_cancel,
                                               .at = at,
                                               .at_ms = run->now_ms});
        int64_t start_us = measure_cpu_us();
        build(run);
        show(run);
        times_us[i] = measure_cpu_us() - start_us;
        drain(run);
    }
    measure_report("tap", times_us, FRAMES);
}

static void nothing(struct run *run)
{
    static int64_t times_us[FRAMES];
    for (int32_t i = 0; i < FRAMES; i++) {
        int64_t start_us = measure_cpu_us();
        build(run);
        show(run);
        times_us[i] = measure_cpu_us() - start_us;
        drain(run);
    }
    measure_report("nothing", times_us, FRAMES);
}

static void first(struct run *run)
{
    printf("first %.2f %lld\n", (double)measure_cpu_us() / 1000,
           (long long)measure_us(CLOCK_MONOTONIC));
    printf("glyphs %d\n", window_figures(run->window).glyphs_made);
    window_wait(run->window, SETTLE_MS);
    printf("memory %.1f %.1f\n", measure_mb("Pss:"), measure_mb("Pss_Anon:"));
}

static void idle(struct run *run)
{
    window_wait(run->window, SETTLE_MS); /* what the window system still had to say */
    int64_t cpu_us = measure_cpu_us();
    int64_t end_ms = real_read(NULL).monotonic_ms + IDLE_MS;
    int32_t wakes = 0;
    for (int64_t left; (left = end_ms - real_read(NULL).monotonic_ms) > 0; wakes++) {
        window_wait(run->window, left);
    }
    printf("idle %.2f %d\n", (double)(measure_cpu_us() - cpu_us) / 1000, wakes);
}

/* ---- fingers, through the loop ---- */

struct touching {
    struct run *run;
    bool is_awaited, is_down, is_over;
    int64_t pushed_us;
    uint64_t before; /* the picture without the finger */
    int32_t frames, frames_most, count;
    int64_t times_us[FRAMES];
};

static void touching_frame(void *context, struct ui *ui)
{
    example_frame(ui, &((struct touching *)context)->run->example);
}

static struct theme touching_theme(void *context, int32_t width, int32_t height, int32_t ppi)
{
    (void)context;
    return theme_make(&(struct theme_options){.width_px = width, .height_px = height, .ppi = ppi});
}

/* A frame is on the screen: is it the one awaited? Then the next finger comes or goes. */
static void touching_presented(void *context)
{
    struct touching *touching = context;
    struct run *run = touching->run;
    if (touching->is_awaited) {
        touching->frames++;
        if (window_picture(run->window) == touching->before) {
            window_wake(run->window); /* not yet: whatever comes next is looked at, too */
            return;
        }
        if (touching->is_down) {
            touching->times_us[touching->count++] =
                measure_us(CLOCK_MONOTONIC) - touching->pushed_us;
            touching->frames_most =
                touching->frames > touching->frames_most ? touching->frames : touching->frames_most;
        }
    }
    touching->is_over = touching->count == FRAMES;
    touching->is_down = !touching->is_down;
    touching->is_awaited = true;
    touching->frames = 0;
    touching->before = window_picture(run->window);
    struct point at = geom_centre(ui_rect(run->ui, "case:3"));
    const struct theme_options *options = &run->theme.options;
    SDL_Event event = {.type = touching->is_down ? SDL_FINGERDOWN : SDL_FINGERUP};
    event.tfinger.fingerId = 1;
    event.tfinger.x = ((float)at.x + 0.5F) / (float)options->width_px;
    event.tfinger.y = ((float)at.y + 0.5F) / (float)options->height_px;
    touching->pushed_us = measure_us(CLOCK_MONOTONIC);
    (void)SDL_PushEvent(&event);
}

static void touch(struct run *run)
{
    static struct touching touching;
    touching = (struct touching){.run = run};
    const struct loop loop = {.frame = touching_frame,
                              .theme = touching_theme,
                              .presented = touching_presented,
                              .context = &touching};
    if (loop_run(run->window, run->ui, &loop, &touching.is_over) != OK) {
        fprintf(stderr, "%s\n", window_problem(run->window));
        exit(1);
    }
    printf("frames %d\n", touching.frames_most);
    measure_report("touch", touching.times_us, FRAMES);
}

static void metrics(const struct run *run)
{
    const struct theme *theme = &run->theme;
    int32_t row_px = theme_dp(theme, widget_list_row_dp(run->ui, true));
    printf("metrics %d %d %d %d %d\n", row_px, theme_dp(theme, 8), theme_dp(theme, STEP_DP),
           theme_type_px(theme, TYPE_strong), theme_type_px(theme, TYPE_secondary));
}

static void scroll(struct run *run)
{
    fling(run, "moved", true);
    fling(run, "drawn", false);
    raster_move_set(run->window->raster, true);
    tap(run);
    nothing(run);
}

static int without_display(void)
{
    static const int32_t sizes[][3] = {{1280, 800, 149}, {1920, 1200, 224}};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct run run;
        int64_t start_us = measure_us(CLOCK_MONOTONIC);
        if (!run_open(&run, sizes[i][0], sizes[i][1], sizes[i][2], true)) {
            return 1;
        }
        build(&run);
        show(&run);
        printf("%dx%d\n", sizes[i][0], sizes[i][1]);
        printf("open %.2f\n", (double)(measure_us(CLOCK_MONOTONIC) - start_us) / 1000);
        scroll(&run);
        run_close(&run);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        return without_display();
    }
    if (argc != 5) {
        fputs("usage: bench_ui scroll|first|idle|touch|metrics WIDTH HEIGHT PPI\n", stderr);
        return 2;
    }
    struct run run;
    if (!run_open(&run, atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), false)) {
        return 1;
    }
    build(&run);
    show(&run);
    if (strcmp(argv[1], "scroll") == 0) {
        scroll(&run);
    } else if (strcmp(argv[1], "first") == 0) {
        first(&run);
    } else if (strcmp(argv[1], "idle") == 0) {
        idle(&run);
    } else if (strcmp(argv[1], "touch") == 0) {
        touch(&run);
    } else {
        metrics(&run);
    }
    run_close(&run);
    return 0;
}
