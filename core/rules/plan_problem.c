#include "core/rules/plan_problem.h"

#include <string.h>

static int by_number(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

int plan_problem_compare(const struct plan_value *a, const struct plan_value *b)
{
    if (a->mandatory_missing != b->mandatory_missing) {
        return by_number(b->mandatory_missing, a->mandatory_missing);
    }
    if (a->worth != b->worth) {
        return by_number(a->worth, b->worth);
    }
    if (a->finish_s != b->finish_s) {
        return by_number(b->finish_s, a->finish_s);
    }
    return by_number(b->travel_s, a->travel_s);
}

static bool is_time(int32_t time_s)
{
    return time_s >= 0 && time_s <= PLAN_TIME_MAX;
}

static bool is_point(const struct plan_problem *problem, uint32_t point)
{
    return point < problem->point_count;
}

static bool is_visit_sound(const struct plan_problem *problem, const struct plan_visit *visit)
{
    bool is_sound = visit->score <= PLAN_SCORE_MAX &&
                    visit->own_worth <= PLAN_SCORE_MAX * PLAN_WORTH && is_time(visit->service_s) &&
                    visit->window_count >= 1 && visit->window_count <= PLAN_WINDOWS_MAX &&
                    (visit->is_break || is_point(problem, visit->point));
    if (!is_sound) {
        return false;
    }
    if (visit->is_break && (visit->window_count != 1 || visit->lock != 0 || visit->is_leading ||
                            (problem->shift_count > 1 &&
                             (visit->shifts == 0 || (visit->shifts & (visit->shifts - 1)) != 0)))) {
        return false;
    }
    for (uint32_t w = 0; w < visit->window_count; w++) {
        const struct plan_window *window = &visit->windows[w];
        if (!is_time(window->open_s) || !is_time(window->close_s) ||
            window->open_s > window->close_s ||
            (w > 0 && window->open_s <= visit->windows[w - 1].close_s)) {
            return false;
        }
    }
    return true;
}

static bool is_shift_sound(const struct plan_problem *problem, const struct plan_shift *shift)
{
    return is_point(problem, shift->start_point) &&
           (shift->end_point == PLAN_NONE || is_point(problem, shift->end_point)) &&
           (shift->partner_start_point == PLAN_NONE ||
            is_point(problem, shift->partner_start_point)) &&
           (shift->partner_end_point == PLAN_NONE || is_point(problem, shift->partner_end_point)) &&
           is_time(shift->start_s) && is_time(shift->end_s);
}

static bool is_keep_sound(const struct plan_problem *problem)
{
    const struct plan_keep *keep = &problem->keep;
    enum { WORTH_MAX = PLAN_SCORE_MAX * PLAN_WORTH };
    if (keep->visit_worth < 0 || keep->visit_worth > WORTH_MAX || keep->leg_worth < 0 ||
        keep->leg_worth > WORTH_MAX || keep->minute_worth < 0 || keep->minute_worth > WORTH_MAX) {
        return false;
    }
    for (size_t i = 0; keep->shown != NULL && i < problem->visit_count; i++) {
        const struct plan_shown *shown = &keep->shown[i];
        if (!is_time(shown->begin_s) ||
            (shown->before != PLAN_NONE && shown->before >= problem->visit_count)) {
            return false;
        }
    }
    return true;
}

static bool is_hours_sound(const struct plan_hours *hours)
{
    for (size_t i = 0; i < hours->count; i++) {
        if (i == PLAN_HOURS_MAX || hours->bands[i].permille > PLAN_WHOLE ||
            (i > 0 && hours->bands[i].until_s <= hours->bands[i - 1].until_s)) {
            return false;
        }
    }
    return true;
}

enum err plan_problem_check(const struct plan_problem *problem)
{
    if (problem->visit_count > PLAN_VISITS_MAX || problem->shift_count > PLAN_SHIFTS_MAX ||
        problem->point_count > PLAN_VISITS_MAX + 4 * PLAN_SHIFTS_MAX) {
        return ERR_too_many;
    }
    bool is_sound =
        problem->shift_count >= 1 && is_keep_sound(problem) && is_hours_sound(&problem->hours);
    for (size_t s = 0; is_sound && s < problem->shift_count; s++) {
        is_sound = is_shift_sound(problem, &problem->shifts[s]);
    }
    for (size_t i = 0; is_sound && i < problem->visit_count; i++) {
        is_sound = is_visit_sound(problem, &problem->visits[i]);
    }
    for (size_t i = 0; is_sound && i < problem->point_count * problem->point_count; i++) {
        is_sound = problem->travel_s[i] >= 0;
    }
    return is_sound ? OK : ERR_out_of_range;
}

struct plan_answer plan_problem_answer(struct arena *arena, const struct plan_problem *problem)
{
    struct plan_answer answer = {.tours =
                                     ARENA_ARRAY(arena, problem->shift_count, struct plan_tour)};
    for (size_t s = 0; s < problem->shift_count; s++) {
        answer.tours[s].visits = ARENA_ARRAY(arena, problem->visit_count + 1, uint32_t);
    }
    return answer;
}

void plan_problem_copy(const struct plan_problem *problem, const struct plan_answer *from,
                       struct plan_answer *to)
{
    for (size_t s = 0; s < problem->shift_count; s++) {
        to->tours[s].count = from->tours[s].count;
        memcpy(to->tours[s].visits, from->tours[s].visits, from->tours[s].count * sizeof(uint32_t));
    }
    to->value = from->value;
}

uint64_t plan_problem_hash(const struct plan_problem *problem, const struct plan_answer *answer)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t s = 0; s < problem->shift_count; s++) {
        for (uint32_t i = 0; i <= answer->tours[s].count; i++) {
            uint32_t word = i == answer->tours[s].count ? PLAN_NONE : answer->tours[s].visits[i];
            for (int shift = 0; shift < 32; shift += 8) {
                hash = (hash ^ (word >> shift & 0xff)) * UINT64_C(0x100000001b3);
            }
        }
    }
    return hash;
}
