/* tests/app/ui/stage.h -- a toolkit without a screen: a font of round figures, a
 * theme, a finger. */
#pragma once

#include "app/ui/ui.h"
#include "tests/lib/test.h"

/* Half an em for code points below U+2E80, an em above. */
static inline int32_t stage_advance_64(void *context, uint32_t code, struct text_style style)
{
    (void)context;
    return style.size_px * (code < 0x2E80 ? 32 : 64);
}

static const struct text_font stage_font = {stage_advance_64, NULL};

struct stage {
    struct arena program, scratch;
    struct theme theme;
    struct ui *ui;
    int64_t now_ms;
    void (*build)(struct ui *ui, void *context);
    void *context;
};

static inline void stage_open_with(struct stage *stage, const struct theme_options *options,
                                   const struct text_font *font,
                                   void (*build)(struct ui *ui, void *context), void *context)
{
    *stage = (struct stage){.now_ms = 1000, .build = build, .context = context};
    arena_init(&stage->program, 0);
    arena_init(&stage->scratch, 0);
    stage->theme = theme_make(options);
    stage->ui = ui_make(&stage->program, font);
}

static inline void stage_open(struct stage *stage, const struct theme_options *options,
                              void (*build)(struct ui *ui, void *context), void *context)
{
    stage_open_with(stage, options, &stage_font, build, context);
}

static inline void stage_close(struct stage *stage)
{
    ui_deinit(stage->ui);
    arena_deinit(&stage->scratch);
    arena_deinit(&stage->program);
}

static inline void stage_frame(struct stage *stage)
{
    ui_begin(stage->ui, &(struct ui_frame){.now_ms = stage->now_ms, .theme = &stage->theme});
    stage->build(stage->ui, stage->context);
    ui_end(stage->ui);
}

/* Frames until the toolkit rests; fails when it never does. */
static inline void stage_settle(struct stage *stage)
{
    int32_t frames = 0;
    do {
        stage_frame(stage);
        frames++;
        if (frames > 50) {
            fail_msg("the toolkit never rests");
        }
    } while (ui_wants_frame(stage->ui));
}

static inline void stage_touch(struct stage *stage, enum input_kind kind, int32_t x, int32_t y)
{
    ui_feed(stage->ui,
            &(struct input_event){.kind = kind, .at = {x, y}, .finger = 1, .at_ms = stage->now_ms});
}

static inline void stage_tap_at(struct stage *stage, int32_t x, int32_t y)
{
    stage_touch(stage, INPUT_down, x, y);
    stage->now_ms += 60;
    stage_touch(stage, INPUT_up, x, y);
    stage_settle(stage);
}

/* Taps the middle of a node that must be there. */
static inline void stage_tap(struct stage *stage, const char *key)
{
    struct rect rect = ui_rect(stage->ui, key);
    if (geom_is_empty(rect)) {
        fail_msg("#%s is not there", key);
    }
    struct point at = geom_centre(rect);
    stage_tap_at(stage, at.x, at.y);
}

static inline void stage_type(struct stage *stage, const char *text)
{
    struct input_event event = {.kind = INPUT_text, .at_ms = stage->now_ms};
    (void)str_copy(event.text, sizeof event.text, str_from(text));
    ui_feed(stage->ui, &event);
    stage_settle(stage);
}

static inline void stage_key(struct stage *stage, enum input_key key)
{
    ui_feed(stage->ui,
            &(struct input_event){.kind = INPUT_key, .key = key, .at_ms = stage->now_ms});
    stage_settle(stage);
}

static inline const struct ui_semantic *stage_find(struct stage *stage, const char *key)
{
    size_t count = 0;
    const struct ui_semantic *semantics = ui_semantics(stage->ui, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(semantics[i].key, key) == 0) {
            return &semantics[i];
        }
    }
    return NULL;
}

static const struct theme_options stage_tablet = {
    .width_px = 1280, .height_px = 800, .ppi = 149}; /* 10.1 inch */
static const struct theme_options stage_handheld = {
    .width_px = 720, .height_px = 1280, .ppi = 267}; /* 5.5 inch */
