#include "app/platform/mask.h"

const struct mask_corner *mask_corner(struct mask_set *set, int32_t radius)
{
    for (const struct mask_corner *corner = set->corners; corner != NULL; corner = corner->next) {
        if (corner->radius == radius) {
            return corner;
        }
    }
    size_t size = (size_t)radius * (size_t)radius;
    struct mask_corner *corner = arena_alloc(set->arena, sizeof *corner + size);
    corner->radius = radius;
    corner->next = set->corners;
    set->corners = corner;
    /* 8 × 8 samples a pixel, in sixteenths of a pixel. */
    int64_t r16 = (int64_t)radius * 16;
    for (int32_t y = 0; y < radius; y++) {
        for (int32_t x = 0; x < radius; x++) {
            int32_t hits = 0;
            for (int32_t sample = 0; sample < 64; sample++) {
                int64_t dx = r16 - (16 * x + 2 * (sample % 8) + 1);
                int64_t dy = r16 - (16 * y + 2 * (sample / 8) + 1);
                hits += dx * dx + dy * dy <= r16 * r16;
            }
            corner->coverage[(size_t)y * (size_t)radius + (size_t)x] =
                (uint8_t)((hits * 255 + 32) / 64);
        }
    }
    return corner;
}

uint32_t mask_rounded(const struct mask_corner *corner, struct rect rect, int32_t x, int32_t y)
{
    int32_t r = corner->radius;
    int32_t cx = x < r ? x : x >= rect.w - r ? rect.w - 1 - x : -1;
    int32_t cy = y < r ? y : y >= rect.h - r ? rect.h - 1 - y : -1;
    return cx < 0 || cy < 0 ? 255U : corner->coverage[(size_t)cy * (size_t)r + (size_t)cx];
}

/* One box pass of `reach` pixels to each side along a line of `count` items
 * `step` apart. */
static void box_pass(uint8_t *line, uint8_t *copy, int32_t count, size_t step, int32_t reach)
{
    for (int32_t i = 0; i < count; i++) {
        copy[i] = line[(size_t)i * step];
    }
    int32_t span = 2 * reach + 1;
    int32_t sum = 0;
    for (int32_t i = -reach; i < count; i++) {
        sum += i + reach < count ? copy[i + reach] : 0;
        sum -= i - reach - 1 >= 0 ? copy[i - reach - 1] : 0;
        if (i >= 0) {
            line[(size_t)i * step] = (uint8_t)((sum + span / 2) / span);
        }
    }
}

const struct mask_blur *mask_blur(struct mask_set *set, int32_t radius, int32_t width)
{
    for (const struct mask_blur *blur = set->blurs; blur != NULL; blur = blur->next) {
        if (blur->radius == radius && blur->width == width) {
            return blur;
        }
    }
    int32_t edge = 2 * width + radius;
    int32_t side = 2 * edge + 1;
    size_t size = (size_t)side * (size_t)side;
    struct mask_blur *blur = arena_alloc(set->arena, sizeof *blur + size);
    *blur = (struct mask_blur){
        .next = set->blurs, .radius = radius, .width = width, .edge = edge, .side = side};
    set->blurs = blur;
    struct rect rect = {0, 0, side - 2 * width, side - 2 * width};
    const struct mask_corner *corner = mask_corner(set, radius);
    for (int32_t y = 0; y < rect.h; y++) {
        for (int32_t x = 0; x < rect.w; x++) {
            blur->coverage[(size_t)(y + width) * (size_t)side + (size_t)(x + width)] =
                (uint8_t)mask_rounded(corner, rect, x, y);
        }
    }
    struct arena_mark mark = arena_mark(set->arena);
    uint8_t *copy = arena_alloc(set->arena, (size_t)side);
    for (int32_t pass = 0; pass < 3; pass++) { /* three boxes come close to a Gaussian */
        for (int32_t i = 0; i < side; i++) {
            box_pass(blur->coverage + (size_t)i * (size_t)side, copy, side, 1, width / 3);
        }
        for (int32_t i = 0; i < side; i++) {
            box_pass(blur->coverage + i, copy, side, (size_t)side, width / 3);
        }
    }
    arena_rollback(set->arena, mark);
    return blur;
}
