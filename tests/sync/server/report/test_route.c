/* Goal: headquarters sees what was made of a day plan: the order kept, what was put elsewhere or
 * fixed by hand and what it cost, the way and the hours; and no more than was told. */
#include "sync/server/report/report.h"
#include "tests/sync/server/report/route_facts.h"

#include <jansson.h>

#define DAY date_from_civil(2026, 10, 21)

static json_t *tables(struct arena *arena, const struct store_filled *filled,
                      enum period_kind period, enum report_scope scope, uint32_t scope_no)
{
    struct str text;
    struct hq_store *reader = NULL;
    struct report_ask ask = {.kind = REPORT_route,
                             .period = period_at(period, DAY),
                             .now_ms = date_instant(DAY + 30, 600, ROUTE_OFFSET_MINUTES),
                             .scope = scope,
                             .scope_no = scope_no,
                             .lang = LANG_en,
                             .format = REPORT_FORMAT_json};
    EXPECT_OK(hq_store_open(&reader, filled->folder, HQ_ACCESS_read, false));
    EXPECT_OK(report_make(arena, reader, &ask, &text));
    hq_store_close(reader);
    json_t *root = json_loads(text.bytes, JSON_REJECT_DUPLICATES, NULL);
    EXPECT(root != NULL);
    return root;
}

static json_t *row_of(json_t *root, const char *table, size_t index)
{
    json_t *rows = json_object_get(json_object_get(json_object_get(root, "tables"), table), "rows");
    return json_array_get(rows, index);
}

static size_t row_count(json_t *root, const char *table)
{
    return json_array_size(
        json_object_get(json_object_get(json_object_get(root, "tables"), table), "rows"));
}

static void expect_number(json_t *row, const char *name, int64_t wanted)
{
    const json_t *value = json_object_get(row, name);
    if (!json_is_integer(value) || json_integer_value(value) != wanted) {
        fail_msg("%s is %lld, not %lld", name, (long long)json_integer_value(value),
                 (long long)wanted);
    }
}

static struct store_filled filled_days(void)
{
    struct store_filled filled = store_filled_open();
    EXPECT_OK(hq_begin(filled.store));
    filled_people(filled.store);
    EXPECT_OK(hq_commit(filled.store));
    route_days(filled.store, DAY);
    return filled;
}

TEST(test_a_day_tells_its_order_its_way_and_its_hours)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = filled_days();
    json_t *root = tables(&arena, &filled, PERIOD_day, REPORT_SCOPE_all, 0);
    EXPECT_INT(2, row_count(root, "days"));
    json_t *row = row_of(root, "days", 0);
    static const struct {
        const char *name;
        int64_t value;
    } cells[] = {
        {"planned", 5},     {"visited", 4},      {"not_visited", 1},       {"in_order", 3},
        {"moved", 2},       {"fixed", 1},        {"later_s", 1200},        {"planned_m", 18340},
        {"way_m", 21550},   {"stated_m", 24000}, {"planned_minutes", 340}, {"worked_minutes", 395},
        {"closed_days", 1},
    };
    for (size_t i = 0; i < COUNT(cells); i++) {
        expect_number(row, cells[i].name, cells[i].value);
    }
    row = row_of(root, "days", 1);
    expect_number(row, "moved", 0);
    expect_number(row, "fixed", 0);
    expect_number(row, "in_order", 3);
    json_decref(root);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* Goal: of a day that was not closed nothing is made up. */
TEST(test_an_open_day_has_no_way_and_no_hours)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = filled_days();
    json_t *root = tables(&arena, &filled, PERIOD_month, REPORT_SCOPE_person, 1);
    EXPECT_INT(3, row_count(root, "days"));
    json_t *row = row_of(root, "days", 1);
    static const char *const unknown[] = {"visited", "in_order",        "planned_m",
                                          "way_m",   "planned_minutes", "worked_minutes"};
    expect_number(row, "planned", 4);
    expect_number(row, "moved", 0);
    expect_number(row, "fixed", 1);
    for (size_t i = 0; i < COUNT(unknown); i++) {
        EXPECT_ROW(unknown[i], json_is_null(json_object_get(row, unknown[i])));
    }
    json_decref(root);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

TEST(test_people_and_total_are_the_sums_of_their_days)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = filled_days();
    json_t *root = tables(&arena, &filled, PERIOD_month, REPORT_SCOPE_all, 0);
    EXPECT_INT(3, row_count(root, "people"));
    static const struct {
        int64_t days, closed, planned, moved, fixed, way_m;
    } rows[] = {{3, 1, 11, 2, 2, 21550}, {1, 1, 3, 0, 0, 9100}, {4, 2, 14, 2, 2, 30650}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *row = row_of(root, "people", i);
        expect_number(row, "days", rows[i].days);
        expect_number(row, "closed_days", rows[i].closed);
        expect_number(row, "planned", rows[i].planned);
        expect_number(row, "moved", rows[i].moved);
        expect_number(row, "fixed", rows[i].fixed);
        expect_number(row, "way_m", rows[i].way_m);
    }
    json_decref(root);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* Goal: the very fact of a copied tablet counts once; a day outside the period does not. */
TEST(test_copies_and_other_days_do_not_count)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = filled_days();
    static ds_Event event;
    event = (ds_Event){.person_no = 1, .which_kind = ds_Event_plan_made_tag};
    event.kind.plan_made = (ds_PlanMade){.day = DAY, .moved = 4, .cost_s = 999};
    EXPECT_OK(hq_begin(filled.store));
    route_fact(filled.store, 20, DAY, 740, true, &event);
    event.kind.plan_made.day = DAY - 1;
    route_fact(filled.store, 21, DAY, 741, false, &event);
    EXPECT_OK(hq_commit(filled.store));
    json_t *root = tables(&arena, &filled, PERIOD_day, REPORT_SCOPE_person, 1);
    EXPECT_INT(1, row_count(root, "days"));
    expect_number(row_of(root, "days", 0), "moved", 2);
    expect_number(row_of(root, "days", 0), "later_s", 1200);
    json_decref(root);
    store_filled_close(&filled);
    arena_deinit(&arena);
}
