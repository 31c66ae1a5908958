/* Whose turn it is: fairness between tablets, shares of a group, what is shed first. */
#include "sync/server/api/queue.h"

#include "core/os/os.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <string.h>

enum { ITEMS = 4096 };

struct stage {
    struct queue queue;
    struct queue_item items[ITEMS];
    size_t item_count;
};

static struct stage *stage_make(void)
{
    struct stage *stage = calloc(1, sizeof *stage);
    EXPECT(stage != NULL);
    return stage;
}

static enum queue_verdict put(struct stage *stage, enum turn turn, uint32_t device_no,
                              uint32_t fact_count)
{
    struct queue_item *item = &stage->items[stage->item_count++];
    *item = (struct queue_item){
        .turn = turn, .device_no = device_no, .fact_count = fact_count, .size = 1000};
    return queue_put(&stage->queue, item);
}

static void count_group(struct queue_item *item, size_t counts[TURN_COUNT])
{
    memset(counts, 0, TURN_COUNT * sizeof counts[0]);
    for (; item != NULL; item = item->next) {
        counts[item->turn]++;
    }
}

/* Goal: one tablet with a thousand envelopes starves nobody. */
TEST(test_a_tablet_waits_with_one_envelope_and_one_alarm)
{
    struct stage *stage = stage_make();
    EXPECT_INT(QUEUE_waits, put(stage, TURN_facts, 7, 200));
    for (int i = 0; i < 1000; i++) {
        EXPECT_INT(QUEUE_again, put(stage, TURN_facts, 7, 200));
        EXPECT_INT(QUEUE_again, put(stage, TURN_page, 7, 0));
    }
    EXPECT_INT(QUEUE_waits, put(stage, TURN_alarm, 7, 1));
    EXPECT_INT(QUEUE_again, put(stage, TURN_alarm, 7, 1));
    EXPECT_INT(QUEUE_waits, put(stage, TURN_facts, 7 + QUEUE_BUCKETS, 1)); /* same bucket */
    EXPECT_INT(3, stage->queue.count);
    struct queue_item *group = queue_take(&stage->queue);
    EXPECT_INT(TURN_alarm, group->turn);
    EXPECT_INT(7, group->next->device_no);
    EXPECT_INT(7 + QUEUE_BUCKETS, group->next->next->device_no);
    EXPECT(group->next->next->next == NULL);
    EXPECT_INT(0, stage->queue.count);
    EXPECT_INT(0, stage->queue.size);
    EXPECT(queue_take(&stage->queue) == NULL);
    EXPECT_INT(QUEUE_waits, put(stage, TURN_facts, 7, 1)); /* it may come again */
    free(stage);
}

/* Goal: facts go first, yet a flood of them does not keep pages and photos out for ever. */
TEST(test_every_turn_has_its_share_of_a_group)
{
    struct stage *stage = stage_make();
    static const enum turn turns[] = {TURN_chunk, TURN_bootstrap, TURN_facts};
    for (uint32_t i = 0; i < 300; i++) {
        EXPECT_INT(QUEUE_waits, put(stage, turns[i / 100], 1000 + i, 1));
    }
    EXPECT_INT(QUEUE_waits, put(stage, TURN_alarm, 1, 1));
    size_t counts[TURN_COUNT];
    count_group(queue_take(&stage->queue), counts);
    EXPECT_INT(1, counts[TURN_alarm]);
    EXPECT_INT(58, counts[TURN_facts]); /* 44 and what nobody else used */
    EXPECT_INT(2, counts[TURN_bootstrap]);
    EXPECT_INT(4, counts[TURN_chunk]);
    count_group(queue_take(&stage->queue), counts);
    EXPECT_INT(42, counts[TURN_facts]);
    EXPECT_INT(18, counts[TURN_bootstrap]);
    EXPECT_INT(4, counts[TURN_chunk]);
    free(stage);
}

/* Goal: an alarm waits for a bounded amount of work. */
TEST(test_a_group_is_bounded_by_its_facts)
{
    struct stage *stage = stage_make();
    for (uint32_t i = 0; i < 40; i++) {
        EXPECT_INT(QUEUE_waits, put(stage, TURN_facts, 1 + i, 200));
    }
    size_t counts[TURN_COUNT];
    count_group(queue_take(&stage->queue), counts);
    EXPECT_INT(QUEUE_GROUP_FACTS / 200, counts[TURN_facts]);
    EXPECT_INT(40 - QUEUE_GROUP_FACTS / 200, stage->queue.count);
    free(stage);
}

/* Goal: photos are told first to come again, then those who ask for everything, then pages,
 * facts last, alarms never. */
TEST(test_what_is_shed_first)
{
    static const enum turn order[] = {TURN_chunk, TURN_bootstrap, TURN_page, TURN_join, TURN_facts};
    struct stage *stage = stage_make();
    uint32_t device_no = 1;
    uint32_t count_before = 0;
    for (size_t i = 0; i < COUNT(order); i++) {
        while (put(stage, order[i], device_no++, 1) == QUEUE_waits) {
        }
        EXPECT_ROW(turn_name(order[i]), stage->queue.count > count_before);
        count_before = stage->queue.count;
        for (size_t j = 0; j <= i; j++) {
            EXPECT_ROW(turn_name(order[j]), put(stage, order[j], device_no++, 1) == QUEUE_full);
        }
        EXPECT_INT(QUEUE_waits, put(stage, TURN_alarm, device_no++, 1));
        count_before++;
    }
    EXPECT(stage->queue.count >= QUEUE_COUNT_MAX);
    free(stage);
}

/* Goal: the evening peak is spread over a quarter of an hour; an idle server says nothing. */
TEST(test_a_busy_server_spreads_the_next_talk)
{
    struct stage *stage = stage_make();
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;
    EXPECT_INT(0, queue_pause_s(&stage->queue, os_rng()));
    for (uint32_t i = 0; i < QUEUE_COUNT_MAX / 8; i++) {
        EXPECT_INT(0, queue_pause_s(&stage->queue, os_rng()));
        EXPECT_INT(QUEUE_waits, put(stage, TURN_facts, 1 + i, 1));
    }
    for (int i = 0; i < 1000; i++) {
        uint32_t pause_s = queue_pause_s(&stage->queue, os_rng());
        least = pause_s < least ? pause_s : least;
        most = pause_s > most ? pause_s : most;
    }
    EXPECT(least >= 60 && least < 120);
    EXPECT(most > 780 && most < 900);
    free(stage);
}

TEST(test_memory_counts_like_places)
{
    struct stage *stage = stage_make();
    struct queue_item large = {.turn = TURN_facts, .device_no = 1, .size = QUEUE_SIZE_MAX};
    struct queue_item small = {.turn = TURN_facts, .device_no = 2, .size = 1};
    EXPECT_INT(QUEUE_waits, queue_put(&stage->queue, &large));
    EXPECT_INT(QUEUE_full, queue_put(&stage->queue, &small));
    EXPECT(queue_take(&stage->queue) == &large);
    EXPECT_INT(QUEUE_waits, queue_put(&stage->queue, &small));
    free(stage);
}
