/* core/store/journal.c -- own facts: appended, linked, read; never changed. */
#include "core/store/store_private.h"

#include "core/os/log.h"

#include <string.h>

static const struct store_field record_fields[] = {
    STORE_FIELD(struct store_record, seq),         STORE_FIELD(struct store_record, id),
    STORE_FIELD(struct store_record, link),        STORE_FIELD(struct store_record, at_ms),
    STORE_FIELD(struct store_record, order_at_ms), STORE_FIELD(struct store_record, kind),
    STORE_FIELD(struct store_record, case_no),     STORE_FIELD(struct store_record, visit_seq),
    STORE_FIELD(struct store_record, body),        STORE_FIELD(struct store_record, debtor_name),
};

static enum err device_number(struct store *store, uint32_t *device_no_out)
{
    if (store->tail.is_known) {
        *device_no_out = store->tail.device_no;
        return OK;
    }
    int64_t number = 0;
    TRY(store_setting_number(store, SETTING_device_no, 0, &number));
    *device_no_out = (uint32_t)number;
    return OK;
}

enum err store_journal_tail(struct store *store, struct store_tail *tail_out)
{
    if (!store->tail.is_known) {
        struct store_tail tail = {.is_known = true};
        TRY(device_number(store, &tail.device_no));
        if (tail.device_no == 0) {
            return ERR_not_enrolled;
        }
        struct store_stmt stmt;
        bool has_row = false;
        TRY(store_stmt_start(store, SQL_DEVICE_journal_last, &stmt));
        store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
        TRY(store_stmt_next(&stmt, &has_row));
        if (has_row) {
            tail.seq = (uint64_t)store_stmt_number(&stmt, "seq");
            tail.order_at_ms = store_stmt_number(&stmt, "order_at_ms");
            memcpy(tail.link.bytes,
                   sqlite3_column_blob(stmt.handle, store_stmt_column(&stmt, "link")),
                   sizeof tail.link.bytes); /* 32 bytes by the table's CHECK */
            store_stmt_end(&stmt);
        }
        store->tail = tail;
    }
    *tail_out = store->tail;
    return OK;
}

enum err store_journal_insert(struct store *store, uint32_t device_no,
                              const struct store_record *record)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_insert, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    store_row_bind(&stmt, record_fields, COUNT(record_fields) - 1, record); /* not the name */
    return store_stmt_run(&stmt);
}

enum err store_journal_append(struct store *store, const ds_Event *event, struct fact *fact_out)
{
    CHECK(store->is_in_transaction);
    struct store_tail tail;
    TRY(store_journal_tail(store, &tail));
    uint8_t body[LIMIT_event_size];
    size_t size = 0;
    TRY(event_encode(event, body, sizeof body, &size));
    tail.seq++;
    tail.link = chain_next(&tail.link, tail.device_no, tail.seq, body, size);
    tail.order_at_ms = fact_order_at_ms(tail.order_at_ms, event);

    /* A new fact is past everything that was captured under an earlier number. */
    struct store_record record = {
        .seq = tail.seq,
        .id = chain_event_id(tail.device_no, tail.seq, body, size),
        .link = tail.link,
        .at_ms = (int64_t)event->at_ms,
        .order_at_ms = tail.order_at_ms,
        .kind = event_kind(event),
        .case_no = event->case_no,
        .visit_seq = event->visit_seq,
        .body = {(const char *)body, size},
    };
    TRY(store_journal_insert(store, tail.device_no, &record));
    store->tail = tail;
    *fact_out = (struct fact){
        .id = record.id,
        .device_no = tail.device_no,
        .seq = tail.seq,
        .order_at_ms = tail.order_at_ms,
        .event = *event,
    };
    TRY(store_alarm_append(store, fact_out));
    return store_attachment_append(store, fact_out);
}

enum err store_journal_last(struct store *store, uint64_t *seq_out, struct chain_link *link_out,
                            int64_t *order_at_ms_out)
{
    struct store_tail tail;
    TRY(store_journal_tail(store, &tail));
    if (seq_out != NULL) {
        *seq_out = tail.seq;
    }
    if (link_out != NULL) {
        *link_out = tail.link;
    }
    if (order_at_ms_out != NULL) {
        *order_at_ms_out = tail.order_at_ms;
    }
    return OK;
}

enum err store_journal_link(struct store *store, uint64_t seq, struct chain_link *link_out)
{
    *link_out = (struct chain_link){{0}};
    if (seq == 0) {
        return OK;
    }
    uint32_t device_no = 0;
    TRY(device_number(store, &device_no));
    struct store_stmt stmt;
    bool has_row = false;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_link, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    store_stmt_bind_number(&stmt, "$seq", (int64_t)seq);
    TRY(store_stmt_next(&stmt, &has_row));
    if (!has_row) {
        return ERR_not_found;
    }
    memcpy(link_out->bytes, sqlite3_column_blob(stmt.handle, 0), sizeof link_out->bytes);
    store_stmt_end(&stmt);
    return OK;
}

/* Fills records from a started statement, with the states that `outbox` gives. */
static enum err records_read(struct store *store, struct store_stmt *stmt, struct arena *arena,
                             size_t size_max, struct store_records *records_out)
{
    struct store_row_map map = store_row_map(stmt, record_fields, COUNT(record_fields));
    int questioned = store_stmt_column(stmt, "is_questioned");
    struct store_record *items = NULL;
    size_t count = 0;
    size_t capacity = 0;
    size_t body_size = 0;
    for (;;) {
        bool has_row = false;
        TRY(store_stmt_next(stmt, &has_row));
        if (!has_row) {
            break;
        }
        struct store_record record = {0};
        enum err err =
            store_row_read(stmt, &map, record_fields, COUNT(record_fields), arena, &record);
        if (err != OK) {
            store_stmt_end(stmt);
            return err;
        }
        record.state = sqlite3_column_int64(stmt->handle, questioned) != 0 ? RECORD_hq_needs_you
                                                                           : RECORD_on_tablet;
        body_size += record.body.size;
        if (count > 0 && body_size > size_max) {
            store_stmt_end(stmt);
            break;
        }
        if (count == capacity) {
            capacity = capacity == 0 ? 32 : capacity * 2;
            struct store_record *grown = ARENA_ARRAY(arena, capacity, struct store_record);
            if (count > 0) {
                memcpy(grown, items, count * sizeof *items);
            }
            items = grown;
        }
        items[count++] = record;
    }
    struct store_outbox outbox;
    uint32_t device_no = 0;
    TRY(store_outbox_read(store, &outbox));
    TRY(device_number(store, &device_no));
    for (size_t i = 0; i < count; i++) {
        TRY(store_journal_origin(store, device_no, items[i].seq, &items[i].origin_no));
        if (items[i].state == RECORD_on_tablet) {
            items[i].state = items[i].seq <= outbox.stored_seq   ? RECORD_at_hq
                             : items[i].seq <= outbox.sealed_seq ? RECORD_sealed
                                                                 : RECORD_on_tablet;
        }
    }
    *records_out = (struct store_records){items, count};
    return OK;
}

static int64_t limit_number(size_t count)
{
    return count > INT64_MAX ? INT64_MAX : (int64_t)count;
}

enum err store_journal_read(struct store *store, struct arena *arena, uint64_t after_seq,
                            size_t count_max, size_t size_max, struct store_records *records_out)
{
    uint32_t device_no = 0;
    TRY(device_number(store, &device_no));
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_read, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    store_stmt_bind_number(&stmt, "$after_seq", (int64_t)after_seq);
    store_stmt_bind_number(&stmt, "$count_max", limit_number(count_max));
    return records_read(store, &stmt, arena, size_max, records_out);
}

/* The only row of a started statement as a fact. */
static enum err fact_read(struct store *store, struct store_stmt *stmt, struct fact *fact_out)
{
    bool has_row = false;
    TRY(store_stmt_next(stmt, &has_row));
    if (!has_row) {
        return ERR_not_found;
    }
    *fact_out = (struct fact){
        .seq = (uint64_t)store_stmt_number(stmt, "seq"),
        .order_at_ms = store_stmt_number(stmt, "order_at_ms"),
    };
    int body = store_stmt_column(stmt, "body");
    memcpy(fact_out->id.bytes, sqlite3_column_blob(stmt->handle, store_stmt_column(stmt, "id")),
           sizeof fact_out->id.bytes);
    enum err err = event_decode(&fact_out->event, sqlite3_column_blob(stmt->handle, body),
                                (size_t)sqlite3_column_bytes(stmt->handle, body));
    store_stmt_end(stmt);
    TRY(store_journal_origin(store, store->tail.device_no, fact_out->seq, &fact_out->device_no));
    return err == OK ? OK : ERR_corrupt;
}

enum err store_journal_fact(struct store *store, uint64_t seq, struct fact *fact_out)
{
    struct store_tail tail;
    TRY(store_journal_tail(store, &tail));
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_by_seq, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
    store_stmt_bind_number(&stmt, "$seq", (int64_t)seq);
    return fact_read(store, &stmt, fact_out);
}

enum err store_journal_find(struct store *store, const struct id *id, struct fact *fact_out)
{
    struct store_tail tail;
    TRY(store_journal_tail(store, &tail));
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_by_id, &stmt));
    store_stmt_bind_bytes(&stmt, "$id", id->bytes, sizeof id->bytes);
    store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
    return fact_read(store, &stmt, fact_out);
}

enum err store_journal_case(struct store *store, struct arena *arena, uint64_t case_no,
                            uint64_t after_seq, struct store_records *records_out)
{
    uint32_t device_no = 0;
    TRY(device_number(store, &device_no));
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_case, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    store_stmt_bind_number(&stmt, "$after_seq", (int64_t)after_seq);
    return records_read(store, &stmt, arena, SIZE_MAX, records_out);
}

enum err store_journal_list(struct store *store, struct arena *arena, uint32_t kind,
                            int64_t from_at_ms, int64_t until_at_ms, uint64_t before_seq,
                            size_t count_max, struct store_records *records_out)
{
    uint32_t device_no = 0;
    TRY(device_number(store, &device_no));
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_list, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    store_stmt_bind_number(&stmt, "$kind", kind);
    store_stmt_bind_number(&stmt, "$from_at_ms", from_at_ms);
    store_stmt_bind_number(&stmt, "$until_at_ms", until_at_ms);
    store_stmt_bind_number(&stmt, "$before_seq", (int64_t)before_seq);
    store_stmt_bind_number(&stmt, "$count_max", limit_number(count_max));
    return records_read(store, &stmt, arena, SIZE_MAX, records_out);
}

enum err store_journal_check_tail(struct store *store, uint64_t count, uint64_t *bad_seq_out)
{
    *bad_seq_out = 0;
    struct store_tail tail;
    enum err err = store_journal_tail(store, &tail);
    if (err == ERR_not_enrolled) {
        return OK;
    }
    TRY(err);
    uint64_t after_seq = count == 0 || tail.seq < count ? 0 : tail.seq - count;
    struct chain_link link;
    TRY(store_journal_link(store, after_seq, &link));
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_chain, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
    store_stmt_bind_number(&stmt, "$after_seq", (int64_t)after_seq);
    for (uint64_t seq = after_seq + 1;; seq++) {
        bool has_row = false;
        TRY(store_stmt_next(&stmt, &has_row));
        if (!has_row) {
            return OK;
        }
        const uint8_t *body = sqlite3_column_blob(stmt.handle, 3);
        size_t size = (size_t)sqlite3_column_bytes(stmt.handle, 3);
        uint32_t origin = 0;
        enum err origin_err = store_journal_origin(store, tail.device_no, seq, &origin);
        if (origin_err != OK) {
            store_stmt_end(&stmt);
            return origin_err;
        }
        struct id id = chain_event_id(origin, seq, body, size);
        link = chain_next(&link, tail.device_no, seq, body, size);
        if ((uint64_t)sqlite3_column_int64(stmt.handle, 0) != seq ||
            memcmp(sqlite3_column_blob(stmt.handle, 1), id.bytes, sizeof id.bytes) != 0 ||
            memcmp(sqlite3_column_blob(stmt.handle, 2), link.bytes, sizeof link.bytes) != 0) {
            store_stmt_end(&stmt);
            *bad_seq_out = seq;
            log_line(LOG_error, "store", "journal: link %llu does not hold",
                     (unsigned long long)seq);
            return ERR_bad_link;
        }
    }
}

enum err store_journal_verify(struct store *store, uint64_t *bad_seq_out)
{
    return store_journal_check_tail(store, 0, bad_seq_out);
}
