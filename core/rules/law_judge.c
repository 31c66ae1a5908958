#include "core/rules/law_judge.h"

#include "core/domain/date.h"
#include "core/rules/law_test.h"

#include <string.h>

enum { DAY_SECONDS = 86400, NEXT_TRIES = 64 };

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
        return record->consent_fact != 0 && law_test_is_yes(judging, record->consent_fact) &&
               law_test_is_yes(judging, LAW_FACT_consent_evidence);
    }
    int64_t until = law_test_value(judging, LAW_FACT_token_until);
    return record->override == LAW_OVERRIDE_supervisor &&
           law_test_value(judging, LAW_FACT_token_rule) == record->rule && until != LAW_UNKNOWN &&
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

/* Takes a link in hand; false past the last. */
static bool take_link(struct judging *judging, size_t link)
{
    if (link == 0) {
        judging->image = judging->first;
        judging->before = 0;
    } else {
        judging->before += judging->image->record_count;
        judging->image = judging->image->closer;
    }
    CHECK(judging->image == NULL || link < LAW_LINKS_MAX);
    judging->link = link;
    return judging->image != NULL;
}

static void fire(struct judging *judging, const struct law_record *record,
                 const struct finding *finding)
{
    struct law_fired fired = {
        .rule = record->rule,
        .severity = finding->is_unknown ? record->unknown_severity : record->severity,
        .is_unknown = finding->is_unknown,
        .record = (uint16_t)(judging->before + judging->index),
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
    /* The records of a rule lie side by side in each link, in the order of the list. */
    size_t order = law_rule_order(fired.rule);
    size_t at = verdict->fired_count;
    while (judging->link > 0 && at > 0 && law_rule_order(verdict->fired[at - 1].rule) > order) {
        at--;
    }
    struct law_fired *last = at == 0 ? NULL : &verdict->fired[at - 1];
    if (last != NULL && last->rule == fired.rule) {
        /* Of two equally strict links the closer one tells: its numbers are the narrower. */
        if (fired.severity > last->severity ||
            (fired.severity == last->severity && last->record < judging->before)) {
            *last = fired;
        }
        return;
    }
    CHECK(verdict->fired_count < LAW_FIRED_MAX);
    memmove(&verdict->fired[at + 1], &verdict->fired[at],
            (verdict->fired_count - at) * sizeof verdict->fired[0]);
    verdict->fired[at] = fired;
    verdict->fired_count++;
}

static bool is_looked_at(const struct law_situation *situation, const uint8_t *bytes)
{
    return (bytes[6] & situation->stages) != 0 && (bytes[7] & situation->channel) != 0;
}

/* Counts that say the debtor cannot be reached come before the rules that read it. No
 * closer layer may say anew what counts as such. */
static void set_flags(struct judging *judging)
{
    for (size_t i = 0; i < judging->image->record_count; i++) {
        const uint8_t *bytes = judging->image->records + i * LAW_RECORD_SIZE;
        if (bytes[2] != LAW_KIND_RANGE || bytes[3] != SEVERITY_ok) {
            continue;
        }
        struct law_record record = law_record_read(bytes);
        struct finding finding = law_test_range(judging, &record);
        if (law_test_applies(judging, &record) && finding.has_fired && !finding.is_unknown) {
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
        if (is_matrix ? record.rule == matrix_done : !law_test_applies(judging, &record)) {
            continue;
        }
        matrix_done = is_matrix ? record.rule : matrix_done;
        struct finding finding = law_test_record(judging, &record);
        if (finding.has_fired) {
            fire(judging, &record, &finding);
        }
    }
}

/* ---- when will it be lawful? ---- */

/* The day and second at which a window or day that is shut now opens; false when it is open,
 * or no rule of that kind. */
static bool is_shut(const struct judging *judging, const struct law_record *record,
                    int32_t *day_out, int32_t *second_out)
{
    int64_t days = LAW_DAY_EVERY | (date_weekday(judging->day) == 7 ? LAW_DAY_SUNDAY : 0);
    bool is_day = record->kind == LAW_KIND_DAY && (record->p0 & days) != 0;
    bool is_window = record->kind == LAW_KIND_TW && record->fact_b == 0;
    /* A margin shuts the end of its window, and nothing before or after it. */
    int64_t last = record->p1 - record->if_mask;
    bool is_late =
        is_window && judging->second > last && record->if_mask != 0 && judging->second < record->p1;
    bool is_outside = is_window && record->if_mask == 0 &&
                      (judging->second < record->p0 || judging->second >= record->p1);
    bool is_tomorrow = is_day || is_late || judging->second >= record->p1;
    *day_out = judging->day + (is_tomorrow ? 1 : 0);
    *second_out = is_day ? 0 : (int32_t)record->p0;
    return is_day || is_late || is_outside;
}

static void read_clock(struct judging *judging, int64_t at_ms)
{
    int32_t offset = law_zone_offset(judging->first, judging->situation->zone, at_ms);
    int64_t local_ms = at_ms + (int64_t)offset * 1000;
    judging->day = date_day_at(local_ms, 0);
    judging->second = (int32_t)((local_ms - judging->day * DATE_DAY_MS) / 1000);
}

/* The instant at which the windows and days of the link in hand that are shut at `at_ms` open;
 * `at_ms` itself when none is. */
static int64_t link_open(struct judging *judging, int64_t at_ms)
{
    const struct law_situation *situation = judging->situation;
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
        if (law_test_applies(judging, &record) && is_shut(judging, &record, &day, &second) &&
            !has_override(judging, &record)) {
            int64_t open_ms = law_zone_instant(judging->first, situation->zone, day, second);
            later_ms = open_ms > later_ms ? open_ms : later_ms;
        }
    }
    return later_ms;
}

/* The instant at or after `at_ms` at which the windows and days of all links let through. */
static int64_t next_open(struct judging *judging, int64_t at_ms)
{
    for (int tries = 0; tries < NEXT_TRIES; tries++) {
        read_clock(judging, at_ms);
        int64_t later_ms = at_ms;
        for (size_t link = 0; take_link(judging, link); link++) {
            int64_t open_ms = link_open(judging, at_ms);
            later_ms = open_ms > later_ms ? open_ms : later_ms;
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
        int64_t day_ms = law_zone_instant(judging->first, judging->situation->zone,
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
        .first = image,
        .situation = situation,
        .verdict = verdict_out,
        .flags = situation->flags,
    };
    read_clock(&judging, situation->at_ms);
    for (size_t link = 0; take_link(&judging, link); link++) {
        if (link == 0) {
            set_flags(&judging);
        }
        run_records(&judging);
    }
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
