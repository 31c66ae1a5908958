/* sync/server/command/listing_private.h -- cells of a list, for those who print it. */
#pragma once

#include "sync/server/command/listing.h"

#include <jansson.h>

struct listing_cell {
    const char *shown;
    const char *pick; /* what a form sends for the row; NULL: what is shown */
    const char *link; /* address of a page; NULL none */
    json_t *value;
    bool is_number;
    enum listing_tone tone;
};

/* `text` as HTML shows it. */
void listing_escaped(FILE *out, const char *text);
/* The whole table. */
void listing_print_page(const struct listing *listing);
