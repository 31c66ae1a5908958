/* Goal: whatever lies in the spool folder, the app neither crashes nor stops, shows nothing as
 * sent that is not, and once the folder is left alone everything reaches headquarters.
 *
 * Method: from a seed, files of the folder are cut, changed, swapped, doubled and taken away,
 * foreign ones and folders are put there, between the app's own steps. */
#include "tests/fuzz/change.h"
#include "tests/sync/spool/stage.h"

#include <sys/stat.h>

enum { STEPS = 40, FILE_MAX = 300 * 1024 };

struct mess {
    struct stage *stage;
    struct test_rng rng_state;
    struct rng rng;
    size_t fact_count;
};

static uint64_t any(struct mess *mess, uint64_t count)
{
    return rng_below(&mess->rng, count);
}

static const char *some_folder(struct mess *mess)
{
    const char *folders[] = {mess->stage->spool.in, mess->stage->spool.out,
                             mess->stage->spool.folder};
    return folders[any(mess, COUNT(folders))];
}

/* A file of the folder; NULL when it has none. */
static const char *some_file(struct mess *mess)
{
    struct arena *arena = &mess->stage->tablet.task;
    const char *folder = some_folder(mess);
    const char **names = NULL;
    size_t count = 0;
    struct stat state;
    if (os_folder_list(arena, folder, &names, &count) != OK || count == 0) {
        return NULL;
    }
    const char *path = os_path(arena, folder, names[any(mess, count)]);
    return stat(path, &state) == 0 && S_ISREG(state.st_mode) ? path : NULL;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb"); /* as a failing disk would: not replaced whole */
    if (file != NULL) {
        (void)!fwrite(bytes, 1, size, file);
        fclose(file);
    }
}

static void change_file(struct mess *mess)
{
    struct arena *arena = &mess->stage->tablet.task;
    const char *path = some_file(mess);
    struct str bytes;
    if (path == NULL || os_file_read(arena, path, FILE_MAX, &bytes) != OK || bytes.size == 0) {
        return;
    }
    uint8_t *changed = arena_alloc(arena, bytes.size * 2 + 64);
    memcpy(changed, bytes.bytes, bytes.size);
    size_t size = change_bytes(&mess->rng, changed, bytes.size, bytes.size * 2 + 64,
                               (const uint8_t *)bytes.bytes, bytes.size);
    write_file(path, changed, any(mess, 3) == 0 ? (size_t)any(mess, size + 1) : size);
}

static void swap_files(struct mess *mess)
{
    struct arena *arena = &mess->stage->tablet.task;
    const char *one = some_file(mess);
    const char *other = some_file(mess);
    if (one == NULL || other == NULL) {
        return;
    }
    const char *aside = os_path(arena, mess->stage->folder, "aside");
    if (any(mess, 2) == 0) {
        (void)(rename(one, aside) == 0 && rename(other, one) == 0 && rename(aside, other) == 0);
        return;
    }
    struct str bytes; /* the content of one under the name of the other */
    if (os_file_read(arena, one, FILE_MAX, &bytes) == OK) {
        write_file(other, bytes.bytes, bytes.size);
    }
}

static void foreign_file(struct mess *mess)
{
    static const char *const names[] = {
        "2-00000000000000000001-0011223344556677.env",
        "2-00000000000000000001-0011223344556677.ans",
        "9-99999999999999999999-ffffffffffffffff.ans",
        "x.ans",
        ".env",
        "agent.conf",
        "wake",
        "Thumbs.db",
        "a file of another program with quite a long name and no ending at all",
        "2-1.env.tmp",
        "\xff\xfe.ans",
    };
    struct arena *arena = &mess->stage->tablet.task;
    const char *name = names[any(mess, COUNT(names))];
    const char *path = os_path(arena, some_folder(mess), name);
    switch (any(mess, 6)) {
    case 0:
        if (strchr(name, '.') != NULL && strcmp(name, LAYOUT_CONF) != 0) {
            (void)mkdir(path, 0700);
        }
        return;
    case 1:
        if (strchr(name, '.') != NULL && strcmp(name, LAYOUT_CONF) != 0) {
            (void)!symlink("/nowhere/at/all", path);
        }
        return;
    case 2:
        write_file(path, "", 0);
        return;
    default: {
        size_t size = (size_t)any(mess, any(mess, 8) == 0 ? FILE_MAX : 600);
        uint8_t *garbage = arena_alloc(arena, size + 1);
        rng_fill(&mess->rng, garbage, size);
        write_file(path, garbage, size);
    }
    }
}

/* The app's own steps never fail for it: the folder can always be made again. */
static void app_step(struct mess *mess)
{
    struct stage *stage = mess->stage;
    struct spool_outlook outlook;
    switch (any(mess, 6)) {
    case 0:
        stage_facts(stage, 1);
        mess->fact_count++;
        return;
    case 1:
        (void)stage_seal(stage, any(mess, 2) == 0);
        return;
    case 2:
        (void)stage_apply(stage);
        return;
    case 3:
        EXPECT_OK(spool_outlook(&stage->spool, &outlook));
        return;
    case 4:
        stage_spool(stage); /* it starts again */
        return;
    default:
        EXPECT(stage_stored_seq(stage) <= stage->far.stored_seq); /* "sent" is true */
    }
}

static void mess_step(struct mess *mess)
{
    const char *path;
    switch (any(mess, 8)) {
    case 0:
    case 1:
        change_file(mess);
        return;
    case 2:
        swap_files(mess);
        return;
    case 3:
        foreign_file(mess);
        return;
    case 4:
        path = some_file(mess);
        if (path != NULL) {
            (void)unlink(path);
        }
        return;
    default:
        app_step(mess);
    }
}

static void mess_run(uint64_t seed)
{
    struct mess mess = {.stage = stage_open()};
    struct stage *stage = mess.stage;
    mess.rng = test_rng_make(&mess.rng_state, seed);
    stage_rows(stage, 2);
    stage_enrol(stage);
    stage_settle(stage);
    for (size_t i = 0; i < STEPS; i++) {
        mess_step(&mess);
        arena_reset(&stage->tablet.task);
        if (any(&mess, 6) == 0) {
            stage_facts(stage, 1);
            mess.fact_count++;
            (void)stage_seal(stage, false);
        }
    }
    /* The folder is lost at last, as anyone may take it away, and made again. */
    stage_remove_folder(stage, stage->spool.folder);
    stage_spool(stage);
    (void)stage_apply(stage);
    (void)stage_seal(stage, true);
    stage_settle(stage);
    EXPECT_INT(mess.fact_count, stage->far.stored_seq);
    EXPECT_INT(mess.fact_count, stage_stored_seq(stage));
    uint64_t bad_seq = 0;
    EXPECT_OK(store_journal_verify(stage->tablet.store, &bad_seq));
    stage_close(stage);
}

TEST(test_no_files_in_the_folder_stop_the_app_or_lose_a_fact)
{
    size_t seeds = test_rounds(20, 60);
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        mess_run(seed);
    }
}
