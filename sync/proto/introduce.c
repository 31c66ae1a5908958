#include "sync/proto/introduce.h"

#include "core/base/buf.h"
#include "sync/proto/pack.h"

#include <string.h>

#include <pb_decode.h>
#include <pb_encode.h>
#include <sodium.h>

enum { PLAIN_SIZE_MAX = 1024, SIGNED_SIZE = 4 + 4 + 4 + CHAIN_PUBLIC_KEY_SIZE + 8 };

static const char PURPOSE[] = "introduce";
static const char PURPOSE_CERTIFICATE[] = "device";

/* ---- the certificate ---- */

static void signed_bytes(uint8_t bytes[SIGNED_SIZE], const struct certificate *certificate)
{
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, SIGNED_SIZE);
    buf_write_u32(&writer, certificate->device_no);
    buf_write_u32(&writer, certificate->person_no);
    buf_write_u32(&writer, certificate->branch_no);
    buf_write_bytes(&writer, certificate->public_key.bytes, sizeof certificate->public_key.bytes);
    buf_write_u64(&writer, (uint64_t)certificate->hq_at_ms);
    CHECK(writer.err == OK && writer.size == SIGNED_SIZE);
}

void certificate_sign(struct certificate *certificate, const struct chain_secret_key *hq)
{
    uint8_t bytes[SIGNED_SIZE];
    signed_bytes(bytes, certificate);
    certificate->signature = chain_sign(hq, PURPOSE_CERTIFICATE, bytes, sizeof bytes);
}

enum wire certificate_check(const struct certificate *certificate,
                            const struct chain_public_key *hq)
{
    uint8_t bytes[SIGNED_SIZE];
    signed_bytes(bytes, certificate);
    return chain_verify(hq, PURPOSE_CERTIFICATE, bytes, sizeof bytes, &certificate->signature) == OK
               ? WIRE_ok
               : WIRE_bad_signature;
}

/* ---- the introduction ---- */

enum wire introduce_seal(struct arena *arena, const struct introduction *introduction,
                         const struct envelope_keys *device, const struct chain_public_key *hq,
                         struct wire_bytes *envelope_out)
{
    const struct certificate *certificate = &introduction->certificate;
    CHECK(memcmp(certificate->public_key.bytes, device->public_key.bytes, CHAIN_PUBLIC_KEY_SIZE) ==
          0);
    CHECK(certificate->device_no != 0 && lineage_is_valid(&introduction->lineage));
    ds_Introduction message = {
        .device_no = certificate->device_no,
        .person_no = certificate->person_no,
        .branch_no = certificate->branch_no,
        .hq_at_ms = (uint64_t)certificate->hq_at_ms,
        .app_version = introduction->app_version,
        .answer_format = introduction->answer_format,
        .at_ms = (uint64_t)introduction->at_ms,
        .lineage_count = (pb_size_t)introduction->lineage.count,
    };
    memcpy(message.public_key, certificate->public_key.bytes, sizeof message.public_key);
    memcpy(message.certificate, certificate->signature.bytes, sizeof message.certificate);
    for (size_t i = 0; i < introduction->lineage.count; i++) {
        message.lineage[i].device_no = introduction->lineage.entries[i].device_no;
        message.lineage[i].until_seq = introduction->lineage.entries[i].until_seq;
    }
    uint8_t *bytes = arena_alloc(arena, PLAIN_SIZE_MAX);
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, PLAIN_SIZE_MAX);
    CHECK(pb_encode(&stream, ds_Introduction_fields, &message)); /* every field is bounded */
    struct wire_bytes packed = pack(arena, (struct wire_bytes){bytes, stream.bytes_written});
    struct chain_signature signature =
        chain_sign(&device->secret_key, PURPOSE, packed.bytes, packed.size);
    size_t size = CHAIN_SIGNATURE_SIZE + packed.size;
    uint8_t *plain = arena_alloc(arena, size);
    memcpy(plain, signature.bytes, CHAIN_SIGNATURE_SIZE);
    memcpy(plain + CHAIN_SIGNATURE_SIZE, packed.bytes, packed.size);
    return envelope_seal(arena, ENVELOPE_introduce, certificate->device_no, hq,
                         (struct wire_bytes){plain, size}, envelope_out);
}

/* False for what no tablet that reads this protocol says. */
static bool take(const ds_Introduction *message, struct introduction *introduction)
{
    struct certificate *certificate = &introduction->certificate;
    certificate->device_no = message->device_no;
    certificate->person_no = message->person_no;
    certificate->branch_no = message->branch_no;
    certificate->hq_at_ms = (int64_t)message->hq_at_ms;
    memcpy(certificate->public_key.bytes, message->public_key, CHAIN_PUBLIC_KEY_SIZE);
    memcpy(certificate->signature.bytes, message->certificate, CHAIN_SIGNATURE_SIZE);
    introduction->app_version = message->app_version;
    introduction->answer_format = message->answer_format;
    introduction->at_ms = (int64_t)message->at_ms;
    introduction->lineage.count = message->lineage_count;
    for (size_t i = 0; i < message->lineage_count; i++) {
        introduction->lineage.entries[i] = (struct chain_lineage){
            .device_no = message->lineage[i].device_no,
            .until_seq = message->lineage[i].until_seq,
        };
    }
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    return message->device_no != 0 && message->hq_at_ms <= INT64_MAX &&
           message->at_ms <= INT64_MAX && lineage_is_valid(&introduction->lineage) &&
           crypto_sign_ed25519_pk_to_curve25519(box_key, message->public_key) == 0;
}

static enum wire check_by_any(const struct certificate *certificate, const struct keyring *ring)
{
    for (size_t i = ring->count; i-- > 0;) {
        if (certificate_check(certificate, &ring->items[i].keys.public_key) == WIRE_ok) {
            return WIRE_ok;
        }
    }
    return WIRE_bad_signature;
}

enum wire introduce_open(struct arena *arena, struct wire_bytes envelope,
                         const struct envelope_keys *hq, struct introduction *introduction_out)
{
    struct keyring *alone = ARENA_NEW(arena, struct keyring);
    alone->count = 1;
    alone->items[0].keys = *hq;
    return introduce_open_any(arena, envelope, hq, alone, introduction_out);
}

enum wire introduce_open_any(struct arena *arena, struct wire_bytes envelope,
                             const struct envelope_keys *hq, const struct keyring *ring,
                             struct introduction *introduction_out)
{
    struct envelope_head head;
    TRY_WIRE(envelope_read_head(envelope, &head));
    if (head.kind != ENVELOPE_introduce) {
        return WIRE_unknown_kind;
    }
    struct wire_bytes plain;
    TRY_WIRE(envelope_open(arena, &head, envelope, hq, &plain));
    if (plain.size < CHAIN_SIGNATURE_SIZE) {
        return WIRE_truncated;
    }
    struct chain_signature signature;
    memcpy(signature.bytes, plain.bytes, CHAIN_SIGNATURE_SIZE);
    struct wire_bytes packed = {plain.bytes + CHAIN_SIGNATURE_SIZE,
                                plain.size - CHAIN_SIGNATURE_SIZE};
    struct wire_bytes bytes;
    TRY_WIRE(pack_open(arena, packed, PLAIN_SIZE_MAX, &bytes));
    ds_Introduction message;
    pb_istream_t stream = pb_istream_from_buffer(bytes.bytes, bytes.size);
    struct introduction introduction;
    if (!pb_decode(&stream, ds_Introduction_fields, &message) || !take(&message, &introduction)) {
        return WIRE_malformed;
    }
    if (head.device_no != message.device_no) {
        return WIRE_wrong_device;
    }
    const struct certificate *certificate = &introduction.certificate;
    if (chain_verify(&certificate->public_key, PURPOSE, packed.bytes, packed.size, &signature) !=
        OK) {
        return WIRE_bad_signature;
    }
    TRY_WIRE(check_by_any(certificate, ring));
    *introduction_out = introduction;
    return WIRE_ok;
}
