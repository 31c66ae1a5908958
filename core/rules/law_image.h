/* core/rules/law_image.h -- a compiled policy: records, time zones, sources, words. Pure.
 *
 * The image is read where it lies: nothing is copied or allocated, and the bytes must stay
 * while a struct law_image is used. Little-endian:
 *     header    128 bytes, see law_image.c
 *     records   64 bytes each, in the order of law_words.def, those of a rule side by side
 *     zones     48 bytes each: name[32], first and count of its transitions, first offset
 *     transitions 16 bytes each: instant, seconds east of UTC from then on
 *     words     8 bytes a node: the tree of flagged words of kind TEXT
 *     text      NUL-ended: a byte of enum law_confidence as a digit, then the sources
 *     SHA-256 of all before (32), Ed25519 over it with the purpose "policy image" (64)
 * The same pack, tzdata and key give the same bytes.
 *
 * A layer of a client or a case is an image, too: it holds the rules that it tightens or adds and
 * names what it extends. Linked behind a whole image it is judged with it, and of a rule that both
 * have the stricter counts: what the same layers compiled into one image would say. */
#pragma once

#include "core/event/chain.h"
#include "core/rules/law_words.h"

enum {
    LAW_IMAGE_SIZE_MAX = 48 * 1024, /* what a policy may weigh on its way to a tablet */
    LAW_RECORD_SIZE = 64,
    LAW_RECORDS_MAX = 400,
    LAW_ZONES_MAX = 128,
    LAW_PROFILE_SIZE = 16,
    LAW_ZONE_SIZE = 32,
    LAW_FIRST_YEAR = 2024, /* the transitions cover 2024-01-01 .. 2040-12-31 */
    LAW_LAST_YEAR = 2040,
};

/* One rule, or one part of it. What p0 and p1 are by kind stands in law_judge.h. */
struct law_record {
    uint16_t rule;
    uint8_t kind;             /* enum law_kind */
    uint8_t severity;         /* enum severity */
    uint8_t unknown_severity; /* when a fact it needs is not known */
    uint8_t override;         /* enum law_override */
    uint8_t stages, channels; /* bits */
    uint16_t obligations;     /* bits */
    uint16_t consent_fact;    /* which lifts it, for LAW_OVERRIDE_consent */
    int32_t from_day, to_day; /* in force on from_day <= day < to_day */
    uint16_t fact_a, fact_b;
    int64_t p0, p1;
    uint32_t if_mask, if_fact; /* only when the fact has one of the bits; 0: always */
    uint16_t roles;            /* bits 1 << enum law_role; 0: whoever it is */
    uint32_t unless_flags;     /* not while one of these is set */
    uint32_t flags;            /* only while one of these is set; 0: always */
    uint16_t part;             /* which part of its rule, unique within it */
    uint16_t source;           /* offset in the text */
    uint8_t link;              /* 0: of the image itself, 1: of its closer layer … */
};

struct law_image {
    const uint8_t *bytes;
    size_t size;
    size_t record_count, zone_count, transition_count, word_count, text_size;
    const uint8_t *records, *zones, *transitions, *words;
    const char *text;
    uint32_t version; /* year × 10000 + month × 100 + number */
    int32_t expires_day;
    char profile[LAW_PROFILE_SIZE];
    char tzdb[LAW_PROFILE_SIZE];
    char extends[LAW_PROFILE_SIZE]; /* of a layer: what it tightens; empty: whole by itself */
    uint16_t zone;                  /* of the profile */
    uint8_t hash[32];
    const struct law_image *closer; /* the layer that is judged with it, borrowed; NULL: none */
};

enum { LAW_LINKS_MAX = 3 }; /* the profile, its client, its case */

/* Reads and checks every field but the signature. ERR_unknown_version (not an image of this
 * format, or made for rules this program does not know), ERR_corrupt (cut or changed),
 * ERR_malformed (whole, but a field makes no sense). `image_out` is untouched then. */
enum err law_image_open(const void *bytes, size_t size, struct law_image *image_out) MUST_USE;
/* As law_image_open(), and by whom: for an image that came from outside. `held` is the one in
 * force, NULL for none; it stays as it is. ERR_bad_signature; ERR_expired (its last day is
 * before `today`); ERR_not_allowed (older than `held`: rolled back, or another profile). */
enum err law_image_accept(const void *bytes, size_t size, const struct chain_public_key *key,
                          const struct law_image *held, int32_t today,
                          struct law_image *image_out) MUST_USE;
/* Text key "law_image.<why>" that says in words why an image was refused with `err`. */
const char *law_image_fault_key(enum err err);

/* Records of the image and of the layers linked behind it, in this order. */
size_t law_image_count(const struct law_image *image);
/* The `index`-th of them. */
struct law_record law_image_record(const struct law_image *image, size_t index);
enum law_confidence law_image_confidence(const struct law_image *image,
                                         const struct law_record *record);
/* "GB25, CBA26"; static as the image. */
const char *law_image_source(const struct law_image *image, const struct law_record *record);

/* Index of a zone. ERR_not_found. */
enum err law_zone_find(const struct law_image *image, struct str name, uint16_t *zone_out) MUST_USE;
const char *law_zone_name(const struct law_image *image, uint16_t zone);
/* Seconds east of UTC. Before 2024 and after 2040: as at the nearer end. */
int32_t law_zone_offset(const struct law_image *image, uint16_t zone, int64_t at_ms);
/* The instant of `second` (0..86399) of a civil day: the first of two, and in a gap the
 * instant at which the clock jumps. */
int64_t law_zone_instant(const struct law_image *image, uint16_t zone, int32_t day, int32_t second);
/* False in a gap: the clock never shows this time. */
bool law_zone_has(const struct law_image *image, uint16_t zone, int32_t day, int32_t second);

/* Whether `note` holds a flagged word. Latin letters of either case. */
bool law_image_has_word(const struct law_image *image, struct str note);

/* ---- the bytes, for the compiler ---- */
void law_record_write(uint8_t bytes[LAW_RECORD_SIZE], const struct law_record *record);
struct law_record law_record_read(const uint8_t bytes[LAW_RECORD_SIZE]);
struct law_image_head {
    uint32_t record_count, zone_count, transition_count, word_count, text_size;
    uint32_t version;
    int32_t expires_day;
    uint16_t zone;
    const char *profile, *tzdb;
    const char *extends; /* "": whole by itself */
};
enum {
    LAW_HEAD_SIZE = 128,
    LAW_ZONE_ROW_SIZE = 48,
    LAW_TRANSITION_SIZE = 16,
    LAW_WORD_SIZE = 8,
    LAW_TAIL_SIZE = 32 + CHAIN_SIGNATURE_SIZE,
};
void law_head_write(uint8_t bytes[LAW_HEAD_SIZE], const struct law_image_head *head);
/* Fills the last LAW_TAIL_SIZE bytes of `size`: hash and signature. */
void law_tail_write(uint8_t *bytes, size_t size, const struct chain_secret_key *key);
