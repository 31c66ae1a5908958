/* Goal: who is at a door and cannot call for help is missed at headquarters. */
#include "sync/server/store/number.h"
#include "tests/sync/server/command/branch_office.h"

#define MINUTE_MS INT64_C(60000)

enum { TIMER = 45, GRACE = 10, LIMIT = TIMER + 2 * GRACE }; /* of the built-in policy */

/* The tablet of collector `n` was heard `minutes` ago. */
static void heard(struct office *office, size_t n, int64_t minutes)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct hq_query put = hq_query(store, SQL_HQ_device_seen);
    hq_bind_i64(&put, "$device_no", office->chains[n].device_no);
    hq_bind_i64(&put, "$seen_at_ms", office->time.now_ms - minutes * MINUTE_MS);
    hq_bind_i64(&put, "$app_version", 1);
    hq_bind_i64(&put, "$policy", 0);
    EXPECT_OK(hq_run(&put));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

/* By a clock that is `fast` minutes before headquarters', and says so. */
static void check_in_by(struct office *office, size_t n, int64_t minutes, int64_t fast)
{
    ds_Event event =
        field_visit((uint32_t)n + 1, n + 1, office->time.now_ms - (minutes - fast) * MINUTE_MS, 0);
    event.clock_offset_s = (int32_t)(fast * 60);
    event.which_kind = ds_Event_visit_started_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.visit_started = (ds_VisitStarted){.place = ADDRESS_KIND_home, .visitors = 2};
    office_arrive(office, n, &event);
}

static void check_in(struct office *office, size_t n, int64_t minutes)
{
    check_in_by(office, n, minutes, 0);
}

static bool is_missed(struct office *office)
{
    EXPECT_EXIT(COMMAND_ok, office, "alarms", "list");
    return office_says(office, "no word since the check-in");
}

TEST(test_a_visit_is_missed_when_its_time_is_over_and_the_tablet_is_silent)
{
    static const struct {
        const char *name;
        int64_t started, heard; /* minutes ago */
        bool is_missed;
    } rows[] = {
        {"at the door just now", 5, 5, false},
        {"within its time", LIMIT, LIMIT, false},
        {"a minute over", LIMIT + 1, LIMIT + 1, true},
        {"heard before its time was over", LIMIT + 10, 11, true},
        {"heard as it should have spoken: it asks and calls by itself", LIMIT + 10, 10, false},
        {"a day ago: others look for this", 24 * 60 + 1, 24 * 60 + 1, false},
        {"just within the day", 24 * 60 - 1, 24 * 60 - 1, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct office office;
        office_open(&office);
        check_in(&office, 0, rows[i].started);
        heard(&office, 0, rows[i].heard);
        EXPECT_ROW(rows[i].name, is_missed(&office) == rows[i].is_missed);
        office_close(&office);
    }
}

TEST(test_a_tablet_whose_clock_is_wrong_hides_nobody)
{
    enum { SLACK = 2, DAY = 24 * 60 }; /* minutes; of what a tablet says of its clock */
    static const struct {
        int64_t fast, started, heard;
        bool is_missed;
    } rows[] = {
        {-3 * 60, LIMIT + SLACK, LIMIT + SLACK - 1, true},
        {-3 * 60, LIMIT - SLACK, LIMIT - SLACK, false},
        {-3 * 60, LIMIT + 60, 60 - SLACK, false},
        {-DAY, LIMIT + SLACK, LIMIT + SLACK - 1, true},
        {3 * 60, LIMIT + SLACK, LIMIT + SLACK - 1, true},
        {3 * 60, LIMIT + 60, 60 - SLACK, false},
        {DAY, LIMIT - SLACK, LIMIT - SLACK, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct office office;
        char name[64];
        office_open(&office);
        check_in_by(&office, 0, rows[i].started, rows[i].fast);
        heard(&office, 0, rows[i].heard);
        (void)snprintf(name, sizeof name, "row %zu, %d minutes fast", i, (int)rows[i].fast);
        EXPECT_ROW(name, is_missed(&office) == rows[i].is_missed);
        office_close(&office);
    }
}

TEST(test_the_end_of_the_visit_is_a_word)
{
    struct office office;
    office_open(&office);
    check_in(&office, 0, 200);
    check_in(&office, 1, 200);
    heard(&office, 0, 190);
    heard(&office, 1, 190);
    EXPECT(is_missed(&office));
    EXPECT_SAID(&office, "Collector One");
    EXPECT_SAID(&office, "Collector Two");
    EXPECT_SAID(&office, "Call; if nobody answers, send somebody");
    ds_Event event = field_visit(1, 1, office.time.now_ms - 190 * MINUTE_MS, OUTCOME_nobody_home);
    office_arrive(&office, 0, &event);
    EXPECT(is_missed(&office));
    EXPECT(!office_says(&office, "Collector One"));
    check_in(&office, 0, 100); /* and the next one */
    heard(&office, 0, 99);
    EXPECT(is_missed(&office));
    EXPECT_SAID(&office, "Collector One");
    office_close(&office);
}

TEST(test_nobody_can_say_that_a_missed_collector_was_seen)
{
    struct office office;
    office_open(&office);
    check_in(&office, 0, 200);
    heard(&office, 0, 199);
    EXPECT_EXIT(COMMAND_ok, &office, "alarms", "list", "--json");
    EXPECT_SAID(&office, "\"no_word\"");
    char id[32];
    (void)snprintf(id, sizeof id, "visit-%u-1", (unsigned)office.chains[0].device_no);
    EXPECT_SAID(&office, id);
    office.caller = "S1";
    EXPECT_EXIT(COMMAND_refused, &office, "alarms", "seen", id);
    EXPECT_SAID(&office, "call the collector");
    EXPECT(is_missed(&office));
    office_close(&office);
}
