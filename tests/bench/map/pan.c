/* tests/bench/map/pan.c -- what a frame of the moving map costs, in CPU time.
 *
 *   bench_map MAP.dsmap [WIDTH HEIGHT PPI]
 *
 * Three hundred frames of a finger that draws the map about, then of a fling and of a pinch, at
 * the scale of streets: building the frame, drawing what changed, and the tiles that come into
 * sight. Prints mean, p99 and the worst, in microseconds. */
#include "app/map/map_chart.h"
#include "app/platform/raster.h"
#include "tests/bench/ui/measure.h"

#include <stdio.h>
#include <stdlib.h>

enum { FRAMES = 300, STOPS = 14, FRAME_MS = 16, SIZE_MAX_HERE = 256 << 20 };

struct bench {
    struct arena arena;
    struct map_chart *chart;
    struct ui *ui;
    struct theme theme;
    struct raster *raster;
    struct raster_target target;
    struct map_mark marks[STOPS];
    char numbers[STOPS][8];
    int64_t now_ms;
};

static void give_up(const char *what)
{
    fprintf(stderr, "bench_map: %s\n", what);
    exit(1);
}

static void frame(struct bench *bench)
{
    do {
        struct map_show show = {.name = "map", .marks = bench->marks, .mark_count = STOPS};
        ui_begin(bench->ui, &(struct ui_frame){.now_ms = bench->now_ms, .theme = &bench->theme});
        ui_open(bench->ui, "root", &(struct ui_box){.w = UI_FILL, .h = UI_FILL});
        (void)map_chart_open_box(bench->ui, "chart", bench->chart, &show);
        ui_close(bench->ui);
        ui_close(bench->ui);
        ui_end(bench->ui);
    } while (ui_wants_frame(bench->ui));
    (void)raster_frame(bench->raster, ui_draw_list(bench->ui), &bench->target, NULL);
}

static void finger(struct bench *bench, enum input_kind kind, int64_t number, int32_t x, int32_t y)
{
    ui_feed(bench->ui, &(struct input_event){
                           .kind = kind, .finger = number, .at = {x, y}, .at_ms = bench->now_ms});
}

static void rest(struct bench *bench)
{
    for (int i = 0; i < 100 && ui_deadline_ms(bench->ui) != INT64_MAX; i++) {
        bench->now_ms += FRAME_MS;
        frame(bench);
    }
}

static int by_time(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void tell(const char *name, int64_t *times_us, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += times_us[i];
    }
    qsort(times_us, count, sizeof *times_us, by_time);
    printf("%-6s mean %lld p99 %lld worst %lld us\n", name, (long long)(sum / (int64_t)count),
           (long long)times_us[count * 99 / 100], (long long)times_us[count - 1]);
}

static int64_t timed(struct bench *bench)
{
    int64_t start_us = measure_cpu_us();
    frame(bench);
    return measure_cpu_us() - start_us;
}

/* In wide turns, so that new ground comes from every side. */
static void drag(struct bench *bench, int64_t *times_us)
{
    static const int32_t steps[8][2] = {{11, 4},   {6, 12},   {-5, 14}, {-13, 6},
                                        {-12, -5}, {-4, -13}, {5, -12}, {12, -6}};
    int32_t x = bench->target.width / 2;
    int32_t y = bench->target.height / 2;
    finger(bench, INPUT_down, 1, x, y);
    frame(bench);
    for (int i = 0; i < FRAMES; i++) {
        bench->now_ms += FRAME_MS;
        x += steps[i / 12 % 8][0];
        y += steps[i / 12 % 8][1];
        finger(bench, INPUT_move, 1, x, y);
        times_us[i] = timed(bench);
    }
    bench->now_ms += 200;
    finger(bench, INPUT_up, 1, x, y);
    frame(bench);
    rest(bench);
}

static void fling(struct bench *bench, int64_t *times_us)
{
    for (int at = 0; at < FRAMES;) {
        int32_t x = bench->target.width / 2;
        int32_t by = at / 60 % 2 == 0 ? 40 : -40;
        finger(bench, INPUT_down, 1, x, 300);
        frame(bench);
        for (int i = 0; i < 5; i++) {
            bench->now_ms += FRAME_MS;
            finger(bench, INPUT_move, 1, x += by, 300 + i * 12);
            frame(bench);
        }
        finger(bench, INPUT_up, 1, x, 348);
        for (int i = 0; i < 60 && at < FRAMES; i++, at++) {
            bench->now_ms += FRAME_MS;
            times_us[at] = timed(bench);
        }
        rest(bench);
    }
}

static void pinch(struct bench *bench, int64_t *times_us)
{
    int32_t x = bench->target.width / 2;
    int32_t y = bench->target.height / 2;
    int32_t apart = 150;
    finger(bench, INPUT_down, 1, x - apart, y);
    finger(bench, INPUT_down, 2, x + apart, y);
    frame(bench);
    for (int i = 0; i < FRAMES; i++) {
        bench->now_ms += FRAME_MS;
        apart += i / 50 % 2 == 0 ? 2 : -2;
        finger(bench, INPUT_move, 1, x - apart, y);
        finger(bench, INPUT_move, 2, x + apart, y);
        times_us[i] = timed(bench);
    }
    finger(bench, INPUT_up, 2, x + apart, y);
    finger(bench, INPUT_up, 1, x - apart, y);
    frame(bench);
    rest(bench);
}

/* Stops in a ring around the middle, joined by the roads. */
static void day_make(struct bench *bench)
{
    static const int32_t ring[8][2] = {{0, 9},  {6, 6},   {9, 0},  {6, -6},
                                       {0, -9}, {-6, -6}, {-9, 0}, {-6, 6}};
    const struct roads *roads = &bench->chart->roads;
    struct map_leg legs[STOPS];
    struct geo_point middle = {roads->south_west.lat_e7 / 2 + roads->north_east.lat_e7 / 2,
                               roads->south_west.lon_e7 / 2 + roads->north_east.lon_e7 / 2};
    for (int i = 0; i < STOPS; i++) {
        int32_t far = 7000 + i * 1500;
        snprintf(bench->numbers[i], sizeof bench->numbers[i], "%d", i + 1);
        bench->marks[i] = (struct map_mark){
            .place = {middle.lat_e7 + ring[i % 8][0] * far, middle.lon_e7 + ring[i % 8][1] * far},
            .kind = i == 0 ? MAP_MARK_next : MAP_MARK_todo,
            .text = bench->numbers[i]};
        struct geo_point from = i == 0 ? middle : bench->marks[i - 1].place;
        legs[i] = (struct map_leg){from, bench->marks[i].place,
                                   i == 0 ? MAP_TRACE_next : MAP_TRACE_ahead};
    }
    static const struct plan_straight straight = {250, 130, 0, NULL};
    map_chart_move_by(bench->chart, ROADS_MODE_car, &straight);
    map_chart_legs(bench->chart, legs, STOPS);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    static int64_t times_us[FRAMES];
    const char *problem = "";
    struct glyphs *glyphs = NULL;
    arena_init(&bench.arena, 0);
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        give_up("name a map file of doorstep-hq mappack");
    }
    char *bytes = arena_alloc(&bench.arena, SIZE_MAX_HERE);
    size_t size = fread(bytes, 1, SIZE_MAX_HERE, file);
    fclose(file);
    bench.chart = map_chart_new(&bench.arena);
    if (roads_check(bytes, size) != OK || map_chart_open(bench.chart, bytes, size) != OK) {
        give_up("not a map file");
    }
    if (glyphs_open(&bench.arena, NULL, &glyphs, &problem) != OK) {
        give_up(problem);
    }
    int32_t width = argc > 2 ? atoi(argv[2]) : 1280;
    int32_t height = argc > 3 ? atoi(argv[3]) : 800;
    bench.theme = theme_make(&(struct theme_options){
        .width_px = width, .height_px = height, .ppi = argc > 4 ? atoi(argv[4]) : 160});
    bench.target = (struct raster_target){
        ARENA_ARRAY(&bench.arena, (size_t)width * (size_t)height, uint32_t), width, height, width};
    bench.ui = ui_make(&bench.arena, glyphs_font(glyphs));
    bench.raster = raster_make(&bench.arena, glyphs);
    bench.now_ms = 1000;
    day_make(&bench);
    frame(&bench);
    int64_t start_us = measure_cpu_us();
    frame(&bench);
    printf("first  %lld us for all that is seen\n", (long long)(measure_cpu_us() - start_us));
    for (int i = 0; i < 2; i++) {
        map_chart_zoom(bench.chart, -1);
        rest(&bench);
    }
    rest(&bench);
    drag(&bench, times_us);
    tell("drag", times_us, FRAMES);
    fling(&bench, times_us);
    tell("fling", times_us, FRAMES);
    pinch(&bench, times_us);
    tell("pinch", times_us, FRAMES);
    map_chart_deinit(bench.chart);
    ui_deinit(bench.ui);
    glyphs_close(glyphs);
    arena_deinit(&bench.arena);
    return 0;
}
