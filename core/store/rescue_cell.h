/* core/store/rescue_cell.h -- the cells of one page of an SQLite database, and the columns of a
 * record, without the database around them. Pure.
 *
 * For pages that were opened with their seal, so what stands there was once written by SQLite;
 * nothing is believed for that: whatever the bytes are, nothing outside them is read. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RESCUE_CELL_USABLE = 4096 - 40, /* of a page; the rest is its seal */
    RESCUE_CELL_COLUMNS_MAX = 48,
};

struct rescue_cell {
    bool is_table;          /* of a table with a rowid; else of an index, or a table without */
    int64_t rowid;          /* when is_table */
    const uint8_t *payload; /* the part in this page, local_size bytes; borrowed from the page */
    size_t local_size;
    uint64_t payload_size;
    uint32_t overflow_page; /* where the payload goes on; 0: it is whole */
};

/* How many cells with a payload page `number` (from 1) has; 0 for any other page. */
size_t rescue_cell_count(const uint8_t *page, uint32_t number);
/* Cell `index`; false when it is none that SQLite would write. */
bool rescue_cell_read(const uint8_t *page, uint32_t number, size_t index,
                      struct rescue_cell *cell_out);

enum rescue_column_type {
    RESCUE_COLUMN_null,
    RESCUE_COLUMN_number,
    RESCUE_COLUMN_text,
    RESCUE_COLUMN_bytes,
    RESCUE_COLUMN_real,
};
struct rescue_column {
    enum rescue_column_type type;
    int64_t number;
    const uint8_t *bytes; /* of text and bytes; borrowed from the payload */
    size_t size;
};
/* The columns of a whole payload; false when it is no record of at most
 * RESCUE_CELL_COLUMNS_MAX columns. */
bool rescue_cell_columns(const uint8_t *payload, size_t size,
                         struct rescue_column columns_out[RESCUE_CELL_COLUMNS_MAX],
                         size_t *count_out);
