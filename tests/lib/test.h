/* tests/lib/test.h -- the house's tests over cmocka: a test registers itself,
 * rows of a table report which row failed. Each test file is one program. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/rng.h"

#include <stdbool.h>
#include <string.h>

void test_register(const char *name, void (*run)(void **state));

/* TEST(test_promise) { ... } */
#define TEST(name)                                                 \
    static void name(void **test_state_);                          \
    __attribute__((constructor)) static void name##_register(void) \
    {                                                              \
        test_register(#name, name);                                \
    }                                                              \
    static void name(void **test_state_ __attribute__((unused)))

#define EXPECT(condition) assert_true(condition)
/* Fails naming the row, a short text that tells it from the others. */
#define EXPECT_ROW(row, condition)                     \
    do {                                               \
        if (!(condition)) {                            \
            fail_msg("row %s: %s", (row), #condition); \
        }                                              \
    } while (0)
#define EXPECT_OK(call)                                           \
    do {                                                          \
        enum err expect_err_ = (call);                            \
        if (expect_err_ != OK) {                                  \
            fail_msg("%s gave %s", #call, err_name(expect_err_)); \
        }                                                         \
    } while (0)
#define EXPECT_ERR(expected, call)                                                            \
    do {                                                                                      \
        enum err expect_err_ = (call);                                                        \
        if (expect_err_ != (expected)) {                                                      \
            fail_msg("%s gave %s, not %s", #call, err_name(expect_err_), err_name(expected)); \
        }                                                                                     \
    } while (0)
#define EXPECT_INT(expected, actual) assert_int_equal((expected), (actual))
#define EXPECT_TEXT(expected, actual) assert_string_equal((expected), (actual))

/* A seeded generator (SplitMix64): the same seed gives the same bytes. */
struct test_rng {
    uint64_t state;
};
struct rng test_rng_make(struct test_rng *state, uint64_t seed);

/* Rounds of a test that tries at random: `few` in the suite, `many` with DOORSTEP_LONG=1. */
size_t test_rounds(size_t few, size_t many);

/* Compares `text` with tests/golden/<name>. With DOORSTEP_GOLDEN=write in the
 * environment it writes the file instead. Fails with the first differing line. */
void test_golden(const char *tests_folder, const char *name, const char *text);
