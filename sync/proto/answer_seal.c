/* sync/proto/answer_seal.c -- the half of answer.h that headquarters uses. */
#include "sync/proto/answer.h"

#include "core/base/limits.h"
#include "sync/proto/pack.h"

#include <string.h>

#include <pb_encode.h>
#include <sodium.h>

enum {
    /* Tags, sizes and numbers of one CaseRow: 3 × 11 + 2 + 2 × 5 + 5. */
    ROW_HEAD_MAX = 50,
    PLAIN_SIZE_MAX = LIMIT_answer_size - ENVELOPE_HEAD_SIZE_MAX - crypto_box_SEALBYTES -
                     CHAIN_SIGNATURE_SIZE - 1,
};

static const char PURPOSE[] = "answer";

static bool write_bytes(pb_ostream_t *stream, const pb_field_t *field, void *const *arg)
{
    const struct wire_bytes *bytes = *arg;
    return bytes->size == 0 || (pb_encode_tag_for_field(stream, field) &&
                                pb_encode_string(stream, bytes->bytes, bytes->size));
}

static ds_CaseRow row_message(const struct answer_row *row)
{
    ds_CaseRow message = {
        .case_no = row->case_no,
        .feed_seq = row->feed_seq,
        .folded_seq = row->folded_seq,
        .is_withdrawn = row->is_withdrawn,
    };
    message.record.funcs.encode = write_bytes;
    message.record.arg = (void *)(uintptr_t)&row->record;
    message.state.funcs.encode = write_bytes;
    message.state.arg = (void *)(uintptr_t)&row->state;
    return message;
}

static bool write_rows(pb_ostream_t *stream, const pb_field_t *field, void *const *arg)
{
    const struct answer *answer = *arg;
    for (size_t i = 0; i < answer->row_count; i++) {
        ds_CaseRow message = row_message(&answer->rows[i]);
        if (!pb_encode_tag_for_field(stream, field) ||
            !pb_encode_submessage(stream, ds_CaseRow_fields, &message)) {
            return false;
        }
    }
    return true;
}

static bool write_verdicts(pb_ostream_t *stream, const pb_field_t *field, void *const *arg)
{
    const struct answer *answer = *arg;
    for (size_t i = 0; i < answer->verdict_count; i++) {
        if (!pb_encode_tag_for_field(stream, field) ||
            !pb_encode_submessage(stream, ds_Verdict_fields, &answer->verdicts[i])) {
            return false;
        }
    }
    return true;
}

static bool write_messages(pb_ostream_t *stream, const pb_field_t *field, void *const *arg)
{
    const struct answer *answer = *arg;
    for (size_t i = 0; i < answer->message_count; i++) {
        if (!pb_encode_tag_for_field(stream, field) ||
            !pb_encode_submessage(stream, ds_Message_fields, &answer->messages[i])) {
            return false;
        }
    }
    return true;
}

static bool write_lacks(pb_ostream_t *stream, const pb_field_t *field, void *const *arg)
{
    const struct answer *answer = *arg;
    for (size_t i = 0; i < answer->lack_count; i++) {
        if (!pb_encode_tag_for_field(stream, field) ||
            !pb_encode_submessage(stream, ds_Lack_fields, &answer->lacks[i])) {
            return false;
        }
    }
    return true;
}

static bool write_helds(pb_ostream_t *stream, const pb_field_t *field, void *const *arg)
{
    const struct answer *answer = *arg;
    for (size_t i = 0; i < answer->held_count; i++) {
        if (!pb_encode_tag_for_field(stream, field) ||
            !pb_encode_submessage(stream, ds_Held_fields, &answer->helds[i])) {
            return false;
        }
    }
    return true;
}

static bool write_alarms(pb_ostream_t *stream, const pb_field_t *field, void *const *arg)
{
    const struct answer *answer = *arg;
    for (size_t i = 0; i < answer->alarm_count; i++) {
        if (!pb_encode_tag_for_field(stream, field) ||
            !pb_encode_submessage(stream, ds_AlarmHeard_fields, &answer->alarms[i])) {
            return false;
        }
    }
    return true;
}

static bool write_policy(pb_ostream_t *stream, const pb_field_t *field, void *const *arg)
{
    const struct answer *answer = *arg;
    if (!answer->has_policy) {
        return true;
    }
    ds_PolicyText message = {.policy = answer->policy};
    message.text.funcs.encode = write_bytes;
    message.text.arg = (void *)(uintptr_t)&answer->policy_text;
    return pb_encode_tag_for_field(stream, field) &&
           pb_encode_submessage(stream, ds_PolicyText_fields, &message);
}

static void down_message(ds_SyncDown *message, const struct answer *answer)
{
    void *arg = (void *)(uintptr_t)answer;
    *message = (ds_SyncDown){
        .request_tag = answer->request_tag,
        .device_no = answer->device_no,
        .hq_at_ms = (uint64_t)answer->hq_at_ms,
        .has_receipt = answer->has_receipt,
        .receipt = answer->receipt,
        .send_from_seq = answer->send_from_seq,
        .from_cursor = answer->from_cursor,
        .next_cursor = answer->next_cursor,
        .next_tag = answer->next_tag,
        .has_more = answer->has_more,
        .is_restart = answer->is_restart,
        .has_holder = answer->has_holder,
        .holder = answer->holder,
        .next_sync_s = answer->next_sync_s,
        .needs_version = answer->needs_version,
        .new_device_no = answer->new_device_no,
        .rows = {.funcs.encode = write_rows, .arg = arg},
        .verdicts = {.funcs.encode = write_verdicts, .arg = arg},
        .messages = {.funcs.encode = write_messages, .arg = arg},
        .policy = {.funcs.encode = write_policy, .arg = arg},
        .has_safe_receipt = answer->has_safe_receipt,
        .safe_receipt = answer->safe_receipt,
        .lacks = {.funcs.encode = write_lacks, .arg = arg},
        .helds = {.funcs.encode = write_helds, .arg = arg},
        .alarms = {.funcs.encode = write_alarms, .arg = arg},
    };
    if (answer->has_certificate) {
        message->certificate.size = sizeof answer->certificate.bytes;
        memcpy(message->certificate.bytes, answer->certificate.bytes,
               sizeof answer->certificate.bytes);
    }
    memcpy(message->chance, answer->chance, sizeof message->chance);
    if (answer->has_succession) {
        message->has_succession = true;
        memcpy(message->succession.key, answer->succession.to.bytes,
               sizeof message->succession.key);
        message->succession.at_ms = (uint64_t)answer->succession.at_ms;
        memcpy(message->succession.signature, answer->succession.signature.bytes,
               sizeof message->succession.signature);
    }
    message->order_no = answer->order_no;
    message->rows_left = answer->rows_left;
    memcpy(message->card, answer->card, sizeof message->card);
    CHECK(answer->tls_pin_count <= ANSWER_TLS_PINS_MAX);
    message->tls_pins_count = (pb_size_t)answer->tls_pin_count;
    memcpy(message->tls_pins, answer->tls_pins, sizeof message->tls_pins);
}

size_t answer_row_size(const struct answer_row *row)
{
    return ROW_HEAD_MAX + row->record.size + row->state.size;
}

enum wire answer_seal(struct arena *arena, const struct answer *answer,
                      const struct envelope_keys *hq, const struct chain_public_key *device,
                      struct wire_bytes *envelope_out)
{
    if (answer->row_count > ANSWER_ROWS_MAX || answer->verdict_count > ANSWER_VERDICTS_MAX ||
        answer->message_count > ANSWER_MESSAGES_MAX || answer->lack_count > ANSWER_LACKS_MAX ||
        answer->held_count > ANSWER_HELDS_MAX || answer->alarm_count > ANSWER_ALARMS_MAX) {
        return WIRE_too_long;
    }
    for (size_t i = 0; i < answer->row_count; i++) {
        if (answer->rows[i].record.size > LIMIT_case_size ||
            answer->rows[i].state.size > LIMIT_case_size) {
            return WIRE_too_long;
        }
    }
    ds_SyncDown message;
    down_message(&message, answer);
    uint8_t *bytes = arena_alloc(arena, PLAIN_SIZE_MAX);
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, PLAIN_SIZE_MAX);
    if (!pb_encode(&stream, ds_SyncDown_fields, &message)) {
        return WIRE_too_long;
    }
    struct wire_bytes whole = {bytes, stream.bytes_written};
    struct wire_bytes packed = answer->format >= 2 ? pack_answer(arena, whole) : pack(arena, whole);
    struct chain_signature signature =
        chain_sign(&hq->secret_key, PURPOSE, packed.bytes, packed.size);
    size_t size = sizeof signature.bytes + packed.size;
    uint8_t *plain = arena_alloc(arena, size);
    memcpy(plain, signature.bytes, sizeof signature.bytes);
    memcpy(plain + sizeof signature.bytes, packed.bytes, packed.size);
    return envelope_seal(arena, ENVELOPE_answer, answer->device_no, device,
                         (struct wire_bytes){plain, size}, envelope_out);
}
