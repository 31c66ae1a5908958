/* Kinds of customer and how late a debt is: what rows are sorted into. */
#include "core/rules/tally.h"

/* Answers of contact_row.ability and .willingness (event.proto). */
enum { ANSWER_no = 1, ANSWER_partly = 2, ANSWER_yes = 3 };

static const char *const bucket_names[TALLY_BUCKET_COUNT] = {
    [TALLY_BUCKET_not_due] = "not_due",   [TALLY_BUCKET_to_30] = "to_30",
    [TALLY_BUCKET_to_90] = "to_90",       [TALLY_BUCKET_to_180] = "to_180",
    [TALLY_BUCKET_over_180] = "over_180",
};

static const char *const class_names[TALLY_CLASS_COUNT] = {
    [TALLY_CLASS_unknown] = "unknown",     [TALLY_CLASS_short] = "short",
    [TALLY_CLASS_forgot] = "forgot",       [TALLY_CLASS_suspected] = "suspected",
    [TALLY_CLASS_unwilling] = "unwilling",
};

const char *tally_bucket_name(enum tally_bucket bucket)
{
    CHECK(bucket < TALLY_BUCKET_COUNT);
    return bucket_names[bucket];
}

const char *tally_class_name(enum tally_class class)
{
    CHECK(class < TALLY_CLASS_COUNT);
    return class_names[class];
}

enum tally_bucket tally_bucket_of(int32_t due_day, int32_t as_of_day)
{
    int64_t past_due = (int64_t)as_of_day - due_day;
    if (past_due <= 0) {
        return TALLY_BUCKET_not_due;
    }
    if (past_due <= 30) {
        return TALLY_BUCKET_to_30;
    }
    if (past_due <= 90) {
        return TALLY_BUCKET_to_90;
    }
    return past_due < TALLY_BAD_DAYS ? TALLY_BUCKET_to_180 : TALLY_BUCKET_over_180;
}

/* Whether the reason is a matter of means: requirement 79. */
static bool reason_is_shortage(uint32_t reason)
{
    switch ((enum default_reason)reason) {
    case DEFAULT_REASON_short_of_funds:
    case DEFAULT_REASON_income_lost:
    case DEFAULT_REASON_income_late:
    case DEFAULT_REASON_illness:
    case DEFAULT_REASON_family_hardship:
    case DEFAULT_REASON_business_slow:
    case DEFAULT_REASON_receivables_late:
    case DEFAULT_REASON_season_closure:
    case DEFAULT_REASON_tight_credit:
    case DEFAULT_REASON_over_indebted:
    case DEFAULT_REASON_disaster:
    case DEFAULT_REASON_separation:
        return true;
    case DEFAULT_REASON_none:
    case DEFAULT_REASON_title_dispute:
    case DEFAULT_REASON_product_dispute:
    case DEFAULT_REASON_amount_dispute:
    case DEFAULT_REASON_bank_error:
    case DEFAULT_REASON_debit_failed:
    case DEFAULT_REASON_not_informed:
    case DEFAULT_REASON_forgot:
    case DEFAULT_REASON_unwilling:
    case DEFAULT_REASON_identity_misused:
    case DEFAULT_REASON_other:
    case DEFAULT_REASON_refused_to_say:
        break;
    }
    return false;
}

/* Ability first: whoever cannot pay is never called unwilling. */
enum tally_class tally_class_of(uint32_t ability, uint32_t willingness, uint32_t default_reason)
{
    if (default_reason == DEFAULT_REASON_forgot || default_reason == DEFAULT_REASON_not_informed) {
        return TALLY_CLASS_forgot;
    }
    bool is_unable = ability == ANSWER_no || ability == ANSWER_partly;
    bool is_refusing = willingness == ANSWER_no ||
                       (willingness == 0 && default_reason == DEFAULT_REASON_unwilling);
    if (is_refusing) {
        bool can_pay = ability == ANSWER_yes || default_reason == DEFAULT_REASON_unwilling;
        return can_pay && ability != ANSWER_no ? TALLY_CLASS_suspected : TALLY_CLASS_unknown;
    }
    if (is_unable || reason_is_shortage(default_reason)) {
        return TALLY_CLASS_short;
    }
    return TALLY_CLASS_unknown;
}
