/* tests/bench/wire/dictionary.h -- a dictionary for zstd out of samples. */
#pragma once

#include "core/base/arena.h"

/* What a trainer gathers; room for `size_max` bytes in `count_max` samples. */
struct samples {
    uint8_t *bytes;
    size_t *sizes;
    size_t used, count, size_max, count_max;
};
struct samples samples_make(struct arena *arena, size_t size_max, size_t count_max);
/* Copies it; CHECKs that there is room. */
void samples_add(struct samples *samples, const void *bytes, size_t size);
/* The size that `argv` asks for in "PROGRAM OUT SIZE"; 0 after the usage was printed. */
size_t dictionary_size_of(int argc, char **argv);
/* Trains for `level` of zstd and writes the file; the exit code, after saying why not. */
int dictionary_write(const char *path, size_t size, const struct samples *samples, int level);
