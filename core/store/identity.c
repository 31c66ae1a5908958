#include "core/store/identity.h"

#include "core/store/store_private.h"

#include "core/base/buf.h"
#include "core/os/log.h"

#include <stdio.h>
#include <string.h>

/* No page of a database has this number, and the key is of this file alone. */
enum { BLOCK_NUMBER = 0, BODY_SIZE = IDENTITY_SIZE - PAGE_SEAL_TAIL };
static const char MAGIC[] = "DSI1";

/* On disk: append, never renumber. */
enum part_type { PART_number = 1, PART_text = 2, PART_bytes = 3 };

/* What a tablet needs to speak under its number, and the number of the copies put aside. */
static const struct part {
    enum setting setting;
    const char *name;
    enum part_type type;
} parts[] = {
#define PART(name, type)                   \
    {                                      \
        SETTING_##name, #name, PART_##type \
    }
    PART(device_no, number),
    PART(person_no, number),
    PART(person_name, text),
    PART(branch_no, number),
    PART(branch_name, text),
    PART(enrolled_at_ms, number),
    PART(device_public_key, bytes),
    PART(device_secret_key, bytes),
    PART(hq_public_key, bytes),
    PART(hq_url, text),
    PART(certificate, bytes),
    PART(certificate_at_ms, number),
    PART(certificate_person_no, number),
    PART(certificate_branch_no, number),
    PART(hq_older_keys, bytes),
    PART(hq_tls_pins, bytes),
    PART(rescue_count, number),
#undef PART
};

bool identity_holds(enum setting setting)
{
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (parts[i].setting == setting) {
            return true;
        }
    }
    return false;
}

/* ---- writing ---- */

static enum err part_write(struct store *store, struct arena *arena, const struct part *part,
                           struct buf_writer *writer)
{
    int64_t number = 0;
    struct str bytes = {"", 0};
    bool is_number = part->type == PART_number;
    TRY(is_number ? store_setting_number(store, part->setting, 0, &number)
                  : store_setting_bytes(store, arena, part->setting, &bytes));
    if (number == 0 && bytes.size == 0) {
        return OK; /* as if it had never been set */
    }
    buf_write_u8(writer, (uint8_t)strlen(part->name));
    buf_write_bytes(writer, part->name, strlen(part->name));
    buf_write_u8(writer, (uint8_t)part->type);
    buf_write_u32(writer, is_number ? sizeof number : (uint32_t)bytes.size);
    if (is_number) {
        buf_write_u64(writer, (uint64_t)number);
    } else {
        buf_write_bytes(writer, bytes.bytes, bytes.size);
    }
    return OK;
}

/* ERR_not_enrolled: there is nothing to keep yet. */
static enum err body_write(struct store *store, struct arena *arena, uint8_t *body)
{
    struct buf_writer writer;
    int64_t device_no = 0;
    TRY(store_setting_number(store, SETTING_device_no, 0, &device_no));
    if (device_no == 0) {
        return ERR_not_enrolled;
    }
    buf_writer_init(&writer, body, BODY_SIZE);
    buf_write_bytes(&writer, MAGIC, 4);
    for (size_t i = 0; i < COUNT(parts); i++) {
        TRY(part_write(store, arena, &parts[i], &writer));
    }
    return writer.err;
}

static void key_of(uint8_t key_out[PAGE_SEAL_KEY_SIZE], const struct page_vfs *vfs)
{
    page_seal_key(key_out, vfs->key, "identity");
}

static const char *path_of(struct arena *arena, const char *path)
{
    return str_format(arena, "%s.identity", path);
}

/* False: there is none that opens. */
static bool block_open(struct page_vfs *vfs, struct arena *arena, const char *path,
                       uint8_t *block_out)
{
    struct page_below below = {0};
    sqlite3_int64 size = 0;
    uint8_t key[PAGE_SEAL_KEY_SIZE];
    uint8_t *sealed = arena_alloc(arena, IDENTITY_SIZE);
    key_of(key, vfs);
    bool is_good = page_below_look(vfs, arena, path, &below, &size) == OK && size == IDENTITY_SIZE;
    is_good = is_good &&
              below.file->pMethods->xRead(below.file, sealed, IDENTITY_SIZE, 0) == SQLITE_OK &&
              page_seal_open(block_out, sealed, IDENTITY_SIZE, key, PAGE_SEAL_KIND_database,
                             BLOCK_NUMBER);
    explicit_bzero(key, sizeof key);
    page_below_close(&below);
    return is_good;
}

static enum err block_write(const struct store *store, struct arena *arena, const char *path,
                            const uint8_t *block)
{
    struct page_vfs *vfs = store->pages;
    struct page_below below = {0};
    uint8_t nonce[PAGE_SEAL_NONCE_SIZE];
    uint8_t key[PAGE_SEAL_KEY_SIZE];
    uint8_t *sealed = arena_alloc(arena, IDENTITY_SIZE);
    rng_fill(vfs->rng, nonce, sizeof nonce);
    key_of(key, vfs);
    page_seal(sealed, block, IDENTITY_SIZE, key, nonce, PAGE_SEAL_KIND_database, BLOCK_NUMBER);
    explicit_bzero(key, sizeof key);
    TRY(store_file_make(&store->options, path));
    TRY(store_sqlite_err(page_below_open(vfs->base, arena, path,
                                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &below)));
    const struct sqlite3_io_methods *methods = below.file->pMethods;
    enum err err = store_sqlite_err(methods->xWrite(below.file, sealed, IDENTITY_SIZE, 0));
    err = err == OK ? store_sqlite_err(methods->xTruncate(below.file, IDENTITY_SIZE)) : err;
    err = err == OK ? store_sqlite_err(methods->xSync(below.file, SQLITE_SYNC_NORMAL)) : err;
    page_below_close(&below);
    return err;
}

static enum err keep(struct store *store, struct arena *arena, uint8_t *now, uint8_t *before)
{
    const char *path = path_of(arena, store->options.path);
    TRY(body_write(store, arena, now));
    bool has_before = block_open(store->pages, arena, path, before);
    return has_before && memcmp(now, before, IDENTITY_SIZE) == 0
               ? OK
               : block_write(store, arena, path, now);
}

void identity_keep(struct store *store)
{
    struct arena arena;
    store->is_identity_old = false;
    if (store->pages == NULL) {
        return;
    }
    arena_init(&arena, 0);
    uint8_t *blocks = arena_alloc(&arena, 2 * (size_t)IDENTITY_SIZE); /* zeroed */
    enum err err = keep(store, &arena, blocks, blocks + IDENTITY_SIZE);
    if (err != OK && err != ERR_not_enrolled) {
        log_line(LOG_warning, "store", "no copy of the identity: %s", err_name(err));
    }
    explicit_bzero(blocks, 2 * (size_t)IDENTITY_SIZE);
    arena_deinit(&arena);
}

/* ---- reading ---- */

static const struct part *part_named(struct str name)
{
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (str_is(name, parts[i].name)) {
            return &parts[i];
        }
    }
    return NULL;
}

/* The next one; false at the end, or where it is none. */
static bool part_read(struct buf_reader *reader, struct str *name_out, uint8_t *type_out,
                      struct str *value_out)
{
    size_t name_size = buf_left(reader) > 0 ? buf_read_u8(reader) : 0;
    if (name_size == 0) {
        return false; /* zeros to the end of the block */
    }
    const uint8_t *name = buf_read_bytes(reader, name_size);
    *type_out = buf_read_u8(reader);
    size_t size = buf_read_u32(reader);
    const uint8_t *value = buf_read_bytes(reader, size);
    *name_out = (struct str){(const char *)name, name_size};
    *value_out = (struct str){(const char *)value, size};
    return reader->err == OK &&
           (*type_out == PART_number ? size == sizeof(int64_t)
                                     : *type_out == PART_text || *type_out == PART_bytes);
}

static void part_take(struct rescue_found *found, const struct part *part, struct str value,
                      bool is_whole)
{
    struct rescue_setting *setting = &found->settings[part->setting];
    if (found->has_setting[part->setting] && is_whole && setting->rank == RESCUE_RANK_newest) {
        return;
    }
    *setting = (struct rescue_setting){.setting = part->setting,
                                       .rank = RESCUE_RANK_newest,
                                       .is_number = part->type == PART_number,
                                       .is_text = part->type == PART_text};
    if (setting->is_number) {
        struct buf_reader reader;
        buf_reader_init(&reader, value.bytes, value.size);
        setting->number = (int64_t)buf_read_u64(&reader);
    } else {
        char *bytes = arena_alloc(found->arena, value.size + 1); /* zeroed: it ends in a NUL */
        memcpy(bytes, value.bytes, value.size);
        setting->bytes = (struct str){bytes, value.size};
    }
    found->has_setting[part->setting] = true;
}

bool identity_read(struct rescue_found *found, const uint8_t *bytes, size_t size, bool is_whole)
{
    struct str name;
    struct str value;
    uint8_t type = 0;
    struct buf_reader reader;
    buf_reader_init(&reader, bytes, size);
    const uint8_t *magic = buf_read_bytes(&reader, 4);
    if (magic == NULL || memcmp(magic, MAGIC, 4) != 0) {
        return false;
    }
    struct buf_reader once = reader;
    while (part_read(&once, &name, &type, &value)) {
    }
    if (once.err != OK) {
        return false;
    }
    while (part_read(&reader, &name, &type, &value)) {
        const struct part *part = part_named(name);
        if (part != NULL && type == (uint8_t)part->type) {
            part_take(found, part, value, is_whole);
        }
    }
    return true;
}

void identity_fill(struct rescue_found *found, struct page_vfs *vfs, const char *path,
                   bool is_whole)
{
    struct arena arena;
    arena_init(&arena, 0);
    uint8_t *block = arena_alloc(&arena, IDENTITY_SIZE);
    if (block_open(vfs, &arena, path_of(&arena, path), block) &&
        !identity_read(found, block, BODY_SIZE, is_whole)) {
        log_line(LOG_error, "store", "the copy of the identity is of another program");
    }
    explicit_bzero(block, IDENTITY_SIZE);
    arena_deinit(&arena);
}
