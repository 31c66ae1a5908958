/* sync/server/store/number_private.h -- new numbers for forks. Private to the store room. */
#pragma once

#include "sync/server/store/apply.h"
#include "sync/server/store/number.h"

/* The number under which the tablet of a forked strand must go on: made when it is
 * asked for first, the same ever after. It belongs to the same person and key, is
 * revoked when the forked one is, and its feed starts with the person's open cases. */
enum err number_successor(struct apply *apply, struct apply_device *device, uint32_t strand,
                          uint32_t *new_device_no_out) MUST_USE;

/* Whether a tablet of this key may have captured facts under `origin_no`: the number is its
 * own, or was and is another's since a restore, or this database does not know it. */
enum err number_may_be_kin(struct apply *apply, const struct chain_public_key *key,
                           uint32_t origin_no, bool *may_be_out) MUST_USE;
