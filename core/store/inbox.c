/* core/store/inbox.c -- messages of headquarters. */
#include "core/store/store_private.h"

static const struct store_field letter_fields[] = {
    STORE_FIELD(struct store_letter, message_no), STORE_FIELD(struct store_letter, sent_at_ms),
    STORE_FIELD(struct store_letter, case_no),    STORE_FIELD(struct store_letter, from_name),
    STORE_FIELD(struct store_letter, text),       STORE_FIELD(struct store_letter, read_at_ms),
};

enum err store_inbox_put(struct store *store, const struct store_letter *letter)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_inbox_put, &stmt));
    store_row_bind(&stmt, letter_fields, COUNT(letter_fields), letter);
    return store_stmt_run(&stmt);
}

enum err store_inbox_list(struct store *store, struct arena *arena, size_t count_max,
                          struct store_letter **letters_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_inbox_list, &stmt));
    store_stmt_bind_number(&stmt, "$count_max", (int64_t)count_max);
    TRY(store_row_list(&stmt, letter_fields, COUNT(letter_fields), sizeof(struct store_letter),
                       arena, &rows, count_out));
    *letters_out = rows;
    return OK;
}

enum err store_inbox_unread(struct store *store, uint64_t *count_out)
{
    int64_t count = 0;
    TRY(store_stmt_ask(store, SQL_DEVICE_inbox_unread, &count));
    *count_out = (uint64_t)count;
    return OK;
}

enum err store_inbox_mark_read(struct store *store, uint64_t message_no, int64_t read_at_ms)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_inbox_mark_read, &stmt));
    store_stmt_bind_number(&stmt, "$message_no", (int64_t)message_no);
    store_stmt_bind_number(&stmt, "$read_at_ms", read_at_ms);
    return store_stmt_run(&stmt);
}
