/* sync/spool/take_down.c -- one answer to a batch, an alarm or a chunk: into the store, in
 * one transaction. */
#include "sync/proto/answer.h"

#include "core/base/buf.h"
#include "sync/proto/alarm.h"
#include "sync/proto/chunk.h"
#include "sync/proto/introduce.h"
#include "sync/proto/receipt.h"
#include "sync/spool/spool_private.h"

#include <string.h>

static struct store_receipt read_receipt(struct arena *arena, const ds_Receipt *receipt)
{
    struct store_receipt to = {
        .stored_seq = receipt->stored_seq,
        .stored_at_ms = (int64_t)receipt->stored_at_ms,
        .level = receipt->level,
    };
    memcpy(to.link.bytes, receipt->link, sizeof to.link.bytes);
    memcpy(to.signature.bytes, receipt->signature, sizeof to.signature.bytes);
    /* Kept as evidence in the order in which it was signed; see receipt.h. */
    enum { SIGNED_SIZE = 4 + 8 + 32 + 8 + 4 };
    uint8_t *bytes = arena_alloc(arena, SIGNED_SIZE);
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, SIGNED_SIZE);
    buf_write_u32(&writer, receipt->device_no);
    buf_write_u64(&writer, receipt->stored_seq);
    buf_write_bytes(&writer, receipt->link, sizeof receipt->link);
    buf_write_u64(&writer, receipt->stored_at_ms);
    buf_write_u32(&writer, receipt->level);
    CHECK(writer.err == OK);
    to.bytes = (struct str){(const char *)bytes, writer.size};
    return to;
}

/* The page, unless it does not follow what is held here: then the cursor stays
 * and the next envelope says so. */
static enum err take_page(struct spool *spool, const struct answer *answer,
                          struct download *download, bool *is_taken_out)
{
    struct arena *arena = spool->journey->arena;
    struct store *store = spool->journey->store;
    int64_t cursor = 0;
    TRY(store_setting_number(store, SETTING_down_cursor, 0, &cursor));
    TRY(store_setting_bytes(store, arena, SETTING_down_tag, &download->next_tag));
    download->next_cursor = (uint64_t)cursor;
    /* Until the page is known to follow, it must not end a restart. */
    download->has_more = true;
    *is_taken_out = false;
    bool follows =
        answer->is_restart ? answer->from_cursor == 0 : answer->from_cursor == (uint64_t)cursor;
    bool is_empty = !answer->is_restart && answer->next_cursor == answer->from_cursor;
    if (!follows || is_empty || answer->next_cursor < answer->from_cursor ||
        answer->next_cursor > INT64_MAX) {
        return OK;
    }
    uint8_t *tag = arena_alloc(arena, SPOOL_TAG_SIZE);
    struct buf_writer writer;
    buf_writer_init(&writer, tag, SPOOL_TAG_SIZE);
    buf_write_u32(&writer, answer->next_tag);
    buf_write_u8(&writer, answer->has_more ? 1 : 0);
    struct str next_tag = {(const char *)tag, writer.size};
    bool is_known =
        answer->next_cursor == (uint64_t)cursor && str_equal(next_tag, download->next_tag);
    if (answer->is_restart && is_known) {
        return OK; /* the same answer once more, after a cut */
    }
    struct store_case_feed *rows =
        ARENA_ARRAY(arena, answer->row_count + 1, struct store_case_feed);
    for (size_t i = 0; i < answer->row_count; i++) {
        const struct answer_row *row = &answer->rows[i];
        rows[i] = (struct store_case_feed){
            .case_no = row->case_no,
            .feed_seq = row->feed_seq,
            .folded_seq = row->folded_seq,
            .is_withdrawn = row->is_withdrawn,
            .record = spool_str(row->record),
            .state = spool_str(row->state),
        };
    }
    download->rows = rows;
    download->row_count = answer->row_count;
    download->next_cursor = answer->next_cursor;
    download->next_tag = next_tag;
    download->is_restart = answer->is_restart;
    download->has_more = answer->has_more;
    *is_taken_out = true;
    return OK;
}

/* Whether headquarters says that there is nothing beyond this answer. A tablet that it will
 * not serve (too old a program, a journal in dispute) hears nothing of recalls either. */
static bool is_behind(const struct answer *answer, const struct download *download,
                      bool is_page_taken)
{
    bool is_still_current = answer->from_cursor == download->next_cursor &&
                            answer->next_cursor == answer->from_cursor && !answer->is_restart &&
                            download->next_tag.size == SPOOL_TAG_SIZE &&
                            download->next_tag.bytes[SPOOL_TAG_SIZE - 1] == 0;
    return !answer->has_receipt || answer->needs_version != 0 || answer->send_from_seq != 0 ||
           answer->new_device_no != 0 || answer->has_more || !(is_page_taken || is_still_current);
}

/* Whether to ask at once for more rows: after this page, or because the page did not follow
 * what is held (it answers an envelope that was sealed before an earlier page was taken). */
static bool are_rows_left(const struct answer *answer, const struct download *download,
                          bool is_page_taken)
{
    if (!answer->has_receipt || answer->needs_version != 0) {
        return false; /* no page is given */
    }
    bool is_page_offered = answer->next_cursor > download->next_cursor;
    return is_page_taken ? answer->has_more : answer->has_more || is_page_offered;
}

static void take_lists(struct arena *arena, const struct answer *answer, struct download *download)
{
    struct store_question *questions =
        ARENA_ARRAY(arena, answer->verdict_count + 1, struct store_question);
    for (size_t i = 0; i < answer->verdict_count; i++) {
        const ds_Verdict *verdict = &answer->verdicts[i];
        questions[i] = (struct store_question){
            .seq = verdict->seq,
            .code = verdict->verdict,
            .text = verdict->note,
            .asked_at_ms = (int64_t)verdict->at_ms,
            .is_settled = verdict->is_settled,
        };
    }
    struct store_letter *letters =
        ARENA_ARRAY(arena, answer->message_count + 1, struct store_letter);
    for (size_t i = 0; i < answer->message_count; i++) {
        const ds_Message *message = &answer->messages[i];
        letters[i] = (struct store_letter){
            .message_no = message->message_no,
            .sent_at_ms = (int64_t)message->at_ms,
            .case_no = message->case_no,
            .from_name = message->from_name,
            .text = message->text,
            .wants_answer = message->wants_answer,
            .answer_by_at_ms = (int64_t)message->answer_by_at_ms,
        };
    }
    download->questions = questions;
    download->question_count = answer->verdict_count;
    download->letters = letters;
    download->letter_count = answer->message_count;
}

/* Chunks that headquarters lacks, attachments that it holds, alarms that it has heard: each
 * signed with the answer, the second also on its own, as evidence. */
static enum wire take_attachments(struct arena *arena, const struct answer *answer,
                                  const struct chain_public_key *hq, struct download *download)
{
    struct download_lack *lacks = ARENA_ARRAY(arena, answer->lack_count + 1, struct download_lack);
    for (size_t i = 0; i < answer->lack_count; i++) {
        const ds_Lack *lack = &answer->lacks[i];
        memcpy(lacks[i].hash.bytes, lack->hash, sizeof lacks[i].hash.bytes);
        lacks[i].indexes = lack->chunks;
        lacks[i].index_count = lack->chunks_count;
    }
    struct download_held *helds = ARENA_ARRAY(arena, answer->held_count + 1, struct download_held);
    for (size_t i = 0; i < answer->held_count; i++) {
        const ds_Held *held = &answer->helds[i];
        TRY_WIRE(held_check(held, answer->device_no, hq));
        memcpy(helds[i].hash.bytes, held->hash, sizeof helds[i].hash.bytes);
        memcpy(helds[i].signature.bytes, held->signature, sizeof helds[i].signature.bytes);
        helds[i].level = held->level;
        helds[i].stored_at_ms = (int64_t)held->stored_at_ms;
    }
    download->lacks = lacks;
    download->lack_count = answer->lack_count;
    download->helds = helds;
    download->held_count = answer->held_count;
    return WIRE_ok;
}

static void take_alarms(struct arena *arena, const struct answer *answer, struct download *download)
{
    struct download_alarm *alarms =
        ARENA_ARRAY(arena, answer->alarm_count + 1, struct download_alarm);
    size_t count = 0;
    for (size_t i = 0; i < answer->alarm_count; i++) {
        const ds_AlarmHeard *heard = &answer->alarms[i];
        if (heard->state != ALARM_ANSWER_heard && heard->state != ALARM_ANSWER_seen) {
            continue; /* of a newer headquarters */
        }
        alarms[count++] = (struct download_alarm){
            .seq = heard->seq,
            .state = heard->state == ALARM_ANSWER_seen ? ALARM_seen : ALARM_heard,
            .heard_at_ms = (int64_t)heard->heard_at_ms,
            .by_name = heard->by_name,
        };
    }
    download->alarms = alarms;
    download->alarm_count = count;
}

/* Who this tablet is under the number it now gets, or has: kept when it is headquarters' word
 * about this tablet's key, else nothing is. */
static struct str read_certificate(const struct answer *answer,
                                   const struct chain_public_key *device,
                                   const struct chain_public_key *hq)
{
    if (!answer->has_certificate || !answer->has_holder) {
        return (struct str){"", 0};
    }
    struct certificate certificate = {
        .device_no = answer->new_device_no != 0 ? answer->new_device_no : answer->device_no,
        .person_no = answer->holder.person_no,
        .branch_no = answer->holder.branch_no,
        .public_key = *device,
        .hq_at_ms = answer->hq_at_ms,
        .signature = answer->certificate,
    };
    return certificate_check(&certificate, hq) == WIRE_ok
               ? (struct str){(const char *)answer->certificate.bytes, CHAIN_SIGNATURE_SIZE}
               : (struct str){"", 0};
}

/* What an answer demands may be what this tablet can never do (a number that it had before):
 * then it goes to quarantine, and does not stand before the answers behind it. False for
 * what is the tablet's own trouble, with its disk or its file: the answer waits. */
static bool is_answers_fault(enum err err, enum wire *wire_out)
{
    if (err == ERR_exists || err == ERR_too_many) {
        *wire_out = WIRE_wrong_device;
    } else if (err == ERR_malformed || err == ERR_too_long || err == ERR_out_of_range ||
               err == ERR_bad_text) {
        *wire_out = WIRE_malformed;
    }
    return *wire_out != WIRE_ok;
}

/* A chunk was answered, and headquarters neither lacks nor holds its attachment any more (it
 * lost the fact that names it, in a restore): no more chunks, until it has said what it has. */
static void note_unwanted(struct spool *spool, const struct answer *answer, const char *name)
{
    enum { PAUSE_MS = 10 * 60 * 1000 };
    struct layout_name read;
    if (answer->has_receipt || answer->lack_count > 0 || answer->held_count > 0) {
        spool->chunks_not_before_ms = 0;
    } else if (layout_read(name, LAYOUT_ENVELOPE, &read) && read.class_ == LAYOUT_CLASS_photo) {
        spool->chunks_not_before_ms = clock_read(spool->journey->clock).monotonic_ms + PAUSE_MS;
    }
}

/* Said to whoever waits for the first cases; known to be so only until the next page. */
static enum err note_rows_left(struct spool *spool, const struct answer *answer)
{
    struct store *store = spool->journey->store;
    int64_t before = 0;
    int64_t left = answer->has_more ? answer->rows_left : 0;
    TRY(store_setting_number(store, SETTING_rows_left, 0, &before));
    if (before == left) {
        return OK;
    }
    TRY(store_begin(store));
    enum err err = store_setting_set_number(store, SETTING_rows_left, left);
    return err == OK ? store_commit(store) : (store_rollback(store), err);
}

static enum err apply_answer(struct spool *spool, const struct answer *answer, const char *name,
                             const struct chain_public_key *device,
                             const struct chain_public_key *hq, struct spool_applied *applied,
                             enum wire *wire_out)
{
    struct arena *arena = spool->journey->arena;
    struct enrolment holder = {
        .person_no = answer->holder.person_no,
        .branch_no = answer->holder.branch_no,
        .person_name = answer->holder.person_name,
        .branch_name = answer->holder.branch_name,
    };
    struct download download = {
        .send_from_seq = answer->send_from_seq,
        .new_device_no = answer->new_device_no,
        .policy_text = answer->has_policy ? spool_str(answer->policy_text) : (struct str){"", 0},
        .chance = answer->chance,
        .hq_at_ms = answer->hq_at_ms,
        .holder = answer->has_holder ? &holder : NULL,
        .is_revoked = answer->has_holder && answer->holder.is_revoked,
        .credential_until_day = answer->holder.credential_until_day,
        .card = answer->card,
        .next_sync_s = answer->next_sync_s,
        .needs_version = answer->needs_version,
        .certificate = read_certificate(answer, device, hq),
        .hq_key = answer->has_succession ? &answer->succession.to : NULL,
        .tls_pins = {(const char *)answer->tls_pins, answer->tls_pin_count * ENROL_PIN_SIZE},
        .spool_name = name,
    };
    if (answer->has_receipt) {
        download.has_receipt = true;
        download.receipt = read_receipt(arena, &answer->receipt);
    }
    if (answer->has_safe_receipt) {
        download.has_safe_receipt = true;
        download.safe_receipt = read_receipt(arena, &answer->safe_receipt);
    }
    *wire_out = take_attachments(arena, answer, hq, &download);
    if (*wire_out != WIRE_ok) {
        return OK;
    }
    take_alarms(arena, answer, &download);
    bool is_page_taken = false;
    TRY(take_page(spool, answer, &download, &is_page_taken));
    download.is_behind = is_behind(answer, &download, is_page_taken);
    take_lists(arena, answer, &download);
    struct download_result result;
    enum err err = journey_apply_download(spool->journey, &download, &result);
    if (err != OK) {
        return is_answers_fault(err, wire_out) ? OK : err;
    }
    note_unwanted(spool, answer, name);
    if (is_page_taken) {
        TRY(note_rows_left(spool, answer));
    }
    /* Committed. What was sealed for another number, or lies beyond a gap at
     * headquarters, is sealed anew from the journal. */
    bool is_replaced =
        answer->new_device_no != 0 && spool->journey->device_no == answer->new_device_no;
    if (answer->tls_pin_count > 0) {
        TRY(spool_write_conf(spool));
    }
    if (answer->has_succession) {
        TRY(spool_take_stock(spool));
    }
    if (is_replaced) {
        TRY(spool_remove_foreign(spool));
    } else if (answer->send_from_seq != 0) {
        TRY(spool_remove_class(spool, LAYOUT_CLASS_text));
    }
    applied->case_count += result.case_count;
    applied->withdrawn_count += result.withdrawn_count;
    applied->quarantined_count += result.quarantined_count;
    applied->has_more = applied->has_more || are_rows_left(answer, &download, is_page_taken);
    applied->alarm_count += download.alarm_count;
    applied->held_count += download.held_count;
    applied->lack_count += download.lack_count;
    applied->was_replaced = applied->was_replaced || is_replaced;
    applied->has_new_policy = applied->has_new_policy || result.has_new_policy;
    /* An answer to an alarm or a chunk says nothing of these. */
    applied->order_no = answer->order_no > applied->order_no ? answer->order_no : applied->order_no;
    if (answer->has_receipt || answer->send_from_seq != 0) {
        applied->next_sync_s = answer->next_sync_s;
        applied->needs_version = answer->needs_version;
    }
    return OK;
}

/* Receipts are signed on their own, as evidence. */
static enum wire check_receipts(const struct answer *answer, uint32_t device_no,
                                const struct chain_public_key *hq)
{
    if (answer->has_receipt) {
        TRY_WIRE(receipt_verify(&answer->receipt, device_no, hq));
    }
    if (!answer->has_safe_receipt) {
        return WIRE_ok;
    }
    TRY_WIRE(receipt_verify(&answer->safe_receipt, device_no, hq));
    return answer->safe_receipt.level == RECEIPT_LEVEL_safe ? WIRE_ok : WIRE_malformed;
}

enum err spool_take_down(struct spool *spool, struct wire_bytes bytes, uint64_t request_tag,
                         const char *name, struct spool_applied *applied, enum wire *wire_out)
{
    struct envelope_keys device;
    struct chain_public_key hq;
    TRY(spool_keys(spool, &device, &hq));
    uint32_t device_no = spool->journey->device_no;
    struct answer answer;
    *wire_out =
        answer_open(spool->journey->arena, bytes, &device, &hq, device_no, request_tag, &answer);
    if (*wire_out == WIRE_ok) {
        *wire_out = check_receipts(&answer, device_no, &hq);
    }
    return *wire_out == WIRE_ok
               ? apply_answer(spool, &answer, name, &device.public_key, &hq, applied, wire_out)
               : OK;
}
