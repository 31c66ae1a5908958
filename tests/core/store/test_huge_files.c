/* Somebody made a file of the store huge: a terabyte that is all hole. Opening reads no terabyte
 * and writes none: what was recorded is there again, or it is said at once what is wrong with the
 * file. On real files, because a hole is the file system's. */
#include "core/store/store_rescue.h"
#include "tests/core/store/memory_store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOTES = 40, PATH_ROOM = 96 };

static const off_t HUGE_SIZE = INT64_C(1) << 40;
static const off_t HONEST_SIZE = INT64_C(64) << 20; /* on the disk, of all files together */
static const struct store_key key = {{7, 7, 7}};
static uint8_t secret[CHAIN_SECRET_KEY_SIZE];

struct tablet {
    char folder[32], file[PATH_ROOM], log[PATH_ROOM];
    struct memory_store memory; /* its options; the disk in memory is not used */
};

static void tablet_open(struct tablet *tablet)
{
    struct memory_store *memory = &tablet->memory;
    memset(tablet, 0, sizeof *tablet);
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)(i * 37 + 11);
    }
    (void)snprintf(tablet->folder, sizeof tablet->folder, "/tmp/doorstep-huge-XXXXXX");
    EXPECT(mkdtemp(tablet->folder) != NULL);
    (void)snprintf(tablet->file, sizeof tablet->file, "%s/device.db", tablet->folder);
    (void)snprintf(tablet->log, sizeof tablet->log, "%s/device.db-wal", tablet->folder);
    arena_init(&memory->arena, 0);
    memory->rng = test_rng_make(&memory->rng_state, 1);
    memory->options =
        (struct store_options){.path = tablet->file, .rng = &memory->rng, .key = &key};
}

static void tablet_close(struct tablet *tablet)
{
    char command[PATH_ROOM];
    (void)snprintf(command, sizeof command, "rm -rf %s", tablet->folder);
    EXPECT(system(command) == 0);
    arena_deinit(&tablet->memory.arena);
}

/* By a program that is killed before it closes, or, with `is_closed`, without a log. */
static void work(struct tablet *tablet, bool is_closed)
{
    struct memory_store *memory = &tablet->memory;
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
        EXPECT_OK(store_setting_set_number(memory->store, SETTING_device_no, 7));
        EXPECT_OK(store_setting_set_number(memory->store, SETTING_person_no, 12));
        EXPECT_OK(store_setting_set_bytes(memory->store, SETTING_device_secret_key, secret,
                                          sizeof secret));
        EXPECT_OK(
            store_setting_set_bytes(memory->store, SETTING_device_public_key, secret + 32, 32));
        EXPECT_OK(store_setting_set_bytes(memory->store, SETTING_hq_public_key, secret + 3, 32));
        for (int i = 0; i < NOTES; i++) {
            (void)memory_store_note(memory, 1700000000000 + i * 60000, "nobody opened");
        }
        if (is_closed) {
            store_close(&memory->store);
        }
        _exit(0);
    }
    int status = 0;
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* From then on no file of this program is written behind HONEST_SIZE: a failure here fills no
 * disk. */
static void grow(const char *path)
{
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    const struct rlimit honest = {(rlim_t)HONEST_SIZE, RLIM_INFINITY};
    EXPECT(setrlimit(RLIMIT_FSIZE, &none) == 0 && truncate(path, HUGE_SIZE) == 0);
    EXPECT(setrlimit(RLIMIT_FSIZE, &honest) == 0 && signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
}

static void turn(const char *path, off_t at)
{
    uint8_t byte = 0;
    FILE *file = fopen(path, "r+b");
    EXPECT(file != NULL && fseeko(file, at, SEEK_SET) == 0 && fread(&byte, 1, 1, file) == 1);
    byte ^= 0x41;
    EXPECT(fseeko(file, at, SEEK_SET) == 0 && fwrite(&byte, 1, 1, file) == 1 && fclose(file) == 0);
}

static off_t on_disk(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (off_t)status.st_blocks * 512 : 0;
}

/* Everything is there, can be gone on with, and the disk is not full of nothing. */
static void expect_whole(struct tablet *tablet, const char *row)
{
    struct memory_store *memory = &tablet->memory;
    struct store_records records;
    EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
    EXPECT_OK(store_journal_read(memory->store, &memory->arena, 0, SIZE_MAX, SIZE_MAX, &records));
    EXPECT_ROW(row, records.count >= NOTES);
    (void)memory_store_note(memory, 1700009000000, "and goes on");
    store_close(&memory->store);
    EXPECT_ROW(row, on_disk(tablet->file) + on_disk(tablet->log) < HONEST_SIZE);
}

TEST(test_a_file_with_a_terabyte_of_nothing_behind_it_opens_as_ever)
{
    static const struct {
        const char *name;
        bool is_closed, is_file, is_log;
    } rows[] = {{"the log", false, false, true},
                {"the file", false, true, false},
                {"both", false, true, true},
                {"the file of a store that was closed", true, true, false},
                {"a log where there was none", true, false, true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        tablet_open(&tablet);
        work(&tablet, rows[i].is_closed);
        if (rows[i].is_file) {
            grow(tablet.file);
        }
        if (rows[i].is_log) {
            FILE *log = fopen(tablet.log, "ab");
            EXPECT(log != NULL && fclose(log) == 0);
            grow(tablet.log);
        }
        expect_whole(&tablet, rows[i].name);
        tablet_close(&tablet);
    }
}

TEST(test_a_damaged_file_of_a_terabyte_is_said_to_be_damaged_and_what_is_whole_is_saved)
{
    static const struct {
        const char *name;
        bool is_closed, is_log;
        off_t at;
    } rows[] = {{"the first page", true, false, 100}, {"the log's header", false, true, 17}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        tablet_open(&tablet);
        work(&tablet, rows[i].is_closed);
        const char *path = rows[i].is_log ? tablet.log : tablet.file;
        turn(path, rows[i].at);
        grow(path);
        struct memory_store *memory = &tablet.memory;
        enum err err = store_open(&memory->arena, &memory->options, &memory->store);
        EXPECT_ROW(rows[i].name, err == ERR_corrupt);
        EXPECT_OK(store_rescue(&memory->options, 1700009000000));
        expect_whole(&tablet, rows[i].name);
        tablet_close(&tablet);
    }
}

TEST(test_a_terabyte_that_nobody_here_wrote_is_said_not_to_be_ours)
{
    struct tablet tablet;
    tablet_open(&tablet);
    FILE *file = fopen(tablet.file, "wb");
    EXPECT(file != NULL && fputs("not a store", file) >= 0 && fclose(file) == 0);
    grow(tablet.file);
    struct memory_store *memory = &tablet.memory;
    EXPECT_ERR(ERR_wrong_key, store_open(&memory->arena, &memory->options, &memory->store));
    EXPECT(on_disk(tablet.file) < HONEST_SIZE);
    tablet_close(&tablet);
}
