#include "core/rules/plan_keep.h"

enum {
    LEG_PERCENT = 18,   /* of the mean score of a planned visit, for a leg that stays */
    VISIT_PERCENT = 25, /* for a visit that stays */
    MINUTE_PERCENT = 20 /* for a minute by which an announced time moves too far */
};

/* Where hours count, a visit is worth but a part of its score. */
static int64_t mean_permille(const struct plan_hours *hours)
{
    int64_t sum = 0;
    for (size_t i = 0; i < hours->count; i++) {
        sum += hours->bands[i].permille;
    }
    return hours->count == 0 ? PLAN_WHOLE : sum / (int64_t)hours->count;
}

struct plan_keep plan_keep_make(const struct plan_problem *problem, const struct plan_shown *shown)
{
    int64_t score = 0;
    int64_t count = 0;
    for (size_t i = 0; i < problem->visit_count; i++) {
        if (shown[i].is_planned) {
            score += problem->visits[i].score;
            count++;
        }
    }
    if (count == 0) {
        return (struct plan_keep){0};
    }
    int64_t mean_worth =
        score * mean_permille(&problem->hours) / PLAN_WHOLE * PLAN_WORTH / count + 1;
    return (struct plan_keep){
        .shown = shown,
        .visit_worth = (int32_t)(mean_worth * VISIT_PERCENT / 100 + 1),
        .leg_worth = (int32_t)(mean_worth * LEG_PERCENT / 100 + 1),
        .minute_worth = (int32_t)(mean_worth * MINUTE_PERCENT / 100 + 1),
    };
}

bool plan_keep_yields(const struct plan_value *kept, const struct plan_value *fresh)
{
    if (fresh->mandatory_missing != kept->mandatory_missing) {
        return fresh->mandatory_missing < kept->mandatory_missing;
    }
    int64_t gain = fresh->worth - kept->worth;
    if (gain > 0 && gain >= kept->worth / 1000 * PLAN_KEEP_GAIN_PERMILLE) {
        return true;
    }
    int64_t end_gain_s = kept->finish_s - fresh->finish_s;
    int64_t travel_gain_s = kept->travel_s - fresh->travel_s;
    return gain >= 0 && end_gain_s >= 0 && travel_gain_s >= 0 &&
           (end_gain_s >= PLAN_KEEP_GAIN_S || travel_gain_s >= PLAN_KEEP_GAIN_S);
}

void plan_keep_order(const struct plan_problem *problem, struct plan_tour *tour_out)
{
    uint32_t before = PLAN_NONE;
    tour_out->count = 0;
    for (;;) {
        uint32_t next = PLAN_NONE;
        for (uint32_t i = 0; i < problem->visit_count; i++) {
            const struct plan_shown *shown = &problem->keep.shown[i];
            bool is_next = before == PLAN_NONE ? shown->is_first : shown->before == before;
            if (shown->is_planned && is_next) {
                next = i;
                break;
            }
        }
        if (next == PLAN_NONE || tour_out->count == problem->visit_count) {
            return;
        }
        tour_out->visits[tour_out->count++] = next;
        before = next;
    }
}
