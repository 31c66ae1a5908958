#include "tests/core/store/damaged_store.h"

/* Goal: whatever is done to the blocks of a damaged store, every fact whose bytes lie in a block
 * that still opens is in the new one, under its number and id; none is invented, none is twice; a
 * number without its fact says so. What "lies in a block" is asked of the opened blocks
 * themselves, not of the reader of pages. */

static bool is_same_file(struct fault_disk *disk, const char *a, const uint8_t *bytes, size_t size)
{
    const struct fault_file *file = fault_disk_file(disk, a);
    return file != NULL && file->size == size && memcmp(file->bytes, bytes, size) == 0;
}

enum way { WAY_flip, WAY_zero, WAY_swap, WAY_cut, WAY_older, WAY_COUNT };
static const char *const way_names[] = {"flip", "zero", "swap", "cut", "older"};

static void spoil(struct fault_file *file, enum way way, size_t head, size_t unit, size_t number,
                  const struct fault_file *older)
{
    uint8_t *at = file->bytes + head + number * unit;
    size_t other =
        head + (number * unit + unit + unit <= file->size - head ? number + 1 : 0) * unit;
    uint8_t kept[FRAME];
    switch (way) {
    case WAY_flip:
        at[number * 53 % unit] ^= 0x20;
        break;
    case WAY_zero:
        memset(at, 0, unit);
        break;
    case WAY_swap:
        memcpy(kept, at, unit);
        memcpy(at, file->bytes + other, unit);
        memcpy(file->bytes + other, kept, unit);
        break;
    case WAY_cut:
        file->size = head + number * unit + unit / 3;
        break;
    case WAY_older:
        if (older != NULL && head + (number + 1) * unit <= older->size) {
            memcpy(at, older->bytes + head + number * unit, unit);
        }
        break;
    case WAY_COUNT:
        break;
    }
}

/* One damage, one rescue, all promises. */
static void try_one(const char *row, struct damaged *d, uint64_t *saved_total)
{
    bool expected[NOTES + 1] = {false};
    struct fault_disk was = {0};
    struct arena_mark mark = arena_mark(&d->memory.arena);
    look_at_blocks(d);
    for (uint64_t seq = 1; seq <= NOTES; seq++) {
        /* A long one stands in two blocks; what is promised of it is below. */
        expected[seq] =
            d->notes[seq].size < 900 && lies_intact(d, d->notes[seq].body, d->notes[seq].size);
    }
    fault_disk_copy(&was, &d->memory.disk);
    enum err err = store_rescue(&d->memory.options, 1700009000000);
    /* Who it is and its keys stand beside the file, too: only where nothing at all opens is there
     * nothing to save. */
    EXPECT_ROW(row, err == OK || (d->intact_size == 0 && err == ERR_wrong_key));
    if (err != OK) { /* untouched */
        const struct fault_file *file = fault_disk_file(&was, "device.db");
        EXPECT_ROW(row, is_same_file(&d->memory.disk, "device.db", file->bytes, file->size));
    } else {
        const struct fault_file *file = fault_disk_file(&was, "device.db");
        EXPECT_ROW(row,
                   is_same_file(&d->memory.disk, "device.db.damaged-1", file->bytes, file->size));
        enum err open_err = store_open(&d->memory.arena, &d->memory.options, &d->memory.store);
        EXPECT_ROW(row, open_err == OK);
        if (open_err == OK) {
            *saved_total += check_journal(row, d, expected);
        }
        store_close(&d->memory.store);
    }
    fault_disk_free(&was);
    arena_rollback(&d->memory.arena, mark);
}

static void try_all(struct damaged *d, const char *name, size_t head, size_t unit, size_t stride)
{
    uint64_t saved_total = 0;
    size_t try_count = 0;
    size_t count = (fault_disk_file(&d->base, name)->size - head) / unit;
    EXPECT(count > 5);
    for (size_t number = 0; number < count; number++) {
        for (int way = 0; way < WAY_COUNT; way++) {
            if ((number * WAY_COUNT + (size_t)way) % stride != 0) {
                continue;
            }
            char row[64];
            snprintf(row, sizeof row, "%s %s %zu", way_names[way], name, number);
            fault_disk_copy(&d->memory.disk, &d->base);
            spoil(fault_disk_file(&d->memory.disk, name), (enum way)way, head, unit, number,
                  fault_disk_file(&d->older, name));
            try_one(row, d, &saved_total);
            try_count++;
        }
    }
    /* Most of them lie elsewhere, each time. */
    EXPECT(saved_total > try_count * NOTES / 2);
}

static size_t stride_of(size_t usual)
{
    const char *faults = getenv("DOORSTEP_FAULTS");
    return faults != NULL && strcmp(faults, "all") == 0 ? 1 : usual;
}

TEST(test_a_fact_in_a_page_that_opens_is_saved_whatever_became_of_the_others)
{
    struct damaged *d = open_damaged(false);
    try_all(d, "device.db", 0, PAGE, stride_of(11));
    close_damaged(d);
}

TEST(test_a_fact_in_a_frame_of_the_log_that_opens_is_saved)
{
    struct damaged *d = open_damaged(true);
    try_all(d, "device.db-wal", 32, FRAME, stride_of(43));
    close_damaged(d);
}

/* Nothing is damaged: everything comes along. */
TEST(test_a_whole_store_comes_out_as_it_was)
{
    for (int has_log = 0; has_log < 2; has_log++) {
        struct damaged *d = open_damaged(has_log != 0);
        struct memory_store *memory = &d->memory;
        bool expected[NOTES + 1];
        memset(expected, 1, sizeof expected);
        for (int64_t time = 1; time <= 4; time++) {
            struct store_draft draft;
            struct str bytes;
            int64_t count = 0;
            EXPECT_OK(store_rescue(&memory->options, 1700009000000));
            EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
            EXPECT_OK(store_draft_get(memory->store, &memory->arena, "visit", &draft));
            EXPECT(str_is(draft.bytes, "half a visit"));
            EXPECT_OK(store_setting_bytes(memory->store, &memory->arena, SETTING_device_secret_key,
                                          &bytes));
            EXPECT(bytes.size == sizeof secret && memcmp(bytes.bytes, secret, bytes.size) == 0);
            for (size_t i = 0; i < COUNT(numbers); i++) {
                EXPECT_OK(store_setting_number(memory->store, numbers[i].setting, 5, &count));
                EXPECT(count == numbers[i].value);
            }
            EXPECT_OK(store_setting_number(memory->store, SETTING_rescue_count, 0, &count));
            EXPECT_INT(time, count);
            if (time == 1) {
                EXPECT_INT(NOTES, check_journal("whole", d, expected));
            }
            store_close(&memory->store);
        }
        /* The last two copies stay. */
        EXPECT(fault_disk_file(&memory->disk, "device.db.damaged-2") == NULL);
        EXPECT(fault_disk_file(&memory->disk, "device.db.damaged-3") != NULL);
        EXPECT(fault_disk_file(&memory->disk, "device.db.damaged-4") != NULL);
        close_damaged(d);
    }
}

TEST(test_another_key_saves_nothing_and_touches_nothing)
{
    struct damaged *d = open_damaged(false);
    struct store_key other = key;
    other.bytes[3] ^= 1;
    d->memory.options.key = &other;
    fault_disk_arm(&d->memory.disk);
    EXPECT_ERR(ERR_wrong_key, store_rescue(&d->memory.options, 1700009000000));
    EXPECT_INT(0, d->memory.disk.step_count);
    d->memory.options.key = &key;
    close_damaged(d);
}

enum { WAY_cut_before, WAY_cut_after, WAY_full, WAY_fail, FAULT_WAYS, KEEPS = 3 };

/* What leaves another disk behind than its neighbours: a cut before a step leaves what one after
 * the step before it leaves; and what a flush had not reached matters after a cut, so that of the
 * other ways one a step is enough. */
static bool is_worth(uint64_t step, uint64_t way)
{
    uint64_t keep = way / FAULT_WAYS;
    switch (way % FAULT_WAYS) {
    case WAY_cut_before:
        return step == 1;
    case WAY_cut_after:
        return true;
    default:
        return keep == step % KEEPS;
    }
}

/* A part of all steps by default, all of them with DOORSTEP_FAULTS=all. */
TEST(test_a_cut_or_a_full_disk_at_any_write_of_it_changes_nothing_of_what_is_saved)
{
    struct damaged *d = open_damaged(true);
    struct memory_store *memory = &d->memory;
    bool expected[NOTES + 1] = {false};
    struct fault_disk base = {0};
    fault_disk_file(&memory->disk, "device.db-wal")->bytes[32 + 9 * FRAME + 7] ^= 1;
    fault_disk_file(&memory->disk, "device.db")->bytes[3 * PAGE + 7] ^= 1;
    fault_disk_file(&memory->disk, "device.db")->bytes[9 * PAGE + 7] ^= 1;
    fault_disk_copy(&base, &memory->disk);
    fault_disk_arm(&memory->disk);
    EXPECT_OK(store_rescue(&memory->options, 1700009000000));
    uint64_t step_count = memory->disk.step_count;
    EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
    uint64_t saved_count = check_journal("uncut", d, expected);
    store_close(&memory->store);
    EXPECT(step_count > 50);
    uint64_t stride = stride_of(67);
    uint64_t try_count = 0;
    for (uint64_t step = 1; step <= step_count; step++) {
        for (uint64_t way = 0; way < FAULT_WAYS * KEEPS; way++) {
            if (!is_worth(step, way) || try_count++ % stride != 0) {
                continue;
            }
            char row[64];
            struct arena_mark mark = arena_mark(&memory->arena);
            snprintf(row, sizeof row, "step %llu way %llu", (unsigned long long)step,
                     (unsigned long long)way);
            fault_disk_copy(&memory->disk, &base);
            fault_disk_arm(&memory->disk);
            *(way % FAULT_WAYS == WAY_cut_before  ? &memory->disk.cut_before_step
              : way % FAULT_WAYS == WAY_cut_after ? &memory->disk.cut_after_step
              : way % FAULT_WAYS == WAY_full      ? &memory->disk.full_at_step
                                                  : &memory->disk.fail_at_step) = step;
            enum err err = store_rescue(&memory->options, 1700009000000);
            EXPECT_ROW(row, err == OK || err == ERR_io || err == ERR_no_space);
            fault_disk_restart(&memory->disk, (enum fault_keep)(way / FAULT_WAYS));
            err = store_open(&memory->arena, &memory->options, &memory->store);
            if (err != OK) { /* as damaged as before */
                EXPECT_ROW(row, err == ERR_corrupt);
                EXPECT_ROW(row, store_rescue(&memory->options, 1700009000000) == OK);
                err = store_open(&memory->arena, &memory->options, &memory->store);
            }
            EXPECT_ROW(row, err == OK);
            EXPECT_ROW(row, err != OK || check_journal(row, d, expected) == saved_count);
            store_close(&memory->store);
            arena_rollback(&memory->arena, mark);
        }
    }
    fault_disk_free(&base);
    close_damaged(d);
}
