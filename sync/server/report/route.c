/* What was made of the day plans: the order that was kept, what the collector put elsewhere or
 * fixed, the way and the hours as planned and as gone. From the facts of the tablets: the plans of
 * a day and its close; a day that was not closed has no way and no hours. */
#include "sync/server/report/kinds.h"

#include "sync/server/report/figure.h"
#include "sync/server/report/tables.h"

#include "core/domain/date.h"
#include "core/event/event.h"

enum { SECONDS_A_MINUTE_TENTH = 6, MINUTES_AN_HOUR_TENTH = 6, METRES_A_KM_TENTH = 100 };

/* One collector's day, or the sum of many. */
struct route_sum {
    int64_t days, closed_days;
    int64_t planned, visited, left, in_order;
    int64_t moved, fixed; /* by hand: put elsewhere; locked where it was, or wanted back in */
    int64_t cost_s;       /* how much later the day ended by that, as it was shown before */
    int64_t planned_m, way_m, stated_m;
    int64_t planned_minutes, worked_minutes;
};

struct route_day {
    struct route_day *next;
    uint32_t person_no;
    int32_t day;
    bool is_closed;
    struct route_sum sum;
    ds_PlanMade *plan; /* the one before; NULL none */
};

struct route_days {
    struct route_day *first, **end;
    ds_Event *event; /* room to decode */
};

static struct route_day *day_of(struct arena *arena, struct route_days *days, uint32_t person_no,
                                int32_t day)
{
    for (struct route_day *one = days->first; one != NULL; one = one->next) {
        if (one->person_no == person_no && one->day == day) {
            return one;
        }
    }
    struct route_day *made = ARENA_NEW(arena, struct route_day);
    *made = (struct route_day){.person_no = person_no, .day = day, .sum = {.days = 1}};
    *days->end = made;
    days->end = &made->next;
    return made;
}

/* The stop before (-1) or after (+1) `case_no` in a plan; 0: none, or it is not in it. */
static uint64_t neighbour(const ds_PlanMade *plan, uint64_t case_no, int by)
{
    for (pb_size_t i = 0; i < plan->stops_count; i++) {
        if (plan->stops[i] == case_no) {
            bool is_there = by < 0 ? i > 0 : i + 1 < plan->stops_count;
            return is_there ? plan->stops[by < 0 ? i - 1 : i + 1] : 0;
        }
    }
    return 0;
}

/* A stop that is put elsewhere leaves both its neighbours; one that is locked where it is keeps
 * at least the one after it, whatever was visited meanwhile. */
static bool is_elsewhere(const ds_PlanMade *before, const ds_PlanMade *plan)
{
    return before != NULL &&
           neighbour(before, plan->moved, -1) != neighbour(plan, plan->moved, -1) &&
           neighbour(before, plan->moved, 1) != neighbour(plan, plan->moved, 1);
}

static void plan_add(struct arena *arena, struct route_day *day, const ds_PlanMade *plan)
{
    if (plan->moved != 0) {
        bool is_moved = plan->cost_s != 0 || is_elsewhere(day->plan, plan);
        day->sum.moved += is_moved;
        day->sum.fixed += !is_moved;
        day->sum.cost_s += plan->cost_s;
    }
    if (!day->is_closed) {
        day->sum.planned = plan->stops_count;
    }
    if (day->plan == NULL) {
        day->plan = ARENA_NEW(arena, ds_PlanMade);
    }
    *day->plan = *plan;
}

static void close_add(struct route_day *day, const ds_DayClosed *closed)
{
    day->is_closed = true;
    day->sum.closed_days = 1;
    day->sum.planned = closed->planned;
    day->sum.visited = closed->visited;
    day->sum.left = (int64_t)closed->left + closed->skipped;
    day->sum.in_order = closed->in_order;
    day->sum.planned_m = closed->planned_distance_m;
    day->sum.way_m = closed->way_m;
    day->sum.stated_m = closed->distance_m;
    day->sum.planned_minutes = closed->planned_minutes;
    day->sum.worked_minutes = closed->worked_minutes;
}

static void fact_add(struct arena *arena, const struct gather *gather, struct route_days *days,
                     uint32_t person_no, struct str body)
{
    const struct period *period = &gather->periods[GATHER_now];
    ds_Event *event = days->event;
    if (event_decode(event, (const uint8_t *)body.bytes, body.size) != OK) {
        return; /* of a kind that this build cannot read */
    }
    bool is_plan = event->which_kind == ds_Event_plan_made_tag;
    bool is_close = event->which_kind == ds_Event_day_closed_tag;
    int32_t day = is_plan    ? event->kind.plan_made.day
                  : is_close ? event->kind.day_closed.day
                             : period->from_day - 1;
    if (day < period->from_day || day > period->until_day) {
        return;
    }
    struct route_day *row = day_of(arena, days, person_no, day);
    if (is_plan) {
        plan_add(arena, row, &event->kind.plan_made);
    } else {
        close_add(row, &event->kind.day_closed);
    }
}

static enum err days_read(struct arena *arena, struct hq_store *store, const struct gather *gather,
                          struct route_days *days)
{
    *days = (struct route_days){.event = ARENA_NEW(arena, ds_Event)};
    days->end = &days->first;
    struct hq_query query = hq_query(store, SQL_HQ_report_day_facts);
    hq_bind_i64(&query, "$from_at_ms", gather_from_at_ms(gather, GATHER_now));
    /* A day is closed in its own night at the latest. */
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, GATHER_now) + DATE_DAY_MS);
    while (hq_next(&query)) {
        uint32_t person_no = (uint32_t)hq_i64(&query, 0);
        if (gather_has_person(gather, person_no)) {
            fact_add(arena, gather, days, person_no, hq_text(&query, 1));
        }
    }
    return hq_end(&query);
}

static void sum_add(struct route_sum *sum, const struct route_sum *more)
{
    sum->days += more->days;
    sum->closed_days += more->closed_days;
    sum->planned += more->planned;
    sum->visited += more->visited;
    sum->left += more->left;
    sum->in_order += more->in_order;
    sum->moved += more->moved;
    sum->fixed += more->fixed;
    sum->cost_s += more->cost_s;
    sum->planned_m += more->planned_m;
    sum->way_m += more->way_m;
    sum->stated_m += more->stated_m;
    sum->planned_minutes += more->planned_minutes;
    sum->worked_minutes += more->worked_minutes;
}

enum { SUM_COLUMNS = 13 };

static void sum_columns(struct doc_block *table, enum lang lang)
{
    static const struct {
        const char *name, *title_key;
        bool is_silent;
    } columns[SUM_COLUMNS] = {
        {"planned", "report.column.planned_stops", false},
        {"visited", "report.column.visited_stops", false},
        {"not_visited", "report.column.not_visited_stops", true},
        {"in_order", "report.column.in_order", false},
        {"moved", "report.column.moved_stops", false},
        {"fixed", "report.column.fixed_stops", false},
        {"later_s", "report.column.later_by_hand", false},
        {"planned_m", "report.column.planned_way", false},
        {"way_m", "report.column.real_way", false},
        {"stated_m", "report.column.stated_way", true},
        {"planned_minutes", "report.column.planned_hours", false},
        {"worked_minutes", "report.column.worked_hours", false},
        {"closed_days", "report.column.closed_days", true},
    };
    for (size_t i = 0; i < SUM_COLUMNS; i++) {
        const char *title = lang_text(lang, columns[i].title_key);
        if (columns[i].is_silent) {
            doc_column_silent(table, columns[i].name, title);
        } else {
            doc_column(table, columns[i].name, title, true);
        }
    }
}

/* In tenths of a larger unit, rounded half away from zero. */
static int64_t tenths(int64_t value, int64_t of)
{
    return (value >= 0 ? value + of / 2 : value - of / 2) / of;
}

/* A number in tenths for people; for machines what it was made of. */
static struct doc_cell tenth_cell(const struct figure_style *style, enum metric_unit unit,
                                  int64_t value, int64_t of)
{
    struct doc_cell cell = figure_unit_cell(style, unit, tenths(value, of));
    cell.plain = str_format(style->arena, "%lld", (long long)value);
    cell.number = value;
    return cell;
}

static void sum_cells(const struct figure_style *style, const struct route_sum *sum,
                      struct doc_cell *cells)
{
    const int64_t counts[] = {sum->planned,  sum->visited, sum->left,
                              sum->in_order, sum->moved,   sum->fixed};
    for (size_t i = 0; i < COUNT(counts); i++) {
        cells[i] = figure_unit_cell(style, METRIC_UNIT_count, counts[i]);
    }
    cells[6] = tenth_cell(style, METRIC_UNIT_minutes, sum->cost_s, SECONDS_A_MINUTE_TENTH);
    cells[7] = tenth_cell(style, METRIC_UNIT_km, sum->planned_m, METRES_A_KM_TENTH);
    cells[8] = tenth_cell(style, METRIC_UNIT_km, sum->way_m, METRES_A_KM_TENTH);
    cells[9] = tenth_cell(style, METRIC_UNIT_km, sum->stated_m, METRES_A_KM_TENTH);
    cells[10] = tenth_cell(style, METRIC_UNIT_hours, sum->planned_minutes, MINUTES_AN_HOUR_TENTH);
    cells[11] = tenth_cell(style, METRIC_UNIT_hours, sum->worked_minutes, MINUTES_AN_HOUR_TENTH);
    cells[12] = figure_unit_cell(style, METRIC_UNIT_count, sum->closed_days);
    if (sum->closed_days == 0) { /* nobody has said yet */
        static const size_t unknown[] = {1, 2, 3, 7, 8, 9, 10, 11};
        for (size_t i = 0; i < COUNT(unknown); i++) {
            cells[unknown[i]] = (struct doc_cell){
                .text = lang_text(style->lang, "report.not_closed"), .is_empty = true};
        }
    }
}

static void days_table(struct doc *doc, const struct gather *gather, const struct route_days *days)
{
    struct figure_style style = figure_style(doc->arena, gather);
    size_t left_out = 0;
    struct doc_block *table =
        doc_table(doc, "days", lang_text(style.lang, "report.table.route_days"));
    doc_column(table, "day", lang_text(style.lang, "report.column.day"), false);
    doc_column(table, "person", lang_text(style.lang, "report.column.person"), false);
    sum_columns(table, style.lang);
    for (const struct route_day *one = days->first; one != NULL; one = one->next) {
        if (tables_takes(gather, table, &left_out)) {
            struct doc_cell *cells = doc_row(doc, table);
            cells[0] = figure_day_cell(&style, one->day);
            cells[1] = doc_cell_text(gather_person_name(doc->arena, gather, one->person_no));
            sum_cells(&style, &one->sum, cells + 2);
        }
    }
    tables_end(doc, gather, table, left_out);
}

static void people_table(struct doc *doc, const struct gather *gather,
                         const struct route_days *days)
{
    struct figure_style style = figure_style(doc->arena, gather);
    struct route_sum all = {0};
    struct doc_block *table =
        doc_table(doc, "people", lang_text(style.lang, "report.table.route_people"));
    doc_column(table, "person", lang_text(style.lang, "report.column.person"), false);
    doc_column(table, "days", lang_text(style.lang, "report.column.plan_days"), true);
    sum_columns(table, style.lang);
    for (const struct route_day *one = days->first; one != NULL;) {
        struct route_sum sum = {0};
        uint32_t person_no = one->person_no;
        for (; one != NULL && one->person_no == person_no; one = one->next) {
            sum_add(&sum, &one->sum);
        }
        struct doc_cell *cells = doc_row(doc, table);
        cells[0] = doc_cell_text(gather_person_name(doc->arena, gather, person_no));
        cells[1] = figure_unit_cell(&style, METRIC_UNIT_count, sum.days);
        sum_cells(&style, &sum, cells + 2);
        sum_add(&all, &sum);
    }
    struct doc_cell *cells = doc_row(doc, table);
    cells[0] = doc_cell_text(lang_text(style.lang, "report.total"));
    cells[1] = figure_unit_cell(&style, METRIC_UNIT_count, all.days);
    sum_cells(&style, &all, cells + 2);
}

enum err route_report(struct doc *doc, struct hq_store *store, const struct gather *gather)
{
    struct route_days days;
    TRY(days_read(doc->arena, store, gather, &days));
    people_table(doc, gather, &days);
    days_table(doc, gather, &days);
    doc_paragraph(doc, "meaning", lang_text(gather->ask->lang, "report.route.meaning"));
    return OK;
}
