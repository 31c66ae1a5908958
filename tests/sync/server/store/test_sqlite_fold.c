/* Goal: the log is moved into the database beside commits, and no commit is lost by it.
 *
 * Method: begin, run and end as the two threads call them, with commits in every gap; the files
 * are copied as a cut of the power would leave them (what was flushed is there), and opened
 * again. The log's own salt says whether it started over. */
#include "sync/server/store/hq_store.h"

#include "core/os/os.h"
#include "tests/lib/nth_call.h"
#include "tests/sync/server/field.h"

#include <stdio.h>

enum { LARGE = 3 * 1024 * 1024, SALT_AT = 16, SALT_SIZE = 8 };

struct made {
    struct arena arena;
    char *folder, *copy;
    const char *path, *log;
    struct hq_store *store;
    int count; /* values that were committed */
};

static void made_open(struct made *made)
{
    memset(made, 0, sizeof *made);
    arena_init(&made->arena, 0);
    made->folder = field_folder(&made->arena);
    made->copy = field_folder(&made->arena);
    made->path = os_path(&made->arena, made->folder, "hq.db");
    made->log = os_path(&made->arena, made->folder, "hq.db-wal");
    nth_call_install("unix");
    EXPECT_OK(hq_store_open(&made->store, made->folder, HQ_ACCESS_write, true));
    hq_log_take(made->store);
}

static void made_close(struct made *made)
{
    hq_store_close(made->store);
    field_folder_remove(made->folder);
    field_folder_remove(made->copy);
    arena_deinit(&made->arena);
}

/* One more value; a large one makes the log grow by some 770 pages. */
static void put(struct made *made, size_t size)
{
    struct arena arena;
    arena_init(&arena, 0);
    char *text = arena_alloc(&arena, size + 12);
    memset(text, 'a' + made->count % 26, size);
    snprintf(text + size, 12, "%d", made->count);
    EXPECT_OK(hq_begin(made->store));
    EXPECT_OK(hq_setting_set(made->store, str_format(&arena, "value%d", made->count % 8), text));
    EXPECT_OK(hq_setting_set(made->store, "last", text + size));
    EXPECT_OK(hq_commit(made->store));
    made->count++;
    arena_deinit(&arena);
}

static void expect_all(struct made *made, struct hq_store *store)
{
    struct arena arena;
    arena_init(&arena, 0);
    const char *value = NULL;
    EXPECT_OK(hq_check(store));
    EXPECT_OK(hq_setting(&arena, store, "last", "", &value));
    EXPECT_TEXT(value, str_format(&arena, "%d", made->count - 1));
    for (int i = made->count > 8 ? made->count - 8 : 0; i < made->count; i++) {
        EXPECT_OK(hq_setting(&arena, store, str_format(&arena, "value%d", i % 8), "", &value));
        const char *end = value + strspn(value, "abcdefghijklmnopqrstuvwxyz");
        EXPECT_TEXT(end, str_format(&arena, "%d", i));
        EXPECT(end > value && end[-1] == 'a' + i % 26);
    }
    arena_deinit(&arena);
}

/* The files as they are now, opened elsewhere. */
static void expect_all_after_cut(struct made *made)
{
    static const char *const names[] = {"hq.db", "hq.db-wal"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct str bytes;
        EXPECT_OK(os_file_read(&arena, os_path(&arena, made->folder, names[i]), SIZE_MAX, &bytes));
        EXPECT_OK(os_file_replace(os_path(&arena, made->copy, names[i]), bytes.bytes, bytes.size));
        arena_deinit(&arena);
    }
    struct hq_store *copied = NULL;
    EXPECT_OK(hq_store_open(&copied, made->copy, HQ_ACCESS_write, false));
    expect_all(made, copied);
    hq_store_close(copied);
}

/* Changes when the log starts over. */
static uint64_t salt_of(const struct made *made)
{
    uint64_t salt = 0;
    FILE *file = fopen(made->log, "rb");
    EXPECT(file != NULL && fseek(file, SALT_AT, SEEK_SET) == 0 &&
           fread(&salt, SALT_SIZE, 1, file) == 1);
    fclose(file);
    return salt;
}

static long size_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    EXPECT(file != NULL && fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    fclose(file);
    return size;
}

TEST(test_no_commit_is_lost_beside_a_fold)
{
    struct made made;
    made_open(&made);
    for (int round = 0; round < 4; round++) {
        put(&made, LARGE);
        EXPECT(hq_log(made.store) >= HQ_LOG_grown);
        EXPECT_OK(hq_fold_begin(made.store));
        EXPECT_INT(hq_log(made.store), HQ_LOG_short);
        if (round % 2 == 0) {
            put(&made, LARGE); /* not of this fold */
        }
        EXPECT_OK(hq_fold_run(made.store));
        expect_all_after_cut(&made);
        put(&made, 100);
        expect_all_after_cut(&made);
        hq_fold_end(made.store, OK);
        put(&made, 100);
        expect_all_after_cut(&made);
    }
    expect_all(&made, made.store);
    made_close(&made);
}

TEST(test_the_log_does_not_start_over_under_a_fold)
{
    struct made made;
    made_open(&made);
    put(&made, LARGE);
    uint64_t salt = salt_of(&made);
    EXPECT_OK(hq_fold_begin(made.store));
    EXPECT_OK(hq_fold_run(made.store)); /* the whole log is in the database now */
    put(&made, 100);
    EXPECT(salt_of(&made) == salt);
    hq_fold_end(made.store, OK);
    EXPECT_OK(hq_checkpoint(made.store)); /* what came meanwhile */
    put(&made, 100);
    EXPECT(salt_of(&made) != salt);
    expect_all_after_cut(&made);
    made_close(&made);
}

TEST(test_a_long_log_ends_by_itself)
{
    enum { ROUNDS = 28, LOG_SIZE_MAX = 90 * 1024 * 1024 };
    struct made made;
    made_open(&made);
    uint64_t first_salt = 0;
    for (int i = 0; i < ROUNDS; i++) { /* never a pause: as folder.c has it after each group */
        put(&made, LARGE);
        first_salt = i == 0 ? salt_of(&made) : first_salt;
        enum hq_log log = hq_log(made.store);
        EXPECT(log != HQ_LOG_over);
        if (log == HQ_LOG_long) {
            EXPECT_OK(hq_fold_begin(made.store));
            put(&made, 100);
            EXPECT_OK(hq_fold_run(made.store));
            hq_fold_end(made.store, OK);
        } else if (log == HQ_LOG_full) {
            EXPECT_OK(hq_checkpoint(made.store));
        }
    }
    EXPECT(size_of(made.log) < LOG_SIZE_MAX);
    EXPECT(salt_of(&made) != first_salt);
    expect_all(&made, made.store);
    made_close(&made);
}

TEST(test_a_failed_flush_keeps_the_log_until_the_next_start)
{
    struct made made;
    made_open(&made);
    bool was_hit = true;
    uint64_t stride = nth_call_stride(431);
    for (uint64_t n = 1; was_hit; n += n < 5 ? 1 : stride) {
        put(&made, LARGE);
        EXPECT_OK(hq_fold_begin(made.store));
        put(&made, 100);
        nth_call_arm(NTH_CALL_io, n, false);
        enum err err = hq_fold_run(made.store);
        was_hit = nth_call_disarm();
        EXPECT(was_hit || err == OK);
        hq_fold_end(made.store, err);
        if (err != OK && err != ERR_busy) {
            put(&made, LARGE);
            EXPECT_INT(hq_log(made.store), HQ_LOG_short);
            uint64_t salt = salt_of(&made);
            EXPECT_INT(hq_checkpoint(made.store), ERR_io);
            put(&made, 100);
            EXPECT(salt_of(&made) == salt);
        }
        expect_all_after_cut(&made);
        hq_store_close(made.store);
        if (err != OK && err != ERR_busy) {
            EXPECT(size_of(made.log) > LARGE); /* closing did not fold it either */
        }
        EXPECT_OK(hq_store_open(&made.store, made.folder, HQ_ACCESS_write, false));
        hq_log_take(made.store);
        expect_all(&made, made.store);
    }
    made_close(&made);
}
