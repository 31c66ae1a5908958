#include "core/rules/law_test.h"

#include "core/domain/date.h"

enum { DAY_SECONDS = 86400 };

int64_t law_test_value(const struct judging *judging, uint32_t fact)
{
    if (fact == LAW_FACT_unknowing && judging->has_unknowing) {
        return 1;
    }
    return law_get(judging->situation, (enum law_fact)fact);
}

bool law_test_is_yes(const struct judging *judging, uint32_t fact)
{
    int64_t value = law_test_value(judging, fact);
    return value != LAW_UNKNOWN && value != 0;
}

/* ---- does a record apply? ---- */

/* Whom it is about: at the door the one who was met, before it and about the case's flags the
 * one to whom the visit is. Not said: the borrower. */
static uint16_t role_bit(const struct judging *judging, const struct law_record *record)
{
    uint8_t stages = judging->situation->stages;
    bool is_met = (stages & (LAW_STAGE_capture | LAW_STAGE_arrange)) != 0 ||
                  ((stages & LAW_STAGE_merge) != 0 && record->kind != LAW_KIND_FLAG);
    int64_t role = is_met ? law_test_value(judging, LAW_FACT_role) : LAW_UNKNOWN;
    role = role == LAW_UNKNOWN ? law_test_value(judging, LAW_FACT_target) : role;
    role = role == LAW_UNKNOWN ? LAW_ROLE_SELF : role;
    return role > 0 && role < 16 ? (uint16_t)(1U << role) : 0;
}

static bool if_holds(const struct judging *judging, const struct law_record *record)
{
    if (record->kind == LAW_KIND_TW || record->if_mask == 0) {
        return true;
    }
    int64_t value = law_test_value(judging, record->if_fact);
    return value != LAW_UNKNOWN && ((uint64_t)value & record->if_mask) != 0;
}

bool law_test_applies(const struct judging *judging, const struct law_record *record)
{
    if (judging->day < record->from_day || judging->day >= record->to_day ||
        (judging->flags & record->unless_flags) != 0 || !if_holds(judging, record)) {
        return false;
    }
    bool is_setting = record->kind == LAW_KIND_RANGE && record->severity == SEVERITY_ok;
    if (!is_setting && record->flags != 0 && (judging->flags & record->flags) == 0) {
        return false;
    }
    return record->roles == 0 || (record->roles & role_bit(judging, record)) != 0;
}

/* ---- the tests ---- */

static struct finding unknown(void)
{
    return (struct finding){.has_fired = true, .is_unknown = true};
}

static struct finding found(bool has_fired, int64_t value)
{
    return (struct finding){.has_fired = has_fired, .value = value};
}

static struct finding test_window(const struct judging *judging, const struct law_record *record)
{
    int64_t second = judging->second;
    if (record->fact_b != 0 && (judging->situation->stages & LAW_STAGE_merge) != 0) {
        int64_t longer = law_test_value(judging, record->fact_b);
        if (longer == LAW_UNKNOWN) {
            return found(false, 0);
        }
        second += longer < 0 ? 0 : longer < DAY_SECONDS ? longer : DAY_SECONDS;
    }
    bool is_inside = second >= record->p0 && second < record->p1;
    int64_t left = record->p1 - second;
    if (record->if_mask != 0) {
        return found(is_inside && left < (int64_t)record->if_mask, (left + 59) / 60);
    }
    return found(!is_inside, second);
}

static struct finding test_day(const struct judging *judging, const struct law_record *record)
{
    int64_t classes = (date_weekday(judging->day) == 7 ? LAW_DAY_SUNDAY : 0) |
                      (law_test_is_yes(judging, LAW_FACT_holiday) ? LAW_DAY_HOLIDAY : 0) |
                      (law_test_is_yes(judging, LAW_FACT_sensitive_day) ? LAW_DAY_SENSITIVE : 0) |
                      LAW_DAY_EVERY;
    struct finding finding = found((classes & record->p0) != 0, classes & record->p0);
    finding.next_day = judging->day + 1;
    return finding;
}

static struct finding test_rate(const struct judging *judging, const struct law_record *record)
{
    int64_t count = law_test_value(judging, record->fact_a);
    if (count == LAW_UNKNOWN) {
        return unknown();
    }
    struct finding finding = found(count >= record->p0, count);
    if (record->p1 > 0 && record->p0 > 0) {
        int64_t oldest =
            record->fact_b == 0 ? LAW_UNKNOWN : law_test_value(judging, record->fact_b);
        bool is_known = oldest != LAW_UNKNOWN && oldest <= judging->day && record->p1 > 1 &&
                        judging->day - oldest < record->p1 && count == record->p0;
        finding.next_day = (is_known ? oldest : judging->day) + record->p1;
    }
    return finding;
}

static struct finding test_cool(const struct judging *judging, const struct law_record *record)
{
    int64_t last = law_test_value(judging, record->fact_a);
    if (last == LAW_UNKNOWN) {
        return unknown();
    }
    if (last < -1000000 || last > 1000000) {
        return found(last > 0, last); /* no such day: never over, or long over */
    }
    int64_t free_day = date_add_months((int32_t)last, (int32_t)record->p1) + record->p0;
    struct finding finding = found(judging->day < free_day, last);
    finding.next_day = free_day;
    return finding;
}

static struct finding test_require(const struct judging *judging, const struct law_record *record)
{
    if (record->fact_b != 0 && law_test_is_yes(judging, record->fact_b)) {
        return found(false, 0);
    }
    int64_t value = law_test_value(judging, record->fact_a);
    return value == LAW_UNKNOWN ? unknown() : found((value != 0) != (record->p0 != 0), value);
}

struct finding law_test_range(const struct judging *judging, const struct law_record *record)
{
    int64_t value = law_test_value(judging, record->fact_a);
    return value == LAW_UNKNOWN ? unknown()
                                : found(value < record->p0 || value > record->p1, value);
}

static int64_t less(int64_t from, int64_t what)
{
    int64_t result;
    return __builtin_sub_overflow(from, what, &result) ? (what > 0 ? INT64_MIN + 1 : INT64_MAX)
                                                       : result;
}

static struct finding test_compare(const struct judging *judging, const struct law_record *record)
{
    int64_t value = law_test_value(judging, record->fact_a);
    int64_t limit = law_test_value(judging, record->fact_b);
    int64_t unless = record->p0 >> 8;
    if (unless > 0 && unless < LAW_FACT_COUNT && law_test_is_yes(judging, (uint32_t)unless)) {
        return found(false, 0);
    }
    bool is_most = (record->p0 & 1) == 0;
    if (value == LAW_UNKNOWN || limit == LAW_UNKNOWN) {
        return unknown();
    }
    if (record->p1 > 0 && record->p1 < LAW_FACT_COUNT) {
        int64_t off = law_test_value(judging, (uint32_t)record->p1);
        limit = off == LAW_UNKNOWN ? limit : less(limit, off);
    }
    bool is_right = is_most ? value <= limit : value >= limit;
    return found(!is_right, is_most ? less(value, limit) : less(limit, value));
}

/* All rows of the rule, of which `record` is the first. */
static struct finding test_matrix(const struct judging *judging, const struct law_record *record)
{
    int64_t told = law_test_value(judging, record->fact_a);
    if (told == LAW_UNKNOWN) {
        return unknown();
    }
    int64_t allowed = 0;
    for (size_t i = judging->index; i < judging->image->record_count; i++) {
        struct law_record row = law_record_read(judging->image->records + i * LAW_RECORD_SIZE);
        if (row.rule != record->rule || row.kind != LAW_KIND_MATRIX) {
            break;
        }
        if (law_test_applies(judging, &row)) {
            allowed |= row.p0;
        }
    }
    return found((told & ~allowed) != 0, told & ~allowed);
}

static struct finding test_bits(const struct judging *judging, const struct law_record *record)
{
    int64_t value = law_test_value(judging, record->fact_a);
    return value == LAW_UNKNOWN ? unknown() : found((value & record->p0) != 0, value & record->p0);
}

static struct finding test_sequence(const struct judging *judging, const struct law_record *record)
{
    int64_t done = law_test_value(judging, record->fact_a);
    int64_t since = law_test_value(judging, record->fact_b);
    if (done == LAW_UNKNOWN || since == LAW_UNKNOWN) {
        return unknown();
    }
    bool is_day =
        record->fact_b != 0 && law_fact_row((enum law_fact)record->fact_b)->unit == LAW_UNIT_day;
    int64_t passed = is_day ? less(judging->day, since) : since;
    return found((done != 0) == (record->p1 != 0) && passed > record->p0, passed);
}

static struct finding test_approval(const struct judging *judging, const struct law_record *record)
{
    int64_t value = law_test_value(judging, record->fact_a);
    int64_t cap = law_test_value(judging, record->fact_b);
    if (value == LAW_UNKNOWN || cap == LAW_UNKNOWN) {
        return unknown();
    }
    int64_t until = law_test_value(judging, LAW_FACT_approved_until);
    bool is_void = law_test_is_yes(judging, LAW_FACT_approved_self) ||
                   (until != LAW_UNKNOWN && judging->situation->at_ms >= until);
    int64_t valid_cap = is_void && cap > 0 ? 0 : cap;
    return found(value > valid_cap, less(value, valid_cap));
}

static struct finding test_place(const struct judging *judging, const struct law_record *record)
{
    if (record->p0 != 0) {
        int64_t place = law_test_value(judging, record->fact_a);
        if (place == LAW_UNKNOWN) {
            return unknown();
        }
        return found(place >= 0 && place < 32 && (record->p0 >> place & 1) != 0, place);
    }
    int64_t metres = law_test_value(judging, record->fact_b);
    return metres == LAW_UNKNOWN ? unknown() : found(metres > record->p1, metres);
}

static struct finding test_retention(const struct judging *judging, const struct law_record *record)
{
    if (record->p0 > 0 && law_test_is_yes(judging, LAW_FACT_legal_hold)) {
        return found(true, 0);
    }
    int64_t since = law_test_value(judging, record->fact_b);
    if (since == LAW_UNKNOWN || since < -1000000 || since > 1000000) {
        return unknown();
    }
    int64_t kept_days = judging->day - since;
    if (record->p0 > 0) {
        return found(judging->day < date_add_months((int32_t)since, (int32_t)record->p0),
                     kept_days);
    }
    return found(kept_days > record->p1, kept_days);
}

struct finding law_test_record(const struct judging *judging, const struct law_record *record)
{
    switch ((enum law_kind)record->kind) {
    case LAW_KIND_TW:
        return test_window(judging, record);
    case LAW_KIND_DAY:
        return test_day(judging, record);
    case LAW_KIND_RATE:
        return test_rate(judging, record);
    case LAW_KIND_COOL:
        return test_cool(judging, record);
    case LAW_KIND_FLAG:
        return found(true, 0);
    case LAW_KIND_REQ:
        return test_require(judging, record);
    case LAW_KIND_RANGE:
        return law_test_range(judging, record);
    case LAW_KIND_CMP:
        return test_compare(judging, record);
    case LAW_KIND_MATRIX:
        return test_matrix(judging, record);
    case LAW_KIND_TAG:
    case LAW_KIND_FIELD:
        return test_bits(judging, record);
    case LAW_KIND_TEXT:
        return found(law_image_has_word(judging->image, judging->situation->note), 0);
    case LAW_KIND_SEQ:
        return test_sequence(judging, record);
    case LAW_KIND_APPR:
        return test_approval(judging, record);
    case LAW_KIND_GEO:
        return test_place(judging, record);
    case LAW_KIND_RETAIN:
        return test_retention(judging, record);
    case LAW_KIND_FRESH: {
        int64_t age = law_test_value(judging, record->fact_a);
        return age == LAW_UNKNOWN ? unknown() : found(age > record->p0, age);
    }
    }
    UNREACHABLE(); /* law_image_open() takes known kinds only */
}
