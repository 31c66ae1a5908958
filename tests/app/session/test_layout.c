/* Goal: no screen has anything that hurts people, in any state, size, theme, language, text
 * size, with gloves or without; scrolled to its end, and with the keyboard open for each of
 * its fields. Method: the layout linter over every frame; see states.def for looking at one
 * screen only. By day every size, text size and glove is looked at; by dark, where the same boxes
 * stand at the same places (a test says so), every size; for the sun every size and text size,
 * with gloves on every other state. The label `release` takes the whole product. Built a second
 * time with texts that are two fifths longer, of whose combinations a run takes one in five; the
 * label `release` takes all. */
#include "app/platform/raster_hash.h"
#include "app/ui/ui_lint.h"
#include "tests/app/session/look.h"

enum { PAGES_MAX = 12, SIGHTINGS_MAX = 2000, SHOWN_MAX = 300 };

static const struct {
    const char *inches;
    int32_t width_px, height_px, ppi;
} sizes[] = {
    {"5.5\"", 720, 1280, 267}, {"5.0\"", 720, 1280, 294},   {"10.1\"", 1280, 800, 149},
    {"8\"", 1280, 800, 189},   {"10.1\"", 1920, 1200, 224}, {"5.5\"", 1080, 1920, 401},
};
static const int32_t percents[] = {100, 130, 160, 200};
enum { THEMES = 3, GLOVES = 2, COMBINATIONS = (int)COUNT(sizes) * THEMES * 4 * GLOVES };

/* One fault, however many combinations show it. */
struct sighting {
    const char *state, *subject;
    enum ui_lint_kind kind;
    const char *text, *where; /* of the first time */
    size_t count;
};

struct review {
    struct look look;
    struct arena notes;
    size_t frame_count, finding_count;
    struct sighting *sightings;
    size_t sighting_count;
    const char *pictures; /* folder, NULL none */
    size_t part, part_count;
    size_t turn, state_count;
    bool is_whole; /* every combination, or a part of them all */
};

/* ---- noting down ---- */

static struct sighting *sighting_of(struct review *review, const char *state,
                                    const struct ui_lint_finding *finding)
{
    for (size_t i = 0; i < review->sighting_count; i++) {
        struct sighting *known = &review->sightings[i];
        if (known->kind == finding->kind && strcmp(known->state, state) == 0 &&
            strcmp(known->subject, finding->subject) == 0) {
            return known;
        }
    }
    return NULL;
}

static void note(struct review *review, struct sight *sight, const char *state, const char *where)
{
    struct stage *stage = &sight->stage;
    struct arena_mark mark = arena_mark(&stage->scratch);
    struct ui_lint lint = ui_lint(&stage->scratch, stage->ui);
    review->frame_count++;
    review->finding_count += lint.count;
    for (size_t i = 0; i < lint.count; i++) {
        struct sighting *known = sighting_of(review, state, &lint.findings[i]);
        if (known != NULL) {
            known->count++;
            continue;
        }
        if (review->sighting_count == SIGHTINGS_MAX) {
            continue; /* counted all the same */
        }
        review->sightings[review->sighting_count++] =
            (struct sighting){.state = state,
                              .subject = str_format(&review->notes, "%s", lint.findings[i].subject),
                              .kind = lint.findings[i].kind,
                              .text = str_format(&review->notes, "%s", lint.findings[i].text),
                              .where = str_format(&review->notes, "%s", where),
                              .count = 1};
        if (review->pictures != NULL) {
            const struct theme_options *options = &stage->theme.options;
            look_write(&review->look,
                       str_format(&review->notes, "%s/%s-%zu.png", review->pictures, state,
                                  review->sighting_count),
                       ui_draw_list(stage->ui), options->width_px, options->height_px);
        }
    }
    arena_rollback(&stage->scratch, mark);
}

/* ---- all that can be brought into sight ---- */

static const char *key_copy(struct arena *arena, const struct ui_semantic *semantic)
{
    return str_format(arena, "%s", semantic->key);
}

static void scrolled(struct review *review, struct sight *sight, const char *state,
                     const char *where, const struct ui_semantic *region)
{
    struct stage *stage = &sight->stage;
    const char *key = key_copy(&stage->scratch, region);
    int32_t step_px = region->rect.h * 3 / 4;
    int32_t at_px = ui_scroll_px(stage->ui, key);
    for (int32_t page = 0; page < PAGES_MAX && step_px > 0; page++) {
        ui_scroll_to(stage->ui, key, at_px + step_px);
        stage_settle(stage);
        int32_t now_px = ui_scroll_px(stage->ui, key);
        if (now_px <= at_px) {
            return;
        }
        at_px = now_px;
        note(review, sight, state, where);
    }
}

static void focused(struct review *review, struct sight *sight, const char *state,
                    const char *where, const struct ui_semantic *field)
{
    struct stage *stage = &sight->stage;
    ui_focus(stage->ui, key_copy(&stage->scratch, field));
    stage_settle(stage);
    note(review, sight, state, str_format(&stage->scratch, "%s, typing", where));
    ui_focus(stage->ui, NULL);
    stage_settle(stage);
}

/* The tree as it was at first: touching the screen makes a new one. */
static struct ui_semantic *tree_copy(struct sight *sight, size_t *count_out)
{
    const struct ui_semantic *tree = ui_semantics(sight->stage.ui, count_out);
    struct ui_semantic *copy =
        ARENA_ARRAY(&sight->stage.scratch, *count_out + 1, struct ui_semantic);
    memcpy(copy, tree, *count_out * sizeof *copy);
    for (size_t i = 0; i < *count_out; i++) {
        copy[i].key = key_copy(&sight->stage.scratch, &tree[i]);
    }
    return copy;
}

static void review_sight(struct review *review, struct sight *sight, const char *state,
                         const char *where)
{
    note(review, sight, state, where);
    size_t count = 0;
    const struct ui_semantic *tree = tree_copy(sight, &count);
    for (size_t i = 0; i < count; i++) {
        if (tree[i].role == UI_ROLE_field && tree[i].is_action && !tree[i].is_disabled &&
            !tree[i].is_covered && tree[i].key[0] != '\0') {
            focused(review, sight, state, where, &tree[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (tree[i].is_scroll && !tree[i].is_covered && tree[i].key[0] != '\0') {
            scrolled(review, sight, state, where, &tree[i]);
        }
    }
}

/* Where everything stands. */
static uint64_t places(const struct stage *stage)
{
    size_t count = 0;
    const struct ui_semantic *tree = ui_semantics(stage->ui, &count);
    uint64_t sum = count;
    for (size_t i = 0; i < count; i++) {
        sum = raster_hash_rect(sum, tree[i].rect);
    }
    return sum;
}

/* By dark everything stands where it stands by day: what is looked at by day in all sizes of
 * text need be looked at by dark for its colours only. */
static void stands_as_by_day(struct stage *stage, const char *state, const char *where)
{
    struct theme theme = stage->theme;
    struct theme_options by_day = theme.options;
    stage_settle(stage); /* a list has built more rows than show before it knew its height */
    uint64_t by_dark = places(stage);
    by_day.kind = THEME_day;
    stage->theme = theme_make(&by_day);
    stage_settle(stage);
    if (places(stage) != by_dark) {
        fail_msg("%s, %s: does not stand as by day", state, where);
    }
    stage->theme = theme;
    stage_settle(stage);
}

/* Whether the suite looks at it; see the head of this file. */
static bool is_usual(const struct review *review, const struct theme_options *options, size_t size)
{
    bool is_plain = options->text_percent == 100 && !options->is_glove;
    bool has_gloves = (review->state_count + size + (size_t)options->text_percent / 30) % 2 == 1;
    return options->kind == THEME_day || (options->kind == THEME_dark && is_plain) ||
           (options->kind == THEME_sunlight && options->is_glove == has_gloves);
}

static void review_state(struct tablet *tablet, const struct state *state, enum world world,
                         void *context)
{
    struct review *review = context;
    if (!look_wants(state)) {
        return;
    }
    const char *name =
        str_format(&review->notes, "%s%s", state->row.name, world == WORLD_full ? " (long)" : "");
#ifdef PSEUDO
    static const enum lang langs[] = {LANG_en}; /* its texts are the pseudo-locale's */
#else
    static const enum lang langs[] = {LANG_zh, LANG_en};
#endif
    review->state_count++;
    for (size_t l = 0; l < COUNT(langs); l++) {
        struct shown shown;
        enter(tablet, &state->row, langs[l], &shown);
        for (size_t i = 0; i < COMBINATIONS; i++) {
            if (review->turn++ % review->part_count != review->part) {
                continue;
            }
            size_t rest = i;
            size_t size = rest % COUNT(sizes);
            rest /= COUNT(sizes);
            struct theme_options options = {.width_px = sizes[size].width_px,
                                            .height_px = sizes[size].height_px,
                                            .ppi = sizes[size].ppi,
                                            .kind = (enum theme_kind)(rest % THEMES),
                                            .text_percent = percents[rest / THEMES % 4],
                                            .is_glove = rest / THEMES / 4 == 1};
            if (!review->is_whole && !is_usual(review, &options, size)) {
                continue;
            }
            struct sight sight;
            sight_open(&review->look, &sight, &shown, &options);
            const char *where = str_format(&sight.stage.scratch, "%s %dx%d %s %s %d%%%s",
                                           lang_name(langs[l]), options.width_px, options.height_px,
                                           sizes[size].inches, look_theme_names[options.kind],
                                           options.text_percent, options.is_glove ? " glove" : "");
            if (options.kind == THEME_dark) {
                stands_as_by_day(&sight.stage, name, where);
            }
            review_sight(review, &sight, name, where);
            sight_close(&sight);
        }
    }
}

/* ---- the promise ---- */

/* With longer texts one combination in five: each state has others, for their number and five
 * share no factor. */
#ifdef PSEUDO
enum { PARTS_USUAL = 5 };
#else
enum { PARTS_USUAL = 1 };
#endif

/* "3/8" in DOORSTEP_PART, the third of eight parts of all combinations, taken in turn, "1/1" all
 * of them; under sanitizers one of sixteen. Without one, those of is_usual(). */
static void part_choose(struct review *review)
{
    unsigned part = 1;
    unsigned part_count = PARTS_USUAL;
#if defined(__SANITIZE_ADDRESS__)
    part_count = 16;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    part_count = 16;
#endif
#endif
    const char *text = getenv("DOORSTEP_PART");
    review->is_whole = text != NULL || part_count > 1;
    if (text != NULL && sscanf(text, "%u/%u", &part, &part_count) != 2) {
        fail_msg("DOORSTEP_PART is not like 3/8: %s", text);
    }
    EXPECT(part >= 1 && part <= part_count);
    /* A number that shares no factor with the number of combinations walks through all. */
    review->part_count = part_count == 1 ? 1 : part_count | 1;
    review->part = part - 1;
}

TEST(test_screens_hurt_nobody_in_any_size_theme_or_language)
{
    struct review review = {.pictures = getenv("DOORSTEP_PICTURES")};
    look_open(&review.look);
    arena_init(&review.notes, 256 * 1024);
    review.sightings = ARENA_ARRAY(&review.notes, SIGHTINGS_MAX, struct sighting);
    part_choose(&review);
    states_look(review_state, &review);
    for (size_t i = 0; i < review.sighting_count && i < SHOWN_MAX; i++) {
        const struct sighting *seen = &review.sightings[i];
        print_error("%s: %s\n    %zu times, first in %s\n", seen->state, seen->text, seen->count,
                    seen->where);
    }
    print_message("%zu frames looked at, %zu faults, %zu findings\n", review.frame_count,
                  review.sighting_count, review.finding_count);
    size_t finding_count = review.finding_count;
    EXPECT(review.frame_count > 0);
    arena_deinit(&review.notes);
    look_close(&review.look);
    EXPECT_INT(0, finding_count);
}
