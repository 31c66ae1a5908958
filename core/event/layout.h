/* core/event/layout.h -- where the fields of a message stand in its struct. Private to core/event.
 *
 * Made at compile time from the field lists that nanopb generates beside the structs, so a
 * message changes in its .proto and .options files alone. A message that a listed one holds
 * and that layout.c does not list, or a field of a new type, does not compile. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum layout_rule {
    LAYOUT_SINGULAR, /* left out when zero or empty */
    LAYOUT_OPTIONAL, /* `count_offset`: a bool */
    LAYOUT_REPEATED, /* `count_offset`: a pb_size_t */
    LAYOUT_ONEOF,    /* `count_offset`: a pb_size_t, the number of the member that is there */
};

enum layout_type {
    LAYOUT_BOOL,
    LAYOUT_UINT32,
    LAYOUT_UINT64,
    LAYOUT_SINT32,
    LAYOUT_FIXED32,
    LAYOUT_SFIXED32,
    LAYOUT_FIXED64,
    LAYOUT_STRING,             /* NUL-ended in its array */
    LAYOUT_FIXED_LENGTH_BYTES, /* all of its array; never left out */
    LAYOUT_BYTES,              /* a pb_size_t, then as many bytes */
    LAYOUT_MESSAGE,
};

struct layout_field {
    uint32_t number;
    enum layout_rule rule;
    enum layout_type type;
    uint32_t offset;    /* of the first item */
    uint32_t item_size; /* of one item */
    uint32_t capacity;  /* items */
    uint32_t count_offset;
    const struct layout *message; /* of LAYOUT_MESSAGE */
};

struct layout {
    const struct layout_field *fields; /* by number, rising */
    uint32_t field_count;
    uint32_t size;
    bool is_flat; /* without lists and choices: small enough to zero whole */
};

extern const struct layout layout_ds_Event;
extern const struct layout layout_ds_CaseRecord;
extern const struct layout layout_ds_CaseState;
