/* tests/app/session/run.h -- a tablet and a finger: the real session over a real store and
 * a real folder, headless, played by script. */
#pragma once

#include "app/platform/loop.h"
#include "app/session/session.h"
#include "core/vault/vault.h"
#include "tests/app/portfolio.h"

#include <stdlib.h>
#include <unistd.h>

/* Under sanitizers frames are not compared with full redraws: both are painted by the same code,
 * and that they are equal is told by the other suite. */
#if defined(__SANITIZE_ADDRESS__)
enum { ARE_FRAMES_COMPARED = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { ARE_FRAMES_COMPARED = 0 };
#else
enum { ARE_FRAMES_COMPARED = 1 };
#endif
#else
enum { ARE_FRAMES_COMPARED = 1 };
#endif

struct run {
    struct arena program;
    const char *folder;
};

static inline struct clock_reading morning_read(void *context)
{
    (void)context;
    return (struct clock_reading){.wall_ms = portfolio_at_ms(), .monotonic_ms = 1000, .boot = 1};
}
static const struct clock morning = {morning_read, NULL};

static inline void run_open(struct run *run, const char *name, size_t case_count)
{
    arena_init(&run->program, 1024 * 1024);
    run->folder = str_format(&run->program, "%s/session-%s-%d", BUILD_FOLDER, name, (int)getpid());
    if (case_count > 0) {
        portfolio_make(&run->program, run->folder, &morning, os_rng(), case_count);
    }
}

static inline void run_close(struct run *run)
{
    const char *remove = str_format(&run->program, "rm -rf '%s'", run->folder);
    EXPECT_INT(0, system(remove));
    arena_deinit(&run->program);
}

struct screen_options {
    int32_t width_px, height_px, ppi;
    enum lang lang;
    int64_t at_ms;
    const char *camera, *usb;
    bool has_agent;    /* wanted, and never found */
    bool is_unchecked; /* frames are not compared with full redraws: many runs of one script */
    /* Called before every frame with the time since the start; NULL none. */
    void (*before_frame)(int64_t since_ms);
    /* Called with every frame that is on the glass; NULL none. */
    void (*after_frame)(const struct ui *ui);
    int64_t sleeps_after_ms; /* since the start: the tablet is suspended for a while; 0 never */
};

/* The window's clock, which goes on while the tablet sleeps and nobody looks at it. */
struct sleeper {
    const struct clock *base;
    int64_t sleeps_at_ms; /* monotonic; 0 never */
};

static inline struct clock_reading sleeper_read(void *context)
{
    enum { ASLEEP_MS = 45 * 1000 };
    const struct sleeper *sleeper = context;
    struct clock_reading reading = clock_read(sleeper->base);
    if (sleeper->sleeps_at_ms != 0 && reading.monotonic_ms >= sleeper->sleeps_at_ms) {
        reading.monotonic_ms += ASLEEP_MS;
        reading.wall_ms += ASLEEP_MS;
    }
    return reading;
}

/* The session, with something done to its surroundings at chosen times. */
struct played {
    struct session *session;
    struct ui *ui;
    const struct screen_options *options;
    int64_t started_at_ms;
};

static inline void played_frame(void *context, struct ui *ui)
{
    struct played *played = context;
    if (played->started_at_ms == 0) {
        played->started_at_ms = ui_now_ms(ui);
    }
    if (played->options->before_frame != NULL) {
        played->options->before_frame(ui_now_ms(ui) - played->started_at_ms);
    }
    session_frame(played->session, ui);
}

static inline struct theme played_theme(void *context, int32_t width_px, int32_t height_px,
                                        int32_t ppi)
{
    return session_theme(((struct played *)context)->session, width_px, height_px, ppi);
}

static inline void played_folder_changed(void *context)
{
    session_folder_changed(((struct played *)context)->session);
}

static inline void played_presented(void *context)
{
    struct played *played = context;
    if (played->options->after_frame != NULL) {
        played->options->after_frame(played->ui);
    }
    session_presented(played->session);
}

static inline int64_t played_deadline_ms(void *context)
{
    return session_deadline_ms(((struct played *)context)->session);
}

/* Plays one script against the folder and gives the program's exit code. Every frame of it is
 * compared with a full redraw: what is drawn in parts or moved is what would be drawn anew. */
static inline int play(struct run *run, const struct screen_options *options, const char *script)
{
    struct arena program;
    arena_init(&program, 1024 * 1024);
    const char *path = str_format(&program, "%s/script.txt", run->folder);
    EXPECT_OK(os_folder_make(run->folder));
    bool is_checked = ARE_FRAMES_COMPARED && !options->is_unchecked;
    const char *checked = str_format(&program, "%s%s", is_checked ? "check\n" : "", script);
    EXPECT_OK(os_file_replace(path, checked, strlen(checked)));
    struct window_options window_options = {
        .title = "test",
        .width_px = options->width_px,
        .height_px = options->height_px,
        .ppi = options->ppi,
        .is_headless = true,
        .script_path = path,
        .shot_folder = getenv("DOORSTEP_SHOTS") != NULL ? getenv("DOORSTEP_SHOTS") : run->folder,
        .clock = os_clock(),
        .virtual_wall_at_ms = options->at_ms != 0 ? options->at_ms : portfolio_at_ms(),
    };
    struct window *window = NULL;
    if (window_open(&program, &window_options, &window) != OK) {
        fail_msg("%s", window_problem(window));
    }
    struct sleeper sleeper = {.base = window_clock(window)};
    const struct clock clock = {.read = sleeper_read, .context = &sleeper};
    if (options->sleeps_after_ms != 0) {
        sleeper.sleeps_at_ms = clock_read(sleeper.base).monotonic_ms + options->sleeps_after_ms;
    }
    struct session_options session_options = {.data_folder = run->folder,
                                              .version = "test",
                                              .has_lang = true,
                                              .lang = options->lang,
                                              .has_agent = options->has_agent,
                                              .agent_path = "/nowhere/doorstep-sync",
                                              .camera_folder = options->camera,
                                              .usb_folder = options->usb,
                                              .clock = &clock,
                                              .stretch_kib = 64,
                                              .rng = os_rng()};
    struct session *session = NULL;
    EXPECT_OK(session_open(&program, &session_options, &session));
    EXPECT_OK(window_watch_folder(window, session_answer_folder(session)));
    struct ui *ui = ui_make(&program, window_font(window));
    struct played played = {.session = session, .ui = ui, .options = options};
    struct loop loop = {.frame = played_frame,
                        .theme = played_theme,
                        .folder_changed = played_folder_changed,
                        .presented = played_presented,
                        .deadline_ms = played_deadline_ms,
                        .context = &played};
    EXPECT_OK(loop_run(window, ui, &loop, session_should_stop(session)));
    int code = window_exit_code(window);
    if (code != 0) {
        print_error("%s\n", window_problem(window));
    }
    ui_deinit(ui);
    session_close(&session);
    window_close(window);
    arena_deinit(&program);
    return code;
}

static const struct screen_options tablet = {
    .width_px = 1280, .height_px = 800, .ppi = 160, .lang = LANG_zh};
static const struct screen_options handheld = {
    .width_px = 720, .height_px = 1280, .ppi = 267, .lang = LANG_zh};

/* The PIN that tests of the lock set. */
#define RUN_PIN "284915"

/* The tablet's store as the session left it: with the key of its vault, plain before the first
 * session. Lives in the program's arena. */
static inline struct store *run_store(struct run *run)
{
    struct store *store = NULL;
    struct store_key key;
    struct store_options options = {.path = os_path(&run->program, run->folder, "device.db"),
                                    .rng = os_rng()};
    if (os_file_exists(os_path(&run->program, run->folder, "vault.key"))) {
        struct vault *vault = NULL;
        struct vault_state state;
        const struct vault_options vault_options = {
            .folder = run->folder, .clock = &morning, .rng = os_rng()};
        EXPECT_OK(vault_open(&run->program, &vault_options, &vault));
        vault_read(vault, &state);
        if (state.is_kept) {
            enum vault_answer answer;
            EXPECT_OK(vault_try(vault, RUN_PIN, &answer));
            EXPECT_INT(VAULT_ANSWER_right, answer);
        }
        memcpy(key.bytes, vault_key(vault), sizeof key.bytes);
        options.key = &key;
        vault_close(&vault);
    }
    EXPECT_OK(store_open(&run->program, &options, &store));
    return store;
}

/* Facts in the journal, as names joined by blanks. */
static inline const char *facts_of(struct run *run)
{
    struct store *store = run_store(run);
    struct store_records records;
    EXPECT_OK(store_journal_read(store, &run->program, 0, 1000, 1u << 20, &records));
    struct str_builder text;
    str_builder_init(&text, &run->program);
    str_add_text(&text, "");
    for (size_t i = 0; i < records.count; i++) {
        str_add_format(&text, "%s%s", i > 0 ? " " : "",
                       event_kind_name((enum event_kind)records.items[i].kind));
    }
    store_close(&store);
    return text.text;
}

static inline struct fact fact_at(struct run *run, uint64_t seq)
{
    struct store *store = run_store(run);
    struct fact fact;
    EXPECT_OK(store_journal_fact(store, seq, &fact));
    store_close(&store);
    return fact;
}
