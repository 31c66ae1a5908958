/* A visit that began within the contact hours says when they end, on every step, and that they are
 * over: nobody is led on past them. Nothing is said of a visit that began outside them. */
#include "tests/app/screens/shows.h"

static const struct {
    const char *name;
    int32_t left; /* minutes of contact hours that are left */
    int32_t open; /* minute of the day; visits of these tests begin at 08:00 */
    const char *said;
} rows[] = {
    {"long before", 120, 8 * 60, NULL},
    {"at the warning's edge", 15, 8 * 60, NULL},
    {"within it", 14, 8 * 60, "Contact hours end in 14 minutes"},
    {"the last minute", 1, 8 * 60, "Contact hours end in 1 minute"},
    {"the closing minute", 0, 8 * 60, "Contact hours ended at 09:30"},
    {"an hour later", -60, 8 * 60, "Contact hours ended at 08:30"},
    {"began before they opened", 0, 8 * 60 + 1, NULL},
};

TEST(test_every_step_says_that_contact_hours_end)
{
    static const uint32_t steps[] = {VISIT_STEP_who, VISIT_STEP_outcome, VISIT_STEP_about,
                                     VISIT_STEP_finish};
    struct tablet tablet;
    tablet_open(&tablet, PORTFOLIO_CASES);
    struct policy *policy = &tablet.journey.policy;
    EXPECT_INT(15, policy->closing_warning);
    for (size_t i = 0; i < COUNT(rows); i++) {
        policy->window_open = rows[i].open;
        policy->window_close = minute_now() + rows[i].left;
        for (size_t s = 0; s < COUNT(steps); s++) {
            struct screen_row row = {"visit",       SCREEN_visit,          3, 0, 0, 0, "", steps[s],
                                     ROLE_borrower, OUTCOME_promise_to_pay};
            bool is_said = shows(&tablet, &row, LANG_en, "Contact hours end");
            EXPECT_ROW(rows[i].name, is_said == (rows[i].said != NULL));
            EXPECT_ROW(rows[i].name,
                       rows[i].said == NULL || shows(&tablet, &row, LANG_en, rows[i].said));
            bool must_leave = rows[i].said != NULL && rows[i].left <= 0;
            EXPECT_ROW(rows[i].name, must_leave == shows(&tablet, &row, LANG_zh, "请现在离开"));
        }
    }
    tablet_close(&tablet);
}
