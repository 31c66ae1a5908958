#include "core/rules/law_image.h"

#include "core/rules/verdict.h"

#include <sodium.h>
#include <string.h>

/* Header: magic[8], u32 size, record, zone, transition and word counts, text size, version,
 * expiry day, count of facts known to the compiler, zone of the profile, profile[16], tzdb[16],
 * extends[16], zero to the end. */
static const char magic[8] = {'D', 'S', 'L', 'A', 'W', '0', '0', '1'};
static const char purpose[] = "policy image";

/* Written out: compilers make one load of each, and every judgement reads a hundred records. */
static uint16_t get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static uint32_t get32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static int64_t get64(const uint8_t *bytes)
{
    return (int64_t)((uint64_t)get32(bytes) | (uint64_t)get32(bytes + 4) << 32);
}

static void put(uint8_t *bytes, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

struct law_record law_record_read(const uint8_t bytes[LAW_RECORD_SIZE])
{
    return (struct law_record){
        .rule = get16(bytes),
        .kind = bytes[2],
        .severity = bytes[3],
        .unknown_severity = bytes[4],
        .override = bytes[5],
        .stages = bytes[6],
        .channels = bytes[7],
        .obligations = get16(bytes + 8),
        .consent_fact = get16(bytes + 10),
        .from_day = (int32_t)get32(bytes + 12),
        .to_day = (int32_t)get32(bytes + 16),
        .fact_a = get16(bytes + 20),
        .fact_b = get16(bytes + 22),
        .p0 = get64(bytes + 24),
        .p1 = get64(bytes + 32),
        .if_mask = get32(bytes + 40),
        .if_fact = get32(bytes + 44),
        .roles = get16(bytes + 48),
        .part = get16(bytes + 50),
        .unless_flags = get32(bytes + 52),
        .flags = get32(bytes + 56),
        .source = get16(bytes + 60),
    };
}

void law_record_write(uint8_t bytes[LAW_RECORD_SIZE], const struct law_record *record)
{
    memset(bytes, 0, LAW_RECORD_SIZE);
    put(bytes, 2, record->rule);
    bytes[2] = record->kind;
    bytes[3] = record->severity;
    bytes[4] = record->unknown_severity;
    bytes[5] = record->override;
    bytes[6] = record->stages;
    bytes[7] = record->channels;
    put(bytes + 8, 2, record->obligations);
    put(bytes + 10, 2, record->consent_fact);
    put(bytes + 12, 4, (uint32_t)record->from_day);
    put(bytes + 16, 4, (uint32_t)record->to_day);
    put(bytes + 20, 2, record->fact_a);
    put(bytes + 22, 2, record->fact_b);
    put(bytes + 24, 8, (uint64_t)record->p0);
    put(bytes + 32, 8, (uint64_t)record->p1);
    put(bytes + 40, 4, record->if_mask);
    put(bytes + 44, 4, record->if_fact);
    put(bytes + 48, 2, record->roles);
    put(bytes + 50, 2, record->part);
    put(bytes + 52, 4, record->unless_flags);
    put(bytes + 56, 4, record->flags);
    put(bytes + 60, 2, record->source);
}

void law_head_write(uint8_t bytes[LAW_HEAD_SIZE], const struct law_image_head *head)
{
    memset(bytes, 0, LAW_HEAD_SIZE);
    memcpy(bytes, magic, sizeof magic);
    size_t size = LAW_HEAD_SIZE + (size_t)head->record_count * LAW_RECORD_SIZE +
                  (size_t)head->zone_count * LAW_ZONE_ROW_SIZE +
                  (size_t)head->transition_count * LAW_TRANSITION_SIZE +
                  (size_t)head->word_count * LAW_WORD_SIZE + head->text_size + LAW_TAIL_SIZE;
    const uint32_t numbers[] = {
        (uint32_t)size,   head->record_count, head->zone_count, head->transition_count,
        head->word_count, head->text_size,    head->version,    (uint32_t)head->expires_day,
        LAW_FACT_COUNT,   head->zone,
    };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        put(bytes + 8 + 4 * i, 4, numbers[i]);
    }
    str_copy((char *)bytes + 48, LAW_PROFILE_SIZE, str_from(head->profile));
    str_copy((char *)bytes + 64, LAW_PROFILE_SIZE, str_from(head->tzdb));
    str_copy((char *)bytes + 80, LAW_PROFILE_SIZE, str_from(head->extends));
}

void law_tail_write(uint8_t *bytes, size_t size, const struct chain_secret_key *key)
{
    CHECK(size > LAW_TAIL_SIZE);
    uint8_t *tail = bytes + size - LAW_TAIL_SIZE;
    crypto_hash_sha256(tail, bytes, size - LAW_TAIL_SIZE);
    struct chain_signature signature = chain_sign(key, purpose, tail, 32);
    memcpy(tail + 32, signature.bytes, sizeof signature.bytes);
}

/* ---- opening ---- */

static enum err take_head(const uint8_t *bytes, size_t size, struct law_image *image)
{
    if (size < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0) {
        return ERR_unknown_version;
    }
    if (size < LAW_HEAD_SIZE + LAW_TAIL_SIZE || size > LAW_IMAGE_SIZE_MAX ||
        get32(bytes + 8) != size) {
        return ERR_corrupt;
    }
    uint8_t hash[32];
    crypto_hash_sha256(hash, bytes, size - LAW_TAIL_SIZE);
    if (memcmp(hash, bytes + size - LAW_TAIL_SIZE, sizeof hash) != 0) {
        return ERR_corrupt;
    }
    *image = (struct law_image){
        .bytes = bytes,
        .size = size,
        .record_count = get32(bytes + 12),
        .zone_count = get32(bytes + 16),
        .transition_count = get32(bytes + 20),
        .word_count = get32(bytes + 24),
        .text_size = get32(bytes + 28),
        .version = get32(bytes + 32),
        .expires_day = (int32_t)get32(bytes + 36),
        .zone = get16(bytes + 44),
    };
    if (get32(bytes + 40) > LAW_FACT_COUNT) {
        return ERR_unknown_version; /* it reads facts that this program cannot give */
    }
    memcpy(image->profile, bytes + 48, LAW_PROFILE_SIZE);
    memcpy(image->tzdb, bytes + 64, LAW_PROFILE_SIZE);
    memcpy(image->extends, bytes + 80, LAW_PROFILE_SIZE);
    memcpy(image->hash, hash, sizeof hash);
    bool is_ended = image->profile[LAW_PROFILE_SIZE - 1] == '\0' &&
                    image->tzdb[LAW_PROFILE_SIZE - 1] == '\0' &&
                    image->extends[LAW_PROFILE_SIZE - 1] == '\0';
    return is_ended && image->profile[0] != '\0' ? OK : ERR_malformed;
}

/* Where the parts lie; they fill the image exactly. */
static enum err take_parts(struct law_image *image)
{
    if (image->record_count > LAW_RECORDS_MAX || image->zone_count > LAW_ZONES_MAX ||
        image->zone_count == 0 || image->zone >= image->zone_count ||
        image->transition_count > LAW_IMAGE_SIZE_MAX || image->word_count > LAW_IMAGE_SIZE_MAX ||
        image->text_size > LAW_IMAGE_SIZE_MAX || image->text_size == 0) {
        return ERR_malformed;
    }
    size_t at = LAW_HEAD_SIZE;
    image->records = image->bytes + at;
    at += image->record_count * LAW_RECORD_SIZE;
    image->zones = image->bytes + at;
    at += image->zone_count * LAW_ZONE_ROW_SIZE;
    image->transitions = image->bytes + at;
    at += image->transition_count * LAW_TRANSITION_SIZE;
    image->words = image->bytes + at;
    at += image->word_count * LAW_WORD_SIZE;
    image->text = (const char *)image->bytes + at;
    at += image->text_size;
    if (at + LAW_TAIL_SIZE != image->size || image->text[image->text_size - 1] != '\0') {
        return ERR_malformed;
    }
    return OK;
}

static bool fact_is_known(uint32_t fact)
{
    return fact < LAW_FACT_COUNT;
}

static bool record_makes_sense(const struct law_image *image, const struct law_record *record)
{
    bool has_words =
        *law_word_name(LAW_LIST_kind, record->kind) != '\0' &&
        law_rule_order(record->rule) < law_rule_count() && record->severity <= SEVERITY_block &&
        record->unknown_severity <= SEVERITY_block && record->override <= LAW_OVERRIDE_supervisor;
    bool has_facts = fact_is_known(record->fact_a) && fact_is_known(record->fact_b) &&
                     fact_is_known(record->if_fact) && fact_is_known(record->consent_fact);
    bool has_source = record->source < image->text_size && image->text[record->source] >= '0' &&
                      image->text[record->source] <= '0' + LAW_CONFIDENCE_unconfirmed;
    /* Numbers that are added to days and times below stay far from overflow. */
    int64_t far = INT64_C(1) << 53;
    bool is_near = record->p0 > -far && record->p0 < far && record->p1 > -far && record->p1 < far;
    bool is_window = record->kind != LAW_KIND_TW ||
                     (record->p0 >= 0 && record->p0 < record->p1 && record->p1 <= 86400);
    bool is_span =
        (record->kind != LAW_KIND_COOL && record->kind != LAW_KIND_RATE &&
         record->kind != LAW_KIND_RETAIN) ||
        (record->p0 >= 0 && record->p1 >= 0 && record->p0 < 100000 && record->p1 < 100000);
    return has_words && has_facts && has_source && is_near && is_window && is_span;
}

static enum err check_records(const struct law_image *image)
{
    size_t order = 0;
    for (size_t i = 0; i < image->record_count; i++) {
        struct law_record record = law_record_read(image->records + i * LAW_RECORD_SIZE);
        if (!record_makes_sense(image, &record)) {
            return ERR_malformed;
        }
        size_t next = law_rule_order(record.rule);
        if (next < order) {
            return ERR_malformed;
        }
        order = next;
    }
    return OK;
}

static enum err check_zones(const struct law_image *image)
{
    for (size_t i = 0; i < image->zone_count; i++) {
        const uint8_t *row = image->zones + i * LAW_ZONE_ROW_SIZE;
        size_t first = get32(row + 32);
        size_t count = get32(row + 36);
        if (row[LAW_ZONE_SIZE - 1] != 0 || first > image->transition_count ||
            count > image->transition_count - first) {
            return ERR_malformed;
        }
        int32_t offset = (int32_t)get32(row + 40);
        int64_t before = INT64_MIN;
        for (size_t t = 0; t <= count; t++) {
            if (offset < -86400 || offset > 86400) {
                return ERR_malformed;
            }
            if (t < count) {
                const uint8_t *change = image->transitions + (first + t) * LAW_TRANSITION_SIZE;
                if (get64(change) <= before) {
                    return ERR_malformed;
                }
                before = get64(change);
                offset = (int32_t)get32(change + 8);
            }
        }
    }
    return OK;
}

/* A node: byte, is_end, u16 first child, u16 next sibling; links only go forward. */
static enum err check_words(const struct law_image *image)
{
    for (size_t i = 0; i < image->word_count; i++) {
        const uint8_t *node = image->words + i * LAW_WORD_SIZE;
        size_t child = get16(node + 2);
        size_t sibling = get16(node + 4);
        if ((child != 0 && (child <= i || child >= image->word_count)) ||
            (sibling != 0 && (sibling <= i || sibling >= image->word_count))) {
            return ERR_malformed;
        }
    }
    return OK;
}

enum err law_image_open(const void *bytes, size_t size, struct law_image *image_out)
{
    struct law_image image;
    TRY(take_head(bytes, size, &image));
    TRY(take_parts(&image));
    TRY(check_zones(&image));
    TRY(check_words(&image));
    TRY(check_records(&image));
    *image_out = image;
    return OK;
}

enum err law_image_accept(const void *bytes, size_t size, const struct chain_public_key *key,
                          const struct law_image *held, int32_t today, struct law_image *image_out)
{
    struct law_image image;
    TRY(take_head(bytes, size, &image));
    struct chain_signature signature;
    memcpy(signature.bytes, image.bytes + size - CHAIN_SIGNATURE_SIZE, sizeof signature.bytes);
    TRY(chain_verify(key, purpose, image.hash, sizeof image.hash, &signature));
    TRY(law_image_open(bytes, size, &image));
    if (image.expires_day < today) {
        return ERR_expired;
    }
    if (held != NULL &&
        (image.version < held->version || strcmp(image.profile, held->profile) != 0)) {
        return ERR_not_allowed;
    }
    *image_out = image;
    return OK;
}

const char *law_image_fault_key(enum err err)
{
    static const struct {
        enum err err;
        const char *key;
    } rows[] = {
        {ERR_unknown_version, "law_image.format"}, {ERR_corrupt, "law_image.corrupt"},
        {ERR_malformed, "law_image.malformed"},    {ERR_bad_signature, "law_image.signature"},
        {ERR_expired, "law_image.expired"},        {ERR_not_allowed, "law_image.rolled_back"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].err == err) {
            return rows[i].key;
        }
    }
    return "law_image.malformed";
}

/* ---- reading ---- */

size_t law_image_count(const struct law_image *image)
{
    size_t count = 0;
    for (; image != NULL; image = image->closer) {
        count += image->record_count;
    }
    return count;
}

struct law_record law_image_record(const struct law_image *image, size_t index)
{
    uint8_t link = 0;
    while (index >= image->record_count) {
        CHECK(image->closer != NULL);
        index -= image->record_count;
        image = image->closer;
        link++;
    }
    struct law_record record = law_record_read(image->records + index * LAW_RECORD_SIZE);
    record.link = link;
    return record;
}

static const char *text_of(const struct law_image *image, const struct law_record *record)
{
    for (uint8_t link = 0; link < record->link; link++) {
        CHECK(image->closer != NULL);
        image = image->closer;
    }
    return image->text + record->source;
}

enum law_confidence law_image_confidence(const struct law_image *image,
                                         const struct law_record *record)
{
    return (enum law_confidence)(text_of(image, record)[0] - '0');
}

const char *law_image_source(const struct law_image *image, const struct law_record *record)
{
    return text_of(image, record) + 1;
}
