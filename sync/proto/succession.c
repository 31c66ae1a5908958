#include "sync/proto/succession.h"

#include "core/base/buf.h"

#include <string.h>

enum { SIGNED_SIZE = 2 * CHAIN_PUBLIC_KEY_SIZE + 8 };

static const char PURPOSE[] = "succession";

static void signed_bytes(uint8_t bytes[SIGNED_SIZE], const struct succession *succession)
{
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, SIGNED_SIZE);
    buf_write_bytes(&writer, succession->from.bytes, sizeof succession->from.bytes);
    buf_write_bytes(&writer, succession->to.bytes, sizeof succession->to.bytes);
    buf_write_u64(&writer, (uint64_t)succession->at_ms);
    CHECK(writer.err == OK && writer.size == SIGNED_SIZE);
}

void succession_sign(struct succession *succession, const struct chain_secret_key *secret)
{
    uint8_t bytes[SIGNED_SIZE];
    signed_bytes(bytes, succession);
    succession->signature = chain_sign(secret, PURPOSE, bytes, sizeof bytes);
}

enum wire succession_check(const struct succession *succession)
{
    uint8_t bytes[SIGNED_SIZE];
    if (succession->at_ms < 0 ||
        memcmp(succession->from.bytes, succession->to.bytes, sizeof succession->to.bytes) == 0) {
        return WIRE_malformed;
    }
    signed_bytes(bytes, succession);
    return chain_verify(&succession->from, PURPOSE, bytes, sizeof bytes, &succession->signature) ==
                   OK
               ? WIRE_ok
               : WIRE_bad_signature;
}
