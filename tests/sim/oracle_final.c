/* tests/sim/oracle_final.c -- what holds in the end, when everybody has heard everything. */
#include "sync/server/store/ingest.h"
#include "sync/server/store/vault.h"
#include "tests/sim/fold_alone.h"
#include "tests/sim/oracle_parts.h"

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
        if (store_is_alarm(event) && !oracle_is_heard(world, &fact->id)) {
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
        bool is_there = oracle_is_at_hq(world, fact, &is_same);
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
        if (fact->fact.device_no != 0 && oracle_fact(&world->oracle, &fact->fact.id) == NULL) {
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
        if (oracle_fact(&world->oracle, &id) == NULL) {
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
    MEMORY_OF(NULL);
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
