/* sync/spool/spool.c -- the folder: names, files, stock-taking. */
#include "sync/spool/spool.h"

#include "core/base/buf.h"
#include "core/os/os.h"
#include "sync/spool/spool_private.h"

#include <inttypes.h>
#include <stdio.h>
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

enum err spool_envelopes(struct spool *spool, struct arena *arena, const char ***names_out,
                         size_t *count_out)
{
    const char **names = NULL;
    size_t count = 0;
    TRY(os_folder_list(arena, spool->out, &names, &count));
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (spool_ends_with(names[i], LAYOUT_ENVELOPE)) {
            names[kept++] = names[i];
        }
    }
    *names_out = names;
    *count_out = kept;
    return OK;
}

void spool_stem(struct spool *spool, char stem[LAYOUT_STEM_SIZE], uint64_t first_seq)
{
    /* Random, not counted: a name is never used for two envelopes, not even when a
     * cut lost the count, so an answer can only meet the envelope it answers. */
    snprintf(stem, LAYOUT_STEM_SIZE, "%020" PRIu64 "-%016" PRIx64, first_seq,
             rng_u64(spool->journey->rng));
}

enum err spool_put(struct spool *spool, uint64_t first_seq, struct wire_bytes envelope,
                   const char **name_out)
{
    char stem[LAYOUT_STEM_SIZE];
    spool_stem(spool, stem, first_seq);
    struct arena *arena = spool->journey->arena;
    const char *name = str_format(arena, "%s%s", stem, LAYOUT_ENVELOPE);
    TRY(os_file_replace(os_path(arena, spool->out, name), envelope.bytes, envelope.size));
    *name_out = name;
    return OK;
}

enum err spool_remove(struct spool *spool, const char *name)
{
    return os_file_remove(os_path(spool->journey->arena, spool->out, name));
}

enum err spool_remove_all(struct spool *spool)
{
    const char **names = NULL;
    size_t count = 0;
    TRY(spool_envelopes(spool, spool->journey->arena, &names, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(spool_remove(spool, names[i]));
    }
    return OK;
}

static enum err take_stock(struct spool *spool)
{
    struct arena *arena = spool->journey->arena;
    struct store_envelope *envelopes = NULL;
    size_t count = 0;
    TRY(store_outbox_envelopes(spool->journey->store, arena, &envelopes, &count));
    for (size_t i = 0; i < count; i++) {
        if (!os_file_exists(os_path(arena, spool->out, envelopes[i].name))) {
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
    enum err err = take_stock(&spool);
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
    const char **names = NULL;
    enum err err = spool_envelopes(spool, arena, &names, count_out);
    arena_rollback(arena, mark);
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
