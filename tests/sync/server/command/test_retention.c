/* Goal: personal data goes when its time is over and not before, by two people, never while a hold
 * stands; afterwards no byte of it is in headquarters' folder, and every chain still proves itself.
 */
#include "sync/evidence/evidence.h"
#include "sync/server/store/page_sum.h"
#include "sync/server/store/vault.h"
#include "tests/sync/server/command/branch_office.h"

#include <dirent.h>
#include <sqlite3.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

/* What must be found before, and nowhere after. None stands in another case. */
static const char name[] = "Zacharias Quillfeather";
static const char street[] = "77 Erasable Crescent";
static const char note[] = "the lodger is called Umberto";
static const char photo[] = "PHOTOGRAPH-OF-A-DOOR-THAT-IS-NOBODYS-BUSINESS";
static const char letter[] = "ask Quillfeather for the letter of June";
static const char *const secrets[] = {name, street, note, photo, letter};

static bool file_has(struct arena *arena, const char *path, const char *words)
{
    struct str bytes;
    if (!os_file_is_plain(path)) {
        return false;
    }
    EXPECT_OK(os_file_read(arena, path, 256 * 1024 * 1024, &bytes));
    return memmem(bytes.bytes, bytes.size, words, strlen(words)) != NULL;
}

/* Whether a file of the folder or of one below it has the words; its path. */
static const char *found_in(struct office *office, const char *folder, const char *words)
{
    const char *found = NULL;
    DIR *dir = opendir(folder);
    EXPECT(dir != NULL);
    for (struct dirent *entry = readdir(dir); entry != NULL && found == NULL;
         entry = readdir(dir)) {
        const char *path = os_path(&office->arena, folder, entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        struct arena arena;
        arena_init(&arena, 0);
        if (entry->d_type == DT_DIR) {
            found = found_in(office, path, words);
        } else if (file_has(&arena, path, words)) {
            found = path;
        }
        arena_deinit(&arena);
    }
    closedir(dir);
    return found;
}

static void expect_everywhere(struct office *office, bool is_there)
{
    for (size_t i = 0; i < COUNT(secrets); i++) {
        const char *path = found_in(office, office->folder, secrets[i]);
        if ((path != NULL) != is_there) {
            fail_msg("\"%s\" %s", secrets[i], is_there ? "is nowhere" : path);
        }
    }
}

static void in_store(struct office *office, void (*work)(struct office *, struct ingest *))
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&office->arena, store, office->time.now_ms);
    work(office, ingest);
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

static void put_case(struct office *office, struct ingest *ingest)
{
    (void)office;
    ds_CaseRecord record = field_record(4);
    (void)str_copy(record.debtor_name, sizeof record.debtor_name, str_from(name));
    (void)str_copy(record.addresses[0].text, sizeof record.addresses[0].text, str_from(street));
    EXPECT_OK(ingest_case(ingest, &record, 0));
    EXPECT_INT(4, record.case_no);
    ds_Event assign = field_assign(record.case_no, 1, 1, FIELD_AT_MS);
    EXPECT_OK(ingest_own(ingest, &assign, NULL));
    const struct ingest_letter about = {
        .person_no = 1, .case_no = 4, .from_name = STR("S1"), .body = STR(letter)};
    EXPECT_OK(ingest_message(ingest, &about));
}

static void put_photo(struct office *office, struct ingest *ingest)
{
    const struct vault_chunk chunk = {.device_no = office->chains[0].device_no,
                                      .hash = chain_hash(photo, sizeof photo),
                                      .size = sizeof photo,
                                      .bytes = {photo, sizeof photo}};
    enum vault_answer answer = VAULT_not_asked;
    EXPECT_OK(vault_take(ingest, office->folder, &chunk, &answer));
    EXPECT_INT(VAULT_whole, answer);
}

static void visit(struct office *office, uint64_t case_no, int64_t after_ms, const char *words)
{
    ds_Event event = field_visit(1, case_no, FIELD_AT_MS + after_ms, OUTCOME_refused_to_pay);
    event.has_fix = true;
    event.fix = (ds_Fix){312304000, 1214737000, 12, 4};
    (void)str_copy(event.kind.visit_finished.note, sizeof event.kind.visit_finished.note,
                   str_from(words));
    office_arrive(office, 0, &event);
}

/* Case 4 with all that there can be, one fact of case 1 between. */
static void open_with_work(struct office *office)
{
    office_open(office);
    EXPECT_EXIT(COMMAND_ok, office, "people", "add", "--code", "L1", "--name", "Legal One",
                "--role", "legal");
    EXPECT_EXIT(COMMAND_ok, office, "people", "add", "--code", "L2", "--name", "Legal Two",
                "--role", "legal");
    in_store(office, put_case);
    visit(office, 4, HOUR_MS, note);
    visit(office, 1, 2 * HOUR_MS, "another case");
    ds_Event event = field_visit(1, 4, FIELD_AT_MS + 3 * HOUR_MS, 0);
    struct chain_hash hash = chain_hash(photo, sizeof photo);
    event.which_kind = ds_Event_evidence_attached_tag;
    memset(&event.kind, 0, sizeof event.kind);
    memcpy(event.kind.evidence_attached.hash, hash.bytes, sizeof hash.bytes);
    event.kind.evidence_attached.size = sizeof photo;
    event.kind.evidence_attached.evidence = EVIDENCE_KIND_door;
    event.kind.evidence_attached.media = MEDIA_TYPE_jpeg;
    office_arrive(office, 0, &event);
    in_store(office, put_photo);
    visit(office, 4, 4 * HOUR_MS, note);
}

static void recall(struct office *office)
{
    ds_Event event = field_recall(4, office->time.now_ms);
    office_state(office, &event);
}

static const char *const everything = "contact,notes,photos,recordings,positions,letters";

static void ask(struct office *office, const char *classes, const char *ground)
{
    EXPECT_EXIT(COMMAND_ok, office, "retention", "ask", "REF-000004", "--class", classes,
                "--ground", ground, "--note", "its time", "--by", "L1");
}

TEST(test_what_is_over_goes_and_the_chains_hold)
{
    struct office office;
    open_with_work(&office);
    expect_everywhere(&office, true); /* the control: the search finds what is there */
    recall(&office);
    office.time.now_ms += 8 * 366 * DAY_MS;
    EXPECT_EXIT(COMMAND_found, &office, "retention", "due", "--by", "L1");
    EXPECT_SAID(&office, "REF-000004");
    EXPECT_SAID(&office, "contact data");
    EXPECT_SAID(&office, "PIPL 19, 47");
    ask(&office, everything, "term_over");
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "1", "--by", "L1"); /* own */
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "1", "--by", "S1"); /* no legal */
    expect_everywhere(&office, true);
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "erase", "1", "--by", "L2");
    EXPECT_SAID(&office, "1 files");
    expect_everywhere(&office, false);
    EXPECT(found_in(&office, office.folder, "another case") != NULL);

    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    EXPECT_SAID(&office, "1 erasures");
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "proof", "REF-000004", "--by", "L1");
    EXPECT_SAID(&office, "proved");
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "1", "--by", "L2"); /* once */
    EXPECT_EXIT(COMMAND_found, &office, "retention", "due", "--by", "L1");
    EXPECT_SAID(&office, "REF-000001"); /* an open one: its places are old, too */
    EXPECT(!office_says(&office, "REF-000004"));
    /* What money and reports rest on is as it was. */
    const ds_CaseState *state = office_case(&office, 4);
    EXPECT_INT(2, state->visit_count);
    EXPECT_TEXT("*", state->contacts[0].note);
    EXPECT_EXIT(COMMAND_ok, &office, "rebuild");
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    expect_everywhere(&office, false);
    office_close(&office);
}

/* ---- the reader of a pack ---- */

static enum err read_file(void *context, struct arena *arena, const char *file, size_t size_max,
                          struct str *bytes_out)
{
    return os_file_read(arena, os_path(arena, context, file), size_max, bytes_out);
}

TEST(test_an_evidence_pack_holds_after_it_and_says_so)
{
    struct office office;
    open_with_work(&office);
    recall(&office);
    office.time.now_ms += 8 * 366 * DAY_MS;
    ask(&office, everything, "term_over");
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "erase", "1", "--by", "L2");
    EXPECT_EXIT(COMMAND_ok, &office, "evidence", "REF-000004", "--out", "pack");
    EXPECT_SAID(&office, "their words were erased");
    const struct evidence_source source = {
        .file = read_file, .context = (void *)(uintptr_t)office_path(&office, "pack")};
    struct evidence_result result;
    EXPECT_OK(evidence_check(&office.arena, &source, &result));
    if (result.first_break.fault != EVIDENCE_FAULT_none) {
        fail_msg("%s line %zu: %s", result.first_break.file, result.first_break.line_no,
                 evidence_fault_key(result.first_break.fault));
    }
    expect_everywhere(&office, false);
    office_close(&office);
}

TEST(test_nothing_goes_too_early_or_against_a_hold)
{
    struct office office;
    open_with_work(&office);
    ask(&office, "notes", "asked_by_person"); /* 1 */
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "1", "--by", "L2");
    EXPECT_SAID(&office, "the case is open");
    recall(&office);
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "1", "--by", "L2");
    EXPECT_SAID(&office, "D02");          /* five years, whoever asks */
    ask(&office, "contact", "term_over"); /* 2 */
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "2", "--by", "L2");
    EXPECT_SAID(&office, "1096 days");
    EXPECT_EXIT(COMMAND_refused, &office, "hold", "put", "REF-000004", "--note", "x", "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "hold", "put", "REF-000004", "--note", "a court asked", "--by",
                "L1");
    EXPECT_EXIT(COMMAND_found, &office, "hold", "put", "REF-000004", "--note", "twice", "--by",
                "L1");
    EXPECT_EXIT(COMMAND_ok, &office, "hold", "list", "--by", "L1");
    EXPECT_SAID(&office, "a court asked");
    office.time.now_ms += 8 * 366 * DAY_MS;
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "2", "--by", "L2");
    EXPECT_SAID(&office, "legal hold");
    ask(&office, "all", "ordered"); /* 3: not even by order */
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "3", "--by", "L2");
    EXPECT_SAID(&office, "legal hold");
    expect_everywhere(&office, true);
    EXPECT_EXIT(COMMAND_ok, &office, "hold", "lift", "REF-000004", "--note", "judged", "--by",
                "L1");
    EXPECT_EXIT(COMMAND_found, &office, "hold", "lift", "REF-000004", "--note", "x", "--by", "L1");
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "refuse", "3", "--by", "L2");
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "erase", "2", "--by", "L2");
    EXPECT(found_in(&office, office.folder, note) != NULL); /* only what was asked for */
    EXPECT(found_in(&office, office.folder, street) == NULL);
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    office_close(&office);
}

TEST(test_places_of_an_open_case_go_by_the_day)
{
    struct office office;
    open_with_work(&office);
    ask(&office, "positions", "term_over");
    office.time.now_ms = FIELD_AT_MS + 60 * DAY_MS;
    EXPECT_EXIT(COMMAND_found, &office, "retention", "erase", "1", "--by", "L2");
    EXPECT_SAID(&office, "nothing left to erase");
    office.time.now_ms = FIELD_AT_MS + 120 * DAY_MS;
    visit(&office, 4, 119 * DAY_MS, "a new one");
    EXPECT_EXIT(COMMAND_found, &office, "retention", "due", "--by", "L1");
    EXPECT_SAID(&office, "positions");
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "erase", "1", "--by", "L2");
    EXPECT_SAID(&office, "2 records");
    EXPECT(found_in(&office, office.folder, note) != NULL);
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "proof", "--by", "L1");
    EXPECT_SAID(&office, "positions");
    office_close(&office);
}

/* The file is written anew once; where one may not go, those before it are gone all the same. */
TEST(test_several_requests_go_at_once_until_one_that_may_not)
{
    struct office office;
    open_with_work(&office);
    recall(&office);
    office.time.now_ms += 8 * 366 * DAY_MS;
    ask(&office, "contact", "term_over");   /* 1 */
    ask(&office, "notes", "term_over");     /* 2 */
    ask(&office, "positions", "term_over"); /* 3, of L1 as all are */
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "erase", "1", "2", "--by", "L2");
    const char *once = strstr(office.said, "written anew");
    EXPECT(once != NULL && strstr(once + 1, "written anew") == NULL);
    EXPECT(found_in(&office, office.folder, street) == NULL);
    EXPECT(found_in(&office, office.folder, note) == NULL);
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "3", "2", "--by", "L2");
    EXPECT_SAID(&office, "written anew");
    EXPECT_EXIT(COMMAND_refused, &office, "retention", "erase", "2", "3", "--by", "L2");
    EXPECT(!office_says(&office, "written anew"));
    EXPECT_EXIT(COMMAND_usage, &office, "retention", "refuse", "1", "2", "--by", "L2");
    EXPECT_EXIT(COMMAND_usage, &office, "retention", "erase", "--by", "L2");
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    EXPECT_SAID(&office, "3 erasures");
    office_close(&office);
}

static void tamper(struct office *office, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(office_path(office, "hq.db"), &db, SQLITE_OPEN_READWRITE,
                                          page_sum_vfs));
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
    EXPECT_INT(SQLITE_OK, sqlite3_close(db));
}

TEST(test_an_erasure_is_no_cover_for_a_change)
{
    static const char *const changes[] = {
        /* words put where some were taken */
        "DROP TRIGGER event_is_never_changed;"
        "UPDATE event SET body = x'0801' WHERE device_no = 1 AND seq = 1",
        /* a fact of another case said to be erased with them */
        "INSERT INTO event_erased SELECT 1, 1, 0, 2, max(erasure_seq), zeroblob(32) "
        "FROM event_erased; UPDATE event SET body = x'' WHERE device_no = 1 AND seq = 2",
        /* … by an erasure that never was */
        "INSERT INTO event_erased SELECT 1, 1, 0, 2, 1, zeroblob(32)",
        /* an erasure that is said to be another */
        "DROP TRIGGER event_erased_is_never_changed;"
        "UPDATE event_erased SET erasure_seq = erasure_seq + 1",
    };
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct office office;
        open_with_work(&office);
        recall(&office);
        office.time.now_ms += 8 * 366 * DAY_MS;
        ask(&office, everything, "term_over");
        EXPECT_EXIT(COMMAND_ok, &office, "retention", "erase", "1", "--by", "L2");
        tamper(&office, changes[i]);
        EXPECT_EXIT(COMMAND_found, &office, "verify");
        EXPECT_SAID(&office, "does not agree with the erasure");
        EXPECT_EXIT(COMMAND_found, &office, "retention", "proof", "--by", "L1");
        office_close(&office);
    }
}

TEST(test_a_tablet_goes_on_where_its_last_fact_was_erased)
{
    struct office office;
    open_with_work(&office);
    recall(&office);
    office.time.now_ms += 8 * 366 * DAY_MS;
    ask(&office, everything, "term_over");
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "erase", "1", "--by", "L2");
    /* Its envelope is packed against the words of its last fact: it is asked for more. */
    struct hq_store *store = NULL;
    const struct field_chain *chain = &office.chains[0];
    EXPECT_OK(hq_store_open(&store, office.folder, HQ_ACCESS_read, false));
    struct ingest_place *places = NULL;
    size_t count = 0;
    uint64_t from_seq = 0;
    EXPECT_OK(ingest_places(&office.arena, store, chain->device_no, chain->count,
                            chain->links[chain->count].bytes, 8, &places, &count, &from_seq));
    EXPECT_INT(0, count);
    EXPECT(from_seq >= 1 && from_seq <= chain->count);
    EXPECT_OK(ingest_places(&office.arena, store, chain->device_no, 0, chain->links[0].bytes, 8,
                            &places, &count, &from_seq));
    EXPECT_INT(1, count); /* at the latest from its first fact */
    hq_store_close(store);
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    visit(&office, 1, 9 * HOUR_MS, "after all that");
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    expect_everywhere(&office, false);
    office_close(&office);
}

/* What the feed tells the first tablet of case 4: 1 it goes, 0 it stays. */
static int64_t is_withdrawn(struct office *office)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(office_path(office, "hq.db"), &db, SQLITE_OPEN_READWRITE,
                                          page_sum_vfs));
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT is_withdrawn FROM feed WHERE case_no = 4",
                                             -1, &statement, NULL));
    EXPECT_INT(SQLITE_ROW, sqlite3_step(statement));
    int64_t answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

TEST(test_a_hold_keeps_the_tablets_copy_until_it_is_lifted)
{
    struct office office;
    open_with_work(&office);
    EXPECT_INT(0, is_withdrawn(&office));
    EXPECT_EXIT(COMMAND_ok, &office, "hold", "put", "REF-000004", "--note", "a court asked", "--by",
                "L1");
    recall(&office);
    EXPECT_INT(0, is_withdrawn(&office));
    EXPECT_EXIT(COMMAND_ok, &office, "rebuild");
    EXPECT_INT(0, is_withdrawn(&office));
    EXPECT_EXIT(COMMAND_ok, &office, "hold", "lift", "REF-000004", "--note", "judged", "--by",
                "L1");
    EXPECT_INT(1, is_withdrawn(&office));
    /* The tablet says what it cleared; that is no conflict, though the case is not its own. */
    ds_Event event = field_visit(1, 4, office.time.now_ms, 0);
    event.which_kind = ds_Event_case_cleared_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.case_cleared.record_size = 812;
    event.kind.case_cleared.own_count = 3;
    office_arrive(&office, 0, &event);
    EXPECT_EXIT(COMMAND_ok, &office, "retention", "proof", "REF-000004", "--by", "L1");
    EXPECT_SAID(&office, "signed by the tablet");
    EXPECT_SAID(&office, "case 812 bytes");
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "list");
    EXPECT(!office_says(&office, "REF-000004"));
    EXPECT_EXIT(COMMAND_ok, &office, "report", "--kind", "conduct", "--at", "2026-12-23");
    EXPECT_SAID(&office, "Cases cleared from tablets, signed by them");
    office_close(&office);
}
