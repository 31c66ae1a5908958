/* core/base/err.h -- one error type for every operation that can fail.
 * A refusal by the domain is not an error: see core/rules/verdict.h. */
#pragma once

#include "core/base/check.h"

enum err {
    OK = 0,
#define ERROR(code, class) ERR_##code,
#include "core/base/errors.def"
#undef ERROR
    ERR_COUNT
};

/* What to do next about an error; see errors.def. */
enum err_class {
    ERR_CLASS_none,
    ERR_CLASS_again,
    ERR_CLASS_later,
    ERR_CLASS_never,
    ERR_CLASS_unsure
};

/* "ok" or the code's name as in errors.def; static storage. Any int is safe. */
const char *err_name(enum err err);
enum err_class err_class(enum err err);

/* Returns from the calling function when `call` fails. */
#define TRY(call)                   \
    do {                            \
        enum err try_err_ = (call); \
        if (try_err_ != OK) {       \
            return try_err_;        \
        }                           \
    } while (0)
