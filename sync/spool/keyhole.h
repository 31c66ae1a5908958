/* sync/spool/keyhole.h -- what the app says to headquarters while its store is shut, and what
 * concerns the key itself at any time: see sync/proto/keys.h. Not pure: files in the spool, the
 * vault's.
 *
 * At most one envelope waits, and the key to its answer lives in memory alone: after a restart it
 * is asked anew. Help that was asked for is kept in vault.alarms until headquarters has heard of
 * it and the collector's store, opened again, has it as a fact. Errors: ERR_io, ERR_no_space,
 * ERR_corrupt. */
#pragma once

#include "core/vault/vault.h"
#include "sync/proto/keys.h"
#include "sync/proto/layout.h"

enum { KEYHOLE_ALARMS_MAX = 8 };

struct keyhole_alarm {
    int64_t at_ms; /* by the tablet's clock */
    bool is_silent;
    bool is_heard;    /* by headquarters, signed */
    bool is_recorded; /* it is a fact of the journal */
    bool is_asked;    /* it is in the envelope that waits; not kept on the disk */
};

struct keyhole {
    struct vault *vault; /* borrowed */
    const struct clock *clock;
    const struct rng *rng;
    const uint8_t *tablet_id; /* ROSTER_ID_SIZE bytes, borrowed; NULL: not said */
    const char *folder, *out, *in, *alarms_path;
    struct keyhole_alarm alarms[KEYHOLE_ALARMS_MAX]; /* oldest first */
    size_t alarm_count;
    /* The envelope that waits. */
    bool is_waiting;
    char stem[LAYOUT_STEM_SIZE];
    uint64_t tag;
    struct envelope_keys reader;
    int64_t asked_at_ms; /* monotonic */
    bool has_proof;      /* it asks for the half */
    bool has_reset;
    int64_t least_at_ms; /* headquarters thinks that we said something later than this */
};

/* Makes the folders of the spool and removes envelopes of an earlier run. Paths live in `arena`. */
enum err keyhole_open(struct keyhole *keyhole_out, struct arena *arena, struct vault *vault,
                      const char *data_folder, const struct clock *clock,
                      const struct rng *rng) MUST_USE;
/* Wipes the key to the answer. */
void keyhole_close(struct keyhole *keyhole);

struct keyhole_ask {
    bool has_proof;                        /* of what was typed: vault_proof() */
    const char *reset_code;                /* NULL none */
    const struct chain_secret_key *device; /* signs what headquarters is to keep; NULL: shut */
};
/* Whether there is something that headquarters should hear without being asked: a key to be kept,
 * an order done, an alarm. */
bool keyhole_has_news(struct keyhole *keyhole, bool is_open);
/* Seals what is asked and all news into one envelope, in place of one that waits. Nothing happens
 * before the tablet is enrolled: `is_asked_out` false. */
enum err keyhole_ask(struct keyhole *keyhole, struct arena *arena, const struct keyhole_ask *ask,
                     bool *is_asked_out) MUST_USE;
/* Help is asked for: durable when OK. ERR_too_many past KEYHOLE_ALARMS_MAX, all of them unheard. To
 * be followed by keyhole_ask(). */
enum err keyhole_alarm(struct keyhole *keyhole, bool is_silent) MUST_USE;
/* The alarms are facts of the journal now. */
enum err keyhole_recorded(struct keyhole *keyhole) MUST_USE;

struct keyhole_heard {
    bool is_heard;    /* an answer came, and was headquarters' */
    uint32_t refusal; /* wires.def; 0 none */
    uint32_t tries_left;
    bool had_proof, had_reset; /* of the request that was answered */
    enum vault_answer answer;  /* with had_proof */
    bool is_opened;            /* by the half or by a reset */
    bool must_shut, must_wipe; /* by order */
};
/* Takes the answer, if it is there: the half opens the vault, orders are kept. */
enum err keyhole_take(struct keyhole *keyhole, struct arena *arena,
                      struct keyhole_heard *heard_out) MUST_USE;

/* What lies sealed in the spool whatever becomes of the store: its answers can be read by nobody
 * when the keys are lost, but that one came says that headquarters was given the envelope. */
struct keyhole_left {
    uint32_t waiting_count; /* envelopes without an answer, or with a refusal */
    uint32_t given_count;   /* with an answer */
};
/* What is said about the key itself does not count. */
enum err keyhole_left(const struct keyhole *keyhole, struct arena *arena,
                      struct keyhole_left *left_out) MUST_USE;
