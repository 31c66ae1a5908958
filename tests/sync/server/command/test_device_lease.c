/* The lease of a tablet as headquarters reckons it: at its end, and an hour past it. */
#include "tests/sync/server/command/branch_office.h"

#define DAY_MS INT64_C(86400000)

static void tablets_call(struct office *office)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    for (size_t i = 0; i < OFFICE_TABLETS; i++) {
        struct hq_query query = hq_query(store, SQL_HQ_device_seen);
        hq_bind_i64(&query, "$device_no", office->chains[i].device_no);
        hq_bind_i64(&query, "$seen_at_ms", office->time.now_ms);
        hq_bind_text(&query, "$app_version", STR("1"));
        hq_bind_i64(&query, "$policy", 0);
        EXPECT_OK(hq_run(&query));
    }
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

/* Seven days, the house's number: the seventh day's hour still stands open. */
TEST(test_a_tablet_that_has_not_called_for_its_lease_is_told_as_shut)
{
    static const struct {
        int64_t after_ms;
        bool is_shut;
    } rows[] = {{DAY_MS, false}, {7 * DAY_MS, false}, {7 * DAY_MS + 3600000, true}};
    struct office office;
    office_open(&office);
    int64_t called_at_ms = office.time.now_ms;
    tablets_call(&office);
    for (size_t i = 0; i < COUNT(rows); i++) {
        office.time.now_ms = called_at_ms + rows[i].after_ms;
        EXPECT_EXIT(COMMAND_ok, &office, "devices", "list", "--by", "S1");
        EXPECT_INT(rows[i].is_shut, office_says(&office, "Lease over"));
        EXPECT_EXIT(COMMAND_ok, &office, "devices", "show", "1", "--by", "S1");
        EXPECT_INT(rows[i].is_shut, office_says(&office, "Over since"));
        EXPECT_SAID(&office, "7 days from its last call");
    }
    tablets_call(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "list", "--by", "S1");
    EXPECT(!office_says(&office, "Lease over"));
    office_close(&office);
}
