/* Goal: who is to wait at a door is told how long and what for, in both languages; what is waited
 * for is said only when it is the hour. Method: the sheet of one stop is drawn on handheld and
 * tablet, its words are read and the layout linter looks at each frame. */
#include "app/screens/why.h"

#include "app/screens/screen.h"
#include "app/ui/ui_lint.h"
#include "tests/app/ui/stage.h"

#include <stdlib.h>
#include <string.h>

#define TODAY 20780 /* 2026-11-23, a Monday */

struct drawn {
    struct policy policy;
    struct view view;
    struct why_model model;
    struct arena arena;
};

static void build(struct ui *ui, void *context)
{
    struct drawn *drawn = context;
    struct screen_place place = {0};
    struct intent intent = {0};
    why_frame(ui, &drawn->view, &drawn->model, &place, &intent);
}

static bool says(struct stage *stage, const char *text)
{
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(stage->ui, &count);
    for (size_t i = 0; i < count; i++) {
        if (strstr(nodes[i].name, text) != NULL || strstr(nodes[i].value, text) != NULL) {
            return true;
        }
    }
    return false;
}

/* Until five one in ten is met, then six; the visit begins at that minute of the day. */
static void sheet(struct drawn *drawn, enum lang lang, int32_t begin_minute, int32_t wait_minutes)
{
    memset(drawn, 0, sizeof *drawn);
    arena_init(&drawn->arena, 0);
    drawn->policy = policy_default();
    drawn->view = (struct view){.lang = lang,
                                .arena = &drawn->arena,
                                .now_ms = date_instant(TODAY, 15 * 60, 480),
                                .offset_minutes = 480,
                                .today = TODAY,
                                .policy = &drawn->policy,
                                .calendar = date_calendar_cn()};
    for (size_t band = 0; band < CHANCE_BANDS; band++) {
        bool is_late = band >= chance_band_of(17 * 60);
        drawn->model.chance.counts[CHANCE_DAY_working][band] =
            (struct chance_count){.tried = 10000, .met = is_late ? 6000 : 1000};
    }
    struct store_stop *stop = &drawn->model.stop;
    stop->case_no = stop->item.case_no = 7;
    stop->item.case_ref = stop->item.debtor_name = stop->item.product = "";
    stop->item.address = stop->item.area = "";
    stop->state = STOP_planned;
    stop->arrive_at_ms = date_instant(TODAY, begin_minute, 480);
    stop->leave_at_ms = stop->arrive_at_ms + 1200000;
    stop->wait_s = wait_minutes * 60;
    drawn->model.position = 1;
    drawn->model.other_name = drawn->model.before_name = "";
}

TEST(test_a_wait_for_an_hour_says_so)
{
    static const struct {
        const char *name;
        int32_t begin_minute, wait_minutes;
        bool is_for_hour;
        bool is_waiting;
    } rows[] = {
        {"for the hour from five on", 17 * 60, 25, true, true},
        {"for an opening at half past four", 16 * 60 + 30, 25, false, true},
        {"for an opening within the better hour", 17 * 60 + 30, 25, false, true},
        {"an hour that is no better", 19 * 60, 25, false, true},
        {"there at five", 17 * 60, 0, false, false},
    };
    static const struct theme_options *const forms[] = {&stage_tablet, &stage_handheld};
    struct drawn *drawn = calloc(1, sizeof *drawn);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t form = 0; form < COUNT(forms); form++) {
            for (int lang = LANG_zh; lang <= LANG_en; lang++) {
                struct stage stage;
                sheet(drawn, (enum lang)lang, rows[i].begin_minute, rows[i].wait_minutes);
                stage_open(&stage, forms[form], build, drawn);
                stage_settle(&stage);
                bool is_zh = lang == LANG_zh;
                EXPECT_ROW(rows[i].name,
                           says(&stage, is_zh ? "17:00 起更容易见到人"
                                              : "people are met more often from 17:00") ==
                               rows[i].is_for_hour);
                EXPECT_ROW(rows[i].name, says(&stage, lang_text((enum lang)lang, "why.wait")) ==
                                             rows[i].is_waiting);
                struct ui_lint lint = ui_lint(&drawn->arena, stage.ui);
                if (lint.count > 0) {
                    fail_msg("%s: %s", rows[i].name, ui_lint_dump(&drawn->arena, &lint));
                }
                stage_close(&stage);
                arena_deinit(&drawn->arena);
            }
        }
    }
    free(drawn);
}
