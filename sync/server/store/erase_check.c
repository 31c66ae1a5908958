/* What was erased, held against what is left; and the files that go with it. */
#include "sync/server/store/erase.h"

#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/store/erase_private.h"
#include "sync/server/store/vault.h"

#include <string.h>

/* ---- erasures ---- */

struct erasure {
    uint64_t seq;
    struct chain_hash digest;
    uint32_t fact_count, file_count;
};

struct checking {
    struct arena *arena;
    struct hq_store *store;
    erase_sink *sink;
    void *context;
    struct erase_checked *checked;
};

static void bad(struct checking *checking, uint32_t device_no, uint64_t seq)
{
    checking->checked->bad_count++;
    if (checking->sink != NULL) {
        checking->sink(checking->context, device_no, seq);
    }
}

static enum err load(struct checking *checking, struct erasure **erasures_out, size_t *count_out)
{
    size_t count = 0;
    size_t capacity = 64;
    struct erasure *erasures = ARENA_ARRAY(checking->arena, capacity, struct erasure);
    ds_Event *event = ARENA_NEW(checking->arena, ds_Event);
    struct hq_query query = hq_query(checking->store, SQL_HQ_erase_all);
    while (hq_next(&query)) {
        struct str body = hq_text(&query, 2);
        if (event_decode(event, (const uint8_t *)body.bytes, body.size) != OK ||
            event_kind(event) != EVENT_data_erased) {
            continue; /* the check of the chain names it */
        }
        if (count == capacity) {
            struct erasure *more = ARENA_ARRAY(checking->arena, capacity * 2, struct erasure);
            memcpy(more, erasures, count * sizeof *more);
            erasures = more;
            capacity *= 2;
        }
        const ds_DataErased *erased = &event->kind.data_erased;
        struct erasure *erasure = &erasures[count++];
        *erasure = (struct erasure){
            .seq = (uint64_t)hq_i64(&query, 0),
            .fact_count = erased->fact_count,
            .file_count = erased->file_count,
        };
        memcpy(erasure->digest.bytes, erased->digest, sizeof erasure->digest.bytes);
    }
    *erasures_out = erasures;
    *count_out = count;
    return hq_end(&query);
}

static enum err check_facts(struct checking *checking, const struct erasure *erasure,
                            struct buf_writer *writer)
{
    struct hq_query query = hq_query(checking->store, SQL_HQ_erase_facts_of);
    hq_bind_i64(&query, "$erasure_seq", (int64_t)erasure->seq);
    while (hq_next(&query)) {
        uint32_t device_no = (uint32_t)hq_i64(&query, 0);
        uint64_t seq = (uint64_t)hq_i64(&query, 2);
        struct str hash = hq_text(&query, 4);
        struct str body = hq_text(&query, 5);
        erase_digest_fact(writer, device_no, (uint32_t)hq_i64(&query, 1), seq, hq_text(&query, 3),
                          hash);
        checking->checked->fact_count++;
        struct chain_hash left = chain_hash(body.bytes, body.size);
        bool is_last = (uint64_t)hq_i64(&query, 6) == erasure->seq;
        if (is_last && (hash.size != sizeof left.bytes ||
                        memcmp(hash.bytes, left.bytes, sizeof left.bytes) != 0)) {
            bad(checking, device_no, seq);
        }
    }
    return hq_end(&query);
}

static enum err check_one(struct checking *checking, const struct erasure *erasure)
{
    struct arena_mark mark = arena_mark(checking->arena);
    /* More rows than it states would make it another one: their bytes do not fit. */
    size_t capacity = (size_t)erasure->fact_count * ERASE_DIGEST_FACT_SIZE +
                      (size_t)erasure->file_count * ERASE_DIGEST_FILE_SIZE + 1;
    struct buf_writer writer;
    buf_writer_init(&writer, arena_alloc(checking->arena, capacity), capacity);
    TRY(check_facts(checking, erasure, &writer));
    struct hq_query files = hq_query(checking->store, SQL_HQ_erase_files_of);
    hq_bind_i64(&files, "$erasure_seq", (int64_t)erasure->seq);
    while (hq_next(&files)) {
        checking->checked->file_count++;
        erase_digest_file(&writer, hq_text(&files, 0), (uint32_t)hq_i64(&files, 1));
    }
    TRY(hq_end(&files));
    struct chain_hash digest = chain_hash(writer.bytes, writer.size);
    if (writer.err != OK || !chain_hash_equal(&digest, &erasure->digest)) {
        bad(checking, 0, erasure->seq);
    }
    checking->checked->erasure_count++;
    arena_rollback(checking->arena, mark);
    return OK;
}

enum err erase_check(struct arena *arena, struct hq_store *store, erase_sink *sink, void *context,
                     struct erase_checked *checked_out)
{
    *checked_out = (struct erase_checked){0};
    struct checking checking = {arena, store, sink, context, checked_out};
    struct erasure *erasures = NULL;
    size_t count = 0;
    TRY(load(&checking, &erasures, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(check_one(&checking, &erasures[i]));
    }
    struct hq_query orphans = hq_query(store, SQL_HQ_erase_orphans);
    while (hq_next(&orphans)) {
        bad(&checking, (uint32_t)hq_i64(&orphans, 0), (uint64_t)hq_i64(&orphans, 1));
    }
    return hq_end(&orphans);
}

/* ---- files ---- */

enum err erase_file_is(struct hq_store *store, const struct chain_hash *hash, uint32_t size,
                       bool *is_erased_out)
{
    int64_t count = 0;
    struct hq_query query = hq_query(store, SQL_HQ_erase_file_is);
    hq_bind_bytes(&query, "$hash", hash->bytes, sizeof hash->bytes);
    hq_bind_i64(&query, "$size", size);
    TRY(hq_one_i64(&query, &count));
    *is_erased_out = count > 0;
    return OK;
}

static enum err shred(const char *path, const struct rng *rng, uint64_t *count)
{
    if (!os_file_exists(path)) {
        return OK;
    }
    TRY(os_file_shred(path, rng));
    (*count)++;
    return OK;
}

static enum err shred_attachments(struct arena *arena, struct hq_store *store, const char *folder,
                                  const struct rng *rng, uint64_t *count)
{
    static const char *const endings[] = {"", ".part", ".rotten"};
    enum err err = OK;
    struct hq_query query = hq_query(store, SQL_HQ_erase_file_all);
    while (err == OK && hq_next(&query)) {
        struct arena_mark mark = arena_mark(arena);
        struct chain_hash hash = {{0}};
        struct str bytes = hq_text(&query, 0);
        memcpy(hash.bytes, bytes.bytes, bytes.size == sizeof hash.bytes ? bytes.size : 0);
        const char *path = vault_path(arena, folder, &hash, (uint32_t)hq_i64(&query, 1));
        for (size_t i = 0; err == OK && i < COUNT(endings); i++) {
            err = shred(str_format(arena, "%s%s", path, endings[i]), rng, count);
        }
        arena_rollback(arena, mark);
    }
    TRY(hq_end(&query));
    return err;
}

enum err erase_files(struct arena *arena, struct hq_store *store, const char *folder,
                     const struct rng *rng, uint64_t *count_out)
{
    *count_out = 0;
    TRY(shred_attachments(arena, store, folder, rng, count_out));
    const char **names = NULL;
    size_t count = 0;
    TRY(os_folder_list(arena, folder, &names, &count));
    struct str prefix = STR("hq.db.before-");
    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], prefix.bytes, prefix.size) == 0) {
            TRY(shred(os_path(arena, folder, names[i]), rng, count_out));
            log_line(LOG_info, "store", "a copy made before an upgrade is gone: %s", names[i]);
        }
    }
    return OK;
}
