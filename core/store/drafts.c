/* core/store/drafts.c -- what is being typed. */
#include "core/store/store_private.h"

static const struct store_field draft_fields[] = {
    STORE_FIELD(struct store_draft, key),
    STORE_FIELD(struct store_draft, case_no),
    STORE_FIELD(struct store_draft, bytes),
    STORE_FIELD(struct store_draft, changed_at_ms),
};

enum err store_draft_put(struct store *store, const struct store_draft *draft)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_draft_put, &stmt));
    store_row_bind(&stmt, draft_fields, COUNT(draft_fields), draft);
    return store_stmt_run(&stmt);
}

enum err store_draft_get(struct store *store, struct arena *arena, const char *key,
                         struct store_draft *draft_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    size_t count = 0;
    TRY(store_stmt_start(store, SQL_DEVICE_draft_get, &stmt));
    store_stmt_bind_text(&stmt, "$key", key);
    TRY(store_row_list(&stmt, draft_fields, COUNT(draft_fields), sizeof(struct store_draft), arena,
                       &rows, &count));
    if (count == 0) {
        return ERR_not_found;
    }
    *draft_out = *(const struct store_draft *)rows;
    return OK;
}

enum err store_draft_delete(struct store *store, const char *key)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_draft_delete, &stmt));
    store_stmt_bind_text(&stmt, "$key", key);
    return store_stmt_run(&stmt);
}

enum err store_draft_list(struct store *store, struct arena *arena, struct store_draft **drafts_out,
                          size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_draft_list, &stmt));
    TRY(store_row_list(&stmt, draft_fields, COUNT(draft_fields), sizeof(struct store_draft), arena,
                       &rows, count_out));
    *drafts_out = rows;
    return OK;
}
