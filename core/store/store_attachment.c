/* core/store/store_attachment.c -- what is known of photos, recordings, documents. */
#include "core/store/store_private.h"

#include <string.h>

struct attachment_row {
    struct chain_hash hash;
    uint32_t size;
    uint32_t evidence, media;
    uint64_t case_no;
    uint64_t seq;
    int64_t at_ms;
    uint32_t level;
    bool is_asked;
    uint32_t lacking_count;
    bool is_hidden;
};

static const struct store_field attachment_fields[] = {
    STORE_FIELD(struct attachment_row, hash),
    STORE_FIELD(struct attachment_row, size),
    STORE_FIELD(struct attachment_row, evidence),
    STORE_FIELD(struct attachment_row, media),
    STORE_FIELD(struct attachment_row, case_no),
    STORE_FIELD(struct attachment_row, seq),
    STORE_FIELD(struct attachment_row, at_ms),
    STORE_FIELD(struct attachment_row, level),
    STORE_FIELD(struct attachment_row, is_asked),
    STORE_FIELD(struct attachment_row, lacking_count),
    STORE_FIELD(struct attachment_row, is_hidden),
};

uint32_t store_attachment_chunk_count(uint32_t size)
{
    return (uint32_t)(((uint64_t)size + LIMIT_chunk_size - 1) / LIMIT_chunk_size);
}

static void bind_hash(struct store_stmt *stmt, const struct chain_hash *hash)
{
    store_stmt_bind_bytes(stmt, "$hash", hash->bytes, sizeof hash->bytes);
}

/* ---- the bytes ---- */

/* Facts need the room: a photo is written twice, once into the log. */
static bool has_room(const struct store *store, size_t size)
{
    bool is_reserve_gone = store->options.reserve_size != 0 && !store->has_reserve;
    uint64_t free_size = store_space_free(store);
    return !is_reserve_gone && free_size > (uint64_t)store->options.reserve_size + 2 * size;
}

enum err store_attachment_put(struct store *store, const void *bytes, size_t size,
                              struct chain_hash *hash_out)
{
    CHECK(!store->is_in_transaction);
    if (size == 0) {
        return ERR_out_of_range;
    }
    if (size > LIMIT_attachment_size) {
        return ERR_too_long;
    }
    if (!has_room(store, size)) {
        return ERR_no_space;
    }
    *hash_out = chain_hash(bytes, size);
    return store_media_put(store, hash_out, bytes, size);
}

enum err store_attachment_chunk(struct store *store, struct arena *arena,
                                const struct chain_hash *hash, uint32_t index,
                                struct str *bytes_out)
{
    return store_media_chunk(store, arena, hash, index, bytes_out);
}

enum err store_attachment_read(struct store *store, struct arena *arena,
                               const struct chain_hash *hash, struct str *bytes_out)
{
    struct store_attachment attachment;
    TRY(store_attachment_get(store, hash, &attachment));
    if (attachment.is_hidden || attachment.is_missing) {
        return ERR_not_found;
    }
    char *bytes = arena_alloc(arena, attachment.size);
    size_t at = 0;
    for (uint32_t i = 0; i < store_attachment_chunk_count(attachment.size); i++) {
        struct arena_mark mark = arena_mark(arena);
        struct str chunk;
        TRY(store_media_chunk(store, arena, hash, i, &chunk));
        if (chunk.size > attachment.size - at) {
            return ERR_corrupt;
        }
        memcpy(bytes + at, chunk.bytes, chunk.size);
        at += chunk.size;
        arena_rollback(arena, mark);
    }
    struct chain_hash found = chain_hash(bytes, at);
    if (!chain_hash_equal(&found, hash)) {
        return ERR_corrupt;
    }
    *bytes_out = (struct str){bytes, at};
    return OK;
}

/* ---- what is known of them ---- */

enum err store_attachment_append(struct store *store, const struct fact *fact)
{
    if (event_kind(&fact->event) != EVENT_evidence_attached) {
        return OK;
    }
    const ds_EvidenceAttached *payload = &fact->event.kind.evidence_attached;
    struct attachment_row row = {
        .size = payload->size,
        .evidence = payload->evidence,
        .media = payload->media,
        .seq = fact->seq,
        .at_ms = (int64_t)fact->event.at_ms,
    };
    memcpy(row.hash.bytes, payload->hash, sizeof row.hash.bytes);
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_attachment_put, &stmt));
    bind_hash(&stmt, &row.hash);
    store_stmt_bind_number(&stmt, "$size", row.size);
    store_stmt_bind_number(&stmt, "$evidence", row.evidence);
    store_stmt_bind_number(&stmt, "$media", row.media);
    store_stmt_bind_number(&stmt, "$seq", (int64_t)row.seq);
    store_stmt_bind_number(&stmt, "$at_ms", row.at_ms);
    TRY(store_stmt_run(&stmt));
    TRY(store_stmt_start(store, SQL_DEVICE_attachment_fact_put, &stmt));
    bind_hash(&stmt, &row.hash);
    store_stmt_bind_number(&stmt, "$seq", (int64_t)row.seq);
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)fact->event.case_no);
    return store_stmt_run(&stmt);
}

static enum attachment_state state_of(const struct attachment_row *row)
{
    return row->level >= 2   ? ATTACHMENT_safe
           : row->level == 1 ? ATTACHMENT_held
           : row->is_asked   ? ATTACHMENT_sending
                             : ATTACHMENT_waiting;
}

/* A media file that cannot be read has nothing; that it is damaged is said by the health. */
static enum err is_missing(struct store *store, const struct chain_hash *hash, bool *is_missing_out)
{
    bool has_it = false;
    enum err err = store_media_has(store, hash, &has_it);
    *is_missing_out = !has_it;
    return err == ERR_corrupt ? OK : err;
}

static enum err list(struct store *store, struct arena *arena, const struct chain_hash *only,
                     struct store_attachment **attachments_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    size_t count = 0;
    struct store_tail tail = {0};
    enum err err = store_journal_tail(store, &tail);
    TRY(err == ERR_not_enrolled ? OK : err);
    TRY(store_stmt_start(store, SQL_DEVICE_attachment_list, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
    store_stmt_bind_bytes(&stmt, "$hash", only != NULL ? only->bytes : NULL,
                          only != NULL ? sizeof only->bytes : 0);
    TRY(store_row_list(&stmt, attachment_fields, COUNT(attachment_fields),
                       sizeof(struct attachment_row), arena, &rows, &count));
    struct store_attachment *attachments = ARENA_ARRAY(arena, count + 1, struct store_attachment);
    const struct attachment_row *row = rows;
    for (size_t i = 0; i < count; i++, row++) {
        attachments[i] = (struct store_attachment){
            .hash = row->hash,
            .size = row->size,
            .evidence = row->evidence,
            .media = row->media,
            .case_no = row->case_no,
            .seq = row->seq,
            .at_ms = row->at_ms,
            .state = state_of(row),
            .lacking_count = row->lacking_count,
            .is_hidden = row->is_hidden,
        };
        TRY(is_missing(store, &row->hash, &attachments[i].is_missing));
    }
    *attachments_out = attachments;
    *count_out = count;
    return OK;
}

enum err store_attachment_list(struct store *store, struct arena *arena,
                               struct store_attachment **attachments_out, size_t *count_out)
{
    return list(store, arena, NULL, attachments_out, count_out);
}

enum err store_attachment_get(struct store *store, const struct chain_hash *hash,
                              struct store_attachment *attachment_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_attachment *found = NULL;
    size_t count = 0;
    enum err err = list(store, &arena, hash, &found, &count);
    if (err == OK && count == 0) {
        err = ERR_not_found;
    }
    if (err == OK) {
        *attachment_out = found[0];
    }
    arena_deinit(&arena);
    return err;
}

/* ---- what headquarters says of them ---- */

static enum err about(struct store *store, enum sql_device which, const struct chain_hash *hash)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, which, &stmt));
    bind_hash(&stmt, hash);
    return store_stmt_run(&stmt);
}

static enum err lack(struct store *store, const struct store_attachment *attachment,
                     const uint32_t *indexes, size_t count)
{
    uint32_t chunk_count = store_attachment_chunk_count(attachment->size);
    TRY(about(store, SQL_DEVICE_attachment_ask, &attachment->hash));
    TRY(about(store, SQL_DEVICE_lacking_delete, &attachment->hash));
    for (size_t i = 0; i < (count > 0 ? count : chunk_count); i++) {
        uint32_t index = count > 0 ? indexes[i] : (uint32_t)i;
        if (index >= chunk_count) {
            continue;
        }
        struct store_stmt stmt;
        TRY(store_stmt_start(store, SQL_DEVICE_lacking_put, &stmt));
        bind_hash(&stmt, &attachment->hash);
        store_stmt_bind_number(&stmt, "$number", index);
        TRY(store_stmt_run(&stmt));
    }
    return OK;
}

static enum err held(struct store *store, const struct chain_hash *hash, uint32_t level,
                     int64_t held_at_ms, const struct chain_signature *signature)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_attachment_hold, &stmt));
    bind_hash(&stmt, hash);
    store_stmt_bind_number(&stmt, "$level", level);
    TRY(store_stmt_run(&stmt));
    TRY(store_stmt_start(store, SQL_DEVICE_attachment_held_put, &stmt));
    bind_hash(&stmt, hash);
    store_stmt_bind_number(&stmt, "$level", level);
    store_stmt_bind_number(&stmt, "$held_at_ms", held_at_ms);
    store_stmt_bind_bytes(&stmt, "$signature", signature->bytes, sizeof signature->bytes);
    TRY(store_stmt_run(&stmt));
    store->media.is_stale = store->media.is_stale || level >= 2;
    return about(store, SQL_DEVICE_lacking_delete, hash);
}

/* In the caller's transaction, or in one of its own. */
static enum err begin_own(struct store *store, bool *is_own_out)
{
    *is_own_out = !store->is_in_transaction;
    return *is_own_out ? store_begin(store) : OK;
}

static enum err end_own(struct store *store, bool is_own, enum err err)
{
    if (!is_own) {
        return err;
    }
    if (err != OK) {
        store_rollback(store);
        return err;
    }
    return store_commit(store);
}

enum err store_attachment_lack(struct store *store, const struct chain_hash *hash,
                               const uint32_t *indexes, size_t count)
{
    struct store_attachment attachment;
    enum err err = store_attachment_get(store, hash, &attachment);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    bool is_own = false;
    TRY(begin_own(store, &is_own));
    return end_own(store, is_own, lack(store, &attachment, indexes, count));
}

enum err store_attachment_held(struct store *store, const struct chain_hash *hash, uint32_t level,
                               int64_t held_at_ms, const struct chain_signature *signature)
{
    bool is_own = false;
    if (level == 0) {
        return OK; /* says nothing */
    }
    TRY(begin_own(store, &is_own));
    return end_own(store, is_own, held(store, hash, level, held_at_ms, signature));
}

struct lacking_row {
    struct chain_hash hash;
    uint32_t size;
    uint32_t number;
};

static const struct store_field lacking_fields[] = {
    STORE_FIELD(struct lacking_row, hash),
    STORE_FIELD(struct lacking_row, size),
    STORE_FIELD(struct lacking_row, number),
};

enum err store_attachment_lacking(struct store *store, struct arena *arena, size_t count_max,
                                  struct store_lacking **chunks_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    size_t count = 0;
    TRY(store_stmt_start(store, SQL_DEVICE_lacking_list, &stmt));
    TRY(store_row_list(&stmt, lacking_fields, COUNT(lacking_fields), sizeof(struct lacking_row),
                       arena, &rows, &count));
    struct store_lacking *chunks = ARENA_ARRAY(arena, count + 1, struct store_lacking);
    const struct lacking_row *row = rows;
    *count_out = 0;
    for (size_t i = 0; i < count && *count_out < count_max; i++, row++) {
        bool is_gone = false;
        TRY(is_missing(store, &row->hash, &is_gone));
        if (!is_gone) {
            chunks[(*count_out)++] = (struct store_lacking){row->hash, row->size, row->number};
        }
    }
    *chunks_out = chunks;
    return OK;
}
