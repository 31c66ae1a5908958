/* Goal: what a borrower complains of is looked into by somebody who was not there, is answered
 * once, and holds the visits until then. */
#include "tests/sync/server/command/branch_office.h"

static struct id complain(struct office *office, size_t n, int64_t minutes)
{
    ds_Event event = field_visit((uint32_t)n + 1, 1, office->time.now_ms + minutes * 60000, 0);
    event.which_kind = ds_Event_complaint_taken_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.complaint_taken.complaint = COMPLAINT_KIND_conduct;
    snprintf(event.kind.complaint_taken.words, sizeof event.kind.complaint_taken.words,
             "he shouted");
    return office_arrive(office, n, &event);
}

static const char *short_id(struct office *office, struct id id)
{
    return str_text(&office->arena, (struct str){office_id(office, id), 8});
}

static bool is_stopped(struct office *office)
{
    return fold_flag(office_case(office, 1), STOP_FLAG_complaint_open, FIELD_DAY + 10) != NULL;
}

TEST(test_a_complaint_is_called_back_and_answered_once)
{
    struct office office;
    office_open(&office);
    const char *first = short_id(&office, complain(&office, 0, 1));
    const char *second = short_id(&office, complain(&office, 0, 2));
    EXPECT(is_stopped(&office));
    EXPECT_EXIT(COMMAND_ok, &office, "complaints", "list");
    EXPECT_SAID(&office, first);
    EXPECT_SAID(&office, second);
    EXPECT_EXIT(COMMAND_ok, &office, "complaints", "call", first, "--case", "REF-000001",
                "--result", "differs", "--note", "one man alone, she says");
    EXPECT_EXIT(COMMAND_ok, &office, "complaints", "list");
    EXPECT_SAID(&office, "called back");
    EXPECT_EXIT(COMMAND_usage, &office, "complaints", "answer", first, "--case", "REF-000001",
                "--answer", "upheld"); /* why? */
    EXPECT_EXIT(COMMAND_ok, &office, "complaints", "answer", first, "--case", "REF-000001",
                "--answer", "upheld", "--note", "heard on the recording");
    EXPECT_EXIT(COMMAND_found, &office, "complaints", "answer", first, "--case", "REF-000001",
                "--answer", "not_upheld", "--note", "again");
    EXPECT(is_stopped(&office)); /* the other one is open */
    EXPECT_EXIT(COMMAND_ok, &office, "complaints", "list");
    EXPECT(!office_says(&office, first));
    EXPECT_SAID(&office, second);
    EXPECT_EXIT(COMMAND_ok, &office, "complaints", "answer", second, "--case", "REF-000001",
                "--answer", "withdrawn", "--note", "she called");
    EXPECT(!is_stopped(&office));
    EXPECT_EXIT(COMMAND_ok, &office, "report", "--kind", "conduct", "--at", "2026-12-23");
    EXPECT_SAID(&office, "Upheld");
    EXPECT_SAID(&office, "Withdrawn by the customer");
    EXPECT_SAID(&office, "Tells it differently");
    office_close(&office);
}

TEST(test_a_complaint_outlives_its_case)
{
    static const char *const ends[] = {"recall", "close"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct office office;
        office_open(&office);
        const char *id = short_id(&office, complain(&office, 0, 1));
        EXPECT_EXIT(COMMAND_ok, &office, ends[i], "REF-000001", "--reason", "client_withdrew");
        EXPECT_EXIT(COMMAND_ok, &office, "complaints", "list");
        EXPECT_SAID(&office, id);
        EXPECT_EXIT(COMMAND_ok, &office, "complaints", "answer", id, "--case", "REF-000001",
                    "--answer", "upheld", "--note", "heard on the recording");
        EXPECT_EXIT(COMMAND_ok, &office, "complaints", "list");
        EXPECT(!office_says(&office, id));
        office_close(&office);
    }
}

TEST(test_what_is_not_there_is_told)
{
    struct office office;
    office_open(&office);
    const char *id = short_id(&office, complain(&office, 0, 1));
    EXPECT_EXIT(COMMAND_not_found, &office, "complaints", "call", "0123", "--case", "REF-000001",
                "--result", "confirms");
    EXPECT_EXIT(COMMAND_not_found, &office, "complaints", "call", id, "--case", "REF-000002",
                "--result", "confirms"); /* another case */
    EXPECT_EXIT(COMMAND_usage, &office, "complaints", "call", id, "--case", "REF-000001",
                "--result", "shouted");
    EXPECT_EXIT(COMMAND_usage, &office, "complaints", "call", id, "--case", "REF-000001");
    ds_Event visit = field_visit(1, 1, office.time.now_ms, OUTCOME_refused_to_pay);
    const char *visit_id = short_id(&office, office_arrive(&office, 0, &visit));
    EXPECT_EXIT(COMMAND_ok, &office, "complaints", "call", visit_id, "--case", "REF-000001",
                "--result", "confirms"); /* a visit may be asked after */
    EXPECT_EXIT(COMMAND_found, &office, "complaints", "answer", visit_id, "--case", "REF-000001",
                "--answer", "upheld", "--note", "no");
    office_close(&office);
}
