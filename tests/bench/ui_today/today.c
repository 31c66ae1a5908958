/* tests/bench/ui_today/today.c -- the real app with a portfolio of 10,000 cases, in the window
 * that SDL_VIDEODRIVER chooses.
 *
 *   bench_ui_today make FOLDER                      writes the tablet's folder
 *   bench_ui_today run FOLDER WIDTH HEIGHT PPI      opens it: "first CPU_ms shown_us", memory of
 *                                                   Today ("memory PSS anonymous"), and for each
 *                                                   of the rows in sight its brief: "brief mean
 *                                                   p99" of CPU from the lifted finger to pixels
 */
#include "app/platform/loop.h"
#include "app/session/session.h"
#include "tests/app/portfolio.h"
#include "tests/bench/ui/measure.h"

enum {
    CASES = 10000,
    SETTLE_MS = 700,
    FRAMES_MAX = 40,
    TOUCH_MS = 60,
    BRIEFS_MAX = 64,
    PASSES = 8
};

static struct clock_reading day_read(void *context)
{
    (void)context;
    int64_t monotonic_ms = measure_us(CLOCK_MONOTONIC) / 1000;
    return (struct clock_reading){.wall_ms = portfolio_at_ms() + monotonic_ms % 1000000,
                                  .monotonic_ms = monotonic_ms,
                                  .boot = 1};
}
static const struct clock day_clock = {day_read, NULL};

struct run {
    struct arena arena;
    struct window *window;
    struct session *session;
    struct ui *ui;
    struct theme theme;
    int32_t width, height, ppi;
    int64_t now_ms;
};

static void give_up(const struct run *run, const char *what)
{
    fprintf(stderr, "%s: %s %s\n", what, window_problem(run->window),
            run->session != NULL ? session_problem(run->session) : "");
    exit(1);
}

static void open(struct run *run, const char *folder)
{
    arena_init(&run->arena, 1024 * 1024);
    const struct window_options options = {.title = "bench",
                                           .width_px = run->width,
                                           .height_px = run->height,
                                           .ppi = run->ppi,
                                           .clock = &day_clock};
    if (window_open(&run->arena, &options, &run->window) != OK) {
        give_up(run, "window");
    }
    const struct session_options session_options = {.data_folder = folder,
                                                    .version = "bench",
                                                    .has_lang = true,
                                                    .lang = LANG_zh,
                                                    .clock = &day_clock,
                                                    .rng = os_rng()};
    if (session_open(&run->arena, &session_options, &run->session) != OK) {
        give_up(run, "session");
    }
    run->ui = ui_make(&run->arena, window_font(run->window));
    run->now_ms = day_read(NULL).monotonic_ms;
}

/* Frames until nothing wants another, then the screen. */
static void show(struct run *run)
{
    int32_t frames = 0;
    do {
        run->theme = session_theme(run->session, run->width, run->height, run->ppi);
        ui_begin(run->ui, &(struct ui_frame){.now_ms = run->now_ms, .theme = &run->theme});
        session_frame(run->session, run->ui);
        ui_end(run->ui);
        frames++;
    } while (ui_wants_frame(run->ui) && frames < FRAMES_MAX);
    if (window_present(run->window, run->ui) != OK) {
        give_up(run, "present");
    }
    session_presented(run->session);
}

static void touch(struct run *run, enum input_kind kind, struct point at)
{
    ui_feed(run->ui, &(struct input_event){.kind = kind, .at = at, .at_ms = run->now_ms});
}

/* The nth row that is wholly in sight and leads on; false when there is none. */
static bool row_find(const struct run *run, int32_t nth, struct point *at_out)
{
    size_t count = 0;
    const struct ui_semantic *semantics = ui_semantics(run->ui, &count);
    for (size_t i = 0; i < count; i++) {
        const struct ui_semantic *row = &semantics[i];
        bool is_row = row->role == UI_ROLE_row && row->is_action && !row->is_covered &&
                      geom_equal(row->rect, row->visible);
        if (is_row && nth-- == 0) {
            *at_out = geom_centre(row->rect);
            return true;
        }
    }
    return false;
}

static void key_back(struct run *run)
{
    ui_feed(run->ui,
            &(struct input_event){.kind = INPUT_key, .key = INPUT_KEY_back, .at_ms = run->now_ms});
    run->now_ms += 1000;
    show(run);
}

static void briefs(struct run *run)
{
    static int64_t times_us[BRIEFS_MAX];
    int32_t count = 0;
    for (int32_t pass = 0; pass < PASSES; pass++) {
        struct point at;
        for (int32_t nth = 0; count < BRIEFS_MAX && row_find(run, nth, &at); nth++) {
            touch(run, INPUT_down, at);
            show(run);
            run->now_ms += TOUCH_MS;
            touch(run, INPUT_up, at);
            int64_t start_us = measure_cpu_us();
            show(run);
            times_us[count++] = measure_cpu_us() - start_us;
            key_back(run);
        }
    }
    if (count == 0) {
        give_up(run, "no row on Today");
    }
    measure_report("brief", times_us, count);
}

static int make(const char *folder)
{
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    portfolio_make(&arena, folder, &day_clock, os_rng(), CASES);
    arena_deinit(&arena);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "make") == 0) {
        return make(argv[2]);
    }
    if (argc != 6 || strcmp(argv[1], "run") != 0) {
        fputs("usage: bench_ui_today make FOLDER | run FOLDER WIDTH HEIGHT PPI\n", stderr);
        return 2;
    }
    static struct run run;
    run.width = atoi(argv[3]);
    run.height = atoi(argv[4]);
    run.ppi = atoi(argv[5]);
    open(&run, argv[2]);
    show(&run);
    printf("first %.2f %lld\n", (double)measure_cpu_us() / 1000,
           (long long)measure_us(CLOCK_MONOTONIC));
    window_wait(run.window, SETTLE_MS);
    printf("memory %.1f %.1f\n", measure_mb("Pss:"), measure_mb("Pss_Anon:"));
    briefs(&run);
    ui_deinit(run.ui);
    session_close(&run.session);
    window_close(run.window);
    arena_deinit(&run.arena);
    return 0;
}
