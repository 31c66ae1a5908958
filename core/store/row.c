/* core/store/row.c -- structs to parameters and columns to structs, by field tables. */
#include "core/store/store_private.h"

#include <string.h>

static void bind_field(struct store_stmt *stmt, const struct store_field *field, const char *at)
{
    switch (field->type) {
    case STORE_FIELD_i64:
    case STORE_FIELD_u64: { /* past 2^63 the bits are kept and the order is not */
        int64_t value;
        memcpy(&value, at, sizeof value);
        store_stmt_bind_number(stmt, field->name, value);
        return;
    }
    case STORE_FIELD_i32: {
        int32_t value;
        memcpy(&value, at, sizeof value);
        store_stmt_bind_number(stmt, field->name, value);
        return;
    }
    case STORE_FIELD_u32: {
        uint32_t value;
        memcpy(&value, at, sizeof value);
        store_stmt_bind_number(stmt, field->name, value);
        return;
    }
    case STORE_FIELD_bool: {
        bool value;
        memcpy(&value, at, sizeof value);
        store_stmt_bind_number(stmt, field->name, value ? 1 : 0);
        return;
    }
    case STORE_FIELD_text: {
        const char *text;
        memcpy(&text, at, sizeof text);
        store_stmt_bind_text(stmt, field->name, text != NULL ? text : "");
        return;
    }
    case STORE_FIELD_bytes: {
        struct str bytes;
        memcpy(&bytes, at, sizeof bytes);
        store_stmt_bind_bytes(stmt, field->name, bytes.bytes, bytes.size);
        return;
    }
    case STORE_FIELD_id:
        store_stmt_bind_bytes(stmt, field->name, at, sizeof(struct id));
        return;
    case STORE_FIELD_link:
        store_stmt_bind_bytes(stmt, field->name, at, sizeof(struct chain_link));
        return;
    case STORE_FIELD_signature:
        store_stmt_bind_bytes(stmt, field->name, at, sizeof(struct chain_signature));
        return;
    case STORE_FIELD_hash:
        store_stmt_bind_bytes(stmt, field->name, at, sizeof(struct chain_hash));
        return;
    }
    UNREACHABLE();
}

void store_row_bind(struct store_stmt *stmt, const struct store_field *fields, size_t count,
                    const void *row)
{
    for (size_t i = 0; i < count; i++) {
        bind_field(stmt, &fields[i], (const char *)row + fields[i].offset);
    }
}

struct store_row_map store_row_map(const struct store_stmt *stmt, const struct store_field *fields,
                                   size_t count)
{
    CHECK(count <= STORE_COLUMNS_MAX);
    struct store_row_map map;
    for (size_t i = 0; i < count; i++) {
        map.columns[i] = store_stmt_column(stmt, fields[i].name + 1);
    }
    return map;
}

/* Raw bytes of a fixed size. */
static enum err read_fixed(sqlite3_stmt *handle, int column, void *to, size_t size)
{
    if ((size_t)sqlite3_column_bytes(handle, column) != size) {
        return ERR_corrupt;
    }
    memcpy(to, sqlite3_column_blob(handle, column), size);
    return OK;
}

static char *copy_text(sqlite3_stmt *handle, int column, struct arena *arena, size_t *size_out)
{
    const void *bytes = sqlite3_column_blob(handle, column);
    size_t size = (size_t)sqlite3_column_bytes(handle, column);
    char *copy = arena_alloc(arena, size + 1);
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    *size_out = size;
    return copy;
}

static enum err read_field(sqlite3_stmt *handle, int column, const struct store_field *field,
                           struct arena *arena, char *to)
{
    int64_t number = 0;
    size_t size = 0;
    switch (field->type) {
    case STORE_FIELD_i64:
    case STORE_FIELD_u64:
        number = sqlite3_column_int64(handle, column);
        memcpy(to, &number, sizeof number);
        return OK;
    case STORE_FIELD_i32: {
        int32_t value = (int32_t)sqlite3_column_int64(handle, column);
        memcpy(to, &value, sizeof value);
        return OK;
    }
    case STORE_FIELD_u32: {
        uint32_t value = (uint32_t)sqlite3_column_int64(handle, column);
        memcpy(to, &value, sizeof value);
        return OK;
    }
    case STORE_FIELD_bool: {
        bool value = sqlite3_column_int64(handle, column) != 0;
        memcpy(to, &value, sizeof value);
        return OK;
    }
    case STORE_FIELD_text: {
        const char *text = copy_text(handle, column, arena, &size);
        memcpy(to, &text, sizeof text);
        return OK;
    }
    case STORE_FIELD_bytes: {
        struct str bytes;
        bytes.bytes = copy_text(handle, column, arena, &bytes.size);
        memcpy(to, &bytes, sizeof bytes);
        return OK;
    }
    case STORE_FIELD_id:
        return read_fixed(handle, column, to, sizeof(struct id));
    case STORE_FIELD_link:
        return read_fixed(handle, column, to, sizeof(struct chain_link));
    case STORE_FIELD_signature:
        return read_fixed(handle, column, to, sizeof(struct chain_signature));
    case STORE_FIELD_hash:
        return read_fixed(handle, column, to, sizeof(struct chain_hash));
    }
    UNREACHABLE();
}

enum err store_row_read(const struct store_stmt *stmt, const struct store_row_map *map,
                        const struct store_field *fields, size_t count, struct arena *arena,
                        void *row_out)
{
    for (size_t i = 0; i < count; i++) {
        TRY(read_field(stmt->handle, map->columns[i], &fields[i], arena,
                       (char *)row_out + fields[i].offset));
    }
    return OK;
}

enum err store_row_list(struct store_stmt *stmt, const struct store_field *fields, size_t count,
                        size_t size, struct arena *arena, void **rows_out, size_t *row_count_out)
{
    struct store_row_map map = store_row_map(stmt, fields, count);
    char *rows = NULL;
    size_t row_count = 0;
    size_t capacity = 0;
    for (;;) {
        bool has_row = false;
        TRY(store_stmt_next(stmt, &has_row));
        if (!has_row) {
            break;
        }
        if (row_count == capacity) {
            capacity = capacity == 0 ? 32 : capacity * 2;
            char *grown = arena_array(arena, capacity, size);
            if (row_count > 0) {
                memcpy(grown, rows, row_count * size);
            }
            rows = grown;
        }
        enum err err = store_row_read(stmt, &map, fields, count, arena, rows + row_count * size);
        if (err != OK) {
            store_stmt_end(stmt);
            return err;
        }
        row_count++;
    }
    *rows_out = rows;
    *row_count_out = row_count;
    return OK;
}
