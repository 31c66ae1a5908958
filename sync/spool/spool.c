/* sync/spool/spool.c -- the folder: names, files, stock-taking. */
#include "sync/spool/spool.h"

#include "core/os/os.h"
#include "sync/spool/spool_private.h"

#include <stdlib.h>
#include <string.h>

bool spool_ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name);
    size_t ending_size = strlen(ending);
    return size > ending_size && strcmp(name + size - ending_size, ending) == 0;
}

enum err spool_keys(struct spool *spool, struct envelope_keys *device_out,
                    struct chain_public_key *hq_out)
{
    return journey_keys(spool->journey, &device_out->public_key, &device_out->secret_key, hq_out);
}

static int compare(const void *a, const void *b)
{
    const struct spool_file *one = a;
    const struct spool_file *two = b;
    return layout_compare(&one->read, &two->read);
}

enum err spool_envelopes(struct spool *spool, struct arena *arena, struct spool_file **files_out,
                         size_t *count_out)
{
    const char **names = NULL;
    size_t count = 0;
    TRY(os_folder_list(arena, spool->out, &names, &count));
    struct spool_file *files = ARENA_ARRAY(arena, count + 1, struct spool_file);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        files[kept].name = names[i]; /* a folder of that name is nobody's envelope */
        kept += layout_read(names[i], LAYOUT_ENVELOPE, &files[kept].read) &&
                files[kept].read.class_ != LAYOUT_CLASS_keys && /* of the session's keyhole */
                os_file_is_plain(os_path(arena, spool->out, names[i]));
    }
    qsort(files, kept, sizeof files[0], compare);
    *files_out = files;
    *count_out = kept;
    return OK;
}

/* Of a thousand names only those that count are looked at as files. */
static enum err has(struct spool *spool, enum layout_class class_, int64_t seq, bool *has_out)
{
    struct arena *arena = spool->journey->arena;
    const char **names = NULL;
    size_t count = 0;
    *has_out = false;
    TRY(os_folder_list(arena, spool->out, &names, &count));
    for (size_t i = 0; i < count && !*has_out; i++) {
        struct layout_name read;
        *has_out = layout_read(names[i], LAYOUT_ENVELOPE, &read) && read.class_ == class_ &&
                   (seq == SPOOL_SEQ_ANY || read.seq == (uint64_t)seq) &&
                   os_file_is_plain(os_path(arena, spool->out, names[i]));
    }
    return OK;
}

enum err spool_has(struct spool *spool, enum layout_class class_, int64_t seq, bool *has_out)
{
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = has(spool, class_, seq, has_out);
    arena_rollback(spool->journey->arena, mark);
    return err;
}

const char *spool_with_ending(struct spool *spool, const char *name, const char *ending)
{
    const char *dot = strrchr(name, '.');
    CHECK(dot != NULL);
    return str_format(spool->journey->arena, "%.*s%s", (int)(dot - name), name, ending);
}

enum err spool_put(struct spool *spool, enum layout_class class_, uint64_t seq,
                   struct wire_bytes envelope, const char **name_out)
{
    /* Random, not counted: a name is never used for two envelopes, not even when a
     * cut lost the count, so an answer can only meet the envelope it answers. */
    struct layout_name name = {class_, seq, rng_u64(spool->journey->rng)};
    char stem[LAYOUT_STEM_SIZE];
    layout_stem(stem, &name);
    struct arena *arena = spool->journey->arena;
    *name_out = str_format(arena, "%s%s", stem, LAYOUT_ENVELOPE);
    return os_file_replace(os_path(arena, spool->out, *name_out), envelope.bytes, envelope.size);
}

enum err spool_note(struct spool *spool, const char *name)
{
    struct clock_reading now = clock_read(spool->journey->clock);
    return store_sealing_note(spool->journey->store, name, &now);
}

enum err spool_remove(struct spool *spool, const char *name)
{
    return os_file_remove(os_path(spool->journey->arena, spool->out, name));
}

static enum err remove_classes(struct spool *spool, enum layout_class first, enum layout_class last)
{
    struct spool_file *files = NULL;
    size_t count = 0;
    TRY(spool_envelopes(spool, spool->journey->arena, &files, &count));
    for (size_t i = 0; i < count; i++) {
        if (files[i].read.class_ >= first && files[i].read.class_ <= last) {
            TRY(spool_remove(spool, files[i].name));
        }
    }
    return OK;
}

enum err spool_remove_class(struct spool *spool, enum layout_class class_)
{
    return remove_classes(spool, class_, class_);
}

enum err spool_remove_all(struct spool *spool)
{
    return remove_classes(spool, LAYOUT_CLASS_alarm, LAYOUT_CLASS_photo);
}

/* Whether the envelope at `path` is from another number than the tablet's, or sealed to a key
 * that headquarters had before: its answer could not be believed any more. */
static enum err is_foreign(struct spool *spool, const char *path, const uint8_t *hq_id,
                           bool *is_foreign_out)
{
    struct str bytes;
    struct envelope_head head;
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = os_file_read(spool->journey->arena, path, LIMIT_envelope_size, &bytes);
    bool is_read = err == OK && envelope_read_head(spool_bytes(bytes), &head) == WIRE_ok;
    *is_foreign_out =
        is_read && ((head.device_no != 0 && head.device_no != spool->journey->device_no) ||
                    (hq_id != NULL && head.key_id != *hq_id));
    arena_rollback(spool->journey->arena, mark);
    return err == ERR_not_found || err == ERR_too_long ? OK : err;
}

enum err spool_remove_foreign(struct spool *spool)
{
    struct arena *arena = spool->journey->arena;
    struct spool_file *files = NULL;
    size_t count = 0;
    struct envelope_keys device;
    struct chain_public_key hq;
    enum err keys_err = spool_keys(spool, &device, &hq);
    if (keys_err != OK && keys_err != ERR_not_enrolled) {
        return keys_err;
    }
    uint8_t hq_id = keys_err == OK ? envelope_key_id(&hq) : 0;
    TRY(spool_envelopes(spool, arena, &files, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_old = false;
        TRY(is_foreign(spool, os_path(arena, spool->out, files[i].name),
                       keys_err == OK ? &hq_id : NULL, &is_old));
        if (is_old) {
            TRY(spool_remove(spool, files[i].name));
        }
    }
    return OK;
}

enum err spool_take_stock(struct spool *spool)
{
    struct arena *arena = spool->journey->arena;
    struct store_envelope *envelopes = NULL;
    size_t count = 0;
    TRY(spool_remove_foreign(spool)); /* of an earlier number, or to an earlier key */
    TRY(store_outbox_envelopes(spool->journey->store, arena, &envelopes, &count));
    for (size_t i = 0; i < count; i++) {
        if (!os_file_is_plain(os_path(arena, spool->out, envelopes[i].name))) {
            TRY(store_outbox_unseal(spool->journey->store, envelopes[i].name));
        }
    }
    return OK;
}

enum err spool_open(struct spool *spool_out, struct arena *arena, struct journey *journey,
                    const char *data_folder)
{
    struct spool spool = {.journey = journey, .folder = os_path(arena, data_folder, LAYOUT_SPOOL)};
    spool.out = os_path(arena, spool.folder, LAYOUT_OUT);
    spool.in = os_path(arena, spool.folder, LAYOUT_IN);
    TRY(os_folder_make(spool.out));
    TRY(os_folder_make(spool.in));
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = spool_take_stock(&spool);
    if (err == OK) {
        err = spool_write_conf(&spool);
    }
    arena_rollback(journey->arena, mark);
    if (err == OK) {
        *spool_out = spool;
    }
    return err;
}

enum err spool_waiting(struct spool *spool, size_t *count_out)
{
    struct arena *arena = spool->journey->arena;
    struct arena_mark mark = arena_mark(arena);
    struct spool_file *files = NULL;
    enum err err = spool_envelopes(spool, arena, &files, count_out);
    arena_rollback(arena, mark);
    return err;
}

/* An envelope is written whole under its name and never changed: a folder that no name came into
 * or left holds what it held. Thousands wait where there is no network, and this is asked often. */
static enum err count_envelopes(struct spool *spool, struct spool_outlook *outlook)
{
    struct arena *arena = spool->journey->arena;
    struct spool_file *files = NULL;
    size_t count = 0;
    int64_t stamp = 0;
    TRY(os_folder_stamp(spool->out, &stamp));
    if (stamp != 0 && stamp == spool->counted_stamp) {
        *outlook = spool->counted;
        return OK;
    }
    TRY(spool_envelopes(spool, arena, &files, &count));
    for (size_t i = 0; i < count; i++) {
        uint64_t size = 0;
        enum err err = os_file_facts(os_path(arena, spool->out, files[i].name), &size, NULL);
        if (err == ERR_not_found) {
            continue;
        }
        TRY(err);
        outlook->envelope_count[files[i].read.class_]++;
        outlook->waiting_size[files[i].read.class_] += size;
    }
    spool->counted = *outlook;
    spool->counted_stamp = stamp;
    return OK;
}

static enum err look_out(struct spool *spool, struct spool_outlook *outlook)
{
    struct arena *arena = spool->journey->arena;
    size_t count = 0;
    TRY(count_envelopes(spool, outlook));
    struct store_attachment *attachments = NULL;
    TRY(store_attachment_list(spool->journey->store, arena, &attachments, &count));
    for (size_t i = 0; i < count; i++) {
        const struct store_attachment *attachment = &attachments[i];
        bool is_held = attachment->state == ATTACHMENT_held || attachment->state == ATTACHMENT_safe;
        if (is_held || attachment->is_missing) {
            continue;
        }
        uint64_t lacking_size = (uint64_t)attachment->lacking_count * LIMIT_chunk_size;
        bool is_part = attachment->lacking_count > 0 && lacking_size < attachment->size;
        outlook->photo_count++;
        outlook->photo_size += is_part ? lacking_size : attachment->size;
    }
    return OK;
}

enum err spool_outlook(struct spool *spool, struct spool_outlook *outlook_out)
{
    struct arena_mark mark = arena_mark(spool->journey->arena);
    *outlook_out = (struct spool_outlook){0};
    enum err err = look_out(spool, outlook_out);
    arena_rollback(spool->journey->arena, mark);
    return err;
}

enum err spool_wake(struct spool *spool)
{
    struct arena *arena = spool->journey->arena;
    struct arena_mark mark = arena_mark(arena);
    enum err err = os_file_replace(os_path(arena, spool->folder, LAYOUT_WAKE), "", 0);
    arena_rollback(arena, mark);
    return err;
}
