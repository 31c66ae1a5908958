/* What headquarters knows, as a problem for a team; and cases that change hands. */
#include "sync/server/plan/plan_words.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "sync/server/store/ingest.h"

#include "tests/sync/server/import/store_folder.h"

static struct imported imported;

static void person_add(struct world *world, const char *code, const char *areas, int64_t role,
                       bool is_active)
{
    struct hq_query query = hq_query(world->store, SQL_HQ_person_next);
    int64_t number;
    EXPECT_OK(hq_one_i64(&query, &number));
    query = hq_query(world->store, SQL_HQ_person_put);
    hq_bind_i64(&query, "$person_no", number);
    hq_bind_text(&query, "$code", str_from(code));
    hq_bind_text(&query, "$name", str_from(code));
    hq_bind_i64(&query, "$role", role);
    hq_bind_i64(&query, "$team_no", 0);
    hq_bind_i64(&query, "$is_active", is_active);
    hq_bind_text(&query, "$areas", str_from(areas));
    hq_bind_i64(&query, "$capacity", 0);
    EXPECT_OK(hq_run(&query));
}

static void terms_set(struct world *world, uint32_t person_no, const char *text)
{
    struct staff_terms terms = staff_terms_read(str_from(text));
    EXPECT_OK(staff_terms_put(&world->arena, world->store, person_no, &terms));
}

static void give(struct world *world, uint64_t case_no, uint32_t person_no, uint32_t epoch)
{
    ds_Event event = ds_Event_init_zero;
    event.case_no = case_no;
    event.which_kind = ds_Event_case_assigned_tag;
    event.kind.case_assigned.owner_no = person_no;
    event.kind.case_assigned.lease_epoch = epoch;
    EXPECT_OK(ingest_own_one(&world->arena, world->store, &event, world->now_ms, NULL));
}

#define HEADING_PLACES                                                                     \
    "case_ref,client,product,debtor_name,id_number,principal,balance_date,due_date,addr1," \
    "addr1_area,addr1_lat,addr1_lon,addr1_datum,mandate_until,flags\n"
#define CASE(ref, product, id, area, lat, until, flags)                                 \
    ref ",B," product ",赵示例," id ",9000,2026-11-20,2026-08-05,某路1号," area "," lat \
        ",118.1,wgs84," until "," flags "\n"

/* C1 serves 甲区, C2 乙区, C3 all; C4 has left, S5 is no collector. */
static void world_fill(struct world *world)
{
    world_open(world);
    EXPECT_OK(hq_begin(world->store));
    person_add(world, "C1", "甲区", STAFF_ROLE_collector, true);
    person_add(world, "C2", "乙区", STAFF_ROLE_collector, true);
    person_add(world, "C3", "", STAFF_ROLE_collector, true);
    person_add(world, "C4", "", STAFF_ROLE_collector, false);
    person_add(world, "S5", "", STAFF_ROLE_supervisor, true);
    EXPECT_OK(hq_commit(world->store));
    world_import(world, &imported,
                 HEADING_PLACES CASE("A1", "card", "990101198001010014", "甲区", "31.20", "", "")
                     CASE("A2", "car", "990101198001010014", "甲区", "31.21", "", "")
                         CASE("A3", "car", "", "乙区", "31.22", "", "")
                             CASE("A4", "card", "", "丙区", "31.23", "", "two_visitors")
                                 CASE("A5", "card", "", "甲区", "31.24", "2026-11-21", "")
                                     CASE("A6", "card", "", "甲区", "31.25", "", "refuses_visits"),
                 false, false);
    EXPECT_INT(6, imported.result.new_count);
}

static struct portfolio load(struct world *world, uint32_t days)
{
    struct portfolio portfolio;
    const struct portfolio_terms terms = {
        .now_ms = world->now_ms, .first_day = date_from_civil(2026, 11, 23), .day_count = days};
    EXPECT_OK(portfolio_load(&world->arena, world->store, &terms, &portfolio));
    return portfolio;
}

static const struct portfolio_case *case_of(const struct portfolio *portfolio, const char *ref)
{
    for (size_t i = 0; i < portfolio->case_count; i++) {
        if (strcmp(portfolio->cases[i].case_ref, ref) == 0) {
            return &portfolio->cases[i];
        }
    }
    fail_msg("no case %s", ref);
    return NULL;
}

static const struct team_unit *unit_of(const struct portfolio *portfolio, const char *ref)
{
    return &portfolio->team.units[case_of(portfolio, ref)->unit];
}

/* Bits of collectors who may have the case, the first lowest. */
static uint64_t may(const struct portfolio *portfolio, const char *ref)
{
    return portfolio->team.may[case_of(portfolio, ref)->unit];
}

TEST(test_area_skill_and_activity_say_who_may)
{
    struct world world;
    world_fill(&world);
    struct portfolio portfolio = load(&world, 1);
    EXPECT_INT(3, portfolio.team.collector_count);
    EXPECT_INT(5, portfolio.open_count); /* A5: the mandate is over */
    EXPECT_INT(TEAM_NONE, case_of(&portfolio, "A5")->unit);
    EXPECT_INT(1, may(&portfolio, "A1"));
    EXPECT_INT(2, may(&portfolio, "A3"));
    EXPECT_INT(4, may(&portfolio, "A4")); /* nobody serves 丙区: who serves all */
    /* One debtor, one visit: two cases at once. */
    EXPECT_INT(case_of(&portfolio, "A1")->unit, case_of(&portfolio, "A2")->unit);
    EXPECT_INT(2, unit_of(&portfolio, "A1")->case_count);
    /* As soon as somebody is trained for a product, only those go. */
    EXPECT_OK(hq_begin(world.store));
    terms_set(&world, 1, "skills = car;two_visitors");
    EXPECT_OK(hq_commit(world.store));
    portfolio = load(&world, 1);
    EXPECT_INT(1, may(&portfolio, "A1"));
    EXPECT_INT(0, may(&portfolio, "A3"));
    EXPECT_INT(0, may(&portfolio, "A4"));
    world_close(&world);
}

TEST(test_leave_hours_and_places_shape_the_days)
{
    struct world world;
    world_fill(&world);
    EXPECT_OK(hq_begin(world.store));
    terms_set(&world, 1,
              "leave = 2026-11-24/2026-11-25;2026-12-01\nhours = 07:00-17:30\n"
              "place = 31.3 118.2");
    EXPECT_OK(hq_commit(world.store));
    struct portfolio portfolio = load(&world, 3);
    const struct team_collector *first = &portfolio.team.collectors[0];
    EXPECT_INT(6, first->days_off);
    EXPECT_INT(8 * 3600, first->from_s); /* contact hours begin then */
    EXPECT_INT(17 * 3600 + 1800, first->until_s);
    EXPECT_INT(313000000, first->home.lat_e7);
    EXPECT_INT(0, portfolio.team.collectors[1].days_off);
    EXPECT_INT(2, portfolio.homeless_count);
    world_close(&world);
}

TEST(test_what_a_rule_forbids_is_not_visited_and_says_so)
{
    struct world world;
    world_fill(&world);
    struct portfolio portfolio = load(&world, 2);
    const struct portfolio_case *stopped = case_of(&portfolio, "A6");
    EXPECT_INT(2, portfolio.team.units[stopped->unit].not_before_day);
    EXPECT_INT(PORTFOLIO_BAR_rule, portfolio.units[stopped->unit].bar);
    EXPECT(portfolio.units[stopped->unit].refusal != NULL);
    EXPECT_INT(0, unit_of(&portfolio, "A1")->not_before_day);
    world_close(&world);
}

TEST(test_a_case_under_way_stays_with_its_owner)
{
    struct world world;
    world_fill(&world);
    EXPECT_OK(hq_begin(world.store));
    give(&world, 1, 1, 1);
    give(&world, 3, 4, 1); /* has left: holds nothing */
    EXPECT_OK(hq_commit(world.store));
    struct portfolio portfolio = load(&world, 1);
    EXPECT_INT(0, unit_of(&portfolio, "A1")->owner);
    EXPECT(!unit_of(&portfolio, "A1")->is_held);
    EXPECT_INT(TEAM_NONE, unit_of(&portfolio, "A3")->owner);
    /* A2 of the same debtor goes where A1 is. */
    EXPECT_INT(case_of(&portfolio, "A1")->unit, case_of(&portfolio, "A2")->unit);
    /* The tablet was heard two days ago, then no more. */
    struct hq_query query = hq_query(world.store, SQL_HQ_device_add);
    EXPECT_OK(hq_begin(world.store));
    uint8_t key[32] = {1};
    hq_bind_i64(&query, "$device_no", 1);
    hq_bind_i64(&query, "$person_no", 1);
    hq_bind_bytes(&query, "$public_key", key, sizeof key);
    hq_bind_i64(&query, "$enrolled_at_ms", world.now_ms - PORTFOLIO_SILENT_MS - 1);
    hq_bind_i64(&query, "$app_version", 1);
    hq_bind_text(&query, "$model", STR(""));
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(world.store));
    portfolio = load(&world, 1);
    EXPECT(unit_of(&portfolio, "A1")->is_held);
    world_close(&world);
}

static void find_at(struct world *world, uint64_t case_no, const char *address, uint32_t result)
{
    ds_Event event = ds_Event_init_zero;
    event.case_no = case_no;
    event.which_kind = ds_Event_address_noted_tag;
    snprintf(event.kind.address_noted.text, sizeof event.kind.address_noted.text, "%s", address);
    event.kind.address_noted.kind = ADDRESS_KIND_home;
    event.kind.address_noted.result = result;
    event.person_no = 1;
    event.kind.address_noted.source = FACT_SOURCE_observation;
    EXPECT_OK(hq_begin(world->store));
    EXPECT_OK(ingest_own_one(&world->arena, world->store, &event, world->now_ms, NULL));
    EXPECT_OK(hq_commit(world->store));
}

/* Requirement: a visit that found somebody else must not lead the next one there. */
TEST(test_nobody_is_sent_to_an_address_that_was_wrong)
{
    struct world world;
    world_fill(&world);
    struct portfolio portfolio = load(&world, 2);
    EXPECT_INT(PORTFOLIO_BAR_none, portfolio.units[case_of(&portfolio, "A3")->unit].bar);
    find_at(&world, 3, "某路1号", ADDRESS_RESULT_wrong);
    portfolio = load(&world, 2);
    const struct portfolio_case *wrong = case_of(&portfolio, "A3");
    EXPECT_INT(PORTFOLIO_BAR_address, portfolio.units[wrong->unit].bar);
    EXPECT_INT(2, portfolio.team.units[wrong->unit].not_before_day);
    EXPECT(!portfolio.units[wrong->unit].is_located);
    /* A new address is where the next visit goes; where it lies nobody has said. */
    find_at(&world, 3, "某路9号", ADDRESS_RESULT_lives_here);
    portfolio = load(&world, 2);
    EXPECT_INT(PORTFOLIO_BAR_none, portfolio.units[case_of(&portfolio, "A3")->unit].bar);
    EXPECT_INT(0, unit_of(&portfolio, "A3")->not_before_day);
    EXPECT(!portfolio.units[case_of(&portfolio, "A3")->unit].is_located);
    world_close(&world);
}

/* ---- what a customer asked for ---- */

/* The customer of the case wants nobody on these weekdays, bit 0 Monday. */
static void wish(struct world *world, uint64_t case_no, uint32_t not_weekdays)
{
    ds_Event event = ds_Event_init_zero;
    event.case_no = case_no;
    event.which_kind = ds_Event_status_stated_tag;
    event.kind.status_stated.flag = STOP_FLAG_own_times;
    event.kind.status_stated.not_weekdays = not_weekdays;
    snprintf(event.kind.status_stated.by, sizeof event.kind.status_stated.by, "S5");
    snprintf(event.kind.status_stated.note, sizeof event.kind.status_stated.note, "called");
    EXPECT_OK(hq_begin(world->store));
    EXPECT_OK(ingest_own_one(&world->arena, world->store, &event, world->now_ms, NULL));
    EXPECT_OK(hq_commit(world->store));
}

enum { MONDAY = 1, TUESDAY = 2, WEDNESDAY = 4, THURSDAY = 8, WORKING_DAYS = 31 };

/* Five days from Monday, 2026-11-23. A1 and A2 are of one debtor: one door. */
TEST(test_no_case_is_planned_on_a_weekday_that_its_customer_asked_to_be_left_alone)
{
    static const struct {
        const char *name;
        uint32_t wish_1, wish_2, shut; /* days, not weekdays: alike from a Monday on */
        int32_t not_before;
        enum portfolio_bar bar;
    } rows[] = {
        {"no wish", 0, 0, 0, 0, PORTFOLIO_BAR_none},
        {"not on the first day", MONDAY, 0, 1, 1, PORTFOLIO_BAR_none},
        {"not on a day after the first free one", WEDNESDAY, 0, 4, 0, PORTFOLIO_BAR_none},
        {"first and later", MONDAY | THURSDAY, 0, 9, 1, PORTFOLIO_BAR_none},
        {"of two cases, each its own", MONDAY, TUESDAY | THURSDAY, 11, 2, PORTFOLIO_BAR_none},
        {"only the weekend", WORKING_DAYS, 0, 31, 5, PORTFOLIO_BAR_rule},
        {"two that leave nothing together", 7, 24, 31, 5, PORTFOLIO_BAR_rule},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        world_fill(&world);
        if (rows[i].wish_1 != 0) {
            wish(&world, 1, rows[i].wish_1);
        }
        if (rows[i].wish_2 != 0) {
            wish(&world, 2, rows[i].wish_2);
        }
        struct portfolio portfolio = load(&world, 5);
        const struct team_unit *unit = unit_of(&portfolio, "A1");
        const struct portfolio_unit *about = &portfolio.units[case_of(&portfolio, "A1")->unit];
        EXPECT_ROW(rows[i].name, unit->days_shut == rows[i].shut);
        EXPECT_ROW(rows[i].name, unit->not_before_day == rows[i].not_before);
        EXPECT_ROW(rows[i].name, about->bar == rows[i].bar);
        EXPECT_ROW(rows[i].name, about->bar == PORTFOLIO_BAR_none || about->refusal != NULL);
        EXPECT_ROW(rows[i].name, unit_of(&portfolio, "A3")->days_shut == 0);
        world_close(&world);
    }
}

/* 2026-11-27 is a Friday: the second day is free. */
TEST(test_hours_count_as_the_tablets_were_told)
{
    struct world world;
    struct chance chance = {0};
    char counts[CHANCE_TEXT_SIZE];
    world_fill(&world);
    struct portfolio portfolio = load(&world, 1);
    EXPECT(portfolio.team.chance == NULL);
    chance.counts[CHANCE_DAY_working][4] = (struct chance_count){.tried = 90, .met = 80};
    chance.counts[CHANCE_DAY_working][1] = (struct chance_count){.tried = 90, .met = 10};
    chance_write(counts, &chance, world.now_ms);
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(hq_setting_set(world.store, "chance.counts", counts));
    EXPECT_OK(hq_commit(world.store));
    const struct portfolio_terms terms = {
        .now_ms = world.now_ms, .first_day = date_from_civil(2026, 11, 27), .day_count = 2};
    EXPECT_OK(portfolio_load(&world.arena, world.store, &terms, &portfolio));
    for (size_t band = 0; band < CHANCE_BANDS; band++) {
        EXPECT_INT(chance_permille(&chance, CHANCE_DAY_working, band),
                   portfolio.team.chance[0][band]);
        EXPECT_INT(chance_permille(&chance, CHANCE_DAY_free, band), portfolio.team.chance[1][band]);
    }
    EXPECT(portfolio.team.chance[0][4] > portfolio.team.chance[0][1]);
    world_close(&world);
}

/* ---- moves ---- */

static struct moves moves_of(struct move *items, size_t count)
{
    return (struct moves){.items = items, .count = count};
}

static struct moves_result run(struct world *world, const struct moves *moves)
{
    struct moves_result result = {0};
    size_t at = 0;
    while (at < moves->count) {
        EXPECT_OK(moves_make(world->store, moves, world->now_ms, "test", &at, &result));
    }
    return result;
}

static int64_t owner_of(struct world *world, int64_t case_no)
{
    struct hq_query query = hq_query(world->store, SQL_HQ_plan_holder);
    hq_bind_i64(&query, "$case_no", case_no);
    EXPECT(hq_next(&query));
    int64_t owner = hq_i64(&query, 1) * 100 + hq_i64(&query, 2);
    EXPECT_OK(hq_end(&query));
    return owner;
}

TEST(test_moves_are_made_once_and_undone)
{
    struct world world;
    world_fill(&world);
    EXPECT_OK(hq_begin(world.store));
    give(&world, 1, 1, 1);
    give(&world, 2, 2, 1);
    EXPECT_OK(hq_commit(world.store));
    struct move items[] = {
        {.case_no = 1,
         .case_ref = "A1",
         .from_no = 1,
         .to_no = 3,
         .epoch = 1,
         .why = "因,为\"它\""},
        {.case_no = 2, .case_ref = "A2", .from_no = 1, .to_no = 3, .epoch = 1, .why = "w"},
        {.case_no = 3, .case_ref = "A3", .from_no = 0, .to_no = 2, .epoch = 0, .why = "w"},
        {.case_no = 99, .case_ref = "Z", .from_no = 0, .to_no = 2, .epoch = 0, .why = "w"},
    };
    struct moves moves = moves_of(items, COUNT(items));
    struct moves_result would;
    EXPECT_OK(moves_try(world.store, &moves, &would));
    EXPECT_INT(2, would.made);
    EXPECT_INT(101, owner_of(&world, 1));
    struct moves_result result = run(&world, &moves);
    EXPECT_INT(2, result.made);
    EXPECT_INT(2, result.passed); /* A2 is C2's, 99 is nothing */
    EXPECT_INT(302, owner_of(&world, 1));
    EXPECT_INT(201, owner_of(&world, 2));
    EXPECT_INT(201, owner_of(&world, 3));
    result = run(&world, &moves);
    EXPECT_INT(0, result.made);
    EXPECT_INT(2, result.already);
    struct moves back = moves_reverse(&world.arena, &moves, "undone");
    EXPECT_INT(2, back.count); /* nobody held A3 */
    result = run(&world, &back);
    EXPECT_INT(1, result.made);
    EXPECT_INT(103, owner_of(&world, 1));
    /* Who took it over again meanwhile keeps it. */
    EXPECT_INT(0, run(&world, &moves).made);
    world_close(&world);
}

TEST(test_a_file_of_moves_says_again_what_was_written)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct move items[] = {
        {.case_no = 1,
         .case_ref = "A,1",
         .from_no = 1,
         .to_no = 3,
         .epoch = 1,
         .why = "因,为\"它\""},
        {.case_no = 7, .case_ref = "", .from_no = 0, .to_no = 2, .epoch = 0, .why = ""}};
    struct moves moves = moves_of(items, COUNT(items));
    struct moves read;
    int64_t line;
    FILE *file = tmpfile();
    EXPECT(file != NULL);
    EXPECT_OK(moves_write(file, &moves));
    rewind(file);
    EXPECT_OK(moves_read(&arena, file, &read, &line));
    fclose(file);
    EXPECT_INT(2, read.count);
    EXPECT_TEXT("A,1", read.items[0].case_ref);
    EXPECT_TEXT(items[0].why, read.items[0].why);
    EXPECT_INT(3, read.items[0].to_no);
    EXPECT_INT(7, read.items[1].case_no);
    static const struct {
        const char *text;
        int64_t line;
    } bad[] = {{"", 1},
               {"case_no,from,to\n", 1},
               {"case_no,case_ref,from,to,epoch,why\n1,A,0,2,0,w\n1,A,0,2,0,w\n", 3},
               {"case_no,case_ref,from,to,epoch,why\n1,A,0,-2,0,w\n", 2},
               {"case_no,case_ref,from,to,epoch,why\n1,A,0,2,w\n", 2},
               {"case_no,case_ref,from,to,epoch,why\n1,A,0,2,4294967295,w\n", 2}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        file = file_of(bad[i].text);
        EXPECT_ERR(ERR_malformed, moves_read(&arena, file, &read, &line));
        EXPECT_INT(bad[i].line, line);
        fclose(file);
    }
    arena_deinit(&arena);
}

/* ---- terms of staff ---- */

TEST(test_terms_of_staff_are_read_as_they_were_written)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct staff_terms terms = staff_terms_none();
    EXPECT(staff_terms_set_skills(&terms, STR("车贷;two_visitors")));
    EXPECT(staff_terms_set_leave(&terms, STR("2026-12-01/2026-12-05; 2026-12-24")));
    EXPECT(staff_terms_set_hours(&terms, STR("08:30-17:05")));
    EXPECT(staff_terms_set_place(&terms, STR("-31.2041 118.1673000")));
    struct staff_terms again = staff_terms_read(str_from(staff_terms_write(&arena, &terms)));
    EXPECT(str_equal(terms.skills, again.skills));
    EXPECT_INT(2, again.leave_count);
    EXPECT_INT(510, again.from_minute);
    EXPECT_INT(1025, again.until_minute);
    EXPECT_INT(-312041000, again.place.lat_e7);
    EXPECT(staff_terms_is_away(&again, date_from_civil(2026, 12, 5)));
    EXPECT(!staff_terms_is_away(&again, date_from_civil(2026, 12, 6)));
    static const char *const bad_leave[] = {"2026-12-05/2026-12-01", "soon",
                                            "2026-12-01/2026-12-05/1"};
    static const char *const bad_hours[] = {"8-17:00", "18:00-09:00", "08:00", "24:01-25:00"};
    static const char *const bad_place[] = {"31.2", "31.2 x", "91 10", "31.2,118.1"};
    for (size_t i = 0; i < COUNT(bad_leave); i++) {
        EXPECT_ROW(bad_leave[i], !staff_terms_set_leave(&terms, str_from(bad_leave[i])));
    }
    for (size_t i = 0; i < COUNT(bad_hours); i++) {
        EXPECT_ROW(bad_hours[i], !staff_terms_set_hours(&terms, str_from(bad_hours[i])));
    }
    for (size_t i = 0; i < COUNT(bad_place); i++) {
        EXPECT_ROW(bad_place[i], !staff_terms_set_place(&terms, str_from(bad_place[i])));
    }
    EXPECT_INT(2, terms.leave_count); /* what was bad changed nothing */
    EXPECT_INT(510, terms.from_minute);
    arena_deinit(&arena);
}
