/* sync/spool/spool_private.h -- shared by the files of this room only. */
#pragma once

#include "sync/proto/envelope.h"
#include "sync/proto/layout.h"
#include "sync/spool/spool.h"

/* What `down_tag` of the settings holds: u32 tag, u8 has_more. */
enum { SPOOL_TAG_SIZE = 5 };

enum err spool_keys(struct spool *spool, struct envelope_keys *device_out,
                    struct chain_public_key *hq_out) MUST_USE;
/* Names of the envelopes in out/, oldest first. */
enum err spool_envelopes(struct spool *spool, struct arena *arena, const char ***names_out,
                         size_t *count_out) MUST_USE;
/* A fresh stem for an envelope whose first fact is `first_seq`. */
void spool_stem(struct spool *spool, char stem[LAYOUT_STEM_SIZE], uint64_t first_seq);
/* Writes out/<stem>.env; its name is `name_out`, in the task arena. */
enum err spool_put(struct spool *spool, uint64_t first_seq, struct wire_bytes envelope,
                   const char **name_out) MUST_USE;
/* Removes one envelope file, or all of them. */
enum err spool_remove(struct spool *spool, const char *name) MUST_USE;
enum err spool_remove_all(struct spool *spool) MUST_USE;
/* Seals an envelope without facts. */
enum err spool_seal_ticket(struct spool *spool) MUST_USE;
/* Makes the enrolment envelope and agent.conf from the settings. */
enum err spool_seal_enrolment(struct spool *spool) MUST_USE;
bool spool_ends_with(const char *name, const char *ending);
