#include "core/rules/law_judge.h"

#include "core/domain/date.h"

#include <string.h>

enum { DAY_SECONDS = 86400, NEXT_TRIES = 64 };
enum { DAY_SUNDAY = 1, DAY_HOLIDAY = 2, DAY_SENSITIVE = 4 };

struct judging {
    const struct law_image *image;
    const struct law_situation *situation;
    struct law_verdict *verdict;
    int32_t day, second; /* local */
    uint32_t flags;      /* of the situation, and those that a count sets */
    bool has_unknowing;  /* a rule fired for a flag that the device did not know */
    bool is_endless;     /* something blocks that time does not end */
    int64_t free_day;    /* the last of the days on which what blocks by dates is free */
    size_t index;        /* of the record in hand */
};

/* What a test found. */
struct finding {
    bool has_fired, is_unknown;
    int64_t value;
    int64_t next_day;
};

struct law_situation law_situation_start(void)
{
    struct law_situation situation;
    memset(&situation, 0, sizeof situation);
    situation.channel = LAW_CHANNEL_visit;
    situation.note = STR("");
    return situation;
}

struct law_situation law_situation_ordinary(void)
{
    struct law_situation situation = law_situation_start();
    for (int fact = 1; fact < LAW_FACT_COUNT; fact++) {
        law_set(&situation, (enum law_fact)fact, law_fact_row((enum law_fact)fact)->baseline);
    }
    return situation;
}

void law_set(struct law_situation *situation, enum law_fact fact, int64_t value)
{
    CHECK(fact > LAW_FACT_none && fact < LAW_FACT_COUNT);
    uint64_t bit = UINT64_C(1) << (fact % 64);
    situation->values[fact] = value;
    if (value == LAW_UNKNOWN) {
        situation->known[fact / 64] &= ~bit;
    } else {
        situation->known[fact / 64] |= bit;
    }
}

int64_t law_get(const struct law_situation *situation, enum law_fact fact)
{
    bool is_known = (situation->known[fact / 64] >> (fact % 64) & 1) != 0;
    return is_known ? situation->values[fact] : LAW_UNKNOWN;
}

static int64_t value_of(const struct judging *judging, uint32_t fact)
{
    if (fact == LAW_FACT_unknowing && judging->has_unknowing) {
        return 1;
    }
    return law_get(judging->situation, (enum law_fact)fact);
}

static bool is_yes(const struct judging *judging, uint32_t fact)
{
    int64_t value = value_of(judging, fact);
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
    int64_t role = is_met ? value_of(judging, LAW_FACT_role) : LAW_UNKNOWN;
    role = role == LAW_UNKNOWN ? value_of(judging, LAW_FACT_target) : role;
    role = role == LAW_UNKNOWN ? LAW_ROLE_SELF : role;
    return role > 0 && role < 16 ? (uint16_t)(1U << role) : 0;
}

static bool if_holds(const struct judging *judging, const struct law_record *record)
{
    if (record->kind == LAW_KIND_TW || record->if_mask == 0) {
        return true;
    }
    int64_t value = value_of(judging, record->if_fact);
    return value != LAW_UNKNOWN && ((uint64_t)value & record->if_mask) != 0;
}

static bool applies(const struct judging *judging, const struct law_record *record)
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
        int64_t longer = value_of(judging, record->fact_b);
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
    int64_t classes = (date_weekday(judging->day) == 7 ? DAY_SUNDAY : 0) |
                      (is_yes(judging, LAW_FACT_holiday) ? DAY_HOLIDAY : 0) |
                      (is_yes(judging, LAW_FACT_sensitive_day) ? DAY_SENSITIVE : 0);
    struct finding finding = found((classes & record->p0) != 0, classes & record->p0);
    finding.next_day = judging->day + 1;
    return finding;
}

static struct finding test_rate(const struct judging *judging, const struct law_record *record)
{
    int64_t count = value_of(judging, record->fact_a);
    if (count == LAW_UNKNOWN) {
        return unknown();
    }
    struct finding finding = found(count >= record->p0, count);
    if (record->p1 > 0 && record->p0 > 0) {
        int64_t oldest = record->fact_b == 0 ? LAW_UNKNOWN : value_of(judging, record->fact_b);
        bool is_known = oldest != LAW_UNKNOWN && oldest <= judging->day && record->p1 > 1 &&
                        judging->day - oldest < record->p1 && count == record->p0;
        finding.next_day = (is_known ? oldest : judging->day) + record->p1;
    }
    return finding;
}

static struct finding test_cool(const struct judging *judging, const struct law_record *record)
{
    int64_t last = value_of(judging, record->fact_a);
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
    if (record->fact_b != 0 && is_yes(judging, record->fact_b)) {
        return found(false, 0);
    }
    int64_t value = value_of(judging, record->fact_a);
    return value == LAW_UNKNOWN ? unknown() : found((value != 0) != (record->p0 != 0), value);
}

static struct finding test_range(const struct judging *judging, const struct law_record *record)
{
    int64_t value = value_of(judging, record->fact_a);
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
    int64_t value = value_of(judging, record->fact_a);
    int64_t limit = value_of(judging, record->fact_b);
    int64_t unless = record->p0 >> 8;
    if (unless > 0 && unless < LAW_FACT_COUNT && is_yes(judging, (uint32_t)unless)) {
        return found(false, 0);
    }
    bool is_most = (record->p0 & 1) == 0;
    if (value == LAW_UNKNOWN || limit == LAW_UNKNOWN) {
        return unknown();
    }
    if (record->p1 > 0 && record->p1 < LAW_FACT_COUNT) {
        int64_t off = value_of(judging, (uint32_t)record->p1);
        limit = off == LAW_UNKNOWN ? limit : less(limit, off);
    }
    bool is_right = is_most ? value <= limit : value >= limit;
    return found(!is_right, is_most ? less(value, limit) : less(limit, value));
}

/* All rows of the rule, of which `record` is the first. */
static struct finding test_matrix(const struct judging *judging, const struct law_record *record)
{
    int64_t told = value_of(judging, record->fact_a);
    if (told == LAW_UNKNOWN) {
        return unknown();
    }
    int64_t allowed = 0;
    for (size_t i = judging->index; i < judging->image->record_count; i++) {
        struct law_record row = law_image_record(judging->image, i);
        if (row.rule != record->rule || row.kind != LAW_KIND_MATRIX) {
            break;
        }
        if (applies(judging, &row)) {
            allowed |= row.p0;
        }
    }
    return found((told & ~allowed) != 0, told & ~allowed);
}

static struct finding test_bits(const struct judging *judging, const struct law_record *record)
{
    int64_t value = value_of(judging, record->fact_a);
    return value == LAW_UNKNOWN ? unknown() : found((value & record->p0) != 0, value & record->p0);
}

static struct finding test_sequence(const struct judging *judging, const struct law_record *record)
{
    int64_t done = value_of(judging, record->fact_a);
    int64_t since = value_of(judging, record->fact_b);
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
    int64_t value = value_of(judging, record->fact_a);
    int64_t cap = value_of(judging, record->fact_b);
    if (value == LAW_UNKNOWN || cap == LAW_UNKNOWN) {
        return unknown();
    }
    int64_t until = value_of(judging, LAW_FACT_approved_until);
    bool is_void = is_yes(judging, LAW_FACT_approved_self) ||
                   (until != LAW_UNKNOWN && judging->situation->at_ms >= until);
    int64_t valid_cap = is_void && cap > 0 ? 0 : cap;
    return found(value > valid_cap, less(value, valid_cap));
}

static struct finding test_place(const struct judging *judging, const struct law_record *record)
{
    if (record->p0 != 0) {
        int64_t place = value_of(judging, record->fact_a);
        if (place == LAW_UNKNOWN) {
            return unknown();
        }
        return found(place >= 0 && place < 32 && (record->p0 >> place & 1) != 0, place);
    }
    int64_t metres = value_of(judging, record->fact_b);
    return metres == LAW_UNKNOWN ? unknown() : found(metres > record->p1, metres);
}

static struct finding test_retention(const struct judging *judging, const struct law_record *record)
{
    if (record->p0 > 0 && is_yes(judging, LAW_FACT_legal_hold)) {
        return found(true, 0);
    }
    int64_t since = value_of(judging, record->fact_b);
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

static struct finding test_record(const struct judging *judging, const struct law_record *record)
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
        return test_range(judging, record);
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
        int64_t age = value_of(judging, record->fact_a);
        return age == LAW_UNKNOWN ? unknown() : found(age > record->p0, age);
    }
    }
    UNREACHABLE(); /* law_image_open() takes known kinds only */
}

/* ---- what follows ---- */

static bool ends_by_itself(const struct law_record *record, const struct law_fired *fired)
{
    if (fired->is_unknown) {
        return false;
    }
    return record->kind == LAW_KIND_TW || record->kind == LAW_KIND_DAY ||
           ((record->kind == LAW_KIND_COOL || record->kind == LAW_KIND_RATE) &&
            fired->next_day != 0);
}

static bool has_override(const struct judging *judging, const struct law_record *record)
{
    if (record->override == LAW_OVERRIDE_consent) {
        return record->consent_fact != 0 && is_yes(judging, record->consent_fact) &&
               is_yes(judging, LAW_FACT_consent_evidence);
    }
    int64_t until = value_of(judging, LAW_FACT_token_until);
    return record->override == LAW_OVERRIDE_supervisor &&
           value_of(judging, LAW_FACT_token_rule) == record->rule && until != LAW_UNKNOWN &&
           judging->situation->at_ms < until;
}

/* Nobody stands at the door any more when headquarters judges. */
static uint32_t obligations_of(uint8_t stages, uint32_t obligations)
{
    bool is_at_door = (stages & (LAW_STAGE_checkin | LAW_STAGE_capture | LAW_STAGE_arrange)) != 0;
    uint32_t at_door =
        LAW_OBLIGATION_START_REC | LAW_OBLIGATION_STOP_REC | LAW_OBLIGATION_LEAVE_NOW;
    return is_at_door ? obligations : obligations & ~at_door;
}

static void fire(struct judging *judging, const struct law_record *record,
                 const struct finding *finding)
{
    struct law_fired fired = {
        .rule = record->rule,
        .severity = finding->is_unknown ? record->unknown_severity : record->severity,
        .is_unknown = finding->is_unknown,
        .record = (uint16_t)judging->index,
        .value = finding->value,
        .next_day = finding->next_day,
    };
    if (fired.severity > SEVERITY_log && has_override(judging, record)) {
        fired.severity = SEVERITY_log;
        fired.is_overridden = true;
    }
    bool is_flagged = record->flags != 0 && (judging->situation->stages & LAW_STAGE_merge) != 0 &&
                      (judging->flags & record->flags & judging->situation->known_flags) == 0;
    if (is_flagged && fired.severity != SEVERITY_ok) {
        judging->has_unknowing = true;
        fired.severity = fired.severity > SEVERITY_warn ? SEVERITY_warn : fired.severity;
    }
    if (fired.severity == SEVERITY_ok) {
        return;
    }
    if (fired.severity == SEVERITY_block) {
        judging->is_endless = judging->is_endless || !ends_by_itself(record, &fired);
        judging->free_day = fired.next_day > judging->free_day ? fired.next_day : judging->free_day;
    }
    struct law_verdict *verdict = judging->verdict;
    if (!fired.is_overridden) {
        verdict->obligations |= obligations_of(judging->situation->stages, record->obligations);
    }
    verdict->severity = fired.severity > verdict->severity ? fired.severity : verdict->severity;
    struct law_fired *last =
        verdict->fired_count == 0 ? NULL : &verdict->fired[verdict->fired_count - 1];
    if (last != NULL && last->rule == fired.rule) {
        if (fired.severity > last->severity) {
            *last = fired;
        }
        return;
    }
    CHECK(verdict->fired_count < LAW_FIRED_MAX); /* the records of a rule lie side by side */
    verdict->fired[verdict->fired_count++] = fired;
}

static bool is_looked_at(const struct law_situation *situation, const uint8_t *bytes)
{
    return (bytes[6] & situation->stages) != 0 && (bytes[7] & situation->channel) != 0;
}

/* Counts that say the debtor cannot be reached come before the rules that read it. */
static void set_flags(struct judging *judging)
{
    for (size_t i = 0; i < judging->image->record_count; i++) {
        const uint8_t *bytes = judging->image->records + i * LAW_RECORD_SIZE;
        if (bytes[2] != LAW_KIND_RANGE || bytes[3] != SEVERITY_ok) {
            continue;
        }
        struct law_record record = law_record_read(bytes);
        struct finding finding = test_range(judging, &record);
        if (applies(judging, &record) && finding.has_fired && !finding.is_unknown) {
            judging->flags |= record.flags;
        }
    }
}

static void run_records(struct judging *judging)
{
    const struct law_image *image = judging->image;
    uint16_t matrix_done = 0;
    for (size_t i = 0; i < image->record_count; i++) {
        const uint8_t *bytes = image->records + i * LAW_RECORD_SIZE;
        if (!is_looked_at(judging->situation, bytes)) {
            continue;
        }
        struct law_record record = law_record_read(bytes);
        judging->index = i;
        bool is_matrix = record.kind == LAW_KIND_MATRIX;
        if (is_matrix ? record.rule == matrix_done : !applies(judging, &record)) {
            continue;
        }
        matrix_done = is_matrix ? record.rule : matrix_done;
        struct finding finding = test_record(judging, &record);
        if (finding.has_fired) {
            fire(judging, &record, &finding);
        }
    }
}

/* ---- when will it be lawful? ---- */

/* The day and second at which a window or Sunday that is shut now opens; false when it is open,
 * or no rule of that kind. */
static bool is_shut(const struct judging *judging, const struct law_record *record,
                    int32_t *day_out, int32_t *second_out)
{
    bool is_sunday = record->kind == LAW_KIND_DAY && (record->p0 & DAY_SUNDAY) != 0 &&
                     date_weekday(judging->day) == 7;
    bool is_window = record->kind == LAW_KIND_TW && record->fact_b == 0;
    /* A margin shuts the end of its window, and nothing before or after it. */
    int64_t last = record->p1 - record->if_mask;
    bool is_late =
        is_window && judging->second > last && record->if_mask != 0 && judging->second < record->p1;
    bool is_outside = is_window && record->if_mask == 0 &&
                      (judging->second < record->p0 || judging->second >= record->p1);
    bool is_tomorrow = is_sunday || is_late || judging->second >= record->p1;
    *day_out = judging->day + (is_tomorrow ? 1 : 0);
    *second_out = is_sunday ? 0 : (int32_t)record->p0;
    return is_sunday || is_late || is_outside;
}

static void read_clock(struct judging *judging, int64_t at_ms)
{
    int32_t offset = law_zone_offset(judging->image, judging->situation->zone, at_ms);
    int64_t local_ms = at_ms + (int64_t)offset * 1000;
    judging->day = date_day_at(local_ms, 0);
    judging->second = (int32_t)((local_ms - judging->day * DATE_DAY_MS) / 1000);
}

/* The instant at or after `at_ms` at which the windows and Sundays of the image let through. */
static int64_t next_open(struct judging *judging, int64_t at_ms)
{
    const struct law_situation *situation = judging->situation;
    for (int tries = 0; tries < NEXT_TRIES; tries++) {
        read_clock(judging, at_ms);
        int64_t later_ms = at_ms;
        for (size_t i = 0; i < judging->image->record_count; i++) {
            const uint8_t *bytes = judging->image->records + i * LAW_RECORD_SIZE;
            bool is_of_time = bytes[2] == LAW_KIND_TW || bytes[2] == LAW_KIND_DAY;
            if (!is_of_time || bytes[3] != SEVERITY_block || !is_looked_at(situation, bytes)) {
                continue;
            }
            struct law_record record = law_record_read(bytes);
            int32_t day;
            int32_t second;
            if (applies(judging, &record) && is_shut(judging, &record, &day, &second) &&
                !has_override(judging, &record)) {
                int64_t open_ms = law_zone_instant(judging->image, situation->zone, day, second);
                later_ms = open_ms > later_ms ? open_ms : later_ms;
            }
        }
        if (later_ms == at_ms) {
            return at_ms;
        }
        at_ms = later_ms;
    }
    return 0; /* no day is open */
}

static int64_t next_ok(struct judging *judging)
{
    int64_t now_ms = judging->situation->at_ms;
    int64_t at_ms = now_ms;
    if (judging->is_endless || judging->free_day >= 1000000) {
        return 0;
    }
    if (judging->free_day > judging->day) {
        int64_t day_ms = law_zone_instant(judging->image, judging->situation->zone,
                                          (int32_t)judging->free_day, 0);
        at_ms = day_ms > at_ms ? day_ms : at_ms;
    }
    int64_t open_ms = next_open(judging, at_ms);
    return open_ms > now_ms ? open_ms : 0;
}

void law_judge(const struct law_image *image, const struct law_situation *situation,
               struct law_verdict *verdict_out)
{
    CHECK(situation->zone < image->zone_count);
    /* Only the part that is read is cleared: the list is long and mostly empty. */
    verdict_out->severity = SEVERITY_ok;
    verdict_out->fired_count = 0;
    verdict_out->obligations = 0;
    verdict_out->next_ok_at_ms = 0;
    struct judging judging = {
        .image = image,
        .situation = situation,
        .verdict = verdict_out,
        .flags = situation->flags,
    };
    read_clock(&judging, situation->at_ms);
    set_flags(&judging);
    run_records(&judging);
    if (verdict_out->severity == SEVERITY_block) {
        verdict_out->next_ok_at_ms = next_ok(&judging);
    }
}

const struct law_fired *law_verdict_find(const struct law_verdict *verdict, uint16_t rule)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        if (verdict->fired[i].rule == rule) {
            return &verdict->fired[i];
        }
    }
    return NULL;
}
