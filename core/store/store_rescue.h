/* core/store/store_rescue.h -- a new store out of a damaged one: part of the contract of
 * core/store/store.h.
 *
 * Every block that still opens with its seal is looked through, in the file and in its log. A fact
 * is taken when its id is that of its own bytes: none is invented, none comes twice, and all keep
 * number and id. A number whose fact is nowhere gets a fact that says so (kind record_lost), so
 * that the journal goes on without a hole and headquarters sees each loss; should headquarters
 * hold the true fact, it has two histories and gives this tablet a new number, as after a copy.
 * Which tablet this is and its keys stand a second time beside the file (core/store/identity.h), so
 * that facts are not lost for want of who signs them. Settings, drafts and, where the log is whole,
 * cases come along; everything else comes again from headquarters, whose feed begins anew.
 *
 * The damaged files are copied aside first, as they are, to "<path>.damaged-<n>" and
 * "<path>.damaged-<n>-wal"; the copy before the last one goes. Not pure. */
#pragma once

#include "core/store/store.h"

enum store_rescue_told {
    STORE_RESCUE_TOLD_nobody = 0, /* no fact says yet what was lost */
    STORE_RESCUE_TOLD_hq = 1,     /* one does; the collector has not seen it */
    STORE_RESCUE_TOLD_all = 2,
};

struct store_rescue {
    int64_t number; /* of the copy put aside; 0: this store was never rescued */
    int64_t at_ms;
    uint64_t saved_count; /* facts */
    uint64_t lost_count;  /* numbers whose fact is nowhere … */
    uint64_t held_count;  /* … that headquarters had confirmed by a signed receipt before */
    uint64_t draft_count;
    enum store_rescue_told told;
};

/* For a store that store_open() gave ERR_corrupt or ERR_bad_link for; it is not open. Needs a key
 * (CHECKed). Cut anywhere, the next call begins anew, or store_open() ends it. Afterwards
 * store_open() opens the new one. ERR_wrong_key (nothing opens), ERR_not_enrolled (which tablet
 * this is, or its keys, are in no block that opens, nor in their copy), ERR_newer_database,
 * ERR_no_space, ERR_io: the damaged files are as they were. */
enum err store_rescue(const struct store_options *options, int64_t now_ms) MUST_USE;
/* What the last rescue of this store came to. */
enum err store_rescue_read(struct store *store, struct store_rescue *rescue_out) MUST_USE;
