/* What headquarters tells the keeper of a tablet's key: the half to who has the PIN, nothing to
 * anybody else, and every order once. */
#include "sync/proto/keys.h"
#include "sync/server/store/page_sum.h"
#include "tests/sync/server/api/talk.h"

#include <sodium.h>
#include <sqlite3.h>

struct keeper {
    struct envelope_keys vault; /* its own signing key */
    struct envelope_keys reader;
    ds_KeysUp up;
    uint8_t proof[32];
};

static void sign_with(void *context, const void *bytes, size_t size,
                      uint8_t signature_out[CHAIN_SIGNATURE_SIZE])
{
    const struct envelope_keys *keys = context;
    EXPECT_INT(0, crypto_sign_detached(signature_out, NULL, bytes, size, keys->secret_key.bytes));
}

static void keeper_make(struct world *world, struct keeper *keeper)
{
    memset(keeper, 0, sizeof *keeper);
    chain_keypair(&world->rng, &keeper->vault.public_key, &keeper->vault.secret_key);
    rng_fill(&world->rng, keeper->up.vault_id, sizeof keeper->up.vault_id);
    rng_fill(&world->rng, keeper->proof, sizeof keeper->proof);
    memcpy(keeper->up.public_key, keeper->vault.public_key.bytes, sizeof keeper->up.public_key);
}

/* A fresh request; what is asked is added to it. */
static ds_KeysUp *fresh(struct world *world, struct keeper *keeper)
{
    struct keeper next = *keeper;
    next.up = (ds_KeysUp)ds_KeysUp_init_zero;
    memcpy(next.up.vault_id, keeper->up.vault_id, sizeof next.up.vault_id);
    memcpy(next.up.public_key, keeper->up.public_key, sizeof next.up.public_key);
    sim_clock_pass(&world->sim, 1000);
    next.up.at_ms = (uint64_t)world->sim.now.wall_ms;
    chain_keypair(&world->rng, &next.reader.public_key, &next.reader.secret_key);
    memcpy(next.up.reader, next.reader.public_key.bytes, sizeof next.up.reader);
    *keeper = next;
    return &keeper->up;
}

static struct wire_bytes sealed(struct keeper *keeper, struct tablet *tablet)
{
    struct wire_bytes envelope;
    const struct keys_signer signer = {sign_with, &keeper->vault};
    EXPECT_INT(WIRE_ok, keys_seal(&tablet->arena, tablet->device_no, &keeper->up, &signer,
                                  &tablet->hq, &envelope));
    return envelope;
}

/* The refusal, in clear or inside. */
static uint32_t ask(struct world *world, struct keeper *keeper, struct tablet *tablet,
                    ds_KeysDown *down_out)
{
    struct wire_bytes envelope = sealed(keeper, tablet);
    struct wire_bytes answer = api_envelope(world->api, &tablet->arena, envelope);
    uint32_t refusal = WIRE_ok;
    if (answer.size == ENVELOPE_REFUSAL_SIZE) {
        EXPECT_INT(WIRE_ok, envelope_read_refusal(answer, &refusal));
        return refusal;
    }
    EXPECT_INT(WIRE_ok, keys_answer_open(&tablet->arena, answer, envelope_tag(envelope),
                                         &keeper->reader, &tablet->hq, down_out));
    return down_out->refusal;
}

static void add_arm(struct keeper *keeper, struct tablet *tablet)
{
    ds_KeysUp *up = &keeper->up;
    up->has_arm = true;
    up->arm.guard = KEYS_GUARD_half;
    crypto_generichash(up->arm.auth, sizeof up->arm.auth, keeper->proof, sizeof keeper->proof, NULL,
                       0);
    memset(up->arm.half, 0x5a, sizeof up->arm.half);
    memset(up->arm.recovery, 0x7c, sizeof up->arm.recovery);
    keys_arm_sign(&up->arm, tablet->device_no, up->vault_id, up->public_key,
                  &tablet->keys.secret_key);
}

static void add_proof(struct keeper *keeper, bool is_right)
{
    keeper->up.proof.size = 32;
    memcpy(keeper->up.proof.bytes, keeper->proof, 32);
    keeper->up.proof.bytes[0] ^= is_right ? 0 : 1;
}

static struct tablet *armed(struct world *world, struct keeper *keeper)
{
    ds_KeysDown down;
    world_open(world);
    struct tablet *tablet = world_join(world, "ONE");
    keeper_make(world, keeper);
    (void)fresh(world, keeper);
    add_arm(keeper, tablet);
    EXPECT_INT(WIRE_ok, ask(world, keeper, tablet, &down));
    EXPECT_INT(32, down.armed.size);
    EXPECT(memcmp(down.armed.bytes, keeper->up.arm.auth, 32) == 0);
    return tablet;
}

static void give_order(struct world *world, const struct tablet *tablet, enum keys_order kind)
{
    EXPECT_OK(hq_begin(world->store));
    struct hq_query query = hq_query(world->store, SQL_HQ_order_add);
    hq_bind_i64(&query, "$device_no", tablet->device_no);
    hq_bind_i64(&query, "$kind", kind);
    hq_bind_i64(&query, "$given_at_ms", world->sim.now.wall_ms);
    hq_bind_text(&query, "$given_by", STR("boss"));
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(world->store));
}

TEST(test_the_half_goes_to_who_has_the_pin_and_wrong_ones_are_counted)
{
    struct world world;
    struct keeper keeper;
    ds_KeysDown down;
    struct tablet *tablet = armed(&world, &keeper);
    for (uint32_t i = 0; i < KEYS_TRIES - 1; i++) {
        (void)fresh(&world, &keeper);
        add_proof(&keeper, false);
        EXPECT_INT(WIRE_wrong_pin, ask(&world, &keeper, tablet, &down));
        EXPECT_INT(KEYS_TRIES - 1 - i, down.tries_left);
        EXPECT_INT(0, down.half.size);
    }
    (void)fresh(&world, &keeper);
    add_proof(&keeper, true);
    EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
    EXPECT_INT(32, down.half.size);
    EXPECT_INT(0x5a, down.half.bytes[7]);
    for (int i = 0; i < KEYS_TRIES; i++) { /* the right one makes good; then the limit is reached */
        (void)fresh(&world, &keeper);
        add_proof(&keeper, false);
        EXPECT_INT(WIRE_wrong_pin, ask(&world, &keeper, tablet, &down));
    }
    (void)fresh(&world, &keeper);
    add_proof(&keeper, true);
    EXPECT_INT(WIRE_keys_held, ask(&world, &keeper, tablet, &down));
    EXPECT_INT(0, down.half.size);
    tablet_deinit(tablet);
    world_close(&world);
}

TEST(test_nobody_else_is_told_anything)
{
    struct world world;
    struct keeper keeper;
    struct keeper other;
    ds_KeysDown down;
    struct tablet *tablet = armed(&world, &keeper);
    /* A vault that headquarters never heard of. */
    keeper_make(&world, &other);
    (void)fresh(&world, &other);
    add_proof(&other, true);
    EXPECT_INT(WIRE_unknown_device, ask(&world, &other, tablet, &down));
    /* The right name under another signing key. */
    (void)fresh(&world, &other);
    memcpy(other.up.vault_id, keeper.up.vault_id, sizeof other.up.vault_id);
    add_proof(&other, true);
    EXPECT_INT(WIRE_bad_signature, ask(&world, &other, tablet, &down));
    /* A half put in its place by who has the disk, but not the tablet's own key. */
    struct envelope_keys thief;
    chain_keypair(&world.rng, &thief.public_key, &thief.secret_key);
    (void)fresh(&world, &keeper);
    add_arm(&keeper, tablet);
    keys_arm_sign(&keeper.up.arm, tablet->device_no, keeper.up.vault_id, keeper.up.public_key,
                  &thief.secret_key);
    EXPECT_INT(WIRE_bad_signature, ask(&world, &keeper, tablet, &down));
    /* The name of another tablet. */
    struct tablet *second = world_join(&world, "TWO");
    (void)fresh(&world, &keeper);
    add_proof(&keeper, true);
    EXPECT_INT(WIRE_wrong_device, ask(&world, &keeper, second, &down));
    /* An answer is for the request that it answers, and for its reader alone. */
    (void)fresh(&world, &keeper);
    add_proof(&keeper, true);
    struct wire_bytes envelope = sealed(&keeper, tablet);
    struct wire_bytes answer = api_envelope(world.api, &tablet->arena, envelope);
    EXPECT_INT(WIRE_bad_signature,
               keys_answer_open(&tablet->arena, answer, envelope_tag(envelope) + 1, &keeper.reader,
                                &tablet->hq, &down));
    EXPECT(keys_answer_open(&tablet->arena, answer, envelope_tag(envelope), &keeper.vault,
                            &tablet->hq, &down) != WIRE_ok);
    /* The same bytes again: a replay, and no try. */
    answer = api_envelope(world.api, &tablet->arena, envelope);
    EXPECT_INT(WIRE_ok, keys_answer_open(&tablet->arena, answer, envelope_tag(envelope),
                                         &keeper.reader, &tablet->hq, &down));
    EXPECT_INT(WIRE_old_words, down.refusal);
    EXPECT_INT(0, down.half.size);
    tablet_deinit(tablet);
    tablet_deinit(second);
    world_close(&world);
}

static int64_t calls_count(struct world *world)
{
    int64_t count = 0;
    struct hq_query query = hq_query(world->store, SQL_HQ_alarm_waiting);
    while (hq_next(&query)) {
        count++;
    }
    EXPECT_OK(hq_end(&query));
    return count;
}

/* A tablet's clock was set back, or its folder is from a backup: what it asks is not believed, and
 * who calls for help by it is heard all the same. */
TEST(test_a_call_for_help_is_heard_from_a_tablet_that_says_old_words)
{
    struct world world;
    struct keeper keeper;
    ds_KeysDown down;
    struct tablet *tablet = armed(&world, &keeper);
    int64_t first_at_ms = world.sim.now.wall_ms;
    (void)fresh(&world, &keeper);
    keeper.up.alarms_count = 1;
    keeper.up.alarms[0].at_ms = (uint64_t)first_at_ms;
    EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
    EXPECT_INT(first_at_ms, down.alarm_at_ms);
    EXPECT_INT(1, calls_count(&world));
    (void)fresh(&world, &keeper);
    keeper.up.at_ms = 7;
    keeper.up.alarms_count = 1;
    keeper.up.alarms[0].at_ms = 5;
    for (int i = 0; i < 2; i++) { /* the same again is no second call */
        EXPECT_INT(WIRE_old_words, ask(&world, &keeper, tablet, &down));
        EXPECT_INT(2, calls_count(&world));
    }
    tablet_deinit(tablet);
    world_close(&world);
}

TEST(test_a_locked_wiped_or_revoked_tablet_gets_no_half_and_is_told_why)
{
    static const struct {
        enum keys_order order;
        uint32_t refusal;
    } rows[] = {
        {KEYS_ORDER_lock, WIRE_keys_held},
        {KEYS_ORDER_unlock, WIRE_ok},
        {KEYS_ORDER_wipe, WIRE_keys_held},
    };
    struct world world;
    struct keeper keeper;
    ds_KeysDown down;
    struct tablet *tablet = armed(&world, &keeper);
    for (size_t i = 0; i < COUNT(rows); i++) {
        give_order(&world, tablet, rows[i].order);
        (void)fresh(&world, &keeper);
        add_proof(&keeper, true);
        EXPECT_INT(rows[i].refusal, ask(&world, &keeper, tablet, &down));
        EXPECT_INT(i + 1, down.order_no);
        EXPECT_INT(rows[i].order, down.order);
        EXPECT_INT(rows[i].refusal == WIRE_ok ? 32 : 0, down.half.size);
    }
    tablet_deinit(tablet);
    world_close(&world);
}

TEST(test_what_was_done_is_kept_once_with_its_proof)
{
    struct world world;
    struct keeper keeper;
    ds_KeysDown down;
    struct tablet *tablet = armed(&world, &keeper);
    give_order(&world, tablet, KEYS_ORDER_wipe);
    for (int i = 0; i < 2; i++) { /* the first answer was lost */
        ds_KeysUp *up = fresh(&world, &keeper);
        up->has_done = true;
        up->done = (ds_KeysDone){.order_no = 1,
                                 .kind = KEYS_ORDER_wipe,
                                 .at_ms = up->at_ms,
                                 .file_count = 12,
                                 .size = 4096,
                                 .sealed_count = 3};
        EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
        EXPECT_INT(1, down.told_no);
    }
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM device_done WHERE file_count = 12 AND "
                                      "size = 4096 AND sealed_count = 3 AND length(proof) > 64"));
    tablet_deinit(tablet);
    world_close(&world);
}

TEST(test_help_from_a_shut_tablet_is_heard_once)
{
    struct world world;
    struct keeper keeper;
    ds_KeysDown down;
    struct tablet *tablet = armed(&world, &keeper);
    for (int i = 0; i < 2; i++) {
        ds_KeysUp *up = fresh(&world, &keeper);
        up->alarms_count = 1;
        up->alarms[0].at_ms = 777;
        up->alarms[0].is_silent = true;
        EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
        EXPECT_INT(777, down.alarm_at_ms);
    }
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM device_alarm WHERE is_silent = 1"));
    tablet_deinit(tablet);
    world_close(&world);
}

static void set_reset(struct world *world, const struct tablet *tablet, const char *code,
                      int64_t until_ms)
{
    uint8_t hash[32];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)code, strlen(code), NULL, 0);
    EXPECT_OK(hq_begin(world->store));
    struct hq_query query = hq_query(world->store, SQL_HQ_vault_reset_set);
    hq_bind_i64(&query, "$device_no", tablet->device_no);
    hq_bind_bytes(&query, "$reset_hash", hash, sizeof hash);
    hq_bind_i64(&query, "$reset_until_ms", until_ms);
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(world->store));
}

static uint32_t try_reset(struct world *world, struct keeper *keeper, struct tablet *tablet,
                          const char *code, ds_KeysDown *down)
{
    ds_KeysUp *up = fresh(world, keeper);
    (void)str_copy(up->reset_code, sizeof up->reset_code, str_from(code));
    return ask(world, keeper, tablet, down);
}

TEST(test_a_reset_code_works_once_in_time_and_after_few_wrong_ones)
{
    struct world world;
    struct keeper keeper;
    ds_KeysDown down;
    struct tablet *tablet = armed(&world, &keeper);
    int64_t late_ms = world.sim.now.wall_ms + 600000;
    EXPECT_INT(WIRE_wrong_reset, try_reset(&world, &keeper, tablet, "12345678", &down));
    set_reset(&world, tablet, "12345678", late_ms);
    EXPECT_INT(WIRE_wrong_reset, try_reset(&world, &keeper, tablet, "87654321", &down));
    EXPECT_INT(WIRE_ok, try_reset(&world, &keeper, tablet, "12345678", &down));
    EXPECT_INT(32, down.recovery.size);
    EXPECT_INT(0x7c, down.recovery.bytes[3]);
    EXPECT_INT(WIRE_wrong_reset, try_reset(&world, &keeper, tablet, "12345678", &down));
    set_reset(&world, tablet, "12345678", world.sim.now.wall_ms);
    EXPECT_INT(WIRE_wrong_reset, try_reset(&world, &keeper, tablet, "12345678", &down));
    set_reset(&world, tablet, "12345678", late_ms);
    for (int i = 0; i < KEYS_RESET_TRIES; i++) {
        EXPECT_INT(WIRE_wrong_reset, try_reset(&world, &keeper, tablet, "00000000", &down));
    }
    EXPECT_INT(WIRE_wrong_reset, try_reset(&world, &keeper, tablet, "12345678", &down));
    EXPECT_INT(0, down.recovery.size);
    tablet_deinit(tablet);
    world_close(&world);
}

/* Goal: the database alone opens no tablet; and what cannot be opened keeps nobody from being
 * heard. */
TEST(test_what_is_kept_of_a_key_lies_sealed_and_a_broken_row_stops_no_alarm)
{
    struct world world;
    struct keeper keeper;
    ds_KeysDown down;
    struct tablet *tablet = armed(&world, &keeper);
    const char *path = os_path(&world.arena, world.folder, "hq.db");
    uint8_t half[32], recovery[32];
    struct str bytes;
    memset(half, 0x5a, sizeof half);
    memset(recovery, 0x7c, sizeof recovery);
    EXPECT_OK(hq_checkpoint(world.store));
    EXPECT_OK(os_file_read(&world.arena, path, 64 * 1024 * 1024, &bytes));
    EXPECT(memmem(bytes.bytes, bytes.size, keeper.up.vault_id, 16) != NULL);
    EXPECT(memmem(bytes.bytes, bytes.size, half, sizeof half) == NULL);
    EXPECT(memmem(bytes.bytes, bytes.size, recovery, sizeof recovery) == NULL);
    EXPECT(memmem(bytes.bytes, bytes.size, keeper.up.arm.auth, 32) == NULL);
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, page_sum_vfs));
    EXPECT_INT(SQLITE_OK,
               sqlite3_exec(db, "UPDATE device_vault SET half = zeroblob(77)", NULL, NULL, NULL));
    (void)fresh(&world, &keeper);
    add_proof(&keeper, true);
    EXPECT_INT(WIRE_keys_held, ask(&world, &keeper, tablet, &down));
    EXPECT_INT(0, down.half.size);
    EXPECT_INT(SQLITE_OK, sqlite3_exec(db, "UPDATE device_vault SET auth_hash = zeroblob(77)", NULL,
                                       NULL, NULL));
    sqlite3_close(db);
    ds_KeysUp *up = fresh(&world, &keeper);
    up->alarms_count = 1;
    up->alarms[0].at_ms = up->at_ms;
    EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
    EXPECT_INT(up->at_ms, down.alarm_at_ms);
    EXPECT_INT(0, down.armed.size); /* the tablet tells its part again */
    (void)fresh(&world, &keeper);
    add_arm(&keeper, tablet);
    EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
    (void)fresh(&world, &keeper);
    add_proof(&keeper, true);
    EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
    EXPECT_INT(0x5a, down.half.bytes[7]);
    tablet_deinit(tablet);
    world_close(&world);
}

/* Nothing stands before its key, and nothing is kept for it; but orders reach it, damaged or not.
 */
TEST(test_a_vault_without_a_guard_is_sent_orders)
{
    struct world world;
    struct keeper keeper;
    ds_KeysDown down;
    world_open(&world);
    struct tablet *tablet = world_join(&world, "ONE");
    keeper_make(&world, &keeper);
    give_order(&world, tablet, KEYS_ORDER_wipe);
    (void)fresh(&world, &keeper);
    EXPECT_INT(WIRE_unknown_device, ask(&world, &keeper, tablet, &down)); /* never heard of */
    add_arm(&keeper, tablet);
    keeper.up.arm.guard = KEYS_GUARD_none;
    memset(keeper.up.arm.half, 0, sizeof keeper.up.arm.half);
    memset(keeper.up.arm.recovery, 0, sizeof keeper.up.arm.recovery);
    keys_arm_sign(&keeper.up.arm, tablet->device_no, keeper.up.vault_id, keeper.up.public_key,
                  &tablet->keys.secret_key);
    EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
    EXPECT_INT(KEYS_ORDER_wipe, down.order);
    EXPECT(memcmp(down.armed.bytes, keeper.up.arm.auth, 32) == 0);
    (void)fresh(&world, &keeper);
    add_proof(&keeper, true); /* there is no half to be had */
    EXPECT_INT(WIRE_keys_held, ask(&world, &keeper, tablet, &down));
    EXPECT_INT(0, down.half.size);
    tablet_deinit(tablet);
    world_close(&world);
}

TEST(test_who_left_is_told_once_and_their_tablet_is_known)
{
    static const uint8_t tablets[2][16] = {"the first tablet", "another tablet."};
    struct world world;
    struct keeper keeper;
    ds_KeysDown down;
    struct tablet *tablet = armed(&world, &keeper);
    for (size_t i = 0; i < 3; i++) {
        ds_KeysUp *up = fresh(&world, &keeper);
        up->tablet_id.size = 16;
        memcpy(up->tablet_id.bytes, tablets[i / 2], 16);
        EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
    }
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM device_tablet"));
    EXPECT_INT(1,
               talk_number(&world, "SELECT count(*) FROM device_tablet "
                                   "WHERE tablet_id = CAST('another tablet.' || x'00' AS BLOB)"));
    for (int i = 0; i < 2; i++) { /* the answer was lost: the same again */
        ds_KeysUp *up = fresh(&world, &keeper);
        up->has_done = true;
        up->done = (ds_KeysDone){
            .order_no = KEYS_LEFT_NO, .kind = KEYS_DONE_left, .at_ms = 5, .file_count = 9};
        EXPECT_INT(WIRE_ok, ask(&world, &keeper, tablet, &down));
        EXPECT(down.told_no == KEYS_LEFT_NO);
    }
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM device_done WHERE kind = 5"));
    EXPECT_INT(2,
               talk_number(&world, "SELECT count(*) FROM audit WHERE action = 'collector left'"));
    tablet_deinit(tablet);
    world_close(&world);
}
