#include "tests/app/ui/stage.h"

#include <stdio.h>

/* 160 ppi: a dp is a pixel. */
static const struct theme_options plain = {.width_px = 400, .height_px = 300};

struct counts {
    int32_t a, b, longs, backs, rows;
    bool has_layer, is_modal, has_field_below;
    bool is_asked_twice;
    size_t strokes;
    bool was_drawn;
};

/* ---- layout ---- */

static void child(struct ui *ui, const char *key, struct ui_size w, struct ui_size h)
{
    ui_open(ui, key, &(struct ui_box){.w = w, .h = h});
    ui_close(ui);
}

static void layout_build(struct ui *ui, void *context)
{
    (void)context;
    ui_open(ui, "column", &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .pad = 10, .gap = 5});
    ui_open(ui, "row", &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 10});
    child(ui, "row/fixed", UI_DP(50), UI_DP(40));
    child(ui, "row/one", UI_FILL, UI_FILL);
    child(ui, "row/two", UI_FILL_BY(2), UI_DP(20));
    ui_close(ui);
    ui_open(ui, "grid", &(struct ui_box){.flow = UI_grid, .w = UI_FILL, .columns = 3, .gap = 10});
    for (int i = 0; i < 4; i++) {
        child(ui, ui_format(ui, "grid/%d", i), UI_FILL, UI_DP(i == 1 ? 30 : 20));
    }
    ui_close(ui);
    ui_open(ui, "wrap", &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 4});
    for (int i = 0; i < 3; i++) {
        child(ui, ui_format(ui, "wrap/%d", i), UI_DP(150), UI_DP(10));
    }
    ui_close(ui);
    ui_open(ui, "stack",
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_FILL,
                             .h = UI_FILL,
                             .along = UI_end_side,
                             .across = UI_centre});
    child(ui, "stack/top", UI_DP(20), UI_DP(20));
    ui_close(ui);
    ui_open(
        ui, "spread",
        &(struct ui_box){.flow = UI_row, .w = UI_FILL, .along = UI_spread, .across = UI_end_side});
    child(ui, "spread/0", UI_DP(20), UI_DP(20));
    child(ui, "spread/1", UI_DP(20), UI_DP(10));
    child(ui, "spread/2", UI_DP(20), UI_DP(20));
    ui_close(ui);
    ui_close(ui);
}

static void spread_wrap_build(struct ui *ui, void *context)
{
    (void)context;
    ui_open(ui, "wrap",
            &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 4, .along = UI_spread});
    for (int i = 0; i < 3; i++) {
        child(ui, ui_format(ui, "wrap/%d", i), UI_DP(150), UI_DP(10));
    }
    ui_close(ui);
}

TEST(test_ui_layout_places_every_flow)
{
    static const struct {
        const char *key;
        struct rect rect;
    } rows[] = {
        {"column", {0, 0, 400, 300}},     {"row", {10, 10, 380, 40}},
        {"row/fixed", {10, 10, 50, 40}},  {"row/one", {70, 10, 103, 40}},
        {"row/two", {183, 10, 207, 20}},  {"grid", {10, 55, 380, 60}},
        {"grid/0", {10, 55, 120, 20}},    {"grid/1", {140, 55, 120, 30}},
        {"grid/2", {270, 55, 120, 20}},   {"grid/3", {10, 95, 120, 20}},
        {"wrap", {10, 120, 380, 24}},     {"wrap/0", {10, 120, 150, 10}},
        {"wrap/1", {164, 120, 150, 10}},  {"wrap/2", {10, 134, 150, 10}},
        {"stack", {10, 149, 380, 116}},   {"stack/top", {370, 197, 20, 20}},
        {"spread/0", {10, 270, 20, 20}},  {"spread/1", {190, 280, 20, 10}},
        {"spread/2", {370, 270, 20, 20}},
    };
    struct stage stage;
    stage_open(&stage, &plain, layout_build, NULL);
    stage_frame(&stage);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rect rect = ui_rect(stage.ui, rows[i].key);
        if (!geom_equal(rect, rows[i].rect)) {
            fail_msg("#%s is at %d,%d %dx%d", rows[i].key, rect.x, rect.y, rect.w, rect.h);
        }
    }
    stage_close(&stage);
}

TEST(test_ui_layout_spreads_a_wrapped_line_that_holds_several)
{
    struct stage stage;
    stage_open(&stage, &plain, spread_wrap_build, NULL);
    stage_frame(&stage);
    EXPECT_INT(0, ui_rect(stage.ui, "wrap/0").x);
    EXPECT_INT(250, ui_rect(stage.ui, "wrap/1").x); /* at the end of 400 */
    EXPECT_INT(0, ui_rect(stage.ui, "wrap/2").x);   /* alone: at the start */
    EXPECT_INT(14, ui_rect(stage.ui, "wrap/2").y);
    stage_close(&stage);
}

static void shrink_build(struct ui *ui, void *context)
{
    (void)context;
    ui_open(ui, "row", &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 10});
    ui_text(ui, TYPE_body, COLOR_ink, "一二三四五六七八九十一二三四五六七八九十");
    ui_text(ui, TYPE_body, COLOR_ink, "短");
    child(ui, "fixed", UI_DP(100), UI_DP(10));
    ui_close(ui);
}

TEST(test_ui_layout_lets_the_longest_text_give_way)
{
    struct stage stage;
    stage_open(&stage, &plain, shrink_build, NULL);
    stage_frame(&stage);
    /* 400 - 100 - 20 gaps - 20 for the short one = 260: 13 hanzi of 20. */
    EXPECT_INT(300, ui_rect(stage.ui, "fixed").x);
    EXPECT_INT(56, ui_rect(stage.ui, "row").h); /* the long one took two lines */
    stage_close(&stage);
}

/* ---- touch ---- */

static void action(struct ui *ui, const char *key, int32_t *count)
{
    ui_open(ui, key,
            &(struct ui_box){.w = UI_DP(100), .h = UI_DP(80), .name = key, .is_action = true});
    ui_close(ui);
    *count += ui_is_tapped(ui, key);
}

static void touch_build(struct ui *ui, void *context)
{
    struct counts *counts = context;
    ui_open(ui, "root", &(struct ui_box){.w = UI_FILL, .h = UI_FILL});
    counts->backs += ui_take_back(ui);
    action(ui, "a", &counts->a);
    action(ui, "b", &counts->b);
    ui_close(ui);
    if (counts->has_layer) {
        ui_open_layer(ui, NULL, counts->is_modal, NULL);
        ui_open(ui, "over", &(struct ui_box){.w = UI_DP(50), .h = UI_DP(50), .fill = COLOR_card});
        ui_close(ui);
        ui_close(ui);
    }
}

TEST(test_ui_a_tap_is_answered_once)
{
    struct counts counts = {0};
    struct stage stage;
    stage_open(&stage, &plain, touch_build, &counts);
    stage_settle(&stage);
    stage_tap(&stage, "a");
    EXPECT_INT(1, counts.a);
    EXPECT_INT(0, counts.b);
    stage_settle(&stage);
    EXPECT_INT(1, counts.a);
    stage_tap_at(&stage, 300, 200); /* beside everything */
    EXPECT_INT(1, counts.a);
    EXPECT_INT(0, counts.b);
    stage_close(&stage);
}

/* Two taps that arrive together are two answers, in two frames. */
TEST(test_ui_taps_in_one_batch_are_all_answered)
{
    struct counts counts = {0};
    struct stage stage;
    stage_open(&stage, &plain, touch_build, &counts);
    stage_settle(&stage);
    for (int i = 0; i < 3; i++) {
        int32_t y = i == 1 ? 120 : 40;
        stage_touch(&stage, INPUT_down, 50, y);
        stage_touch(&stage, INPUT_up, 50, y);
    }
    stage_frame(&stage);
    EXPECT(ui_wants_frame(stage.ui));
    stage_settle(&stage);
    EXPECT_INT(2, counts.a);
    EXPECT_INT(1, counts.b);
    stage_close(&stage);
}

TEST(test_ui_feedback_comes_with_the_finger)
{
    struct counts counts = {0};
    struct stage stage;
    stage_open(&stage, &plain, touch_build, &counts);
    stage_settle(&stage);
    size_t before = ui_draw_list(stage.ui)->count;
    stage_touch(&stage, INPUT_down, 50, 40);
    stage_frame(&stage);
    EXPECT(ui_is_pressed(stage.ui, "a"));
    EXPECT(ui_draw_list(stage.ui)->count == before + 2); /* a tint below, a frame over it */
    EXPECT_INT(0, counts.a);
    stage_touch(&stage, INPUT_move, 50, 90); /* away: no tap */
    stage_touch(&stage, INPUT_up, 50, 90);
    stage_settle(&stage);
    EXPECT(!ui_is_pressed(stage.ui, "a"));
    EXPECT_INT(0, counts.a);
    stage_close(&stage);
}

TEST(test_ui_a_slow_tap_is_a_tap)
{
    struct counts counts = {0};
    struct stage stage;
    stage_open(&stage, &plain, touch_build, &counts);
    stage_settle(&stage);
    stage_touch(&stage, INPUT_down, 50, 40);
    stage_frame(&stage);
    EXPECT(ui_deadline_ms(stage.ui) == INT64_MAX); /* nobody waits for a long press */
    stage.now_ms += 3000;
    stage_touch(&stage, INPUT_up, 50, 40);
    stage_settle(&stage);
    EXPECT_INT(1, counts.a);
    stage_close(&stage);
}

TEST(test_ui_layers_keep_touches_from_what_they_cover)
{
    static const struct {
        const char *name;
        bool has_layer, is_modal;
        int32_t x, y, taps;
    } rows[] = {
        {"no layer", false, false, 25, 25, 1},
        {"on the box of a layer", true, false, 25, 25, 0},
        {"beside the box of a layer", true, false, 75, 25, 1},
        {"on the box of a modal layer", true, true, 25, 25, 0},
        {"beside the box of a modal layer", true, true, 75, 25, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct counts counts = {.has_layer = rows[i].has_layer, .is_modal = rows[i].is_modal};
        struct stage stage;
        stage_open(&stage, &plain, touch_build, &counts);
        stage_settle(&stage);
        stage_tap_at(&stage, rows[i].x, rows[i].y);
        EXPECT_ROW(rows[i].name, counts.a == rows[i].taps);
        EXPECT_ROW(rows[i].name, stage_find(&stage, "a")->is_covered == rows[i].is_modal);
        stage_key(&stage, INPUT_KEY_back);
        EXPECT_ROW(rows[i].name, counts.backs == (rows[i].is_modal ? 0 : 1));
        stage_close(&stage);
    }
}

static void long_build(struct ui *ui, void *context)
{
    struct counts *counts = context;
    ui_open(ui, "hold",
            &(struct ui_box){.w = UI_DP(100),
                             .h = UI_DP(80),
                             .name = "hold",
                             .is_action = true,
                             .wants_long = true});
    ui_close(ui);
    counts->longs += ui_is_long_pressed(ui, "hold");
    counts->a += ui_is_tapped(ui, "hold");
}

/* Width of the ring around the finger; 0 when there is none. The frame of what is held is none. */
static int32_t ring_px(struct stage *stage)
{
    const struct draw_list *list = ui_draw_list(stage->ui);
    int32_t side = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct draw_command *command = &list->commands[i];
        struct point centre = geom_centre(command->rect);
        if (command->kind == DRAW_border && centre.x == 50 && centre.y == 40 &&
            command->rect.w == command->rect.h) {
            side = command->rect.w;
        }
    }
    return side;
}

/* Goal: a held finger sees how long it still takes, and the answer comes when it
 * is due, on the toolkit's own deadlines; with reduced motion the ring stands. */
TEST(test_ui_a_long_press_comes_when_it_is_due)
{
    for (int32_t is_still = 0; is_still < 2; is_still++) {
        struct theme_options options = plain;
        options.is_still = is_still == 1;
        struct counts counts = {0};
        struct stage stage;
        stage_open(&stage, &options, long_build, &counts);
        stage_settle(&stage);
        int64_t down_at_ms = stage.now_ms;
        stage_touch(&stage, INPUT_down, 50, 40);
        stage_settle(&stage);
        EXPECT_INT(0, ring_px(&stage)); /* most touches are taps */
        int32_t frames = 0;
        int32_t before = 0;
        while (counts.longs == 0) {
            int64_t due_ms = ui_deadline_ms(stage.ui);
            EXPECT(due_ms > stage.now_ms && due_ms <= down_at_ms + INPUT_LONG_PRESS_MS);
            stage.now_ms = due_ms;
            stage_settle(&stage);
            EXPECT(counts.longs == 1 || ring_px(&stage) > before || is_still == 1);
            before = ring_px(&stage);
            frames++;
        }
        EXPECT(is_still == 1 ? frames == 2 : frames > 8 && frames < 16);
        EXPECT_INT(down_at_ms + INPUT_LONG_PRESS_MS, stage.now_ms);
        EXPECT_INT(0, ring_px(&stage));
        EXPECT_INT(1, counts.longs);
        stage_touch(&stage, INPUT_up, 50, 40);
        stage_settle(&stage);
        EXPECT_INT(1, counts.longs);
        EXPECT_INT(0, counts.a);
        stage_close(&stage);
    }
}

/* ---- two fingers ---- */

static void map_build(struct ui *ui, void *context)
{
    struct ui_pinch *seen = context;
    ui_open(ui, "map",
            &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .wants_drag = true, .wants_pinch = true});
    ui_close(ui);
    struct ui_pinch pinch = ui_pinch(ui, "map");
    if (pinch.is_active) {
        seen->is_active = true;
        seen->at = pinch.at;
        seen->by.x += pinch.by.x;
        seen->scale_milli = seen->scale_milli * pinch.scale_milli / 1000;
    }
}

/* Goal: a pinch says how far, however many frames it takes; no drag comes of it. */
TEST(test_ui_a_pinch_goes_to_the_map)
{
    for (int32_t is_slow = 0; is_slow < 2; is_slow++) {
        struct ui_pinch seen = {.scale_milli = 1000};
        struct stage stage;
        stage_open(&stage, &plain, map_build, &seen);
        stage_settle(&stage);
        static const struct {
            enum input_kind kind;
            int64_t finger;
            int32_t x;
        } touches[] = {{INPUT_down, 1, 100}, {INPUT_down, 2, 200}, {INPUT_move, 2, 250},
                       {INPUT_move, 2, 300}, {INPUT_move, 1, 50},  {INPUT_up, 1, 50},
                       {INPUT_move, 2, 10},  {INPUT_up, 2, 10}};
        for (size_t i = 0; i < COUNT(touches); i++) {
            ui_feed(stage.ui, &(struct input_event){.kind = touches[i].kind,
                                                    .finger = touches[i].finger,
                                                    .at = {touches[i].x, 100},
                                                    .at_ms = stage.now_ms});
            stage.now_ms += 16;
            if (is_slow == 1) {
                stage_settle(&stage);
                EXPECT(!ui_drag(stage.ui, "map").is_active);
            }
            if (is_slow == 0 && i == 4) {
                stage_settle(&stage); /* all in one frame */
            }
        }
        stage_settle(&stage);
        EXPECT(seen.is_active);
        EXPECT_INT(175, seen.at.x);
        EXPECT_INT(25, seen.by.x);
        EXPECT(seen.scale_milli >= 2495 && seen.scale_milli <= 2500); /* 100 to 250 */
        EXPECT(!ui_pinch(stage.ui, "map").is_active);
        stage_close(&stage);
    }
}

/* ---- scrolling ---- */

static void scroll_build(struct ui *ui, void *context)
{
    struct counts *counts = context;
    ui_open(ui, "list", &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .scrolls = true});
    for (int32_t i = 0; i < counts->rows; i++) {
        const char *key = ui_format(ui, "row/%d", i);
        ui_open(ui, key,
                &(struct ui_box){.w = UI_FILL, .h = UI_DP(100), .name = key, .is_action = true});
        ui_close(ui);
        counts->a += ui_is_tapped(ui, key);
    }
    ui_close(ui);
}

static void drag_up(struct stage *stage, int32_t by, int32_t span_ms)
{
    stage_touch(stage, INPUT_down, 200, 250);
    for (int32_t i = 1; i <= 10; i++) {
        stage->now_ms += span_ms / 10;
        stage_touch(stage, INPUT_move, 200, 250 - by * i / 10);
    }
    stage_touch(stage, INPUT_up, 200, 250 - by);
}

TEST(test_ui_a_drag_scrolls_and_does_not_tap)
{
    struct counts counts = {.rows = 20};
    struct stage stage;
    stage_open(&stage, &plain, scroll_build, &counts);
    stage_settle(&stage);
    drag_up(&stage, 150, 4000); /* slow */
    stage.now_ms += 200;
    stage_settle(&stage);
    EXPECT_INT(0, counts.a);
    EXPECT_INT(150, ui_scroll_px(stage.ui, "list"));
    stage_close(&stage);
}

TEST(test_ui_a_fling_runs_out_and_ends_at_the_end)
{
    struct counts counts = {.rows = 100};
    struct stage stage;
    stage_open(&stage, &plain, scroll_build, &counts);
    stage_settle(&stage);
    drag_up(&stage, 200, 100);
    stage_frame(&stage);
    int32_t frames = 0;
    int32_t before = ui_scroll_px(stage.ui, "list");
    while (ui_deadline_ms(stage.ui) != INT64_MAX) {
        stage.now_ms = ui_deadline_ms(stage.ui);
        stage_frame(&stage);
        EXPECT(ui_scroll_px(stage.ui, "list") >= before);
        before = ui_scroll_px(stage.ui, "list");
        frames++;
        EXPECT(frames < 1000);
    }
    EXPECT(frames > 20);
    EXPECT(before > 800 && before < 2000); /* 2000 px/s with 0.998/ms: about 1,000 px */

    for (int i = 0; i < 20; i++) { /* as far as it goes: 100 rows less one screen */
        drag_up(&stage, 240, 30);
        while (ui_wants_frame(stage.ui) || ui_deadline_ms(stage.ui) != INT64_MAX) {
            stage.now_ms += 16;
            stage_frame(&stage);
        }
        stage_settle(&stage);
        stage.now_ms += 16;
    }
    while (ui_deadline_ms(stage.ui) != INT64_MAX) {
        stage.now_ms += 16;
        stage_frame(&stage);
    }
    EXPECT_INT(100 * 100 - 300, ui_scroll_px(stage.ui, "list"));
    stage_close(&stage);
}

TEST(test_ui_a_touch_stops_a_fling_and_nothing_else)
{
    struct counts counts = {.rows = 100};
    struct stage stage;
    stage_open(&stage, &plain, scroll_build, &counts);
    stage_settle(&stage);
    drag_up(&stage, 200, 100);
    stage_frame(&stage);
    stage.now_ms += 16;
    stage_frame(&stage);
    stage_tap_at(&stage, 200, 150);
    EXPECT_INT(0, counts.a);
    EXPECT(ui_deadline_ms(stage.ui) == INT64_MAX);
    stage_tap_at(&stage, 200, 150);
    EXPECT_INT(1, counts.a);
    stage_close(&stage);
}

TEST(test_ui_content_that_shrinks_takes_the_offset_along)
{
    struct counts counts = {.rows = 20};
    struct stage stage;
    stage_open(&stage, &plain, scroll_build, &counts);
    stage_settle(&stage);
    ui_scroll_to(stage.ui, "list", 100000);
    stage_settle(&stage);
    EXPECT_INT(1700, ui_scroll_px(stage.ui, "list"));
    counts.rows = 4;
    stage_settle(&stage);
    EXPECT_INT(100, ui_scroll_px(stage.ui, "list"));
    counts.rows = 1;
    stage_settle(&stage);
    EXPECT_INT(0, ui_scroll_px(stage.ui, "list"));
    stage_close(&stage);
}

/* ---- dragging ---- */

static void draw_build(struct ui *ui, void *context)
{
    struct counts *counts = context;
    ui_open(ui, "around", &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .scrolls = true});
    ui_open(ui, "pad", &(struct ui_box){.w = UI_FILL, .h = UI_DP(200), .wants_drag = true});
    struct ui_drag drag = ui_drag(ui, "pad");
    const struct point *points = NULL;
    counts->strokes += ui_drag_path(ui, "pad", &points);
    counts->was_drawn |= drag.is_done;
    ui_close(ui);
    child(ui, "below", UI_FILL, UI_DP(600));
    ui_close(ui);
}

TEST(test_ui_a_drag_node_gets_every_point_and_the_list_stands_still)
{
    struct counts counts = {0};
    struct stage stage;
    stage_open(&stage, &plain, draw_build, &counts);
    stage_settle(&stage);
    stage_touch(&stage, INPUT_down, 10, 10);
    for (int32_t i = 1; i <= 20; i++) {
        stage_touch(&stage, INPUT_move, 10 + 5 * i, 10 + 5 * i);
    }
    stage_frame(&stage);
    EXPECT(!counts.was_drawn);
    stage_touch(&stage, INPUT_up, 110, 110);
    stage_settle(&stage);
    EXPECT(counts.was_drawn);
    EXPECT(counts.strokes >= 19); /* all but those inside the slop */
    EXPECT_INT(0, ui_scroll_px(stage.ui, "around"));
    stage_close(&stage);
}

/* ---- kept numbers ---- */

static void keep_build(struct ui *ui, void *context)
{
    (void)context;
    child(ui, "k", UI_FILL, UI_FILL);
}

TEST(test_ui_numbers_are_kept_until_256_others_were_used)
{
    struct stage stage;
    stage_open(&stage, &plain, keep_build, NULL);
    stage_frame(&stage);
    ui_keep(stage.ui, "mine")[2] = 42;
    for (int frame = 0; frame < 300; frame++) {
        stage_frame(&stage);
        char key[32];
        (void)snprintf(key, sizeof key, "other/%d", frame);
        EXPECT(ui_keep(stage.ui, key)[2] == 0);
        if (frame < 200) {
            EXPECT(ui_keep(stage.ui, "mine")[2] == 42);
        }
        if (frame == 200) {
            stage_frame(&stage);
        }
    }
    EXPECT(ui_keep(stage.ui, "mine")[2] == 42);
    for (int frame = 0; frame < 300; frame++) {
        stage_frame(&stage);
        char key[32];
        (void)snprintf(key, sizeof key, "more/%d", frame);
        (void)ui_keep(stage.ui, key);
    }
    EXPECT(ui_keep(stage.ui, "mine")[2] == 0);
    stage_close(&stage);
}

/* Goal: no allocation in a frame once screens were shown. Method: the arenas of
 * two frames settle at one block; the same frame again leaves their addresses. */
TEST(test_ui_frames_settle_into_their_arenas)
{
    struct counts counts = {.rows = 1500};
    struct stage stage;
    stage_open(&stage, &plain, scroll_build, &counts);
    for (int i = 0; i < 20; i++) {
        stage_frame(&stage);
    }
    const struct draw_command *commands[2];
    for (int i = 0; i < 2; i++) {
        stage_frame(&stage);
        commands[i] = ui_draw_list(stage.ui)->commands;
    }
    for (int i = 0; i < 2; i++) {
        stage_frame(&stage);
        EXPECT(ui_draw_list(stage.ui)->commands == commands[i]);
    }
    stage_close(&stage);
}

TEST(test_ui_a_flood_of_moves_never_loses_the_lifting)
{
    struct counts counts = {.rows = 50};
    struct stage stage;
    stage_open(&stage, &plain, scroll_build, &counts);
    stage_settle(&stage);
    stage_touch(&stage, INPUT_down, 200, 250);
    for (int32_t i = 0; i < 1000; i++) {
        stage.now_ms += 1;
        stage_touch(&stage, INPUT_move, 200, 250 - i / 5);
    }
    stage.now_ms += 500;
    stage_touch(&stage, INPUT_up, 200, 51);
    stage_settle(&stage);
    EXPECT_INT(199, ui_scroll_px(stage.ui, "list"));
    stage_tap_at(&stage, 200, 150);
    EXPECT_INT(1, counts.a);
    stage_close(&stage);
}

TEST(test_ui_meaning_is_told_as_text)
{
    struct counts counts = {.has_layer = true, .is_modal = true};
    struct stage stage;
    stage_open(&stage, &plain, touch_build, &counts);
    stage_settle(&stage);
    EXPECT_TEXT("box #root 0,0 400x300 covered\n"
                "  box #a \"a\" 0,0 100x80 action covered\n"
                "  box #b \"b\" 0,80 100x80 action covered\n"
                "box 0,0 400x300\n"
                "  box #over 0,0 50x50\n",
                ui_semantic_dump(&stage.scratch, stage.ui));
    stage_close(&stage);
}
