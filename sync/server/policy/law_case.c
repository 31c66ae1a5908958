#include "sync/server/policy/law_case.h"

#include "core/domain/date.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK_WORDS_MAX = 400 };
#define NEVER INT64_MAX

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
#define ACTION_WORDS "plan, checkin, call, speak, open, pay, waive, plan_offer, refer, hq"

/* One block while it is read. */
struct reading {
    struct arena *arena;
    const char *file;
    size_t line;
    struct law_case *law_case;
    struct law_fault *fault;
    struct str said[BLOCK_WORDS_MAX]; /* names, to refuse a second word on the same */
    size_t said_count;
    bool has_action, has_role;
};

static enum err wrong(const struct reading *reading, struct str name, const char *expected)
{
    return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.value", name,
                         expected);
}

static enum err set_action(struct reading *reading, struct str word)
{
    for (size_t i = 0; i < COUNT(actions); i++) {
        if (!str_is(word, actions[i].name)) {
            continue;
        }
        if (reading->has_action) {
            return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.twice",
                                 word, "");
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
    return wrong(reading, word, ACTION_WORDS);
}

static enum err set_channel(struct reading *reading, struct str word)
{
    uint32_t channel;
    if (law_word_find(LAW_LIST_channel, word, &channel) != OK) {
        return wrong(reading, word, "visit, call, notice, message, pay, waive, plan_offer, refer");
    }
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
static bool read_moment(const struct law_case *law_case, struct str text, int64_t *moment_out,
                        bool *is_local_out)
{
    int32_t day;
    int64_t second;
    *is_local_out = false;
    if (str_is(text, "never")) {
        *moment_out = NEVER;
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

static enum err set_flag_time(struct reading *reading, struct str name, struct str value)
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
    if (!read_moment(reading->law_case, value, &moment, &is_local)) {
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

static enum err set_local(struct reading *reading, struct str name, struct str value)
{
    int64_t moment;
    bool is_local;
    if (!read_moment(reading->law_case, value, &moment, &is_local) || moment == NEVER ||
        !is_local) {
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

static enum err set_date(struct reading *reading, struct str name, struct str value)
{
    if (date_from_text(value, &reading->law_case->day) != OK) {
        return wrong(reading, name, "2026-11-18");
    }
    return OK;
}

static enum err set_time(struct reading *reading, struct str name, struct str value)
{
    int64_t second;
    if (!law_source_time(value, &second) || second == 86400) {
        return wrong(reading, name, "21:00:00");
    }
    reading->law_case->second = (int32_t)second;
    return OK;
}

static enum err set_instant(struct reading *reading, struct str name, struct str value)
{
    if (!law_source_instant(value, &reading->law_case->situation.at_ms)) {
        return wrong(reading, name, "2027-03-15T01:10:00Z");
    }
    reading->law_case->has_instant = true;
    return OK;
}

static enum err set_flags(struct reading *reading, struct str name, struct str value)
{
    uint32_t flags = 0;
    if (!str_is(value, "none") && !law_source_bits(LAW_LIST_flag, value, &flags)) {
        return wrong(reading, name, "HARDSHIP,LOST");
    }
    reading->law_case->all_flags |= flags;
    return OK;
}

static enum err set_known(struct reading *reading, struct str name, struct str value)
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

static enum err set_word_of_two(struct reading *reading, struct str name, struct str value)
{
    if (!str_is(value, "0") && !str_is(value, "1")) {
        return wrong(reading, name, "0, 1");
    }
    reading->law_case->is_later = str_is(value, "1");
    return OK;
}

static enum err set_text(struct reading *reading, struct str name, struct str value)
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

static enum err set_clock(struct reading *reading, struct str name, struct str value)
{
    if (!str_is(value, "good") && !str_is(value, "bad")) {
        return wrong(reading, name, "good, bad");
    }
    law_set(&reading->law_case->situation, LAW_FACT_clock_bad, str_is(value, "bad"));
    return OK;
}

static enum err set_action_value(struct reading *reading, struct str name, struct str value)
{
    (void)name;
    return set_action(reading, value);
}

static enum err set_channel_value(struct reading *reading, struct str name, struct str value)
{
    (void)name;
    return set_channel(reading, value);
}

static const struct {
    const char *name;
    enum err (*set)(struct reading *reading, struct str name, struct str value);
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
static bool set_scaled(struct reading *reading, struct str name, struct str value)
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

static enum err set_fact(struct reading *reading, struct str name, struct str value)
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

static enum err set_bare(struct reading *reading, struct str word)
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
    return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.name", word,
                         "name=value, " ACTION_WORDS);
}

static enum err take_word(struct reading *reading, const struct law_word_pair *pair)
{
    for (size_t i = 0; i < reading->said_count; i++) {
        if (pair->has_value && str_equal(reading->said[i], pair->name)) {
            return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.twice",
                                 pair->name, "");
        }
    }
    if (reading->said_count == BLOCK_WORDS_MAX) {
        return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.too_many",
                             pair->name, "400");
    }
    reading->said[reading->said_count++] = pair->name;
    if (!pair->has_value) {
        return set_bare(reading, pair->name);
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

/* "name = value" is the same as "name=value". */
static struct str close_up(struct arena *arena, struct str line)
{
    struct str_builder builder;
    str_builder_init(&builder, arena);
    str_add_text(&builder, "");
    bool is_quoted = false;
    for (size_t i = 0; i < line.size; i++) {
        char c = line.bytes[i];
        is_quoted = c == '"' ? !is_quoted : is_quoted;
        bool is_blank = !is_quoted && (c == ' ' || c == '\t');
        if (is_blank) {
            size_t next = i;
            while (next < line.size && (line.bytes[next] == ' ' || line.bytes[next] == '\t')) {
                next++;
            }
            bool is_before = next < line.size && line.bytes[next] == '=';
            bool is_after = builder.size > 0 && builder.text[builder.size - 1] == '=';
            if (is_before || is_after) {
                i = next - 1;
                continue;
            }
        }
        str_add_char(&builder, c);
    }
    return str_built(&builder);
}

static struct str without_comment(struct str line)
{
    bool is_quoted = false;
    for (size_t i = 0; i < line.size; i++) {
        is_quoted = line.bytes[i] == '"' ? !is_quoted : is_quoted;
        if (line.bytes[i] == '#' && !is_quoted) {
            line.size = i;
        }
    }
    return str_trim(line);
}

static enum err read_line(struct reading *reading, struct str line)
{
    if (!str_is_utf8(line)) {
        return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.utf8",
                             STR(""), "UTF-8");
    }
    struct str rest = close_up(reading->arena, line);
    struct law_word_pair pair;
    /* Times of flags are read on the day that the block says, wherever it says it. */
    while (law_source_word(&rest, &pair)) {
        TRY(take_word(reading, &pair));
    }
    return OK;
}

/* The day first: "09:00" of a flag is a time of that day. */
static void find_day(struct law_case *law_case, struct str block)
{
    struct str line;
    while (str_split(&block, '\n', &line)) {
        struct str rest = without_comment(line);
        struct law_word_pair pair;
        while (law_source_word(&rest, &pair)) {
            int32_t day;
            bool is_date = str_is(pair.name, "date") || str_is(pair.name, "local");
            if (is_date && pair.value.size >= 10 &&
                date_from_text((struct str){pair.value.bytes, 10}, &day) == OK) {
                law_case->day = day;
            }
        }
    }
}

static enum err read_block(struct reading *reading, struct str block, size_t first_line)
{
    struct str line;
    find_day(reading->law_case, block);
    reading->line = first_line;
    while (str_split(&block, '\n', &line)) {
        TRY(read_line(reading, without_comment(line)));
        reading->line++;
    }
    reading->line = first_line;
    if (!reading->has_action) {
        return law_fault_set(reading->fault, reading->file, first_line, "law_fault.missing",
                             STR("action"), ACTION_WORDS);
    }
    struct law_situation *situation = &reading->law_case->situation;
    reading->law_case->channel = law_word_name(LAW_LIST_channel, situation->channel);
    if (!reading->has_role) { /* whom one goes to is whom one meets, unless said */
        law_set(situation, LAW_FACT_role, law_get(situation, LAW_FACT_target));
    }
    return OK;
}

enum err law_case_next(struct arena *arena, const char *file, struct str *rest, size_t *line,
                       struct law_case *case_out, struct law_fault *fault)
{
    struct str row;
    struct str block = {NULL, 0};
    size_t first_line = 0;
    while (rest->size > 0 && str_split(rest, '\n', &row)) {
        ++*line;
        if (str_trim(row).size == 0) { /* a comment alone ends no block */
            if (block.bytes != NULL) {
                break;
            }
            continue;
        }
        if (without_comment(row).size == 0 && block.bytes == NULL) {
            continue;
        }
        if (block.bytes == NULL) {
            block.bytes = row.bytes;
            first_line = *line;
        }
        block.size = (size_t)(row.bytes + row.size - block.bytes);
    }
    if (block.bytes == NULL) {
        return ERR_not_found;
    }
    *case_out = (struct law_case){
        .line = first_line,
        .id = "",
        .profile = "",
        .zone_name = "",
        .situation = law_situation_ordinary(),
        .day = date_from_civil(2026, 11, 18),
        .second = 10 * 3600 + 30 * 60,
        .known_flags = UINT32_MAX,
    };
    case_out->situation.channel = 0;
    for (size_t i = 0; i < COUNT(case_out->times); i++) {
        case_out->times[i].effective = LAW_UNKNOWN;
        case_out->times[i].known = LAW_UNKNOWN;
        case_out->times[i].cleared = LAW_UNKNOWN;
    }
    struct reading *reading = ARENA_NEW(arena, struct reading);
    *reading = (struct reading){.arena = arena, .file = file, .law_case = case_out, .fault = fault};
    return read_block(reading, block, first_line);
}

/* ---- with an image ---- */

static int64_t settle_moment(const struct law_image *image, uint16_t zone, int64_t moment,
                             bool is_local)
{
    if (!is_local || moment == LAW_UNKNOWN || moment == NEVER) {
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
            if (!is_none && !read_moment(law_case, pair.value, &next, &is_local)) {
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
