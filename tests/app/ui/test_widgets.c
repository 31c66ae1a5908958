/* Goal: what each widget looks like, means and answers. Goldens hold the draw
 * list and the tree of meaning of one widget at a time, in the figures of the
 * test font; behaviour is told by touches. */
#include "tests/app/ui/example_screen.h"
#include "tests/app/ui/stage.h"

static void example_build(struct ui *ui, void *context)
{
    example_frame(ui, context);
}

static void golden(struct stage *stage, const char *name)
{
    struct str_builder out;
    str_builder_init(&out, &stage->scratch);
    str_add_text(&out, ui_semantic_dump(&stage->scratch, stage->ui));
    str_add_text(&out, "--\n");
    str_add_text(&out, draw_dump(&stage->scratch, ui_draw_list(stage->ui)));
    test_golden(TESTS_FOLDER, str_format(&stage->scratch, "app/%s.txt", name), out.text);
}

TEST(test_widgets_look_as_agreed)
{
    static const struct {
        const char *size;
        const struct theme_options *options;
    } sizes[] = {{"tablet", &stage_tablet}, {"handheld", &stage_handheld}};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (enum example_page page = 0; page < EXAMPLE_COUNT; page++) {
            struct example example = example_make(&example_zh, page);
            struct stage stage;
            stage_open(&stage, sizes[i].options, example_build, &example);
            stage_settle(&stage);
            if (page == EXAMPLE_note) {
                stage_tap(&stage, "note");
            }
            golden(&stage,
                   str_format(&stage.scratch, "%s_%s", example_page_names[page], sizes[i].size));
            stage_close(&stage);
        }
    }
}

static void open_page(struct stage *stage, struct example *example, enum example_page page,
                      const struct theme_options *options)
{
    *example = example_make(&example_zh, page);
    stage_open(stage, options, example_build, example);
    stage_settle(stage);
}

TEST(test_widgets_button_and_toast)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_today, &stage_tablet);
    stage_tap(&stage, "start");
    EXPECT_INT(1, example.started_count);
    EXPECT(stage_find(&stage, "toast") != NULL);
    EXPECT(ui_deadline_ms(stage.ui) == stage.now_ms + WIDGET_TOAST_MS);
    stage.now_ms += WIDGET_TOAST_MS - 1;
    stage_settle(&stage);
    EXPECT(stage_find(&stage, "toast") != NULL);
    stage_tap(&stage, "toast/action");
    EXPECT_INT(0, example.started_count);
    EXPECT(stage_find(&stage, "toast") == NULL);
    stage_tap(&stage, "start");
    stage.now_ms += WIDGET_TOAST_MS;
    stage_settle(&stage);
    EXPECT(stage_find(&stage, "toast") == NULL);
    EXPECT(ui_deadline_ms(stage.ui) == stage.now_ms); /* its room is given back */
    stage_settle(&stage);
    EXPECT_INT(0, ui_rect(stage.ui, "toast/room").h);
    EXPECT(ui_deadline_ms(stage.ui) == INT64_MAX);
    stage_close(&stage);
}

TEST(test_widgets_choices)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_visit, &stage_tablet);
    stage_tap(&stage, "outcome/4");
    EXPECT_INT(4, example.outcome);
    EXPECT(stage_find(&stage, "outcome/4")->is_selected);
    EXPECT(!stage_find(&stage, "outcome/0")->is_selected);
    stage_tap(&stage, "who/0");
    stage_tap(&stage, "who/3");
    EXPECT(!example.people[0] && example.people[3]);
    EXPECT_INT(UI_ROLE_check, stage_find(&stage, "who/3")->role);
    stage_tap(&stage, "bar/back");
    EXPECT_INT(EXAMPLE_today, example.page);
    stage_close(&stage);
}

static void slide_by(struct stage *stage, int32_t by)
{
    struct rect track = ui_rect(stage->ui, "finish");
    int32_t y = track.y + track.h / 2;
    stage_touch(stage, INPUT_down, track.x + 40, y);
    for (int32_t i = 1; i <= 8; i++) {
        stage->now_ms += 16;
        stage_touch(stage, INPUT_move, track.x + 40 + by * i / 8, y);
        stage_frame(stage);
    }
    stage_touch(stage, INPUT_up, track.x + 40 + by, y);
    stage_settle(stage);
}

TEST(test_widgets_slide_confirms_only_at_the_end)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_visit, &stage_tablet);
    int32_t room = ui_rect(stage.ui, "finish").w - ui_rect(stage.ui, "finish/knob").w;
    slide_by(&stage, room / 2);
    EXPECT(!example.is_finished);
    EXPECT_INT(ui_rect(stage.ui, "finish").x, ui_rect(stage.ui, "finish/knob").x);
    stage_tap(&stage, "finish/knob");
    EXPECT(!example.is_finished);
    slide_by(&stage, room);
    EXPECT(example.is_finished);

    example.is_finished = false; /* and by holding, for who cannot slide */
    struct point at = geom_centre(ui_rect(stage.ui, "finish/knob"));
    stage_touch(&stage, INPUT_down, at.x, at.y);
    stage_frame(&stage);
    stage.now_ms += INPUT_LONG_PRESS_MS;
    stage_settle(&stage);
    EXPECT(example.is_finished);
    stage_close(&stage);
}

TEST(test_widgets_amount_takes_digits)
{
    static const struct {
        const char *name, *keys; /* < erases, c clears, 0-9 and . are keys, A and B chips */
        int64_t value_minor;
        const char *shown;
    } rows[] = {
        {"nothing", "c", 0, "¥0"},
        {"yuan", "c12", 1200, "¥12"},
        {"thousands", "c1234", 123400, "¥1,234"},
        {"fen", "c12.34", 1234, "¥12.34"},
        {"a third decimal is not taken", "c12.345", 1234, "¥12.34"},
        {"a second point is not taken", "c1.2.3", 123, "¥1.23"},
        {"one decimal", "c1.5", 150, "¥1.5"},
        {"the point alone", "c7.", 700, "¥7."},
        {"erase a fen", "c12.34<", 1230, "¥12.3"},
        {"erase to the point", "c12.34<<", 1200, "¥12."},
        {"erase the point", "c12.34<<<", 1200, "¥12"},
        {"erase a yuan", "c12.34<<<<", 100, "¥1"},
        {"erase all and more", "c1<<<", 0, "¥0"},
        {"the most", "c12800", 1280000, "¥12,800"},
        {"above the most is not taken", "c12801", 128000, "¥1,280"},
        {"a chip", "A", 1280000, "¥12,800"},
        {"a chip, then a digit that passes the most", "B1", 128000, "¥1,280"},
        {"leading noughts", "c007", 700, "¥7"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stage stage;
        struct example example;
        open_page(&stage, &example, EXAMPLE_amount, &stage_handheld);
        for (const char *key = rows[i].keys; *key != '\0'; key++) {
            const char *name = *key == '<'   ? "amount/back"
                               : *key == 'c' ? "amount/clear"
                               : *key == '.' ? "amount/point"
                               : *key == 'A' ? "amount/chip0"
                               : *key == 'B' ? "amount/chip1"
                                             : str_format(&stage.scratch, "amount/%c", *key);
            stage_tap(&stage, name);
        }
        if (example.amount_minor != rows[i].value_minor ||
            strcmp(stage_find(&stage, "amount")->value, rows[i].shown) != 0) {
            fail_msg("row %s: %lld %s", rows[i].name, (long long)example.amount_minor,
                     stage_find(&stage, "amount")->value);
        }
        stage_close(&stage);
    }
}

TEST(test_widgets_amount_takes_a_keyboard_too)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_amount, &stage_tablet);
    stage_tap(&stage, "amount/clear");
    stage_type(&stage, "98.7");
    EXPECT_INT(9870, example.amount_minor);
    stage_key(&stage, INPUT_KEY_backspace);
    EXPECT_INT(9800, example.amount_minor);
    stage_close(&stage);
}

TEST(test_widgets_amount_is_written_with_groups)
{
    static const struct {
        int64_t minor;
        bool is_whole;
        const char *text;
    } rows[] = {
        {0, false, "¥0.00"},
        {5, false, "¥0.05"},
        {-5, false, "-¥0.05"},
        {99999, false, "¥999.99"},
        {100000, false, "¥1,000.00"},
        {100000, true, "¥1,000"},
        {100001, true, "¥1,000.01"},
        {123456789012, false, "¥1,234,567,890.12"},
        {INT64_MAX, false, "¥92,233,720,368,547,758.07"},
        {INT64_MIN, false, "-¥92,233,720,368,547,758.08"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[WIDGET_AMOUNT_TEXT_SIZE];
        widget_amount_text(text, "¥", rows[i].minor, rows[i].is_whole);
        EXPECT_TEXT(rows[i].text, text);
    }
}

TEST(test_widgets_pad_takes_what_its_kind_allows)
{
    static const struct {
        const char *name;
        enum widget_pad_kind kind;
        const char *typed, *text, *shown;
    } rows[] = {
        {"phone", WIDGET_PAD_phone, "13800138000", "13800138000", "138 0013 8000"},
        {"plus only first", WIDGET_PAD_phone, "+86+1", "+861", "+861"},
        {"letters are not taken", WIDGET_PAD_phone, "1a2X", "12", "12"},
        {"identity", WIDGET_PAD_identity, "11010119900307123x", "11010119900307123X",
         "110101 19900307 123X"},
        {"X only in the 18th place", WIDGET_PAD_identity, "12X3", "123", "123"},
        {"nothing after the last", WIDGET_PAD_identity, "11010119900307123X9", "11010119900307123X",
         "110101 19900307 123X"},
        {"secret", WIDGET_PAD_pin, "1234", "1234", "••••"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stage stage;
        struct example example;
        open_page(&stage, &example, EXAMPLE_phone, &stage_tablet);
        ui_begin(stage.ui, &(struct ui_frame){.now_ms = 1, .theme = &stage.theme});
        ui_end(stage.ui);
        char text[32] = "";
        for (const char *c = rows[i].typed; *c != '\0'; c++) {
            ui_feed(stage.ui, &(struct input_event){.kind = INPUT_text, .text = {*c}});
        }
        for (int frame = 0; frame < 2; frame++) {
            ui_begin(stage.ui, &(struct ui_frame){.now_ms = 1, .theme = &stage.theme});
            (void)widget_pad(
                stage.ui, "pad",
                &(struct widget_pad){
                    .kind = rows[i].kind, .label = "number", .backspace = "back", .clear = "clear"},
                text, sizeof text);
            ui_end(stage.ui);
        }
        EXPECT_TEXT(rows[i].text, text);
        EXPECT_TEXT(rows[i].shown, stage_find(&stage, "pad")->value);
        stage_close(&stage);
    }
}

TEST(test_widgets_date_picks_working_days_only)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_date, &stage_tablet);
    stage_tap(&stage, "date/2026-11-24");
    EXPECT_INT(20781, example.day);
    stage_tap(&stage, "date/2026-11-28"); /* a Saturday */
    EXPECT_INT(20781, example.day);
    stage_tap(&stage, "date/2026-11-20"); /* before the first day */
    EXPECT_INT(20781, example.day);
    EXPECT(stage_find(&stage, "date/2026-11-28")->is_disabled);
    stage_tap(&stage, "date/next");
    stage_tap(&stage, "date/2026-12-23"); /* the last day */
    EXPECT_INT(20810, example.day);
    EXPECT(stage_find(&stage, "date/2026-12-24")->is_disabled);
    EXPECT(stage_find(&stage, "date/next")->is_disabled);
    stage_tap(&stage, "date/previous");
    EXPECT(stage_find(&stage, "date/2026-11-24") != NULL);
    stage_close(&stage);

    open_page(&stage, &example, EXAMPLE_date, &stage_handheld);
    EXPECT(stage_find(&stage, "date/2026-11-22") == NULL);
    stage_tap(&stage, "date/next");
    stage_tap(&stage, "date/2026-12-23");
    EXPECT_INT(20810, example.day);
    stage_close(&stage);
}

TEST(test_widgets_date_writes_days)
{
    static const struct {
        int64_t day;
        const char *text;
    } rows[] = {
        {0, "1970-01-01"},     {-1, "1969-12-31"},    {20780, "2026-11-23"}, {19782, "2024-02-29"},
        {19783, "2024-03-01"}, {47540, "2100-02-28"}, {47541, "2100-03-01"}, {-25509, "1900-02-28"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[WIDGET_DATE_TEXT_SIZE];
        widget_date_text(text, rows[i].day);
        EXPECT_TEXT(rows[i].text, text);
    }
}

TEST(test_widgets_field_edits_at_the_caret)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_note, &stage_tablet);
    stage_type(&stage, "lost"); /* nobody has focus */
    EXPECT_TEXT("", example.note);
    stage_tap(&stage, "note");
    EXPECT(ui_wants_text(stage.ui));
    stage_type(&stage, "见本人");
    stage_type(&stage, "说明");
    stage_key(&stage, INPUT_KEY_left);
    stage_key(&stage, INPUT_KEY_left);
    stage_type(&stage, "，");
    EXPECT_TEXT("见本人，说明", example.note);
    stage_key(&stage, INPUT_KEY_home);
    stage_key(&stage, INPUT_KEY_backspace);
    EXPECT_TEXT("见本人，说明", example.note);
    stage_key(&stage, INPUT_KEY_right);
    stage_key(&stage, INPUT_KEY_backspace);
    EXPECT_TEXT("本人，说明", example.note);
    stage_key(&stage, INPUT_KEY_end);
    stage_key(&stage, INPUT_KEY_enter);
    EXPECT_TEXT("本人，说明\n", example.note);
    stage_key(&stage, INPUT_KEY_back); /* closes the keyboard, not the screen */
    EXPECT(!ui_wants_text(stage.ui));
    EXPECT_INT(EXAMPLE_note, example.page);
    stage_close(&stage);
}

TEST(test_widgets_field_refuses_whole_what_does_not_fit)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_note, &stage_tablet);
    stage_tap(&stage, "note");
    for (int i = 0; i < 7; i++) { /* 60 characters at most, 9 each time */
        stage_type(&stage, "一二三四五六七八九");
    }
    EXPECT_INT(54, str_code_count(str_from(example.note)));
    stage_type(&stage, "六五四三二一");
    EXPECT_INT(60, str_code_count(str_from(example.note)));
    stage_type(&stage, "x");
    EXPECT_INT(60, str_code_count(str_from(example.note)));
    stage_tap(&stage, "call"); /* 24 bytes, NUL included */
    stage_type(&stage, "1234567890123456789012");
    stage_type(&stage, "12");
    EXPECT_TEXT("1234567890123456789012", example.phone);
    stage_type(&stage, "3");
    EXPECT_TEXT("12345678901234567890123", example.phone);
    stage_close(&stage);
}

TEST(test_widgets_keyboard_types_into_the_field)
{
    static const struct theme_options *const sizes[] = {&stage_tablet, &stage_handheld};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct stage stage;
        struct example example;
        open_page(&stage, &example, EXAMPLE_note, sizes[i]);
        EXPECT(stage_find(&stage, "keyboard") == NULL);
        stage_tap(&stage, "note");
        stage_tap(&stage, "keyboard/a");
        stage_tap(&stage, "keyboard/shift");
        stage_tap(&stage, "keyboard/b");
        stage_tap(&stage, "keyboard/space");
        stage_tap(&stage, "keyboard/mode");
        stage_tap(&stage, "keyboard/7");
        stage_tap(&stage, "keyboard/8");
        stage_tap(&stage, "keyboard/back");
        stage_tap(&stage, "keyboard/chip0");
        EXPECT_TEXT("aB 7已当面说明还款方式。", example.note);
        EXPECT(ui_has_focus(stage.ui, "note"));
        stage_tap(&stage, "keyboard/done");
        EXPECT(stage_find(&stage, "keyboard") == NULL);
        stage_close(&stage);
    }
}

/* Every letter can be reached on every screen. */
TEST(test_widgets_keyboard_has_every_letter)
{
    static const struct theme_options sizes[] = {
        {.width_px = 1280, .height_px = 800, .ppi = 149},
        {.width_px = 720, .height_px = 1280, .ppi = 267},
        {.width_px = 720, .height_px = 1280, .ppi = 267, .is_glove = true},
    };
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct stage stage;
        struct example example;
        open_page(&stage, &example, EXAMPLE_note, &sizes[i]);
        stage_tap(&stage, "note");
        for (char letter = 'a'; letter <= 'z'; letter++) {
            const char *key = str_format(&stage.scratch, "keyboard/%c", letter);
            for (int pages = 0; stage_find(&stage, key) == NULL && pages < 8; pages++) {
                stage_tap(&stage, "keyboard/more");
            }
            stage_tap(&stage, key);
        }
        EXPECT_TEXT("abcdefghijklmnopqrstuvwxyz", example.note);
        stage_close(&stage);
    }
}

TEST(test_widgets_focus_is_brought_into_sight)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_note, &stage_handheld);
    stage_tap(&stage, "call");
    const struct ui_semantic *field = stage_find(&stage, "call");
    EXPECT(field->is_focused);
    EXPECT(geom_equal(field->rect, field->visible));
    stage_close(&stage);
}

TEST(test_widgets_toggle_and_segments)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_settings, &stage_tablet);
    stage_tap(&stage, "glove");
    EXPECT(!example.is_glove);
    EXPECT_TEXT("关", stage_find(&stage, "glove")->value);
    stage_tap(&stage, "theme/2");
    EXPECT_INT(2, example.theme);
    stage_tap(&stage, "warning/action");
    EXPECT(example.is_asked);
    stage_tap(&stage, "disabled");
    stage_close(&stage);
}

TEST(test_widgets_dialog_answers_and_covers)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_dialog, &stage_tablet);
    stage_tap(&stage, "start"); /* covered */
    EXPECT_INT(0, example.started_count);
    stage_tap(&stage, "ask/yes");
    EXPECT(example.is_finished);
    EXPECT_INT(EXAMPLE_today, example.page);
    example.page = EXAMPLE_dialog;
    stage_settle(&stage);
    stage_key(&stage, INPUT_KEY_back);
    EXPECT(!example.is_finished);
    EXPECT_INT(EXAMPLE_today, example.page);
    stage_close(&stage);
}

/* Goal: 10,000 rows cost what is in sight, every row can be reached, and the
 * last one stands at the end. */
TEST(test_widgets_list_builds_only_what_is_in_sight)
{
    struct stage stage;
    struct example example;
    open_page(&stage, &example, EXAMPLE_list, &stage_tablet);
    size_t count = 0;
    (void)ui_semantics(stage.ui, &count);
    EXPECT(count < 120);
    stage_tap(&stage, "case:3");
    EXPECT_INT(3, example.row_tapped);
    int32_t pitch = ui_rect(stage.ui, "case:1").y - ui_rect(stage.ui, "case:0").y;
    ui_scroll_to(stage.ui, "cases", 5000 * pitch);
    stage_settle(&stage);
    (void)ui_semantics(stage.ui, &count);
    EXPECT(count < 120);
    stage_tap(&stage, "case:5002");
    EXPECT_INT(5002, example.row_tapped);
    ui_scroll_to(stage.ui, "cases", 100000000);
    stage_settle(&stage);
    stage_settle(&stage);
    const struct ui_semantic *last = stage_find(&stage, "case:9999");
    EXPECT(last != NULL && geom_equal(last->rect, last->visible));
    EXPECT_INT(pitch * 9999, last->rect.y + ui_scroll_px(stage.ui, "cases") -
                                 (ui_rect(stage.ui, "cases").y + theme_dp(&stage.theme, 16)));
    stage_close(&stage);
}

/* Goal: no screen, however small or large, and no touch, text or key breaks a
 * promise inside the toolkit; and it always comes to rest. */
TEST(test_widgets_survive_any_screen_and_touch)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 17);
    for (int round = 0; round < 120; round++) {
        const struct theme_options options = {
            .kind = (enum theme_kind)rng_below(&rng, 3),
            .width_px = 1 + (int32_t)rng_below(&rng, round % 2 == 0 ? 300 : 2000),
            .height_px = 1 + (int32_t)rng_below(&rng, round % 2 == 0 ? 300 : 2000),
            .ppi = 80 + (int32_t)rng_below(&rng, 500),
            .text_percent = 80 + (int32_t)rng_below(&rng, 130),
            .is_glove = rng_below(&rng, 2) == 0,
        };
        struct stage stage;
        struct example example;
        open_page(&stage, &example, (enum example_page)rng_below(&rng, EXAMPLE_COUNT), &options);
        for (int event = 0; event < 150; event++) {
            stage.now_ms += (int64_t)rng_below(&rng, 400);
            struct input_event input = {
                .kind = (enum input_kind)rng_below(&rng, INPUT_key + 1),
                .at_ms = stage.now_ms,
                .finger = (int64_t)rng_below(&rng, 4) / 2,
                .at = {(int32_t)rng_below(&rng, (uint64_t)options.width_px),
                       (int32_t)rng_below(&rng, (uint64_t)options.height_px)},
                .by = {0, (int32_t)rng_below(&rng, 4000) - 2000},
                .key = (enum input_key)rng_below(&rng, INPUT_KEY_end + 1),
                .text = "9a汉",
            };
            ui_feed(stage.ui, &input);
            stage_settle(&stage);
            if (rng_below(&rng, 40) == 0) {
                example.page = (enum example_page)rng_below(&rng, EXAMPLE_COUNT);
            }
        }
        stage_close(&stage);
    }
}
