/* A sealed store with notes in its file and its log, to be damaged: what lies in blocks that still
 * open is asked of the blocks themselves, not of the reader of pages. */
#pragma once

#include "core/store/store_rescue.h"
#include "tests/core/store/memory_store.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE = PAGE_VFS_PAGE_SIZE, FRAME = PAGE_VFS_FRAME_SIZE, NOTES = 44, DEVICE = 7 };

static const struct store_key key = {{7, 7, 7}};
static uint8_t secret[CHAIN_SECRET_KEY_SIZE];

/* Of every size that a number has in a file. */
static const struct {
    enum setting setting;
    int64_t value;
} numbers[] = {{SETTING_glove, 0},
               {SETTING_left_hand, 1},
               {SETTING_lock_after_s, -128},
               {SETTING_branch_no, 32767},
               {SETTING_hq_time_ms, -8388608},
               {SETTING_hq_time_wall_ms, INT64_C(1) << 31},
               {SETTING_hq_time_uptime_ms, -(INT64_C(1) << 46)},
               {SETTING_hq_time_boot, INT64_MIN},
               {SETTING_hq_time_slack_ms, INT64_MAX}};

struct noted {
    struct id id;
    char body[LIMIT_event_size];
    size_t size;
};

struct damaged {
    struct memory_store memory;
    struct fault_disk base;
    struct fault_disk older;       /* half the notes ago */
    struct noted notes[NOTES + 1]; /* by seq */
    uint8_t page_key[PAGE_SEAL_KEY_SIZE];
    uint8_t *intact; /* blocks that open, one after the other */
    size_t intact_size;
};

static inline void note(struct damaged *d, int i)
{
    char text[1800];
    size_t size = (size_t)snprintf(text, sizeof text, "note %d of forty ", i);
    size_t wanted = i % 11 == 5 ? 1700 : 40 + (size_t)i * 3; /* some go on in a page of their own */
    while (size < wanted) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%d-%zu ", i, size);
    }
    struct fact fact = memory_store_note(&d->memory, 1700000000000 + i * 60000, text);
    struct store_records records;
    EXPECT_OK(
        store_journal_read(d->memory.store, &d->memory.arena, fact.seq - 1, 1, SIZE_MAX, &records));
    struct noted *noted = &d->notes[fact.seq];
    noted->id = fact.id;
    noted->size = records.items[0].body.size;
    memcpy(noted->body, records.items[0].body.bytes, noted->size);
}

/* Half of the notes in the file, the others in the log. */
static inline struct damaged *open_damaged(bool has_log)
{
    struct damaged *d = calloc(1, sizeof *d);
    struct memory_store *memory = &d->memory;
    memory_store_open(memory);
    store_close(&memory->store);
    fault_disk_free(&memory->disk);
    memory->options.key = &key;
    page_seal_key(d->page_key, key.bytes, "device");
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)(i * 37 + 11);
    }
    EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
    EXPECT_OK(store_setting_set_number(memory->store, SETTING_device_no, DEVICE));
    EXPECT_OK(store_setting_set_number(memory->store, SETTING_person_no, 12));
    EXPECT_OK(
        store_setting_set_bytes(memory->store, SETTING_device_secret_key, secret, sizeof secret));
    EXPECT_OK(store_setting_set_bytes(memory->store, SETTING_device_public_key, secret + 32, 32));
    EXPECT_OK(store_setting_set_bytes(memory->store, SETTING_hq_public_key, secret + 3, 32));
    for (size_t i = 0; i < COUNT(numbers); i++) {
        EXPECT_OK(store_setting_set_number(memory->store, numbers[i].setting, numbers[i].value));
    }
    const struct store_draft draft = {"visit", 5, STR("half a visit"), 1700000000000};
    EXPECT_OK(store_draft_put(memory->store, &draft));
    for (int i = 1; i <= NOTES; i++) {
        note(d, i);
        if (i == NOTES / 2) {
            EXPECT_OK(store_checkpoint(memory->store));
            fault_disk_copy(&d->older, &memory->disk);
        }
    }
    memory->store->is_broken = has_log; /* dropped without a checkpoint, as by a cut */
    store_close(&memory->store);
    fault_disk_copy(&d->base, &memory->disk);
    return d;
}

static inline void close_damaged(struct damaged *d)
{
    memory_store_close(&d->memory);
    fault_disk_free(&d->base);
    fault_disk_free(&d->older);
    free(d->intact);
    free(d);
}

static inline void open_blocks(struct damaged *d, const char *name, size_t head, size_t unit,
                               enum page_seal_kind kind)
{
    const struct fault_file *file = fault_disk_file(&d->memory.disk, name);
    uint64_t first = kind == PAGE_SEAL_KIND_database ? 1 : 0;
    for (size_t i = 0; file != NULL && head + (i + 1) * unit <= file->size; i++) {
        d->intact_size += page_seal_open(d->intact + d->intact_size, file->bytes + head + i * unit,
                                         unit, d->page_key, kind, first + i)
                              ? unit
                              : 0;
    }
}

/* What is left of the damaged files. */
static inline void look_at_blocks(struct damaged *d)
{
    enum { BLOCKS_MAX = 400 };
    d->intact = d->intact != NULL ? d->intact : malloc((size_t)BLOCKS_MAX * FRAME);
    d->intact_size = 0;
    open_blocks(d, "device.db", 0, PAGE, PAGE_SEAL_KIND_database);
    open_blocks(d, "device.db-wal", 32, FRAME, PAGE_SEAL_KIND_log);
}

static inline bool lies_intact(const struct damaged *d, const void *bytes, size_t size)
{
    return memmem(d->intact, d->intact_size, bytes, size) != NULL;
}

/* The journal of the open store against the notes; gives how many were saved. */
static inline uint64_t check_journal(const char *row, struct damaged *d, const bool *expected)
{
    struct store *store = d->memory.store;
    struct store_records records;
    struct store_rescue rescue;
    uint64_t bad_seq = 0;
    uint64_t saved_count = 0;
    EXPECT_ROW(row, store_journal_verify(store, &bad_seq) == OK);
    EXPECT_OK(store_journal_read(store, &d->memory.arena, 0, SIZE_MAX, SIZE_MAX, &records));
    EXPECT_ROW(row, records.count <= NOTES);
    for (uint64_t seq = 1; seq <= NOTES; seq++) {
        const struct noted *noted = &d->notes[seq];
        const struct store_record *record = seq <= records.count ? &records.items[seq - 1] : NULL;
        bool is_there = record != NULL && record->kind == EVENT_note_added;
        if (is_there) { /* not one byte is another */
            EXPECT_ROW(row, record->seq == seq && id_equal(&record->id, &noted->id));
            EXPECT_ROW(row, record->body.size == noted->size &&
                                memcmp(record->body.bytes, noted->body, noted->size) == 0);
            saved_count++;
        } else if (record != NULL) {
            struct fact fact;
            EXPECT_ROW(row, record->kind == EVENT_record_lost);
            EXPECT_OK(store_journal_fact(store, seq, &fact));
            EXPECT_ROW(row, fact.event.kind.record_lost.seq == seq);
        }
        EXPECT_ROW(row, is_there || !expected[seq]);
    }
    EXPECT_OK(store_rescue_read(store, &rescue));
    EXPECT_ROW(row, rescue.number == 1 && rescue.saved_count == saved_count);
    EXPECT_ROW(row, rescue.lost_count == records.count - saved_count);
    return saved_count;
}
