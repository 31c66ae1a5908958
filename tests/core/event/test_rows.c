#include "core/event/rows.h"
#include "tests/core/event/story.h"
#include "tests/lib/test.h"

/* The tables that a store would fill: a row with a known id replaces. */
struct tables {
    struct contact_row contacts[8];
    size_t contact_count;
    struct arrangement_row arrangements[8];
    size_t arrangement_count;
    struct payment_row payments[8];
    size_t payment_count;
    struct incident_row incident;
    size_t incident_count;
    struct day_row day;
    size_t day_count;
    struct id withdrawn;
    uint32_t withdrawn_by;
    size_t withdrawn_count;
    size_t emitted; /* rows of the last fact */
};

#define PUT(rows, count, row)                                           \
    do {                                                                \
        size_t at = 0;                                                  \
        while (at < (count) && !id_equal(&(rows)[at].id, &(row)->id)) { \
            at++;                                                       \
        }                                                               \
        CHECK(at < COUNT(rows));                                        \
        (rows)[at] = *(row);                                            \
        (count) += at == (count);                                       \
    } while (0)

static enum err put_contact(void *context, const struct contact_row *row)
{
    struct tables *tables = context;
    PUT(tables->contacts, tables->contact_count, row);
    tables->emitted++;
    return OK;
}

static enum err put_arrangement(void *context, const struct arrangement_row *row)
{
    struct tables *tables = context;
    PUT(tables->arrangements, tables->arrangement_count, row);
    tables->emitted++;
    return OK;
}

static enum err put_payment(void *context, const struct payment_row *row)
{
    struct tables *tables = context;
    PUT(tables->payments, tables->payment_count, row);
    tables->emitted++;
    return OK;
}

static enum err put_incident(void *context, const struct incident_row *row)
{
    struct tables *tables = context;
    tables->incident = *row;
    tables->incident_count++;
    tables->emitted++;
    return OK;
}

static enum err put_day(void *context, const struct day_row *row)
{
    struct tables *tables = context;
    tables->day = *row;
    tables->day_count++;
    return OK;
}

static enum err put_withdrawn(void *context, const struct withdrawal *withdrawal)
{
    struct tables *tables = context;
    tables->withdrawn = withdrawal->id;
    tables->withdrawn_by = withdrawal->person_no;
    tables->withdrawn_count++;
    return OK;
}

static struct row_sink sink_of(struct tables *tables)
{
    return (struct row_sink){tables,       put_contact, put_arrangement, put_payment,
                             put_incident, put_day,     put_withdrawn};
}

static void emit(struct story *story, struct tables *tables)
{
    struct row_sink sink = sink_of(tables);
    tables->emitted = 0;
    EXPECT_OK(rows_emit(&story->last, &story->record, &story->state, &sink));
}

TEST(test_only_what_a_fact_changed_is_emitted)
{
    struct story story;
    struct tables tables = {0};
    story_start(&story);
    ds_Event visit = sample_event(EVENT_visit_finished);
    story_tell(&story, visit, 1);
    emit(&story, &tables);
    EXPECT_INT(1, tables.emitted);
    EXPECT_INT(OUTCOME_promise_to_pay, tables.contacts[0].outcome);
    EXPECT_INT(120000, tables.contacts[0].owed_minor);

    struct id first = story_promise(&story, 50000, SAMPLE_DAY + 7);
    emit(&story, &tables);
    EXPECT_INT(1, tables.emitted);
    struct id second = story_promise(&story, 40000, SAMPLE_DAY + 8);
    emit(&story, &tables);
    EXPECT_INT(2, tables.emitted); /* the new one and the one it replaced */
    EXPECT(id_equal(&tables.arrangements[0].id, &first));
    EXPECT_INT(ARRANGEMENT_STATE_replaced, tables.arrangements[0].state);
    EXPECT(id_equal(&tables.arrangements[1].id, &second));

    story_pay(&story, 40000, SAMPLE_DAY + 1, "A");
    emit(&story, &tables);
    EXPECT_INT(2, tables.emitted); /* the payment and the promise it kept */
    EXPECT_INT(ARRANGEMENT_STATE_kept, tables.arrangements[1].state);
    EXPECT_INT(SAMPLE_DAY + 1, tables.arrangements[1].judged_day);
    EXPECT(tables.payments[0].is_posted);
    EXPECT_INT(SAMPLE_PERSON, tables.payments[0].credited_no);
    EXPECT_INT(CONTACT_CHANNEL_visit, tables.payments[0].after_channel);

    story_check(&story, SAMPLE_DAY + 9, 0);
    emit(&story, &tables);
    EXPECT_INT(0, tables.emitted); /* a nightly check that finds nothing costs nothing */
}

TEST(test_corrections_replace_the_whole_row)
{
    struct story story;
    struct tables tables = {0};
    story_start(&story);
    ds_Event visit = sample_event(EVENT_visit_finished);
    struct id id = story_tell(&story, visit, 1);
    emit(&story, &tables);
    story_withdraw(&story, id);
    emit(&story, &tables);
    EXPECT_INT(1, tables.contact_count);
    EXPECT(tables.contacts[0].is_withdrawn);
    EXPECT_INT(DEFAULT_REASON_income_late, tables.contacts[0].default_reason);
    EXPECT_INT(120000, tables.contacts[0].owed_minor);
    EXPECT_INT(0, tables.withdrawn_count);
    EXPECT_INT(EVENT_correction, tables.incident.kind);
}

TEST(test_a_taken_back_incident_is_named_with_its_owner)
{
    struct story story;
    struct tables tables = {0};
    story_start(&story);
    struct id id = story_tell(&story, sample_event(EVENT_dispute_raised), 1);
    emit(&story, &tables);
    EXPECT_INT(EVENT_dispute_raised, tables.incident.kind);
    EXPECT_INT(DISPUTE_KIND_amount, tables.incident.code);
    story_withdraw(&story, id);
    emit(&story, &tables);
    EXPECT_INT(1, tables.withdrawn_count);
    EXPECT(id_equal(&tables.withdrawn, &id));
    EXPECT_INT(SAMPLE_PERSON, tables.withdrawn_by);
}

TEST(test_what_may_be_taken_back)
{
    const struct id id = {{1}};
    const struct id other = {{2}};
    static const struct {
        const char *what;
        uint32_t kind;
        uint32_t row_of;
        uint32_t by;
        bool is_other_case, is_other_id;
        bool is_taken_back;
    } rows[] = {
        {"own dispute", EVENT_dispute_raised, 7, 7, false, false, true},
        {"own safety incident", EVENT_safety_incident, 7, 7, false, false, true},
        {"dispute by headquarters", EVENT_dispute_raised, 7, 0, false, false, true},
        {"another's dispute", EVENT_dispute_raised, 7, 8, false, false, false},
        {"dispute of another case", EVENT_dispute_raised, 7, 7, true, false, false},
        {"another dispute", EVENT_dispute_raised, 7, 7, false, true, false},
        {"complaint", EVENT_complaint_taken, 7, 7, false, false, false},
        {"complaint by headquarters", EVENT_complaint_taken, 7, 0, false, false, false},
        {"conduct", EVENT_conduct_noted, 7, 7, false, false, false},
        {"conduct by headquarters", EVENT_conduct_noted, 7, 0, false, false, false},
        {"detail shown", EVENT_detail_revealed, 7, 7, false, false, false},
        {"correction", EVENT_correction, 7, 7, false, false, false},
        {"decision of the same person", EVENT_arrangement_decided, 7, 7, false, false, false},
        {"decision by headquarters", EVENT_arrangement_decided, 7, 0, false, false, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct incident_row row = {
            .id = id, .case_no = 5, .person_no = rows[i].row_of, .kind = rows[i].kind};
        struct withdrawal withdrawal = {.id = rows[i].is_other_id ? other : id,
                                        .case_no = rows[i].is_other_case ? 6 : 5,
                                        .person_no = rows[i].by};
        EXPECT_ROW(rows[i].what,
                   rows_takes_back_incident(&withdrawal, &row) == rows[i].is_taken_back);
    }
}

TEST(test_a_posted_payment_is_nobodys_to_take_back)
{
    const struct id id = {{1}};
    struct withdrawal by_tablet = {.id = id, .case_no = 5, .person_no = 7};
    struct withdrawal by_hq = {.id = id, .case_no = 5};
    struct payment_row row = {.id = id, .case_no = 5, .credited_no = 7, .is_posted = true};
    EXPECT(!rows_takes_back_payment(&by_tablet, &row));
    EXPECT(!rows_takes_back_payment(&by_hq, &row));
    row.is_posted = false;
    EXPECT(rows_takes_back_payment(&by_tablet, &row));
    row.credited_no = 8;
    EXPECT(!rows_takes_back_payment(&by_tablet, &row));
    EXPECT(rows_takes_back_payment(&by_hq, &row));
}

TEST(test_days_have_rows_without_a_case)
{
    struct tables tables = {0};
    struct row_sink sink = sink_of(&tables);
    struct fact fact = {.device_no = SAMPLE_DEVICE, .seq = 1};
    fact.event = sample_event(EVENT_day_closed);
    EXPECT_OK(rows_emit(&fact, NULL, NULL, &sink));
    EXPECT_INT(1, tables.day_count);
    EXPECT_INT(10, tables.day.visited);
    EXPECT_INT(18500, tables.day.distance_m);
    EXPECT(tables.day.closed_at_ms == SAMPLE_AT_MS);
    struct row_sink deaf = {0};
    EXPECT_OK(rows_emit(&fact, NULL, NULL, &deaf));
}

static enum err fail_contact(void *context, const struct contact_row *row)
{
    (void)context;
    (void)row;
    return ERR_no_space;
}

TEST(test_a_sink_that_fails_is_heard)
{
    struct story story;
    story_start(&story);
    story_tell(&story, sample_event(EVENT_visit_finished), 1);
    struct row_sink sink = {.contact = fail_contact};
    EXPECT_ERR(ERR_no_space, rows_emit(&story.last, &story.record, &story.state, &sink));
}
