/* Orders to tablets: shutting one takes one person and works at once; emptying one takes two. */
#include "sync/server/command/device_orders.h"

#include "tests/sync/server/command/branch_office.h"

/* The order that the tablet would get. */
static int64_t order_of(struct office *office, int64_t device_no)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    struct hq_query query = hq_query(store, SQL_HQ_order_last);
    hq_bind_i64(&query, "$device_no", device_no);
    int64_t kind = hq_next(&query) ? hq_i64(&query, 1) : 0;
    EXPECT_OK(hq_end(&query));
    hq_store_close(store);
    return kind;
}

TEST(test_a_wipe_takes_a_second_person)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "confirm", "1", "--by", "S2");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "wipe", "1", "--by", "S1");
    EXPECT_SAID(&office, "another person has to confirm");
    EXPECT_INT(0, order_of(&office, 1));
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "show", "1", "--by", "S1");
    EXPECT_SAID(&office, "waits for a second person");
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "confirm", "1", "--by", "S1");
    EXPECT_INT(0, order_of(&office, 1));
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "confirm", "2", "--by",
                "S2"); /* another tablet */
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "confirm", "1", "--by", "S2");
    EXPECT_INT(3, order_of(&office, 1));
    EXPECT_INT(0, order_of(&office, 2));
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "show", "1", "--by", "S1");
    EXPECT_SAID(&office, "decided since");
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "confirm", "1", "--by", "S2"); /* once */
    office_close(&office);
}

TEST(test_a_lock_takes_one_person_and_an_unlock_takes_the_wipe_back)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "wipe", "1", "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "lock", "1", "--by", "S1");
    EXPECT_INT(1, order_of(&office, 1)); /* at once, while the wipe still waits */
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "unlock", "1", "--by", "S1");
    EXPECT_INT(2, order_of(&office, 1));
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "confirm", "1", "--by", "S2");
    EXPECT_INT(2, order_of(&office, 1));
    office_close(&office);
}

TEST(test_orders_to_no_tablet_are_said_to_be_so)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_not_found, &office, "devices", "wipe", "99", "--by", "S1");
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "confirm", "99", "--by", "S2");
    EXPECT_EXIT(COMMAND_usage, &office, "devices", "confirm");
    office_close(&office);
}
