#include "tests/sync/server/import/store_folder.h"

#include "sync/server/import/sample.h"

static struct imported imported;

TEST(test_good_rows_go_in_and_bad_ones_are_told)
{
    struct world world;
    world_open(&world);
    world_import(
        &world, &imported,
        HEADING ROW("A1", "100", "2026-11-20") "A2,B,card,,x,10,2026-11-20,2026-08-05,1\n" ROW(
            "A3", "300", "2026-11-20")
            ROW("A1", "100", "2026-11-20") "A5,B,card,\"赵\"示例,1,1,2026-11-20,2026-08-05,"
                                           "19900001234\n" ROW("A6", "600", "2026-11-20"),
        false, false);
    EXPECT(imported.result.is_written);
    EXPECT_INT(6, imported.result.row_count);
    EXPECT_INT(3, imported.result.new_count);
    EXPECT_INT(3, imported.result.error_count);
    EXPECT_INT(5, imported.result.fault_count);
    static const char *const lines[] = {"\n3,debtor_name,,", "\n3,principal,a,", "\n3,phone1,9,",
                                        "\n5,case_ref,a9,the same case stands in line 2,",
                                        "\n6,,,a quotation mark stands where none may,"};
    for (size_t i = 0; i < COUNT(lines); i++) {
        EXPECT_ROW(lines[i], strstr(imported.report, lines[i]) != NULL);
    }
    EXPECT(strstr(imported.report, "示例") == NULL); /* never a value */
    ds_CaseRecord record;
    EXPECT(world_record(&world, "A1", &record));
    EXPECT_INT(10000, record.principal_minor);
    EXPECT_INT(date_from_civil(2026, 11, 22), record.imported_day);
    EXPECT(!world_record(&world, "A2", &record));
    EXPECT(world_record(&world, "A6", &record));
    world_close(&world);
}

TEST(test_the_same_batch_again_changes_nothing_and_says_so)
{
    struct world world;
    world_open(&world);
    static const char file[] = HEADING ROW("A1", "100", "2026-11-20") ROW("A2", "x", "2026-11-20");
    world_import(&world, &imported, file, false, false);
    EXPECT(!imported.result.is_known);
    const char *before = world_print(&world);
    world_import(&world, &imported, file, false, false);
    EXPECT(imported.result.is_known);
    EXPECT_INT(1, imported.result.batch_no);
    EXPECT(!imported.result.is_written);
    EXPECT_TEXT(before, world_print(&world));
    /* The same rows in another file: one more batch, no case changed. */
    world_import(&world, &imported, HEADING ROW("A1", "100", "2026-11-20"), false, false);
    EXPECT(!imported.result.is_known);
    EXPECT_INT(1, imported.result.same_count);
    EXPECT_INT(0, imported.result.changed_count + imported.result.new_count);
    world_close(&world);
}

TEST(test_dry_run_and_all_or_nothing_write_nothing)
{
    struct world world;
    world_open(&world);
    const char *before = world_print(&world);
    static const char bad[] = HEADING ROW("A1", "100", "2026-11-20") ROW("A2", "x", "2026-11-20");
    world_import(&world, &imported, bad, true, false);
    EXPECT(!imported.result.is_written);
    EXPECT_INT(1, imported.result.new_count);
    EXPECT_INT(1, imported.result.error_count);
    EXPECT(strstr(imported.report, "\n3,principal") != NULL);
    EXPECT_TEXT(before, world_print(&world));
    world_import(&world, &imported, bad, false, true);
    EXPECT(!imported.result.is_written);
    EXPECT(strstr(imported.report, "\n3,principal") != NULL);
    EXPECT_TEXT(before, world_print(&world));
    /* Without a bad row, all is written. */
    world_import(&world, &imported, HEADING ROW("A1", "100", "2026-11-20"), false, true);
    EXPECT(imported.result.is_written);
    ds_CaseRecord record;
    EXPECT(world_record(&world, "A1", &record));
    /* A dry run over known cases counts what would change. */
    before = world_print(&world);
    world_import(&world, &imported,
                 HEADING ROW("A1", "200", "2026-11-21") ROW("A9", "1", "2026-11-21"), true, false);
    EXPECT_INT(1, imported.result.changed_count);
    EXPECT_INT(1, imported.result.balance_count);
    EXPECT_INT(1, imported.result.new_count);
    EXPECT_TEXT(before, world_print(&world));
    world_close(&world);
}

TEST(test_a_newer_balance_is_stated_and_an_older_one_told)
{
    struct world world;
    world_open(&world);
    world_import(&world, &imported, HEADING ROW("A1", "100", "2026-11-10"), false, false);
    ds_CaseRecord record;
    EXPECT(world_record(&world, "A1", &record));
    int64_t case_no = (int64_t)record.case_no;
    world_import(&world, &imported, HEADING ROW("A1", "80", "2026-11-20"), false, false);
    EXPECT_INT(1, imported.result.changed_count);
    EXPECT_INT(1, imported.result.balance_count);
    EXPECT(world_record(&world, "A1", &record));
    EXPECT_INT(case_no, record.case_no);
    EXPECT_INT(8000, record.principal_minor);
    EXPECT_INT(1, world_fact_count(&world, case_no, EVENT_balance_stated));
    /* Only the day is newer: the record moves, no fact. */
    world_import(&world, &imported, HEADING ROW("A1", "80", "2026-11-21"), false, false);
    EXPECT_INT(1, imported.result.changed_count);
    EXPECT_INT(0, imported.result.balance_count);
    EXPECT_INT(1, world_fact_count(&world, case_no, EVENT_balance_stated));
    world_import(&world, &imported, HEADING ROW("A1", "70", "2026-11-15"), false, false);
    EXPECT_INT(1, imported.result.error_count);
    EXPECT(strstr(imported.report, "\n2,balance_date,") != NULL);
    EXPECT(world_record(&world, "A1", &record));
    EXPECT_INT(8000, record.principal_minor);
    world_close(&world);
}

TEST(test_two_clients_may_use_the_same_reference)
{
    struct world world;
    world_open(&world);
    world_import(
        &world, &imported,
        HEADING ROW("A1", "100",
                    "2026-11-20") "A1,C,card,钱示例,5,1,2026-11-20,2026-08-05,19900001235\n",
        false, false);
    EXPECT_INT(2, imported.result.new_count);
    EXPECT_INT(0, imported.result.error_count);
    world_close(&world);
}

TEST(test_a_file_that_cannot_be_used_leaves_nothing)
{
    static const struct {
        const char *text;
        enum heading_fault fault;
        bool is_empty;
    } rows[] = {
        {"", HEADING_ok, true},
        {"\n\n", HEADING_ok, true},
        {"case_ref,colour\nA1,red\n", HEADING_unknown, false},
        {"case_ref\nA1\n", HEADING_missing, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        world_open(&world);
        const char *before = world_print(&world);
        world_import(&world, &imported, rows[i].text, false, false);
        EXPECT_ROW(rows[i].text, imported.result.heading.fault == rows[i].fault);
        EXPECT_ROW(rows[i].text, imported.result.is_empty == rows[i].is_empty);
        EXPECT_ROW(rows[i].text, !imported.result.is_written);
        EXPECT_TEXT(before, world_print(&world));
        world_close(&world);
    }
}

/* Goal: the generator's files go through this importer, every planted fault is
 * found and nothing else is. */
TEST(test_a_sample_goes_in)
{
    struct world world;
    world_open(&world);
    const struct sample_options sample = {.case_count = 3000,
                                          .collector_count = 8,
                                          .seed = 11,
                                          .today = date_from_civil(2026, 11, 22),
                                          .is_chinese = true};
    FILE *file = tmpfile();
    int64_t planted;
    EXPECT_OK(sample_cases(&world.arena, file, &sample, &planted));
    struct fault_report report = {.file = NULL, .lang = LANG_zh};
    const struct import_options options = {
        .file_name = "sample.csv", .actor = "test", .now_ms = world.now_ms};
    struct import_result result;
    EXPECT_OK(import_cases(&world.arena, world.store, file, &report, &options, &result));
    EXPECT(result.is_written);
    EXPECT_INT(3000, result.row_count);
    EXPECT_INT(planted, result.error_count);
    EXPECT_INT(3000 - planted, result.new_count);
    fclose(file);
    world_close(&world);
}
