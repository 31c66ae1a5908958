/* Goal: until when a collector may go out is said at headquarters, read back as said, and taken
 * away again; what is no day or no person changes nothing. */
#include "core/domain/date.h"
#include "sync/server/store/credential.h"
#include "tests/sync/server/command/branch_office.h"

static int32_t until_day(struct office *office)
{
    int32_t day = -1;
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_read, false));
    EXPECT_OK(credential_read(&office->arena, store, 1, &day));
    hq_store_close(store);
    return day;
}

TEST(test_a_credential_holds_until_the_day_that_was_said)
{
    struct office office;
    office_open(&office);
    EXPECT_INT(0, until_day(&office));
    EXPECT_EXIT(COMMAND_ok, &office, "people", "credential", "1", "2026-12-31");
    EXPECT_INT(date_from_civil(2026, 12, 31), until_day(&office));
    EXPECT_EXIT(COMMAND_usage, &office, "people", "credential", "1", "2026-13-01");
    EXPECT_EXIT(COMMAND_usage, &office, "people", "credential", "1");
    EXPECT_EXIT(COMMAND_not_found, &office, "people", "credential", "nobody", "2026-12-30");
    EXPECT_INT(date_from_civil(2026, 12, 31), until_day(&office));
    EXPECT_EXIT(COMMAND_ok, &office, "people", "credential", "1", "none");
    EXPECT_INT(0, until_day(&office));
    office_close(&office);
}
