/* Goal: a stop bites everywhere at once, by the image too: the planner, check-in, the open door, an
 * arrangement, a payment and headquarters' merge, where what the tablet did not know is a warning
 * with X03. The same by the gate: tests/core/rules/test_stops.c; in the report:
 * tests/sync/server/report/test_rejudge.c. */
#include "tests/sync/server/policy/law_made.h"

enum { POINTS = 6 };

static const struct {
    const char *name;
    uint8_t stage, channel;
} points[POINTS] = {
    {"planner", LAW_STAGE_plan, LAW_CHANNEL_visit},
    {"check-in", LAW_STAGE_checkin, LAW_CHANNEL_visit},
    {"door", LAW_STAGE_capture, LAW_CHANNEL_visit},
    {"arrangement", LAW_STAGE_arrange, LAW_CHANNEL_plan_offer},
    {"payment", LAW_STAGE_arrange, LAW_CHANNEL_pay},
    {"merge", LAW_STAGE_merge, LAW_CHANNEL_visit},
};

#define OK_ SEVERITY_ok
#define WARN SEVERITY_warn
#define BLOCK SEVERITY_block
static const struct {
    const char *rule;
    uint32_t flag;
    enum severity expected[POINTS];
} rows[] = {
    {"S01", LAW_FLAG_CEASE, {WARN, WARN, WARN, OK_, OK_, WARN}},
    {"S02", LAW_FLAG_NO_VISITS, {BLOCK, BLOCK, BLOCK, OK_, OK_, OK_}},
    {"S03", LAW_FLAG_DISPUTE, {WARN, WARN, WARN, WARN, WARN, WARN}},
    {"S04", LAW_FLAG_IDENTITY, {BLOCK, BLOCK, BLOCK, OK_, OK_, BLOCK}},
    {"S05", LAW_FLAG_MORATORIUM, {BLOCK, BLOCK, BLOCK, OK_, OK_, BLOCK}},
    {"S06", LAW_FLAG_DECEASED, {BLOCK, BLOCK, BLOCK, OK_, OK_, BLOCK}},
    {"S07", LAW_FLAG_INCAPACITY, {BLOCK, BLOCK, BLOCK, OK_, OK_, OK_}},
    {"S08", LAW_FLAG_ACUTE, {BLOCK, BLOCK, BLOCK, OK_, OK_, OK_}},
    {"S09", LAW_FLAG_HARDSHIP, {WARN, WARN, WARN, WARN, WARN, OK_}},
    {"S10", LAW_FLAG_PLAN_KEPT, {BLOCK, BLOCK, BLOCK, OK_, OK_, OK_}},
    {"S11", LAW_FLAG_COMPLAINT, {WARN, WARN, OK_, OK_, OK_, WARN}},
    {"S12", LAW_FLAG_RECALLED, {BLOCK, BLOCK, BLOCK, BLOCK, BLOCK, BLOCK}},
    {"S12", LAW_FLAG_SETTLED, {BLOCK, BLOCK, BLOCK, BLOCK, BLOCK, BLOCK}},
    {"S13", LAW_FLAG_LEGALITY, {BLOCK, BLOCK, OK_, BLOCK, BLOCK, BLOCK}},
    {"P08", LAW_FLAG_REPRESENTED, {BLOCK, BLOCK, BLOCK, OK_, OK_, OK_}},
};

static enum severity found(const struct law_image *image, const struct law_situation *situation,
                           const char *rule, bool *is_unknowing_out)
{
    struct law_verdict verdict;
    uint16_t id = 0;
    EXPECT_OK(law_rule_from_text(str_from(rule), &id));
    law_judge(image, situation, &verdict);
    const struct law_fired *fired = law_verdict_find(&verdict, id);
    *is_unknowing_out = law_verdict_find(&verdict, LAW_RULE_ID('X', 3)) != NULL;
    return fired == NULL ? SEVERITY_ok : (enum severity)fired->severity;
}

TEST(test_every_stop_bites_at_every_point_by_the_image)
{
    struct arena arena;
    struct law_image image;
    arena_init(&arena, 0);
    made_image(&arena, "cn", &image);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t p = 0; p < POINTS; p++) {
            struct law_situation situation = law_situation_ordinary();
            bool is_unknowing;
            situation.at_ms = INT64_C(1794969000000); /* 2026-11-18 10:30 in Shanghai */
            situation.zone = image.zone;
            situation.stages = points[p].stage;
            situation.channel = points[p].channel;
            situation.flags = rows[i].flag;
            situation.known_flags = rows[i].flag;
            enum severity severity = found(&image, &situation, rows[i].rule, &is_unknowing);
            if (severity != rows[i].expected[p]) {
                fail_msg("%s at %s: %s, not %s", rows[i].rule, points[p].name,
                         severity_name(severity), severity_name(rows[i].expected[p]));
            }
            EXPECT_ROW(rows[i].rule, !is_unknowing);
            if (points[p].stage != LAW_STAGE_merge || severity == SEVERITY_ok) {
                continue;
            }
            situation.known_flags = 0;
            EXPECT_ROW(rows[i].rule,
                       found(&image, &situation, rows[i].rule, &is_unknowing) == SEVERITY_warn);
            EXPECT_ROW(rows[i].rule, is_unknowing);
        }
    }
    arena_deinit(&arena);
}
