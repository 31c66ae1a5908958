/* A file of cases or of payments: heading and rows, read into records. The first byte says
 * which. */
#include "sync/server/import/case_row.h"
#include "tests/fuzz/target.h"

static void read_row(struct arena *arena, const struct column_map *map, const struct csv_row *row,
                     bool is_cases)
{
    struct row_faults *faults = ARENA_NEW(arena, struct row_faults);
    if (is_cases) {
        struct case_draft *draft = ARENA_NEW(arena, struct case_draft);
        uint8_t bytes[LIMIT_case_size];
        size_t size = 0;
        case_row_read(map, row, 20000, 3, draft, faults);
        if (faults->count == 0) { /* what is taken has bytes, or headquarters could not keep it */
            CHECK(case_record_encode(&draft->record, bytes, sizeof bytes, &size) == OK);
        }
    } else {
        struct payment_draft *draft = ARENA_NEW(arena, struct payment_draft);
        column_read_row(map, row->fields, row->field_count, draft, faults);
    }
    CHECK(faults->count <= ROW_FAULTS_MAX);
}

static void read_rows(struct arena *arena, struct csv_reader *reader, bool is_cases)
{
    struct csv_row row;
    struct column_map *map = ARENA_NEW(arena, struct column_map);
    struct heading_answer answer;
    bool has_row = false;
    if (csv_reader_next(reader, &row, &has_row) != OK || !has_row || row.fault != CSV_FAULT_none) {
        return;
    }
    column_bind(arena, is_cases ? column_table_cases() : column_table_payments(), row.fields,
                row.field_count, map, &answer);
    struct arena_mark mark = arena_mark(arena);
    while (answer.fault == HEADING_ok && csv_reader_next(reader, &row, &has_row) == OK && has_row) {
        if (row.fault == CSV_FAULT_none) {
            read_row(arena, map, &row, is_cases);
        }
        arena_rollback(arena, mark);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct csv_reader *reader = NULL;
    if (size < 2) {
        return 0;
    }
    arena_init(&arena, 0);
    FILE *file = fmemopen((void *)(uintptr_t)(bytes + 1), size - 1, "rb");
    CHECK(file != NULL);
    if (csv_reader_open(&arena, file, NULL, &reader) == OK) {
        read_rows(&arena, reader, bytes[0] % 2 == 0);
        csv_reader_close(reader);
    }
    fclose(file);
    arena_deinit(&arena);
    return 0;
}
