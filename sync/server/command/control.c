/* Both ends of DIR/hq.sock; what travels over it is control_wire.c. */
#include "sync/server/command/control.h"

#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/command/control_wire.h"
#include "sync/server/command/guard.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { POLL_MS = 200, RECEIVE_TIMEOUT_S = 10 };

struct control {
    struct arena arena;
    struct control_options options;
    char *path;
    int fd;
    pthread_t thread;
    atomic_bool is_stopping;
};

/* ---- the caller ---- */

enum err control_send(struct arena *arena, const char *folder, const struct control_call *call,
                      int *exit_code_out)
{
    if (call->argc > CONTROL_WORDS_MAX) {
        return ERR_too_long;
    }
    struct sockaddr_un address;
    TRY(control_wire_address(&address, os_path(arena, folder, "hq.sock")));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return ERR_io;
    }
    enum err err =
        connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? OK : ERR_not_found;
    if (err == OK) {
        err = control_wire_send(arena, fd, call, exit_code_out);
    }
    close(fd);
    return err;
}

/* ---- the server ---- */

struct job {
    struct api *api;
    const struct command *command;
    struct command_context *context;
    enum command_exit code;
};

/* Tablets that are served meanwhile are not the caller's doing. */
static void serve_between(void *context)
{
    const struct job *job = context;
    const struct command_context *caller = job->context;
    hq_audit_as(caller->store, NULL, 0, NULL);
    api_between(job->api);
    hq_audit_as(caller->store, caller->actor, caller->person.person_no, caller->origin);
}

static void run_on_writer(void *context, struct hq_store *store)
{
    struct job *job = context;
    job->context->store = store;
    job->code = guard_enter(job->context, job->command, store, true);
    if (job->code == COMMAND_ok) {
        job->code = job->command->run(job->context);
        guard_leave(store);
    }
}

static void run_guard(void *context, struct hq_store *store)
{
    struct job *job = context;
    job->code = guard_enter(job->context, job->command, store, true);
    guard_leave(store);
}

static enum command_exit run_reading(struct control *control, const struct command *command,
                                     struct command_context *context)
{
    struct job job = {.command = command, .context = context, .code = COMMAND_failed};
    api_on_writer(control->options.api, run_guard, &job);
    if (job.code != COMMAND_ok) {
        return job.code;
    }
    enum err err = hq_store_open(&context->store, context->data_folder, HQ_ACCESS_read, false);
    if (err != OK) {
        return command_err(context, err);
    }
    enum command_exit code = command->run(context);
    hq_store_close(context->store);
    return code;
}

static enum command_exit run_call(struct control *control, struct arena *arena,
                                  const struct control_call *call, const char *origin,
                                  FILE *streams[CONTROL_STREAMS])
{
    struct command_context context = {
        .arena = arena,
        .in = streams[0],
        .out = streams[1],
        .err = streams[2],
        .data_folder = control->options.folder,
        .cwd = call->cwd,
        .lang = call->lang,
        .is_json = call->is_json,
        .is_page = call->is_page,
        .is_page_pick = call->is_page_pick,
        .is_quiet = call->is_quiet,
        .door = call->door,
        .clock = control->options.clock,
        .rng = control->options.rng,
        .session = call->session,
        .origin = origin,
        .actor = origin,
        .has_token_out = true, /* the caller keeps it; see program.c */
        .between = serve_between,
        .argc = call->argc,
        .argv = call->argv,
    };
    const struct command *command = command_find(call->argv[0]);
    if (command == NULL || command->access == COMMAND_ACCESS_alone) {
        return COMMAND_usage; /* the caller runs these itself */
    }
    if (command->access == COMMAND_ACCESS_reads) {
        return run_reading(control, command, &context);
    }
    if (command->access == COMMAND_ACCESS_beside) {
        context.api = control->options.api;
        return run_reading(control, command, &context);
    }
    struct job job = {.api = control->options.api,
                      .command = command,
                      .context = &context,
                      .code = COMMAND_failed};
    context.between_context = &job;
    api_on_writer(control->options.api, run_on_writer, &job);
    return job.code;
}

enum command_exit control_run(struct control *control, struct arena *arena,
                              const struct control_call *call, const char *origin,
                              FILE *streams[CONTROL_STREAMS])
{
    return run_call(control, arena, call, origin, streams);
}

static enum command_exit run_with_streams(struct control *control, struct arena *arena,
                                          const struct control_call *call, const char *origin,
                                          const int fds[CONTROL_STREAMS])
{
    static const char *const modes[CONTROL_STREAMS] = {"r", "w", "w"};
    FILE *streams[CONTROL_STREAMS] = {NULL};
    bool is_open = true;
    for (size_t i = 0; i < CONTROL_STREAMS; i++) {
        streams[i] = fdopen(fds[i], modes[i]);
        if (streams[i] == NULL) {
            close(fds[i]);
            is_open = false;
        }
    }
    enum command_exit code =
        is_open ? run_call(control, arena, call, origin, streams) : COMMAND_failed;
    for (size_t i = 0; i < CONTROL_STREAMS; i++) {
        if (streams[i] != NULL && fclose(streams[i]) != 0 && i > 0 && code == COMMAND_ok) {
            code = COMMAND_failed; /* what was said did not arrive */
        }
    }
    return code;
}

/* "uid 1000": from the kernel, not from the caller. */
static const char *origin_of(struct arena *arena, int fd)
{
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    bool is_known = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    return is_known ? str_format(arena, "uid %u", (unsigned)peer.uid) : "socket";
}

static void serve_one(struct control *control, int fd)
{
    /* A caller that stalls must not keep the others out. */
    const struct timeval timeout = {.tv_sec = RECEIVE_TIMEOUT_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    struct arena arena;
    arena_init(&arena, 0);
    int streams[CONTROL_STREAMS];
    uint32_t size = 0;
    struct control_call call = {0};
    enum err err = control_wire_head(fd, &size, streams);
    if (err == OK) {
        err = control_wire_call(&arena, fd, size, &call);
        if (err == OK) {
            uint8_t code =
                (uint8_t)run_with_streams(control, &arena, &call, origin_of(&arena, fd), streams);
            err = control_wire_answer(fd, code);
        } else {
            for (size_t i = 0; i < CONTROL_STREAMS; i++) {
                close(streams[i]);
            }
        }
    }
    if (err != OK) {
        log_line(LOG_warning, "control", "call: %s", err_name(err));
    }
    arena_deinit(&arena);
}

static void *take_calls(void *context)
{
    struct control *control = context;
    struct pollfd waiting = {.fd = control->fd, .events = POLLIN};
    while (!control->is_stopping) {
        if (poll(&waiting, 1, POLL_MS) <= 0) {
            continue;
        }
        int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            serve_one(control, fd);
            close(fd);
        }
    }
    return NULL;
}

static enum err open_socket(struct control *control)
{
    struct sockaddr_un address;
    TRY(control_wire_address(&address, control->path));
    TRY(os_file_remove(control->path)); /* of a server that was killed; the lock is ours */
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (control->fd < 0) {
        return ERR_io;
    }
    mode_t mask = umask(0077);
    int bound = bind(control->fd, (struct sockaddr *)&address, sizeof address);
    umask(mask);
    if (bound != 0 || listen(control->fd, 16) != 0) {
        close(control->fd);
        return ERR_io;
    }
    return OK;
}

enum err control_start(const struct control_options *options, struct control **control_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct control *control = ARENA_NEW(&arena, struct control);
    control->options = *options;
    control->path = os_path(&arena, options->folder, "hq.sock");
    control->arena = arena;
    enum err err = open_socket(control);
    if (err == OK && pthread_create(&control->thread, NULL, take_calls, control) != 0) {
        close(control->fd);
        err = ERR_io;
    }
    if (err != OK) {
        arena_deinit(&arena);
        return err;
    }
    *control_out = control;
    return OK;
}

void control_stop(struct control *control)
{
    control->is_stopping = true;
    pthread_join(control->thread, NULL);
    close(control->fd);
    if (os_file_remove(control->path) != OK) {
        log_line(LOG_warning, "control", "the socket is left behind");
    }
    struct arena arena = control->arena;
    arena_deinit(&arena);
}
