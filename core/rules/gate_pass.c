/* core/rules/gate_pass.c -- what a supervisor's pass can lift. */
#include "core/rules/gate.h"
#include "core/rules/gate_law.h"

bool gate_pass_lifts(const struct policy *policy, const char *rule)
{
    uint16_t id = 0;
    if (law_rule_from_text(str_from(rule), &id) != OK) {
        return false;
    }
    if (policy->law != NULL) {
        return gate_law_is_for_supervisor(policy->law, id);
    }
    struct str rest = str_from(policy->pass_rules);
    struct str one;
    while (str_split(&rest, ' ', &one)) {
        if (str_is(one, rule)) {
            return true;
        }
    }
    return false;
}

bool gate_pass_rule(const struct policy *policy, const struct verdict *verdict,
                    char rule_out[PASS_RULE_SIZE])
{
    char text[LAW_RULE_TEXT_SIZE];
    uint16_t found = 0;
    for (size_t i = 0; i < verdict->fired_count; i++) {
        uint16_t rule = gate_law_rule(verdict->fired[i].refusal);
        if (verdict->fired[i].severity < SEVERITY_block) {
            continue;
        }
        if (rule == 0 || (found != 0 && found != rule)) {
            return false; /* no rule of the contact law, or two of them */
        }
        found = rule;
    }
    /* The list of what fired may be full: then it is not known what else blocks. */
    return found != 0 && verdict->fired_count < VERDICT_FIRED_MAX &&
           gate_pass_lifts(policy, law_rule_to_text(text, found)) &&
           str_copy(rule_out, PASS_RULE_SIZE, str_from(text));
}
