/* Goal: every report prints, in both languages and three forms, with every blank
 * filled; goldens show what a supervisor would read. */
#include "core/domain/catalog.h"
#include "sync/server/report/report.h"
#include "sync/server/report/target.h"
#include "tests/sync/server/report/route_facts.h"

#include <jansson.h>

static struct report_ask ask_make(enum report_kind kind, enum period_kind period, int32_t day)
{
    return (struct report_ask){
        .kind = kind,
        .period = period_at(period, day),
        .now_ms = date_instant(date_from_civil(2026, 11, 22), 600, 480),
        .money = report_kind_money(kind),
        .lang = LANG_zh,
    };
}

static const char *report(struct arena *arena, const struct store_filled *filled,
                          const struct report_ask *ask)
{
    struct str text;
    struct hq_store *reader = NULL;
    EXPECT_OK(hq_store_open(&reader, filled->folder, HQ_ACCESS_read, false));
    EXPECT_OK(report_make(arena, reader, ask, &text));
    hq_store_close(reader);
    EXPECT(text.size > 0 && text.bytes[text.size - 1] == '\n');
    EXPECT(str_is_utf8(text));
    return text.bytes;
}

static void setting(struct hq_store *store, const char *name, const char *value)
{
    EXPECT_OK(hq_begin(store));
    EXPECT_OK(hq_setting_set(store, name, value));
    EXPECT_OK(hq_commit(store));
}

static void device(struct hq_store *store, int64_t device_no, int64_t person_no, int64_t seen_at_ms)
{
    EXPECT_OK(hq_begin(store));
    struct hq_query add = hq_query(store, SQL_HQ_device_add);
    hq_bind_i64(&add, "$device_no", device_no);
    hq_bind_i64(&add, "$person_no", person_no);
    hq_bind_bytes(&add, "$public_key", "0123456789abcdef0123456789abcdef", 32);
    hq_bind_i64(&add, "$enrolled_at_ms", 1);
    hq_bind_i64(&add, "$app_version", 100);
    hq_bind_text(&add, "$model", STR("test"));
    EXPECT_OK(hq_run(&add));
    struct hq_query seen = hq_query(store, SQL_HQ_device_seen);
    hq_bind_i64(&seen, "$device_no", device_no);
    hq_bind_i64(&seen, "$seen_at_ms", seen_at_ms);
    hq_bind_i64(&seen, "$app_version", 100);
    hq_bind_i64(&seen, "$policy", 0x1234);
    EXPECT_OK(hq_run(&seen));
    EXPECT_OK(hq_commit(store));
}

/* The store behind the goldens: 240 events over a year-end, with targets set. */
static struct store_filled golden_store(struct arena *arena)
{
    int32_t from_day = date_from_civil(2026, 9, 25);
    struct rows_made made = rows_make(arena, 42, 240, from_day, from_day + 50);
    struct store_filled filled = store_filled_open();
    store_filled_add(&filled, arena, &made);
    route_days(filled.store, date_from_civil(2026, 10, 21));
    setting(filled.store, "target.month.recovery_rate", "9500");
    setting(filled.store, "target.month.default_rate", "500");
    setting(filled.store, TARGET_COMMISSION, "800");
    setting(filled.store, TARGET_SHARE, "7000");
    device(filled.store, 1, 1, date_instant(date_from_civil(2026, 11, 22), 570, 480));
    device(filled.store, 2, 2, date_instant(date_from_civil(2026, 11, 20), 1080, 480));
    return filled;
}

static enum period_kind golden_period(enum report_kind kind)
{
    return kind == REPORT_daily    ? PERIOD_day
           : kind == REPORT_weekly ? PERIOD_week
           : kind == REPORT_t5     ? PERIOD_year
                                   : PERIOD_month;
}

TEST(test_report_goldens_in_both_languages_and_three_forms)
{
    static const char *const endings[] = {"txt", "csv", "json"};
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = golden_store(&arena);
    for (int kind = 0; kind < REPORT_COUNT; kind++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            for (int format = 0; format < 3; format++) {
                enum report_kind report_kind = (enum report_kind)kind;
                struct report_ask ask = ask_make(report_kind, golden_period(report_kind),
                                                 date_from_civil(2026, 10, 21));
                ask.lang = (enum lang)lang;
                ask.format = (enum report_format)format;
                ask.rows_max = 12;
                char name[96];
                snprintf(name, sizeof name, "reports/%s.%s.%s", report_kind_name(report_kind),
                         lang_name(ask.lang), endings[format]);
                struct arena_mark mark = arena_mark(&arena);
                test_golden(TESTS_FOLDER, name, report(&arena, &filled, &ask));
                arena_rollback(&arena, mark);
            }
        }
    }
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* A blank that nobody filled would stand as "__", "{name}" or a raw key. */
static void expect_no_blank(const char *row, const char *text)
{
    static const char *const traces[] = {"__", "{", "}", "⟦", "metric.", "report.", "(null)"};
    for (size_t i = 0; i < COUNT(traces); i++) {
        if (strstr(text, traces[i]) != NULL) {
            fail_msg("%s holds \"%s\":\n%s", row, traces[i], text);
        }
    }
}

TEST(test_report_fills_every_blank_with_and_without_data)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled full = golden_store(&arena);
    struct store_filled empty = store_filled_open();
    for (int kind = 0; kind < REPORT_COUNT; kind++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            for (int period = 0; period < PERIOD_KIND_COUNT; period++) {
                for (int wan = 0; wan < 2; wan++) {
                    struct report_ask ask =
                        ask_make((enum report_kind)kind, (enum period_kind)period,
                                 date_from_civil(2026, 10, 21));
                    ask.lang = (enum lang)lang;
                    ask.money = wan ? REPORT_MONEY_wan : REPORT_MONEY_yuan;
                    struct arena_mark mark = arena_mark(&arena);
                    expect_no_blank(report_kind_name(ask.kind), report(&arena, &full, &ask));
                    expect_no_blank(report_kind_name(ask.kind), report(&arena, &empty, &ask));
                    arena_rollback(&arena, mark);
                }
            }
        }
    }
    store_filled_close(&full);
    store_filled_close(&empty);
    arena_deinit(&arena);
}

TEST(test_report_texts_exist_for_every_metric_and_list)
{
    char key[96];
    for (int i = 0; i < METRIC_COUNT; i++) {
        EXPECT_ROW(metric_key((enum metric)i), lang_has(metric_key((enum metric)i)));
        EXPECT_ROW(metric_why_key((enum metric)i), lang_has(metric_why_key((enum metric)i)));
    }
    for (int i = 0; i < METRIC_GROUP_COUNT; i++) {
        snprintf(key, sizeof key, "metric_group.%s", metric_group_name((enum metric_group)i));
        EXPECT_ROW(key, lang_has(key));
    }
    for (int i = 0; i < METRIC_UNIT_COUNT; i++) {
        snprintf(key, sizeof key, "report.unit.%s", metric_unit_name((enum metric_unit)i));
        EXPECT_ROW(key, lang_has(key));
    }
    for (int i = 0; i < REPORT_COUNT; i++) {
        snprintf(key, sizeof key, "report.%s.title", report_kind_name((enum report_kind)i));
        EXPECT_ROW(key, lang_has(key));
    }
    for (int i = 0; i < PERIOD_KIND_COUNT; i++) {
        snprintf(key, sizeof key, "report.period_kind.%s", period_kind_name((enum period_kind)i));
        EXPECT_ROW(key, lang_has(key));
    }
    for (int i = 0; i < TALLY_BUCKET_COUNT; i++) {
        snprintf(key, sizeof key, "report.bucket.%s", tally_bucket_name((enum tally_bucket)i));
        EXPECT_ROW(key, lang_has(key));
    }
    for (int i = 0; i < TALLY_CLASS_COUNT; i++) {
        snprintf(key, sizeof key, "report.class.%s", tally_class_name((enum tally_class)i));
        EXPECT_ROW(key, lang_has(key));
    }
}

static struct rows_made two_payments(struct arena *arena, int32_t before_day, int32_t now_day)
{
    struct rows_made made = {.payment_count = 2, .contact_count = 2, .case_count = 1};
    made.cases = ARENA_ARRAY(arena, 1, struct case_count_row);
    made.contacts = ARENA_ARRAY(arena, 2, struct contact_row);
    made.payments = ARENA_ARRAY(arena, 2, struct payment_row);
    made.cases[0] = (struct case_count_row){
        .case_no = 1, .owner_no = 1, .owed_minor = 50000, .due_day = before_day, .intake_day = 100};
    for (size_t i = 0; i < 2; i++) {
        int32_t day = i == 0 ? before_day : now_day;
        made.contacts[i] = (struct contact_row){.id = {{1, (uint8_t)i}},
                                                .case_no = 1,
                                                .person_no = 1,
                                                .channel = CONTACT_CHANNEL_visit,
                                                .outcome = OUTCOME_promise_to_pay,
                                                .at_ms = date_instant(day, 600, 480),
                                                .owed_minor = 100000};
        made.payments[i] = (struct payment_row){.id = {{2, (uint8_t)i}},
                                                .case_no = 1,
                                                .amount_minor = i == 0 ? 40000 : 25000,
                                                .paid_day = day,
                                                .is_posted = true,
                                                .credited_no = 1,
                                                .after_channel = CONTACT_CHANNEL_visit};
    }
    return made;
}

/* 40 % in September, 25 % in October: down by 15 points, said as such. */
TEST(test_report_says_when_recovery_fell)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct rows_made made =
        two_payments(&arena, date_from_civil(2026, 9, 10), date_from_civil(2026, 10, 10));
    struct store_filled filled = store_filled_open();
    store_filled_add(&filled, &arena, &made);
    struct report_ask ask = ask_make(REPORT_t1, PERIOD_month, date_from_civil(2026, 10, 1));
    const char *text = report(&arena, &filled, &ask);
    EXPECT(strstr(text, "回收率 25.00%，与上期相比下降 15.00 个百分点") != NULL);
    ask.lang = LANG_en;
    text = report(&arena, &filled, &ask);
    EXPECT(strstr(text, "down 15.00 percentage points") != NULL);
    ask.format = REPORT_FORMAT_json;
    ask.kind = REPORT_month;
    text = report(&arena, &filled, &ask);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *rows =
        json_object_get(json_object_get(json_object_get(root, "tables"), "money"), "rows");
    bool was_found = false;
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "metric")), "recovery_rate") == 0) {
            was_found = true;
            EXPECT_INT(2500, json_integer_value(json_object_get(row, "value")));
            EXPECT_INT(4000, json_integer_value(json_object_get(row, "before")));
            EXPECT_INT(-1500, json_integer_value(json_object_get(row, "difference")));
            EXPECT(json_is_null(json_object_get(row, "year_before")));
        }
    }
    EXPECT(was_found);
    json_decref(root);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* 25 % recovered against 40 % before and a target of 30 %: the target is what counts.
 * Without a target the fall is the problem; a fall below the noise is none. */
TEST(test_report_review_names_problems)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct rows_made made =
        two_payments(&arena, date_from_civil(2026, 9, 10), date_from_civil(2026, 10, 10));
    struct store_filled filled = store_filled_open();
    store_filled_add(&filled, &arena, &made);
    struct report_ask ask = ask_make(REPORT_review, PERIOD_month, date_from_civil(2026, 10, 1));
    ask.lang = LANG_en;
    ask.format = REPORT_FORMAT_csv;
    EXPECT(strstr(report(&arena, &filled, &ask),
                  "recovery_rate,Recovery rate,worse than before,25.00,40.00,-15.00") != NULL);
    setting(filled.store, "target.month.recovery_rate", "3000");
    const char *text = report(&arena, &filled, &ask);
    EXPECT(strstr(text, "recovery_rate,Recovery rate,misses its target,25.00,30.00,-5.00") != NULL);
    EXPECT(strstr(text, "recovery_rate,Recovery rate,worse") == NULL);
    setting(filled.store, "target.month.recovery_rate", "2000");
    text = report(&arena, &filled, &ask);
    EXPECT(strstr(text, "misses its target") == NULL);
    setting(filled.store, "target.week.recovery_rate", "9900"); /* of other periods */
    EXPECT(strstr(report(&arena, &filled, &ask), "misses its target") == NULL);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* The week of 1 January begins in the old year, and so do its figures. */
TEST(test_report_week_crosses_the_year_end)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct rows_made made =
        two_payments(&arena, date_from_civil(2025, 12, 29), date_from_civil(2026, 1, 2));
    struct store_filled filled = store_filled_open();
    store_filled_add(&filled, &arena, &made);
    struct report_ask ask = ask_make(REPORT_weekly, PERIOD_week, date_from_civil(2026, 1, 1));
    const char *text = report(&arena, &filled, &ask);
    EXPECT(strstr(text, "2025-12-29") != NULL && strstr(text, "2026-01-04") != NULL);
    EXPECT(strstr(text, "650.00 元") != NULL); /* both payments */
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* Nothing owed, nothing done: amounts are 0, rates cannot be told and are never 0 %. */
TEST(test_report_without_debt_has_no_rates)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = store_filled_open();
    struct report_ask ask = ask_make(REPORT_t4, PERIOD_month, date_from_civil(2026, 10, 1));
    const char *text = report(&arena, &filled, &ask);
    EXPECT(strstr(text, "回收率 无从计算") != NULL);
    EXPECT(strstr(text, "0.00 万元") != NULL);
    EXPECT(strstr(text, "0.00%") == NULL);
    ask.kind = REPORT_t6;
    text = report(&arena, &filled, &ask);
    EXPECT(strstr(text, "佣金比例 未设定，佣金 未设定") != NULL);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

TEST(test_report_says_how_many_rows_it_left_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = golden_store(&arena);
    struct report_ask ask = ask_make(REPORT_weekly, PERIOD_week, date_from_civil(2026, 10, 21));
    ask.rows_max = 1;
    EXPECT(strstr(report(&arena, &filled, &ask), "行未列出") != NULL);
    ask.rows_max = 0;
    EXPECT(strstr(report(&arena, &filled, &ask), "行未列出") == NULL);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* The overdue list holds the cases and the money that the metrics speak of, also
 * for a day long past. */
TEST(test_report_overdue_list_adds_up_to_the_metric)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = golden_store(&arena);
    static const int32_t days[] = {0, 20, 45, 100};
    for (size_t d = 0; d < COUNT(days); d++) {
        struct report_ask ask =
            ask_make(REPORT_weekly, PERIOD_week, date_from_civil(2026, 9, 25) + days[d]);
        ask.format = REPORT_FORMAT_json;
        json_t *root = json_loads(report(&arena, &filled, &ask), JSON_REJECT_DUPLICATES, NULL);
        json_t *tables = json_object_get(root, "tables");
        json_t *list = json_object_get(json_object_get(tables, "overdue"), "rows");
        json_t *figures = json_object_get(json_object_get(tables, "summary"), "rows");
        json_int_t sum_minor = 0;
        size_t i;
        json_t *row;
        json_array_foreach(list, i, row)
        {
            sum_minor += json_integer_value(json_object_get(row, "owed_minor"));
        }
        json_array_foreach(figures, i, row)
        {
            const char *metric = json_string_value(json_object_get(row, "metric"));
            json_int_t value = json_integer_value(json_object_get(row, "value"));
            EXPECT(strcmp(metric, "overdue_amount") != 0 || value == sum_minor);
            EXPECT(strcmp(metric, "overdue_accounts") != 0 ||
                   (size_t)value == json_array_size(list));
        }
        EXPECT(json_array_size(list) > 0);
        json_decref(root);
    }
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* Records of one CSV file have one number of fields (RFC 4180, 2.4). */
static size_t csv_fields(const char **at)
{
    size_t fields = 1;
    bool is_quoted = false;
    for (; **at != '\0'; (*at)++) {
        if (**at == '"') {
            is_quoted = !is_quoted;
        } else if (!is_quoted && **at == ',') {
            fields++;
        } else if (!is_quoted && **at == '\n') {
            EXPECT((*at)[-1] == '\r');
            (*at)++;
            break;
        }
    }
    return fields;
}

TEST(test_report_csv_records_have_one_number_of_fields)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = golden_store(&arena);
    for (int kind = 0; kind < REPORT_COUNT; kind++) {
        enum report_kind report_kind = (enum report_kind)kind;
        struct report_ask ask = ask_make(report_kind, PERIOD_month, date_from_civil(2026, 10, 21));
        ask.format = REPORT_FORMAT_csv;
        const char *text = report(&arena, &filled, &ask);
        size_t fields = csv_fields(&text);
        size_t records = 1;
        while (*text != '\0') {
            EXPECT_ROW(report_kind_name(report_kind), csv_fields(&text) == fields);
            records++;
        }
        EXPECT_ROW(report_kind_name(report_kind), records > 8);
    }
    store_filled_close(&filled);
    arena_deinit(&arena);
}

TEST(test_report_kinds_have_names)
{
    for (int i = 0; i < REPORT_COUNT; i++) {
        enum report_kind kind;
        EXPECT(report_kind_from_text(str_from(report_kind_name((enum report_kind)i)), &kind));
        EXPECT_INT(i, kind);
    }
    enum report_kind kind;
    EXPECT(!report_kind_from_text(STR("t7"), &kind));
}

/* The help names every report and every kind of period. */
TEST(test_report_usage_names_every_kind)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const char *usage = lang_text((enum lang)lang, "command.report.usage");
        for (int i = 0; i < REPORT_COUNT; i++) {
            const char *name = report_kind_name((enum report_kind)i);
            EXPECT_ROW(name, strstr(usage, name) != NULL);
        }
        for (int i = 0; i < PERIOD_KIND_COUNT; i++) {
            const char *name = period_kind_name((enum period_kind)i);
            EXPECT_ROW(name, strstr(usage, name) != NULL);
        }
    }
}
