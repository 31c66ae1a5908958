/* Goal: what headquarters exports of a case proves itself without headquarters, tells nothing of
 * anybody else, and is written down before it leaves the house. Whoever changed headquarters' files
 * before the export is found by the reader of the pack. */
#include "sync/evidence/evidence.h"
#include "sync/server/store/page_sum.h"
#include "sync/server/store/vault.h"
#include "tests/sync/server/command/branch_office.h"

#include <sqlite3.h>

#define HOUR_MS INT64_C(3600000)

static const char photo[] = "not a picture, but as good as one";
static const char neighbour_note[] = "a word about the neighbour's case";

static void arrive_with_note(struct office *office, size_t n, uint64_t case_no, int64_t after_ms,
                             const char *note)
{
    ds_Event event = field_visit(1, case_no, FIELD_AT_MS + after_ms, OUTCOME_refused_to_pay);
    (void)str_copy(event.kind.visit_finished.note, sizeof event.kind.visit_finished.note,
                   str_from(note));
    office_arrive(office, n, &event);
}

static void attach(struct office *office, bool is_here)
{
    struct chain_hash hash = chain_hash(photo, sizeof photo);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + 5 * HOUR_MS, 0);
    event.which_kind = ds_Event_evidence_attached_tag;
    memset(&event.kind, 0, sizeof event.kind);
    memcpy(event.kind.evidence_attached.hash, hash.bytes, sizeof hash.bytes);
    event.kind.evidence_attached.size = sizeof photo;
    event.kind.evidence_attached.evidence = 1;
    event.kind.evidence_attached.media = 1;
    office_arrive(office, 0, &event);
    if (!is_here) {
        return;
    }
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&office->arena, store, office->time.now_ms);
    const struct vault_chunk chunk = {.device_no = office->chains[0].device_no,
                                      .hash = hash,
                                      .size = sizeof photo,
                                      .bytes = {photo, sizeof photo}};
    enum vault_answer answer = VAULT_not_asked;
    EXPECT_OK(vault_take(ingest, office->folder, &chunk, &answer));
    EXPECT_INT(VAULT_whole, answer);
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

/* Case 1: three visits of two tablets, with one of case 2 between, and a photo. */
static void open_with_work(struct office *office, bool has_photo)
{
    office_open(office);
    arrive_with_note(office, 0, 1, 1 * HOUR_MS, "first");
    arrive_with_note(office, 0, 2, 2 * HOUR_MS, neighbour_note);
    arrive_with_note(office, 0, 1, 3 * HOUR_MS, "second");
    arrive_with_note(office, 1, 1, 4 * HOUR_MS, "by the other tablet");
    attach(office, has_photo);
}

/* ---- the reader ---- */

static enum err read_file(void *context, struct arena *arena, const char *name, size_t size_max,
                          struct str *bytes_out)
{
    return os_file_read(arena, os_path(arena, context, name), size_max, bytes_out);
}

static struct evidence_result check(struct office *office, const char *name)
{
    const struct evidence_source source = {.file = read_file,
                                           .context = (void *)(uintptr_t)office_path(office, name)};
    struct evidence_result result;
    EXPECT_OK(evidence_check(&office->arena, &source, &result));
    return result;
}

static void expect_fault(enum evidence_fault fault, const struct evidence_result *result)
{
    if (result->first_break.fault != fault) {
        fail_msg("%s line %zu: %s", result->first_break.file, result->first_break.line_no,
                 evidence_fault_key(result->first_break.fault));
    }
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

static struct str pack_text(struct office *office, const char *name)
{
    struct str text;
    EXPECT_OK(os_file_read(&office->arena,
                           os_path(&office->arena, office_path(office, name), EVIDENCE_INDEX),
                           EVIDENCE_INDEX_SIZE_MAX, &text));
    return text;
}

/* ---- tests ---- */

TEST(test_a_case_leaves_the_house_with_its_proof)
{
    for (int is_served = 0; is_served < 2; is_served++) {
        struct office office;
        open_with_work(&office, true);
        if (is_served) {
            office_serve(&office);
        }
        EXPECT_EXIT(COMMAND_ok, &office, "evidence", "#1", "--out", "pack");
        EXPECT_SAID(&office, "doorstep-verify");
        if (is_served) {
            office_unserve(&office);
        }
        struct evidence_result result = check(&office, "pack");
        expect_fault(EVIDENCE_FAULT_none, &result);
        EXPECT_INT(1, result.case_no);
        EXPECT_INT(4, result.counts.proved_count);
        EXPECT_INT(0, result.counts.vouched_count);
        EXPECT(result.counts.hq_count > 0); /* the assignment */
        EXPECT_INT(1, result.counts.attachment_count);
        EXPECT_INT(2, result.counts.device_count);
        office_close(&office);
    }
}

TEST(test_a_pack_tells_of_nobody_else)
{
    struct office office;
    open_with_work(&office, false);
    EXPECT_EXIT(COMMAND_ok, &office, "evidence", "#1", "--out", "pack");
    EXPECT_SAID(&office, "1 more attachment");
    struct evidence_result result = check(&office, "pack");
    expect_fault(EVIDENCE_FAULT_none, &result);
    EXPECT_INT(1, result.counts.lacking_count);
    char hex[2 * sizeof neighbour_note + 1];
    buf_to_hex(hex, neighbour_note, sizeof neighbour_note - 1);
    struct str text = pack_text(&office, "pack");
    EXPECT(!str_contains(text, str_from(hex)));
    buf_to_hex(hex, "by the other tablet", 19);
    EXPECT(str_contains(text, str_from(hex)));
    office_close(&office);
}

TEST(test_an_export_is_written_down)
{
    struct office office;
    open_with_work(&office, false);
    EXPECT_EXIT(COMMAND_ok, &office, "evidence", "#1", "--out", "pack");
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office.folder, HQ_ACCESS_read, false));
    struct hq_query query = hq_query(store, SQL_HQ_audit_all);
    bool is_written = false;
    while (hq_next(&query)) {
        is_written = is_written || (str_is(hq_text(&query, 3), "evidence export") &&
                                    str_is(hq_text(&query, 4), "case 1"));
    }
    EXPECT_OK(hq_end(&query));
    hq_store_close(store);
    EXPECT(is_written);
    office_close(&office);
}

TEST(test_what_cannot_be_exported_is_told)
{
    struct office office;
    open_with_work(&office, false);
    EXPECT_EXIT(COMMAND_usage, &office, "evidence", "#1");
    EXPECT_EXIT(COMMAND_usage, &office, "evidence", "--out", "pack");
    EXPECT_EXIT(COMMAND_not_found, &office, "evidence", "#99", "--out", "pack");
    EXPECT_OK(os_folder_make(office_path(&office, "full")));
    EXPECT_OK(os_file_replace(office_path(&office, "full/x"), "x", 1));
    EXPECT_EXIT(COMMAND_failed, &office, "evidence", "#1", "--out", "full");
    EXPECT_SAID(&office, "empty");
    office_close(&office);
}

/* Somebody with the file of the database changes it before the export; headquarters' key signs what
 * it is given. The tablets' signatures do not. */
TEST(test_a_pack_of_a_changed_database_does_not_hold)
{
    static const struct {
        const char *row, *sql;
        enum evidence_fault fault;
    } rows[] = {
        {"a fact",
         "UPDATE event SET body = CAST(body || x'00' AS BLOB) WHERE device_no = 1 AND seq = 1",
         EVIDENCE_FAULT_fact_signature},
        {"a signature",
         "UPDATE batch_signature SET signature = zeroblob(64) WHERE device_no = 1 AND seq = 1",
         EVIDENCE_FAULT_fact_signature},
        {"a tablet's key", "UPDATE device SET public_key = zeroblob(32) WHERE device_no = 2",
         EVIDENCE_FAULT_fact_signature},
        {"a link", "UPDATE event SET link = zeroblob(32) WHERE device_no = 1 AND seq = 2",
         EVIDENCE_FAULT_fact_signature},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct office office;
        open_with_work(&office, false);
        tamper(&office, "DROP TRIGGER event_is_never_changed");
        tamper(&office, rows[i].sql);
        EXPECT_EXIT(COMMAND_ok, &office, "evidence", "#1", "--out", "pack");
        struct evidence_result result = check(&office, "pack");
        if (result.first_break.fault != rows[i].fault) {
            fail_msg("%s: %s", rows[i].row, evidence_fault_key(result.first_break.fault));
        }
        office_close(&office);
    }
}

/* ---- headquarters' keys ---- */

TEST(test_keys_change_and_what_they_signed_holds)
{
    struct office office;
    open_with_work(&office, true);
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "list");
    EXPECT_SAID(&office, "in use");
    EXPECT_EXIT(COMMAND_ok, &office, "evidence", "#1", "--out", "before");
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "rotate");
    EXPECT_SAID(&office, "number 2");
    office_serve(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "keys", "rotate");
    EXPECT_SAID(&office, "number 3");
    EXPECT_EXIT(COMMAND_ok, &office, "keys");
    EXPECT_SAID(&office, "earlier");
    EXPECT_EXIT(COMMAND_ok, &office, "evidence", "#1", "--out", "after");
    office_unserve(&office);
    struct evidence_result before = check(&office, "before");
    struct evidence_result after = check(&office, "after");
    expect_fault(EVIDENCE_FAULT_none, &before);
    expect_fault(EVIDENCE_FAULT_none, &after);
    EXPECT_INT(1, before.counts.key_count);
    EXPECT_INT(3, after.counts.key_count);
    EXPECT_EXIT(COMMAND_usage, &office, "keys", "rotate", "now");
    EXPECT_EXIT(COMMAND_usage, &office, "keys", "tls-next", "nothing.pem");
    office_close(&office);
}
