#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

enum { TESTS_MAX = 256 };

static struct CMUnitTest tests[TESTS_MAX];
static size_t test_count;

void test_register(const char *name, void (*run)(void **state))
{
    CHECK(test_count < TESTS_MAX);
    tests[test_count++] = (struct CMUnitTest){.name = name, .test_func = run};
}

int main(void)
{
    CHECK(test_count > 0); /* a program without a test would always pass */
    return _cmocka_run_group_tests("", tests, test_count, NULL, NULL);
}

static void splitmix_fill(void *context, void *bytes, size_t size)
{
    struct test_rng *rng = context;
    uint8_t *at = bytes;
    while (size > 0) {
        rng->state += 0x9E3779B97F4A7C15ULL;
        uint64_t z = rng->state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        z ^= z >> 31;
        size_t part = size < sizeof z ? size : sizeof z;
        memcpy(at, &z, part);
        at += part;
        size -= part;
    }
}

struct rng test_rng_make(struct test_rng *state, uint64_t seed)
{
    state->state = seed;
    return (struct rng){.fill = splitmix_fill, .context = state};
}

size_t test_rounds(size_t few, size_t many)
{
    return getenv("DOORSTEP_LONG") != NULL ? many : few;
}

static char *file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    CHECK(text != NULL && fread(text, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    return text;
}

void test_golden(const char *tests_folder, const char *name, const char *text)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/golden/%s", tests_folder, name);
    const char *mode = getenv("DOORSTEP_GOLDEN");
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *file = fopen(path, "wb");
        if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
            fail_msg("cannot write golden %s", path);
        }
        return;
    }
    char *golden = file_read(path);
    if (golden == NULL) {
        fail_msg("no golden %s (write it with DOORSTEP_GOLDEN=write and review it)", name);
        return;
    }
    size_t line = 1;
    size_t at = 0;
    while (golden[at] != '\0' && golden[at] == text[at]) {
        line += golden[at] == '\n';
        at++;
    }
    bool is_equal = golden[at] == text[at];
    free(golden);
    if (!is_equal) {
        fail_msg("golden %s differs first at line %zu", name, line);
    }
}
