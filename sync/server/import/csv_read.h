/* sync/server/import/csv_read.h -- rows of a CSV file, read as a stream.
 *
 * RFC 4180 by libcsv in its strict mode: fields may be quoted, a quoted field
 * may hold commas, doubled quotes and line ends. Blanks around an unquoted
 * field are dropped. Lines end with LF, CRLF or CR. A UTF-8 byte order mark is
 * skipped. Other encodings are converted to UTF-8 on the way in; a byte that
 * the encoding does not know becomes the byte FF, which is not UTF-8, so that
 * the row it stands in is reported like any other ill-formed text.
 *
 * A malformed row costs that row only: after a stray or an unclosed quote
 * reading goes on in the line after the one where the row began. Memory is
 * bounded by LIMIT_import_row_size whatever the file holds. */
#pragma once

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/base/str.h"

#include <stdio.h>

enum csv_fault {
    CSV_FAULT_none,
    CSV_FAULT_quote,           /* text after a closing quote, or a quote inside an unquoted field */
    CSV_FAULT_quote_open,      /* a quote that nothing closes */
    CSV_FAULT_row_too_long,    /* over LIMIT_import_row_size bytes */
    CSV_FAULT_too_many_fields, /* over LIMIT_import_fields */
};

struct csv_row {
    int64_t line;             /* of its first byte, from 1 */
    enum csv_fault fault;     /* fields are not given when set */
    const struct str *fields; /* valid until the next call */
    size_t field_count;
};

struct csv_reader;

enum { CSV_CHECKSUM_SIZE = 32 };

/* Reads `file` (borrowed, from its present position) in `encoding` (any name
 * iconv knows; NULL or "utf-8": no conversion). The reader lives in `arena`;
 * csv_reader_close() gives back what libcsv and iconv hold.
 * ERR_not_found for an unknown encoding. */
enum err csv_reader_open(struct arena *arena, FILE *file, const char *encoding,
                         struct csv_reader **reader_out) MUST_USE;
void csv_reader_close(struct csv_reader *reader);

/* The next row that is not blank; `has_row_out` is false after the last one.
 * ERR_io when the file cannot be read; ERR_bad_text when it is UTF-16 or UTF-32. */
enum err csv_reader_next(struct csv_reader *reader, struct csv_row *row_out,
                         bool *has_row_out) MUST_USE;

/* A BLAKE2b checksum of all bytes of `file`, which is read from its beginning
 * and rewound. ERR_io. */
enum err csv_checksum(FILE *file, uint8_t checksum_out[CSV_CHECKSUM_SIZE]) MUST_USE;

/* Writes `field` as one CSV field, quoted where needed. A text that a
 * spreadsheet would take for a formula gets a leading apostrophe. */
void csv_write_field(FILE *file, struct str field);
