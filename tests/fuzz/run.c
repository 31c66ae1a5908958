/* Runs a fuzz target over its corpus, and over the corpus changed at random, from seeds.
 *
 *   fuzz_NAME CORPUS ROUNDS
 *
 * ROUNDS changed inputs in all (DOORSTEP_FUZZ_ROUNDS stands above it). The same seeds make the same
 * inputs everywhere; the round is printed before it could matter, by DOORSTEP_FUZZ_ROUND=N alone.
 */
#include "core/os/os.h"
#include "tests/fuzz/change.h"
#include "tests/fuzz/target.h"

#include <stdio.h>
#include <stdlib.h>

enum { INPUT_MAX = 256 * 1024, EXTRA = 512 };

struct seeds {
    struct arena arena;
    struct str *inputs;
    size_t count;
};

static void load(struct seeds *seeds, const char *folder)
{
    const char **names = NULL;
    arena_init(&seeds->arena, 0);
    CHECK(os_folder_list(&seeds->arena, folder, &names, &seeds->count) == OK);
    seeds->inputs = ARENA_ARRAY(&seeds->arena, seeds->count + 1, struct str);
    for (size_t i = 0; i < seeds->count; i++) {
        CHECK(os_file_read(&seeds->arena, os_path(&seeds->arena, folder, names[i]), INPUT_MAX,
                           &seeds->inputs[i]) == OK);
    }
    CHECK(seeds->count > 0); /* a target without a corpus looks at nothing */
}

/* An allocation of the exact size, so that instrumented builds see a read past the end. */
static void feed(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size + (size == 0));
    CHECK(exact != NULL);
    memcpy(exact, bytes, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int64_t number_of(const char *name, int64_t usual)
{
    const char *text = getenv(name);
    int64_t number = usual;
    return text != NULL && str_to_i64(str_from(text), &number) == OK ? number : usual;
}

/* SplitMix64. */
static void fill(void *context, void *bytes, size_t size)
{
    uint64_t *state = context;
    for (size_t i = 0; i < size; i++) {
        *state += 0x9E3779B97F4A7C15U;
        uint64_t mixed = (*state ^ (*state >> 30)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
        ((uint8_t *)bytes)[i] = (uint8_t)(mixed ^ (mixed >> 31));
    }
}

static void one_round(const struct seeds *seeds, int64_t round)
{
    uint64_t state = (uint64_t)round;
    const struct rng rng = {fill, &state};
    const struct str *input = &seeds->inputs[rng_below(&rng, seeds->count)];
    const struct str *other = &seeds->inputs[rng_below(&rng, seeds->count)];
    size_t capacity = input->size + EXTRA;
    uint8_t *bytes = malloc(capacity);
    CHECK(bytes != NULL);
    memcpy(bytes, input->bytes, input->size);
    size_t size = change_bytes(&rng, bytes, input->size, capacity, (const uint8_t *)other->bytes,
                               other->size);
    feed(bytes, size);
    free(bytes);
}

int main(int argc, char **argv)
{
    int64_t rounds = 0;
    if (argc != 3 || str_to_i64(str_from(argv[2]), &rounds) != OK) {
        fprintf(stderr, "usage: %s CORPUS ROUNDS\n", argv[0]);
        return 2;
    }
    struct seeds seeds = {0};
    load(&seeds, argv[1]);
    int64_t only = number_of("DOORSTEP_FUZZ_ROUND", -1);
    rounds = number_of("DOORSTEP_FUZZ_ROUNDS", rounds);
    for (size_t i = 0; only < 0 && i < seeds.count; i++) {
        feed((const uint8_t *)seeds.inputs[i].bytes, seeds.inputs[i].size);
    }
    feed((const uint8_t *)"", 0);
    for (int64_t round = only < 0 ? 0 : only; only < 0 ? round < rounds : round == only; round++) {
        one_round(&seeds, round);
    }
    printf("%zu inputs and %lld changed ones\n", seeds.count, (long long)rounds);
    arena_deinit(&seeds.arena);
    return 0;
}
