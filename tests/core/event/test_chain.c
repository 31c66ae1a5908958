#include "core/base/buf.h"
#include "core/event/chain.h"
#include "tests/lib/test.h"

static const uint8_t body[] = {1, 2, 3};

/* The numbers stand in journals: they may never change. Made with another
 * BLAKE2b implementation (Python's hashlib) over the bytes that README.md names. */
TEST(test_links_and_ids_are_what_the_format_says)
{
    struct chain_link zero = {{0}};
    struct chain_link link = chain_next(&zero, 7, 1, body, sizeof body);
    struct id id = chain_event_id(7, 1, body, sizeof body);
    char text[2 * CHAIN_LINK_SIZE + 1];
    buf_to_hex(text, link.bytes, sizeof link.bytes);
    EXPECT_TEXT("5056c969df4a8689e6b1dd243afcc3b07d00c21082374726743bfaba23e503c9", text);
    char id_text[ID_TEXT_SIZE];
    id_to_text(id_text, &id);
    EXPECT_TEXT("e92d053e894733028b9b6476617681e2", id_text);
    EXPECT(chain_short_hash(body, sizeof body) == UINT64_C(0x6c97c3719be7c011));
}

TEST(test_a_fact_cannot_be_moved_changed_or_left_out)
{
    struct chain_link zero = {{0}};
    struct chain_link first = chain_next(&zero, 7, 1, body, sizeof body);
    static const uint8_t other[] = {1, 2, 4};
    struct chain_link changed = chain_next(&zero, 7, 1, other, sizeof other);
    struct chain_link moved = chain_next(&zero, 7, 2, body, sizeof body);
    struct chain_link device = chain_next(&zero, 8, 1, body, sizeof body);
    struct chain_link after = chain_next(&first, 7, 2, body, sizeof body);
    EXPECT(chain_link_equal(&first, &first));
    EXPECT(!chain_link_equal(&first, &changed));
    EXPECT(!chain_link_equal(&first, &moved));
    EXPECT(!chain_link_equal(&first, &device));
    EXPECT(!chain_link_equal(&moved, &after));
}

TEST(test_a_signature_holds_for_one_key_one_purpose_and_every_bit)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 1);
    struct chain_public_key key;
    struct chain_public_key stranger;
    struct chain_secret_key secret;
    struct chain_secret_key stranger_secret;
    chain_keypair(&rng, &key, &secret);
    chain_keypair(&rng, &stranger, &stranger_secret);
    uint8_t bytes[] = "batch of facts";
    struct chain_signature signature = chain_sign(&secret, "batch", bytes, sizeof bytes);
    EXPECT_OK(chain_verify(&key, "batch", bytes, sizeof bytes, &signature));
    EXPECT_ERR(ERR_bad_signature, chain_verify(&key, "receipt", bytes, sizeof bytes, &signature));
    EXPECT_ERR(ERR_bad_signature,
               chain_verify(&stranger, "batch", bytes, sizeof bytes, &signature));
    /* "batch" ‖ 0 ‖ bytes never equals a longer purpose with shorter bytes */
    EXPECT_ERR(ERR_bad_signature,
               chain_verify(&key, "batchb", bytes + 1, sizeof bytes - 1, &signature));
    for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        EXPECT_ERR(ERR_bad_signature, chain_verify(&key, "batch", bytes, sizeof bytes, &signature));
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t bit = 0; bit < sizeof signature.bytes * 8; bit++) {
        signature.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        EXPECT_ERR(ERR_bad_signature, chain_verify(&key, "batch", bytes, sizeof bytes, &signature));
        signature.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}
