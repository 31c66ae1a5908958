/* tests/sync/server/api/talk.h -- a tablet that talks until both ends agree, whatever
 * happened between, and a headquarters that is restored from a copy. */
#pragma once

#include "sync/server/store/backup.h"
#include "tests/sync/server/api/one_thread.h"

#include <sqlite3.h>

/* One envelope and its answer; the refusal's code, WIRE_ok without one. */
static inline uint32_t talk_once(struct world *world, struct tablet *tablet,
                                 struct wire_bytes envelope)
{
    uint32_t refusal = WIRE_ok;
    (void)tablet_take(tablet, api_envelope(world->api, &tablet->arena, envelope), &refusal);
    return refusal;
}

static inline void talk_introduce(struct world *world, struct tablet *tablet)
{
    struct wire_bytes envelope = tablet_introduce(tablet);
    tablet_introduced(tablet, api_envelope(world->api, &tablet->arena, envelope));
}

/* All that is not stored yet, `count_max` facts at a time, and then all pages. */
static inline void talk_in_steps(struct world *world, struct tablet *tablet, size_t count_max)
{
    for (int round = 0; round < 400; round++) {
        uint64_t from = tablet->send_from_seq != 0 ? tablet->send_from_seq : tablet->stored_seq + 1;
        size_t count = tablet->chain.count - from + 1;
        count = count > count_max ? count_max : count;
        uint32_t number = tablet->device_no;
        uint64_t cursor = tablet->cursor;
        uint32_t refusal = talk_once(world, tablet, tablet_batch(tablet, from, count));
        if (refusal == WIRE_unknown_device || refusal == WIRE_bad_signature) {
            talk_introduce(world, tablet);
            tablet->send_from_seq = 0;
            continue;
        }
        EXPECT_INT(WIRE_ok, refusal);
        if (number == tablet->device_no && cursor == tablet->cursor && tablet->is_whole &&
            tablet->send_from_seq == 0 && tablet->stored_seq == tablet->chain.count) {
            return;
        }
    }
    fail_msg("the tablet never came to rest");
}

static inline void talk(struct world *world, struct tablet *tablet)
{
    talk_in_steps(world, tablet, 200);
}

/* A number that a statement of headquarters' database gives. */
static inline int64_t talk_number(struct world *world, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    char *path = os_path(&world->arena, world->folder, "hq.db");
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL));
    EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
    EXPECT_INT(SQLITE_ROW, sqlite3_step(statement));
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

/* Headquarters stops and starts again from `copy`, a file made by hq_backup(). */
static inline void talk_restore(struct world *world, const char *copy)
{
    world_stop(world);
    char command[1024];
    snprintf(command, sizeof command, "cd '%s' && rm -f hq.db hq.db-wal hq.db-shm && cp '%s' hq.db",
             world->folder, copy);
    EXPECT_INT(0, system(command));
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, false));
    world_start(world);
}

static inline const char *talk_copy(struct world *world, const char *name)
{
    const char *path = os_path(&world->arena, world->folder, name);
    EXPECT_OK(hq_backup(world->store, path));
    return path;
}
