/* Several people on one tablet: one order reaches all of them, each is told of alone; who left is
 * in the list; and a number's next client certificate is let in by a person. */
#include "sync/proto/keys.h"
#include "sync/server/command/device_orders.h"

#include "tests/sync/server/command/branch_office.h"

static const uint8_t tablet_id[16] = "a tablet of two";

static struct hq_store *open_store(struct office *office)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    return store;
}

static void close_store(struct hq_store *store)
{
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

static void said_tablet(struct office *office, int64_t device_no)
{
    struct hq_store *store = open_store(office);
    struct hq_query query = hq_query(store, SQL_HQ_tablet_put);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_bytes(&query, "$tablet_id", tablet_id, sizeof tablet_id);
    hq_bind_i64(&query, "$said_at_ms", FIELD_AT_MS);
    EXPECT_OK(hq_run(&query));
    close_store(store);
}

static int64_t order_of(struct office *office, int64_t device_no)
{
    struct hq_store *store = open_store(office);
    struct hq_query query = hq_query(store, SQL_HQ_order_last);
    hq_bind_i64(&query, "$device_no", device_no);
    int64_t kind = hq_next(&query) ? hq_i64(&query, 1) : 0;
    EXPECT_OK(hq_end(&query));
    close_store(store);
    return kind;
}

TEST(test_one_order_reaches_everybody_on_a_tablet)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "lock", "1", "--tablet", "--by", "S1");
    EXPECT_INT(1, order_of(&office, 1)); /* nothing was said: a tablet of one */
    EXPECT_INT(0, order_of(&office, 2));
    said_tablet(&office, 1);
    said_tablet(&office, 2);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "show", "1", "--by", "S1");
    EXPECT_SAID(&office, "other numbers on this tablet");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "unlock", "1", "--tablet", "--by", "S1");
    EXPECT_INT(2, order_of(&office, 1));
    EXPECT_INT(2, order_of(&office, 2));
    EXPECT_EXIT(COMMAND_usage, &office, "devices", "reset", "1", "--tablet", "--by", "S1");
    office_close(&office);
}

TEST(test_a_whole_tablet_is_wiped_by_two_people)
{
    struct office office;
    office_open(&office);
    said_tablet(&office, 1);
    said_tablet(&office, 2);
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "confirm", "2", "--tablet", "--by", "S2");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "wipe", "1", "--tablet", "--by", "S1");
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "confirm", "2", "--tablet", "--by", "S1");
    EXPECT_INT(0, order_of(&office, 1));
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "confirm", "2", "--tablet", "--by", "S2");
    EXPECT_INT(3, order_of(&office, 1));
    EXPECT_INT(3, order_of(&office, 2));
    /* Only those that it was asked for: who joined since is told of by an order of their own. */
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "wipe", "2", "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "unlock", "1", "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "confirm", "1", "--tablet", "--by", "S2");
    EXPECT_INT(2, order_of(&office, 1));
    EXPECT_INT(3, order_of(&office, 2));
    office_close(&office);
}

TEST(test_who_left_a_tablet_is_in_the_list)
{
    struct office office;
    office_open(&office);
    struct hq_store *store = open_store(&office);
    struct hq_query query = hq_query(store, SQL_HQ_done_add);
    hq_bind_bytes(&query, "$vault_id", tablet_id, sizeof tablet_id);
    hq_bind_i64(&query, "$order_no", (int64_t)KEYS_LEFT_NO);
    hq_bind_i64(&query, "$device_no", 2);
    hq_bind_i64(&query, "$kind", KEYS_DONE_left);
    hq_bind_i64(&query, "$done_at_ms", FIELD_AT_MS);
    hq_bind_i64(&query, "$heard_at_ms", FIELD_AT_MS + 1000);
    hq_bind_i64(&query, "$file_count", 9);
    hq_bind_i64(&query, "$size", 4096);
    hq_bind_i64(&query, "$sealed_count", 0);
    hq_bind_bytes(&query, "$proof", "proof", 5);
    EXPECT_OK(hq_run(&query));
    close_store(store);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "list", "--by", "S1");
    EXPECT_SAID(&office, "collector left");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "show", "2", "--by", "S1");
    EXPECT_SAID(&office, "9 files overwritten, 4 KiB; signed proof");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "show", "1", "--by", "S1");
    EXPECT(strstr(office.said, "left the tablet") == NULL);
    /* Heard of long after: whoever says so under that number has not left. */
    store = open_store(&office);
    query = hq_query(store, SQL_HQ_device_seen);
    hq_bind_i64(&query, "$device_no", 2);
    hq_bind_i64(&query, "$seen_at_ms", FIELD_AT_MS + 2 * 60 * 60 * 1000);
    hq_bind_i64(&query, "$app_version", 100);
    hq_bind_i64(&query, "$policy", 0);
    EXPECT_OK(hq_run(&query));
    close_store(store);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "list", "--by", "S1");
    EXPECT(strstr(office.said, "collector left") == NULL);
    office_close(&office);
}

TEST(test_the_next_certificate_is_let_in_by_a_person)
{
    struct office office;
    uint8_t key[32] = {0xab, 0xcd};
    office_open(&office);
    EXPECT_EXIT(COMMAND_refused, &office, "devices", "certificate", "1", "--by", "S1");
    EXPECT_SAID(&office, "bound to no certificate yet");
    struct hq_store *store = open_store(&office);
    struct hq_query query = hq_query(store, SQL_HQ_client_key_put);
    hq_bind_i64(&query, "$device_no", 1);
    hq_bind_bytes(&query, "$key_id", key, sizeof key);
    hq_bind_i64(&query, "$bound_at_ms", FIELD_AT_MS);
    EXPECT_OK(hq_run(&query));
    close_store(store);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "show", "1", "--by", "S1");
    EXPECT_SAID(&office, "bound to key abcd");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "certificate", "1", "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "show", "1", "--by", "S1");
    EXPECT_SAID(&office, "the next new one");
    office_close(&office);
}
