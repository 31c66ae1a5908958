#include "sync/server/command/control_wire.h"

#include "core/base/buf.h"
#include "sync/server/staff/session.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum err control_wire_address(struct sockaddr_un *address, const char *path)
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

/* ---- the caller's end ---- */

static void put_word(struct buf_writer *writer, const char *word)
{
    size_t size = strlen(word);
    buf_write_u32(writer, (uint32_t)size);
    buf_write_bytes(writer, word, size);
}

/* The size of what follows travels with the streams. */
static enum err send_head(int fd, uint32_t size, const int streams[CONTROL_STREAMS])
{
    enum { STREAMS_SIZE = CONTROL_STREAMS * sizeof(int) };
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

enum err control_wire_send(struct arena *arena, int fd, const struct control_call *call,
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

/* ---- the server's end ---- */

enum err control_wire_head(int fd, uint32_t *size_out, int streams[CONTROL_STREAMS])
{
    uint8_t head[4];
    union {
        char bytes[CMSG_SPACE(sizeof(int) * CONTROL_STREAMS)];
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
        rights->cmsg_len != CMSG_LEN(sizeof(int) * CONTROL_STREAMS)) {
        return ERR_malformed;
    }
    memcpy(streams, CMSG_DATA(rights), sizeof(int) * CONTROL_STREAMS);
    struct buf_reader reader;
    buf_reader_init(&reader, head, (size_t)got);
    *size_out = buf_read_u32(&reader);
    enum err err = *size_out <= CONTROL_SIZE_MAX ? reader.err : ERR_too_long;
    for (size_t i = 0; err != OK && i < CONTROL_STREAMS; i++) {
        close(streams[i]);
    }
    return err;
}

static const char *read_word(struct arena *arena, struct buf_reader *reader)
{
    uint32_t size = buf_read_u32(reader);
    const uint8_t *bytes = buf_read_bytes(reader, size);
    return bytes != NULL ? str_text(arena, (struct str){(const char *)bytes, size}) : "";
}

enum err control_wire_call(struct arena *arena, int fd, uint32_t size,
                           struct control_call *call_out)
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

enum err control_wire_answer(int fd, uint8_t exit_code)
{
    return write_all(fd, &exit_code, 1);
}
