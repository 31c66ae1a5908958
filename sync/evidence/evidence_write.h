/* sync/evidence/evidence_write.h -- the lines of evidence.txt, in the form evidence.h describes.
 * Pure.
 *
 * Each call adds one line; their order is the caller's. Signatures are made here, by the newest key
 * of the ring. */
#pragma once

#include "sync/evidence/evidence.h"
#include "sync/proto/keyring.h"
#include "sync/proto/sync.pb.h"

struct evidence_writer {
    struct str_builder text;    /* all lines so far */
    const struct keyring *ring; /* borrowed */
};

/* Begins with the format, the case and the keys of `ring`. The text grows in `arena`. */
void evidence_write_start(struct evidence_writer *writer, struct arena *arena, uint64_t case_no,
                          int64_t made_at_ms, const struct keyring *ring);
/* `name` is UTF-8; what ends a line becomes a blank. */
void evidence_write_person(struct evidence_writer *writer, uint32_t person_no, struct str name);
void evidence_write_record(struct evidence_writer *writer, struct str record);
/* `file`: see evidence_is_file_name(); so below. */
void evidence_write_policy(struct evidence_writer *writer, uint64_t hash, size_t size,
                           const char *file);
/* Headquarters certifies here and now that this tablet has this key. */
void evidence_write_device(struct evidence_writer *writer, uint32_t device_no,
                           const struct chain_public_key *key, uint32_t person_no,
                           uint32_t branch_no, int64_t at_ms);
void evidence_write_chain(struct evidence_writer *writer, uint32_t device_no, uint32_t strand);
void evidence_write_at(struct evidence_writer *writer, uint64_t seq, const struct chain_link *link);
void evidence_write_fact(struct evidence_writer *writer, uint64_t seq, uint32_t origin_no,
                         struct str body);
void evidence_write_signed(struct evidence_writer *writer, struct str status_hash,
                           struct str signature);
/* Signs that headquarters holds the journal of `device_no` up to `seq`, whose link is `link`. */
void evidence_write_receipt(struct evidence_writer *writer, uint32_t device_no, uint64_t seq,
                            const struct chain_link *link, int64_t stored_at_ms);
/* Signs that headquarters holds these bytes; `device_no` is the tablet that named them. */
void evidence_write_attachment(struct evidence_writer *writer, uint32_t device_no,
                               const struct chain_hash *hash, uint32_t size, int64_t stored_at_ms,
                               uint32_t level, const char *file);
void evidence_write_lacking(struct evidence_writer *writer, const struct chain_hash *hash,
                            uint32_t size);
/* Signs all lines so far. The whole text. */
struct str evidence_write_seal(struct evidence_writer *writer);
