/* core/event/card.h -- a collector's authorisation card, which anybody can check. Pure.
 *
 * What a collector shows at a door: who they are, for which institution, where to complain, and
 * until when that holds. Headquarters signs it; whoever has headquarters' published key checks it
 * without a network and without asking anybody. It says nothing of any borrower.
 *
 * As text, for a QR code:
 *     "DSC1." and base64url without padding of
 *       u32 first day, u32 last day (civil days since 1970-01-01), little-endian
 *       four texts, each a byte of size and UTF-8: name, staff number, institution, complaint line
 *       Ed25519 signature (64 bytes) over all before, by the rule of chain_sign() with the purpose
 *       "card": over BLAKE2b-512 of "card", a zero byte and these bytes */
#pragma once

#include "core/base/str.h"
#include "core/event/chain.h"

enum {
    CARD_NAME_SIZE = 64,
    CARD_STAFF_SIZE = 32,
    CARD_INSTITUTION_SIZE = 96,
    CARD_LINE_SIZE = 32,
    CARD_TEXT_SIZE = 408, /* 5, then 4/3 of 8 + 224 + 64, and NUL */
};

struct card {
    int32_t from_day, until_day; /* it holds on both */
    char name[CARD_NAME_SIZE];
    char staff_no[CARD_STAFF_SIZE];
    char institution[CARD_INSTITUTION_SIZE];
    char line[CARD_LINE_SIZE]; /* telephone number for complaints */
};

/* ERR_bad_text (not UTF-8, or a text is empty), ERR_out_of_range (ends before it begins). */
enum err card_text_write(const struct card *card, const struct chain_secret_key *hq,
                         char text_out[CARD_TEXT_SIZE]) MUST_USE;
/* ERR_malformed (no card, or cut), ERR_bad_signature, and with the card read ERR_expired and
 * ERR_not_allowed (its first day lies ahead). */
enum err card_text_read(struct str text, const struct chain_public_key *hq, int32_t today,
                        struct card *card_out) MUST_USE;
