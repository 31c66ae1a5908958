#include "sync/server/import/csv_read.h"

#include "core/event/chain.h"

#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

enum {
    READ_SIZE = 128 * 1024,
    /* One row, one line past it, and one converted read (a byte of GB18030
     * gives at most three of UTF-8). */
    WINDOW_SIZE = 2 * LIMIT_import_row_size + 4 * READ_SIZE,
};

struct csv_reader {
    FILE *file;
    iconv_t converter;
    bool is_converting;
    bool is_libcsv_made;
    struct csv_parser parser;

    uint8_t *raw; /* bytes as in the file, not yet converted */
    size_t raw_size;
    uint8_t *window; /* UTF-8 */
    size_t row_at;   /* first byte of the row being read */
    size_t at;       /* first byte not given to libcsv */
    size_t end;
    bool is_begun;
    bool is_ended; /* the file has no more bytes */

    int64_t line; /* of the byte at `at` */
    int64_t row_line;
    bool is_in_row;
    bool is_skipping; /* inside a line that is longer than a row may be */

    char *text; /* fields of a row that libcsv reads, one after another */
    size_t text_size;
    struct str *fields;
    size_t field_count;
    bool has_too_many;
    bool is_row_complete;
};

static void field_take(void *bytes, size_t size, void *context)
{
    struct csv_reader *reader = context;
    if (reader->field_count >= LIMIT_import_fields) {
        reader->has_too_many = true;
        return;
    }
    CHECK(reader->text_size + size <= 2 * LIMIT_import_row_size);
    char *to = reader->text + reader->text_size;
    if (size > 0) {
        memcpy(to, bytes, size);
    }
    reader->text_size += size;
    reader->fields[reader->field_count++] = (struct str){to, size};
}

static void row_take(int end, void *context)
{
    (void)end;
    struct csv_reader *reader = context;
    reader->is_row_complete = true;
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

/* Cuts a line without a quote at its commas, as libcsv would: most lines of a portfolio are
 * such, and a call back for every byte costs more than all that is done with the values. The
 * fields stay where they are in the window. */
static void line_cut(struct csv_reader *reader, const uint8_t *line, size_t size)
{
    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r')) {
        size--;
    }
    const uint8_t *end = line + size;
    for (const uint8_t *from = line;;) {
        const uint8_t *comma = memchr(from, ',', (size_t)(end - from));
        const uint8_t *until = comma != NULL ? comma : end;
        const uint8_t *last = until;
        while (from < last && is_blank(*from)) {
            from++;
        }
        while (last > from && is_blank(last[-1])) {
            last--;
        }
        if (reader->field_count >= LIMIT_import_fields) {
            reader->has_too_many = true;
        } else {
            reader->fields[reader->field_count++] =
                (struct str){(const char *)from, (size_t)(last - from)};
            reader->text_size += (size_t)(last - from);
        }
        if (comma == NULL) {
            break;
        }
        from = comma + 1;
    }
    reader->is_row_complete = true;
}

static void row_forget(struct csv_reader *reader)
{
    reader->text_size = 0;
    reader->field_count = 0;
    reader->has_too_many = false;
    reader->is_row_complete = false;
    reader->is_in_row = false;
}

static void libcsv_restart(struct csv_reader *reader)
{
    if (reader->is_libcsv_made) {
        csv_free(&reader->parser);
    }
    CHECK(csv_init(&reader->parser, CSV_STRICT) == 0);
    reader->is_libcsv_made = true;
}

enum err csv_reader_open(struct arena *arena, FILE *file, const char *encoding,
                         struct csv_reader **reader_out)
{
    struct csv_reader *reader = ARENA_NEW(arena, struct csv_reader);
    reader->file = file;
    reader->line = 1;
    reader->is_converting =
        encoding != NULL && strcasecmp(encoding, "utf-8") != 0 && strcasecmp(encoding, "utf8") != 0;
    if (reader->is_converting) {
        reader->converter = iconv_open("UTF-8", encoding);
        if (reader->converter == (iconv_t)-1) {
            return ERR_not_found;
        }
    }
    reader->raw = ARENA_ARRAY(arena, READ_SIZE, uint8_t);
    reader->window = ARENA_ARRAY(arena, WINDOW_SIZE, uint8_t);
    reader->text = ARENA_ARRAY(arena, 2 * LIMIT_import_row_size, char);
    reader->fields = ARENA_ARRAY(arena, LIMIT_import_fields, struct str);
    libcsv_restart(reader);
    *reader_out = reader;
    return OK;
}

void csv_reader_close(struct csv_reader *reader)
{
    if (reader->is_libcsv_made) {
        csv_free(&reader->parser);
    }
    if (reader->is_converting) {
        iconv_close(reader->converter);
    }
}

/* Converts what was read and appends it to the window; what is left over is
 * the beginning of a character. */
static void raw_convert(struct csv_reader *reader)
{
    char *from = (char *)reader->raw;
    size_t from_size = reader->raw_size;
    while (from_size > 0) {
        char *to = (char *)reader->window + reader->end;
        size_t to_size = WINDOW_SIZE - reader->end;
        size_t result = iconv(reader->converter, &from, &from_size, &to, &to_size);
        reader->end = WINDOW_SIZE - to_size;
        if (result != (size_t)-1) {
            continue;
        }
        CHECK(errno != E2BIG); /* the window leaves room for all of one read */
        if (errno == EINVAL && !reader->is_ended) {
            break;
        }
        reader->window[reader->end++] = 0xFF;
        from++;
        from_size--;
    }
    memmove(reader->raw, from, from_size);
    reader->raw_size = from_size;
}

/* Brings more bytes into the window behind what is there. */
static enum err window_fill(struct csv_reader *reader)
{
    size_t kept = reader->end - reader->row_at;
    memmove(reader->window, reader->window + reader->row_at, kept);
    reader->at -= reader->row_at;
    reader->end = kept;
    reader->row_at = 0;

    size_t got =
        fread(reader->raw + reader->raw_size, 1, READ_SIZE - reader->raw_size, reader->file);
    if (got == 0) {
        if (ferror(reader->file) != 0) {
            return ERR_io;
        }
        reader->is_ended = true;
    }
    reader->raw_size += got;
    if (reader->is_converting) {
        raw_convert(reader);
    } else {
        memcpy(reader->window + reader->end, reader->raw, reader->raw_size);
        reader->end += reader->raw_size;
        reader->raw_size = 0;
    }
    if (!reader->is_begun && (reader->end - reader->at >= 3 || reader->is_ended)) {
        reader->is_begun = true;
        const uint8_t *head = reader->window + reader->at;
        size_t size = reader->end - reader->at;
        if (size >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0) {
            reader->at += 3;
            reader->row_at = reader->at;
        } else if (size >= 2 && !reader->is_converting &&
                   (memcmp(head, "\xFF\xFE", 2) == 0 || memcmp(head, "\xFE\xFF", 2) == 0)) {
            return ERR_bad_text;
        }
    }
    if (reader->is_ended && reader->end > reader->at && reader->window[reader->end - 1] != '\n' &&
        reader->window[reader->end - 1] != '\r') {
        reader->window[reader->end++] = '\n';
    }
    return OK;
}

/* Size of the line at `from` with its line end, or 0 when its end is not in the window. */
static size_t line_size(const struct csv_reader *reader, size_t from)
{
    const uint8_t *line = reader->window + from;
    size_t left = reader->end - from;
    if (left == 0) {
        return 0;
    }
    const uint8_t *feed = memchr(line, '\n', left);
    size_t until = feed != NULL ? (size_t)(feed - line) + 1 : left;
    const uint8_t *carriage = memchr(line, '\r', until);
    if (carriage == NULL) {
        return feed != NULL ? until : 0;
    }
    size_t size = (size_t)(carriage - line) + 1;
    if (size == until && feed == NULL) {
        return reader->is_ended ? size : 0; /* a line feed may follow in the next read */
    }
    return size < left && line[size] == '\n' ? size + 1 : size;
}

static bool line_is_blank(const uint8_t *line, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\n') {
            return false;
        }
    }
    return true;
}

static bool fields_are_blank(const struct csv_reader *reader)
{
    return reader->text_size == 0 && !reader->has_too_many;
}

/* Ends the row with a fault and goes on in the line after its first one. */
static void row_fail(struct csv_reader *reader, enum csv_fault fault, struct csv_row *row_out)
{
    *row_out = (struct csv_row){.line = reader->row_line, .fault = fault};
    size_t first_size = line_size(reader, reader->row_at);
    CHECK(first_size > 0);
    reader->at = reader->row_at + first_size;
    reader->row_at = reader->at;
    reader->line = reader->row_line + 1;
    libcsv_restart(reader);
    row_forget(reader);
}

static void row_give(struct csv_reader *reader, struct csv_row *row_out)
{
    *row_out = (struct csv_row){
        .line = reader->row_line, .fields = reader->fields, .field_count = reader->field_count};
    if (reader->has_too_many) {
        *row_out = (struct csv_row){.line = reader->row_line, .fault = CSV_FAULT_too_many_fields};
    }
    reader->is_in_row = false;
    reader->row_at = reader->at;
}

/* Drops the rest of a line that is longer than a row may be. */
static void line_skip(struct csv_reader *reader)
{
    size_t size = line_size(reader, reader->at);
    if (size > 0) {
        reader->is_skipping = false;
        reader->at += size;
        reader->line++;
    } else if (reader->end > reader->at) {
        /* A carriage return at the very end stays, its line feed may follow. */
        reader->at = reader->window[reader->end - 1] == '\r' ? reader->end - 1 : reader->end;
    }
    reader->row_at = reader->at;
}

enum err csv_reader_next(struct csv_reader *reader, struct csv_row *row_out, bool *has_row_out)
{
    *has_row_out = true;
    if (!reader->is_in_row) {
        row_forget(reader);
    }
    for (;;) {
        if (reader->is_skipping) {
            line_skip(reader);
            if (reader->is_skipping && reader->is_ended) {
                *has_row_out = false;
                return OK;
            }
        }
        size_t size = reader->is_skipping ? 0 : line_size(reader, reader->at);
        if (size == 0 && !reader->is_ended) {
            if (reader->end - reader->row_at > LIMIT_import_row_size && !reader->is_in_row) {
                /* One line that goes on and on: report it once, then skip it. */
                *row_out = (struct csv_row){.line = reader->line, .fault = CSV_FAULT_row_too_long};
                reader->is_skipping = true;
                return OK;
            }
            if (reader->end - reader->row_at <= LIMIT_import_row_size || !reader->is_in_row) {
                TRY(window_fill(reader));
                continue;
            }
        }
        if (size == 0 && reader->is_ended && !reader->is_in_row) {
            *has_row_out = false;
            return OK;
        }
        if (!reader->is_in_row) {
            if (line_is_blank(reader->window + reader->at, size)) {
                reader->at += size;
                reader->row_at = reader->at;
                reader->line++;
                continue;
            }
            reader->row_line = reader->line;
            reader->row_at = reader->at;
            if (size > LIMIT_import_row_size) {
                *row_out = (struct csv_row){.line = reader->line, .fault = CSV_FAULT_row_too_long};
                reader->at += size;
                reader->row_at = reader->at;
                reader->line++;
                return OK;
            }
            reader->is_in_row = true;
        } else if (size == 0 && reader->is_ended) {
            row_fail(reader, CSV_FAULT_quote_open, row_out);
            return OK;
        } else if (size == 0 || reader->at + size - reader->row_at > LIMIT_import_row_size) {
            row_fail(reader, CSV_FAULT_row_too_long, row_out);
            return OK;
        }
        const uint8_t *line = reader->window + reader->at;
        bool is_first = reader->at == reader->row_at;
        if (is_first && memchr(line, '"', size) == NULL) {
            line_cut(reader, line, size);
        } else if (csv_parse(&reader->parser, line, size, field_take, row_take, reader) != size) {
            row_fail(reader, CSV_FAULT_quote, row_out);
            return OK;
        }
        reader->at += size;
        reader->line++;
        if (reader->is_row_complete) {
            if (fields_are_blank(reader)) {
                row_forget(reader);
                reader->row_at = reader->at;
                continue;
            }
            row_give(reader, row_out);
            return OK;
        }
    }
}

enum err csv_checksum(FILE *file, uint8_t checksum_out[CSV_CHECKSUM_SIZE])
{
    _Static_assert((int)CSV_CHECKSUM_SIZE == (int)CHAIN_LINK_SIZE, "a checksum is a chain link");
    struct chain_link link = {{0}};
    uint8_t bytes[32 * 1024];
    rewind(file);
    for (uint64_t block = 1;; block++) {
        size_t got = fread(bytes, 1, sizeof bytes, file);
        if (got == 0) {
            break;
        }
        link = chain_next(&link, 0, block, bytes, got);
    }
    if (ferror(file) != 0) {
        return ERR_io;
    }
    rewind(file);
    memcpy(checksum_out, link.bytes, CSV_CHECKSUM_SIZE);
    return OK;
}

void csv_write_field(FILE *file, struct str field)
{
    bool is_quoted =
        field.size > 0 && (field.bytes[0] == ' ' || field.bytes[field.size - 1] == ' ');
    for (size_t i = 0; i < field.size; i++) {
        is_quoted =
            is_quoted || (field.bytes[i] != '\0' && strchr(",\"\r\n", field.bytes[i]) != NULL);
    }
    if (is_quoted) {
        fputc('"', file);
    }
    if (field.size > 0 && field.bytes[0] != '\0' && strchr("=+-@\t", field.bytes[0]) != NULL) {
        fputc('\'', file);
    }
    for (size_t i = 0; i < field.size; i++) {
        if (field.bytes[i] == '"') {
            fputc('"', file);
        }
        fputc(field.bytes[i], file);
    }
    if (is_quoted) {
        fputc('"', file);
    }
}
