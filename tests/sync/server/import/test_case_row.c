#include "sync/server/import/case_row.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/domain/geo.h"

#include "tests/lib/test.h"

#include <stdio.h>

/* A whole row; a test changes one column or a few. */
static const char *const good[][2] = {
    {"case_ref", "A-1"},
    {"client", "宁泽银行"},
    {"product", "信用卡"},
    {"debtor_name", "赵示例"},
    {"id_number", "11010519491231002X"},
    {"principal", "1,234.50"},
    {"balance_date", "2026-11-20"},
    {"due_date", "2026-08-05"},
    {"phone1", "199 0000 1234"},
    {"addr1", "宁泽市望江区人民路62号"},
    {"addr1_area", "望江区"},
    {"addr1_lat", "31.2041"},
    {"addr1_lon", "118.1673"},
    {"addr1_datum", "gcj02"},
};

struct read {
    struct case_draft draft;
    struct row_faults faults;
};

/* Reads the good row with columns set as `changes` says, "column=value" each. */
static void row_read(struct read *read, const char *const *changes, size_t change_count)
{
    struct arena arena;
    arena_init(&arena, 0);
    const struct column_table *table = column_table_cases();
    struct str headings[LIMIT_import_fields], fields[LIMIT_import_fields];
    for (size_t i = 0; i < table->count; i++) {
        headings[i] = str_from(table->columns[i].name);
        fields[i] = STR("");
        for (size_t g = 0; g < COUNT(good); g++) {
            if (strcmp(good[g][0], table->columns[i].name) == 0) {
                fields[i] = str_from(good[g][1]);
            }
        }
    }
    for (size_t c = 0; c < change_count; c++) {
        struct str value = str_from(changes[c]);
        struct str name;
        EXPECT(str_split(&value, '=', &name));
        int32_t column = column_find(table, name);
        EXPECT_ROW(changes[c], column != COLUMN_NONE);
        fields[column] = value;
    }
    struct column_map map;
    struct heading_answer answer;
    column_bind(&arena, table, headings, table->count, &map, &answer);
    EXPECT(answer.fault == HEADING_ok);
    struct csv_row row = {.line = 2, .fields = fields, .field_count = table->count};
    case_row_read(&map, &row, date_from_civil(2026, 11, 22), 1, &read->draft, &read->faults);
    arena_deinit(&arena);
}

TEST(test_a_whole_row_gives_a_whole_record)
{
    static struct read read;
    static const char *const changes[] = {
        "phone3=021-66554433",
        "phone3_role=单位",
        "addr2=宁泽市云麓区工业一路2号",
        "addr2_kind=单位",
        "guarantor_name=钱示例",
        "flags=失联; two_visitors",
        "past_promises=2026-08-15 300 kept; 2026-09-01 500.00 失约",
        "past_payments=2026-07-01 1000",
        "codebtor_name=孙示例",
        "notice_date=2026-11-01",
        "not_before=10:00",
        "not_weekdays=6;7",
        "not_places=单位"};
    row_read(&read, changes, COUNT(changes));
    EXPECT_INT(0, read.faults.count);
    const ds_CaseRecord *record = &read.draft.record;
    EXPECT_INT(123450, record->principal_minor);
    EXPECT_TEXT("CNY", record->currency);
    EXPECT_TEXT("Asia/Shanghai", record->zone);
    EXPECT_INT(2, record->gender);
    EXPECT_INT(date_from_civil(2026, 8, 5), record->due_day);
    /* Closed up: the third telephone is the second of the case. */
    EXPECT_INT(2, record->points_count);
    EXPECT_TEXT("19900001234", record->points[0].value);
    EXPECT_INT(POINT_KIND_mobile, record->points[0].kind);
    EXPECT_INT(ROLE_borrower, record->points[0].role);
    EXPECT_TEXT("021-66554433", record->points[1].value);
    EXPECT_INT(ROLE_employer, record->points[1].role);
    EXPECT_INT(FACT_SOURCE_client, record->points[1].source);
    EXPECT_INT(date_from_civil(2026, 11, 20), record->points[1].as_of_day);
    /* Kept in WGS-84: some 500 m from what GCJ-02 wrote. */
    EXPECT_INT(2, record->addresses_count);
    struct geo_point written = {312041000, 1181673000};
    struct geo_point kept = {record->addresses[0].lat_e7, record->addresses[0].lon_e7};
    EXPECT(geo_distance_m(written, kept) > 100 && geo_distance_m(written, kept) < 900);
    EXPECT_INT(ADDRESS_KIND_home, record->addresses[0].kind);
    EXPECT_INT(ADDRESS_KIND_work, record->addresses[1].kind);
    EXPECT_INT(0, record->addresses[1].lat_e7);
    EXPECT_INT(2, record->parties_count);
    EXPECT_INT(ROLE_guarantor, record->parties[0].role);
    EXPECT_INT(ROLE_codebtor, record->parties[1].role);
    EXPECT((record->flags ==
            (UINT64_C(1) << STOP_FLAG_lost_contact | UINT64_C(1) << STOP_FLAG_two_visitors)));
    EXPECT_INT(date_from_civil(2026, 11, 1), record->notice_day);
    EXPECT_INT(600, record->not_before_minute);
    EXPECT_INT(0x60, record->not_weekdays);
    EXPECT_INT(1 << ADDRESS_KIND_work, record->not_places);
    /* Newest first, and counted because the file gives no counts. */
    EXPECT_INT(2, record->past_promises_count);
    EXPECT_INT(date_from_civil(2026, 9, 1), record->past_promises[0].due_day);
    EXPECT_INT(ARRANGEMENT_STATE_broken, record->past_promises[0].state);
    EXPECT_INT(2, record->promises_made);
    EXPECT_INT(1, record->promises_broken);
    EXPECT_INT(100000, record->past_payments[0].amount_minor);
}

TEST(test_bad_rows_name_the_column_and_the_reason)
{
    static const struct {
        const char *changes[4];
        const char *column; /* NULL: the row is good */
        enum fault fault;
    } rows[] = {
        {{"case_ref="}, "case_ref", FAULT_missing},
        {{"debtor_name="}, "debtor_name", FAULT_missing},
        {{"debtor_name= \xE3\x80\x80 "}, "debtor_name", FAULT_missing},
        {{"debtor_name=\xD5\xC5\xC8\xFD"}, "debtor_name", FAULT_not_utf8},
        {{"product=1234567890123456789012345678901234567890123456789012345678901234"}, NULL, 0},
        {{"product=12345678901234567890123456789012345678901234567890123456789012345"},
         "product",
         FAULT_too_long},
        {{"principal="}, "principal", FAULT_missing},
        {{"principal=约1.2万"}, "principal", FAULT_bad_amount},
        {{"principal=12.345"}, "principal", FAULT_bad_amount},
        {{"principal=-1"}, "principal", FAULT_bad_amount},
        {{"principal=1e5"}, "principal", FAULT_bad_amount},
        {{"principal=99999999999999999999"}, "principal", FAULT_bad_amount},
        {{"principal=0"}, "principal", FAULT_no_debt},
        {{"principal=0", "fees=0.01"}, NULL, 0},
        {{"due_date=2026-02-30"}, "due_date", FAULT_bad_date},
        {{"due_date=05/08/2026"}, "due_date", FAULT_bad_date},
        {{"due_date=2026/08/05"}, NULL, 0},
        {{"due_date=20260805"}, NULL, 0},
        {{"due_date=2026-11-20"}, NULL, 0},
        {{"due_date=2026-11-21"}, "due_date", FAULT_due_after_balance},
        {{"balance_date=2026-11-22"}, NULL, 0},
        {{"balance_date=2000-01-01", "due_date=1999-12-31"}, NULL, 0},
        {{"balance_date=1999-12-31", "due_date=1999-12-31"}, "balance_date", FAULT_bad_date},
        {{"balance_date=2026-11-23"}, "balance_date", FAULT_in_future},
        {{"last_note_date=2026-11-23"}, "last_note_date", FAULT_in_future},
        {{"id_number=110105194912310021"}, "id_number", FAULT_bad_id_check},
        {{"id_number=12345"}, "id_number", FAULT_bad_id_number},
        {{"guarantor_name=钱示例", "guarantor_id=110105194912310021"},
         "guarantor_id",
         FAULT_bad_id_check},
        {{"guarantor_relation=兄弟"}, "guarantor_relation", FAULT_belongs_to_nothing},
        {{"phone1=1990000-12"}, "phone1", FAULT_bad_phone},
        {{"phone1=021-66554433", "phone1_kind=mobile"}, "phone1", FAULT_bad_phone},
        {{"phone1=a@example.com", "phone1_kind=手机"}, "phone1", FAULT_bad_phone},
        {{"phone1=021-66554433", "phone1_kind=work_phone"}, NULL, 0},
        {{"phone2_owner=钱示例"}, "phone2_owner", FAULT_belongs_to_nothing},
        {{"phone1_role=老板娘"}, "phone1_role", FAULT_unknown_value},
        {{"phone1=", "addr1=", "addr1_area=", "addr1_lat="}, "addr1", FAULT_no_reach},
        {{"addr2_area=望江区"}, "addr2_area", FAULT_belongs_to_nothing},
        {{"addr1_lat=118.1673", "addr1_lon=31.2041"}, "addr1_lat", FAULT_swapped_coordinates},
        {{"addr1_lat="}, "addr1_lat", FAULT_half_coordinates},
        {{"addr1_lon="}, "addr1_lon", FAULT_half_coordinates},
        {{"addr1_lat=北纬31度"}, "addr1_lat", FAULT_bad_degrees},
        {{"addr1_lat=31.2", "addr1_lon=2.35"}, "addr1_lat", FAULT_outside_country},
        {{"addr1_lat=48.85", "addr1_lon=2.35", "zone=Europe/Paris"}, "zone", FAULT_bad_zone},
        {{"addr1_lat=28.61", "addr1_lon=77.2", "zone=Asia/Kolkata"}, NULL, 0},
        {{"addr1_datum="}, "addr1_datum", FAULT_no_datum},
        {{"addr1_datum=百度"}, "addr1_datum", FAULT_unknown_value},
        {{"addr1_lat=", "addr1_lon="}, "addr1_datum", FAULT_belongs_to_nothing},
        {{"currency=rmb"}, "currency", FAULT_bad_currency},
        {{"currency=USD"}, NULL, 0},
        {{"zone=北京"}, "zone", FAULT_bad_zone},
        {{"gender=未知"}, "gender", FAULT_unknown_value},
        {{"initials=z1"}, "initials", FAULT_bad_initials},
        {{"grade=0"}, "grade", FAULT_bad_count},
        {{"grade=5"}, NULL, 0},
        {{"grade=6"}, "grade", FAULT_bad_count},
        {{"flags=dispute;恶意拖欠"}, "flags", FAULT_unknown_value},
        {{"flags=未告知;own_times"}, NULL, 0},
        {{"notice_date=2026-12-05", "treatment_until=2027-01-31"}, NULL, 0},
        {{"notice_date=明天"}, "notice_date", FAULT_bad_date},
        {{"moratorium_date=2026-11-23"}, "moratorium_date", FAULT_in_future},
        {{"moratorium_date=2026-11-01", "moratorium_until=2026-10-31"},
         "moratorium_until",
         FAULT_bad_date},
        {{"hardship_date=2026-11-31"}, "hardship_date", FAULT_bad_date},
        {{"not_before=10:00", "not_after=18:00"}, NULL, 0},
        {{"not_before=上午"}, "not_before", FAULT_bad_time},
        {{"not_before=24:00"}, "not_before", FAULT_bad_time},
        {{"not_before=9:5"}, "not_before", FAULT_bad_time},
        {{"not_before=18:00", "not_after=18:00"}, "not_after", FAULT_bad_time},
        {{"not_weekdays=6;7"}, NULL, 0},
        {{"not_weekdays=0"}, "not_weekdays", FAULT_unknown_value},
        {{"not_weekdays=8"}, "not_weekdays", FAULT_unknown_value},
        {{"not_places=单位;hospital"}, NULL, 0},
        {{"not_places=网吧"}, "not_places", FAULT_unknown_value},
        {{"promises_made=2", "promises_broken=3"}, "promises_broken", FAULT_broken_over_made},
        {{"promises_made=1", "past_promises=2026-09-01 1 broken;2026-09-02 1 broken"},
         "promises_broken",
         FAULT_broken_over_made},
        {{"past_promises=2026-09-01 500.00"}, "past_promises", FAULT_bad_history},
        {{"past_promises=2026-09-01 500.00 active"}, "past_promises", FAULT_bad_history},
        {{"past_promises=2026-09-31 500.00 broken"}, "past_promises", FAULT_bad_history},
        {{"past_payments=2026-09-01 1;2026-09-02 1;2026-09-03 1;2026-09-04 1;2026-09-05 "
          "1;2026-09-06 1"},
         NULL,
         0},
        {{"past_payments=2026-09-01 1;2026-09-02 1;2026-09-03 1;2026-09-04 1;2026-09-05 "
          "1;2026-09-06 1;2026-09-07 1"},
         "past_payments",
         FAULT_bad_history},
        {{"past_payments=2026-12-01 1"}, "past_payments", FAULT_in_future},
        {{"last_paid_amount=5"}, "last_paid_date", FAULT_missing},
        {{"last_paid_date=2026-09-01"}, "last_paid_amount", FAULT_missing},
    };
    static struct read read;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t count = 0;
        while (count < 4 && rows[i].changes[count] != NULL) {
            count++;
        }
        row_read(&read, rows[i].changes, count);
        if (rows[i].column == NULL) {
            EXPECT_ROW(rows[i].changes[0], read.faults.count == 0);
            continue;
        }
        bool is_found = false;
        for (size_t f = 0; f < read.faults.count; f++) {
            const struct row_fault *fault = &read.faults.items[f];
            is_found = is_found || (fault->fault == rows[i].fault && fault->column != COLUMN_NONE &&
                                    strcmp(column_table_cases()->columns[fault->column].name,
                                           rows[i].column) == 0);
        }
        EXPECT_ROW(rows[i].changes[0], is_found);
    }
}

TEST(test_all_faults_of_a_row_are_told)
{
    static struct read read;
    static const char *const changes[] = {"debtor_name=", "principal=x", "phone1=1", "grade=9"};
    row_read(&read, changes, COUNT(changes));
    EXPECT_INT(4, read.faults.count);
}

TEST(test_a_row_of_another_width_is_one_fault)
{
    struct arena arena;
    arena_init(&arena, 0);
    const struct column_table *table = column_table_cases();
    struct str headings[LIMIT_import_fields];
    for (size_t i = 0; i < table->count; i++) {
        headings[i] = str_from(table->columns[i].name);
    }
    struct column_map map;
    struct heading_answer answer;
    column_bind(&arena, table, headings, table->count, &map, &answer);
    static struct read read;
    for (size_t width = 0; width <= table->count + 1; width++) {
        if (width == table->count) {
            continue;
        }
        struct csv_row row = {.line = 2, .fields = headings, .field_count = width};
        case_row_read(&map, &row, 0, 1, &read.draft, &read.faults);
        EXPECT_INT(1, read.faults.count);
        EXPECT_INT(FAULT_field_count, read.faults.items[0].fault);
    }
    arena_deinit(&arena);
}

/* Every value of every column replaced by hostile ones: never a crash, and what
 * comes out good is well-formed. */
TEST(test_hostile_values_stay_in_bounds)
{
    static char longest[LIMIT_import_row_size];
    memset(longest, '9', sizeof longest - 1);
    static const char *const hostile[] = {"0",
                                          "-",
                                          ";",
                                          "; ; ;",
                                          "\xFF",
                                          "@",
                                          "9999999999999999999",
                                          "2026-11-22",
                                          "\xF0\x9F\x98\x80",
                                          "%s%n",
                                          "' OR 1=1"};
    static struct read read;
    const struct column_table *table = column_table_cases();
    for (size_t i = 0; i < table->count; i++) {
        for (size_t h = 0; h <= COUNT(hostile); h++) {
            static char change[LIMIT_import_row_size + 64];
            snprintf(change, sizeof change, "%s=%s", table->columns[i].name,
                     h < COUNT(hostile) ? hostile[h] : longest);
            const char *const changes[] = {change};
            row_read(&read, changes, 1);
            if (read.faults.count == 0) {
                EXPECT(str_is_utf8(str_from(read.draft.record.debtor_name)));
                EXPECT(read.draft.record.points_count <= CASE_PHONES);
            }
        }
    }
}
