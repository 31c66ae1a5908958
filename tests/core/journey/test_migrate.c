/* Goal: a tablet of any earlier version opens under this program with all that it held: facts
 * sent, sealed and unsent, drafts, cases, receipts, questions, letters, what is quarantined;
 * it was copied first, and whatever the power or the disk does meanwhile, it is either as it was
 * or as it shall be.
 *
 * Method: tests/golden/schema/device_data_<n>.sql holds every row of a tablet in the middle of
 * its work (schema_story.h) as the program of schema n left it, .txt what that program showed.
 * When a schema is released, DOORSTEP_GOLDEN=write ./core_journey_test_migrate writes the files
 * of the newest schema; they never change afterwards. */
#include "tests/core/journey/schema_story.h"

#include <stdio.h>
#include <stdlib.h>

enum { NEWEST = SQL_DEVICE_MIGRATION_COUNT, STEPS_TRIED = 10 };

static char *golden_read(struct arena *arena, const char *ending, int version)
{
    char path[512];
    snprintf(path, sizeof path, "%s/golden/schema/device_data_%d.%s", TESTS_FOLDER, version,
             ending);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("no %s", path);
    }
    struct str_builder builder;
    str_builder_init(&builder, arena);
    char part[4096];
    for (size_t size = fread(part, 1, sizeof part, file); size > 0;
         size = fread(part, 1, sizeof part, file)) {
        str_add(&builder, (struct str){part, size});
    }
    fclose(file);
    return builder.text;
}

static void exec(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s", sqlite3_errmsg(db));
    }
}

/* Puts the file of schema `version` on the tablet's disk, in write-ahead mode as it was used. */
static void make_old(struct tablet *tablet, int version)
{
    struct arena arena;
    arena_init(&arena, 0);
    sqlite3 *db = NULL;
    fault_disk_free(&tablet->disk);
    EXPECT(sqlite3_open_v2(tablet->options.path, &db,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE,
                           tablet->options.vfs) == SQLITE_OK);
    exec(db, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; BEGIN");
    for (int i = 0; i < version; i++) {
        exec(db, sql_device_migrations[i].text);
    }
    exec(db, golden_read(&arena, "sql", version));
    char pragmas[96];
    snprintf(pragmas, sizeof pragmas, "PRAGMA user_version=%d; PRAGMA application_id=%d; COMMIT",
             version, STORE_APPLICATION_ID);
    exec(db, pragmas);
    EXPECT(sqlite3_close(db) == SQLITE_OK);
    arena_deinit(&arena);
}

static void start_old(struct tablet *tablet, int version)
{
    tablet_open_bare(tablet);
    store_close(&tablet->store);
    tablet->options.key = NULL; /* as it was; sealing such a file is test_convert.c's */
    make_old(tablet, version);
}

/* The column of `line` with that index, which ends at the next one or the end of the line. */
static const char *column(const char *line, int index)
{
    while (index > 0 && *line != '\n' && *line != '\0') {
        index -= *line == '|';
        line++;
    }
    return line;
}

/* A line of either dump. The state that a case shows is folded anew when the program folds
 * otherwise than the old one (FOLD_VERSION); all else of it is as it was. */
static bool is_same_line(const char *shown, const char *now, bool is_case)
{
    enum { SHOWN_STATE = 6 };
    if (is_case) {
        size_t size = (size_t)(column(shown, SHOWN_STATE) - shown);
        if (strncmp(shown, now, size) != 0) {
            return false;
        }
        shown = column(shown, SHOWN_STATE + 1);
        now = column(now, SHOWN_STATE + 1);
    }
    return strncmp(shown, now, strcspn(shown, "\n")) == 0;
}

/* What the old program showed is what this one shows, and after it what is new. */
static void expect_shown(const char *row, struct tablet *tablet, int version)
{
    const char *shown = golden_read(&tablet->task, "txt", version);
    const char *now = tablet_dump(tablet);
    bool is_case = false;
    while (*shown != '\0') {
        is_case = shown[0] == '#' ? strncmp(shown, "# dump_cases", 12) == 0 : is_case;
        EXPECT_ROW(row, is_same_line(shown, now, is_case && shown[0] != '#'));
        shown += strcspn(shown, "\n");
        now += strcspn(now, "\n");
        shown += *shown == '\n' ? 1 : 0;
        now += *now == '\n' ? 1 : 0;
    }
}

/* The rows of a database that need no program to be read. */
static const char *rows_of_file(struct tablet *tablet, const char *path)
{
    sqlite3 *db = NULL;
    EXPECT(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, tablet->options.vfs) == SQLITE_OK);
    exec(db, "PRAGMA locking_mode=EXCLUSIVE");
    const char *sql = story_sql(db, &tablet->task);
    EXPECT(sqlite3_close(db) == SQLITE_OK);
    return sql;
}

TEST(test_the_newest_schema_has_its_story)
{
    const char *mode = getenv("DOORSTEP_GOLDEN");
    struct tablet *tablet = calloc(1, sizeof *tablet);
    tablet_open(tablet, STORY_CASES);
    story_tell(tablet);
    const char *sql = story_sql(tablet->store->db, &tablet->task);
    const char *shown = tablet_dump(tablet);
    EXPECT(strlen(sql) > 1000);
    if (mode != NULL && strcmp(mode, "write") == 0) {
        char name[64];
        snprintf(name, sizeof name, "schema/device_data_%d.sql", NEWEST);
        test_golden(TESTS_FOLDER, name, sql);
        snprintf(name, sizeof name, "schema/device_data_%d.txt", NEWEST);
        test_golden(TESTS_FOLDER, name, shown);
    }
    tablet_close(tablet);
    free(tablet);
}

TEST(test_every_earlier_file_opens_with_all_it_held_and_was_copied_first)
{
    for (int version = 1; version < NEWEST; version++) {
        struct tablet *tablet = calloc(1, sizeof *tablet);
        char row[32];
        snprintf(row, sizeof row, "schema %d", version);
        start_old(tablet, version);
        EXPECT_ROW(row, tablet_reopen(tablet) == OK);
        expect_shown(row, tablet, version);
        uint64_t bad_seq = 0;
        EXPECT_ROW(row, store_journal_verify(tablet->store, &bad_seq) == OK);
        /* The copy holds, untouched, what the old program wrote. */
        char copy[64];
        snprintf(copy, sizeof copy, "device.db.before-%d", version);
        EXPECT_ROW(row, strcmp(rows_of_file(tablet, copy),
                               golden_read(&tablet->task, "sql", version)) == 0);
        /* Opening made the projections anew already. */
        const char *before = tablet_dump(tablet);
        EXPECT_ROW(row, journey_rebuild(&tablet->journey) == OK);
        EXPECT_ROW(row, strcmp(before, tablet_dump(tablet)) == 0);
        EXPECT_ROW(row, tablet_reopen(tablet) == OK);
        EXPECT_ROW(row, strcmp(before, tablet_dump(tablet)) == 0);
        tablet_close(tablet);
        free(tablet);
    }
}

/* Work goes on: the open visit is finished, what was not sent is sealed, a receipt counts. */
TEST(test_work_goes_on_after_the_update)
{
    for (int version = 1; version < NEWEST; version++) {
        struct tablet *tablet = calloc(1, sizeof *tablet);
        struct capture capture;
        struct store_outbox outbox;
        struct store_alarm *alarms = NULL;
        size_t count = 0;
        start_old(tablet, version);
        EXPECT_OK(tablet_reopen(tablet));
        EXPECT_OK(store_alarm_list(tablet->store, &tablet->task, true, &alarms, &count));
        EXPECT_INT(1, count); /* the dog is no alarm */
        EXPECT_INT(8, alarms[0].seq);
        tablet->sim.now.wall_ms += 20 * 60000;
        EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
        EXPECT(capture.is_done);
        EXPECT_OK(store_outbox_read(tablet->store, &outbox));
        EXPECT_INT(12, outbox.last_seq);
        EXPECT_INT(5, outbox.stored_seq);
        EXPECT_INT(8, outbox.sealed_seq);
        story_seal(tablet, "late.env", 9, 12);
        struct store_receipt receipt = {
            .stored_seq = 12, .level = 2, .bytes = {"x", 1}, .stored_at_ms = 5};
        enum receipt_result result;
        EXPECT_OK(store_journal_link(tablet->store, 12, &receipt.link));
        EXPECT_OK(store_outbox_receipt(tablet->store, &receipt, &result));
        EXPECT_INT(RECEIPT_RESULT_applied, result);
        EXPECT_OK(store_alarm_list(tablet->store, &tablet->task, true, &alarms, &count));
        EXPECT_INT(0, count);
        /* Chained anew now, ids stay. */
        struct store_records before;
        struct store_records after;
        EXPECT_OK(store_journal_read(tablet->store, &tablet->task, 0, 99, SIZE_MAX, &before));
        EXPECT_OK(store_begin(tablet->store));
        EXPECT_OK(store_journal_rechain(tablet->store, 55));
        EXPECT_OK(store_commit(tablet->store));
        EXPECT_OK(store_journal_read(tablet->store, &tablet->task, 0, 99, SIZE_MAX, &after));
        EXPECT_INT(12, after.count);
        for (size_t i = 0; i < after.count; i++) {
            EXPECT(id_equal(&before.items[i].id, &after.items[i].id));
        }
        EXPECT_OK(tablet_reopen(tablet));
        tablet_close(tablet);
        free(tablet);
    }
}

/* Power cut before and after every step of opening the old file; a disk that is full, or fails,
 * from every step on: what is there opens afterwards, with all it held. */
TEST(test_power_and_disk_at_every_step_of_a_migration)
{
    enum { CUT_BEFORE, CUT_AFTER, FULL, FAIL, WAYS };
    for (int version = 1; version < NEWEST; version++) {
        struct tablet *tablet = calloc(1, sizeof *tablet);
        struct fault_disk *base = calloc(1, sizeof *base);
        start_old(tablet, version);
        fault_disk_copy(base, &tablet->disk);
        fault_disk_arm(&tablet->disk);
        EXPECT_OK(tablet_reopen(tablet));
        uint64_t step_count = tablet->disk.step_count;
        const char *after = tablet_dump(tablet);
        EXPECT(step_count > 20);
        /* Some of the steps, others for each schema; every one with DOORSTEP_PART=1/1. */
        const char *part = getenv("DOORSTEP_PART");
        bool is_whole = part != NULL && strcmp(part, "1/1") == 0;
        uint64_t stride = is_whole ? 1 : 1 + step_count / STEPS_TRIED;
        for (uint64_t step = 1 + (uint64_t)version % stride; step <= step_count; step += stride) {
            for (int way = 0; way < WAYS * 3; way++) {
                if (way >= WAYS && way % WAYS >= FULL) {
                    continue; /* what a disk keeps only matters when power is cut */
                }
                char row[64];
                snprintf(row, sizeof row, "schema %d step %llu way %d", version,
                         (unsigned long long)step, way);
                struct arena_mark mark = arena_mark(&tablet->task);
                store_close(&tablet->store);
                fault_disk_copy(&tablet->disk, base);
                fault_disk_arm(&tablet->disk);
                uint64_t *fault = way % WAYS == CUT_BEFORE  ? &tablet->disk.cut_before_step
                                  : way % WAYS == CUT_AFTER ? &tablet->disk.cut_after_step
                                  : way % WAYS == FULL      ? &tablet->disk.full_at_step
                                                            : &tablet->disk.fail_at_step;
                *fault = step;
                enum err err = tablet_reopen(tablet);
                if (way % WAYS == FULL) { /* said plainly, and nothing of the old file is gone */
                    EXPECT_ROW(row, err == OK || err == ERR_no_space);
                } else {
                    EXPECT_ROW(row, err == OK || err == ERR_io);
                }
                store_close(&tablet->store);
                fault_disk_restart(&tablet->disk, (enum fault_keep)(way / WAYS));
                EXPECT_ROW(row, tablet_reopen(tablet) == OK);
                EXPECT_ROW(row, strcmp(tablet_dump(tablet), after) == 0);
                arena_rollback(&tablet->task, mark);
            }
        }
        tablet_close(tablet);
        fault_disk_free(base);
        free(tablet);
        free(base);
    }
}

/* The reserve is there for that too: the copy needs room that the disk does not have. */
/* Opens a file of version 1 while the disk is full for one step; ERR_no_space or OK. */
static enum err open_while_full(uint64_t step, bool has_reserve)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    start_old(tablet, 1);
    if (has_reserve) { /* of an earlier run */
        tablet->options.reserve_size = 64 * 1024;
        struct store earlier = {.options = tablet->options};
        EXPECT(store_reserve_restore(&earlier));
    }
    fault_disk_arm(&tablet->disk);
    tablet->disk.full_at_step = step;
    tablet->disk.full_steps = 1;
    enum err err = tablet_reopen(tablet);
    fault_disk_arm(&tablet->disk);
    if (err != OK) {
        EXPECT_ERR(ERR_no_space, err);
        EXPECT(fault_disk_file(&tablet->disk, "device.db.before-1") == NULL);
        EXPECT_OK(tablet_reopen(tablet));
    }
    expect_shown("after it", tablet, 1);
    tablet_close(tablet);
    free(tablet);
    return err;
}

/* The first steps are those of opening and of the copy. */
TEST(test_the_reserve_makes_room_for_the_copy)
{
    enum { STEPS = 6 };
    int full_count = 0;
    for (uint64_t step = 1; step <= STEPS; step++) {
        full_count += open_while_full(step, false) == ERR_no_space;
        EXPECT_OK(open_while_full(step, true));
    }
    EXPECT(full_count > 0);
}

TEST(test_a_newer_file_is_refused_untouched_and_a_damaged_one_is_told)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct fault_disk *base = calloc(1, sizeof *base);
    start_old(tablet, 1);
    struct store probe = {.options = tablet->options};
    EXPECT(sqlite3_open_v2(probe.options.path, &probe.db, SQLITE_OPEN_READWRITE,
                           probe.options.vfs) == SQLITE_OK);
    exec(probe.db, "PRAGMA locking_mode=EXCLUSIVE");
    exec(probe.db, "PRAGMA user_version=77");
    EXPECT(sqlite3_close(probe.db) == SQLITE_OK);
    fault_disk_copy(base, &tablet->disk);
    EXPECT_ERR(ERR_newer_database, tablet_reopen(tablet));
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        const struct fault_file *was = &base->files[i];
        const struct fault_file *is = fault_disk_file(&tablet->disk, was->name);
        EXPECT(!was->exists || (is != NULL && is->size == was->size &&
                                memcmp(is->bytes, was->bytes, was->size) == 0));
    }
    EXPECT(fault_disk_file(&tablet->disk, "device.db.before-77") == NULL);

    /* Damage in an old file: the middle of every page in turn. */
    make_old(tablet, 1);
    fault_disk_copy(base, &tablet->disk);
    size_t size = fault_disk_file(base, "device.db")->size;
    size_t told_count = 0;
    for (size_t at = 0; at < size; at += 4096) {
        store_close(&tablet->store);
        fault_disk_copy(&tablet->disk, base);
        memset(fault_disk_file(&tablet->disk, "device.db")->bytes + at, 0xA5, 64);
        enum err err = tablet_reopen(tablet);
        EXPECT(err == OK || err == ERR_corrupt || err == ERR_bad_link || err == ERR_io);
        told_count += err != OK;
    }
    EXPECT_INT(size / 4096, told_count);
    tablet_close(tablet);
    fault_disk_free(base);
    free(tablet);
    free(base);
}
