/* core/event/pass.h -- a supervisor's pass: one visit in spite of one rule. Pure.
 *
 * Headquarters gives it to one person with one tablet, for one case, against one rule, until one
 * instant; the tablet checks it without a network, by headquarters' pinned public key and its
 * own secret one, and takes it once. Which rules a pass lifts at all the policy says. Two forms:
 *
 *   code    16 characters in groups of four, to be read over a telephone and typed: number of
 *           the pass (24 bits), its end (16 bits: quarter hours, the one of all with these bits
 *           that is nearest to now), seal (40 bits). The seal is a keyed BLAKE2b over all fields;
 *           its key is what headquarters' key and the tablet's key share (X25519 of both Ed25519
 *           keys), so only these two can make one, and a guess is right once in 2^40. One that
 *           the tablet itself made is found at headquarters, which knows what it gave.
 *   text    "DSP1." and base64url without padding of all fields (32 bytes) and headquarters'
 *           Ed25519 signature over them (64 bytes): for a QR code, a message or a scanner.
 *
 * The fields, as sealed and signed: u64 case_no, u32 person_no, u32 device_no, u32 pass_no, rule
 * in 4 bytes padded with zeros, u64 quarter hours since 1970; little-endian. */
#pragma once

#include "core/base/str.h"
#include "core/event/chain.h"

enum {
    PASS_RULE_SIZE = 5,       /* "T01" and NUL */
    PASS_NO_MAX = 0xffffff,   /* random, so that a restored headquarters gives no number again */
    PASS_CODE_SIZE = 20,      /* four groups of four, hyphens, NUL */
    PASS_TEXT_SIZE = 134,     /* "DSP1.", 128 characters, NUL */
    PASS_PROOF_SIZE_MAX = 64, /* of the form that was used: seal or signature */
};

struct pass {
    uint64_t case_no;
    uint32_t person_no, device_no;
    uint32_t pass_no; /* 1 .. PASS_NO_MAX; unique within the case */
    char rule[PASS_RULE_SIZE];
    int64_t until_ms; /* it holds until then, not at it; a whole quarter hour */
};

/* The end of the quarter hour that holds `at_ms`: what a pass's end is rounded to. */
int64_t pass_until_ms(int64_t at_ms);

/* ERR_malformed when `device` is no valid key. */
enum err pass_code_write(const struct pass *pass, const struct chain_secret_key *hq,
                         const struct chain_public_key *device,
                         char code_out[PASS_CODE_SIZE]) MUST_USE;
void pass_text_write(const struct pass *pass, const struct chain_secret_key *hq,
                     char text_out[PASS_TEXT_SIZE]);

/* Who reads a pass, and for what. */
struct pass_reader {
    uint64_t case_no;
    uint32_t person_no, device_no;
    const char *rule; /* the one that stands in the way */
    int64_t now_ms;
    struct chain_public_key hq;
    struct chain_secret_key device;
};

struct pass_read {
    struct pass pass;
    uint8_t proof[PASS_PROOF_SIZE_MAX];
    size_t proof_size; /* the rest is zeros */
};

/* Either form; blanks, hyphens and the case of letters do not matter in a code, and O is 0, I and
 * L are 1. ERR_malformed (not a pass, or cut), ERR_bad_signature (a code that is mistyped or for
 * another case, person, tablet or rule; a text that headquarters did not sign), ERR_not_allowed
 * (a signed text for another case, person, tablet or rule), ERR_expired. */
enum err pass_read(struct str typed, const struct pass_reader *reader,
                   struct pass_read *read_out) MUST_USE;
/* Text key "pass_fault.<why>" for an error of pass_read(), and for ERR_exists: used before. */
const char *pass_fault_key(enum err err);
