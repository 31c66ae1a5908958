/* One word of a situation: what it sets. */
#include "sync/server/policy/law_case_private.h"

#include "core/domain/date.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    uint8_t stages;
    enum law_channel channel;
} actions[] = {
    {"plan", LAW_STAGE_plan, LAW_CHANNEL_visit},
    {"checkin", LAW_STAGE_checkin, LAW_CHANNEL_visit},
    /* One act: it is planned, begun and spoken at once. */
    {"call", LAW_STAGE_plan | LAW_STAGE_checkin | LAW_STAGE_capture, LAW_CHANNEL_call},
    {"speak", LAW_STAGE_capture, LAW_CHANNEL_visit},
    /* The visit is running: what held at check-in must still hold. */
    {"open", LAW_STAGE_checkin | LAW_STAGE_capture, LAW_CHANNEL_visit},
    {"pay", LAW_STAGE_arrange, LAW_CHANNEL_pay},
    {"waive", LAW_STAGE_arrange, LAW_CHANNEL_waive},
    {"plan_offer", LAW_STAGE_arrange, LAW_CHANNEL_plan_offer},
    {"refer", LAW_STAGE_merge, LAW_CHANNEL_refer},
    {"hq", LAW_STAGE_merge, LAW_CHANNEL_visit},
};

static enum err wrong(const struct law_case_reading *reading, struct str name, const char *expected)
{
    return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.value", name,
                         expected);
}

static enum err set_action(struct law_case_reading *reading, struct str word)
{
    for (size_t i = 0; i < COUNT(actions); i++) {
        if (!str_is(word, actions[i].name)) {
            continue;
        }
        if (reading->has_action) {
            return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.two",
                                 STR("action"), actions[i].name);
        }
        struct law_case *law_case = reading->law_case;
        reading->has_action = true;
        law_case->action = actions[i].name;
        law_case->situation.stages = actions[i].stages;
        if (law_case->situation.channel == 0) {
            law_case->situation.channel = (uint8_t)actions[i].channel;
        }
        return OK;
    }
    return wrong(reading, word, LAW_CASE_ACTIONS);
}

static enum err set_channel(struct law_case_reading *reading, struct str word)
{
    uint32_t channel;
    if (law_word_find(LAW_LIST_channel, word, &channel) != OK) {
        return wrong(reading, word, "visit, call, notice, message, pay, waive, plan_offer, refer");
    }
    if (reading->has_channel && reading->law_case->situation.channel != channel) {
        return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.two",
                             STR("channel"), law_word_name(LAW_LIST_channel, channel));
    }
    reading->has_channel = true;
    reading->law_case->situation.channel = (uint8_t)channel;
    return OK;
}

static bool flag_of(struct str name, uint32_t *flag_out)
{
    return law_word_find(LAW_LIST_flag, name, flag_out) == OK ||
           law_flag_of_alias(name, flag_out) == OK;
}

static unsigned bit_number(uint32_t bit)
{
    unsigned number = 0;
    while ((bit >> number & 1) == 0) {
        number++;
    }
    return number;
}

/* 09:00 of the situation's day is settled later: for now seconds, marked as local. Local dates
 * and times are milliseconds as if at UTC. */
bool law_case_moment(const struct law_case *law_case, struct str text, int64_t *moment_out,
                     bool *is_local_out)
{
    int32_t day;
    int64_t second;
    *is_local_out = false;
    if (str_is(text, "never")) {
        *moment_out = LAW_CASE_NEVER;
        return true;
    }
    if (law_source_instant(text, moment_out)) {
        return true;
    }
    *is_local_out = true;
    day = law_case->day;
    if (text.size > 11 && (text.bytes[10] == 'T' || text.bytes[10] == ' ')) {
        if (date_from_text((struct str){text.bytes, 10}, &day) != OK) {
            return false;
        }
        text = (struct str){text.bytes + 11, text.size - 11};
    } else if (text.size == 10 && date_from_text(text, &day) == OK) {
        *moment_out = day * DATE_DAY_MS;
        return true;
    }
    if (!law_source_time(text, &second)) {
        return false;
    }
    *moment_out = day * DATE_DAY_MS + second * 1000;
    return true;
}

static enum err set_flag_time(struct law_case_reading *reading, struct str name, struct str value)
{
    struct str rest = name;
    struct str flag_name;
    uint32_t flag;
    (void)str_split(&rest, '.', &flag_name);
    if (!flag_of(flag_name, &flag)) {
        return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.name", name,
                             "policy facts");
    }
    unsigned at = bit_number(flag);
    int64_t moment;
    bool is_local;
    if (!law_case_moment(reading->law_case, value, &moment, &is_local)) {
        return wrong(reading, name, "09:00, 2026-11-18T09:00, 2026-11-18T01:00:00Z, never");
    }
    size_t which;
    if (str_is(rest, "effective") || str_is(rest, "effective_at")) {
        which = 0;
        reading->law_case->times[at].effective = moment;
    } else if (str_is(rest, "known") || str_is(rest, "known_at") ||
               str_is(rest, "known_device_at")) {
        which = 1;
        reading->law_case->times[at].known = moment;
    } else if (str_is(rest, "cleared") || str_is(rest, "cleared_at")) {
        which = 2;
        reading->law_case->times[at].cleared = moment;
    } else {
        return wrong(reading, name, "FLAG.effective, FLAG.known, FLAG.cleared");
    }
    reading->law_case->times[at].is_local[which] = is_local;
    reading->law_case->times[at].is_given = true;
    return OK;
}

static enum err set_local(struct law_case_reading *reading, struct str name, struct str value)
{
    int64_t moment;
    bool is_local;
    if (!law_case_moment(reading->law_case, value, &moment, &is_local) ||
        moment == LAW_CASE_NEVER || !is_local) {
        return wrong(reading, name, "21:00:00, 2026-11-18T21:00:00");
    }
    int32_t day = date_day_at(moment, 0);
    if (moment - day * DATE_DAY_MS == 0 && value.size <= 8) {
        day = reading->law_case->day; /* 24:00 is no time of a day, 00:00 is */
    }
    reading->law_case->day = day;
    reading->law_case->second = (int32_t)((moment - date_day_at(moment, 0) * DATE_DAY_MS) / 1000);
    return OK;
}

static enum err set_date(struct law_case_reading *reading, struct str name, struct str value)
{
    if (date_from_text(value, &reading->law_case->day) != OK) {
        return wrong(reading, name, "2026-11-18");
    }
    return OK;
}

static enum err set_time(struct law_case_reading *reading, struct str name, struct str value)
{
    int64_t second;
    if (!law_source_time(value, &second) || second == 86400) {
        return wrong(reading, name, "21:00:00");
    }
    reading->law_case->second = (int32_t)second;
    return OK;
}

static enum err set_instant(struct law_case_reading *reading, struct str name, struct str value)
{
    if (!law_source_instant(value, &reading->law_case->situation.at_ms)) {
        return wrong(reading, name, "2027-03-15T01:10:00Z");
    }
    reading->law_case->has_instant = true;
    return OK;
}

static enum err set_flags(struct law_case_reading *reading, struct str name, struct str value)
{
    uint32_t flags = 0;
    if (!str_is(value, "none") && !law_source_bits(LAW_LIST_flag, value, &flags)) {
        return wrong(reading, name, "HARDSHIP,LOST");
    }
    reading->law_case->all_flags |= flags;
    return OK;
}

static enum err set_known(struct law_case_reading *reading, struct str name, struct str value)
{
    uint32_t flags = 0;
    bool is_all = str_is(value, "1") || str_is(value, "yes") || str_is(value, "all");
    bool is_none = str_is(value, "0") || str_is(value, "no") || str_is(value, "none");
    if (!is_all && !is_none && !law_source_bits(LAW_LIST_flag, value, &flags)) {
        return wrong(reading, name, "0, 1, HARDSHIP,LOST");
    }
    reading->law_case->known_flags = is_all ? UINT32_MAX : flags;
    return OK;
}

static enum err set_word_of_two(struct law_case_reading *reading, struct str name, struct str value)
{
    if (!str_is(value, "0") && !str_is(value, "1")) {
        return wrong(reading, name, "0, 1");
    }
    reading->law_case->is_later = str_is(value, "1");
    return OK;
}

static enum err set_text(struct law_case_reading *reading, struct str name, struct str value)
{
    struct law_case *law_case = reading->law_case;
    const char *text = str_text(reading->arena, value);
    if (str_is(name, "note")) {
        if (value.size > 2048) {
            return wrong(reading, name, "2048 bytes");
        }
        law_case->situation.note = value;
    } else if (str_is(name, "expect")) {
        law_case->expect = value;
    } else if (str_is(name, "profile")) {
        law_case->profile = text;
    } else if (str_is(name, "id") || str_is(name, "case")) {
        law_case->id = text;
    } else {
        law_case->zone_name = text;
    }
    return OK;
}

static enum err set_clock(struct law_case_reading *reading, struct str name, struct str value)
{
    if (!str_is(value, "good") && !str_is(value, "bad")) {
        return wrong(reading, name, "good, bad");
    }
    law_set(&reading->law_case->situation, LAW_FACT_clock_bad, str_is(value, "bad"));
    return OK;
}

static enum err set_action_value(struct law_case_reading *reading, struct str name,
                                 struct str value)
{
    (void)name;
    return set_action(reading, value);
}

static enum err set_channel_value(struct law_case_reading *reading, struct str name,
                                  struct str value)
{
    (void)name;
    return set_channel(reading, value);
}

static const struct {
    const char *name;
    enum err (*set)(struct law_case_reading *reading, struct str name, struct str value);
} words[] = {
    {"id", set_text},
    {"case", set_text},
    {"profile", set_text},
    {"note", set_text},
    {"expect", set_text},
    {"tz", set_text},
    {"zone", set_text},
    {"action", set_action_value},
    {"event", set_channel_value},
    {"channel", set_channel_value},
    {"local", set_local},
    {"date", set_date},
    {"time", set_time},
    {"instant", set_instant},
    {"later", set_word_of_two},
    {"flags", set_flags},
    {"known", set_known},
    {"known_flags", set_known},
    {"clock", set_clock},
};

/* Other words for a fact, as people say them. */
static enum err find_fact(struct str name, enum law_fact *fact_out)
{
    static const struct {
        const char *word;
        enum law_fact fact;
    } rows[] = {
        {"evidence", LAW_FACT_consent_evidence},   {"receipt", LAW_FACT_receipt_ready},
        {"distance_m", LAW_FACT_distance},         {"case_age", LAW_FACT_balance_age},
        {"credential", LAW_FACT_credential_valid}, {"notice", LAW_FACT_notice_given},
        {"announced", LAW_FACT_rec_announced},     {"consented", LAW_FACT_rec_consented},
        {"objected", LAW_FACT_rec_objected},       {"met", LAW_FACT_role},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (str_is(name, rows[i].word)) {
            *fact_out = rows[i].fact;
            return OK;
        }
    }
    return law_fact_find(name, fact_out);
}

static bool ends_with(struct str name, const char *end)
{
    size_t size = strlen(end);
    return name.size > size && memcmp(name.bytes + name.size - size, end, size) == 0;
}

/* policy_age_h=100: a fact in seconds, said in another unit. */
static bool set_scaled(struct law_case_reading *reading, struct str name, struct str value)
{
    static const struct {
        const char *end;
        int64_t seconds;
    } units[] = {{"_s", 1}, {"_min", 60}, {"_m", 60}, {"_h", 3600}, {"_d", 86400}};
    for (size_t i = 0; i < COUNT(units); i++) {
        enum law_fact fact;
        int64_t number;
        struct str stem = {name.bytes, name.size - strlen(units[i].end)};
        if (ends_with(name, units[i].end) && find_fact(stem, &fact) == OK &&
            law_fact_row(fact)->unit == LAW_UNIT_seconds && str_to_i64(value, &number) == OK &&
            number >= 0 && number < 10000000) {
            law_set(&reading->law_case->situation, fact, number * units[i].seconds);
            return true;
        }
    }
    return false;
}

static enum err set_fact(struct law_case_reading *reading, struct str name, struct str value)
{
    enum law_fact fact;
    int64_t number;
    const char *expected;
    uint32_t flag;
    struct law_case *law_case = reading->law_case;
    if (str_is(name, "pay") || str_is(name, "waive")) {
        TRY(set_action(reading, name));
        name = STR("amount");
    }
    if (flag_of(name, &flag)) {
        bool is_set = str_is(value, "1") || str_is(value, "yes");
        if (!is_set && !str_is(value, "0") && !str_is(value, "no")) {
            return wrong(reading, name, "0, 1");
        }
        law_case->all_flags = is_set ? law_case->all_flags | flag : law_case->all_flags & ~flag;
        return OK;
    }
    if (find_fact(name, &fact) != OK) {
        return set_scaled(reading, name, value)
                   ? OK
                   : law_fault_set(reading->fault, reading->file, reading->line, "law_fault.name",
                                   name, "policy facts");
    }
    if (str_is(value, "unknown")) {
        number = LAW_UNKNOWN;
    } else if (!law_source_value(fact, value, &number, &expected)) {
        return wrong(reading, name, expected);
    }
    reading->has_role = reading->has_role || fact == LAW_FACT_role;
    law_set(&law_case->situation, fact, number);
    return OK;
}

static enum err set_bare(struct law_case_reading *reading, struct str word)
{
    uint32_t flag;
    uint32_t channel;
    for (size_t i = 0; i < COUNT(actions); i++) {
        if (str_is(word, actions[i].name) && !reading->has_action) {
            return set_action(reading, word);
        }
    }
    if (flag_of(word, &flag)) {
        reading->law_case->all_flags |= flag;
        return OK;
    }
    if (law_word_find(LAW_LIST_channel, word, &channel) == OK) {
        return set_channel(reading, word);
    }
    for (size_t i = 0; i < COUNT(actions); i++) {
        if (str_is(word, actions[i].name)) {
            return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.two",
                                 STR("action"), actions[i].name);
        }
    }
    return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.name", word,
                         "policy facts");
}

enum err law_case_take_word(struct law_case_reading *reading, const struct law_word_pair *pair)
{
    for (size_t i = 0; i < reading->said_count; i++) {
        if (pair->has_value && str_equal(reading->said[i], pair->name)) {
            return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.twice",
                                 pair->name, "");
        }
    }
    if (reading->said_count == LAW_CASE_WORDS_MAX) {
        return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.too_many",
                             pair->name, "400");
    }
    reading->said[reading->said_count++] = pair->name;
    if (!pair->has_value) {
        return set_bare(reading, pair->name);
    }
    if (pair->value.size == 0 && !str_is(pair->name, "note")) {
        return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.value",
                             pair->name, "name=value");
    }
    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_is(pair->name, words[i].name)) {
            return words[i].set(reading, pair->name, pair->value);
        }
    }
    if (str_contains(pair->name, STR("."))) {
        return set_flag_time(reading, pair->name, pair->value);
    }
    return set_fact(reading, pair->name, pair->value);
}
