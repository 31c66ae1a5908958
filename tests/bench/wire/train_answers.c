#define ZDICT_STATIC_LINKING_ONLY
/* train_answers OUT SIZE: makes a dictionary for answers, from generated pages of cases of
 * many portfolios: what their cases have in common. Made so: 2.zdict, of 32768 bytes. As with
 * train_dictionary: for a new number only. */
#include "tests/bench/wire/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zdict.h>

enum {
    SEEDS = 160,
    CASES = 60,
    COLLECTORS = 1,
    SAMPLES_MAX = SEEDS * CASES,
    SAMPLES_SIZE_MAX = 32 * 1024 * 1024,
};

/* Mostly a few cases: those gain most, and a full page finds its own repetitions. */
static size_t cases_of(size_t sample)
{
    static const size_t counts[] = {1, 2, 1, 4, 1, 8};
    return counts[sample % COUNT(counts)];
}

int main(int argc, char **argv)
{
    size_t dictionary_size = argc == 3 ? (size_t)strtoul(argv[2], NULL, 10) : 0;
    if (dictionary_size < 1024 || dictionary_size > 1024 * 1024) {
        fprintf(stderr, "usage: train_answers OUT SIZE (1024 to 1048576 bytes)\n");
        return 2;
    }
    struct arena program = {0};
    struct arena task = {0};
    arena_init(&program, 0);
    arena_init(&task, 0);
    uint8_t *samples = arena_alloc(&program, SAMPLES_SIZE_MAX);
    size_t *sizes = ARENA_ARRAY(&program, SAMPLES_MAX, size_t);
    size_t used = 0;
    size_t count = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        arena_reset(&task);
        struct pages pages;
        pages_make(&task, 1000 + seed, CASES, COLLECTORS, seed % 3 == 0 ? 40 : 0, &pages);
        for (size_t at = 0; at < pages.count;) {
            size_t left = pages.count - at;
            size_t cases = cases_of(count) < left ? cases_of(count) : left;
            struct wire_bytes bytes = pages_unpacked(&task, &pages, 1000 + seed, at, cases);
            CHECK(used + bytes.size <= SAMPLES_SIZE_MAX);
            memcpy(samples + used, bytes.bytes, bytes.size);
            used += bytes.size;
            sizes[count++] = bytes.size;
            at += cases;
        }
    }
    uint8_t *dictionary = arena_alloc(&program, dictionary_size);
    ZDICT_fastCover_params_t parameters = {
        .d = 8, .steps = 8, .nbThreads = 1, .splitPoint = 0.75, .zParams = {.compressionLevel = 9}};
    size_t size = ZDICT_optimizeTrainFromBuffer_fastCover(dictionary, dictionary_size, samples,
                                                          sizes, (unsigned)count, &parameters);
    if (ZDICT_isError(size)) {
        fprintf(stderr, "train_answers: %s\n", ZDICT_getErrorName(size));
        return 1;
    }
    FILE *out = fopen(argv[1], "wb");
    if (out == NULL || fwrite(dictionary, 1, size, out) != size || fclose(out) != 0) {
        fprintf(stderr, "train_answers: %s cannot be written\n", argv[1]);
        return 1;
    }
    printf("%zu bytes from %zu samples of %zu bytes\n", size, count, used);
    arena_deinit(&task);
    arena_deinit(&program);
    return 0;
}
