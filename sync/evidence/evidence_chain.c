/* sync/evidence/evidence_chain.c -- facts, the signatures over them, and the receipts. */
#include "sync/evidence/evidence_private.h"
#include "sync/proto/batch.h"
#include "sync/proto/receipt.h"

#include <string.h>

static const struct chain_public_key *key_of(const struct evidence_reading *reading)
{
    for (uint64_t i = 0; i < reading->result->counts.device_count; i++) {
        if (reading->devices[i].device_no == reading->device_no) {
            return &reading->devices[i].key;
        }
    }
    return NULL;
}

/* Facts that no signature follows: headquarters' word is all there is for them. */
static bool settle_open(struct evidence_reading *reading)
{
    struct evidence_counts *counts = &reading->result->counts;
    if (reading->open_count > 0 && !reading->is_vouched) {
        return evidence_broken(reading, EVIDENCE_FAULT_fact_unproved, "", "");
    }
    *(reading->device_no == 0 ? &counts->hq_count : &counts->vouched_count) += reading->open_count;
    reading->open_count = 0;
    return true;
}

bool evidence_chain_end(struct evidence_reading *reading)
{
    if (!reading->is_in_chain) {
        return true;
    }
    if (!reading->is_vouched) {
        return evidence_broken(reading, EVIDENCE_FAULT_tail_unreceipted, "receipt", "");
    }
    if (!settle_open(reading)) {
        return false;
    }
    reading->is_in_chain = false;
    reading->has_place = false;
    return true;
}

bool evidence_line_chain(struct evidence_reading *reading, struct str rest)
{
    uint32_t device_no = 0;
    uint32_t strand = 0;
    if (!evidence_chain_end(reading) || !evidence_take_u32(reading, &rest, &device_no) ||
        !evidence_take_u32(reading, &rest, &strand) || !evidence_take_end(reading, rest)) {
        return false;
    }
    reading->device_no = device_no;
    reading->seq = 0;
    reading->is_in_chain = true;
    reading->has_place = false;
    reading->is_vouched = false;
    evidence_place(reading, device_no, 0);
    if (device_no != 0 && key_of(reading) == NULL) {
        return evidence_broken(reading, EVIDENCE_FAULT_device_unknown,
                               evidence_number(reading, device_no), "");
    }
    return true;
}

bool evidence_line_at(struct evidence_reading *reading, struct str rest)
{
    uint64_t seq = 0;
    struct chain_link link;
    if (!evidence_take_u64(reading, &rest, INT64_MAX - 1, &seq) ||
        !evidence_take_bytes(reading, &rest, link.bytes, sizeof link.bytes) ||
        !evidence_take_end(reading, rest)) {
        return false;
    }
    if (!reading->is_in_chain || (reading->has_place && seq <= reading->seq)) {
        return evidence_broken(reading, EVIDENCE_FAULT_order, "", "");
    }
    if (!settle_open(reading)) {
        return false;
    }
    static const struct chain_link start = {{0}};
    if (seq == 0 && !chain_link_equal(&link, &start)) {
        return evidence_broken(reading, EVIDENCE_FAULT_line, "0", "");
    }
    reading->seq = seq;
    reading->link = link;
    reading->has_place = true;
    reading->is_vouched = false;
    return true;
}

/* ---- facts ---- */

static void name_attachment(struct evidence_reading *reading, const ds_EvidenceAttached *payload)
{
    if (reading->named_count == reading->named_capacity) {
        size_t capacity = reading->named_capacity == 0 ? 64 : reading->named_capacity * 2;
        struct evidence_named *more = ARENA_ARRAY(reading->arena, capacity, struct evidence_named);
        if (reading->named_count > 0) {
            memcpy(more, reading->named, reading->named_count * sizeof *more);
        }
        reading->named = more;
        reading->named_capacity = capacity;
    }
    struct evidence_named *named = &reading->named[reading->named_count++];
    *named = (struct evidence_named){
        .size = payload->size, .device_no = reading->device_no, .seq = reading->seq};
    memcpy(named->hash.bytes, payload->hash, sizeof named->hash.bytes);
}

/* Facts of a day stand between those of a visit and the signature, and name no borrower. */
static bool is_of_nobody(const ds_Event *event)
{
    enum event_kind kind = event_kind(event);
    return event->case_no == 0 && (kind == EVENT_day_opened || kind == EVENT_day_closed);
}

static bool look_at_fact(struct evidence_reading *reading, const uint8_t *body, size_t size)
{
    ds_Event *event = ARENA_NEW(reading->arena, ds_Event);
    if (event_decode(event, body, size) != OK) {
        reading->result->counts.unread_count++;
        return true; /* recorded as it came; the bytes are what is proved */
    }
    if (event->case_no != reading->result->case_no && !is_of_nobody(event)) {
        return evidence_broken(reading, EVIDENCE_FAULT_fact_foreign,
                               evidence_number(reading, reading->result->case_no),
                               evidence_number(reading, event->case_no));
    }
    if (event_kind(event) == EVENT_none) {
        reading->result->counts.unread_count++;
    } else if (event_kind(event) == EVENT_evidence_attached) {
        if (reading->named_count == EVIDENCE_ATTACHMENTS_MAX) {
            return evidence_broken(reading, EVIDENCE_FAULT_file_too_long, "", "");
        }
        name_attachment(reading, &event->kind.evidence_attached);
    }
    if (reading->source->fact != NULL && event->case_no == reading->result->case_no) {
        reading->source->fact(reading->source->context, reading->device_no, reading->seq, event);
    }
    return true;
}

bool evidence_line_fact(struct evidence_reading *reading, struct str rest)
{
    uint64_t seq = 0;
    uint32_t origin_no = 0;
    struct str word;
    if (!evidence_take_u64(reading, &rest, INT64_MAX, &seq)) {
        return false;
    }
    if (!reading->is_in_chain || !reading->has_place) {
        return evidence_broken(reading, EVIDENCE_FAULT_order, "", "");
    }
    if (seq != reading->seq + 1) {
        return evidence_broken(reading, EVIDENCE_FAULT_fact_missing,
                               evidence_number(reading, reading->seq + 1),
                               evidence_number(reading, seq));
    }
    reading->seq = seq;
    evidence_place(reading, reading->device_no, seq);
    if (!evidence_take_u32(reading, &rest, &origin_no)) {
        return false;
    }
    word = rest;
    uint8_t body[LIMIT_event_size];
    size_t size = word.size / 2;
    if (size == 0 || size > sizeof body) {
        return evidence_broken(reading, EVIDENCE_FAULT_line, "", "");
    }
    if (!evidence_take_bytes(reading, &rest, body, size) || !evidence_take_end(reading, rest)) {
        return false;
    }
    reading->link = chain_next(&reading->link, reading->device_no, seq, body, size);
    reading->open_count++;
    reading->is_vouched = false;
    struct arena_mark mark = arena_mark(reading->arena);
    size_t named_count = reading->named_count;
    bool is_good = look_at_fact(reading, body, size);
    if (named_count == reading->named_count) {
        arena_rollback(reading->arena, mark);
    }
    return is_good;
}

bool evidence_line_signed(struct evidence_reading *reading, struct str rest)
{
    uint8_t status_hash[BATCH_STATUS_HASH_SIZE];
    struct chain_signature signature;
    if (!evidence_take_bytes(reading, &rest, status_hash, sizeof status_hash) ||
        !evidence_take_bytes(reading, &rest, signature.bytes, sizeof signature.bytes) ||
        !evidence_take_end(reading, rest)) {
        return false;
    }
    if (!reading->is_in_chain || !reading->has_place || reading->device_no == 0) {
        return evidence_broken(reading, EVIDENCE_FAULT_order, "", "");
    }
    if (batch_prove(reading->device_no, reading->seq, &reading->link, status_hash, key_of(reading),
                    &signature) != WIRE_ok) {
        return evidence_broken(
            reading, EVIDENCE_FAULT_fact_signature,
            evidence_hex(reading, key_of(reading)->bytes, sizeof key_of(reading)->bytes), "");
    }
    reading->result->counts.signature_count++;
    reading->result->counts.proved_count += reading->open_count;
    reading->open_count = 0;
    reading->is_vouched = false;
    return true;
}

/* ---- receipts ---- */

static bool take_receipt(struct evidence_reading *reading, struct str rest, ds_Receipt *receipt,
                         const struct chain_public_key **key_out)
{
    struct str *words = &rest;
    uint32_t level = 0;
    *receipt = (ds_Receipt)ds_Receipt_init_zero;
    receipt->device_no = reading->device_no;
    bool is_read =
        evidence_take_key(reading, words, key_out) &&
        evidence_take_u64(reading, words, INT64_MAX, &receipt->stored_seq) &&
        evidence_take_bytes(reading, words, receipt->link, sizeof receipt->link) &&
        evidence_take_u64(reading, words, INT64_MAX, &receipt->stored_at_ms) &&
        evidence_take_u32(reading, words, &level) &&
        evidence_take_bytes(reading, words, receipt->signature, sizeof receipt->signature) &&
        evidence_take_end(reading, *words);
    receipt->level = level;
    return is_read;
}

bool evidence_line_receipt(struct evidence_reading *reading, struct str rest)
{
    ds_Receipt receipt;
    const struct chain_public_key *key = NULL;
    if (!take_receipt(reading, rest, &receipt, &key)) {
        return false;
    }
    if (!reading->is_in_chain || !reading->has_place) {
        return evidence_broken(reading, EVIDENCE_FAULT_order, "", "");
    }
    if (receipt_verify(&receipt, reading->device_no, key) != WIRE_ok) {
        return evidence_broken(reading, EVIDENCE_FAULT_receipt_signature,
                               evidence_hex(reading, key->bytes, sizeof key->bytes), "");
    }
    if (receipt.stored_seq != reading->seq) {
        return evidence_broken(reading,
                               receipt.stored_seq > reading->seq ? EVIDENCE_FAULT_tail_missing
                                                                 : EVIDENCE_FAULT_tail_unreceipted,
                               evidence_number(reading, receipt.stored_seq),
                               evidence_number(reading, reading->seq));
    }
    if (memcmp(receipt.link, reading->link.bytes, sizeof receipt.link) != 0) {
        return evidence_broken(
            reading, EVIDENCE_FAULT_receipt_link,
            evidence_hex(reading, receipt.link, sizeof receipt.link),
            evidence_hex(reading, reading->link.bytes, sizeof reading->link.bytes));
    }
    reading->result->counts.receipt_count++;
    reading->is_vouched = true;
    return true;
}
