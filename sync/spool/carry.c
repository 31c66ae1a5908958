/* sync/spool/carry.c -- envelopes and answers as one file, and what could not be read. */
#include "core/os/os.h"
#include "sync/proto/kept.h"
#include "sync/spool/spool_private.h"

#include <string.h>

/* ---- out ---- */

/* What a bundle adds to an item, and to all of them. */
enum { ITEM_EXTRA = BUNDLE_NAME_SIZE_MAX + 16, BUNDLE_EXTRA = 64 };

static enum err export_envelopes(struct spool *spool, const char *path,
                                 struct spool_carried *carried)
{
    struct arena *arena = spool->journey->arena;
    struct spool_file *files = NULL;
    size_t count = 0;
    TRY(spool_envelopes(spool, arena, &files, &count));
    struct bundle_item *items = ARENA_ARRAY(arena, count + 1, struct bundle_item);
    size_t size = BUNDLE_EXTRA;
    for (size_t i = 0; i < count && carried->envelope_count < BUNDLE_ITEMS_MAX; i++) {
        struct str bytes;
        enum err err = os_file_read(arena, os_path(arena, spool->out, files[i].name),
                                    LIMIT_envelope_size, &bytes);
        if (err == ERR_not_found) {
            continue; /* another call took it back */
        }
        TRY(err);
        size += bytes.size + ITEM_EXTRA;
        if (size > BUNDLE_SIZE_MAX) {
            break; /* the rest goes with the next one */
        }
        items[carried->envelope_count++] = (struct bundle_item){
            .type = BUNDLE_envelope, .name = files[i].name, .bytes = spool_bytes(bytes)};
    }
    if (carried->envelope_count == 0) {
        return ERR_not_found;
    }
    struct wire_bytes bundle;
    TRY(wire_err(bundle_write(arena, items, carried->envelope_count, &bundle)));
    return os_file_replace(path, bundle.bytes, bundle.size);
}

enum err spool_export(struct spool *spool, const char *path, struct spool_carried *carried_out)
{
    *carried_out = (struct spool_carried){0};
    struct spool_sealed sealed;
    TRY(spool_seal(spool, true, &sealed));
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = export_envelopes(spool, path, carried_out);
    arena_rollback(spool->journey->arena, mark);
    return err;
}

/* ---- in ---- */

static enum err import_answers(struct spool *spool, const char *path, enum wire *refusal,
                               struct spool_carried *carried)
{
    struct arena *arena = spool->journey->arena;
    struct str bytes;
    struct bundle_item *items = NULL;
    size_t count = 0;
    enum err err = os_file_read(arena, path, BUNDLE_SIZE_MAX, &bytes);
    *refusal = err == ERR_too_long ? WIRE_too_long : WIRE_ok;
    if (*refusal != WIRE_ok) {
        return OK;
    }
    TRY(err);
    *refusal = bundle_read(arena, spool_bytes(bytes), &items, &count);
    for (size_t i = 0; *refusal == WIRE_ok && i < count; i++) {
        struct layout_name name;
        carried->envelope_count += items[i].type == BUNDLE_envelope ? 1 : 0;
        if (items[i].type != BUNDLE_answer) {
            continue;
        }
        bool is_ours = layout_read(items[i].name, LAYOUT_ANSWER, &name) &&
                       items[i].bytes.size <= LIMIT_answer_size;
        if (is_ours) {
            const char *envelope = spool_with_ending(spool, items[i].name, LAYOUT_ENVELOPE);
            is_ours = os_file_exists(os_path(arena, spool->out, envelope));
        }
        if (!is_ours) {
            carried->foreign_count++;
            continue;
        }
        TRY(os_file_replace(os_path(arena, spool->in, items[i].name), items[i].bytes.bytes,
                            items[i].bytes.size));
        carried->answer_count++;
    }
    return OK;
}

enum err spool_import(struct spool *spool, const char *path, enum wire *refusal_out,
                      struct spool_carried *carried_out, struct spool_applied *applied_out)
{
    *carried_out = (struct spool_carried){0};
    *applied_out = (struct spool_applied){0};
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = import_answers(spool, path, refusal_out, carried_out);
    arena_rollback(spool->journey->arena, mark);
    TRY(err);
    return *refusal_out == WIRE_ok ? spool_apply(spool, applied_out) : OK;
}

/* ---- quarantine ---- */

static enum err retry_answer(struct spool *spool, const char *name, bool *is_taken,
                             struct spool_applied *applied)
{
    struct arena *arena = spool->journey->arena;
    struct store *store = spool->journey->store;
    struct store_quarantined item;
    TRY(store_quarantine_get(store, arena, name, &item));
    const char *envelope_name = spool_with_ending(spool, name, LAYOUT_ENVELOPE);
    struct str envelope;
    enum err err = os_file_read(arena, os_path(arena, spool->out, envelope_name),
                                LIMIT_envelope_size, &envelope);
    if (err == ERR_not_found) {
        *is_taken = true; /* answered since, or sealed anew: nothing is missing */
        return store_quarantine_remove(store, name);
    }
    TRY(err);
    bool is_envelope_done = true;
    enum wire wire = WIRE_ok;
    TRY(spool_take(spool, spool_bytes(item.bytes), envelope_name, spool_bytes(envelope), applied,
                   &is_envelope_done, &wire));
    if (wire != WIRE_ok) {
        applied->quarantined_as = wire;
        return OK;
    }
    *is_taken = true;
    applied->answer_count++;
    TRY(store_quarantine_remove(store, name));
    return is_envelope_done ? spool_remove(spool, envelope_name) : OK;
}

enum err spool_retry(struct spool *spool, const char *name, bool *is_taken_out,
                     struct spool_applied *applied_out)
{
    *is_taken_out = false;
    *applied_out = (struct spool_applied){0};
    struct layout_name read;
    if (!layout_read(name, LAYOUT_ANSWER, &read)) {
        return journey_quarantine_retry(spool->journey, name, is_taken_out);
    }
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = retry_answer(spool, name, is_taken_out, applied_out);
    arena_rollback(spool->journey->arena, mark);
    return err;
}

/* Names in quarantine are file names and "case 12": what a bundle cannot bear becomes '_'. */
static const char *item_name(struct arena *arena, const char *name)
{
    size_t size = strlen(name) < BUNDLE_NAME_SIZE_MAX ? strlen(name) : BUNDLE_NAME_SIZE_MAX;
    char *text = arena_alloc(arena, size + 1);
    for (size_t i = 0; i < size; i++) {
        text[i] = bundle_is_name(&name[i], 1) || (i > 0 && name[i] == '.') ? name[i] : '_';
    }
    text[size] = '\0';
    return text;
}

/* An answer is sealed to this tablet and leaves it as it came. A row lies opened: whoever
 * finds the stick must not read of a borrower. */
static enum err seal_kept(struct spool *spool, struct bundle_item *item)
{
    struct envelope_keys device;
    struct chain_public_key hq;
    TRY(spool_keys(spool, &device, &hq));
    item->type = BUNDLE_kept;
    return wire_err(kept_seal(spool->journey->arena, item->bytes, &hq, &item->bytes));
}

static enum err export_quarantined(struct spool *spool, const char *name, const char *path)
{
    struct arena *arena = spool->journey->arena;
    struct store_quarantined found;
    TRY(store_quarantine_get(spool->journey->store, arena, name, &found));
    struct bundle_item item = {
        .type = BUNDLE_quarantined,
        .name = item_name(arena, name),
        .bytes = spool_bytes(found.bytes),
    };
    struct layout_name read;
    if (!layout_read(name, LAYOUT_ANSWER, &read)) {
        TRY(seal_kept(spool, &item));
    }
    struct wire_bytes bundle;
    TRY(wire_err(bundle_write(arena, &item, 1, &bundle)));
    TRY(os_file_replace(path, bundle.bytes, bundle.size));
    return store_quarantine_exported(spool->journey->store, name);
}

enum err spool_export_quarantined(struct spool *spool, const char *name, const char *path)
{
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = export_quarantined(spool, name, path);
    arena_rollback(spool->journey->arena, mark);
    return err;
}
