/* sync/evidence/evidence_line.c -- keys, tablets and files: lines outside the chains. */
#include "sync/evidence/evidence_private.h"
#include "sync/proto/chunk.h"
#include "sync/proto/introduce.h"
#include "sync/proto/succession.h"

#include <string.h>

/* ---- files ---- */

/* False with the break noted, or with the error in `*err`. */
bool evidence_read_file(struct evidence_reading *reading, struct str name, size_t size_max,
                        struct str *bytes_out, enum err *err)
{
    const char *text = str_text(reading->arena, name);
    *err =
        reading->source->file(reading->source->context, reading->arena, text, size_max, bytes_out);
    if (*err == ERR_not_found || *err == ERR_too_long) {
        enum evidence_fault fault =
            *err == ERR_not_found ? EVIDENCE_FAULT_file_missing : EVIDENCE_FAULT_file_too_long;
        *err = OK;
        return evidence_broken_file(reading, fault, name, "", "");
    }
    return *err == OK;
}

static bool take_file_name(struct evidence_reading *reading, struct str *rest, struct str *name_out)
{
    return evidence_take_word(reading, rest, name_out) &&
           (evidence_is_file_name(*name_out)
                ? true
                : evidence_broken(reading, EVIDENCE_FAULT_line, "",
                                  str_text(reading->arena, *name_out)));
}

/* The file has these bytes, by their BLAKE2b-256. */
static bool is_file(struct evidence_reading *reading, struct str name, uint32_t size,
                    const struct chain_hash *hash, enum evidence_fault fault, enum err *err)
{
    struct arena_mark mark = arena_mark(reading->arena);
    struct str bytes = {0};
    if (!evidence_read_file(reading, name, size, &bytes, err)) {
        return false;
    }
    struct chain_hash found = chain_hash(bytes.bytes, bytes.size);
    bool is_same = bytes.size == size && chain_hash_equal(&found, hash);
    if (!is_same) {
        return evidence_broken_file(reading, fault, name,
                                    evidence_hex(reading, hash->bytes, sizeof hash->bytes),
                                    evidence_hex(reading, found.bytes, sizeof found.bytes));
    }
    arena_rollback(reading->arena, mark);
    return true;
}

/* ---- the head ---- */

bool evidence_line_case(struct evidence_reading *reading, struct str rest)
{
    uint64_t at_ms = 0;
    if (!evidence_take_u64(reading, &rest, INT64_MAX, &reading->result->case_no) ||
        !evidence_take_u64(reading, &rest, INT64_MAX, &at_ms) ||
        !evidence_take_end(reading, rest)) {
        return false;
    }
    reading->result->made_at_ms = (int64_t)at_ms;
    return reading->result->case_no != 0 ? true
                                         : evidence_broken(reading, EVIDENCE_FAULT_line, "", "0");
}

/* Blanks in a fingerprint are for the eye. */
static bool is_fingerprint(const char *one, const char *two)
{
    for (;;) {
        while (*one == ' ') {
            one++;
        }
        while (*two == ' ') {
            two++;
        }
        if (*one != *two || *one == '\0') {
            return *one == *two;
        }
        one++;
        two++;
    }
}

bool evidence_line_key(struct evidence_reading *reading, struct str rest)
{
    uint32_t number = 0;
    uint64_t at_ms = 0;
    struct chain_public_key key;
    if (!evidence_take_u32(reading, &rest, &number) ||
        !evidence_take_bytes(reading, &rest, key.bytes, sizeof key.bytes) ||
        !evidence_take_u64(reading, &rest, INT64_MAX, &at_ms)) {
        return false;
    }
    if (reading->key_count == KEYRING_MAX || number != reading->key_count + 1) {
        return evidence_broken(reading, EVIDENCE_FAULT_order,
                               evidence_number(reading, reading->key_count + 1),
                               evidence_number(reading, number));
    }
    if (number > 1) {
        struct succession succession = {
            .from = reading->keys[number - 2], .to = key, .at_ms = (int64_t)at_ms};
        if (!evidence_take_bytes(reading, &rest, succession.signature.bytes,
                                 sizeof succession.signature.bytes)) {
            return false;
        }
        if (succession_check(&succession) != WIRE_ok) {
            return evidence_broken(
                reading, EVIDENCE_FAULT_key_succession,
                evidence_hex(reading, succession.from.bytes, sizeof succession.from.bytes), "");
        }
    }
    reading->keys[reading->key_count++] = key;
    reading->result->counts.key_count = reading->key_count;
    enrol_fingerprint(reading->result->fingerprint, &key);
    reading->result->is_fingerprint_met =
        reading->result->is_fingerprint_met ||
        (reading->source->fingerprint != NULL &&
         is_fingerprint(reading->source->fingerprint, reading->result->fingerprint));
    return evidence_take_end(reading, rest);
}

/* For people to read; the seal holds it. */
bool evidence_line_person(struct evidence_reading *reading, struct str rest)
{
    uint32_t person_no = 0;
    return evidence_take_u32(reading, &rest, &person_no) &&
           (str_is_utf8(rest) ? true : evidence_broken(reading, EVIDENCE_FAULT_line, "", ""));
}

bool evidence_line_record(struct evidence_reading *reading, struct str rest, enum err *err)
{
    uint64_t size = 0;
    struct chain_hash hash;
    return evidence_take_u64(reading, &rest, LIMIT_case_size, &size) &&
           evidence_take_bytes(reading, &rest, hash.bytes, sizeof hash.bytes) &&
           evidence_take_end(reading, rest) &&
           is_file(reading, STR(EVIDENCE_RECORD), (uint32_t)size, &hash,
                   EVIDENCE_FAULT_record_changed, err);
}

bool evidence_line_policy(struct evidence_reading *reading, struct str rest, enum err *err)
{
    uint8_t hash[8];
    uint64_t size = 0;
    struct str name;
    struct str bytes = {0};
    if (!evidence_take_bytes(reading, &rest, hash, sizeof hash) ||
        !evidence_take_u64(reading, &rest, LIMIT_answer_size, &size) ||
        !take_file_name(reading, &rest, &name) || !evidence_take_end(reading, rest)) {
        return false;
    }
    if (reading->result->counts.policy_count == EVIDENCE_POLICIES_MAX) {
        return evidence_broken(reading, EVIDENCE_FAULT_file_too_long, "", "");
    }
    if (!evidence_read_file(reading, name, (size_t)size, &bytes, err)) {
        return false;
    }
    uint64_t found = chain_short_hash(bytes.bytes, bytes.size);
    uint8_t found_bytes[8];
    for (size_t i = 0; i < sizeof found_bytes; i++) {
        found_bytes[i] = (uint8_t)(found >> (8 * i));
    }
    if (memcmp(found_bytes, hash, sizeof hash) != 0 || bytes.size != size) {
        return evidence_broken_file(reading, EVIDENCE_FAULT_policy_changed, name,
                                    evidence_hex(reading, hash, sizeof hash),
                                    evidence_hex(reading, found_bytes, sizeof found_bytes));
    }
    reading->result->counts.policy_count++;
    return true;
}

bool evidence_line_device(struct evidence_reading *reading, struct str rest)
{
    struct certificate certificate = {0};
    const struct chain_public_key *key = NULL;
    uint64_t at_ms = 0;
    if (!evidence_take_u32(reading, &rest, &certificate.device_no) ||
        !evidence_take_bytes(reading, &rest, certificate.public_key.bytes,
                             sizeof certificate.public_key.bytes) ||
        !evidence_take_u32(reading, &rest, &certificate.person_no) ||
        !evidence_take_u32(reading, &rest, &certificate.branch_no) ||
        !evidence_take_u64(reading, &rest, INT64_MAX, &at_ms) ||
        !evidence_take_key(reading, &rest, &key) ||
        !evidence_take_bytes(reading, &rest, certificate.signature.bytes,
                             sizeof certificate.signature.bytes) ||
        !evidence_take_end(reading, rest)) {
        return false;
    }
    certificate.hq_at_ms = (int64_t)at_ms;
    evidence_place(reading, certificate.device_no, 0);
    if (certificate.device_no == 0 || certificate_check(&certificate, key) != WIRE_ok) {
        return evidence_broken(reading, EVIDENCE_FAULT_certificate,
                               evidence_hex(reading, key->bytes, sizeof key->bytes), "");
    }
    uint64_t *count = &reading->result->counts.device_count;
    if (*count == EVIDENCE_DEVICES_MAX) {
        return evidence_broken(reading, EVIDENCE_FAULT_file_too_long, "", "");
    }
    reading->devices[(*count)++] =
        (struct evidence_device){certificate.device_no, certificate.public_key};
    return true;
}

/* ---- attachments ---- */

/* Every fact that names it is answered for at once. */
static bool list_attachment(struct evidence_reading *reading, const struct chain_hash *hash,
                            uint32_t size)
{
    bool is_named = false;
    for (size_t i = 0; i < reading->named_count; i++) {
        struct evidence_named *named = &reading->named[i];
        if (named->size == size && chain_hash_equal(&named->hash, hash)) {
            named->is_listed = true;
            is_named = true;
            evidence_place(reading, named->device_no, named->seq);
        }
    }
    return is_named ? true
                    : evidence_broken(reading, EVIDENCE_FAULT_attachment_unnamed, "",
                                      evidence_hex(reading, hash->bytes, sizeof hash->bytes));
}

bool evidence_line_attachment(struct evidence_reading *reading, struct str rest, enum err *err)
{
    ds_Held held = ds_Held_init_zero;
    struct chain_hash hash;
    const struct chain_public_key *key = NULL;
    uint32_t device_no = 0;
    uint64_t size = 0;
    struct str name;
    if (!evidence_take_u32(reading, &rest, &device_no) ||
        !evidence_take_bytes(reading, &rest, hash.bytes, sizeof hash.bytes) ||
        !evidence_take_u64(reading, &rest, LIMIT_attachment_size, &size) ||
        !evidence_take_u64(reading, &rest, INT64_MAX, &held.stored_at_ms) ||
        !evidence_take_u32(reading, &rest, &held.level) ||
        !evidence_take_key(reading, &rest, &key) ||
        !evidence_take_bytes(reading, &rest, held.signature, sizeof held.signature) ||
        !take_file_name(reading, &rest, &name) || !evidence_take_end(reading, rest)) {
        return false;
    }
    memcpy(held.hash, hash.bytes, sizeof held.hash);
    held.size = (uint32_t)size;
    if (held_check(&held, device_no, key) != WIRE_ok) {
        return evidence_broken(reading, EVIDENCE_FAULT_attachment_receipt,
                               evidence_hex(reading, key->bytes, sizeof key->bytes), "");
    }
    reading->result->counts.attachment_count++;
    return list_attachment(reading, &hash, (uint32_t)size) &&
           is_file(reading, name, (uint32_t)size, &hash, EVIDENCE_FAULT_attachment_changed, err);
}

bool evidence_line_lacking(struct evidence_reading *reading, struct str rest)
{
    struct chain_hash hash;
    uint32_t size = 0;
    reading->result->counts.lacking_count++;
    return evidence_take_bytes(reading, &rest, hash.bytes, sizeof hash.bytes) &&
           evidence_take_u32(reading, &rest, &size) && evidence_take_end(reading, rest) &&
           list_attachment(reading, &hash, size);
}

/* ---- the end ---- */

bool evidence_line_seal(struct evidence_reading *reading, struct str rest)
{
    const struct chain_public_key *key = NULL;
    struct chain_signature signature;
    for (size_t i = 0; i < reading->named_count; i++) {
        if (!reading->named[i].is_listed) {
            evidence_place(reading, reading->named[i].device_no, reading->named[i].seq);
            return evidence_broken(reading, EVIDENCE_FAULT_attachment_unlisted,
                                   evidence_hex(reading, reading->named[i].hash.bytes,
                                                sizeof reading->named[i].hash.bytes),
                                   "");
        }
    }
    if (!evidence_take_key(reading, &rest, &key) ||
        !evidence_take_bytes(reading, &rest, signature.bytes, sizeof signature.bytes) ||
        !evidence_take_end(reading, rest)) {
        return false;
    }
    struct chain_hash hash = chain_hash(reading->index.bytes, reading->line_at);
    bool is_sealed =
        key == &reading->keys[reading->key_count - 1] &&
        chain_verify(key, EVIDENCE_PURPOSE, hash.bytes, sizeof hash.bytes, &signature) == OK;
    return is_sealed ? true
                     : evidence_broken(reading, EVIDENCE_FAULT_seal,
                                       evidence_hex(reading, key->bytes, sizeof key->bytes), "");
}
