/* sync/server/store/strand.h -- the chains of one device. Private to the store room.
 *
 * A device has strand 0; a proven fork opens the next one, whose facts up to from_seq
 * are those of its parent. */
#pragma once

#include "sync/server/store/apply.h"
#include "sync/server/store/ingest.h"

/* The strand that holds the fact `seq` of `strand`: itself or an ancestor. */
uint32_t strand_at(const struct apply_device *device, const struct apply_strand *strand,
                   uint64_t seq);
/* Link after `seq` (at most strand->seq) on this strand. ERR_corrupt when it is not there. */
enum err strand_link(struct hq_store *store, const struct apply_device *device,
                     const struct apply_strand *strand, uint64_t seq, struct chain_link *link_out,
                     int64_t *order_at_ms_out) MUST_USE;
/* The strand that holds most of the batch, and how many of its first facts; NULL when
 * none has the link before it. */
enum err strand_find(struct apply *apply, struct apply_device *device,
                     const struct ingest_batch *batch, struct apply_strand **strand_out,
                     size_t *matched_out) MUST_USE;
/* Opens a strand that shares the facts up to `from_seq` with `parent`. */
enum err strand_fork(struct apply *apply, struct apply_device *device,
                     const struct apply_strand *parent, uint64_t from_seq,
                     struct apply_strand **strand_out) MUST_USE;
/* Writes how far it goes. */
enum err strand_put(struct apply *apply, uint32_t device_no,
                    const struct apply_strand *strand) MUST_USE;
/* A chain without facts for a new device. */
enum err strand_start(struct apply *apply, uint32_t device_no) MUST_USE;
