#include "core/domain/clock_judge.h"

#include "core/domain/catalog.h"

/* 9999-12-31: arithmetic on clocks beyond it means nothing and must not overflow. */
#define WALL_MAX_MS INT64_C(253402300799000)

struct interval {
    int64_t low_ms, high_ms;
};

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* The reading may also be one of before the anchor: the time since boot ties both. */
static bool is_of_boot(const struct clock_judge_anchor *anchor, const struct clock_reading *now)
{
    return anchor->at_ms > 0 && anchor->boot != 0 && anchor->boot == now->boot;
}

static int64_t drift_ms(int64_t passed_ms)
{
    int64_t length_ms = passed_ms < 0 ? -passed_ms : passed_ms;
    return length_ms / CLOCK_JUDGE_DRIFT_DIVISOR;
}

/* The right time now, by an anchor of this boot. */
static struct interval carried(const struct clock_judge_anchor *anchor,
                               const struct clock_reading *now)
{
    int64_t passed_ms = now->monotonic_ms - anchor->monotonic_ms;
    return (struct interval){
        .low_ms = anchor->at_ms + passed_ms - drift_ms(passed_ms),
        .high_ms = anchor->at_ms + anchor->slack_ms + passed_ms + drift_ms(passed_ms),
    };
}

static bool meet(const struct interval *a, const struct interval *b, struct interval *both_out)
{
    both_out->low_ms = a->low_ms > b->low_ms ? a->low_ms : b->low_ms;
    both_out->high_ms = a->high_ms < b->high_ms ? a->high_ms : b->high_ms;
    return both_out->low_ms <= both_out->high_ms;
}

/* The wall clock did not go on as the time since boot did. */
static bool has_jumped(const struct clock_judge_anchor *anchor, const struct clock_reading *now,
                       int64_t wall_ms)
{
    if (anchor->wall_ms == 0) {
        return false;
    }
    int64_t passed_ms = now->monotonic_ms - anchor->monotonic_ms;
    int64_t jump_ms = wall_ms - clamp(anchor->wall_ms, 0, WALL_MAX_MS) - passed_ms;
    int64_t allowed_ms = CLOCK_JUDGE_TOLERANCE_MS + drift_ms(passed_ms);
    return jump_ms > allowed_ms || jump_ms < -allowed_ms;
}

static int32_t offset_s(int64_t ahead_ms)
{
    bool is_noise = ahead_ms < CLOCK_JUDGE_NOISE_MS && ahead_ms > -CLOCK_JUDGE_NOISE_MS;
    return is_noise ? 0 : (int32_t)clamp(ahead_ms / 1000, INT32_MIN, INT32_MAX);
}

static struct clock_judgement judge_bounded(const struct interval *right, int64_t wall_ms,
                                            bool was_set)
{
    int64_t best_ms = clamp(wall_ms, right->low_ms, right->high_ms);
    int64_t ahead_ms = wall_ms - best_ms;
    struct clock_judgement judgement = {
        .quality = CLOCK_QUALITY_none,
        .best_ms = best_ms,
        .least_ms = right->low_ms,
        .is_bounded = true,
        .offset_s = offset_s(ahead_ms),
    };
    if (was_set) {
        judgement.quality = CLOCK_QUALITY_jumped;
    } else if (ahead_ms > CLOCK_JUDGE_TOLERANCE_MS) {
        judgement.quality = CLOCK_QUALITY_ahead_of_headquarters;
    } else if (ahead_ms < -CLOCK_JUDGE_TOLERANCE_MS) {
        judgement.quality = CLOCK_QUALITY_behind_headquarters;
    }
    return judgement;
}

/* Only a time that has passed is known, or none. */
static struct clock_judgement judge_unbounded(int64_t passed_at_ms, int64_t wall_ms)
{
    struct clock_judgement judgement = {
        .quality = CLOCK_QUALITY_never_checked,
        .best_ms = wall_ms,
        .least_ms = passed_at_ms,
    };
    if (passed_at_ms == 0) {
        return judgement;
    }
    int64_t last_ms = passed_at_ms + CLOCK_JUDGE_ABSENCE_MS;
    judgement.quality = CLOCK_QUALITY_since_boot_unchecked;
    if (wall_ms + CLOCK_JUDGE_TOLERANCE_MS < passed_at_ms) {
        judgement.quality = CLOCK_QUALITY_behind_headquarters;
        judgement.best_ms = passed_at_ms;
        judgement.offset_s = offset_s(wall_ms - passed_at_ms);
    } else if (wall_ms > last_ms) {
        judgement.quality = CLOCK_QUALITY_ahead_of_headquarters;
        judgement.best_ms = passed_at_ms;
        judgement.offset_s = offset_s(wall_ms - last_ms);
    }
    return judgement;
}

struct clock_judgement clock_judge(const struct clock_reading *now,
                                   const struct clock_judge_anchor *hq,
                                   const struct clock_judge_anchor *satellite)
{
    int64_t wall_ms = clamp(now->wall_ms, 0, WALL_MAX_MS);
    bool has_hq = is_of_boot(hq, now);
    bool has_satellite = is_of_boot(satellite, now);
    if (!has_hq && !has_satellite) {
        return judge_unbounded(hq->at_ms, wall_ms);
    }
    struct interval right = carried(has_hq ? hq : satellite, now);
    if (has_hq && has_satellite) {
        struct interval other = carried(satellite, now);
        struct interval both;
        right = meet(&right, &other, &both) ? both : right;
    }
    return judge_bounded(&right, wall_ms, has_hq && has_jumped(hq, now, wall_ms));
}

static struct clock_judge_anchor anchored(const struct interval *right,
                                          const struct clock_reading *now)
{
    return (struct clock_judge_anchor){
        .at_ms = right->low_ms,
        .slack_ms = right->high_ms - right->low_ms,
        .wall_ms = now->wall_ms,
        .monotonic_ms = now->monotonic_ms,
        .boot = now->boot,
    };
}

/* An answer of which only its hour is known, nothing of when it was asked for. */
static struct clock_judge_anchor merge_passed(const struct clock_judge_anchor *known,
                                              int64_t passed_at_ms, const struct clock_reading *now)
{
    if (!is_of_boot(known, now)) {
        int64_t at_ms = known->at_ms > passed_at_ms ? known->at_ms : passed_at_ms;
        return (struct clock_judge_anchor){.at_ms = at_ms};
    }
    struct interval right = carried(known, now);
    if (passed_at_ms <= right.low_ms) {
        return *known;
    }
    if (passed_at_ms > right.high_ms) {
        return (struct clock_judge_anchor){.at_ms = passed_at_ms};
    }
    right.low_ms = passed_at_ms;
    return anchored(&right, now);
}

struct clock_judge_anchor clock_judge_merge(const struct clock_judge_anchor *known,
                                            const struct clock_judge_anchor *fresh,
                                            const struct clock_reading *now)
{
    if (!is_of_boot(fresh, now)) {
        return merge_passed(known, fresh->at_ms, now);
    }
    struct interval told = carried(fresh, now);
    if (!is_of_boot(known, now)) {
        return anchored(&told, now);
    }
    struct interval right = carried(known, now);
    struct interval both;
    if (!meet(&right, &told, &both)) {
        return anchored(&told, now);
    }
    bool is_nothing_new = both.low_ms == right.low_ms && both.high_ms == right.high_ms;
    return is_nothing_new ? *known : anchored(&both, now);
}
