/* core/base/id.h -- 16-byte identities. Pure. */
#pragma once

#include "core/base/err.h"
#include "core/base/rng.h"

#include <stdbool.h>

struct id {
    uint8_t bytes[16];
};

enum { ID_TEXT_SIZE = 33 }; /* 32 hex digits and a NUL */

struct id id_random(const struct rng *rng);
bool id_equal(const struct id *a, const struct id *b);
int id_compare(const struct id *a, const struct id *b);
bool id_is_zero(const struct id *id);
void id_to_text(char text[ID_TEXT_SIZE], const struct id *id);
enum err id_from_text(struct id *id_out, const char *text) MUST_USE;
