/* doorstep-hq serve: the server itself. */
#include "core/base/buf.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/api/api.h"
#include "sync/server/command/control.h"
#include "sync/server/command/key_file.h"
#include "sync/server/command/lookup.h"
#include "sync/server/office/office.h"
#include "sync/server/staff/session.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MIN = 2, THREADS_MAX = 16, OFFICE_DOOR_THREADS = 2 };

static const char *const options[] = {"--listen",         "--office",  "--threads",
                                      "--tls-cert",       "--tls-key", "--tls-client-ca",
                                      "--tls-client-crl", NULL};

/* Where it is to listen. */
struct doors {
    const char *tablets;
    const char *office; /* NULL: where the tablets come */
    uint32_t thread_count;
};

struct server {
    struct os_lock lock;
    struct hq_store *store;
    struct keyring ring;
    struct api *api;
    struct http_server *http;
    struct http_server *office_http; /* NULL: the office is at the tablets' address */
    struct control *control;
    struct office *office;
    bool has_tls;
    struct tls tls;
    struct tls office_tls;
    const char *listening; /* the address that is being tried */
};

static uint32_t thread_count_here(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < THREADS_MIN ? THREADS_MIN : count > THREADS_MAX ? THREADS_MAX : (uint32_t)count;
}

/* Signals that end the server are taken by sigwait() in the main thread; every
 * thread started from here on leaves them alone. */
static void hold_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* "https://127.0.0.1:8480" */
static const char *url_of(struct command_context *context, const struct server *server,
                          const struct http_server *http)
{
    return str_format(context->arena, "%s://%s", server->has_tls ? "https" : "http",
                      http_address(http));
}

/* For enrol: where tablets come, and which key they will meet there. */
static enum err note_address(struct server *server)
{
    char pin[2 * TLS_PIN_SIZE + 1] = "";
    if (server->has_tls) {
        buf_to_hex(pin, server->tls.pin, sizeof server->tls.pin);
    }
    struct arena arena = {0};
    arena_init(&arena, 0);
    const char *held = NULL;
    enum err err = hq_setting(&arena, server->store, "server.pin", "", &held);
    bool is_new = err == OK && strcmp(held, pin) != 0;
    arena_deinit(&arena);
    TRY(err);
    TRY(hq_begin(server->store));
    TRY(hq_setting_set(server->store, "server.address", http_address(server->http)));
    TRY(hq_setting_set(server->store, "server.pin", pin));
    if (is_new) { /* the one that was announced is in use, or was given up */
        TRY(hq_setting_set(server->store, "server.pin_next", ""));
        struct hq_query tell = hq_query(server->store, SQL_HQ_proof_tell_holders);
        TRY(hq_run(&tell));
    }
    return hq_commit(server->store);
}

/* The office asks for no certificate of a tablet. */
static enum err start_office_http(struct server *server, struct http_options http,
                                  const char *listen)
{
    if (listen == NULL) {
        return OK;
    }
    server->office_tls = server->tls;
    server->office_tls.client_ca = NULL;
    http.door = HTTP_DOOR_office;
    http.listen = listen;
    http.routes = office_routes(&http.route_count);
    http.context = server->office;
    http.tls = server->has_tls ? &server->office_tls : NULL;
    http.thread_count = OFFICE_DOOR_THREADS;
    return http_start(&http, &server->office_http);
}

static enum err start_http(struct command_context *context, struct server *server,
                           const struct doors *doors)
{
    struct http_options http = {
        .door = doors->office != NULL ? HTTP_DOOR_tablets : HTTP_DOOR_all,
        .listen = doors->tablets,
        .context = server->api,
        .clock = context->clock,
        .tls = server->has_tls ? &server->tls : NULL,
        .thread_count = doors->thread_count,
    };
    http.routes = api_routes(&http.route_count);
    if (doors->office == NULL) {
        http.more_routes = office_routes(&http.more_count);
        http.more_context = server->office;
    }
    server->listening = doors->tablets;
    TRY(http_start(&http, &server->http));
    server->listening = doors->office;
    TRY(start_office_http(server, http, doors->office));
    server->listening = NULL;
    api_serves(server->api, server->http, server->office_http);
    return OK;
}

struct address_job {
    struct server *server;
    enum err err;
};

static void note_address_on_writer(void *given, struct hq_store *store)
{
    struct address_job *job = given;
    CHECK(store == job->server->store);
    job->err = note_address(job->server);
}

/* A page's command runs as one that came over the socket. */
static int run_for_office(void *context, const struct office_call *given)
{
    const struct control_call call = {
        .cwd = "/",
        .session = given->session,
        .lang = given->lang,
        .is_json = given->is_json,
        .is_page = given->is_page,
        .is_page_pick = given->is_page_pick,
        .is_quiet = given->is_quiet,
        .door = SESSION_DOOR_web,
        .argc = given->argc,
        .argv = given->argv,
    };
    FILE *streams[] = {given->in, given->out, given->err};
    return (int)control_run(context, given->arena, &call, given->origin, streams);
}

static enum err start(struct command_context *context, struct server *server,
                      const struct doors *doors)
{
    TRY(hq_store_open(&server->store, context->data_folder, HQ_ACCESS_write, false));
    const struct api_options api = {
        .folder = context->data_folder,
        .store = server->store,
        .keys = keyring_newest(&server->ring),
        .ring = &server->ring,
        .clock = context->clock,
        .rng = context->rng,
        .reader_count = doors->thread_count,
    };
    TRY(api_start(&api, &server->api));
    TRY(office_make(&server->office));
    TRY(start_http(context, server, doors));
    struct address_job job = {.server = server};
    api_on_writer(server->api, note_address_on_writer, &job);
    TRY(job.err);
    const struct control_options control = {
        .folder = context->data_folder,
        .api = server->api,
        .clock = context->clock,
        .rng = context->rng,
    };
    TRY(control_start(&control, &server->control));
    const struct office_options office = {
        .has_tls = server->has_tls,
        .address = http_address(server->office_http != NULL ? server->office_http : server->http),
        .run = run_for_office,
        .context = server->control,
    };
    return office_begin(server->office, &office);
}

/* From the outside in: no new callers, all that was taken is answered, then the rest. */
static void stop(struct server *server)
{
    if (server->http != NULL) {
        http_close_door(server->http);
    }
    if (server->office_http != NULL) {
        http_close_door(server->office_http);
    }
    if (server->control != NULL) {
        control_stop(server->control);
    }
    if (server->office != NULL) {
        office_end(server->office); /* before the writer: pages ask it for work */
    }
    if (server->api != NULL) {
        api_drain(server->api);
    }
    if (server->http != NULL) {
        http_stop(server->http);
    }
    if (server->office_http != NULL) {
        http_stop(server->office_http);
    }
    if (server->api != NULL) {
        api_stop(server->api);
    }
    if (server->office != NULL) {
        office_free(server->office);
    }
    hq_store_close(server->store);
    os_lock_close(&server->lock);
}

/* Which of those certificates were taken back, when --tls-client-crl is given. */
static enum command_exit load_revoked(struct command_context *context, struct server *server)
{
    const char *file = command_option(context, "--tls-client-crl");
    if (file == NULL) {
        return COMMAND_ok;
    }
    if (server->tls.client_ca == NULL) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE("hq.fail.client_crl_alone"));
    }
    enum err err = tls_load_revoked(context->arena, command_path(context, file), &server->tls);
    const char *text = err == ERR_refused ? "hq.fail.client_crl_other" : "hq.fail.client_crl";
    return err == OK ? COMMAND_ok
                     : command_fail(context, COMMAND_usage,
                                    COMMAND_TEXT(text, lang_value_text("list", file)));
}

/* Who signs the certificates that tablets must show, when --tls-client-ca is given. */
static enum command_exit load_clients(struct command_context *context, struct server *server)
{
    const char *file = command_option(context, "--tls-client-ca");
    if (file == NULL) {
        return COMMAND_ok;
    }
    if (!server->has_tls) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE("hq.fail.client_ca_alone"));
    }
    enum err err = tls_load_clients(context->arena, command_path(context, file), &server->tls);
    return err == OK ? COMMAND_ok
                     : command_fail(
                           context, COMMAND_usage,
                           COMMAND_TEXT("hq.fail.client_ca", lang_value_text("certificate", file)));
}

/* The files of --tls-cert and --tls-key, when they are given. */
static enum command_exit load_tls(struct command_context *context, struct server *server)
{
    const char *certificate = command_option(context, "--tls-cert");
    const char *key = command_option(context, "--tls-key");
    if (certificate == NULL && key == NULL) {
        return COMMAND_ok;
    }
    if (certificate == NULL || key == NULL) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE("hq.fail.tls_pair"));
    }
    enum err err = tls_load(context->arena, command_path(context, certificate),
                            command_path(context, key), &server->tls);
    server->has_tls = err == OK;
    if (err != OK) {
        const char *text = err == ERR_refused     ? "hq.fail.tls_key"
                           : err == ERR_malformed ? "hq.fail.tls_malformed"
                                                  : "hq.fail.tls_file";
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT(text, lang_value_text("certificate", certificate),
                                         lang_value_text("key", key)));
    }
    if (server->tls.ends_at_ms < clock_now_ms(context->clock)) {
        log_line(LOG_warning, "serve", "the TLS certificate has ended; pinned tablets do not mind");
    }
    return COMMAND_ok;
}

enum command_exit serve_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    struct doors doors = {.tablets = command_option(context, "--listen"),
                          .office = command_option(context, "--office")};
    const char *threads = command_option(context, "--threads");
    int64_t thread_count = thread_count_here();
    if (command_word(context, options, 0) != NULL) {
        return command_usage(context);
    }
    if (threads != NULL) {
        enum command_exit code = lookup_number(context, threads, 1, THREADS_MAX, &thread_count);
        if (code != COMMAND_ok) {
            return code;
        }
    }
    doors.tablets = doors.tablets != NULL ? doors.tablets : "127.0.0.1:8480";
    struct server server = {0};
    enum command_exit tls_code = load_tls(context, &server);
    tls_code = tls_code == COMMAND_ok ? load_clients(context, &server) : tls_code;
    tls_code = tls_code == COMMAND_ok ? load_revoked(context, &server) : tls_code;
    if (tls_code != COMMAND_ok) {
        return tls_code;
    }
    if (!os_file_exists(os_path(context->arena, context->data_folder, "hq.db"))) {
        return command_fail(
            context, COMMAND_not_found,
            COMMAND_TEXT("hq.fail.no_folder", lang_value_text("folder", context->data_folder)));
    }
    enum command_exit key_code = key_file_read(context, &server.ring);
    if (key_code != COMMAND_ok) {
        return key_code;
    }
    enum err err =
        os_lock_open(&server.lock, os_path(context->arena, context->data_folder, "hq.lock"));
    if (err == ERR_busy) {
        return command_fail(
            context, COMMAND_busy,
            COMMAND_TEXT("hq.fail.served", lang_value_text("folder", context->data_folder)));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    sigset_t signals;
    hold_signals(&signals);
    doors.thread_count = (uint32_t)thread_count;
    err = start(context, &server, &doors);
    if (err == OK) {
        command_say(context,
                    COMMAND_TEXT("hq.say.ready", lang_value_text("address", url_of(context, &server,
                                                                                   server.http))));
        if (server.office_http != NULL) {
            command_say(context,
                        COMMAND_TEXT("hq.say.ready_office",
                                     lang_value_text(
                                         "address", url_of(context, &server, server.office_http))));
        }
        fflush(context->out);
        int received = 0;
        sigwait(&signals, &received);
        log_line(LOG_info, "serve", "signal %d: ending", received);
    }
    stop(&server);
    bool is_address =
        err == ERR_bad_text || err == ERR_exists || err == ERR_not_allowed || err == ERR_not_found;
    if (is_address && server.listening != NULL) {
        const char *key = err == ERR_exists        ? "hq.fail.listen_in_use"
                          : err == ERR_not_allowed ? "hq.fail.listen_not_allowed"
                                                   : "hq.fail.listen";
        return command_fail(context, err == ERR_exists ? COMMAND_busy : COMMAND_usage,
                            COMMAND_TEXT(key, lang_value_text("address", server.listening)));
    }
    return err == OK ? COMMAND_ok : command_err(context, err);
}
