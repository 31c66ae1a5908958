#define ZDICT_STATIC_LINKING_ONLY
#include "tests/bench/wire/dictionary.h"

#include "core/base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zdict.h>

enum { SIZE_MIN = 1024, SIZE_MAX_BYTES = 1024 * 1024 };

struct samples samples_make(struct arena *arena, size_t size_max, size_t count_max)
{
    return (struct samples){.bytes = arena_alloc(arena, size_max),
                            .sizes = ARENA_ARRAY(arena, count_max, size_t),
                            .size_max = size_max,
                            .count_max = count_max};
}

void samples_add(struct samples *samples, const void *bytes, size_t size)
{
    CHECK(samples->used + size <= samples->size_max && samples->count < samples->count_max);
    memcpy(samples->bytes + samples->used, bytes, size);
    samples->used += size;
    samples->sizes[samples->count++] = size;
}

size_t dictionary_size_of(int argc, char **argv)
{
    size_t size = argc == 3 ? (size_t)strtoul(argv[2], NULL, 10) : 0;
    if (size < SIZE_MIN || size > SIZE_MAX_BYTES) {
        fprintf(stderr, "usage: %s OUT SIZE (%d to %d bytes)\n", argv[0], SIZE_MIN, SIZE_MAX_BYTES);
        return 0;
    }
    return size;
}

int dictionary_write(const char *path, size_t size, const struct samples *samples, int level)
{
    ZDICT_fastCover_params_t parameters = {.d = 8,
                                           .steps = 8,
                                           .nbThreads = 1,
                                           .splitPoint = 0.75,
                                           .zParams = {.compressionLevel = level}};
    uint8_t *dictionary = malloc(size);
    CHECK(dictionary != NULL);
    size_t trained = ZDICT_optimizeTrainFromBuffer_fastCover(
        dictionary, size, samples->bytes, samples->sizes, (unsigned)samples->count, &parameters);
    int code = 1;
    FILE *out = NULL;
    if (ZDICT_isError(trained)) {
        fprintf(stderr, "%s: %s\n", path, ZDICT_getErrorName(trained));
    } else if ((out = fopen(path, "wb")) == NULL ||
               fwrite(dictionary, 1, trained, out) != trained || fclose(out) != 0) {
        fprintf(stderr, "%s cannot be written\n", path);
    } else {
        printf("%zu bytes from %zu samples of %zu bytes\n", trained, samples->count, samples->used);
        code = 0;
    }
    free(dictionary);
    return code;
}
