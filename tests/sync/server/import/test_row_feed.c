#include "sync/server/import/row_feed.h"

#include "tests/lib/test.h"

#include <stdio.h>

/* Goal: the thread changes nothing of what is read, in any number of rows around
 * its batches, and can be stopped at any of them. */
TEST(test_rows_come_in_order_and_reading_can_be_stopped)
{
    static const int counts[] = {0, 1, 47, 48, 49, 96, 144, 145, 500};
    for (size_t c = 0; c < COUNT(counts); c++) {
        for (int stop_at = -1; stop_at <= counts[c]; stop_at += 1 + counts[c] / 4) {
            struct arena arena;
            arena_init(&arena, 0);
            FILE *file = tmpfile();
            fputs("case_ref,client,product,debtor_name,principal,balance_date,due_date,phone1\n",
                  file);
            for (int i = 0; i < counts[c]; i++) {
                fprintf(file, "A%d,B,card,赵示例,%d,2026-11-20,2026-08-05,19900001234\n", i,
                        i % 10 == 3 ? -1 : 5);
            }
            rewind(file);
            struct csv_reader *reader;
            EXPECT_OK(csv_reader_open(&arena, file, NULL, &reader));
            struct csv_row row;
            bool has_row;
            EXPECT_OK(csv_reader_next(reader, &row, &has_row));
            struct column_map map;
            struct heading_answer answer;
            column_bind(&arena, column_table_cases(), row.fields, row.field_count, &map, &answer);
            EXPECT(answer.fault == HEADING_ok);
            struct row_feed *feed;
            EXPECT_OK(row_feed_start(&arena, reader, &map, 30000, 1, &feed));
            int seen = 0;
            while (seen != stop_at) {
                struct row_slot *slot;
                EXPECT_OK(row_feed_next(feed, &slot));
                if (slot == NULL) {
                    break;
                }
                char ref[16];
                snprintf(ref, sizeof ref, "A%d", seen);
                EXPECT_INT(seen + 2, slot->line);
                EXPECT_TEXT(ref, slot->draft.record.case_ref);
                EXPECT_INT(seen % 10 == 3 ? 1 : 0, slot->faults.count);
                seen++;
            }
            EXPECT_INT(stop_at >= 0 && stop_at < counts[c] ? stop_at : counts[c], seen);
            row_feed_stop(feed);
            csv_reader_close(reader);
            fclose(file);
            arena_deinit(&arena);
        }
    }
}
