/* Whatever somebody changes in headquarters' files, verify finds it and says what it is. */
#include "core/domain/catalog.h"
#include "sync/server/store/page_sum.h"
#include "sync/server/store/vault.h"
#include "tests/sync/server/command/branch_office.h"

#include <sqlite3.h>

#define HOUR_MS INT64_C(3600000)

/* As somebody would who has the file: past every check, triggers dropped. */
static void tamper(struct office *office, const char *sql)
{
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(office_path(office, "hq.db"), &db, SQLITE_OPEN_READWRITE,
                                          page_sum_vfs));
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
    EXPECT_INT(SQLITE_OK, sqlite3_close(db));
}

/* Two tablets' work, a decision and an attachment that is here. */
static void open_with_work(struct office *office)
{
    office_open(office);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + HOUR_MS, OUTCOME_refused_to_pay);
    office_arrive(office, 0, &event);
    event = field_waiver(1, 1, FIELD_AT_MS + 2 * HOUR_MS);
    struct id asked = office_arrive(office, 0, &event);
    event = field_visit(2, 2, FIELD_AT_MS + 3 * HOUR_MS, OUTCOME_refused_to_pay);
    office_arrive(office, 1, &event);
    EXPECT_EXIT(COMMAND_ok, office, "approvals", "approve", office_id(office, asked), "--by", "S1");
}

static const char photo[] = "not a picture, but as good as one";

static struct chain_hash attach(struct office *office)
{
    struct chain_hash hash = chain_hash(photo, sizeof photo);
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + 4 * HOUR_MS, 0);
    event.which_kind = ds_Event_evidence_attached_tag;
    memset(&event.kind, 0, sizeof event.kind);
    memcpy(event.kind.evidence_attached.hash, hash.bytes, sizeof hash.bytes);
    event.kind.evidence_attached.size = sizeof photo;
    event.kind.evidence_attached.evidence = 1;
    event.kind.evidence_attached.media = 1;
    office_arrive(office, 0, &event);
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
    return hash;
}

TEST(test_what_was_not_touched_is_sound)
{
    struct office office;
    open_with_work(&office);
    attach(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    EXPECT_SAID(&office, "problems: 0");
    EXPECT_SAID(&office, "case records: 3");
    EXPECT_SAID(&office, "attachments: 1");
    office_close(&office);
}

TEST(test_each_change_is_found_and_named)
{
    static const struct {
        const char *sql, *said;
    } rows[] = {
        {"UPDATE kase SET record = (SELECT record FROM kase WHERE case_no = 3) WHERE case_no = 2",
         "case REF-000002 (Client) is not what was imported"},
        {"DROP TRIGGER event_is_never_changed;"
         "UPDATE event SET body = CAST(substr(body, 1, length(body) - 1) || x'39' AS BLOB) "
         "WHERE device_no = 1 AND seq = 1",
         "tablet 1"},
        {"DROP TRIGGER event_is_never_deleted; DELETE FROM event WHERE device_no = 1 AND seq = 2",
         "tablet 1"},
        {"UPDATE batch_signature SET signature = zeroblob(64) WHERE device_no = 2",
         "signature of tablet 2"},
        {"DELETE FROM batch_signature WHERE device_no = 2", "Tablet 2: facts from 1 on are not"},
        {"UPDATE kase_state SET owed_minor = 1 WHERE case_no = 1", "rebuild"},
        {"UPDATE arrangement SET amount_minor = 9 WHERE case_no = 1", "rebuild"},
        {"DROP TRIGGER audit_is_never_changed; UPDATE audit SET actor = 'x' WHERE audit_no = 2",
         "line 2"},
        {"DROP TRIGGER kase_log_is_never_deleted; DELETE FROM kase_log WHERE log_no = 2",
         "case records"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct office office;
        open_with_work(&office);
        tamper(&office, rows[i].sql);
        int code = RUN(&office, "verify");
        if (code != COMMAND_found || !office_says(&office, rows[i].said)) {
            fail_msg("%s\nexit %d: %s", rows[i].sql, code, office.said);
        }
        office_close(&office);
    }
}

TEST(test_an_attachment_that_is_gone_or_rotten_is_named)
{
    struct office office;
    open_with_work(&office);
    struct chain_hash hash = attach(&office);
    const char *path = vault_path(&office.arena, office.folder, &hash, sizeof photo);
    EXPECT_OK(os_file_replace(path, "rot", 3));
    EXPECT_EXIT(COMMAND_found, &office, "verify");
    EXPECT_SAID(&office, "is damaged. Run “attachments check --deep”");
    EXPECT_OK(os_file_remove(path));
    EXPECT_EXIT(COMMAND_found, &office, "verify");
    EXPECT_SAID(&office, "is not on the disk");
    EXPECT_EXIT(COMMAND_found, &office, "attachments", "check");
    EXPECT_SAID(&office, "1 missing");
    EXPECT_EXIT(COMMAND_ok, &office, "attachments", "list");
    EXPECT_SAID(&office, "REF-000001"); /* asked for again */
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    office_close(&office);
}

/* Goal: a damaged page is told with the table, what is lost with it and what to do.
 * Method: the root page of each table is overwritten on the disk. */
TEST(test_a_damaged_page_is_named_by_its_table)
{
    static const struct {
        const char *table, *said;
    } rows[] = {{"event", "facts of tablets"},
                {"audit", "only a backup has it"},
                {"kase_state", "can be made again"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct office office;
        open_with_work(&office);
        sqlite3 *db = NULL;
        sqlite3_stmt *statement = NULL;
        EXPECT_INT(SQLITE_OK, sqlite3_open_v2(office_path(&office, "hq.db"), &db,
                                              SQLITE_OPEN_READWRITE, page_sum_vfs));
        const char *sql = "SELECT rootpage, (SELECT page_size FROM pragma_page_size) "
                          "FROM sqlite_schema WHERE name = ?";
        EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
        EXPECT_INT(SQLITE_OK, sqlite3_bind_text(statement, 1, rows[i].table, -1, SQLITE_STATIC));
        EXPECT_INT(SQLITE_ROW, sqlite3_step(statement));
        int64_t at = (sqlite3_column_int64(statement, 0) - 1) * sqlite3_column_int64(statement, 1);
        EXPECT_INT(SQLITE_OK, sqlite3_finalize(statement));
        EXPECT_INT(SQLITE_OK,
                   sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
        EXPECT_INT(SQLITE_OK, sqlite3_close(db));
        uint8_t noise[512];
        memset(noise, 0xa5, sizeof noise);
        EXPECT_OK(
            os_file_write_at(office_path(&office, "hq.db"), (uint64_t)at, noise, sizeof noise));
        int code = RUN(&office, "verify");
        if (code != COMMAND_found || !office_says(&office, rows[i].said) ||
            !office_says(&office, "restore the latest backup into an empty folder")) {
            fail_msg("%s\nexit %d: %s", rows[i].table, code, office.said);
        }
        EXPECT_INT(COMMAND_found, RUN_IN(&office, LANG_zh, "verify"));
        EXPECT_SAID(&office, "已损坏");
        office_close(&office);
    }
}
