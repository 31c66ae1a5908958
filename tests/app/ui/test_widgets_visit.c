/* Goal: what a visit is entered with: panes, tabs, steppers, phrases, swiped
 * rows, lists of uneven rows; and that all of them hold the layout rules in every
 * size, theme and text setting. */
#include "app/ui/ui_lint.h"
#include "app/ui/widgets.h"
#include "tests/app/ui/stage.h"

enum { ROWS = 2000 };

struct page {
    int32_t tab;
    int64_t number;
    char note[40];
    int32_t swiped, tapped;
    struct widget_list_tops tops;
    struct widget_toast toast;
    bool has_detail;
};

static const struct widget_tab tabs[] = {{.label = "待访", .icon = ICON_today, .count = 12},
                                         {.label = "已访", .icon = ICON_done_all},
                                         {.label = "Skipped today"}};
static const char *const phrases[] = {"家中无人", "邻居称已搬走", "门口有车"};
static const struct widget_phrases note_phrases = {
    .label = "常用短语", .phrases = phrases, .count = COUNT(phrases), .between = "；"};
static const struct widget_swipe_action actions[] = {
    {.label = "改期", .icon = ICON_event},
    {.label = "跳过", .icon = ICON_event_busy, .is_danger = true}};
static const struct widget_swipe swipe = {
    .more = "更多操作", .actions = actions, .action_count = COUNT(actions)};

static void form(struct ui *ui, struct page *page)
{
    (void)widget_stepper(
        ui, "terms",
        &(struct widget_stepper){.label = "期数",
                                 .shown = ui_format(ui, "%d 期", (int)page->number),
                                 .note = "最多 6 期",
                                 .less = "减少一期",
                                 .more = "增加一期",
                                 .least = 2,
                                 .most = 6},
        &page->number);
    (void)widget_phrases(ui, "phrase", &note_phrases, page->note, sizeof page->note);
    ui_text(ui, TYPE_body, COLOR_ink, page->note);
    widget_swipe_open(ui, "stop", &swipe);
    if (widget_list_row(ui, "stop/row",
                        &(struct widget_list_row){.title = "陈示例", .note = "幸福路 12 号"})) {
        page->tapped++;
    }
    int32_t swiped = widget_swipe_close(ui, "stop", &swipe);
    page->swiped = swiped >= 0 ? swiped : page->swiped;
}

static void build(struct ui *ui, void *context)
{
    struct page *page = context;
    ui_open(ui, "root", &(struct ui_box){.w = UI_FILL, .h = UI_FILL});
    (void)widget_tabs(ui, "tabs", tabs, COUNT(tabs), &page->tab);
    widget_panes_open(ui);
    if (widget_panes_are_two(ui) || !page->has_detail) {
        widget_panes_list_open(ui, 2);
        struct widget_list list;
        widget_list_open_tops(ui, "uneven", &page->tops, &list);
        for (int32_t i; widget_list_next(&list, &i);) {
            ui_open(
                ui, ui_format(ui, "item:%d", i),
                &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .fill = COLOR_card, .name = "item"});
            ui_close(ui);
        }
        widget_list_close(&list);
        ui_close(ui);
    }
    if (widget_panes_are_two(ui) || page->has_detail) {
        widget_panes_detail_open(ui, 3);
        ui_open(
            ui, "detail",
            &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .pad = 16, .gap = 12, .scrolls = true});
        form(ui, page);
        ui_close(ui);
        ui_close(ui);
    }
    ui_close(ui);
    ui_close(ui);
    (void)widget_toast(ui, &page->toast);
}

static void tops_make(struct page *page, struct arena *arena, const struct theme *theme)
{
    static int32_t rows_dp[ROWS];
    for (int32_t i = 0; i < ROWS; i++) {
        rows_dp[i] = 40 + i * 37 % 90;
    }
    page->tops = widget_list_tops_make(arena, theme, rows_dp, ROWS, 8);
}

static void page_open(struct stage *stage, struct page *page, const struct theme_options *options)
{
    *page = (struct page){.number = 3, .swiped = -1, .has_detail = true};
    stage_open(stage, options, build, page);
    tops_make(page, &stage->program, &stage->theme);
    stage_settle(stage);
    stage_settle(stage);
}

TEST(test_widgets_visit_stepper_stays_in_its_range)
{
    struct stage stage;
    struct page page;
    page_open(&stage, &page, &stage_tablet);
    EXPECT_TEXT("3 期", stage_find(&stage, "terms")->value);
    stage_tap(&stage, "terms/less");
    EXPECT_INT(2, page.number);
    EXPECT(stage_find(&stage, "terms/less")->is_disabled);
    stage_tap(&stage, "terms/less");
    EXPECT_INT(2, page.number);
    for (int i = 0; i < 9; i++) {
        stage_tap(&stage, "terms/more");
    }
    EXPECT_INT(6, page.number);
    EXPECT(stage_find(&stage, "terms/more")->is_disabled);
    page.number = 99; /* from outside */
    stage_settle(&stage);
    EXPECT_INT(6, page.number);
    stage_close(&stage);
}

TEST(test_widgets_visit_tabs_change_the_page)
{
    struct stage stage;
    struct page page;
    page_open(&stage, &page, &stage_handheld);
    stage_tap(&stage, "tabs/2");
    EXPECT_INT(2, page.tab);
    EXPECT(stage_find(&stage, "tabs/2")->is_selected);
    EXPECT(!stage_find(&stage, "tabs/0")->is_selected);
    EXPECT_TEXT("12", stage_find(&stage, "tabs/0")->value);
    stage_close(&stage);
}

TEST(test_widgets_visit_phrases_come_and_go)
{
    struct stage stage;
    struct page page;
    page_open(&stage, &page, &stage_tablet);
    stage_tap(&stage, "phrase/0");
    stage_tap(&stage, "phrase/2");
    EXPECT_TEXT("家中无人；门口有车", page.note);
    EXPECT(stage_find(&stage, "phrase/2")->is_selected);
    /* 9 characters more do not fit into 40 bytes: the text stays whole. */
    EXPECT(stage_find(&stage, "phrase/1")->is_disabled);
    stage_tap(&stage, "phrase/1");
    EXPECT_TEXT("家中无人；门口有车", page.note);
    stage_tap(&stage, "phrase/0");
    EXPECT_TEXT("门口有车", page.note);
    stage_tap(&stage, "phrase/2");
    EXPECT_TEXT("", page.note);
    /* What was typed by hand stays. */
    (void)str_copy(page.note, sizeof page.note, STR("门口有车两辆；家中无人"));
    stage_settle(&stage);
    EXPECT(!stage_find(&stage, "phrase/2")->is_selected);
    stage_tap(&stage, "phrase/0");
    EXPECT_TEXT("门口有车两辆", page.note);
    stage_close(&stage);
}

static void swipe_row(struct stage *stage, int32_t by_x, int32_t by_y)
{
    struct point at = geom_centre(ui_rect(stage->ui, "stop/row"));
    stage_touch(stage, INPUT_down, at.x, at.y);
    for (int32_t i = 1; i <= 8; i++) {
        stage->now_ms += 16;
        stage_touch(stage, INPUT_move, at.x + by_x * i / 8, at.y + by_y * i / 8);
        stage_settle(stage);
    }
    stage->now_ms += 100;
    stage_touch(stage, INPUT_up, at.x + by_x, at.y + by_y);
    stage_settle(stage);
}

/* Goal: the button does what the swipe does; neither is a tap on the row. */
TEST(test_widgets_visit_swipe_and_its_twin)
{
    for (int32_t left = 0; left < 2; left++) {
        struct theme_options options = stage_tablet;
        options.is_left_hand = left == 1;
        struct stage stage;
        struct page page;
        page_open(&stage, &page, &options);
        bool is_at_left = ui_rect(stage.ui, "stop/more").x < ui_rect(stage.ui, "stop/row").x;
        EXPECT_INT(left, is_at_left);
        EXPECT(stage_find(&stage, "stop/0") == NULL);
        swipe_row(&stage, -200, 10);
        EXPECT(widget_swipe_is_out(stage.ui, "stop"));
        stage_tap(&stage, "stop/1");
        EXPECT_INT(1, page.swiped);
        EXPECT(!widget_swipe_is_out(stage.ui, "stop"));
        stage_tap(&stage, "stop/more");
        EXPECT(widget_swipe_is_out(stage.ui, "stop"));
        swipe_row(&stage, 200, 0);
        EXPECT(!widget_swipe_is_out(stage.ui, "stop"));
        swipe_row(&stage, -20, 0); /* not far enough */
        EXPECT(!widget_swipe_is_out(stage.ui, "stop"));
        swipe_row(&stage, -60, -100); /* that was a scroll */
        EXPECT(!widget_swipe_is_out(stage.ui, "stop"));
        EXPECT_INT(0, page.tapped);
        stage_tap(&stage, "stop/row");
        EXPECT_INT(1, page.tapped);
        stage_close(&stage);
    }
}

TEST(test_widgets_visit_panes_by_size)
{
    struct stage stage;
    struct page page;
    page_open(&stage, &page, &stage_tablet);
    EXPECT(stage_find(&stage, "uneven") != NULL && stage_find(&stage, "detail") != NULL);
    EXPECT(ui_rect(stage.ui, "uneven").x < ui_rect(stage.ui, "detail").x);
    stage_close(&stage);
    page_open(&stage, &page, &stage_handheld);
    EXPECT(stage_find(&stage, "uneven") == NULL && stage_find(&stage, "detail") != NULL);
    page.has_detail = false;
    stage_settle(&stage);
    EXPECT(stage_find(&stage, "uneven") != NULL && stage_find(&stage, "detail") == NULL);
    EXPECT_INT(stage.theme.options.width_px, ui_rect(stage.ui, "uneven").w);
    stage_close(&stage);
}

/* Goal: uneven rows stand where the sums say, wherever one scrolls, and only
 * those in sight are built. */
TEST(test_widgets_visit_uneven_rows_stand_where_they_should)
{
    struct stage stage;
    struct page page;
    page_open(&stage, &page, &stage_handheld);
    page.has_detail = false;
    stage_settle(&stage);
    stage_settle(&stage);
    int32_t top = ui_rect(stage.ui, "uneven").y + theme_dp(&stage.theme, 16);
    int32_t view = ui_rect(stage.ui, "uneven").h;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 3);
    for (int32_t round = 0; round < 60; round++) {
        int32_t offset = round == 0   ? 0
                         : round == 1 ? page.tops.px[ROWS]
                                      : (int32_t)rng_below(&rng, (uint64_t)page.tops.px[ROWS]);
        ui_scroll_to(stage.ui, "uneven", offset);
        stage_settle(&stage);
        stage_settle(&stage);
        offset = ui_scroll_px(stage.ui, "uneven");
        int32_t seen = 0;
        for (int32_t i = 0; i < ROWS; i++) {
            const char *key = str_format(&stage.scratch, "item:%d", i);
            int32_t y = top + page.tops.px[i] - offset;
            int32_t h = page.tops.px[i + 1] - page.tops.px[i] - page.tops.gap_px;
            const struct ui_semantic *item = stage_find(&stage, key);
            bool is_in_sight = y + h > top && y < top + view;
            EXPECT_ROW(key, item != NULL || !is_in_sight);
            if (item != NULL) {
                EXPECT_ROW(key, item->rect.y == y && item->rect.h == h);
                seen++;
            }
        }
        EXPECT(seen < 40);
        arena_reset(&stage.scratch);
    }
    stage_close(&stage);
}

/* Goal: 8 s to take something back, and no hurry while the finger is on it. */
TEST(test_widgets_visit_toast_waits_for_the_finger)
{
    struct stage stage;
    struct page page;
    page_open(&stage, &page, &stage_tablet);
    widget_toast_show(&page.toast, stage.ui, "已跳过", "撤销");
    stage_settle(&stage);
    struct rect toast = ui_rect(stage.ui, "toast");
    stage.now_ms += 7000;
    stage_touch(&stage, INPUT_down, toast.x + 10, toast.y + toast.h / 2);
    stage_settle(&stage);
    stage.now_ms += 20000;
    stage_settle(&stage);
    EXPECT(stage_find(&stage, "toast") != NULL);
    stage_touch(&stage, INPUT_up, toast.x + 10, toast.y + toast.h / 2);
    stage_settle(&stage);
    stage.now_ms += WIDGET_TOAST_MS - 1;
    stage_settle(&stage);
    EXPECT(stage_find(&stage, "toast") != NULL);
    stage.now_ms += 1;
    stage_settle(&stage);
    EXPECT(stage_find(&stage, "toast") == NULL);
    stage_close(&stage);
}

static void ask_build(struct ui *ui, void *context)
{
    enum widget_dialog_answer *answer = context;
    ui_open(ui, "root", &(struct ui_box){.w = UI_FILL, .h = UI_FILL});
    ui_close(ui);
    enum widget_dialog_answer now = widget_dialog(
        ui, "ask", &(struct widget_dialog){.title = "结束访问？", .yes = "结束", .no = "返回"});
    *answer = now != WIDGET_DIALOG_open ? now : *answer;
}

/* Goal: what is tapped most lies on the side of the hand. */
TEST(test_widgets_visit_dialog_follows_the_hand)
{
    for (int32_t left = 0; left < 2; left++) {
        struct theme_options options = stage_tablet;
        options.is_left_hand = left == 1;
        enum widget_dialog_answer answer = WIDGET_DIALOG_open;
        struct stage stage;
        stage_open(&stage, &options, ask_build, &answer);
        stage_settle(&stage);
        bool is_at_left = ui_rect(stage.ui, "ask/yes").x < ui_rect(stage.ui, "ask/no").x;
        EXPECT_INT(left, is_at_left);
        stage_tap(&stage, "ask/no");
        EXPECT_INT(WIDGET_DIALOG_no, answer);
        stage_tap(&stage, "ask/yes");
        EXPECT_INT(WIDGET_DIALOG_yes, answer);
        stage_close(&stage);
    }
}

TEST(test_widgets_visit_hold_the_layout_rules)
{
    static const struct theme_options sizes[] = {
        {.width_px = 1280, .height_px = 800, .ppi = 149},
        {.width_px = 1920, .height_px = 1200, .ppi = 224},
        {.width_px = 720, .height_px = 1280, .ppi = 267},
        {.width_px = 800, .height_px = 1280, .ppi = 189},
    };
    static const int32_t texts[] = {100, 130, 160, 200};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (int32_t round = 0; round < 3 * 4 * 2 * 2; round++) {
            struct theme_options options = sizes[i];
            options.kind = (enum theme_kind)(round % 3);
            options.text_percent = texts[round / 3 % 4];
            options.is_glove = round / 12 % 2 == 1;
            struct stage stage;
            struct page page;
            page_open(&stage, &page, &options);
            if (round / 24 == 1) {
                stage_tap(&stage, "stop/more");
                stage_tap(&stage, "phrase/0");
            }
            struct ui_lint lint = ui_lint(&stage.scratch, stage.ui);
            if (lint.count > 0) {
                fail_msg("%dx%d round %d: %s", options.width_px, options.height_px, round,
                         ui_lint_dump(&stage.scratch, &lint));
            }
            stage_close(&stage);
        }
    }
}
