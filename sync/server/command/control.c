/* Both ends of DIR/hq.sock. */
#include "sync/server/command/control.h"

#include "core/base/buf.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/command/guard.h"
#include "sync/server/staff/session.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { STREAMS = 3, POLL_MS = 200, RECEIVE_TIMEOUT_S = 10 };

struct control {
    struct arena arena;
    struct control_options options;
    char *path;
    int fd;
    pthread_t thread;
    atomic_bool is_stopping;
};

static enum err socket_address(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    return str_copy(address->sun_path, sizeof address->sun_path, str_from(path)) ? OK
                                                                                 : ERR_too_long;
}

static enum err write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = send(fd, bytes, size, MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return ERR_io;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return OK;
}

static enum err read_all(int fd, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, bytes, size, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return ERR_io;
        }
        bytes += got;
        size -= (size_t)got;
    }
    return OK;
}

/* ---- the caller ---- */

static void put_word(struct buf_writer *writer, const char *word)
{
    size_t size = strlen(word);
    buf_write_u32(writer, (uint32_t)size);
    buf_write_bytes(writer, word, size);
}

/* The size of what follows travels with the streams. */
static enum err send_head(int fd, uint32_t size, const int streams[STREAMS])
{
    enum { STREAMS_SIZE = STREAMS * sizeof(int) };
    uint8_t head[4];
    struct buf_writer writer;
    buf_writer_init(&writer, head, sizeof head);
    buf_write_u32(&writer, size);
    union {
        char bytes[CMSG_SPACE(STREAMS_SIZE)];
        struct cmsghdr aligned;
    } space = {{0}};
    struct iovec part = {head, sizeof head};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = space.bytes,
                             .msg_controllen = sizeof space.bytes};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(STREAMS_SIZE);
    memcpy(CMSG_DATA(rights), streams, STREAMS_SIZE);
    return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)sizeof head ? OK : ERR_io;
}

static enum err call_over(struct arena *arena, int fd, const struct control_call *call,
                          int *exit_code_out)
{
    uint8_t *bytes = arena_alloc(arena, CONTROL_SIZE_MAX);
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, CONTROL_SIZE_MAX);
    buf_write_u8(&writer, (uint8_t)call->lang);
    buf_write_u8(&writer, call->is_json);
    put_word(&writer, call->cwd);
    put_word(&writer, call->session);
    buf_write_u32(&writer, (uint32_t)call->argc);
    for (int i = 0; i < call->argc; i++) {
        put_word(&writer, call->argv[i]);
    }
    TRY(writer.err);
    TRY(send_head(fd, (uint32_t)writer.size, call->streams));
    TRY(write_all(fd, bytes, writer.size));
    uint8_t code = 0;
    TRY(read_all(fd, &code, 1));
    *exit_code_out = code;
    return OK;
}

enum err control_send(struct arena *arena, const char *folder, const struct control_call *call,
                      int *exit_code_out)
{
    if (call->argc > CONTROL_WORDS_MAX) {
        return ERR_too_long;
    }
    struct sockaddr_un address;
    TRY(socket_address(&address, os_path(arena, folder, "hq.sock")));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return ERR_io;
    }
    enum err err =
        connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? OK : ERR_not_found;
    if (err == OK) {
        err = call_over(arena, fd, call, exit_code_out);
    }
    close(fd);
    return err;
}

/* ---- the server ---- */

static enum err receive_head(int fd, uint32_t *size_out, int streams[STREAMS])
{
    uint8_t head[4];
    union {
        char bytes[CMSG_SPACE(sizeof(int) * STREAMS)];
        struct cmsghdr aligned;
    } space = {{0}};
    struct iovec part = {head, sizeof head};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = space.bytes,
                             .msg_controllen = sizeof space.bytes};
    ssize_t got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
    struct cmsghdr *rights = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (rights == NULL || rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS ||
        rights->cmsg_len != CMSG_LEN(sizeof(int) * STREAMS)) {
        return ERR_malformed;
    }
    memcpy(streams, CMSG_DATA(rights), sizeof(int) * STREAMS);
    struct buf_reader reader;
    buf_reader_init(&reader, head, (size_t)got);
    *size_out = buf_read_u32(&reader);
    return *size_out <= CONTROL_SIZE_MAX ? reader.err : ERR_too_long;
}

static const char *read_word(struct arena *arena, struct buf_reader *reader)
{
    uint32_t size = buf_read_u32(reader);
    const uint8_t *bytes = buf_read_bytes(reader, size);
    return bytes != NULL ? str_text(arena, (struct str){(const char *)bytes, size}) : "";
}

static enum err read_call(struct arena *arena, int fd, uint32_t size, struct control_call *call_out)
{
    uint8_t *bytes = arena_alloc(arena, size + 1);
    TRY(read_all(fd, bytes, size));
    struct buf_reader reader;
    buf_reader_init(&reader, bytes, size);
    uint8_t lang = buf_read_u8(&reader);
    call_out->lang = lang < LANG_COUNT ? (enum lang)lang : LANG_zh;
    call_out->is_json = buf_read_u8(&reader) != 0;
    call_out->door = SESSION_DOOR_console;
    call_out->cwd = read_word(arena, &reader);
    call_out->session = read_word(arena, &reader);
    uint32_t count = buf_read_u32(&reader);
    if (count == 0 || count > CONTROL_WORDS_MAX) {
        return ERR_malformed;
    }
    const char **words = ARENA_ARRAY(arena, count + 1, const char *);
    for (uint32_t i = 0; i < count; i++) {
        words[i] = read_word(arena, &reader);
    }
    call_out->argc = (int)count;
    call_out->argv = words;
    return buf_reader_done(&reader);
}

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
                                  FILE *streams[STREAMS])
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
                              FILE *streams[STREAMS])
{
    return run_call(control, arena, call, origin, streams);
}

static enum command_exit run_with_streams(struct control *control, struct arena *arena,
                                          const struct control_call *call, const char *origin,
                                          const int fds[STREAMS])
{
    static const char *const modes[STREAMS] = {"r", "w", "w"};
    FILE *streams[STREAMS] = {NULL};
    bool is_open = true;
    for (size_t i = 0; i < STREAMS; i++) {
        streams[i] = fdopen(fds[i], modes[i]);
        if (streams[i] == NULL) {
            close(fds[i]);
            is_open = false;
        }
    }
    enum command_exit code =
        is_open ? run_call(control, arena, call, origin, streams) : COMMAND_failed;
    for (size_t i = 0; i < STREAMS; i++) {
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
    int streams[STREAMS];
    uint32_t size = 0;
    struct control_call call = {0};
    enum err err = receive_head(fd, &size, streams);
    if (err == OK) {
        err = read_call(&arena, fd, size, &call);
        if (err == OK) {
            uint8_t code =
                (uint8_t)run_with_streams(control, &arena, &call, origin_of(&arena, fd), streams);
            err = write_all(fd, &code, 1);
        } else {
            for (size_t i = 0; i < STREAMS; i++) {
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
    TRY(socket_address(&address, control->path));
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
