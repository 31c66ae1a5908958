/* A conflict is closed: its row, and the verdict that its collector was told. */
#include "sync/server/store/review.h"

#include "sync/server/store/apply.h"

#include <string.h>

/* Whom the verdict was told: the tablet of the fact that raised it or, when that was
 * headquarters' own, of the other one; see apply_conflict(). */
struct open_row {
    struct review_key key;
    struct id told_id;
};

static enum err find_open(struct hq_store *store, const struct review_key *key,
                          struct open_row *row_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_review_of_fact);
    hq_bind_i64(&query, "$case_no", (int64_t)key->case_no);
    hq_bind_id(&query, "$id", &key->id);
    bool is_found = false;
    while (!is_found && hq_next(&query)) {
        struct id id = hq_id(&query, 2);
        is_found = (uint32_t)hq_i64(&query, 1) == key->kind && id_equal(&id, &key->id);
        *row_out = (struct open_row){*key, hq_i64(&query, 4) != 0 ? id : hq_id(&query, 3)};
    }
    TRY(hq_end(&query));
    return is_found ? OK : ERR_not_found;
}

static enum err close_row(struct apply *apply, const struct open_row *row, struct str note,
                          enum sql_hq name)
{
    struct hq_query query = hq_query(apply->store, name);
    hq_bind_i64(&query, "$case_no", (int64_t)row->key.case_no);
    hq_bind_i64(&query, "$kind", row->key.kind);
    hq_bind_id(&query, "$id", &row->key.id);
    hq_bind_i64(&query, "$closed_at_ms", apply->now_ms);
    hq_bind_text(&query, "$note", note);
    TRY(hq_run(&query));
    uint32_t verdict = conflict_verdict(row->key.kind);
    if (verdict == 0 || id_is_zero(&row->told_id)) {
        return OK;
    }
    return apply_verdict(apply, row->key.case_no, &row->told_id, verdict, note, true);
}

static enum err close_rows(struct arena *arena, struct hq_store *store, const struct open_row *rows,
                           size_t count, struct str note, int64_t now_ms, enum sql_hq name)
{
    struct apply apply;
    apply_init(&apply, arena, store, now_ms);
    enum err err = OK;
    for (size_t i = 0; err == OK && i < count; i++) {
        err = close_row(&apply, &rows[i], note, name);
    }
    if (err == OK) {
        err = apply_finish(&apply);
    }
    apply_deinit(&apply);
    return err;
}

enum err review_close(struct arena *arena, struct hq_store *store, const struct review_key *key,
                      struct str note, int64_t now_ms)
{
    CHECK(hq_is_in_transaction(store));
    struct open_row row;
    TRY(find_open(store, key, &row));
    return close_rows(arena, store, &row, 1, note, now_ms, SQL_HQ_review_close);
}

enum err review_close_again(struct arena *arena, struct hq_store *store,
                            const struct review_key *key, struct str note, int64_t now_ms)
{
    CHECK(hq_is_in_transaction(store));
    struct hq_query query = hq_query(store, SQL_HQ_review_told);
    hq_bind_i64(&query, "$case_no", (int64_t)key->case_no);
    hq_bind_i64(&query, "$kind", key->kind);
    hq_bind_id(&query, "$id", &key->id);
    bool is_found = hq_next(&query);
    struct open_row row = {*key, key->id};
    if (is_found && hq_i64(&query, 0) == 0) {
        row.told_id = hq_id(&query, 1);
    }
    TRY(hq_end(&query));
    return is_found ? close_rows(arena, store, &row, 1, note, now_ms, SQL_HQ_review_close_again)
                    : ERR_not_found;
}

static bool is_of_decision(uint32_t kind)
{
    enum conflict_review review = conflict_review(kind);
    return review == CONFLICT_REVIEW_inert || review == CONFLICT_REVIEW_proposal ||
           review == CONFLICT_REVIEW_arrangement;
}

enum err review_close_decided(struct arena *arena, struct hq_store *store, uint64_t case_no,
                              const struct id *fact_id, struct str note, int64_t now_ms,
                              size_t *count_out)
{
    enum { ROWS_MAX = 64 }; /* one arrangement with more stays for the next decision */
    CHECK(hq_is_in_transaction(store));
    struct open_row *rows = ARENA_ARRAY(arena, ROWS_MAX, struct open_row);
    size_t count = 0;
    struct hq_query query = hq_query(store, SQL_HQ_review_of_fact);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_id(&query, "$id", fact_id);
    while (count < ROWS_MAX && hq_next(&query)) {
        struct id id = hq_id(&query, 2);
        struct id other_id = hq_id(&query, 3);
        struct review_key key = {case_no, (uint32_t)hq_i64(&query, 1), id};
        if (is_of_decision(key.kind)) {
            rows[count++] = (struct open_row){key, hq_i64(&query, 4) != 0 ? id : other_id};
        }
    }
    TRY(hq_end(&query));
    *count_out = count;
    return close_rows(arena, store, rows, count, note, now_ms, SQL_HQ_review_close);
}
