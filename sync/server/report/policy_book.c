#include "sync/server/report/policy_book.h"

enum err policy_book_open(struct arena *arena, struct hq_store *store, uint64_t hash,
                          struct policy_book **book_out)
{
    struct policy_book *book = ARENA_NEW(arena, struct policy_book);
    struct str text = STR("");
    struct hq_query query = hq_query(store, SQL_HQ_policy_get);
    hq_bind_i64(&query, "$hash", (int64_t)hash);
    enum err err = hq_one_text(arena, &query, &text);
    if (err != OK && err != ERR_not_found) {
        return err;
    }
    struct policy_fault fault;
    if (err != OK || policy_from_text(text, &book->policy, &fault) != OK) {
        book->policy = policy_default();
    }
    (void)!law_shelf_open(&book->shelf, &book->policy);
    book->hash = hash;
    *book_out = book;
    return OK;
}

enum err policy_book_now(struct arena *arena, struct hq_store *store, struct policy_book **book_out)
{
    const char *text = NULL;
    int64_t hash = 0;
    TRY(hq_setting(arena, store, "policy.hash", "", &text));
    if (text[0] != '\0') {
        TRY(str_to_i64(str_from(text), &hash));
    }
    return policy_book_open(arena, store, (uint64_t)hash, book_out);
}
