/* Goal: headquarters tightens the rules for a client and for one case by a command, refuses what
 * would loosen them with its place, and judges a visit again by the layer that held, telling apart
 * what the tablet knew. */
#include "core/rules/gate.h"
#include "core/rules/law_shelf.h"
#include "sync/server/report/policy_book.h"
#include "tests/sync/server/command/branch_office.h"

#define HOUR_MS INT64_C(3600000)

static void write_file(struct office *office, const char *name, const char *text)
{
    EXPECT_OK(os_file_replace(office_path(office, name), text, strlen(text)));
}

static void write_packs(struct office *office)
{
    write_file(office, "numbers.pol", "visits_per_day = 3\nrule.X04 = ok\n");
    write_file(office, "bank.pol",
               "policy 1 id=bank extends=cn layer=client client=Client version=2026.11.2 "
               "expires=2027-02-20\nrule T01 open=09:00 close=20:00\n");
    write_file(office, "night.pol",
               "policy 1 id=case extends=cn layer=case version=2026.11.2 expires=2027-02-20\n"
               "rule T01 open=10:00 close=12:00 ovr=none\n");
}

static void set_policy(struct office *office)
{
    write_packs(office);
    EXPECT_EXIT(COMMAND_ok, office, "policy", "set", "numbers.pol", "--law", "cn", "--clients",
                "bank", "--packs", ".");
}

/* The policy in force, as headquarters opens it. */
static struct policy_book *book_of(struct office *office)
{
    struct hq_store *store = NULL;
    struct policy_book *book = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_read, false));
    EXPECT_OK(policy_book_now(&office->arena, store, &book));
    hq_store_close(store);
    return book;
}

static bool has_hours(struct office *office, uint64_t case_no, int64_t at_ms)
{
    struct policy_book *book = book_of(office);
    ds_CaseRecord *record = ARENA_NEW(&office->arena, ds_CaseRecord);
    *record = field_record((uint32_t)case_no);
    const struct gate_facts facts = {.record = record,
                                     .state = office_case(office, case_no),
                                     .now_ms = at_ms,
                                     .person_no = 1,
                                     .synced_at_ms = at_ms,
                                     .policy_at_ms = at_ms};
    struct verdict verdict = gate_check(&book->policy, GATE_checkin, &facts);
    return verdict_find(&verdict, REFUSAL_contact_hours) == NULL;
}

TEST(test_a_case_is_tightened_and_loosened_again_by_a_command)
{
    struct office office;
    office_open(&office);
    int64_t ten_ms = office.time.now_ms + INT64_C(86400000); /* 10:00 in Shanghai, tomorrow */
    set_policy(&office);
    EXPECT_INT(1, book_of(&office)->shelf.layer_count);
    EXPECT(!has_hours(&office, 1, ten_ms - 2 * HOUR_MS)); /* the client's: from nine */
    EXPECT(has_hours(&office, 1, ten_ms - HOUR_MS));
    EXPECT_EXIT(COMMAND_found, &office, "policy", "loosen", "REF-000001", "--note", "none yet");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "tighten", "REF-000001", "night.pol", "--note",
                "works at night", "--packs", ".");
    EXPECT(!has_hours(&office, 1, ten_ms - HOUR_MS));
    EXPECT(has_hours(&office, 1, ten_ms + HOUR_MS));
    EXPECT(!has_hours(&office, 1, ten_ms + 2 * HOUR_MS));
    EXPECT(has_hours(&office, 2, ten_ms - HOUR_MS)); /* of this case alone */
    EXPECT_EXIT(COMMAND_ok, &office, "case", "show", "REF-000001");
    EXPECT_SAID(&office, "works at night");
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "loosen", "REF-000001", "--note", "new job");
    EXPECT(has_hours(&office, 1, ten_ms + 2 * HOUR_MS));
    office_close(&office);
}

TEST(test_what_would_loosen_or_does_not_belong_is_refused_with_its_place)
{
    static const struct {
        const char *what, *text, *said;
    } rows[] = {
        {"looser hours",
         "policy 1 id=case extends=cn layer=case version=2026.11.2 expires=2027-02-20\n"
         "# the borrower does not mind\nrule T01 close=23:00\n",
         "bad.pol, line 3"},
        {"of another profile",
         "policy 1 id=case extends=us layer=case version=2026.11.2 expires=2027-02-20\n"
         "rule T01 close=20:00\n",
         "extends=cn"},
        {"no layer of a case",
         "policy 1 id=case extends=cn layer=region version=2026.11.2 expires=2027-02-20\n"
         "rule T01 close=20:00\n",
         "layer=case"},
        {"not a layer", "close at noon\n", "bad.pol, line 1"},
    };
    struct office office;
    office_open(&office);
    write_packs(&office);
    EXPECT_EXIT(COMMAND_found, &office, "policy", "tighten", "REF-000001", "night.pol", "--note",
                "no image is in force");
    set_policy(&office);
    for (size_t i = 0; i < COUNT(rows); i++) {
        write_file(&office, "bad.pol", rows[i].text);
        EXPECT_ROW(rows[i].what, RUN(&office, "policy", "tighten", "REF-000001", "bad.pol",
                                     "--note", "why") == COMMAND_found);
        EXPECT_SAID(&office, rows[i].said);
        EXPECT_INT(0, office_case(&office, 1)->law.size);
    }
    EXPECT_EXIT(COMMAND_not_found, &office, "policy", "tighten", "REF-000001", "nowhere.pol",
                "--note", "why");
    EXPECT_EXIT(COMMAND_usage, &office, "policy", "tighten", "REF-000001", "night.pol");
    EXPECT_EXIT(COMMAND_usage, &office, "policy", "loosen", "REF-000001");
    write_file(&office, "bank.pol",
               "policy 1 id=bank extends=cn layer=client client=Client version=2026.11.2 "
               "expires=2027-02-20\nrule I02 max=5\n");
    EXPECT_EXIT(COMMAND_found, &office, "policy", "set", "numbers.pol", "--law", "cn", "--clients",
                "bank", "--packs", ".");
    EXPECT_SAID(&office, "bank.pol, line 2");
    EXPECT_INT(1, book_of(&office)->shelf.layer_count); /* the last good one stays */
    office_close(&office);
}

/* A visit at 13:00 that names the layer it was judged by. */
static void visit(struct office *office, int64_t at_ms, uint64_t policy, uint64_t case_law)
{
    ds_Event event = field_visit(1, 1, at_ms, 0);
    event.which_kind = ds_Event_visit_started_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.visit_started =
        (ds_VisitStarted){.place = ADDRESS_KIND_home, .visitors = 2, .case_law = case_law};
    event.policy = policy;
    office_arrive(office, 0, &event);
    uint64_t visit_seq = office->chains[0].count;
    event = field_visit(1, 1, at_ms + HOUR_MS / 6, OUTCOME_nobody_home);
    event.kind.visit_finished.role = ROLE_none;
    event.visit_seq = visit_seq;
    event.policy = policy;
    office_arrive(office, 0, &event);
}

TEST(test_headquarters_judges_a_visit_again_by_the_layer_that_the_case_had)
{
    struct office office;
    office_open(&office);
    set_policy(&office);
    uint64_t policy = book_of(&office)->hash;
    EXPECT_EXIT(COMMAND_ok, &office, "policy", "tighten", "REF-000001", "night.pol", "--note",
                "works at night", "--packs", ".");
    uint64_t law = law_shelf_case_hash(office_case(&office, 1));
    EXPECT(law != 0);
    int64_t one_ms = office.time.now_ms + 3 * HOUR_MS;
    int64_t day_ms = INT64_C(86400000);
    visit(&office, one_ms, policy, 0);            /* it had not reached the tablet */
    visit(&office, one_ms + day_ms, policy, law); /* it had */
    visit(&office, one_ms + 2 * day_ms - 2 * HOUR_MS, policy, law); /* 11:00: within */
    office.time.now_ms += 3 * day_ms;
    EXPECT_EXIT(COMMAND_ok, &office, "report", "--kind", "conduct", "--at", "2026-12-25",
                "--format", "json");
    const char *row = strstr(office.said, "\"contact_hours\"");
    EXPECT(row != NULL);
    const char *knowing = strstr(row, "\"knowing\"");
    const char *unknowing = strstr(row, "\"unknowing\"");
    EXPECT(knowing != NULL && unknowing != NULL);
    EXPECT_INT(1, strtol(strpbrk(knowing, "0123456789"), NULL, 10));
    EXPECT_INT(1, strtol(strpbrk(unknowing, "0123456789"), NULL, 10));
    office_close(&office);
}
