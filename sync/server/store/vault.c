/* Attachments: rows of what is named, lacking, whole and safe. The bytes: vault_file.c. */
#include "sync/server/store/vault.h"

#include "core/base/limits.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/store/apply.h"
#include "sync/server/store/erase.h"
#include "sync/server/store/vault_file.h"

#include <string.h>

enum {
    CHUNKS_MAX = (LIMIT_attachment_size + LIMIT_chunk_size - 1) / LIMIT_chunk_size,
    MAP_SIZE = (CHUNKS_MAX + 7) / 8,
    DEVICES_MAX = 64, /* tablets that hold one and the same file */
    WRONG_WAIT_MS = 3600000,
    WRONG_WAIT_MAX_MS = 86400000,
};
/* Attachments are neither asked for nor taken with less left: facts come before photos. */
#define SPACE_RESERVE (UINT64_C(256) * 1024 * 1024)

static uint32_t chunks_of(uint32_t size)
{
    return (size + LIMIT_chunk_size - 1) / LIMIT_chunk_size;
}

/* Which chunks are on disk. */
struct chunk_map {
    uint8_t bits[MAP_SIZE];
};

static bool is_marked(const struct chunk_map *map, uint32_t index)
{
    return (map->bits[index / 8] >> (index % 8) & 1) != 0;
}

struct vault_row {
    bool is_known;
    struct chunk_map map;
    uint32_t lack_count;
    int64_t stored_at_ms;
    int64_t safe_at_ms;
    int64_t wrong_count;
};

static void bind_key(struct hq_query *query, const struct chain_hash *hash, uint32_t size)
{
    hq_bind_bytes(query, "$hash", hash->bytes, sizeof hash->bytes);
    hq_bind_i64(query, "$size", size);
}

static void map_read(struct chunk_map *map, struct str bytes)
{
    *map = (struct chunk_map){{0}};
    memcpy(map->bits, bytes.bytes, bytes.size < MAP_SIZE ? bytes.size : MAP_SIZE);
}

static enum err load(struct hq_store *store, const struct chain_hash *hash, uint32_t size,
                     struct vault_row *row_out)
{
    *row_out = (struct vault_row){0};
    struct hq_query query = hq_query(store, SQL_HQ_attachment_get);
    bind_key(&query, hash, size);
    if (hq_next(&query)) {
        row_out->is_known = true;
        map_read(&row_out->map, hq_text(&query, 0));
        row_out->lack_count = (uint32_t)hq_i64(&query, 1);
        row_out->stored_at_ms = hq_i64(&query, 2);
        row_out->safe_at_ms = hq_i64(&query, 3);
        row_out->wrong_count = hq_i64(&query, 4);
    }
    return hq_end(&query);
}

enum err vault_find(struct hq_store *store, const struct chain_hash *hash, uint32_t size,
                    struct vault_held *held_out)
{
    struct vault_row row;
    TRY(load(store, hash, size, &row));
    *held_out = (struct vault_held){.hash = *hash, .size = size, .stored_at_ms = row.stored_at_ms};
    held_out->level = row.stored_at_ms == 0 ? 0 : row.safe_at_ms == 0 ? 1 : 2;
    return row.is_known ? OK : ERR_not_found;
}

/* ---- what tablets are told ---- */

struct told {
    bool is_there;
    bool is_lacking;
    uint32_t level;
};

static enum err load_told(struct hq_store *store, uint32_t device_no, const struct chain_hash *hash,
                          uint32_t size, struct told *told_out)
{
    *told_out = (struct told){0};
    struct hq_query query = hq_query(store, SQL_HQ_attachment_feed_get);
    hq_bind_i64(&query, "$device_no", device_no);
    bind_key(&query, hash, size);
    if (hq_next(&query)) {
        told_out->is_there = true;
        told_out->is_lacking = hq_i64(&query, 0) != 0;
        told_out->level = (uint32_t)hq_i64(&query, 1);
    }
    return hq_end(&query);
}

static enum err tell(struct apply *apply, struct apply_device *device,
                     const struct chain_hash *hash, uint32_t size, uint32_t level)
{
    struct told told;
    TRY(load_told(apply->store, device->device_no, hash, size, &told));
    bool is_lacking = level == 0;
    if (told.is_there && told.is_lacking == is_lacking && told.level == level) {
        return OK;
    }
    struct hq_query query = hq_query(apply->store, SQL_HQ_attachment_feed_put);
    hq_bind_i64(&query, "$device_no", device->device_no);
    bind_key(&query, hash, size);
    hq_bind_i64(&query, "$is_lacking", is_lacking);
    hq_bind_i64(&query, "$level", level);
    hq_bind_i64(&query, "$feed_seq", level > 0 ? (int64_t)apply_feed_next(device) : 0);
    return hq_run(&query);
}

static enum err tell_all(struct apply *apply, const struct chain_hash *hash, uint32_t size,
                         uint32_t level)
{
    uint32_t devices[DEVICES_MAX];
    size_t count = 0;
    struct hq_query query = hq_query(apply->store, SQL_HQ_attachment_feed_of);
    bind_key(&query, hash, size);
    while (count < DEVICES_MAX && hq_next(&query)) {
        devices[count++] = (uint32_t)hq_i64(&query, 0);
    }
    TRY(hq_end(&query));
    for (size_t i = 0; i < count; i++) {
        struct apply_device *device = NULL;
        TRY(apply_device(apply, devices[i], &device));
        TRY(tell(apply, device, hash, size, level));
    }
    return OK;
}

/* ---- facts name attachments ---- */

static enum err put_evidence(struct apply *apply, const struct fact *fact,
                             const struct chain_hash *hash)
{
    const ds_EvidenceAttached *named = &fact->event.kind.evidence_attached;
    struct hq_query query = hq_query(apply->store, SQL_HQ_evidence_put);
    hq_bind_i64(&query, "$case_no", (int64_t)fact->event.case_no);
    hq_bind_id(&query, "$id", &fact->id);
    hq_bind_i64(&query, "$person_no", fact->event.person_no);
    hq_bind_i64(&query, "$evidence", named->evidence);
    hq_bind_i64(&query, "$media", named->media);
    bind_key(&query, hash, named->size);
    hq_bind_i64(&query, "$at_ms", (int64_t)fact->event.at_ms);
    hq_bind_text(&query, "$note", str_from(named->note));
    return hq_run(&query);
}

enum err vault_journaled(struct apply *apply, struct apply_device *device,
                         const struct merge_fact *fact, bool is_copy)
{
    const ds_Event *event = &fact->fact.event;
    if (event_kind(event) != EVENT_evidence_attached) {
        return OK;
    }
    const ds_EvidenceAttached *named = &event->kind.evidence_attached;
    if (named->size == 0 || named->size > LIMIT_attachment_size) {
        return OK; /* breaks a rule: in quarantine, and nothing can be asked for */
    }
    struct chain_hash hash;
    _Static_assert(sizeof named->hash == sizeof hash.bytes, "one size of hash");
    memcpy(hash.bytes, named->hash, sizeof hash.bytes);
    if (!is_copy) {
        TRY(put_evidence(apply, &fact->fact, &hash));
    }
    bool is_erased = false;
    TRY(erase_file_is(apply->store, &hash, named->size, &is_erased));
    if (is_erased) {
        return OK; /* its time was over: nobody is asked for it again */
    }
    struct hq_query name = hq_query(apply->store, SQL_HQ_attachment_name);
    bind_key(&name, &hash, named->size);
    hq_bind_i64(&name, "$media", named->media);
    hq_bind_i64(&name, "$lack_count", chunks_of(named->size));
    hq_bind_i64(&name, "$named_at_ms", apply->now_ms);
    TRY(hq_run(&name));
    struct vault_held held;
    TRY(vault_find(apply->store, &hash, named->size, &held));
    return tell(apply, device, &hash, named->size, held.level);
}

/* ---- chunks ---- */

/* Where facts may soon find no room, photos get none. */
static bool is_room_short(const char *folder)
{
    uint64_t free_size = UINT64_MAX;
    return os_space_free(folder, &free_size) == OK && free_size < SPACE_RESERVE;
}

static enum err mark(struct apply *apply, const struct vault_chunk *chunk, struct vault_row *row)
{
    row->map.bits[chunk->index / 8] |= (uint8_t)(1U << (chunk->index % 8));
    row->lack_count--;
    struct hq_query query = hq_query(apply->store, SQL_HQ_attachment_mark);
    bind_key(&query, &chunk->hash, chunk->size);
    hq_bind_bytes(&query, "$chunks", row->map.bits, (chunks_of(chunk->size) + 7) / 8);
    hq_bind_i64(&query, "$lack_count", row->lack_count);
    return hq_run(&query);
}

static enum err set_stored(struct apply *apply, const struct chain_hash *hash, uint32_t size)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_attachment_stored);
    bind_key(&query, hash, size);
    hq_bind_i64(&query, "$stored_at_ms", apply->now_ms);
    TRY(hq_run(&query));
    return tell_all(apply, hash, size, 1);
}

/* All chunks are here and make something else: one of them was damaged before it was
 * signed, or the fact names what its tablet does not have. Asked again, less and less. */
static enum err set_wrong(struct apply *apply, const struct vault_chunk *chunk,
                          const struct vault_row *row)
{
    int64_t wait_ms = row->wrong_count == 0 ? 0 : WRONG_WAIT_MS;
    for (int64_t i = 1; i < row->wrong_count && wait_ms < WRONG_WAIT_MAX_MS; i++) {
        wait_ms *= 2;
    }
    wait_ms = wait_ms < WRONG_WAIT_MAX_MS ? wait_ms : WRONG_WAIT_MAX_MS;
    struct hq_query query = hq_query(apply->store, SQL_HQ_attachment_wrong);
    bind_key(&query, &chunk->hash, chunk->size);
    hq_bind_i64(&query, "$lack_count", chunks_of(chunk->size));
    hq_bind_i64(&query, "$ask_at_ms", apply->now_ms + wait_ms);
    TRY(hq_run(&query));
    struct apply_device *device = NULL;
    TRY(apply_device(apply, chunk->device_no, &device));
    struct conflict conflict = {
        .kind = CONFLICT_attachment_damaged,
        .device_no = chunk->device_no,
        .person_no = device->person_no,
        .at_ms = apply->now_ms,
    };
    memcpy(conflict.id.bytes, chunk->hash.bytes, sizeof conflict.id.bytes);
    return apply_conflict(apply, &conflict);
}

enum err vault_take(struct ingest *ingest, const char *folder, const struct vault_chunk *chunk,
                    enum vault_answer *answer_out)
{
    struct apply *apply = ingest_desk(ingest);
    CHECK(chunk->size > 0 && chunk->size <= LIMIT_attachment_size &&
          chunk->index < chunks_of(chunk->size));
    struct told told;
    TRY(load_told(apply->store, chunk->device_no, &chunk->hash, chunk->size, &told));
    struct vault_row row;
    TRY(load(apply->store, &chunk->hash, chunk->size, &row));
    if (!told.is_there || !row.is_known) {
        *answer_out = VAULT_not_asked;
        return OK;
    }
    if (row.stored_at_ms != 0 || is_marked(&row.map, chunk->index)) {
        *answer_out = VAULT_had;
        return OK;
    }
    if (is_room_short(folder)) { /* asked for while there was room, and by many at once */
        *answer_out = VAULT_no_room;
        return OK;
    }
    if (row.lack_count == chunks_of(chunk->size)) {
        /* The database may be older than the disk (restored): nothing is sent again then. */
        const struct vault_key key = {chunk->hash, chunk->size};
        enum vault_file_state state = VAULT_FILE_missing;
        TRY(vault_file_look(folder, &key, true, &state));
        if (state == VAULT_FILE_good) {
            *answer_out = VAULT_whole;
            return set_stored(apply, &chunk->hash, chunk->size);
        }
    }
    enum err err = vault_file_put(folder, &chunk->hash, chunk->size,
                                  (uint64_t)chunk->index * LIMIT_chunk_size, chunk->bytes);
    if (err == ERR_no_space) {
        *answer_out = VAULT_no_room;
        return OK;
    }
    TRY(err);
    if (row.lack_count > 1) {
        *answer_out = VAULT_taken;
        return mark(apply, chunk, &row);
    }
    bool is_right = false; /* the last one is marked only with the whole */
    err = vault_file_publish(folder, &chunk->hash, chunk->size, &is_right);
    if (err == ERR_no_space) {
        *answer_out = VAULT_no_room;
        return OK;
    }
    TRY(err);
    *answer_out = is_right ? VAULT_whole : VAULT_wrong;
    return is_right ? set_stored(apply, &chunk->hash, chunk->size) : set_wrong(apply, chunk, &row);
}

struct lacking {
    struct hq_query query;
    struct chain_hash hash;
};

static struct lacking lacking_start(struct hq_store *store, uint32_t device_no, int64_t now_ms)
{
    struct lacking lacking = {.query = hq_query(store, SQL_HQ_attachment_lacking_of)};
    hq_bind_i64(&lacking.query, "$device_no", device_no);
    hq_bind_i64(&lacking.query, "$now_ms", now_ms);
    return lacking;
}

static bool lacking_next(struct lacking *lacking)
{
    if (!hq_next(&lacking->query)) {
        return false;
    }
    struct str hash = hq_text(&lacking->query, 0);
    lacking->hash = (struct chain_hash){{0}};
    memcpy(lacking->hash.bytes, hash.bytes,
           hash.size == sizeof lacking->hash.bytes ? hash.size : 0);
    return true;
}

static void add_lack(const struct lacking *lacking, struct vault_lack *lack)
{
    lack->hash = lacking->hash;
    lack->size = (uint32_t)hq_i64(&lacking->query, 1);
    struct chunk_map map;
    map_read(&map, hq_text(&lacking->query, 2));
    uint32_t count = chunks_of(lack->size);
    for (uint32_t i = 0; i < count && lack->chunk_count < VAULT_CHUNKS_MAX; i++) {
        if (!is_marked(&map, i)) {
            lack->chunks[lack->chunk_count++] = i;
        }
    }
}

/* Which of many is asked for just now: where the turn begins, and how many from there. */
struct turns {
    size_t count, from, wanted;
};

static enum err find_turns(struct hq_store *store, uint32_t device_no, int64_t now_ms,
                           const struct chain_hash *at_hand, struct turns *turns)
{
    enum { TURN_MS = 600000 };
    *turns = (struct turns){.wanted = VAULT_LACKS_MAX};
    struct lacking lacking = lacking_start(store, device_no, now_ms);
    bool has_at_hand = false;
    while (lacking_next(&lacking)) {
        turns->count++;
        has_at_hand = has_at_hand || (at_hand != NULL && chain_hash_equal(at_hand, &lacking.hash));
    }
    turns->wanted -= has_at_hand ? 1 : 0;
    if (turns->count > VAULT_LACKS_MAX) {
        turns->from = (size_t)(now_ms / TURN_MS) * VAULT_LACKS_MAX % turns->count;
    }
    return hq_end(&lacking.query);
}

enum err vault_lacks(struct arena *arena, struct hq_store *store, const char *folder,
                     uint32_t device_no, int64_t now_ms, const struct chain_hash *at_hand,
                     struct vault_lack **lacks_out, size_t *count_out)
{
    struct turns turns;
    *count_out = 0;
    *lacks_out = NULL;
    TRY(find_turns(store, device_no, now_ms, at_hand, &turns));
    if (turns.count == 0 || is_room_short(folder)) {
        return OK;
    }
    *lacks_out = ARENA_ARRAY(arena, VAULT_LACKS_MAX, struct vault_lack);
    struct lacking lacking = lacking_start(store, device_no, now_ms);
    for (size_t i = 0; *count_out < VAULT_LACKS_MAX && lacking_next(&lacking); i++) {
        bool is_at_hand = at_hand != NULL && chain_hash_equal(at_hand, &lacking.hash);
        bool has_turn = (i + turns.count - turns.from) % turns.count < turns.wanted;
        if (is_at_hand || has_turn) {
            add_lack(&lacking, &(*lacks_out)[(*count_out)++]);
        }
    }
    return hq_end(&lacking.query);
}

/* ---- looking after them ---- */

enum err vault_safe(struct apply *apply, const struct chain_hash *hash, uint32_t size)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_attachment_safe);
    bind_key(&query, hash, size);
    hq_bind_i64(&query, "$safe_at_ms", apply->now_ms);
    TRY(hq_run(&query));
    return hq_changed_count(apply->store) > 0 ? tell_all(apply, hash, size, 2) : OK;
}

static enum err set_gone(struct apply *apply, const struct chain_hash *hash, uint32_t size)
{
    struct hq_query query = hq_query(apply->store, SQL_HQ_attachment_gone);
    bind_key(&query, hash, size);
    hq_bind_i64(&query, "$lack_count", chunks_of(size));
    TRY(hq_run(&query));
    log_line(LOG_warning, "vault", "an attachment of %u bytes is gone: asked for again",
             (unsigned)size);
    return tell_all(apply, hash, size, 0);
}

enum err vault_look(struct ingest *ingest, const char *folder, bool is_deep,
                    struct vault_looked *looked_out)
{
    struct apply *apply = ingest_desk(ingest);
    *looked_out = (struct vault_looked){0};
    struct vault_key *gone = NULL; /* gathered first: a table is not changed while it is read */
    size_t gone_count = 0;
    size_t capacity = 0;
    enum err err = OK;
    struct hq_query query = hq_query(apply->store, SQL_HQ_attachment_whole);
    while (err == OK && hq_next(&query)) {
        struct vault_key key = {.size = (uint32_t)hq_i64(&query, 1)};
        struct str hash = hq_text(&query, 0);
        memcpy(key.hash.bytes, hash.bytes, hash.size == sizeof key.hash.bytes ? hash.size : 0);
        enum vault_file_state state = VAULT_FILE_good;
        err = vault_file_look(folder, &key, is_deep, &state);
        looked_out->whole_count += state == VAULT_FILE_good;
        looked_out->missing_count += state == VAULT_FILE_missing;
        looked_out->rotten_count += state == VAULT_FILE_rotten;
        if (err != OK || state == VAULT_FILE_good) {
            continue;
        }
        if (gone_count == capacity) {
            capacity = capacity == 0 ? 16 : capacity * 2;
            struct vault_key *more = ARENA_ARRAY(&apply->scratch, capacity, struct vault_key);
            if (gone_count > 0) {
                memcpy(more, gone, gone_count * sizeof *more);
            }
            gone = more;
        }
        gone[gone_count++] = key;
    }
    enum err end_err = hq_end(&query);
    TRY(err);
    TRY(end_err);
    for (size_t i = 0; i < gone_count; i++) {
        TRY(set_gone(apply, &gone[i].hash, gone[i].size));
    }
    arena_reset(&apply->scratch);
    return OK;
}
