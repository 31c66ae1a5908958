/* tests/sync/server/field.h -- made-up cases and facts for headquarters' tests. */
#pragma once

#include "core/base/arena.h"
#include "core/domain/catalog.h"
#include "core/event/chain.h"
#include "core/event/event.h"
#include "core/event/fold.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIELD_DAY = 20800 };
#define FIELD_AT_MS (INT64_C(20800) * 86400000 + INT64_C(3600000) * 2) /* 10:00 in Shanghai */

static inline ds_CaseRecord field_record(uint32_t n)
{
    ds_CaseRecord record = ds_CaseRecord_init_zero;
    snprintf(record.case_ref, sizeof record.case_ref, "REF-%06u", n);
    snprintf(record.client, sizeof record.client, "Client");
    snprintf(record.product, sizeof record.product, "card");
    snprintf(record.currency, sizeof record.currency, "CNY");
    snprintf(record.debtor_name, sizeof record.debtor_name, "Debtor %u", n);
    snprintf(record.zone, sizeof record.zone, "Asia/Shanghai");
    record.principal_minor = 500000 + n;
    record.interest_minor = 20000;
    record.balance_as_of_day = FIELD_DAY - 10;
    record.due_day = FIELD_DAY - 60;
    record.imported_day = FIELD_DAY - 5;
    record.addresses_count = 1;
    snprintf(record.addresses[0].area, sizeof record.addresses[0].area, "North");
    snprintf(record.addresses[0].text, sizeof record.addresses[0].text, "1 Some Road");
    return record;
}

static inline ds_Event field_visit(uint32_t person_no, uint64_t case_no, int64_t at_ms,
                                   uint32_t outcome)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)at_ms;
    event.person_no = person_no;
    event.case_no = case_no;
    event.epoch = 1;
    event.which_kind = ds_Event_visit_finished_tag;
    event.kind.visit_finished.outcome = outcome;
    event.kind.visit_finished.role = ROLE_borrower;
    event.kind.visit_finished.cooperation = 3;
    event.kind.visit_finished.dwell_s = 300;
    snprintf(event.kind.visit_finished.note, sizeof event.kind.visit_finished.note,
             "spoke with the borrower about case %u", (unsigned)case_no);
    return event;
}

static inline ds_Event field_promise(uint32_t person_no, uint64_t case_no, int64_t at_ms,
                                     uint64_t amount_minor)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)at_ms;
    event.person_no = person_no;
    event.case_no = case_no;
    event.epoch = 1;
    event.which_kind = ds_Event_promise_made_tag;
    event.kind.promise_made.amount_minor = amount_minor;
    event.kind.promise_made.due_day = FIELD_DAY + 7;
    event.kind.promise_made.channel = 1;
    event.kind.promise_made.promised_by = ROLE_borrower;
    return event;
}

static inline ds_Event field_waiver(uint32_t person_no, uint64_t case_no, int64_t at_ms)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)at_ms;
    event.person_no = person_no;
    event.case_no = case_no;
    event.epoch = 1;
    event.which_kind = ds_Event_waiver_requested_tag;
    event.kind.waiver_requested.amount_minor = 1000;
    event.kind.waiver_requested.part = 3;
    event.kind.waiver_requested.owed_minor = 520000;
    event.kind.waiver_requested.reason = 1;
    return event;
}

static inline ds_Event field_assign(uint64_t case_no, uint32_t owner_no, uint32_t epoch,
                                    int64_t at_ms)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)at_ms;
    event.case_no = case_no;
    event.which_kind = ds_Event_case_assigned_tag;
    event.kind.case_assigned.owner_no = owner_no;
    event.kind.case_assigned.lease_epoch = epoch;
    return event;
}

static inline ds_Event field_recall(uint64_t case_no, int64_t at_ms)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)at_ms;
    event.case_no = case_no;
    event.which_kind = ds_Event_case_recalled_tag;
    event.kind.case_recalled.reason = CLOSE_REASON_client_withdrew;
    return event;
}

static inline ds_Event field_day_opened(uint32_t person_no, int64_t at_ms)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)at_ms;
    event.person_no = person_no;
    event.which_kind = ds_Event_day_opened_tag;
    event.kind.day_opened.day = FIELD_DAY;
    return event;
}

static inline ds_Event field_day_closed(uint32_t person_no, int64_t at_ms, uint32_t visited)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)at_ms;
    event.person_no = person_no;
    event.which_kind = ds_Event_day_closed_tag;
    event.kind.day_closed.day = FIELD_DAY;
    event.kind.day_closed.planned = visited + 1;
    event.kind.day_closed.visited = visited;
    return event;
}

/* A chain of facts as a tablet keeps it. */
struct field_chain {
    struct arena *arena;
    uint32_t device_no;
    size_t count;
    size_t capacity;
    struct str *bodies;
    struct id *ids;
    struct chain_link *links; /* links[n] after fact n; links[0] zeros */
};

static inline void field_chain_init(struct field_chain *chain, struct arena *arena,
                                    uint32_t device_no, size_t capacity)
{
    *chain = (struct field_chain){.arena = arena, .device_no = device_no, .capacity = capacity};
    chain->bodies = ARENA_ARRAY(arena, capacity, struct str);
    chain->ids = ARENA_ARRAY(arena, capacity, struct id);
    chain->links = ARENA_ARRAY(arena, capacity + 1, struct chain_link);
}

static inline void field_chain_add_bytes(struct field_chain *chain, const void *bytes, size_t size)
{
    CHECK(chain->count < chain->capacity);
    uint64_t seq = chain->count + 1;
    const uint8_t *body = arena_copy(chain->arena, bytes, size);
    chain->bodies[chain->count] = (struct str){(const char *)body, size};
    chain->ids[chain->count] = chain_event_id(chain->device_no, seq, body, size);
    chain->links[chain->count + 1] =
        chain_next(&chain->links[chain->count], chain->device_no, seq, body, size);
    chain->count++;
}

static inline void field_chain_add(struct field_chain *chain, const ds_Event *event)
{
    uint8_t body[LIMIT_event_size];
    size_t size = 0;
    EXPECT_OK(event_encode(event, body, sizeof body, &size));
    field_chain_add_bytes(chain, body, size);
}

/* A new empty folder below /tmp, in `arena`. */
static inline char *field_folder(struct arena *arena)
{
    char *path = arena_text(arena, "/tmp/doorstep-test-XXXXXX");
    EXPECT(mkdtemp(path) != NULL);
    return path;
}

/* Removes what headquarters leaves in a folder, and the folder. */
static inline void field_folder_remove(const char *folder)
{
    char command[512];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    EXPECT(strncmp(folder, "/tmp/doorstep-test-", 19) == 0);
    EXPECT_INT(0, system(command));
}
