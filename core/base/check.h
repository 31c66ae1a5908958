/* core/base/check.h -- promises of the programmer.
 *
 * CHECK stays on in release builds: a broken promise aborts at once, because
 * every accepted fact is already in the journal and a wrong state is worse
 * than a restart. It is never used on input from outside; that is enum err. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* Writes the promise and the place to stderr and aborts. Prints source text
 * only, so nothing personal can reach a log through it. */
_Noreturn void check_failed(const char *promise, const char *file, int line);

#define CHECK(promise) ((promise) ? (void)0 : check_failed(#promise, __FILE__, __LINE__))
#define UNREACHABLE() check_failed("unreachable", __FILE__, __LINE__)
