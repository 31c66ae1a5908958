/* Goal: the linter catches each kind, with the rule and a hair beyond it; and
 * finds nothing on the example screens, in any theme, size, language, text size
 * and with gloves. */
#include "app/ui/ui_lint.h"
#include "tests/app/ui/example_screen.h"
#include "tests/app/ui/stage.h"

static const struct theme_options plain = {.width_px = 400, .height_px = 400};

struct fault {
    enum ui_lint_kind kind;
    bool is_there; /* else the same screen without the fault */
};

static void target(struct ui *ui, const char *key, const char *name, int32_t w, int32_t h)
{
    ui_open(
        ui, key,
        &(struct ui_box){
            .w = UI_PX(w), .h = UI_PX(h), .role = UI_ROLE_button, .name = name, .is_action = true});
    ui_close(ui);
}

static void overlap_build(struct ui *ui, bool is_there)
{
    ui_open(ui, "stack", &(struct ui_box){.flow = UI_stack, .w = UI_FILL, .h = UI_FILL});
    target(ui, "one", "one", 100, 100);
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .pad_x = is_there ? 99 : 100});
    target(ui, "two", "two", 100, 100);
    ui_close(ui);
    ui_close(ui);
}

static void text_in(struct ui *ui, struct ui_box box, const char *text)
{
    ui_open(ui, NULL, &box);
    ui_text(ui, TYPE_body, COLOR_ink, text);
    ui_close(ui);
}

static void primary(struct ui *ui, const char *key, bool is_primary)
{
    ui_open(ui, key,
            &(struct ui_box){.w = UI_PX(100),
                             .h = UI_PX(130),
                             .role = UI_ROLE_button,
                             .name = key,
                             .is_action = true,
                             .is_primary = is_primary});
    ui_close(ui);
}

/* A text and a box with a fill, the text on top unless the fault is there. */
static void lid_build(struct ui *ui, bool is_there)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_stack, .fill = COLOR_card});
    for (int i = 0; i < 2; i++) {
        if ((i == 0) == is_there) {
            ui_text(ui, TYPE_body, COLOR_ink, "一");
        } else {
            ui_open(ui, NULL,
                    &(struct ui_box){.w = UI_DP(10), .h = UI_DP(30), .fill = COLOR_sunken});
            ui_close(ui);
        }
    }
    ui_close(ui);
}

static void fault_build(struct ui *ui, void *context)
{
    const struct fault *fault = context;
    bool is_there = fault->is_there;
    ui_open(ui, "root", &(struct ui_box){.w = UI_FILL, .h = UI_FILL});
    switch (fault->kind) {
    case UI_LINT_target_small: /* 12 mm at 160 ppi are 76 px */
        target(ui, "small", "small", 76, is_there ? 75 : 76);
        break;
    case UI_LINT_target_overlap:
        overlap_build(ui, is_there);
        break;
    case UI_LINT_text_clipped: /* two lines of 28 */
        ui_open(ui, NULL, &(struct ui_box){.w = UI_DP(40), .h = UI_DP(is_there ? 55 : 56)});
        ui_open(ui, "low", &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .scrolls = true});
        ui_open(ui, NULL, &(struct ui_box){.w = UI_DP(is_there ? 30 : 40)});
        ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_DP(is_there ? 15 : 40)},
                     "一二");
        ui_close(ui);
        ui_close(ui);
        ui_close(ui);
        break;
    case UI_LINT_text_outside:
        text_in(ui, (struct ui_box){.w = UI_FILL, .pad_y = is_there ? 373 : 372 / 2}, "一");
        break;
    case UI_LINT_amount_cut:
        ui_open(ui, NULL, &(struct ui_box){.w = UI_DP(is_there ? 60 : 200)});
        ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .cut = TEXT_end, .w = UI_FILL},
                     "¥12,800.00");
        ui_close(ui);
        break;
    case UI_LINT_title_cut: /* five hanzi of 26 */
        ui_text_with(ui,
                     &(struct ui_text){
                         .type = TYPE_title, .cut = TEXT_end, .w = UI_DP(is_there ? 129 : 130)},
                     "一二三四五");
        break;
    case UI_LINT_icon_outside: /* past the right edge of 400 px */
        ui_open(ui, NULL, &(struct ui_box){.flow = UI_row});
        ui_space(ui, UI_PX(is_there ? 377 : 376));
        ui_icon(ui, ICON_check, 24, COLOR_ink);
        ui_close(ui);
        break;
    case UI_LINT_contrast:
        ui_open(ui, NULL, &(struct ui_box){.fill = is_there ? COLOR_primary : COLOR_card});
        ui_text(ui, TYPE_body, COLOR_ink, "一");
        ui_close(ui);
        break;
    case UI_LINT_unreachable: /* past the right edge of 400 px, where nothing scrolls */
        ui_open(ui, NULL, &(struct ui_box){.flow = UI_row});
        ui_space(ui, UI_PX(is_there ? 301 : 300));
        target(ui, "far", "far", 100, 100);
        ui_close(ui);
        break;
    case UI_LINT_roleless:
        ui_open(ui, "what",
                &(struct ui_box){.w = UI_PX(100),
                                 .h = UI_PX(100),
                                 .role = is_there ? UI_ROLE_status : UI_ROLE_button,
                                 .name = "what",
                                 .is_action = true});
        ui_close(ui);
        break;
    case UI_LINT_primary_double:
        primary(ui, "first", true);
        primary(ui, "second", is_there);
        break;
    case UI_LINT_text_overlap:
        ui_open(ui, NULL, &(struct ui_box){.flow = is_there ? UI_stack : UI_row});
        ui_text(ui, TYPE_body, COLOR_ink, "一");
        ui_text(ui, TYPE_body, COLOR_ink, "二");
        ui_close(ui);
        break;
    case UI_LINT_text_covered:
        lid_build(ui, is_there);
        break;
    case UI_LINT_unnamed:
        target(ui, "nameless", is_there ? "" : "named", 100, 100);
        break;
    case UI_LINT_key_missing:
        target(ui, is_there ? NULL : "key", "named", 100, 100);
        break;
    case UI_LINT_key_double:
        target(ui, "key", "named", 100, 100);
        target(ui, is_there ? "key" : "other", "named", 100, 100);
        break;
    case UI_LINT_KIND_COUNT:
        break;
    }
    ui_close(ui);
}

TEST(test_ui_lint_catches_each_kind)
{
    for (enum ui_lint_kind kind = 0; kind < UI_LINT_KIND_COUNT; kind++) {
        for (int is_there = 0; is_there < 2; is_there++) {
            struct fault fault = {kind, is_there != 0};
            struct stage stage;
            stage_open(&stage, &plain, fault_build, &fault);
            stage_settle(&stage);
            struct ui_lint lint = ui_lint(&stage.scratch, stage.ui);
            if (is_there == 0 && lint.count != 0) {
                fail_msg("kind %d without the fault: %s", (int)kind,
                         ui_lint_dump(&stage.scratch, &lint));
            }
            bool was_found = false;
            for (size_t i = 0; i < lint.count; i++) {
                was_found |= lint.findings[i].kind == kind;
            }
            if (is_there != 0 && !was_found) {
                fail_msg("kind %d was not found: %s", (int)kind,
                         ui_lint_dump(&stage.scratch, &lint));
            }
            stage_close(&stage);
        }
    }
}

/* ---- faults that only show in company ---- */

struct company {
    const char *name;
    enum { WINDOW, ICON_ON_TEXT, EDGE_OF_TINT, TOAST, DIALOG } what;
    int32_t number;
    enum ui_lint_kind kind;
    bool is_found;
};

static void company_build(struct ui *ui, void *context)
{
    const struct company *company = context;
    ui_open(ui, "root", &(struct ui_box){.w = UI_FILL, .h = UI_FILL});
    switch (company->what) {
    case WINDOW: /* a region as high as `number` px, with more below */
        ui_open(ui, "region",
                &(struct ui_box){.w = UI_FILL, .h = UI_PX(company->number), .scrolls = true});
        target(ui, "one", "one", 100, 100);
        target(ui, "two", "two", 100, 100);
        ui_close(ui);
        break;
    case ICON_ON_TEXT:
        ui_open(ui, NULL, &(struct ui_box){.flow = company->number != 0 ? UI_stack : UI_row});
        ui_text(ui, TYPE_body, COLOR_ink, "一");
        ui_icon(ui, ICON_error, 24, COLOR_ink);
        ui_close(ui);
        break;
    case EDGE_OF_TINT: /* only the end of the text lies on the dark box */
        ui_open(ui, NULL, &(struct ui_box){.flow = UI_stack, .fill = COLOR_card});
        ui_open(ui, NULL, &(struct ui_box){.flow = UI_row});
        ui_space(ui, UI_PX(company->number));
        ui_open(ui, NULL, &(struct ui_box){.w = UI_PX(20), .h = UI_PX(28), .fill = COLOR_primary});
        ui_close(ui);
        ui_close(ui);
        ui_text(ui, TYPE_body, COLOR_ink, "一二三");
        ui_close(ui);
        break;
    case TOAST:
    case DIALOG:
        ui_text(ui, TYPE_body, COLOR_ink, "一");
        target(ui, "under", "under", 100, 20);
        ui_open_layer(ui, "layer", company->what == DIALOG, &(struct ui_box){0});
        ui_open(ui, "top", &(struct ui_box){.w = UI_PX(80), .h = UI_PX(80), .fill = COLOR_card});
        ui_close(ui);
        ui_close(ui);
        break;
    }
    ui_close(ui);
}

TEST(test_ui_lint_sees_faults_that_need_company)
{
    static const struct company rows[] = {
        {"window as high as a finger", WINDOW, 76, UI_LINT_unreachable, false},
        {"window lower than a finger", WINDOW, 75, UI_LINT_unreachable, true},
        {"icon beside a text", ICON_ON_TEXT, 0, UI_LINT_text_overlap, false},
        {"icon on a text", ICON_ON_TEXT, 1, UI_LINT_text_overlap, true},
        {"dark after the text", EDGE_OF_TINT, 60, UI_LINT_contrast, false},
        {"dark under the last hanzi", EDGE_OF_TINT, 59, UI_LINT_contrast, true},
        {"a toast may lie over a text", TOAST, 0, UI_LINT_text_covered, false},
        {"but not make a target small", TOAST, 0, UI_LINT_target_small, true},
        {"what a dialog covers is not judged", DIALOG, 0, UI_LINT_target_small, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct company company = rows[i];
        struct stage stage;
        stage_open(&stage, &plain, company_build, &company);
        stage_settle(&stage);
        struct ui_lint lint = ui_lint(&stage.scratch, stage.ui);
        bool was_found = false;
        for (size_t k = 0; k < lint.count; k++) {
            was_found |= lint.findings[k].kind == rows[i].kind;
        }
        EXPECT_ROW(rows[i].name, was_found == rows[i].is_found);
        stage_close(&stage);
    }
}

struct rule {
    const char *name;
    bool is_glove, is_key, is_letter, is_primary;
    int32_t w, h;
    size_t findings;
};

static void rule_build(struct ui *ui, void *context)
{
    const struct rule *rule = context;
    ui_open(ui, "target",
            &(struct ui_box){.w = UI_MM(rule->w),
                             .h = UI_MM(rule->h),
                             .role = rule->is_key ? UI_ROLE_key : UI_ROLE_button,
                             .name = "target",
                             .is_action = true,
                             .is_letter_key = rule->is_letter,
                             .is_primary = rule->is_primary});
    ui_close(ui);
}

TEST(test_ui_lint_knows_the_millimetres_of_each_role)
{
    static const struct rule rows[] = {
        {"button", false, false, false, false, 12, 12, 0},
        {"button too low", false, false, false, false, 12, 11, 1},
        {"button too narrow", false, false, false, false, 11, 12, 1},
        {"button with a glove", true, false, false, false, 15, 15, 0},
        {"button too low with a glove", true, false, false, false, 15, 14, 1},
        {"primary", false, false, false, true, 12, 20, 0},
        {"primary too low", false, false, false, true, 40, 19, 1},
        {"keypad", false, true, false, false, 20, 20, 0},
        {"keypad too narrow", false, true, false, false, 19, 20, 1},
        {"keypad too low", false, true, false, false, 20, 19, 1},
        {"letter key", false, true, true, false, 12, 12, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct theme_options options = stage_tablet;
        options.is_glove = rows[i].is_glove;
        struct rule rule = rows[i];
        struct stage stage;
        stage_open(&stage, &options, rule_build, &rule);
        stage_settle(&stage);
        EXPECT_ROW(rows[i].name, ui_lint(&stage.scratch, stage.ui).count == rows[i].findings);
        stage_close(&stage);
    }
}

static void example_build(struct ui *ui, void *context)
{
    example_frame(ui, context);
}

TEST(test_ui_lint_finds_nothing_on_the_example_screens)
{
    static const struct theme_options sizes[] = {
        {.width_px = 1280, .height_px = 800, .ppi = 149},
        {.width_px = 800, .height_px = 1280, .ppi = 149},
        {.width_px = 1920, .height_px = 1200, .ppi = 224},
        {.width_px = 1280, .height_px = 800, .ppi = 189},
        {.width_px = 720, .height_px = 1280, .ppi = 267},
        {.width_px = 1080, .height_px = 1920, .ppi = 400},
    };
    for (int32_t at = 0; at < (int32_t)COUNT(sizes) * 3 * 2 * 4 * 2 * EXAMPLE_COUNT; at++) {
        int32_t rest = at;
        struct theme_options options = sizes[rest % (int32_t)COUNT(sizes)];
        rest /= (int32_t)COUNT(sizes);
        options.kind = (enum theme_kind)(rest % 3);
        rest /= 3;
        options.is_glove = rest % 2 != 0;
        rest /= 2;
        options.text_percent = (const int32_t[]){100, 130, 160, 200}[rest % 4];
        rest /= 4;
        const struct example_words *words = rest % 2 == 0 ? &example_zh : &example_en;
        enum example_page page = (enum example_page)(rest / 2);
        struct example example = example_make(words, page);
        struct stage stage;
        stage_open(&stage, &options, example_build, &example);
        stage_settle(&stage);
        if (page == EXAMPLE_note) {
            stage_tap(&stage, "note");
        }
        struct ui_lint lint = ui_lint(&stage.scratch, stage.ui);
        if (lint.count != 0) {
            fail_msg("%s %dx%d theme %d text %d%% glove %d: %s", example_page_names[page],
                     options.width_px, options.height_px, (int)options.kind, options.text_percent,
                     options.is_glove, ui_lint_dump(&stage.scratch, &lint));
        }
        stage_close(&stage);
    }
}
