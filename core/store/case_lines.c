/* core/store/case_lines.c -- cases as lines in lists, and what orders these. */
#include "core/store/store_private.h"

#include "core/base/buf.h"

/* ---- rank: score and reasons ---- */

enum { REASON_SIZE = 16 };

enum err store_case_rank(struct store *store, uint64_t case_no, const struct store_rank *rank)
{
    CHECK(rank->reason_count <= STORE_REASONS_MAX);
    uint8_t bytes[STORE_REASONS_MAX * REASON_SIZE];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    for (size_t i = 0; i < rank->reason_count; i++) {
        buf_write_u32(&writer, rank->reasons[i].part);
        buf_write_u32(&writer, rank->reasons[i].points);
        buf_write_u64(&writer, (uint64_t)rank->reasons[i].value);
    }
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_case_rank, &stmt));
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    store_stmt_bind_number(&stmt, "$score", rank->score);
    store_stmt_bind_number(&stmt, "$difficulty", rank->difficulty);
    store_stmt_bind_bytes(&stmt, "$reasons", bytes, writer.size);
    return store_stmt_run(&stmt);
}

static void reasons_read(struct str bytes, struct store_rank *rank)
{
    struct buf_reader reader;
    buf_reader_init(&reader, bytes.bytes, bytes.size);
    while (buf_left(&reader) >= REASON_SIZE && rank->reason_count < STORE_REASONS_MAX) {
        rank->reasons[rank->reason_count].part = buf_read_u32(&reader);
        rank->reasons[rank->reason_count].points = buf_read_u32(&reader);
        rank->reasons[rank->reason_count].value = (int64_t)buf_read_u64(&reader);
        rank->reason_count++;
    }
}

/* ---- lines ---- */

struct line {
    struct store_case_item item;
    uint32_t score, difficulty;
    struct str reasons;
};

#define LINE(member) STORE_FIELD(struct store_case_item, member)
static const struct store_field line_fields[] = {
    LINE(case_no),
    LINE(case_ref),
    LINE(debtor_name),
    LINE(product),
    LINE(address),
    LINE(area),
    LINE(life),
    LINE(epoch),
    LINE(flags),
    /* The column was named before payments noted at a door counted. */
    {"$owed_minor", STORE_FIELD_i64, offsetof(struct store_case_item, askable_minor)},
    LINE(due_day),
    LINE(next_day),
    LINE(next_from_minute),
    LINE(next_until_minute),
    LINE(arrangement_kind),
    LINE(arrangement_state),
    LINE(arrangement_due_day),
    LINE(arrangement_minor),
    LINE(promises_broken),
    LINE(visit_count),
    LINE(last_outcome),
    LINE(last_touch_day),
    LINE(lat_e7),
    LINE(lon_e7),
    LINE(grade),
    STORE_FIELD(struct line, score), /* struct line begins with the item */
    STORE_FIELD(struct line, difficulty),
    STORE_FIELD(struct line, reasons),
};

enum err store_case_items_read(struct store_stmt *stmt, struct arena *arena,
                               struct store_case_items *items_out)
{
    void *rows = NULL;
    size_t count = 0;
    TRY(store_row_list(stmt, line_fields, COUNT(line_fields), sizeof(struct line), arena, &rows,
                       &count));
    struct line *lines = rows;
    struct store_case_item *items = ARENA_ARRAY(arena, count + 1, struct store_case_item);
    for (size_t i = 0; i < count; i++) {
        items[i] = lines[i].item;
        items[i].rank.score = lines[i].score;
        items[i].rank.difficulty = lines[i].difficulty;
        reasons_read(lines[i].reasons, &items[i].rank);
    }
    *items_out = (struct store_case_items){items, count};
    return OK;
}

static enum sql_device list_statement(enum case_order order)
{
    switch (order) {
    case CASE_ORDER_score:
        return SQL_DEVICE_case_list_score;
    case CASE_ORDER_name:
        return SQL_DEVICE_case_list_name;
    case CASE_ORDER_owed:
        return SQL_DEVICE_case_list_owed;
    case CASE_ORDER_due:
        return SQL_DEVICE_case_list_due;
    case CASE_ORDER_touched:
        return SQL_DEVICE_case_list_touched;
    case CASE_ORDER_next:
        return SQL_DEVICE_case_list_next;
    case CASE_ORDER_area:
        return SQL_DEVICE_case_list_area;
    }
    UNREACHABLE();
}

enum err store_case_list(struct store *store, struct arena *arena, enum case_order order,
                         size_t skip_count, size_t count_max, struct store_case_items *items_out)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, list_statement(order), &stmt));
    store_stmt_bind_number(&stmt, "$skip_count", (int64_t)skip_count);
    store_stmt_bind_number(&stmt, "$count_max",
                           count_max > INT64_MAX ? INT64_MAX : (int64_t)count_max);
    return store_case_items_read(&stmt, arena, items_out);
}

enum err store_case_item(struct store *store, struct arena *arena, uint64_t case_no,
                         struct store_case_item *item_out)
{
    struct store_stmt stmt;
    struct store_case_items items;
    TRY(store_stmt_start(store, SQL_DEVICE_case_item, &stmt));
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    TRY(store_case_items_read(&stmt, arena, &items));
    if (items.count == 0) {
        return ERR_not_found;
    }
    *item_out = items.items[0];
    return OK;
}
