/* Imports in slices: tablets are served in between, a cut or a full disk loses one slice,
 * and the same file again ends as if it had never been cut. */
#include "tests/sync/server/import/store_folder.h"

#include "tests/lib/disk_shim.h"

#include <sys/wait.h>

enum { ROWS = 4 * IMPORT_SLICE + 137, BAD_EVERY = 400 };

/* Every 400th row has no debtor; the row before it is there twice. */
static char *make_file(struct arena *arena)
{
    struct str_builder text;
    str_builder_init(&text, arena);
    str_add_text(&text, HEADING);
    for (int i = 1; i <= ROWS; i++) {
        int n = i % BAD_EVERY == 0 ? i - 1 : i;
        str_add_format(&text, "C%05d,B,card,%s,%d,10,2026-11-20,2026-08-05,19900001234\n", n,
                       i % BAD_EVERY == 1 ? "" : "赵示例", 100 + i);
    }
    return text.text;
}

struct between {
    int count;
    int end_at;
    int full_at;
};

static void on_between(void *context)
{
    struct between *between = context;
    between->count++;
    if (between->count == between->end_at) {
        _exit(0); /* as a power cut would: nothing is closed, nothing rolled back */
    }
    if (between->count == between->full_at) {
        disk_shim_full(true);
    }
}

static enum err import(struct world *world, struct imported *imported, const char *text,
                       struct between *between)
{
    FILE *in = file_of(text);
    struct fault_report report = {.file = tmpfile(), .lang = LANG_en};
    const struct import_options options = {
        .file_name = "cases.csv",
        .actor = "test",
        .now_ms = world->now_ms,
        .between = on_between,
        .between_context = between,
    };
    enum err err =
        import_cases(&world->arena, world->store, in, &report, &options, &imported->result);
    fclose(in);
    report_read(imported, report.file);
    return err;
}

static void expect_equal(const struct imported *whole, const struct imported *cut)
{
    EXPECT(cut->result.is_written);
    EXPECT_INT(whole->result.row_count, cut->result.row_count);
    EXPECT_INT(whole->result.new_count, cut->result.new_count);
    EXPECT_INT(whole->result.changed_count, cut->result.changed_count);
    EXPECT_INT(whole->result.same_count, cut->result.same_count);
    EXPECT_INT(whole->result.error_count, cut->result.error_count);
    EXPECT_INT(whole->result.balance_count, cut->result.balance_count);
    EXPECT_TEXT(whole->report, cut->report);
}

static struct imported whole, cut, again;

static const char *import_whole(struct world *world)
{
    struct between between = {0};
    world_open(world);
    EXPECT_OK(import(world, &whole, make_file(&world->arena), &between));
    EXPECT_INT(4, between.count);
    EXPECT_INT(ROWS, whole.result.row_count);
    EXPECT_INT(2 * (ROWS / BAD_EVERY) + 1, whole.result.error_count);
    return world_print(world);
}

TEST(test_a_killed_import_goes_on_where_it_stopped)
{
    struct world world;
    const char *expected = import_whole(&world);
    for (int k = 1; k <= 4; k++) {
        struct world other;
        world_open(&other);
        char *text = make_file(&other.arena);
        hq_store_close(other.store);
        pid_t child = fork();
        if (child == 0) {
            struct between between = {.end_at = k};
            EXPECT_OK(hq_store_open(&other.store, other.folder, HQ_ACCESS_write, false));
            (void)!import(&other, &cut, text, &between);
            _exit(1);
        }
        int status = 0;
        EXPECT_INT(child, waitpid(child, &status, 0));
        EXPECT_INT(0, WEXITSTATUS(status));
        EXPECT_OK(hq_store_open(&other.store, other.folder, HQ_ACCESS_write, false));
        struct between between = {0};
        EXPECT_OK(import(&other, &cut, text, &between));
        EXPECT_INT(k * IMPORT_SLICE, cut.result.resumed_row_count);
        expect_equal(&whole, &cut);
        EXPECT_TEXT(expected, world_print(&other));
        EXPECT_OK(import(&other, &again, text, &between));
        EXPECT(again.result.is_known);
        EXPECT_INT(1, again.result.batch_no);
        world_close(&other);
    }
    world_close(&world);
}

TEST(test_a_full_disk_stops_an_import_and_keeps_what_stood)
{
    struct world world;
    const char *expected = import_whole(&world);
    disk_shim_install();
    for (int k = 1; k <= 4; k++) {
        struct world other;
        world_open(&other);
        char *text = make_file(&other.arena);
        struct between between = {.full_at = k};
        EXPECT_ERR(ERR_no_space, import(&other, &cut, text, &between));
        EXPECT(!cut.result.is_written);
        EXPECT_INT(k * IMPORT_SLICE, cut.result.stored_row_count);
        EXPECT(!hq_is_in_transaction(other.store));
        /* Still full: nothing more, nothing less. */
        between = (struct between){0};
        EXPECT_ERR(ERR_no_space, import(&other, &cut, text, &between));
        EXPECT_INT(k * IMPORT_SLICE, cut.result.stored_row_count);
        disk_shim_full(false);
        EXPECT_OK(import(&other, &cut, text, &between));
        EXPECT_INT(k * IMPORT_SLICE, cut.result.resumed_row_count);
        expect_equal(&whole, &cut);
        EXPECT_TEXT(expected, world_print(&other));
        world_close(&other);
    }
    world_close(&world);
}

/* Goal: a batch that was cut keeps its number; another file meanwhile gets another. */
TEST(test_another_file_between_cut_and_end)
{
    struct world world;
    world_open(&world);
    char *text = make_file(&world.arena);
    struct between between = {.full_at = 2};
    EXPECT_ERR(ERR_no_space, import(&world, &cut, text, &between));
    disk_shim_full(false);
    between = (struct between){0};
    EXPECT_OK(import(&world, &again, HEADING ROW("C00900", "1000", "2026-11-21"), &between));
    EXPECT_INT(2, again.result.batch_no);
    EXPECT_INT(1, again.result.changed_count + again.result.new_count);
    EXPECT_OK(import(&world, &cut, text, &between));
    EXPECT_INT(1, cut.result.batch_no);
    EXPECT_INT(ROWS, cut.result.row_count);
    EXPECT_INT(cut.result.row_count, cut.result.new_count + cut.result.changed_count +
                                         cut.result.same_count + cut.result.error_count);
    world_close(&world);
}
