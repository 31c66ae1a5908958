/* Goal: whatever is touched, in whatever order, the program does not fall, no screen is a
 * trap, nothing on it hurts and no draft is lost. Method: random touches, drags, words and keys
 * on the real session over a real store, from a seed; most of them where something can be
 * touched, some anywhere. Every so often
 *   - back is pressed until the bar of roots is there, within HOME_BACKS, and Today is tapped:
 *     it must come,
 *   - the program is ended and started: the same stack, the same draft and form, and where
 *     nothing was scrolled the same picture,
 * and whenever a draft is gone there are new facts instead.
 *
 * 20,000 events; DOORSTEP_MONKEY=1000000 for the long run, DOORSTEP_SEED for another one. */
#include "app/platform/glyphs.h"
#include "app/session/session_private.h"
#include "app/ui/ui_lint.h"
#include "tests/app/portfolio.h"

#include <inttypes.h>
#include <pb_encode.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    EVENTS = 20000,
    HOME_EVERY = 700, /* events between two ways home */
    RESTART_EVERY = 4000,
    LINT_EVERY = 97,
    HOME_BACKS = 24, /* as deep as the stack may be, with a sheet and a keyboard on each */
    FRAMES_MAX = 64,
    FAULTS_MAX = 60,
};

struct sim_time {
    int64_t wall_ms, monotonic_ms;
};

static struct clock_reading sim_read(void *context)
{
    const struct sim_time *time = context;
    return (struct clock_reading){
        .wall_ms = time->wall_ms, .monotonic_ms = time->monotonic_ms, .boot = 1};
}

struct monkey {
    struct arena program; /* for the whole run */
    struct arena life;    /* from a start of the session to its end */
    struct arena notes;
    struct glyphs *glyphs;
    struct test_rng state;
    struct rng rng;
    struct sim_time time;
    struct clock clock;
    const char *folder;
    struct session *session;
    struct ui *ui;
    struct theme theme;
    size_t size; /* index of the screen it has this time */
    bool had_draft;
    uint64_t facts_before;
    uint64_t event_count, frame_count, tap_count, home_count, restart_count, visit_count;
    uint64_t compared_count; /* restarts after which the picture had to be the same */
    uint32_t screens_seen;   /* bits of enum screen_kind */
    const char *faults[FAULTS_MAX];
    size_t fault_count;
};

static const struct {
    int32_t width_px, height_px, ppi;
} sizes[] = {{720, 1280, 267}, {1280, 800, 149}, {720, 1280, 294}, {1920, 1200, 224}};

static uint64_t below(struct monkey *monkey, uint64_t bound)
{
    return rng_below(&monkey->rng, bound);
}

/* ---- frames ---- */

static uint64_t fact_count(struct monkey *monkey)
{
    struct store_outbox outbox;
    EXPECT_OK(store_outbox_read(monkey->session->store, &outbox));
    return outbox.last_seq;
}

/* A visit may only end by becoming facts. */
static void drafts_watch(struct monkey *monkey)
{
    bool has_draft = monkey->session->has_draft;
    if (monkey->had_draft && !has_draft) {
        if (fact_count(monkey) <= monkey->facts_before) {
            fail_msg("event %" PRIu64 ": the draft is gone and no fact came of it",
                     monkey->event_count);
        }
        monkey->visit_count++;
    }
    if (has_draft) {
        monkey->facts_before = fact_count(monkey);
    }
    monkey->had_draft = has_draft;
}

static void frames(struct monkey *monkey)
{
    for (int32_t i = 0; i < FRAMES_MAX; i++) {
        monkey->theme = session_theme(monkey->session, sizes[monkey->size].width_px,
                                      sizes[monkey->size].height_px, sizes[monkey->size].ppi);
        ui_begin(monkey->ui,
                 &(struct ui_frame){.now_ms = monkey->time.monotonic_ms, .theme = &monkey->theme});
        session_frame(monkey->session, monkey->ui);
        ui_end(monkey->ui);
        monkey->frame_count++;
        if (*session_should_stop(monkey->session)) {
            fail_msg("event %" PRIu64 ": the program ended: %s", monkey->event_count,
                     session_problem(monkey->session));
        }
        if (!ui_wants_frame(monkey->ui)) {
            session_presented(monkey->session);
            drafts_watch(monkey);
            return;
        }
    }
    fail_msg("event %" PRIu64 ": the screen never rests", monkey->event_count);
}

static void pass(struct monkey *monkey, int64_t ms)
{
    monkey->time.wall_ms += ms;
    monkey->time.monotonic_ms += ms;
}

/* ---- fingers ---- */

static void feed(struct monkey *monkey, struct input_event event)
{
    event.at_ms = monkey->time.monotonic_ms;
    monkey->event_count++;
    ui_feed(monkey->ui, &event);
}

static void touch(struct monkey *monkey, enum input_kind kind, struct point at, int64_t finger)
{
    feed(monkey, (struct input_event){.kind = kind, .at = at, .finger = finger});
}

static void tap(struct monkey *monkey, struct point at, int64_t hold_ms)
{
    touch(monkey, INPUT_down, at, 1);
    pass(monkey, hold_ms);
    if (hold_ms > 400) {
        frames(monkey);
    }
    touch(monkey, INPUT_up, at, 1);
    monkey->tap_count++;
    frames(monkey);
}

static void drag(struct monkey *monkey, struct point from, struct point to)
{
    int32_t steps = 2 + (int32_t)below(monkey, 8);
    touch(monkey, INPUT_down, from, 1);
    for (int32_t i = 1; i <= steps; i++) {
        pass(monkey, 8 + (int64_t)below(monkey, 30));
        touch(monkey, INPUT_move,
              (struct point){from.x + (to.x - from.x) * i / steps,
                             from.y + (to.y - from.y) * i / steps},
              1);
        if (below(monkey, 3) == 0) {
            frames(monkey);
        }
    }
    touch(monkey, INPUT_up, to, 1);
    frames(monkey);
}

static void key(struct monkey *monkey, enum input_key which)
{
    feed(monkey, (struct input_event){.kind = INPUT_key, .key = which});
    frames(monkey);
}

static struct point anywhere(struct monkey *monkey)
{
    return (struct point){(int32_t)below(monkey, (uint64_t)sizes[monkey->size].width_px),
                          (int32_t)below(monkey, (uint64_t)sizes[monkey->size].height_px)};
}

static struct point within(struct monkey *monkey, struct rect rect)
{
    return (struct point){rect.x + (int32_t)below(monkey, (uint64_t)rect.w),
                          rect.y + (int32_t)below(monkey, (uint64_t)rect.h)};
}

/* Something that can be touched; what leads on is chosen more often, or it would never get
 * anywhere. False when there is nothing. */
static bool target_choose(struct monkey *monkey, struct rect *rect_out)
{
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(monkey->ui, &count);
    uint64_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        if (!nodes[i].is_action || nodes[i].is_covered || geom_is_empty(nodes[i].visible)) {
            continue;
        }
        uint64_t weight = nodes[i].is_disabled ? 1 : nodes[i].is_primary ? 12 : 3;
        seen += weight;
        if (below(monkey, seen) < weight) {
            *rect_out = nodes[i].visible;
        }
    }
    return seen > 0;
}

static void type_something(struct monkey *monkey)
{
    static const char *const words[] = {"a",  "7",    "承诺", "。",   "0.01", "陈",   "\n",
                                        "99", "漕溪", "wjg",  "🙂", " ",    "%s{}", "138"};
    struct input_event event = {.kind = INPUT_text};
    (void)str_copy(event.text, sizeof event.text, str_from(words[below(monkey, COUNT(words))]));
    feed(monkey, event);
    frames(monkey);
}

/* Fingers that come and go without sense, as in rain. */
static void rain(struct monkey *monkey)
{
    static const enum input_kind kinds[] = {INPUT_down, INPUT_move, INPUT_up, INPUT_cancel,
                                            INPUT_wheel};
    uint64_t drops = 1 + below(monkey, 6);
    for (uint64_t i = 0; i < drops; i++) {
        struct point by = {0, (int32_t)below(monkey, 900) - 450};
        feed(monkey, (struct input_event){.kind = kinds[below(monkey, COUNT(kinds))],
                                          .at = anywhere(monkey),
                                          .by = by,
                                          .finger = 1 + (int64_t)below(monkey, 12)});
        pass(monkey, (int64_t)below(monkey, 40));
    }
    frames(monkey);
    /* Then the glass is dry again. */
    for (int64_t finger = 1; finger <= 12; finger++) {
        touch(monkey, INPUT_cancel, (struct point){0, 0}, finger);
    }
    pass(monkey, 400);
    frames(monkey);
}

static void act(struct monkey *monkey)
{
    struct rect rect = {0};
    uint64_t chance = below(monkey, 100);
    pass(monkey, 50 + (int64_t)below(monkey, 400));
    if (chance < 62 && target_choose(monkey, &rect)) {
        tap(monkey, within(monkey, rect), 30 + (int64_t)below(monkey, 120));
    } else if (chance < 70) {
        tap(monkey, anywhere(monkey), 30 + (int64_t)below(monkey, 120));
    } else if (chance < 74) {
        drag(monkey, anywhere(monkey), anywhere(monkey));
    } else if (chance < 80 && target_choose(monkey, &rect)) { /* slides, swipes, signatures */
        drag(monkey, (struct point){rect.x + rect.w / 12, rect.y + rect.h / 2},
             (struct point){rect.x + rect.w - 1, rect.y + (int32_t)below(monkey, 3) * rect.h / 2});
    } else if (chance < 84 && target_choose(monkey, &rect)) {
        tap(monkey, within(monkey, rect), 550);
    } else if (chance < 92) {
        type_something(monkey);
    } else if (chance < 94) {
        key(monkey, (enum input_key)below(monkey, INPUT_KEY_end + 1));
    } else if (chance < 96) {
        rain(monkey);
    } else if (chance < 97) {
        pass(monkey, (int64_t)below(monkey, 20 * 60000));
        session_folder_changed(monkey->session);
        frames(monkey);
    }
}

/* ---- starting, ending, the way home ---- */

static void start(struct monkey *monkey)
{
    arena_init(&monkey->life, 1024 * 1024);
    struct session_options options = {.data_folder = monkey->folder,
                                      .camera_folder =
                                          os_path(&monkey->life, monkey->folder, "camera"),
                                      .usb_folder = os_path(&monkey->life, monkey->folder, "usb"),
                                      .version = "test",
                                      .clock = &monkey->clock,
                                      .rng = &monkey->rng};
    EXPECT_OK(session_open(&monkey->life, &options, &monkey->session));
    monkey->ui = ui_make(&monkey->life, glyphs_font(monkey->glyphs));
    monkey->had_draft = false;
    frames(monkey);
}

static void end(struct monkey *monkey)
{
    ui_deinit(monkey->ui);
    session_close(&monkey->session);
    arena_deinit(&monkey->life);
}

static uint32_t screen_now(const struct monkey *monkey)
{
    return session_shown(monkey->session)->screen;
}

/* The bar of roots, when nothing lies over it. */
static const struct ui_semantic *today_tab(struct monkey *monkey)
{
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(monkey->ui, &count);
    for (size_t n = 0; n < count; n++) {
        if (strcmp(nodes[n].key, "root/today") == 0 && !nodes[n].is_covered) {
            return &nodes[n];
        }
    }
    return NULL;
}

static void go_home(struct monkey *monkey)
{
    uint32_t trail[HOME_BACKS];
    int32_t backs = 0;
    for (; backs < HOME_BACKS && today_tab(monkey) == NULL; backs++) {
        trail[backs] = screen_now(monkey);
        pass(monkey, 100);
        key(monkey, INPUT_KEY_back);
    }
    if (today_tab(monkey) != NULL) {
        tap(monkey, geom_centre(today_tab(monkey)->visible), 60);
    }
    if (today_tab(monkey) == NULL || !today_tab(monkey)->is_selected) {
        print_error("%s", ui_semantic_dump(&monkey->notes, monkey->ui));
        for (int32_t i = 0; i < backs; i++) {
            print_error("%s ", screen_name((enum screen_kind)trail[i]));
        }
        fail_msg("event %" PRIu64 ": %d times back and still on %s, %zu deep", monkey->event_count,
                 backs, screen_name((enum screen_kind)screen_now(monkey)),
                 monkey->session->stack_count);
    }
    monkey->home_count++;
}

/* What a start of the program does not bring back as it was drawn: how far something was
 * scrolled, what was said once, and how much of an amount was typed ("50.9" is 50.90 then). */
static bool is_passing(struct monkey *monkey)
{
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(monkey->ui, &count);
    bool is_moved = false;
    for (size_t i = 0; i < count; i++) {
        is_moved = is_moved || (nodes[i].is_scroll && ui_scroll_px(monkey->ui, nodes[i].key) > 0);
        is_moved = is_moved || nodes[i].layer > 0; /* a sheet, a toast: said once */
        is_moved = is_moved || strstr(nodes[i].key, "/point") != NULL;
    }
    return is_moved || ui_wants_text(monkey->ui);
}

static struct str draft_bytes(struct monkey *monkey, const ds_VisitDraft *draft)
{
    uint8_t *bytes = arena_alloc(&monkey->notes, ds_VisitDraft_size);
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, ds_VisitDraft_size);
    EXPECT(pb_encode(&stream, ds_VisitDraft_fields, draft));
    return (struct str){(const char *)bytes, stream.bytes_written};
}

static void restart(struct monkey *monkey, bool has_same_size)
{
    /* What is being typed is written half a second later at the latest. The silent alarm that
     * waits for its second tap waits five seconds, and over no start of the program. */
    pass(monkey, screen_now(monkey) == SCREEN_safety ? 6000 : 600);
    frames(monkey);
    struct session before = *monkey->session;
    bool is_comparable = !is_passing(monkey) && has_same_size;
    const char *drawn = draw_dump(&monkey->notes, ui_draw_list(monkey->ui));
    size_t node_count = 0, node_count_after = 0;
    (void)ui_semantics(monkey->ui, &node_count);
    end(monkey);
    monkey->size = has_same_size ? monkey->size : (monkey->size + 1) % COUNT(sizes);
    start(monkey);
    const struct session *after = monkey->session;
    const char *where = screen_name((enum screen_kind)before.stack[before.stack_count - 1].screen);
    EXPECT_ROW(where, after->stack_count == before.stack_count);
    for (size_t i = 0; i < before.stack_count; i++) {
        const struct screen_place *was = &before.stack[i];
        const struct screen_place *is = &after->stack[i];
        /* What stands behind the end of a text that grew shorter means nothing. */
        if (was->screen != is->screen || was->tab != is->tab || was->case_no != is->case_no ||
            was->seq != is->seq || was->number != is->number || strcmp(was->text, is->text) != 0) {
            fail_msg("event %" PRIu64 ": place %zu was %s tab %d case %" PRIu64 " seq %" PRIu64
                     " number %" PRId64 " \"%s\", is %s tab %d case %" PRIu64 " seq %" PRIu64
                     " number %" PRId64 " \"%s\"",
                     monkey->event_count, i, screen_name((enum screen_kind)was->screen), was->tab,
                     was->case_no, was->seq, was->number, was->text,
                     screen_name((enum screen_kind)is->screen), is->tab, is->case_no, is->seq,
                     is->number, is->text);
        }
    }
    EXPECT_ROW(where, after->has_draft == before.has_draft);
    if (before.has_draft) {
        struct str was = draft_bytes(monkey, &before.draft);
        EXPECT_ROW(where, str_equal(was, draft_bytes(monkey, &after->draft)));
    }
    if (before.has_form) {
        uint8_t was[LIMIT_event_size];
        uint8_t is[LIMIT_event_size];
        size_t was_size = 0;
        size_t is_size = 0;
        EXPECT_ROW(where, after->has_form);
        EXPECT_OK(event_encode(&before.form, was, sizeof was, &was_size));
        EXPECT_OK(event_encode(&after->form, is, sizeof is, &is_size));
        EXPECT_ROW(where, was_size == is_size && memcmp(was, is, is_size) == 0);
    }
    /* More phrases or a folded part, opened below the fold, is shut after a start: the bar at the
     * side is then longer. */
    pass(monkey, 40); /* what is measured in one frame is used in the next */
    frames(monkey);
    (void)ui_semantics(monkey->ui, &node_count_after);
    is_comparable = is_comparable && node_count == node_count_after;
    monkey->compared_count += is_comparable ? 1 : 0;
    if (is_comparable && strcmp(drawn, draw_dump(&monkey->notes, ui_draw_list(monkey->ui))) != 0) {
        EXPECT_OK(os_file_replace(str_format(&monkey->notes, "%s/monkey-before.txt", BUILD_FOLDER),
                                  drawn, strlen(drawn)));
        const char *now = draw_dump(&monkey->notes, ui_draw_list(monkey->ui));
        EXPECT_OK(os_file_replace(str_format(&monkey->notes, "%s/monkey-after.txt", BUILD_FOLDER),
                                  now, strlen(now)));
        fail_msg("event %" PRIu64 ": %s looks different after a restart: see monkey-before.txt "
                 "and monkey-after.txt in the build folder",
                 monkey->event_count, where);
    }
    monkey->restart_count++;
    arena_reset(&monkey->notes);
}

/* ---- what hurts ---- */

static void lint(struct monkey *monkey)
{
    struct ui_lint found = ui_lint(&monkey->notes, monkey->ui);
    const char *screen = screen_name((enum screen_kind)screen_now(monkey));
    for (size_t i = 0; i < found.count; i++) {
        if (found.findings[i].kind == UI_LINT_unreachable && ui_wants_text(monkey->ui)) {
            continue; /* it scrolled the field away from its own fingers */
        }
        const char *fault =
            str_format(&monkey->program, "%s: %s: %s", screen,
                       ui_lint_kind_name(found.findings[i].kind), found.findings[i].subject);
        bool is_known = monkey->fault_count == FAULTS_MAX;
        for (size_t k = 0; k < monkey->fault_count; k++) {
            is_known = is_known || strcmp(monkey->faults[k], fault) == 0;
        }
        if (!is_known) {
            const struct theme_options *options = &monkey->theme.options;
            print_error("event %" PRIu64 ", %s, %dx%d ppi %d, theme %d, text %d%%%s%s: %s\n",
                        monkey->event_count, screen, options->width_px, options->height_px,
                        options->ppi, (int)options->kind, options->text_percent,
                        options->is_glove ? ", glove" : "",
                        options->is_left_hand ? ", left hand" : "", found.findings[i].text);
            monkey->faults[monkey->fault_count++] = fault;
        }
    }
}

/* ---- the run ---- */

/* After office hours nobody is visited: the next morning comes. */
static void morning_comes(struct monkey *monkey)
{
    int32_t offset = 480;
    int32_t day = date_day_at(monkey->time.wall_ms, offset);
    int64_t end_ms = date_instant(day, 19 * 60, offset);
    if (monkey->time.wall_ms > end_ms) {
        pass(monkey, date_instant(day + 1, 8 * 60 + 30, offset) - monkey->time.wall_ms);
        frames(monkey);
    }
}

static void pictures_put(struct monkey *monkey)
{
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xD9};
    const char *folder = os_path(&monkey->program, monkey->folder, "camera");
    EXPECT_OK(os_folder_make(folder));
    EXPECT_OK(os_folder_make(os_path(&monkey->program, monkey->folder, "usb")));
    for (int i = 0; i < 3; i++) {
        const char *name = str_format(&monkey->program, "%s/IMG_%d.jpg", folder, i);
        EXPECT_OK(os_file_replace(name, jpeg, sizeof jpeg));
    }
}

static uint64_t number_of_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

TEST(test_random_touches_break_nothing_and_lose_no_draft)
{
    uint64_t events = number_of_environment("DOORSTEP_MONKEY", EVENTS);
    uint64_t seed = number_of_environment("DOORSTEP_SEED", 1);
    struct monkey monkey = {.time = {.wall_ms = portfolio_at_ms(), .monotonic_ms = 1000}};
    const char *problem = "";
    arena_init(&monkey.program, 1024 * 1024);
    arena_init(&monkey.notes, 256 * 1024);
    monkey.clock = (struct clock){sim_read, &monkey.time};
    monkey.rng = test_rng_make(&monkey.state, seed);
    if (glyphs_open(&monkey.program, NULL, &monkey.glyphs, &problem) != OK) {
        fail_msg("%s", problem);
    }
    /* In memory where there is such a folder: it is the touches that are tried, not the disk. */
    const char *top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : BUILD_FOLDER;
    monkey.folder = str_format(&monkey.program, "%s/doorstep-monkey-%d", top, (int)getpid());
    portfolio_make(&monkey.program, monkey.folder, &monkey.clock, &monkey.rng, PORTFOLIO_CASES);
    pictures_put(&monkey);
    start(&monkey);
    uint64_t home_at = HOME_EVERY;
    uint64_t restart_at = RESTART_EVERY;
    uint64_t lint_at = LINT_EVERY;
    while (monkey.event_count < events) {
        act(&monkey);
        monkey.screens_seen |= 1U << screen_now(&monkey);
        if (screen_now(&monkey) == SCREEN_pin) { /* it could not remember one */
            key(&monkey, INPUT_KEY_back);
        }
        morning_comes(&monkey);
        if (monkey.event_count >= lint_at) {
            lint(&monkey);
            lint_at = monkey.event_count + LINT_EVERY;
        }
        if (monkey.event_count >= restart_at) {
            restart(&monkey, monkey.restart_count % 2 == 0);
            restart_at = monkey.event_count + RESTART_EVERY;
        }
        if (monkey.event_count >= home_at) {
            go_home(&monkey);
            home_at = monkey.event_count + HOME_EVERY;
            arena_reset(&monkey.notes);
        }
    }
    uint32_t screens = 0;
    for (uint32_t i = SCREEN_none + 1; i < SCREEN_COUNT; i++) {
        screens += monkey.screens_seen >> i & 1U;
        if ((monkey.screens_seen >> i & 1U) == 0) {
            print_message("never seen: %s\n", screen_name((enum screen_kind)i));
        }
    }
    print_message("seed %" PRIu64 ": %" PRIu64 " events, %" PRIu64 " taps, %" PRIu64
                  " frames, %" PRIu64 " facts, %" PRIu64 " visits, %" PRIu64 " ways home, %" PRIu64
                  " restarts (%" PRIu64 " pictures compared), %u of %d screens, %zu faults\n",
                  seed, monkey.event_count, monkey.tap_count, monkey.frame_count,
                  fact_count(&monkey), monkey.visit_count, monkey.home_count, monkey.restart_count,
                  monkey.compared_count, screens, SCREEN_COUNT - 1, monkey.fault_count);
    EXPECT(monkey.visit_count > 0 && monkey.restart_count > 0 && screens * 3 > SCREEN_COUNT);
    size_t fault_count = monkey.fault_count;
    end(&monkey);
    EXPECT_INT(0, system(str_format(&monkey.program, "rm -rf '%s'", monkey.folder)));
    glyphs_close(monkey.glyphs);
    arena_deinit(&monkey.notes);
    arena_deinit(&monkey.program);
    EXPECT_INT(0, fault_count);
}
