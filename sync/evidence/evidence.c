/* sync/evidence/evidence.c -- reads a pack line by line and stops at the first broken link. */
#include "sync/evidence/evidence_private.h"

#include "core/base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *evidence_fault_key(enum evidence_fault fault)
{
    static const char *const keys[] = {
        "verify.fault.none",
#define FAULT(name) "verify.fault." #name,
#include "sync/evidence/faults.def"
#undef FAULT
    };
    CHECK((size_t)fault < COUNT(keys));
    return keys[fault];
}

bool evidence_is_file_name(struct str name)
{
    if (name.size == 0 || name.size >= EVIDENCE_FILE_NAME_SIZE || name.bytes[0] == '.') {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        char c = name.bytes[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.') {
            return false;
        }
    }
    return true;
}

/* ---- breaks ---- */

static bool note(struct evidence_reading *reading, enum evidence_fault fault, struct str file,
                 size_t line_no, const char *expected, const char *found)
{
    struct evidence_break *first = &reading->result->first_break;
    if (first->fault != EVIDENCE_FAULT_none) {
        return false;
    }
    first->fault = fault;
    first->line_no = line_no;
    (void)str_copy(first->file, sizeof first->file, file);
    (void)str_copy(first->expected, sizeof first->expected, str_from(expected));
    (void)str_copy(first->found, sizeof first->found, str_from(found));
    return false;
}

bool evidence_broken(struct evidence_reading *reading, enum evidence_fault fault,
                     const char *expected, const char *found)
{
    size_t line_no = 1;
    for (size_t i = 0; i < reading->line_at && i < reading->index.size; i++) {
        line_no += reading->index.bytes[i] == '\n';
    }
    return note(reading, fault, STR(EVIDENCE_INDEX), line_no, expected, found);
}

bool evidence_broken_file(struct evidence_reading *reading, enum evidence_fault fault,
                          struct str file, const char *expected, const char *found)
{
    return note(reading, fault, file, 0, expected, found);
}

void evidence_place(struct evidence_reading *reading, uint32_t device_no, uint64_t seq)
{
    if (reading->result->first_break.fault == EVIDENCE_FAULT_none) {
        reading->result->first_break.device_no = device_no;
        reading->result->first_break.seq = seq;
    }
}

const char *evidence_hex(struct evidence_reading *reading, const void *bytes, size_t size)
{
    char *hex = arena_alloc(reading->arena, 2 * size + 1);
    buf_to_hex(hex, bytes, size);
    return hex;
}

const char *evidence_number(struct evidence_reading *reading, uint64_t number)
{
    return str_format(reading->arena, "%" PRIu64, number);
}

/* ---- words ---- */

bool evidence_take_word(struct evidence_reading *reading, struct str *rest, struct str *word_out)
{
    return str_split(rest, ' ', word_out) && word_out->size > 0
               ? true
               : evidence_broken(reading, EVIDENCE_FAULT_line, "", "");
}

bool evidence_take_u64(struct evidence_reading *reading, struct str *rest, uint64_t max,
                       uint64_t *number_out)
{
    struct str word;
    int64_t number = 0;
    if (!evidence_take_word(reading, rest, &word)) {
        return false;
    }
    bool is_short = word.size == 1 || word.bytes[0] != '0'; /* one number has one form */
    if (!is_short || str_to_i64(word, &number) != OK || number < 0 || (uint64_t)number > max) {
        return evidence_broken(reading, EVIDENCE_FAULT_line, "", str_text(reading->arena, word));
    }
    *number_out = (uint64_t)number;
    return true;
}

bool evidence_take_u32(struct evidence_reading *reading, struct str *rest, uint32_t *number_out)
{
    uint64_t number = 0;
    if (!evidence_take_u64(reading, rest, UINT32_MAX, &number)) {
        return false;
    }
    *number_out = (uint32_t)number;
    return true;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool evidence_take_bytes(struct evidence_reading *reading, struct str *rest, void *bytes,
                         size_t size)
{
    struct str word;
    if (!evidence_take_word(reading, rest, &word)) {
        return false;
    }
    bool is_good = word.size == 2 * size;
    for (size_t i = 0; is_good && i < size; i++) {
        int high = hex_digit(word.bytes[2 * i]);
        int low = hex_digit(word.bytes[2 * i + 1]);
        is_good = high >= 0 && low >= 0;
        ((uint8_t *)bytes)[i] = (uint8_t)((unsigned)(high & 15) << 4 | (unsigned)(low & 15));
    }
    return is_good ? true : evidence_broken(reading, EVIDENCE_FAULT_line, "", "");
}

bool evidence_take_end(struct evidence_reading *reading, struct str rest)
{
    return rest.size == 0
               ? true
               : evidence_broken(reading, EVIDENCE_FAULT_line, "", str_text(reading->arena, rest));
}

bool evidence_take_key(struct evidence_reading *reading, struct str *rest,
                       const struct chain_public_key **key_out)
{
    uint32_t number = 0;
    if (!evidence_take_u32(reading, rest, &number)) {
        return false;
    }
    if (number == 0 || number > reading->key_count) {
        return evidence_broken(reading, EVIDENCE_FAULT_key_unknown,
                               evidence_number(reading, reading->key_count),
                               evidence_number(reading, number));
    }
    *key_out = &reading->keys[number - 1];
    return true;
}

/* ---- lines ---- */

/* Which lines may follow which; `part` never goes back. */
static const struct {
    const char *word;
    enum evidence_part part;
} orders[] = {
    {"doorstep-evidence", EVIDENCE_PART_head},
    {"case", EVIDENCE_PART_case},
    {"key", EVIDENCE_PART_keys},
    {"person", EVIDENCE_PART_keys},
    {"record", EVIDENCE_PART_keys},
    {"policy", EVIDENCE_PART_keys},
    {"device", EVIDENCE_PART_keys},
    {"chain", EVIDENCE_PART_chains},
    {"at", EVIDENCE_PART_chains},
    {"fact", EVIDENCE_PART_chains},
    {"signed", EVIDENCE_PART_chains},
    {"receipt", EVIDENCE_PART_chains},
    {"attachment", EVIDENCE_PART_files},
    {"lacking", EVIDENCE_PART_files},
    {"seal", EVIDENCE_PART_sealed},
};

/* The head and the case stand once, and behind every part but the chains comes the next. */
static bool is_in_order(const struct evidence_reading *reading, enum evidence_part part)
{
    switch (part) {
    case EVIDENCE_PART_head:
        return reading->line_at == 0;
    case EVIDENCE_PART_case:
        return reading->part == EVIDENCE_PART_head && reading->line_at > 0 &&
               reading->result->case_no == 0;
    case EVIDENCE_PART_keys:
        return reading->part == EVIDENCE_PART_case || reading->part == EVIDENCE_PART_keys;
    case EVIDENCE_PART_chains:
    case EVIDENCE_PART_files:
    case EVIDENCE_PART_sealed:
        return reading->key_count > 0 && reading->part <= part &&
               reading->part >= EVIDENCE_PART_keys && reading->part != EVIDENCE_PART_sealed;
    }
    UNREACHABLE();
}

static bool take_head(struct evidence_reading *reading, struct str rest)
{
    return str_is(rest, "1") ? true
                             : evidence_broken(reading, EVIDENCE_FAULT_format, "1",
                                               str_text(reading->arena, rest));
}

static bool dispatch(struct evidence_reading *reading, struct str word, struct str rest,
                     enum err *err)
{
    static const struct {
        const char *word;
        bool (*take)(struct evidence_reading *reading, struct str rest);
    } plain[] = {
        {"doorstep-evidence", take_head},   {"case", evidence_line_case},
        {"key", evidence_line_key},         {"person", evidence_line_person},
        {"device", evidence_line_device},   {"chain", evidence_line_chain},
        {"at", evidence_line_at},           {"fact", evidence_line_fact},
        {"signed", evidence_line_signed},   {"receipt", evidence_line_receipt},
        {"lacking", evidence_line_lacking}, {"seal", evidence_line_seal},
    };
    for (size_t i = 0; i < COUNT(plain); i++) {
        if (str_is(word, plain[i].word)) {
            return plain[i].take(reading, rest);
        }
    }
    if (str_is(word, "record")) {
        return evidence_line_record(reading, rest, err);
    }
    return str_is(word, "policy") ? evidence_line_policy(reading, rest, err)
                                  : evidence_line_attachment(reading, rest, err);
}

static bool take_line(struct evidence_reading *reading, struct str line, enum err *err)
{
    struct str rest = line;
    struct str word = {"", 0};
    (void)str_split(&rest, ' ', &word);
    if (reading->line_at == 0 && !str_is(word, "doorstep-evidence")) {
        return evidence_broken(reading, EVIDENCE_FAULT_format, "doorstep-evidence 1", "");
    }
    if (reading->part == EVIDENCE_PART_sealed) {
        return evidence_broken(reading, EVIDENCE_FAULT_after_seal, "", "");
    }
    for (size_t i = 0; i < COUNT(orders); i++) {
        if (!str_is(word, orders[i].word)) {
            continue;
        }
        enum evidence_part part = orders[i].part;
        if (!is_in_order(reading, part)) {
            return evidence_broken(reading, EVIDENCE_FAULT_order, "", orders[i].word);
        }
        if (part > EVIDENCE_PART_chains && !evidence_chain_end(reading)) {
            return false;
        }
        if (part >= EVIDENCE_PART_files) {
            evidence_place(reading, 0, 0);
        }
        reading->part = part;
        return dispatch(reading, word, rest, err);
    }
    return evidence_broken(reading, EVIDENCE_FAULT_line, "",
                           str_text(reading->arena, word.size < 32 ? word : STR("?")));
}

static void read_index(struct evidence_reading *reading, enum err *err)
{
    while (reading->line_at < reading->index.size) {
        const char *start = reading->index.bytes + reading->line_at;
        size_t left = reading->index.size - reading->line_at;
        const char *end = memchr(start, '\n', left);
        if (end == NULL) {
            (void)evidence_broken(reading, EVIDENCE_FAULT_text_cut, "", "");
            return;
        }
        if (!take_line(reading, (struct str){start, (size_t)(end - start)}, err)) {
            return;
        }
        reading->line_at += (size_t)(end - start) + 1;
    }
    if (reading->part != EVIDENCE_PART_sealed) {
        (void)evidence_broken(reading, EVIDENCE_FAULT_text_cut, "seal", "");
    }
}

enum err evidence_check(struct arena *arena, const struct evidence_source *source,
                        struct evidence_result *result_out)
{
    memset(result_out, 0, sizeof *result_out);
    struct evidence_reading *reading = ARENA_NEW(arena, struct evidence_reading);
    reading->arena = arena;
    reading->source = source;
    reading->result = result_out;
    reading->devices = ARENA_ARRAY(arena, EVIDENCE_DEVICES_MAX, struct evidence_device);
    enum err err = OK;
    if (evidence_read_file(reading, STR(EVIDENCE_INDEX), EVIDENCE_INDEX_SIZE_MAX, &reading->index,
                           &err)) {
        read_index(reading, &err);
    }
    TRY(err);
    if (result_out->first_break.fault == EVIDENCE_FAULT_none && source->fingerprint != NULL &&
        !result_out->is_fingerprint_met) {
        reading->line_at = reading->index.size;
        (void)evidence_broken_file(reading, EVIDENCE_FAULT_fingerprint, STR(EVIDENCE_INDEX),
                                   source->fingerprint, result_out->fingerprint);
    }
    return OK;
}
