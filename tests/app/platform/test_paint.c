/* Goal: what is left out because something hides it is really hidden. Method:
 * random lists of overlapping things, painted in one piece, in bands and pixel by
 * pixel: how an area is cut must not be seen. */
#include "app/platform/paint.h"
#include "tests/lib/test.h"

enum { WIDTH = 120, HEIGHT = 90, COMMANDS = 14, ROUNDS = 150 };

/* A picture of its own for each number. */
static void image_random(struct draw_list *list, struct rect rect, uint64_t name)
{
    enum { SIDE = 16, PICTURES = 4 };
    static uint32_t pixels[PICTURES][SIDE * SIDE];
    uint32_t *own = pixels[name % PICTURES];
    for (uint32_t i = 0; i < SIDE * SIDE; i++) {
        own[i] = 0xFF000000U | (uint32_t)(name % PICTURES + 1) * i * 2654435U;
    }
    struct draw_image image = {own + 2, 12, 14, SIDE, name % PICTURES};
    rect.w = name % 3 == 0 ? image.w : rect.w;
    rect.h = name % 3 == 0 ? image.h : rect.h;
    draw_image(list, rect, &image);
}

static void command_random(struct draw_list *list, const struct rng *rng)
{
    struct rect rect = {(int32_t)rng_below(rng, 140) - 20, (int32_t)rng_below(rng, 110) - 20,
                        (int32_t)rng_below(rng, 150), (int32_t)rng_below(rng, 110)};
    uint32_t color = (uint32_t)rng_u64(rng) | (rng_below(rng, 3) > 0 ? 0xFF000000U : 0);
    int32_t radius = (int32_t)rng_below(rng, 20);
    switch (rng_below(rng, 7)) {
    case 0:
        draw_shadow(list, rect, radius, 8, color);
        draw_fill(list, rect, radius, color | 0xFF000000U);
        break;
    case 1:
        draw_border(list, rect, radius, 3, color);
        break;
    case 2:
        draw_text(list, rect, rect.y + 18, STR("示例 12"), (struct text_style){.size_px = 18},
                  color);
        break;
    case 3:
        draw_clip_push(list, geom_inset(rect, 5));
        draw_fill(list, rect, radius, color | 0xFF000000U);
        draw_clip_pop(list);
        break;
    case 4:
        image_random(list, rect, rng_u64(rng));
        break;
    default:
        draw_fill(list, rect, radius, color);
        break;
    }
}

TEST(test_paint_cuts_cannot_be_seen)
{
    static uint32_t pixels[3][WIDTH * HEIGHT];
    static const struct {
        int32_t w, h;
    } cuts[] = {{WIDTH, HEIGHT}, {WIDTH, 7}, {1, 1}};
    struct arena arena;
    arena_init(&arena, 0);
    struct paint paint = {.masks = {.arena = &arena}};
    const char *problem = NULL;
    if (glyphs_open(&arena, NULL, &paint.glyphs, &problem) != OK) {
        fail_msg("%s", problem);
    }
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 41);
    for (int32_t round = 0; round < ROUNDS; round++) {
        struct draw_list list;
        draw_begin(&list, &arena, (struct rect){0, 0, WIDTH, HEIGHT});
        for (int32_t i = 0; i < COMMANDS; i++) {
            command_random(&list, &rng);
        }
        for (size_t k = 0; k < COUNT(cuts); k++) {
            memset(pixels[k], 0xA5, sizeof pixels[k]); /* what was there before is overwritten */
            struct raster_target target = {pixels[k], WIDTH, HEIGHT, WIDTH};
            for (int32_t y = 0; y < HEIGHT; y += cuts[k].h) {
                for (int32_t x = 0; x < WIDTH; x += cuts[k].w) {
                    struct rect area = {x, y, cuts[k].w, cuts[k].h};
                    paint_area(&paint, &target, &list,
                               geom_meet(area, (struct rect){0, 0, WIDTH, HEIGHT}));
                }
            }
        }
        EXPECT(memcmp(pixels[0], pixels[1], sizeof pixels[0]) == 0);
        EXPECT(memcmp(pixels[0], pixels[2], sizeof pixels[0]) == 0);
    }
    glyphs_close(paint.glyphs);
    arena_deinit(&arena);
}
