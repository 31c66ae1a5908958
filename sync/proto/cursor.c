#include "sync/proto/cursor.h"

#include "core/base/buf.h"
#include "core/event/chain.h"

uint64_t cursor_row_digest(uint64_t case_no, uint64_t feed_seq)
{
    uint8_t bytes[16];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u64(&writer, case_no);
    buf_write_u64(&writer, feed_seq);
    return chain_short_hash(bytes, writer.size);
}

uint32_t cursor_check(uint64_t cursor, uint32_t tag, uint64_t digest)
{
    if (cursor == 0) {
        return 0;
    }
    uint8_t bytes[20];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u64(&writer, cursor);
    buf_write_u32(&writer, tag);
    buf_write_u64(&writer, digest);
    uint32_t check = (uint32_t)chain_short_hash(bytes, writer.size) & 0xFFFFU;
    return check == 0 ? 1 : check;
}
