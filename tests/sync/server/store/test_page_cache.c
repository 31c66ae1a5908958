/* The page cache that headquarters gives SQLite: against a plain list of pages, and below a
 * database that is changed, rolled back and checked. */
#include "sync/server/store/page_cache.h"

#include "tests/lib/test.h"

#include <stdio.h>

enum { PAGE = 512, EXTRA = 40, KEYS = 60, STEPS = 40000, LOCK_PAGE = 262145 };

/* What the cache ought to hold: per key the page in use, or that it may be there. */
struct model {
    sqlite3_pcache *cache;
    sqlite3_pcache_page *used[KEYS];
    bool was_put[KEYS]; /* written and not dropped since: if the page is there, it is whole */
};

static void fill(sqlite3_pcache_page *page, unsigned key)
{
    *(void **)page->pExtra = page;
    memset(page->pBuf, (int)(key % 251), PAGE);
    memset((char *)page->pExtra + sizeof(void *), (int)(key % 241), EXTRA - sizeof(void *));
}

static bool is_whole(const sqlite3_pcache_page *page, unsigned key)
{
    const unsigned char *bytes = page->pBuf;
    const unsigned char *extra = page->pExtra;
    return bytes[0] == key % 251 && bytes[PAGE - 1] == key % 251 && extra[EXTRA - 1] == key % 241;
}

static void step_fetch(struct model *model, unsigned key, int create)
{
    sqlite3_pcache_page *page = page_cache_methods.xFetch(model->cache, key, create);
    if (model->used[key] != NULL) {
        EXPECT(page == model->used[key]); /* a page in use stays where it is */
        return;
    }
    EXPECT(page != NULL || create < 2);
    if (page == NULL) {
        return;
    }
    if (*(void **)page->pExtra == NULL) {
        EXPECT(create > 0);
        fill(page, key);
    } else {
        EXPECT(model->was_put[key] && is_whole(page, key));
    }
    model->used[key] = page;
    model->was_put[key] = true;
}

static void step_rekey(struct model *model, unsigned from, unsigned to)
{
    sqlite3_pcache_page *page = model->used[from];
    if (page == NULL || model->used[to] != NULL || from == to) {
        return;
    }
    /* As a tree does: by way of the lock page. */
    page_cache_methods.xRekey(model->cache, page, from, LOCK_PAGE);
    page_cache_methods.xRekey(model->cache, page, LOCK_PAGE, to);
    fill(page, to);
    model->used[from] = NULL;
    model->was_put[from] = false;
    model->used[to] = page;
    model->was_put[to] = true;
}

static void step_truncate(struct model *model, unsigned from)
{
    for (unsigned key = from; key < KEYS; key++) {
        if (model->used[key] != NULL) {
            page_cache_methods.xUnpin(model->cache, model->used[key], 0);
            model->used[key] = NULL;
        }
        model->was_put[key] = false;
    }
    page_cache_methods.xTruncate(model->cache, from);
    for (unsigned key = from; key < KEYS; key++) {
        EXPECT(page_cache_methods.xFetch(model->cache, key, 0) == NULL);
    }
}

static void walk(uint64_t seed, int is_purgeable)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    struct model model = {.cache = page_cache_methods.xCreate(PAGE, EXTRA, is_purgeable)};
    page_cache_methods.xCachesize(model.cache, 25);
    for (size_t i = 0; i < STEPS; i++) {
        unsigned key = 1 + (unsigned)rng_below(&rng, KEYS - 1);
        switch (rng_below(&rng, 16)) {
        case 0:
            step_rekey(&model, key, 1 + (unsigned)rng_below(&rng, KEYS - 1));
            break;
        case 1:
            if (rng_below(&rng, 20) == 0) {
                step_truncate(&model, key);
            }
            break;
        case 2:
            page_cache_methods.xCachesize(model.cache, 10 + (int)rng_below(&rng, 30));
            break;
        case 3:
            page_cache_methods.xShrink(model.cache);
            break;
        case 4:
        case 5:
        case 6:
        case 7:
        case 8:
            step_fetch(&model, key, (int)rng_below(&rng, 3));
            break;
        default:
            if (model.used[key] != NULL) {
                bool is_dropped = rng_below(&rng, 4) == 0;
                page_cache_methods.xUnpin(model.cache, model.used[key], is_dropped);
                model.used[key] = NULL;
                model.was_put[key] = model.was_put[key] && !is_dropped;
            }
        }
        unsigned used_count = 0;
        for (unsigned k = 0; k < KEYS; k++) {
            used_count += model.used[k] != NULL;
        }
        EXPECT(page_cache_methods.xPagecount(model.cache) >= (int)used_count);
        EXPECT(page_cache_methods.xPagecount(model.cache) < KEYS);
    }
    page_cache_methods.xDestroy(model.cache);
}

TEST(test_a_page_is_found_whole_or_not_at_all)
{
    for (uint64_t seed = 1; seed <= 8; seed++) {
        walk(seed, 1);
        walk(seed, 0);
    }
}

TEST(test_a_cache_does_not_outgrow_its_size_but_for_pages_in_use)
{
    sqlite3_pcache *cache = page_cache_methods.xCreate(PAGE, EXTRA, 1);
    page_cache_methods.xCachesize(cache, 100);
    for (unsigned key = 1; key <= 1000; key++) {
        page_cache_methods.xUnpin(cache, page_cache_methods.xFetch(cache, key, 2), 0);
    }
    EXPECT_INT(100, page_cache_methods.xPagecount(cache));
    EXPECT(page_cache_methods.xFetch(cache, 900, 0) == NULL); /* the oldest went first */
    EXPECT(page_cache_methods.xFetch(cache, 901, 0) != NULL);
    /* With all but a tenth in use, none is made that SQLite can do without. */
    for (unsigned key = 902; key <= 990; key++) {
        EXPECT(page_cache_methods.xFetch(cache, key, 0) != NULL);
    }
    EXPECT(page_cache_methods.xFetch(cache, 2000, 1) == NULL);
    EXPECT(page_cache_methods.xFetch(cache, 2000, 2) != NULL);
    page_cache_methods.xDestroy(cache);
}

static void run(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
}

static int64_t number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
    EXPECT_INT(SQLITE_ROW, sqlite3_step(statement));
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

TEST(test_a_database_with_a_small_cache_stays_sound)
{
    EXPECT_INT(SQLITE_OK, sqlite3_config(SQLITE_CONFIG_PCACHE2, &page_cache_methods));
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 11);
    sqlite3 *db = NULL;
    remove("page_cache.db");
    EXPECT_INT(SQLITE_OK, sqlite3_open("page_cache.db", &db));
    run(db, "PRAGMA cache_size = 12; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;"
            "CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, body BLOB);"
            "CREATE INDEX t_word ON t (word);");
    int64_t sum = 0;
    for (int round = 0; round < 60; round++) {
        char sql[300];
        run(db, "BEGIN");
        snprintf(sql, sizeof sql,
                 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
                 "INSERT INTO t (word, body) SELECT hex(abs((i * 7919 + %d) %% 9973)), "
                 "zeroblob(20 + i * %d) FROM n",
                 (int)rng_below(&rng, 9973), (int)rng_below(&rng, 40));
        run(db, sql);
        snprintf(sql, sizeof sql, "DELETE FROM t WHERE id %% 7 = %d", (int)rng_below(&rng, 7));
        run(db, sql);
        bool is_kept = rng_below(&rng, 3) > 0;
        int64_t inside = number(db, "SELECT count(*) + sum(length(word) + length(body)) FROM "
                                    "(SELECT word, body FROM t ORDER BY word)");
        run(db, is_kept ? "COMMIT" : "ROLLBACK");
        sum = is_kept ? inside : sum;
        EXPECT_INT(sum, number(db, "SELECT count(*) + sum(length(word) + length(body)) FROM t"));
    }
    run(db, "DELETE FROM t WHERE id % 3 > 0; VACUUM;");
    EXPECT_INT(1, number(db, "SELECT count(*) FROM pragma_integrity_check "
                             "WHERE integrity_check = 'ok'"));
    EXPECT_INT(SQLITE_OK, sqlite3_close(db));
}
