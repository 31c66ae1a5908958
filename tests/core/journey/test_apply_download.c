#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"

#include <stdlib.h>

static bool disk_has(const struct fault_disk *disk, const char *text)
{
    size_t size = strlen(text);
    for (int i = 0; i < FAULT_FILES_MAX; i++) {
        const struct fault_file *file = &disk->files[i];
        for (size_t at = 0; file->exists && at + size <= file->size; at++) {
            if (memcmp(file->bytes + at, text, size) == 0) {
                return true;
            }
        }
    }
    return false;
}

static size_t found_count(struct tablet *tablet, const char *text)
{
    struct store_case_items items;
    EXPECT_OK(store_search(tablet->store, &tablet->task, text, 100, &items));
    return items.count;
}

TEST(test_withdrawn_case_leaves_nothing_of_the_debtor)
{
    struct tablet tablet;
    ds_CaseRecord record;
    /* Plain: what sealed pages hold could not be told from outside. */
    tablet_open_bare(&tablet);
    store_close(&tablet.store);
    fault_disk_free(&tablet.disk);
    tablet.options.key = NULL;
    EXPECT_OK(tablet_reopen(&tablet));
    tablet_fill(&tablet, 2);
    tablet_record(&record, 1);
    EXPECT_INT(1, found_count(&tablet, record.case_ref));
    EXPECT(disk_has(&tablet.disk, record.debtor_name));
    struct capture capture;
    tablet_start_visit(&tablet, 1);
    tablet_draft_promise(&tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));

    static const struct store_letter letters[] = {
        {.message_no = 1, .case_no = 1, .from_name = "总部", .text = "借款人已改住朝阳新村"},
        {.message_no = 2, .case_no = 2, .from_name = "总部", .text = "请尽快联系"},
    };
    for (size_t i = 0; i < COUNT(letters); i++) {
        EXPECT_OK(store_inbox_put(tablet.store, &letters[i]));
    }
    const struct store_quarantined unreadable = {
        .name = "case 1", .err = ERR_malformed, .bytes = {"旧地址", strlen("旧地址")}};
    EXPECT_OK(store_quarantine_put(tablet.store, &unreadable));
    struct store_case_feed given;
    EXPECT_OK(store_case_feed_load(tablet.store, &tablet.task, 1, &given));
    struct str_builder given_bytes;
    str_builder_init(&given_bytes, &tablet.task);
    str_add(&given_bytes, given.record);
    str_add(&given_bytes, given.state);
    struct chain_hash given_hash = chain_hash(given_bytes.text, given_bytes.size);
    struct store_case_feed row = {
        .case_no = 1, .feed_seq = ++tablet.feed_seq, .is_withdrawn = true};
    EXPECT_OK(tablet_receive(&tablet, &row, 1));
    struct store_letter *left = NULL;
    size_t left_count = 0;
    EXPECT_OK(store_inbox_list(tablet.store, &tablet.task, 10, &left, &left_count));
    EXPECT_INT(1, left_count);
    EXPECT_INT(2, left[0].message_no);
    static const char *const traces[] = {"王建国", "DH2026-000001", "wjg", "朝阳新村", "旧地址"};
    for (size_t i = 0; i < COUNT(traces); i++) {
        EXPECT_ROW(traces[i], found_count(&tablet, traces[i]) == 0);
        EXPECT_ROW(traces[i], !disk_has(&tablet.disk, traces[i]));
    }
    EXPECT(!disk_has(&tablet.disk, record.points[0].value));
    struct store_case subject;
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 1, &subject));
    EXPECT(subject.is_withdrawn);
    /* Own facts are kept, the last of them says what was cleared … */
    struct store_records records;
    EXPECT_OK(store_journal_case(tablet.store, &tablet.task, 1, 0, &records));
    EXPECT_INT(4, records.count);
    ds_Event *cleared = ARENA_NEW(&tablet.task, ds_Event);
    EXPECT_OK(event_decode(cleared, (const uint8_t *)records.items[3].body.bytes,
                           records.items[3].body.size));
    EXPECT_INT(EVENT_case_cleared, event_kind(cleared));
    EXPECT_INT(given_bytes.size, cleared->kind.case_cleared.record_size);
    EXPECT(memcmp(given_hash.bytes, cleared->kind.case_cleared.record_hash,
                  sizeof given_hash.bytes) == 0);
    EXPECT_INT(1, cleared->kind.case_cleared.letter_count);
    EXPECT_INT(3, cleared->kind.case_cleared.own_count);
    EXPECT(!cleared->has_fix);
    /* … once, however often it is said that the case is gone; and they can be added to. */
    row.feed_seq = ++tablet.feed_seq;
    EXPECT_OK(tablet_receive(&tablet, &row, 1));
    uint64_t seq = 0;
    EXPECT_OK(store_journal_last(tablet.store, &seq, NULL, NULL));
    EXPECT_INT(4, seq);
    ds_Event note = {.which_kind = ds_Event_note_added_tag, .kind.note_added.note = "已交回"};
    EXPECT_OK(journey_capture(&tablet.journey, 1, &note, &capture));
    EXPECT(capture.is_done);
    EXPECT(!disk_has(&tablet.disk, "wjg"));
    tablet_close(&tablet);
}

struct seen {
    size_t contacts, promises, kept, payments, posted;
    uint64_t posted_minor;
};

static enum err see_contact(void *context, const struct contact_row *row)
{
    struct seen *seen = context;
    seen->contacts += row->person_no == TABLET_PERSON_NO && !row->is_withdrawn;
    return OK;
}

static enum err see_arrangement(void *context, const struct arrangement_row *row)
{
    struct seen *seen = context;
    seen->promises += row->kind == ARRANGEMENT_KIND_promise;
    seen->kept += row->state == ARRANGEMENT_STATE_kept;
    return OK;
}

static enum err see_payment(void *context, const struct payment_row *row)
{
    struct seen *seen = context;
    seen->payments++;
    seen->posted += row->is_posted;
    seen->posted_minor += row->is_posted ? row->amount_minor : 0;
    return OK;
}

static struct seen see(struct tablet *tablet)
{
    struct seen seen = {0};
    struct row_sink sink = {.context = &seen,
                            .contact = see_contact,
                            .arrangement = see_arrangement,
                            .payment = see_payment};
    int32_t today = journey_today(&tablet->journey);
    EXPECT_OK(store_rows_read(tablet->store, 0, INT64_MAX, today - 400, today + 400, &sink));
    return seen;
}

/* Folds facts of headquarters on own facts 1..3, as headquarters would. */
static struct store_case_feed paid_row(struct tablet *tablet)
{
    ds_CaseRecord *record = ARENA_NEW(&tablet->task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet->task, ds_CaseState);
    int32_t today = journey_today(&tablet->journey);
    tablet_record(record, 1);
    tablet_state(state, record);
    for (uint64_t seq = 1; seq <= 3; seq++) {
        struct fact own;
        EXPECT_OK(store_journal_fact(tablet->store, seq, &own));
        fold_fact(state, record, &own);
    }
    struct fact posted = {.seq = 900, .order_at_ms = tablet->sim.now.wall_ms + 1000};
    posted.id.bytes[0] = 9;
    posted.event.case_no = 1;
    posted.event.at_ms = (uint64_t)posted.order_at_ms;
    posted.event.which_kind = ds_Event_payment_posted_tag;
    posted.event.kind.payment_posted = (ds_PaymentPosted){
        .amount_minor = 500000, .paid_day = today + 1, .channel = 1, .reference = "R1"};
    fold_fact(state, record, &posted);
    struct fact checked = {.seq = 901, .order_at_ms = posted.order_at_ms + 1000};
    checked.id.bytes[0] = 10;
    checked.event.case_no = 1;
    checked.event.at_ms = (uint64_t)checked.order_at_ms;
    checked.event.which_kind = ds_Event_payments_checked_tag;
    checked.event.kind.payments_checked.through_day = today + 10;
    fold_fact(state, record, &checked);
    return tablet_feed(tablet, record, state, 3);
}

TEST(test_what_headquarters_booked_counts_here_and_stays_after_rebuild_and_withdrawal)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct capture capture;
    tablet_open(tablet, 2);
    tablet_start_visit(tablet, 1);
    tablet_draft_promise(tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture));
    struct seen seen = see(tablet);
    EXPECT_INT(1, seen.contacts);
    EXPECT_INT(1, seen.promises);
    EXPECT_INT(0, seen.kept);

    struct store_case_feed row = paid_row(tablet);
    struct store_case_feed gone = {
        .case_no = 1, .feed_seq = tablet->feed_seq + 1, .is_withdrawn = true};
    for (int stage = 0; stage < 4; stage++) {
        if (stage == 0) {
            EXPECT_OK(tablet_receive(tablet, &row, 1));
        } else if (stage == 2) {
            EXPECT_OK(tablet_receive(tablet, &gone, 1));
        } else {
            EXPECT_OK(journey_rebuild(&tablet->journey));
        }
        seen = see(tablet);
        EXPECT_INT(1, seen.contacts);
        EXPECT_INT(1, seen.promises);
        EXPECT_INT(1, seen.kept);
        EXPECT_INT(1, seen.posted);
        EXPECT_INT(500000, seen.posted_minor);
    }
    tablet_close(tablet);
    free(tablet);
}

TEST(test_own_later_facts_stay_on_top_of_what_headquarters_knows)
{
    struct tablet tablet;
    struct capture capture;
    struct store_case_item item;
    tablet_open(&tablet, 1);
    tablet_start_visit(&tablet, 1);
    tablet_draft_promise(&tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
    tablet_record(record, 1);
    record->fees_minor = 0;
    tablet_state(state, record); /* headquarters has none of our facts yet */
    struct store_case_feed row = tablet_feed(&tablet, record, state, 0);
    EXPECT_OK(tablet_receive(&tablet, &row, 1));
    EXPECT_OK(store_case_item(tablet.store, &tablet.task, 1, &item));
    EXPECT_INT(1230000, item.askable_minor);
    EXPECT_INT(ARRANGEMENT_KIND_promise, item.arrangement_kind);
    EXPECT_INT(1, item.visit_count);
    tablet_close(&tablet);
}

TEST(test_older_row_is_not_taken_and_same_page_changes_nothing)
{
    struct tablet tablet;
    tablet_open(&tablet, 1);
    ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
    tablet_record(record, 1);
    tablet_state(state, record);
    struct store_case_feed newer = tablet_feed(&tablet, record, state, 0);
    record->fees_minor = 1;
    struct store_case_feed older = tablet_feed(&tablet, record, state, 0);
    older.feed_seq = newer.feed_seq - 1;
    EXPECT_OK(tablet_receive(&tablet, &newer, 1));
    const char *before = tablet_dump(&tablet);
    EXPECT_OK(tablet_receive(&tablet, &older, 1));
    EXPECT_OK(tablet_receive(&tablet, &newer, 1));
    EXPECT_TEXT(before, tablet_dump(&tablet));
    tablet_close(&tablet);
}

/* The row that could not be read never comes again: the sweep takes its bytes too. */
TEST(test_restart_sweeps_what_could_not_be_read)
{
    struct tablet tablet;
    struct download_result result;
    tablet_open(&tablet, 1);
    const struct store_quarantined unreadable = {
        .name = "case 1", .err = ERR_malformed, .bytes = {"旧地址", strlen("旧地址")}};
    EXPECT_OK(store_quarantine_put(tablet.store, &unreadable));
    const struct download nothing = {
        .next_cursor = 1, .next_tag = {"n", 1}, .is_restart = true, .hq_at_ms = 1};
    EXPECT_OK(journey_apply_download(&tablet.journey, &nothing, &result));
    EXPECT_INT(1, result.withdrawn_count);
    EXPECT(!disk_has(&tablet.disk, "旧地址"));
    tablet_close(&tablet);
}

/* Headquarters sends everything anew: what does not come again is withdrawn, but
 * only when the last page is here. */
TEST(test_restart_sweeps_only_at_its_last_page)
{
    struct tablet tablet;
    struct download_result result;
    tablet_open(&tablet, 3);
    ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
    tablet_record(record, 2);
    tablet_state(state, record);
    struct store_case_feed row = tablet_feed(&tablet, record, state, 0);
    row.feed_seq = 1; /* a restored headquarters counts from lower on */
    struct download first = {.is_restart = true,
                             .has_more = true,
                             .rows = &row,
                             .row_count = 1,
                             .next_cursor = 1,
                             .next_tag = {"a", 1}};
    uint64_t open = 0;
    uint64_t in_hand = 0;
    EXPECT_OK(journey_apply_download(&tablet.journey, &first, &result));
    EXPECT_OK(store_case_count(tablet.store, &open, &in_hand));
    EXPECT_INT(3, in_hand);
    uint64_t counted_open = 0;
    EXPECT_OK(store_case_open_count(tablet.store, &counted_open)); /* by the index alone */
    EXPECT_INT(open, counted_open);
    struct download last = {.next_cursor = 2, .next_tag = {"b", 1}};
    EXPECT_OK(journey_apply_download(&tablet.journey, &last, &result));
    EXPECT_INT(2, result.withdrawn_count);
    EXPECT_OK(store_case_count(tablet.store, &open, &in_hand));
    EXPECT_INT(1, in_hand);
    EXPECT_OK(store_case_open_count(tablet.store, &counted_open));
    EXPECT_INT(open, counted_open); /* what was withdrawn counts no more */
    struct store_case_item item;
    EXPECT_OK(store_case_item(tablet.store, &tablet.task, 2, &item));
    tablet_close(&tablet);
}

TEST(test_unreadable_row_goes_to_quarantine_and_blocks_nothing)
{
    struct tablet tablet;
    struct download_result result;
    tablet_open(&tablet, 1);
    ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
    tablet_record(record, 5);
    tablet_state(state, record);
    struct store_case_feed rows[3] = {
        tablet_feed(&tablet, record, state, 0),
        {.case_no = 6, .feed_seq = 2, .record = STR("\xff\xff\xff")},
        {.case_no = 1, .feed_seq = 3, .record = STR("\xff\xff\xff")},
    };
    struct download download = {.rows = rows,
                                .row_count = 3,
                                .next_cursor = 3,
                                .next_tag = {"a", 1},
                                .policy_text = STR("no_such_key = 1\n")};
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    EXPECT_INT(3, result.quarantined_count); /* two rows and the policy */
    EXPECT_INT(1, result.case_count);
    struct store_quarantined *items = NULL;
    size_t count = 0;
    EXPECT_OK(store_quarantine_list(tablet.store, &tablet.task, &items, &count));
    EXPECT_INT(3, count);
    struct store_case subject;
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 5, &subject));
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 1, &subject)); /* as it was */
    EXPECT_INT(3, subject.feed_seq);
    EXPECT_ERR(ERR_not_found, store_case_load(tablet.store, &tablet.task, 6, &subject));
    EXPECT_INT(0, tablet.journey.policy.hash); /* the policy in force stays */
    tablet_record(record, 6);
    tablet_state(state, record);
    rows[0] = tablet_feed(&tablet, record, state, 0);
    EXPECT_OK(tablet_receive(&tablet, rows, 1)); /* sent readable, it leaves quarantine */
    EXPECT_OK(store_quarantine_list(tablet.store, &tablet.task, &items, &count));
    EXPECT_INT(2, count);
    tablet_close(&tablet);
}

TEST(test_new_policy_is_in_force_after_the_answer)
{
    struct tablet tablet;
    struct download_result result;
    tablet_open(&tablet, 1);
    struct download download = {.next_tag = {"a", 1},
                                .policy_text = STR("visits_per_day = 3\n"),
                                .hq_at_ms = tablet.sim.now.wall_ms};
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    EXPECT(result.has_new_policy);
    EXPECT_INT(3, tablet.journey.policy.visits_per_day);
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(3, tablet.journey.policy.visits_per_day);
    tablet_close(&tablet);
}

/* A cloned tablet gets a new number: all facts once more under it, all unsent,
 * nothing of the old chain lost. */
/* Report rows and shown states, without the journal. */
static const char *rows_of(struct tablet *tablet)
{
    struct str rows;
    EXPECT_OK(store_rows_dump(tablet->store, &tablet->task, &rows));
    return arena_text(&tablet->task, rows.bytes);
}

/* Restates the first promise of the journal. */
static void correct_promise(struct tablet *tablet, uint64_t amount_minor)
{
    struct capture capture;
    struct store_records promises;
    struct fact promise;
    ds_Correction correction = {.reason = CORRECTION_REASON_wrong_amount,
                                .which_anew = ds_Correction_promise_made_tag};
    EXPECT_OK(store_journal_list(tablet->store, &tablet->task, EVENT_promise_made, 0, INT64_MAX, 0,
                                 1, &promises));
    EXPECT_OK(store_journal_find(tablet->store, &promises.items[0].id, &promise));
    EXPECT_INT(promises.items[0].seq, promise.seq);
    memcpy(correction.target, promise.id.bytes, sizeof correction.target);
    correction.anew.promise_made = promise.event.kind.promise_made;
    correction.anew.promise_made.amount_minor = amount_minor;
    EXPECT_OK(journey_correct(&tablet->journey, &correction, &capture));
    EXPECT(capture.is_done);
}

static uint64_t promised_minor(struct tablet *tablet)
{
    struct store_case shown;
    EXPECT_OK(store_case_load(tablet->store, &tablet->task, 1, &shown));
    EXPECT_INT(1, shown.state->arrangements_count);
    return shown.state->arrangements[0].amount_minor;
}

/* Goal: a clone is told to go on under another number, once and again. Every fact is chained
 * anew, its id and its seq stay, so nothing that names it has to change. */
TEST(test_new_device_number_chains_every_fact_anew_and_keeps_its_id)
{
    struct tablet tablet;
    struct capture capture;
    struct download_result result;
    struct store_outbox outbox;
    tablet_open(&tablet, 2);
    tablet_start_visit(&tablet, 1);
    tablet_draft_promise(&tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    struct store_records before_records;
    EXPECT_OK(store_journal_read(tablet.store, &tablet.task, 0, 99, SIZE_MAX, &before_records));
    const char *before = rows_of(&tablet);
    struct download download = {.new_device_no = 8, .next_tag = {"a", 1}};
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result)); /* said twice */
    EXPECT_INT(8, tablet.journey.device_no);
    EXPECT_TEXT(before, rows_of(&tablet));
    struct store_records records;
    EXPECT_OK(store_journal_read(tablet.store, &tablet.task, 0, 99, SIZE_MAX, &records));
    EXPECT_INT(before_records.count, records.count);
    for (size_t i = 0; i < records.count; i++) {
        EXPECT(id_equal(&before_records.items[i].id, &records.items[i].id));
        EXPECT(!chain_link_equal(&before_records.items[i].link, &records.items[i].link));
    }
    EXPECT_OK(store_outbox_read(tablet.store, &outbox));
    EXPECT_INT(3, outbox.last_seq);
    EXPECT_INT(0, outbox.stored_seq);
    uint64_t bad_seq = 0;
    EXPECT_OK(store_journal_verify(tablet.store, &bad_seq));
    EXPECT_INT(1, see(&tablet).contacts);
    EXPECT_INT(1, see(&tablet).promises);
    EXPECT_TEXT(before, rows_of(&tablet));
    const char *whole = tablet_dump(&tablet);
    EXPECT_OK(journey_rebuild(&tablet.journey));
    EXPECT_TEXT(whole, tablet_dump(&tablet));
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(8, tablet.journey.device_no);

    /* A promise of before is corrected under the second and, chained anew again, the third. */
    correct_promise(&tablet, 400000);
    EXPECT_INT(400000, promised_minor(&tablet));
    download.new_device_no = 9;
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    EXPECT_INT(400000, promised_minor(&tablet));
    correct_promise(&tablet, 300000);
    EXPECT_INT(300000, promised_minor(&tablet));
    struct chain_lineage lineage[LIMIT_lineage];
    size_t count = 0;
    EXPECT_OK(store_lineage(tablet.store, lineage, &count));
    EXPECT_INT(2, count);
    EXPECT_INT(TABLET_DEVICE_NO, lineage[0].device_no);
    EXPECT_INT(3, lineage[0].until_seq);
    EXPECT_INT(8, lineage[1].device_no);
    EXPECT_INT(4, lineage[1].until_seq);
    EXPECT_OK(store_journal_verify(tablet.store, &bad_seq));
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_OK(journey_rebuild(&tablet.journey));
    EXPECT_INT(300000, promised_minor(&tablet));

    /* A number of before cannot come back: that is shown, and nothing else is held up. */
    download.new_device_no = 8;
    download.next_cursor = 77;
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    EXPECT_INT(9, tablet.journey.device_no);
    EXPECT_INT(1, result.quarantined_count);
    int64_t cursor = 0;
    EXPECT_OK(store_setting_number(tablet.store, SETTING_down_cursor, 0, &cursor));
    EXPECT_INT(77, cursor);
    tablet_close(&tablet);
}

/* Goal: headquarters knows facts of the earlier number before they come again under the new one;
 * what it sends meanwhile does not make a visit or a promise count twice. */
TEST(test_facts_known_by_an_earlier_number_have_no_second_effect)
{
    struct tablet tablet;
    struct capture capture;
    struct download_result result;
    struct store_case shown;
    tablet_open(&tablet, 2);
    tablet_start_visit(&tablet, 1);
    tablet_draft_promise(&tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 1, &shown));
    ds_CaseState *known = arena_copy(&tablet.task, shown.state, sizeof *known);
    struct download download = {
        .new_device_no = 8, .next_tag = {"a", 1}, .next_cursor = tablet.feed_seq};
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    /* Nothing has come under number 8 yet, and the state has it all. */
    struct store_case_feed row = tablet_feed(&tablet, shown.record, known, 0);
    EXPECT_OK(tablet_receive(&tablet, &row, 1));
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 1, &shown));
    EXPECT_INT(1, shown.state->visit_count);
    EXPECT_INT(1, shown.state->contacts_count);
    EXPECT_INT(1, shown.state->arrangements_count);
    EXPECT_INT(ARRANGEMENT_STATE_active, shown.state->arrangements[0].state);
    EXPECT_INT(1, shown.state->promise_count);
    EXPECT_INT(1, see(&tablet).contacts);
    EXPECT_INT(1, see(&tablet).promises);
    tablet_close(&tablet);
}

/* Chained anew more often than a lineage can tell: the facts stay under the number they have. */
TEST(test_a_lineage_that_is_full_holds_nothing_up)
{
    struct tablet tablet;
    struct capture capture;
    struct download_result result;
    tablet_open(&tablet, 1);
    ds_SafetyIncident incident = {.incident = SAFETY_KIND_dog, .severity = 1};
    for (uint32_t i = 0; i <= LIMIT_lineage; i++) {
        struct download download = {.new_device_no = 100 + i, .next_tag = {"a", 1}};
        EXPECT_OK(journey_raise_safety(&tablet.journey, 0, &incident, &capture));
        EXPECT(capture.is_done);
        EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
        EXPECT_INT(i < LIMIT_lineage ? 100 + i : 99 + i, tablet.journey.device_no);
        EXPECT_INT(i < LIMIT_lineage ? 0 : 1, result.quarantined_count);
    }
    uint64_t bad_seq = 0;
    EXPECT_OK(store_journal_verify(tablet.store, &bad_seq));
    EXPECT_OK(tablet_reopen(&tablet));
    tablet_close(&tablet);
}
