#include "sync/proto/keys.h"

#include "core/base/buf.h"
#include "core/base/str.h"
#include "sync/proto/pack.h"

#include <pb_decode.h>
#include <pb_encode.h>
#include <sodium.h>
#include <string.h>

#define PURPOSE_UP "keys"
#define PURPOSE_DOWN "keysdown"
#define PURPOSE_ARM "keysarm"

/* Later than any clock: sums of times stay inside 64 bits. */
static const uint64_t TIME_MAX = UINT64_C(1) << 53;

enum { PLAIN_SIZE_MAX = 1024, TAG_SIZE = 8, GUARD_MAX = 6, ORDER_MAX = 3 };

/* ---- the tablet's own word ---- */

enum { ARM_SIZE = 4 + 16 + 32 + 4 + 3 * 32 };

static void arm_bytes(uint8_t bytes[ARM_SIZE], const ds_KeysArm *arm, uint32_t device_no,
                      const uint8_t vault_id[16], const uint8_t public_key[32])
{
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, ARM_SIZE);
    buf_write_u32(&writer, device_no);
    buf_write_bytes(&writer, vault_id, 16);
    buf_write_bytes(&writer, public_key, 32);
    buf_write_u32(&writer, arm->guard);
    buf_write_bytes(&writer, arm->auth, sizeof arm->auth);
    buf_write_bytes(&writer, arm->half, sizeof arm->half);
    buf_write_bytes(&writer, arm->recovery, sizeof arm->recovery);
    CHECK(writer.err == OK && writer.size == ARM_SIZE);
}

void keys_arm_sign(ds_KeysArm *arm, uint32_t device_no, const uint8_t vault_id[16],
                   const uint8_t public_key[32], const struct chain_secret_key *device)
{
    uint8_t bytes[ARM_SIZE];
    arm_bytes(bytes, arm, device_no, vault_id, public_key);
    struct chain_signature signature = chain_sign(device, PURPOSE_ARM, bytes, sizeof bytes);
    memcpy(arm->signature, signature.bytes, sizeof arm->signature);
    sodium_memzero(bytes, sizeof bytes);
}

enum err keys_arm_verify(const ds_KeysArm *arm, uint32_t device_no, const uint8_t vault_id[16],
                         const uint8_t public_key[32], const struct chain_public_key *device)
{
    uint8_t bytes[ARM_SIZE];
    struct chain_signature signature;
    arm_bytes(bytes, arm, device_no, vault_id, public_key);
    memcpy(signature.bytes, arm->signature, sizeof signature.bytes);
    return chain_verify(device, PURPOSE_ARM, bytes, sizeof bytes, &signature);
}

/* ---- messages ---- */

static enum wire encode(struct arena *arena, const pb_msgdesc_t *fields, const void *message,
                        struct wire_bytes *packed_out)
{
    uint8_t *bytes = arena_alloc(arena, PLAIN_SIZE_MAX);
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, PLAIN_SIZE_MAX);
    if (!pb_encode(&stream, fields, message)) {
        return WIRE_malformed;
    }
    *packed_out = pack(arena, (struct wire_bytes){bytes, stream.bytes_written});
    return WIRE_ok;
}

static enum wire decode(struct arena *arena, const pb_msgdesc_t *fields, struct wire_bytes packed,
                        void *message)
{
    struct wire_bytes bytes;
    TRY_WIRE(pack_open(arena, packed, PLAIN_SIZE_MAX, &bytes));
    pb_istream_t stream = pb_istream_from_buffer(bytes.bytes, bytes.size);
    return pb_decode(&stream, fields, message) ? WIRE_ok : WIRE_malformed;
}

static enum wire seal(struct arena *arena, enum envelope_kind kind, uint32_t device_no,
                      const struct chain_public_key *reader,
                      const uint8_t signature[CHAIN_SIGNATURE_SIZE], struct wire_bytes packed,
                      struct wire_bytes *envelope_out)
{
    size_t size = CHAIN_SIGNATURE_SIZE + packed.size;
    uint8_t *plain = arena_alloc(arena, size);
    memcpy(plain, signature, CHAIN_SIGNATURE_SIZE);
    memcpy(plain + CHAIN_SIGNATURE_SIZE, packed.bytes, packed.size);
    return envelope_seal(arena, kind, device_no, reader, (struct wire_bytes){plain, size},
                         envelope_out);
}

static enum wire unseal(struct arena *arena, enum envelope_kind kind, struct wire_bytes envelope,
                        const struct envelope_keys *reader, uint32_t *device_no_out,
                        struct wire_bytes *plain_out)
{
    struct envelope_head head;
    TRY_WIRE(envelope_read_head(envelope, &head));
    if (head.kind != kind) {
        return WIRE_unknown_kind;
    }
    TRY_WIRE(envelope_open(arena, &head, envelope, reader, plain_out));
    *device_no_out = head.device_no;
    return plain_out->size < CHAIN_SIGNATURE_SIZE ? WIRE_truncated : WIRE_ok;
}

static struct wire_bytes packed_of(struct wire_bytes plain)
{
    return (struct wire_bytes){plain.bytes + CHAIN_SIGNATURE_SIZE,
                               plain.size - CHAIN_SIGNATURE_SIZE};
}

/* What the vault signs: the purpose stands before it, as in chain_sign(). The number outside the
 * box is signed too. */
static struct wire_bytes signed_bytes(struct arena *arena, uint32_t device_no,
                                      struct wire_bytes packed)
{
    size_t size = sizeof PURPOSE_UP + 4 + packed.size;
    uint8_t *bytes = arena_alloc(arena, size);
    memcpy(bytes, PURPOSE_UP, sizeof PURPOSE_UP);
    for (size_t i = 0; i < 4; i++) {
        bytes[sizeof PURPOSE_UP + i] = (uint8_t)(device_no >> (8 * i));
    }
    memcpy(bytes + sizeof PURPOSE_UP + 4, packed.bytes, packed.size);
    return (struct wire_bytes){bytes, size};
}

enum wire keys_seal(struct arena *arena, uint32_t device_no, const ds_KeysUp *up,
                    const struct keys_signer *signer, const struct chain_public_key *hq,
                    struct wire_bytes *envelope_out)
{
    struct wire_bytes packed;
    uint8_t signature[CHAIN_SIGNATURE_SIZE];
    TRY_WIRE(encode(arena, ds_KeysUp_fields, up, &packed));
    struct wire_bytes bytes = signed_bytes(arena, device_no, packed);
    signer->sign(signer->context, bytes.bytes, bytes.size, signature);
    return seal(arena, ENVELOPE_keys, device_no, hq, signature, packed, envelope_out);
}

static bool is_key(const uint8_t key[32])
{
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    return crypto_sign_ed25519_pk_to_curve25519(box_key, key) == 0;
}

/* What no tablet says. */
static bool is_whole(const ds_KeysUp *up)
{
    bool is_arm = !up->has_arm || (up->arm.guard >= 1 && up->arm.guard <= GUARD_MAX);
    bool is_kind = (up->done.kind >= 1 && up->done.kind <= ORDER_MAX) ||
                   (up->done.kind == KEYS_DONE_left && up->done.order_no == KEYS_LEFT_NO);
    bool is_done =
        !up->has_done || (is_kind && up->done.at_ms <= INT64_MAX && up->done.size <= INT64_MAX &&
                          up->done.order_no <= INT64_MAX && up->done.order_no > 0);
    bool is_alarm = true;
    for (pb_size_t i = 0; i < up->alarms_count; i++) {
        is_alarm = is_alarm && up->alarms[i].at_ms > 0 && up->alarms[i].at_ms <= INT64_MAX;
    }
    return is_arm && is_done && is_alarm && up->at_ms > 0 && up->at_ms <= TIME_MAX &&
           (up->proof.size == 0 || up->proof.size == sizeof up->proof.bytes) &&
           (up->tablet_id.size == 0 || up->tablet_id.size == sizeof up->tablet_id.bytes) &&
           str_is_utf8(str_from(up->reset_code)) && is_key(up->reader) && is_key(up->public_key);
}

enum wire keys_open(struct arena *arena, struct wire_bytes envelope, const struct envelope_keys *hq,
                    uint32_t *device_no_out, ds_KeysUp *up_out, struct wire_bytes *signed_out)
{
    struct wire_bytes plain;
    TRY_WIRE(unseal(arena, ENVELOPE_keys, envelope, hq, device_no_out, &plain));
    ds_KeysUp up = ds_KeysUp_init_zero;
    TRY_WIRE(decode(arena, ds_KeysUp_fields, packed_of(plain), &up));
    if (!is_whole(&up)) {
        return WIRE_malformed;
    }
    struct wire_bytes bytes = signed_bytes(arena, *device_no_out, packed_of(plain));
    if (crypto_sign_verify_detached(plain.bytes, bytes.bytes, bytes.size, up.public_key) != 0) {
        return WIRE_bad_signature;
    }
    uint8_t *proof = arena_alloc(arena, CHAIN_SIGNATURE_SIZE + bytes.size);
    memcpy(proof, plain.bytes, CHAIN_SIGNATURE_SIZE);
    memcpy(proof + CHAIN_SIGNATURE_SIZE, bytes.bytes, bytes.size);
    *signed_out = (struct wire_bytes){proof, CHAIN_SIGNATURE_SIZE + bytes.size};
    *up_out = up;
    return WIRE_ok;
}

/* ---- the answer ---- */

static struct wire_bytes said(struct arena *arena, uint64_t request_tag, struct wire_bytes packed)
{
    uint8_t *bytes = arena_alloc(arena, TAG_SIZE + packed.size);
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, TAG_SIZE + packed.size);
    buf_write_u64(&writer, request_tag);
    buf_write_bytes(&writer, packed.bytes, packed.size);
    CHECK(writer.err == OK);
    return (struct wire_bytes){bytes, writer.size};
}

enum wire keys_answer_seal(struct arena *arena, const ds_KeysDown *down, uint64_t request_tag,
                           const struct envelope_keys *hq, uint32_t device_no,
                           const struct chain_public_key *reader, struct wire_bytes *envelope_out)
{
    struct wire_bytes packed;
    TRY_WIRE(encode(arena, ds_KeysDown_fields, down, &packed));
    struct wire_bytes bytes = said(arena, request_tag, packed);
    struct chain_signature signature =
        chain_sign(&hq->secret_key, PURPOSE_DOWN, bytes.bytes, bytes.size);
    return seal(arena, ENVELOPE_keys_answer, device_no, reader, signature.bytes, packed,
                envelope_out);
}

enum wire keys_answer_open(struct arena *arena, struct wire_bytes envelope, uint64_t request_tag,
                           const struct envelope_keys *reader, const struct chain_public_key *hq,
                           ds_KeysDown *down_out)
{
    struct wire_bytes plain;
    struct chain_signature signature;
    uint32_t device_no = 0;
    TRY_WIRE(unseal(arena, ENVELOPE_keys_answer, envelope, reader, &device_no, &plain));
    memcpy(signature.bytes, plain.bytes, sizeof signature.bytes);
    struct wire_bytes bytes = said(arena, request_tag, packed_of(plain));
    if (chain_verify(hq, PURPOSE_DOWN, bytes.bytes, bytes.size, &signature) != OK) {
        return WIRE_bad_signature;
    }
    ds_KeysDown down = ds_KeysDown_init_zero;
    TRY_WIRE(decode(arena, ds_KeysDown_fields, packed_of(plain), &down));
    bool is_good = down.hq_at_ms > 0 && down.hq_at_ms <= TIME_MAX && down.order <= ORDER_MAX &&
                   (down.half.size == 0 || down.half.size == sizeof down.half.bytes) &&
                   (down.armed.size == 0 || down.armed.size == sizeof down.armed.bytes) &&
                   (down.recovery.size == 0 || down.recovery.size == sizeof down.recovery.bytes);
    if (!is_good) {
        return WIRE_malformed;
    }
    *down_out = down;
    return WIRE_ok;
}
