/* Goal: headquarters counts what a tablet counts. The same random rows go once
 * through the store and the report's reader, and once straight into a tally as
 * the tablet's "My results" does; every metric must be equal, for everybody, for
 * each person and for a team. */
#include "sync/server/report/gather.h"
#include "tests/sync/server/report/store_filled.h"

#include <time.h>

static void tally_direct(struct tally *tally, struct arena *arena, const struct rows_made *made,
                         struct tally_scope scope)
{
    tally_start(tally, arena, &scope);
    rows_tally(made, tally);
}

static void expect_same(const char *whose, const struct tally *a, const struct tally *b)
{
    for (int i = 0; i < METRIC_COUNT; i++) {
        struct metric_value one = metric_of(a, (enum metric)i);
        struct metric_value other = metric_of(b, (enum metric)i);
        if (one.numerator != other.numerator || one.denominator != other.denominator) {
            fail_msg("%s: %s is %lld / %lld through the store, %lld / %lld directly", whose,
                     metric_name((enum metric)i), (long long)one.numerator,
                     (long long)one.denominator, (long long)other.numerator,
                     (long long)other.denominator);
        }
    }
}

static struct report_ask ask_make(enum report_kind kind, enum period_kind period, int32_t day)
{
    return (struct report_ask){
        .kind = kind,
        .period = period_at(period, day),
        .now_ms = date_instant(day + 100, 600, 480),
        .lang = LANG_zh,
    };
}

TEST(test_gather_equals_the_tablets_tally_of_the_same_rows)
{
    int32_t from_day = date_from_civil(2026, 8, 20);
    for (uint64_t seed = 21; seed <= 23; seed++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct rows_made made = rows_make(&arena, seed, 1600, from_day, from_day + 80);
        struct store_filled filled = store_filled_open();
        store_filled_add(&filled, &arena, &made);
        struct hq_store *reader = NULL;
        EXPECT_OK(hq_store_open(&reader, filled.folder, HQ_ACCESS_read, false));

        struct report_ask ask = ask_make(REPORT_month, PERIOD_month, date_from_civil(2026, 10, 5));
        struct gather *gather = ARENA_NEW(&arena, struct gather);
        EXPECT_OK(gather_all(&arena, reader, &ask, gather));
        struct tally *direct = ARENA_NEW(&arena, struct tally);
        for (int span = 0; span < GATHER_SPAN_COUNT; span++) {
            struct tally_scope scope = {
                .from_day = gather->periods[span].from_day,
                .until_day = gather->periods[span].until_day,
                .as_of_day = gather->periods[span].until_day,
                .offset_minutes = 480,
                .is_everyone = true,
            };
            tally_direct(direct, &arena, &made, scope);
            expect_same("everybody", &gather->tallies[span], direct);
            scope.is_everyone = false;
            scope.person_count = 1;
            EXPECT_INT(ROWS_PERSONS + 1, gather->person_count);
            for (uint32_t person_no = 0; person_no <= ROWS_PERSONS; person_no++) {
                scope.persons = &person_no;
                tally_direct(direct, &arena, &made, scope);
                expect_same(gather->persons[person_no].name,
                            &gather->persons[person_no].tallies[span], direct);
            }
        }
        EXPECT(gather->has_data[GATHER_now] && gather->has_data[GATHER_before]);
        EXPECT(!gather->has_data[GATHER_year_before]);

        static const uint32_t team[] = {4, 5};
        ask.scope = REPORT_SCOPE_team;
        ask.scope_no = 2;
        EXPECT_OK(gather_all(&arena, reader, &ask, gather));
        struct tally_scope scope = {
            .from_day = ask.period.from_day,
            .until_day = ask.period.until_day,
            .as_of_day = ask.period.until_day,
            .offset_minutes = 480,
            .persons = team,
            .person_count = COUNT(team),
        };
        tally_direct(direct, &arena, &made, scope);
        expect_same("team", &gather->tallies[GATHER_now], direct);

        hq_store_close(reader);
        store_filled_close(&filled);
        arena_deinit(&arena);
    }
}

TEST(test_gather_knows_who_is_asked_for)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct rows_made made = rows_make(&arena, 3, 40, 20000, 20010);
    struct store_filled filled = store_filled_open();
    store_filled_add(&filled, &arena, &made);
    struct report_ask ask = ask_make(REPORT_t1, PERIOD_month, 20000);
    struct gather *gather = ARENA_NEW(&arena, struct gather);

    ask.scope = REPORT_SCOPE_person;
    ask.scope_no = 2;
    EXPECT_OK(gather_all(&arena, filled.store, &ask, gather));
    EXPECT_INT(1, gather->person_count);
    EXPECT_TEXT("乙二", gather->scope_name);
    EXPECT(gather_has_person(gather, 2) && !gather_has_person(gather, 1));
    EXPECT_TEXT("#9", gather_person_name(&arena, gather, 9));

    ask.scope_no = 99;
    EXPECT_ERR(ERR_not_found, gather_all(&arena, filled.store, &ask, gather));
    ask.scope = REPORT_SCOPE_team;
    EXPECT_ERR(ERR_not_found, gather_all(&arena, filled.store, &ask, gather));
    ask.scope_no = 1;
    EXPECT_OK(gather_all(&arena, filled.store, &ask, gather));
    EXPECT_INT(3, gather->person_count);
    EXPECT_TEXT("外访一组", gather->scope_name);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

TEST(test_gather_states_debts_as_of_today_while_the_period_runs)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = store_filled_open();
    struct report_ask ask = ask_make(REPORT_month, PERIOD_month, date_from_civil(2026, 11, 10));
    ask.now_ms = date_instant(date_from_civil(2026, 11, 10), 600, 480);
    struct gather *gather = ARENA_NEW(&arena, struct gather);
    EXPECT_OK(gather_all(&arena, filled.store, &ask, gather));
    EXPECT_INT(date_from_civil(2026, 11, 10), gather->as_of_day);
    ask.now_ms = date_instant(date_from_civil(2026, 12, 10), 600, 480);
    EXPECT_OK(gather_all(&arena, filled.store, &ask, gather));
    EXPECT_INT(date_from_civil(2026, 11, 30), gather->as_of_day);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

static int64_t cpu_ms(void)
{
    return (int64_t)clock() * 1000 / CLOCKS_PER_SEC;
}

TEST(test_gather_counts_ten_thousand_events_in_a_blink)
{
    struct arena arena;
    arena_init(&arena, 0);
    int32_t from_day = date_from_civil(2026, 10, 1);
    struct rows_made made = rows_make(&arena, 5, 10000, from_day, from_day + 30);
    struct store_filled filled = store_filled_open();
    store_filled_add(&filled, &arena, &made);
    struct report_ask ask = ask_make(REPORT_month, PERIOD_month, from_day);
    struct gather *gather = ARENA_NEW(&arena, struct gather);
    int64_t start_ms = cpu_ms();
    EXPECT_OK(gather_all(&arena, filled.store, &ask, gather));
    int64_t used_ms = cpu_ms() - start_ms;
    print_message("10,000 events, %zu cases, three spans: %lld ms CPU\n", made.case_count,
                  (long long)used_ms);
    EXPECT(gather->tallies[GATHER_now].contact_count > 4000);
    EXPECT(used_ms < 3000); /* slow machines and sanitizers included */
    store_filled_close(&filled);
    arena_deinit(&arena);
}
