#include "core/rules/policy.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

/* The built-in numbers and the shipped text are one profile said twice; every key stands
 * in the text, so that its reader sees every number. */
TEST(test_the_shipped_policy_says_the_defaults)
{
    FILE *file = fopen(TESTS_FOLDER "/../assets/policy/numbers/cn.pol", "rb");
    EXPECT(file != NULL);
    static char text[16384];
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    EXPECT(size > 0 && size < sizeof text);
    struct policy policy;
    struct policy_fault fault;
    enum err err = policy_from_text((struct str){text, size}, &policy, &fault);
    if (err != OK) {
        fail_msg("cn.pol line %zu: %s %s", fault.line, fault.key, fault.name);
    }
    struct policy defaults = policy_default();
    for (size_t i = 0; i < policy_key_count(); i++) {
        struct policy_key key = policy_key_at(i);
        char line[80];
        snprintf(line, sizeof line, "\n%s = ", key.name);
        EXPECT_ROW(key.name, str_contains((struct str){text, size}, str_from(line)));
        int64_t said = 0;
        int64_t initial = 0;
        if (key.type != POLICY_TYPE_text) {
            EXPECT_OK(policy_number(&policy, str_from(key.name), &said));
            EXPECT_OK(policy_number(&defaults, str_from(key.name), &initial));
            EXPECT_ROW(key.name, said == initial);
        }
    }
    EXPECT_TEXT(defaults.zone, policy.zone);
    EXPECT_TEXT(defaults.profile, policy.profile);
    for (size_t i = 0; i < refusal_count(); i++) {
        uint32_t code = refusal_code_at(i);
        EXPECT_ROW(refusal_name(code), policy.severity[code] == defaults.severity[code]);
    }
    EXPECT(policy.hash != 0);
    EXPECT_INT(0, defaults.hash);
}

TEST(test_a_policy_text_is_read_strictly)
{
    static const struct {
        const char *text;
        const char *key; /* "" fine */
        size_t line;
    } rows[] = {
        {"", "", 0},
        {"\n\n# only words\n", "", 0},
        {"visits_per_day=2\r\n", "", 0},
        {"  visits_per_day\t=  2  # two\n", "", 0},
        {"visits_per_day = 1", "", 0},
        {"visits_per_day = 0", "policy_fault.range", 1},
        {"visits_per_day = 11", "policy_fault.range", 1},
        {"visits_per_day = 10", "", 0},
        {"visits_per_day = two", "policy_fault.number", 1},
        {"visits_per_day = 1.5", "policy_fault.number", 1},
        {"visits_per_day =", "policy_fault.number", 1},
        {"visits_per_day = 99999999999999999999", "policy_fault.number", 1},
        {"visits_per_day", "policy_fault.syntax", 1},
        {"\nvisits_per_day = 1\nvisits_per_day = 1\n", "policy_fault.twice", 3},
        {"visits_a_day = 1", "policy_fault.unknown_key", 1},
        {"window_open = 07:59", "", 0},
        {"window_open = 7:59", "policy_fault.number", 1},
        {"window_open = 08:60", "policy_fault.number", 1},
        {"window_open = 08:00:", "policy_fault.number", 1},
        {"window_open = -1:00", "policy_fault.number", 1},
        {"window_open = 480", "policy_fault.number", 1},
        {"window_close = 24:00", "", 0},
        {"window_close = 24:01", "policy_fault.range", 1},
        {"window_open = 22:00", "policy_fault.order", 1},
        {"visitors_low = 4", "policy_fault.order", 1},
        {"balance_warn_age = 73\nbalance_block_age = 72", "policy_fault.order", 2},
        {"zone = Asia/Urumqi", "", 0},
        {"zone = Asia/Nowhere", "policy_fault.zone", 1},
        {"profile =", "policy_fault.text", 1},
        {"profile = a-name-that-is-longer-than-thirty-two", "policy_fault.text", 1},
        {"profile = \xFF", "policy_fault.text", 1},
        {"rule.T01 = warn", "", 0},
        {"rule.T99 = warn", "policy_fault.unknown_rule", 1},
        {"rule. = warn", "policy_fault.unknown_key", 1},
        {"rule.T01 = stop", "policy_fault.severity", 1},
        {"rule.T01 = warn\nrule.T01 = block", "policy_fault.twice", 2},
        {"a=b=c", "policy_fault.unknown_key", 1},
        {"= 1", "policy_fault.unknown_key", 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct policy policy = policy_default();
        policy.visits_per_day = -7;
        struct policy_fault fault;
        enum err err = policy_from_text(str_from(rows[i].text), &policy, &fault);
        bool is_fine = rows[i].key[0] == '\0';
        EXPECT_ROW(rows[i].text, err == (is_fine ? OK : ERR_malformed));
        EXPECT_ROW(rows[i].text, fault.line == rows[i].line);
        EXPECT_ROW(rows[i].text, is_fine || strcmp(fault.key, rows[i].key) == 0);
        EXPECT_ROW(rows[i].text, is_fine == (policy.visits_per_day != -7)); /* untouched */
    }
}

TEST(test_a_range_fault_says_the_range)
{
    struct policy policy;
    struct policy_fault fault;
    EXPECT_ERR(ERR_malformed, policy_from_text(STR("plan_months_high = 61\n"), &policy, &fault));
    EXPECT_TEXT("plan_months_high", fault.name);
    EXPECT_INT(1, fault.low);
    EXPECT_INT(60, fault.high);
}

TEST(test_one_line_sets_all_refusals_of_a_rule)
{
    struct policy policy;
    struct policy_fault fault;
    EXPECT_OK(policy_from_text(STR("rule.I02 = warn"), &policy, &fault));
    EXPECT_INT(SEVERITY_warn, policy_severity(&policy, REFUSAL_too_few_visitors));
    EXPECT_INT(SEVERITY_warn, policy_severity(&policy, REFUSAL_too_many_visitors));
    EXPECT_INT(SEVERITY_warn, policy_severity(&policy, REFUSAL_two_visitors_needed));
    EXPECT_INT(SEVERITY_block, policy_severity(&policy, REFUSAL_contact_hours));
}

TEST(test_refusals_of_one_rule_start_alike_and_codes_are_unique)
{
    for (size_t i = 0; i < refusal_count(); i++) {
        uint32_t code = refusal_code_at(i);
        uint32_t first = refusal_of_rule(str_from(refusal_rule(code)));
        EXPECT_ROW(refusal_name(code), refusal_severity(code) == refusal_severity(first));
        EXPECT_ROW(refusal_name(code), refusal_source(code)[0] != '\0');
        for (size_t j = i + 1; j < refusal_count(); j++) {
            EXPECT_ROW(refusal_name(code), refusal_code_at(j) != code);
        }
    }
}

TEST(test_a_text_tells_how_much_it_sets)
{
    static const struct {
        const char *text;
        size_t set_count;
    } rows[] = {
        {"", 0},
        {"\n\n", 0},
        {"# visits_per_week = 2\n   # only words\n", 0},
        {"window_open = 08:00", 1},
        {"window_open = 08:00 # early\n\nrule.T01 = block\n", 2},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct policy policy;
        struct policy_fault fault;
        EXPECT_OK(policy_from_text(str_from(rows[i].text), &policy, &fault));
        EXPECT_ROW(rows[i].text, policy_set_count(str_from(rows[i].text)) == rows[i].set_count);
    }
}
