/* What a tally can count only when it has all rows of a case. */
#include "core/domain/money.h"
#include "core/rules/tally_private.h"

static int64_t case_owed_then(const struct tally_case *one)
{
    int64_t owed_minor = one->owed_minor;
    tally_sum(&owed_minor, one->case_later_minor);
    return owed_minor;
}

static void finish_end(struct tally *tally, const struct tally_case *one, int32_t ended_day)
{
    tally->ended_cases++;
    tally->ends[tally_slot(one->end_reason, TALLY_CLOSES)]++;
    if (one->end_reason != CLOSE_REASON_paid && one->end_reason != CLOSE_REASON_settled) {
        return;
    }
    tally->resolved_cases++;
    if (one->intake_day != 0 && ended_day >= one->intake_day) {
        tally->resolved_timed_cases++;
        tally_sum(&tally->resolved_days, ended_day - one->intake_day);
    }
}

static void finish_holding(struct tally *tally, const struct tally_case *one)
{
    int32_t as_of_day = tally->scope.as_of_day;
    bool is_ended = one->ended_at_ms != 0;
    int32_t ended_day = is_ended ? tally_day_of(tally, one->ended_at_ms) : INT32_MAX;
    if (is_ended && tally_day_is_inside(tally, ended_day)) {
        finish_end(tally, one, ended_day);
    }
    if (one->intake_day > as_of_day || ended_day < tally->scope.from_day) {
        return;
    }
    int64_t owed_minor = case_owed_then(one);
    tally->new_cases += tally_day_is_inside(tally, one->intake_day);
    tally_sum(&tally->portfolio_minor, owed_minor);
    tally_sum(&tally->portfolio_minor, one->case_paid_minor);
    tally_sum(&tally->portfolio_paid_minor, one->case_paid_minor);
    if (ended_day <= as_of_day) {
        return;
    }
    enum tally_bucket bucket = tally_bucket_of(one->due_day, as_of_day);
    tally->held_cases++;
    tally_sum(&tally->held_minor, owed_minor);
    tally->bucket_cases[bucket]++;
    tally_sum(&tally->bucket_minor[bucket], owed_minor);
    if (bucket != TALLY_BUCKET_not_due && owed_minor > 0) {
        tally->overdue_cases++;
        tally_sum(&tally->overdue_minor, owed_minor);
        if (bucket == TALLY_BUCKET_over_180) {
            tally->bad_cases++;
            tally_sum(&tally->bad_minor, owed_minor);
        }
    }
    tally->touched_cases +=
        one->is_contacted || (one->first_touch_day != 0 && one->first_touch_day <= as_of_day);
}

/* What was owed when work on the case began in the period; never less than what
 * was then paid, so that no recovery rate passes 100 % through interest. */
static int64_t case_involved(const struct tally_case *one)
{
    int64_t involved_minor = 0;
    if (one->is_contacted) {
        involved_minor = one->first_owed_minor;
        tally_sum(&involved_minor, one->paid_before_minor);
    } else if (one->is_known) {
        involved_minor = case_owed_then(one);
        tally_sum(&involved_minor, one->case_paid_minor);
    }
    return involved_minor > one->paid_minor ? involved_minor : one->paid_minor;
}

static void finish_work(struct tally *tally, const struct tally_case *one)
{
    if (one->is_contacted || one->is_paid) {
        tally->worked_cases++;
        tally_sum(&tally->involved_minor, case_involved(one));
    }
    tally->paid_cases += one->is_paid;
    if (!one->is_contacted) {
        return;
    }
    tally->contacted_cases++;
    tally->reached_cases += one->is_reached;
    tally->succeeded_cases += one->is_succeeded;
    for (size_t channel = 0; channel < TALLY_CHANNELS; channel++) {
        tally->contact_cases[channel] += (one->channels >> channel) & 1;
    }
    enum tally_class class = one->class;
    if (class == TALLY_CLASS_suspected && one->unwilling_count >= 2) {
        class = TALLY_CLASS_unwilling;
    }
    tally->class_cases[class]++;
}

static void finish_identity(struct tally *tally, const struct tally_case *one)
{
    if (!one->is_identity_disputed) {
        return;
    }
    tally->identity_cases++;
    if (one->is_owned && one->ended_at_ms >= one->identity_at_ms) {
        tally->identity_stopped_cases++;
        tally_sum(&tally->identity_stop_minutes, (one->ended_at_ms - one->identity_at_ms) / 60000);
    }
}

static bool case_went_to_legal(const struct tally *tally, const struct tally_case *one)
{
    return one->is_owned && one->ended_at_ms != 0 && one->end_reason == CLOSE_REASON_to_legal &&
           tally_day_is_inside(tally, tally_day_of(tally, one->ended_at_ms));
}

static int64_t share_of(int64_t amount_minor, int64_t share_bp)
{
    int64_t share_minor = 0;
    if (money_scale(amount_minor, share_bp, 10000, MONEY_ROUND_down, &share_minor) != OK) {
        return INT64_MAX;
    }
    return share_minor;
}

void tally_finish(struct tally *tally)
{
    for (size_t i = 0; i < tally->case_capacity; i++) {
        const struct tally_case *one = &tally->cases[i];
        if (one->case_no == 0) {
            continue;
        }
        if (one->is_owned) {
            finish_holding(tally, one);
        }
        finish_work(tally, one);
        finish_identity(tally, one);
        tally->friendly_cases += one->is_friendly;
        tally->strict_cases += one->is_strict || case_went_to_legal(tally, one);
    }
    if (tally->commission_bp > 0) {
        tally->commission_known = 1;
        tally->commission_minor = share_of(tally->paid_minor, tally->commission_bp);
        if (tally->share_bp > 0) {
            tally->share_known = 1;
            tally->share_minor = share_of(tally->commission_minor, tally->share_bp);
        }
    }
    /* Recovery rate times the share of visits at which no contact rule fired: recovery
     * at the price of conduct scores low. */
    if (tally->involved_minor > 0 && tally->visits > 0) {
        int64_t recovery_bp = 0;
        if (money_scale(tally->paid_minor, 10000, tally->involved_minor, MONEY_ROUND_half_up,
                        &recovery_bp) == OK) {
            tally->score_part = recovery_bp * tally->visits_clean;
            tally->score_whole = tally->visits * 10000;
        }
    }
    tally->cases = NULL;
    tally->case_capacity = 0;
}
