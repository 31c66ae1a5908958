#include "tests/core/store/memory_store.h"

#include <stdio.h>

enum { PAGE = PAGE_VFS_PAGE_SIZE, NOTES = 40 };

static const char planted[] = "债务人王建国住浦东新区张杨路15号";

/* Sealed, whatever the environment says: this is about seals. */
static void open_sealed(struct memory_store *memory)
{
    static const struct store_key key = {{7, 7, 7}};
    memory_store_open(memory);
    store_close(&memory->store);
    fault_disk_free(&memory->disk);
    memory->options.key = &key;
    EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
    EXPECT_OK(store_setting_set_number(memory->store, SETTING_device_no, 7));
}

static bool disk_has(const struct fault_disk *disk, const char *text)
{
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        const struct fault_file *file = &disk->files[i];
        if (file->exists &&
            (memmem(file->bytes, file->size, text, strlen(text)) != NULL ||
             memmem(file->flushed_bytes, file->flushed_size, text, strlen(text)) != NULL)) {
            return true;
        }
    }
    return false;
}

/* ---- the block ---- */

TEST(test_a_block_opens_whole_in_its_place_with_its_key_alone)
{
    static uint8_t open[PAGE], sealed[PAGE], back[PAGE];
    static const uint8_t nonce[PAGE_SEAL_NONCE_SIZE] = {1, 2, 3};
    uint8_t key[PAGE_SEAL_KEY_SIZE] = {5};
    uint8_t device_key[PAGE_SEAL_KEY_SIZE], media_key[PAGE_SEAL_KEY_SIZE];
    memset(open, 'a', PAGE - PAGE_SEAL_TAIL);
    page_seal_key(device_key, key, "device");
    page_seal_key(media_key, key, "media");
    EXPECT(memcmp(device_key, media_key, sizeof device_key) != 0);
    page_seal(sealed, open, PAGE, device_key, nonce, PAGE_SEAL_KIND_database, 3);
    EXPECT(page_seal_open(back, sealed, PAGE, device_key, PAGE_SEAL_KIND_database, 3));
    EXPECT(memcmp(open, back, PAGE) == 0);
    EXPECT(!page_seal_open(back, sealed, PAGE, device_key, PAGE_SEAL_KIND_database, 4));
    EXPECT(!page_seal_open(back, sealed, PAGE, device_key, PAGE_SEAL_KIND_log, 3));
    EXPECT(!page_seal_open(back, sealed, PAGE, media_key, PAGE_SEAL_KIND_database, 3));
    EXPECT(!page_seal_open(back, sealed, PAGE - 1, device_key, PAGE_SEAL_KIND_database, 3));
    for (size_t at = 0; at < PAGE; at++) {
        sealed[at] ^= (uint8_t)(1U << at % 8);
        EXPECT(!page_seal_open(back, sealed, PAGE, device_key, PAGE_SEAL_KIND_database, 3));
        EXPECT_INT(0, back[at]); /* nothing of it is handed out */
        sealed[at] ^= (uint8_t)(1U << at % 8);
    }
    EXPECT(page_seal_open(back, sealed, PAGE, device_key, PAGE_SEAL_KIND_database, 3));
}

/* ---- the files ---- */

TEST(test_nothing_that_is_written_can_be_read_on_the_disk)
{
    struct memory_store memory;
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        open_sealed(&memory);
        if (is_plain) { /* the control */
            store_close(&memory.store);
            fault_disk_free(&memory.disk);
            memory.options.key = NULL;
            EXPECT_OK(store_open(&memory.arena, &memory.options, &memory.store));
            EXPECT_OK(store_setting_set_number(memory.store, SETTING_device_no, 7));
        }
        memory_store_note(&memory, 1000, planted);
        EXPECT_INT(is_plain, disk_has(&memory.disk, planted)); /* the log */
        EXPECT_INT(is_plain, disk_has(&memory.disk, "CREATE TABLE"));
        EXPECT_OK(store_checkpoint(memory.store));
        EXPECT_INT(is_plain, disk_has(&memory.disk, planted)); /* the file */
        memory_store_close(&memory);
    }
}

TEST(test_no_other_kind_of_file_is_opened)
{
    static const int kinds[] = {SQLITE_OPEN_TEMP_DB, SQLITE_OPEN_TRANSIENT_DB,
                                SQLITE_OPEN_TEMP_JOURNAL, SQLITE_OPEN_SUBJOURNAL,
                                SQLITE_OPEN_SUPER_JOURNAL};
    struct memory_store memory;
    open_sealed(&memory);
    sqlite3_vfs *vfs = sqlite3_vfs_find(memory.store->pages->name);
    sqlite3_file *file = arena_alloc(&memory.arena, (size_t)vfs->szOsFile);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        EXPECT_INT(SQLITE_CANTOPEN,
                   vfs->xOpen(vfs, "spill", file,
                              kinds[i] | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL));
    }
    /* More than the page cache holds, sorted, within a savepoint: nothing spills. */
    EXPECT_OK(store_stmt_exec(
        memory.store,
        "PRAGMA cache_size=20; BEGIN IMMEDIATE; SAVEPOINT one; CREATE TABLE wide (a TEXT);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
        "INSERT INTO wide SELECT hex(zeroblob(1000)) || i FROM n;"
        "CREATE INDEX wide_index ON wide (a DESC); UPDATE wide SET a = 'x' || a;"
        "RELEASE one; COMMIT"));
    char text[32];
    EXPECT_OK(store_file_ask(memory.store->db, "PRAGMA integrity_check", text, sizeof text));
    EXPECT_TEXT("ok", text);
    EXPECT(fault_disk_file(&memory.disk, "unnamed") == NULL);
    EXPECT_OK(store_reopen(memory.store));
    EXPECT_OK(store_file_ask(memory.store->db, "SELECT count(*) FROM wide", text, sizeof text));
    EXPECT_TEXT("200", text);
    memory_store_close(&memory);
}

TEST(test_a_wrong_key_is_told_and_nothing_is_touched)
{
    struct memory_store memory;
    struct fault_disk before = {0};
    open_sealed(&memory);
    memory_store_note(&memory, 1000, planted);
    store_close(&memory.store);
    fault_disk_copy(&before, &memory.disk);
    const struct store_key *right = memory.options.key;
    struct store_key wrong = *right;
    wrong.bytes[31] ^= 1;
    memory.options.key = &wrong;
    EXPECT_ERR(ERR_wrong_key, store_open(&memory.arena, &memory.options, &memory.store));
    memory.options.key = NULL;
    EXPECT_ERR(ERR_corrupt, store_open(&memory.arena, &memory.options, &memory.store));
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        const struct fault_file *was = &before.files[i];
        const struct fault_file *is = fault_disk_file(&memory.disk, was->name);
        EXPECT(!was->exists || (is != NULL && is->size == was->size &&
                                memcmp(is->bytes, was->bytes, was->size) == 0));
    }
    memory.options.key = right;
    EXPECT_OK(store_open(&memory.arena, &memory.options, &memory.store));
    fault_disk_free(&before);
    memory_store_close(&memory);
}

/* The log holds a good first page while a cut has torn the one in the file. */
TEST(test_a_torn_first_page_is_taken_from_the_log)
{
    struct memory_store memory;
    uint64_t seq = 0;
    open_sealed(&memory);
    EXPECT_OK(store_checkpoint(memory.store));
    /* A change of the schema writes the first page. */
    EXPECT_OK(store_stmt_exec(memory.store, "CREATE TABLE later (a)"));
    memory_store_note(&memory, 1000, planted);
    memory.store->is_broken = true; /* dropped without a checkpoint, as by a cut */
    store_close(&memory.store);
    struct fault_file *file = fault_disk_file(&memory.disk, "device.db");
    memset(file->bytes + PAGE / 2, 0, PAGE / 2);
    EXPECT_OK(store_open(&memory.arena, &memory.options, &memory.store));
    EXPECT_OK(store_journal_last(memory.store, &seq, NULL, NULL));
    EXPECT_INT(1, seq);
    memory_store_close(&memory);
}

/* ---- tampering ---- */

/* What the store still says after `row` was done to its files: all of it, or an error. */
static bool is_told_or_whole(const char *row, struct memory_store *memory)
{
    struct store_records records = {0};
    uint64_t bad_seq = 0;
    enum err err = store_open(&memory->arena, &memory->options, &memory->store);
    bool is_open = err == OK;
    if (is_open) {
        err = store_journal_read(memory->store, &memory->arena, 0, SIZE_MAX, SIZE_MAX, &records);
    }
    if (err == OK) {
        err = store_journal_verify(memory->store, &bad_seq);
    }
    EXPECT_ROW(row, err == OK || err == ERR_corrupt || err == ERR_bad_link ||
                        err == ERR_wrong_key || err == ERR_io);
    EXPECT_ROW(row, err != OK || records.count == NOTES);
    for (size_t i = 0; err == OK && i < records.count; i++) {
        struct str body = records.items[i].body;
        EXPECT_ROW(row, memmem(body.bytes, body.size, planted, strlen(planted)) != NULL);
    }
    store_close(&memory->store);
    return err != OK;
}

static void swap_pages(struct fault_file *file, size_t a, size_t b)
{
    uint8_t kept[PAGE];
    memcpy(kept, file->bytes + a * PAGE, PAGE);
    memcpy(file->bytes + a * PAGE, file->bytes + b * PAGE, PAGE);
    memcpy(file->bytes + b * PAGE, kept, PAGE);
}

TEST(test_flipped_moved_and_cut_pages_are_never_shown_as_data)
{
    enum way { WAY_flip_body, WAY_flip_tail, WAY_zero, WAY_swap, WAY_copy, WAY_cut, WAY_COUNT };
    static const char *const names[] = {"body", "tail", "zero", "swap", "copy", "cut"};
    struct memory_store memory;
    struct fault_disk base = {0};
    open_sealed(&memory);
    for (int i = 0; i < NOTES; i++) {
        char note[256];
        snprintf(note, sizeof note, "%s，第%d次", planted, i);
        memory_store_note(&memory, 1000 + i, note);
    }
    store_close(&memory.store);
    fault_disk_copy(&base, &memory.disk);
    size_t pages = fault_disk_file(&base, "device.db")->size / PAGE;
    size_t told_count[WAY_COUNT] = {0};
    for (size_t page = 0; page < pages; page++) {
        for (int way = 0; way < WAY_COUNT; way++) {
            char row[48];
            snprintf(row, sizeof row, "%s of page %zu", names[way], page + 1);
            struct arena_mark mark = arena_mark(&memory.arena);
            fault_disk_copy(&memory.disk, &base);
            struct fault_file *file = fault_disk_file(&memory.disk, "device.db");
            uint8_t *at = file->bytes + page * PAGE;
            size_t other = (page + 1) % pages;
            switch ((enum way)way) {
            case WAY_flip_body:
                at[page * 37 % (PAGE - PAGE_SEAL_TAIL)] ^= 0x10;
                break;
            case WAY_flip_tail:
                at[PAGE - 1 - page % PAGE_SEAL_TAIL] ^= 1;
                break;
            case WAY_zero:
                memset(at, 0, PAGE);
                break;
            case WAY_swap:
                swap_pages(file, page, other);
                break;
            case WAY_copy:
                memcpy(at, file->bytes + other * PAGE, PAGE);
                break;
            case WAY_cut:
                file->size = page * PAGE + PAGE / 2;
                break;
            case WAY_COUNT:
                break;
            }
            told_count[way] += is_told_or_whole(row, &memory);
            arena_rollback(&memory.arena, mark);
        }
    }
    /* Pages that nothing of this reads tell nothing; those of the journal and of the schema do. */
    for (int way = 0; way < WAY_COUNT; way++) {
        EXPECT_ROW(names[way], told_count[way] >= 10);
    }
    fault_disk_free(&base);
    memory_store_close(&memory);
}

/* A commit was flushed before the next one began: a hole behind which something was committed is
 * no power cut. Told, never a silent loss. */
TEST(test_a_log_changed_anywhere_but_in_its_last_commit_is_told)
{
    struct memory_store memory;
    struct fault_disk base = {0};
    size_t whole_at = 0; /* where the last commit begins */
    open_sealed(&memory);
    EXPECT_OK(store_checkpoint(memory.store));
    for (int i = 0; i < NOTES; i++) {
        whole_at = fault_disk_file(&memory.disk, "device.db-wal")->size;
        memory_store_note(&memory, 1000 + i, planted);
    }
    memory.store->is_broken = true;
    store_close(&memory.store);
    fault_disk_copy(&base, &memory.disk);
    size_t size = fault_disk_file(&base, "device.db-wal")->size;
    size_t told_count = 0;
    for (size_t at = 3; at < size; at += at < 32 ? 1 : 3 * PAGE_VFS_FRAME_SIZE + 11) {
        uint64_t seq = 0;
        char row[32];
        struct arena_mark mark = arena_mark(&memory.arena);
        snprintf(row, sizeof row, "byte %zu", at);
        fault_disk_copy(&memory.disk, &base);
        fault_disk_file(&memory.disk, "device.db-wal")->bytes[at] ^= 4;
        enum err err = store_open(&memory.arena, &memory.options, &memory.store);
        told_count += err == ERR_corrupt;
        EXPECT_ROW(row, err == ERR_corrupt || (err == OK && at >= whole_at));
        if (err == OK) {
            EXPECT_OK(store_journal_last(memory.store, &seq, NULL, NULL));
            EXPECT_ROW(row, seq == NOTES - 1 || seq == NOTES);
        }
        store_close(&memory.store);
        arena_rollback(&memory.arena, mark);
    }
    EXPECT(told_count > 50);
    /* Cut off at any frame: that may have been a power cut, and what is there is taken. */
    for (size_t end = 32; end < size; end += 5 * PAGE_VFS_FRAME_SIZE) {
        struct arena_mark mark = arena_mark(&memory.arena);
        fault_disk_copy(&memory.disk, &base);
        fault_disk_file(&memory.disk, "device.db-wal")->size = end;
        EXPECT_OK(store_open(&memory.arena, &memory.options, &memory.store));
        store_close(&memory.store);
        arena_rollback(&memory.arena, mark);
    }
    fault_disk_free(&base);
    memory_store_close(&memory);
}
