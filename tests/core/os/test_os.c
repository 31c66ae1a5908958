#include "tests/lib/test.h"

#include "core/os/os.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder_make(struct arena *arena)
{
    char *folder = arena_text(arena, "/tmp/doorstep-os-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

TEST(test_a_replaced_file_is_whole_private_and_leaves_nothing_beside_it)
{
    struct arena arena;
    arena_init(&arena, 0);
    char *folder = folder_make(&arena);
    char *path = os_path(&arena, folder, "a");
    EXPECT_OK(os_file_replace(path, "one", 3));
    EXPECT_OK(os_file_replace(path, "longer", 6));
    struct str bytes;
    EXPECT_OK(os_file_read(&arena, path, 100, &bytes));
    EXPECT(str_is(bytes, "longer"));
    struct stat status;
    EXPECT(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
    const char **names = NULL;
    size_t count = 0;
    EXPECT_OK(os_folder_list(&arena, folder, &names, &count));
    EXPECT_INT(1, count);
    EXPECT_ERR(ERR_too_long, os_file_read(&arena, path, 5, &bytes));
    EXPECT_OK(os_file_remove(path));
    EXPECT_OK(os_file_remove(path)); /* removing twice is no error */
    EXPECT_ERR(ERR_not_found, os_file_read(&arena, path, 5, &bytes));
    rmdir(folder);
    arena_deinit(&arena);
}

TEST(test_folders_are_made_with_parents_and_listed_in_order)
{
    struct arena arena;
    arena_init(&arena, 0);
    char *folder = folder_make(&arena);
    char *deep = os_path(&arena, folder, "x/y/z");
    EXPECT_OK(os_folder_make(deep));
    EXPECT_OK(os_folder_make(deep));
    static const char *const expected[] = {"1", "2", "3"};
    EXPECT_OK(os_file_replace(os_path(&arena, deep, "2"), "", 0));
    EXPECT_OK(os_file_replace(os_path(&arena, deep, "3"), "", 0));
    EXPECT_OK(os_file_replace(os_path(&arena, deep, "1"), "", 0));
    const char **names = NULL;
    size_t count = 0;
    EXPECT_OK(os_folder_list(&arena, deep, &names, &count));
    EXPECT_INT(3, count);
    for (size_t i = 0; i < count; i++) {
        EXPECT_TEXT(expected[i], names[i]);
    }
    EXPECT_ERR(ERR_not_found, os_file_replace(os_path(&arena, folder, "none/f"), "", 0));
    arena_deinit(&arena);
}

TEST(test_the_facts_of_a_file_are_told_and_of_nothing_else)
{
    struct arena arena;
    arena_init(&arena, 0);
    char *folder = folder_make(&arena);
    char *path = os_path(&arena, folder, "a");
    EXPECT_OK(os_file_replace(path, "seven b", 7));
    uint64_t size = 0;
    int64_t changed_at_ms = 0;
    EXPECT_OK(os_file_facts(path, &size, &changed_at_ms));
    EXPECT_INT(7, size);
    int64_t age_ms = clock_now_ms(os_clock()) - changed_at_ms;
    EXPECT(age_ms > -2000 && age_ms < 60000);
    EXPECT_OK(os_file_facts(path, NULL, NULL));
    EXPECT_ERR(ERR_io, os_file_facts(folder, &size, NULL));
    EXPECT_OK(os_file_remove(path));
    EXPECT_ERR(ERR_not_found, os_file_facts(path, &size, NULL));
    rmdir(folder);
    arena_deinit(&arena);
}

TEST(test_only_what_people_plug_in_counts_as_a_drive)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct os_mount *mounts = NULL;
    size_t count = 99;
    EXPECT_OK(os_mount_list(&arena, &mounts, &count));
    for (size_t i = 0; i < count; i++) { /* none on most machines: never "/" or "/proc" */
        EXPECT(strncmp(mounts[i].folder, "/media/", 7) == 0 ||
               strncmp(mounts[i].folder, "/run/media/", 11) == 0);
    }
    EXPECT(count <= 16);
    arena_deinit(&arena);
}

TEST(test_a_lock_is_held_by_one)
{
    struct arena arena;
    arena_init(&arena, 0);
    char *path = os_path(&arena, folder_make(&arena), "lock");
    struct os_lock first;
    struct os_lock second;
    EXPECT_OK(os_lock_open(&first, path));
    EXPECT_ERR(ERR_busy, os_lock_open(&second, path));
    os_lock_close(&first);
    EXPECT_OK(os_lock_open(&second, path));
    os_lock_close(&second);
    arena_deinit(&arena);
}

TEST(test_a_child_is_started_seen_and_stopped)
{
    const char *argv[] = {"/bin/sleep", "60", NULL};
    int32_t pid = 0;
    EXPECT_OK(os_child_start(argv, &pid));
    EXPECT(os_child_is_running(pid));
    os_child_stop(pid);
    EXPECT(!os_child_is_running(pid));
    const char *missing[] = {"no-such-program-here", NULL};
    EXPECT_ERR(ERR_not_found, os_child_start(missing, &pid));
}

TEST(test_clocks_run_forward_and_name_the_boot)
{
    struct clock_reading first = clock_read(os_clock());
    os_sleep_ms(3);
    struct clock_reading second = clock_read(os_clock());
    EXPECT(second.monotonic_ms - first.monotonic_ms >= 2);
    EXPECT(first.boot != 0 && first.boot == second.boot);
    EXPECT(first.wall_ms > INT64_C(1700000000000));
    EXPECT(rng_u64(os_rng()) != rng_u64(os_rng()));
}

TEST(test_bytes_are_written_where_they_belong_and_others_stay)
{
    struct arena arena;
    arena_init(&arena, 0);
    char *folder = folder_make(&arena);
    char *path = os_path(&arena, folder, "a");
    EXPECT_OK(os_file_write_at(path, 4, "five", 4));
    EXPECT_OK(os_file_write_at(path, 0, "one ", 4));
    EXPECT_OK(os_file_write_at(path, 8, "", 0));
    struct str bytes;
    EXPECT_OK(os_file_read(&arena, path, 100, &bytes));
    EXPECT(str_is(bytes, "one five"));
    EXPECT_OK(os_file_write_at(path, 10, "x", 1));
    EXPECT_OK(os_file_read(&arena, path, 100, &bytes));
    EXPECT_INT(11, bytes.size);
    EXPECT(memcmp(bytes.bytes, "one five\0\0x", 11) == 0);
    struct stat status;
    EXPECT(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
    EXPECT_ERR(ERR_not_found, os_file_write_at(os_path(&arena, folder, "no/a"), 0, "x", 1));
    EXPECT_OK(os_file_remove(path));
    rmdir(folder);
    arena_deinit(&arena);
}

TEST(test_a_process_that_forbids_it_leaves_no_core)
{
    pid_t pid = fork();
    EXPECT(pid >= 0);
    if (pid == 0) {
        struct rlimit limit = {1, 1};
        bool is_forbidden = os_dump_forbid() && prctl(PR_GET_DUMPABLE) == 0 &&
                            getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0;
        _exit(is_forbidden ? 0 : 1);
    }
    int status = 1;
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
