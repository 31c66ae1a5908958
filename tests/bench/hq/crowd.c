#include "tests/bench/hq/crowd.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void more_files(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int dial(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("connect");
        exit(1);
    }
    /* As the agent's: a handshake's last words and the first request are two small writes, and the
     * second would wait for an acknowledgement that the server holds back for 40 ms. */
    int is_on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &is_on, sizeof is_on);
    return fd;
}

/* All that the server has in memory, libraries included. */
static double resident_mb(long pid)
{
    char path[64];
    char line[256];
    double size = -1;
    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "Rss:", 4) == 0) {
            size = strtod(line + 4, NULL) / 1024;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    if (size < 0) {
        perror(path);
        exit(1);
    }
    return size;
}

static const char request[] = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/* A connection, and what speaks TLS over it. */
struct idle {
    int fd;
    gnutls_session_t session; /* NULL: plain */
};

/* Asks and waits for the answer; false when the connection is gone. */
static bool ask(const struct idle *idle)
{
    char text[512];
    if (idle->session != NULL) {
        return gnutls_record_send(idle->session, request, sizeof request - 1) > 0 &&
               gnutls_record_recv(idle->session, text, sizeof text) > 0;
    }
    return send(idle->fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0 &&
           recv(idle->fd, text, sizeof text, 0) > 0;
}

static void open_tls(struct idle *idle, gnutls_certificate_credentials_t credentials)
{
    /* The session stays open and is given back by the end of the process. */
    gnutls_init(&idle->session, GNUTLS_CLIENT);
    gnutls_priority_set_direct(idle->session, "NORMAL:-VERS-ALL:+VERS-TLS1.3", NULL);
    gnutls_credentials_set(idle->session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(idle->session, idle->fd);
    if (gnutls_handshake(idle->session) != 0) {
        fprintf(stderr, "idle: TLS failed\n");
        exit(1);
    }
}

static size_t ask_all(const struct idle *all, size_t count)
{
    size_t answered = 0;
    for (size_t i = 0; i < count; i++) {
        answered += ask(&all[i]);
    }
    return answered;
}

void crowd_idle(uint16_t port, long pid, size_t count, bool is_tls)
{
    enum { ASK_EVERY_S = 25 }; /* the server ends what is idle for 75 s */
    more_files();
    gnutls_certificate_credentials_t credentials = NULL;
    gnutls_certificate_allocate_credentials(&credentials);
    struct idle *all = calloc(count, sizeof *all);
    double before_mb = resident_mb(pid);
    double start_s = now_s();
    double asked_s = start_s;
    for (size_t i = 0; i < count; i++) {
        all[i].fd = dial(port);
        if (is_tls) {
            open_tls(&all[i], credentials);
        }
        if (!ask(&all[i])) {
            perror("idle");
            exit(1);
        }
        if (now_s() - asked_s > ASK_EVERY_S) {
            (void)ask_all(all, i + 1);
            asked_s = now_s();
        }
    }
    double opened_s = now_s() - start_s;
    /* All of them answer: all are open, and were a moment ago. */
    size_t open_count = ask_all(all, count);
    double after_mb = resident_mb(pid);
    free(all);
    printf("%zu idle connections%s, %zu open: %.1f MB resident, %.1f before, %.1f kB each, "
           "opened in %.1f s\n",
           count, is_tls ? " over TLS" : "", open_count, after_mb, before_mb,
           (after_mb - before_mb) * 1024 / (double)count, opened_s);
}

void crowd_drip(uint16_t port, size_t count, int seconds)
{
    static const char body[] =
        "POST /v1/envelope HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n";
    static const char head[] = "POST /v1/envelope HTTP/1.1\r\nHost: x\r\nX-Slow: ";
    more_files();
    int *fds = calloc(count, sizeof *fds);
    double *opened_s = calloc(count, sizeof *opened_s);
    size_t cut = 0;
    double longest_s = 0;
    for (size_t i = 0; i < count; i++) {
        fds[i] = dial(port);
        opened_s[i] = now_s();
        const char *start = i % 2 == 0 ? body : head;
        (void)!send(fds[i], start, strlen(start), MSG_NOSIGNAL);
    }
    double end_s = now_s() + seconds;
    while (now_s() < end_s && cut < count) {
        for (size_t i = 0; i < count; i++) {
            char text[512];
            if (fds[i] < 0) {
                continue;
            }
            ssize_t got = recv(fds[i], text, sizeof text, MSG_DONTWAIT);
            if (got == 0 || send(fds[i], "a", 1, MSG_NOSIGNAL) < 0) {
                double age_s = now_s() - opened_s[i];
                longest_s = age_s > longest_s ? age_s : longest_s;
                close(fds[i]);
                fds[i] = -1;
                cut++;
            }
        }
        const struct timespec second = {0, 500000000};
        nanosleep(&second, NULL);
    }
    printf("slow clients: %zu of %zu cut off, the last after %.1f s\n", cut, count, longest_s);
    fflush(stdout);
    free(fds);
    free(opened_s);
}
