/* Goal: the order of the day is the collector's: by finger or by button, its cost is said before
 * and nothing changes until it is taken; and when the day goes otherwise the plan follows. */
#include "tests/app/session/run.h"

enum { STOPS_MOST = 40, MINUTE_MS = 60000 };

/* Opens the day, and reads what stands then. */
static size_t stops_read(struct run *run, struct store_stop **stops_out)
{
    struct store *store = run_store(run);
    size_t count = 0;
    EXPECT_OK(store_plan_list(store, &run->program, date_day_at(portfolio_at_ms(), 480), stops_out,
                              &count));
    store_close(&store);
    return count;
}

/* Cases still to do, in order; "!" behind those that are locked. */
static const char *order_of(struct run *run)
{
    struct store_stop *stops = NULL;
    struct str_builder text;
    str_builder_init(&text, &run->program);
    str_add_text(&text, "");
    size_t count = stops_read(run, &stops);
    for (size_t i = 0; i < count; i++) {
        if (stops[i].state == STOP_planned) {
            str_add_format(&text, "%s%llu%s", text.size > 0 ? " " : "",
                           (unsigned long long)stops[i].case_no, stops[i].is_locked ? "!" : "");
        }
    }
    return text.text;
}

static void day_open(struct run *run, const char *name, const struct screen_options *options,
                     uint64_t cases[STOPS_MOST])
{
    struct store_stop *stops = NULL;
    size_t planned = 0;
    run_open(run, name, PORTFOLIO_CASES);
    EXPECT_INT(0, play(run, options, "wait 50\n"));
    size_t count = stops_read(run, &stops);
    EXPECT(count <= STOPS_MOST);
    for (size_t i = 0; i < count; i++) {
        if (stops[i].state == STOP_planned) {
            cases[planned++] = stops[i].case_no;
        }
    }
    EXPECT(planned >= 4);
}

#define TO_ORDER "tap #today/map\nwait 50\ntap \"调整顺序\"\nwait 50\n"
/* Another start shows the screen that was left; from the map the order has no stop in hand. */
#define AGAIN "tap #bar/back\nwait 50\ntap \"调整顺序\"\nwait 50\n"

/* The stops as they would stand with the one at `from` put to `to`. */
static const char *moved(struct run *run, const char *order, size_t from, size_t to)
{
    struct str rest = str_from(order);
    struct str items[STOPS_MOST];
    size_t count = 0;
    while (count < STOPS_MOST && rest.size > 0 && str_split(&rest, ' ', &items[count])) {
        count++;
    }
    struct str item = items[from];
    for (; from < to; from++) {
        items[from] = items[from + 1];
    }
    for (; from > to; from--) {
        items[from] = items[from - 1];
    }
    items[to] = item;
    struct str_builder text;
    str_builder_init(&text, &run->program);
    for (size_t i = 0; i < count; i++) {
        str_add_format(&text, "%s%.*s", i > 0 ? " " : "", (int)items[i].size, items[i].bytes);
    }
    return str_text(&run->program, str_built(&text));
}

static const char *without_locks(struct run *run, const char *order)
{
    struct str_builder text;
    str_builder_init(&text, &run->program);
    str_add_text(&text, "");
    for (const char *at = order; *at != '\0'; at++) {
        if (*at != '!') {
            str_add_char(&text, *at);
        }
    }
    return text.text;
}

static ds_PlanMade last_plan(struct run *run)
{
    struct store *store = run_store(run);
    struct store_records found;
    struct fact fact;
    EXPECT_OK(
        store_journal_list(store, &run->program, EVENT_plan_made, 0, INT64_MAX, 0, 1, &found));
    EXPECT_OK(store_journal_fact(store, found.items[0].seq, &fact));
    store_close(&store);
    return fact.event.kind.plan_made;
}

TEST(test_buttons_move_a_stop_and_the_cost_is_said_first)
{
    static const struct screen_options *const sizes[] = {&tablet, &handheld};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct run run;
        uint64_t cases[STOPS_MOST];
        day_open(&run, "order-buttons", sizes[i], cases);
        const char *before = order_of(&run);
        const char *try = str_format(&run.program,
                                     "tap #order/%llu\ntap #reorder/up\nwait 50\n"
                                     "expect \"收工\"\nexpect #reorder/accept\n",
                                     (unsigned long long)cases[2]);
        /* Looked at and left: nothing happened. */
        EXPECT_INT(0, play(&run, sizes[i],
                           str_format(&run.program,
                                      TO_ORDER "%stap #reorder/drop\n"
                                               "expect_not #reorder/accept\n",
                                      try)));
        EXPECT_TEXT(before, order_of(&run));
        EXPECT_TEXT("day_opened plan_made", facts_of(&run));
        EXPECT_INT(0, play(&run, sizes[i],
                           str_format(&run.program,
                                      AGAIN "%stap #reorder/accept\n"
                                            "expect \"顺序已改\"\n",
                                      try)));
        EXPECT_TEXT(moved(&run, without_locks(&run, before), 2, 1),
                    without_locks(&run, order_of(&run)));
        EXPECT_TEXT("day_opened plan_made plan_made", facts_of(&run));
        EXPECT_INT(cases[2], last_plan(&run).moved);
        run_close(&run);
    }
}

/* The middle of a grip, by the tree of meaning. */
static struct point grip_at(const char *dump, uint64_t case_no)
{
    char key[32];
    int x = 0;
    int y = 0;
    int w = 0;
    int h = 0;
    snprintf(key, sizeof key, "#grip/%llu ", (unsigned long long)case_no);
    const char *line = strstr(dump, key);
    EXPECT(line != NULL);
    const char *name_end = strstr(line, "\" ");
    EXPECT(name_end != NULL);
    EXPECT_INT(4, sscanf(name_end + 2, "%d,%d %dx%d", &x, &y, &w, &h));
    return (struct point){x + w / 2, y + h / 2};
}

/* Goal: a finger on the grip does what the buttons do, with the cost and the way back. */
TEST(test_a_drag_moves_a_stop_and_a_drag_back_undoes_it)
{
    struct run run;
    uint64_t cases[STOPS_MOST];
    struct str dump;
    day_open(&run, "order-drag", &tablet, cases);
    const char *before = without_locks(&run, order_of(&run));
    EXPECT_INT(0, play(&run, &tablet, TO_ORDER "dump order.txt\n"));
    EXPECT_OK(
        os_file_read(&run.program, os_path(&run.program, run.folder, "order.txt"), 1 << 20, &dump));
    struct point from = grip_at(dump.bytes, cases[0]);
    struct point to = grip_at(dump.bytes, cases[2]);
    EXPECT(to.y > from.y);
    const char *there = str_format(&run.program,
                                   AGAIN "drag %d %d %d %d 600\nwait 50\nexpect \"收工\"\n"
                                         "tap #reorder/accept\nexpect \"顺序已改\"\n",
                                   from.x, from.y, to.x, to.y);
    EXPECT_INT(0, play(&run, &tablet, there));
    EXPECT_TEXT(moved(&run, before, 0, 2), without_locks(&run, order_of(&run)));
    EXPECT_INT(cases[0], last_plan(&run).moved);
    EXPECT(strchr(order_of(&run), '!') != NULL); /* what was put by hand stays there */
    const char *back = str_format(&run.program,
                                  AGAIN "drag %d %d %d %d 600\nwait 50\n"
                                        "tap #reorder/accept\nexpect \"顺序已改\"\n",
                                  to.x, to.y, from.x, from.y);
    EXPECT_INT(0, play(&run, &tablet, back));
    EXPECT_TEXT(before, without_locks(&run, order_of(&run)));
    EXPECT_TEXT("day_opened plan_made plan_made plan_made", facts_of(&run));
    run_close(&run);
}

TEST(test_a_stop_is_locked_and_unlocked_by_a_tap)
{
    struct run run;
    uint64_t cases[STOPS_MOST];
    day_open(&run, "order-lock", &tablet, cases);
    const char *lock = str_format(&run.program,
                                  TO_ORDER "tap #order/%llu\nexpect \"固定这一站\"\n"
                                           "tap #reorder/lock\nexpect \"已固定\"\n",
                                  (unsigned long long)cases[1]);
    EXPECT(strchr(order_of(&run), '!') == NULL);
    EXPECT_INT(0, play(&run, &tablet, lock));
    const char *mark = str_format(&run.program, "%llu!", (unsigned long long)cases[1]);
    EXPECT(strstr(order_of(&run), mark) != NULL);
    EXPECT_INT(0, play(&run, &tablet,
                       str_format(&run.program,
                                  AGAIN "tap #order/%llu\ntap #reorder/lock\n"
                                        "expect \"已取消固定\"\n",
                                  (unsigned long long)cases[1])));
    EXPECT(strchr(order_of(&run), '!') == NULL);
    run_close(&run);
}

/* When the stop is to be reached; 0 when it is not to be. */
static int64_t arrival_of(struct run *run, uint64_t case_no)
{
    struct store_stop *stops = NULL;
    size_t count = stops_read(run, &stops);
    for (size_t i = 0; i < count; i++) {
        if (stops[i].case_no == case_no && stops[i].state == STOP_planned) {
            return stops[i].arrive_at_ms;
        }
    }
    return 0;
}

/* Goal: who comes two hours late promises nobody the morning. */
TEST(test_after_an_overrun_what_is_next_has_a_time_that_can_be_kept)
{
    struct run run;
    uint64_t cases[STOPS_MOST];
    struct screen_options late = tablet;
    struct store_stop *stops = NULL;
    day_open(&run, "order-late", &tablet, cases);
    late.at_ms = portfolio_at_ms() + 120 * MINUTE_MS;
    EXPECT(arrival_of(&run, cases[0]) < late.at_ms);
    EXPECT_INT(0, play(&run, &late, "wait 100\n"));
    size_t count = stops_read(&run, &stops);
    size_t planned = 0;
    for (size_t i = 0; i < count; i++) {
        if (stops[i].state == STOP_planned && stops[i].arrive_at_ms != 0) {
            EXPECT(stops[i].arrive_at_ms >= late.at_ms);
            planned++;
        }
    }
    EXPECT(planned > 0);
    run_close(&run);
}

TEST(test_nobody_home_brings_the_next_stop_forward)
{
    struct run run;
    uint64_t cases[STOPS_MOST];
    day_open(&run, "order-nobody", &tablet, cases);
    int64_t before_ms = arrival_of(&run, cases[1]);
    EXPECT(before_ms != 0);
    EXPECT_INT(0, play(&run, &tablet,
                       "tap #brief/start\ntap #visitors/2\ntap #visit/arrive_now\ntap #who/nobody\n"
                       "tap #outcome/nobody_home\nslide #visit/finish\nwait 500\n"));
    EXPECT_INT(0, arrival_of(&run, cases[0])); /* it is done */
    struct store_stop *stops = NULL;
    size_t count = stops_read(&run, &stops);
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        if (stops[i].state == STOP_planned && stops[i].arrive_at_ms != 0 &&
            stops[i].arrive_at_ms < first_ms) {
            first_ms = stops[i].arrive_at_ms;
        }
    }
    EXPECT(first_ms < before_ms);
    run_close(&run);
}
