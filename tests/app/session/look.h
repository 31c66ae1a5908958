/* tests/app/session/look.h -- a screen in front of a pair of eyes: the real fonts, any size,
 * theme and language, as the toolkit leaves it at rest. */
#pragma once

#include "app/platform/glyphs.h"
#include "app/platform/png.h"
#include "app/platform/raster.h"
#include "tests/app/screens/worlds.h"

#include <stdio.h>

struct look {
    struct arena program;
    struct glyphs *glyphs;
};

static inline void look_open(struct look *look)
{
    const char *problem = "";
    arena_init(&look->program, 1024 * 1024);
    if (glyphs_open(&look->program, NULL, &look->glyphs, &problem) != OK) {
        fail_msg("%s", problem);
    }
}

static inline void look_close(struct look *look)
{
    glyphs_close(look->glyphs);
    arena_deinit(&look->program);
}

/* One state under one set of options. `shown` was entered; it may be looked at again. */
struct sight {
    struct stage stage;
    struct shown shown;
};

static inline void sight_open(struct look *look, struct sight *sight, const struct shown *shown,
                              const struct theme_options *options)
{
    sight->shown = *shown;
    stage_open_with(&sight->stage, options, glyphs_font(look->glyphs), build, &sight->shown);
    stage_settle(&sight->stage);
    if (ui_deadline_ms(sight->stage.ui) <= sight->stage.now_ms) {
        stage_settle(&sight->stage); /* something asked for a frame at once, to know its room */
    }
}

static inline void sight_close(struct sight *sight)
{
    stage_close(&sight->stage);
}

/* Pixels of a draw list; lives in `arena`. */
static inline struct raster_target look_draw(struct look *look, struct arena *arena,
                                             const struct draw_list *list, int32_t width,
                                             int32_t height)
{
    struct raster_target target = {ARENA_ARRAY(arena, (size_t)width * (size_t)height, uint32_t),
                                   width, height, width};
    (void)raster_frame(raster_make(arena, look->glyphs), list, &target, NULL);
    return target;
}

static inline void look_write(struct look *look, const char *path, const struct draw_list *list,
                              int32_t width, int32_t height)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct raster_target target = look_draw(look, &arena, list, width, height);
    EXPECT_OK(png_write(&arena, path, target.pixels, width, height, target.pitch_px));
    arena_deinit(&arena);
}

/* Whether the environment asks for this state: DOORSTEP_SCREEN is a screen, or how the name
 * of a state begins. */
static inline bool look_wants(const struct state *state)
{
    const char *wanted = getenv("DOORSTEP_SCREEN");
    return wanted == NULL || wanted[0] == '\0' ||
           strcmp(wanted, screen_name(state->row.screen)) == 0 ||
           strncmp(wanted, state->row.name, strlen(wanted)) == 0;
}

static const char *const look_theme_names[] = {"day", "dark", "sunlight"};
