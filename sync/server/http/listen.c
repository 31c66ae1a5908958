/* Listening sockets: given by systemd or opened here. */
#include "sync/server/http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024, SYSTEMD_FIRST_FD = 3 };

static int handed_in(int index)
{
    const char *pid = getenv("LISTEN_PID");
    const char *count = getenv("LISTEN_FDS");
    int64_t pid_number = 0;
    int64_t fd_count = 0;
    if (pid == NULL || count == NULL || str_to_i64(str_from(pid), &pid_number) != OK ||
        pid_number != getpid() || str_to_i64(str_from(count), &fd_count) != OK ||
        fd_count <= index) {
        return -1;
    }
    return SYSTEMD_FIRST_FD + index;
}

static void describe(int fd, char *where, size_t where_size)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    char host[64] = "";
    char port[16] = "";
    if (getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
        getnameinfo((struct sockaddr *)&address, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
        bool is_v6 = address.ss_family == AF_INET6;
        snprintf(where, where_size, is_v6 ? "[%s]:%s" : "%s:%s", host, port);
    } else {
        snprintf(where, where_size, "socket %d", fd);
    }
}

static enum err split(const char *address, char host[64], char port[8])
{
    const char *colon = strrchr(address, ':');
    if (colon == NULL || strlen(colon + 1) > 5 || colon[1] == '\0') {
        return ERR_bad_text;
    }
    int64_t number = 0;
    if (str_to_i64(str_from(colon + 1), &number) != OK || number < 0 || number > 65535) {
        return ERR_bad_text;
    }
    snprintf(port, 8, "%s", colon + 1);
    struct str name = {address, (size_t)(colon - address)};
    if (name.size >= 2 && name.bytes[0] == '[' && name.bytes[name.size - 1] == ']') {
        name = (struct str){name.bytes + 1, name.size - 2};
    }
    return str_copy(host, 64, name) ? OK : ERR_bad_text;
}

static enum err bind_one(const struct addrinfo *info, int *fd_out)
{
    int fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                    info->ai_protocol);
    if (fd < 0) {
        return ERR_io;
    }
    int is_on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &is_on, sizeof is_on);
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        enum err err = errno == EADDRINUSE      ? ERR_exists
                       : errno == EACCES        ? ERR_not_allowed
                       : errno == EADDRNOTAVAIL ? ERR_not_found
                                                : ERR_io;
        close(fd);
        return err;
    }
    *fd_out = fd;
    return OK;
}

enum err listen_open(const char *address, int index, int *fd_out, char *where, size_t where_size)
{
    int fd = handed_in(index);
    if (fd < 0) {
        char host[64];
        char port[8];
        TRY(split(address, host, port));
        const struct addrinfo hints = {
            .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
        struct addrinfo *found = NULL;
        if (getaddrinfo(host[0] != '\0' ? host : NULL, port, &hints, &found) != 0) {
            return ERR_not_found;
        }
        enum err err = bind_one(found, &fd);
        freeaddrinfo(found);
        TRY(err);
    }
    describe(fd, where, where_size);
    *fd_out = fd;
    return OK;
}

void listen_close(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}
