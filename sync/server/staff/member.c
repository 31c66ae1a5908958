/* Reading and changing who holds which role. */
#include "sync/server/staff/member.h"

#include "core/base/check.h"

#include <string.h>

static void add(struct permit_person *person, uint32_t role, uint32_t branch_no)
{
    if (role != STAFF_ROLE_none && person->grant_count < PERMIT_GRANTS_MAX) {
        person->grants[person->grant_count++] = (struct permit_grant){role, branch_no};
    }
}

static enum err load_roles(struct hq_store *store, struct permit_person *person)
{
    struct hq_query query = hq_query(store, SQL_HQ_member_roles);
    hq_bind_i64(&query, "$person_no", person->person_no);
    while (hq_next(&query)) {
        add(person, (uint32_t)hq_i64(&query, 0), (uint32_t)hq_i64(&query, 1));
    }
    return hq_end(&query);
}

enum err member_load(struct hq_store *store, uint32_t person_no, struct permit_person *person_out)
{
    *person_out = (struct permit_person){.person_no = person_no};
    bool is_found = false, is_active = false;
    struct hq_query query = hq_query(store, SQL_HQ_member_get);
    hq_bind_i64(&query, "$person_no", person_no);
    if (hq_next(&query)) {
        is_found = true;
        is_active = hq_i64(&query, 4) != 0;
        (void)str_copy(person_out->code, sizeof person_out->code, hq_text(&query, 0));
        (void)str_copy(person_out->name, sizeof person_out->name, hq_text(&query, 1));
        person_out->team_no = (uint32_t)hq_i64(&query, 3);
        if (is_active) {
            add(person_out, (uint32_t)hq_i64(&query, 2), HQ_BRANCH);
        }
    }
    TRY(hq_end(&query));
    if (!is_found) {
        return ERR_not_found;
    }
    return is_active ? load_roles(store, person_out) : OK;
}

enum err member_find(struct hq_store *store, struct str code, uint32_t *person_no_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_person_by_code);
    hq_bind_text(&query, "$code", code);
    int64_t person_no = 0;
    TRY(hq_one_i64(&query, &person_no));
    *person_no_out = (uint32_t)person_no;
    return OK;
}

static void bind(struct hq_query *query, uint32_t person_no, const struct permit_grant *grant)
{
    hq_bind_i64(query, "$person_no", person_no);
    hq_bind_i64(query, "$role", grant->role);
    hq_bind_i64(query, "$in_branch_no", grant->branch_no);
}

enum err member_grant(struct hq_store *store, uint32_t person_no, const struct permit_grant *grant)
{
    CHECK(staff_role_name(grant->role) != NULL);
    struct permit_person person;
    TRY(member_load(store, person_no, &person));
    if (person.grant_count == PERMIT_GRANTS_MAX) {
        return ERR_too_many;
    }
    for (size_t i = 0; i < person.grant_count; i++) {
        if (person.grants[i].role == grant->role &&
            person.grants[i].branch_no == grant->branch_no) {
            return OK;
        }
    }
    struct hq_query query = hq_query(store, SQL_HQ_member_grant);
    bind(&query, person_no, grant);
    return hq_run(&query);
}

enum err member_take(struct hq_store *store, uint32_t person_no, const struct permit_grant *grant)
{
    struct hq_query query = hq_query(store, SQL_HQ_member_take);
    bind(&query, person_no, grant);
    TRY(hq_run(&query));
    int64_t taken_count = hq_changed_count(store);
    if (grant->branch_no == HQ_BRANCH) {
        struct hq_query first = hq_query(store, SQL_HQ_member_clear_role);
        hq_bind_i64(&first, "$person_no", person_no);
        hq_bind_i64(&first, "$role", grant->role);
        TRY(hq_run(&first));
        taken_count += hq_changed_count(store);
    }
    return taken_count > 0 ? OK : ERR_not_found;
}

enum err member_has_other_admin(struct hq_store *store, uint32_t person_no, bool *has_other_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_member_other_admins);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$role", STAFF_ROLE_admin);
    int64_t count = 0;
    TRY(hq_one_i64(&query, &count));
    *has_other_out = count > 0;
    return OK;
}
