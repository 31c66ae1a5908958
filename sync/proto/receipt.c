#include "sync/proto/receipt.h"

#include "core/base/buf.h"

#include <string.h>

enum { SIGNED_SIZE = 4 + 8 + 32 + 8 + 4 };

static const char PURPOSE[] = "receipt";

static void signed_bytes(uint8_t bytes[SIGNED_SIZE], const ds_Receipt *receipt)
{
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, SIGNED_SIZE);
    buf_write_u32(&writer, receipt->device_no);
    buf_write_u64(&writer, receipt->stored_seq);
    buf_write_bytes(&writer, receipt->link, sizeof receipt->link);
    buf_write_u64(&writer, receipt->stored_at_ms);
    buf_write_u32(&writer, receipt->level);
    CHECK(writer.err == OK && writer.size == SIGNED_SIZE);
}

void receipt_sign(ds_Receipt *receipt, const struct chain_secret_key *hq)
{
    uint8_t bytes[SIGNED_SIZE];
    signed_bytes(bytes, receipt);
    struct chain_signature signature = chain_sign(hq, PURPOSE, bytes, sizeof bytes);
    memcpy(receipt->signature, signature.bytes, sizeof receipt->signature);
}

enum wire receipt_verify(const ds_Receipt *receipt, uint32_t device_no,
                         const struct chain_public_key *hq)
{
    if (receipt->device_no != device_no) {
        return WIRE_wrong_device;
    }
    if (receipt->level != RECEIPT_LEVEL_stored && receipt->level != RECEIPT_LEVEL_safe) {
        return WIRE_malformed;
    }
    uint8_t bytes[SIGNED_SIZE];
    signed_bytes(bytes, receipt);
    struct chain_signature signature;
    memcpy(signature.bytes, receipt->signature, sizeof signature.bytes);
    return chain_verify(hq, PURPOSE, bytes, sizeof bytes, &signature) == OK ? WIRE_ok
                                                                            : WIRE_bad_signature;
}

enum wire receipt_check(const ds_Receipt *receipt, uint32_t device_no,
                        const struct chain_link *link, const struct chain_public_key *hq)
{
    TRY_WIRE(receipt_verify(receipt, device_no, hq));
    return memcmp(receipt->link, link->bytes, sizeof link->bytes) == 0 ? WIRE_ok : WIRE_bad_link;
}
