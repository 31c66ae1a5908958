/* sync/server/api/keeper_row.h -- what headquarters keeps of the keeper of a tablet's key: its row,
 * with what is secret sealed. On the writer thread, inside the transaction. Private to the room. */
#pragma once

#include "sync/server/api/api_private.h"
#include "sync/server/store/strongbox.h"

enum { KEEPER_SECRET_SIZE = 32 };

/* A row of device_vault; half and recovery as they lie there, sealed. */
struct keeper_row {
    bool is_known;
    uint32_t device_no;
    uint8_t public_key[32];
    uint32_t guard;
    struct str auth_sealed, half, recovery, reset_hash;
    struct str auth_hash; /* empty: nothing is kept, or it cannot be opened */
    int64_t armed_at_ms, asked_at_ms, said_at_ms, given_at_ms, reset_until_ms;
    int64_t wrong_count, reset_wrong;
};

/* The row of the vault that the visit is of; is_known false without one. Texts in its arena. */
enum err keeper_row_load(struct visit *visit, struct hq_store *store,
                         struct keeper_row *row) MUST_USE;
enum err keeper_row_save(struct visit *visit, struct hq_store *store,
                         const struct keeper_row *row) MUST_USE;
/* Never a reason not to hear a tablet: somebody may be calling for help. A tablet that is told that
 * nothing is kept for it sends its part again. */
enum err keeper_row_open(struct visit *visit, struct hq_store *store, enum strongbox_what what,
                         struct str sealed, uint8_t secret[KEEPER_SECRET_SIZE]) MUST_USE;
enum err keeper_row_seal(struct visit *visit, struct hq_store *store, enum strongbox_what what,
                         const uint8_t secret[KEEPER_SECRET_SIZE], struct str *sealed_out) MUST_USE;
