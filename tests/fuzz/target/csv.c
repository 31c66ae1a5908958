/* Rows of a CSV file; the first byte says the encoding. */
#include "sync/server/import/csv_read.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const encodings[] = {NULL, "gb18030", "utf-8", "gbk"};
    struct arena arena = {0};
    struct csv_reader *reader = NULL;
    if (size < 2) {
        return 0;
    }
    arena_init(&arena, 0);
    FILE *file = fmemopen((void *)(uintptr_t)(bytes + 1), size - 1, "rb");
    CHECK(file != NULL);
    if (csv_reader_open(&arena, file, encodings[bytes[0] % COUNT(encodings)], &reader) == OK) {
        struct csv_row row;
        bool has_row = true;
        int64_t line = 0;
        while (has_row && csv_reader_next(reader, &row, &has_row) == OK && has_row) {
            CHECK(row.line > line && row.field_count <= LIMIT_import_fields);
            line = row.line;
            for (size_t i = 0; row.fault == CSV_FAULT_none && i < row.field_count; i++) {
                (void)str_is_utf8(row.fields[i]);
            }
        }
        csv_reader_close(reader);
    }
    fclose(file);
    arena_deinit(&arena);
    return 0;
}
