#include "sync/server/import/sample.h"

#include "core/domain/date.h"
#include "sync/server/import/case_row.h"
#include "sync/server/import/id_number.h"
#include "sync/server/import/ref_set.h"
#include "sync/server/import/sample_person.h"

#include "tests/lib/test.h"

#include <stdio.h>

static struct sample_options options_make(int64_t cases, uint64_t seed)
{
    return (struct sample_options){.case_count = cases,
                                   .collector_count = 12,
                                   .seed = seed,
                                   .today = date_from_civil(2026, 11, 22)};
}

/* Checksum of a generated file as hex. */
static void file_sum(char hex[65], FILE *file)
{
    uint8_t sum[CSV_CHECKSUM_SIZE];
    EXPECT_OK(csv_checksum(file, sum));
    for (size_t i = 0; i < sizeof sum; i++) {
        snprintf(hex + i * 2, 3, "%02x", sum[i]);
    }
}

static void sums_make(char hex[3][65], const struct sample_options *options)
{
    struct arena arena;
    arena_init(&arena, 0);
    FILE *files[3];
    int64_t faults, payments, bad;
    for (size_t i = 0; i < 3; i++) {
        files[i] = tmpfile();
        EXPECT(files[i] != NULL);
    }
    EXPECT_OK(sample_cases(&arena, files[0], options, &faults));
    EXPECT_OK(sample_people(files[1], options));
    EXPECT_OK(sample_payments(&arena, files[2], options, &payments, &bad));
    EXPECT(payments > 0);
    for (size_t i = 0; i < 3; i++) {
        file_sum(hex[i], files[i]);
        fclose(files[i]);
    }
    arena_deinit(&arena);
}

TEST(test_the_same_options_give_the_same_bytes)
{
    char first[3][65], again[3][65], other[3][65];
    struct sample_options options = options_make(500, 42);
    sums_make(first, &options);
    sums_make(again, &options);
    options.seed = 43;
    sums_make(other, &options);
    for (size_t i = 0; i < 3; i++) {
        EXPECT_TEXT(first[i], again[i]);
        EXPECT(strcmp(first[i], other[i]) != 0);
    }
    char text[256];
    snprintf(text, sizeof text, "cases    %s\npeople   %s\npayments %s\n", first[0], first[1],
             first[2]);
    test_golden(TESTS_FOLDER, "import/sample_500_42.txt", text);
}

/* A case does not depend on how many are made. */
TEST(test_a_longer_sample_begins_like_a_shorter_one)
{
    struct arena arena;
    arena_init(&arena, 0);
    FILE *files[2] = {tmpfile(), tmpfile()};
    int64_t faults;
    struct sample_options options = options_make(50, 7);
    EXPECT_OK(sample_cases(&arena, files[0], &options, &faults));
    options.case_count = 80;
    EXPECT_OK(sample_cases(&arena, files[1], &options, &faults));
    long size = ftell(files[0]);
    rewind(files[0]);
    rewind(files[1]);
    for (long i = 0; i < size; i++) {
        EXPECT_INT(fgetc(files[0]), fgetc(files[1]));
    }
    fclose(files[0]);
    fclose(files[1]);
    arena_deinit(&arena);
}

/* Goal: the share of bad rows is about one in a hundred, every fault of the list
 * occurs, and the reader finds each of them and no other. */
TEST(test_faults_are_one_in_a_hundred_and_all_are_found)
{
    struct arena arena;
    arena_init(&arena, 0);
    enum { CASES = 20000 };
    struct sample_options options = options_make(CASES, 5);
    FILE *file = tmpfile();
    int64_t planted;
    EXPECT_OK(sample_cases(&arena, file, &options, &planted));
    EXPECT(planted > CASES * 7 / 1000 && planted < CASES * 13 / 1000);
    rewind(file);
    struct csv_reader *reader;
    EXPECT_OK(csv_reader_open(&arena, file, NULL, &reader));
    struct column_map map;
    struct heading_answer answer;
    struct csv_row row;
    bool has_row;
    EXPECT_OK(csv_reader_next(reader, &row, &has_row));
    column_bind(&arena, column_table_cases(), row.fields, row.field_count, &map, &answer);
    EXPECT(answer.fault == HEADING_ok);
    static struct case_draft draft;
    static struct row_faults faults;
    struct ref_set *seen = ref_set_make(&arena);
    bool was_found[FAULT_COUNT] = {false};
    int64_t found = 0, total = 0, quotes = 0;
    for (;;) {
        EXPECT_OK(csv_reader_next(reader, &row, &has_row));
        if (!has_row) {
            break;
        }
        total++;
        if (row.fault != CSV_FAULT_none) {
            found++;
            quotes++;
            continue;
        }
        case_row_read(&map, &row, options.today, 1, &draft, &faults);
        for (size_t i = 0; i < faults.count; i++) {
            was_found[faults.items[i].fault] = true;
        }
        int64_t line;
        struct str ref = str_from(draft.record.case_ref);
        bool is_twice = ref.size > 0 && ref_set_find(seen, ref, STR(""), &line);
        if (ref.size > 0 && !is_twice) {
            ref_set_add(seen, ref, STR(""), row.line);
        }
        found += faults.count > 0 || is_twice ? 1 : 0;
        was_found[FAULT_duplicate] = was_found[FAULT_duplicate] || is_twice;
    }
    EXPECT_INT(CASES, total);
    EXPECT_INT(planted, found);
    EXPECT(quotes > 0);
    static const enum fault expected[] = {
        FAULT_bad_date,      FAULT_in_future,           FAULT_bad_amount,       FAULT_missing,
        FAULT_unknown_value, FAULT_swapped_coordinates, FAULT_half_coordinates, FAULT_duplicate,
        FAULT_not_utf8,      FAULT_bad_id_check,        FAULT_bad_phone,        FAULT_field_count};
    for (size_t i = 0; i < COUNT(expected); i++) {
        EXPECT_ROW(fault_name(expected[i]), was_found[expected[i]]);
    }
    csv_reader_close(reader);
    fclose(file);
    arena_deinit(&arena);
}

TEST(test_nobody_in_a_sample_can_exist)
{
    for (uint64_t i = 0; i < 2000; i++) {
        struct sample_rng rng = sample_stream(1, 1, i);
        char number[SAMPLE_ID_SIZE], phone[SAMPLE_PHONE_SIZE];
        uint32_t gender = (uint32_t)(1 + i % 2);
        sample_id_number(number, &rng, gender);
        EXPECT(strncmp(number, "99", 2) == 0);
        EXPECT_INT(ID_NUMBER_ok, id_number_check(str_from(number)));
        EXPECT_INT(gender, id_number_gender(str_from(number)));
        sample_phone(phone, &rng);
        EXPECT(strncmp(phone, "1990000", 7) == 0 && strlen(phone) == 11);
    }
}

/* The place in another datum comes back to where it was, within two metres. */
TEST(test_places_in_every_datum_are_the_same_place)
{
    static const enum geo_datum datums[] = {GEO_DATUM_wgs84, GEO_DATUM_gcj02, GEO_DATUM_bd09};
    for (uint64_t i = 0; i < 300; i++) {
        struct sample_rng rng = sample_stream(1, 2, i);
        struct sample_place place;
        sample_place_make(&place, &rng, (size_t)(i % sample_district_count()));
        for (size_t d = 0; d < COUNT(datums); d++) {
            struct geo_point back =
                geo_to_wgs84(sample_point_in(place.point, datums[d]), datums[d]);
            EXPECT(geo_distance_m(place.point, back) <= 2);
        }
    }
}

TEST(test_teams_have_a_leader_and_every_district_somebody)
{
    struct sample_options options = options_make(1, 3);
    options.collector_count = 20;
    FILE *file = tmpfile();
    EXPECT_OK(sample_people(file, &options));
    rewind(file);
    struct arena arena;
    arena_init(&arena, 0);
    struct csv_reader *reader;
    EXPECT_OK(csv_reader_open(&arena, file, NULL, &reader));
    struct csv_row row;
    bool has_row;
    EXPECT_OK(csv_reader_next(reader, &row, &has_row));
    size_t leaders = 0, collectors = 0;
    bool is_served[64] = {false};
    for (;;) {
        EXPECT_OK(csv_reader_next(reader, &row, &has_row));
        if (!has_row) {
            break;
        }
        EXPECT_INT(6, row.field_count);
        leaders += str_is(row.fields[2], "supervisor") ? 1 : 0;
        collectors += str_is(row.fields[2], "collector") ? 1 : 0;
        for (size_t d = 0; d < sample_district_count(); d++) {
            is_served[d] =
                is_served[d] || str_contains(row.fields[4], str_from(sample_district(d)));
        }
    }
    EXPECT_INT(3, leaders);
    EXPECT_INT(20, collectors);
    for (size_t d = 0; d < sample_district_count(); d++) {
        EXPECT_ROW(sample_district(d), is_served[d]);
    }
    csv_reader_close(reader);
    fclose(file);
    arena_deinit(&arena);
}
