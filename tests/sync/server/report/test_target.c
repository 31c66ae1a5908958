#include "sync/server/report/target.h"
#include "tests/lib/test.h"

TEST(test_target_reads_what_people_type)
{
    static const struct {
        enum metric_unit unit;
        const char *text;
        enum err err;
        int64_t value;
    } rows[] = {
        {METRIC_UNIT_rate, "95%", OK, 9500},
        {METRIC_UNIT_rate, " 95.25 % ", OK, 9525},
        {METRIC_UNIT_rate, "95", OK, 9500},
        {METRIC_UNIT_rate, "0", OK, 0},
        {METRIC_UNIT_rate, "-1%", ERR_out_of_range, 0},
        {METRIC_UNIT_rate, "%", ERR_bad_number, 0},
        {METRIC_UNIT_rate, "1.234", ERR_bad_number, 0},
        {METRIC_UNIT_money, "12000.50", OK, 1200050},
        {METRIC_UNIT_money, "95%", ERR_bad_number, 0},
        {METRIC_UNIT_count, "300", OK, 300},
        {METRIC_UNIT_count, "3.5", ERR_bad_number, 0},
        {METRIC_UNIT_hours, "3.5", OK, 35},
        {METRIC_UNIT_hours, "3.55", ERR_bad_number, 0},
        {METRIC_UNIT_count, "", ERR_bad_number, 0},
        {METRIC_UNIT_count, "many", ERR_bad_number, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t value = 0;
        enum err err = target_from_text(rows[i].unit, str_from(rows[i].text), &value);
        EXPECT_ROW(rows[i].text, err == rows[i].err);
        EXPECT_ROW(rows[i].text, err != OK || value == rows[i].value);
    }
}

TEST(test_target_names_fit_their_room)
{
    char text[TARGET_NAME_SIZE];
    for (int kind = 0; kind < PERIOD_KIND_COUNT; kind++) {
        for (int i = 0; i < METRIC_COUNT; i++) {
            const char *name = target_name(text, (enum period_kind)kind, (enum metric)i);
            size_t size = strlen(name);
            size_t metric_size = strlen(metric_name((enum metric)i));
            EXPECT_ROW(name, size > metric_size && strcmp(name + size - metric_size,
                                                          metric_name((enum metric)i)) == 0);
        }
    }
}
