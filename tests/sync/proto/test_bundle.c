#include "sync/proto/bundle.h"
#include "tests/sync/proto/samples.h"

static struct wire_bytes text_bytes(const char *text)
{
    return (struct wire_bytes){(const uint8_t *)text, strlen(text)};
}

static const struct bundle_item ITEMS[] = {
    {BUNDLE_envelope, "2-00000000000000000042-0123456789abcdef.env", {(const uint8_t *)"abc", 3}},
    {BUNDLE_answer, "2-00000000000000000001-0123456789abcdef.ans", {(const uint8_t *)"", 0}},
    {77, "newer", {(const uint8_t *)"of a newer program", 18}},
    {BUNDLE_quarantined, "case_12", {(const uint8_t *)"x", 1}},
};

static struct wire_bytes sample_bundle(struct arena *arena)
{
    struct wire_bytes bytes;
    EXPECT_INT(WIRE_ok, bundle_write(arena, ITEMS, COUNT(ITEMS), &bytes));
    return bytes;
}

TEST(test_what_is_put_in_comes_out_in_order)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    struct bundle_item *items = NULL;
    size_t count = 0;
    EXPECT_INT(WIRE_ok, bundle_read(&arena, sample_bundle(&arena), &items, &count));
    EXPECT_INT(COUNT(ITEMS), count);
    for (size_t i = 0; i < count; i++) {
        EXPECT_INT(ITEMS[i].type, items[i].type);
        EXPECT_TEXT(ITEMS[i].name, items[i].name);
        EXPECT_INT(ITEMS[i].bytes.size, items[i].bytes.size);
        EXPECT(memcmp(ITEMS[i].bytes.bytes, items[i].bytes.bytes, items[i].bytes.size) == 0);
    }
    struct wire_bytes empty;
    EXPECT_INT(WIRE_ok, bundle_write(&arena, NULL, 0, &empty));
    EXPECT_INT(36, empty.size);
    EXPECT_INT(WIRE_ok, bundle_read(&arena, empty, &items, &count));
    EXPECT_INT(0, count);
    arena_deinit(&arena);
}

static enum wire read(struct arena *arena, const uint8_t *bytes, size_t size)
{
    struct bundle_item *items = NULL;
    size_t count = 0;
    uint8_t *exact = malloc(size + 1);
    memcpy(exact, bytes, size);
    enum wire wire = bundle_read(arena, (struct wire_bytes){exact, size}, &items, &count);
    free(exact);
    return wire;
}

TEST(test_no_cut_or_changed_bundle_is_taken)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    struct wire_bytes whole = sample_bundle(&arena);
    for (size_t size = 0; size < whole.size; size++) {
        EXPECT(read(&arena, whole.bytes, size) != WIRE_ok);
    }
    uint8_t *bytes = arena_copy(&arena, whole.bytes, whole.size);
    for (size_t at = 0; at < whole.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes[at] = (uint8_t)(whole.bytes[at] ^ 1U << bit);
            EXPECT(read(&arena, bytes, whole.size) != WIRE_ok);
        }
        bytes[at] = whole.bytes[at];
    }
    EXPECT_INT(WIRE_ok, read(&arena, bytes, whole.size));
    bytes[3] = '2';
    EXPECT_INT(WIRE_unknown_format, read(&arena, bytes, whole.size));
    bytes[0] = 'X';
    EXPECT_INT(WIRE_malformed, read(&arena, bytes, whole.size));
    arena_deinit(&arena);
}

/* The hash is no secret: whoever can write a file can make a true one over false items. */
TEST(test_items_are_checked_behind_a_true_hash)
{
    static const struct {
        const char *row;
        uint8_t bytes[16];
        size_t size;
        enum wire wire;
    } rows[] = {
        {"good", {1, 1, 'a', 1, 'x'}, 5, WIRE_ok},
        {"type 0", {0, 1, 'a', 1, 'x'}, 5, WIRE_malformed},
        {"no name", {1, 0, 1, 'x'}, 4, WIRE_malformed},
        {"a path", {1, 2, 'a', '/', 1, 'x'}, 6, WIRE_malformed},
        {"a dot file", {1, 2, '.', 'a', 1, 'x'}, 6, WIRE_malformed},
        {"a NUL", {1, 2, 'a', 0, 1, 'x'}, 6, WIRE_malformed},
        {"name past the end", {1, 9, 'a'}, 3, WIRE_truncated},
        {"long name", {1, 65, 'a'}, 3, WIRE_malformed},
        {"bytes past the end", {1, 1, 'a', 2, 'x'}, 5, WIRE_truncated},
        {"huge size", {1, 1, 'a', 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F}, 9, WIRE_truncated},
        {"padded size", {1, 1, 'a', 0x81, 0x00, 'x'}, 6, WIRE_malformed},
    };
    struct arena arena = {0};
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t bytes[64] = "DSB1";
        memcpy(bytes + 4, rows[i].bytes, rows[i].size);
        struct chain_hash hash = chain_hash(bytes, 4 + rows[i].size);
        memcpy(bytes + 4 + rows[i].size, hash.bytes, sizeof hash.bytes);
        EXPECT_ROW(rows[i].row, read(&arena, bytes, 4 + rows[i].size + 32) == rows[i].wire);
    }
    arena_deinit(&arena);
}

TEST(test_a_bundle_is_bounded)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    static uint8_t byte;
    struct bundle_item item = {BUNDLE_envelope, "a", {&byte, (size_t)BUNDLE_SIZE_MAX + 1}};
    struct wire_bytes bytes;
    EXPECT_INT(WIRE_too_long, bundle_write(&arena, &item, 1, &bytes));
    EXPECT_INT(WIRE_too_long, bundle_write(&arena, &item, (size_t)BUNDLE_ITEMS_MAX + 1, &bytes));
    struct bundle_item *items = NULL;
    size_t count = 0;
    item.bytes = text_bytes("abc");
    EXPECT_INT(WIRE_too_long,
               bundle_read(&arena, (struct wire_bytes){&byte, (size_t)BUNDLE_SIZE_MAX + 1}, &items,
                           &count));
    arena_deinit(&arena);
}
