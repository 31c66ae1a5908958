/* tests/sim/oracle.c -- what was promised to collectors, held against what is there. */
#include "tests/sim/oracle_parts.h"

#include "sync/proto/layout.h"
#include "sync/server/store/vault.h"

#include <stdlib.h>

void oracle_init(struct oracle *oracle)
{
    arena_init(&oracle->arena, 0);
    oracle->bucket_count = 1024;
    oracle->buckets = calloc(oracle->bucket_count, sizeof(uint32_t));
    CHECK(oracle->buckets != NULL);
}

void oracle_free(struct oracle *oracle)
{
    arena_deinit(&oracle->arena);
    free(oracle->facts);
    free(oracle->buckets);
}

static size_t bucket_of(const struct oracle *oracle, const struct id *id)
{
    uint64_t hash;
    memcpy(&hash, id->bytes, sizeof hash);
    return (size_t)(hash % oracle->bucket_count);
}

struct seen_fact *oracle_fact(struct oracle *oracle, const struct id *id)
{
    uint32_t at = oracle->buckets[bucket_of(oracle, id)];
    while (at != 0 && !id_equal(&oracle->facts[at - 1].id, id)) {
        at = oracle->facts[at - 1].next;
    }
    return at == 0 ? NULL : &oracle->facts[at - 1];
}

static void rehash(struct oracle *oracle)
{
    oracle->bucket_count *= 4;
    free(oracle->buckets);
    oracle->buckets = calloc(oracle->bucket_count, sizeof(uint32_t));
    CHECK(oracle->buckets != NULL);
    for (size_t i = 0; i < oracle->count; i++) {
        uint32_t *bucket = &oracle->buckets[bucket_of(oracle, &oracle->facts[i].id)];
        oracle->facts[i].next = *bucket;
        *bucket = (uint32_t)i + 1;
    }
}

static uint32_t fact_add(struct oracle *oracle, const struct store_record *record,
                         uint32_t device_no, uint32_t person_no)
{
    struct seen_fact *known = oracle_fact(oracle, &record->id);
    if (known != NULL) {
        known->holder_count++;
        known->is_lost_legally = false;
        return (uint32_t)(known - oracle->facts) + 1;
    }
    if (oracle->count == oracle->capacity) {
        oracle->capacity = oracle->capacity == 0 ? 512 : oracle->capacity * 2;
        oracle->facts = realloc(oracle->facts, oracle->capacity * sizeof(struct seen_fact));
        CHECK(oracle->facts != NULL);
    }
    if (oracle->count > oracle->bucket_count) {
        rehash(oracle);
    }
    struct seen_fact *fact = &oracle->facts[oracle->count++];
    *fact = (struct seen_fact){
        .id = record->id,
        .body = {arena_copy(&oracle->arena, record->body.bytes, record->body.size),
                 record->body.size},
        .device_no = device_no,
        .person_no = person_no,
        .seq = record->seq,
        .case_no = record->case_no,
        .kind = record->kind,
        .holder_count = 1,
    };
    uint32_t *bucket = &oracle->buckets[bucket_of(oracle, &fact->id)];
    fact->next = *bucket;
    *bucket = (uint32_t)oracle->count;
    return (uint32_t)oracle->count;
}

static void mirror_add(struct tablet *tablet, const struct store_record *record)
{
    if (tablet->mirror_count == tablet->mirror_capacity) {
        size_t more = tablet->mirror_capacity * 2;
        tablet->mirror_capacity = more < TABLET_MIRROR_FIRST ? TABLET_MIRROR_FIRST : more;
        tablet->mirror = realloc(tablet->mirror, tablet->mirror_capacity * sizeof(uint32_t));
        CHECK(tablet->mirror != NULL);
    }
    tablet->mirror[tablet->mirror_count++] =
        fact_add(&tablet->world->oracle, record, tablet->journey.device_no, tablet->person_no);
}

void oracle_read(struct tablet *tablet)
{
    MEMORY_OF(NULL);
    struct store_records records;
    enum err err = store_journal_read(tablet->store, &tablet->task, tablet->mirror_count, SIZE_MAX,
                                      SIZE_MAX, &records);
    if (!tablet_after(tablet, err) || err != OK) {
        return;
    }
    for (size_t i = 0; i < records.count; i++) {
        if (records.items[i].seq != tablet->mirror_count + 1) {
            world_fail(tablet->world, "tablet %u: its journal has a gap at %zu",
                       (unsigned)tablet->index, tablet->mirror_count + 1);
            return;
        }
        mirror_add(tablet, &records.items[i]);
    }
}

void oracle_started(struct tablet *tablet)
{
    MEMORY_OF(NULL);
    uint64_t last_seq = 0;
    bool is_new = tablet->journey.device_no == 0;
    if (is_new && tablet->is_rotten) {
        tablet_restore(tablet); /* it does not even know that it was enrolled */
    }
    if (is_new) {
        return;
    }
    enum err err = store_journal_last(tablet->store, &last_seq, NULL, NULL);
    if (!tablet_after(tablet, err) || err != OK) {
        return;
    }
    uint64_t told_seq =
        tablet->told_seq > tablet->mirror_count ? tablet->told_seq : tablet->mirror_count;
    if (last_seq < told_seq && tablet->is_rotten) {
        tablet_restore(tablet); /* somebody sees that his visit is gone */
        return;
    }
    if (last_seq < told_seq) {
        world_fail(tablet->world,
                   "tablet %u: LOST: %llu facts were said to be saved, %llu are there after a "
                   "start",
                   (unsigned)tablet->index, (unsigned long long)told_seq,
                   (unsigned long long)last_seq);
        return;
    }
    tablet->told_seq = 0;
    struct store_records records;
    if (tablet->mirror_count > 0) {
        size_t at = tablet->mirror_count - 1;
        err = store_journal_read(tablet->store, &tablet->task, at, 1, SIZE_MAX, &records);
        if (!tablet_after(tablet, err) || err != OK) {
            return;
        }
        const struct seen_fact *fact = &tablet->world->oracle.facts[tablet->mirror[at] - 1];
        if (records.count != 1 || !str_equal(records.items[0].body, fact->body)) {
            world_fail(tablet->world, "tablet %u: LOST: fact %zu is another one after a start",
                       (unsigned)tablet->index, at + 1);
            return;
        }
    }
    oracle_read(tablet);
}

void oracle_forget_tablet(struct tablet *tablet, size_t kept_count)
{
    struct oracle *oracle = &tablet->world->oracle;
    for (size_t i = kept_count; i < tablet->mirror_count; i++) {
        struct seen_fact *fact = &oracle->facts[tablet->mirror[i] - 1];
        fact->holder_count--;
        fact->is_lost_legally = fact->holder_count == 0;
    }
    tablet->mirror_count = kept_count < tablet->mirror_count ? kept_count : tablet->mirror_count;
    tablet->told_seq = 0;
}

void oracle_hq_restored(struct world *world, uint64_t backup_at)
{
    world->oracle.hq_restored_at = world->number;
    for (size_t i = 0; i < world->oracle.count; i++) {
        struct seen_fact *fact = &world->oracle.facts[i];
        if (fact->confirmed_at > backup_at) {
            fact->confirmed_at = 0;
        }
    }
    for (size_t i = 0; i < world->tablet_count; i++) {
        world->tablets[i].confirmed_seq = 0; /* what is said from now on is checked again */
        world->tablets[i].is_excused = true;
    }
}

static bool is_in(struct hq_store *store, const struct seen_fact *fact, bool *is_same_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_event_by_id);
    hq_bind_i64(&query, "$case_no", (int64_t)fact->case_no);
    hq_bind_id(&query, "$id", &fact->id);
    bool has_row = hq_next(&query);
    *is_same_out = has_row && str_equal(hq_text(&query, 7), fact->body);
    return hq_end(&query) == OK && has_row;
}

bool oracle_is_at_hq(struct world *world, const struct seen_fact *fact, bool *is_same_out)
{
    return is_in(world->hq.store, fact, is_same_out);
}

void oracle_backup(struct world *world, const char *path)
{
    MEMORY_OF(NULL);
    struct hq_store *copy = NULL;
    if (hq_store_open_copy(&copy, path) != OK) {
        world_fail(world, "a backup that was called good cannot be read");
        return;
    }
    for (size_t i = 0; i < world->oracle.count && !world->has_failed; i++) {
        const struct seen_fact *fact = &world->oracle.facts[i];
        bool is_same = false;
        if (is_in(copy, fact, &is_same) && !is_same) {
            world_fail(world,
                       "a backup was called good, and fact %llu of device %u has another body",
                       (unsigned long long)fact->seq, (unsigned)fact->device_no);
        }
    }
    hq_store_close(copy);
}

/* `is_anew`: not only what is new. */
static void check_confirmed(struct tablet *tablet, uint64_t from_seq, uint64_t until_seq)
{
    struct world *world = tablet->world;
    for (uint64_t seq = from_seq + 1; seq <= until_seq && !world->hq.disk->is_off; seq++) {
        struct seen_fact *fact = &world->oracle.facts[tablet->mirror[seq - 1] - 1];
        bool is_same = false;
        bool is_there = oracle_is_at_hq(world, fact, &is_same);
        if (world->hq.disk->is_off || (!is_there && world->hq.disk->faults.read_fail_at != 0)) {
            return;
        }
        world->counts.checks++;
        if ((!is_there || !is_same) && hq_notice(&world->hq)) {
            return;
        }
        if (!is_there && !tablet->is_excused) {
            world_fail(world,
                       "tablet %u shows fact %llu (device %u) as at headquarters, which does "
                       "not have it",
                       (unsigned)tablet->index, (unsigned long long)seq, (unsigned)fact->device_no);
            return;
        }
        if (is_there && !is_same) {
            world_fail(world, "fact %llu of tablet %u is at headquarters with another body",
                       (unsigned long long)seq, (unsigned)tablet->index);
            return;
        }
        if (is_there) {
            fact->confirmed_at = world->number;
        }
    }
}

void oracle_confirmed(struct tablet *tablet)
{
    MEMORY_OF(NULL);
    struct world *world = tablet->world;
    struct store_outbox outbox;
    enum err err = store_outbox_read(tablet->store, &outbox);
    if (!tablet_after(tablet, err) || err != OK || !tablet->is_app_up) {
        return;
    }
    if (outbox.stored_seq < tablet->confirmed_seq) {
        tablet->confirmed_seq = outbox.stored_seq; /* headquarters asked again */
        tablet->is_excused = false;
    }
    if (outbox.stored_seq > tablet->mirror_count) {
        world_fail(world, "tablet %u: more is confirmed than captured", (unsigned)tablet->index);
        return;
    }
    if (!world->hq.is_up) {
        return; /* looked at when it is back */
    }
    check_confirmed(tablet, tablet->confirmed_seq, outbox.stored_seq);
    (void)hq_after(&world->hq);
    if (world->hq.is_up) {
        tablet->confirmed_seq = outbox.stored_seq;
    }
}

/* After headquarters came back: whatever any tablet shows as there is there. */
void oracle_all_confirmed(struct world *world)
{
    MEMORY_OF(NULL);
    for (size_t i = 0; i < world->tablet_count && world->hq.is_up; i++) {
        struct tablet *tablet = &world->tablets[i];
        check_confirmed(tablet, 0, tablet->confirmed_seq);
        (void)hq_after(&world->hq);
    }
}

void oracle_sealed(struct tablet *tablet)
{
    MEMORY_OF(NULL);
    struct world *world = tablet->world;
    struct arena_mark mark = arena_mark(&tablet->task);
    struct store_outbox outbox;
    struct store_envelope *envelopes = NULL;
    size_t count = 0;
    enum err err = store_outbox_read(tablet->store, &outbox);
    if (err == OK) {
        err = store_outbox_envelopes(tablet->store, &tablet->task, &envelopes, &count);
    }
    if (err != OK || tablet->disk->is_off) {
        arena_rollback(&tablet->task, mark);
        (void)tablet_after(tablet, err);
        return;
    }
    uint64_t reach_seq = outbox.stored_seq; /* without a gap */
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            bool is_next = envelopes[j].first_seq <= reach_seq + 1;
            reach_seq =
                is_next && envelopes[j].last_seq > reach_seq ? envelopes[j].last_seq : reach_seq;
        }
        char path[128];
        snprintf(path, sizeof path, LAYOUT_SPOOL "/" LAYOUT_OUT "/%s", envelopes[i].name);
        const struct disk_file *file = disk_find(tablet->disk, path);
        if (file == NULL || !file->exists) {
            world_fail(world, "tablet %u: facts to %llu count as sealed in %s, which is gone",
                       (unsigned)tablet->index, (unsigned long long)envelopes[i].last_seq,
                       envelopes[i].name);
        }
    }
    if (outbox.sealed_seq > reach_seq) {
        world_fail(world, "tablet %u: facts to %llu count as sealed, its envelopes end at %llu",
                   (unsigned)tablet->index, (unsigned long long)outbox.sealed_seq,
                   (unsigned long long)reach_seq);
    }
    arena_rollback(&tablet->task, mark);
}

bool oracle_is_heard(struct world *world, const struct id *id)
{
    struct hq_query query = hq_query(world->hq.store, SQL_HQ_alarm_get);
    hq_bind_id(&query, "$id", id);
    bool has_row = hq_next(&query);
    return hq_end(&query) == OK && has_row;
}

void oracle_heard(struct tablet *tablet)
{
    MEMORY_OF(NULL);
    struct world *world = tablet->world;
    struct store_alarm *alarms = NULL;
    struct store_attachment *attachments = NULL;
    size_t alarm_count = 0;
    size_t count = 0;
    enum err err = store_alarm_list(tablet->store, &tablet->task, false, &alarms, &alarm_count);
    if (err == OK) {
        err = store_attachment_list(tablet->store, &tablet->task, &attachments, &count);
    }
    if (!tablet_after(tablet, err) || err != OK || !world->hq.is_up || tablet->is_excused) {
        return;
    }
    for (size_t i = 0; i < alarm_count; i++) {
        bool is_there = alarms[i].state == ALARM_unheard || oracle_is_heard(world, &alarms[i].id);
        if (!is_there && !world->hq.disk->is_off && world->hq.disk->faults.read_fail_at == 0) {
            world_fail(world, "tablet %u shows alarm %llu as heard, which headquarters has not",
                       (unsigned)tablet->index, (unsigned long long)alarms[i].seq);
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct vault_held held = {0};
        if (attachments[i].state < ATTACHMENT_held || world->hq.disk->is_off ||
            world->hq.disk->faults.read_fail_at != 0) {
            continue;
        }
        err = vault_find(world->hq.store, &attachments[i].hash, attachments[i].size, &held);
        if (err != OK || held.level == 0) {
            world_fail(world, "tablet %u shows an attachment as held that headquarters has not: %s",
                       (unsigned)tablet->index, err_name(err));
        }
    }
    arena_reset(&tablet->task);
    (void)hq_after(&world->hq);
}
