#include "tests/bench/plan/instance.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void give_up(const char *path, const char *why)
{
    fprintf(stderr, "bench_plan: %s: %s\n", path, why);
    exit(2);
}

static FILE *open_packed(const char *path)
{
    int pipes[2];
    if (pipe(pipes) != 0) {
        give_up(path, "no pipe");
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 1);
        close(pipes[0]);
        execlp("gzip", "gzip", "-dc", "--", path, (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    return fdopen(pipes[0], "r");
}

/* The whole file, NUL-ended, in the arena. */
static char *read_text(struct arena *arena, const char *path)
{
    size_t length = strlen(path);
    bool is_packed = length > 3 && strcmp(path + length - 3, ".gz") == 0;
    FILE *file = is_packed ? open_packed(path) : fopen(path, "r");
    if (file == NULL) {
        give_up(path, "cannot be read");
    }
    size_t room = 1 << 16;
    size_t used = 0;
    char *text = arena_alloc(arena, room);
    size_t got;
    while ((got = fread(text + used, 1, room - used - 1, file)) > 0) {
        used += got;
        if (used + 1 >= room) {
            char *wider = arena_alloc(arena, room * 4);
            memcpy(wider, text, used);
            text = wider;
            room *= 4;
        }
    }
    fclose(file);
    text[used] = '\0';
    if (is_packed) {
        int status = 0;
        if (wait(&status) < 0 || status != 0) {
            give_up(path, "gzip cannot unpack it");
        }
    }
    return text;
}

struct reader {
    const char *path;
    char *at;
};

static void skip_blanks(struct reader *reader)
{
    for (;;) {
        while (isspace((unsigned char)*reader->at)) {
            reader->at++;
        }
        if (*reader->at != '#') {
            return;
        }
        while (*reader->at != '\0' && *reader->at != '\n') {
            reader->at++;
        }
    }
}

static double read_number(struct reader *reader)
{
    skip_blanks(reader);
    char *end = NULL;
    double value = strtod(reader->at, &end);
    if (end == reader->at) {
        give_up(reader->path, "a number is missing");
    }
    reader->at = end;
    return value;
}

static int32_t read_int(struct reader *reader)
{
    return (int32_t)lround(read_number(reader));
}

/* Numbers of one line; leaves the reader at the next line. */
static size_t read_row(struct reader *reader, double *numbers, size_t most)
{
    size_t count = 0;
    while (*reader->at != '\0' && *reader->at != '\n') {
        char *end = NULL;
        double value = strtod(reader->at, &end);
        if (end == reader->at) {
            reader->at++;
            continue;
        }
        if (count < most) {
            numbers[count++] = value;
        }
        reader->at = end;
        while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r') {
            reader->at++;
        }
    }
    reader->at += *reader->at == '\n';
    return count;
}

static void set_shifts(struct arena *arena, struct plan_problem *problem, uint32_t routes,
                       int32_t start_s, int32_t end_s)
{
    struct plan_shift *shifts = ARENA_ARRAY(arena, routes, struct plan_shift);
    for (uint32_t s = 0; s < routes; s++) {
        shifts[s] = (struct plan_shift){.start_point = 0,
                                        .end_point = 0,
                                        .partner_start_point = PLAN_NONE,
                                        .partner_end_point = PLAN_NONE,
                                        .start_s = start_s,
                                        .end_s = end_s};
    }
    problem->shifts = shifts;
    problem->shift_count = routes;
}

struct site {
    double x, y, service, score, open, close;
};

/* Travel is Euclid's distance cut to one decimal (Solomon) or two (Cordeau, whose files have
 * more decimals or other sizes): told by the name, as the sources do. */
static void read_optw(struct arena *arena, struct reader *reader, uint32_t routes,
                      struct instance *instance)
{
    double row[64];
    size_t room = 1024;
    size_t count = 0;
    struct site *sites = ARENA_ARRAY(arena, room, struct site);
    const char *name = strrchr(reader->path, '/');
    name = name == NULL ? reader->path : name + 1;
    int32_t scale = strncmp(name, "pr", 2) == 0 ? 100 : 10;
    read_row(reader, row, COUNT(row));
    read_row(reader, row, COUNT(row));
    while (*reader->at != '\0' && count < room) {
        size_t numbers = read_row(reader, row, COUNT(row));
        if (numbers >= 8) {
            sites[count++] =
                (struct site){row[1], row[2], row[3], row[4], row[numbers - 2], row[numbers - 1]};
        }
    }
    if (count < 2) {
        give_up(reader->path, "no visits");
    }
    int32_t *travel_s = ARENA_ARRAY(arena, count * count, int32_t);
    struct plan_visit *visits = ARENA_ARRAY(arena, count - 1, struct plan_visit);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            double distance = hypot(sites[i].x - sites[j].x, sites[i].y - sites[j].y);
            travel_s[i * count + j] = (int32_t)floor(distance * scale + 1e-7);
        }
    }
    for (size_t i = 1; i < count; i++) {
        visits[i - 1] = (struct plan_visit){
            .point = (uint32_t)i,
            .score = (uint32_t)lround(sites[i].score),
            .service_s = (int32_t)lround(sites[i].service * scale),
            .window_count = 1,
            .windows = {{(int32_t)lround(sites[i].open * scale),
                         (int32_t)lround(sites[i].close * scale)}},
        };
    }
    instance->format = "optw";
    instance->time_scale = scale;
    instance->problem = (struct plan_problem){
        .visits = visits, .visit_count = count - 1, .travel_s = travel_s, .point_count = count};
    set_shifts(arena, &instance->problem, routes == 0 ? 1 : routes, 0,
               (int32_t)lround(sites[0].close * scale));
}

static void read_tsptw(struct arena *arena, struct reader *reader, uint32_t routes,
                       struct instance *instance)
{
    int32_t scale = strchr(reader->at, '.') == NULL ? 1 : 10000; /* up to four decimals */
    size_t count = (size_t)read_int(reader);
    if (count < 2 || count > 5000) {
        give_up(reader->path, "a strange number of places");
    }
    int32_t *travel_s = ARENA_ARRAY(arena, count * count, int32_t);
    struct plan_visit *visits = ARENA_ARRAY(arena, count - 1, struct plan_visit);
    for (size_t i = 0; i < count * count; i++) {
        travel_s[i] = (int32_t)lround(read_number(reader) * scale);
    }
    int32_t end_s = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t open_s = (int32_t)lround(read_number(reader) * scale);
        int32_t close_s = (int32_t)lround(read_number(reader) * scale);
        close_s = close_s < PLAN_TIME_MAX ? close_s : PLAN_TIME_MAX;
        if (i == 0) {
            end_s = close_s;
            continue;
        }
        visits[i - 1] = (struct plan_visit){.point = (uint32_t)i,
                                            .score = 1,
                                            .is_mandatory = true,
                                            .window_count = 1,
                                            .windows = {{open_s, close_s}}};
    }
    instance->format = "tsptw";
    instance->time_scale = scale;
    instance->problem = (struct plan_problem){
        .visits = visits, .visit_count = count - 1, .travel_s = travel_s, .point_count = count};
    set_shifts(arena, &instance->problem, routes == 0 ? 1 : routes, 0, end_s);
}

static void read_day(struct arena *arena, struct reader *reader, uint32_t routes,
                     struct instance *instance)
{
    reader->at += strlen("DAY1");
    size_t count = (size_t)read_int(reader);
    int32_t start_s = read_int(reader);
    int32_t end_s = read_int(reader);
    if (count < 1 || count > PLAN_VISITS_MAX) {
        give_up(reader->path, "a strange number of places");
    }
    struct plan_visit *places = ARENA_ARRAY(arena, count, struct plan_visit);
    for (size_t i = 0; i < count; i++) {
        read_number(reader); /* its number */
        read_number(reader); /* latitude */
        read_number(reader); /* longitude */
        struct plan_visit *visit = &places[i];
        visit->point = (uint32_t)i;
        visit->score = (uint32_t)read_int(reader);
        visit->is_mandatory = read_int(reader) != 0;
        visit->service_s = read_int(reader);
        visit->window_count = (uint32_t)read_int(reader);
        if (visit->window_count < 1 || visit->window_count > PLAN_WINDOWS_MAX) {
            give_up(reader->path, "more windows than a visit can have");
        }
        for (uint32_t w = 0; w < visit->window_count; w++) {
            visit->windows[w].open_s = read_int(reader);
            visit->windows[w].close_s = read_int(reader);
        }
    }
    int32_t *travel_s = ARENA_ARRAY(arena, count * count, int32_t);
    for (size_t i = 0; i < count * count; i++) {
        travel_s[i] = read_int(reader);
    }
    const char *team = strstr(reader->path, "_m");
    uint32_t named = team == NULL ? 1 : (uint32_t)strtoul(team + 2, NULL, 10);
    instance->format = "day";
    instance->time_scale = 1;
    instance->problem = (struct plan_problem){
        .visits = places + 1, .visit_count = count - 1, .travel_s = travel_s, .point_count = count};
    set_shifts(arena, &instance->problem,
               routes != 0  ? routes
               : named == 0 ? 1
                            : named,
               start_s, end_s);
}

struct instance instance_read(struct arena *arena, const char *path, uint32_t routes)
{
    struct instance instance = {0};
    struct reader reader = {path, read_text(arena, path)};
    skip_blanks(&reader);
    double first[8];
    struct reader ahead = reader;
    if (strncmp(reader.at, "DAY1", 4) == 0) {
        read_day(arena, &reader, routes, &instance);
    } else if (read_row(&ahead, first, COUNT(first)) >= 3 && first[1] >= 1 && first[2] > 1) {
        read_optw(arena, &reader, routes, &instance);
    } else {
        read_tsptw(arena, &reader, routes, &instance);
    }
    if (plan_problem_check(&instance.problem) != OK) {
        give_up(path, "holds a number out of range");
    }
    return instance;
}
