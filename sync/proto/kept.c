#include "sync/proto/kept.h"

#include <sodium.h>

enum { HEAD_SIZE = 1 };

enum wire kept_seal(struct arena *arena, struct wire_bytes plain, const struct chain_public_key *hq,
                    struct wire_bytes *bytes_out)
{
    CHECK(sodium_init() >= 0);
    uint8_t box_key[crypto_box_PUBLICKEYBYTES];
    if (crypto_sign_ed25519_pk_to_curve25519(box_key, hq->bytes) != 0) {
        return WIRE_malformed;
    }
    size_t size = HEAD_SIZE + crypto_box_SEALBYTES + plain.size;
    uint8_t *bytes = arena_alloc(arena, size);
    bytes[0] = envelope_key_id(hq);
    CHECK(crypto_box_seal(bytes + HEAD_SIZE, plain.bytes, plain.size, box_key) == 0);
    *bytes_out = (struct wire_bytes){bytes, size};
    return WIRE_ok;
}

enum wire kept_open(struct arena *arena, struct wire_bytes bytes, const struct envelope_keys *hq,
                    struct wire_bytes *plain_out)
{
    if (bytes.size < HEAD_SIZE + crypto_box_SEALBYTES) {
        return WIRE_truncated;
    }
    const struct envelope_head head = {.key_id = bytes.bytes[0], .size = HEAD_SIZE};
    return envelope_open(arena, &head, bytes, hq, plain_out);
}
