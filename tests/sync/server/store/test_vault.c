/* Attachments on a disk that may lose power at any write: what is marked is there, and the
 * whole is right or not there. */
#include "sync/server/store/vault.h"

#include "core/os/os.h"
#include "tests/sim/disk.h"
#include "tests/sync/server/store/filled.h"

static const char FOLDER[] = "/hq";
enum { CHUNKS = 4, SIZE = 3 * LIMIT_chunk_size + 77 };

struct photo {
    struct str bytes;
    struct chain_hash hash;
};

static struct photo photo_make(struct arena *arena)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 99);
    char *bytes = arena_alloc(arena, SIZE);
    rng_fill(&rng, bytes, SIZE);
    return (struct photo){{bytes, SIZE}, chain_hash(bytes, SIZE)};
}

static struct disk *disk_fresh(uint64_t seed)
{
    static bool is_registered;
    if (!is_registered) {
        disk_vfs_register();
        is_registered = true;
    }
    disks_reset();
    disk_vfs_restart(seed);
    return disks_add("hq", seed);
}

/* Headquarters with tablet 1, whose one fact names the photo. */
static void fill(struct arena *arena, const struct photo *photo)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, true));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(arena, store, FIELD_AT_MS);
    ds_CaseRecord record = field_record(1);
    EXPECT_OK(ingest_case(ingest, &record, 0));
    EXPECT_OK(ingest_finish(ingest));
    filled_tablet(store, 1);
    EXPECT_OK(hq_commit(store));
    struct field_chain chain;
    field_chain_init(&chain, arena, 1, 1);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS, 0);
    event.which_kind = ds_Event_evidence_attached_tag;
    event.kind.evidence_attached = (ds_EvidenceAttached){.size = SIZE, .evidence = 1, .media = 1};
    memcpy(event.kind.evidence_attached.hash, photo->hash.bytes, sizeof photo->hash.bytes);
    field_chain_add(&chain, &event);
    filled_send(arena, store, &chain, 1, 1, FIELD_AT_MS + 1000);
    hq_store_close(store);
}

static enum err take(struct hq_store *store, const struct photo *photo, uint32_t index,
                     enum vault_answer *answer_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    size_t at = (size_t)index * LIMIT_chunk_size;
    const struct vault_chunk chunk = {
        .device_no = 1,
        .hash = photo->hash,
        .size = SIZE,
        .index = index,
        .bytes = {photo->bytes.bytes + at, index + 1 < CHUNKS ? LIMIT_chunk_size : SIZE - at},
    };
    enum err err = hq_begin(store);
    if (err == OK) {
        struct ingest *ingest = ingest_start(&arena, store, FIELD_AT_MS + 2000);
        err = vault_take(ingest, FOLDER, &chunk, answer_out);
        enum err finish_err = ingest_finish(ingest);
        err = err != OK ? err : finish_err;
    }
    if (err == OK) {
        err = hq_commit(store);
    } else {
        hq_rollback(store);
    }
    arena_deinit(&arena);
    return err;
}

/* Sends what is asked for until nothing is; how many pieces that took. */
static enum err send_lacking(struct arena *arena, struct hq_store *store, const struct photo *photo,
                             size_t *sent_out)
{
    *sent_out = 0;
    for (;;) {
        struct vault_lack *lacks = NULL;
        size_t count = 0;
        TRY(vault_lacks(arena, store, FOLDER, 1, FIELD_AT_MS + 3000, NULL, &lacks, &count));
        if (count == 0) {
            return OK;
        }
        EXPECT(*sent_out < 3 * CHUNKS);
        (*sent_out)++;
        enum vault_answer answer = VAULT_not_asked;
        TRY(take(store, photo, lacks[0].chunks[lacks[0].chunk_count - 1], &answer));
        EXPECT(answer == VAULT_taken || answer == VAULT_whole);
    }
}

/* Goal: power goes at every write while a photo comes in. Method: as for the upgrade; after
 * each cut what is asked for again completes it, and it costs no more than the pieces that
 * were not marked. */
TEST(test_power_may_go_at_every_write_of_a_photo)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct photo photo = photo_make(&arena);
    struct disk *disk = disk_fresh(1);
    fill(&arena, &photo);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, false));
    uint64_t before = disk->step_count;
    size_t sent = 0;
    EXPECT_OK(send_lacking(&arena, store, &photo, &sent));
    EXPECT_INT(CHUNKS, sent);
    uint64_t step_count = disk->step_count - before;
    hq_store_close(store);
    EXPECT(step_count > 12);
    size_t cut_count = 0;
    for (uint64_t step = 1; step <= step_count; step++) {
        struct arena own;
        arena_init(&own, 0);
        disk = disk_fresh(1000 + step);
        fill(&own, &photo);
        EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, false));
        disk->faults.cut_at = disk->step_count + step;
        enum err err = send_lacking(&own, store, &photo, &sent);
        cut_count += err != OK;
        hq_store_close(store);
        disk_stop(disk, true);
        disk_start(disk);
        EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, false));
        size_t again = 0;
        EXPECT_OK(send_lacking(&own, store, &photo, &again));
        EXPECT(sent + again <= CHUNKS + 1); /* the piece that was on its way, at most */
        struct str bytes;
        EXPECT_OK(vault_file_read(&own, FOLDER, &photo.hash, SIZE, &bytes));
        EXPECT(memcmp(bytes.bytes, photo.bytes.bytes, SIZE) == 0);
        struct vault_held held;
        EXPECT_OK(vault_find(store, &photo.hash, SIZE, &held));
        EXPECT_INT(1, held.level);
        hq_store_close(store);
        arena_deinit(&own);
    }
    EXPECT(cut_count > 10);
    arena_deinit(&arena);
}

/* Goal: a fleet that was asked for photos while there was room does not fill the disk with
 * them: facts need it. */
TEST(test_photos_stop_before_the_disk_is_full)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct photo photo = photo_make(&arena);
    struct disk *disk = disk_fresh(6);
    fill(&arena, &photo);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, false));
    enum vault_answer answer = VAULT_taken;
    EXPECT_OK(take(store, &photo, 0, &answer));
    EXPECT_INT(VAULT_taken, answer);
    disk->is_nearly_full = true;
    EXPECT_OK(take(store, &photo, 1, &answer));
    EXPECT_INT(VAULT_no_room, answer);
    EXPECT_OK(take(store, &photo, 0, &answer)); /* nothing is written for it */
    EXPECT_INT(VAULT_had, answer);
    disk->is_nearly_full = false;
    size_t sent = 0;
    EXPECT_OK(send_lacking(&arena, store, &photo, &sent));
    EXPECT_INT(CHUNKS - 1, sent);
    hq_store_close(store);
    arena_deinit(&arena);
}

TEST(test_a_full_disk_stops_photos_and_nothing_else)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct photo photo = photo_make(&arena);
    struct disk *disk = disk_fresh(5);
    fill(&arena, &photo);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, FOLDER, HQ_ACCESS_write, false));
    enum vault_answer answer = VAULT_taken;
    EXPECT_OK(take(store, &photo, 0, &answer));
    EXPECT_INT(VAULT_taken, answer);
    disk->faults.full_at = disk->step_count + 1;
    EXPECT_OK(take(store, &photo, 1, &answer)); /* the transaction goes on: it may hold facts */
    EXPECT_INT(VAULT_no_room, answer);
    disk->faults.full_at = 0;
    disk->is_full = false;
    size_t sent = 0;
    EXPECT_OK(send_lacking(&arena, store, &photo, &sent));
    EXPECT_INT(CHUNKS - 1, sent);
    hq_store_close(store);
    arena_deinit(&arena);
}
