/* The window without a display: scripts, waking, folders, errors, sleep. */
#include "app/platform/loop.h"
#include "app/platform/window_private.h"
#include "tests/app/ui/example_screen.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDER BUILD_FOLDER "/test_window"

static struct clock_reading real_read(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (struct clock_reading){.monotonic_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000};
}

static const struct clock real_clock = {real_read, NULL};

static int64_t real_ms(void)
{
    return clock_read(&real_clock).monotonic_ms;
}

static void file_write(const char *name, const char *text)
{
    char path[1024];
    (void)mkdir(FOLDER, 0700);
    (void)snprintf(path, sizeof path, FOLDER "/%s", name);
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

struct program {
    struct arena arena;
    struct window *window;
    struct ui *ui;
    struct example example;
    int32_t frames, folder_changes;
    bool should_stop;
    bool writes_file; /* another program delivers after the 20th frame */
};

static struct theme program_theme(void *context, int32_t width, int32_t height, int32_t ppi)
{
    (void)context;
    return theme_make(&(struct theme_options){.width_px = width, .height_px = height, .ppi = ppi});
}

static void program_frame(void *context, struct ui *ui)
{
    struct program *program = context;
    program->frames++;
    if (program->writes_file && program->frames == 20) {
        file_write("spool/answer", "x");
    }
    example_frame(ui, &program->example);
    if (program->folder_changes > 0) {
        ui_text(ui, TYPE_body, COLOR_ink, "delivered");
    }
}

static void program_folder(void *context)
{
    ((struct program *)context)->folder_changes++;
}

/* Runs a script to its end. Returns the exit code; stderr goes to a file. */
static int run(struct program *program, const char *script)
{
    *program = (struct program){.example = example_make(&example_zh, EXAMPLE_today),
                                .writes_file = program->writes_file};
    file_write("script.txt", script);
    arena_init(&program->arena, 0);
    const struct window_options options = {.is_headless = true,
                                           .ppi = 149,
                                           .clock = &real_clock,
                                           .script_path = FOLDER "/script.txt",
                                           .shot_folder = FOLDER,
                                           .virtual_wall_at_ms = 1795392000000};
    if (window_open(&program->arena, &options, &program->window) != OK) {
        fail_msg("%s", window_problem(program->window));
    }
    (void)mkdir(FOLDER "/spool", 0700);
    EXPECT_OK(window_watch_folder(program->window, FOLDER "/spool"));
    program->ui = ui_make(&program->arena, window_font(program->window));
    const struct loop loop = {.frame = program_frame,
                              .theme = program_theme,
                              .folder_changed = program_folder,
                              .context = program};
    fflush(stderr);
    int saved = dup(STDERR_FILENO);
    EXPECT(freopen(FOLDER "/stderr.txt", "wb", stderr) != NULL);
    EXPECT_OK(loop_run(program->window, program->ui, &loop, &program->should_stop));
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    return window_exit_code(program->window);
}

static void stop(struct program *program)
{
    ui_deinit(program->ui);
    window_close(program->window);
    arena_deinit(&program->arena);
}

static void file_read(const char *name, char *text, size_t size)
{
    char path[1024];
    (void)snprintf(path, sizeof path, FOLDER "/%s", name);
    FILE *file = fopen(path, "rb");
    EXPECT(file != NULL);
    size_t got = fread(text, 1, size - 1, file);
    text[got] = '\0';
    fclose(file);
}

TEST(test_window_plays_a_script)
{
    struct program program = {0};
    EXPECT_INT(0, run(&program, "expect \"下一站\"\n"
                                "lint\n"
                                "tap \"开始拜访\"\n"
                                "expect \"已保存\"\n"
                                "tap \"撤销\"\n"
                                "expect_not \"已保存\"\n"
                                "tap #stop:3\n"
                                "shot a.png\n"
                                "dump a.txt\n"
                                "wait 60000\n"
                                "quit\n"
                                "tap \"never\"\n"));
    EXPECT_INT(0, program.example.started_count);
    EXPECT_INT(3, program.example.row_tapped);
    struct clock_reading now = clock_read(window_clock(program.window));
    EXPECT(now.monotonic_ms >= 60000 && now.monotonic_ms < 61000);
    EXPECT(now.wall_ms == 1795392000000 + now.monotonic_ms);
    char text[4096];
    file_read("a.png", text, sizeof text);
    EXPECT(memcmp(text, "\x89PNG", 4) == 0);
    file_read("a.txt", text, sizeof text);
    EXPECT(strstr(text, "button #start \"开始拜访\"") != NULL);
    stop(&program);
}

TEST(test_window_a_script_reaches_what_is_out_of_sight)
{
    struct program program = {0};
    EXPECT_INT(0, run(&program, "tap #start\nwait 9000\ndrag 900 400 900 300\nwait 3000\n"
                                "scroll #stops -500\ntap #stop:0\n"));
    EXPECT_INT(0, program.example.row_tapped);
    stop(&program);
}

TEST(test_window_a_failing_script_says_line_and_screen)
{
    static const struct {
        const char *name, *script, *first, *also;
    } rows[] = {
        {"expect", "wait 5\nexpect \"没有\"\n",
         "script.txt:2: expected \"没有\"; on the screen:", "button #start \"开始拜访\""},
        {"expect_not", "expect_not \"下一站\"\n", "script.txt:1: did not expect \"下一站\"", ""},
        {"expect key", "expect #nope\n", "script.txt:1: expected #nope", "on the screen:"},
        {"tap", "\ntap \"没有\"\n", "script.txt:2: \"没有\" is not there", "row #stop:1"},
        {"await", "await \"没有\" 40\n", "script.txt:1: expected \"没有\"", "on the screen:"},
        {"shot", "shot no/such/folder.png\n", "cannot write", "folder.png"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct program program = {0};
        EXPECT_ROW(rows[i].name, run(&program, rows[i].script) == 1);
        char text[8192];
        file_read("stderr.txt", text, sizeof text);
        if (strstr(text, rows[i].first) == NULL || strstr(text, rows[i].also) == NULL) {
            fail_msg("row %s: %s", rows[i].name, text);
        }
        stop(&program);
    }
}

TEST(test_window_the_same_script_gives_the_same_picture)
{
    static char pictures[2][3500000];
    for (size_t i = 0; i < 2; i++) {
        struct program program = {0};
        EXPECT_INT(
            0, run(&program, "drag 900 400 900 320 100\ntap #start\nwait 300\nshot same.png\n"));
        file_read("same.png", pictures[i], sizeof pictures[i]);
        stop(&program);
    }
    EXPECT(memcmp(pictures[0], pictures[1], sizeof pictures[0]) == 0);
}

/* Goal: `check` looks at every frame, and sees a single wrong pixel. */
TEST(test_window_checks_frames_against_a_full_redraw)
{
    struct program program = {0};
    EXPECT_INT(0, run(&program, "check\ntap #start\nwait 300\ndrag 900 400 900 320 100\n"
                                "wait 9000\ntap #stop:2\n"));
    struct point where = {0};
    EXPECT(window_is_exact(program.window, &where));
    uint64_t picture = window_picture(program.window);
    program.window->pixels[77 * 1280 + 400] ^= 1;
    EXPECT(picture != window_picture(program.window));
    EXPECT(!window_is_exact(program.window, &where));
    EXPECT(where.x == 400 && where.y == 77);
    stop(&program);
}

/* Goal: what another program delivers is seen though time is virtual. */
TEST(test_window_awaits_another_program)
{
    (void)remove(FOLDER "/spool/answer");
    struct program program = {.writes_file = true};
    EXPECT_INT(0, run(&program, "await \"delivered\" 5000\nexpect \"delivered\"\n"));
    EXPECT_INT(1, program.folder_changes);
    stop(&program);
}

TEST(test_window_tells_why_it_cannot_open)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct window *window = NULL;
    struct window_options options = {
        .is_headless = true, .clock = &real_clock, .script_path = FOLDER "/no such script"};
    EXPECT_ERR(ERR_not_found, window_open(&arena, &options, &window));
    EXPECT(strstr(window_problem(window), "no such script: ") != NULL);
    file_write("bad.txt", "tap \"x\"\nfly\n");
    options.script_path = FOLDER "/bad.txt";
    EXPECT_ERR(ERR_malformed, window_open(&arena, &options, &window));
    EXPECT(strstr(window_problem(window), "bad.txt:2: no such command: fly") != NULL);
    options.script_path = NULL;
    EXPECT_OK(window_open(&arena, &options, &window));
    EXPECT_ERR(ERR_io, window_watch_folder(window, FOLDER "/no such folder"));
    window_close(window);
    arena_deinit(&arena);
}

/* Goal: at rest it sleeps, and wakes for whoever calls. */
TEST(test_window_sleeps_until_woken)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct window *window = NULL;
    const struct window_options options = {.is_headless = true, .clock = &real_clock};
    EXPECT_OK(window_open(&arena, &options, &window));
    (void)mkdir(FOLDER "/spool", 0700);
    EXPECT_OK(window_watch_folder(window, FOLDER "/spool"));
    struct timespec before;
    struct timespec after;
    int64_t start_ms = real_ms();
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    window_wait(window, 300);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    EXPECT(real_ms() - start_ms >= 295);
    EXPECT((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec < 2000000);
    EXPECT(clock_read(window_clock(window)).monotonic_ms >= 295);
    EXPECT(!window_folder_changed(window));

    window_wake(window);
    start_ms = real_ms();
    window_wait(window, 10000);
    EXPECT(real_ms() - start_ms < 5000);

    file_write("spool/new", "x");
    start_ms = real_ms();
    window_wait(window, 10000);
    EXPECT(real_ms() - start_ms < 5000);
    EXPECT(window_folder_changed(window));
    EXPECT(!window_folder_changed(window));
    window_close(window);
    arena_deinit(&arena);
}
