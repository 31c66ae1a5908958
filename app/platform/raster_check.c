#include "app/platform/raster_check.h"

bool raster_check(struct arena *scratch, struct glyphs *glyphs, const struct draw_list *list,
                  const struct raster_target *target, struct point *where_out)
{
    struct raster_target full = *target;
    full.pitch_px = full.width;
    full.pixels = ARENA_ARRAY(scratch, (size_t)full.width * (size_t)full.height, uint32_t);
    (void)raster_frame(raster_make(scratch, glyphs), list, &full, NULL);
    for (int32_t y = 0; y < full.height; y++) {
        const uint32_t *shown = target->pixels + (size_t)y * (size_t)target->pitch_px;
        const uint32_t *wanted = full.pixels + (size_t)y * (size_t)full.pitch_px;
        for (int32_t x = 0; x < full.width; x++) {
            if ((shown[x] & 0xFFFFFF) != (wanted[x] & 0xFFFFFF)) {
                if (where_out != NULL) {
                    *where_out = (struct point){x, y};
                }
                return false;
            }
        }
    }
    return true;
}
