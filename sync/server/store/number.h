/* sync/server/store/number.h -- numbers of tablets: given anew after a fork, and given
 * back to a tablet that this database does not know.
 *
 * A number is never given twice by one database. After a restore from a backup
 * one number may be in two hands: it stays with the key that has it here. */
#pragma once

#include "sync/server/store/ingest.h"

/* A new tablet of `person_no`. Gets a number above all that were ever used; its feed
 * starts with the open cases of the person. */
enum err number_new(struct ingest *ingest, uint32_t person_no, const struct chain_public_key *key,
                    uint32_t app_version, struct str model, uint32_t *device_no_out) MUST_USE;

/* What a tablet shows that was enrolled by this headquarters: certificate and proof of
 * the key were checked by the caller. */
struct number_claim {
    uint32_t device_no;
    uint32_t person_no;
    struct chain_public_key key;
    int64_t certified_at_ms; /* when headquarters signed the certificate */
    uint32_t app_version;
};

struct number_given {
    uint32_t device_no; /* the one claimed, or a new one when that is another tablet's */
    uint32_t person_no; /* may be nobody's, see below */
    bool is_changed;    /* something was written: the tablet is back, or got a new number */
};

/* Takes a tablet back. A tablet that is known under this number and key stays as it is,
 * revoked when it is revoked. One whose key is revoked under another number comes back
 * revoked. When its person's number was given to somebody else after the certificate, the
 * tablet comes back under a person number that is nobody's: it may send, and gets nobody's
 * cases. Audited. */
enum err number_claim(struct ingest *ingest, const struct number_claim *claim,
                      struct number_given *given_out) MUST_USE;

/* What a tablet says about itself with its batch. */
struct number_health {
    bool is_said; /* the four that follow */
    uint32_t unsent_age_min;
    uint32_t free_mib;
    uint32_t attachments_waiting;
    uint32_t quarantined_count;
    bool has_clock;
    int64_t clock_behind_ms;
};
enum err number_health(struct ingest *ingest, uint32_t device_no,
                       const struct number_health *health) MUST_USE;
