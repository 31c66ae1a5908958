#include "core/store/rescue_cell.h"

/* SQLite's file format, "B-tree Pages" and "Record Format". */
enum {
    PAGE_interior_index = 2,
    PAGE_leaf_index = 10,
    PAGE_leaf_table = 13,
    FILE_HEAD = 100, /* before the head of page 1 */
    HEAD_LEAF = 8,
    HEAD_INTERIOR = 12,
    INDEX_LOCAL_MAX = (RESCUE_CELL_USABLE - 12) * 64 / 255 - 23,
    LOCAL_MIN = (RESCUE_CELL_USABLE - 12) * 32 / 255 - 23,
    TABLE_LOCAL_MAX = RESCUE_CELL_USABLE - 35,
    OVERFLOW_SIZE = RESCUE_CELL_USABLE - 4,
    VARINT_MAX = 9,
};

struct reader {
    const uint8_t *at, *end;
    bool is_good;
};

static uint64_t read_big(struct reader *reader, size_t size)
{
    uint64_t value = 0;
    if ((size_t)(reader->end - reader->at) < size) {
        reader->is_good = false;
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | *reader->at++;
    }
    return value;
}

static uint64_t read_varint(struct reader *reader)
{
    uint64_t value = 0;
    for (int i = 1; i <= VARINT_MAX; i++) {
        uint8_t byte = (uint8_t)read_big(reader, 1);
        if (i == VARINT_MAX) {
            return value << 8 | byte;
        }
        value = value << 7 | (byte & 0x7F);
        if ((byte & 0x80) == 0) {
            break;
        }
    }
    return value;
}

static size_t head_at(uint32_t number)
{
    return number == 1 ? FILE_HEAD : 0;
}

size_t rescue_cell_count(const uint8_t *page, uint32_t number)
{
    const uint8_t *head = page + head_at(number);
    bool has_payload =
        head[0] == PAGE_interior_index || head[0] == PAGE_leaf_index || head[0] == PAGE_leaf_table;
    return has_payload ? (size_t)(head[3] << 8 | head[4]) : 0;
}

bool rescue_cell_read(const uint8_t *page, uint32_t number, size_t index,
                      struct rescue_cell *cell_out)
{
    const uint8_t *head = page + head_at(number);
    uint8_t type = head[0];
    size_t head_size = type == PAGE_interior_index ? HEAD_INTERIOR : HEAD_LEAF;
    size_t pointer_at = head_at(number) + head_size + 2 * index;
    if (pointer_at + 2 > RESCUE_CELL_USABLE) {
        return false;
    }
    size_t at = (size_t)(page[pointer_at] << 8 | page[pointer_at + 1]);
    if (at >= RESCUE_CELL_USABLE) {
        return false;
    }
    struct reader reader = {page + at, page + RESCUE_CELL_USABLE, true};
    *cell_out = (struct rescue_cell){.is_table = type == PAGE_leaf_table};
    if (type == PAGE_interior_index) {
        (void)read_big(&reader, 4); /* the page on its left */
    }
    cell_out->payload_size = read_varint(&reader);
    if (cell_out->is_table) {
        cell_out->rowid = (int64_t)read_varint(&reader);
    }
    uint64_t local_max = cell_out->is_table ? TABLE_LOCAL_MAX : INDEX_LOCAL_MAX;
    uint64_t local_size = cell_out->payload_size;
    if (local_size > local_max) {
        local_size = LOCAL_MIN + (cell_out->payload_size - LOCAL_MIN) % OVERFLOW_SIZE;
        local_size = local_size > local_max ? LOCAL_MIN : local_size;
    }
    if (!reader.is_good || (uint64_t)(reader.end - reader.at) < local_size) {
        return false;
    }
    cell_out->payload = reader.at;
    cell_out->local_size = (size_t)local_size;
    reader.at += local_size;
    if (local_size < cell_out->payload_size) {
        cell_out->overflow_page = (uint32_t)read_big(&reader, 4);
        return reader.is_good && cell_out->overflow_page != 0;
    }
    return true;
}

/* Types 1 to 6: numbers of 1 to 8 bytes, the first of them with the sign; 8 and 9: 0 and 1. */
static int64_t read_number(struct reader *reader, uint64_t type)
{
    static const uint8_t sizes[] = {1, 2, 3, 4, 6, 8};
    if (type >= 8) {
        return (int64_t)type - 8;
    }
    bool is_negative = reader->at < reader->end && (*reader->at & 0x80) != 0;
    uint64_t value = is_negative ? UINT64_MAX : 0;
    for (size_t left = sizes[type - 1]; left > 0; left--) {
        value = value << 8 | read_big(reader, 1);
    }
    return (int64_t)value;
}

static struct rescue_column read_column(struct reader *reader, uint64_t type)
{
    struct rescue_column column = {.type = RESCUE_COLUMN_null};
    if (type == 7) {
        column.type = RESCUE_COLUMN_real;
        (void)read_big(reader, 8);
    } else if (type >= 1 && type <= 9) {
        column.type = RESCUE_COLUMN_number;
        column.number = read_number(reader, type);
    } else if (type >= 12) {
        column.type = type % 2 == 0 ? RESCUE_COLUMN_bytes : RESCUE_COLUMN_text;
        uint64_t size = (type - 12) / 2;
        if ((uint64_t)(reader->end - reader->at) < size) {
            reader->is_good = false;
            return column;
        }
        column.bytes = reader->at;
        column.size = (size_t)size;
        reader->at += size;
    } else if (type != 0) {
        reader->is_good = false; /* 10 and 11 are never in a file */
    }
    return column;
}

bool rescue_cell_columns(const uint8_t *payload, size_t size,
                         struct rescue_column columns_out[RESCUE_CELL_COLUMNS_MAX],
                         size_t *count_out)
{
    struct reader types = {payload, payload + size, true};
    uint64_t head_size = read_varint(&types);
    *count_out = 0;
    if (!types.is_good || head_size > size || head_size < (uint64_t)(types.at - payload)) {
        return false;
    }
    types.end = payload + head_size;
    struct reader values = {payload + head_size, payload + size, true};
    while (types.at < types.end) {
        uint64_t type = read_varint(&types);
        if (!types.is_good || *count_out == RESCUE_CELL_COLUMNS_MAX) {
            return false;
        }
        columns_out[(*count_out)++] = read_column(&values, type);
        if (!values.is_good) {
            return false;
        }
    }
    return values.at == values.end;
}
