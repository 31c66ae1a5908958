#include "tests/lib/test.h"

#include "core/base/buf.h"
#include "core/base/id.h"

TEST(test_numbers_survive_writing_and_reading)
{
    static const uint64_t values[] = {
        0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX / 2, UINT64_MAX};
    for (size_t i = 0; i < COUNT(values); i++) {
        uint8_t bytes[64];
        struct buf_writer writer;
        buf_writer_init(&writer, bytes, sizeof bytes);
        buf_write_u8(&writer, (uint8_t)values[i]);
        buf_write_u32(&writer, (uint32_t)values[i]);
        buf_write_u64(&writer, values[i]);
        buf_write_varint(&writer, values[i]);
        EXPECT_OK(writer.err);
        struct buf_reader reader;
        buf_reader_init(&reader, bytes, writer.size);
        EXPECT(buf_read_u8(&reader) == (uint8_t)values[i]);
        EXPECT(buf_read_u32(&reader) == (uint32_t)values[i]);
        EXPECT(buf_read_u64(&reader) == values[i]);
        EXPECT(buf_read_varint(&reader) == values[i]);
        EXPECT_OK(buf_reader_done(&reader));
    }
}

TEST(test_cut_input_is_an_error_at_every_length_and_stays_one)
{
    uint8_t bytes[24];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u64(&writer, 7);
    buf_write_varint(&writer, 300);
    buf_write_bytes(&writer, "abc", 3);
    for (size_t size = 0; size < writer.size; size++) {
        struct buf_reader reader;
        buf_reader_init(&reader, bytes, size);
        buf_read_u64(&reader);
        buf_read_varint(&reader);
        EXPECT(buf_read_bytes(&reader, 3) == NULL);
        EXPECT_ERR(ERR_truncated, buf_reader_done(&reader));
        EXPECT(buf_read_u8(&reader) == 0);
    }
}

TEST(test_a_varint_has_one_form_only)
{
    static const struct {
        const char *name;
        uint8_t bytes[11];
        size_t size;
    } rows[] = {
        {"padded zero", {0x80, 0x00}, 2},
        {"padded one", {0x81, 0x80, 0x00}, 3},
        {"over 64 bits", {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02}, 10},
        {"eleven bytes", {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}, 11},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf_reader reader;
        buf_reader_init(&reader, rows[i].bytes, rows[i].size);
        buf_read_varint(&reader);
        EXPECT_ROW(rows[i].name, reader.err == ERR_malformed);
    }
}

TEST(test_a_full_buffer_takes_nothing_more)
{
    uint8_t bytes[4] = {0};
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u32(&writer, 0x01020304);
    EXPECT_OK(writer.err);
    buf_write_u8(&writer, 9);
    EXPECT_ERR(ERR_too_long, writer.err);
    EXPECT_INT(4, writer.size);
}

TEST(test_hex_and_ids_survive_and_refuse_other_text)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 5);
    struct id id = id_random(&rng);
    char text[ID_TEXT_SIZE];
    id_to_text(text, &id);
    struct id again;
    EXPECT_OK(id_from_text(&again, text));
    EXPECT(id_equal(&id, &again) && !id_is_zero(&id));
    for (size_t i = 0; i < 32; i++) {
        char kept = text[i];
        text[i] = 'g';
        EXPECT_ERR(ERR_malformed, id_from_text(&again, text));
        text[i] = '\0';
        EXPECT_ERR(ERR_malformed, id_from_text(&again, text));
        text[i] = kept;
    }
}
