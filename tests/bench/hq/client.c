#include "tests/bench/hq/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 512, ANSWER_MAX = 512 * 1024 };

struct line {
    int fd;
    size_t *shots; /* indexes */
    size_t shot_count, next;
    int is_busy;
    int64_t from_us;
    char head[HEAD_MAX];
    size_t head_size, sent;
    uint8_t *got;
    size_t got_size;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void dial(struct line *line, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    line->fd = socket(AF_INET, SOCK_STREAM, 0);
    int is_on = 1;
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &is_on, sizeof is_on);
    if (connect(line->fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("connect");
        exit(1);
    }
}

static void begin(const struct load *load, struct line *line, const struct shot *shot, int64_t at)
{
    line->is_busy = 1;
    line->from_us = at;
    line->sent = 0;
    line->got_size = 0;
    line->head_size =
        (size_t)snprintf(line->head, sizeof line->head,
                         "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n"
                         "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                         load->path, load->type, shot->body_size);
}

/* Sends what the socket takes; negative when it broke. */
static int push(struct line *line, const struct shot *shot)
{
    size_t whole = line->head_size + shot->body_size;
    while (line->sent < whole) {
        struct iovec parts[2];
        int count = 0;
        if (line->sent < line->head_size) {
            parts[count++] = (struct iovec){line->head + line->sent, line->head_size - line->sent};
        }
        size_t body_sent = line->sent > line->head_size ? line->sent - line->head_size : 0;
        parts[count++] = (struct iovec){(void *)(uintptr_t)(shot->body + body_sent),
                                        shot->body_size - body_sent};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
        ssize_t sent = sendmsg(line->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            return errno == EAGAIN ? 0 : -1;
        }
        line->sent += (size_t)sent;
    }
    return 1;
}

/* 1: a whole answer; 0: more to come; negative: broke. */
static int pull(struct line *line, int32_t *status_out, size_t *head_size_out, size_t *size_out)
{
    for (;;) {
        ssize_t got = recv(line->fd, line->got + line->got_size,
                           (size_t)ANSWER_MAX - line->got_size - 1, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN) {
            break;
        }
        if (got <= 0) {
            return -1;
        }
        line->got_size += (size_t)got;
    }
    line->got[line->got_size] = 0;
    const char *end = strstr((char *)line->got, "\r\n\r\n");
    if (end == NULL) {
        return 0;
    }
    const char *length = strcasestr((char *)line->got, "\r\ncontent-length:");
    size_t body_size = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
    *head_size_out = (size_t)(end + 4 - (char *)line->got);
    *size_out = body_size;
    *status_out = (int32_t)strtol((char *)line->got + 9, NULL, 10);
    return line->got_size >= *head_size_out + body_size ? 1 : 0;
}

static void finish(const struct load *load, struct line *line, struct shot *shot, int32_t status,
                   size_t head_size, size_t size, struct load_figures *figures)
{
    shot->status = status;
    shot->latency_us = now_us() - line->from_us;
    shot->answer_size = size;
    if (load->is_kept && status != 0) {
        shot->answer = malloc(size + 1);
        memcpy(shot->answer, line->got + head_size, size);
    }
    figures->good_count += status == 200 || status == 201;
    figures->bad_count += status != 200 && status != 201;
    figures->sent_size += line->sent;
    figures->received_size += line->got_size;
    line->is_busy = 0;
    line->next++;
}

struct load_figures load_run(const struct load *load, struct shot *shots, size_t shot_count)
{
    struct load_figures figures = {0};
    struct line *lines = calloc(load->connection_count, sizeof *lines);
    int poll_fd = epoll_create1(0);
    for (size_t i = 0; i < load->connection_count; i++) {
        struct line *line = &lines[i];
        line->shots = calloc(shot_count, sizeof *line->shots);
        line->got = malloc(ANSWER_MAX);
        dial(line, load->port);
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, line->fd, &event);
    }
    for (size_t i = 0; i < shot_count; i++) {
        struct line *line = &lines[shots[i].connection];
        line->shots[line->shot_count++] = i;
    }
    int64_t start_us = now_us();
    for (size_t done = 0; done < shot_count;) {
        int64_t at = now_us();
        int64_t next_us = at + 100000;
        for (size_t i = 0; i < load->connection_count; i++) {
            struct line *line = &lines[i];
            if (line->next == line->shot_count) {
                continue;
            }
            struct shot *shot = &shots[line->shots[line->next]];
            int64_t due_us = start_us + shot->due_us;
            if (!line->is_busy && (shot->due_us == 0 || due_us <= at)) {
                begin(load, line, shot, shot->due_us == 0 ? at : due_us);
                if (push(line, shot) < 0) {
                    finish(load, line, shot, 0, 0, 0, &figures);
                    done++;
                }
            } else if (!line->is_busy && due_us < next_us) {
                next_us = due_us;
            }
        }
        struct epoll_event events[64];
        int64_t wait_us = next_us - now_us();
        struct timespec wait = {0, wait_us > 0 ? (long)wait_us * 1000 : 0};
        int count = epoll_pwait2(poll_fd, events, 64, &wait, NULL);
        for (int e = 0; e < count; e++) {
            struct line *line = &lines[events[e].data.u64];
            if (!line->is_busy) {
                continue;
            }
            struct shot *shot = &shots[line->shots[line->next]];
            int32_t status = 0;
            size_t head_size = 0;
            size_t size = 0;
            int is_done = push(line, shot) < 0 ? -1 : pull(line, &status, &head_size, &size);
            if (is_done != 0) {
                finish(load, line, shot, is_done < 0 ? 0 : status, head_size, size, &figures);
                done++;
            }
            if (is_done < 0) {
                close(line->fd);
                dial(line, load->port);
                struct epoll_event event = {.events = EPOLLIN, .data.u64 = events[e].data.u64};
                epoll_ctl(poll_fd, EPOLL_CTL_ADD, line->fd, &event);
            }
        }
    }
    figures.wall_s = (double)(now_us() - start_us) / 1e6;
    for (size_t i = 0; i < load->connection_count; i++) {
        close(lines[i].fd);
        free(lines[i].got);
        free(lines[i].shots);
    }
    free(lines);
    close(poll_fd);
    return figures;
}

static int by_latency(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

int64_t load_percentile(const struct shot *shots, size_t shot_count, double part)
{
    int64_t *all = malloc(shot_count * sizeof *all);
    for (size_t i = 0; i < shot_count; i++) {
        all[i] = shots[i].latency_us;
    }
    qsort(all, shot_count, sizeof *all, by_latency);
    size_t at = (size_t)((double)shot_count * part);
    int64_t value = all[at < shot_count ? at : shot_count - 1];
    free(all);
    return value;
}
