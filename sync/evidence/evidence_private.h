/* sync/evidence/evidence_private.h -- one reading of a pack. Private to the room. */
#pragma once

#include "sync/evidence/evidence.h"
#include "sync/proto/keyring.h"
#include "sync/proto/sync.pb.h"

#define EVIDENCE_PURPOSE "evidence"

struct evidence_device {
    uint32_t device_no;
    struct chain_public_key key;
};
/* An attachment that a fact names. */
struct evidence_named {
    struct chain_hash hash;
    uint32_t size;
    uint32_t device_no; /* of the fact … */
    uint64_t seq;
    bool is_listed;
};

/* Where lines of the index may stand; they come in this order. */
enum evidence_part {
    EVIDENCE_PART_head,   /* the first line */
    EVIDENCE_PART_case,   /* case */
    EVIDENCE_PART_keys,   /* key, person, record, policy, device */
    EVIDENCE_PART_chains, /* chain, at, fact, signed, receipt */
    EVIDENCE_PART_files,  /* attachment, lacking */
    EVIDENCE_PART_sealed,
};

struct evidence_reading {
    struct arena *arena;
    const struct evidence_source *source;
    struct evidence_result *result;
    struct str index; /* the whole text */
    size_t line_at;   /* where the line at hand begins */
    enum evidence_part part;

    struct chain_public_key keys[KEYRING_MAX];
    size_t key_count;
    struct evidence_device *devices;
    struct evidence_named *named;
    size_t named_count, named_capacity;

    /* the chain at hand */
    bool is_in_chain, has_place;
    uint32_t device_no;
    uint64_t seq;
    struct chain_link link; /* after seq */
    uint64_t open_count;    /* facts behind the last signature */
    bool is_vouched;        /* the line before was a receipt at this very place */
    uint64_t fact_count;    /* of this chain */
};

/* Notes the first break; further ones change nothing. False, so that a reader may `return` it. */
bool evidence_broken(struct evidence_reading *reading, enum evidence_fault fault,
                     const char *expected, const char *found);
/* The same about another file of the folder. */
bool evidence_broken_file(struct evidence_reading *reading, enum evidence_fault fault,
                          struct str file, const char *expected, const char *found);
/* Which fact a break is about, if there is one. */
void evidence_place(struct evidence_reading *reading, uint32_t device_no, uint64_t seq);
/* Hex of `size` bytes, in the arena. */
const char *evidence_hex(struct evidence_reading *reading, const void *bytes, size_t size);
const char *evidence_number(struct evidence_reading *reading, uint64_t number);

/* ---- words of a line: each cuts one off `rest`; false, with the break noted, when it is not so
 * ---- */
bool evidence_take_word(struct evidence_reading *reading, struct str *rest, struct str *word_out);
bool evidence_take_u64(struct evidence_reading *reading, struct str *rest, uint64_t max,
                       uint64_t *number_out);
bool evidence_take_u32(struct evidence_reading *reading, struct str *rest, uint32_t *number_out);
bool evidence_take_bytes(struct evidence_reading *reading, struct str *rest, void *bytes,
                         size_t size);
bool evidence_take_end(struct evidence_reading *reading, struct str rest);
/* Number of a key, and the key: EVIDENCE_FAULT_key_unknown. */
bool evidence_take_key(struct evidence_reading *reading, struct str *rest,
                       const struct chain_public_key **key_out);

/* evidence_chain.c: lines of a chain. `rest` is what follows the first word. */
bool evidence_line_chain(struct evidence_reading *reading, struct str rest);
bool evidence_line_at(struct evidence_reading *reading, struct str rest);
bool evidence_line_fact(struct evidence_reading *reading, struct str rest);
bool evidence_line_signed(struct evidence_reading *reading, struct str rest);
bool evidence_line_receipt(struct evidence_reading *reading, struct str rest);
/* The chain at hand ends here. */
bool evidence_chain_end(struct evidence_reading *reading);

/* evidence_line.c. Where a file is read, an error that is not the pack's is left in `*err`. */
bool evidence_read_file(struct evidence_reading *reading, struct str name, size_t size_max,
                        struct str *bytes_out, enum err *err);
bool evidence_line_case(struct evidence_reading *reading, struct str rest);
bool evidence_line_key(struct evidence_reading *reading, struct str rest);
bool evidence_line_person(struct evidence_reading *reading, struct str rest);
bool evidence_line_record(struct evidence_reading *reading, struct str rest, enum err *err);
bool evidence_line_policy(struct evidence_reading *reading, struct str rest, enum err *err);
bool evidence_line_device(struct evidence_reading *reading, struct str rest);
bool evidence_line_attachment(struct evidence_reading *reading, struct str rest, enum err *err);
bool evidence_line_lacking(struct evidence_reading *reading, struct str rest);
bool evidence_line_seal(struct evidence_reading *reading, struct str rest);
