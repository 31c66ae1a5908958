/* tests/bench/ui/bench.c -- what the toolkit costs: first frame, a fling over
 * 10,000 rows, a tap, a frame in which nothing changed, memory, idle.
 *
 *   bench_ui            without a display
 *   bench_ui window     in a real window: adds first frame on the screen and idle
 *
 * Goals (one x86-64 core): fling p99 <= 4 ms CPU at 1280 x 800 and <= 5 ms at
 * 1920 x 1200; first frame <= 150 ms; idle <= 1 ms CPU in 10 s. */
#include "app/platform/window.h"
#include "tests/app/ui/example_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FRAMES = 400 };

static int64_t us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct clock_reading real_read(void *context)
{
    (void)context;
    return (struct clock_reading){.monotonic_ms = us(CLOCK_MONOTONIC) / 1000};
}

static const struct clock real_clock = {real_read, NULL};

static long memory_kb(const char *name)
{
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    char line[256];
    long value = -1;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            value = strtol(line + strlen(name), NULL, 10);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return value;
}

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
    *run = (struct run){.example = example_make(&example_zh, EXAMPLE_today)};
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

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void report(const char *name, int64_t *times_us, int32_t count)
{
    qsort(times_us, (size_t)count, sizeof *times_us, compare);
    int64_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += times_us[i];
    }
    printf("  %-34s mean %6.2f ms   p99 %6.2f ms\n", name, (double)sum / count / 1000,
           (double)times_us[count * 99 / 100] / 1000);
}

/* A frame's CPU, building and drawing apart. */
static void measure(struct run *run, const char *name, bool does_scroll)
{
    static int64_t build_us[FRAMES];
    static int64_t all_us[FRAMES];
    for (int32_t i = 0; i < FRAMES; i++) {
        run->now_ms += 16;
        if (does_scroll) {
            ui_scroll_to(run->ui, "cases", 40 * i);
        }
        int64_t start = us(CLOCK_THREAD_CPUTIME_ID);
        ui_begin(run->ui, &(struct ui_frame){.now_ms = run->now_ms, .theme = &run->theme});
        example_frame(run->ui, &run->example);
        ui_end(run->ui);
        build_us[i] = us(CLOCK_THREAD_CPUTIME_ID) - start;
        show(run);
        all_us[i] = us(CLOCK_THREAD_CPUTIME_ID) - start;
    }
    char text[64];
    snprintf(text, sizeof text, "%s: build", name);
    report(text, build_us, FRAMES);
    snprintf(text, sizeof text, "%s: build + draw", name);
    report(text, all_us, FRAMES);
}

static void tap_measure(struct run *run)
{
    static int64_t times_us[FRAMES];
    for (int32_t i = 0; i < FRAMES; i++) {
        struct point at = geom_centre(ui_rect(run->ui, "case:3"));
        run->now_ms += 16;
        ui_feed(run->ui, &(struct input_event){.kind = i % 2 == 0 ? INPUT_down : INPUT_cancel,
                                               .at = at,
                                               .at_ms = run->now_ms});
        int64_t start = us(CLOCK_THREAD_CPUTIME_ID);
        build(run);
        show(run);
        times_us[i] = us(CLOCK_THREAD_CPUTIME_ID) - start;
    }
    report("finger down or up: changed pixels", times_us, FRAMES);
}

static bool size_measure(int32_t width, int32_t height, int32_t ppi, bool is_headless)
{
    int64_t wall = us(CLOCK_MONOTONIC);
    int64_t cpu = us(CLOCK_PROCESS_CPUTIME_ID);
    struct run run;
    if (!run_open(&run, width, height, ppi, is_headless)) {
        return false;
    }
    build(&run);
    show(&run);
    printf("%dx%d at %d ppi\n", width, height, ppi);
    printf("  %-34s wall %5.0f ms   CPU %5.0f ms   %d glyphs\n", "first frame, open to shown",
           (double)(us(CLOCK_MONOTONIC) - wall) / 1000,
           (double)(us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1000,
           window_figures(run.window).glyphs_made);
    printf("  %-34s PSS %.1f MB   anonymous %.1f MB\n", "memory on the first screen",
           (double)memory_kb("Pss:") / 1024, (double)memory_kb("Pss_Anon:") / 1024);
    measure(&run, "nothing changed", false);
    run.example.page = EXAMPLE_list;
    build(&run);
    measure(&run, "10,000 rows scrolled, all redrawn", true);
    ui_scroll_to(run.ui, "cases", 0);
    build(&run);
    show(&run);
    tap_measure(&run);
    if (!is_headless) {
        window_wait(run.window, 500); /* what the window system still had to say */
        cpu = us(CLOCK_PROCESS_CPUTIME_ID);
        wall = us(CLOCK_MONOTONIC);
        int32_t wakes = 0;
        while (us(CLOCK_MONOTONIC) - wall < 10000000) {
            window_wait(run.window, 10000 - (us(CLOCK_MONOTONIC) - wall) / 1000);
            wakes++;
        }
        printf("  %-34s CPU %.2f ms, %d wake-ups\n", "10 s at rest",
               (double)(us(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1000, wakes);
    }
    run_close(&run);
    return true;
}

int main(int argc, char **argv)
{
    bool is_headless = argc < 2 || strcmp(argv[1], "window") != 0;
    bool is_done = size_measure(1280, 800, 149, is_headless) &&
                   size_measure(1920, 1200, 224, is_headless) &&
                   size_measure(720, 1280, 267, is_headless);
    return is_done ? 0 : 1;
}
