/* What people who run a headquarters do: take bundles that came by hand, see alarms, look
 * into what was not understood, back up, lose everything, restore. */
#include "sync/proto/alarm.h"
#include "sync/proto/bundle.h"
#include "sync/proto/kept.h"
#include "sync/server/api/api.h"
#include "sync/server/store/page_sum.h"
#include "tests/sync/server/command/branch_office.h"
#include "tests/sync/server/tablet.h"

#include <sqlite3.h>

#define HOUR_MS INT64_C(3600000)

enum { FACTS_MAX = 16, ITEMS_MAX = 8 };

/* A tablet whose envelopes are carried. */
struct carrier {
    struct office *office;
    struct tablet tablet;
    struct bundle_item items[ITEMS_MAX];
    uint64_t tags[ITEMS_MAX];
    size_t count;
    struct bundle_item *answers;
    size_t answer_count;
    int number; /* of the next files */
};

static void carry(struct carrier *carrier, struct wire_bytes envelope)
{
    CHECK(carrier->count < ITEMS_MAX);
    const char *name = str_format(&carrier->office->arena, "2-%020zu-%016llx.env", carrier->count,
                                  (unsigned long long)carrier->tablet.request_tag);
    carrier->tags[carrier->count] = carrier->tablet.request_tag;
    carrier->items[carrier->count++] = (struct bundle_item){BUNDLE_envelope, name, envelope};
}

/* The bundle goes to headquarters and the answers come back. */
static int deliver(struct carrier *carrier)
{
    struct office *office = carrier->office;
    struct wire_bytes bytes;
    EXPECT_INT(WIRE_ok, bundle_write(&office->arena, carrier->items, carrier->count, &bytes));
    const char *in = str_format(&office->arena, "in%d.dsb", carrier->number);
    const char *out = str_format(&office->arena, "out%d.dsb", carrier->number++);
    EXPECT_OK(os_file_replace(office_path(office, in), bytes.bytes, bytes.size));
    int code = RUN(office, "bundle", in, "--answers", out);
    struct str text;
    EXPECT_OK(os_file_read(&office->arena, office_path(office, out), BUNDLE_SIZE_MAX, &text));
    EXPECT_INT(WIRE_ok, bundle_read(&office->arena,
                                    (struct wire_bytes){(const uint8_t *)text.bytes, text.size},
                                    &carrier->answers, &carrier->answer_count));
    EXPECT_INT(carrier->count, carrier->answer_count);
    for (size_t i = 0; i < carrier->answer_count; i++) {
        EXPECT_INT(BUNDLE_answer, carrier->answers[i].type);
        size_t stem = strlen(carrier->items[i].name) - strlen(".env");
        EXPECT(strncmp(carrier->answers[i].name, carrier->items[i].name, stem) == 0);
        EXPECT_TEXT(".ans", carrier->answers[i].name + stem);
    }
    carrier->count = 0;
    return code;
}

static void take(struct carrier *carrier, size_t index)
{
    uint32_t refusal = WIRE_ok;
    carrier->tablet.request_tag = carrier->tags[index];
    tablet_take(&carrier->tablet, carrier->answers[index].bytes, &refusal);
    EXPECT_INT(WIRE_ok, refusal);
}

/* A tablet of C1, enrolled by bundle, that was never near a network. */
static void open_carrier_from(struct carrier *carrier, struct office *office, int first_number)
{
    memset(carrier, 0, sizeof *carrier);
    carrier->office = office;
    carrier->number = first_number;
    EXPECT_EXIT(COMMAND_ok, office, "enrol", "--person", "C1", "--url", "http://hq.example",
                "--no-picture");
    struct enrol_payload payload;
    *strchr(office->said, '\n') = '\0';
    EXPECT_INT(WIRE_ok, enrol_payload_from_text(&payload, str_from(office->said)));
    tablet_init(&carrier->tablet, os_rng(), &payload.hq);
    carry(carrier, tablet_enrol(&carrier->tablet, payload.code));
    EXPECT_INT(COMMAND_ok, deliver(carrier));
    carrier->tablet.request_tag = carrier->tags[0];
    EXPECT_INT(WIRE_ok, tablet_enrolled(&carrier->tablet, carrier->answers[0].bytes, FACTS_MAX));
}

static void open_carrier(struct carrier *carrier, struct office *office)
{
    open_carrier_from(carrier, office, 0);
}

static void close_carrier(struct carrier *carrier)
{
    tablet_deinit(&carrier->tablet);
}

static ds_Event call_for_help(int64_t at_ms)
{
    ds_Event event = field_visit(1, 1, at_ms, 0);
    event.which_kind = ds_Event_safety_incident_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.safety_incident.incident = 1;
    event.kind.safety_incident.severity = 3;
    return event;
}

TEST(test_a_bundle_carries_a_tablet_through_weeks_without_network)
{
    struct office office;
    struct carrier carrier;
    office_open(&office);
    open_carrier(&carrier, &office);
    struct tablet *tablet = &carrier.tablet;
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + HOUR_MS, OUTCOME_refused_to_pay);
    field_chain_add(&tablet->chain, &event);
    event = call_for_help(FIELD_AT_MS + 2 * HOUR_MS);
    field_chain_add(&tablet->chain, &event);
    carry(&carrier, tablet_alarm(tablet, 2));
    carry(&carrier, tablet_batch(tablet, 1, 2));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    EXPECT_SAID(&office, "Taken: 2, refused: 0");
    take(&carrier, 0);
    take(&carrier, 1);
    EXPECT_INT(2, tablet->stored_seq);
    EXPECT(tablet->alarm_count > 0);
    EXPECT_INT(1, office_case(&office, 1)->visit_count);

    /* The same bundle again: nothing twice. */
    carry(&carrier, tablet_batch(tablet, 1, 2));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    take(&carrier, 0);
    EXPECT_INT(2, tablet->stored_seq);
    EXPECT_INT(1, office_case(&office, 1)->visit_count);
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    close_carrier(&carrier);
    office_close(&office);
}

/* Goal: what a tablet could not read reaches headquarters by hand and nobody else on the way. */
TEST(test_what_a_tablet_kept_is_opened_at_headquarters_alone)
{
    struct office office;
    office_open(&office);
    struct carrier carrier;
    open_carrier(&carrier, &office);
    struct wire_bytes kept;
    struct wire_bytes plain = {(const uint8_t *)"a row about Debtor One", 22};
    EXPECT_INT(WIRE_ok, kept_seal(&office.arena, plain, &carrier.tablet.hq, &kept));
    struct bundle_item item = {BUNDLE_kept, "case_7", kept};
    struct wire_bytes bytes;
    EXPECT_INT(WIRE_ok, bundle_write(&office.arena, &item, 1, &bytes));
    EXPECT_OK(os_file_replace(office_path(&office, "kept.dsb"), bytes.bytes, bytes.size));
    EXPECT(!str_contains((struct str){(const char *)bytes.bytes, bytes.size}, STR("Debtor")));
    EXPECT_EXIT(COMMAND_ok, &office, "bundle", "kept.dsb", "--answers", "none.dsb");
    EXPECT_SAID(&office, "set aside: 1");
    EXPECT_SAID(&office, "passed over: 0");
    struct str text;
    EXPECT_OK(os_file_read(&office.arena, office_path(&office, "kept/case_7"), 4096, &text));
    EXPECT_TEXT("a row about Debtor One", text.bytes);
    /* Damaged, or sealed to another: passed over. */
    uint8_t *damaged = arena_copy(&office.arena, kept.bytes, kept.size);
    damaged[kept.size - 1] ^= 1;
    item = (struct bundle_item){BUNDLE_kept, "case_8", {damaged, kept.size}};
    EXPECT_INT(WIRE_ok, bundle_write(&office.arena, &item, 1, &bytes));
    EXPECT_OK(os_file_replace(office_path(&office, "damaged.dsb"), bytes.bytes, bytes.size));
    EXPECT_EXIT(COMMAND_ok, &office, "bundle", "damaged.dsb", "--answers", "none2.dsb");
    EXPECT_SAID(&office, "passed over: 1");
    EXPECT(!os_file_exists(office_path(&office, "kept/case_8")));
    close_carrier(&carrier);
    office_close(&office);
}

TEST(test_a_bundle_that_makes_no_sense_is_told_and_takes_nothing)
{
    struct office office;
    struct carrier carrier;
    office_open(&office);
    open_carrier(&carrier, &office);
    EXPECT_EXIT(COMMAND_usage, &office, "bundle", "in0.dsb");
    EXPECT_EXIT(COMMAND_usage, &office, "bundle", "--answers", "x.dsb");
    EXPECT_EXIT(COMMAND_not_found, &office, "bundle", "none.dsb", "--answers", "x.dsb");
    EXPECT_EXIT(COMMAND_failed, &office, "bundle", "in0.dsb", "--answers", "out0.dsb");
    EXPECT_SAID(&office, "is there already");
    struct str text;
    EXPECT_OK(os_file_read(&office.arena, office_path(&office, "in0.dsb"), BUNDLE_SIZE_MAX, &text));
    char *bytes = arena_copy(&office.arena, text.bytes, text.size);
    bytes[text.size / 2] ^= 1;
    EXPECT_OK(os_file_replace(office_path(&office, "cut.dsb"), bytes, text.size));
    EXPECT_EXIT(COMMAND_found, &office, "bundle", "cut.dsb", "--answers", "x.dsb");
    EXPECT_SAID(&office, "nothing in it was taken");
    EXPECT_OK(os_file_replace(office_path(&office, "cut.dsb"), "not a bundle", 12));
    EXPECT_EXIT(COMMAND_found, &office, "bundle", "cut.dsb", "--answers", "x.dsb");
    EXPECT_INT(COMMAND_found, RUN_IN(&office, LANG_zh, "bundle", "cut.dsb", "--answers", "x.dsb"));
    EXPECT_SAID(&office, "没有收取任何内容");
    EXPECT(!os_file_exists(office_path(&office, "x.dsb")));

    /* An envelope that nobody can open is refused; the others are taken. */
    static const uint8_t noise[64] = {0x11};
    carry(&carrier, (struct wire_bytes){noise, sizeof noise});
    carry(&carrier, tablet_batch(&carrier.tablet, 1, 0));
    EXPECT_INT(COMMAND_found, deliver(&carrier));
    EXPECT_SAID(&office, "Taken: 1, refused: 1");
    take(&carrier, 1);
    close_carrier(&carrier);
    office_close(&office);
}

TEST(test_an_alarm_is_seen_by_a_person_and_the_tablet_hears_who)
{
    struct office office;
    struct carrier carrier;
    office_open(&office);
    open_carrier(&carrier, &office);
    struct tablet *tablet = &carrier.tablet;
    EXPECT_EXIT(COMMAND_ok, &office, "alarms");
    EXPECT_SAID(&office, "No alarm waits");
    ds_Event event = call_for_help(FIELD_AT_MS + HOUR_MS);
    field_chain_add(&tablet->chain, &event);
    carry(&carrier, tablet_alarm(tablet, 1));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    take(&carrier, 0);
    EXPECT_INT(ALARM_ANSWER_heard, tablet->alarm.state);
    EXPECT_EXIT(COMMAND_ok, &office, "alarms", "list", "--json");
    EXPECT_SAID(&office, "\"state\": \"unseen\"");
    EXPECT_SAID(&office, "\"fact\": \"no\""); /* its batch is still on the way */
    const char *id = office_id(&office, tablet->chain.ids[0]);
    EXPECT_EXIT(COMMAND_usage, &office, "alarms", "seen");
    EXPECT_EXIT(COMMAND_not_found, &office, "alarms", "seen", id, "--by", "X9");
    EXPECT_EXIT(COMMAND_not_found, &office, "alarms", "seen", "00", "--by", "S1");
    EXPECT_EXIT(COMMAND_usage, &office, "alarms", "seen", "zz", "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "alarms", "seen", id, "--by", "S1");
    EXPECT_EXIT(COMMAND_ok, &office, "alarms", "seen", id, "--by", "S2");
    EXPECT_SAID(&office, "the first name stays");
    EXPECT_EXIT(COMMAND_ok, &office, "alarms", "list");
    EXPECT_SAID(&office, "No alarm waits");
    EXPECT_INT(COMMAND_ok, RUN_IN(&office, LANG_zh, "alarms", "list", "--all"));
    EXPECT_SAID(&office, "Supervisor One");
    carry(&carrier, tablet_batch(tablet, 1, 1));
    carry(&carrier, tablet_batch(tablet, 2, 0));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    take(&carrier, 0);
    take(&carrier, 1);
    EXPECT_INT(ALARM_ANSWER_seen, tablet->alarm.state);
    EXPECT_TEXT("Supervisor One", tablet->alarm.by_name);
    close_carrier(&carrier);
    office_close(&office);
}

TEST(test_after_a_restore_the_tablet_brings_back_what_the_backup_lacks)
{
    struct office office;
    struct office restored;
    struct carrier carrier;
    office_open(&office);
    open_carrier(&carrier, &office);
    struct tablet *tablet = &carrier.tablet;
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + HOUR_MS, OUTCOME_refused_to_pay);
    field_chain_add(&tablet->chain, &event);
    carry(&carrier, tablet_batch(tablet, 1, 1));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    take(&carrier, 0);
    EXPECT_INT(0, tablet->safe_seq);
    EXPECT_OK(os_folder_make(office_path(&office, "kept")));
    EXPECT_EXIT(COMMAND_ok, &office, "backup", "kept/hq.db");
    EXPECT_SAID(&office, "4 facts, 3 cases");
    EXPECT_EXIT(COMMAND_failed, &office, "backup", "kept/hq.db");
    EXPECT_SAID(&office, "is there already");
    EXPECT_EXIT(COMMAND_failed, &office, "backup", "no_such_folder/hq.db");
    event = field_visit(1, 2, FIELD_AT_MS + 2 * HOUR_MS, OUTCOME_refused_to_pay);
    field_chain_add(&tablet->chain, &event);
    carry(&carrier, tablet_batch(tablet, 2, 1));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    take(&carrier, 0);
    EXPECT_INT(2, tablet->stored_seq);
    EXPECT_INT(1, tablet->safe_seq); /* the first fact only: it was in the checked copy */

    /* The machine is lost. */
    office_open_empty(&restored);
    const char *kept = office_path(&office, "kept");
    const char *key = office_path(&office, "hq.key");
    EXPECT_EXIT(COMMAND_not_found, &restored, "restore", "nothing_here");
    EXPECT_EXIT(COMMAND_not_found, &restored, "restore", kept, "--key", "no_key");
    EXPECT_EXIT(COMMAND_usage, &restored, "restore");
    EXPECT_EXIT(COMMAND_ok, &restored, "restore", kept, "--key", key);
    EXPECT_SAID(&restored, "4 facts, 3 cases");
    EXPECT_SAID(&restored, "two must never run at once");
    EXPECT_EXIT(COMMAND_refused, &restored, "restore", kept);
    EXPECT_SAID(&restored, "overwrites nothing");
    EXPECT_EXIT(COMMAND_ok, &restored, "verify");
    carrier.office = &restored;
    carry(&carrier, tablet_batch(tablet, 3, 0));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    take(&carrier, 0);
    EXPECT_INT(2, tablet->send_from_seq);
    carry(&carrier, tablet_batch(tablet, 2, 1));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    take(&carrier, 0);
    EXPECT_INT(2, tablet->stored_seq);
    EXPECT_INT(1, office_case(&restored, 2)->visit_count);
    EXPECT_EXIT(COMMAND_ok, &restored, "verify");
    close_carrier(&carrier);
    office_close(&restored);
    office_close(&office);
}

/* Goal: a tablet that was lost after the backup, and a code used after it, stay useless, also for
 * a headquarters that remembers neither. */
TEST(test_what_was_revoked_after_the_backup_stays_revoked)
{
    struct office office;
    struct office restored;
    struct carrier carrier;
    struct carrier later;
    office_open(&office);
    open_carrier(&carrier, &office);
    EXPECT_OK(os_folder_make(office_path(&office, "kept")));
    EXPECT_EXIT(COMMAND_ok, &office, "enrol", "--person", "C1", "--url", "http://hq.example",
                "--minutes", "10080", "--no-picture");
    EXPECT_EXIT(COMMAND_ok, &office, "backup", "kept/hq.db");
    open_carrier_from(&later, &office, 100); /* the backup does not know of it */
    const char *first = str_format(&office.arena, "%u", carrier.tablet.device_no);
    const char *second = str_format(&office.arena, "%u", later.tablet.device_no);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "revoke", first);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "revoke", second);
    EXPECT_EXIT(COMMAND_not_found, &office, "devices", "revoke", second);

    office_open_empty(&restored);
    const char *kept = office_path(&office, "kept");
    const char *key = office_path(&office, "hq.key");
    EXPECT_EXIT(COMMAND_ok, &restored, "restore", kept, "--key", key);
    EXPECT_SAID(&restored, "1 tablets that the backup took for working ones. 1 enrolment codes");
    EXPECT_EXIT(COMMAND_ok, &restored, "devices", "show", first);
    EXPECT_SAID(&restored, "revoked");
    EXPECT_EXIT(COMMAND_not_found, &restored, "devices", "revoke", first); /* is so already */
    EXPECT_EXIT(COMMAND_ok, &restored, "verify");
    struct str list;
    struct str list_here;
    EXPECT_OK(os_file_read(&office.arena, office_path(&office, "kept/hq.revoked"), 4096, &list));
    EXPECT_OK(os_file_read(&office.arena, office_path(&restored, "hq.revoked"), 4096, &list_here));
    EXPECT(str_equal(list, list_here));
    office_close(&restored);

    /* A list that is gone or damaged is never passed over in silence. */
    office_open_empty(&restored);
    uint8_t *bytes = arena_copy(&office.arena, list.bytes, list.size);
    bytes[list.size / 2] ^= 1;
    EXPECT_OK(os_file_replace(office_path(&office, "kept/hq.revoked"), bytes, list.size));
    EXPECT_EXIT(COMMAND_found, &restored, "restore", kept, "--key", key);
    EXPECT_OK(os_file_remove(office_path(&office, "kept/hq.revoked")));
    EXPECT_EXIT(COMMAND_not_found, &restored, "restore", kept, "--key", key);
    EXPECT_SAID(&restored, "--without-revocations");
    EXPECT_EXIT(COMMAND_ok, &restored, "restore", kept, "--key", key, "--revocations",
                office_path(&office, "hq.revoked"));
    EXPECT_EXIT(COMMAND_not_found, &restored, "devices", "revoke", first);
    office_close(&restored);
    office_open_empty(&restored);
    EXPECT_EXIT(COMMAND_ok, &restored, "restore", kept, "--key", key, "--without-revocations");
    EXPECT_EXIT(COMMAND_ok, &restored, "devices", "revoke", first);
    office_close(&restored);
    /* It was told beside the backup that this headquarters came from, which names no backup. */
    office_open_empty(&restored);
    EXPECT_EXIT(COMMAND_ok, &restored, "restore", kept, "--key", key);
    EXPECT_EXIT(COMMAND_not_found, &restored, "devices", "revoke", first);
    office_close(&restored);
    close_carrier(&later);
    close_carrier(&carrier);
    office_close(&office);
}

TEST(test_a_damaged_backup_restores_nothing)
{
    struct office office;
    struct office restored;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "backup", "copy.db");
    const char *copy = office_path(&office, "copy.db");
    uint8_t noise[4096];
    memset(noise, 0xa5, sizeof noise);
    for (uint64_t at = 4096; at < 20 * 4096; at += 4096) {
        EXPECT_OK(os_file_write_at(copy, at, noise, sizeof noise));
    }
    office_open_empty(&restored);
    EXPECT_EXIT(COMMAND_found, &restored, "restore", copy);
    EXPECT_SAID(&restored, "nothing was restored");
    EXPECT(!os_file_exists(office_path(&restored, "hq.db")));
    EXPECT_OK(os_file_replace(copy, "no database", 11));
    EXPECT(RUN(&restored, "restore", copy) != COMMAND_ok);
    EXPECT(!os_file_exists(office_path(&restored, "hq.db")));
    office_close(&restored);
    office_close(&office);
}

TEST(test_what_is_not_understood_is_kept_shown_and_read_again)
{
    struct office office;
    office_open(&office);
    /* a kind of a newer tablet: field 70, empty; about case 1, by person 1 */
    static const uint8_t newer[] = {0x08, 0x01, 0x10, 0x01, 0x18, 0x01, 0xb2, 0x04, 0x00};
    struct id id = office_arrive_bytes(&office, 0, newer, sizeof newer);
    const char *word = office_id(&office, id);
    EXPECT_EXIT(COMMAND_ok, &office, "quarantine", "list", "--json");
    EXPECT_SAID(&office, word);
    EXPECT_SAID(&office, "unknown_kind");
    EXPECT_EXIT(COMMAND_ok, &office, "quarantine", "list", "--tablet", "2", "--json");
    EXPECT(!office_says(&office, word));
    EXPECT_EXIT(COMMAND_ok, &office, "quarantine", "show", word);
    EXPECT_SAID(&office, "080110011801b20400");
    EXPECT_EXIT(COMMAND_ok, &office, "quarantine", "export", word, "held.bin");
    struct str bytes;
    EXPECT_OK(os_file_read(&office.arena, office_path(&office, "held.bin"), 100, &bytes));
    EXPECT(bytes.size == sizeof newer && memcmp(bytes.bytes, newer, sizeof newer) == 0);
    EXPECT_EXIT(COMMAND_failed, &office, "quarantine", "export", word, "held.bin");
    EXPECT_EXIT(COMMAND_usage, &office, "quarantine", "export", word);
    EXPECT_EXIT(COMMAND_usage, &office, "quarantine", "retry");
    EXPECT_EXIT(COMMAND_not_found, &office, "quarantine", "show", "00000000");
    EXPECT_EXIT(COMMAND_found, &office, "quarantine", "retry", word);
    EXPECT_SAID(&office, "0 understood");

    /* A build that did not know visits left this one: today's reads it. */
    ds_Event event = field_visit(1, 1, FIELD_AT_MS + HOUR_MS, OUTCOME_refused_to_pay);
    office_arrive(&office, 0, &event);
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(office_path(&office, "hq.db"), &db, SQLITE_OPEN_READWRITE,
                                          page_sum_vfs));
    EXPECT_INT(
        SQLITE_OK,
        sqlite3_exec(db,
                     "UPDATE event SET kind = 0, case_no = 0 WHERE device_no = 1 AND seq = 2;"
                     "INSERT INTO quarantine SELECT branch_no, device_no, strand, seq, id, "
                     "'unknown_kind' FROM event WHERE device_no = 1 AND seq = 2",
                     NULL, NULL, NULL));
    EXPECT_INT(SQLITE_OK, sqlite3_close(db));
    event = call_for_help(FIELD_AT_MS + HOUR_MS / 2); /* comes late: the case is folded anew */
    office_arrive(&office, 1, &event);
    EXPECT_INT(0, office_case(&office, 1)->visit_count);
    EXPECT_EXIT(COMMAND_found, &office, "quarantine", "retry", "--all");
    EXPECT_SAID(&office, "1 understood and in effect, 1 still held");
    EXPECT_INT(1, office_case(&office, 1)->visit_count);
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    office_close(&office);
}

TEST(test_tablets_are_shown_with_how_they_fare)
{
    struct office office;
    office_open(&office);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office.folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&office.arena, store, office.time.now_ms);
    const struct number_health health = {.is_said = true,
                                         .unsent_age_min = 180,
                                         .free_mib = 512,
                                         .attachments_waiting = 3,
                                         .quarantined_count = 1,
                                         .has_clock = true,
                                         .clock_behind_ms = -90000};
    EXPECT_OK(number_health(ingest, office.chains[0].device_no, &health));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "list");
    EXPECT_SAID(&office, "512 MiB");
    EXPECT_SAID(&office, "90 s fast");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "list", "--json");
    EXPECT_SAID(&office, "\"unsent_age_min\": 180");
    EXPECT_SAID(&office, "\"attachments_waiting\": 3");
    EXPECT_INT(COMMAND_ok, RUN_IN(&office, LANG_zh, "devices", "show", "1"));
    EXPECT_SAID(&office, "快 90 秒");
    EXPECT_SAID(&office, "3小时前");
    EXPECT_EXIT(COMMAND_not_found, &office, "devices", "show", "9");
    EXPECT_EXIT(COMMAND_usage, &office, "devices", "show", "first");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "revoke", "1");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "show", "1");
    EXPECT_SAID(&office, "revoked");
    office_close(&office);
}

/* Goal: every command gives a working server's folder the same as one that nobody serves.
 * Method: a server in a process of its own; all that the commands know of it is hq.sock. */
TEST(test_commands_work_beside_a_server)
{
    struct office office;
    struct carrier carrier;
    office_open(&office);
    office_serve(&office);
    open_carrier(&carrier, &office);
    struct tablet *tablet = &carrier.tablet;
    ds_Event event = call_for_help(FIELD_AT_MS + HOUR_MS);
    field_chain_add(&tablet->chain, &event);
    event = field_promise(1, 1, FIELD_AT_MS + 2 * HOUR_MS, 99999999); /* more than is owed */
    field_chain_add(&tablet->chain, &event);
    static const uint8_t newer[] = {0x08, 0x01, 0x10, 0x01, 0x18, 0x01, 0xb2, 0x04, 0x00};
    field_chain_add_bytes(&tablet->chain, newer, sizeof newer);
    carry(&carrier, tablet_batch(tablet, 1, 3));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    EXPECT_SAID(&office, "Taken: 1, refused: 0");
    take(&carrier, 0);
    EXPECT_INT(3, tablet->stored_seq);
    EXPECT_EXIT(COMMAND_ok, &office, "alarms", "seen", office_id(&office, tablet->chain.ids[0]));
    const char *promise = office_id(&office, tablet->chain.ids[1]);
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "show", promise);
    EXPECT_SAID(&office, "tablets ask for no more than what is owed");
    EXPECT_EXIT(COMMAND_ok, &office, "conflicts", "decide", promise, "reject");
    EXPECT_EXIT(COMMAND_found, &office, "quarantine", "retry", "--all");
    EXPECT_EXIT(COMMAND_ok, &office, "attachments", "check", "--deep");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "list");
    EXPECT_EXIT(COMMAND_ok, &office, "backup", "copy.db");
    EXPECT_EXIT(COMMAND_ok, &office, "backup", "list");
    EXPECT_SAID(&office, "copy.db");
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    EXPECT_EXIT(COMMAND_refused, &office, "restore", "copy.db");
    carry(&carrier, tablet_batch(tablet, 4, 0));
    EXPECT_INT(COMMAND_ok, deliver(&carrier));
    take(&carrier, 0);
    EXPECT_INT(3, tablet->safe_seq);
    EXPECT_TEXT("admin", tablet->alarm.by_name);
    office_unserve(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "verify");
    close_carrier(&carrier);
    office_close(&office);
}
