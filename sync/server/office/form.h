/* sync/server/office/form.h -- what a browser's form sent (application/x-www-form-urlencoded).
 * Pure. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum { FORM_FIELDS_MAX = 16, FORM_SIZE_MAX = 8 * 1024 };

struct form {
    struct {
        const char *name, *value;
    } fields[FORM_FIELDS_MAX];
    size_t count;
};

/* Texts live in `arena`. ERR_malformed (a bad %XX, a name twice), ERR_bad_text (no UTF-8, or a
 * control sign), ERR_too_many, ERR_too_long. */
enum err form_read(struct arena *arena, struct str body, struct form *form_out) MUST_USE;
/* The value of a field, "" when it was not sent. */
const char *form_value(const struct form *form, const char *name);
/* Value of one cookie in a Cookie header; empty when there is none, or two of the name. */
struct str form_cookie(struct str header, const char *name);
