/* core/journey/journey_private.h -- what the journeys share: the head of a fact,
 * the case at hand, and the one transaction. */
#pragma once

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/domain/geo.h"
#include "core/event/address.h"
#include "core/journey/journey.h"
#include "core/rules/gate.h"
#include "core/rules/plan.h"

#define JOURNEY_DRAFT_KEY "visit"

enum { JOURNEY_BATCH_MAX = 32 }; /* a visit: 2 + 14 records + 6 points + 4 addresses */

/* Facts about to be captured together. Arrays live in the task arena. */
struct journey_batch {
    struct store_case *subject; /* NULL: not about a case */
    ds_Event *events;           /* JOURNEY_BATCH_MAX */
    size_t count;
    bool is_for_hq; /* see struct capture */
    bool drops_draft;
    const ds_VisitDraft *draft;        /* written with the facts; NULL none */
    const struct store_letter *letter; /* what of it was read or answered; NULL none */
    bool has_stop;
    enum stop_state stop_state;
};

/* An empty batch about `case_no` (0: none). ERR_not_found, ERR_not_enrolled. */
enum err journey_batch_start(struct journey *journey, uint64_t case_no,
                             struct journey_batch *batch_out) MUST_USE;
/* A new fact at the end, its head filled; the caller adds the payload.
 * `visit_seq` 0: of the visit that is open for this case, if any. */
ds_Event *journey_batch_add(struct journey *journey, struct journey_batch *batch,
                            uint64_t visit_seq);
/* False with the first fault of any of its facts. */
bool journey_batch_check(const struct journey_batch *batch, struct event_fault *fault_out);
/* One transaction. A full disk is met once by giving up the reserve. */
enum err journey_batch_commit(struct journey *journey, const struct journey_batch *batch,
                              struct capture *capture_out) MUST_USE;
/* check, and commit unless something is missing or `verdict` stands against it:
 * it blocks, or it warns and there is no `override_reason`. */
enum err journey_batch_finish(struct journey *journey, const struct journey_batch *batch,
                              const struct verdict *verdict, uint32_t override_reason,
                              struct capture *capture_out) MUST_USE;
/* The rules of `verdict` are recorded with a fact that has happened; they stop nothing. */
struct verdict journey_as_recorded(const struct verdict *verdict);
/* The case is not to be worked on any more: recalled, closed, or gone from this tablet. */
bool journey_is_over(const struct store_case *subject);
bool journey_verdict_passes(const struct verdict *verdict, uint32_t override_reason);

/* ---- the plan of today: day_plan.c ---- */

struct day_plan {
    int32_t day;
    int64_t now_ms;
    struct store_stop *before; /* as it stands: done ones first */
    size_t before_count;
    struct store_stop *todo; /* as it shall be: planned ones in order, then those left out */
    size_t planned_count, todo_count;
    struct geo_point last_place; /* of the stop visited last; 0,0 none */
    uint64_t open_case_no;       /* of the visit that is going on; 0 none */
    int64_t open_since_ms;
    struct chance chance; /* of meeting somebody, by the hour */
};
/* What stands; nothing shall be yet. */
enum err journey_day_plan_load(struct journey *journey, struct day_plan *plan_out) MUST_USE;
/* journey->detour for the day: learned once. */
enum err journey_detour(struct journey *journey, int32_t today) MUST_USE;
/* The planner's terms of what is left of the day; kept in one place because the source of travel
 * times is pointed at. */
struct day_terms {
    struct plan_terms terms;
    struct plan_straight straight;
    struct plan_travel estimate;
};
void journey_day_plan_terms(const struct journey *journey, const struct day_plan *plan,
                            struct day_terms *terms_out);
/* Is the collector at that stop's door now? Then it goes before everything, for what is left of
 * its time. */
bool journey_day_plan_at_door(const struct journey *journey, const struct day_plan *plan,
                              struct plan_stop *stop);
/* The contact hours of this case on the plan's day, where they are narrower than the policy's. */
void journey_day_plan_hours(const struct journey *journey, const struct day_plan *plan,
                            const struct store_case *subject, struct plan_stop *stop);
struct store_stop journey_day_plan_stop(const struct day_plan *plan, const struct plan_entry *entry,
                                        const struct plan_summary *summary);
/* Lengths of the ways to the stops of `todo`, on the road where there are roads. */
void journey_day_plan_ways(const struct journey *journey, const struct day_plan *plan,
                           struct geo_point from);
/* plan_made of what is done and what is to do. */
void journey_day_plan_made(const struct day_plan *plan, ds_PlanMade *made_out);
/* What is to do is what stood before, in the same order. */
bool journey_day_plan_is_same(const struct day_plan *plan);
/* A fact that is about no case, with its report rows. In a transaction. */
enum err journey_append_plain(struct journey *journey, const ds_Event *event) MUST_USE;
struct geo_point journey_stop_place(const struct store_stop *stop);
/* Metres of one way: on the road where there is one, else straight; 0 where a place is unknown. */
uint32_t journey_way_m(const struct journey *journey, struct geo_point from, struct geo_point to);

/* What the tablet holds of a case that is about to leave it. */
struct journey_clearing {
    uint64_t case_no;
    bool is_held; /* there is something to clear */
    ds_CaseCleared cleared;
};
enum err journey_clear_look(struct journey *journey, uint64_t case_no,
                            struct journey_clearing *clearing_out) MUST_USE;
/* States that it was cleared, if there was something; in the transaction that wipes it. */
enum err journey_clear_state(struct journey *journey,
                             const struct journey_clearing *clearing) MUST_USE;

/* One row of the feed, one policy: applied, or put aside whole. In a transaction. */
enum err journey_apply_row(struct journey *journey, const struct store_case_feed *row,
                           struct download_result *result) MUST_USE;
enum err journey_apply_policy(struct journey *journey, struct str text,
                              struct download_result *result) MUST_USE;
/* All facts go on under `device_no`. In a transaction. */
enum err journey_rechain(struct journey *journey, uint32_t device_no) MUST_USE;
/* Headquarters goes on under `key`, inside the caller's transaction; see download.hq_key. */
enum err journey_hq_key_take(struct journey *journey, const struct chain_public_key *key) MUST_USE;
/* Keeps headquarters' signature over this tablet, with whom it is for; empty: nothing. */
enum err journey_certificate_keep(struct journey *journey, struct str certificate,
                                  int64_t hq_at_ms) MUST_USE;

/* Reads anew who, by which policy and since when. */
enum err journey_reload(struct journey *journey) MUST_USE;

/* What the gate looks at, now. `address_index`: in address_list(); past its end: no place. */
struct gate_facts journey_gate_facts(struct journey *journey, const struct store_case *subject,
                                     uint32_t place, uint32_t address_index, uint32_t visitors,
                                     uint32_t override_reason);
/* The clocks now and what can be thought of them. */
struct clock_judgement journey_clock_now(struct journey *journey, struct clock_reading *now_out);
/* Headquarters' time in an answer to envelope `spool_name` (NULL: to none that was sealed). In a
 * transaction, before the envelope is forgotten. */
enum err journey_hq_time(struct journey *journey, int64_t hq_at_ms,
                         const char *spool_name) MUST_USE;
/* The open visit when it is about this case; else seq 0. */
uint64_t journey_open_visit_seq(struct journey *journey, uint64_t case_no);

/* Folds one more fact on a state of which the tablet does not know all facts:
 * when headquarters folded something later, ours comes after it for now. */
void journey_fold_on(ds_CaseState *state, const ds_CaseRecord *record, const struct fact *fact);
/* Writes the shown state and the score. */
enum err journey_case_save(struct journey *journey, const ds_CaseRecord *record,
                           const ds_CaseState *state) MUST_USE;
/* Rows and shown state of one case from headquarters' state and own facts. The
 * rows of the case must have been cleared. In a transaction. */
enum err journey_project_case(struct journey *journey, uint64_t case_no) MUST_USE;
/* Every projection, in the caller's transaction. */
enum err journey_project_all(struct journey *journey) MUST_USE;
struct store_rank journey_rank_of(struct journey *journey, const ds_CaseRecord *record,
                                  const ds_CaseState *state);
/* One fact of any kind with the payload of `event`, judged by `verdict`. */
enum err journey_capture_any(struct journey *journey, uint64_t case_no, const ds_Event *event,
                             const struct verdict *verdict, uint32_t override_reason,
                             struct capture *capture_out) MUST_USE;
/* What the rules say of a payment that was shown or told. */
struct verdict journey_judge_payment(struct journey *journey, const struct store_case *subject,
                                     const ds_PaymentNoted *payment);
/* Appends the facts that a draft gives, the arrangement's verdict in `verdict_out`. */
void journey_draft_facts(struct journey *journey, const ds_VisitDraft *draft,
                         struct journey_batch *batch, struct verdict *verdict_out);
