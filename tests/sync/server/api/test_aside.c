/* What travels outside the chain: alarms before everything, photos in pieces after it; and
 * what a verified backup makes safe. */
#include "sync/server/merge/conflict.h"
#include "sync/server/store/alarm_log.h"
#include "sync/server/store/page_sum.h"
#include "sync/server/store/vault.h"
#include "tests/sync/server/api/talk.h"

enum { PHOTO_SIZE = 3 * LIMIT_chunk_size + 1000 };

static void later(struct world *world)
{
    sim_clock_pass(&world->sim, 86400000);
}

static uint64_t add_alarm(struct tablet *tablet)
{
    ds_Event event = field_visit(tablet->person_no, 1, FIELD_AT_MS, 0);
    event.which_kind = ds_Event_safety_incident_tag;
    event.kind.safety_incident = (ds_SafetyIncident){.incident = 1, .severity = 3};
    field_chain_add(&tablet->chain, &event);
    return tablet->chain.count;
}

static uint32_t alarm_call(struct world *world, struct tablet *tablet, uint64_t seq)
{
    return talk_once(world, tablet, tablet_alarm(tablet, seq));
}

TEST(test_an_alarm_is_heard_before_its_fact_and_counts_once)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    world_add_visit(anna, 1); /* headquarters lacks what came before */
    uint64_t seq = add_alarm(anna);
    EXPECT_INT(WIRE_ok, alarm_call(&world, anna, seq));
    EXPECT_INT(1, anna->alarm_count);
    EXPECT_INT(seq, anna->alarm.seq);
    EXPECT_INT(ALARM_ANSWER_heard, anna->alarm.state);
    EXPECT_INT(world.sim.now.wall_ms, anna->alarm.heard_at_ms);
    EXPECT_INT(0, anna->stored_seq);
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM alarm WHERE is_early = 1"));
    EXPECT_INT(0, talk_number(&world, "SELECT count(*) FROM incident"));
    later(&world);
    EXPECT_INT(WIRE_ok, alarm_call(&world, anna, seq)); /* the answer was lost: the same again */
    EXPECT_INT(world.sim.now.wall_ms - 86400000, anna->alarm.heard_at_ms);
    talk(&world, anna);
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM alarm"));
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM incident"));
    EXPECT_INT(1, talk_number(&world, "SELECT person_no FROM alarm"));
    tablet_deinit(anna);
    world_close(&world);
}

static void see(struct world *world, const struct id *id, const char *name)
{
    EXPECT_OK(hq_begin(world->store));
    struct ingest *ingest = ingest_start(&world->arena, world->store, world->sim.now.wall_ms);
    bool was_seen = false;
    EXPECT_OK(alarm_log_see(ingest, id, str_from(name), &was_seen));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(world->store));
}

TEST(test_the_tablet_hears_who_has_seen_its_alarm)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    uint64_t seq = add_alarm(anna);
    talk(&world, anna); /* the batch was faster: the alarm is heard with it */
    EXPECT_INT(1, anna->alarm_count);
    EXPECT_INT(ALARM_ANSWER_heard, anna->alarm.state);
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM alarm WHERE is_early = 0"));
    see(&world, &anna->chain.ids[seq - 1], "Wang");
    see(&world, &anna->chain.ids[seq - 1], "Li"); /* the second is too late */
    uint32_t refusal = 0;
    (void)api_envelope(world.api, &anna->arena, tablet_batch(anna, seq + 1, 0)); /* answer lost */
    (void)refusal;
    talk(&world, anna);
    EXPECT_INT(2, anna->alarm_count);
    EXPECT_INT(seq, anna->alarm.seq);
    EXPECT_INT(ALARM_ANSWER_seen, anna->alarm.state);
    EXPECT_TEXT("Wang", anna->alarm.by_name);
    talk(&world, anna);
    EXPECT_INT(2, anna->alarm_count); /* told once, confirmed by the cursor */
    EXPECT_INT(WIRE_ok, alarm_call(&world, anna, seq));
    EXPECT_TEXT("Wang", anna->alarm.by_name);
    tablet_deinit(anna);
    world_close(&world);
}

TEST(test_an_alarm_of_a_revoked_or_renumbered_tablet_is_heard)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    world_add_visit(anna, 1);
    talk(&world, anna);
    struct tablet twin;
    tablet_clone(&twin, anna, 1);
    world_add_visit(anna, 1);
    talk(&world, anna);
    uint64_t seq = add_alarm(&twin);
    EXPECT_INT(WIRE_ok, alarm_call(&world, &twin, seq)); /* under the old number */
    talk(&world, &twin);
    EXPECT_INT(2, twin.device_no);
    EXPECT_INT(WIRE_ok, alarm_call(&world, &twin, seq)); /* and under the new one */
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM alarm"));
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM incident"));
    EXPECT_OK(hq_begin(world.store));
    struct hq_query query = hq_query(world.store, SQL_HQ_device_revoke);
    hq_bind_i64(&query, "$device_no", 1);
    hq_bind_i64(&query, "$revoked_at_ms", 1);
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(world.store));
    seq = add_alarm(anna);
    EXPECT_INT(WIRE_ok, alarm_call(&world, anna, seq));
    EXPECT_INT(2, talk_number(&world, "SELECT count(*) FROM alarm"));
    tablet_deinit(&twin);
    tablet_deinit(anna);
    world_close(&world);
}

TEST(test_an_alarm_that_is_not_the_tablets_is_refused)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    struct tablet *bert = world_join(&world, "TWO");
    uint64_t seq = add_alarm(bert);
    struct tablet thief = *bert;
    thief.device_no = anna->device_no;
    EXPECT_INT(WIRE_bad_signature, alarm_call(&world, &thief, seq));
    thief.device_no = 77;
    EXPECT_INT(WIRE_unknown_device, alarm_call(&world, &thief, seq));
    EXPECT_INT(0, talk_number(&world, "SELECT count(*) FROM alarm"));
    tablet_deinit(anna);
    tablet_deinit(bert);
    world_close(&world);
}

/* ---- attachments ---- */

static struct str photo(struct world *world, uint64_t seed, size_t size)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    char *bytes = arena_alloc(&world->arena, size);
    rng_fill(&rng, bytes, size);
    return (struct str){bytes, size};
}

static void add_evidence(struct tablet *tablet, uint64_t case_no, struct str bytes)
{
    ds_Event event = field_visit(tablet->person_no, case_no, FIELD_AT_MS, 0);
    event.which_kind = ds_Event_evidence_attached_tag;
    event.kind.evidence_attached =
        (ds_EvidenceAttached){.size = (uint32_t)bytes.size, .evidence = 1, .media = 1};
    struct chain_hash hash = chain_hash(bytes.bytes, bytes.size);
    memcpy(event.kind.evidence_attached.hash, hash.bytes, sizeof hash.bytes);
    field_chain_add(&tablet->chain, &event);
}

static void chunk_call(struct world *world, struct tablet *tablet, struct str bytes, uint32_t index)
{
    EXPECT_INT(WIRE_ok, talk_once(world, tablet, tablet_chunk(tablet, bytes, index)));
}

static void expect_file(struct world *world, struct str bytes)
{
    struct chain_hash hash = chain_hash(bytes.bytes, bytes.size);
    struct str stored;
    EXPECT_OK(vault_file_read(&world->arena, world->folder, &hash, (uint32_t)bytes.size, &stored));
    EXPECT(stored.size == bytes.size && memcmp(stored.bytes, bytes.bytes, bytes.size) == 0);
}

TEST(test_a_photo_comes_in_pieces_in_any_order_and_is_held_when_whole)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    struct str bytes = photo(&world, 1, PHOTO_SIZE);
    chunk_call(&world, anna, bytes, 0); /* no fact names it: nothing is kept */
    EXPECT_INT(0, anna->lack_count);
    EXPECT(!os_file_exists(vault_folder(&world.arena, world.folder)));
    add_evidence(anna, 1, bytes);
    talk(&world, anna); /* the visit is complete without its photo */
    EXPECT_INT(1, anna->stored_seq);
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM evidence"));
    EXPECT_INT(1, anna->lack_count);
    EXPECT_INT(PHOTO_SIZE, anna->lacks[0].size);
    EXPECT_INT(4, anna->lacks[0].chunks_count);
    chunk_call(&world, anna, bytes, 3);
    EXPECT_INT(3, anna->lacks[0].chunks_count);
    EXPECT_INT(0, anna->lacks[0].chunks[0]);
    chunk_call(&world, anna, bytes, 1);
    chunk_call(&world, anna, bytes, 1);
    EXPECT_INT(2, anna->lacks[0].chunks_count);
    EXPECT_INT(2, anna->lacks[0].chunks[1]);
    EXPECT_INT(0, anna->held_count);
    chunk_call(&world, anna, bytes, 0);
    world_stop(&world); /* headquarters starts anew between two chunks */
    EXPECT_OK(hq_store_open(&world.store, world.folder, HQ_ACCESS_write, false));
    world_start(&world);
    chunk_call(&world, anna, bytes, 2);
    EXPECT_INT(0, anna->lack_count);
    EXPECT_INT(1, anna->held_count);
    EXPECT_INT(RECEIPT_LEVEL_stored, anna->held.level);
    expect_file(&world, bytes);
    chunk_call(&world, anna, bytes, 2); /* the answer was lost: free */
    EXPECT_INT(2, anna->held_count);
    talk(&world, anna);
    EXPECT_INT(3, anna->held_count); /* and once in the feed */
    tablet_deinit(anna);
    world_close(&world);
}

static bool is_asked(const struct tablet *tablet, struct str bytes)
{
    struct chain_hash hash = chain_hash(bytes.bytes, bytes.size);
    for (size_t i = 0; i < tablet->lack_count; i++) {
        if (memcmp(tablet->lacks[i].hash, hash.bytes, sizeof hash.bytes) == 0) {
            return true;
        }
    }
    return false;
}

/* Goal: a tablet that lost the first photos (its file of them is gone) still brings the
 * others, and what is under way is told of in every turn. */
TEST(test_photos_that_a_tablet_lost_do_not_block_the_others)
{
    enum { PHOTOS = 7 };
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    struct str photos[PHOTOS];
    bool was_asked[PHOTOS] = {false};
    for (size_t i = 0; i < PHOTOS; i++) {
        photos[i] = photo(&world, 100 + i, PHOTO_SIZE);
        add_evidence(anna, 1, photos[i]);
    }
    for (int turn = 0; turn < 7; turn++) {
        talk(&world, anna);
        EXPECT_INT(4, anna->lack_count);
        for (size_t i = 0; i < PHOTOS; i++) {
            was_asked[i] = was_asked[i] || is_asked(anna, photos[i]);
        }
        uint32_t index = turn < 2 ? (uint32_t)turn : 2;
        chunk_call(&world, anna, photos[6], index);
        EXPECT(anna->lack_count >= 3);
        EXPECT(is_asked(anna, photos[6]));
        world.sim.now.wall_ms += 600000;
    }
    for (size_t i = 0; i < PHOTOS; i++) {
        EXPECT(was_asked[i]);
    }
    tablet_deinit(anna);
    world_close(&world);
}

TEST(test_the_same_file_of_two_tablets_is_sent_once)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    struct tablet *bert = world_join(&world, "TWO");
    later(&world);
    struct str bytes = photo(&world, 2, 5000);
    add_evidence(anna, 1, bytes);
    talk(&world, anna);
    chunk_call(&world, anna, bytes, 0);
    add_evidence(bert, 2, bytes);
    talk(&world, bert);
    EXPECT_INT(0, bert->lack_count);
    EXPECT_INT(1, bert->held_count);
    tablet_deinit(anna);
    tablet_deinit(bert);
    world_close(&world);
}

TEST(test_a_wrong_whole_is_forgotten_and_asked_again)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    struct str bytes = photo(&world, 3, LIMIT_chunk_size + 10);
    add_evidence(anna, 1, bytes);
    talk(&world, anna);
    chunk_call(&world, anna, bytes, 0);
    /* The second piece is damaged before it is signed. */
    char *damaged = arena_copy(&world.arena, bytes.bytes, bytes.size);
    damaged[LIMIT_chunk_size + 3] ^= 1;
    struct chunk chunk = {
        .device_no = anna->device_no,
        .hash = chain_hash(bytes.bytes, bytes.size),
        .size = (uint32_t)bytes.size,
        .index = 1,
        .bytes = {(const uint8_t *)damaged + LIMIT_chunk_size, 10},
    };
    for (int round = 0; round < 2; round++) {
        struct wire_bytes envelope;
        EXPECT_INT(WIRE_ok, chunk_seal(&anna->arena, &chunk, &anna->keys, &anna->hq, &envelope));
        anna->request_tag = envelope_tag(envelope);
        EXPECT_INT(WIRE_ok, talk_once(&world, anna, envelope));
        EXPECT_INT(0, anna->held_count);
        if (round == 0) {
            EXPECT_INT(2, anna->lacks[0].chunks_count); /* both, at once */
            chunk_call(&world, anna, bytes, 0);
        }
    }
    EXPECT_INT(0, anna->lack_count); /* the second time an hour later: it costs the tablet */
    EXPECT_INT(2, talk_number(&world, "SELECT wrong_count FROM attachment"));
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM conflict WHERE kind = 105"));
    later(&world);
    talk(&world, anna);
    EXPECT_INT(1, anna->lack_count);
    chunk_call(&world, anna, bytes, 1);
    chunk_call(&world, anna, bytes, 0);
    EXPECT_INT(1, anna->held_count);
    expect_file(&world, bytes);
    tablet_deinit(anna);
    world_close(&world);
}

/* Goal: the build before this one kept the fact as it came and could not read it. */
TEST(test_a_photo_named_to_an_older_build_is_asked_for_after_a_rebuild)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    struct str bytes = photo(&world, 8, 900);
    add_evidence(anna, 1, bytes);
    talk(&world, anna);
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(os_path(&world.arena, world.folder, "hq.db"), &db,
                                          SQLITE_OPEN_READWRITE, page_sum_vfs));
    EXPECT_INT(SQLITE_OK, sqlite3_exec(db,
                                       "UPDATE event SET kind = 0 WHERE kind = 49;"
                                       "DELETE FROM evidence; DELETE FROM attachment;"
                                       "DELETE FROM attachment_feed",
                                       NULL, NULL, NULL));
    sqlite3_close(db);
    talk(&world, anna);
    EXPECT_INT(0, anna->lack_count);
    struct ingest_rebuilt rebuilt;
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(ingest_rebuild(world.store, world.sim.now.wall_ms, &rebuilt));
    EXPECT_OK(hq_commit(world.store));
    EXPECT_INT(1, rebuilt.read_again_count);
    talk(&world, anna);
    EXPECT_INT(1, anna->lack_count);
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM evidence WHERE case_no = 1"));
    tablet_deinit(anna);
    world_close(&world);
}

static struct vault_looked look(struct world *world, bool is_deep)
{
    struct vault_looked looked;
    EXPECT_OK(hq_begin(world->store));
    struct ingest *ingest = ingest_start(&world->arena, world->store, world->sim.now.wall_ms);
    EXPECT_OK(vault_look(ingest, world->folder, is_deep, &looked));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(world->store));
    return looked;
}

TEST(test_a_file_that_is_gone_or_rotten_is_asked_from_the_tablet_again)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    struct str bytes = photo(&world, 4, 6000);
    struct str other = photo(&world, 5, 7000);
    add_evidence(anna, 1, bytes);
    add_evidence(anna, 1, other);
    talk(&world, anna);
    EXPECT_INT(2, anna->lack_count);
    chunk_call(&world, anna, bytes, 0);
    chunk_call(&world, anna, other, 0);
    EXPECT_INT(0, anna->lack_count);
    EXPECT_INT(2, look(&world, true).whole_count);
    struct chain_hash hash = chain_hash(bytes.bytes, bytes.size);
    struct chain_hash other_hash = chain_hash(other.bytes, other.size);
    EXPECT_OK(os_file_remove(vault_path(&world.arena, world.folder, &hash, 6000)));
    const char *rotten = vault_path(&world.arena, world.folder, &other_hash, 7000);
    EXPECT_OK(os_file_write_at(rotten, 100, "rot", 3));
    EXPECT_INT(1, look(&world, false).missing_count); /* rot shows only to a deep look */
    EXPECT_INT(1, look(&world, true).rotten_count);
    EXPECT_INT(0, look(&world, true).whole_count);
    talk(&world, anna);
    EXPECT_INT(2, anna->lack_count);
    chunk_call(&world, anna, bytes, 0);
    chunk_call(&world, anna, other, 0);
    expect_file(&world, bytes);
    expect_file(&world, other);
    EXPECT_INT(2, look(&world, true).whole_count);
    tablet_deinit(anna);
    world_close(&world);
}

/* ---- safe ---- */

static struct backup make_backup(struct world *world, const char *folder, const char *name)
{
    struct backup backup;
    const char *path = os_path(&world->arena, folder, name);
    EXPECT_OK(backup_make(&world->arena, world->store, world->folder, path, world->sim.now.wall_ms,
                          &backup));
    EXPECT_OK(hq_begin(world->store));
    struct ingest *ingest = ingest_start(&world->arena, world->store, world->sim.now.wall_ms);
    EXPECT_OK(backup_record(ingest, &backup));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(world->store));
    return backup;
}

TEST(test_a_verified_backup_makes_facts_and_photos_safe_and_tells_the_tablet)
{
    struct world world;
    world_open(&world);
    char *other = field_folder(&world.arena);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    struct str bytes = photo(&world, 6, 9000);
    add_evidence(anna, 1, bytes);
    world_add_visit(anna, 1);
    talk(&world, anna);
    chunk_call(&world, anna, bytes, 0);
    talk(&world, anna);
    EXPECT_INT(0, anna->safe_seq);
    struct backup backup = make_backup(&world, other, "monday.db");
    EXPECT_INT(1, backup.attachment_count);
    EXPECT_INT(0, backup.missing_count);
    EXPECT_INT(WORLD_CASES + 2, backup.fact_count);
    world_add_visit(anna, 1);
    size_t held_count = anna->held_count;
    talk(&world, anna);
    EXPECT_INT(3, anna->stored_seq);
    EXPECT_INT(2, anna->safe_seq); /* not the one that came after the copy */
    EXPECT_INT(held_count + 1, anna->held_count);
    EXPECT_INT(RECEIPT_LEVEL_safe, anna->held.level);
    talk(&world, anna);
    EXPECT_INT(held_count + 1, anna->held_count);
    /* The copy starts as a headquarters, and its photos are beside it. */
    struct chain_hash hash = chain_hash(bytes.bytes, bytes.size);
    struct str copied;
    EXPECT_OK(vault_file_read(&world.arena, other, &hash, 9000, &copied));
    struct hq_store *copy = NULL;
    EXPECT_OK(hq_store_open_copy(&copy, os_path(&world.arena, other, "monday.db")));
    hq_store_close(copy);
    backup = make_backup(&world, other, "tuesday.db");
    EXPECT_INT(1, backup.attachment_count);
    talk(&world, anna);
    EXPECT_INT(3, anna->safe_seq);
    field_folder_remove(other);
    tablet_deinit(anna);
    world_close(&world);
}

/* The same for a backup that headquarters itself cannot open: photos too lie there sealed, under
 * another name for each recovery key, and come back for its holder. */
TEST(test_a_sealed_backup_makes_photos_safe_and_shows_none)
{
    struct world world;
    struct sealed_public to[2];
    struct sealed_secret secrets[2];
    world_open(&world);
    char *other = field_folder(&world.arena);
    char *restored = field_folder(&world.arena);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    struct str bytes = photo(&world, 6, 9000);
    struct chain_hash hash = chain_hash(bytes.bytes, bytes.size);
    add_evidence(anna, 1, bytes);
    talk(&world, anna);
    chunk_call(&world, anna, bytes, 0);
    talk(&world, anna);
    for (int i = 0; i < 2; i++) {
        struct backup backup;
        sealed_pair_make(&to[i], &secrets[i]);
        const char *path = os_path(&world.arena, other, i == 0 ? "a.db" : "b.db");
        EXPECT_OK(backup_make_sealed(&world.arena, world.store, world.folder, path, &to[i],
                                     world.sim.now.wall_ms, &backup));
        EXPECT_ERR(ERR_exists,
                   backup_make_sealed(&world.arena, world.store, world.folder, path, &to[i],
                                      world.sim.now.wall_ms, &(struct backup){0}));
        EXPECT_ERR(ERR_busy, backup_make_sealed(&world.arena, world.store, world.folder,
                                                os_path(&world.arena, other, "c.db"), &to[i],
                                                world.sim.now.wall_ms, &(struct backup){0}));
        EXPECT_INT(1, backup.attachment_count);
        EXPECT_INT(0, backup.missing_count);
        EXPECT(sealed_file_is(path));
        EXPECT_OK(hq_begin(world.store));
        struct ingest *ingest = ingest_start(&world.arena, world.store, world.sim.now.wall_ms);
        EXPECT_OK(backup_record(ingest, &backup));
        EXPECT_OK(ingest_finish(ingest));
        EXPECT_OK(hq_commit(world.store));
        EXPECT_OK(backup_forget(&backup));
        EXPECT(!os_file_exists(backup.copy));
    }
    size_t held_count = anna->held_count;
    talk(&world, anna);
    EXPECT_INT(held_count + 1, anna->held_count);
    EXPECT_INT(RECEIPT_LEVEL_safe, anna->held.level);
    struct str copied;
    EXPECT_ERR(ERR_not_found, vault_file_read(&world.arena, other, &hash, 9000, &copied));
    for (int i = 0; i < 2; i++) {
        EXPECT_OK(vault_file_unseal(other, restored, &hash, 9000, &secrets[i]));
        EXPECT_OK(vault_file_read(&world.arena, restored, &hash, 9000, &copied));
        EXPECT(str_equal(bytes, copied));
    }
    struct sealed_secret strange;
    sealed_pair_make(&to[0], &strange);
    EXPECT_ERR(ERR_not_found, vault_file_unseal(other, restored, &hash, 9000, &strange));
    field_folder_remove(other);
    field_folder_remove(restored);
    tablet_deinit(anna);
    world_close(&world);
}

/* Goal: a copy beside the database, its folder written in another way, has the very files of
 * headquarters for its photos: one place is not two. */
TEST(test_a_backup_in_its_own_folder_makes_no_photo_safe)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    struct str bytes = photo(&world, 6, 9000);
    add_evidence(anna, 1, bytes);
    talk(&world, anna);
    chunk_call(&world, anna, bytes, 0);
    talk(&world, anna);
    struct backup backup =
        make_backup(&world, str_format(&world.arena, "%s/.", world.folder), "here.db");
    EXPECT_INT(0, backup.attachment_count);
    EXPECT_INT(1, backup.missing_count);
    size_t held_count = anna->held_count;
    talk(&world, anna);
    EXPECT_INT(held_count, anna->held_count);
    EXPECT_INT(RECEIPT_LEVEL_stored, anna->held.level);
    tablet_deinit(anna);
    world_close(&world);
}

TEST(test_a_backup_that_overwrites_or_cannot_be_read_again_is_none)
{
    struct world world;
    world_open(&world);
    char *other = field_folder(&world.arena);
    struct backup backup = make_backup(&world, other, "a.db");
    EXPECT_ERR(ERR_exists,
               backup_make(&world.arena, world.store, world.folder, backup.path, 1, &backup));
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    world_add_visit(anna, 1);
    talk(&world, anna);
    /* A journal whose end does not fit its strand, as a broken disk leaves it. */
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(os_path(&world.arena, world.folder, "hq.db"), &db,
                                          SQLITE_OPEN_READWRITE, page_sum_vfs));
    EXPECT_INT(SQLITE_OK,
               sqlite3_exec(db, "UPDATE strand SET link = zeroblob(32) WHERE device_no = 1", NULL,
                            NULL, NULL));
    sqlite3_close(db);
    const char *path = os_path(&world.arena, other, "b.db");
    EXPECT_ERR(ERR_corrupt, backup_make(&world.arena, world.store, world.folder, path, 1, &backup));
    EXPECT(!os_file_exists(path));
    field_folder_remove(other);
    tablet_deinit(anna);
    world_close(&world);
}

/* Goal: headquarters goes back to a backup; alarms, photos and facts since then all come
 * again from the tablet. */
TEST(test_after_a_restore_alarms_and_photos_come_back)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    world_add_visit(anna, 1);
    talk(&world, anna);
    const char *copy = talk_copy(&world, "copy.db");
    struct str bytes = photo(&world, 7, PHOTO_SIZE);
    add_evidence(anna, 1, bytes);
    uint64_t seq = add_alarm(anna);
    EXPECT_INT(WIRE_ok, alarm_call(&world, anna, seq));
    talk(&world, anna);
    for (uint32_t i = 0; i < 4; i++) {
        chunk_call(&world, anna, bytes, i);
    }
    talk_restore(&world, copy);
    struct chain_hash hash = chain_hash(bytes.bytes, bytes.size);
    EXPECT_INT(0, talk_number(&world, "SELECT count(*) FROM alarm"));
    talk(&world, anna);
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM alarm"));
    EXPECT_INT(1, anna->lack_count);
    chunk_call(&world, anna, bytes, 0); /* the file is on the disk: one piece is enough */
    EXPECT_INT(RECEIPT_LEVEL_stored, anna->held.level);
    EXPECT_INT(0, anna->lack_count);
    EXPECT_OK(os_file_remove(vault_path(&world.arena, world.folder, &hash, PHOTO_SIZE)));
    EXPECT_INT(1, look(&world, false).missing_count);
    talk(&world, anna);
    EXPECT_INT(4, anna->lacks[0].chunks_count);
    for (uint32_t i = 0; i < 4; i++) {
        chunk_call(&world, anna, bytes, i);
    }
    expect_file(&world, bytes);
    tablet_deinit(anna);
    world_close(&world);
}

/* ---- clocks ---- */

/* Goal: a clock in the year 2038 for a day poisons nothing. */
TEST(test_a_clock_in_2038_for_a_day_orders_nothing_wrongly)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    struct tablet *bert = world_join(&world, "TWO");
    later(&world);
    int64_t far_ms = INT64_C(2147483647000);
    ds_Event waiver = field_waiver(1, 1, far_ms);
    field_chain_add(&anna->chain, &waiver);
    ds_Event visit = field_visit(1, 1, far_ms + 60000, OUTCOME_refused_to_pay);
    field_chain_add(&anna->chain, &visit);
    talk(&world, anna);
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM conflict WHERE kind = 103"));
    later(&world);
    ds_Event decided = ds_Event_init_zero;
    decided.at_ms = (uint64_t)world.sim.now.wall_ms;
    decided.case_no = 1;
    decided.which_kind = ds_Event_arrangement_decided_tag;
    memcpy(decided.kind.arrangement_decided.target, anna->chain.ids[0].bytes, 16);
    decided.kind.arrangement_decided.decision = DECISION_approved;
    decided.kind.arrangement_decided.reason = DECISION_REASON_within_policy;
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(ingest_own_one(&world.arena, world.store, &decided, world.sim.now.wall_ms, NULL));
    EXPECT_OK(hq_commit(world.store));
    talk(&world, anna);
    EXPECT_INT(ARRANGEMENT_STATE_active, tablet_row(anna, 1)->state.arrangements[0].state);
    /* Right again: what anna does now comes after, and so does what bert does later. */
    later(&world);
    visit = field_visit(1, 1, world.sim.now.wall_ms - 60000, OUTCOME_refused_to_pay);
    field_chain_add(&anna->chain, &visit);
    talk(&world, anna);
    visit = field_visit(2, 1, world.sim.now.wall_ms - 30000, OUTCOME_refused_to_pay);
    field_chain_add(&bert->chain, &visit);
    talk(&world, bert);
    EXPECT_INT(1,
               talk_number(&world, "SELECT (SELECT order_at_ms FROM event WHERE device_no = 2) > "
                                   "(SELECT max(order_at_ms) FROM event WHERE device_no = 1)"));
    EXPECT_INT(0, talk_number(&world, "SELECT count(*) FROM event WHERE device_no > 0 AND "
                                      "order_at_ms > received_at_ms"));
    EXPECT_INT(1, talk_number(&world, "SELECT count(*) FROM conflict WHERE kind = 103"));
    /* Where it happened in time is known to lie before its arrival. */
    EXPECT_INT(0, talk_number(&world, "SELECT count(*) FROM event WHERE device_no > 0 AND "
                                      "true_until_ms > received_at_ms"));
    tablet_deinit(anna);
    tablet_deinit(bert);
    world_close(&world);
}

TEST(test_headquarters_own_clock_set_back_decides_after_what_it_knew)
{
    struct world world;
    world_open(&world);
    struct tablet *anna = world_join(&world, "ONE");
    later(&world);
    ds_Event waiver = field_waiver(1, 1, world.sim.now.wall_ms - 1000);
    field_chain_add(&anna->chain, &waiver);
    talk(&world, anna);
    world.sim.now.wall_ms -= 3600000;
    ds_Event decided = ds_Event_init_zero;
    decided.case_no = 1;
    decided.which_kind = ds_Event_arrangement_decided_tag;
    memcpy(decided.kind.arrangement_decided.target, anna->chain.ids[0].bytes, 16);
    decided.kind.arrangement_decided.decision = DECISION_approved;
    decided.kind.arrangement_decided.reason = DECISION_REASON_within_policy;
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(ingest_own_one(&world.arena, world.store, &decided, world.sim.now.wall_ms, NULL));
    EXPECT_OK(hq_commit(world.store));
    talk(&world, anna);
    EXPECT_INT(ARRANGEMENT_STATE_active, tablet_row(anna, 1)->state.arrangements[0].state);
    tablet_deinit(anna);
    world_close(&world);
}
