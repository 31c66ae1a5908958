/* Numbers of tablets: clones and restored images get new ones, forgotten tablets come back,
 * and whatever happens every fact is stored and has one effect. */
#include "sync/server/merge/conflict.h"
#include "tests/sync/server/api/talk.h"

static void visits(struct tablet *tablet, size_t count, int64_t at_ms, uint64_t case_no)
{
    for (size_t i = 0; i < count; i++) {
        ds_Event event = field_visit(tablet->person_no, case_no, at_ms + (int64_t)i * 1000,
                                     OUTCOME_refused_to_pay);
        field_chain_add(&tablet->chain, &event);
    }
}

static int64_t contacts(struct world *world)
{
    return talk_number(world, "SELECT count(*) FROM contact");
}

/* A day has passed: no fact arrives before it happened. */
static void later(struct world *world)
{
    world->sim.now.wall_ms += 86400000;
    world->sim.now.monotonic_ms += 86400000;
}

static void expect_rebuilt(struct world *world)
{
    struct ingest_rebuilt rebuilt;
    EXPECT_OK(hq_begin(world->store));
    EXPECT_OK(ingest_rebuild(world->store, world->sim.now.wall_ms, &rebuilt));
    hq_rollback(world->store);
    EXPECT_INT(0, rebuilt.changed_count);
    EXPECT_INT(0, rebuilt.read_again_count);
}

TEST(test_a_clone_gets_its_own_number_and_nothing_counts_twice)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    visits(anna, 5, FIELD_AT_MS, 1);
    talk(&world, anna);
    struct tablet twin;
    tablet_clone(&twin, anna, 5);
    visits(anna, 3, FIELD_AT_MS + 100000, 1);
    visits(&twin, 4, FIELD_AT_MS + 200000, 3);
    talk(&world, anna);
    talk_in_steps(&world, &twin, 2);
    EXPECT_INT(1, anna->device_no);
    EXPECT_INT(0, anna->renumber_count);
    EXPECT_INT(2, twin.device_no);
    EXPECT_INT(1, twin.renumber_count);
    EXPECT_INT(12, contacts(&world));
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM conflict WHERE kind = 100"));
    /* Two facts proved the fork; the other two came only under the new number. */
    EXPECT_INT(7, talk_number(&world, "SELECT count(*) FROM event WHERE is_copy = 1"));
    EXPECT_INT(1, talk_number(&world, "SELECT person_no FROM device WHERE device_no = 2"));
    /* Both go on, each under its number, and both hear of both. */
    visits(anna, 1, FIELD_AT_MS + 300000, 1);
    visits(&twin, 1, FIELD_AT_MS + 400000, 3);
    talk(&world, &twin);
    talk(&world, anna);
    talk(&world, &twin);
    EXPECT_INT(14, contacts(&world));
    EXPECT_INT(9, tablet_row(anna, 1)->state.visit_count);
    EXPECT_INT(9, tablet_row(&twin, 1)->state.visit_count);
    EXPECT_INT(5, tablet_row(&twin, 3)->state.visit_count);
    EXPECT_INT(1, anna->renumber_count + twin.renumber_count);
    expect_rebuilt(&world);
    tablet_deinit(&twin);
    tablet_deinit(anna);
    world_close(&world);
}

static void write_to(struct world *world, uint32_t person_no, const char *text)
{
    EXPECT_OK(hq_begin(world->store));
    struct ingest *ingest = ingest_start(&world->arena, world->store, world->sim.now.wall_ms);
    EXPECT_OK(ingest_message(ingest, &(struct ingest_letter){.person_no = person_no,
                                                             .from_name = STR("HQ"),
                                                             .body = str_from(text)}));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(world->store));
}

/* "Do not go there, the dog is loose" lay in the feed of a number that nobody asks for again. */
TEST(test_what_headquarters_wrote_follows_its_reader_to_a_new_number)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    write_to(&world, 1, "too long ago");
    for (int day = 0; day < 31; day++) {
        later(&world);
    }
    visits(anna, 2, FIELD_AT_MS, 1);
    write_to(&world, 1, "was read");
    talk(&world, anna);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + 50000, 0);
    event.case_no = 0;
    event.which_kind = ds_Event_message_read_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.message_read.message_no = 2;
    struct tablet twin;
    tablet_clone(&twin, anna, 2);
    field_chain_add(&anna->chain, &event);
    talk(&world, anna);
    twin.message_count = 0;
    write_to(&world, 0, "to all");
    write_to(&world, 1, "to one");
    write_to(&world, 7, "to somebody else");
    visits(&twin, 1, FIELD_AT_MS + 200000, 3);
    talk(&world, &twin);
    EXPECT_INT(1, twin.renumber_count);
    EXPECT_INT(2, twin.message_count);
    EXPECT_TEXT("to one", twin.message);
    tablet_deinit(&twin);
    tablet_deinit(anna);
    world_close(&world);
}

TEST(test_a_repeated_answer_names_the_same_number)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    visits(anna, 4, FIELD_AT_MS, 1);
    talk(&world, anna);
    struct tablet twin;
    struct tablet again;
    tablet_clone(&twin, anna, 2);
    visits(&twin, 1, FIELD_AT_MS + 50000, 1);
    tablet_clone(&again, &twin, 3); /* for which the first answer was lost */
    EXPECT_INT(WIRE_ok, talk_once(&world, &twin, tablet_batch(&twin, 3, 1)));
    EXPECT_INT(WIRE_ok, talk_once(&world, &again, tablet_batch(&again, 3, 1)));
    EXPECT_INT(2, twin.device_no);
    EXPECT_INT(2, again.device_no);
    talk(&world, &twin);
    talk(&world, &again);
    EXPECT_INT(2, again.device_no); /* the same chain twice is no fork */
    tablet_deinit(&again);
    EXPECT_INT(3, talk_number(&world, "SELECT count(*) FROM device"));
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM audit WHERE action = 'fork'"));
    tablet_deinit(&twin);
    tablet_deinit(anna);
    world_close(&world);
}

TEST(test_an_older_image_put_back_and_a_clone_of_a_clone_lose_nothing)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    visits(anna, 6, FIELD_AT_MS, 1);
    talk(&world, anna);
    struct tablet image; /* of the same tablet, three facts ago: the only one from now on */
    tablet_clone(&image, anna, 3);
    visits(&image, 2, FIELD_AT_MS + 70000, 1);
    talk(&world, &image);
    EXPECT_INT(8, contacts(&world));
    EXPECT_INT(2, image.device_no);
    struct tablet second; /* of that one, in turn */
    tablet_clone(&second, &image, 4);
    visits(&second, 3, FIELD_AT_MS + 90000, 3);
    talk(&world, &second);
    EXPECT_INT(3, second.device_no);
    EXPECT_INT(2, second.lineage.count);
    EXPECT_INT(11, contacts(&world));
    visits(&second, 1, FIELD_AT_MS + 95000, 3);
    visits(&image, 1, FIELD_AT_MS + 96000, 1);
    talk(&world, &image);
    talk(&world, &second);
    EXPECT_INT(13, contacts(&world));
    EXPECT_INT(2, talk_number(&world, "SELECT count(*) FROM conflict WHERE kind = 100"));
    expect_rebuilt(&world);
    tablet_deinit(&second);
    tablet_deinit(&image);
    tablet_deinit(anna);
    world_close(&world);
}

/* Goal: headquarters goes back to before a tablet was enrolled; all that came since is
 * there again. */
TEST(test_a_tablet_that_a_restore_forgot_comes_back_with_all_it_had)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    visits(anna, 3, FIELD_AT_MS, 1);
    talk(&world, anna);
    const char *copy = talk_copy(&world, "copy.db");
    visits(anna, 2, FIELD_AT_MS + 60000, 1);
    talk(&world, anna);
    world.sim.now.wall_ms -= 86400000; /* the code is good for ten minutes */
    struct tablet *bert = world_join(&world, "TWO");
    world.sim.now.wall_ms += 86400000;
    visits(bert, 4, FIELD_AT_MS, 2);
    talk(&world, bert);
    EXPECT_INT(9, contacts(&world));
    talk_restore(&world, copy);
    EXPECT_INT(3, contacts(&world));
    talk(&world, anna);
    talk(&world, bert);
    EXPECT_INT(2, bert->device_no);
    EXPECT_INT(0, bert->renumber_count);
    EXPECT_INT(9, contacts(&world));
    EXPECT_INT(4, tablet_row(bert, 2)->state.visit_count);
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM audit WHERE action = 'introduce'"));
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM conflict WHERE kind = 106"));
    talk_introduce(&world, bert); /* again: nothing changes */
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM audit WHERE action = 'introduce'"));
    expect_rebuilt(&world);
    tablet_deinit(anna);
    tablet_deinit(bert);
    world_close(&world);
}

/* Goal: after a restore the next number is in another hand already. */
TEST(test_a_number_that_was_given_again_meanwhile_is_not_taken_away)
{
    struct world world;
    world_open(&world);
    const char *copy = talk_copy(&world, "copy.db");
    struct tablet *anna = world_join(&world, "ONE");
    visits(anna, 4, FIELD_AT_MS - 5000, 1);
    later(&world);
    talk(&world, anna);
    world.sim.now.wall_ms -= 86400000;
    talk_restore(&world, copy);
    struct tablet *bert = world_join(&world, "TWO");
    EXPECT_INT(anna->device_no, bert->device_no);
    visits(bert, 2, FIELD_AT_MS - 5000, 2);
    later(&world);
    talk(&world, bert);
    /* A ticket from the middle of a chain that headquarters lacks is answered to the other's
     * key, which the tablet cannot open; then in clear, and it introduces itself. */
    for (int round = 0; round < 3; round++) {
        struct wire_bytes answer = api_envelope(world.api, &anna->arena, tablet_batch(anna, 5, 0));
        uint32_t refusal = WIRE_ok;
        struct answer opened;
        EXPECT_INT(round == 2, envelope_read_refusal(answer, &refusal) == WIRE_ok);
        EXPECT_INT(round == 2 ? WIRE_bad_signature : WIRE_ok, refusal);
        EXPECT(answer_open(&anna->arena, answer, &anna->keys, &anna->hq, anna->device_no,
                           anna->request_tag, &opened) != WIRE_ok);
    }
    talk_introduce(&world, anna);
    EXPECT_INT(2, anna->device_no);
    EXPECT_INT(1, anna->renumber_count);
    talk(&world, anna);
    talk(&world, bert);
    EXPECT_INT(6, contacts(&world));
    EXPECT_INT(1, bert->device_no);
    EXPECT(tablet_row(anna, 1)->is_held);
    EXPECT(tablet_row(anna, 2) == NULL);
    EXPECT_INT(4, tablet_row(anna, 1)->state.visit_count);
    talk_introduce(&world, anna);
    EXPECT_INT(2, anna->device_no);
    expect_rebuilt(&world);
    tablet_deinit(anna);
    tablet_deinit(bert);
    world_close(&world);
}

/* Goal: clone, then headquarters goes back to before the fork was seen; both chains come
 * whole again, in either order. */
TEST(test_a_restore_between_fork_and_new_number_loses_nothing)
{
    for (int order = 0; order < 4; order++) {
        struct world world;
        world_open(&world);
        struct tablet *anna = world_join(&world, "ONE");
        later(&world);
        visits(anna, 5, FIELD_AT_MS, 1);
        talk_in_steps(&world, anna, 3);
        const char *copy = talk_copy(&world, "copy.db");
        struct tablet twin;
        tablet_clone(&twin, anna, 5);
        visits(anna, 2, FIELD_AT_MS + 100000, 1);
        visits(&twin, 3, FIELD_AT_MS + 200000, 1);
        talk(&world, anna);
        talk(&world, &twin);
        EXPECT_INT(10, contacts(&world));
        struct tablet third; /* another copy of the first, made before it knew any of this */
        tablet_clone(&third, anna, 6);
        talk_restore(&world, copy);
        visits(&third, 2, FIELD_AT_MS + 300000, 3);
        talk(&world, order % 2 == 0 ? anna : &twin);
        talk(&world, order / 2 == 0 ? &third : &twin);
        talk(&world, anna);
        talk(&world, &twin);
        talk(&world, &third);
        EXPECT_INT(12, contacts(&world));
        EXPECT(anna->device_no != twin.device_no && anna->device_no != third.device_no &&
               twin.device_no != third.device_no);
        talk(&world, anna);
        EXPECT_INT(10, tablet_row(anna, 1)->state.visit_count);
        expect_rebuilt(&world);
        tablet_deinit(&third);
        tablet_deinit(&twin);
        tablet_deinit(anna);
        world_close(&world);
    }
}

static void set_revoked(struct world *world, uint32_t device_no)
{
    EXPECT_OK(hq_begin(world->store));
    struct hq_query query = hq_query(world->store, SQL_HQ_device_revoke);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$revoked_at_ms", world->sim.now.wall_ms);
    EXPECT_OK(hq_run(&query));
    struct ingest *ingest = ingest_start(&world->arena, world->store, world->sim.now.wall_ms);
    EXPECT_OK(ingest_device_leaves(ingest, device_no));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(world->store));
}

TEST(test_revoked_stays_revoked_also_for_a_clone_and_after_an_introduction)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    visits(anna, 3, FIELD_AT_MS, 1);
    talk(&world, anna);
    struct tablet twin;
    tablet_clone(&twin, anna, 2);
    set_revoked(&world, 1);
    visits(&twin, 2, FIELD_AT_MS + 50000, 1);
    talk(&world, &twin);
    EXPECT_INT(2, twin.device_no);
    EXPECT(twin.is_revoked);
    EXPECT_INT(5, contacts(&world)); /* what happened is recorded all the same */
    for (size_t i = 0; i < twin.row_count; i++) {
        EXPECT(!twin.rows[i].is_held);
    }
    talk_introduce(&world, anna);
    talk(&world, anna);
    EXPECT(anna->is_revoked);
    tablet_deinit(&twin);
    tablet_deinit(anna);
    world_close(&world);
}

/* Goal: a restore sets a person's number free, and somebody else gets it before the
 * tablet of the first comes back: it must not get the other's cases. */
TEST(test_a_tablet_whose_persons_number_is_anothers_now_gets_nobodys_cases)
{
    struct world world;
    world_open(&world);
    const char *copy = talk_copy(&world, "copy.db");
    EXPECT_OK(hq_begin(world.store));
    world_add_collector(&world, 3, "THREE");
    EXPECT_OK(hq_commit(world.store));
    struct tablet *carl = world_join(&world, "THREE");
    visits(carl, 2, FIELD_AT_MS - 5000, 1);
    later(&world);
    talk(&world, carl);
    talk_restore(&world, copy);
    later(&world);
    EXPECT_OK(hq_begin(world.store));
    struct hq_query person = hq_query(world.store, SQL_HQ_person_put);
    hq_bind_i64(&person, "$person_no", 3);
    hq_bind_text(&person, "$code", STR("C9"));
    hq_bind_text(&person, "$name", STR("Dora"));
    hq_bind_i64(&person, "$role", STAFF_ROLE_collector);
    hq_bind_i64(&person, "$team_no", 0);
    hq_bind_i64(&person, "$is_active", 1);
    hq_bind_text(&person, "$areas", STR(""));
    hq_bind_i64(&person, "$capacity", 0);
    hq_bind_i64(&person, "$made_at_ms", world.sim.now.wall_ms);
    EXPECT_OK(hq_run(&person));
    ds_Event assign = field_assign(1, 3, 2, world.sim.now.wall_ms);
    EXPECT_OK(ingest_own_one(&world.arena, world.store, &assign, world.sim.now.wall_ms, NULL));
    EXPECT_OK(hq_commit(world.store));
    talk(&world, carl);
    EXPECT_INT(2, contacts(&world));
    EXPECT(tablet_row(carl, 1) == NULL);
    EXPECT_INT(4, talk_number(&world, "SELECT person_no FROM device WHERE device_no = 1"));
    EXPECT_INT(0, talk_number(&world, "SELECT count(*) FROM person WHERE person_no = 4"));
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM audit WHERE detail LIKE "
                                      "'%without holder'"));
    tablet_deinit(carl);
    world_close(&world);
}

/* Goal: headquarters' states hold facts of the earlier number that the new one does not tell yet:
 * no state goes down until all came again, so that the tablet folds none of them once more. */
TEST(test_no_state_goes_down_while_facts_come_again_under_a_new_number)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    visits(anna, 5, FIELD_AT_MS, 1);
    talk(&world, anna);
    struct tablet twin;
    tablet_clone(&twin, anna, 5);
    visits(anna, 1, FIELD_AT_MS + 100000, 1);
    visits(&twin, 4, FIELD_AT_MS + 200000, 3);
    talk(&world, anna); /* changes what the twin holds, too */
    EXPECT_INT(WIRE_ok, talk_once(&world, &twin, tablet_batch(&twin, 6, 2)));
    EXPECT_INT(2, twin.device_no);
    EXPECT_INT(0, twin.stored_seq);
    size_t page_count = twin.page_count;
    for (uint64_t from = 1; from < 9; from += 2) {
        EXPECT_INT(WIRE_ok, talk_once(&world, &twin, tablet_batch(&twin, from, 2)));
        EXPECT_INT(from + 1, twin.stored_seq);
        EXPECT_INT(page_count, twin.page_count);
    }
    EXPECT_INT(WIRE_ok, talk_once(&world, &twin, tablet_batch(&twin, 9, 1)));
    EXPECT(twin.page_count > page_count);
    talk(&world, &twin);
    EXPECT_INT(6, tablet_row(&twin, 1)->state.visit_count);
    EXPECT_INT(4, tablet_row(&twin, 3)->state.visit_count);
    tablet_deinit(&twin);
    tablet_deinit(anna);
    world_close(&world);
}

/* Goal: who was enrolled before certificates existed has one too, also when the first that was
 * sent met a program that passed over it; and it is sent once, not with every answer. */
TEST(test_a_tablet_of_before_certificates_is_given_one)
{
    static const struct {
        const char *name, *sql;
        bool is_given;
    } rows[] = {
        {"nothing has changed", "SELECT 1", false},
        {"headquarters was updated", /* as 0002 does */
         "UPDATE device SET feed_seq = feed_seq + 1, holder_feed_seq = feed_seq + 1 "
         "WHERE device_no = 1 RETURNING 1",
         true},
        {"the tablet was updated",
         "UPDATE device SET app_version = app_version - 1, told_version = told_version - 1 "
         "WHERE device_no = 1 RETURNING 1",
         true},
        {"an older program spoke in between",
         "UPDATE device SET app_version = app_version - 1 WHERE device_no = 1 RETURNING 1", false},
    };
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    for (size_t i = 0; i < COUNT(rows); i++) {
        later(&world);
        talk(&world, anna);
        EXPECT_INT(1, talk_number(&world, rows[i].sql));
        anna->has_certificate = false;
        later(&world);
        talk(&world, anna);
        later(&world);
        talk(&world, anna);
        EXPECT_ROW(rows[i].name, anna->has_certificate == rows[i].is_given);
        anna->has_certificate = false;
        later(&world);
        talk(&world, anna);
        EXPECT_ROW(rows[i].name, !anna->has_certificate);
    }
    tablet_deinit(anna);
    world_close(&world);
}

TEST(test_a_certificate_is_worth_nothing_without_its_key_or_when_changed)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    struct tablet *bert = world_join(&world, "TWO");
    struct tablet thief = *bert;
    thief.certificate = anna->certificate;
    thief.certificate.public_key = bert->keys.public_key; /* signed for another key */
    uint32_t refusal = WIRE_ok;
    struct wire_bytes answer = api_envelope(world.api, &anna->arena, tablet_introduce(&thief));
    EXPECT_INT(WIRE_ok, envelope_read_refusal(answer, &refusal));
    EXPECT_INT(WIRE_bad_signature, refusal);
    thief = *bert;
    thief.certificate.device_no = 9;
    answer = api_envelope(world.api, &anna->arena, tablet_introduce(&thief));
    EXPECT_INT(WIRE_ok, envelope_read_refusal(answer, &refusal));
    EXPECT_INT(WIRE_bad_signature, refusal);
    EXPECT_INT(3, talk_number(&world, "SELECT count(*) FROM device"));
    tablet_deinit(anna);
    tablet_deinit(bert);
    world_close(&world);
}

/* Goal: what a tablet says of earlier numbers is its word alone. It neither uses up the
 * numbers of all nor makes another tablet's facts its own. */
TEST(test_a_lineage_that_is_a_lie_harms_nobody)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    struct tablet *bert = world_join(&world, "TWO");
    later(&world);
    visits(anna, 3, FIELD_AT_MS, 1);
    talk(&world, anna);
    visits(bert, 2, FIELD_AT_MS, 2);
    bert->lineage = (struct lineage){.count = 2, .entries = {{1, 1}, {UINT32_MAX, 2}}};
    talk(&world, bert);
    EXPECT_INT(5, contacts(&world)); /* its facts count all the same */
    EXPECT_INT(
        0, talk_number(&world, "SELECT count(*) FROM device_lineage WHERE origin_no IN (1, 2)"));
    struct tablet twin;
    tablet_clone(&twin, anna, 2);
    visits(&twin, 2, FIELD_AT_MS + 50000, 1);
    talk(&world, &twin);
    EXPECT_INT(3, twin.device_no);
    EXPECT_INT(7, contacts(&world));
    expect_rebuilt(&world);
    tablet_deinit(&twin);
    tablet_deinit(anna);
    tablet_deinit(bert);
    world_close(&world);
}

TEST(test_what_a_tablet_says_about_itself_is_kept)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    visits(anna, 1, FIELD_AT_MS - 5000, 1);
    anna->health = (struct batch_health){true, 90, 512, 3, 1};
    anna->clock = batch_clock(7000);
    EXPECT_INT(WIRE_ok, talk_once(&world, anna, tablet_batch(anna, 1, 1)));
    EXPECT_INT(90, talk_number(&world, "SELECT unsent_age_min FROM device_health"));
    EXPECT_INT(512, talk_number(&world, "SELECT free_mib FROM device_health"));
    EXPECT_INT(3, talk_number(&world, "SELECT attachments_waiting FROM device_health"));
    EXPECT_INT(1, talk_number(&world, "SELECT quarantined_count FROM device_health"));
    EXPECT_INT(7000, talk_number(&world, "SELECT clock_behind_ms FROM device_health"));
    EXPECT_INT(7000, talk_number(&world, "SELECT clock_behind_ms FROM batch_signature"));
    tablet_deinit(anna);
    world_close(&world);
}
