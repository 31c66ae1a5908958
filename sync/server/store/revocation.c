#include "sync/server/store/revocation.h"

#include "core/base/buf.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/store/apply.h"

#include <stdlib.h>
#include <string.h>

static const char magic[] = "DSV1";
enum {
    MAGIC_SIZE = 4,
    ITEM_SIZE = 4 + 8 + CHAIN_PUBLIC_KEY_SIZE,
    HASH_SIZE = 32,
    COUNT_MAX = 1000000, /* numbers of tablets are never used again */
    FILE_SIZE_MAX = COUNT_MAX * ITEM_SIZE + 64,
};

/* ---- the file ---- */

static enum err unpack(struct arena *arena, struct str bytes, struct revocation **items_out,
                       size_t *count_out)
{
    if (bytes.size < MAGIC_SIZE + HASH_SIZE || memcmp(bytes.bytes, magic, MAGIC_SIZE) != 0) {
        return ERR_corrupt;
    }
    size_t size = bytes.size - HASH_SIZE;
    struct chain_hash hash = chain_hash(bytes.bytes, size);
    if (memcmp(hash.bytes, bytes.bytes + size, HASH_SIZE) != 0) {
        return ERR_corrupt;
    }
    struct buf_reader reader;
    buf_reader_init(&reader, (const uint8_t *)bytes.bytes + MAGIC_SIZE, size - MAGIC_SIZE);
    uint64_t count = buf_read_varint(&reader);
    if (reader.err != OK || count > COUNT_MAX || buf_left(&reader) != count * ITEM_SIZE) {
        return ERR_corrupt;
    }
    struct revocation *items = ARENA_ARRAY(arena, count + 1, struct revocation);
    for (size_t i = 0; i < count; i++) {
        items[i].device_no = buf_read_u32(&reader);
        items[i].at_ms = (int64_t)buf_read_u64(&reader);
        const uint8_t *key = buf_read_bytes(&reader, sizeof items[i].key.bytes);
        if (key != NULL) {
            memcpy(items[i].key.bytes, key, sizeof items[i].key.bytes);
        }
    }
    *items_out = items;
    *count_out = (size_t)count;
    return reader.err == OK ? OK : ERR_corrupt;
}

enum err revocation_read(struct arena *arena, const char *path, struct revocation **items_out,
                         size_t *count_out)
{
    struct str bytes;
    enum err err = os_file_read(arena, path, FILE_SIZE_MAX, &bytes);
    *items_out = NULL;
    *count_out = 0;
    TRY(err == ERR_too_long ? ERR_corrupt : err);
    return unpack(arena, bytes, items_out, count_out);
}

static int compare(const void *a, const void *b)
{
    const struct revocation *one = a;
    const struct revocation *other = b;
    if (one->device_no != other->device_no) {
        return one->device_no < other->device_no ? -1 : 1;
    }
    return memcmp(one->key.bytes, other->key.bytes, sizeof one->key.bytes);
}

/* In one order, so that the same revocations are the same bytes. */
static enum err put(struct arena *arena, const char *path, struct revocation *items, size_t count)
{
    qsort(items, count, sizeof *items, compare);
    size_t capacity = MAGIC_SIZE + 10 + count * ITEM_SIZE + HASH_SIZE;
    uint8_t *bytes = arena_alloc(arena, capacity);
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, capacity);
    buf_write_bytes(&writer, (const uint8_t *)magic, MAGIC_SIZE);
    buf_write_varint(&writer, count);
    for (size_t i = 0; i < count; i++) {
        buf_write_u32(&writer, items[i].device_no);
        buf_write_u64(&writer, (uint64_t)items[i].at_ms);
        buf_write_bytes(&writer, items[i].key.bytes, sizeof items[i].key.bytes);
    }
    struct chain_hash hash = chain_hash(bytes, writer.size);
    buf_write_bytes(&writer, hash.bytes, sizeof hash.bytes);
    CHECK(writer.err == OK);
    return os_file_replace(path, bytes, writer.size);
}

/* ---- what the database knows ---- */

static bool is_listed(const struct revocation *items, size_t count, const struct revocation *item)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].device_no == item->device_no &&
            memcmp(items[i].key.bytes, item->key.bytes, sizeof item->key.bytes) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds what the database knows and `items`, with room for it, do not have yet. */
static enum err add_known(struct hq_store *store, struct revocation *items, size_t capacity,
                          size_t *count)
{
    size_t listed_count = *count;
    struct hq_query query = hq_query(store, SQL_HQ_revoked_key_all);
    while (*count < capacity && hq_next(&query)) {
        struct revocation item = {
            .device_no = (uint32_t)hq_i64(&query, 1),
            .at_ms = hq_i64(&query, 2),
        };
        struct str key = hq_text(&query, 0);
        memcpy(item.key.bytes, key.bytes, key.size == sizeof item.key.bytes ? key.size : 0);
        if (!is_listed(items, listed_count, &item)) {
            items[(*count)++] = item;
        }
    }
    return hq_end(&query);
}

enum err revocation_write(struct arena *arena, struct hq_store *store, const char *folder)
{
    const char *path = os_path(arena, folder, REVOCATION_NAME);
    struct revocation *there = NULL;
    size_t there_count = 0;
    enum err err = revocation_read(arena, path, &there, &there_count);
    if (err == ERR_corrupt) { /* the database knows all that this headquarters revoked */
        log_line(LOG_warning, "store", "the list of revoked tablets is damaged and made anew");
    }
    TRY(err == ERR_not_found || err == ERR_corrupt ? OK : err);
    struct hq_query query = hq_query(store, SQL_HQ_revoked_key_count);
    int64_t known_count = 0;
    TRY(hq_one_i64(&query, &known_count));
    size_t capacity = there_count + (size_t)known_count;
    struct revocation *items = ARENA_ARRAY(arena, capacity + 1, struct revocation);
    if (there_count > 0) {
        memcpy(items, there, there_count * sizeof *items);
    }
    size_t count = there_count;
    TRY(add_known(store, items, capacity, &count));
    if (err == OK && count == there_count) {
        return OK; /* it says so already */
    }
    return put(arena, path, items, count);
}

/* The folder of a path, in `arena`; NULL when it is not there any more. */
static const char *folder_there(struct arena *arena, struct str path)
{
    const char *text = str_text(arena, path);
    const char *slash = strrchr(text, '/');
    const char *folder = slash == NULL   ? "."
                         : slash == text ? "/"
                                         : str_format(arena, "%.*s", (int)(slash - text), text);
    const char **names = NULL;
    size_t count = 0;
    return os_folder_list(arena, folder, &names, &count) == ERR_not_found ? NULL : folder;
}

enum err revocation_keep(struct arena *arena, struct hq_store *store, const char *folder,
                         const char **missed_out)
{
    enum { BACKUPS_MAX = 256 };
    const char *folders[BACKUPS_MAX + 1] = {folder};
    size_t count = 1;
    *missed_out = NULL;
    struct hq_query query = hq_query(store, SQL_HQ_backup_all); /* the newest first */
    while (count <= BACKUPS_MAX && hq_next(&query)) {
        const char *other = folder_there(arena, hq_text(&query, 2));
        bool is_new = other != NULL;
        for (size_t i = 0; is_new && i < count; i++) {
            is_new = strcmp(folders[i], other) != 0;
        }
        if (is_new) {
            folders[count++] = other;
        }
    }
    TRY(hq_end(&query));
    for (size_t i = 0; i < count; i++) {
        if (revocation_write(arena, store, folders[i]) != OK && *missed_out == NULL) {
            *missed_out = folders[i];
        }
    }
    return OK;
}

/* ---- in the database ---- */

static enum err write_down(struct hq_store *store, const struct revocation *item)
{
    struct hq_query query = hq_query(store, SQL_HQ_revoked_key_add);
    hq_bind_bytes(&query, "$public_key", item->key.bytes, sizeof item->key.bytes);
    hq_bind_i64(&query, "$device_no", item->device_no);
    hq_bind_i64(&query, "$revoked_at_ms", item->at_ms);
    return hq_run(&query);
}

static enum err revoke(struct ingest *ingest, uint32_t device_no, int64_t at_ms, bool *is_done_out)
{
    struct hq_store *store = ingest_desk(ingest)->store;
    struct hq_query query = hq_query(store, SQL_HQ_device_revoke);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$revoked_at_ms", at_ms);
    TRY(hq_run(&query));
    *is_done_out = hq_changed_count(store) > 0;
    if (!*is_done_out) {
        return OK;
    }
    struct hq_query holder = hq_query(store, SQL_HQ_device_holder_changed);
    hq_bind_i64(&holder, "$device_no", device_no);
    TRY(hq_run(&holder));
    /* Loaded after this, so that the feed number above counts. */
    apply_device_forget(ingest_desk(ingest), device_no);
    return ingest_device_leaves(ingest, device_no);
}

enum err revocation_revoke(struct ingest *ingest, uint32_t device_no, bool *is_done_out)
{
    struct apply *apply = ingest_desk(ingest);
    *is_done_out = false;
    TRY(ingest_apply_own(ingest));
    struct apply_device *device = NULL;
    TRY(apply_device(apply, device_no, &device));
    if (!device->is_known || device_no == 0) {
        return OK;
    }
    const struct revocation item = {
        .key = device->key, .device_no = device_no, .at_ms = apply->now_ms};
    TRY(revoke(ingest, device_no, apply->now_ms, is_done_out));
    return *is_done_out ? write_down(apply->store, &item) : OK;
}

enum err revocation_apply(struct ingest *ingest, const struct revocation *items, size_t count,
                          uint64_t *again_count_out)
{
    struct apply *apply = ingest_desk(ingest);
    *again_count_out = 0;
    TRY(ingest_apply_own(ingest));
    for (size_t i = 0; i < count; i++) {
        struct apply_device *device = NULL;
        TRY(apply_device(apply, items[i].device_no, &device));
        TRY(write_down(apply->store, &items[i]));
        bool is_same = device->is_known &&
                       memcmp(device->key.bytes, items[i].key.bytes, sizeof device->key.bytes) == 0;
        bool is_done = false;
        if (is_same) {
            TRY(revoke(ingest, items[i].device_no, items[i].at_ms, &is_done));
        }
        *again_count_out += is_done;
    }
    return OK;
}
