/* Goal: the simulator's stand-in for curves and ciphers fails wherever the real functions fail,
 * or long runs would accept what a tablet or headquarters refuses. */
#include "core/event/chain.h"
#include "core/store/page_seal.h"
#include "sync/proto/envelope.h"
#include "tests/lib/test.h"

static struct envelope_keys keys_of(uint64_t seed)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    struct envelope_keys keys;
    chain_keypair(&rng, &keys.public_key, &keys.secret_key);
    return keys;
}

TEST(test_a_signature_is_of_one_key_one_purpose_and_these_bytes)
{
    struct envelope_keys own = keys_of(1);
    struct envelope_keys other = keys_of(2);
    uint8_t bytes[] = "one fact and then another";
    struct chain_signature signature = chain_sign(&own.secret_key, "batch", bytes, sizeof bytes);
    EXPECT_OK(chain_verify(&own.public_key, "batch", bytes, sizeof bytes, &signature));
    EXPECT_ERR(ERR_bad_signature,
               chain_verify(&other.public_key, "batch", bytes, sizeof bytes, &signature));
    EXPECT_ERR(ERR_bad_signature,
               chain_verify(&own.public_key, "receipt", bytes, sizeof bytes, &signature));
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] ^= 1;
        EXPECT_ERR(ERR_bad_signature,
                   chain_verify(&own.public_key, "batch", bytes, sizeof bytes, &signature));
        bytes[i] ^= 1;
    }
    for (size_t i = 0; i < sizeof signature.bytes; i++) {
        signature.bytes[i] ^= 0x80;
        EXPECT_ERR(ERR_bad_signature,
                   chain_verify(&own.public_key, "batch", bytes, sizeof bytes, &signature));
        signature.bytes[i] ^= 0x80;
    }
    for (size_t i = 0; i < sizeof own.public_key.bytes; i++) {
        struct chain_public_key key = own.public_key;
        key.bytes[i] ^= 4;
        EXPECT_ERR(ERR_bad_signature, chain_verify(&key, "batch", bytes, sizeof bytes, &signature));
    }
}

TEST(test_an_envelope_opens_whole_and_for_its_reader_only)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct envelope_keys reader = keys_of(3);
    struct envelope_keys other = keys_of(4);
    static const uint8_t plain[] = "what one borrower owes";
    struct wire_bytes envelope;
    struct wire_bytes again;
    struct wire_bytes text = {plain, sizeof plain};
    EXPECT_INT(WIRE_ok,
               envelope_seal(&arena, ENVELOPE_batch, 7, &reader.public_key, text, &envelope));
    EXPECT_INT(WIRE_ok, envelope_seal(&arena, ENVELOPE_batch, 7, &reader.public_key, text, &again));
    EXPECT(envelope_tag(envelope) != envelope_tag(again)); /* never the same bytes twice */
    for (size_t at = 0; at + sizeof plain <= envelope.size; at++) {
        EXPECT(memcmp(envelope.bytes + at, plain, sizeof plain) != 0);
    }
    struct envelope_head head;
    EXPECT_INT(WIRE_ok, envelope_read_head(envelope, &head));
    struct wire_bytes opened;
    EXPECT_INT(WIRE_ok, envelope_open(&arena, &head, envelope, &reader, &opened));
    EXPECT_INT(sizeof plain, opened.size);
    EXPECT(memcmp(opened.bytes, plain, sizeof plain) == 0);
    head.key_id = envelope_key_id(&other.public_key); /* even when the short id is equal */
    EXPECT_INT(WIRE_bad_seal, envelope_open(&arena, &head, envelope, &other, &opened));
    head.key_id = envelope_key_id(&reader.public_key);
    uint8_t *altered = arena_copy(&arena, envelope.bytes, envelope.size);
    for (size_t i = head.size; i < envelope.size; i++) {
        altered[i] ^= 2;
        EXPECT_INT(WIRE_bad_seal,
                   envelope_open(&arena, &head, (struct wire_bytes){altered, envelope.size},
                                 &reader, &opened));
        altered[i] ^= 2;
    }
    for (size_t size = head.size; size < envelope.size; size++) {
        EXPECT(envelope_open(&arena, &head, (struct wire_bytes){envelope.bytes, size}, &reader,
                             &opened) != WIRE_ok);
    }
    static const struct chain_public_key nobody;
    EXPECT_INT(WIRE_malformed, envelope_seal(&arena, ENVELOPE_batch, 7, &nobody, text, &envelope));
    arena_deinit(&arena);
}

TEST(test_a_page_opens_whole_with_its_key_and_at_its_place_only)
{
    enum { SIZE = 512 };
    uint8_t key[PAGE_SEAL_KEY_SIZE] = "the key of one tablet";
    uint8_t nonce[PAGE_SEAL_NONCE_SIZE] = "once";
    uint8_t open[SIZE] = "what one borrower owes";
    uint8_t sealed[SIZE];
    uint8_t again[SIZE];
    page_seal(sealed, open, SIZE, key, nonce, PAGE_SEAL_KIND_database, 7);
    for (size_t at = 0; at + 8 <= SIZE; at++) {
        EXPECT(memcmp(sealed + at, open, 8) != 0);
    }
    EXPECT(page_seal_open(again, sealed, SIZE, key, PAGE_SEAL_KIND_database, 7));
    EXPECT(memcmp(again, open, SIZE - PAGE_SEAL_TAIL) == 0);
    EXPECT(!page_seal_open(again, sealed, SIZE, key, PAGE_SEAL_KIND_database, 8));
    EXPECT(!page_seal_open(again, sealed, SIZE, key, PAGE_SEAL_KIND_log, 7));
    for (size_t i = 0; i < SIZE; i++) {
        sealed[i] ^= 0x10;
        EXPECT(!page_seal_open(again, sealed, SIZE, key, PAGE_SEAL_KIND_database, 7));
        sealed[i] ^= 0x10;
    }
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] ^= 1;
        EXPECT(!page_seal_open(again, sealed, SIZE, key, PAGE_SEAL_KIND_database, 7));
        key[i] ^= 1;
    }
    nonce[0] ^= 1;
    page_seal(again, open, SIZE, key, nonce, PAGE_SEAL_KIND_database, 7);
    size_t same_count = 0;
    for (size_t i = 0; i < SIZE - PAGE_SEAL_TAIL; i++) {
        same_count += again[i] == sealed[i];
    }
    EXPECT(same_count < SIZE / 16); /* another nonce, another text */
}
