/* sync/proto/answer_open.c -- the half of answer.h that the tablet uses. */
#include "sync/proto/answer.h"

#include "core/base/limits.h"
#include "core/base/str.h"
#include "sync/proto/pack.h"

#include <string.h>

#include <pb_decode.h>

static const char PURPOSE[] = "answer";

/* The message is read twice: once to count what it lists, once to keep it. */
struct reading {
    struct arena *arena;
    size_t row_count, verdict_count, message_count, lack_count, held_count, alarm_count;
    struct answer_row *rows;
    ds_Verdict *verdicts;
    ds_Message *messages;
    ds_Lack *lacks;
    ds_Held *helds;
    ds_AlarmHeard *alarms;
    struct answer *answer;
};

struct bytes_reading {
    struct arena *arena;
    size_t size_max;
    struct wire_bytes *bytes_out;
};

static bool read_bytes(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    struct bytes_reading *reading = *arg;
    size_t size = stream->bytes_left;
    if (size > reading->size_max) {
        return false;
    }
    uint8_t *bytes = arena_alloc(reading->arena, size + 1);
    *reading->bytes_out = (struct wire_bytes){bytes, size};
    return pb_read(stream, bytes, size);
}

static bool read_row(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    struct reading *reading = *arg;
    size_t index = reading->row_count++;
    if (reading->rows == NULL) {
        return true; /* counting */
    }
    struct answer_row *row = &reading->rows[index];
    struct bytes_reading record = {reading->arena, LIMIT_case_size, &row->record};
    struct bytes_reading state = {reading->arena, LIMIT_case_size, &row->state};
    ds_CaseRow message = {
        .record = {.funcs.decode = read_bytes, .arg = &record},
        .state = {.funcs.decode = read_bytes, .arg = &state},
    };
    if (!pb_decode_noinit(stream, ds_CaseRow_fields, &message)) {
        return false;
    }
    row->case_no = message.case_no;
    row->feed_seq = message.feed_seq;
    row->folded_seq = message.folded_seq;
    row->is_withdrawn = message.is_withdrawn;
    /* A withdrawn row that still carries the debtor's data would undo the withdrawal. */
    return !row->is_withdrawn || (row->record.size == 0 && row->state.size == 0);
}

static bool read_verdict(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    struct reading *reading = *arg;
    size_t index = reading->verdict_count++;
    return reading->verdicts == NULL ||
           pb_decode(stream, ds_Verdict_fields, &reading->verdicts[index]);
}

static bool read_message(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    struct reading *reading = *arg;
    size_t index = reading->message_count++;
    return reading->messages == NULL ||
           pb_decode(stream, ds_Message_fields, &reading->messages[index]);
}

static bool read_lack(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    struct reading *reading = *arg;
    size_t index = reading->lack_count++;
    return reading->lacks == NULL || pb_decode(stream, ds_Lack_fields, &reading->lacks[index]);
}

static bool read_held(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    struct reading *reading = *arg;
    size_t index = reading->held_count++;
    return reading->helds == NULL || pb_decode(stream, ds_Held_fields, &reading->helds[index]);
}

static bool read_alarm(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    struct reading *reading = *arg;
    size_t index = reading->alarm_count++;
    return reading->alarms == NULL ||
           pb_decode(stream, ds_AlarmHeard_fields, &reading->alarms[index]);
}

static bool read_policy(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    (void)field;
    struct reading *reading = *arg;
    if (reading->answer == NULL) {
        return true;
    }
    struct bytes_reading text = {reading->arena, LIMIT_answer_size, &reading->answer->policy_text};
    ds_PolicyText message = {.text = {.funcs.decode = read_bytes, .arg = &text}};
    if (!pb_decode_noinit(stream, ds_PolicyText_fields, &message)) {
        return false;
    }
    reading->answer->has_policy = true;
    reading->answer->policy = message.policy;
    return true;
}

static bool read_down(ds_SyncDown *message, struct reading *reading, struct wire_bytes bytes)
{
    *message = (ds_SyncDown){
        .rows = {.funcs.decode = read_row, .arg = reading},
        .verdicts = {.funcs.decode = read_verdict, .arg = reading},
        .messages = {.funcs.decode = read_message, .arg = reading},
        .policy = {.funcs.decode = read_policy, .arg = reading},
        .lacks = {.funcs.decode = read_lack, .arg = reading},
        .helds = {.funcs.decode = read_held, .arg = reading},
        .alarms = {.funcs.decode = read_alarm, .arg = reading},
    };
    reading->row_count = 0;
    reading->verdict_count = 0;
    reading->message_count = 0;
    reading->lack_count = 0;
    reading->held_count = 0;
    reading->alarm_count = 0;
    pb_istream_t stream = pb_istream_from_buffer(bytes.bytes, bytes.size);
    return pb_decode_noinit(&stream, ds_SyncDown_fields, message);
}

/* nanopb bounds texts; that they are texts is looked at here. */
static bool are_texts(const struct answer *answer)
{
    if (!str_is_utf8(str_from(answer->chance))) {
        return false;
    }
    for (size_t i = 0; i < answer->verdict_count; i++) {
        if (!str_is_utf8(str_from(answer->verdicts[i].note))) {
            return false;
        }
    }
    for (size_t i = 0; i < answer->message_count; i++) {
        if (!str_is_utf8(str_from(answer->messages[i].text)) ||
            !str_is_utf8(str_from(answer->messages[i].from_name))) {
            return false;
        }
    }
    for (size_t i = 0; i < answer->alarm_count; i++) {
        if (!str_is_utf8(str_from(answer->alarms[i].by_name))) {
            return false;
        }
    }
    return str_is_utf8(str_from(answer->holder.person_name)) &&
           str_is_utf8(str_from(answer->holder.branch_name)) && str_is_utf8(str_from(answer->card));
}

/* Said by the key that signed the answer, about itself and the one that follows it. */
static enum wire read_succession(const ds_SyncDown *message, const struct chain_public_key *hq,
                                 struct answer *answer)
{
    answer->has_succession = message->has_succession;
    if (!message->has_succession) {
        return WIRE_ok;
    }
    if (message->succession.at_ms > INT64_MAX) {
        return WIRE_malformed;
    }
    struct succession *succession = &answer->succession;
    succession->from = *hq;
    memcpy(succession->to.bytes, message->succession.key, sizeof succession->to.bytes);
    succession->at_ms = (int64_t)message->succession.at_ms;
    memcpy(succession->signature.bytes, message->succession.signature,
           sizeof succession->signature.bytes);
    return succession_check(succession);
}

/* Times are 63-bit numbers at the store; a certificate is a signature or nothing. */
static bool are_lists_good(const ds_SyncDown *message, const struct reading *reading)
{
    for (size_t i = 0; i < reading->held_count; i++) {
        if (reading->helds[i].stored_at_ms > INT64_MAX) {
            return false;
        }
    }
    for (size_t i = 0; i < reading->alarm_count; i++) {
        if (reading->alarms[i].heard_at_ms > INT64_MAX) {
            return false;
        }
    }
    return message->certificate.size == 0 || message->certificate.size == CHAIN_SIGNATURE_SIZE;
}

static enum wire read_answer(struct arena *arena, struct wire_bytes bytes,
                             const struct chain_public_key *hq, struct answer *answer)
{
    ds_SyncDown message;
    struct reading reading = {.arena = arena};
    if (!read_down(&message, &reading, bytes)) {
        return WIRE_malformed;
    }
    if (reading.row_count > ANSWER_ROWS_MAX || reading.verdict_count > ANSWER_VERDICTS_MAX ||
        reading.message_count > ANSWER_MESSAGES_MAX || reading.lack_count > ANSWER_LACKS_MAX ||
        reading.held_count > ANSWER_HELDS_MAX || reading.alarm_count > ANSWER_ALARMS_MAX) {
        return WIRE_too_long;
    }
    reading.rows = ARENA_ARRAY(arena, reading.row_count + 1, struct answer_row);
    reading.verdicts = ARENA_ARRAY(arena, reading.verdict_count + 1, ds_Verdict);
    reading.messages = ARENA_ARRAY(arena, reading.message_count + 1, ds_Message);
    reading.lacks = ARENA_ARRAY(arena, reading.lack_count + 1, ds_Lack);
    reading.helds = ARENA_ARRAY(arena, reading.held_count + 1, ds_Held);
    reading.alarms = ARENA_ARRAY(arena, reading.alarm_count + 1, ds_AlarmHeard);
    reading.answer = answer;
    if (!read_down(&message, &reading, bytes) || !are_lists_good(&message, &reading)) {
        return WIRE_malformed;
    }
    answer->request_tag = message.request_tag;
    answer->device_no = message.device_no;
    answer->hq_at_ms = (int64_t)message.hq_at_ms;
    answer->has_receipt = message.has_receipt;
    answer->receipt = message.receipt;
    answer->send_from_seq = message.send_from_seq;
    answer->from_cursor = message.from_cursor;
    answer->next_cursor = message.next_cursor;
    answer->next_tag = message.next_tag;
    answer->has_more = message.has_more;
    answer->is_restart = message.is_restart;
    answer->rows = reading.rows;
    answer->row_count = reading.row_count;
    answer->verdicts = reading.verdicts;
    answer->verdict_count = reading.verdict_count;
    answer->messages = reading.messages;
    answer->message_count = reading.message_count;
    answer->has_holder = message.has_holder;
    answer->holder = message.holder;
    answer->next_sync_s = message.next_sync_s;
    answer->needs_version = message.needs_version;
    answer->new_device_no = message.new_device_no;
    answer->has_safe_receipt = message.has_safe_receipt;
    answer->safe_receipt = message.safe_receipt;
    answer->lacks = reading.lacks;
    answer->lack_count = reading.lack_count;
    answer->helds = reading.helds;
    answer->held_count = reading.held_count;
    answer->alarms = reading.alarms;
    answer->alarm_count = reading.alarm_count;
    answer->has_certificate = message.certificate.size != 0;
    memcpy(answer->certificate.bytes, message.certificate.bytes,
           answer->has_certificate ? CHAIN_SIGNATURE_SIZE : 0);
    _Static_assert(sizeof message.chance == sizeof answer->chance, "one bound");
    memcpy(answer->chance, message.chance, sizeof answer->chance);
    TRY_WIRE(read_succession(&message, hq, answer));
    answer->order_no = message.order_no;
    answer->rows_left = message.rows_left;
    _Static_assert(sizeof message.card == sizeof answer->card, "one bound");
    memcpy(answer->card, message.card, sizeof answer->card);
    answer->tls_pin_count = message.tls_pins_count;
    _Static_assert(sizeof message.tls_pins == sizeof answer->tls_pins, "one bound");
    memcpy(answer->tls_pins, message.tls_pins, sizeof answer->tls_pins);
    bool is_policy_whole =
        !answer->has_policy ||
        chain_short_hash(answer->policy_text.bytes, answer->policy_text.size) == answer->policy;
    return message.hq_at_ms <= INT64_MAX && is_policy_whole && are_texts(answer) ? WIRE_ok
                                                                                 : WIRE_malformed;
}

enum wire answer_open(struct arena *arena, struct wire_bytes envelope,
                      const struct envelope_keys *device, const struct chain_public_key *hq,
                      uint32_t device_no, uint64_t request_tag, struct answer *answer_out)
{
    struct envelope_head head;
    TRY_WIRE(envelope_read_head(envelope, &head));
    if (head.kind != ENVELOPE_answer) {
        return WIRE_unknown_kind;
    }
    if (head.device_no != device_no) {
        return WIRE_wrong_device;
    }
    struct wire_bytes plain;
    TRY_WIRE(envelope_open(arena, &head, envelope, device, &plain));
    if (plain.size < CHAIN_SIGNATURE_SIZE) {
        return WIRE_truncated;
    }
    struct chain_signature signature;
    memcpy(signature.bytes, plain.bytes, sizeof signature.bytes);
    struct wire_bytes packed = {plain.bytes + CHAIN_SIGNATURE_SIZE,
                                plain.size - CHAIN_SIGNATURE_SIZE};
    if (chain_verify(hq, PURPOSE, packed.bytes, packed.size, &signature) != OK) {
        return WIRE_bad_signature;
    }
    struct wire_bytes bytes;
    TRY_WIRE(pack_open(arena, packed, LIMIT_answer_size, &bytes));
    struct answer answer = {0};
    TRY_WIRE(read_answer(arena, bytes, hq, &answer));
    if (answer.device_no != device_no) {
        return WIRE_wrong_device;
    }
    if (answer.request_tag != request_tag) {
        return WIRE_wrong_request;
    }
    *answer_out = answer;
    return WIRE_ok;
}
