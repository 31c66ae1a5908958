/* Start and stop, routes, readers, headquarters' key. */
#include "sync/server/api/api_private.h"

#include "core/os/log.h"
#include "core/os/os.h"

#include <string.h>

#define envelope_FINISH envelope_finish
#define healthz_FINISH NULL
#define readyz_FINISH NULL
#define metrics_FINISH NULL
static const struct http_route routes[] = {
#define ENDPOINT(method, path, name, body_size) \
    {(method), (path), (body_size), name##_take, name##_FINISH},
#include "sync/server/api/endpoints.def"
#undef ENDPOINT
};

const struct http_route *api_routes(size_t *count_out)
{
    *count_out = COUNT(routes);
    return routes;
}

void api_serves(struct api *api, const struct http_server *server,
                const struct http_server *office_server)
{
    api->http = server;
    api->office_http = office_server;
}

/* ---- readers ---- */

struct api_reader *api_reader_take(struct api *api)
{
    uint32_t count = api->reader_count;
    CHECK(count > 0);
    uint32_t start = api->next_reader++;
    for (uint32_t i = 0; i < count; i++) {
        struct api_reader *reader = &api->readers[(start + i) % count];
        if (pthread_mutex_trylock(&reader->lock) == 0) {
            return reader;
        }
    }
    struct api_reader *reader = &api->readers[start % count];
    pthread_mutex_lock(&reader->lock);
    return reader;
}

void api_reader_give(struct api_reader *reader)
{
    pthread_mutex_unlock(&reader->lock);
}

static void readers_close(struct api *api)
{
    for (uint32_t i = 0; i < api->reader_count; i++) {
        if (api->readers[i].store != NULL) {
            pthread_mutex_destroy(&api->readers[i].lock);
        }
        if (api->readers[i].store != NULL && api->readers[i].store != api->options.store) {
            hq_store_close(api->readers[i].store);
        }
    }
}

/* ---- start and stop ---- */

/* Attachments whose file is gone are asked for again. Facts do not wait for photos: when
 * this fails the server starts all the same. */
static void look_after_vault(struct api *api)
{
    struct hq_store *store = api->options.store;
    struct vault_looked looked = {0};
    struct arena arena;
    arena_init(&arena, 0);
    enum err err = hq_begin(store);
    if (err == OK) {
        struct ingest *ingest = ingest_start(&arena, store, clock_now_ms(api->options.clock));
        err = vault_look(ingest, api->options.folder, false, &looked);
        enum err finish_err = ingest_finish(ingest);
        err = err != OK ? err : finish_err;
    }
    if (err == OK && looked.missing_count + looked.rotten_count > 0) {
        err = hq_commit(store);
    } else {
        hq_rollback(store);
    }
    if (err != OK) {
        log_line(LOG_warning, "api", "attachments were not looked at: %s", err_name(err));
    }
    arena_deinit(&arena);
}

enum err api_start(const struct api_options *options, struct api **api_out)
{
    CHECK(options->reader_count > 0 || options->is_single_thread);
    struct arena arena;
    arena_init(&arena, 0);
    struct api *api = ARENA_NEW(&arena, struct api);
    api->options = *options;
    if (options->ring != NULL) {
        api_rekey(api, options->ring);
    } else {
        struct keyring alone = {.count = 1};
        alone.items[0].keys = *options->keys;
        api_rekey(api, &alone);
    }
    api->reader_count = options->reader_count > 0 ? options->reader_count : 1;
    api->readers = ARENA_ARRAY(&arena, api->reader_count, struct api_reader);
    api->arena = arena;
    enum err err = OK;
    if (options->reader_count == 0) {
        api->readers[0].store = options->store;
        pthread_mutex_init(&api->readers[0].lock, NULL);
    }
    for (uint32_t i = 0; err == OK && i < options->reader_count; i++) {
        err = hq_store_open(&api->readers[i].store, options->folder, HQ_ACCESS_read, false);
        pthread_mutex_init(&api->readers[i].lock, NULL);
    }
    if (err == OK) {
        err = api_strongbox(options->store, atomic_load(&api->ring));
    }
    if (err == OK) {
        look_after_vault(api);
        err = writer_start(api);
    }
    if (err != OK) {
        readers_close(api);
        arena_deinit(&arena);
        return err;
    }
    *api_out = api;
    return OK;
}

void api_drain(struct api *api)
{
    writer_drain(api);
}

void api_stop(struct api *api)
{
    writer_stop(api);
    readers_close(api);
    struct arena arena = api->arena;
    arena_deinit(&arena);
}

struct chain_link api_code_hash(struct str code)
{
    static const struct chain_link start = {{0}};
    return chain_next(&start, 0, 0, (const uint8_t *)code.bytes, code.size);
}
