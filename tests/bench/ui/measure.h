/* tests/bench/ui/measure.h -- clocks and memory of this process. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline int64_t measure_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Of the whole process, all threads. */
static inline int64_t measure_cpu_us(void)
{
    return measure_us(CLOCK_PROCESS_CPUTIME_ID);
}

static inline double measure_mb(const char *name)
{
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    char line[256];
    long value_kb = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            value_kb = strtol(line + strlen(name), NULL, 10);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return (double)value_kb / 1024;
}

static inline int measure_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* "NAME mean_ms p99_ms" on a line. Sorts. */
static inline void measure_report(const char *name, int64_t *times_us, int32_t count)
{
    qsort(times_us, (size_t)count, sizeof *times_us, measure_order);
    int64_t sum = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += times_us[i];
    }
    printf("%s %.3f %.3f\n", name, (double)sum / count / 1000,
           (double)times_us[count * 99 / 100] / 1000);
    fflush(stdout);
}
