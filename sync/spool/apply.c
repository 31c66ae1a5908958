/* sync/spool/apply.c -- from answers into the store, each in one transaction. */
#include "sync/proto/answer.h"

#include "core/base/buf.h"
#include "core/os/os.h"
#include "sync/proto/enrol.h"
#include "sync/proto/receipt.h"
#include "sync/spool/spool_private.h"

#include <string.h>

static struct str to_str(struct wire_bytes bytes)
{
    return (struct str){(const char *)bytes.bytes, bytes.size};
}

static struct wire_bytes to_wire(struct str text)
{
    return (struct wire_bytes){(const uint8_t *)text.bytes, text.size};
}

/* ---- one answer to a batch ---- */

static void take_receipt(struct arena *arena, const ds_Receipt *receipt, struct download *download)
{
    struct store_receipt *to = &download->receipt;
    download->has_receipt = true;
    to->stored_seq = receipt->stored_seq;
    to->stored_at_ms = (int64_t)receipt->stored_at_ms;
    to->level = receipt->level;
    memcpy(to->link.bytes, receipt->link, sizeof to->link.bytes);
    memcpy(to->signature.bytes, receipt->signature, sizeof to->signature.bytes);
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
    to->bytes = (struct str){(const char *)bytes, writer.size};
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
            .record = to_str(row->record),
            .state = to_str(row->state),
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
        };
    }
    download->questions = questions;
    download->question_count = answer->verdict_count;
    download->letters = letters;
    download->letter_count = answer->message_count;
}

static enum err apply_answer(struct spool *spool, const struct answer *answer, const char *name,
                             struct spool_applied *applied)
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
        .policy_text = answer->has_policy ? to_str(answer->policy_text) : (struct str){"", 0},
        .hq_at_ms = answer->hq_at_ms,
        .holder = answer->has_holder ? &holder : NULL,
        .is_revoked = answer->has_holder && answer->holder.is_revoked,
        .next_sync_s = answer->next_sync_s,
        .needs_version = answer->needs_version,
        .spool_name = name,
    };
    if (answer->has_receipt) {
        take_receipt(arena, &answer->receipt, &download);
    }
    bool is_page_taken = false;
    TRY(take_page(spool, answer, &download, &is_page_taken));
    download.is_behind = is_behind(answer, &download, is_page_taken);
    take_lists(arena, answer, &download);
    struct download_result result;
    TRY(journey_apply_download(spool->journey, &download, &result));
    /* Committed. What was sealed for another number, or lies beyond a gap at
     * headquarters, is sealed anew from the journal. */
    if (answer->send_from_seq != 0 || answer->new_device_no != 0) {
        TRY(spool_remove_all(spool));
    }
    applied->case_count += result.case_count;
    applied->withdrawn_count += result.withdrawn_count;
    applied->quarantined_count += result.quarantined_count;
    applied->has_more = applied->has_more || (is_page_taken && answer->has_more);
    applied->was_replaced = applied->was_replaced || answer->new_device_no != 0;
    applied->has_new_policy = applied->has_new_policy || result.has_new_policy;
    applied->next_sync_s = answer->next_sync_s;
    applied->needs_version = answer->needs_version;
    return OK;
}

/* ---- answers of every kind ---- */

/* `*wire_out` says why an answer is not taken; an error, that the tablet failed. */
static enum err take_batch_answer(struct spool *spool, struct wire_bytes bytes,
                                  uint64_t request_tag, const char *name,
                                  struct spool_applied *applied, enum wire *wire_out)
{
    struct envelope_keys device;
    struct chain_public_key hq;
    TRY(spool_keys(spool, &device, &hq));
    uint32_t device_no = spool->journey->device_no;
    struct answer answer;
    *wire_out =
        answer_open(spool->journey->arena, bytes, &device, &hq, device_no, request_tag, &answer);
    if (*wire_out == WIRE_ok && answer.has_receipt) {
        *wire_out = receipt_verify(&answer.receipt, device_no, &hq);
    }
    return *wire_out == WIRE_ok ? apply_answer(spool, &answer, name, applied) : OK;
}

static enum err take_enrol_answer(struct spool *spool, struct wire_bytes bytes,
                                  uint64_t request_tag, struct spool_applied *applied,
                                  enum wire *wire_out)
{
    struct envelope_keys device;
    struct chain_public_key hq;
    TRY(spool_keys(spool, &device, &hq));
    ds_EnrolAnswer answer;
    *wire_out = enrol_answer_open(spool->journey->arena, bytes, request_tag, &device, &hq, &answer);
    if (*wire_out != WIRE_ok) {
        return OK;
    }
    if (answer.refusal != WIRE_ok) {
        /* The code is used up or wrong: forgotten, so that it is not sent again. */
        applied->refusal = answer.refusal;
        return store_setting_set_text(spool->journey->store, SETTING_enrol_code, "");
    }
    if (spool->journey->device_no == answer.device_no) {
        return OK; /* once more, after a cut */
    }
    struct enrolment enrolment = {
        .device_no = answer.device_no,
        .person_no = answer.person_no,
        .branch_no = answer.branch_no,
        .person_name = answer.person_name,
        .branch_name = answer.branch_name,
    };
    TRY(journey_enrol_finish(spool->journey, &enrolment));
    applied->was_enrolled = true;
    applied->has_more = true; /* the day pack is asked for at once */
    return OK;
}

/* A refusal in clear may be forged by anybody on the way, so it is shown, and the
 * only thing done about it is harmless: a damaged envelope is sealed anew. */
static enum err take_refusal(struct spool *spool, struct wire_bytes bytes, const char *name,
                             struct spool_applied *applied, bool *is_envelope_done_out,
                             enum wire *wire_out)
{
    uint32_t code = WIRE_ok;
    *wire_out = envelope_read_refusal(bytes, &code);
    if (*wire_out != WIRE_ok) {
        return OK;
    }
    applied->refusal = code;
    *is_envelope_done_out = false;
    if (code == WIRE_truncated || code == WIRE_malformed || code == WIRE_bad_seal ||
        code == WIRE_bad_compression || code == WIRE_bad_signature) {
        TRY(store_outbox_unseal(spool->journey->store, name));
        *is_envelope_done_out = true;
    }
    return OK;
}

static enum err quarantine(struct spool *spool, const char *answer_name, struct str bytes,
                           enum wire wire, struct spool_applied *applied)
{
    struct store_quarantined item = {
        .name = answer_name,
        .err = (uint32_t)wire_err(wire),
        .bytes = bytes,
        .at_ms = clock_now_ms(spool->journey->clock),
    };
    TRY(store_quarantine_put(spool->journey->store, &item));
    applied->quarantined_count++;
    applied->quarantined_as = wire;
    return OK;
}

static bool is_refusal(struct str bytes)
{
    return bytes.size == ENVELOPE_REFUSAL_SIZE &&
           (uint8_t)bytes.bytes[0] == (ENVELOPE_FORMAT << 4 | ENVELOPE_refusal);
}

static enum err take(struct spool *spool, const char *answer_name, struct str bytes,
                     const char *name, struct str envelope, struct spool_applied *applied)
{
    uint64_t request_tag = envelope_tag(to_wire(envelope));
    bool is_envelope_done = true;
    enum wire wire = WIRE_ok;
    struct envelope_head head = {0};
    if (is_refusal(bytes)) {
        TRY(take_refusal(spool, to_wire(bytes), name, applied, &is_envelope_done, &wire));
    } else {
        wire = envelope_read_head(to_wire(bytes), &head);
        if (wire == WIRE_ok && head.kind == ENVELOPE_enrol_answer) {
            TRY(take_enrol_answer(spool, to_wire(bytes), request_tag, applied, &wire));
        } else if (wire == WIRE_ok) {
            TRY(take_batch_answer(spool, to_wire(bytes), request_tag, name, applied, &wire));
        }
    }
    if (wire != WIRE_ok) {
        return quarantine(spool, answer_name, bytes, wire, applied);
    }
    applied->answer_count++;
    return is_envelope_done ? spool_remove(spool, name) : OK;
}

static enum err apply_file(struct spool *spool, const char *answer_name,
                           struct spool_applied *applied)
{
    struct arena *arena = spool->journey->arena;
    const char *answer_path = os_path(arena, spool->in, answer_name);
    int stem_size = (int)(strlen(answer_name) - strlen(LAYOUT_ANSWER));
    const char *name = str_format(arena, "%.*s%s", stem_size, answer_name, LAYOUT_ENVELOPE);
    struct str envelope;
    enum err err =
        os_file_read(arena, os_path(arena, spool->out, name), LIMIT_envelope_size, &envelope);
    if (err == ERR_not_found) {
        return os_file_remove(answer_path); /* applied before a cut, or sealed anew since */
    }
    TRY(err);
    struct str bytes;
    err = os_file_read(arena, answer_path, LIMIT_answer_size, &bytes);
    if (err == ERR_too_long) {
        /* The agent never writes more than the limit: not worth keeping. */
        TRY(quarantine(spool, answer_name, (struct str){"", 0}, WIRE_too_long, applied));
        return os_file_remove(answer_path);
    }
    TRY(err);
    TRY(take(spool, answer_name, bytes, name, envelope, applied));
    return os_file_remove(answer_path);
}

static enum err apply(struct spool *spool, struct spool_applied *applied)
{
    struct arena *arena = spool->journey->arena;
    const char **names = NULL;
    size_t count = 0;
    TRY(os_folder_list(arena, spool->in, &names, &count));
    for (size_t i = 0; i < count; i++) {
        if (!spool_ends_with(names[i], LAYOUT_ANSWER)) {
            continue;
        }
        struct arena_mark mark = arena_mark(arena);
        enum err err = apply_file(spool, names[i], applied);
        arena_rollback(arena, mark);
        TRY(err);
    }
    if (!applied->has_more || spool->journey->device_no == 0) {
        return OK;
    }
    struct spool_sealed sealed;
    return spool_seal(spool, true, &sealed);
}

enum err spool_apply(struct spool *spool, struct spool_applied *applied_out)
{
    struct spool_applied applied = {0};
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = apply(spool, &applied);
    arena_rollback(spool->journey->arena, mark);
    *applied_out = applied;
    return err;
}
