/* What waits in the folder is counted right, however fast it changes, and not counted again while
 * nothing does. */
#include "tests/sync/spool/stage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

static struct spool_outlook outlook_of(struct stage *stage)
{
    struct spool_outlook outlook;
    EXPECT_OK(spool_outlook(&stage->spool, &outlook));
    return outlook;
}

static const char *put(struct stage *stage, uint64_t seq, size_t size)
{
    static const uint8_t zeros[64];
    const char *name = NULL;
    CHECK(size <= sizeof zeros);
    EXPECT_OK(
        spool_put(&stage->spool, LAYOUT_CLASS_text, seq, (struct wire_bytes){zeros, size}, &name));
    return name;
}

/* The folder as it is when nothing came or went for an hour. */
static void grow_old(struct stage *stage)
{
    struct timespec hour_ago;
    EXPECT_INT(0, clock_gettime(CLOCK_REALTIME, &hour_ago));
    hour_ago.tv_sec -= 3600;
    const struct timespec times[2] = {hour_ago, hour_ago};
    EXPECT_INT(0, utimensat(AT_FDCWD, stage->spool.out, times, 0));
}

/* Goal: no envelope is missed because the folder's time did not move on between two changes. */
TEST(test_changes_within_one_tick_are_all_counted)
{
    enum { ROUNDS = 60 };
    struct stage *stage = stage_open();
    size_t before = outlook_of(stage).envelope_count[LAYOUT_CLASS_text];
    for (uint64_t i = 1; i <= ROUNDS; i++) {
        const char *name = put(stage, i, 10);
        EXPECT_INT(before + 1, outlook_of(stage).envelope_count[LAYOUT_CLASS_text]);
        EXPECT_OK(spool_remove(&stage->spool, name));
        EXPECT_INT(before, outlook_of(stage).envelope_count[LAYOUT_CLASS_text]);
    }
    stage_close(stage);
}

/* Method: a file that grows in its place, as no envelope does, tells whether it was looked at. */
TEST(test_a_folder_that_rests_is_not_counted_again)
{
    struct stage *stage = stage_open();
    uint64_t before_size = outlook_of(stage).waiting_size[LAYOUT_CLASS_text];
    const char *path = os_path(&stage->arena, stage->spool.out, put(stage, 1, 10));
    grow_old(stage);
    EXPECT_INT(before_size + 10, outlook_of(stage).waiting_size[LAYOUT_CLASS_text]);
    EXPECT_INT(0, truncate(path, 20));
    EXPECT_INT(before_size + 10, outlook_of(stage).waiting_size[LAYOUT_CLASS_text]);
    (void)put(stage, 2, 10); /* a name came: all is counted */
    EXPECT_INT(before_size + 30, outlook_of(stage).waiting_size[LAYOUT_CLASS_text]);
    stage_close(stage);
}
