/* sync/spool/seal.c -- from the journal into envelopes. */
#include "core/base/buf.h"
#include "core/os/os.h"
#include "sync/proto/cursor.h"
#include "sync/proto/version.h"
#include "sync/spool/spool_private.h"

#include <string.h>

/* ---- what the tablet says about itself ---- */

static enum err digest_of_cases(struct spool *spool, uint64_t *digest_out)
{
    struct store_case_version *versions = NULL;
    size_t count = 0;
    TRY(store_case_versions(spool->journey->store, spool->journey->arena, &versions, &count));
    *digest_out = 0;
    for (size_t i = 0; i < count; i++) {
        *digest_out += cursor_row_digest(versions[i].case_no, versions[i].feed_seq);
    }
    return OK;
}

static enum err down_status(struct spool *spool, struct batch_status *status)
{
    struct store *store = spool->journey->store;
    int64_t cursor = 0;
    struct str tag;
    TRY(store_setting_number(store, SETTING_down_cursor, 0, &cursor));
    TRY(store_setting_bytes(store, spool->journey->arena, SETTING_down_tag, &tag));
    if (cursor <= 0 || tag.size != SPOOL_TAG_SIZE) {
        return OK; /* no page yet: headquarters begins with the first */
    }
    struct buf_reader reader;
    buf_reader_init(&reader, tag.bytes, tag.size);
    uint32_t number = buf_read_u32(&reader);
    bool has_more = buf_read_u8(&reader) != 0;
    uint64_t digest = 0;
    if (!has_more) {
        TRY(digest_of_cases(spool, &digest));
    }
    status->down_cursor = (uint64_t)cursor;
    status->down_check = cursor_check((uint64_t)cursor, number, digest);
    return OK;
}

/* How far the clock of (at_ms, uptime_ms, boot) was behind headquarters'. */
static enum err clock_status(struct spool *spool, int64_t at_ms, int64_t uptime_ms, uint32_t boot,
                             struct batch_status *status)
{
    const struct clock_reading reading = {
        .wall_ms = at_ms, .monotonic_ms = uptime_ms, .boot = boot};
    struct clock_judgement judgement;
    TRY(journey_clock(spool->journey, &reading, &judgement));
    if (judgement.is_bounded) {
        status->clock = batch_clock(judgement.best_ms - at_ms);
    }
    return OK;
}

static enum err event_clock_status(struct spool *spool, struct str body,
                                   struct batch_status *status)
{
    ds_Event event;
    if (event_decode(&event, (const uint8_t *)body.bytes, body.size) != OK) {
        return OK; /* kept as it is; its clock says nothing to this program */
    }
    return clock_status(spool, (int64_t)event.at_ms, (int64_t)event.uptime_ms, event.boot, status);
}

/* ---- batches ---- */

static enum err read_before(struct spool *spool, uint64_t first_seq, struct batch_before *before)
{
    *before = (struct batch_before){0};
    if (first_seq == 1) {
        return OK;
    }
    struct store *store = spool->journey->store;
    struct store_records records;
    TRY(store_journal_read(store, spool->journey->arena, first_seq - 2, 1, LIMIT_event_size,
                           &records));
    if (records.count != 1 || records.items[0].seq != first_seq - 1) {
        return ERR_corrupt; /* the journal has no gaps */
    }
    const struct store_record *record = &records.items[0];
    before->link = record->link;
    before->body = (struct wire_bytes){(const uint8_t *)record->body.bytes, record->body.size};
    return OK;
}

enum err spool_lineage(struct spool *spool, struct lineage *lineage_out)
{
    *lineage_out = (struct lineage){0};
    return store_lineage(spool->journey->store, lineage_out->entries, &lineage_out->count);
}

/* From what the ids follow, while that is not the own number. */
static enum err lineage_status(struct spool *spool, struct batch *batch)
{
    struct lineage lineage;
    TRY(spool_lineage(spool, &lineage));
    if (batch->first_seq <= lineage_until(&lineage)) {
        batch->status.lineage = lineage;
    }
    return OK;
}

static enum err seal_batch(struct spool *spool, struct batch *batch, const char **name_out)
{
    struct envelope_keys device;
    struct chain_public_key hq;
    struct batch_before before;
    struct wire_bytes envelope;
    TRY(spool_keys(spool, &device, &hq));
    TRY(read_before(spool, batch->first_seq, &before));
    TRY(down_status(spool, &batch->status));
    TRY(lineage_status(spool, batch));
    batch->is_unpacked = spool->is_unpacked;
    TRY(wire_err(batch_seal(spool->journey->arena, batch, &before, &device, &hq, &envelope)));
    return spool_put(spool, LAYOUT_CLASS_text, batch->first_seq, envelope, name_out);
}

/* Facts and the moment at which they were sealed: noted together. */
static enum err note_sealed(struct spool *spool, const struct store_envelope *envelope)
{
    struct store *store = spool->journey->store;
    TRY(store_begin(store));
    enum err err = store_outbox_seal(store, envelope);
    if (err == OK) {
        err = spool_note(spool, envelope->name);
    }
    if (err != OK) {
        store_rollback(store);
        return err;
    }
    return store_commit(store);
}

/* Seals the facts after `after_seq` that fit one envelope; `*last_seq_out` is
 * after_seq when there are none. */
static enum err seal_next(struct spool *spool, uint64_t after_seq, uint64_t *last_seq_out)
{
    struct store *store = spool->journey->store;
    struct arena *arena = spool->journey->arena;
    struct store_records records;
    *last_seq_out = after_seq;
    TRY(store_journal_read(store, arena, after_seq, LIMIT_batch_events, LIMIT_batch_size,
                           &records));
    if (records.count == 0) {
        return OK;
    }
    struct wire_bytes *bodies = ARENA_ARRAY(arena, records.count, struct wire_bytes);
    for (size_t i = 0; i < records.count; i++) {
        const struct str *body = &records.items[i].body;
        bodies[i] = (struct wire_bytes){(const uint8_t *)body->bytes, body->size};
    }
    struct batch batch = {
        .device_no = spool->journey->device_no,
        .first_seq = after_seq + 1,
        .count = records.count,
        .bodies = bodies,
        /* Two bytes, and the cases in the answer come in the newest form. */
        .status = {.app_version = version_own(), .answer_format = VERSION_ANSWER_FORMAT},
    };
    TRY(event_clock_status(spool, records.items[records.count - 1].body, &batch.status));
    TRY(spool_health(spool, false, &batch.status.health));
    const char *name = NULL;
    TRY(seal_batch(spool, &batch, &name));
    /* The file first: what is noted as sealed is sealed. A cut in between leaves an
     * envelope more than noted; its facts are sent twice, which changes nothing. */
    struct store_envelope envelope = {
        .name = name,
        .first_seq = batch.first_seq,
        .last_seq = after_seq + records.count,
        .sealed_at_ms = clock_now_ms(spool->journey->clock),
    };
    TRY(note_sealed(spool, &envelope));
    *last_seq_out = envelope.last_seq;
    return OK;
}

/* Small envelopes that wait are one round trip each: the youngest of them are taken back
 * and sealed together with what is new. Never the oldest, which the agent may be posting;
 * should it post another one of them, headquarters gets its facts twice, which changes
 * nothing. The files are removed after the new envelope is there. */
static enum err take_back_small(struct spool *spool, bool has_new,
                                struct store_envelope **envelopes_out, size_t *count_out)
{
    struct journey *journey = spool->journey;
    struct store_envelope *all = NULL;
    size_t all_count = 0;
    *count_out = 0;
    TRY(store_outbox_envelopes(journey->store, journey->arena, &all, &all_count));
    size_t from = all_count;
    uint64_t fact_count = 0;
    while (from > 1) {
        const struct store_envelope *envelope = &all[from - 1];
        fact_count += envelope->last_seq - envelope->first_seq + 1;
        if (fact_count >= LIMIT_batch_events) {
            break;
        }
        from--;
    }
    size_t count = all_count - from;
    if (count + (has_new ? 1 : 0) < 2) {
        return OK;
    }
    for (size_t i = all_count; i > from; i--) {
        TRY(store_outbox_unseal(journey->store, all[i - 1].name));
    }
    *envelopes_out = &all[from];
    *count_out = count;
    return OK;
}

static enum err seal_from(struct spool *spool, struct spool_sealed *sealed)
{
    struct arena *arena = spool->journey->arena;
    struct store_outbox outbox;
    TRY(store_outbox_read(spool->journey->store, &outbox));
    uint64_t at = outbox.sealed_seq > outbox.stored_seq ? outbox.sealed_seq : outbox.stored_seq;
    while (at < outbox.last_seq) {
        struct arena_mark mark = arena_mark(arena);
        uint64_t next = at;
        enum err err = seal_next(spool, at, &next);
        arena_rollback(arena, mark);
        TRY(err);
        if (next == at) {
            return ERR_corrupt; /* the journal ends before its own last fact */
        }
        at = next;
        sealed->envelope_count++;
    }
    sealed->last_seq = at;
    return OK;
}

/* After a rescue the envelopes of before go first, untouched: they may hold the only copy of facts
 * that the damaged store could not give back, and headquarters takes them in their own chain. */
static enum err is_after_rescue(struct spool *spool, bool *is_waiting_out)
{
    struct store *store = spool->journey->store;
    int64_t waits = 0;
    *is_waiting_out = false;
    TRY(store_setting_number(store, SETTING_rescue_waits, 0, &waits));
    if (waits == 0) {
        return OK;
    }
    TRY(spool_has(spool, LAYOUT_CLASS_text, SPOOL_SEQ_ANY, is_waiting_out));
    return *is_waiting_out ? OK : store_setting_set_number(store, SETTING_rescue_waits, 0);
}

static enum err seal_all(struct spool *spool, struct spool_sealed *sealed)
{
    struct store_outbox outbox;
    TRY(store_outbox_read(spool->journey->store, &outbox));
    uint64_t done_seq =
        outbox.sealed_seq > outbox.stored_seq ? outbox.sealed_seq : outbox.stored_seq;
    struct store_envelope *old = NULL;
    size_t old_count = 0;
    TRY(take_back_small(spool, done_seq < outbox.last_seq, &old, &old_count));
    TRY(seal_from(spool, sealed));
    for (size_t i = 0; i < old_count; i++) {
        TRY(spool_remove(spool, old[i].name));
    }
    return OK;
}

/* A pull ticket. */
static enum err seal_ticket(struct spool *spool)
{
    struct journey *journey = spool->journey;
    uint64_t last_seq = 0;
    TRY(store_journal_last(journey->store, &last_seq, NULL, NULL));
    struct batch batch = {
        .device_no = journey->device_no,
        .first_seq = last_seq + 1,
        .status = {.app_version = version_own(),
                   .answer_format = VERSION_ANSWER_FORMAT,
                   .policy = journey->policy.hash},
    };
    struct clock_reading now = clock_read(journey->clock);
    TRY(clock_status(spool, now.wall_ms, now.monotonic_ms, now.boot, &batch.status));
    TRY(spool_health(spool, true, &batch.status.health));
    const char *name = NULL;
    TRY(seal_batch(spool, &batch, &name));
    return spool_note(spool, name);
}

/* Headquarters' last page that was taken is not the end: rows are still to come. */
static enum err are_rows_missing(struct spool *spool, bool *are_missing_out)
{
    struct str tag;
    TRY(store_setting_bytes(spool->journey->store, spool->journey->arena, SETTING_down_tag, &tag));
    *are_missing_out = tag.size == SPOOL_TAG_SIZE && tag.bytes[SPOOL_TAG_SIZE - 1] != 0;
    return OK;
}

/* Whether an answer to what waits brings everything new: alarms and chunks are answered
 * without a page, and photos may wait long for a better network. */
static enum err is_page_coming(struct spool *spool, bool *is_coming_out)
{
    bool has_text = false;
    bool has_join = false;
    TRY(spool_has(spool, LAYOUT_CLASS_text, SPOOL_SEQ_ANY, &has_text));
    TRY(spool_has(spool, LAYOUT_CLASS_join, SPOOL_SEQ_ANY, &has_join));
    *is_coming_out = has_text || has_join;
    return OK;
}

static enum err seal(struct spool *spool, bool wants_ticket, struct spool_sealed *sealed)
{
    if (spool->journey->device_no == 0) {
        return spool_seal_enrolment(spool);
    }
    TRY(spool_seal_alarms(spool, &sealed->alarm_count));
    sealed->envelope_count += sealed->alarm_count;
    bool is_waiting = false;
    TRY(is_after_rescue(spool, &is_waiting));
    if (is_waiting) {
        return OK;
    }
    TRY(seal_all(spool, sealed));
    TRY(spool_seal_chunks(spool, &sealed->chunk_count));
    sealed->envelope_count += sealed->chunk_count;
    bool are_missing = false;
    TRY(are_rows_missing(spool, &are_missing));
    if (!wants_ticket && !are_missing) {
        return OK;
    }
    bool is_coming = false;
    TRY(is_page_coming(spool, &is_coming));
    if (is_coming) {
        return OK;
    }
    sealed->has_ticket = true;
    return seal_ticket(spool);
}

enum err spool_seal(struct spool *spool, bool wants_ticket, struct spool_sealed *sealed_out)
{
    struct spool_sealed sealed = {0};
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = seal(spool, wants_ticket, &sealed);
    arena_rollback(spool->journey->arena, mark);
    *sealed_out = sealed;
    return err;
}
