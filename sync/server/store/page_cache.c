#include "sync/server/store/page_cache.h"

#include "core/base/arena.h"

#include <stdbool.h>

enum {
    FIRST_BUCKETS = 64,
    BLOCK_SIZE = 256 * 1024, /* of a cache that has grown; most have a page or two */
    PINNED_PARTS = 10,       /* with all but a tenth of the pages in use, dirty ones must go */
};

struct page {
    sqlite3_pcache_page base; /* first: SQLite holds a pointer to it */
    unsigned key;
    struct page *next; /* in its bucket; among the free ones */
    /* Of the pages that nobody uses, a ring by last use; NULL while in use. */
    struct page *older, *newer;
};

struct page_cache {
    struct arena arena; /* of all that follows */
    size_t page_size, extra_size;
    bool is_purgeable;
    unsigned count_max;
    unsigned count, unused_count;
    unsigned bucket_count; /* a power of two */
    struct page **buckets;
    struct page *free;
    struct page ring; /* .older: used last; .newer: used longest ago */
    /* No page has a greater key than `key_most`, but for the one that has `passing`. */
    unsigned key_most, passing;
};

static struct page_cache *cache_of(sqlite3_pcache *cache)
{
    return (struct page_cache *)cache;
}

static struct page *page_of(sqlite3_pcache_page *base)
{
    return (struct page *)base;
}

/* ---- the ring of unused pages ---- */

static void ring_add(struct page_cache *cache, struct page *page)
{
    page->older = cache->ring.older;
    page->newer = &cache->ring;
    page->older->newer = page;
    cache->ring.older = page;
    cache->unused_count++;
}

static void ring_remove(struct page_cache *cache, struct page *page)
{
    page->older->newer = page->newer;
    page->newer->older = page->older;
    page->older = NULL;
    page->newer = NULL;
    cache->unused_count--;
}

/* ---- buckets ---- */

static struct page **bucket_of(const struct page_cache *cache, unsigned key)
{
    return &cache->buckets[key & (cache->bucket_count - 1)];
}

static struct page **place_of(const struct page_cache *cache, unsigned key)
{
    struct page **place = bucket_of(cache, key);
    while (*place != NULL && (*place)->key != key) {
        place = &(*place)->next;
    }
    return place;
}

static void buckets_grow(struct page_cache *cache)
{
    struct page **old = cache->buckets;
    unsigned old_count = cache->bucket_count;
    cache->bucket_count *= 2;
    cache->buckets = ARENA_ARRAY(&cache->arena, cache->bucket_count, struct page *);
    for (unsigned i = 0; i < old_count; i++) {
        while (old[i] != NULL) {
            struct page *page = old[i];
            old[i] = page->next;
            struct page **bucket = bucket_of(cache, page->key);
            page->next = *bucket;
            *bucket = page;
        }
    }
}

/* Takes the page at `place` out of the cache; its memory waits for another. */
static void drop(struct page_cache *cache, struct page **place)
{
    struct page *page = *place;
    CHECK(page != NULL); /* what is in the ring is in its bucket */
    *place = page->next;
    if (page->newer != NULL) {
        ring_remove(cache, page);
    }
    page->next = cache->free;
    cache->free = page;
    cache->count--;
}

/* ---- pages ---- */

static struct page *page_make(struct page_cache *cache)
{
    size_t head_size = (sizeof(struct page) + 15) & ~(size_t)15;
    struct page *page =
        arena_alloc(&cache->arena, head_size + cache->page_size + cache->extra_size);
    page->base.pBuf = (char *)page + head_size;
    page->base.pExtra = (char *)page + head_size + cache->page_size;
    if (cache->arena.used_size > BLOCK_SIZE) {
        cache->arena.block_size = BLOCK_SIZE;
    }
    return page;
}

static struct page *page_add(struct page_cache *cache, unsigned key)
{
    if (cache->is_purgeable && cache->unused_count > 0 && cache->count >= cache->count_max) {
        drop(cache, place_of(cache, cache->ring.newer->key));
    }
    if (cache->count >= cache->bucket_count) {
        buckets_grow(cache);
    }
    struct page *page = cache->free;
    if (page != NULL) {
        cache->free = page->next;
    } else {
        page = page_make(cache);
    }
    struct page **bucket = bucket_of(cache, key);
    page->key = key;
    page->next = *bucket;
    *bucket = page;
    *(void **)page->base.pExtra = NULL; /* by this SQLite knows that it is another's */
    cache->count++;
    if (key > cache->key_most) {
        cache->key_most = key;
    }
    return page;
}

/* ---- what SQLite calls ---- */

static int cache_begin(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static sqlite3_pcache *cache_create(int page_size, int extra_size, int is_purgeable)
{
    struct arena arena;
    arena_init(&arena, (size_t)page_size * 2);
    struct page_cache *cache = ARENA_NEW(&arena, struct page_cache);
    cache->page_size = (size_t)page_size;
    cache->extra_size = ((size_t)extra_size + 15) & ~(size_t)15;
    cache->is_purgeable = is_purgeable != 0;
    cache->bucket_count = FIRST_BUCKETS;
    cache->buckets = ARENA_ARRAY(&arena, FIRST_BUCKETS, struct page *);
    cache->ring.older = &cache->ring;
    cache->ring.newer = &cache->ring;
    cache->arena = arena;
    return (sqlite3_pcache *)cache;
}

static void cache_destroy(sqlite3_pcache *given)
{
    struct arena arena = cache_of(given)->arena;
    arena_deinit(&arena);
}

static void shed_unused(struct page_cache *cache, unsigned count_max)
{
    while (cache->is_purgeable && cache->count > count_max && cache->unused_count > 0) {
        drop(cache, place_of(cache, cache->ring.newer->key));
    }
}

static void cache_size(sqlite3_pcache *given, int count_max)
{
    struct page_cache *cache = cache_of(given);
    cache->count_max = count_max > 0 ? (unsigned)count_max : 0;
    shed_unused(cache, cache->count_max);
}

static int cache_count(sqlite3_pcache *given)
{
    return (int)cache_of(given)->count;
}

static sqlite3_pcache_page *cache_fetch(sqlite3_pcache *given, unsigned key, int create)
{
    enum { ONLY_IF_EASY = 1 };
    struct page_cache *cache = cache_of(given);
    struct page *page = *place_of(cache, key);
    if (page != NULL) {
        if (page->newer != NULL) {
            ring_remove(cache, page);
        }
        return &page->base;
    }
    unsigned used_count = cache->count - cache->unused_count;
    bool is_full =
        cache->is_purgeable && used_count >= cache->count_max - cache->count_max / PINNED_PARTS;
    if (create == 0 || (create == ONLY_IF_EASY && is_full)) {
        return NULL;
    }
    return &page_add(cache, key)->base;
}

static void cache_unpin(sqlite3_pcache *given, sqlite3_pcache_page *base, int is_discarded)
{
    struct page_cache *cache = cache_of(given);
    struct page *page = page_of(base);
    if (is_discarded || (cache->is_purgeable && cache->count > cache->count_max)) {
        drop(cache, place_of(cache, page->key));
    } else {
        ring_add(cache, page);
    }
}

static void cache_rekey(sqlite3_pcache *given, sqlite3_pcache_page *base, unsigned old_key,
                        unsigned new_key)
{
    struct page_cache *cache = cache_of(given);
    struct page *page = page_of(base);
    CHECK(page->key == old_key);
    struct page **other = place_of(cache, new_key);
    if (*other != NULL && *other != page) {
        drop(cache, other);
    }
    struct page **place = place_of(cache, old_key);
    *place = page->next;
    struct page **bucket = bucket_of(cache, new_key);
    page->key = new_key;
    page->next = *bucket;
    *bucket = page;
    if (old_key == cache->passing) {
        cache->passing = 0;
    }
    if (new_key > cache->key_most && cache->passing == 0) {
        cache->passing = new_key;
    } else if (new_key > cache->key_most && new_key != cache->passing) {
        cache->key_most = new_key;
    }
}

static void cache_truncate(sqlite3_pcache *given, unsigned from_key)
{
    struct page_cache *cache = cache_of(given);
    if (from_key > cache->key_most && from_key > cache->passing) {
        return; /* there is none */
    }
    for (unsigned i = 0; i < cache->bucket_count; i++) {
        struct page **place = &cache->buckets[i];
        while (*place != NULL) {
            if ((*place)->key >= from_key) {
                drop(cache, place);
            } else {
                place = &(*place)->next;
            }
        }
    }
    unsigned most = cache->passing > cache->key_most ? cache->passing : cache->key_most;
    cache->key_most = from_key > most ? most : from_key > 0 ? from_key - 1 : 0;
    cache->passing = 0;
}

static void cache_shrink(sqlite3_pcache *given)
{
    shed_unused(cache_of(given), 0);
}

const sqlite3_pcache_methods2 page_cache_methods = {
    .iVersion = 1,
    .xInit = cache_begin,
    .xCreate = cache_create,
    .xCachesize = cache_size,
    .xPagecount = cache_count,
    .xFetch = cache_fetch,
    .xUnpin = cache_unpin,
    .xRekey = cache_rekey,
    .xTruncate = cache_truncate,
    .xDestroy = cache_destroy,
    .xShrink = cache_shrink,
};
