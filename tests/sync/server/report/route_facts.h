/* tests/sync/server/report/route_facts.h -- facts about the days of two collectors: plans, orders
 * made by hand, closes. */
#pragma once

#include "tests/sync/server/report/store_filled.h"

enum { ROUTE_MINUTE_MS = 60000, ROUTE_OFFSET_MINUTES = 480 };

static inline void route_fact(struct hq_store *store, int64_t seq, int32_t day, int32_t minute,
                              bool is_copy, ds_Event *event)
{
    static uint8_t body[LIMIT_event_size];
    size_t size = 0;
    int64_t at_ms = date_instant(day, minute, ROUTE_OFFSET_MINUTES);
    struct id id = {{0xD0, is_copy}};
    memcpy(id.bytes + 8, &seq, sizeof seq);
    event->at_ms = (uint64_t)at_ms;
    EXPECT_OK(event_encode(event, body, sizeof body, &size));
    struct hq_query add = hq_query(store, SQL_HQ_event_add);
    hq_bind_i64(&add, "$device_no", event->person_no);
    hq_bind_i64(&add, "$strand", is_copy ? 1 : 0);
    hq_bind_i64(&add, "$seq", seq);
    hq_bind_id(&add, "$id", &id);
    hq_bind_i64(&add, "$kind", event->which_kind);
    hq_bind_i64(&add, "$case_no", 0);
    hq_bind_i64(&add, "$person_no", event->person_no);
    hq_bind_i64(&add, "$at_ms", at_ms);
    hq_bind_i64(&add, "$order_at_ms", at_ms);
    hq_bind_i64(&add, "$received_at_ms", at_ms);
    hq_bind_bytes(&add, "$link", "0123456789abcdef0123456789abcdef", 32);
    hq_bind_bytes(&add, "$body", body, size);
    hq_bind_i64(&add, "$origin_no", 0);
    hq_bind_i64(&add, "$is_copy", is_copy);
    hq_bind_i64(&add, "$true_from_ms", 0);
    hq_bind_i64(&add, "$true_until_ms", 0);
    EXPECT_OK(hq_run(&add));
}

/* `stops`: "3 1 2" in order; `moved` 0: the planner's. */
static inline void route_plan(struct hq_store *store, int64_t seq, uint32_t person_no, int32_t day,
                              int32_t minute, const char *stops, uint64_t moved, int32_t cost_s)
{
    static ds_Event event;
    event = (ds_Event){.person_no = person_no, .which_kind = ds_Event_plan_made_tag};
    ds_PlanMade *plan = &event.kind.plan_made;
    *plan = (ds_PlanMade){.day = day, .moved = moved, .cost_s = cost_s};
    for (const char *at = stops; *at != '\0'; at += *at == ' ' ? 1 : 0) {
        char *end;
        plan->stops[plan->stops_count++] = strtoull(at, &end, 10);
        at = end;
    }
    route_fact(store, seq, day, minute, false, &event);
}

static inline void route_close(struct hq_store *store, int64_t seq, uint32_t person_no, int32_t day,
                               int32_t minute, const ds_DayClosed *closed)
{
    static ds_Event event;
    event = (ds_Event){.person_no = person_no, .which_kind = ds_Event_day_closed_tag};
    event.kind.day_closed = *closed;
    event.kind.day_closed.day = day;
    route_fact(store, seq, day, minute, false, &event);
}

/* Person 1: a day with an order made by hand and closed after midnight, one with a lock alone,
 * one left open. Person 2: a day as planned. */
static inline void route_days(struct hq_store *store, int32_t day)
{
    EXPECT_OK(hq_begin(store));
    route_plan(store, 1, 1, day, 520, "1 2 3 4 5", 0, 0);
    route_plan(store, 2, 1, day, 600, "1 4 2 3 5", 4, 1260);
    route_plan(store, 3, 1, day, 700, "1 4 2 3 5", 3, 0); /* locked where it is */
    route_plan(store, 4, 1, day, 720, "4 1 2 3 5", 0, 0); /* the planner, after a visit */
    route_plan(store, 5, 1, day, 730, "4 1 3 2 5", 3, -60);
    route_close(store, 6, 1, day, 24 * 60 + 20,
                &(ds_DayClosed){.planned = 5,
                                .visited = 4,
                                .skipped = 1,
                                .distance_m = 24000,
                                .planned_distance_m = 18340,
                                .way_m = 21550,
                                .planned_minutes = 340,
                                .worked_minutes = 395,
                                .in_order = 3});
    route_plan(store, 7, 1, day + 1, 525, "6 7 8", 0, 0);
    route_plan(store, 8, 1, day + 1, 530, "6 7 8", 9, 0); /* wanted back in: in the next plan */
    route_plan(store, 9, 1, day + 1, 531, "6 9 7 8", 0, 0);
    route_plan(store, 10, 1, day + 2, 525, "7 8", 0, 0);
    route_plan(store, 1, 2, day, 500, "20 21 22", 0, 0);
    route_close(store, 2, 2, day, 1020,
                &(ds_DayClosed){.planned = 3,
                                .visited = 3,
                                .planned_distance_m = 9000,
                                .way_m = 9100,
                                .planned_minutes = 150,
                                .worked_minutes = 144,
                                .in_order = 3});
    EXPECT_OK(hq_commit(store));
}
