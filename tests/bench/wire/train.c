#define ZDICT_STATIC_LINKING_ONLY
/* train_dictionary OUT SIZE: makes a dictionary for batches from generated visits.
 *
 * Run it for a new number only; a dictionary in assets/dictionary is never
 * changed, because tablets in the field pack with it for years:
 *   ninja train_dictionary && ./train_dictionary assets/dictionary/3.zdict 24576
 * then add the file to the sync/proto room's BYTES and to pack.c. */
#include "tests/bench/wire/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zdict.h>

enum { TABLETS = 1500, SAMPLES_PER_TABLET = 12, SAMPLES_SIZE_MAX = 32 * 1024 * 1024 };

/* Mostly one visit or a few: those gain most, and a full batch finds its own repetitions. */
static size_t visits_of(size_t sample)
{
    static const size_t counts[] = {1, 1, 2, 1, 3, 1, 1, 5, 1, 2, 1, 20};
    return counts[sample % COUNT(counts)];
}

int main(int argc, char **argv)
{
    size_t dictionary_size = argc == 3 ? (size_t)strtoul(argv[2], NULL, 10) : 0;
    if (dictionary_size < 1024 || dictionary_size > 1024 * 1024) {
        fprintf(stderr, "usage: train_dictionary OUT SIZE (1024 to 1048576 bytes)\n");
        return 2;
    }
    struct arena program = {0};
    struct arena task = {0};
    arena_init(&program, 0);
    arena_init(&task, 0);
    uint8_t *samples = arena_alloc(&program, SAMPLES_SIZE_MAX);
    size_t *sizes = ARENA_ARRAY(&program, (size_t)TABLETS * SAMPLES_PER_TABLET, size_t);
    struct frames *frames = ARENA_NEW(&program, struct frames);
    size_t used = 0;
    size_t count = 0;
    for (uint64_t tablet = 0; tablet < TABLETS; tablet++) {
        frames_start(frames, 1000 + tablet, false);
        for (size_t i = 0; i < SAMPLES_PER_TABLET; i++) {
            size_t raw_size = 0;
            arena_reset(&task);
            struct wire_bytes envelope = frames_seal(frames, &task, visits_of(i), &raw_size);
            struct wire_bytes frame = frames_unpacked(frames, &task, envelope);
            CHECK(used + frame.size <= SAMPLES_SIZE_MAX);
            memcpy(samples + used, frame.bytes, frame.size);
            used += frame.size;
            sizes[count++] = frame.size;
        }
    }
    uint8_t *dictionary = arena_alloc(&program, dictionary_size);
    ZDICT_fastCover_params_t parameters = {
        .d = 8, .steps = 8, .nbThreads = 1, .splitPoint = 0.75, .zParams = {.compressionLevel = 3}};
    size_t size = ZDICT_optimizeTrainFromBuffer_fastCover(dictionary, dictionary_size, samples,
                                                          sizes, (unsigned)count, &parameters);
    if (ZDICT_isError(size)) {
        fprintf(stderr, "train_dictionary: %s\n", ZDICT_getErrorName(size));
        return 1;
    }
    FILE *out = fopen(argv[1], "wb");
    if (out == NULL || fwrite(dictionary, 1, size, out) != size || fclose(out) != 0) {
        fprintf(stderr, "train_dictionary: %s cannot be written\n", argv[1]);
        return 1;
    }
    printf("%zu bytes from %zu samples of %zu bytes\n", size, count, used);
    arena_deinit(&task);
    arena_deinit(&program);
    return 0;
}
