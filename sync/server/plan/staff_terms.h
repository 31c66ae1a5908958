/* sync/server/plan/staff_terms.h -- what planning knows of a person beside areas and capacity.
 *
 * Kept as one setting a person, "plan.staff.<person_no>": lines `name = value` of
 *     skills = 车贷;two_visitors     products, clients or needs that the person is trained for
 *     leave = 2026-12-01/2026-12-05;2026-12-24
 *     hours = 08:30-17:30
 *     place = 31.2041000 118.1673000   WGS-84: where a day begins and ends
 * A line that is missing leaves the member as staff_terms_none() has it. */
#pragma once

#include "core/domain/geo.h"
#include "sync/server/store/hq_store.h"

enum { STAFF_LEAVES_MAX = 16, STAFF_TERMS_SIZE_MAX = 1000 };

struct staff_leave {
    int32_t from_day, until_day; /* both are days off */
};

struct staff_terms {
    struct str skills; /* separated by ';' */
    struct staff_leave leaves[STAFF_LEAVES_MAX];
    size_t leave_count;
    int32_t from_minute, until_minute; /* of the day; 0, 1440: not known, see portfolio.c */
    struct geo_point place;            /* 0,0: not known */
};

struct staff_terms staff_terms_none(void);
/* Reads one value of the four; empty leaves the member alone. False when it is malformed. The
 * text of skills is borrowed. */
bool staff_terms_set_skills(struct staff_terms *terms, struct str text);
bool staff_terms_set_leave(struct staff_terms *terms, struct str text);
bool staff_terms_set_hours(struct staff_terms *terms, struct str text);
bool staff_terms_set_place(struct staff_terms *terms, struct str text);
/* What staff_terms_write() gave; a line that is not understood is passed over. */
struct staff_terms staff_terms_read(struct str text);
/* As above; in `arena`. */
const char *staff_terms_write(struct arena *arena, const struct staff_terms *terms);
/* "2026-12-01/2026-12-05;2026-12-24"; in `arena`. */
const char *staff_terms_leave_text(struct arena *arena, const struct staff_terms *terms);
bool staff_terms_is_away(const struct staff_terms *terms, int32_t day);
/* Inside a transaction of the writer. */
enum err staff_terms_put(struct arena *arena, struct hq_store *store, uint32_t person_no,
                         const struct staff_terms *terms) MUST_USE;
