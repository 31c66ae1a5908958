/* sync/server/import/value.h -- one value of a file, by the type of its column. Pure. */
#pragma once

#include "core/domain/catalog.h"
#include "sync/server/import/column.h"

/* Without blanks, no-break spaces and ideographic spaces at both ends. */
struct str value_trim(struct str text);

/* Reads one value, UTF-8, trimmed, not empty, into its member of `draft`. */
enum fault value_read(const struct column *column, struct str value, void *draft);

/* The item of a closed list by its own name or a Chinese one of values.def; 0: none. */
uint32_t value_code(enum catalog list, struct str text);

/* What a value of a closed list may be, comma-separated names; "" for other columns. */
const char *value_choices(struct arena *arena, const struct column *column);

/* What a value looks like without what it says: letters become a, digits 9,
 * everything past ASCII 字, ill-formed bytes ?; runs are counted ("9{18}",
 * "字{3}"). This is all that a log or a report says of a value. */
void value_shape(char shape_out[VALUE_SHAPE_SIZE], struct str value);
