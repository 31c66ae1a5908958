/* tests/sync/server/report/store_filled.h -- a headquarters store in a folder of
 * its own, filled with given report rows. */
#pragma once

#include "core/event/event.h"
#include "sync/server/store/hq_store.h"
#include "tests/core/rules/rows_made.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct store_filled {
    char folder[64];
    struct hq_store *store; /* the writer */
};

static inline struct store_filled store_filled_open(void)
{
    struct store_filled filled = {.folder = "/tmp/doorstep-report-XXXXXX"};
    CHECK(mkdtemp(filled.folder) != NULL);
    EXPECT_OK(hq_store_open(&filled.store, filled.folder, HQ_ACCESS_write, true));
    return filled;
}

static inline void store_filled_close(struct store_filled *filled)
{
    static const char *const files[] = {"hq.db", "hq.db-wal", "hq.db-shm"};
    hq_store_close(filled->store);
    for (size_t i = 0; i < COUNT(files); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", filled->folder, files[i]);
        (void)unlink(path);
    }
    CHECK(rmdir(filled->folder) == 0);
}

static inline void filled_people(struct hq_store *store)
{
    static const char *const names[ROWS_PERSONS] = {"甲一", "乙二", "丙三", "丁四", "戊五"};
    for (int64_t team_no = 1; team_no <= 2; team_no++) {
        struct hq_query team = hq_query(store, SQL_HQ_team_add);
        hq_bind_i64(&team, "$team_no", team_no);
        hq_bind_text(&team, "$name", team_no == 1 ? STR("外访一组") : STR("外访二组"));
        EXPECT_OK(hq_run(&team));
    }
    for (int64_t i = 0; i < ROWS_PERSONS; i++) {
        char code[16];
        snprintf(code, sizeof code, "W%03d", (int)i + 1);
        struct hq_query person = hq_query(store, SQL_HQ_person_put);
        hq_bind_i64(&person, "$person_no", i + 1);
        hq_bind_text(&person, "$code", str_from(code));
        hq_bind_text(&person, "$name", str_from(names[i]));
        hq_bind_i64(&person, "$role", STAFF_ROLE_collector);
        hq_bind_i64(&person, "$team_no", i < 3 ? 1 : 2);
        hq_bind_i64(&person, "$is_active", 1);
        hq_bind_text(&person, "$areas", STR(""));
        hq_bind_i64(&person, "$capacity", 0);
        EXPECT_OK(hq_run(&person));
    }
}

/* Every tenth case has no state row, as one that was imported and never touched:
 * what it owes must come from its record. */
static inline bool filled_has_state(const struct case_count_row *row)
{
    return row->case_no % 10 != 0 || row->ended_at_ms != 0 || row->owner_no != 0;
}

static inline void filled_case(struct hq_store *store, struct arena *arena,
                               const struct case_count_row *row)
{
    static const char *const names[] = {"子某某", "丑某", "寅某某", "=卯,\"某\""};
    ds_CaseRecord *record = ARENA_NEW(arena, ds_CaseRecord);
    uint8_t *bytes = ARENA_ARRAY(arena, LIMIT_case_size, uint8_t);
    size_t size = 0;
    char ref[32];
    snprintf(ref, sizeof ref, "TEST-%05u", (unsigned)row->case_no);
    record->case_no = row->case_no;
    record->principal_minor = row->owed_minor;
    EXPECT_OK(case_record_encode(record, bytes, LIMIT_case_size, &size));
    struct hq_query kase = hq_query(store, SQL_HQ_kase_put);
    hq_bind_i64(&kase, "$case_no", (int64_t)row->case_no);
    hq_bind_text(&kase, "$case_ref", str_from(ref));
    hq_bind_text(&kase, "$client", STR("测试委托方"));
    hq_bind_text(&kase, "$product", STR("消费贷"));
    hq_bind_text(&kase, "$currency", STR("CNY"));
    hq_bind_text(&kase, "$debtor_name", str_from(names[row->case_no % COUNT(names)]));
    hq_bind_text(&kase, "$area", STR(""));
    hq_bind_i64(&kase, "$lat_e7", 0);
    hq_bind_i64(&kase, "$lon_e7", 0);
    hq_bind_text(&kase, "$zone", STR("Asia/Shanghai"));
    hq_bind_i64(&kase, "$due_day", row->due_day);
    hq_bind_i64(&kase, "$mandate_until_day", 0);
    hq_bind_i64(&kase, "$imported_day", row->intake_day);
    hq_bind_i64(&kase, "$batch_no", 1);
    hq_bind_bytes(&kase, "$record", bytes, size);
    EXPECT_OK(hq_run(&kase));
    if (filled_has_state(row)) {
        struct hq_query state = hq_query(store, SQL_HQ_state_put);
        hq_bind_i64(&state, "$case_no", (int64_t)row->case_no);
        hq_bind_i64(&state, "$life", row->ended_at_ms != 0 ? CASE_LIFE_closed : CASE_LIFE_open);
        hq_bind_i64(&state, "$owner_no", row->ended_at_ms != 0 ? 0 : row->owner_no);
        hq_bind_i64(&state, "$epoch", 1);
        hq_bind_i64(&state, "$owed_minor", (int64_t)row->owed_minor);
        hq_bind_i64(&state, "$due_day", row->due_day);
        hq_bind_i64(&state, "$last_touch_day", row->first_touch_day);
        hq_bind_i64(&state, "$next_day", row->case_no % 3 == 0 ? row->due_day + 400 : 0);
        hq_bind_i64(&state, "$flags", 0);
        hq_bind_i64(&state, "$asked_count", 0);
        hq_bind_i64(&state, "$event_count", 1);
        hq_bind_bytes(&state, "$state", "", 0);
        EXPECT_OK(hq_run(&state));
        struct hq_query owner = hq_query(store, SQL_HQ_assignment_put);
        hq_bind_i64(&owner, "$case_no", (int64_t)row->case_no);
        hq_bind_i64(&owner, "$epoch", 1);
        hq_bind_i64(&owner, "$owner_no", row->owner_no);
        hq_bind_i64(&owner, "$at_ms", 1);
        hq_bind_text(&owner, "$why", STR(""));
        EXPECT_OK(hq_run(&owner));
    }
    if (row->ended_at_ms != 0) {
        ds_Event *event = ARENA_NEW(arena, ds_Event);
        event->at_ms = (uint64_t)row->ended_at_ms;
        event->case_no = row->case_no;
        event->which_kind = ds_Event_case_closed_tag;
        event->kind.case_closed.reason = row->end_reason;
        uint8_t body[LIMIT_event_size];
        EXPECT_OK(event_encode(event, body, sizeof body, &size));
        struct id id = {{0xEE}};
        memcpy(id.bytes + 8, &row->case_no, sizeof row->case_no);
        struct hq_query ended = hq_query(store, SQL_HQ_event_add);
        hq_bind_i64(&ended, "$device_no", 0);
        hq_bind_i64(&ended, "$strand", 0);
        hq_bind_i64(&ended, "$seq", (int64_t)row->case_no);
        hq_bind_id(&ended, "$id", &id);
        hq_bind_i64(&ended, "$kind", EVENT_case_closed);
        hq_bind_i64(&ended, "$case_no", (int64_t)row->case_no);
        hq_bind_i64(&ended, "$person_no", 0);
        hq_bind_i64(&ended, "$at_ms", row->ended_at_ms);
        hq_bind_i64(&ended, "$order_at_ms", row->ended_at_ms);
        hq_bind_i64(&ended, "$received_at_ms", row->ended_at_ms);
        hq_bind_bytes(&ended, "$link", "0123456789abcdef0123456789abcdef", 32);
        hq_bind_bytes(&ended, "$body", body, size);
        hq_bind_i64(&ended, "$origin_no", 0);
        hq_bind_i64(&ended, "$is_copy", 0);
        hq_bind_i64(&ended, "$true_from_ms", row->ended_at_ms);
        hq_bind_i64(&ended, "$true_until_ms", row->ended_at_ms);
        EXPECT_OK(hq_run(&ended));
    }
}

static inline void filled_contact(struct hq_store *store, const struct contact_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_contact_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$channel", row->channel);
    hq_bind_i64(&query, "$outcome", row->outcome);
    hq_bind_i64(&query, "$result", row->result);
    hq_bind_i64(&query, "$role", row->role);
    hq_bind_i64(&query, "$cooperation", row->cooperation);
    hq_bind_i64(&query, "$default_reason", row->default_reason);
    hq_bind_i64(&query, "$ability", row->ability);
    hq_bind_i64(&query, "$willingness", row->willingness);
    hq_bind_i64(&query, "$at_ms", row->at_ms);
    hq_bind_i64(&query, "$dwell_s", row->dwell_s);
    hq_bind_i64(&query, "$fired_count", row->fired_count);
    hq_bind_i64(&query, "$clock_quality", row->clock_quality);
    hq_bind_i64(&query, "$owed_minor", (int64_t)row->owed_minor);
    hq_bind_i64(&query, "$is_withdrawn", row->is_withdrawn);
    hq_bind_i64(&query, "$is_corrected", row->is_corrected);
    EXPECT_OK(hq_run(&query));
}

static inline void filled_arrangement(struct hq_store *store, const struct arrangement_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_arrangement_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$kind", row->kind);
    hq_bind_i64(&query, "$state", row->state);
    hq_bind_i64(&query, "$amount_minor", (int64_t)row->amount_minor);
    hq_bind_i64(&query, "$paid_minor", (int64_t)row->paid_minor);
    hq_bind_i64(&query, "$due_day", row->due_day);
    hq_bind_i64(&query, "$judged_day", row->judged_day);
    hq_bind_i64(&query, "$made_at_ms", row->made_at_ms);
    hq_bind_i64(&query, "$decided_at_ms", row->decided_at_ms);
    EXPECT_OK(hq_run(&query));
}

static inline void filled_payment(struct hq_store *store, const struct payment_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_payment_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$amount_minor", (int64_t)row->amount_minor);
    hq_bind_i64(&query, "$paid_day", row->paid_day);
    hq_bind_i64(&query, "$channel", row->channel);
    hq_bind_i64(&query, "$is_posted", row->is_posted);
    hq_bind_i64(&query, "$credited_no", row->credited_no);
    hq_bind_i64(&query, "$after_channel", row->after_channel);
    EXPECT_OK(hq_run(&query));
}

static inline void filled_incident(struct hq_store *store, const struct incident_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_incident_put);
    hq_bind_id(&query, "$id", &row->id);
    hq_bind_i64(&query, "$case_no", (int64_t)row->case_no);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$kind", row->kind);
    hq_bind_i64(&query, "$code", row->code);
    hq_bind_i64(&query, "$severity", row->severity);
    hq_bind_i64(&query, "$at_ms", row->at_ms);
    hq_bind_i64(&query, "$is_withdrawn", row->is_withdrawn);
    EXPECT_OK(hq_run(&query));
}

static inline void filled_day(struct hq_store *store, const struct day_row *row)
{
    struct hq_query query = hq_query(store, SQL_HQ_day_put);
    hq_bind_i64(&query, "$person_no", row->person_no);
    hq_bind_i64(&query, "$day", row->day);
    hq_bind_i64(&query, "$planned", row->planned);
    hq_bind_i64(&query, "$visited", row->visited);
    hq_bind_i64(&query, "$skipped", row->skipped);
    hq_bind_i64(&query, "$distance_m", row->distance_m);
    hq_bind_i64(&query, "$planned_distance_m", row->planned_distance_m);
    hq_bind_i64(&query, "$worked_minutes", row->worked_minutes);
    hq_bind_i64(&query, "$opened_at_ms", row->opened_at_ms);
    hq_bind_i64(&query, "$closed_at_ms", row->closed_at_ms);
    EXPECT_OK(hq_run(&query));
}

/* People and rows, in one transaction. */
static inline void store_filled_add(struct store_filled *filled, struct arena *arena,
                                    const struct rows_made *made)
{
    struct hq_store *store = filled->store;
    EXPECT_OK(hq_begin(store));
    filled_people(store);
    for (size_t i = 0; i < made->case_count; i++) {
        struct arena_mark mark = arena_mark(arena);
        filled_case(store, arena, &made->cases[i]);
        arena_rollback(arena, mark);
    }
    for (size_t i = 0; i < made->contact_count; i++) {
        filled_contact(store, &made->contacts[i]);
    }
    for (size_t i = 0; i < made->arrangement_count; i++) {
        filled_arrangement(store, &made->arrangements[i]);
    }
    for (size_t i = 0; i < made->payment_count; i++) {
        filled_payment(store, &made->payments[i]);
    }
    for (size_t i = 0; i < made->incident_count; i++) {
        filled_incident(store, &made->incidents[i]);
    }
    for (size_t i = 0; i < made->day_count; i++) {
        filled_day(store, &made->days[i]);
    }
    EXPECT_OK(hq_commit(store));
}
