#include "tests/lib/test.h"

#include "core/base/arena.h"

TEST(test_memory_is_zeroed_and_aligned_for_any_type)
{
    struct arena arena;
    arena_init(&arena, 128);
    for (size_t size = 0; size < 300; size++) {
        uint8_t *bytes = arena_alloc(&arena, size);
        EXPECT((uintptr_t)bytes % 16 == 0);
        for (size_t i = 0; i < size; i++) {
            EXPECT(bytes[i] == 0);
            bytes[i] = 0xAA; /* must not be seen by a later allocation */
        }
    }
    arena_deinit(&arena);
}

TEST(test_reset_reuses_memory_and_rollback_keeps_what_was_before)
{
    struct arena arena;
    arena_init(&arena, 256);
    char *kept = arena_text(&arena, "kept");
    struct arena_mark mark = arena_mark(&arena);
    for (int i = 0; i < 50; i++) {
        memset(arena_alloc(&arena, 100), 1, 100);
    }
    arena_rollback(&arena, mark);
    EXPECT_TEXT("kept", kept);
    EXPECT_INT(arena.used_size, mark.used_size);
    arena_reset(&arena);
    EXPECT_INT(0, arena.used_size);
    uint8_t *again = arena_alloc(&arena, 64);
    for (size_t i = 0; i < 64; i++) {
        EXPECT(again[i] == 0);
    }
    arena_deinit(&arena);
    EXPECT(arena.block == NULL);
}
