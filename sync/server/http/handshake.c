#include "sync/server/http/handshake.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>

struct handshake_thread {
    atomic_int epoll_fd; /* 0: free; no thread's is */
    int64_t moved_at_ms; /* monotonic; its own thread's alone */
};

struct handshakes {
    const struct clock *clock;
    atomic_uint_fast64_t nap_count;
    struct handshake_thread threads[HANDSHAKE_THREADS];
};

struct handshakes *handshakes_make(struct arena *arena, const struct clock *clock)
{
    struct handshakes *all = ARENA_NEW(arena, struct handshakes);
    all->clock = clock;
    return all;
}

uint64_t handshakes_nap_count(const struct handshakes *all)
{
    return all->nap_count;
}

static int64_t now_ms(const struct handshakes *all)
{
    return clock_read(all->clock).monotonic_ms;
}

/* A thread is known by what it waits on. */
static struct handshake_thread *thread_of(struct handshakes *all, int epoll_fd)
{
    for (size_t i = 0; epoll_fd > 0 && i < HANDSHAKE_THREADS; i++) {
        int found = 0;
        if (atomic_compare_exchange_strong(&all->threads[i].epoll_fd, &found, epoll_fd) ||
            found == epoll_fd) {
            return &all->threads[i];
        }
    }
    return NULL;
}

/* Until anything happens that the thread waits for, or some milliseconds are over. */
static void nap(const struct handshake *handshake)
{
    struct handshake_thread *thread = handshake->thread;
    if (handshake->is_over || thread == NULL ||
        now_ms(handshake->all) - thread->moved_at_ms < HANDSHAKE_BUSY_MS) {
        return;
    }
    struct pollfd events = {.fd = thread->epoll_fd, .events = POLLIN};
    handshake->all->nap_count++;
    (void)poll(&events, 1, HANDSHAKE_NAP_MS);
}

static void note_moved(const struct handshake *handshake)
{
    if (handshake->thread != NULL) {
        handshake->thread->moved_at_ms = now_ms(handshake->all);
    }
}

static ssize_t pull(gnutls_transport_ptr_t given, void *bytes, size_t size)
{
    const struct handshake *handshake = given;
    ssize_t got = recv(handshake->fd, bytes, size, 0);
    int error = errno;
    if (got > 0) {
        note_moved(handshake);
    } else if (got < 0 && (error == EAGAIN || error == EWOULDBLOCK)) {
        nap(handshake);
    }
    errno = error;
    return got;
}

static ssize_t push(gnutls_transport_ptr_t given, const giovec_t *parts, int count)
{
    const struct handshake *handshake = given;
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)parts,
                             .msg_iovlen = (size_t)count};
    ssize_t sent = sendmsg(handshake->fd, &message, MSG_NOSIGNAL);
    int error = errno;
    if (sent > 0) {
        note_moved(handshake);
    }
    errno = error;
    return sent;
}

void handshake_begin(struct handshakes *all, struct MHD_Connection *connection, int fd,
                     struct handshake *handshake)
{
    const union MHD_ConnectionInfo *tls =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    const union MHD_ConnectionInfo *own =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_DAEMON);
    if (tls == NULL || tls->tls_session == NULL) {
        return;
    }
    gnutls_session_t session = tls->tls_session;
    const union MHD_DaemonInfo *epoll =
        own != NULL ? MHD_get_daemon_info(own->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    *handshake = (struct handshake){
        .fd = fd, .all = all, .thread = epoll != NULL ? thread_of(all, epoll->epoll_fd) : NULL};
    note_moved(handshake);
    gnutls_transport_set_ptr(session, handshake);
    gnutls_transport_set_pull_function(session, pull);
    gnutls_transport_set_vec_push_function(session, push);
}
