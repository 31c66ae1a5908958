#include "core/rules/third_party.h"

#include "core/domain/catalog.h"

bool third_party_is(uint32_t role)
{
    return role != ROLE_none && !role_is_liable(role);
}

int64_t third_party_limit(const struct policy *policy)
{
    int64_t limit = THIRD_PARTY_NO_LIMIT;
    for (size_t i = 0; policy->law != NULL && i < policy->law->record_count; i++) {
        struct law_record record = law_image_record(policy->law, i);
        bool is_limit = record.rule == LAW_RULE_ID('F', 8) && record.kind == LAW_KIND_RATE;
        if (is_limit && (limit == THIRD_PARTY_NO_LIMIT || record.p0 < limit)) {
            limit = record.p0;
        }
    }
    return limit;
}

static bool is_new_collector(const ds_CaseState *state, uint32_t role, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        const ds_Contact *contact = &state->contacts[i];
        if (contact->role == role && !contact->is_withdrawn &&
            contact->person_no == state->contacts[at].person_no) {
            return false;
        }
    }
    return true;
}

struct third_party third_party_read(const struct policy *policy, const ds_CaseState *state,
                                    uint32_t role)
{
    struct third_party third = {.limit = third_party_limit(policy)};
    for (size_t i = 0; third_party_is(role) && i < state->contacts_count; i++) {
        const ds_Contact *contact = &state->contacts[i];
        if (contact->role != role || contact->is_withdrawn) {
            continue;
        }
        third.count++;
        third.collectors += is_new_collector(state, role, i);
        int64_t at_ms = (int64_t)contact->at_ms;
        third.last_at_ms = at_ms > third.last_at_ms ? at_ms : third.last_at_ms;
    }
    third.is_over = third.limit != THIRD_PARTY_NO_LIMIT && third_party_is(role) &&
                    (int64_t)third.count >= third.limit;
    return third;
}
