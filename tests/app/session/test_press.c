/* Goal: whoever touches a control sees in the very next frame that it was felt, on every screen,
 * in every state; what it says stays readable meanwhile, and a finger taken away leaves no trace.
 * Method: a finger comes down in the middle of every control that can be touched, one frame is
 * drawn, and its pixels are compared with those at rest: others inside the control, the same
 * outside. Sizes, languages, themes, gloves and reduced motion take turns from state to state and
 * of controls whose keys differ in a number only one is tried a theme and size; DOORSTEP_LONG=1
 * takes every control in every combination. */
#include "app/ui/ui_lint.h"
#include "tests/app/session/look.h"

enum { PAGES_MAX = 12, SAID_MAX = 40, MARKS = 1 << 15 };

static const struct theme_options devices[] = {
    {.width_px = 720, .height_px = 1280, .ppi = 267},
    {.width_px = 1280, .height_px = 800, .ppi = 149},
};

struct touch {
    struct look look;
    struct arena notes;
    bool is_long;
    size_t turn, every;
    size_t control_count, fault_count;
    size_t roles[UI_ROLE_COUNT];
    uint64_t marks[MARKS]; /* controls that were tried, open addressing; 0 free */
    struct raster *raster;
    uint32_t *pixels, *rest; /* now, and before the finger */
};

/* One sight, drawn as the program draws it: only what changed. */
struct glass {
    struct sight *sight;
    struct arena arena;
    struct raster *raster;
    struct raster_target target;
    const struct rect *dirty; /* by the last drawing */
    int32_t dirty_count;
    bool is_old; /* something was built since it was drawn */
    const char *where;
};

static void fault(struct touch *touch, const struct glass *glass, const struct ui_semantic *control,
                  const char *what)
{
    if (touch->fault_count++ < SAID_MAX) {
        print_error("%s: %s #%s \"%s\": %s\n", glass->where, ui_role_name(control->role),
                    control->key, control->name, what);
    }
}

/* Brings the glass up to date; what may have changed is left in the glass. */
static void draw(struct glass *glass)
{
    glass->dirty_count = raster_frame(glass->raster, ui_draw_list(glass->sight->stage.ui),
                                      &glass->target, &glass->dirty);
}

/* Whether the pixels differ from those at rest, inside `area` and outside. */
static void compare(const struct touch *touch, const struct glass *glass, struct rect area,
                    bool *inside_out, bool *outside_out)
{
    *inside_out = false;
    *outside_out = false;
    for (int32_t i = 0; i < glass->dirty_count; i++) {
        struct rect rect = glass->dirty[i];
        for (int32_t y = rect.y; y < rect.y + rect.h; y++) {
            size_t row = (size_t)y * (size_t)glass->target.width;
            size_t at = row + (size_t)rect.x;
            if (memcmp(&glass->target.pixels[at], &touch->rest[at],
                       (size_t)rect.w * sizeof *touch->rest) == 0) {
                continue;
            }
            for (int32_t x = rect.x; x < rect.x + rect.w; x++) {
                if (glass->target.pixels[row + (size_t)x] != touch->rest[row + (size_t)x]) {
                    bool is_inside = geom_has(area, (struct point){x, y});
                    *inside_out |= is_inside;
                    *outside_out |= !is_inside;
                }
            }
        }
    }
}

static uint64_t mark_of(const struct glass *glass, const struct ui_semantic *control)
{
    const struct theme_options *options = &glass->sight->stage.theme.options;
    uint64_t mark = 0xCBF29CE484222325ULL;
    const uint64_t parts[] = {control->role, control->is_selected, options->kind,
                              (uint64_t)options->width_px};
    for (const char *at = control->key; *at != '\0'; at++) {
        if (*at < '0' || *at > '9') {
            mark = (mark ^ (uint8_t)*at) * 0x100000001B3ULL;
        }
    }
    for (size_t i = 0; i < COUNT(parts); i++) {
        mark = (mark ^ parts[i]) * 0x100000001B3ULL;
    }
    return mark | 1;
}

/* False when it was tried before. */
static bool is_new(struct touch *touch, uint64_t mark)
{
    for (size_t i = 0; i < MARKS; i++) {
        uint64_t *slot = &touch->marks[(mark + i) % MARKS];
        if (*slot == mark) {
            return false;
        }
        if (*slot == 0) {
            *slot = mark;
            return true;
        }
    }
    fail_msg("more than %d controls", MARKS);
    return false;
}

static void finger(struct touch *touch, struct glass *glass, const struct ui_semantic *control)
{
    struct stage *stage = &glass->sight->stage;
    struct arena_mark mark = arena_mark(&stage->scratch);
    struct point at = geom_centre(control->visible);
    size_t pixels = (size_t)glass->target.width * (size_t)glass->target.height;
    bool is_inside = false;
    bool is_outside = false;
    if (glass->is_old) {
        draw(glass);
        memcpy(touch->rest, glass->target.pixels, pixels * sizeof *touch->rest);
        glass->is_old = false;
    }

    stage_touch(stage, INPUT_down, at.x, at.y);
    stage_frame(stage);
    draw(glass);
    compare(touch, glass, control->visible, &is_inside, &is_outside);
    touch->control_count++;
    touch->roles[control->role]++;
    if (!is_inside) {
        fault(touch, glass, control, "does not answer the finger");
    }
    if (is_outside) {
        fault(touch, glass, control, "changes what is not touched");
    }
    struct ui_lint lint = ui_lint(&stage->scratch, stage->ui);
    if (lint.count > 0) {
        fault(touch, glass, control, lint.findings[0].text);
    }
    stage_touch(stage, INPUT_cancel, at.x, at.y);
    stage_settle(stage);
    draw(glass);
    compare(touch, glass, control->visible, &is_inside, &is_outside);
    if (is_inside || is_outside) {
        glass->is_old = true;
        fault(touch, glass, control, "keeps a trace of a finger that went away");
    }
    arena_rollback(&stage->scratch, mark);
    stage->now_ms += 400; /* nobody's crowd of fingers */
}

/* A control whole in sight, whose middle nothing else covers. */
static bool can_touch(const struct ui_semantic *control)
{
    return (control->is_action || control->can_drag || control->can_pinch) &&
           !control->is_disabled && !control->is_covered && control->key[0] != '\0' &&
           memcmp(&control->visible, &control->rect, sizeof control->rect) == 0;
}

/* The topmost control at a place is the one that is touched. */
static bool is_on_top(const struct ui_semantic *tree, size_t count, size_t index)
{
    struct point at = geom_centre(tree[index].visible);
    for (size_t i = index + 1; i < count; i++) {
        if ((tree[i].is_action || tree[i].can_drag || tree[i].layer > tree[index].layer) &&
            geom_has(tree[i].visible, at)) {
            return false;
        }
    }
    return true;
}

static void fingers(struct touch *touch, struct glass *glass)
{
    struct stage *stage = &glass->sight->stage;
    size_t count = 0;
    const struct ui_semantic *tree = ui_semantics(stage->ui, &count);
    struct ui_semantic *copy = ARENA_ARRAY(&glass->arena, count + 1, struct ui_semantic);
    memcpy(copy, tree, count * sizeof *copy);
    for (size_t i = 0; i < count; i++) {
        copy[i].key = str_format(&glass->arena, "%s", tree[i].key);
        copy[i].name = str_format(&glass->arena, "%s", tree[i].name);
    }
    for (size_t i = 0; i < count; i++) {
        if (can_touch(&copy[i]) && is_on_top(copy, count, i) &&
            (touch->is_long || is_new(touch, mark_of(glass, &copy[i])))) {
            finger(touch, glass, &copy[i]);
        }
    }
}

/* What is out of sight comes into it. */
static void pages(struct touch *touch, struct glass *glass)
{
    struct stage *stage = &glass->sight->stage;
    fingers(touch, glass);
    size_t count = 0;
    const struct ui_semantic *tree = ui_semantics(stage->ui, &count);
    const char *region = NULL;
    int32_t step_px = 0;
    for (size_t i = 0; i < count; i++) { /* the largest one that scrolls */
        if (tree[i].is_scroll && !tree[i].is_covered && tree[i].rect.h > step_px) {
            step_px = tree[i].rect.h;
            region = str_format(&glass->arena, "%s", tree[i].key);
        }
    }
    for (int32_t page = 0; region != NULL && page < PAGES_MAX; page++) {
        int32_t at_px = ui_scroll_px(stage->ui, region);
        ui_scroll_to(stage->ui, region, at_px + step_px * 3 / 4);
        stage_settle(stage);
        glass->is_old = true;
        if (ui_scroll_px(stage->ui, region) <= at_px) {
            return;
        }
        fingers(touch, glass);
    }
}

/* The keyboard of a field that is typed into. */
static void typing(struct touch *touch, struct glass *glass)
{
    struct stage *stage = &glass->sight->stage;
    size_t count = 0;
    const struct ui_semantic *tree = ui_semantics(stage->ui, &count);
    for (size_t i = 0; i < count; i++) {
        if (tree[i].role == UI_ROLE_field && tree[i].is_action && !tree[i].is_disabled &&
            !tree[i].is_covered) {
            ui_focus(stage->ui, str_format(&glass->arena, "%s", tree[i].key));
            stage_settle(stage);
            glass->is_old = true;
            fingers(touch, glass);
            return;
        }
    }
}

static void sight_touch(struct touch *touch, const struct shown *shown, const char *name,
                        enum lang lang, const struct theme_options *options)
{
    struct sight sight;
    sight_open(&touch->look, &sight, shown, options);
    struct glass glass = {.sight = &sight, .is_old = true};
    arena_init(&glass.arena, 0);
    raster_forget(touch->raster);
    glass.raster = touch->raster;
    glass.target = (struct raster_target){touch->pixels, options->width_px, options->height_px,
                                          options->width_px};
    glass.where = str_format(&glass.arena, "%s %s %dx%d %s%s%s", name, lang_name(lang),
                             options->width_px, options->height_px, look_theme_names[options->kind],
                             options->is_glove ? " glove" : "", options->is_still ? " still" : "");
    pages(touch, &glass);
    typing(touch, &glass);
    arena_deinit(&glass.arena);
    sight_close(&sight);
}

static void state_touch(struct tablet *tablet, const struct state *state, enum world world,
                        void *context)
{
    struct touch *touch = context;
    if (world == WORLD_full || !look_wants(state)) {
        return;
    }
    enum { THEMES = 3, LANGS = 2, COMBINATIONS = (int)COUNT(devices) * THEMES * LANGS * 4 };
    size_t first = touch->turn++;
    if (!touch->is_long && first % touch->every != 0) {
        return;
    }
    /* 7 shares no factor with the number of combinations: the states walk through all. */
    size_t from = touch->is_long ? 0 : first * 7;
    size_t count = touch->is_long ? COMBINATIONS : 1;
    for (size_t i = from; i < from + count; i++) {
        size_t rest = i % COMBINATIONS;
        struct theme_options options = devices[rest % COUNT(devices)];
        rest /= COUNT(devices);
        enum lang lang = rest % LANGS == 0 ? LANG_zh : LANG_en;
        rest /= LANGS;
        options.kind = (enum theme_kind)(rest % THEMES);
        rest /= THEMES;
        options.text_percent = 100;
        options.is_glove = rest % 2 == 1;
        options.is_still = rest / 2 == 1;
        struct shown shown;
        enter(tablet, &state->row, lang, &shown);
        sight_touch(touch, &shown, state->row.name, lang, &options);
    }
}

/* Under sanitizers one state in this many. */
#if defined(__SANITIZE_ADDRESS__)
enum { STATES_EVERY = 8 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { STATES_EVERY = 8 };
#else
enum { STATES_EVERY = 1 };
#endif
#else
enum { STATES_EVERY = 1 };
#endif

TEST(test_every_control_answers_the_finger_in_the_next_frame)
{
    static struct touch touch;
    touch = (struct touch){.is_long = test_rounds(0, 1) == 1, .every = STATES_EVERY};
    look_open(&touch.look);
    arena_init(&touch.notes, 0);
    touch.raster = raster_make(&touch.notes, touch.look.glyphs);
    touch.pixels = ARENA_ARRAY(&touch.notes, 1280 * 800, uint32_t);
    touch.rest = ARENA_ARRAY(&touch.notes, 1280 * 800, uint32_t);
    states_look(state_touch, &touch);
    print_message("%zu controls touched, %zu faults:", touch.control_count, touch.fault_count);
    for (size_t i = 0; i < UI_ROLE_COUNT; i++) {
        if (touch.roles[i] > 0) {
            print_message(" %s %zu", ui_role_name((enum ui_role)i), touch.roles[i]);
        }
    }
    print_message("\n");
    size_t fault_count = touch.fault_count;
    EXPECT(touch.control_count > 0);
    arena_deinit(&touch.notes);
    look_close(&touch.look);
    EXPECT_INT(0, fault_count);
}
