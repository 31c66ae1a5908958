#include "tests/core/event/sample.h"
#include "tests/lib/test.h"

#include "core/base/buf.h"

static size_t encode(const ds_Event *event, uint8_t body[LIMIT_event_size])
{
    size_t size = 0;
    EXPECT_OK(event_encode(event, body, LIMIT_event_size, &size));
    return size;
}

/* Every kind has its bytes on record: a change that would make old journals unreadable
 * moves a golden. A kind of events.def without a golden fails here. */
TEST(test_every_kind_keeps_its_bytes)
{
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        ds_Event event = sample_event(sample_kinds[i]);
        uint8_t body[LIMIT_event_size];
        size_t size = encode(&event, body);
        char text[2 * LIMIT_event_size + 2];
        buf_to_hex(text, body, size);
        strcat(text, "\n");
        char name[128];
        snprintf(name, sizeof name, "journal/%s.hex", event_kind_name(sample_kinds[i]));
        test_golden(TESTS_FOLDER, name, text);
    }
}

TEST(test_every_sample_is_a_valid_fact_and_survives_the_bytes)
{
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        const char *name = event_kind_name(sample_kinds[i]);
        ds_Event event = sample_event(sample_kinds[i]);
        struct event_fault fault = {"", ""};
        bool is_valid = event_check(&event, &fault);
        if (!is_valid) {
            fail_msg("%s: %s %s", name, fault.field, fault.key);
        }
        uint8_t body[LIMIT_event_size];
        size_t size = encode(&event, body);
        ds_Event back;
        EXPECT_OK(event_decode(&back, body, size));
        EXPECT_ROW(name, event_kind(&back) == sample_kinds[i]);
        uint8_t again[LIMIT_event_size];
        EXPECT_ROW(name, encode(&back, again) == size && memcmp(body, again, size) == 0);
    }
}

/* What decodes must encode, and then decode to the same bytes: bodies of any origin reach
 * the fold only through this door. */
static void expect_stable(const char *row, const uint8_t *body, size_t size)
{
    ds_Event event;
    enum err err = event_decode(&event, body, size);
    EXPECT_ROW(row, err == OK || err == ERR_malformed || err == ERR_too_long);
    if (err != OK) {
        return;
    }
    struct event_fault fault;
    struct event_words words;
    (void)event_check(&event, &fault);
    event_describe(&event, &words);
    EXPECT_ROW(row, words.key != NULL);
    uint8_t once[LIMIT_event_size];
    uint8_t twice[LIMIT_event_size];
    size_t size_once = encode(&event, once);
    ds_Event back;
    EXPECT_OK(event_decode(&back, once, size_once));
    EXPECT_ROW(row, encode(&back, twice) == size_once && memcmp(once, twice, size_once) == 0);
}

TEST(test_bodies_cut_at_every_length_give_an_answer)
{
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        ds_Event event = sample_event(sample_kinds[i]);
        uint8_t body[LIMIT_event_size];
        size_t size = encode(&event, body);
        for (size_t cut = 0; cut < size; cut++) {
            expect_stable(event_kind_name(sample_kinds[i]), body, cut);
        }
    }
}

TEST(test_bodies_with_any_byte_changed_give_an_answer)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xFF, 0x07};
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        ds_Event event = sample_event(sample_kinds[i]);
        uint8_t body[LIMIT_event_size];
        size_t size = encode(&event, body);
        for (size_t at = 0; at < size; at++) {
            for (size_t flip = 0; flip < COUNT(flips); flip++) {
                body[at] ^= flips[flip];
                expect_stable(event_kind_name(sample_kinds[i]), body, size);
                body[at] ^= flips[flip];
            }
        }
    }
}

TEST(test_a_body_of_a_kind_of_the_future_is_kept)
{
    /* field 79, length 2: no kind of this build */
    static const uint8_t body[] = {0x08, 0x05, 0x10, 0x07, 0xFA, 0x04, 0x02, 0x08, 0x01};
    ds_Event event;
    EXPECT_OK(event_decode(&event, body, sizeof body));
    EXPECT_INT(EVENT_none, event_kind(&event));
    EXPECT_INT(5, event.at_ms);
    struct event_fault fault;
    EXPECT(!event_check(&event, &fault));
    EXPECT_TEXT("fault.unknown_kind", fault.key);
    struct event_words words;
    event_describe(&event, &words);
    EXPECT_TEXT("event.unknown", words.key);
}

TEST(test_text_that_is_not_utf8_neither_enters_nor_leaves)
{
    ds_Event event = sample_event(EVENT_note_added);
    uint8_t body[LIMIT_event_size];
    size_t size = encode(&event, body);
    body[size - 1] = 0xFF; /* last byte of the last hanzi */
    ds_Event back;
    EXPECT_ERR(ERR_malformed, event_decode(&back, body, size));
    sample_text(event.kind.note_added.note, "\xC0\x80");
    EXPECT_ERR(ERR_bad_text, event_encode(&event, body, sizeof body, &size));

    /* also in a message inside a message inside a message */
    ds_Event correction = sample_event(EVENT_correction);
    sample_text(correction.kind.correction.anew.promise_made.note, "\xED\xA0\x80");
    EXPECT_ERR(ERR_bad_text, event_encode(&correction, body, sizeof body, &size));
}

TEST(test_a_body_over_the_limit_or_the_buffer_is_refused)
{
    ds_Event event = sample_event(EVENT_note_added);
    uint8_t body[LIMIT_event_size + 1] = {0};
    size_t size = 0;
    EXPECT_ERR(ERR_too_long, event_encode(&event, body, 8, &size));
    ds_Event back;
    EXPECT_ERR(ERR_too_long, event_decode(&back, body, sizeof body));
}

TEST(test_the_head_is_checked_by_kind)
{
    static const struct {
        const char *row;
        enum event_kind kind;
        int change; /* 1 no time, 2 no person, 3 no case, 4 a case, 5 clock code */
        const char *field;
        const char *key;
    } rows[] = {
        {"no time", EVENT_note_added, 1, "at_ms", "fault.required"},
        {"nobody", EVENT_note_added, 2, "person_no", "fault.required"},
        {"machinery may act", EVENT_payment_posted, 2, "", ""},
        {"no case", EVENT_note_added, 3, "case_no", "fault.case_required"},
        {"case of a day", EVENT_day_opened, 4, "case_no", "fault.case_not_allowed"},
        {"incident on the way", EVENT_safety_incident, 3, "", ""},
        {"clock", EVENT_note_added, 5, "clock_quality", "fault.unknown_code"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ds_Event event = sample_event(rows[i].kind);
        event.at_ms = rows[i].change == 1 ? 0 : event.at_ms;
        event.person_no = rows[i].change == 2 ? 0 : event.person_no;
        event.case_no = rows[i].change == 3 ? 0 : rows[i].change == 4 ? 9 : event.case_no;
        event.clock_quality = rows[i].change == 5 ? 99 : 0;
        struct event_fault fault = {"", ""};
        bool is_valid = event_check(&event, &fault);
        EXPECT_ROW(rows[i].row, is_valid == (rows[i].key[0] == '\0'));
        EXPECT_ROW(rows[i].row, strcmp(fault.field, rows[i].field) == 0);
        EXPECT_ROW(rows[i].row, strcmp(fault.key, rows[i].key) == 0);
    }
}

TEST(test_an_empty_payload_of_every_kind_is_found_out)
{
    /* Each kind asks for at least one thing, but for what may be all zero. */
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        ds_Event event = sample_event(sample_kinds[i]);
        memset(&event.kind, 0, sizeof event.kind);
        struct event_fault fault = {NULL, NULL};
        bool may_be_empty = sample_kinds[i] == EVENT_case_assigned;
        EXPECT_ROW(event_kind_name(sample_kinds[i]), event_check(&event, &fault) == may_be_empty);
        EXPECT_ROW(event_kind_name(sample_kinds[i]), may_be_empty || fault.key != NULL);
    }
}

TEST(test_payload_edges)
{
    enum { ROWS = 16 };
    ds_Event events[ROWS];
    const char *keys[ROWS];
    size_t n = 0;
#define ROW(kind_name, change, expected)              \
    do {                                              \
        ds_Event e = sample_event(EVENT_##kind_name); \
        ds_Event *x = &e;                             \
        change;                                       \
        events[n] = *x;                               \
        keys[n++] = expected;                         \
    } while (0)
    ROW(visit_finished, x->kind.visit_finished.role = 0, "fault.required");
    ROW(visit_finished,
        (x->kind.visit_finished.outcome = OUTCOME_nobody_home, x->kind.visit_finished.role = 0),
        "");
    ROW(visit_finished, x->kind.visit_finished.cooperation = 6, "fault.out_of_range");
    ROW(visit_finished, x->kind.visit_finished.cooperation = 5, "");
    ROW(visit_finished, x->kind.visit_finished.next_until_minute = 600, "fault.order");
    ROW(plan_agreed, x->kind.plan_agreed.total_minor += 1, "fault.sum");
    ROW(plan_agreed, x->kind.plan_agreed.instalments[1].due_day = SAMPLE_DAY + 10, "fault.order");
    ROW(plan_agreed, x->kind.plan_agreed.instalments_count = 0, "fault.required");
    ROW(promise_made, x->kind.promise_made.amount_minor = UINT64_C(100000000000001),
        "fault.out_of_range");
    ROW(promise_made, x->kind.promise_made.due_day = 84006, "fault.out_of_range");
    ROW(payment_noted, x->kind.payment_noted.payer_role = ROLE_family, "fault.statement");
    ROW(payment_noted,
        (x->kind.payment_noted.payer_role = ROLE_family,
         x->kind.payment_noted.is_payer_statement_seen = true),
        "");
    ROW(payment_noted, x->kind.payment_noted.channel = 7, "fault.unknown_code");
    ROW(correction, x->kind.correction.is_withdrawn = true, "fault.either");
    ROW(correction, x->kind.correction.anew.promise_made.amount_minor = 0, "fault.required");
    ROW(safety_incident, x->kind.safety_incident.severity = 4, "fault.out_of_range");
#undef ROW
    EXPECT_INT(ROWS, n);
    for (size_t i = 0; i < n; i++) {
        char row[32];
        snprintf(row, sizeof row, "%zu %s", i, event_kind_name(event_kind(&events[i])));
        struct event_fault fault = {"", ""};
        EXPECT_ROW(row, event_check(&events[i], &fault) == (keys[i][0] == '\0'));
        EXPECT_ROW(row, strcmp(fault.key, keys[i]) == 0);
    }
}

TEST(test_names_and_kinds_answer_each_other)
{
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        const char *name = event_kind_name(sample_kinds[i]);
        EXPECT_ROW(name, event_kind_from_name(str_from(name)) == sample_kinds[i]);
    }
    EXPECT_INT(EVENT_none, event_kind_from_name(STR("no_such_kind")));
    EXPECT_TEXT("unknown", event_kind_name(EVENT_none));
}

TEST(test_order_never_runs_against_the_sequence)
{
    ds_Event event = sample_event(EVENT_note_added);
    event.at_ms = 500; /* the clock was set back */
    EXPECT_INT(1000, fact_order_at_ms(1000, &event));
    event.at_ms = 1500;
    EXPECT_INT(1500, fact_order_at_ms(1000, &event));
    event.at_ms = UINT64_MAX;
    EXPECT(fact_order_at_ms(1000, &event) == FACT_AT_MS_MAX);

    struct fact a = {.device_no = 1, .seq = 1, .order_at_ms = 10};
    struct fact b = a;
    EXPECT_INT(0, fact_compare(&a, &b));
    b.seq = 2;
    EXPECT(fact_compare(&a, &b) < 0 && fact_compare(&b, &a) > 0);
    a.device_no = 2;
    EXPECT(fact_compare(&a, &b) > 0);
    b.order_at_ms = 11;
    EXPECT(fact_compare(&a, &b) < 0);
}
