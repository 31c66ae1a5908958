/* tests/core/store/memory_store.h -- a store on a disk in memory, enrolled as device 7. */
#pragma once

#include "core/store/store_private.h"
#include "tests/lib/fault_vfs.h"
#include "tests/lib/sealed.h"
#include "tests/lib/test.h"

struct memory_store {
    struct fault_disk disk;
    struct arena arena;
    struct test_rng rng_state;
    struct rng rng;
    struct store_options options;
    struct store *store;
};

static inline void memory_store_open(struct memory_store *memory)
{
    memset(memory, 0, sizeof *memory);
    arena_init(&memory->arena, 0);
    fault_vfs_register("memory", &memory->disk);
    memory->options = (struct store_options){.path = "device.db", .vfs = "memory"};
    memory->rng = test_rng_make(&memory->rng_state, 1);
    sealed_options(&memory->options, &memory->rng);
    EXPECT_OK(store_open(&memory->arena, &memory->options, &memory->store));
    EXPECT_OK(store_setting_set_number(memory->store, SETTING_device_no, 7));
}

static inline void memory_store_close(struct memory_store *memory)
{
    store_close(&memory->store);
    fault_vfs_unregister("memory");
    fault_disk_free(&memory->disk);
    arena_deinit(&memory->arena);
}

/* Appends a note as the next fact, in a transaction of its own. */
static inline struct fact memory_store_note(struct memory_store *memory, int64_t at_ms,
                                            const char *note)
{
    struct fact fact;
    ds_Event event = {.at_ms = (uint64_t)at_ms,
                      .person_no = 12,
                      .case_no = 5,
                      .which_kind = ds_Event_note_added_tag};
    str_copy(event.kind.note_added.note, sizeof event.kind.note_added.note, str_from(note));
    EXPECT_OK(store_begin(memory->store));
    EXPECT_OK(store_journal_append(memory->store, &event, &fact));
    EXPECT_OK(store_commit(memory->store));
    return fact;
}
