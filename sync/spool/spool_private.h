/* sync/spool/spool_private.h -- shared by the files of this room only. */
#pragma once

#include "sync/proto/batch.h"
#include "sync/proto/bundle.h"
#include "sync/proto/enrol.h"
#include "sync/proto/layout.h"
#include "sync/spool/spool.h"

/* What `down_tag` of the settings holds: u32 tag, u8 has_more. */
enum { SPOOL_TAG_SIZE = 5 };

/* ---- spool.c: files ---- */

enum err spool_keys(struct spool *spool, struct envelope_keys *device_out,
                    struct chain_public_key *hq_out) MUST_USE;
/* Envelopes in out/, in the order in which they go. */
struct spool_file {
    const char *name;
    struct layout_name read;
};
enum err spool_envelopes(struct spool *spool, struct arena *arena, struct spool_file **files_out,
                         size_t *count_out) MUST_USE;
/* Whether an envelope of this class waits, with this seq or with any (UINT64_MAX). */
enum { SPOOL_SEQ_ANY = -1 };
enum err spool_has(struct spool *spool, enum layout_class class_, int64_t seq,
                   bool *has_out) MUST_USE;
/* Writes out/<fresh name>.env; its name is `name_out`, in the task arena. */
enum err spool_put(struct spool *spool, enum layout_class class_, uint64_t seq,
                   struct wire_bytes envelope, const char **name_out) MUST_USE;
/* Notes the clock at which the envelope was sealed (store_sealing_note()). */
enum err spool_note(struct spool *spool, const char *name) MUST_USE;
/* Removes one envelope file, those of one class, or all of them. */
enum err spool_remove(struct spool *spool, const char *name) MUST_USE;
enum err spool_remove_class(struct spool *spool, enum layout_class class_) MUST_USE;
enum err spool_remove_all(struct spool *spool) MUST_USE;
/* Removes what was sealed under a number that the tablet had before. */
enum err spool_remove_foreign(struct spool *spool) MUST_USE;
/* Removes those, and facts noted as sealed whose envelope is gone count as unsealed again. */
enum err spool_take_stock(struct spool *spool) MUST_USE;
bool spool_ends_with(const char *name, const char *ending);
/* "<stem of name><ending>" in the task arena. */
const char *spool_with_ending(struct spool *spool, const char *name, const char *ending);

/* ---- sealing, one file each ---- */

/* Alarms that headquarters has not heard and that lie in no envelope. */
enum err spool_seal_alarms(struct spool *spool, size_t *count_out) MUST_USE;
/* Chunks that headquarters asked for, up to SPOOL_CHUNKS_MAX in the spool, none
 * while text waits. */
enum err spool_seal_chunks(struct spool *spool, size_t *count_out) MUST_USE;
/* Makes the enrolment envelope from the settings. */
enum err spool_seal_enrolment(struct spool *spool) MUST_USE;
/* "This is who I am", when the tablet holds a certificate, unless it said so lately or
 * it waits to be said. */
enum err spool_seal_introduction(struct spool *spool) MUST_USE;
/* The numbers under which this tablet's facts were made. */
enum err spool_lineage(struct spool *spool, struct lineage *lineage_out) MUST_USE;
/* How this tablet fares: always when `is_asked`, else when it changed much since it was
 * said last in this run. */
enum err spool_health(struct spool *spool, bool is_asked, struct batch_health *health_out) MUST_USE;
/* agent.conf from the settings, when it is not what they say. */
enum err spool_write_conf(struct spool *spool) MUST_USE;
/* The code that is kept. False, with is_code_damaged set and a line in the log, when it cannot
 * be read: that stops nothing. */
bool spool_code_read(struct spool *spool, struct str text,
                     struct enrol_payload *payload_out) MUST_USE;

/* ---- taking ---- */

/* Takes one answer to the envelope `envelope` of the name `name`. `*wire_out` says why it is
 * not taken; `*is_envelope_done_out`, that the envelope has served. */
enum err spool_take(struct spool *spool, struct wire_bytes bytes, const char *name,
                    struct wire_bytes envelope, struct spool_applied *applied,
                    bool *is_envelope_done_out, enum wire *wire_out) MUST_USE;
/* An answer to a batch, an alarm or a chunk. */
enum err spool_take_down(struct spool *spool, struct wire_bytes bytes, uint64_t request_tag,
                         const char *name, struct spool_applied *applied,
                         enum wire *wire_out) MUST_USE;
/* An answer to an enrolment or an introduction. */
enum err spool_take_enrolled(struct spool *spool, struct wire_bytes bytes, uint64_t request_tag,
                             const char *name, struct spool_applied *applied,
                             enum wire *wire_out) MUST_USE;

static inline struct str spool_str(struct wire_bytes bytes)
{
    return (struct str){(const char *)bytes.bytes, bytes.size};
}

static inline struct wire_bytes spool_bytes(struct str text)
{
    return (struct wire_bytes){(const uint8_t *)text.bytes, text.size};
}
