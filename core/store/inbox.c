/* core/store/inbox.c -- messages of headquarters. */
#include "core/store/store_private.h"

/* What headquarters sends stands first, then what was answered. */
enum { SENT_FIELDS = 8 };
static const struct store_field letter_fields[] = {
    STORE_FIELD(struct store_letter, message_no),
    STORE_FIELD(struct store_letter, sent_at_ms),
    STORE_FIELD(struct store_letter, case_no),
    STORE_FIELD(struct store_letter, from_name),
    STORE_FIELD(struct store_letter, text),
    STORE_FIELD(struct store_letter, read_at_ms),
    STORE_FIELD(struct store_letter, wants_answer),
    STORE_FIELD(struct store_letter, answer_by_at_ms),
    STORE_FIELD(struct store_letter, answer),
    STORE_FIELD(struct store_letter, answer_note),
    STORE_FIELD(struct store_letter, answered_at_ms),
};

enum err store_inbox_put(struct store *store, const struct store_letter *letter)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_inbox_put, &stmt));
    store_row_bind(&stmt, letter_fields, SENT_FIELDS, letter);
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

enum err store_inbox_get(struct store *store, struct arena *arena, uint64_t message_no,
                         struct store_letter *letter_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    size_t count = 0;
    TRY(store_stmt_start(store, SQL_DEVICE_inbox_get, &stmt));
    store_stmt_bind_number(&stmt, "$message_no", (int64_t)message_no);
    TRY(store_row_list(&stmt, letter_fields, COUNT(letter_fields), sizeof(struct store_letter),
                       arena, &rows, &count));
    if (count == 0) {
        return ERR_not_found;
    }
    *letter_out = *(const struct store_letter *)rows;
    return OK;
}

enum err store_inbox_waiting(struct store *store, uint64_t *count_out)
{
    int64_t count = 0;
    TRY(store_stmt_ask(store, SQL_DEVICE_inbox_waiting, &count));
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

enum err store_inbox_answer(struct store *store, const struct store_letter *letter)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_inbox_answer, &stmt));
    store_stmt_bind_number(&stmt, "$message_no", (int64_t)letter->message_no);
    store_stmt_bind_number(&stmt, "$answer", letter->answer);
    store_stmt_bind_text(&stmt, "$answer_note", letter->answer_note);
    store_stmt_bind_number(&stmt, "$answered_at_ms", letter->answered_at_ms);
    return store_stmt_run(&stmt);
}
