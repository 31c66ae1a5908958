/* Goal: what the finger wrote is kept, point for point, on any screen; and its
 * picture is a PNG that any reader opens. */
#include "app/ui/widget_signature.h"
#include "tests/app/ui/stage.h"

#include <stdio.h>
#include <stdlib.h>

static const struct widget_signature_words words = {
    .label = "借款人签名", .hint = "请在此签名", .undo = "撤销一笔", .clear = "清空"};

static void build(struct ui *ui, void *context)
{
    ui_open(ui, "body", &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .pad = 16, .scrolls = true});
    (void)widget_signature(ui, "sign", &words, context);
    ui_close(ui);
}

static void draw(struct stage *stage, const struct point *path, size_t count)
{
    struct rect pad = ui_rect(stage->ui, "sign");
    for (size_t i = 0; i < count; i++) {
        stage->now_ms += 8;
        stage_touch(stage, i == 0 ? INPUT_down : INPUT_move, pad.x + path[i].x * pad.w / 200,
                    pad.y + path[i].y * pad.w / 200);
        stage_settle(stage);
    }
    stage_touch(stage, INPUT_up, pad.x + path[count - 1].x * pad.w / 200,
                pad.y + path[count - 1].y * pad.w / 200);
    stage_settle(stage);
}

static const struct point hook[] = {{20, 20}, {21, 21}, {60, 60}, {100, 20}, {100, 80}};
static const struct point bar[] = {{120, 50}, {180, 50}};

TEST(test_widget_signature_keeps_every_stroke)
{
    static const struct theme_options sizes[] = {
        {.width_px = 1280, .height_px = 800, .ppi = 149},
        {.width_px = 720, .height_px = 1280, .ppi = 267, .is_left_hand = true},
        {.width_px = 1920, .height_px = 1200, .ppi = 224, .is_glove = true},
    };
    for (size_t i = 0; i < COUNT(sizes); i++) {
        static struct widget_signature signature;
        signature = (struct widget_signature){0};
        struct stage stage;
        stage_open(&stage, &sizes[i], build, &signature);
        stage_settle(&stage);
        stage_settle(&stage);
        struct rect pad = ui_rect(stage.ui, "sign");
        EXPECT_INT(pad.w / 2, pad.h);
        draw(&stage, hook, COUNT(hook));
        EXPECT_INT(1, signature.stroke_count);
        EXPECT(signature.point_count >= 4);
        /* In units of the pad: the same on every size, give or take a pixel. */
        int32_t last = signature.point_count - 1;
        EXPECT(abs(signature.points[0].x - 200) <= 6 && abs(signature.points[0].y - 200) <= 6);
        EXPECT(abs(signature.points[last].x - 1000) <= 6 &&
               abs(signature.points[last].y - 800) <= 6);
        EXPECT(widget_signature_is_signed(&signature));
        draw(&stage, bar, COUNT(bar));
        EXPECT_INT(2, signature.stroke_count);
        /* Nothing scrolled meanwhile, and the ink is on the screen. */
        EXPECT(geom_equal(pad, ui_rect(stage.ui, "sign")));
        size_t lines = 0;
        const struct draw_list *list = ui_draw_list(stage.ui);
        for (size_t k = 0; k < list->count; k++) {
            lines += list->commands[k].kind == DRAW_line;
        }
        EXPECT(lines >= 6);
        stage_tap(&stage, "sign/undo");
        EXPECT_INT(1, signature.stroke_count);
        stage_tap(&stage, "sign/clear");
        EXPECT_INT(0, signature.stroke_count + signature.point_count);
        stage_close(&stage);
    }
}

/* A tap is a dot: 点 is a stroke like any other. But dots are no signature. */
TEST(test_widget_signature_takes_dots)
{
    static struct widget_signature signature;
    struct stage stage;
    stage_open(&stage, &stage_tablet, build, &signature);
    stage_settle(&stage);
    stage_settle(&stage);
    stage_tap(&stage, "sign");
    stage_tap(&stage, "sign");
    EXPECT_INT(2, signature.stroke_count);
    EXPECT_INT(2, signature.point_count);
    EXPECT(!widget_signature_is_signed(&signature));
    stage_close(&stage);
}

TEST(test_widget_signature_full_is_said_and_not_lost)
{
    static struct widget_signature signature;
    struct stage stage;
    stage_open(&stage, &stage_tablet, build, &signature);
    stage_settle(&stage);
    stage_settle(&stage);
    for (int32_t i = 0; i < WIDGET_SIGNATURE_STROKES_MAX; i++) {
        stage_tap(&stage, "sign");
    }
    EXPECT(!signature.was_full);
    stage_tap(&stage, "sign");
    EXPECT(signature.was_full);
    EXPECT_INT(WIDGET_SIGNATURE_STROKES_MAX, signature.stroke_count);
    stage_tap(&stage, "sign/undo");
    EXPECT(!signature.was_full);
    EXPECT_INT(WIDGET_SIGNATURE_STROKES_MAX - 1, signature.stroke_count);
    stage_close(&stage);
}

static void random_strokes(struct widget_signature *signature, const struct rng *rng)
{
    *signature = (struct widget_signature){0};
    int32_t strokes = (int32_t)rng_below(rng, 9);
    for (int32_t i = 0; i < strokes; i++) {
        int32_t count = 1 + (int32_t)rng_below(rng, 60);
        for (int32_t k = 0; k < count; k++) {
            signature->points[signature->point_count].x =
                (uint16_t)rng_below(rng, WIDGET_SIGNATURE_WIDTH);
            signature->points[signature->point_count].y =
                (uint16_t)rng_below(rng, WIDGET_SIGNATURE_HEIGHT);
            signature->point_count++;
        }
        signature->ends[signature->stroke_count++] = (uint16_t)signature->point_count;
    }
}

TEST(test_widget_signature_packed_strokes_come_back)
{
    static struct widget_signature signature;
    static struct widget_signature again;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 5);
    struct arena arena;
    arena_init(&arena, 0);
    for (int32_t round = 0; round < 200; round++) {
        random_strokes(&signature, &rng);
        uint8_t *bytes;
        size_t size;
        widget_signature_pack(&arena, &signature, &bytes, &size);
        EXPECT_OK(widget_signature_unpack(bytes, size, &again));
        EXPECT(memcmp(&signature, &again, sizeof signature) == 0);
        /* Cut anywhere it is either malformed or what was whole strokes. */
        for (size_t cut = 0; cut < size; cut++) {
            enum err err = widget_signature_unpack(bytes, cut, &again);
            EXPECT(err == ERR_malformed ||
                   (err == OK && again.stroke_count < signature.stroke_count));
        }
        /* Any byte changed: never outside the pad. */
        for (size_t at = 0; at < size; at++) {
            uint8_t before = bytes[at];
            bytes[at] = (uint8_t)rng_u64(&rng);
            if (widget_signature_unpack(bytes, size, &again) == OK) {
                for (int32_t i = 0; i < again.point_count; i++) {
                    EXPECT(again.points[i].x < WIDGET_SIGNATURE_WIDTH &&
                           again.points[i].y < WIDGET_SIGNATURE_HEIGHT);
                }
            } else {
                EXPECT_INT(0, again.point_count);
            }
            bytes[at] = before;
        }
        arena_reset(&arena);
    }
    arena_deinit(&arena);
}

/* Goal: the picture is small and right. Method: python's zlib, which knows
 * nothing of this program, unpacks it; ink must be where the strokes are. */
TEST(test_widget_signature_picture_is_a_png)
{
    static const char script[] =
        "import struct,sys,zlib\n"
        "b=open(sys.argv[1],'rb').read()\n"
        "assert b[:8]==b'\\x89PNG\\r\\n\\x1a\\n'\n"
        "at=8; kinds=[]; data=b''\n"
        "while at<len(b):\n"
        "    n,=struct.unpack('>I',b[at:at+4]); k=b[at+4:at+8]; body=b[at+8:at+8+n]\n"
        "    assert struct.unpack('>I',b[at+8+n:at+12+n])[0]==zlib.crc32(k+body)\n"
        "    kinds.append(k); data+=body if k==b'IDAT' else b''\n"
        "    head=body if k==b'IHDR' else head\n"
        "    at+=12+n\n"
        "assert kinds==[b'IHDR',b'IDAT',b'IEND'],kinds\n"
        "assert struct.unpack('>IIBBBBB',head)==(800,400,1,0,0,0,0)\n"
        "rows=zlib.decompress(data); assert len(rows)==101*400\n"
        "ink=lambda x,y: not rows[y*101+1+x//8]>>(7-x%8)&1\n"
        "n=sum(ink(x,y) for y in range(400) for x in range(800))\n"
        "print(n,int(ink(240,200)),int(ink(700,380)),len(b))\n";
    static struct widget_signature signature;
    struct arena arena;
    arena_init(&arena, 0);
    FILE *file = fopen(BUILD_FOLDER "/signature.py", "wb");
    EXPECT(file != NULL && fputs(script, file) >= 0 && fclose(file) == 0);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 6);
    for (int32_t round = 0; round < 4; round++) {
        random_strokes(&signature, &rng);
        if (round == 0) { /* one level line, 400 pixels long and 10 high */
            signature = (struct widget_signature){.stroke_count = 1,
                                                  .point_count = 2,
                                                  .ends = {2},
                                                  .points = {{100, 500}, {1100, 500}}};
        } else if (round == 1) {
            signature = (struct widget_signature){0};
        }
        uint8_t *bytes;
        size_t size;
        widget_signature_png(&arena, &signature, &bytes, &size);
        file = fopen(BUILD_FOLDER "/signature.png", "wb");
        EXPECT(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
        FILE *python =
            popen("python3 " BUILD_FOLDER "/signature.py " BUILD_FOLDER "/signature.png", "r");
        int ink = -1;
        int on = -1;
        int off = -1;
        int all = 0;
        EXPECT(python != NULL && fscanf(python, "%d %d %d %d", &ink, &on, &off, &all) == 4);
        EXPECT_INT(0, pclose(python));
        EXPECT_INT((int)size, all);
        if (round == 0) {
            EXPECT(ink >= 400 * 10 && ink < 412 * 10);
            EXPECT(on == 1 && off == 0);
            EXPECT(size < 700);
        } else if (round == 1) {
            EXPECT_INT(0, ink);
            EXPECT(size < 450);
        }
    }
    arena_deinit(&arena);
}
