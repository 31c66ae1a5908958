/* sync/server/api/api_private.h -- one request on its way through the api room. Private. */
#pragma once

#include "sync/proto/alarm.h"
#include "sync/proto/answer.h"
#include "sync/proto/batch.h"
#include "sync/proto/chunk.h"
#include "sync/proto/enrol.h"
#include "sync/proto/introduce.h"
#include "sync/proto/keys.h"
#include "sync/server/api/api.h"
#include "sync/server/api/queue.h"
#include "sync/server/store/alarm_log.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/vault.h"

#include <pthread.h>
#include <stdatomic.h>

enum { CLIENT_KEY_SIZE = 32 };

/* How far a request has come. */
enum visit_state {
    VISIT_refused, /* `refusal` is the answer */
    VISIT_batch,
    VISIT_enrol,
    VISIT_alarm,
    VISIT_chunk,
    VISIT_introduce,
    VISIT_keys,
};

/* One envelope and what becomes of it. Lives in `arena`. */
struct visit {
    struct visit *next; /* in its group */
    struct queue_item place;
    int retry_after_s; /* with WIRE_overloaded: when there may be room */
    struct arena *arena;
    enum visit_state state;
    enum wire refusal;
    const struct envelope_keys *keys; /* that the envelope is sealed to, and the answer signed by */
    uint64_t request_tag;
    struct chain_public_key device_key;
    /* Of the certificate of the connection; none where none is asked for. */
    bool has_client_key;
    uint8_t client_key[CLIENT_KEY_SIZE];
    bool is_other_client; /* not the one of this tablet: heard, and given nothing */

    /* batch */
    struct batch batch;
    struct batch_facts facts;
    bool is_verified;         /* signature and link hold; else the tablet is sent back */
    struct chain_link before; /* of the place where it was verified; a visit may be merged twice */
    uint64_t send_from_seq;
    struct ingest_result result;
    struct answer answer; /* all but receipts, signatures and times of sending */
    ds_Held *helds;       /* of the answer, to be signed */

    /* enrolment */
    ds_Enrol enrol;
    ds_EnrolAnswer enrol_answer;

    /* what travels outside the chain */
    struct alarm alarm;
    struct alarm_heard heard;
    struct chunk chunk;
    struct introduction introduction;

    /* of the keeper of a tablet's key; NULL: it is none */
    struct keyhole {
        uint32_t device_no;
        ds_KeysUp up;
        ds_KeysDown down;
        struct wire_bytes proof; /* signature and signed bytes, kept when something was done */
    } * keyhole;

    /* Called on the writer thread after the commit. */
    void (*wake)(struct visit *visit);
    void *wake_context;
};

struct api_reader {
    pthread_mutex_t lock;
    struct hq_store *store;
};

/* How often a number was at most so large, as /metrics tells it. */
enum { HISTOGRAM_STEPS = 12 };
struct histogram {
    atomic_uint_fast64_t counts[HISTOGRAM_STEPS + 1]; /* the last: larger than every bound */
    atomic_uint_fast64_t sum;
};
/* health.c: 1, 2, 5, 10 ... 5000 */
void histogram_add(struct histogram *histogram, uint64_t value);

/* Who was told last from where to send, by device number modulo API_ASKED. */
enum { API_ASKED = 256 };
struct api_asked {
    uint32_t device_no;
    uint64_t first_seq;
    uint32_t count;
};

/* Work for the writer thread that is not an envelope. */
struct api_task {
    struct api_task *next;
    api_work *work;
    void *context;
    bool is_done;
};

struct api {
    struct arena arena;
    struct api_options options;
    struct api_reader *readers;
    uint32_t reader_count;
    atomic_uint next_reader;
    /* What is in use, and where the next ring is put: what was in use once stays as it is, so
     * that a request holds on to its key. */
    _Atomic(const struct keyring *) ring;
    struct keyring rings[KEYRING_MAX + 1];
    size_t ring_count;
    const struct http_server *http;
    const struct http_server *office_http; /* NULL: has none of its own */

    pthread_t writer;
    pthread_mutex_t lock; /* over all below */
    pthread_cond_t has_work;
    pthread_cond_t task_done;
    struct queue queue;
    struct api_task *first_task, *last_task;
    bool is_stopping;
    bool is_drained;
    struct api_asked asked[API_ASKED];

    atomic_bool is_ready; /* the last commit went well */
    atomic_uint_fast64_t envelope_count, fact_count, refusal_count, fork_count;
    atomic_uint_fast64_t shed_counts[TURN_COUNT]; /* told to come again */
    atomic_uint_fast64_t again_count;             /* while the same tablet waited already */
    atomic_uint_fast64_t alarm_count, chunk_count, wrong_count, claim_count;
    int64_t last_commit_ms;    /* of the writer thread: how long the last flush took … */
    uint32_t last_group;       /* … and how many were answered after it */
    int64_t claim_minute;      /* of the writer thread: when it counted introductions last … */
    uint32_t claims_in_minute; /* … that changed something */
    struct histogram group_visits, group_ms, commit_ms, checkpoint_ms;
    atomic_uint_fast64_t failed_group_count;
    atomic_int_least64_t busy_since_ms; /* monotonic: when the writer began what it does; 0 idle */

    /* folder.c, under the lock: the thread that moves the log beside the writer's commits. */
    pthread_t folder;
    bool has_folder, is_folder_stopping;
    pthread_cond_t has_fold;
    enum fold_state { FOLD_none, FOLD_runs, FOLD_done } fold_state;
    enum err fold_err; /* of the one that is done */
};

/* writer.c */
enum err writer_start(struct api *api) MUST_USE;
void writer_drain(struct api *api);
void writer_stop(struct api *api);
/* One group from transaction to wake(), on the calling thread, which is the writer. A visit
 * that makes the group fail is refused alone. */
void writer_group(struct api *api, struct visit *visits);
/* False when there is no room for its turn, or its tablet waits already; then nothing was
 * kept and visit->retry_after_s says when to come again. */
bool writer_put(struct api *api, struct visit *visit) MUST_USE;

int64_t writer_monotonic_ms(const struct api *api);

/* folder.c: the log into the database. All are the writer thread's, and but for folder_start() and
 * folder_between() with the lock held, which folder_begin(), folder_after_group() and
 * folder_finish() may give up for a moment. */
void folder_start(struct api *api);
void folder_stop(struct api *api);
/* Ends one that is done; true when another one is worth a pause. */
bool folder_is_due(struct api *api);
void folder_begin(struct api *api);
/* Begins what cannot wait for a pause, and waits where the disk does not keep up. */
void folder_after_group(struct api *api);
/* Waits for the one that runs. */
void folder_finish(struct api *api);
/* Between the groups of a task: by the writer itself. */
void folder_between(struct api *api);

/* push.c: opens and checks an envelope on the calling thread. */
void push_open(struct api *api, struct visit *visit, struct wire_bytes envelope);
/* push.c, writer thread, inside the transaction: whatever the visit brings. */
enum err push_take(struct api *api, struct visit *visit, struct ingest *ingest) MUST_USE;
/* push.c: seals the answer after the commit. */
struct wire_bytes push_seal(struct api *api, struct visit *visit);

/* pull.c, writer thread, inside the transaction, after ingest_finish(). */
enum err pull_page(struct api *api, struct visit *visit) MUST_USE;

/* chance_pack.c, inside a transaction: counts of visits by the hour, as chance_write() puts them;
 * made anew once a day. In `arena`. */
enum err chance_pack(struct arena *arena, struct hq_store *store, int64_t now_ms,
                     const char **counts_out) MUST_USE;

/* enrol.c, writer thread, inside the transaction: a new tablet, and one that was forgotten. */
enum err enrol_join(struct api *api, struct visit *visit, struct ingest *ingest) MUST_USE;
enum err enrol_again(struct api *api, struct visit *visit, struct ingest *ingest) MUST_USE;

/* aside.c: alarms and pieces of attachments, which travel outside the chain. Opened on the
 * calling thread, taken on the writer thread inside the transaction. */
void aside_open_alarm(struct api *api, struct visit *visit, struct wire_bytes envelope);
void aside_open_chunk(struct api *api, struct visit *visit, struct wire_bytes envelope);
enum err aside_take_alarm(struct visit *visit, struct ingest *ingest) MUST_USE;
enum err aside_take_chunk(struct api *api, struct visit *visit, struct ingest *ingest) MUST_USE;
/* Puts what this tablet should send into the answer; `at_hand` as for vault_lacks(). */
enum err aside_add_lacks(struct api *api, struct visit *visit, uint32_t device_no,
                         const struct chain_hash *at_hand) MUST_USE;

/* client_key.c, writer thread, inside the transaction, before push_take(): each number stays with
 * the client certificate's key that it was first used with, until a person opens it for another.
 * Whoever comes with another one is refused, but for calls for help: those are heard. */
enum err client_key_check(struct api *api, struct visit *visit) MUST_USE;

/* keeper.c: the keeper of a tablet's key asks for its half, for orders, for help. */
void keeper_open(struct api *api, struct visit *visit, struct wire_bytes envelope);
enum err keeper_take(struct api *api, struct visit *visit) MUST_USE;
enum wire keeper_seal(const struct visit *visit, struct wire_bytes *answer_out) MUST_USE;

/* push.c */
void push_refuse(struct visit *visit, enum wire wire);
/* push.c: the key of a known tablet, by a reader. */
enum err push_device_key(struct hq_store *store, uint32_t device_no, bool *is_known_out,
                         struct chain_public_key *key_out) MUST_USE;

/* api.c: a reader for the calling thread; give it back. */
struct api_reader *api_reader_take(struct api *api);
void api_reader_give(struct api_reader *reader);

/* The routes. */
bool envelope_take(void *context, struct http_exchange *exchange);
void envelope_finish(void *context, struct http_exchange *exchange);
bool healthz_take(void *context, struct http_exchange *exchange);
bool readyz_take(void *context, struct http_exchange *exchange);
bool metrics_take(void *context, struct http_exchange *exchange);
