/* Goal: who says that the debt is not theirs is answered in three working days, by somebody who was
 * not at the door; the answer ends the case or the stop, everywhere. */
#include "tests/sync/server/command/branch_office.h"

#include "core/event/fold.h"

#define DAY_MS INT64_C(86400000)

static void dispute(struct office *office, size_t n, uint64_t case_no, int64_t at_ms,
                    bool is_signed)
{
    ds_Event event = field_visit((uint32_t)n + 1, case_no, at_ms, 0);
    event.which_kind = ds_Event_identity_disputed_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.identity_disputed.is_declaration_signed = is_signed;
    event.kind.identity_disputed.declaration_place = DECLARATION_PLACE_at_the_door;
    office_arrive(office, n, &event);
}

static void attach(struct office *office, uint64_t case_no)
{
    ds_Event event = field_visit(1, case_no, office->time.now_ms, 0);
    event.which_kind = ds_Event_evidence_attached_tag;
    memset(&event.kind, 0, sizeof event.kind);
    memset(event.kind.evidence_attached.hash, 0xA7, sizeof event.kind.evidence_attached.hash);
    event.kind.evidence_attached.size = 1000;
    event.kind.evidence_attached.evidence = EVIDENCE_KIND_signature;
    event.kind.evidence_attached.media = MEDIA_TYPE_png;
    office_arrive(office, 0, &event);
}

static bool is_stopped(struct office *office, uint64_t case_no)
{
    return fold_flag(office_case(office, case_no), STOP_FLAG_identity_dispute, 0) != NULL;
}

TEST(test_the_late_ones_come_first_and_a_list_with_late_ones_says_so)
{
    struct office office;
    office_open(&office);
    int64_t now_ms = office.time.now_ms;
    dispute(&office, 0, 2, now_ms - 10 * DAY_MS, false);
    EXPECT_EXIT(COMMAND_found, &office, "identity", "list");
    EXPECT_SAID(&office, "late");
    dispute(&office, 0, 1, now_ms, true);
    EXPECT_EXIT(COMMAND_found, &office, "identity", "list");
    const char *late = strstr(office.said, "REF-000002");
    const char *fresh = strstr(office.said, "REF-000001");
    EXPECT(late != NULL && fresh != NULL && late < fresh);
    EXPECT_SAID(&office, "signed");
    office_close(&office);
}

TEST(test_not_theirs_needs_the_declaration_and_ends_the_case)
{
    struct office office;
    office_open(&office);
    dispute(&office, 0, 1, office.time.now_ms, true);
    EXPECT(is_stopped(&office, 1));
    EXPECT_EXIT(COMMAND_usage, &office, "identity", "decide", "REF-000001", "--result",
                "not_theirs"); /* why? */
    EXPECT_EXIT(COMMAND_found, &office, "identity", "decide", "REF-000001", "--result",
                "not_theirs", "--note", "checked"); /* the paper is not here */
    EXPECT_INT(CASE_LIFE_open, office_case(&office, 1)->life);
    attach(&office, 1);
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "decide", "REF-000001", "--result", "not_theirs",
                "--note", "the signature is another");
    EXPECT_INT(CASE_LIFE_recalled, office_case(&office, 1)->life);
    EXPECT_INT(CLOSE_REASON_identity_fraud, office_case(&office, 1)->close_reason);
    EXPECT_EXIT(COMMAND_not_found, &office, "identity", "decide", "REF-000001", "--result",
                "theirs", "--note", "again");
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "list");
    EXPECT(!office_says(&office, "REF-000001"));
    office_close(&office);
}

TEST(test_theirs_ends_the_stop_and_not_the_case)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_not_found, &office, "identity", "decide", "REF-000001", "--result",
                "theirs", "--note", "nobody asked");
    dispute(&office, 0, 1, office.time.now_ms, false);
    EXPECT_EXIT(COMMAND_ok, &office, "identity", "decide", "REF-000001", "--result", "theirs",
                "--note", "the bank has the original");
    EXPECT(!is_stopped(&office, 1));
    EXPECT_INT(CASE_LIFE_open, office_case(&office, 1)->life);
    dispute(&office, 0, 1, office.time.now_ms + 60000, false); /* said again: frozen again */
    EXPECT(is_stopped(&office, 1));
    office_close(&office);
}
