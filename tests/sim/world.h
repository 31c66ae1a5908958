/* tests/sim/world.h -- one run: tablets, headquarters, the network between them, and the
 * oracle that knows what was promised. One thread, one virtual time. */
#pragma once

#include "core/journey/journey.h"
#include "sync/client/agent.h"
#include "sync/proto/enrol.h"
#include "sync/server/api/api.h"
#include "sync/server/store/revocation.h"
#include "sync/spool/spool.h"
#include "tests/sim/disk.h"
#include "tests/sim/fiber.h"
#include "tests/sim/luck.h"
#include "tests/sim/memory.h"
#include "tests/sim/step.h"

struct world;

/* ---- clocks ---- */

struct machine_clock {
    const int64_t *now_ms; /* true time */
    int64_t ahead_ms;      /* of the wall clock */
    int64_t drift_ppm;
    int64_t booted_at_ms; /* true time */
    uint32_t boot;
};
struct clock machine_clock_table(struct machine_clock *clock);

/* ---- the oracle ---- */

/* A fact that a collector was told is saved, or saw in the journal after a restart. */
struct seen_fact {
    struct id id;
    struct str body;
    uint32_t device_no; /* under which it was captured */
    uint32_t person_no; /* whose tablet that was */
    uint64_t seq;
    uint64_t case_no;
    uint32_t kind;
    uint32_t holder_count; /* tablets whose journal has it */
    uint32_t next;         /* of the same bucket, index + 1 */
    uint64_t confirmed_at; /* event number at which a tablet showed it as at headquarters; 0 */
    bool is_lost_legally;  /* its only tablet was overwritten before it was sent */
};

struct oracle {
    struct arena arena;
    struct seen_fact *facts;
    size_t count, capacity;
    uint32_t *buckets; /* index + 1 */
    size_t bucket_count;
    uint64_t hq_restored_at; /* event number; 0 never */
};

/* ---- tablets ---- */

enum { TABLET_MIRROR_FIRST = 64, HQ_AHEAD_MAX_MS = 30 * 60 * 1000, QUIET_ROUNDS = 2 };

struct post; /* an envelope under way */

struct tablet {
    struct world *world;
    uint32_t index;
    uint32_t person_no;
    struct disk *disk;
    char folder[24];
    char database[40];
    struct machine_clock machine_clock;
    struct clock clock;
    struct luck luck; /* the program's own randomness */
    struct rng rng;
    struct luck nonce_luck; /* of the sealed store: a stream of its own */
    struct rng nonces;
    struct luck net_luck;
    uint32_t app_version;

    bool is_on; /* has power: boots by itself */
    bool is_app_up;
    bool has_reserve;
    struct arena program, task;
    struct store *store;
    struct journey journey;
    struct spool spool;
    char code[ENROL_CODE_SIZE];

    /* agent */
    struct fiber *fiber;
    struct arena agent_arena;
    struct agent agent;
    int64_t agent_wakes_at_ms; /* the event that counts; others are stale */
    uint32_t agent_run;        /* number of its start, so that late answers miss it */
    struct post *post;         /* under way */
    enum err post_err;
    struct transport_response post_response;

    /* network */
    int64_t away_until_ms;
    uint32_t trouble;       /* per mille */
    bool has_forged_answer; /* the next answer is somebody else's */
    int64_t talk_hour;      /* of virtual time, and its envelopes */
    uint32_t talk_count;

    /* what the collector was told */
    uint32_t *mirror; /* fact of each seq, index + 1; [0] is seq 1 */
    size_t mirror_count, mirror_capacity;
    uint64_t confirmed_seq; /* shown as at headquarters and checked */
    uint64_t told_seq;      /* said to be saved as the power went */
    bool is_excused;        /* headquarters was restored; it may show what is not there again */
    uint64_t draft_hash;    /* of the draft that was saved last; 0 none */
    bool is_draft_unsure;   /* a save failed: either is good */
    bool wants_ticket;
    bool must_apply;
    uint32_t visit_lot;
    uint32_t quiet_count; /* rounds of healing without news */
    const char *unrest;   /* what was left to do in the last one */

    /* an image */
    struct disk image;
    bool has_image;
    bool is_rotten; /* a bit of its store flipped after the image was taken */
    uint32_t *image_mirror;
    size_t image_count;
};

/* ---- headquarters ---- */

struct hq {
    struct world *world;
    struct disk *disk;
    struct machine_clock machine_clock;
    struct clock clock;
    struct luck luck;
    struct rng rng;
    struct arena arena; /* keys and so on, until the end of the run */
    struct arena task;
    struct hq_store *store;
    struct envelope_keys keys;
    struct api *api;
    bool is_up;
    uint32_t reader_count;
    struct post **inbox;
    size_t inbox_count, inbox_capacity;
    bool has_group; /* an event for it is set */
    uint32_t backup_count;
    uint64_t backup_at; /* event number of the newest good one */
    char backup_name[32];
    bool was_restored;     /* looks for its attachments at the next start */
    bool is_rotten;        /* a bit of its files flipped, and nobody noticed yet */
    uint64_t good_at;      /* event number of the backup of before, kept elsewhere */
    uint64_t posted_count; /* payments ever posted, for references */
    uint32_t case_count;
    struct revocation revoked[64]; /* somebody was told that it is done */
    size_t revoked_count;
};

/* ---- events ---- */

enum wake_kind {
    WAKE_step,
    WAKE_boot,   /* tablet */
    WAKE_agent,  /* tablet */
    WAKE_apply,  /* tablet: answers may lie in the spool */
    WAKE_visit,  /* tablet: the next tap of an open visit */
    WAKE_ticket, /* tablet: asks what is new */
    WAKE_arrive, /* a post reaches headquarters */
    WAKE_answer, /* the agent hears of its post */
    WAKE_group,  /* headquarters merges what has arrived */
    WAKE_hq_boot,
};

struct wake {
    int64_t at_ms;
    uint64_t order;
    uint32_t kind;
    uint32_t tablet;
    uint32_t run;
    uint64_t lot;
    struct post *post;
};

/* An envelope on its way and what becomes of it. Owned by events that name it. */
struct post {
    uint32_t use_count;
    uint32_t tablet, run; /* who waits for the answer */
    uint8_t *bytes;
    size_t size;
    bool is_copy; /* nobody waits for this one's answer */
    enum err err; /* what the agent is told */
    int32_t status;
    int64_t retry_after_s;
    uint8_t *answer;
    size_t answer_size;
};

struct counts {
    uint64_t visits, facts, acts, refused_visits, messages, envelopes, groups, lost, duplicated,
        truncated, garbled, late, hq_down, boots, hq_boots, hq_restores, restores, clones, backups,
        disk_full, jumps, updates, failed_calls, corrupt_opens, own_facts, answers, checks,
        replaced, introduced, attachments, bundles, revoked, forged, policies, rotted, noticed,
        unnoticed;
};

struct world {
    struct script script;
    int64_t start_ms, now_ms;
    struct wake *wakes; /* a heap */
    size_t wake_count, wake_capacity;
    uint64_t order;  /* of events */
    uint64_t number; /* of the event at hand: what comes later is larger */
    struct tablet *tablets;
    size_t tablet_count, tablet_capacity;
    struct hq hq;
    struct oracle oracle;
    struct counts counts;
    bool is_healing;
    bool has_failed;
    bool is_verbose;
    char failure[600];
};

/* Empty databases of this build, made once: most runs begin with copies of them. */
extern struct disk world_template; /* device.db, hq.db */

/* What a run came to. */
struct run_result {
    bool has_failed;
    char failure[600];
    uint64_t write_hash;
    int64_t virtual_ms;
    struct counts counts;
    struct disk_counts disk;
};

/* Runs a script from nothing to the last check. */
void world_run(const struct script *script, bool is_verbose, struct run_result *result_out);

/* ---- for the files of this folder ---- */

void world_fail(struct world *world, const char *format, ...) PRINTF_LIKE(2, 3);
void world_say(struct world *world, const char *format, ...) PRINTF_LIKE(2, 3);
struct wake *world_wake(struct world *world, int64_t at_ms, uint32_t kind, uint32_t tablet);

/* tablet.c */
struct tablet *tablet_make(struct world *world, uint32_t person_no);
void tablet_free(struct tablet *tablet);
void tablet_boot(struct tablet *tablet);
/* Power goes, or comes from outside a call; it boots again by itself. */
void tablet_power_off(struct tablet *tablet, bool is_cut, int64_t pause_ms);
void tablet_step(struct tablet *tablet, const struct step *step);
void tablet_visit_on(struct tablet *tablet, uint64_t lot);
void tablet_apply(struct tablet *tablet);
void tablet_seal(struct tablet *tablet, bool wants_ticket);
void tablet_agent_run(struct tablet *tablet);
void tablet_agent_answer(struct tablet *tablet, struct post *post);
/* In healing: one round; true when it has nothing left to do. */
bool tablet_is_quiet(struct tablet *tablet);
void tablet_clone(struct tablet *from, struct tablet *to);
/* Its image is put back, if there is one: an older journal. */
void tablet_restore(struct tablet *tablet);

/* work.c: what a collector does. */
void work_visit(struct tablet *tablet, struct luck *luck);
void work_visit_on(struct tablet *tablet, struct luck *luck);
void work_act(struct tablet *tablet, struct luck *luck);
void work_day(struct tablet *tablet, struct luck *luck);
void work_attach(struct tablet *tablet, struct luck *luck);
/* Takes down what a journey said. False when the program is gone. */
bool tablet_told(struct tablet *tablet, enum err err, const struct capture *capture);
/* Handles a failed call as the app does. False when the program is gone. */
bool tablet_after(struct tablet *tablet, enum err err);

/* net.c */
enum err net_post(void *context, struct arena *arena, const char *url, const void *body,
                  size_t body_size, struct transport_response *response_out);
void net_arrive(struct world *world, struct post *post);
void net_answer(struct world *world, struct post *post, struct wire_bytes answer);
void net_fail(struct world *world, struct post *post, enum err err, int64_t after_ms);
void post_drop(struct post *post);
/* An envelope that nobody waits for, as if tablet `index` had sent it. */
void net_inject(struct world *world, uint32_t index, struct wire_bytes envelope);

/* forger.c */
void forger_send(struct tablet *victim, struct luck *luck);
/* What the tablet hears instead of headquarters' answer to `request`. */
struct wire_bytes forger_answer(struct arena *arena, struct tablet *victim,
                                struct wire_bytes request, struct luck *luck);
/* Is it the forger's own public key? */
bool forger_is(struct world *world, struct str key);

/* hq.c */
void hq_make(struct world *world);
void hq_free(struct hq *hq);
void hq_boot(struct hq *hq);
void hq_down(struct hq *hq, bool is_cut, int64_t pause_ms);
void hq_group(struct hq *hq);
void hq_step(struct hq *hq, const struct step *step);
/* The code and payload text with which person `person_no` enrols. */
void hq_enrol_code(struct hq *hq, uint32_t person_no, const char *code);
/* After a call that may have hit an armed fault: takes it down if so. True: still up. */
bool hq_after(struct hq *hq);
/* Sum of the feed numbers of all tablets: it moves with everything one of them is to hear. */
uint64_t hq_given(struct hq *hq);
/* A stick with envelopes is brought; the answers are written to another file. False when
 * headquarters is down or ends meanwhile. */
bool hq_bundle(struct hq *hq, const char *path, const char *answers_path);

/* hq_rot.c */
/* Headquarters read something that cannot be, or somebody looks: when a bit flipped and the
 * checks say so, it comes back from the backup of before. False: nothing was found. */
bool hq_notice(struct hq *hq);

/* oracle.c */
void oracle_init(struct oracle *oracle);
void oracle_free(struct oracle *oracle);
/* Reads what the tablet's journal has past the mirror. `is_told`: a journey said so. */
void oracle_read(struct tablet *tablet);
/* The mirror against the journal after a start: nothing accepted is gone. */
void oracle_started(struct tablet *tablet);
/* What is shown as at headquarters is there. */
void oracle_confirmed(struct tablet *tablet);
void oracle_all_confirmed(struct world *world);
/* What is shown as packed to be sent is in an envelope that lies in the spool. At a start and
 * after answers were applied. */
void oracle_sealed(struct tablet *tablet);
/* Alarms shown as heard and attachments shown as held are at headquarters. */
void oracle_heard(struct tablet *tablet);
void oracle_forget_tablet(struct tablet *tablet, size_t kept_count);
void oracle_hq_restored(struct world *world, uint64_t backup_at);
/* A copy that was just called good holds what tablets were told is there, byte for byte. */
void oracle_backup(struct world *world, const char *path);
/* After healing: everything. */
void oracle_final(struct world *world);
