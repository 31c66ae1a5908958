#include "tests/sync/proto/samples.h"

#include "sync/proto/slim.h"

/* The three facts as they stand on the wire after `before`. */
static struct wire_bytes slim_of(struct samples *samples, struct wire_bytes before)
{
    uint8_t *bytes = arena_alloc(&samples->arena, SAMPLE_EVENTS * LIMIT_event_size);
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, SAMPLE_EVENTS * LIMIT_event_size);
    struct slim slim;
    slim_start(&slim, samples->first_seq, before);
    for (size_t i = 0; i < SAMPLE_EVENTS; i++) {
        slim.seq = samples->first_seq + i;
        slim_write(&slim, &writer, samples->bodies[i]);
    }
    EXPECT_INT(OK, writer.err);
    return (struct wire_bytes){bytes, writer.size};
}

static void expect_back(struct samples *samples, struct wire_bytes before, struct wire_bytes bytes)
{
    struct buf_reader reader;
    struct slim slim;
    buf_reader_init(&reader, bytes.bytes, bytes.size);
    slim_start(&slim, samples->first_seq, before);
    for (size_t i = 0; i < SAMPLE_EVENTS; i++) {
        struct wire_bytes body;
        slim.seq = samples->first_seq + i;
        EXPECT_INT(WIRE_ok, slim_read(&samples->arena, &slim, &reader, &body));
        EXPECT_INT(samples->bodies[i].size, body.size);
        assert_memory_equal(samples->bodies[i].bytes, body.bytes, body.size);
    }
    EXPECT_INT(0, buf_left(&reader));
}

/* Goal: an offset costs its own bytes where it changes, and nothing where there is none. */
TEST(test_a_clock_offset_comes_back_and_is_cheap)
{
    static const struct {
        const char *name;
        int32_t offsets_s[SAMPLE_EVENTS];
        size_t more_count; /* than without offsets */
    } rows[] = {
        {"none", {0, 0, 0}, 0},
        {"a day ahead all along", {90000, 90000, 90000}, 6}, /* mask, quality, clock_offset */
        {"put right on the way", {90000, 90000, 0}, 9},
        {"a minute behind, last fact", {0, 0, -60}, 3},
        {"as far as it goes", {INT32_MIN, INT32_MIN, INT32_MAX}, 13},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct samples samples;
        samples_init(&samples);
        size_t plain_size = slim_of(&samples, samples.before.body).size;
        samples_offset(&samples, rows[i].offsets_s);
        struct wire_bytes bytes = slim_of(&samples, samples.before.body);
        expect_back(&samples, samples.before.body, bytes);
        EXPECT_ROW(rows[i].name, bytes.size <= plain_size + rows[i].more_count);
        samples_deinit(&samples);
    }
}

/* Earlier writers foretold nothing after a fact with an offset; their bytes are read for ever. */
TEST(test_nothing_is_foretold_from_a_fact_before_with_an_offset)
{
    struct samples samples;
    samples_init(&samples);
    struct wire_bytes alone = slim_of(&samples, (struct wire_bytes){NULL, 0});
    ds_Event event = sample_head(1763863200000 - 600000, 39);
    event.which_kind = ds_Event_visit_finished_tag;
    event.kind.visit_finished = (ds_VisitFinished){.outcome = 15, .dwell_s = 61};
    event.clock_offset_s = 90000;
    struct wire_bytes before = sample_body(&samples.arena, &event);
    struct wire_bytes after = slim_of(&samples, before);
    EXPECT_INT(alone.size, after.size);
    assert_memory_equal(alone.bytes, after.bytes, alone.size);
    expect_back(&samples, before, alone);
    samples_deinit(&samples);
}

/* A verbatim fact with an offset, as earlier tablets sent it, between two that are not. */
TEST(test_a_verbatim_offset_of_an_earlier_tablet_is_read)
{
    struct samples samples;
    samples_init(&samples);
    samples_offset(&samples, (const int32_t[]){0, 90000, 0});
    uint8_t bytes[SAMPLE_EVENTS * LIMIT_event_size];
    struct buf_writer writer;
    struct slim slim;
    buf_writer_init(&writer, bytes, sizeof bytes);
    slim_start(&slim, samples.first_seq, samples.before.body);
    slim_write(&slim, &writer, samples.bodies[0]);
    buf_write_u8(&writer, 64); /* MASK_verbatim: not remembered */
    buf_write_varint(&writer, samples.bodies[1].size);
    buf_write_bytes(&writer, samples.bodies[1].bytes, samples.bodies[1].size);
    slim.seq = samples.first_seq + 2;
    slim_write(&slim, &writer, samples.bodies[2]);
    expect_back(&samples, samples.before.body, (struct wire_bytes){bytes, writer.size});
    samples_deinit(&samples);
}
