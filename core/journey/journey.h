/* core/journey/journey.h -- what a collector does, each thing one straight line.
 *
 * The only writers of facts on the tablet. Every journey is one transaction:
 * facts appended to the journal and the chain, the case folded, report rows,
 * the day's stop and the draft. When it returns OK with is_done, all of that is
 * durable; with an error nothing of it is. Not pure: through the store only.
 *
 * "The domain says no" is in struct capture, never an error. Errors are those of
 * store.h, and ERR_not_found for a case that the tablet never had. */
#pragma once

#include "core/base/clock.h"
#include "core/domain/clock_judge.h"
#include "core/event/pass.h"
#include "core/rules/chance.h"
#include "core/rules/law_shelf.h"
#include "core/rules/plan_travel.h"
#include "core/rules/verdict.h"
#include "core/store/store.h"

#include "core/journey/draft.pb.h"

struct journey {
    struct store *store;
    const struct clock *clock;
    const struct rng *rng;
    struct arena *arena;  /* task arena; journeys roll it back to where it was */
    struct policy policy; /* in force; its images, when it has some, lie on the shelf */
    struct law_shelf shelf;
    int64_t policy_at_ms; /* when headquarters last confirmed it; 0 never */
    int64_t synced_at_ms; /* when the tablet last held all that headquarters had; 0 never */
    uint32_t device_no;
    uint32_t person_no;           /* 0: not enrolled */
    int32_t credential_until_day; /* last day of that person's credential; 0 not known */
    bool has_fix;                 /* set by the session whenever the position changes */
    ds_Fix fix;
    /* Roads of the tablet's map pack, set by the session: travel times for the planner, and the
     * length of one way, 0 where none leads. Both NULL: straight lines, longer by the policy's
     * detour, which is said of every plan made by them. */
    const struct plan_travel *travel;
    uint32_t (*way_m)(const void *context, struct geo_point from, struct geo_point to);
    const void *way_context;
    /* How much longer than straight lines the ways of the last weeks were, up to yesterday: one
     * answer a day, so that what is promised does not tremble. */
    struct detour detour;
    int32_t detour_day; /* for which it was learned; 0 not yet */
    /* Set by the session when a receiver tells the time; false until one exists. */
    bool has_gnss_time;
    int64_t gnss_at_ms;        /* the time it told … */
    int64_t gnss_monotonic_ms; /* … and the time since boot then, of the running boot */
    /* Key of the draft from which the facts of this journey were typed, set by the session around
     * it; NULL none. It goes in their transaction: who is cut off between the two would find it
     * filled in, and record the same once more. */
    const char *typed_key;
};

/* Borrows everything; reads who and what from the settings. A policy text that
 * cannot be read leaves the default policy in force. */
enum err journey_init(struct journey *journey, struct store *store, const struct clock *clock,
                      const struct rng *rng, struct arena *arena) MUST_USE;

/* What became of an intention. Not done when a rule blocks (verdict.is_allowed
 * false), when one warns and no override reason was given, or when something is
 * missing or out of range (fault.key is not NULL). */
struct capture {
    bool is_done;
    /* Recorded, because it happened, but the case ended or left this tablet meanwhile: what
     * becomes of it headquarters decides. The verdict says why. */
    bool is_for_hq;
    struct verdict verdict;
    struct event_fault fault;
    uint64_t first_seq, last_seq; /* the facts, when done */
    struct id id;                 /* of the first */
};

/* What is known of the right time at a reading of this tablet's clocks, by headquarters' answers
 * and the satellites. Never blocks anything; every fact carries its quality and offset. */
enum err journey_clock(struct journey *journey, const struct clock_reading *reading,
                       struct clock_judgement *judgement_out) MUST_USE;
/* The time that rules, days and screens go by: the wall clock's, unless that cannot be right;
 * then the likeliest (clock_judgement.best_ms), which stands still at headquarters' last answer
 * when nothing ties this boot to it. A wrong clock opens no door, makes no data young, and keeps
 * nobody from working. Facts keep what the wall clock said, with its quality and offset. */
int64_t journey_now_ms(struct journey *journey);

/* ---- who this tablet is ---- */

/* Makes the tablet's key pair, if it has none, and keeps what the enrolment code
 * says. `payload` is the whole code. ERR_exists when enrolled. */
enum err journey_enrol_begin(struct journey *journey, const char *payload, const char *url,
                             const char *code, const struct chain_public_key *hq_key,
                             struct chain_public_key *device_key_out) MUST_USE;
struct enrolment {
    uint32_t device_no, person_no, branch_no;
    const char *person_name, *branch_name;
    /* Headquarters' signature over number, person, branch, key and hq_at_ms, verified by the
     * caller; empty when headquarters gives none (before it did). */
    struct str certificate;
    int64_t hq_at_ms;
};
/* Headquarters' answer. ERR_exists when enrolled under another number, ERR_malformed
 * without numbers. */
enum err journey_enrol_finish(struct journey *journey, const struct enrolment *enrolment) MUST_USE;
/* What headquarters signed about this tablet, for introducing itself to a headquarters that
 * was restored from a backup older than the enrolment. ERR_not_found when it gave none. */
struct journey_certificate {
    uint32_t device_no, person_no, branch_no;
    int64_t hq_at_ms;
    struct chain_signature signature;
};
enum err journey_certificate(struct journey *journey,
                             struct journey_certificate *certificate_out) MUST_USE;
/* Answer to an introduction: the tablet is known again, under its number or, when that belongs
 * to another key meanwhile, under a new one (all facts are chained anew). ERR_malformed without
 * numbers, ERR_not_enrolled. */
enum err journey_introduced(struct journey *journey, const struct enrolment *enrolment) MUST_USE;
/* ERR_not_enrolled before the keys exist. */
enum err journey_keys(struct journey *journey, struct chain_public_key *public_out,
                      struct chain_secret_key *secret_out,
                      struct chain_public_key *hq_out) MUST_USE;

/* ---- the day ---- */

/* The civil day here and now, in the policy's zone, by journey_now_ms(). */
int32_t journey_today(struct journey *journey);

/* How likely somebody is met, by the hour: headquarters' counts of all visits, and those that this
 * tablet has learned of since; of the last CHANCE_DAYS. */
enum err journey_chance(struct store *store, struct arena *arena, int64_t now_ms,
                        int32_t offset_minutes, struct chance *chance_out) MUST_USE;

struct open_day {
    int32_t day;
    size_t planned_count, left_out_count;
    bool was_open;      /* the day had been opened before */
    bool is_replan;     /* only what stood in today's plan was looked at */
    bool has_new_order; /* plan_made was recorded */
};
/* Scores every open case and plans the day: agreed times first, then score.
 * Records day_opened (once a day) and plan_made (when the order changed). Called
 * again it plans anew what is not yet done. */
enum err journey_open_day(struct journey *journey, struct open_day *result_out) MUST_USE;

/* Moves the case's stop behind the others that are still to do today and records plan_made with
 * the new order. False on *was_moved_out, and nothing recorded, when it is not planned or is the
 * last one already. Like every order made by hand it stands: see journey_move_stop(). */
enum err journey_defer_stop(struct journey *journey, uint64_t case_no,
                            bool *was_moved_out) MUST_USE;

/* What an order made by hand costs, against the order that stands. */
struct plan_move {
    bool is_possible; /* the stop is planned, and `place` is another one than it has */
    int64_t end_before_ms, end_after_ms;
    int32_t travel_before_s, travel_after_s;
    /* Stops that can then no longer be begun in time (agreed time, contact hours), and one. */
    size_t missed_count;
    uint64_t missed_case_no;
    bool is_estimated; /* no road was looked at */
};
/* What moving the stop to `place` among those still to do (1: next) would cost; records nothing.
 * The others keep their order. */
enum err journey_check_move(struct journey *journey, uint64_t case_no, size_t place,
                            struct plan_move *move_out) MUST_USE;
/* Does it and records plan_made with the cost as it was shown. The stop is locked between the two
 * that are its neighbours now, or as the next one: no planning puts it elsewhere until it is
 * unlocked. A stop that then misses its time stays in the order without an arrival time. */
enum err journey_move_stop(struct journey *journey, uint64_t case_no, size_t place,
                           struct plan_move *move_out) MUST_USE;
/* Locks or unlocks a stop where it is and records plan_made. A locked stop is visited today
 * whatever it costs and keeps its order among the locked ones; those locked from the first one on
 * come before everything else. One that was left out finds its hour with the next planning
 * (journey_open_day). False on *was_changed_out: it is not of today's plan, or was so. */
enum err journey_lock_stop(struct journey *journey, uint64_t case_no, bool is_locked,
                           bool *was_changed_out) MUST_USE;
/* Plans anew what today's plan holds, when something came between: a visit overran, nobody was
 * home, a stop was skipped, the collector is elsewhere. The order that was shown changes only for
 * what is worth more than the change (plan_keep.h); without that the stops get new times and no
 * fact is made. A case that is not in today's plan waits for journey_open_day(), and a day that
 * was not opened is opened. */
enum err journey_replan(struct journey *journey, struct open_day *result_out) MUST_USE;
/* Why the plan should be made anew without being asked; PLAN_STALE_none: it should not. */
enum plan_stale {
    PLAN_STALE_none,
    PLAN_STALE_behind, /* what is next can no longer be reached as it was promised */
    PLAN_STALE_ahead,  /* a visit took much less than was thought: nobody was home */
    PLAN_STALE_cases,  /* the case of the next stop is gone */
    PLAN_STALE_far,    /* the collector is elsewhere than the plan has him */
    PLAN_STALE_rules,  /* the policy is another one: it may forbid what stands in the plan */
};
enum { PLAN_STALE_MINUTES = 10, PLAN_STALE_FAR_M = 1500 };
enum err journey_plan_stale(struct journey *journey, enum plan_stale *stale_out) MUST_USE;

struct close_day {
    uint32_t planned, visited, skipped;
    uint32_t left;               /* planned, neither visited nor skipped */
    uint32_t planned_distance_m; /* straight lines between the planned stops */
    uint32_t planned_minutes;    /* from the first stop to the end of the last */
    uint32_t worked_minutes;     /* from the first check-in to the last end; 0 none */
    uint32_t in_order;           /* visits that were made in the order of the day's first plan */
    uint32_t way_m;              /* between the visits as they were made; 0 not known */
    uint64_t made_count, confirmed_count; /* facts of the day; at headquarters by receipt */
    struct capture capture;
};
/* Records day_closed with the counts of the plan. May be done again: the last one
 * counts. `distance_m` is what the collector states. */
enum err journey_close_day(struct journey *journey, uint32_t distance_m, const char *note,
                           struct close_day *result_out) MUST_USE;
/* Pure: what a plan asked for and how much of it was done, added to `result`. */
void journey_day_planned(const struct policy *policy, const struct store_stop *stops, size_t count,
                         struct close_day *result);
/* Visits of `stops` that were made in the order in which the first plan of the day that begins at
 * `from_at_ms` had them: the longest row of them; without a plan none. And the way from one to
 * the next as they were made: by `way_m` where it is given and finds one, else straight. */
enum err journey_day_kept(struct store *store, struct arena *arena, int64_t from_at_ms,
                          const struct store_stop *stops, size_t count,
                          uint32_t (*way_m)(const void *context, struct geo_point from,
                                            struct geo_point to),
                          const void *way_context, struct close_day *result) MUST_USE;
/* Minutes from the first check-in to the end of the last visit of the day that begins at
 * `from_at_ms`; 0 without a visit that ended. */
enum err journey_day_worked(struct store *store, struct arena *arena, int64_t from_at_ms,
                            uint32_t *minutes_out) MUST_USE;
/* The same counts without recording anything. */
enum err journey_day_counts(struct journey *journey, int32_t day,
                            struct close_day *result_out) MUST_USE;

/* ---- a visit ---- */

struct visit_start {
    uint64_t case_no;
    uint32_t place;            /* address_kinds.def */
    uint32_t address_index;    /* in address_list() of the case */
    uint32_t visitors;         /* at the door for the creditor, self included */
    uint32_t override_reason;  /* override_reasons.def when a warning is passed; 0 none */
    uint32_t duties_asked;     /* bits of enum gate_duty that were answered … */
    uint32_t duties_done;      /* … with yes */
    char pass[PASS_TEXT_SIZE]; /* a supervisor's pass as typed or scanned; "" none */
};
/* The gate without recording anything: for the button. */
enum err journey_check_start(struct journey *journey, const struct visit_start *start,
                             struct verdict *verdict_out) MUST_USE;
/* Check-in: records visit_started and begins the draft. Where one rule blocks that a supervisor
 * may lift (gate_pass_rule()), a pass for it is checked, taken once for ever, and recorded beside
 * the visit (pass_used); one that does not fit is a fault "pass_fault.…", and nothing is recorded.
 * ERR_exists when a visit is still open: resume or finish that one first. */
enum err journey_start_visit(struct journey *journey, const struct visit_start *start,
                             struct capture *capture_out) MUST_USE;

/* The open visit. ERR_not_found when none is. ERR_corrupt. */
enum err journey_draft_load(struct journey *journey, ds_VisitDraft *draft_out) MUST_USE;
/* Durable when it returns OK: call it with every accepted tap. CHECKs that it is
 * the draft of the open visit. ERR_bad_text, ERR_not_found. */
enum err journey_draft_save(struct journey *journey, const ds_VisitDraft *draft) MUST_USE;

/* ---- a word from the door ---- */

enum visit_wait_state {
    VISIT_WAIT_none,    /* nobody waits */
    VISIT_WAIT_running, /* until then all is taken to be well */
    VISIT_WAIT_asked,   /* the time is up: the collector is asked */
    VISIT_WAIT_over,    /* … and did not answer within visit_timer_grace: raise the alarm */
    VISIT_WAIT_alarmed, /* it was raised */
};
struct visit_wait {
    enum visit_wait_state state;
    int64_t left_ms; /* until the question; negative since */
    int64_t next_ms; /* until the state changes by itself; INT64_MAX: it does not */
};
/* Pure. How the waiting stands. It needs no network and outlives a kill and a restart: it is in
 * the draft, by the time since boot and, for another boot, by the wall clock. */
struct visit_wait journey_visit_wait(const struct policy *policy, const ds_VisitDraft *draft,
                                     const struct clock_reading *now);
/* Pure. All is well, and from now on nobody need ask for `minutes`; 0: nobody waits any more.
 * Keep the draft afterwards. */
void journey_visit_expect(const struct clock_reading *now, int64_t minutes, ds_VisitDraft *draft);
/* Raises the alarm of a visit that is over its time, once for a waiting: an incident of
 * severity 3 that says it came from the tablet itself. Nothing to do is OK with
 * *was_raised_out false. */
enum err journey_raise_overdue(struct journey *journey, bool *was_raised_out,
                               struct capture *capture_out) MUST_USE;

/* Finishes the open visit from its draft. Facts: visit_finished; the arrangement
 * that the outcome needs; every other record of the draft. What was said and
 * seen is recorded whatever the gate says, with the rules that fired; an
 * arrangement that a rule blocks is refused and nothing is recorded yet. What only came
 * up while the visit was going on (a recall, a stop by headquarters, midnight) refuses
 * nothing: it is recorded with the rules that fired. */
enum err journey_finish_visit(struct journey *journey, struct capture *capture_out) MUST_USE;
/* Records visit_skipped and marks the stop. */
enum err journey_skip_visit(struct journey *journey, uint64_t case_no, const ds_VisitSkipped *skip,
                            struct capture *capture_out) MUST_USE;

/* ---- beside visits ---- */

/* A call or message that was made. */
enum err journey_log_contact(struct journey *journey, uint64_t case_no,
                             const ds_ContactAttempted *contact,
                             struct capture *capture_out) MUST_USE;
/* A payment shown or told, through an official channel. Outside a visit too. */
enum err journey_note_payment(struct journey *journey, uint64_t case_no,
                              const ds_PaymentNoted *payment, uint32_t override_reason,
                              struct capture *capture_out) MUST_USE;
/* `case_no` 0: not about a case. Never refused but for an unknown kind; a case that is not here
 * or cannot be read does not stop it. */
enum err journey_raise_safety(struct journey *journey, uint64_t case_no,
                              const ds_SafetyIncident *incident,
                              struct capture *capture_out) MUST_USE;
enum err journey_take_complaint(struct journey *journey, uint64_t case_no,
                                const ds_ComplaintTaken *complaint,
                                struct capture *capture_out) MUST_USE;
/* Keeps a photo, recording or document and records evidence_attached about the case, in the
 * visit that is open for it if one is. `evidence` of evidence_kinds.def, `media` of
 * media_types.def; `note` may be "". The bytes are durable before the fact. ERR_no_space is
 * met here first, before any fact is: nothing is recorded then, and the visit goes on without
 * the photo. ERR_too_long, ERR_out_of_range, ERR_corrupt: see store_attachment_put(). */
enum err journey_attach(struct journey *journey, uint64_t case_no, uint32_t evidence,
                        uint32_t media, struct str bytes, const char *note,
                        struct capture *capture_out) MUST_USE;
/* The same for a signature: the words that were read aloud and signed are its note, with who
 * signed and who was there. Signing again keeps both. */
enum err journey_sign(struct journey *journey, uint64_t case_no,
                      const ds_EvidenceAttached *signature, struct str png,
                      struct capture *capture_out) MUST_USE;
/* Any other fact of one case that needs no permission (contact point, address,
 * note, hardship, service …): `event` carries the payload, its head is filled
 * here. CHECKs a tablet's kind without a journey of its own. */
enum err journey_capture(struct journey *journey, uint64_t case_no, const ds_Event *event,
                         struct capture *capture_out) MUST_USE;
/* Shows a masked detail (detail_kinds.def) in clear, after recording that it was
 * shown. `index`: which contact point or address. The text lives in `arena`.
 * ERR_not_found when there is no such detail. */
enum err journey_reveal_detail(struct journey *journey, struct arena *arena, uint64_t case_no,
                               uint32_t detail, uint32_t index, const char **text_out) MUST_USE;
/* Takes back or restates an own fact; the original stays. Not done with a fault
 * when the target is not an own fact or of a kind that stands (rows_is_kept()), or
 * `anew` is of another kind. */
enum err journey_correct(struct journey *journey, const ds_Correction *correction,
                         struct capture *capture_out) MUST_USE;

/* ---- messages of headquarters ---- */

/* A message was opened: the first time it is a fact, of which headquarters hears; after that
 * nothing is recorded and capture_out->is_done is false. ERR_not_found: it left with its case. */
enum err journey_read_letter(struct journey *journey, uint64_t message_no,
                             struct capture *capture_out) MUST_USE;
/* What is answered to it; answering again replaces the answer, both stay facts. `answer` of
 * message_answers.def; some need words in `note`. Until when it was wanted is taken from the
 * message. ERR_not_found as above. */
enum err journey_answer_letter(struct journey *journey, uint64_t message_no, uint32_t answer,
                               const char *note, struct capture *capture_out) MUST_USE;

/* ---- what headquarters sends ---- */

/* Headquarters lacks chunks of an attachment; see store_attachment_lack(). */
struct download_lack {
    struct chain_hash hash;
    const uint32_t *indexes;
    size_t index_count;
};
/* Headquarters holds an attachment whole; see store_attachment_held(). */
struct download_held {
    struct chain_hash hash;
    uint32_t level;
    int64_t stored_at_ms;
    struct chain_signature signature; /* already verified by the caller */
};
/* Headquarters has heard an alarm; see store_alarm_heard(). */
struct download_alarm {
    uint64_t seq;
    enum alarm_state state;
    int64_t heard_at_ms;
    const char *by_name;
};

struct download {
    /* Receipt, its signature verified by the caller. */
    bool has_receipt;
    struct store_receipt receipt;
    bool has_safe_receipt; /* level 2, its signature verified by the caller */
    struct store_receipt safe_receipt;
    const struct download_lack *lacks;
    size_t lack_count;
    const struct download_held *helds;
    size_t held_count;
    const struct download_alarm *alarms;
    size_t alarm_count;
    struct str certificate; /* of a new number, verified by the caller; empty: none */
    uint64_t send_from_seq; /* 0: go on */
    uint32_t new_device_no; /* 0, or: cloned or restored, everything is chained anew */
    /* One page of the feed. */
    uint64_t next_cursor;
    struct str next_tag;
    /* Headquarters has more than this answer brings, or could not say: what is held
     * stays as old as it was. */
    bool is_behind;
    bool is_restart; /* first page of all rows anew */
    bool has_more;
    const struct store_case_feed *rows;
    size_t row_count;
    const struct store_question *questions;
    size_t question_count;
    const struct store_letter *letters;
    size_t letter_count;
    struct str policy_text; /* empty: unchanged */
    const char *chance;     /* counts of chance_write(); NULL or empty: unchanged */
    int64_t hq_at_ms;
    const struct enrolment *holder; /* NULL: unchanged; device_no is not read */
    bool is_revoked;                /* read with holder */
    int32_t credential_until_day;   /* read with holder; 0: not said */
    const char *card;               /* read with holder: the authorisation card; NULL as "": none */
    uint32_t next_sync_s;
    uint32_t needs_version;
    /* Headquarters' next key, which the present one signed: verified by the caller; NULL: none. */
    const struct chain_public_key *hq_key;
    struct str tls_pins;    /* 32 bytes each; empty: unchanged */
    const char *spool_name; /* of the answered envelope, forgotten with it; NULL none */
};
struct download_result {
    size_t case_count, withdrawn_count, quarantined_count;
    bool has_new_policy;
    enum receipt_result receipt;
};
/* Everything in one transaction, with the cursor. A row or policy that cannot be
 * read goes to quarantine and blocks nothing. */
enum err journey_apply_download(struct journey *journey, const struct download *download,
                                struct download_result *result_out) MUST_USE;
/* Applies a quarantined row or policy again, after an update of the program for example.
 * `is_done_out`: it could be read and is out of quarantine; else it stays as it is.
 * ERR_not_found. An item that is not named "case <no>" or "policy" (an answer as a file) is
 * not for this: ERR_unknown_kind; see spool_retry(). */
enum err journey_quarantine_retry(struct journey *journey, const char *name,
                                  bool *is_done_out) MUST_USE;

/* Headquarters' keys before the present one, newest first, in the task arena: what they signed
 * then (policies, receipts) still holds. */
enum err journey_older_hq_keys(struct journey *journey, struct chain_public_key **keys_out,
                               size_t *count_out) MUST_USE;

/* After a damaged store was put together anew (core/store/store_rescue.h): the fact that says so,
 * once, and the draft of a visit that is over goes. Nothing to do for any other store. */
enum err journey_rescued(struct journey *journey) MUST_USE;

/* ---- keeping projections right ---- */

/* Makes every projection anew from the journal and headquarters' states: shown
 * states, columns, report rows, stops. Equal to what was there, or it was wrong. */
enum err journey_rebuild(struct journey *journey) MUST_USE;
