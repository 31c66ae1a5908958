/* Goal: whichever single call to the disk fails while a journey runs (a read, a write, a
 * flush, an opened file), or all from there on, the journey says so and nothing of it is
 * saved, or all of it is; and it can be done again from there. When memory of the
 * program itself runs out, it ends at once, which must be the same as being killed.
 * (SQLite's own memory: test_faults_memory.c.)
 *
 * Method: call n fails, for n = 1, 2, ... until a run meets no failure; under sanitizers each
 * fifth. */
#include "tests/core/journey/disturb.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(test_a_disk_call_fails_once)
{
    disturb_every_call(NTH_CALL_io, false, nth_call_stride(1));
}

TEST(test_the_disk_is_gone_until_reopened)
{
    disturb_every_call(NTH_CALL_io, true, nth_call_stride(1));
}

/* ---- memory of the program itself ---- */

static void copy_file(const char *to, const char *from)
{
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    EXPECT(in != NULL && out != NULL);
    char bytes[65536];
    for (size_t size = fread(bytes, 1, sizeof bytes, in); size > 0;
         size = fread(bytes, 1, sizeof bytes, in)) {
        EXPECT_INT(size, fwrite(bytes, 1, size, out));
    }
    EXPECT_INT(0, fclose(out));
    fclose(in);
}

/* The database and, where there is one, the file of attachments. */
static void copy_store(const char *to, const char *from)
{
    char to_media[80];
    char from_media[80];
    snprintf(to_media, sizeof to_media, "%s.media", to);
    snprintf(from_media, sizeof from_media, "%s.media", from);
    copy_file(to, from);
    unlink(to_media);
    if (access(from_media, F_OK) == 0) {
        copy_file(to_media, from_media);
    }
}

enum child_end { CHILD_done, CHILD_ran_out, CHILD_failed };

/* Opens the tablet and does the journey in a process of its own, where the n-th block of
 * memory cannot be had. */
static enum child_end run_in_child(const struct journey_sample *journey, const char *path,
                                   uint64_t n)
{
    fflush(NULL);
    pid_t pid = fork();
    EXPECT(pid >= 0);
    if (pid == 0) {
        struct tablet *tablet = calloc(1, sizeof *tablet);
        (void)!freopen("/dev/null", "w", stderr); /* of the promise that is broken */
        nth_call_arm(NTH_CALL_arena, n, false);
        tablet_open_file(tablet, path, JOURNEY_CASES);
        enum err err = journey->run(tablet);
        _exit(err == OK && !nth_call_disarm() ? CHILD_done : CHILD_failed);
    }
    int status = 0;
    EXPECT(waitpid(pid, &status, 0) == pid);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) {
        return CHILD_ran_out;
    }
    return WIFEXITED(status) ? (enum child_end)WEXITSTATUS(status) : CHILD_failed;
}

static const char *dump_file(struct tablet *tablet, const char *path)
{
    memset(tablet, 0, sizeof *tablet);
    tablet_open_file(tablet, path, JOURNEY_CASES);
    return tablet_dump(tablet);
}

static void run_out_everywhere(const struct journey_sample *journey, const char *path,
                               const char *base)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct tablet *again = calloc(1, sizeof *again);
    char media[80];
    snprintf(media, sizeof media, "%s.media", path);
    unlink(path);
    unlink(media);
    tablet_open_file(tablet, path, JOURNEY_CASES);
    journey->prepare(tablet);
    store_close(&tablet->store);
    copy_store(base, path);
    EXPECT_OK(tablet_reopen(tablet));
    const char *before = tablet_dump(tablet);
    EXPECT_OK(journey->run(tablet));
    const char *after = tablet_dump(tablet);
    store_close(&tablet->store);
    uint64_t n = 1;
    for (enum child_end end = CHILD_ran_out; end != CHILD_done; n++) {
        char row[64];
        snprintf(row, sizeof row, "%s, block %llu", journey->name, (unsigned long long)n);
        copy_store(path, base);
        end = run_in_child(journey, path, n);
        EXPECT_ROW(row, end != CHILD_failed);
        const char *now = dump_file(again, path);
        bool has_happened = strcmp(now, after) == 0;
        EXPECT_ROW(row, has_happened || (strcmp(now, before) == 0 && end == CHILD_ran_out));
        if (!has_happened) {
            EXPECT_ROW(row, journey->run(again) == OK);
        }
        EXPECT_ROW(row, strcmp(tablet_dump(again), after) == 0);
        tablet_close(again);
    }
    EXPECT_ROW(journey->name, n > 2);
    print_message("%s: %llu blocks\n", journey->name, (unsigned long long)n - 2);
    tablet_close(tablet);
    free(tablet);
    free(again);
}

TEST(test_a_program_out_of_memory_is_a_program_that_was_killed)
{
    char folder[] = "/tmp/doorstep-faults-XXXXXX";
    EXPECT(mkdtemp(folder) != NULL);
    char path[64];
    char base[64];
    snprintf(path, sizeof path, "%s/device.db", folder);
    snprintf(base, sizeof base, "%s/base.db", folder);
    nth_call_install("unix");
    for (size_t i = 0; i < COUNT(journey_samples); i++) {
        run_out_everywhere(&journey_samples[i], path, base);
    }
    static const char *const names[] = {"device.db",       "device.db-wal",      "device.db-shm",
                                        "device.db.media", "device.db.identity", "base.db",
                                        "base.db.media"};
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    EXPECT_INT(0, rmdir(folder));
}
