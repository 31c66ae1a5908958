#include "tests/core/store/memory_store.h"

/* A query that does not parse, or names a column that is not there, fails here and
 * not at a door. */
TEST(test_every_query_prepares)
{
    struct memory_store memory;
    memory_store_open(&memory);
    EXPECT(SQL_DEVICE_COUNT > 50);
    for (size_t i = 0; i < SQL_DEVICE_COUNT; i++) {
        struct store_stmt stmt;
        EXPECT_ROW(sql_device_names[i],
                   store_stmt_start(memory.store, (enum sql_device)i, &stmt) == OK);
    }
    memory_store_close(&memory);
}
