/* doorstep-hq policy explain, diff and facts: what a policy says, for people. */
#include "sync/server/command/policy.h"

#include "core/domain/date.h"
#include "sync/server/policy/law_source.h"

#include <string.h>

static const char *const with_value[] = {"--packs", "--key", "--out", "--profile", "--held", NULL};

static void add(struct str_builder *builder, const char *name, const char *value)
{
    str_add_format(builder, " %s=%s", name, value);
}

static const char *second_text(struct arena *arena, int64_t second)
{
    int rest = (int)(second % 60);
    return rest == 0 ? str_format(arena, "%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60))
                     : str_format(arena, "%02d:%02d:%02d", (int)(second / 3600),
                                  (int)(second / 60 % 60), rest);
}

static const char *fact_name(uint32_t fact)
{
    return fact == 0 ? "-" : law_fact_row((enum law_fact)fact)->name;
}

static const char *number(struct arena *arena, int64_t value)
{
    return str_format(arena, "%lld", (long long)value);
}

static const char *limit(struct arena *arena, const struct law_record *record, int64_t value)
{
    int64_t far = INT64_C(1) << 51;
    return value > far || value < -far
               ? "-"
               : law_source_value_text(arena, (enum law_fact)record->fact_a, value);
}

/* The numbers of a record as its line in the pack would say them. */
static void add_numbers(struct arena *arena, struct str_builder *to,
                        const struct law_record *record)
{
    enum law_kind kind = (enum law_kind)record->kind;
    bool has_fact = kind != LAW_KIND_TW && kind != LAW_KIND_GEO && kind != LAW_KIND_RETAIN &&
                    kind != LAW_KIND_CMP && kind != LAW_KIND_APPR && record->fact_a != 0;
    if (has_fact) {
        add(to, "fact", fact_name(record->fact_a));
    }
    switch (kind) {
    case LAW_KIND_TW:
        add(to, "open", second_text(arena, record->p0));
        add(to, "close", second_text(arena, record->p1));
        if (record->if_mask != 0) {
            add(to, "margin", str_format(arena, "%umin", record->if_mask / 60));
        }
        break;
    case LAW_KIND_DAY:
        add(to, "on",
            str_format(arena, "%s%s%s%s", (record->p0 & 1) != 0 ? "sunday " : "",
                       (record->p0 & 2) != 0 ? "holiday " : "",
                       (record->p0 & 4) != 0 ? "sensitive " : "",
                       (record->p0 & 8) != 0 ? "every" : ""));
        break;
    case LAW_KIND_RATE:
        add(to, "max", number(arena, record->p0));
        add(to, "span", number(arena, record->p1));
        break;
    case LAW_KIND_COOL:
        add(to, "days", number(arena, record->p0));
        add(to, "months", number(arena, record->p1));
        break;
    case LAW_KIND_REQ:
        add(to, "is", number(arena, record->p0));
        break;
    case LAW_KIND_RANGE:
        add(to, "min", limit(arena, record, record->p0));
        add(to, "max", limit(arena, record, record->p1));
        break;
    case LAW_KIND_CMP:
        add(to, "a", fact_name(record->fact_a));
        add(to, "op", (record->p0 & 1) == 0 ? "le" : "ge");
        add(to, "b", fact_name(record->fact_b));
        break;
    case LAW_KIND_APPR:
        add(to, "a", fact_name(record->fact_a));
        add(to, "b", fact_name(record->fact_b));
        break;
    case LAW_KIND_MATRIX:
        add(to, "allow", law_source_bits_text(arena, LAW_LIST_info, (uint32_t)record->p0));
        break;
    case LAW_KIND_SEQ:
        add(to, "is", number(arena, record->p1));
        add(to, "since", fact_name(record->fact_b));
        add(to, "within",
            law_fact_row((enum law_fact)record->fact_b)->unit == LAW_UNIT_seconds
                ? law_source_value_text(arena, (enum law_fact)record->fact_b, record->p0)
                : str_format(arena, "%lldd", (long long)record->p0));
        break;
    case LAW_KIND_GEO:
        if (record->p0 != 0) {
            add(to, "place", law_source_bits_text(arena, LAW_LIST_place, (uint32_t)record->p0));
        } else {
            add(to, "beyond", number(arena, record->p1));
        }
        break;
    case LAW_KIND_RETAIN:
        add(to, "data", law_source_bits_text(arena, LAW_LIST_data, record->if_mask));
        add(to, record->p0 > 0 ? "min_months" : "max_days",
            number(arena, record->p0 > 0 ? record->p0 : record->p1));
        break;
    case LAW_KIND_FRESH:
        add(to, "max", limit(arena, record, record->p0));
        break;
    case LAW_KIND_FLAG:
    case LAW_KIND_TAG:
    case LAW_KIND_TEXT:
    case LAW_KIND_FIELD:
        break;
    }
}

static void add_conditions(struct arena *arena, struct str_builder *to,
                           const struct law_record *record)
{
    if (record->flags != 0) {
        add(to, record->severity == SEVERITY_ok ? "sets" : "when",
            law_source_bits_text(arena, LAW_LIST_flag, record->flags));
    }
    if (record->unless_flags != 0) {
        add(to, "unless", law_source_bits_text(arena, LAW_LIST_flag, record->unless_flags));
    }
    if (record->roles != 0) {
        add(to, "role", law_source_bits_text(arena, LAW_LIST_role, record->roles));
    }
    if (record->kind != LAW_KIND_TW && record->kind != LAW_KIND_RETAIN && record->if_mask != 0) {
        add(to, "if", fact_name(record->if_fact));
    }
    if (record->override != LAW_OVERRIDE_none) {
        add(to, "ovr", law_word_name(LAW_LIST_override, record->override));
    }
    if (record->obligations != 0) {
        add(to, "oblige", law_source_bits_text(arena, LAW_LIST_obligation, record->obligations));
    }
    char day[DATE_TEXT_SIZE];
    if (record->from_day > -1000000) {
        add(to, "from", date_to_text(day, record->from_day));
    }
    if (record->to_day < 1000000) {
        add(to, "to", date_to_text(day, record->to_day));
    }
}

/* One rule as its line would be said whole. */
static const char *rule_line(struct arena *arena, const struct law_rule *rule)
{
    const struct law_record *record = &rule->record;
    struct str_builder to;
    str_builder_init(&to, arena);
    str_add_format(
        &to, "%s %s sev=%s stage=%s chan=%s", rule->name,
        law_word_name(LAW_LIST_kind, record->kind), severity_name((enum severity)record->severity),
        law_source_bits_text(arena, LAW_LIST_stage, record->stages),
        record->channels == 0xff ? "all"
                                 : law_source_bits_text(arena, LAW_LIST_channel, record->channels));
    add_numbers(arena, &to, record);
    add_conditions(arena, &to, record);
    return to.text;
}

static void explain_rule(struct command_context *context, const struct law_rule *rule)
{
    const char *confidence = str_format(context->arena, "law_confidence.%s",
                                        law_word_name(LAW_LIST_confidence, rule->confidence));
    bool is_doubtful =
        rule->confidence >= LAW_CONFIDENCE_weak && rule->confidence != LAW_CONFIDENCE_house;
    fprintf(context->out, "%s%s\n    %s\n    [%s; %s]  %s:%zu\n", is_doubtful ? "? " : "",
            rule_line(context->arena, rule),
            lang_text(context->lang, law_rule_key(rule->record.rule)), rule->source,
            lang_text(context->lang, confidence), rule->file, rule->line);
}

enum command_exit policy_explain(struct command_context *context)
{
    const char *profile = command_word(context, with_value, 1);
    const char *wanted = command_word(context, with_value, 2);
    struct law_pack *pack;
    enum command_exit code = COMMAND_ok;
    if (profile == NULL || command_word(context, with_value, 3) != NULL) {
        return command_usage(context);
    }
    if (policy_pack(context, profile, &pack, &code) != OK) {
        return code;
    }
    uint16_t rule = 0;
    if (wanted != NULL && law_rule_from_text(str_from(wanted), &rule) != OK) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.law_rule", lang_value_text("name", wanted)));
    }
    size_t count = 0;
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (wanted == NULL || pack->rules[i].record.rule == rule) {
            explain_rule(context, &pack->rules[i]);
            count++;
        }
    }
    if (count == 0) {
        command_say(context, COMMAND_TEXT("hq.say.law_silent", lang_value_text("rule", wanted)));
    }
    return COMMAND_ok;
}

enum command_exit policy_diff(struct command_context *context)
{
    const char *left_name = command_word(context, with_value, 1);
    const char *right_name = command_word(context, with_value, 2);
    struct law_pack *left;
    struct law_pack *right;
    enum command_exit code = COMMAND_ok;
    if (left_name == NULL || right_name == NULL || command_word(context, with_value, 3) != NULL) {
        return command_usage(context);
    }
    if (policy_pack(context, left_name, &left, &code) != OK ||
        policy_pack(context, right_name, &right, &code) != OK) {
        return code;
    }
    size_t count = 0;
    for (size_t order = 0; order < law_rule_count(); order++) {
        for (size_t side = 0; side < 2; side++) {
            const struct law_pack *own = side == 0 ? left : right;
            const struct law_pack *other = side == 0 ? right : left;
            for (size_t i = 0; i < own->rule_count; i++) {
                const struct law_rule *rule = &own->rules[i];
                if (rule->record.rule != law_rule_at(order)) {
                    continue;
                }
                const char *line = rule_line(context->arena, rule);
                const struct law_rule *same = law_pack_find(other, rule->name);
                if (same == NULL || strcmp(line, rule_line(context->arena, same)) != 0) {
                    fprintf(context->out, "%c %s  [%s]\n", side == 0 ? '-' : '+', line,
                            rule->source);
                    count++;
                }
            }
        }
    }
    if (count == 0) {
        command_say(context, COMMAND_LINE("hq.say.law_same"));
    }
    return COMMAND_ok;
}

enum command_exit policy_facts(struct command_context *context)
{
    for (int i = 1; i < LAW_FACT_COUNT; i++) {
        const struct law_fact_row *row = law_fact_row((enum law_fact)i);
        const char *baseline =
            row->baseline == LAW_UNKNOWN
                ? "unknown"
                : law_source_value_text(context->arena, row->fact, row->baseline);
        fprintf(context->out, "%-24s %-9s %-10s %s\n", row->name,
                law_word_name(LAW_LIST_unit, row->unit), baseline[0] == '\0' ? "none" : baseline,
                lang_text(context->lang, row->key));
    }
    fprintf(context->out, "\nflags:");
    for (size_t i = 0; law_word_at(LAW_LIST_flag, i) != NULL; i++) {
        fprintf(context->out, " %s", law_word_at(LAW_LIST_flag, i)->name);
    }
    fprintf(context->out,
            "\nactions: plan checkin call speak open pay waive plan_offer refer hq\n");
    fprintf(context->out, "channels:");
    for (size_t i = 0; law_word_at(LAW_LIST_channel, i) != NULL; i++) {
        fprintf(context->out, " %s", law_word_at(LAW_LIST_channel, i)->name);
    }
    fprintf(context->out,
            "\nwords: id profile action event channel date time local instant later tz flags known "
            "note expect FLAG.effective FLAG.known FLAG.cleared\n");
    return COMMAND_ok;
}
