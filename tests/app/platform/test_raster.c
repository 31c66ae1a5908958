#include "app/platform/raster.h"
#include "app/platform/raster_check.h"
#include "tests/app/ui/example_screen.h"
#include "tests/lib/test.h"

#include <stdio.h>

struct canvas {
    struct arena arena;
    struct glyphs *glyphs;
    struct raster *raster;
    struct raster_target target;
    struct draw_list list;
};

static void canvas_open(struct canvas *canvas, int32_t width, int32_t height)
{
    const char *problem = NULL;
    arena_init(&canvas->arena, 0);
    if (glyphs_open(&canvas->arena, NULL, &canvas->glyphs, &problem) != OK) {
        fail_msg("%s", problem);
    }
    canvas->raster = raster_make(&canvas->arena, canvas->glyphs);
    canvas->target = (struct raster_target){
        .pixels = ARENA_ARRAY(&canvas->arena, (size_t)width * (size_t)height, uint32_t),
        .width = width,
        .height = height,
        .pitch_px = width,
    };
    draw_begin(&canvas->list, &canvas->arena, (struct rect){0, 0, width, height});
}

static void canvas_close(struct canvas *canvas)
{
    glyphs_close(canvas->glyphs);
    arena_deinit(&canvas->arena);
}

/* One character a pixel: how bright, 0-9 and # for white. */
static const char *picture(struct canvas *canvas)
{
    (void)raster_frame(canvas->raster, &canvas->list, &canvas->target, NULL);
    struct str_builder out;
    str_builder_init(&out, &canvas->arena);
    for (int32_t y = 0; y < canvas->target.height; y++) {
        for (int32_t x = 0; x < canvas->target.width; x++) {
            uint32_t level = canvas->target.pixels[y * canvas->target.pitch_px + x] & 0xFF;
            str_add_char(&out, level == 255 ? '#'
                               : level == 0 ? '.'
                                            : (char)('0' + level * 10 / 256));
        }
        str_add_char(&out, '\n');
    }
    return out.text;
}

TEST(test_raster_rounded_corners_are_exact)
{
    struct canvas canvas;
    canvas_open(&canvas, 14, 10);
    draw_fill(&canvas.list, (struct rect){1, 1, 12, 8}, 4, 0xFFFFFFFF);
    EXPECT_TEXT("..............\n"
                "..169####961..\n"
                ".19########91.\n"
                ".6##########6.\n"
                ".9##########9.\n"
                ".9##########9.\n"
                ".6##########6.\n"
                ".19########91.\n"
                "..169####961..\n"
                "..............\n",
                picture(&canvas));
    canvas_close(&canvas);
}

/* Goal: an image lies pixel by pixel where it is put, is cut by its clip, hides what is below,
 * and is drawn again when another one takes its place. */
TEST(test_raster_images_lie_where_they_are_put)
{
    static const uint32_t dots[] = {0xFF000000, 0xFFFFFFFF, 0xFFFFFFFF, 0xFF0000FF,
                                    0xFF000000, 0xFFFFFFFF, 0xFF0000FF, 0xFF000000};
    struct canvas canvas;
    canvas_open(&canvas, 8, 4);
    draw_fill(&canvas.list, (struct rect){0, 0, 8, 4}, 0, 0xFF000080);
    struct draw_image left = {dots, 3, 2, 4, 1}; /* the first three of four columns */
    draw_image(&canvas.list, (struct rect){0, 0, 3, 2}, &left);
    draw_clip_push(&canvas.list, (struct rect){4, 0, 3, 4});
    draw_image(&canvas.list, (struct rect){4, 0, 4, 4}, &(struct draw_image){dots, 2, 2, 4, 2});
    draw_clip_pop(&canvas.list);
    assert_string_equal(picture(&canvas), ".##5..#5\n"
                                          ".##5..#5\n"
                                          "5555..#5\n"
                                          "5555..#5\n");
    canvas.list.count--;
    draw_image(&canvas.list, (struct rect){4, 0, 4, 4}, &(struct draw_image){dots + 2, 2, 2, 4, 3});
    assert_string_equal(picture(&canvas), ".##5####\n"
                                          ".##5####\n"
                                          "5555##..\n"
                                          "5555##..\n");
    canvas_close(&canvas);
}

TEST(test_raster_borders_lie_inside)
{
    struct canvas canvas;
    canvas_open(&canvas, 12, 8);
    draw_border(&canvas.list, (struct rect){1, 1, 10, 6}, 0, 2, 0xFFFFFFFF);
    EXPECT_TEXT("............\n"
                ".##########.\n"
                ".##########.\n"
                ".##......##.\n"
                ".##......##.\n"
                ".##########.\n"
                ".##########.\n"
                "............\n",
                picture(&canvas));
    canvas_close(&canvas);
}

TEST(test_raster_lines_keep_their_width)
{
    struct canvas canvas;
    canvas_open(&canvas, 12, 6);
    draw_line(&canvas.list, (struct point){2, 3}, (struct point){9, 3}, 2, 0xFFFFFFFF);
    const char *flat = picture(&canvas);
    EXPECT(strstr(flat, "#######") != NULL);
    canvas_close(&canvas);

    /* A slanted one: about as much ink as its length times its width. */
    canvas_open(&canvas, 120, 120);
    draw_line(&canvas.list, (struct point){10, 20}, (struct point){100, 90}, 4, 0xFFFFFFFF);
    (void)picture(&canvas);
    int64_t ink = 0;
    for (int32_t i = 0; i < 120 * 120; i++) {
        ink += canvas.target.pixels[i] & 0xFF;
    }
    int64_t expected = (114 * 4 + 12) * 255; /* √(90² + 70²) = 114, and two half discs */
    EXPECT(ink > expected * 97 / 100 && ink < expected * 103 / 100);
    canvas_close(&canvas);
}

TEST(test_raster_shadow_is_soft_and_even)
{
    struct canvas canvas;
    canvas_open(&canvas, 101, 101);
    draw_fill(&canvas.list, (struct rect){0, 0, 101, 101}, 0, 0xFFFFFFFF);
    draw_shadow(&canvas.list, (struct rect){30, 30, 41, 41}, 8, 12, 0xFF000000);
    (void)picture(&canvas);
    const uint32_t *pixels = canvas.target.pixels;
    int32_t before = 256;
    for (int32_t x = 18; x < 30; x++) { /* darker towards the rectangle */
        int32_t level = (int32_t)(pixels[50 * 101 + x] & 0xFF);
        EXPECT(level <= before);
        before = level;
    }
    EXPECT((pixels[50 * 101 + 17] & 0xFF) == 255);
    EXPECT(before < 160);
    for (int32_t y = 0; y < 101; y++) { /* the same from all sides, outside */
        for (int32_t x = 0; x < 101; x++) {
            if (geom_has((struct rect){30, 30, 41, 41}, (struct point){x, y})) {
                continue;
            }
            EXPECT(pixels[y * 101 + x] == pixels[y * 101 + 100 - x]);
            EXPECT(pixels[y * 101 + x] == pixels[(100 - y) * 101 + x]);
            /* Rows are blurred before columns: a rounding step apart. */
            int32_t turned =
                (int32_t)(pixels[y * 101 + x] & 0xFF) - (int32_t)(pixels[x * 101 + y] & 0xFF);
            EXPECT(turned >= -1 && turned <= 1);
        }
    }
    canvas_close(&canvas);
}

TEST(test_raster_text_stands_on_its_line)
{
    struct canvas canvas;
    canvas_open(&canvas, 80, 60);
    struct text_style style = {.size_px = 30};
    draw_text(&canvas.list, (struct rect){10, 10, 60, 42}, 10 + text_baseline_px(style, 42),
              STR("国国"), style, 0xFFFFFFFF);
    (void)picture(&canvas);
    struct rect inked = {0};
    for (int32_t y = 0; y < 60; y++) {
        for (int32_t x = 0; x < 80; x++) {
            if ((canvas.target.pixels[y * 80 + x] & 0xFF) > 96) {
                inked = geom_around(inked, (struct rect){x, y, 1, 1});
            }
        }
    }
    /* Two bodies of 30 px side by side, centred in a line of 42. */
    EXPECT(inked.x >= 11 && inked.x <= 14 && inked.x + inked.w >= 66 && inked.x + inked.w <= 70);
    int32_t above = inked.y - 10;
    int32_t below = 10 + 42 - (inked.y + inked.h);
    EXPECT(above - below >= -3 && above - below <= 3);
    canvas_close(&canvas);
}

/* Any command of any place and size, also outside the screen. */
static void command_random(struct canvas *canvas, const struct rng *rng)
{
    struct rect rect = {(int32_t)rng_below(rng, 500) - 100, (int32_t)rng_below(rng, 400) - 100,
                        (int32_t)rng_below(rng, 200), (int32_t)rng_below(rng, 150)};
    uint32_t color = (uint32_t)rng_u64(rng) | (rng_below(rng, 2) == 0 ? 0xFF000000U : 0);
    int32_t radius = (int32_t)rng_below(rng, 40);
    int32_t width = (int32_t)rng_below(rng, 12) + 1;
    struct text_style style = {(int32_t)rng_below(rng, 30) + 8, rng_below(rng, 2) == 0};
    switch (rng_below(rng, 8)) {
    case 0:
        draw_fill(&canvas->list, rect, radius, color);
        break;
    case 1:
        draw_border(&canvas->list, rect, radius, width, color);
        break;
    case 2:
        draw_shadow(&canvas->list, rect, radius, width, color);
        break;
    case 3:
        draw_text(&canvas->list, rect, rect.y + style.size_px, STR("示例 Example 12,800.00"), style,
                  color);
        break;
    case 4:
        rect.h = rect.w;
        if (rect.w > 0) {
            draw_icon(&canvas->list, rect, ICON_home, color);
        }
        break;
    case 5:
        draw_line(&canvas->list, (struct point){rect.x, rect.y}, (struct point){rect.y, rect.h},
                  width, color);
        break;
    case 6:
        if (canvas->list.clip_count < 4) {
            draw_clip_push(&canvas->list, rect);
        }
        break;
    default:
        if (canvas->list.clip_count > 1) {
            draw_clip_pop(&canvas->list);
        }
        break;
    }
}

/* Goal: what the tile hash leaves out is really unchanged. Method: random
 * lists, each a little different from the one before; a raster that remembers
 * and one that forgets before every frame must agree in every pixel. */
TEST(test_raster_dirty_tiles_equal_a_full_redraw)
{
    enum { WIDTH = 330, HEIGHT = 210, COMMANDS = 24 };
    struct canvas kept;
    struct canvas full;
    canvas_open(&kept, WIDTH, HEIGHT);
    canvas_open(&full, WIDTH, HEIGHT);
    uint64_t seeds[COMMANDS];
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 11);
    rng_fill(&rng, seeds, sizeof seeds);
    int32_t saved = 0;
    for (int32_t frame = 0; frame < 250; frame++) {
        seeds[rng_below(&rng, COMMANDS)] = rng_u64(&rng);
        struct canvas *both[] = {&kept, &full};
        for (size_t i = 0; i < 2; i++) {
            draw_begin(&both[i]->list, &both[i]->arena, (struct rect){0, 0, WIDTH, HEIGHT});
            for (size_t k = 0; k < COMMANDS; k++) {
                struct test_rng own;
                struct rng command = test_rng_make(&own, seeds[k]);
                command_random(both[i], &command);
            }
        }
        raster_forget(full.raster);
        (void)raster_frame(kept.raster, &kept.list, &kept.target, NULL);
        (void)raster_frame(full.raster, &full.list, &full.target, NULL);
        int32_t drawn = 0;
        int32_t all = 0;
        raster_figures(kept.raster, &drawn, &all);
        saved += all - drawn;
        if (memcmp(kept.target.pixels, full.target.pixels, WIDTH * HEIGHT * 4) != 0) {
            fail_msg("frame %d differs from a full redraw", frame);
        }
    }
    EXPECT(saved > 0);
    canvas_close(&kept);
    canvas_close(&full);
}

static void check(struct canvas *canvas, const char *what, int32_t frame)
{
    struct arena scratch;
    arena_init(&scratch, 0);
    struct point where = {0};
    (void)raster_frame(canvas->raster, &canvas->list, &canvas->target, NULL);
    if (!raster_check(&scratch, canvas->glyphs, &canvas->list, &canvas->target, &where)) {
        fail_msg("%s: frame %d differs from a full redraw at %d,%d", what, frame, where.x, where.y);
    }
    arena_deinit(&scratch);
}

/* A page of random things, seen through a view and scrolled. */
static void page_random(struct canvas *canvas, uint64_t id, struct rect view, int32_t offset,
                        const uint64_t *seeds, size_t count)
{
    draw_scroll_push(&canvas->list, id, view, offset);
    for (size_t k = 0; k < count; k++) {
        struct test_rng own;
        struct rng rng = test_rng_make(&own, seeds[k]);
        int32_t y = view.y - offset + (int32_t)rng_below(&rng, 900);
        struct rect rect = {view.x + (int32_t)rng_below(&rng, 200) - 30, y,
                            20 + (int32_t)rng_below(&rng, 150), 20 + (int32_t)rng_below(&rng, 60)};
        uint32_t color = (uint32_t)rng_u64(&rng) | (rng_below(&rng, 3) > 0 ? 0xFF000000U : 0);
        struct text_style style = {.size_px = 18, .is_bold = rng_below(&rng, 2) == 0};
        switch (rng_below(&rng, 7)) {
        case 5: {
            static const uint32_t dots[] = {0xFF102030, 0xFF405060, 0xFF708090, 0xFFA0B0C0};
            draw_image(&canvas->list, rect, &(struct draw_image){dots, 2, 2, 2, 1});
            break;
        }
        case 0:
            draw_shadow(&canvas->list, rect, 8, 10, color);
            draw_fill(&canvas->list, rect, 8, color | 0xFF000000U);
            break;
        case 1:
            draw_text(&canvas->list, rect, rect.y + 20, STR("示例 12,800.00"), style, color);
            break;
        case 2:
            draw_line(&canvas->list, (struct point){rect.x, rect.y},
                      (struct point){rect.x + rect.w, rect.y + rect.h}, 5, color);
            break;
        case 3:
            draw_clip_push(&canvas->list, rect);
            draw_fill(&canvas->list, geom_inset(rect, -9), 4, color);
            draw_clip_pop(&canvas->list);
            break;
        case 4: /* a page on the page */
            draw_scroll_push(&canvas->list, seeds[k] | 1, rect, (int32_t)rng_below(&rng, 50));
            draw_border(&canvas->list, geom_inset(rect, -5), 12, 4, color);
            draw_scroll_pop(&canvas->list);
            break;
        default:
            draw_fill(&canvas->list, rect, 6, color);
            break;
        }
    }
    draw_scroll_pop(&canvas->list);
}

/* Goal: moving pixels is a shortcut, never another picture. Method: two pages,
 * things below and above them that stand still, and now and then a change in any
 * of these; after every frame the screen is compared with a full redraw. */
TEST(test_raster_moved_pixels_equal_a_full_redraw)
{
    enum { WIDTH = 460, HEIGHT = 330, THINGS = 16, STILL = 6, FRAMES = 400 };
    struct canvas canvas;
    canvas_open(&canvas, WIDTH, HEIGHT);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 23);
    uint64_t seeds[2 * THINGS + STILL];
    rng_fill(&rng, seeds, sizeof seeds);
    int32_t offsets[2] = {0, 300};
    int64_t saved = 0;
    for (int32_t frame = 0; frame < FRAMES; frame++) {
        for (int32_t page = 0; page < 2; page++) {
            int32_t by = (int32_t)rng_below(&rng, 61) - 30;
            by = rng_below(&rng, 3) == 0 ? 0 : rng_below(&rng, 20) == 0 ? by * 20 : by;
            offsets[page] += by;
            offsets[page] = offsets[page] < 0 ? 0 : offsets[page] > 700 ? 700 : offsets[page];
        }
        if (rng_below(&rng, 4) == 0) {
            seeds[rng_below(&rng, COUNT(seeds))] = rng_u64(&rng);
        }
        struct rect first = {10, 33, 210, 250};
        struct rect second = {frame / 100 == 2 ? 150 : 230, 40, 220, 270}; /* over the first */
        draw_begin(&canvas.list, &canvas.arena, (struct rect){0, 0, WIDTH, HEIGHT});
        draw_fill(&canvas.list, (struct rect){0, 0, WIDTH, HEIGHT}, 0, 0xFFEEF1F5);
        if (frame / 50 % 2 == 1) { /* shows through the page */
            draw_shadow(&canvas.list, (struct rect){0, 0, WIDTH, 36}, 0, 14, 0x60000000);
        }
        page_random(&canvas, 7, first, offsets[0], seeds, THINGS);
        page_random(&canvas, 8, second, offsets[1], seeds + THINGS, THINGS);
        for (size_t k = 0; k < STILL && frame % 3 > 0; k++) {
            struct test_rng own;
            struct rng still = test_rng_make(&own, seeds[2 * THINGS + k]);
            draw_fill(&canvas.list,
                      (struct rect){(int32_t)rng_below(&still, WIDTH),
                                    (int32_t)rng_below(&still, HEIGHT), 30, 20},
                      5, 0x80203040);
        }
        check(&canvas, "pages", frame);
        int32_t drawn = 0;
        int32_t all = 0;
        raster_figures(canvas.raster, &drawn, &all);
        saved += all - drawn;
    }
    EXPECT(saved > 0);
    canvas_close(&canvas);
}

/* A list of cards with shadows, flung: the strip costs a strip. */
TEST(test_raster_a_scrolled_list_draws_only_the_strip)
{
    struct canvas canvas;
    canvas_open(&canvas, 800, 600);
    struct theme theme =
        theme_make(&(struct theme_options){.width_px = 800, .height_px = 600, .ppi = 120});
    struct ui *ui = ui_make(&canvas.arena, glyphs_font(canvas.glyphs));
    struct example example = example_make(&example_zh, EXAMPLE_list);
    for (int32_t frame = 0; frame < 80; frame++) {
        ui_scroll_to(ui, "cases", frame < 40 ? 23 * frame : 23 * (80 - frame));
        do {
            ui_begin(ui, &(struct ui_frame){.now_ms = frame * 16, .theme = &theme});
            example_frame(ui, &example);
            ui_end(ui);
        } while (ui_wants_frame(ui));
        canvas.list = *ui_draw_list(ui);
        check(&canvas, "list", frame);
        int32_t drawn = 0;
        int32_t all = 0;
        raster_figures(canvas.raster, &drawn, &all);
        EXPECT(frame < 2 || drawn * 5 < all);
    }
    ui_deinit(ui);
    canvas_close(&canvas);
}

/* The same with real screens, touched and scrolled. */
TEST(test_raster_screens_equal_a_full_redraw)
{
    struct canvas canvas;
    canvas_open(&canvas, 800, 600);
    struct theme theme =
        theme_make(&(struct theme_options){.width_px = 800, .height_px = 600, .ppi = 120});
    struct ui *ui = ui_make(&canvas.arena, glyphs_font(canvas.glyphs));
    struct example example = example_make(&example_zh, EXAMPLE_today);
    for (int32_t frame = 0; frame < 120; frame++) {
        example.page = (enum example_page)(frame / 12 % EXAMPLE_COUNT);
        enum input_kind kind = frame % 6 == 0 ? INPUT_down : frame % 6 == 5 ? INPUT_up : INPUT_move;
        ui_feed(ui, &(struct input_event){
                        .kind = kind, .at = {400, 400 - 40 * (frame % 6)}, .at_ms = frame * 16});
        ui_begin(ui, &(struct ui_frame){.now_ms = frame * 16, .theme = &theme});
        example_frame(ui, &example);
        ui_end(ui);
        canvas.list = *ui_draw_list(ui);
        check(&canvas, "screens", frame);
    }
    ui_deinit(ui);
    canvas_close(&canvas);
}

/* A window that was made smaller may be shown one frame of the larger size. */
TEST(test_raster_takes_a_list_of_another_size)
{
    struct canvas canvas;
    canvas_open(&canvas, 200, 150);
    for (int32_t frame = 0; frame < 4; frame++) {
        draw_begin(&canvas.list, &canvas.arena, (struct rect){0, 0, 300, 300});
        draw_fill(&canvas.list, (struct rect){0, 0, 300, 300}, 0, 0xFFFFFFFF);
        draw_scroll_push(&canvas.list, 1, (struct rect){20, 20, 250, 250}, 10 * frame);
        draw_fill(&canvas.list, (struct rect){30, 60 - 10 * frame, 220, 40}, 8, 0xFF203040);
        draw_scroll_pop(&canvas.list);
        check(&canvas, "size", frame);
    }
    canvas_close(&canvas);
}

TEST(test_raster_draws_nothing_when_nothing_changed)
{
    struct canvas canvas;
    canvas_open(&canvas, 300, 200);
    draw_fill(&canvas.list, (struct rect){0, 0, 300, 200}, 0, 0xFFFFFFFF);
    draw_fill(&canvas.list, (struct rect){10, 10, 20, 20}, 4, 0xFF102030);
    const struct rect *dirty = NULL;
    EXPECT_INT(1, raster_frame(canvas.raster, &canvas.list, &canvas.target, &dirty));
    EXPECT(geom_equal(dirty[0], ((struct rect){0, 0, 300, 200})));
    EXPECT_INT(0, raster_frame(canvas.raster, &canvas.list, &canvas.target, &dirty));
    canvas.list.commands[1].color = 0xFF102031;
    EXPECT_INT(1, raster_frame(canvas.raster, &canvas.list, &canvas.target, &dirty));
    EXPECT(geom_equal(dirty[0], ((struct rect){0, 0, RASTER_TILE_PX, 2 * RASTER_TILE_HIGH_PX})));
    canvas_close(&canvas);
}
