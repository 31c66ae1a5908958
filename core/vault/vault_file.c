/* The bytes of vault.key and vault.state. Little-endian, BLAKE2b-256 of all before at the end,
 * which finds damage; nothing here is believed because of it. */
#include "core/vault/vault_private.h"

#include "core/base/buf.h"
#include "core/os/os.h"

#include <sodium.h>
#include <string.h>

enum { VERSION = 1, MAGIC_SIZE = 4, HASH_SIZE = 32, FILE_SIZE_MAX = 4096 };

static enum err file_read(struct arena *arena, const char *path, const char *magic,
                          struct buf_reader *reader_out)
{
    struct str bytes;
    enum err err = os_file_read(arena, path, FILE_SIZE_MAX, &bytes);
    if (err == ERR_too_long) {
        return ERR_corrupt;
    }
    TRY(err);
    if (bytes.size < MAGIC_SIZE + 1 + HASH_SIZE || memcmp(bytes.bytes, magic, MAGIC_SIZE) != 0) {
        return ERR_corrupt;
    }
    uint8_t hash[HASH_SIZE];
    size_t size = bytes.size - HASH_SIZE;
    crypto_generichash(hash, sizeof hash, (const uint8_t *)bytes.bytes, size, NULL, 0);
    if (memcmp(hash, bytes.bytes + size, HASH_SIZE) != 0) {
        return ERR_corrupt;
    }
    buf_reader_init(reader_out, bytes.bytes + MAGIC_SIZE, size - MAGIC_SIZE);
    return buf_read_u8(reader_out) == VERSION ? OK : ERR_newer_database;
}

static void writer_start(struct buf_writer *writer, uint8_t bytes[FILE_SIZE_MAX], const char *magic)
{
    buf_writer_init(writer, bytes, FILE_SIZE_MAX);
    buf_write_bytes(writer, magic, MAGIC_SIZE);
    buf_write_u8(writer, VERSION);
}

static void writer_end(struct buf_writer *writer)
{
    uint8_t hash[HASH_SIZE];
    crypto_generichash(hash, sizeof hash, writer->bytes, writer->size, NULL, 0);
    buf_write_bytes(writer, hash, sizeof hash);
    CHECK(writer->err == OK);
}

static void copy(struct buf_reader *reader, void *bytes, size_t size)
{
    const uint8_t *found = buf_read_bytes(reader, size);
    if (found != NULL) {
        memcpy(bytes, found, size);
    }
}

static void stretch_read(struct buf_reader *reader, struct vault_stretch *stretch)
{
    stretch->ops = buf_read_u32(reader);
    stretch->kib = buf_read_u32(reader);
    copy(reader, stretch->salt, sizeof stretch->salt);
}

static void stretch_write(struct buf_writer *writer, const struct vault_stretch *stretch)
{
    buf_write_u32(writer, stretch->ops);
    buf_write_u32(writer, stretch->kib);
    buf_write_bytes(writer, stretch->salt, sizeof stretch->salt);
}

static enum err keep_parse(struct buf_reader *reader, struct vault_keep *keep)
{
    uint8_t guard = buf_read_u8(reader);
    keep->guard = (enum vault_guard)guard;
    stretch_read(reader, &keep->stretch);
    copy(reader, keep->wrap, sizeof keep->wrap);
    copy(reader, keep->verifier, sizeof keep->verifier);
    keep->has_recovery = buf_read_u8(reader) != 0;
    copy(reader, keep->recovery, sizeof keep->recovery);
    keep->has_pending = buf_read_u8(reader) != 0;
    copy(reader, keep->pending, sizeof keep->pending);
    keep->has_lockout = buf_read_u8(reader) != 0;
    copy(reader, keep->lockout, sizeof keep->lockout);
    keep->chip_size = buf_read_u32(reader);
    if (keep->chip_size > sizeof keep->chip) {
        return ERR_corrupt;
    }
    copy(reader, keep->chip, keep->chip_size);
    bool is_known = guard >= VAULT_GUARD_none && guard <= VAULT_GUARD_phrase;
    return buf_reader_done(reader) == OK && is_known ? OK : ERR_corrupt;
}

enum err vault_keep_read(const char *path, struct vault_keep *keep_out)
{
    struct arena arena;
    struct buf_reader reader;
    struct vault_keep keep = {0};
    arena_init(&arena, FILE_SIZE_MAX);
    enum err err = file_read(&arena, path, "DSVK", &reader);
    if (err == OK) {
        err = keep_parse(&reader, &keep);
    }
    if (err == OK) {
        *keep_out = keep;
    }
    arena_deinit(&arena);
    sodium_memzero(&keep, sizeof keep);
    return err;
}

enum err vault_keep_write(const char *path, const struct vault_keep *keep, const struct rng *rng)
{
    uint8_t bytes[FILE_SIZE_MAX];
    struct buf_writer writer;
    writer_start(&writer, bytes, "DSVK");
    buf_write_u8(&writer, (uint8_t)keep->guard);
    stretch_write(&writer, &keep->stretch);
    buf_write_bytes(&writer, keep->wrap, sizeof keep->wrap);
    buf_write_bytes(&writer, keep->verifier, sizeof keep->verifier);
    buf_write_u8(&writer, keep->has_recovery);
    buf_write_bytes(&writer, keep->recovery, sizeof keep->recovery);
    buf_write_u8(&writer, keep->has_pending);
    buf_write_bytes(&writer, keep->pending, sizeof keep->pending);
    buf_write_u8(&writer, keep->has_lockout);
    buf_write_bytes(&writer, keep->lockout, sizeof keep->lockout);
    buf_write_u32(&writer, keep->chip_size);
    buf_write_bytes(&writer, keep->chip, keep->chip_size);
    writer_end(&writer);
    enum err err = os_file_replace_shred(path, bytes, writer.size, rng);
    sodium_memzero(bytes, sizeof bytes);
    return err;
}

enum {
    FLAG_has_key = 1,
    FLAG_held = 2,
    FLAG_wiping = 4,
    FLAG_wiped = 8,
    FLAG_told = 16,
    FLAG_known = 32
};

static void text_read(struct buf_reader *reader, char *text, size_t size)
{
    copy(reader, text, size);
    text[size - 1] = '\0';
}

/* A time, held to where sums of times fit: whoever holds the disk may write any, and a file that
 * was written here is never refused for its times. */
static int64_t time_read(struct buf_reader *reader)
{
    const int64_t most_ms = INT64_C(1) << 53;
    int64_t at_ms = (int64_t)buf_read_u64(reader);
    return at_ms < 0 ? 0 : at_ms > most_ms ? most_ms : at_ms;
}

static enum err stand_parse(struct buf_reader *reader, struct vault_stand *stand)
{
    copy(reader, stand->id, sizeof stand->id);
    copy(reader, stand->seed, sizeof stand->seed);
    uint32_t flags = buf_read_u32(reader);
    stand->has_key = (flags & FLAG_has_key) != 0;
    stand->is_held = (flags & FLAG_held) != 0;
    stand->is_wiping = (flags & FLAG_wiping) != 0;
    stand->is_wiped = (flags & FLAG_wiped) != 0;
    stand->is_told = (flags & FLAG_told) != 0;
    stand->is_known = (flags & FLAG_known) != 0;
    stand->wrong_count = buf_read_u32(reader);
    stand->wrong_uptime_ms = time_read(reader);
    stand->wrong_boot = buf_read_u32(reader);
    stand->contact_hq_at_ms = time_read(reader);
    stand->contact_wall_ms = time_read(reader);
    stand->seen_wall_ms = time_read(reader);
    stand->lease_days = buf_read_u32(reader);
    stand->order_no = buf_read_u64(reader);
    stand->said_at_ms = time_read(reader);
    stand->done.order_no = buf_read_u64(reader);
    stand->done.order = (enum vault_order)buf_read_u8(reader);
    stand->done.at_ms = time_read(reader);
    stand->done.file_count = buf_read_u32(reader);
    stand->done.size = buf_read_u64(reader);
    stand->done.sealed_count = buf_read_u32(reader);
    copy(reader, stand->owner.hq_key, sizeof stand->owner.hq_key);
    stand->owner.device_no = buf_read_u32(reader);
    stand->owner.person_no = (int32_t)buf_read_u32(reader);
    text_read(reader, stand->owner.person_name, sizeof stand->owner.person_name);
    text_read(reader, stand->owner.lang, sizeof stand->owner.lang);
    return buf_reader_done(reader) == OK ? OK : ERR_corrupt;
}

enum err vault_stand_read(const char *path, struct vault_stand *stand_out)
{
    struct arena arena;
    struct buf_reader reader;
    struct vault_stand stand = {0};
    arena_init(&arena, FILE_SIZE_MAX);
    enum err err = file_read(&arena, path, "DSVS", &reader);
    if (err == OK) {
        err = stand_parse(&reader, &stand);
    }
    if (err == OK) {
        *stand_out = stand;
    }
    arena_deinit(&arena);
    return err;
}

enum err vault_stand_write(const char *path, const struct vault_stand *stand)
{
    uint8_t bytes[FILE_SIZE_MAX];
    struct buf_writer writer;
    writer_start(&writer, bytes, "DSVS");
    buf_write_bytes(&writer, stand->id, sizeof stand->id);
    buf_write_bytes(&writer, stand->seed, sizeof stand->seed);
    buf_write_u32(&writer,
                  (stand->has_key ? FLAG_has_key : 0U) | (stand->is_held ? FLAG_held : 0U) |
                      (stand->is_wiping ? FLAG_wiping : 0U) | (stand->is_wiped ? FLAG_wiped : 0U) |
                      (stand->is_told ? FLAG_told : 0U) | (stand->is_known ? FLAG_known : 0U));
    buf_write_u32(&writer, stand->wrong_count);
    buf_write_u64(&writer, (uint64_t)stand->wrong_uptime_ms);
    buf_write_u32(&writer, stand->wrong_boot);
    buf_write_u64(&writer, (uint64_t)stand->contact_hq_at_ms);
    buf_write_u64(&writer, (uint64_t)stand->contact_wall_ms);
    buf_write_u64(&writer, (uint64_t)stand->seen_wall_ms);
    buf_write_u32(&writer, stand->lease_days);
    buf_write_u64(&writer, stand->order_no);
    buf_write_u64(&writer, (uint64_t)stand->said_at_ms);
    buf_write_u64(&writer, stand->done.order_no);
    buf_write_u8(&writer, (uint8_t)stand->done.order);
    buf_write_u64(&writer, (uint64_t)stand->done.at_ms);
    buf_write_u32(&writer, stand->done.file_count);
    buf_write_u64(&writer, stand->done.size);
    buf_write_u32(&writer, stand->done.sealed_count);
    buf_write_bytes(&writer, stand->owner.hq_key, sizeof stand->owner.hq_key);
    buf_write_u32(&writer, stand->owner.device_no);
    buf_write_u32(&writer, (uint32_t)stand->owner.person_no);
    buf_write_bytes(&writer, stand->owner.person_name, sizeof stand->owner.person_name);
    buf_write_bytes(&writer, stand->owner.lang, sizeof stand->owner.lang);
    writer_end(&writer);
    return os_file_replace(path, bytes, writer.size);
}
