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

static bool is_new_collector(const ds_CaseState *state, uint32_t role, size_t at,
                             uint32_t person_no)
{
    for (size_t i = 0; i < at; i++) {
        ds_OlderContact contact;
        if (fold_contact(state, i, &contact) && contact.role == role &&
            contact.person_no == person_no) {
            return false;
        }
    }
    return true;
}

struct third_party third_party_read(const struct policy *policy, const ds_CaseState *state,
                                    uint32_t role)
{
    struct third_party third = {.limit = third_party_limit(policy)};
    if (!third_party_is(role)) {
        return third;
    }
    for (size_t i = 0; i < fold_contact_count(state); i++) {
        ds_OlderContact contact;
        if (!fold_contact(state, i, &contact) || contact.role != role) {
            continue;
        }
        third.count++;
        third.collectors += is_new_collector(state, role, i, contact.person_no);
        int64_t at_ms = (int64_t)contact.at_ms;
        third.last_at_ms = at_ms > third.last_at_ms ? at_ms : third.last_at_ms;
    }
    for (size_t i = 0; i < state->third_contacts_count; i++) {
        const ds_ThirdContacts *older = &state->third_contacts[i];
        int64_t at_ms = (int64_t)older->last_at_ms;
        if (older->role == role) {
            third.count += older->count;
            third.last_at_ms = at_ms > third.last_at_ms ? at_ms : third.last_at_ms;
        }
    }
    third.collectors += third.collectors == 0 && third.count > 0;
    third.is_over = third.limit != THIRD_PARTY_NO_LIMIT && (int64_t)third.count >= third.limit;
    return third;
}
