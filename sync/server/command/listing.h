/* sync/server/command/listing.h -- a list for people (aligned columns) or programs (JSON). */
#pragma once

#include "sync/server/command/command.h"

struct listing_column {
    const char *name; /* in JSON */
    const char *key;  /* text key of the heading */
};

/* What the next cell means, for who glances at a page: shown as colour, sign and word. */
enum listing_tone {
    LISTING_TONE_none,
    LISTING_TONE_good, /* as it should be */
    LISTING_TONE_wait, /* somebody should look */
    LISTING_TONE_bad,  /* somebody must act now */
    LISTING_TONE_off,  /* over, or out of use */
};

struct listing {
    struct command_context *context;
    const struct listing_column *columns;
    size_t column_count;
    struct listing_cell *cells;
    size_t cell_count;
    size_t cell_capacity;
    const char *pick;       /* of the row that begins */
    const char *link;       /* of the next cell */
    enum listing_tone tone; /* of the next cell */
    int32_t offset_minutes; /* headquarters' zone, minutes east of UTC */
};

/* `columns` is borrowed until listing_end(). Errors: those of reading
 * headquarters' zone from the store. */
enum err listing_start(struct listing *listing, struct command_context *context,
                       const struct listing_column *columns, size_t count) MUST_USE;
/* Before the first cell of a row: what a form sends when somebody picks it, in place of what that
 * cell shows. `value` lives as long as the listing. */
void listing_pick(struct listing *listing, const char *value);
/* Before a cell: on pages alone it has this tone, or leads to `address` ("/office/case?no=1"),
 * which lives as long as the listing. */
void listing_tone(struct listing *listing, enum listing_tone tone);
void listing_link(struct listing *listing, const char *address);
/* Cells from left to right, row after row. Texts are copied. */
void listing_text(struct listing *listing, struct str text);
void listing_number(struct listing *listing, int64_t number);
/* People see money and days in their form; programs get minor units and "2026-11-22". */
void listing_money(struct listing *listing, int64_t amount_minor);
void listing_day(struct listing *listing, int32_t day);
/* An instant in headquarters' zone; programs get milliseconds. 0 is shown as "-". */
void listing_instant(struct listing *listing, int64_t at_ms);
/* The text of a key for people, `name` for programs. */
void listing_key(struct listing *listing, const char *key, const char *name);
/* Prints it, before it that only a team is shown when it is so. CHECKs that every row is whole. */
void listing_end(struct listing *listing);
