/* What planning at headquarters reads: a list of moves, the terms of a person. The first byte says
 * which. */
#include "sync/server/plan/moves.h"
#include "sync/server/plan/staff_terms.h"
#include "tests/fuzz/target.h"

static void read_moves(struct arena *arena, const uint8_t *bytes, size_t size)
{
    struct moves moves;
    int64_t line = 0;
    FILE *file = fmemopen((void *)(uintptr_t)bytes, size, "rb");
    CHECK(file != NULL);
    if (moves_read(arena, file, &moves, &line) == OK) {
        struct moves back = moves_reverse(arena, &moves, "back");
        CHECK(back.count <= moves.count);
    }
    fclose(file);
}

static void read_terms(struct arena *arena, struct str text)
{
    struct staff_terms terms = staff_terms_read(text);
    CHECK(terms.leave_count <= STAFF_LEAVES_MAX);
    CHECK(staff_terms_write(arena, &terms) != NULL);
    (void)staff_terms_is_away(&terms, 20000);
    struct staff_terms other = staff_terms_none();
    (void)(staff_terms_set_skills(&other, text) + staff_terms_set_leave(&other, text) +
           staff_terms_set_hours(&other, text) + staff_terms_set_place(&other, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    if (size < 2) {
        return 0;
    }
    arena_init(&arena, 0);
    if (bytes[0] % 2 == 0) {
        read_moves(&arena, bytes + 1, size - 1);
    } else {
        read_terms(&arena, (struct str){(const char *)bytes + 1, size - 1});
    }
    arena_deinit(&arena);
    return 0;
}
