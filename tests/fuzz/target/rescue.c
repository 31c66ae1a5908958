/* Pages of a damaged store, gone through cell by cell; what is a payload is taken for a record. And
 * the copy of which tablet it is, past its seal. */
#include "core/store/identity.h"
#include "core/store/rescue_cell.h"
#include "tests/fuzz/target.h"

enum { PAGE_SIZE = 4096 };

static void columns(const uint8_t *payload, size_t size)
{
    struct rescue_column found[RESCUE_CELL_COLUMNS_MAX];
    size_t count = 0;
    if (!rescue_cell_columns(payload, size, found, &count)) {
        return;
    }
    CHECK(count <= RESCUE_CELL_COLUMNS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (found[i].type == RESCUE_COLUMN_text || found[i].type == RESCUE_COLUMN_bytes) {
            CHECK(found[i].size <= size);
            CHECK(found[i].size == 0 ||
                  (found[i].bytes >= payload && found[i].bytes + found[i].size <= payload + size));
        }
    }
}

static void identity(struct arena *arena, const uint8_t *bytes, size_t size)
{
    struct rescue_found *found = ARENA_NEW(arena, struct rescue_found);
    found->arena = arena;
    bool is_read = identity_read(found, bytes, size, true);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        CHECK(!found->has_setting[i] || (is_read && identity_holds((enum setting)i)));
        CHECK(!found->has_setting[i] || found->settings[i].bytes.size <= size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    uint8_t *page = arena_alloc(&arena, PAGE_SIZE); /* zeroed */
    memcpy(page, bytes, size < PAGE_SIZE ? size : PAGE_SIZE);
    for (uint32_t number = 1; number <= 2; number++) {
        size_t count = rescue_cell_count(page, number);
        CHECK(count <= UINT16_MAX);
        for (size_t i = 0; i < count; i++) {
            struct rescue_cell cell;
            if (rescue_cell_read(page, number, i, &cell)) {
                CHECK(cell.payload >= page && cell.payload + cell.local_size <= page + PAGE_SIZE);
                columns(cell.payload, cell.local_size);
            }
        }
    }
    columns(bytes, size);
    identity(&arena, bytes, size);
    arena_deinit(&arena);
    return 0;
}
