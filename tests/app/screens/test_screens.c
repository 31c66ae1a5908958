/* Every screen, drawn from a made-up portfolio. */
#include "tests/app/screens/worlds.h"

/* Goal: nobody adds a screen and forgets how it looks when there is nothing to show, while it
 * waits, or when something is wrong. */
TEST(test_every_screen_has_its_designed_states)
{
    static const char *const names[DESIGNED_COUNT] = {"normal", "empty", "loading", "error"};
    static const struct {
        enum screen_kind screen;
        enum designed designed;
        const char *why;
    } never[] = {
#define STATE(world, designed, screen, name, case_no, seq, number, tab, text, step, role, outcome)
#define NEVER(screen, designed, why) {SCREEN_##screen, DESIGNED_##designed, why},
#include "tests/app/screens/states.def"
#undef STATE
#undef NEVER
    };
    size_t missing_count = 0;
    for (enum screen_kind screen = SCREEN_none + 1; screen < SCREEN_COUNT; screen++) {
        for (enum designed designed = 0; designed < DESIGNED_COUNT; designed++) {
            size_t count = 0;
            size_t never_count = 0;
            for (size_t i = 0; i < COUNT(states); i++) {
                count += states[i].row.screen == screen && states[i].designed == designed ? 1 : 0;
            }
            for (size_t i = 0; i < COUNT(never); i++) {
                never_count += never[i].screen == screen && never[i].designed == designed &&
                                       never[i].why[0] != '\0'
                                   ? 1
                                   : 0;
            }
            if ((count > 0) == (never_count > 0)) {
                print_error("%s: %s state %s in states.def\n", screen_name(screen), names[designed],
                            count > 0 ? "both STATE and NEVER" : "missing");
                missing_count++;
            }
        }
    }
    EXPECT_INT(0, missing_count);
}

TEST(test_states_have_names_of_their_own)
{
    for (size_t i = 0; i < COUNT(states); i++) {
        for (size_t other = i + 1; other < COUNT(states); other++) {
            EXPECT_ROW(states[i].row.name, strcmp(states[i].row.name, states[other].row.name) != 0);
        }
    }
}

/* "brief.title" instead of the text, or a placeholder that nobody filled. */
static bool is_raw(const char *name)
{
    size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.");
    const char *dot = strchr(name, '.');
    bool is_key = dot != NULL && dot > name && dot[1] >= 'a' && dot[1] <= 'z' && name[size] == '\0';
    return is_key || strchr(name, '{') != NULL;
}

static void look_for_raw_keys(struct tablet *tablet, const struct state *state, enum world world,
                              void *context)
{
    (void)world;
    size_t *found_count = context;
    struct shown shown;
    struct stage stage;
    enter(tablet, &state->row, LANG_en, &shown);
    stage_open(&stage, &(struct theme_options){.width_px = 1280, .height_px = 8000, .ppi = 160},
               build, &shown);
    stage_settle(&stage);
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(stage.ui, &count);
    for (size_t n = 0; n < count; n++) {
        if (is_raw(nodes[n].name) || is_raw(nodes[n].value)) {
            print_error("%s shows \"%s\" \"%s\"\n", state->row.name, nodes[n].name, nodes[n].value);
            (*found_count)++;
        }
    }
    stage_close(&stage);
}

/* Every text key that the app's code names has a text. */
TEST(test_screens_show_no_raw_key)
{
    size_t found_count = 0;
    states_look(look_for_raw_keys, &found_count);
    EXPECT_INT(0, found_count);
}
