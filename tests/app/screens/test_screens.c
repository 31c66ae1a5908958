/* Every screen, drawn from a made-up portfolio. */
#include "core/rules/gate.h"
#include "tests/app/screens/tablet.h"

static const struct screen_row rows[] = {
    {"enrol", SCREEN_enrol, 0, 0, 0, 0, "", 0, 0, 0},
    {"today", SCREEN_today, 0, 0, 0, 0, "", 0, 0, 0},
    {"search", SCREEN_search, 0, 0, 0, 0, "", 0, 0, 0},
    {"search_found", SCREEN_search, 0, 0, 0, 0, "陈", 0, 0, 0},
    {"search_none", SCREEN_search, 0, 0, 0, 0, "不存在的人", 0, 0, 0},
    {"sync", SCREEN_sync, 0, 0, 0, 0, "", 0, 0, 0},
    {"results", SCREEN_results, 0, 0, 0, 1, "", 0, 0, 0},
    {"more", SCREEN_more, 0, 0, 0, 0, "", 0, 0, 0},
    {"brief", SCREEN_brief, 3, 0, 0, 0, "", 0, 0, 0},
    {"brief_add", SCREEN_brief, 3, 0, 0, 1, "", 0, 0, 0},
    {"brief_promised", SCREEN_brief, 7, 0, 0, 0, "", 0, 0, 0},
    {"brief_flagged", SCREEN_brief, 5, 0, 0, 0, "", 0, 0, 0},
    {"visit_arrive", SCREEN_visit, 3, 0, 2, 0, "", 0, 0, 0},
    {"visit_arrive_alone", SCREEN_visit, 3, 0, 1, 0, "", 0, 0, 0},
    {"visit_who", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_who, 0, 0},
    {"visit_outcome", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_outcome, ROLE_borrower, 0},
    {"visit_outcome_third", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_outcome, ROLE_neighbour, 0},
    {"visit_outcome_nobody", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_outcome, ROLE_none, 0},
    {"visit_promise", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_promise_to_pay},
    {"visit_plan", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_plan_agreed},
    {"visit_extension", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_extension_asked},
    {"visit_settlement", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_settlement_offered},
    {"visit_waiver", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_waiver_asked},
    {"visit_payment", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_spouse,
     OUTCOME_payment_made},
    {"visit_hardship", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_unable_to_pay},
    {"visit_dispute", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_disputes_debt},
    {"visit_identity", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_identity_disputed},
    {"visit_appointment", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_will_be_contacted_again},
    {"visit_address", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_neighbour,
     OUTCOME_moved_away},
    {"visit_flag", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_representative_named},
    {"visit_unsafe", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_none,
     OUTCOME_left_unsafe},
    {"visit_notice", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_borrower,
     OUTCOME_notice_handed_over},
    {"visit_collateral", SCREEN_visit, 6, 0, 0, 0, "", VISIT_STEP_arrange, ROLE_none,
     OUTCOME_collateral_seen},
    {"visit_about", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_about, ROLE_borrower,
     OUTCOME_promise_to_pay},
    {"visit_finish", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_finish, ROLE_borrower,
     OUTCOME_promise_to_pay},
    {"visit_finish_missing", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_finish, ROLE_borrower,
     OUTCOME_says_already_paid},
    {"visit_finish_nobody", SCREEN_visit, 3, 0, 0, 0, "", VISIT_STEP_finish, ROLE_none,
     OUTCOME_nobody_home},
    {"visit_more", SCREEN_visit, 3, 0, 0, VISIT_MORE, "", VISIT_STEP_finish, ROLE_borrower,
     OUTCOME_promise_to_pay},
    {"form_skip", SCREEN_form, 3, 0, EVENT_visit_skipped, 0, "", 0, 0, 0},
    {"form_call", SCREEN_form, 3, 0, EVENT_contact_attempted, 0, "", 0, 0, 0},
    {"form_point", SCREEN_form, 3, 0, EVENT_contact_point_noted, 0, "", 0, 0, 0},
    {"form_address", SCREEN_form, 3, 0, EVENT_address_noted, 0, "", 0, 0, 0},
    {"form_payment", SCREEN_form, 3, 0, EVENT_payment_noted, 0, "", 0, 0, 0},
    {"form_complaint", SCREEN_form, 3, 0, EVENT_complaint_taken, 0, "", 0, 0, 0},
    {"form_service", SCREEN_form, 3, 0, EVENT_service_requested, 0, "", 0, 0, 0},
    {"form_offer", SCREEN_form, 3, 0, EVENT_offer_refused, 0, "", 0, 0, 0},
    {"form_conduct", SCREEN_form, 3, 0, EVENT_conduct_noted, 0, "", 0, 0, 0},
    {"form_note", SCREEN_form, 3, 0, EVENT_note_added, 0, "", 0, 0, 0},
    {"form_safety", SCREEN_form, 0, 0, EVENT_safety_incident, 0, "", 0, 0, 0},
    {"record", SCREEN_record, 7, 5, 0, 0, "", 0, 0, 0},
    {"record_question", SCREEN_record, 7, 4, 0, 0, "", 0, 0, 0},
    {"record_correct", SCREEN_record, 7, 5, 0, 1, "", 0, 0, 0},
    {"records", SCREEN_records, 0, 0, 0, 0, "", 0, 0, 0},
    {"letters", SCREEN_letters, 0, 0, 0, 0, "", 0, 0, 0},
    {"letter", SCREEN_letters, 0, 0, 2, 0, "", 0, 0, 0},
    {"close_day", SCREEN_close_day, 0, 0, 0, 0, "", 0, 0, 0},
    {"settings", SCREEN_settings, 0, 0, 0, 0, "", 0, 0, 0},
};

/* ---- promises ---- */

TEST(test_screens_look_as_agreed)
{
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    screens_look_as_agreed(&tablet, rows, COUNT(rows));
    tablet_close(&tablet);
}

TEST(test_screens_hurt_nobody_in_any_size_theme_or_language)
{
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    screens_hurt_nobody(&tablet, rows, COUNT(rows));
    tablet_close(&tablet);
}

TEST(test_screens_of_an_empty_tablet_say_what_comes)
{
    struct tablet tablet;
    tablet_open(&tablet, 0);
    static const enum screen_kind kinds[] = {SCREEN_today,    SCREEN_search,  SCREEN_sync,
                                             SCREEN_results,  SCREEN_letters, SCREEN_records,
                                             SCREEN_close_day};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        for (enum lang lang = 0; lang < LANG_COUNT; lang++) {
            struct screen_row row = {.name = screen_name(kinds[i]), .screen = kinds[i], .text = ""};
            struct shown shown;
            struct stage stage;
            enter(&tablet, &row, lang, &shown);
            stage_open(&stage,
                       &(struct theme_options){.width_px = 720, .height_px = 1280, .ppi = 267},
                       build, &shown);
            stage_settle(&stage);
            struct ui_lint lint = ui_lint(&stage.scratch, stage.ui);
            EXPECT_ROW(row.name, lint.count == 0);
            char name[96];
            snprintf(name, sizeof name, "screens/empty_%s_%s.txt", row.name, lang_name(lang));
            test_golden(TESTS_FOLDER, name, draw_dump(&stage.scratch, ui_draw_list(stage.ui)));
            stage_close(&stage);
        }
    }
    tablet_close(&tablet);
}

/* Every text key that the app's code names has a text. */
TEST(test_screens_show_no_raw_key)
{
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct shown shown;
        struct stage stage;
        enter(&tablet, &rows[i], LANG_en, &shown);
        stage_open(&stage, &(struct theme_options){.width_px = 1280, .height_px = 8000, .ppi = 160},
                   build, &shown);
        stage_settle(&stage);
        size_t count = 0;
        const struct ui_semantic *nodes = ui_semantics(stage.ui, &count);
        for (size_t n = 0; n < count; n++) {
            const char *dot = strchr(nodes[n].name, '.');
            bool is_key = dot != NULL && dot > nodes[n].name && dot[1] >= 'a' && dot[1] <= 'z' &&
                          strchr(nodes[n].name, ' ') == NULL;
            if (is_key || strchr(nodes[n].name, '{') != NULL) {
                fail_msg("%s shows \"%s\"", rows[i].name, nodes[n].name);
            }
        }
        stage_close(&stage);
    }
    tablet_close(&tablet);
}
