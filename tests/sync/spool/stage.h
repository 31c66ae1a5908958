/* tests/sync/spool/stage.h -- a tablet with its spool, and headquarters at the far end. */
#pragma once

#include "sync/spool/spool_private.h"
#include "tests/sync/spool/far_end.h"

#include <unistd.h>

struct stage {
    struct tablet tablet;
    struct far_end far;
    struct spool spool;
    struct arena arena; /* paths of the spool */
    char folder[64];
};

static inline void stage_spool(struct stage *stage)
{
    arena_reset(&stage->arena);
    EXPECT_OK(spool_open(&stage->spool, &stage->arena, &stage->tablet.journey, stage->folder));
}

static inline struct stage *stage_open(void)
{
    struct stage *stage = calloc(1, sizeof *stage);
    tablet_open_bare(&stage->tablet);
    far_end_init(&stage->far);
    arena_init(&stage->arena, 0);
    snprintf(stage->folder, sizeof stage->folder, "/tmp/doorstep-spool-XXXXXX");
    EXPECT(mkdtemp(stage->folder) != NULL);
    stage_spool(stage);
    return stage;
}

static inline void stage_remove_folder(struct stage *stage, const char *folder)
{
    const char **names = NULL;
    size_t count = 0;
    if (os_folder_list(&stage->arena, folder, &names, &count) != OK) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *path = os_path(&stage->arena, folder, names[i]);
        if (unlink(path) != 0) {
            stage_remove_folder(stage, path);
        }
    }
    (void)rmdir(folder);
}

static inline void stage_close(struct stage *stage)
{
    stage_remove_folder(stage, stage->folder);
    arena_deinit(&stage->arena);
    far_end_deinit(&stage->far);
    tablet_close(&stage->tablet);
    free(stage);
}

static inline struct spool_applied stage_apply(struct stage *stage)
{
    struct spool_applied applied;
    EXPECT_OK(spool_apply(&stage->spool, &applied));
    return applied;
}

/* The only file in a folder; its path. */
static inline const char *stage_file(struct stage *stage, const char *folder)
{
    const char **names = NULL;
    size_t count = 0;
    EXPECT_OK(os_folder_list(&stage->arena, folder, &names, &count));
    EXPECT_INT(1, count);
    return os_path(&stage->arena, folder, names[0]);
}

static inline void stage_enrol(struct stage *stage)
{
    char text[ENROL_PAYLOAD_SIZE];
    enum wire refusal = WIRE_malformed;
    far_end_code(&stage->far, text);
    EXPECT_OK(spool_enrol(&stage->spool, str_from(text), &refusal));
    EXPECT_INT(WIRE_ok, refusal);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    EXPECT(stage_apply(stage).was_enrolled);
}

/* Until nothing waits. */
static inline void stage_settle(struct stage *stage)
{
    for (int i = 0; i < 20 && far_end_carry(&stage->far, &stage->spool) > 0; i++) {
        (void)stage_apply(stage);
        struct spool_sealed sealed;
        EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    }
    size_t waiting_count = 1;
    EXPECT_OK(spool_waiting(&stage->spool, &waiting_count));
    EXPECT_INT(0, waiting_count);
}

static inline void stage_facts(struct stage *stage, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ds_SafetyIncident incident = {.incident = 1, .severity = 1, .note = "狗"};
        struct capture capture;
        EXPECT_OK(journey_raise_safety(&stage->tablet.journey, 0, &incident, &capture));
        EXPECT(capture.is_done);
    }
}

static inline void stage_rows(struct stage *stage, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ds_CaseRecord *record = ARENA_NEW(&stage->far.arena, ds_CaseRecord);
        ds_CaseState *state = ARENA_NEW(&stage->far.arena, ds_CaseState);
        tablet_record(record, i + 1);
        tablet_state(state, record);
        struct store_case_feed row = tablet_feed(&stage->tablet, record, state, 0);
        row.record.bytes = arena_copy(&stage->far.arena, row.record.bytes, row.record.size);
        row.state.bytes = arena_copy(&stage->far.arena, row.state.bytes, row.state.size);
        stage->far.rows[stage->far.row_count++] = row;
    }
}

static inline uint64_t stage_stored_seq(struct stage *stage)
{
    struct store_outbox outbox;
    EXPECT_OK(store_outbox_read(stage->tablet.store, &outbox));
    return outbox.stored_seq;
}

static inline enum record_state stage_state_of(struct stage *stage, uint64_t seq)
{
    enum record_state state;
    EXPECT_OK(store_outbox_state(stage->tablet.store, seq, &state));
    return state;
}

/* A photo of `size` bytes that no other has, about case 1. */
static inline void stage_photo(struct stage *stage, size_t size, unsigned seed)
{
    uint8_t *bytes = malloc(size);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(i * 31 + i / 251 + seed);
    }
    struct capture capture;
    EXPECT_OK(journey_attach(&stage->tablet.journey, 1, 1, 1,
                             (struct str){(const char *)bytes, size}, "", &capture));
    EXPECT(capture.is_done);
    free(bytes);
}

static inline void stage_alarm(struct stage *stage)
{
    ds_SafetyIncident incident = {.incident = 1, .severity = 3};
    struct capture capture;
    EXPECT_OK(journey_raise_safety(&stage->tablet.journey, 0, &incident, &capture));
    EXPECT(capture.is_done);
}

static inline struct spool_sealed stage_seal(struct stage *stage, bool wants_ticket)
{
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, wants_ticket, &sealed));
    return sealed;
}

/* Answers of the agent to the envelope at `path`, in its name. */
static inline void stage_answer(struct stage *stage, const char *path, enum wire wire)
{
    uint8_t refusal[ENVELOPE_REFUSAL_SIZE];
    const char *name = strrchr(path, '/') + 1;
    const char *answer =
        str_format(&stage->arena, "%.*s%s", (int)(strlen(name) - strlen(LAYOUT_ENVELOPE)), name,
                   LAYOUT_ANSWER);
    envelope_refuse(refusal, wire);
    EXPECT_OK(
        os_file_replace(os_path(&stage->arena, stage->spool.in, answer), refusal, sizeof refusal));
}

static inline uint64_t stage_quarantined(struct stage *stage)
{
    struct store_health health;
    EXPECT_OK(store_health_read(stage->tablet.store, &health));
    return health.quarantine_count;
}
