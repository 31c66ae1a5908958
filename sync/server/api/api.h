/* sync/server/api/api.h -- what tablets ask of headquarters.
 *
 * HTTP threads open envelopes and check signatures; a bounded queue hands them to
 * the one writer thread, which merges many in one transaction, commits, and only
 * then lets the answers (with their receipts) be sealed and sent. */
#pragma once

#include "core/base/clock.h"
#include "core/base/rng.h"
#include "sync/proto/keyring.h"
#include "sync/server/http/http.h"
#include "sync/server/store/hq_store.h"

enum { API_QUEUE = 64 };

struct api;

struct api_options {
    const char *folder;               /* with hq.db; borrowed */
    struct hq_store *store;           /* the writer; used by the api's thread until api_stop() */
    const struct envelope_keys *keys; /* the present ones; borrowed */
    const struct keyring *ring;       /* all keys, `keys` the last; NULL: `keys` alone. Copied */
    const struct clock *clock;
    const struct rng *rng;
    uint32_t reader_count; /* read-only connections for HTTP threads */
    /* No thread is started: api_step(), api_envelope() and api_on_writer() do all their
     * work on the calling thread, and reads may use the writer's store (reader_count 0).
     * The routes that need the writer must not be served then. */
    bool is_single_thread;
};

enum err api_start(const struct api_options *options, struct api **api_out) MUST_USE;
/* Answers all that is queued and ends the writer thread; what comes later is told to
 * come again. To be called before http_stop(), which needs no exchange asleep. */
void api_drain(struct api *api);
/* Frees it; nobody may call it any longer. Drains when that was not done. */
void api_stop(struct api *api);

/* The routes of endpoints.def; their context is the api. Static. */
const struct http_route *api_routes(size_t *count_out);
/* The server whose numbers /metrics shows, and that of the office where it has its own; else
 * NULL. Their sums are shown. */
void api_serves(struct api *api, const struct http_server *server,
                const struct http_server *office_server);

/* Runs `work` on the writer thread between two groups and waits for it. */
typedef void api_work(void *context, struct hq_store *store);
void api_on_writer(struct api *api, api_work *work, void *context);

/* By such work that takes long, between its transactions: merges one group of what waits,
 * so that tablets do not wait for the whole of it. On the writer thread only. */
void api_between(struct api *api);

/* ---- without HTTP: for tests and for envelopes brought by hand ---- */

/* One envelope, start to end, on the calling thread's account; the answer lives in
 * `arena`. Waits for the commit. Never fails: trouble is a refusal envelope. */
struct wire_bytes api_envelope(struct api *api, struct arena *arena, struct wire_bytes envelope);

/* Only with is_single_thread: opens `count` envelopes, merges them as one group in one
 * transaction by the code that the writer thread runs, and seals an answer to each.
 * Answers live in `arena`. What is beyond API_QUEUE is told to come again. Never fails:
 * trouble is a refusal envelope. */
void api_step(struct api *api, struct arena *arena, const struct wire_bytes *envelopes,
              size_t count, struct wire_bytes *answers_out);

/* ---- keys ---- */

#define API_KEY_FILE "hq.key"
#define API_KEY_NEXT_FILE "hq-next.key"

/* Where the keys are read from: the file hq.key that the service manager hands over, in the folder
 * that $CREDENTIALS_DIRECTORY names, when there is one (`is_handed_out`); else DIR/hq.key. */
const char *api_key_path(struct arena *arena, const char *folder, bool *is_handed_out);
/* The present key: reads the file, or makes DIR/hq.key. ERR_not_found when absent and not
 * `can_create`; ERR_corrupt; ERR_not_allowed: others than its owner can open the file, or this
 * program cannot. */
enum err api_keys(struct arena *arena, const char *folder, bool can_create, const struct rng *rng,
                  struct envelope_keys *keys_out) MUST_USE;
/* All keys, the oldest first; same errors. */
enum err api_keyring(struct arena *arena, const char *folder, struct keyring *ring_out) MUST_USE;
/* Writes DIR/hq.key; all or nothing, durable when it returns OK. Where the keys are handed over,
 * it writes DIR/hq-next.key instead, for somebody to put in place. ERR_io, ERR_no_space. */
enum err api_keyring_write(struct arena *arena, const char *folder,
                           const struct keyring *ring) MUST_USE;
/* A working server goes on under the newest key of `ring`, which holds all that it has, and
 * opens what is sealed to the others. On the writer thread only. */
void api_rekey(struct api *api, const struct keyring *ring);

/* From now on `store` (the writer, between transactions) opens and seals secrets of people and
 * tablets (strongbox.h) under the keys of `ring`; what lies in clear is sealed. api_start() does it
 * for its own. Errors of strongbox_migrate(). */
enum err api_strongbox(struct hq_store *store, const struct keyring *ring) MUST_USE;

/* Hash of an enrolment code as table enrol_code keeps it. */
struct chain_link api_code_hash(struct str code);
