/* train_dictionary OUT SIZE: makes a dictionary for batches from generated visits.
 *
 * Run it for a new number only; a dictionary in assets/dictionary is never
 * changed, because tablets in the field pack with it for years:
 *   ninja train_dictionary && ./train_dictionary assets/dictionary/3.zdict 24576
 * then add the file to the sync/proto room's BYTES and to pack.c. */
#include "tests/bench/wire/dictionary.h"
#include "tests/bench/wire/frames.h"

enum { TABLETS = 1500, SAMPLES_PER_TABLET = 12, SAMPLES_SIZE_MAX = 32 * 1024 * 1024, LEVEL = 3 };

/* Mostly one visit or a few: those gain most, and a full batch finds its own repetitions. */
static size_t visits_of(size_t sample)
{
    static const size_t counts[] = {1, 1, 2, 1, 3, 1, 1, 5, 1, 2, 1, 20};
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
    struct samples samples =
        samples_make(&program, SAMPLES_SIZE_MAX, (size_t)TABLETS * SAMPLES_PER_TABLET);
    struct frames *frames = ARENA_NEW(&program, struct frames);
    for (uint64_t tablet = 0; tablet < TABLETS; tablet++) {
        frames_start(frames, 1000 + tablet, false);
        for (size_t i = 0; i < SAMPLES_PER_TABLET; i++) {
            size_t raw_size = 0;
            arena_reset(&task);
            struct wire_bytes envelope = frames_seal(frames, &task, visits_of(i), &raw_size);
            struct wire_bytes frame = frames_unpacked(frames, &task, envelope);
            samples_add(&samples, frame.bytes, frame.size);
        }
    }
    int code = dictionary_write(argv[1], dictionary_size, &samples, LEVEL);
    arena_deinit(&task);
    arena_deinit(&program);
    return code;
}
