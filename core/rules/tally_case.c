/* The cases of a tally by their numbers. */
#include "core/rules/tally_private.h"

static size_t case_place(const struct tally_case *cases, size_t capacity, uint64_t case_no)
{
    uint64_t hash = case_no * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(hash >> 20) & (capacity - 1);
    while (cases[at].case_no != 0 && cases[at].case_no != case_no) {
        at = (at + 1) & (capacity - 1);
    }
    return at;
}

static void cases_grow(struct tally *tally)
{
    size_t capacity = tally->case_capacity == 0 ? 256 : tally->case_capacity * 2;
    struct tally_case *cases = ARENA_ARRAY(tally->arena, capacity, struct tally_case);
    for (size_t i = 0; i < tally->case_capacity; i++) {
        if (tally->cases[i].case_no != 0) {
            cases[case_place(cases, capacity, tally->cases[i].case_no)] = tally->cases[i];
        }
    }
    tally->cases = cases;
    tally->case_capacity = capacity;
}

struct tally_case *tally_case_of(struct tally *tally, uint64_t case_no)
{
    if (tally->case_count * 3 >= tally->case_capacity * 2) {
        cases_grow(tally);
    }
    struct tally_case *found =
        &tally->cases[case_place(tally->cases, tally->case_capacity, case_no)];
    if (found->case_no == 0) {
        found->case_no = case_no;
        tally->case_count++;
    }
    return found;
}

bool tally_case_is_kept(const struct tally *tally, uint64_t case_no)
{
    return tally->case_capacity > 0 &&
           tally->cases[case_place(tally->cases, tally->case_capacity, case_no)].case_no == case_no;
}
