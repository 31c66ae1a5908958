/* sync/evidence/evidence.h -- what headquarters holds of one case, in a folder that proves itself.
 * Pure: files come through a function.
 *
 * The folder holds `evidence.txt`, and beside it the files it names: `case.bin` (CaseRecord), the
 * policies that facts name, the photos. evidence.txt is UTF-8, LF after every line, one blank
 * between words, bytes as lower-case hex. Lines, in this order:
 *
 *   doorstep-evidence 1
 *   case CASE_NO MADE_AT_MS
 *   key N PUBLIC_KEY MADE_AT_MS [SIGNATURE]     N = 1, 2 …: headquarters' keys, the oldest first;
 *                                               from the second on signed by the one before
 *                                               (keyring.h)
 *   person PERSON_NO NAME …                     any number; for people to read
 *   record SIZE HASH                            case.bin; BLAKE2b-256
 *   policy HASH8 SIZE FILE                      chain_short_hash() of the file, as facts name it
 *   device DEVICE_NO PUBLIC_KEY PERSON_NO BRANCH_NO AT_MS N SIGNATURE
 *                                               a tablet's certificate (introduce.h) by key N
 *   chain DEVICE_NO STRAND                      facts of one journal follow; device 0 is
 * headquarters at SEQ LINK                                 the journal after fact SEQ: starts a run
 * of facts, and passes over facts that are not of this case fact SEQ ORIGIN_NO BODY as captured,
 * hashed and signed (chain.h) signed STATUS_HASH SIGNATURE                the tablet signed the
 * journal up to here (batch.h) receipt N SEQ LINK STORED_AT_MS LEVEL SIGNATURE headquarters says by
 * key N that it holds the journal up to here (receipt.h); the last line of every chain attachment
 * DEVICE_NO HASH SIZE STORED_AT_MS LEVEL N SIGNATURE FILE (chunk.h: held_sign()), by key N lacking
 * HASH SIZE                           named by a fact, not at headquarters seal N SIGNATURE by the
 * present key, purpose "evidence", over BLAKE2b-256 of all lines before
 *
 * What is proved: a fact before a `signed` line of its run was signed by that tablet, byte for byte
 * and in that place. Where a fact of another case stands between it and the next signature, showing
 * that one would tell a stranger's business: there headquarters' receipt vouches for the link, and
 * the result counts such facts apart. Facts of headquarters have its receipt only. The seal shows
 * that nothing was taken out since the export; that headquarters itself left nothing out, no pack
 * can show. */
#pragma once

#include "core/base/arena.h"
#include "core/base/str.h"
#include "core/event/event.h"
#include "sync/proto/enrol.h"
#include "sync/proto/wire.h"

#define EVIDENCE_INDEX "evidence.txt"
#define EVIDENCE_RECORD "case.bin"

enum {
    EVIDENCE_FORMAT = 1,
    EVIDENCE_INDEX_SIZE_MAX = 64 * 1024 * 1024,
    EVIDENCE_FILE_NAME_SIZE = 96, /* letters, digits, '-', '_', '.'; none begins with '.' */
    EVIDENCE_WORD_SIZE = 160,
    EVIDENCE_DEVICES_MAX = 4096,
    EVIDENCE_ATTACHMENTS_MAX = 65536,
    EVIDENCE_POLICIES_MAX = 4096,
};

/* Why a pack does not hold; the text for people is "verify.fault.<name>". */
enum evidence_fault {
    EVIDENCE_FAULT_none = 0,
#define FAULT(name) EVIDENCE_FAULT_##name,
#include "sync/evidence/faults.def"
#undef FAULT
};
/* Text key, static. */
const char *evidence_fault_key(enum evidence_fault fault);

/* The first broken link. */
struct evidence_break {
    enum evidence_fault fault; /* none: the pack holds */
    char file[EVIDENCE_FILE_NAME_SIZE];
    size_t line_no;     /* of evidence.txt, from 1; 0 when another file is meant */
    uint32_t device_no; /* of the chain at hand */
    uint64_t seq;       /* of the fact at hand, or of the last before the break; 0 none */
    char expected[EVIDENCE_WORD_SIZE]; /* as text: hex, a number, a word; may be empty */
    char found[EVIDENCE_WORD_SIZE];
};

/* What holds, as far as it was read. */
struct evidence_counts {
    uint64_t proved_count;  /* facts that their tablet signed */
    uint64_t vouched_count; /* facts of tablets for which only headquarters' receipt speaks */
    uint64_t hq_count;      /* facts of headquarters */
    uint64_t signature_count, receipt_count;
    uint64_t attachment_count, lacking_count;
    uint64_t device_count, policy_count, key_count;
    uint64_t unread_count; /* facts that this program does not understand */
};

/* A file of the folder, whole, in `arena`. ERR_not_found, ERR_too_long past `size_max`, ERR_io. */
typedef enum err evidence_file(void *context, struct arena *arena, const char *name,
                               size_t size_max, struct str *bytes_out);
/* Told of every fact in the order of the pack, once it is known to be whole. */
typedef void evidence_fact(void *context, uint32_t device_no, uint64_t seq, const ds_Event *event);

struct evidence_source {
    evidence_file *file;
    evidence_fact *fact; /* may be NULL */
    void *context;
    /* What the reader has of headquarters' key from elsewhere (enrol_fingerprint(), blanks or not),
     * or NULL: then the pack is only held against the keys that it brings itself. */
    const char *fingerprint;
};

struct evidence_result {
    struct evidence_break first_break;
    struct evidence_counts counts;
    uint64_t case_no;
    int64_t made_at_ms;
    char fingerprint[ENROL_FINGERPRINT_SIZE]; /* of the present key; "" before one was read */
    bool is_fingerprint_met;                  /* the one given is of a key of the pack */
};

/* Reads the whole pack and stops at the first broken link, which is a value of the result. Memory
 * comes from `arena`. ERR_io when a file cannot be read for another reason than its absence. */
enum err evidence_check(struct arena *arena, const struct evidence_source *source,
                        struct evidence_result *result_out) MUST_USE;

/* True for a name that may stand in a pack. */
bool evidence_is_file_name(struct str name);
