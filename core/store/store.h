/* core/store/store.h -- the device database: the whole contract.
 *
 * One SQLite file, one connection, one process (WAL, synchronous=EXTRA,
 * locking_mode=EXCLUSIVE). Not pure. A call that writes is durable when it
 * returns OK outside a transaction, or when store_commit() does.
 *
 * Only journeys, the spool and the session write; screens read, in enter().
 *
 * Every function may give: ERR_io (the flush or the read failed: nothing of the
 * transaction is saved; every later call gives ERR_io until store_reopen()),
 * ERR_no_space (nothing saved; see store_reserve_release()), ERR_corrupt (the
 * file is damaged). Further errors stand with the function. Domain refusals do
 * not exist here. Attachments have a file of their own: core/store/store_attachment.h. */
#pragma once

#include "core/base/clock.h"
#include "core/base/rng.h"
#include "core/event/chain.h"
#include "core/event/event.h"
#include "core/event/rows.h"

struct store;

/* ---- open ---- */

/* What every byte of the store is encrypted and authenticated with. Made at random by whoever
 * keeps keys, never from a PIN alone. */
enum { STORE_KEY_SIZE = 32 };
struct store_key {
    uint8_t bytes[STORE_KEY_SIZE];
};

struct store_options {
    const char *path;      /* of the database file; borrowed, must outlive the store */
    const char *vfs;       /* SQLite VFS; NULL: the system's */
    uint32_t reserve_size; /* bytes of "<path>.reserve", given up when the disk is full; 0 none */
    /* Read during store_open() alone (the store keeps what it derives from it in locked memory
     * until store_close()); wipe it afterwards. NULL: a plain file, for tests and controls. */
    const struct store_key *key;
    const struct rng *rng; /* for nonces; needed with a key; must outlive the store */
};

/* Opens or makes the database (mode 0600); the store lives in `arena` (program lifetime).
 * An older file is copied to "<path>.before-<version>" and then migrated, each
 * migration in its own transaction. After an unclean stop the whole file is
 * checked; the last links of the journal are checked always.
 * A plain file of an earlier version is sealed at the first open with a key, cut by cut
 * repeatable, and its bytes are overwritten.
 * ERR_newer_database (nothing was touched), ERR_corrupt, ERR_bad_link, ERR_busy
 * (another process has it), ERR_wrong_key (no page of the file was sealed with `key`, or the file
 * is sealed and there is no key; nothing was touched). */
enum err store_open(struct arena *arena, const struct store_options *options,
                    struct store **store_out) MUST_USE;
/* Ends it; an open transaction is rolled back. `*store` becomes NULL. */
void store_close(struct store **store);
/* After ERR_io: drops the connection and every cached state, opens from disk. */
enum err store_reopen(struct store *store) MUST_USE;
/* Text of the last SQLite error, without personal data; lives until the next call. */
const char *store_error_text(const struct store *store);
/* Gives up the reserve after ERR_no_space; true when there was one, so that the
 * same transaction may be tried once more. */
bool store_reserve_release(struct store *store);
/* Makes the reserve again when there is room for it; true when it stands (or none is wanted).
 * Outside a transaction (CHECKed). Done at every open; journeys do it at quiet moments. */
bool store_reserve_restore(struct store *store);

/* How this tablet is, for the sync centre and for headquarters. */
struct store_health {
    int64_t oldest_unsent_at_ms; /* oldest fact not at headquarters; 0 none */
    uint64_t quarantine_count;
    uint64_t attachment_count; /* that headquarters does not hold whole */
    uint64_t attachment_size;  /* their bytes */
    uint64_t alarm_count;      /* not yet heard by headquarters */
    uint64_t free_size;        /* of the disk; UINT64_MAX when that is not known */
    bool is_reserve_gone;      /* the disk was full: only facts are taken, no photos */
    bool is_media_damaged;     /* the file of attachments cannot be read: no photos */
};
enum err store_health_read(struct store *store, struct store_health *health_out) MUST_USE;

/* One transaction at a time; no nesting. store_rollback() after a failed call. */
enum err store_begin(struct store *store) MUST_USE;
enum err store_commit(struct store *store) MUST_USE;
void store_rollback(struct store *store);
/* Folds the write-ahead log into the file and empties it, so that what was wiped
 * is in neither. Outside a transaction (CHECKed). */
enum err store_checkpoint(struct store *store) MUST_USE;
bool store_is_in_transaction(const struct store *store);

/* ---- settings: settings.def ---- */

enum setting {
#define SETTING(name, type) SETTING_##name,
#include "core/store/settings.def"
#undef SETTING
    SETTING_COUNT
};

/* `fallback` when never set. */
enum err store_setting_number(struct store *store, enum setting setting, int64_t fallback,
                              int64_t *value_out) MUST_USE;
enum err store_setting_set_number(struct store *store, enum setting setting,
                                  int64_t value) MUST_USE;
/* Text or bytes into `arena`, NUL after the last byte; empty when never set. */
enum err store_setting_bytes(struct store *store, struct arena *arena, enum setting setting,
                             struct str *value_out) MUST_USE;
enum err store_setting_set_bytes(struct store *store, enum setting setting, const void *bytes,
                                 size_t size) MUST_USE;
enum err store_setting_set_text(struct store *store, enum setting setting,
                                const char *text) MUST_USE;

/* ---- journal: own facts, append-only ---- */

enum record_state {
    RECORD_on_tablet,   /* in the journal */
    RECORD_sealed,      /* in an envelope in the spool */
    RECORD_at_hq,       /* covered by a verified signed receipt */
    RECORD_hq_needs_you /* headquarters has a question about it */
};

struct store_record {
    uint64_t seq;
    uint32_t origin_no; /* device number under which it was captured: see struct fact */
    struct id id;
    struct chain_link link;
    int64_t at_ms;       /* as the event says */
    int64_t order_at_ms; /* see fact_compare() */
    uint32_t kind;       /* enum event_kind */
    uint64_t case_no;
    uint64_t visit_seq; /* visit_started it belongs to; 0 none */
    struct str body;
    enum record_state state;
    const char *debtor_name; /* of the case while the tablet has it; else "" */
};

struct store_records {
    struct store_record *items;
    size_t count;
};

/* Appends one fact in the open transaction (CHECKed): encodes `event`, gives it
 * the next seq, links it. ERR_not_enrolled without a device number, ERR_too_long,
 * ERR_bad_text. */
enum err store_journal_append(struct store *store, const ds_Event *event,
                              struct fact *fact_out) MUST_USE;
/* Last seq (0: empty), its link and order. Outputs may be NULL. */
enum err store_journal_last(struct store *store, uint64_t *seq_out, struct chain_link *link_out,
                            int64_t *order_at_ms_out) MUST_USE;
/* Link after `seq`; seq 0 gives zeros. ERR_not_found. */
enum err store_journal_link(struct store *store, uint64_t seq,
                            struct chain_link *link_out) MUST_USE;
/* Facts with seq > after_seq in order: at most `count_max` and, but for the
 * first, at most `size_max` bytes of bodies. */
enum err store_journal_read(struct store *store, struct arena *arena, uint64_t after_seq,
                            size_t count_max, size_t size_max,
                            struct store_records *records_out) MUST_USE;
/* One fact, decoded. ERR_not_found, ERR_corrupt. */
enum err store_journal_fact(struct store *store, uint64_t seq, struct fact *fact_out) MUST_USE;
enum err store_journal_find(struct store *store, const struct id *id,
                            struct fact *fact_out) MUST_USE;
/* Facts of one case with seq > after_seq, in order. */
enum err store_journal_case(struct store *store, struct arena *arena, uint64_t case_no,
                            uint64_t after_seq, struct store_records *records_out) MUST_USE;
/* "My work", newest first: from_at_ms <= at_ms < until_at_ms, seq < before_seq
 * (0: from the newest), `kind` 0: all. */
enum err store_journal_list(struct store *store, struct arena *arena, uint32_t kind,
                            int64_t from_at_ms, int64_t until_at_ms, uint64_t before_seq,
                            size_t count_max, struct store_records *records_out) MUST_USE;
/* Recomputes every link from the first fact. ERR_bad_link, with the seq. */
enum err store_journal_verify(struct store *store, uint64_t *bad_seq_out) MUST_USE;

/* ---- outbox: a view of the journal, receipts, questions of headquarters ---- */

struct store_outbox {
    uint64_t last_seq;       /* of the journal */
    uint64_t sealed_seq;     /* facts up to here are in envelopes */
    uint64_t stored_seq;     /* facts up to here are at headquarters, by signed receipt */
    uint64_t safe_seq;       /* … and in a verified backup there */
    uint64_t fork_seq;       /* headquarters has another fact there; 0: no fork */
    uint64_t question_count; /* open questions of headquarters */
    uint64_t quarantine_count;
    int64_t oldest_unsent_at_ms; /* oldest fact not at headquarters; 0 none */
    int64_t last_receipt_at_ms;  /* headquarters' time of the last receipt; 0 never */
};
enum err store_outbox_read(struct store *store, struct store_outbox *outbox_out) MUST_USE;
/* Facts of `kind` (0: all) with from_at_ms <= at_ms < until_at_ms: how many were
 * made, how many of them headquarters has confirmed. */
enum err store_outbox_count(struct store *store, uint32_t kind, int64_t from_at_ms,
                            int64_t until_at_ms, uint64_t *made_count_out,
                            uint64_t *confirmed_count_out) MUST_USE;
/* State of one fact. ERR_not_found. */
enum err store_outbox_state(struct store *store, uint64_t seq,
                            enum record_state *state_out) MUST_USE;

struct store_envelope {
    const char *name; /* of the file in spool/out */
    uint64_t first_seq, last_seq;
    int64_t sealed_at_ms;
};
/* Notes that facts first_seq .. last_seq lie sealed in envelope `name`. The same
 * name again replaces it. CHECKs first_seq <= last_seq. */
enum err store_outbox_seal(struct store *store, const struct store_envelope *envelope) MUST_USE;
/* Envelopes not yet covered by a receipt, oldest first. */
enum err store_outbox_envelopes(struct store *store, struct arena *arena,
                                struct store_envelope **envelopes_out, size_t *count_out) MUST_USE;
/* The envelope is gone from the spool without a receipt: its facts are unsealed. */
enum err store_outbox_unseal(struct store *store, const char *name) MUST_USE;
/* The tablet's clock when envelope `name` (of any kind, tickets too) was sealed: what the
 * answer to it says of headquarters' time was said after that moment, so it is only worth
 * something within that boot. Forgotten with store_outbox_unseal(), send_from and rechain. */
enum err store_sealing_note(struct store *store, const char *name,
                            const struct clock_reading *reading) MUST_USE;
/* ERR_not_found. */
enum err store_sealing_get(struct store *store, const char *name,
                           struct clock_reading *reading_out) MUST_USE;

struct store_receipt {
    uint64_t stored_seq;
    struct chain_link link;           /* headquarters' link at stored_seq */
    int64_t stored_at_ms;             /* headquarters' time */
    uint32_t level;                   /* 1 stored, 2 safe */
    struct str bytes;                 /* as signed, kept as evidence */
    struct chain_signature signature; /* already verified by the caller */
};
enum receipt_result {
    RECEIPT_RESULT_applied,
    RECEIPT_RESULT_known, /* nothing new in it */
    RECEIPT_RESULT_fork,
    RECEIPT_RESULT_ahead,
};
/* Applies a receipt whose signature the caller has verified. Its link must equal
 * ours at that seq; else it is a fork (or, past our end, "ahead": this database
 * is an older copy): everything is kept, fork_seq is set, nothing is confirmed. */
enum err store_outbox_receipt(struct store *store, const struct store_receipt *receipt,
                              enum receipt_result *result_out) MUST_USE;
/* Headquarters lost what it had (restored from a backup) or asks again: facts
 * from `from_seq` on count as unsealed and unconfirmed. */
enum err store_outbox_send_from(struct store *store, uint64_t from_seq) MUST_USE;
/* This tablet was cloned or restored: every fact is chained again under
 * `device_no`, which becomes SETTING_device_no; all of them are unsealed. Ids and
 * seqs stay, and so do projections and the targets of corrections; the lineage
 * tells how ids are computed. The facts under the old number stay in the file, out
 * of every reading. In a transaction (CHECKed). Nothing to do when it has that
 * number. ERR_exists when that number was used, ERR_too_many past LIMIT_lineage. */
enum err store_journal_rechain(struct store *store, uint32_t device_no) MUST_USE;
/* Numbers under which facts of the journal were captured before, for chain_origin();
 * none for a tablet that was never chained anew. Ascending in until_seq. */
enum err store_lineage(struct store *store, struct chain_lineage entries_out[LIMIT_lineage],
                       size_t *count_out) MUST_USE;

/* ---- alarms: safety facts that go before everything else ---- */

/* Severity 3 (help needed) or silent. */
bool store_is_alarm(const ds_Event *event);
enum alarm_state {
    ALARM_unheard, /* nothing signed says that headquarters has it */
    ALARM_heard,   /* headquarters has it, by a signed answer */
    ALARM_seen     /* … and a person there has seen it */
};
struct store_alarm {
    uint64_t seq;
    struct id id;
    int64_t at_ms;
    uint64_t case_no;
    struct str body; /* of the fact */
    enum alarm_state state;
    int64_t heard_at_ms; /* headquarters' time of that state; 0 not heard */
    const char *by_name; /* who has seen it; "" nobody said */
};
/* Alarms of this tablet, newest first; `only_pending`: unheard ones whose fact is not at
 * headquarters either, oldest first: what is to be sent. */
enum err store_alarm_list(struct store *store, struct arena *arena, bool only_pending,
                          struct store_alarm **alarms_out, size_t *count_out) MUST_USE;
/* Headquarters' signed word, verified by the caller. A state never goes back; a seq that is
 * no alarm of this tablet changes nothing. */
enum err store_alarm_heard(struct store *store, uint64_t seq, enum alarm_state state,
                           int64_t heard_at_ms, const char *by_name) MUST_USE;

struct store_question {
    uint64_t seq;     /* of the own fact it is about; 0: about none */
    uint32_t code;    /* enum verdict code of the protocol */
    const char *text; /* sentence of headquarters */
    int64_t asked_at_ms;
    bool is_settled;
};
enum err store_question_put(struct store *store, const struct store_question *question) MUST_USE;
enum err store_question_list(struct store *store, struct arena *arena, bool only_open,
                             struct store_question **questions_out, size_t *count_out) MUST_USE;
enum err store_question_settle(struct store *store, uint64_t seq) MUST_USE;

/* ---- quarantine: answers and items that could not be applied ---- */

struct store_quarantined {
    const char *name; /* unique: file name or "case <no>" */
    uint32_t err;     /* enum err */
    struct str bytes;
    int64_t at_ms;
    bool was_exported; /* not read by store_quarantine_put() */
};
enum err store_quarantine_put(struct store *store, const struct store_quarantined *item) MUST_USE;
/* Oldest first. */
enum err store_quarantine_list(struct store *store, struct arena *arena,
                               struct store_quarantined **items_out, size_t *count_out) MUST_USE;
/* One item. ERR_not_found. */
enum err store_quarantine_get(struct store *store, struct arena *arena, const char *name,
                              struct store_quarantined *item_out) MUST_USE;
/* The bytes were written where a person can take them. Durable before the item may be removed. */
enum err store_quarantine_exported(struct store *store, const char *name) MUST_USE;
/* An item that was put right (applied after all), by the machinery. Ok when there is none. */
enum err store_quarantine_remove(struct store *store, const char *name) MUST_USE;
/* A person lets it go. ERR_not_allowed when it was not exported before, ERR_not_found. */
enum err store_quarantine_discard(struct store *store, const char *name) MUST_USE;

/* ---- cases ---- */

/* What headquarters sent about a case: one row of the down feed. */
struct store_case_feed {
    uint64_t case_no;
    uint64_t feed_seq;
    uint64_t folded_seq; /* own facts up to here are in `state` */
    bool is_withdrawn;   /* the case left this tablet: no record, no state */
    struct str record;   /* CaseRecord bytes */
    struct str state;    /* CaseState bytes; empty: nothing folded yet */
};

struct store_case {
    uint64_t case_no;
    uint64_t feed_seq;
    uint64_t folded_seq;
    bool is_withdrawn;
    ds_CaseRecord *record; /* in the arena; empty when withdrawn */
    ds_CaseState *state;   /* as shown: headquarters' state and own later facts */
};

/* ERR_not_found when the tablet never had the case. */
enum err store_case_load(struct store *store, struct arena *arena, uint64_t case_no,
                         struct store_case *case_out) MUST_USE;
/* Headquarters' own bytes of a case, for folding anew. ERR_not_found. */
enum err store_case_feed_load(struct store *store, struct arena *arena, uint64_t case_no,
                              struct store_case_feed *feed_out) MUST_USE;
/* Keeps what headquarters sent; a withdrawn row wipes everything of the debtor
 * (search texts included), the journal and the report rows stay as they are, and
 * folded_seq becomes the end of the journal. An older feed_seq is not taken:
 * is_taken_out false. Writes no shown state: see store_case_save(). In a
 * transaction (CHECKed), as are restart, withdraw and save. */
enum err store_case_put(struct store *store, const struct store_case_feed *feed,
                        bool *is_taken_out) MUST_USE;
/* Keeps the shown state with the columns that lists and search read. */
enum err store_case_save(struct store *store, const ds_CaseRecord *record,
                         const ds_CaseState *state) MUST_USE;
/* Score of a case for today and the parts that gave most points, most first. */
enum { STORE_REASONS_MAX = 4 };
struct store_rank {
    uint32_t score;      /* core/rules/priority.h */
    uint32_t difficulty; /* 1 easy .. 5 hard */
    size_t reason_count;
    struct {
        uint32_t part; /* enum priority_part */
        uint32_t points;
        int64_t value; /* what the part was judged by */
    } reasons[STORE_REASONS_MAX];
};
enum err store_case_rank(struct store *store, uint64_t case_no,
                         const struct store_rank *rank) MUST_USE;
/* A row that cannot be read: what is here of the case stays, its version is taken
 * over, so that the feed is not sent anew for it. The caller keeps the bytes in
 * quarantine. */
enum err store_case_skip(struct store *store, uint64_t case_no, uint64_t feed_seq) MUST_USE;
/* Numbers of all cases that were ever here or have own facts, ascending. */
enum err store_case_all_numbers(struct store *store, struct arena *arena, uint64_t **numbers_out,
                                size_t *count_out) MUST_USE;
/* Numbers of all cases in hand (not withdrawn), ascending; `open_only`: life open. */
enum err store_case_numbers(struct store *store, struct arena *arena, bool open_only,
                            uint64_t **numbers_out, size_t *count_out) MUST_USE;
/* Versions of the cases in hand, for the digest that headquarters compares. */
struct store_case_version {
    uint64_t case_no;
    uint64_t feed_seq;
};
enum err store_case_versions(struct store *store, struct arena *arena,
                             struct store_case_version **versions_out, size_t *count_out) MUST_USE;
/* All rows come anew from headquarters: every case stays as it is, and any feed_seq is newer
 * than what is here; what does not come again is told by store_case_unseen(). */
enum err store_case_restart(struct store *store) MUST_USE;
/* Numbers of the cases in hand that did not come again since store_case_restart(). */
enum err store_case_unseen(struct store *store, struct arena *arena, uint64_t **numbers_out,
                           size_t *count_out) MUST_USE;
/* Withdraws a case of which no row says so. */
enum err store_case_withdraw(struct store *store, uint64_t case_no) MUST_USE;

/* What the portfolio figures need of a case. */

/* A case as a line in a list. Texts live in the arena. */
struct store_case_item {
    uint64_t case_no;
    const char *case_ref, *debtor_name, *product, *address, *area;
    uint32_t life; /* case_lives.def */
    uint32_t epoch;
    uint64_t flags; /* bit n: stop_flags.def n, raised and not cleared */
    /* The most that may be asked for: fold_balance().askable_minor. */
    int64_t askable_minor;
    int32_t due_day;  /* oldest unpaid due date */
    int32_t next_day; /* agreed next contact; 0 none */
    uint32_t next_from_minute, next_until_minute;
    uint32_t arrangement_kind, arrangement_state; /* newest live one; 0 none */
    int32_t arrangement_due_day;
    int64_t arrangement_minor;
    uint32_t promises_broken;
    uint32_t visit_count;
    uint32_t last_outcome;  /* outcomes.def; 0 none */
    int32_t last_touch_day; /* 0 never */
    int32_t lat_e7, lon_e7; /* first located address; 0,0 none */
    uint32_t grade;
    struct store_rank rank; /* as of the last ranking */
};
struct store_case_items {
    struct store_case_item *items;
    size_t count;
};

/* How a list of cases is ordered; ties by case number. */
enum case_order {
    CASE_ORDER_score, /* highest first */
    CASE_ORDER_name,
    CASE_ORDER_owed,    /* largest first */
    CASE_ORDER_due,     /* longest overdue first */
    CASE_ORDER_touched, /* longest untouched first */
    CASE_ORDER_next,    /* agreed contact soonest first, without one last */
    CASE_ORDER_area,    /* area, then address */
};
/* Open cases in hand. */
enum err store_case_list(struct store *store, struct arena *arena, enum case_order order,
                         size_t skip_count, size_t count_max,
                         struct store_case_items *items_out) MUST_USE;
enum err store_case_open_count(struct store *store, uint64_t *open_count_out) MUST_USE;
/* The same and all in hand; reads every case: not for what is done often. */
enum err store_case_count(struct store *store, uint64_t *open_count_out,
                          uint64_t *in_hand_count_out) MUST_USE;
/* One line. ERR_not_found. */
enum err store_case_item(struct store *store, struct arena *arena, uint64_t case_no,
                         struct store_case_item *item_out) MUST_USE;

/* As-you-type search over the cases in hand: every blank-separated word of
 * `text` must occur in name, a telephone, an address, case reference or employer, or be
 * the pinyin initials of neighbouring characters of the name, by any of their readings;
 * letters are compared without case. Best matches first. */
enum err store_search(struct store *store, struct arena *arena, const char *text, size_t count_max,
                      struct store_case_items *items_out) MUST_USE;

/* ---- the day's plan ---- */

/* left_out: does not fit the day; `reason` says why. */
enum stop_state { STOP_planned, STOP_visited, STOP_skipped, STOP_left_out };
struct store_stop {
    uint32_t position; /* 1, 2, 3 … */
    uint64_t case_no;
    enum stop_state state;
    bool is_planned;      /* false: done without having been planned */
    uint32_t reason;      /* enum plan_reason of core/rules/plan.h */
    int64_t arrive_at_ms; /* estimate; 0 none */
    int64_t leave_at_ms;  /* estimate; 0 none */
    uint32_t travel_m;    /* from the stop before: on the road, or straight when is_estimated */
    int32_t travel_s;
    int32_t wait_s;    /* between getting there and beginning */
    bool is_estimated; /* no road was looked at */
    bool is_locked;    /* the collector fixed its place: the planner keeps it */
    int64_t done_at_ms;
    /* Why it is left out, as struct plan_entry of core/rules/plan.h says it. */
    uint32_t why; /* 1 + enum plan_why_kind; 0: it is planned, or nobody said */
    bool is_proven;
    int32_t late_s;
    int64_t lost_score;
    uint32_t other_count;
    uint64_t other_case_no;
    struct store_case_item item; /* item.case_no 0 when the case is no longer here */
};
/* Replaces the plan of `day` by `stops` in this order (position, done_at_ms and
 * item are not read). Stops already visited or skipped stay what they are and
 * come first; they must not be among `stops`. */
enum err store_plan_set(struct store *store, int32_t day, const struct store_stop *stops,
                        size_t count) MUST_USE;
/* Marks the case's stop on `day`; a case outside the plan becomes its last stop. */
enum err store_plan_mark(struct store *store, int32_t day, uint64_t case_no, enum stop_state state,
                         int64_t done_at_ms) MUST_USE;
enum err store_plan_list(struct store *store, struct arena *arena, int32_t day,
                         struct store_stop **stops_out, size_t *count_out) MUST_USE;

/* ---- report rows: core/event/rows.h ---- */

/* Writes rows into the tables contact, arrangement, payment, incident, day. */
struct row_sink store_rows_sink(struct store *store);
/* Keeps contact, arrangement and payment rows as headquarters states them: the
 * facts behind them never come to the tablet. */
struct row_sink store_rows_kept_sink(struct store *store);
/* Removes the rows of one case (0: of all cases, and the days). */
enum err store_rows_clear(struct store *store, uint64_t case_no) MUST_USE;
/* Puts back what is kept of one case (0: of all). */
enum err store_rows_restore(struct store *store, uint64_t case_no) MUST_USE;
/* Hands the rows to `sink`, each table in the order of time and id: contacts and
 * incidents with from_at_ms <= at_ms < until_at_ms, arrangements made then or due
 * or judged from_day .. until_day - 1, payments and days with
 * from_day <= day < until_day. An error of the sink ends it and is returned. */
enum err store_rows_read(struct store *store, int64_t from_at_ms, int64_t until_at_ms,
                         int32_t from_day, int32_t until_day, const struct row_sink *sink) MUST_USE;
/* Every projection as text, one line per row in a fixed order: for comparison. */
enum err store_rows_dump(struct store *store, struct arena *arena, struct str *text_out) MUST_USE;

/* ---- drafts: what is being typed, durable with every change ---- */

struct store_draft {
    const char *key; /* "visit" or another short name */
    uint64_t case_no;
    struct str bytes;
    int64_t changed_at_ms;
};
enum err store_draft_put(struct store *store, const struct store_draft *draft) MUST_USE;
/* ERR_not_found. */
enum err store_draft_get(struct store *store, struct arena *arena, const char *key,
                         struct store_draft *draft_out) MUST_USE;
/* Also ok when there is none. */
enum err store_draft_delete(struct store *store, const char *key) MUST_USE;
/* Newest change first. */
enum err store_draft_list(struct store *store, struct arena *arena, struct store_draft **drafts_out,
                          size_t *count_out) MUST_USE;

/* ---- inbox: messages of headquarters ---- */

struct store_letter {
    uint64_t message_no; /* headquarters' number */
    int64_t sent_at_ms;
    uint64_t case_no; /* 0: about none */
    const char *from_name, *text;
    int64_t read_at_ms; /* 0 unread */
    bool wants_answer;
    int64_t answer_by_at_ms; /* 0: no limit */
    uint32_t answer;         /* message_answers.def, what was answered last; 0: nothing yet */
    const char *answer_note;
    int64_t answered_at_ms; /* 0: not answered */
};
/* A number that is known is not changed. */
enum err store_inbox_put(struct store *store, const struct store_letter *letter) MUST_USE;
/* Newest first. */
enum err store_inbox_list(struct store *store, struct arena *arena, size_t count_max,
                          struct store_letter **letters_out, size_t *count_out) MUST_USE;
/* ERR_not_found: it left with its case, or never came. */
enum err store_inbox_get(struct store *store, struct arena *arena, uint64_t message_no,
                         struct store_letter *letter_out) MUST_USE;
/* How many are unread, or want an answer and have none. */
enum err store_inbox_waiting(struct store *store, uint64_t *count_out) MUST_USE;
enum err store_inbox_mark_read(struct store *store, uint64_t message_no,
                               int64_t read_at_ms) MUST_USE;
/* Keeps what was answered: number, answer, answer_note and answered_at_ms of `letter`. */
enum err store_inbox_answer(struct store *store, const struct store_letter *letter) MUST_USE;

/* The rest of the contract. */
#include "core/store/store_attachment.h"
