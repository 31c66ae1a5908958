#include "sync/evidence/evidence_write.h"

#include "core/base/buf.h"
#include "sync/evidence/evidence_private.h"
#include "sync/proto/chunk.h"
#include "sync/proto/introduce.h"
#include "sync/proto/receipt.h"
#include "sync/proto/succession.h"

#include <inttypes.h>
#include <string.h>

static void add_hex(struct evidence_writer *writer, const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    str_add_char(&writer->text, ' ');
    for (size_t i = 0; i < size; i++) {
        str_add_char(&writer->text, digits[((const uint8_t *)bytes)[i] >> 4]);
        str_add_char(&writer->text, digits[((const uint8_t *)bytes)[i] & 15]);
    }
}

static void add_keys(struct evidence_writer *writer)
{
    const struct keyring *ring = writer->ring;
    for (size_t i = 0; i < ring->count; i++) {
        const struct keyring_key *key = &ring->items[i];
        str_add_format(&writer->text, "key %zu", i + 1);
        add_hex(writer, key->keys.public_key.bytes, sizeof key->keys.public_key.bytes);
        str_add_format(&writer->text, " %" PRId64, key->made_at_ms);
        if (i > 0) {
            struct succession succession = {.from = ring->items[i - 1].keys.public_key,
                                            .to = key->keys.public_key,
                                            .at_ms = key->made_at_ms};
            succession_sign(&succession, &ring->items[i - 1].keys.secret_key);
            add_hex(writer, succession.signature.bytes, sizeof succession.signature.bytes);
        }
        str_add_char(&writer->text, '\n');
    }
}

void evidence_write_start(struct evidence_writer *writer, struct arena *arena, uint64_t case_no,
                          int64_t made_at_ms, const struct keyring *ring)
{
    CHECK(case_no != 0 && ring->count > 0);
    writer->ring = ring;
    str_builder_init(&writer->text, arena);
    str_add_format(&writer->text, "doorstep-evidence %d\ncase %" PRIu64 " %" PRId64 "\n",
                   EVIDENCE_FORMAT, case_no, made_at_ms);
    add_keys(writer);
}

void evidence_write_person(struct evidence_writer *writer, uint32_t person_no, struct str name)
{
    str_add_format(&writer->text, "person %" PRIu32 " ", person_no);
    for (size_t i = 0; i < name.size; i++) {
        bool is_control = (unsigned char)name.bytes[i] < ' ';
        str_add_char(&writer->text, is_control ? ' ' : name.bytes[i]);
    }
    str_add_char(&writer->text, '\n');
}

void evidence_write_record(struct evidence_writer *writer, struct str record)
{
    struct chain_hash hash = chain_hash(record.bytes, record.size);
    str_add_format(&writer->text, "record %zu", record.size);
    add_hex(writer, hash.bytes, sizeof hash.bytes);
    str_add_char(&writer->text, '\n');
}

void evidence_write_policy(struct evidence_writer *writer, uint64_t hash, size_t size,
                           const char *file)
{
    uint8_t bytes[8];
    struct buf_writer out;
    buf_writer_init(&out, bytes, sizeof bytes);
    buf_write_u64(&out, hash);
    CHECK(evidence_is_file_name(str_from(file)));
    str_add_text(&writer->text, "policy");
    add_hex(writer, bytes, sizeof bytes);
    str_add_format(&writer->text, " %zu %s\n", size, file);
}

void evidence_write_device(struct evidence_writer *writer, uint32_t device_no,
                           const struct chain_public_key *key, uint32_t person_no,
                           uint32_t branch_no, int64_t at_ms)
{
    struct certificate certificate = {.device_no = device_no,
                                      .person_no = person_no,
                                      .branch_no = branch_no,
                                      .public_key = *key,
                                      .hq_at_ms = at_ms};
    certificate_sign(&certificate, &keyring_newest(writer->ring)->secret_key);
    str_add_format(&writer->text, "device %" PRIu32, device_no);
    add_hex(writer, key->bytes, sizeof key->bytes);
    str_add_format(&writer->text, " %" PRIu32 " %" PRIu32 " %" PRId64 " %zu", person_no, branch_no,
                   at_ms, writer->ring->count);
    add_hex(writer, certificate.signature.bytes, sizeof certificate.signature.bytes);
    str_add_char(&writer->text, '\n');
}

void evidence_write_chain(struct evidence_writer *writer, uint32_t device_no, uint32_t strand)
{
    str_add_format(&writer->text, "chain %" PRIu32 " %" PRIu32 "\n", device_no, strand);
}

void evidence_write_at(struct evidence_writer *writer, uint64_t seq, const struct chain_link *link)
{
    str_add_format(&writer->text, "at %" PRIu64, seq);
    add_hex(writer, link->bytes, sizeof link->bytes);
    str_add_char(&writer->text, '\n');
}

void evidence_write_fact(struct evidence_writer *writer, uint64_t seq, uint32_t origin_no,
                         struct str body)
{
    str_add_format(&writer->text, "fact %" PRIu64 " %" PRIu32, seq, origin_no);
    add_hex(writer, body.bytes, body.size);
    str_add_char(&writer->text, '\n');
}

void evidence_write_signed(struct evidence_writer *writer, struct str status_hash,
                           struct str signature)
{
    str_add_text(&writer->text, "signed");
    add_hex(writer, status_hash.bytes, status_hash.size);
    add_hex(writer, signature.bytes, signature.size);
    str_add_char(&writer->text, '\n');
}

void evidence_write_receipt(struct evidence_writer *writer, uint32_t device_no, uint64_t seq,
                            const struct chain_link *link, int64_t stored_at_ms)
{
    ds_Receipt receipt = {.device_no = device_no,
                          .stored_seq = seq,
                          .stored_at_ms = (uint64_t)stored_at_ms,
                          .level = RECEIPT_LEVEL_stored};
    memcpy(receipt.link, link->bytes, sizeof receipt.link);
    receipt_sign(&receipt, &keyring_newest(writer->ring)->secret_key);
    str_add_format(&writer->text, "receipt %zu %" PRIu64, writer->ring->count, seq);
    add_hex(writer, receipt.link, sizeof receipt.link);
    str_add_format(&writer->text, " %" PRId64 " %d", stored_at_ms, (int)RECEIPT_LEVEL_stored);
    add_hex(writer, receipt.signature, sizeof receipt.signature);
    str_add_char(&writer->text, '\n');
}

void evidence_write_attachment(struct evidence_writer *writer, uint32_t device_no,
                               const struct chain_hash *hash, uint32_t size, int64_t stored_at_ms,
                               uint32_t level, const char *file)
{
    ds_Held held = {.size = size, .stored_at_ms = (uint64_t)stored_at_ms, .level = level};
    memcpy(held.hash, hash->bytes, sizeof held.hash);
    held_sign(&held, device_no, &keyring_newest(writer->ring)->secret_key);
    CHECK(evidence_is_file_name(str_from(file)));
    str_add_format(&writer->text, "attachment %" PRIu32, device_no);
    add_hex(writer, hash->bytes, sizeof hash->bytes);
    str_add_format(&writer->text, " %" PRIu32 " %" PRId64 " %" PRIu32 " %zu", size, stored_at_ms,
                   level, writer->ring->count);
    add_hex(writer, held.signature, sizeof held.signature);
    str_add_format(&writer->text, " %s\n", file);
}

void evidence_write_lacking(struct evidence_writer *writer, const struct chain_hash *hash,
                            uint32_t size)
{
    str_add_text(&writer->text, "lacking");
    add_hex(writer, hash->bytes, sizeof hash->bytes);
    str_add_format(&writer->text, " %" PRIu32 "\n", size);
}

struct str evidence_write_seal(struct evidence_writer *writer)
{
    struct str text = str_built(&writer->text);
    struct chain_hash hash = chain_hash(text.bytes, text.size);
    struct chain_signature signature = chain_sign(&keyring_newest(writer->ring)->secret_key,
                                                  EVIDENCE_PURPOSE, hash.bytes, sizeof hash.bytes);
    str_add_format(&writer->text, "seal %zu", writer->ring->count);
    add_hex(writer, signature.bytes, sizeof signature.bytes);
    str_add_char(&writer->text, '\n');
    return str_built(&writer->text);
}
