/* app/map/map_label.h -- which road names stand where. Pure.
 *
 * Names stand at places of the ground, found anew only when the map has moved far or changed its
 * scale: panning moves them with the roads. A long road has its name at several places; which of
 * them are seen is decided when it is known what else stands there. */
#pragma once

#include "app/map/map_view.h"
#include "core/roads/roads.h"

enum {
    MAP_LABELS_MAX = 192,
    MAP_LABEL_APART_DP = 260, /* the same name is seen again no nearer than this */
};

struct map_label {
    int64_t x_mm, y_mm; /* on the sheet: the middle of the text */
    struct str name;    /* borrowed from the pack */
    uint32_t rank, length_dm;
};

/* Most important first; zero it to start. */
struct map_labels {
    struct map_label items[MAP_LABELS_MAX];
    size_t count;
    int64_t x_mm, y_mm; /* of the view they were found for */
    int32_t mm_per_px, w, h;
};

/* Whether the view shows ground for which no names were looked for. */
bool map_labels_are_stale(const struct map_labels *labels, const struct map_view *view);
/* Is the same name among the `count` that are seen already, nearer than `apart_mm` on both axes? */
bool map_labels_repeats(const struct map_label *const *shown, size_t count,
                        const struct map_label *label, int64_t apart_mm);
/* Names for the view and some ground around it. */
void map_labels_find(struct map_labels *labels, struct arena *scratch, const struct roads *roads,
                     const struct map_sheet *sheet, const struct map_view *view, int32_t ppi);
