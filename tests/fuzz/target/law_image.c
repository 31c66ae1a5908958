/* Compiled rules, with the sum at the end made right, as whoever makes an image can. */
#include "core/rules/law_image.h"
#include "tests/fuzz/target.h"

#include <sodium.h>

enum { TAIL_SIZE = 32 + CHAIN_SIGNATURE_SIZE };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct law_image image;
    struct chain_public_key key = {{0}};
    arena_init(&arena, 0);
    uint8_t *copy = arena_alloc(&arena, size + 1);
    memcpy(copy, bytes, size);
    (void)!law_image_open(copy, size, &image);
    if (size > TAIL_SIZE + 12) {
        for (size_t i = 0; i < 4; i++) {
            copy[8 + i] = (uint8_t)(size >> (8 * i));
        }
        crypto_hash_sha256(copy + size - TAIL_SIZE, copy, size - TAIL_SIZE);
        (void)!law_image_open(copy, size, &image);
        (void)!law_image_accept(copy, size, &key, NULL, 20000, &image);
    }
    arena_deinit(&arena);
    return 0;
}
