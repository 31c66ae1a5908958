/* tests/sim/oracle.c -- what was promised to collectors, held against what is there. */
#include "tests/sim/world.h"

#include "sync/proto/layout.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/vault.h"
#include "tests/sim/fold_alone.h"

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

static struct seen_fact *fact_find(struct oracle *oracle, const struct id *id)
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
    struct seen_fact *known = fact_find(oracle, &record->id);
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

static bool is_at_hq(struct world *world, const struct seen_fact *fact, bool *is_same_out)
{
    return is_in(world->hq.store, fact, is_same_out);
}

void oracle_backup(struct world *world, const char *path)
{
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
        bool is_there = is_at_hq(world, fact, &is_same);
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
    for (size_t i = 0; i < world->tablet_count && world->hq.is_up; i++) {
        struct tablet *tablet = &world->tablets[i];
        check_confirmed(tablet, 0, tablet->confirmed_seq);
        (void)hq_after(&world->hq);
    }
}

void oracle_sealed(struct tablet *tablet)
{
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

static bool is_alarm_heard(struct world *world, const struct id *id)
{
    struct hq_query query = hq_query(world->hq.store, SQL_HQ_alarm_get);
    hq_bind_id(&query, "$id", id);
    bool has_row = hq_next(&query);
    return hq_end(&query) == OK && has_row;
}

void oracle_heard(struct tablet *tablet)
{
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
        bool is_there = alarms[i].state == ALARM_unheard || is_alarm_heard(world, &alarms[i].id);
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

/* ---- in the end ---- */

/* Every alarm reached somebody, and every photo whose tablet still has it is there whole. */
static void check_nothing_unheard(struct world *world, struct arena *arena)
{
    ds_Event *event = ARENA_NEW(arena, ds_Event);
    for (size_t i = 0; i < world->oracle.count && !world->has_failed; i++) {
        const struct seen_fact *fact = &world->oracle.facts[i];
        if (fact->is_lost_legally || fact->kind != EVENT_safety_incident ||
            event_decode(event, (const uint8_t *)fact->body.bytes, fact->body.size) != OK) {
            continue;
        }
        if (store_is_alarm(event) && !is_alarm_heard(world, &fact->id)) {
            world_fail(world, "alarm %llu of device %u reached nobody",
                       (unsigned long long)fact->seq, (unsigned)fact->device_no);
        }
    }
    for (size_t i = 0; i < world->tablet_count && !world->has_failed; i++) {
        struct tablet *tablet = &world->tablets[i];
        struct store_attachment *attachments = NULL;
        size_t count = 0;
        CHECK(store_attachment_list(tablet->store, &tablet->task, &attachments, &count) == OK);
        for (size_t j = 0; j < count && !world->has_failed; j++) {
            struct str bytes;
            enum err err = vault_file_read(&tablet->task, "/hq", &attachments[j].hash,
                                           attachments[j].size, &bytes);
            if (err != OK && !attachments[j].is_missing) {
                world_fail(world, "an attachment of tablet %u is not at headquarters: %s",
                           (unsigned)tablet->index, err_name(err));
            }
        }
        arena_reset(&tablet->task);
    }
}

/* Everything that was accepted is at headquarters, byte for byte. */
static void check_nothing_lost(struct world *world)
{
    for (size_t i = 0; i < world->oracle.count && !world->has_failed; i++) {
        const struct seen_fact *fact = &world->oracle.facts[i];
        bool is_same = false;
        bool is_there = is_at_hq(world, fact, &is_same);
        bool may_lack = fact->is_lost_legally && fact->confirmed_at == 0;
        if (!is_there && !may_lack) {
            world_fail(world, "LOST: fact %llu of device %u (%s) is not at headquarters",
                       (unsigned long long)fact->seq, (unsigned)fact->device_no,
                       event_kind_name((enum event_kind)fact->kind));
        } else if (is_there && !is_same) {
            world_fail(world, "fact %llu of device %u has another body at headquarters",
                       (unsigned long long)fact->seq, (unsigned)fact->device_no);
        }
    }
}

/* Whoever made a visit has it in his figures, whoever holds the case by then. */
static void check_credited(struct world *world)
{
    enum { LIST_contacts = 1 };
    for (size_t i = 0; i < world->oracle.count && !world->has_failed; i++) {
        const struct seen_fact *fact = &world->oracle.facts[i];
        if (fact->kind != EVENT_visit_finished || fact->is_lost_legally) {
            continue;
        }
        struct hq_query query = hq_query(world->hq.store, SQL_HQ_row_to_take_back);
        hq_bind_i64(&query, "$case_no", (int64_t)fact->case_no);
        hq_bind_id(&query, "$id", &fact->id);
        bool has_row = hq_next(&query) && hq_i64(&query, 0) == LIST_contacts;
        int64_t person_no = has_row ? hq_i64(&query, 1) : 0;
        CHECK(hq_end(&query) == OK);
        if (person_no != (int64_t)fact->person_no) {
            world_fail(world,
                       "visit %llu of device %u in case %llu is person %u's and is counted for "
                       "%lld",
                       (unsigned long long)fact->seq, (unsigned)fact->device_no,
                       (unsigned long long)fact->case_no, (unsigned)fact->person_no,
                       (long long)person_no);
        }
    }
}

/* Headquarters' journal holds facts of tablets that were captured, and no others. */
static void check_nothing_invented(struct world *world, struct fold_alone *fold)
{
    for (size_t i = 0; i < fold->count && !world->has_failed; i++) {
        const struct fold_fact *fact = fold->facts[i];
        if (fact->fact.device_no != 0 && fact_find(&world->oracle, &fact->fact.id) == NULL) {
            world_fail(world, "headquarters has fact %llu of device %u that nobody captured",
                       (unsigned long long)fact->fact.seq, (unsigned)fact->fact.device_no);
        }
    }
}

/* A tablet's clock may be anywhere; headquarters' own is at most so far ahead. */
static void check_order(struct world *world, const struct fold_alone *fold)
{
    for (size_t i = 0; i < fold->count && !world->has_failed; i++) {
        const struct fact *fact = &fold->facts[i]->fact;
        if (fact->device_no != 0 && fact->order_at_ms > world->now_ms + HQ_AHEAD_MAX_MS) {
            world_fail(world,
                       "fact %llu of device %u is ordered in the future: it keeps the last word",
                       (unsigned long long)fact->seq, (unsigned)fact->device_no);
        }
    }
}

static void check_rebuild(struct world *world)
{
    struct ingest_rebuilt rebuilt = {0};
    struct hq_store *store = world->hq.store;
    enum err err = hq_begin(store);
    if (err == OK) {
        err = ingest_rebuild(store, world->now_ms, &rebuilt);
        hq_rollback(store);
    }
    if (err != OK) {
        world_fail(world, "headquarters cannot rebuild: %s", err_name(err));
    } else if (rebuilt.changed_count != 0) {
        world_fail(world, "%llu cases differ at headquarters after a rebuild from its journal",
                   (unsigned long long)rebuilt.changed_count);
    }
}

static void check_audit(struct world *world)
{
    struct chain_link link = {{0}};
    int64_t audit_no = 0;
    struct hq_query query = hq_query(world->hq.store, SQL_HQ_audit_all);
    while (hq_next(&query)) {
        audit_no++;
        struct hq_audit_line line = hq_audit_row(&query);
        link = hq_audit_link(&link, audit_no, &line);
        struct str stored = hq_text(&query, 5);
        if (hq_i64(&query, 0) != audit_no || stored.size != sizeof link.bytes ||
            memcmp(stored.bytes, link.bytes, stored.size) != 0) {
            world_fail(world, "the audit log is broken at line %lld", (long long)audit_no);
            break;
        }
    }
    if (hq_end(&query) != OK) {
        world_fail(world, "the audit log cannot be read");
    }
}

/* Nothing of the forger's is anywhere: no number of his own, no alarm. His facts are among those
 * that nobody captured. */
static void check_forged(struct world *world)
{
    bool is_known = true;
    for (int64_t device_no = 1; is_known && !world->has_failed; device_no++) {
        struct hq_query query = hq_query(world->hq.store, SQL_HQ_device_get);
        hq_bind_i64(&query, "$device_no", device_no);
        is_known = hq_next(&query);
        if (is_known && forger_is(world, hq_text(&query, 1))) {
            world_fail(world, "a forger has the number %lld", (long long)device_no);
        }
        CHECK(hq_end(&query) == OK);
    }
    struct hq_query alarms = hq_query(world->hq.store, SQL_HQ_alarm_all);
    while (hq_next(&alarms)) {
        struct id id = hq_id(&alarms, 0);
        if (fact_find(&world->oracle, &id) == NULL) {
            world_fail(world, "headquarters heard an alarm that nobody raised");
        }
    }
    CHECK(hq_end(&alarms) == OK);
}

/* Every tablet knows whether it is in service, and then has the policy that is in force. */
static void check_policy(struct tablet *tablet)
{
    struct world *world = tablet->world;
    const char *in_force = NULL;
    CHECK(hq_setting(&tablet->task, world->hq.store, "policy.hash", "", &in_force) == OK);
    int64_t is_revoked = 0;
    int64_t is_revoked_there = 0;
    CHECK(store_setting_number(tablet->store, SETTING_is_revoked, 0, &is_revoked) == OK);
    struct hq_query query = hq_query(world->hq.store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", tablet->journey.device_no);
    is_revoked_there = hq_next(&query) ? hq_i64(&query, 2) : -1;
    CHECK(hq_end(&query) == OK);
    if (is_revoked != is_revoked_there) {
        world_fail(world, "tablet %u takes itself for %s, which headquarters does not",
                   (unsigned)tablet->index, is_revoked != 0 ? "revoked" : "working");
    }
    const char *held =
        str_format(&tablet->task, "%lld", (long long)(int64_t)tablet->journey.policy.hash);
    if (is_revoked == 0 && strcmp(held, in_force) != 0) {
        world_fail(world, "tablet %u goes by policy %s, in force is %s", (unsigned)tablet->index,
                   held, in_force);
    }
}

/* A tablet that was taken out of service never works again, whatever headquarters forgot. */
static void check_revoked(struct world *world)
{
    for (size_t i = 0; i < world->hq.revoked_count; i++) {
        const struct revocation *revoked = &world->hq.revoked[i];
        struct hq_query query = hq_query(world->hq.store, SQL_HQ_device_get);
        hq_bind_i64(&query, "$device_no", revoked->device_no);
        if (hq_next(&query)) {
            struct str key = hq_text(&query, 1);
            bool is_same = key.size == sizeof revoked->key.bytes &&
                           memcmp(key.bytes, revoked->key.bytes, key.size) == 0;
            if (is_same && hq_i64(&query, 2) == 0) {
                world_fail(world, "tablet number %u was revoked and works again",
                           (unsigned)revoked->device_no);
            }
        }
        CHECK(hq_end(&query) == OK);
    }
}

static void check_journal(struct tablet *tablet)
{
    struct world *world = tablet->world;
    struct store_records records;
    uint64_t bad_seq = 0;
    enum err err = store_journal_verify(tablet->store, &bad_seq);
    if (err != OK) {
        world_fail(world, "tablet %u: its journal does not verify at %llu", (unsigned)tablet->index,
                   (unsigned long long)bad_seq);
        return;
    }
    err = store_journal_read(tablet->store, &tablet->task, 0, SIZE_MAX, SIZE_MAX, &records);
    if (err != OK || records.count != tablet->mirror_count) {
        world_fail(world, "LOST: tablet %u has %zu facts in the end and was told of %zu",
                   (unsigned)tablet->index, records.count, tablet->mirror_count);
        return;
    }
    for (size_t i = 0; i < records.count; i++) {
        const struct seen_fact *fact = &world->oracle.facts[tablet->mirror[i] - 1];
        if (!str_equal(records.items[i].body, fact->body)) {
            world_fail(world, "LOST: fact %zu of tablet %u is another one in the end", i + 1,
                       (unsigned)tablet->index);
            return;
        }
        if (!id_equal(&records.items[i].id, &fact->id)) {
            world_fail(world, "fact %zu of tablet %u has another id in the end", i + 1,
                       (unsigned)tablet->index);
            return;
        }
    }
}

static bool state_at_hq(struct world *world, struct arena *arena, uint64_t case_no,
                        struct str *bytes_out)
{
    struct hq_query query = hq_query(world->hq.store, SQL_HQ_state_get);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    return hq_one_text(arena, &query, bytes_out) == OK;
}

/* What the tablet shows of its cases is what headquarters has of them. */
static void check_cases(struct tablet *tablet)
{
    struct world *world = tablet->world;
    struct store_case_version *versions = NULL;
    size_t count = 0;
    struct arena *arena = &tablet->task;
    CHECK(store_case_versions(tablet->store, arena, &versions, &count) == OK);
    size_t held_count = 0;
    struct hq_query query = hq_query(world->hq.store, SQL_HQ_feed_held);
    hq_bind_i64(&query, "$device_no", tablet->journey.device_no);
    while (hq_next(&query)) {
        uint64_t case_no = (uint64_t)hq_i64(&query, 0);
        uint64_t given_seq = (uint64_t)hq_i64(&query, 1);
        uint64_t held_seq = 0;
        for (size_t i = 0; i < count; i++) {
            held_seq = versions[i].case_no == case_no ? versions[i].feed_seq : held_seq;
        }
        held_count++;
        if (held_seq != given_seq) {
            world_fail(world,
                       "tablet %u (device %u) holds version %llu of case %llu, headquarters gave "
                       "it %llu",
                       (unsigned)tablet->index, (unsigned)tablet->journey.device_no,
                       (unsigned long long)held_seq, (unsigned long long)case_no,
                       (unsigned long long)given_seq);
        }
    }
    if (hq_end(&query) != OK || (held_count != count && !world->has_failed)) {
        world_fail(world, "tablet %u holds %zu cases, headquarters gave it %zu",
                   (unsigned)tablet->index, count, held_count);
    }
    uint8_t *bytes = arena_alloc(arena, LIMIT_case_size);
    for (size_t i = 0; i < count && !world->has_failed; i++) {
        struct arena_mark mark = arena_mark(arena);
        struct store_case kase;
        struct str at_hq;
        size_t size = 0;
        CHECK(store_case_load(tablet->store, arena, versions[i].case_no, &kase) == OK);
        ds_CaseState *other = ARENA_NEW(arena, ds_CaseState);
        bool is_there = state_at_hq(world, arena, versions[i].case_no, &at_hq) &&
                        case_state_decode(other, (const uint8_t *)at_hq.bytes, at_hq.size) == OK;
        if (is_there && other->owner_no != tablet->person_no) {
            world_fail(world, "tablet %u of person %u shows case %llu, which is person %u's",
                       (unsigned)tablet->index, (unsigned)tablet->person_no,
                       (unsigned long long)versions[i].case_no, (unsigned)other->owner_no);
            return;
        }
        CHECK(case_state_encode(kase.state, bytes, LIMIT_case_size, &size) == OK);
        if (!is_there || !str_equal(at_hq, (struct str){(const char *)bytes, size})) {
            world_fail(world,
                       "tablet %u shows another state of case %llu than headquarters has: %s",
                       (unsigned)tablet->index, (unsigned long long)versions[i].case_no,
                       fold_difference(arena, kase.state, other));
        }
        arena_rollback(arena, mark);
    }
}

/* All but the cases, whose scores change with the hour; check_cases() looks at those. */
static struct str without_cases(struct str text)
{
    static const char *const heads[] = {"# dump_cases\n", "\n# dump_search\n"};
    const char *from = strstr(text.bytes, heads[0]);
    const char *until = strstr(text.bytes, heads[1]);
    CHECK(from == text.bytes && until != NULL);
    return (struct str){until + 1, text.size - (size_t)(until + 1 - text.bytes)};
}

/* Report rows and shown states are what the journal and the feed give. */
static void check_projections(struct tablet *tablet)
{
    struct str before;
    struct str after;
    enum err err = store_rows_dump(tablet->store, &tablet->task, &before);
    if (err == OK) {
        err = journey_rebuild(&tablet->journey);
    }
    if (err == OK) {
        err = store_rows_dump(tablet->store, &tablet->task, &after);
    }
    if (err == OK) {
        before = without_cases(before);
        after = without_cases(after);
    }
    if (err != OK) {
        world_fail(tablet->world, "tablet %u cannot rebuild: %s", (unsigned)tablet->index,
                   err_name(err));
    } else if (!str_equal(before, after)) {
        world_fail(tablet->world, "tablet %u: its rows differ after a rebuild: %s",
                   (unsigned)tablet->index, fold_text_difference(&tablet->task, before, after));
    }
}

void oracle_final(struct world *world)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < world->tablet_count && !world->has_failed; i++) {
        struct tablet *tablet = &world->tablets[i];
        oracle_confirmed(tablet);
        if (!world->has_failed) {
            check_journal(tablet);
        }
        arena_reset(&tablet->task);
    }
    if (!world->has_failed) {
        check_nothing_lost(world);
    }
    if (!world->has_failed) {
        check_nothing_unheard(world, &arena);
    }
    if (!world->has_failed) {
        check_credited(world);
    }
    struct fold_alone fold;
    if (!world->has_failed && fold_alone_read(&arena, world->hq.store, &fold) != OK) {
        world_fail(world, "headquarters' journal cannot be read");
    }
    if (!world->has_failed) {
        check_nothing_invented(world, &fold);
    }
    if (!world->has_failed) {
        check_order(world, &fold);
    }
    if (!world->has_failed) {
        const char *sentence = fold_alone_check(&arena, world->hq.store, &fold);
        if (sentence != NULL) {
            world_fail(world, "%s", sentence);
        }
    }
    if (!world->has_failed) {
        check_rebuild(world);
    }
    if (!world->has_failed) {
        check_audit(world);
    }
    if (!world->has_failed) {
        check_revoked(world);
    }
    if (!world->has_failed) {
        check_forged(world);
    }
    if (!world->has_failed && hq_check(world->hq.store) != OK) {
        world_fail(world, "headquarters' file is damaged");
    }
    for (size_t i = 0; i < world->tablet_count && !world->has_failed; i++) {
        check_cases(&world->tablets[i]);
        if (!world->has_failed) {
            check_policy(&world->tablets[i]);
        }
        if (!world->has_failed) {
            check_projections(&world->tablets[i]);
        }
        if (!world->has_failed) {
            check_cases(&world->tablets[i]); /* and after the rebuild */
        }
        arena_reset(&world->tablets[i].task);
    }
    arena_deinit(&arena);
}
