/* The list of tablets that were revoked, beside a backup; the sum at its end is made right. */
#include "sync/server/store/revocation.h"
#include "tests/fuzz/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct revocation *items = NULL;
    size_t count = 0;
    arena_init(&arena, 0);
    uint8_t *whole = arena_alloc(&arena, size + CHAIN_HASH_SIZE);
    memcpy(whole, bytes, size);
    struct chain_hash hash = chain_hash(bytes, size);
    memcpy(whole + size, hash.bytes, sizeof hash.bytes);
    const char *path = fuzz_folder_put(&arena, REVOCATION_NAME, whole, size + CHAIN_HASH_SIZE);
    if (revocation_read(&arena, path, &items, &count) == OK) {
        CHECK(count <= size);
    }
    arena_deinit(&arena);
    return 0;
}
