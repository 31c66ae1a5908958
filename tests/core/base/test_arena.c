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

/* Goal: what was kept is where the new room begins, the rest of it is empty, and the old stays. */
TEST(test_grown_room_begins_with_what_was_there)
{
    struct arena arena;
    arena_init(&arena, 64);
    uint32_t *none = arena_grow(&arena, NULL, 0, 2, sizeof *none);
    EXPECT(none[0] == 0 && none[1] == 0);
    none[0] = 7;
    none[1] = 8;
    for (size_t capacity = 2; capacity <= 64; capacity *= 2) {
        uint32_t *wider = arena_grow(&arena, none, 2, capacity, sizeof *wider);
        EXPECT(wider != none && wider[0] == 7 && wider[1] == 8 && none[0] == 7);
        for (size_t i = 2; i < capacity; i++) {
            EXPECT_INT(0, wider[i]);
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
