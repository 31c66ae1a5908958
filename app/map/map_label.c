#include "app/map/map_label.h"

#include <string.h>

enum {
    RANKS = 4,
    NEAR_DP = 100, /* places of one name that are nearer than this are one */
    POINTS_MAX = 512,
};

/* From which scale (mm a dp) on the names of a rank are no longer shown. */
static const int32_t shown_to_mm[RANKS] = {60000, 26000, 8000, 2200};

struct finding {
    struct map_labels *labels;
    const struct roads *roads;
    const struct map_sheet *sheet;
    int64_t near_mm;
    int32_t scale_mm; /* a dp */
};

static int64_t away(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

static bool is_better(const struct map_label *a, const struct map_label *b)
{
    return a->rank != b->rank ? a->rank < b->rank : a->length_dm > b->length_dm;
}

/* Where the label would stand near its namesake, the better of them stays. */
static bool stands_aside(struct map_labels *labels, const struct map_label *label, int64_t near_mm)
{
    for (size_t i = 0; i < labels->count; i++) {
        struct map_label *other = &labels->items[i];
        if (str_equal(other->name, label->name) && away(other->x_mm, label->x_mm) < near_mm &&
            away(other->y_mm, label->y_mm) < near_mm) {
            if (!is_better(label, other)) {
                return true;
            }
            memmove(other, other + 1, (labels->count - i - 1) * sizeof *other);
            labels->count--;
            return false;
        }
    }
    return false;
}

static void label_add(struct map_labels *labels, const struct map_label *label, int64_t near_mm)
{
    if (stands_aside(labels, label, near_mm)) {
        return;
    }
    size_t at = labels->count;
    while (at > 0 && is_better(label, &labels->items[at - 1])) {
        at--;
    }
    if (at == MAP_LABELS_MAX) {
        return;
    }
    size_t last = labels->count < MAP_LABELS_MAX ? labels->count++ : MAP_LABELS_MAX - 1;
    memmove(&labels->items[at + 1], &labels->items[at], (last - at) * sizeof *label);
    labels->items[at] = *label;
}

static void consider(void *context, uint32_t segment)
{
    const struct finding *finding = context;
    struct roads_segment facts = roads_segment_read(finding->roads, segment);
    uint32_t rank = roads_class_rank(facts.class);
    if (facts.name.size == 0 || rank >= RANKS || finding->scale_mm > shown_to_mm[rank]) {
        return;
    }
    struct geo_point points[POINTS_MAX];
    size_t count = roads_segment_points(finding->roads, segment, points, POINTS_MAX);
    count = count < POINTS_MAX ? count : POINTS_MAX;
    struct map_label label = {.name = facts.name, .rank = rank, .length_dm = facts.length_dm};
    int64_t x[2], y[2];
    map_sheet_place(finding->sheet, points[(count - 1) / 2], &x[0], &y[0]);
    map_sheet_place(finding->sheet, points[count / 2], &x[1], &y[1]);
    label.x_mm = (x[0] + x[1]) / 2;
    label.y_mm = (y[0] + y[1]) / 2;
    label_add(finding->labels, &label, finding->near_mm);
}

bool map_labels_repeats(const struct map_label *const *shown, size_t count,
                        const struct map_label *label, int64_t apart_mm)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(shown[i]->name, label->name) &&
            away(shown[i]->x_mm, label->x_mm) < apart_mm &&
            away(shown[i]->y_mm, label->y_mm) < apart_mm) {
            return true;
        }
    }
    return false;
}

bool map_labels_are_stale(const struct map_labels *labels, const struct map_view *view)
{
    int64_t mm = view->mm_per_px;
    return labels->mm_per_px != view->mm_per_px || labels->w != view->w || labels->h != view->h ||
           away(labels->x_mm, view->x_mm) > mm * view->w / 2 ||
           away(labels->y_mm, view->y_mm) > mm * view->h / 2;
}

void map_labels_find(struct map_labels *labels, struct arena *scratch, const struct roads *roads,
                     const struct map_sheet *sheet, const struct map_view *view, int32_t ppi)
{
    int64_t half_w = (int64_t)view->w * view->mm_per_px;
    int64_t half_h = (int64_t)view->h * view->mm_per_px;
    *labels = (struct map_labels){.x_mm = view->x_mm,
                                  .y_mm = view->y_mm,
                                  .mm_per_px = view->mm_per_px,
                                  .w = view->w,
                                  .h = view->h};
    struct finding finding = {.labels = labels, .roads = roads, .sheet = sheet};
    finding.scale_mm = (int32_t)((int64_t)view->mm_per_px * ppi / 160);
    finding.near_mm = (int64_t)NEAR_DP * finding.scale_mm;
    struct geo_point north_west = map_sheet_point(sheet, view->x_mm - half_w, view->y_mm - half_h);
    struct geo_point south_east = map_sheet_point(sheet, view->x_mm + half_w, view->y_mm + half_h);
    struct arena_mark mark = arena_mark(scratch);
    roads_each_in_box(roads, scratch, (struct geo_point){south_east.lat_e7, north_west.lon_e7},
                      (struct geo_point){north_west.lat_e7, south_east.lon_e7}, consider, &finding);
    arena_rollback(scratch, mark);
}
