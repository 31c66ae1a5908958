/* Goal: of every kind of fact, what is personal goes and what money and reports rest on stays; what
 * is left is a whole fact, no longer than it was. */
#include "core/event/erase.h"

#include "tests/core/event/sample.h"
#include "tests/lib/test.h"

static const uint32_t everything = (UINT32_C(1) << DATA_CLASS_END) - 2;

static size_t encoded(const ds_Event *event, uint8_t body[LIMIT_event_size])
{
    size_t size = 0;
    EXPECT_OK(event_encode(event, body, LIMIT_event_size, &size));
    return size;
}

TEST(test_every_kind_stays_a_whole_fact_that_is_no_longer_and_is_taken_once)
{
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        const char *name = event_kind_name(sample_kinds[i]);
        uint8_t before[LIMIT_event_size];
        uint8_t after[LIMIT_event_size];
        ds_Event event = sample_event(sample_kinds[i]);
        size_t size_before = encoded(&event, before);
        bool is_taken = erase_event(&event, everything);
        size_t size_after = encoded(&event, after);
        struct event_fault fault;
        EXPECT_ROW(name, size_after <= size_before);
        EXPECT_ROW(name, is_taken == (size_after != size_before ||
                                      memcmp(before, after, size_before) != 0));
        EXPECT_ROW(name, event_check(&event, &fault));
        EXPECT_ROW(name, !erase_event(&event, everything));
        EXPECT_ROW(name, !event.has_fix);
    }
}

TEST(test_a_class_that_was_not_asked_for_stays)
{
    ds_Event visit = sample_event(EVENT_visit_finished);
    EXPECT(!erase_event(&visit, everything & ~ERASE_BIT(notes)));
    EXPECT(erase_event(&visit, ERASE_BIT(notes)));
    EXPECT_TEXT(ERASE_MARK, visit.kind.visit_finished.note);
    EXPECT_INT(OUTCOME_promise_to_pay, visit.kind.visit_finished.outcome);

    visit = sample_event(EVENT_visit_finished);
    visit.kind.visit_finished.role = ROLE_neighbour; /* words about somebody else */
    EXPECT(erase_event(&visit, ERASE_BIT(third_party)));
    EXPECT_TEXT(ERASE_MARK, visit.kind.visit_finished.note);

    ds_Event complaint = sample_event(EVENT_complaint_taken);
    EXPECT(!erase_event(&complaint, ERASE_BIT(notes) | ERASE_BIT(contact)));
    EXPECT(erase_event(&complaint, ERASE_BIT(complaints)));

    ds_Event address = sample_event(EVENT_address_noted);
    address.kind.address_noted.lat_e7 = 312304000;
    EXPECT(erase_event(&address, ERASE_BIT(contact)));
    EXPECT_INT(0, address.kind.address_noted.lat_e7);

    ds_Event call = sample_event(EVENT_contact_attempted);
    call.kind.contact_attempted.point = 7; /* by which a telephone number can be found */
    EXPECT(erase_event(&call, ERASE_BIT(contact)));
    EXPECT(call.kind.contact_attempted.point == 0);
    EXPECT(!erase_event(&call, ERASE_BIT(contact)));
}

TEST(test_what_money_rests_on_stays)
{
    ds_Event noted = sample_event(EVENT_payment_noted);
    (void)str_copy(noted.kind.payment_noted.reference, sizeof noted.kind.payment_noted.reference,
                   STR("R-1"));
    (void)str_copy(noted.kind.payment_noted.note, sizeof noted.kind.payment_noted.note,
                   STR("from her sister"));
    uint64_t amount_minor = noted.kind.payment_noted.amount_minor;
    EXPECT(erase_event(&noted, everything));
    EXPECT_TEXT("R-1", noted.kind.payment_noted.reference);
    EXPECT_TEXT(ERASE_MARK, noted.kind.payment_noted.note);
    EXPECT(noted.kind.payment_noted.amount_minor == amount_minor);

    ds_Event anew = sample_event(EVENT_correction);
    memset(&anew.kind.correction.anew, 0, sizeof anew.kind.correction.anew);
    anew.kind.correction.is_withdrawn = false;
    anew.kind.correction.which_anew = ds_Correction_payment_noted_tag;
    anew.kind.correction.anew.payment_noted = noted.kind.payment_noted;
    (void)str_copy(anew.kind.correction.anew.payment_noted.note,
                   sizeof anew.kind.correction.anew.payment_noted.note, STR("in words"));
    EXPECT(erase_event(&anew, everything));
    EXPECT_TEXT("R-1", anew.kind.correction.anew.payment_noted.reference);
    EXPECT_TEXT(ERASE_MARK, anew.kind.correction.anew.payment_noted.note);

    ds_Event posted = sample_event(EVENT_payment_posted);
    EXPECT(!erase_event(&posted, everything));
}

TEST(test_a_record_keeps_who_is_liable_when_only_others_go)
{
    ds_CaseRecord record = sample_record();
    sample_text(record.debtor_name, "张三");
    sample_text(record.last_note, "家里有老人");
    record.parties_count = 2;
    record.parties[0] = (ds_Party){.role = ROLE_family, .name = "李四"};
    record.parties[1] = (ds_Party){.role = ROLE_guarantor, .name = "王五"};
    record.points_count = 1;
    record.points[0] = (ds_Point){.role = ROLE_neighbour, .value = "13800000000"};
    record.addresses_count = 1;
    EXPECT(erase_record(&record, ERASE_BIT(third_party)));
    EXPECT_INT(1, record.parties_count);
    EXPECT_TEXT("王五", record.parties[0].name);
    EXPECT_INT(0, record.points_count);
    EXPECT_TEXT("张三", record.debtor_name);
    EXPECT(erase_record(&record, ERASE_BIT(contact) | ERASE_BIT(notes)));
    EXPECT_TEXT(ERASE_MARK, record.debtor_name);
    EXPECT_INT(0, record.parties_count);
    EXPECT_INT(0, record.addresses_count);
    EXPECT_TEXT("", record.last_note);
    EXPECT_INT(100000, record.principal_minor);
    EXPECT(!erase_record(&record, everything));
}
