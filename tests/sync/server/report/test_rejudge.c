/* Goal: a visit that should not have been is found when all facts are in, and headquarters tells
 * apart what the collector was told from what had not reached the tablet. */
#include "core/domain/catalog.h"
#include "core/rules/verdict.h"
#include "sync/server/report/report.h"
#include "sync/server/store/credential.h"
#include "sync/server/store/ingest.h"
#include "tests/sync/server/report/store_filled.h"

#include <jansson.h>

enum { OWNER = 4 };

static uint64_t case_no; /* given by the store */

static int64_t at_ms(int32_t day, int hour)
{
    return date_instant(date_from_civil(2026, 11, day), hour * 60, 480);
}

static ds_Event event_at(int32_t day, int hour, pb_size_t kind)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)at_ms(day, hour);
    event.case_no = case_no;
    event.person_no = OWNER;
    event.which_kind = kind;
    return event;
}

/* A visit with what the tablet had told (0: nothing). */
static void visit(struct ingest *ingest, int32_t day, uint32_t visitors, uint32_t told)
{
    ds_Event started = event_at(day, 10, ds_Event_visit_started_tag);
    started.kind.visit_started =
        (ds_VisitStarted){.place = ADDRESS_KIND_home, .visitors = visitors};
    if (told != 0) {
        started.fired[started.fired_count++] = told;
        started.override_reason = OVERRIDE_REASON_hq_instruction;
    }
    EXPECT_OK(ingest_own(ingest, &started, NULL));
    ds_Event finished = event_at(day, 11, ds_Event_visit_finished_tag);
    finished.kind.visit_finished.outcome = OUTCOME_nobody_home;
    finished.kind.visit_finished.dwell_s = 300;
    EXPECT_OK(ingest_own(ingest, &finished, NULL));
}

static void fill(struct hq_store *store, struct arena *arena)
{
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(arena, store, at_ms(21, 12));
    ds_CaseRecord *record = ARENA_NEW(arena, ds_CaseRecord);
    snprintf(record->case_ref, sizeof record->case_ref, "R501");
    snprintf(record->debtor_name, sizeof record->debtor_name, "Debtor");
    snprintf(record->zone, sizeof record->zone, "Asia/Shanghai");
    record->principal_minor = 100000;
    EXPECT_OK(ingest_case(ingest, record, 1));
    case_no = record->case_no;
    ds_Event assigned = event_at(17, 8, ds_Event_case_assigned_tag);
    assigned.kind.case_assigned.owner_no = OWNER;
    assigned.kind.case_assigned.lease_epoch = 1;
    EXPECT_OK(ingest_own(ingest, &assigned, NULL));
    visit(ingest, 18, 2, 0);
    ds_Event flagged = event_at(18, 20, ds_Event_status_flagged_tag);
    flagged.kind.status_flagged.flag = STOP_FLAG_refuses_visits;
    EXPECT_OK(ingest_own(ingest, &flagged, NULL));
    visit(ingest, 19, 2, 0);                      /* it had not reached the tablet */
    visit(ingest, 20, 2, REFUSAL_refuses_visits); /* it had, and was passed */
    visit(ingest, 21, 1, 0);                      /* alone: that one knows by himself */
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
}

static json_t *find_table(json_t *root, const char *name)
{
    const char *key;
    json_t *value;
    if (json_is_object(root)) {
        json_object_foreach(root, key, value)
        {
            json_t *found = strcmp(key, name) == 0 ? value : find_table(value, name);
            if (found != NULL) {
                return found;
            }
        }
    }
    return NULL;
}

static void expect_row(json_t *rows, const char *refusal, int64_t knowing, int64_t unknowing)
{
    size_t index;
    json_t *row;
    json_array_foreach(rows, index, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "refusal")), refusal) == 0) {
            EXPECT_ROW(refusal, json_integer_value(json_object_get(row, "knowing")) == knowing);
            EXPECT_ROW(refusal, json_integer_value(json_object_get(row, "unknowing")) == unknowing);
            return;
        }
    }
    fail_msg("no row for %s", refusal);
}

/* The rows of the table of visits judged again, of the report for November. */
static json_t *judged(struct arena *arena, const struct store_filled *filled, json_t **root_out)
{
    const struct report_ask ask = {
        .kind = REPORT_conduct,
        .period = period_at(PERIOD_month, date_from_civil(2026, 11, 21)),
        .now_ms = at_ms(22, 10),
        .money = report_kind_money(REPORT_conduct),
        .format = REPORT_FORMAT_json,
        .lang = LANG_en,
    };
    struct str text;
    struct hq_store *reader = NULL;
    EXPECT_OK(hq_store_open(&reader, filled->folder, HQ_ACCESS_read, false));
    EXPECT_OK(report_make(arena, reader, &ask, &text));
    hq_store_close(reader);
    json_error_t error;
    *root_out = json_loads(text.bytes, 0, &error);
    EXPECT(*root_out != NULL);
    json_t *table = find_table(*root_out, "rejudged");
    return json_is_array(table) ? table : json_object_get(table, "rows");
}

TEST(test_visits_are_judged_again_knowing_and_unknowing)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = store_filled_open();
    fill(filled.store, &arena);
    json_t *root = NULL;
    json_t *rows = judged(&arena, &filled, &root);
    EXPECT_INT(2, json_array_size(rows));
    expect_row(rows, "refuses_visits", 1, 2);
    expect_row(rows, "too_few_visitors", 1, 0);
    json_decref(root);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* ---- every stop, in the report ---- */

static const struct stop_row {
    uint32_t flag;  /* stop_flags.def; 0: the case is recalled or closed */
    pb_size_t kind; /* the fact that stops it, of those */
    enum refusal refusal;
} stops[] = {
    {STOP_FLAG_cease_contact, 0, REFUSAL_cease_contact},
    {STOP_FLAG_refuses_visits, 0, REFUSAL_refuses_visits},
    {STOP_FLAG_dispute, 0, REFUSAL_dispute},
    {STOP_FLAG_identity_dispute, 0, REFUSAL_identity_dispute},
    {STOP_FLAG_moratorium, 0, REFUSAL_moratorium},
    {STOP_FLAG_deceased, 0, REFUSAL_deceased},
    {STOP_FLAG_incapacity, 0, REFUSAL_incapacity},
    {STOP_FLAG_acute_hardship, 0, REFUSAL_acute_hardship},
    {STOP_FLAG_hardship, 0, REFUSAL_hardship},
    {STOP_FLAG_plan_kept, 0, REFUSAL_plan_kept},
    {STOP_FLAG_complaint_open, 0, REFUSAL_complaint_open},
    {STOP_FLAG_legality_in_doubt, 0, REFUSAL_legality_in_doubt},
    {STOP_FLAG_represented, 0, REFUSAL_represented},
    {0, ds_Event_case_recalled_tag, REFUSAL_case_recalled},
    {0, ds_Event_case_closed_tag, REFUSAL_case_closed},
};

/* Stopped on the 18th; a visit on the 19th that had not heard of it, one on the 20th that had. */
static void fill_stop(struct ingest *ingest, struct arena *arena, size_t n)
{
    ds_CaseRecord *record = ARENA_NEW(arena, ds_CaseRecord);
    snprintf(record->case_ref, sizeof record->case_ref, "STOP%zu", n);
    snprintf(record->zone, sizeof record->zone, "Asia/Shanghai");
    record->principal_minor = 100000;
    EXPECT_OK(ingest_case(ingest, record, 1));
    case_no = record->case_no;
    ds_Event event = event_at(17, 8, ds_Event_case_assigned_tag);
    event.kind.case_assigned.owner_no = OWNER;
    event.kind.case_assigned.lease_epoch = 1;
    EXPECT_OK(ingest_own(ingest, &event, NULL));
    if (stops[n].flag != 0) {
        event = event_at(18, 20, ds_Event_status_flagged_tag);
        event.kind.status_flagged.flag = stops[n].flag;
    } else {
        event = event_at(18, 20, stops[n].kind);
        if (stops[n].kind == ds_Event_case_recalled_tag) {
            event.kind.case_recalled.reason = CLOSE_REASON_client_withdrew;
        } else {
            event.kind.case_closed.reason = CLOSE_REASON_paid;
        }
    }
    EXPECT_OK(ingest_own(ingest, &event, NULL));
    visit(ingest, 19, 2, 0);
    visit(ingest, 20, 2, (uint32_t)stops[n].refusal);
}

TEST(test_every_stop_shows_in_the_report_as_known_or_not)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_filled filled = store_filled_open();
    EXPECT_OK(hq_begin(filled.store));
    struct ingest *ingest = ingest_start(&arena, filled.store, at_ms(21, 12));
    for (size_t i = 0; i < COUNT(stops); i++) {
        fill_stop(ingest, &arena, i);
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(filled.store));
    json_t *root = NULL;
    json_t *rows = judged(&arena, &filled, &root);
    for (size_t i = 0; i < COUNT(stops); i++) {
        expect_row(rows, refusal_name((uint32_t)stops[i].refusal), 1, 1);
    }
    json_decref(root);
    store_filled_close(&filled);
    arena_deinit(&arena);
}

/* ---- the collector's credential, as it stood ---- */

/* What headquarters said at noon of a day; until 0: taken away. */
struct said {
    int32_t day, until;
};

TEST(test_a_visit_is_judged_by_the_credential_that_held_when_it_was_made)
{
    static const struct {
        const char *name;
        struct said said[2]; /* day 0: nothing more */
        int64_t without;     /* of visits on the 18th, 19th, 20th and 21st, at ten */
    } rows[] = {
        {"nobody said", {{0, 0}}, 0},
        {"it holds", {{10, 30}}, 0},
        {"it ended", {{10, 18}}, 3},
        {"renewed later, the visits before stay without", {{10, 17}, {20, 30}}, 3},
        {"ended later, the visits before stay with", {{10, 30}, {19, 17}}, 2},
        {"taken away later", {{10, 17}, {19, 0}}, 2},
        {"first said later, by that", {{22, 18}}, 3},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct store_filled filled = store_filled_open();
        fill(filled.store, &arena);
        EXPECT_OK(hq_begin(filled.store));
        for (size_t n = 0; n < COUNT(rows[i].said) && rows[i].said[n].day != 0; n++) {
            int32_t until = rows[i].said[n].until;
            EXPECT_OK(credential_write(&arena, filled.store, OWNER,
                                       until == 0 ? 0 : date_from_civil(2026, 11, until),
                                       at_ms(rows[i].said[n].day, 12)));
        }
        EXPECT_OK(hq_commit(filled.store));
        json_t *root = NULL;
        json_t *row;
        size_t index;
        int64_t without = 0;
        json_t *table = judged(&arena, &filled, &root);
        json_array_foreach(table, index, row)
        {
            if (strcmp(json_string_value(json_object_get(row, "refusal")), "credential_ended") ==
                0) {
                without = json_integer_value(json_object_get(row, "unknowing"));
            }
        }
        EXPECT_ROW(rows[i].name, without == rows[i].without);
        json_decref(root);
        store_filled_close(&filled);
        arena_deinit(&arena);
    }
}

TEST(test_what_stood_before_its_past_was_kept_has_always_been_so)
{
    struct arena arena;
    int32_t day = 0;
    arena_init(&arena, 0);
    struct store_filled filled = store_filled_open();
    EXPECT_OK(hq_begin(filled.store));
    EXPECT_OK(hq_setting_set(filled.store, "credential.person.4", "2026-11-17"));
    EXPECT_OK(credential_read_at(&arena, filled.store, OWNER, at_ms(1, 0), &day));
    EXPECT_INT(date_from_civil(2026, 11, 17), day);
    EXPECT_OK(credential_write(&arena, filled.store, OWNER, date_from_civil(2026, 11, 30),
                               at_ms(20, 12)));
    EXPECT_OK(credential_read_at(&arena, filled.store, OWNER, at_ms(20, 12) - 1, &day));
    EXPECT_INT(date_from_civil(2026, 11, 17), day);
    EXPECT_OK(credential_read_at(&arena, filled.store, OWNER, at_ms(20, 12), &day));
    EXPECT_INT(date_from_civil(2026, 11, 30), day);
    EXPECT_OK(hq_setting_set(filled.store, "credential.person.4.said", "soon;"));
    EXPECT_ERR(ERR_corrupt, credential_read_at(&arena, filled.store, OWNER, at_ms(20, 12), &day));
    EXPECT_OK(hq_commit(filled.store));
    store_filled_close(&filled);
    arena_deinit(&arena);
}
