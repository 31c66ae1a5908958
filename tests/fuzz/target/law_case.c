/* Situations as a lawyer writes them. */
#include "sync/server/policy/law_case.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct str rest = {(const char *)bytes, size};
    size_t line = 0;
    arena_init(&arena, 0);
    for (enum err err = OK; err != ERR_not_found;) {
        struct law_case *law_case = ARENA_NEW(&arena, struct law_case);
        struct law_fault fault;
        size_t before = rest.size;
        err = law_case_next(&arena, "fuzz.case", &rest, &line, law_case, &fault);
        CHECK(err == ERR_not_found || rest.size < before);
    }
    arena_deinit(&arena);
    return 0;
}
