/* train_answers OUT SIZE: makes a dictionary for answers, from generated pages of cases of
 * many portfolios: what their cases have in common. Made so: 2.zdict, of 32768 bytes. As with
 * train_dictionary: for a new number only. */
#include "tests/bench/wire/dictionary.h"
#include "tests/bench/wire/pages.h"

enum {
    SEEDS = 160,
    CASES = 60,
    COLLECTORS = 1,
    SAMPLES_MAX = SEEDS * CASES,
    SAMPLES_SIZE_MAX = 32 * 1024 * 1024,
    LEVEL = 9,
};

/* Mostly a few cases: those gain most, and a full page finds its own repetitions. */
static size_t cases_of(size_t sample)
{
    static const size_t counts[] = {1, 2, 1, 4, 1, 8};
    return counts[sample % COUNT(counts)];
}

int main(int argc, char **argv)
{
    size_t dictionary_size = dictionary_size_of(argc, argv);
    if (dictionary_size == 0) {
        return 2;
    }
    struct arena program = {0};
    struct arena task = {0};
    arena_init(&program, 0);
    arena_init(&task, 0);
    struct samples samples = samples_make(&program, SAMPLES_SIZE_MAX, SAMPLES_MAX);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        arena_reset(&task);
        struct pages pages;
        pages_make(&task, 1000 + seed, CASES, COLLECTORS, seed % 3 == 0 ? 40 : 0, &pages);
        for (size_t at = 0; at < pages.count;) {
            size_t left = pages.count - at;
            size_t cases = cases_of(samples.count) < left ? cases_of(samples.count) : left;
            struct wire_bytes bytes = pages_unpacked(&task, &pages, 1000 + seed, at, cases);
            samples_add(&samples, bytes.bytes, bytes.size);
            at += cases;
        }
    }
    int code = dictionary_write(argv[1], dictionary_size, &samples, LEVEL);
    arena_deinit(&task);
    arena_deinit(&program);
    return code;
}
