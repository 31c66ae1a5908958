#include "core/domain/date.h"
#include "core/rules/period.h"
#include "tests/lib/test.h"

static void expect_period(const char *row, struct period period, const char *from,
                          const char *until)
{
    char text[DATE_TEXT_SIZE];
    EXPECT_ROW(row, strcmp(date_to_text(text, period.from_day), from) == 0);
    EXPECT_ROW(row, strcmp(date_to_text(text, period.until_day), until) == 0);
}

TEST(test_period_has_its_days_its_predecessor_and_its_year_before)
{
    static const struct {
        const char *kind, *at, *from, *until, *before_from, *before_until, *year_from, *year_until;
    } rows[] = {
        {"day", "2026-03-01", "2026-03-01", "2026-03-01", "2026-02-28", "2026-02-28", "2025-03-01",
         "2025-03-01"},
        {"day", "2024-02-29", "2024-02-29", "2024-02-29", "2024-02-28", "2024-02-28", "2023-02-28",
         "2023-02-28"},
        {"week", "2027-01-01", "2026-12-28", "2027-01-03", "2026-12-21", "2026-12-27", "2025-12-29",
         "2026-01-04"},
        {"week", "2026-11-22", "2026-11-16", "2026-11-22", "2026-11-09", "2026-11-15", "2025-11-17",
         "2025-11-23"},
        {"month", "2024-02-10", "2024-02-01", "2024-02-29", "2024-01-01", "2024-01-31",
         "2023-02-01", "2023-02-28"},
        {"month", "2026-01-31", "2026-01-01", "2026-01-31", "2025-12-01", "2025-12-31",
         "2025-01-01", "2025-01-31"},
        {"quarter", "2026-12-31", "2026-10-01", "2026-12-31", "2026-07-01", "2026-09-30",
         "2025-10-01", "2025-12-31"},
        {"quarter", "2026-01-01", "2026-01-01", "2026-03-31", "2025-10-01", "2025-12-31",
         "2025-01-01", "2025-03-31"},
        {"year", "2026-06-06", "2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31", "2025-01-01",
         "2025-12-31"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum period_kind kind;
        int32_t day = 0;
        EXPECT_ROW(rows[i].kind, period_kind_from_text(str_from(rows[i].kind), &kind));
        EXPECT_OK(date_from_text(str_from(rows[i].at), &day));
        struct period period = period_at(kind, day);
        expect_period(rows[i].at, period, rows[i].from, rows[i].until);
        expect_period(rows[i].at, period_before(period), rows[i].before_from, rows[i].before_until);
        expect_period(rows[i].at, period_year_before(period), rows[i].year_from,
                      rows[i].year_until);
    }
}

TEST(test_period_kinds_have_names)
{
    for (int i = 0; i < PERIOD_KIND_COUNT; i++) {
        enum period_kind kind;
        EXPECT(period_kind_from_text(str_from(period_kind_name((enum period_kind)i)), &kind));
        EXPECT_INT(i, kind);
    }
    enum period_kind kind;
    EXPECT(!period_kind_from_text(STR("fortnight"), &kind));
}
