/* sync/server/staff/member.h -- people of headquarters and the roles that they hold. */
#pragma once

#include "sync/server/staff/permit.h"

/* Who person `person_no` is now, with every role. Somebody who is no longer active holds none.
 * ERR_not_found. */
enum err member_load(struct hq_store *store, uint32_t person_no,
                     struct permit_person *person_out) MUST_USE;
/* By staff number. ERR_not_found. */
enum err member_find(struct hq_store *store, struct str code, uint32_t *person_no_out) MUST_USE;

/* Gives or takes a role in a branch (0: every branch), inside a transaction of the writer.
 * ERR_too_many past PERMIT_GRANTS_MAX. */
enum err member_grant(struct hq_store *store, uint32_t person_no,
                      const struct permit_grant *grant) MUST_USE;
/* ERR_not_found when the person does not hold it so. The role of table person counts as one of
 * HQ_BRANCH. */
enum err member_take(struct hq_store *store, uint32_t person_no,
                     const struct permit_grant *grant) MUST_USE;
/* Whether anybody else than `person_no` could sign in and holds the administrator's role: the
 * last one's is not taken. */
enum err member_has_other_admin(struct hq_store *store, uint32_t person_no,
                                bool *has_other_out) MUST_USE;
