/* Goal: headquarters changes its keys, and a tablet that was away goes on without a visit: no fact
 * is lost, nothing is believed from a key that did not get its place from the one before, and a cut
 * between the new key and the envelopes sealed to the old one does no harm. */
#include "tests/sync/spool/stage.h"

struct change {
    struct keyring ring;
    struct test_rng state;
    struct rng rng;
};

/* The far end's own key first, then `count` more. */
static void change_keys(struct change *change, struct stage *stage, size_t count)
{
    change->rng = test_rng_make(&change->state, 31);
    change->ring = (struct keyring){.count = 1};
    change->ring.items[0].keys = stage->far.keys;
    for (size_t i = 0; i < count; i++) {
        EXPECT_OK(keyring_add(&change->ring, &change->rng, 5));
    }
    stage->far.ring = &change->ring;
}

static struct chain_public_key held_key(struct stage *stage)
{
    struct envelope_keys device;
    struct chain_public_key hq;
    EXPECT_OK(spool_keys(&stage->spool, &device, &hq));
    return hq;
}

static bool holds_newest(struct stage *stage, const struct change *change)
{
    struct chain_public_key held = held_key(stage);
    return memcmp(&held, &keyring_newest(&change->ring)->public_key, sizeof held) == 0;
}

static void seal(struct stage *stage)
{
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
}

TEST(test_a_tablet_that_was_away_takes_the_next_key_over)
{
    for (size_t steps = 1; steps <= 3; steps++) { /* headquarters changed once, or several times */
        struct stage *stage = stage_open();
        struct change change;
        stage_enrol(stage);
        stage_facts(stage, 2);
        seal(stage);
        change_keys(&change, stage, steps);
        EXPECT(!holds_newest(stage, &change));
        size_t carried_count = far_end_carry(&stage->far, &stage->spool);
        EXPECT(carried_count > 0);
        /* The first answer brings the key; others to the earlier key came too late to count. */
        EXPECT_INT(0, stage_apply(stage).quarantined_count);
        EXPECT(holds_newest(stage, &change));
        seal(stage);
        stage_settle(stage);
        EXPECT_INT(2, stage->far.stored_seq);
        EXPECT_INT(carried_count, stage->far.succession_count);
        stage_facts(stage, 1);
        seal(stage);
        stage_settle(stage);
        EXPECT_INT(3, stage->far.stored_seq);
        EXPECT_INT(carried_count, stage->far.succession_count); /* all went to the new key */
        struct chain_public_key *older = NULL;
        size_t count = 0;
        EXPECT_OK(journey_older_hq_keys(&stage->tablet.journey, &older, &count));
        EXPECT_INT(1, count);
        EXPECT(memcmp(older, &change.ring.items[0].keys.public_key, sizeof *older) == 0);
        stage_close(stage);
    }
}

/* The answer was applied, and the battery was pulled before the spool was looked through: an
 * envelope to the earlier key still lies there, whose answer could not be believed. */
TEST(test_what_was_sealed_to_the_earlier_key_is_sealed_anew)
{
    struct stage *stage = stage_open();
    struct change change;
    stage_enrol(stage);
    stage_settle(stage);
    stage_facts(stage, 1);
    seal(stage);
    const char *path = stage_file(stage, stage->spool.out);
    struct str old;
    EXPECT_OK(os_file_read(&stage->arena, path, LIMIT_envelope_size, &old));
    change_keys(&change, stage, 1);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    (void)stage_apply(stage);
    EXPECT(holds_newest(stage, &change));
    stage_facts(stage, 1);
    seal(stage);
    /* the state that a cut would have left */
    const char *again = stage_file(stage, stage->spool.out);
    EXPECT_OK(os_file_replace(again, old.bytes, old.size));
    stage_spool(stage);
    size_t waiting_count = 1;
    EXPECT_OK(spool_waiting(&stage->spool, &waiting_count));
    EXPECT_INT(0, waiting_count);
    seal(stage);
    stage_settle(stage);
    EXPECT_INT(2, stage->far.stored_seq);
    EXPECT_INT(1, stage->far.succession_count);
    stage_close(stage);
}

/* Whoever holds a key that the tablet gave up can neither answer nor name a further one. */
TEST(test_an_earlier_key_has_no_say_any_more)
{
    struct stage *stage = stage_open();
    struct change change;
    stage_enrol(stage);
    stage_settle(stage);
    change_keys(&change, stage, 1);
    stage_facts(stage, 1);
    seal(stage);
    stage_settle(stage);
    EXPECT(holds_newest(stage, &change));
    struct chain_public_key held = held_key(stage);
    stage_facts(stage, 1);
    seal(stage);
    struct chain_secret_key earlier = change.ring.items[0].keys.secret_key;
    stage->far.impostor = &earlier;
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    struct spool_applied applied = stage_apply(stage);
    EXPECT_INT(1, applied.quarantined_count);
    EXPECT_INT(WIRE_bad_signature, applied.quarantined_as);
    struct chain_public_key now = held_key(stage);
    EXPECT(memcmp(&held, &now, sizeof now) == 0);
    stage->far.impostor = NULL;
    stage_settle(stage);
    EXPECT_INT(2, stage->far.stored_seq);
    stage_close(stage);
}
