/* Goal: every screen looks as somebody agreed to. Method: two goldens a state. In
 * tests/golden/screens what is drawn, as text to be read and reviewed (two sizes, both
 * languages); in tests/golden/pixels one number for every pixel of a picture (three sizes, both
 * languages, three themes), with no tolerance.
 *
 * After a change that is meant:
 *   DOORSTEP_GOLDEN=write DOORSTEP_PICTURES=/tmp/pictures build/app_session_test_pictures
 * records them anew and draws every picture for looking at; DOORSTEP_SCREEN=brief does so for
 * one screen. When one differs the test leaves both pictures in <build>/pictures.
 *
 * To look at what has no golden: DOORSTEP_PICTURES=/tmp/pictures DOORSTEP_TEXT=200 (percent), and
 * DOORSTEP_GLOVE=1, draw handheld and tablet by day so, and compare nothing. */
#include "tests/app/session/drawn.h"
#include "tests/app/session/look.h"

#include <dirent.h>

enum { SAID_MAX = 40, GOLDEN_SIZE_MAX = 4 << 20 };

static const struct {
    const char *name;
    int32_t width_px, height_px, ppi;
    bool has_list;       /* a golden draw list too */
    bool has_all_themes; /* else by day only */
} sizes[] = {
    {"handheld", 720, 1280, 267, true, true},
    {"tablet", 1280, 800, 149, true, true},
    {"large", 1920, 1200, 224, false, false},
};

struct gallery {
    struct look look;
    struct arena notes;
    const char *folder;   /* of the goldens */
    const char *pictures; /* every picture goes there; NULL: only differing ones, elsewhere */
    bool is_recording;
    int32_t text_percent; /* only looked at, with … */
    bool is_glove;        /* … and so */
    size_t list_count, picture_count, difference_count;
    uint32_t turn;
};

/* Under sanitizers pixels are drawn for one picture in this many. */
#if defined(__SANITIZE_ADDRESS__)
enum { PIXELS_EVERY = 16 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { PIXELS_EVERY = 16 };
#else
enum { PIXELS_EVERY = 1 };
#endif
#else
enum { PIXELS_EVERY = 1 };
#endif

static void differs(struct gallery *gallery, const char *name, const char *how)
{
    if (gallery->difference_count++ < SAID_MAX) {
        print_error("%s: %s\n", name, how);
    }
}

/* ---- draw lists ---- */

static void draw_both(struct gallery *gallery, const char *name, struct str golden,
                      const struct draw_list *now, const struct theme_options *options)
{
    const char *folder = str_format(&gallery->notes, "%s/pictures", BUILD_FOLDER);
    EXPECT_OK(os_folder_make(folder));
    look_write(&gallery->look, str_format(&gallery->notes, "%s/%s-now.png", folder, name), now,
               options->width_px, options->height_px);
    struct arena arena;
    arena_init(&arena, 0);
    size_t unknown_count = 0;
    struct rect screen = {0, 0, options->width_px, options->height_px};
    struct draw_list before = drawn_read(&arena, golden, screen, &unknown_count);
    look_write(&gallery->look, str_format(&gallery->notes, "%s/%s-golden.png", folder, name),
               &before, options->width_px, options->height_px);
    arena_deinit(&arena);
}

static size_t line_of_difference(struct str a, const char *b)
{
    size_t line = 1;
    for (size_t i = 0; i < a.size && a.bytes[i] == b[i]; i++) {
        line += a.bytes[i] == '\n' ? 1 : 0;
    }
    return line;
}

static void list_check(struct gallery *gallery, struct sight *sight, const char *name)
{
    struct arena *scratch = &sight->stage.scratch;
    const struct draw_list *list = ui_draw_list(sight->stage.ui);
    const char *path = str_format(scratch, "%s/screens/%s.txt", gallery->folder, name);
    const char *now = draw_dump(scratch, list);
    gallery->list_count++;
    if (gallery->is_recording) {
        EXPECT_OK(os_file_replace(path, now, strlen(now)));
        return;
    }
    struct str golden;
    if (os_file_read(scratch, path, GOLDEN_SIZE_MAX, &golden) != OK) {
        differs(gallery, name, "no golden draw list");
    } else if (!str_is(golden, now)) {
        draw_both(gallery, name, golden, list, &sight->stage.theme.options);
        differs(gallery, name,
                str_format(&gallery->notes, "draws something else from line %zu on",
                           line_of_difference(golden, now)));
    }
}

/* ---- pixels ---- */

/* FNV-1a over whole pixels. */
static uint64_t number_of(const struct raster_target *target)
{
    uint64_t number = 0xCBF29CE484222325ULL;
    size_t count = (size_t)target->width * (size_t)target->height;
    for (size_t i = 0; i < count; i++) {
        number = (number ^ (target->pixels[i] & 0xFFFFFF)) * 0x100000001B3ULL;
    }
    return number;
}

/* The line of a pixel golden that begins with `key`, or an empty one. */
static struct str line_with(struct str text, const char *key)
{
    struct str line;
    while (str_split(&text, '\n', &line)) {
        if (line.size > strlen(key) && memcmp(line.bytes, key, strlen(key)) == 0) {
            return line;
        }
    }
    return (struct str){"", 0};
}

static void pixels_check(struct gallery *gallery, struct sight *sight, const char *state,
                         const char *key, struct str golden, struct str_builder *lines)
{
    const struct theme_options *options = &sight->stage.theme.options;
    const struct draw_list *list = ui_draw_list(sight->stage.ui);
    struct arena arena;
    arena_init(&arena, 0);
    struct raster_target target =
        look_draw(&gallery->look, &arena, list, options->width_px, options->height_px);
    const char *line =
        str_format(&arena, "%s %016llx", key, (unsigned long long)number_of(&target));
    str_add_format(lines, "%s\n", line);
    gallery->picture_count++;
    bool is_equal = gallery->is_recording || str_is(line_with(golden, key), line);
    if (gallery->pictures != NULL || !is_equal) {
        const char *folder = gallery->pictures != NULL
                                 ? gallery->pictures
                                 : str_format(&arena, "%s/pictures", BUILD_FOLDER);
        EXPECT_OK(os_folder_make(folder));
        char *name = str_format(&arena, "%s/%s-%s.png", folder, state, key);
        for (char *at = name + strlen(folder) + 1; *at != '\0'; at++) {
            *at = *at == ' ' ? '-' : *at;
        }
        EXPECT_OK(
            png_write(&arena, name, target.pixels, target.width, target.height, target.pitch_px));
    }
    if (!is_equal) {
        differs(gallery, state, str_format(&gallery->notes, "other pixels: %s", key));
    }
    arena_deinit(&arena);
}

/* ---- every state ---- */

static void state_check(struct tablet *tablet, const struct state *state, enum world world,
                        void *context)
{
    struct gallery *gallery = context;
    if (world == WORLD_full || !look_wants(state)) {
        return;
    }
    const char *name = state->row.name;
    const char *path = str_format(&gallery->notes, "%s/pixels/%s.txt", gallery->folder, name);
    struct str golden = {"", 0};
    if (!gallery->is_recording &&
        os_file_read(&gallery->notes, path, GOLDEN_SIZE_MAX, &golden) != OK) {
        differs(gallery, name, "no golden of its pixels");
    }
    struct str_builder lines;
    str_builder_init(&lines, &gallery->notes);
    for (enum lang lang = 0; lang < LANG_COUNT; lang++) {
        struct shown shown;
        enter(tablet, &state->row, lang, &shown);
        for (size_t s = 0; s < COUNT(sizes); s++) {
            for (enum theme_kind kind = THEME_day; kind <= THEME_sunlight; kind++) {
                struct theme_options options = {.kind = kind,
                                                .width_px = sizes[s].width_px,
                                                .height_px = sizes[s].height_px,
                                                .ppi = sizes[s].ppi};
                if (kind != THEME_day && !sizes[s].has_all_themes) {
                    continue;
                }
                struct sight sight;
                sight_open(&gallery->look, &sight, &shown, &options);
                if (sizes[s].has_list && kind == THEME_day) {
                    list_check(gallery, &sight,
                               str_format(&sight.stage.scratch, "%s_%s_%s", name, sizes[s].name,
                                          lang_name(lang)));
                }
                if (gallery->turn++ % PIXELS_EVERY == 0 || gallery->is_recording) {
                    const char *key = str_format(&sight.stage.scratch, "%s %s %s", sizes[s].name,
                                                 lang_name(lang), look_theme_names[kind]);
                    pixels_check(gallery, &sight, name, key, golden, &lines);
                }
                sight_close(&sight);
            }
        }
    }
    if (gallery->is_recording) {
        EXPECT_OK(os_file_replace(path, lines.text, lines.size));
    }
}

/* No golden: as a person with large text or gloves sees it. */
static void state_draw(struct tablet *tablet, const struct state *state, enum world world,
                       void *context)
{
    struct gallery *gallery = context;
    if (world == WORLD_full || !look_wants(state)) {
        return;
    }
    for (enum lang lang = 0; lang < LANG_COUNT; lang++) {
        struct shown shown;
        enter(tablet, &state->row, lang, &shown);
        for (size_t s = 0; s < COUNT(sizes) && sizes[s].has_list; s++) {
            struct theme_options options = {.width_px = sizes[s].width_px,
                                            .height_px = sizes[s].height_px,
                                            .ppi = sizes[s].ppi,
                                            .text_percent = gallery->text_percent,
                                            .is_glove = gallery->is_glove};
            struct sight sight;
            sight_open(&gallery->look, &sight, &shown, &options);
            look_write(&gallery->look,
                       str_format(&sight.stage.scratch, "%s/%s-%s-%s-%d%s.png", gallery->pictures,
                                  state->row.name, sizes[s].name, lang_name(lang),
                                  (int)gallery->text_percent, gallery->is_glove ? "-glove" : ""),
                       ui_draw_list(sight.stage.ui), options.width_px, options.height_px);
            gallery->picture_count++;
            sight_close(&sight);
        }
    }
}

/* ---- goldens that nobody looks at any more ---- */

static bool belongs(const char *file)
{
    for (size_t i = 0; i < COUNT(states); i++) {
        size_t size = strlen(states[i].row.name);
        if (strncmp(file, states[i].row.name, size) == 0 &&
            (strcmp(file + size, ".txt") == 0 || strncmp(file + size, "_handheld_", 10) == 0 ||
             strncmp(file + size, "_tablet_", 8) == 0)) {
            return true;
        }
    }
    return false;
}

static void orphans_check(struct gallery *gallery, const char *folder)
{
    const char *path = str_format(&gallery->notes, "%s/%s", gallery->folder, folder);
    DIR *entries = opendir(path);
    EXPECT(entries != NULL);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (entry->d_name[0] == '.' || belongs(entry->d_name)) {
            continue;
        }
        if (gallery->is_recording) {
            EXPECT_OK(os_file_remove(str_format(&gallery->notes, "%s/%s", path, entry->d_name)));
        } else {
            differs(gallery, entry->d_name, "a golden of no state");
        }
    }
    closedir(entries);
}

TEST(test_screens_look_as_agreed)
{
    const char *mode = getenv("DOORSTEP_GOLDEN");
    const char *text = getenv("DOORSTEP_TEXT");
    const char *glove = getenv("DOORSTEP_GLOVE");
    struct gallery gallery = {.pictures = getenv("DOORSTEP_PICTURES"),
                              .is_recording = mode != NULL && strcmp(mode, "write") == 0,
                              .text_percent = text != NULL && atoi(text) > 0 ? atoi(text) : 100,
                              .is_glove = glove != NULL && strcmp(glove, "1") == 0};
    look_open(&gallery.look);
    arena_init(&gallery.notes, 256 * 1024);
    gallery.folder = str_format(&gallery.notes, "%s/golden", TESTS_FOLDER);
    if (gallery.pictures != NULL) {
        EXPECT_OK(os_folder_make(gallery.pictures));
    }
    if (gallery.is_glove || gallery.text_percent != 100) {
        EXPECT(gallery.pictures != NULL);
        states_look(state_draw, &gallery);
        print_message("%zu pictures\n", gallery.picture_count);
        arena_deinit(&gallery.notes);
        look_close(&gallery.look);
        return;
    }
    EXPECT_OK(os_folder_make(str_format(&gallery.notes, "%s/pixels", gallery.folder)));
    states_look(state_check, &gallery);
    orphans_check(&gallery, "screens");
    orphans_check(&gallery, "pixels");
    print_message("%zu draw lists, %zu pictures, %zu differences\n", gallery.list_count,
                  gallery.picture_count, gallery.difference_count);
    size_t difference_count = gallery.difference_count;
    EXPECT(gallery.list_count > 0);
    arena_deinit(&gallery.notes);
    look_close(&gallery.look);
    EXPECT_INT(0, difference_count);
}

/* Goal: the picture of a golden draw list is the picture it was made from. */
TEST(test_a_golden_draw_list_gives_its_picture_back)
{
    struct look look;
    struct tablet tablet;
    look_open(&look);
    world_open(&tablet, WORLD_bad_week);
    struct shown shown;
    struct screen_row row = {"sync_trouble", SCREEN_sync, 0, 0, 0, 0, "", 0, 0, 0};
    enter(&tablet, &row, LANG_en, &shown);
    struct theme_options options = {.width_px = 720, .height_px = 1280, .ppi = 267};
    struct sight sight;
    sight_open(&look, &sight, &shown, &options);
    struct arena *scratch = &sight.stage.scratch;
    const struct draw_list *list = ui_draw_list(sight.stage.ui);
    size_t unknown_count = 0;
    struct draw_list again = drawn_read(scratch, str_from(draw_dump(scratch, list)),
                                        (struct rect){0, 0, 720, 1280}, &unknown_count);
    EXPECT_INT(0, unknown_count);
    EXPECT_INT(list->count, again.count);
    struct raster_target before = look_draw(&look, scratch, list, 720, 1280);
    struct raster_target after = look_draw(&look, scratch, &again, 720, 1280);
    EXPECT(memcmp(before.pixels, after.pixels, sizeof(uint32_t) * 720 * 1280) == 0);
    sight_close(&sight);
    tablet_close(&tablet);
    look_close(&look);
}
