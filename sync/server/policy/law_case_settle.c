/* A situation meets an image; and what was expected of it meets the verdict. */
#include "sync/server/policy/law_case_private.h"

#include "core/domain/date.h"

/* 2041-01-01: the image's time zones are not known from then on. */
enum { LAW_CASE_END_DAY = 25933 };

/* ---- with an image ---- */

static int64_t settle_moment(const struct law_image *image, uint16_t zone, int64_t moment,
                             bool is_local)
{
    if (!is_local || moment == LAW_UNKNOWN || moment == LAW_CASE_NEVER) {
        return moment;
    }
    int32_t day = date_day_at(moment, 0);
    return law_zone_instant(image, zone, day, (int32_t)((moment - day * DATE_DAY_MS) / 1000));
}

static void settle_flags(struct law_case *law_case, const struct law_image *image)
{
    struct law_situation *situation = &law_case->situation;
    uint32_t effective = law_case->all_flags;
    uint32_t known = law_case->all_flags & law_case->known_flags;
    for (unsigned i = 0; i < COUNT(law_case->times); i++) {
        if (!law_case->times[i].is_given) {
            continue;
        }
        uint32_t bit = UINT32_C(1) << i;
        const bool *is_local = law_case->times[i].is_local;
        int64_t from =
            settle_moment(image, situation->zone, law_case->times[i].effective, is_local[0]);
        int64_t learned =
            settle_moment(image, situation->zone, law_case->times[i].known, is_local[1]);
        int64_t to = settle_moment(image, situation->zone, law_case->times[i].cleared, is_local[2]);
        bool is_begun = from == LAW_UNKNOWN || from <= situation->at_ms;
        bool is_over = to != LAW_UNKNOWN && to <= situation->at_ms;
        bool is_known = learned != LAW_UNKNOWN && learned <= situation->at_ms;
        effective = is_begun && !is_over ? effective | bit : effective & ~bit;
        known = is_begun && !is_over && is_known ? known | bit : known & ~bit;
    }
    bool is_headquarters = (situation->stages & LAW_STAGE_merge) != 0;
    situation->flags = is_headquarters ? effective : known;
    situation->known_flags = known;
}

enum err law_case_settle(const char *file, struct law_case *law_case, const struct law_image *image,
                         struct law_fault *fault)
{
    struct law_situation *situation = &law_case->situation;
    situation->zone = image->zone;
    struct str zone = str_from(law_case->zone_name);
    if (zone.size > 0 && law_zone_find(image, zone, &situation->zone) != OK) {
        return law_fault_set(fault, file, law_case->line, "law_fault.zone", zone, image->profile);
    }
    int32_t day = law_case->has_instant ? date_day_at(situation->at_ms, 0) : law_case->day;
    if (day >= LAW_CASE_END_DAY) {
        char text[DATE_TEXT_SIZE];
        return law_fault_set(fault, file, law_case->line, "law_fault.years",
                             str_from(date_to_text(text, day)), "2040-12-31");
    }
    if (!law_case->has_instant) {
        if (!law_zone_has(image, situation->zone, law_case->day, law_case->second)) {
            char text[DATE_INSTANT_TEXT_SIZE];
            int64_t local_ms = law_case->day * DATE_DAY_MS + law_case->second * INT64_C(1000);
            return law_fault_set(fault, file, law_case->line, "law_fault.gap",
                                 str_from(date_instant_to_text(text, local_ms, 0)),
                                 law_zone_name(image, situation->zone));
        }
        situation->at_ms =
            law_zone_instant(image, situation->zone, law_case->day, law_case->second);
        int64_t local_ms = law_case->day * DATE_DAY_MS + law_case->second * INT64_C(1000);
        int32_t after = law_zone_offset(image, situation->zone, situation->at_ms + DATE_DAY_MS / 4);
        int64_t later_ms = local_ms - (int64_t)after * 1000;
        if (law_case->is_later && later_ms > situation->at_ms &&
            law_zone_offset(image, situation->zone, later_ms) == after) {
            situation->at_ms = later_ms;
        }
    }
    settle_flags(law_case, image);
    return OK;
}

/* ---- what should come of it ---- */

const char *law_case_outcome(struct arena *arena, const struct law_verdict *verdict)
{
    struct str_builder builder;
    str_builder_init(&builder, arena);
    str_add_text(&builder, severity_name(verdict->severity));
    for (size_t i = 0; i < verdict->fired_count; i++) {
        char rule[LAW_RULE_TEXT_SIZE];
        str_add_format(&builder, "%s%s:%s", i == 0 ? " " : ",",
                       law_rule_to_text(rule, verdict->fired[i].rule),
                       severity_name((enum severity)verdict->fired[i].severity));
    }
    if (verdict->obligations != 0) {
        str_add_format(&builder, " %s",
                       law_source_bits_text(arena, LAW_LIST_obligation, verdict->obligations));
    }
    return builder.text;
}

/* One word: a severity, RULE:severity, or an obligation. False when it is none of these. */
static bool take_expected(struct str word, struct law_verdict *wanted)
{
    struct str rest = word;
    struct str name;
    uint32_t code;
    uint16_t rule;
    (void)str_split(&rest, ':', &name);
    if (rest.bytes == NULL) {
        if (law_word_find(LAW_LIST_obligation, name, &code) == OK) {
            wanted->obligations |= code;
            return true;
        }
        wanted->severity = SEVERITY_ok;
        bool is_severity = law_word_find(LAW_LIST_severity, name, &code) == OK;
        wanted->severity = is_severity ? (enum severity)code : SEVERITY_ok;
        return is_severity || str_is(name, "-");
    }
    if (law_rule_from_text(name, &rule) != OK ||
        law_word_find(LAW_LIST_severity, rest, &code) != OK ||
        wanted->fired_count == LAW_FIRED_MAX) {
        return false;
    }
    wanted->fired[wanted->fired_count++] =
        (struct law_fired){.rule = rule, .severity = (uint8_t)code};
    return true;
}

static bool is_same(const struct law_verdict *wanted, const struct law_verdict *verdict)
{
    bool is_equal = wanted->severity == verdict->severity &&
                    wanted->obligations == verdict->obligations &&
                    wanted->fired_count == verdict->fired_count;
    for (size_t i = 0; is_equal && i < wanted->fired_count; i++) {
        const struct law_fired *fired = law_verdict_find(verdict, wanted->fired[i].rule);
        is_equal = fired != NULL && fired->severity == wanted->fired[i].severity;
    }
    return is_equal;
}

enum err law_case_is_expected(const char *file, const struct law_case *law_case,
                              const struct law_image *image, const struct law_verdict *verdict,
                              bool *is_expected_out, struct law_fault *fault)
{
    struct law_verdict wanted = {.severity = SEVERITY_ok};
    struct str rest = law_case->expect;
    struct law_word_pair pair;
    bool is_right_time = true;
    while (law_source_word(&rest, &pair)) {
        struct str list = pair.name;
        struct str word;
        int64_t next = 0;
        bool is_local = false;
        if (pair.has_value && str_is(pair.name, "next")) {
            bool is_none = str_is(pair.value, "none");
            if (!is_none && !law_case_moment(law_case, pair.value, &next, &is_local)) {
                return law_fault_set(fault, file, law_case->line, "law_fault.value", pair.value,
                                     "next=2026-11-19T08:00, next=none");
            }
            is_right_time = settle_moment(image, law_case->situation.zone, next, is_local) ==
                            verdict->next_ok_at_ms;
            continue;
        }
        while (str_split(&list, ',', &word)) {
            if (pair.has_value || (word.size > 0 && !take_expected(word, &wanted))) {
                return law_fault_set(fault, file, law_case->line, "law_fault.value", word,
                                     "block T01:block,T03:block LEAVE_NOW");
            }
        }
    }
    *is_expected_out = law_case->expect.size == 0 || (is_right_time && is_same(&wanted, verdict));
    return OK;
}
