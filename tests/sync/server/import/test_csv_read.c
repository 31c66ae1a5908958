#include "sync/server/import/csv_read.h"

#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

/* Rows of `bytes` as text: "line:a|b;" for a row, "line!fault;" for a malformed one. */
static const char *rows_of(struct arena *arena, const void *bytes, size_t size,
                           const char *encoding)
{
    FILE *file = tmpfile();
    EXPECT(file != NULL && fwrite(bytes, 1, size, file) == size);
    rewind(file);
    struct csv_reader *reader;
    EXPECT_OK(csv_reader_open(arena, file, encoding, &reader));
    struct str_builder out;
    str_builder_init(&out, arena);
    str_add_text(&out, "");
    for (;;) {
        struct csv_row row;
        bool has_row;
        enum err err = csv_reader_next(reader, &row, &has_row);
        if (err != OK) {
            str_add_format(&out, "(%s)", err_name(err));
            break;
        }
        if (!has_row) {
            break;
        }
        str_add_format(&out, "%lld%c", (long long)row.line,
                       row.fault == CSV_FAULT_none ? ':' : '!');
        if (row.fault != CSV_FAULT_none) {
            str_add_format(&out, "%d", (int)row.fault);
        }
        for (size_t i = 0; row.fault == CSV_FAULT_none && i < row.field_count; i++) {
            str_add_text(&out, i > 0 ? "|" : "");
            str_add(&out, row.fields[i]);
        }
        str_add_char(&out, ';');
    }
    csv_reader_close(reader);
    fclose(file);
    return out.text;
}

TEST(test_rows_and_their_lines)
{
    static const struct {
        const char *name, *bytes, *rows;
    } table[] = {
        {"empty file", "", ""},
        {"one row without a line end", "a,b", "1:a|b;"},
        {"line feeds", "a,b\nc,d\n", "1:a|b;2:c|d;"},
        {"carriage return and line feed", "a,b\r\nc,d\r\n", "1:a|b;2:c|d;"},
        {"carriage returns alone", "a,b\rc,d\r", "1:a|b;2:c|d;"},
        {"byte order mark",
         "\xEF\xBB\xBF"
         "a,b\n",
         "1:a|b;"},
        {"byte order mark before a quote", "\xEF\xBB\xBF\"a\",b\n", "1:a|b;"},
        {"blank lines are counted", "a\n\n  \nb\n", "1:a;4:b;"},
        {"rows of commas are blank", "a,b\n,,\nc,d\n", "1:a|b;3:c|d;"},
        {"empty fields", "a,,c\n,b,\n", "1:a||c;2:|b|;"},
        {"quoted comma", "\"a,b\",c\n", "1:a,b|c;"},
        {"doubled quote", "\"a\"\"b\",c\n", "1:a\"b|c;"},
        {"quoted line end", "x\n\"a\nb\",c\nd,e\n", "1:x;2:a\nb|c;4:d|e;"},
        {"quoted CRLF stays as it is", "\"a\r\nb\",c\r\nd\r\n", "1:a\r\nb|c;3:d;"},
        {"blanks around an unquoted field", " a , b\n", "1:a|b;"},
        {"blanks inside quotes stay", "\" a \",b\n", "1: a |b;"},
        {"text after a closing quote", "h\n\"a\"b,c\nd,e\n", "1:h;2!1;3:d|e;"},
        {"quote inside an unquoted field", "a\"b,c\nd,e\n", "1!1;2:d|e;"},
        {"quote that nothing closes", "a,b\n\"c,d\ne,f\n", "1:a|b;2!2;3:e|f;"},
        {"unclosed quote ended by a later one", "\"a,b\n\"c\",d\ne\n", "1!1;2:c|d;3:e;"},
        {"unclosed quote in the last line", "a\n\"b", "1:a;2!2;"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        const char *rows = rows_of(&arena, table[i].bytes, strlen(table[i].bytes), NULL);
        if (strcmp(rows, table[i].rows) != 0) {
            fail_msg("row %s: got %s, not %s", table[i].name, rows, table[i].rows);
        }
        arena_deinit(&arena);
    }
}

TEST(test_other_encodings_become_utf8)
{
    struct arena arena;
    arena_init(&arena, 0);
    static const char gb[] = "\xD5\xC5\xC8\xFD,\xC0\xEE\xCB\xC4\n"; /* 张三,李四 */
    EXPECT_TEXT("1:张三|李四;", rows_of(&arena, gb, sizeof gb - 1, "gb18030"));
    EXPECT_TEXT("1:张三|李四;", rows_of(&arena, gb, sizeof gb - 1, "GBK"));
    /* A four-byte character of GB18030, and a mark at the beginning. */
    static const char four[] = "\x84\x31\x95\x33\x81\x30\x84\x36,b\n";
    EXPECT_TEXT("1:¥|b;", rows_of(&arena, four, sizeof four - 1, "gb18030"));
    /* Half a character is one ill-formed byte; the row after it is whole. */
    static const char half[] = "\xD5,b\nc,d\xC8";
    const char *rows = rows_of(&arena, half, sizeof half - 1, "gb18030");
    EXPECT(strchr(rows, '\xFF') != NULL && strstr(rows, "c|d") != NULL);
    FILE *file = tmpfile();
    struct csv_reader *reader;
    EXPECT_ERR(ERR_not_found, csv_reader_open(&arena, file, "klingon", &reader));
    fclose(file);
    static const char utf16[] = "\xFF\xFE"
                                "a\0,\0b\0";
    EXPECT_TEXT("(bad_text)", rows_of(&arena, utf16, sizeof utf16 - 1, NULL));
    arena_deinit(&arena);
}

/* Goal: a row over the limit is told once and costs only itself, whether it is
 * one long line, a long quoted field or a quote that is never closed. */
TEST(test_huge_rows_are_refused_and_the_rest_is_read)
{
    size_t huge = (size_t)LIMIT_import_row_size * 5;
    char *bytes = malloc(huge + 64);
    EXPECT(bytes != NULL);
    struct arena arena;
    arena_init(&arena, 0);

    size_t size = 0;
    memcpy(bytes, "a,b\n", 4);
    size = 4;
    memset(bytes + size, 'x', huge);
    size += huge;
    memcpy(bytes + size, "\nc,d\n", 5);
    size += 5;
    EXPECT_TEXT("1:a|b;2!3;3:c|d;", rows_of(&arena, bytes, size, NULL));

    /* The same length, but in lines inside one quote. */
    bytes[4] = '"';
    for (size_t at = 1000; at < huge; at += 1000) {
        bytes[at] = '\n';
    }
    const char *rows = rows_of(&arena, bytes, size, NULL);
    EXPECT(strncmp(rows, "1:a|b;2!3;3:", 12) == 0);
    EXPECT(strstr(rows, "c|d;") != NULL);

    /* One byte below and above the limit; the line end counts. */
    memset(bytes, 'x', huge);
    bytes[LIMIT_import_row_size - 1] = '\n';
    memcpy(bytes + LIMIT_import_row_size, "y\n", 2);
    rows = rows_of(&arena, bytes, LIMIT_import_row_size + 2, NULL);
    EXPECT(rows[1] == ':' && strstr(rows, ";2:y;") != NULL);
    bytes[LIMIT_import_row_size - 1] = 'x';
    bytes[LIMIT_import_row_size] = '\n';
    memcpy(bytes + LIMIT_import_row_size + 1, "y\n", 2);
    EXPECT_TEXT("1!3;2:y;", rows_of(&arena, bytes, LIMIT_import_row_size + 3, NULL));
    arena_deinit(&arena);
    free(bytes);
}

TEST(test_too_many_fields)
{
    char bytes[LIMIT_import_fields * 2 + 16];
    for (size_t i = 0; i <= LIMIT_import_fields; i++) {
        bytes[i * 2] = 'a';
        bytes[i * 2 + 1] = ',';
    }
    struct arena arena;
    arena_init(&arena, 0);
    size_t at = (size_t)LIMIT_import_fields * 2 - 1; /* after the last field that fits */
    bytes[at] = '\n';
    EXPECT(rows_of(&arena, bytes, at + 1, NULL)[1] == ':');
    bytes[at] = ',';
    memcpy(bytes + at + 2, "\nb\n", 3);
    EXPECT_TEXT("1!4;2:b;", rows_of(&arena, bytes, at + 5, NULL));
    arena_deinit(&arena);
}

/* Goal: a line without a quote, which is cut at its commas, reads as libcsv reads it. Method:
 * lines at random; the same line with one quoted field behind it goes through libcsv. */
TEST(test_lines_without_quotes_read_as_those_with_them)
{
    static const char letters[] = {'a', ',', ' ', '\t', ';', '\'', '\xE5', '\x01'};
    struct test_rng seed;
    struct rng rng = test_rng_make(&seed, 3);
    for (size_t round = 0; round < 4000; round++) {
        char line[32];
        size_t size = (size_t)rng_below(&rng, sizeof line - 8);
        for (size_t i = 0; i < size; i++) {
            line[i] = letters[rng_below(&rng, sizeof letters)];
        }
        struct arena arena;
        arena_init(&arena, 0);
        char *plain = str_format(&arena, "%.*s,z%s", (int)size, line, round % 2 == 0 ? "\r\n" : "");
        char *quoted = str_format(&arena, "%.*s,\"z\"\r\n", (int)size, line);
        EXPECT_TEXT(rows_of(&arena, quoted, strlen(quoted), NULL),
                    rows_of(&arena, plain, strlen(plain), NULL));
        arena_deinit(&arena);
    }
}

/* Goal: whatever a file holds, reading ends, stays in bounds (sanitizers) and
 * gives lines that never go back. Method: a file with every feature, cut at every
 * length and with every byte flipped in turn, in both encodings. */
TEST(test_reading_survives_cuts_and_flips)
{
    static const char good[] = "\xEF\xBB\xBFref,\"name\",note\r\n1,\"张\"\"三\",\"a\nb\"\r\n"
                               "2,b,c\rx,\"y\nz\",w\n\n3,\"\",\"q,r\"\n";
    static const char *const encodings[] = {NULL, "gb18030"};
    for (size_t e = 0; e < COUNT(encodings); e++) {
        for (size_t size = 0; size < sizeof good; size++) {
            struct arena arena;
            arena_init(&arena, 0);
            EXPECT(rows_of(&arena, good, size, encodings[e]) != NULL);
            arena_deinit(&arena);
        }
        for (size_t at = 0; at < sizeof good - 1; at++) {
            static const char flips[] = {'\x01', '\x20', '\x80', '\xFF'};
            for (size_t f = 0; f < COUNT(flips); f++) {
                char bytes[sizeof good];
                memcpy(bytes, good, sizeof good);
                bytes[at] = (char)(bytes[at] ^ flips[f]);
                struct arena arena;
                arena_init(&arena, 0);
                const char *rows = rows_of(&arena, bytes, sizeof good - 1, encodings[e]);
                EXPECT(strstr(rows, "(io)") == NULL);
                arena_deinit(&arena);
            }
        }
    }
}

TEST(test_the_checksum_covers_every_byte)
{
    uint8_t first[CSV_CHECKSUM_SIZE], again[CSV_CHECKSUM_SIZE], other[CSV_CHECKSUM_SIZE];
    FILE *file = tmpfile();
    for (int i = 0; i < 100000; i++) {
        fputc('a' + i % 7, file);
    }
    EXPECT_OK(csv_checksum(file, first));
    EXPECT_OK(csv_checksum(file, again));
    EXPECT(memcmp(first, again, sizeof first) == 0);
    fseek(file, 77777, SEEK_SET);
    fputc('!', file);
    EXPECT_OK(csv_checksum(file, other));
    EXPECT(memcmp(first, other, sizeof first) != 0);
    fclose(file);
}

TEST(test_written_fields_read_back_and_are_no_formula)
{
    FILE *file = tmpfile();
    csv_write_field(file, STR("a\"b,c\nd"));
    fputc(',', file);
    csv_write_field(file, STR("=1+1"));
    fputc('\n', file);
    rewind(file);
    char bytes[64];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    struct arena arena;
    arena_init(&arena, 0);
    const char *rows = rows_of(&arena, bytes, size, NULL);
    EXPECT(strstr(rows, "a\"b,c\nd|") != NULL);
    EXPECT(strstr(rows, "|=") == NULL);
    arena_deinit(&arena);
}
