#include "sync/proto/envelope.h"

#include "core/base/buf.h"
#include "core/base/limits.h"

#include <string.h>

#include <sodium.h>

static enum wire from_err(enum err err)
{
    return err == ERR_truncated ? WIRE_truncated : WIRE_malformed;
}

static size_t size_max(enum envelope_kind kind)
{
    bool is_from_hq =
        kind == ENVELOPE_answer || kind == ENVELOPE_enrol_answer || kind == ENVELOPE_keys_answer;
    return is_from_hq ? (size_t)LIMIT_answer_size : (size_t)LIMIT_envelope_size;
}

/* Sealed kinds: all that are known but the refusal. */
static bool is_sealed(unsigned kind)
{
    return kind >= ENVELOPE_batch && kind <= ENVELOPE_keys_answer && kind != ENVELOPE_refusal;
}

/* Who enrols has no number yet. */
static bool is_enrolment(enum envelope_kind kind)
{
    return kind == ENVELOPE_enrol || kind == ENVELOPE_enrol_answer;
}

uint8_t envelope_key_id(const struct chain_public_key *key)
{
    uint8_t hash[32];
    crypto_generichash(hash, sizeof hash, key->bytes, sizeof key->bytes, NULL, 0);
    return hash[0];
}

uint64_t envelope_tag(struct wire_bytes envelope)
{
    return chain_short_hash(envelope.bytes, envelope.size);
}

enum wire envelope_read_head(struct wire_bytes envelope, struct envelope_head *head_out)
{
    struct buf_reader reader;
    buf_reader_init(&reader, envelope.bytes, envelope.size);
    uint8_t first = buf_read_u8(&reader);
    if (reader.err != OK) {
        return WIRE_truncated;
    }
    if (first >> 4 != ENVELOPE_FORMAT) {
        /* Format 0 was never shipped; a higher one is a newer program's. */
        return first >> 4 == 0 ? WIRE_malformed : WIRE_unknown_format;
    }
    unsigned kind = first & 15U;
    if (!is_sealed(kind)) {
        return WIRE_unknown_kind;
    }
    struct envelope_head head = {.kind = (enum envelope_kind)kind};
    if (envelope.size > size_max(head.kind)) {
        return WIRE_too_long;
    }
    uint8_t key_id = buf_read_u8(&reader);
    uint64_t device_no = buf_read_varint(&reader);
    if (reader.err != OK) {
        return from_err(reader.err);
    }
    if (device_no > UINT32_MAX || is_enrolment(head.kind) != (device_no == 0)) {
        return WIRE_malformed;
    }
    head.key_id = key_id;
    head.device_no = (uint32_t)device_no;
    head.size = reader.at;
    *head_out = head;
    return WIRE_ok;
}

enum wire envelope_seal(struct arena *arena, enum envelope_kind kind, uint32_t device_no,
                        const struct chain_public_key *reader, struct wire_bytes plain,
                        struct wire_bytes *envelope_out)
{
    CHECK(is_sealed((unsigned)kind) && is_enrolment(kind) == (device_no == 0));
    CHECK(sodium_init() >= 0);
    size_t limit = size_max(kind);
    if (plain.size > limit - crypto_box_SEALBYTES - ENVELOPE_HEAD_SIZE_MAX) {
        return WIRE_too_long;
    }
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    if (crypto_sign_ed25519_pk_to_curve25519(box_key, reader->bytes) != 0) {
        return WIRE_malformed;
    }
    size_t capacity = ENVELOPE_HEAD_SIZE_MAX + crypto_box_SEALBYTES + plain.size;
    uint8_t *bytes = arena_alloc(arena, capacity);
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, ENVELOPE_HEAD_SIZE_MAX);
    buf_write_u8(&writer, (uint8_t)(ENVELOPE_FORMAT << 4 | (int)kind));
    buf_write_u8(&writer, envelope_key_id(reader));
    buf_write_varint(&writer, device_no);
    CHECK(writer.err == OK);
    CHECK(crypto_box_seal(bytes + writer.size, plain.bytes, plain.size, box_key) == 0);
    *envelope_out = (struct wire_bytes){bytes, writer.size + crypto_box_SEALBYTES + plain.size};
    return WIRE_ok;
}

enum wire envelope_open(struct arena *arena, const struct envelope_head *head,
                        struct wire_bytes envelope, const struct envelope_keys *reader,
                        struct wire_bytes *plain_out)
{
    CHECK(head->size <= envelope.size);
    if (head->key_id != envelope_key_id(&reader->public_key)) {
        return WIRE_unknown_key;
    }
    size_t box_size = envelope.size - head->size;
    if (box_size < crypto_box_SEALBYTES) {
        return WIRE_truncated;
    }
    uint8_t box_public[crypto_box_PUBLICKEYBYTES];
    uint8_t box_secret[crypto_box_SECRETKEYBYTES];
    CHECK(crypto_sign_ed25519_sk_to_curve25519(box_secret, reader->secret_key.bytes) == 0);
    /* From the secret one: the same point as from the public one, in a third of the time. */
    CHECK(crypto_scalarmult_curve25519_base(box_public, box_secret) == 0);
    size_t plain_size = box_size - crypto_box_SEALBYTES;
    uint8_t *plain = arena_alloc(arena, plain_size + 1);
    int opened =
        crypto_box_seal_open(plain, envelope.bytes + head->size, box_size, box_public, box_secret);
    sodium_memzero(box_secret, sizeof box_secret);
    if (opened != 0) {
        return WIRE_bad_seal;
    }
    *plain_out = (struct wire_bytes){plain, plain_size};
    return WIRE_ok;
}

void envelope_refuse(uint8_t bytes[ENVELOPE_REFUSAL_SIZE], enum wire wire)
{
    CHECK(wire != WIRE_ok);
    bytes[0] = ENVELOPE_FORMAT << 4 | ENVELOPE_refusal;
    bytes[1] = (uint8_t)wire;
}

enum wire envelope_read_refusal(struct wire_bytes envelope, uint32_t *code_out)
{
    if (envelope.size < ENVELOPE_REFUSAL_SIZE) {
        return WIRE_truncated;
    }
    if (envelope.size > ENVELOPE_REFUSAL_SIZE || envelope.bytes[1] == WIRE_ok ||
        envelope.bytes[0] != (ENVELOPE_FORMAT << 4 | ENVELOPE_refusal)) {
        return WIRE_malformed;
    }
    *code_out = envelope.bytes[1];
    return WIRE_ok;
}
