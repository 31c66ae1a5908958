#include "tests/bench/hq/probe.h"

#include "core/base/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PERIOD_MS = 20, BLOCK = 4096, FLUSHES_MAX = 10000 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double part_of(double *values, size_t count, double part)
{
    qsort(values, count, sizeof *values, by_size);
    size_t at = (size_t)((double)count * part);
    return values[at < count ? at : count - 1];
}

static void measure(const char *folder, int seconds, int fd)
{
    static const char block[BLOCK] = "x";
    static double flush_ms[FLUSHES_MAX];
    static double late_ms[FLUSHES_MAX];
    char path[600];
    snprintf(path, sizeof path, "%s/flushed", folder);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(file >= 0);
    size_t count = 0;
    double end_ms = now_ms() + seconds * 1e3;
    while (now_ms() < end_ms && count < FLUSHES_MAX) {
        const struct timespec pause = {0, PERIOD_MS * 1000000};
        double from_ms = now_ms();
        nanosleep(&pause, NULL);
        double woken_ms = now_ms();
        CHECK(write(file, block, sizeof block) == sizeof block && fdatasync(file) == 0);
        flush_ms[count] = now_ms() - woken_ms;
        late_ms[count++] = woken_ms - from_ms - PERIOD_MS;
    }
    close(file);
    unlink(path);
    dprintf(fd, "a flush of 4 kB p50 %.1f ms, p99 %.1f ms, most %.1f ms; woken p99 %.1f ms late",
            part_of(flush_ms, count, 0.5), part_of(flush_ms, count, 0.99),
            part_of(flush_ms, count, 1), part_of(late_ms, count, 0.99));
}

struct probe probe_begin(const char *folder, int seconds)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    struct probe probe = {.pid = fork(), .fd = ends[0]};
    if (probe.pid == 0) {
        close(ends[0]);
        measure(folder, seconds, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    return probe;
}

void probe_end(struct probe probe, const char *what)
{
    char text[300];
    size_t size = 0;
    for (ssize_t got = 1; got > 0 && size + 1 < sizeof text; size += (size_t)got) {
        got = read(probe.fd, text + size, sizeof text - 1 - size);
        CHECK(got >= 0);
    }
    close(probe.fd);
    waitpid(probe.pid, NULL, 0);
    printf("the machine, %s: %.*s\n", what, (int)size, text);
    fflush(stdout);
}
