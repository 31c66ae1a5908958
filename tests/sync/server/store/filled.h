/* tests/sync/server/store/filled.h -- a headquarters with something of everything that
 * its journal can hold, always the same: what the dumps of tests/golden/schema were
 * made of. Uses only what the store could do from its first schema on. */
#pragma once

#include "sync/server/store/ingest.h"
#include "tests/sync/server/field.h"

enum { FILLED_CASES = 5, FILLED_TABLETS = 3, FILLED_FACTS = 24 };
/* A clock that stood in the year 2038 for some facts of tablet 3. */
#define FILLED_2038_MS INT64_C(2147483647000)
#define FILLED_NOW_MS (FIELD_AT_MS + INT64_C(86400000))

static inline void filled_person(struct hq_store *store, uint32_t person_no, const char *name)
{
    char code[8];
    snprintf(code, sizeof code, "C%03u", (unsigned)person_no);
    struct hq_query query = hq_query(store, SQL_HQ_person_put);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_text(&query, "$code", str_from(code));
    hq_bind_text(&query, "$name", str_from(name));
    hq_bind_i64(&query, "$role", STAFF_ROLE_collector);
    hq_bind_i64(&query, "$team_no", 0);
    hq_bind_i64(&query, "$is_active", 1);
    hq_bind_text(&query, "$areas", STR("North"));
    hq_bind_i64(&query, "$capacity", 0);
    EXPECT_OK(hq_run(&query));
}

static inline void filled_tablet(struct hq_store *store, uint32_t device_no)
{
    struct chain_public_key key = {{0}};
    key.bytes[0] = (uint8_t)device_no;
    struct hq_query add = hq_query(store, SQL_HQ_device_add);
    hq_bind_i64(&add, "$device_no", device_no);
    hq_bind_i64(&add, "$person_no", device_no);
    hq_bind_bytes(&add, "$public_key", key.bytes, sizeof key.bytes);
    hq_bind_i64(&add, "$enrolled_at_ms", FIELD_AT_MS - 9000);
    hq_bind_i64(&add, "$app_version", 100);
    hq_bind_text(&add, "$model", STR("test tablet"));
    EXPECT_OK(hq_run(&add));
    struct chain_link nothing = {{0}};
    struct hq_query strand = hq_query(store, SQL_HQ_strand_put);
    hq_bind_i64(&strand, "$device_no", device_no);
    hq_bind_i64(&strand, "$strand", 0);
    hq_bind_i64(&strand, "$parent_strand", 0);
    hq_bind_i64(&strand, "$from_seq", 0);
    hq_bind_i64(&strand, "$seq", 0);
    hq_bind_bytes(&strand, "$link", nothing.bytes, sizeof nothing.bytes);
    hq_bind_i64(&strand, "$order_at_ms", 0);
    hq_bind_i64(&strand, "$told_order_at_ms", 0);
    EXPECT_OK(hq_run(&strand));
}

/* Chain `t` (0 …): visits, promises, requests, one unreadable fact, one of a newer kind. */
static inline void filled_chain(struct field_chain *chain, uint32_t t)
{
    uint32_t person_no = t + 1;
    int64_t at_ms = FIELD_AT_MS + (int64_t)t * 1000;
    ds_Event event = field_day_opened(person_no, at_ms);
    field_chain_add(chain, &event);
    for (uint32_t i = 1; i + 1 < FILLED_FACTS; i++) {
        at_ms += 600000;
        bool is_far = t == 2 && i >= 6 && i < 9;
        int64_t shown_ms = is_far ? FILLED_2038_MS + (int64_t)i : at_ms;
        uint64_t case_no = 1 + (t + i / 3) % FILLED_CASES;
        if (i == 5) {
            static const uint8_t newer[] = {0x08, 0x01, 0x10, 0x01, 0x18, 0x01, 0xb2, 0x04, 0x00};
            field_chain_add_bytes(chain, newer, sizeof newer);
            continue;
        }
        if (i == 11) {
            field_chain_add_bytes(chain, "\xff\xff", 2);
            continue;
        }
        switch (i % 3) {
        case 0:
            event = field_promise(person_no, case_no, shown_ms, 10000 + i);
            break;
        case 1:
            event = field_waiver(person_no, case_no, shown_ms);
            break;
        default:
            event = field_visit(person_no, case_no, shown_ms, 1 + i % 16);
            break;
        }
        field_chain_add(chain, &event);
    }
    event = field_day_closed(person_no, at_ms + 1000, 7);
    field_chain_add(chain, &event);
}

/* Facts first_seq … of a chain whose facts before first_seq are `shared`'s. */
static inline void filled_send(struct arena *arena, struct hq_store *store,
                               const struct field_chain *chain, uint64_t first_seq, size_t count,
                               int64_t now_ms)
{
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(arena, store, now_ms);
    const struct ingest_batch batch = {
        .device_no = chain->device_no,
        .first_seq = first_seq,
        .before = chain->links[first_seq - 1],
        .count = count,
        .bodies = chain->bodies + first_seq - 1,
        .ids = chain->ids + first_seq - 1,
        .links = chain->links + first_seq,
    };
    struct ingest_result result;
    EXPECT_OK(ingest_take(ingest, &batch, &result));
    EXPECT_INT(INGEST_stored, result.answer);
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
}

static inline void filled_own(struct arena *arena, struct hq_store *store, const ds_Event *event,
                              int64_t now_ms)
{
    EXPECT_OK(hq_begin(store));
    EXPECT_OK(ingest_own_one(arena, store, event, now_ms, NULL));
    EXPECT_OK(hq_commit(store));
}

/* The same tablet 1 up to fact 10, then another life: a restored image. */
static inline void filled_twin(struct arena *arena, struct field_chain *twin,
                               const struct field_chain *chain)
{
    field_chain_init(twin, arena, chain->device_no, FILLED_FACTS);
    for (size_t i = 0; i < 10; i++) {
        field_chain_add_bytes(twin, chain->bodies[i].bytes, chain->bodies[i].size);
    }
    for (uint32_t i = 0; i < 4; i++) {
        ds_Event event = field_visit(1, 1 + i, FIELD_AT_MS + 7200000 + i * 60000, 2);
        field_chain_add(twin, &event);
    }
}

static inline void filled_make(struct arena *arena, struct hq_store *store)
{
    EXPECT_OK(hq_begin(store));
    EXPECT_OK(hq_setting_set(store, "name", "North branch"));
    struct ingest *ingest = ingest_start(arena, store, FIELD_AT_MS - 9000);
    for (uint32_t i = 0; i < FILLED_CASES; i++) {
        ds_CaseRecord record = field_record(i);
        EXPECT_OK(ingest_case(ingest, &record, 1));
    }
    EXPECT_OK(ingest_finish(ingest));
    for (uint32_t t = 1; t <= FILLED_TABLETS; t++) {
        char name[16];
        snprintf(name, sizeof name, "Person %u", (unsigned)t);
        filled_person(store, t, name);
        filled_tablet(store, t);
    }
    EXPECT_OK(hq_audit(store, FIELD_AT_MS - 9000, "anna", "import", "cases 5"));
    EXPECT_OK(hq_commit(store));
    for (uint32_t i = 0; i < FILLED_CASES; i++) {
        ds_Event event = field_assign(1 + i, 1 + i % FILLED_TABLETS, 1, FIELD_AT_MS - 8000 + i);
        filled_own(arena, store, &event, FIELD_AT_MS - 8000);
    }
    struct field_chain chains[FILLED_TABLETS];
    for (uint32_t t = 0; t < FILLED_TABLETS; t++) {
        field_chain_init(&chains[t], arena, t + 1, FILLED_FACTS);
        filled_chain(&chains[t], t);
        filled_send(arena, store, &chains[t], 1, 15, FIELD_AT_MS + 36000000);
    }
    struct field_chain twin;
    filled_twin(arena, &twin, &chains[0]);
    filled_send(arena, store, &twin, 8, 7, FIELD_AT_MS + 40000000);
    ds_Event recall = field_recall(5, FIELD_AT_MS + 41000000);
    filled_own(arena, store, &recall, FIELD_AT_MS + 41000000);
    EXPECT_OK(hq_begin(store));
    ingest = ingest_start(arena, store, FIELD_AT_MS + 42000000);
    EXPECT_OK(
        ingest_message(ingest, &(struct ingest_letter){.from_name = STR("Anna"),
                                                       .body = STR("Office closed on Monday")}));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_audit(store, FIELD_AT_MS + 42000000, "anna", "message", "1"));
    EXPECT_OK(hq_commit(store));
    for (uint32_t t = 0; t < FILLED_TABLETS; t++) {
        filled_send(arena, store, &chains[t], 16, FILLED_FACTS - 15, FILLED_NOW_MS);
    }
}
