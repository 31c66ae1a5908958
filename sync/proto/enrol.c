#include "sync/proto/enrol.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "sync/proto/pack.h"

#include <string.h>

#include <pb_decode.h>
#include <pb_encode.h>
#include <sodium.h>

enum { PLAIN_SIZE_MAX = 4096, TAG_SIZE = 8 };

static const char PURPOSE_ENROL[] = "enrol";
static const char PURPOSE_ENROLLED[] = "enrolled";
static const char PREFIX[] = "doorstep:";

/* ---- the QR payload ---- */

static bool is_url(struct str text)
{
    static const char *const schemes[] = {"http://", "https://"};
    bool has_scheme = false;
    for (size_t i = 0; i < COUNT(schemes); i++) {
        size_t size = strlen(schemes[i]);
        has_scheme = has_scheme || (text.size > size && memcmp(text.bytes, schemes[i], size) == 0);
    }
    for (size_t i = 0; i < text.size; i++) {
        /* '&' would end the field; '"' and '\' have no place in a configuration line. */
        char c = text.bytes[i];
        if (c <= ' ' || c >= 127 || c == '&' || c == '"' || c == '\\') {
            return false;
        }
    }
    return has_scheme && text.size < ENROL_URL_SIZE;
}

static bool is_code(struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '-') {
            return false;
        }
    }
    return text.size > 0 && text.size < ENROL_CODE_SIZE;
}

void enrol_fingerprint(char text[ENROL_FINGERPRINT_SIZE], const struct chain_public_key *hq)
{
    struct chain_hash hash = chain_hash(hq->bytes, sizeof hq->bytes);
    size_t size = 0;
    for (size_t group = 0; group < ENROL_FINGERPRINT_GROUPS; group++) {
        const uint8_t *at = &hash.bytes[4 * group];
        uint32_t number = ((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
                           (uint32_t)at[3]) %
                          10000;
        for (uint32_t digit = 1000; digit > 0; digit /= 10) {
            text[size++] = (char)('0' + number / digit % 10);
        }
        text[size++] = group + 1 < ENROL_FINGERPRINT_GROUPS ? ' ' : '\0';
    }
}

void enrol_payload_to_text(char text[ENROL_PAYLOAD_SIZE], const struct enrol_payload *payload)
{
    CHECK(is_url(str_from(payload->url)) && is_code(str_from(payload->code)));
    char key[sodium_base64_ENCODED_LEN(CHAIN_PUBLIC_KEY_SIZE,
                                       sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    sodium_bin2base64(key, sizeof key, payload->hq.bytes, sizeof payload->hq.bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char pin[sodium_base64_ENCODED_LEN(ENROL_PIN_SIZE, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    sodium_bin2base64(pin, sizeof pin, payload->pin, sizeof payload->pin,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    const char *const parts[] = {PREFIX,
                                 "1?u=",
                                 payload->url,
                                 "&k=",
                                 key,
                                 "&c=",
                                 payload->code,
                                 payload->has_pin ? "&p=" : "",
                                 payload->has_pin ? pin : ""};
    size_t size = 0;
    for (size_t i = 0; i < COUNT(parts); i++) {
        size_t part_size = strlen(parts[i]);
        CHECK(size + part_size < ENROL_PAYLOAD_SIZE);
        memcpy(text + size, parts[i], part_size);
        size += part_size;
    }
    text[size] = '\0';
}

/* Exactly `size` bytes in base64url. */
static bool read_bytes(uint8_t *bytes_out, size_t size, struct str text)
{
    size_t got_size = 0;
    const char *end = NULL;
    int failed = sodium_base642bin(bytes_out, size, text.bytes, text.size, NULL, &got_size, &end,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return failed == 0 && got_size == size && end == text.bytes + text.size;
}

static bool read_key(struct chain_public_key *key_out, struct str text)
{
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    return read_bytes(key_out->bytes, sizeof key_out->bytes, text) &&
           crypto_sign_ed25519_pk_to_curve25519(box_key, key_out->bytes) == 0;
}

enum wire enrol_payload_from_text(struct enrol_payload *payload_out, struct str text)
{
    struct str rest = str_trim(text);
    if (rest.size >= ENROL_PAYLOAD_SIZE) {
        return WIRE_too_long;
    }
    size_t prefix_size = sizeof PREFIX - 1;
    if (rest.size < prefix_size || memcmp(rest.bytes, PREFIX, prefix_size) != 0) {
        return WIRE_malformed;
    }
    rest = (struct str){rest.bytes + prefix_size, rest.size - prefix_size};
    struct str version;
    int64_t number = 0;
    if (!str_split(&rest, '?', &version) || str_to_i64(version, &number) != OK || number < 1) {
        return WIRE_malformed;
    }
    if (number != 1) {
        return WIRE_unknown_format;
    }
    struct enrol_payload payload = {0};
    bool has_url = false;
    bool has_key = false;
    bool has_code = false;
    struct str field;
    while (str_split(&rest, '&', &field)) {
        if (field.size < 2 || field.bytes[1] != '=') {
            return WIRE_malformed;
        }
        struct str value = {field.bytes + 2, field.size - 2};
        if (field.bytes[0] == 'u' && !has_url) {
            has_url = is_url(value) && str_copy(payload.url, sizeof payload.url, value);
        } else if (field.bytes[0] == 'k' && !has_key) {
            has_key = read_key(&payload.hq, value);
        } else if (field.bytes[0] == 'c' && !has_code) {
            has_code = is_code(value) && str_copy(payload.code, sizeof payload.code, value);
        } else if (field.bytes[0] == 'p' && !payload.has_pin &&
                   read_bytes(payload.pin, sizeof payload.pin, value)) {
            payload.has_pin = true;
        } else {
            return WIRE_malformed;
        }
    }
    if (!has_url || !has_key || !has_code) {
        return WIRE_malformed;
    }
    *payload_out = payload;
    return WIRE_ok;
}

/* ---- the two messages ---- */

/* Signature over `context` (may be empty) and the packed message. */
static struct chain_signature sign(struct arena *arena, const struct chain_secret_key *key,
                                   const char *purpose, struct wire_bytes context,
                                   struct wire_bytes packed)
{
    uint8_t *bytes = arena_alloc(arena, context.size + packed.size + 1);
    if (context.size > 0) {
        memcpy(bytes, context.bytes, context.size);
    }
    memcpy(bytes + context.size, packed.bytes, packed.size);
    return chain_sign(key, purpose, bytes, context.size + packed.size);
}

static bool is_signed(struct arena *arena, const struct chain_public_key *key, const char *purpose,
                      struct wire_bytes context, struct wire_bytes packed,
                      const struct chain_signature *signature)
{
    uint8_t *bytes = arena_alloc(arena, context.size + packed.size + 1);
    if (context.size > 0) {
        memcpy(bytes, context.bytes, context.size);
    }
    memcpy(bytes + context.size, packed.bytes, packed.size);
    return chain_verify(key, purpose, bytes, context.size + packed.size, signature) == OK;
}

static enum wire seal(struct arena *arena, enum envelope_kind kind,
                      const struct chain_public_key *reader,
                      const struct chain_signature *signature, struct wire_bytes packed,
                      struct wire_bytes *envelope_out)
{
    size_t size = sizeof signature->bytes + packed.size;
    uint8_t *plain = arena_alloc(arena, size);
    memcpy(plain, signature->bytes, sizeof signature->bytes);
    memcpy(plain + sizeof signature->bytes, packed.bytes, packed.size);
    return envelope_seal(arena, kind, 0, reader, (struct wire_bytes){plain, size}, envelope_out);
}

static enum wire unseal(struct arena *arena, enum envelope_kind kind, struct wire_bytes envelope,
                        const struct envelope_keys *reader, struct chain_signature *signature_out,
                        struct wire_bytes *packed_out)
{
    struct envelope_head head;
    TRY_WIRE(envelope_read_head(envelope, &head));
    if (head.kind != kind) {
        return WIRE_unknown_kind;
    }
    struct wire_bytes plain;
    TRY_WIRE(envelope_open(arena, &head, envelope, reader, &plain));
    if (plain.size < CHAIN_SIGNATURE_SIZE) {
        return WIRE_truncated;
    }
    memcpy(signature_out->bytes, plain.bytes, CHAIN_SIGNATURE_SIZE);
    *packed_out =
        (struct wire_bytes){plain.bytes + CHAIN_SIGNATURE_SIZE, plain.size - CHAIN_SIGNATURE_SIZE};
    return WIRE_ok;
}

static enum wire encode(struct arena *arena, const pb_msgdesc_t *fields, const void *message,
                        struct wire_bytes *packed_out)
{
    uint8_t *bytes = arena_alloc(arena, PLAIN_SIZE_MAX);
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, PLAIN_SIZE_MAX);
    if (!pb_encode(&stream, fields, message)) {
        return WIRE_malformed; /* a text that is not UTF-8 */
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

enum wire enrol_seal(struct arena *arena, const ds_Enrol *enrol, const struct envelope_keys *device,
                     const struct chain_public_key *hq, struct wire_bytes *envelope_out)
{
    CHECK(memcmp(enrol->public_key, device->public_key.bytes, sizeof enrol->public_key) == 0);
    struct wire_bytes packed;
    TRY_WIRE(encode(arena, ds_Enrol_fields, enrol, &packed));
    struct chain_signature signature =
        sign(arena, &device->secret_key, PURPOSE_ENROL, (struct wire_bytes){NULL, 0}, packed);
    return seal(arena, ENVELOPE_enrol, hq, &signature, packed, envelope_out);
}

enum wire enrol_open(struct arena *arena, struct wire_bytes envelope,
                     const struct envelope_keys *hq, ds_Enrol *enrol_out)
{
    struct chain_signature signature;
    struct wire_bytes packed;
    TRY_WIRE(unseal(arena, ENVELOPE_enrol, envelope, hq, &signature, &packed));
    ds_Enrol enrol;
    TRY_WIRE(decode(arena, ds_Enrol_fields, packed, &enrol));
    struct chain_public_key device;
    memcpy(device.bytes, enrol.public_key, sizeof device.bytes);
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    if (crypto_sign_ed25519_pk_to_curve25519(box_key, device.bytes) != 0 ||
        enrol.at_ms > INT64_MAX || !is_code(str_from(enrol.code)) ||
        !str_is_utf8(str_from(enrol.model))) {
        return WIRE_malformed;
    }
    if (!is_signed(arena, &device, PURPOSE_ENROL, (struct wire_bytes){NULL, 0}, packed,
                   &signature)) {
        return WIRE_bad_signature;
    }
    *enrol_out = enrol;
    return WIRE_ok;
}

static struct wire_bytes tag_bytes(uint8_t bytes[TAG_SIZE], uint64_t request_tag)
{
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, TAG_SIZE);
    buf_write_u64(&writer, request_tag);
    return (struct wire_bytes){bytes, writer.size};
}

enum wire enrol_answer_seal(struct arena *arena, const ds_EnrolAnswer *answer, uint64_t request_tag,
                            const struct envelope_keys *hq, const struct chain_public_key *device,
                            struct wire_bytes *envelope_out)
{
    struct wire_bytes packed;
    TRY_WIRE(encode(arena, ds_EnrolAnswer_fields, answer, &packed));
    uint8_t tag[TAG_SIZE];
    struct chain_signature signature =
        sign(arena, &hq->secret_key, PURPOSE_ENROLLED, tag_bytes(tag, request_tag), packed);
    return seal(arena, ENVELOPE_enrol_answer, device, &signature, packed, envelope_out);
}

enum wire enrol_answer_open(struct arena *arena, struct wire_bytes envelope, uint64_t request_tag,
                            const struct envelope_keys *device, const struct chain_public_key *hq,
                            ds_EnrolAnswer *answer_out)
{
    struct chain_signature signature;
    struct wire_bytes packed;
    TRY_WIRE(unseal(arena, ENVELOPE_enrol_answer, envelope, device, &signature, &packed));
    uint8_t tag[TAG_SIZE];
    if (!is_signed(arena, hq, PURPOSE_ENROLLED, tag_bytes(tag, request_tag), packed, &signature)) {
        return WIRE_bad_signature;
    }
    ds_EnrolAnswer answer;
    TRY_WIRE(decode(arena, ds_EnrolAnswer_fields, packed, &answer));
    bool is_whole = answer.refusal != WIRE_ok || (answer.device_no != 0 && answer.person_no != 0);
    if (!is_whole || answer.hq_at_ms > INT64_MAX || !str_is_utf8(str_from(answer.person_name)) ||
        !str_is_utf8(str_from(answer.branch_name))) {
        return WIRE_malformed;
    }
    *answer_out = answer;
    return WIRE_ok;
}
