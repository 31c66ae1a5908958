#include "app/ui/input.h"
#include "tests/lib/test.h"

#include <stdio.h>

static const struct input_rules rules = {.slop_px = 14};
static const struct input_rules map_rules = {.slop_px = 14, .can_pinch = true};
static const struct input_rules ink_rules = {.slop_px = 14, .is_ink = true};

/* A story of touches in words: "d" down, "m" move, "u" up, "c" cancel, "t" time
 * passes; D and U are of a touch panel looked at in time, x and y of one looked
 * at late; with finger, x, y, ms. Answers are letters: P press, T tap, L long
 * press, t tap after a long press, S drag start, D drag, E end without fling, F
 * end with fling, Z pinch, z its end, C cancel. */
struct touch {
    char what;
    int64_t finger;
    int32_t x, y;
    int64_t at_ms;
};

static void answer_add(char *answers, struct gesture gesture)
{
    static const char letters[] = " PTLSDEZzC";
    if (gesture.kind == GESTURE_none) {
        return;
    }
    char letter = letters[gesture.kind];
    if (gesture.kind == GESTURE_tap && gesture.was_long) {
        letter = 't';
    }
    if (gesture.kind == GESTURE_drag_end && (gesture.velocity.x != 0 || gesture.velocity.y != 0)) {
        letter = 'F';
    }
    size_t used = strlen(answers);
    answers[used] = letter;
    answers[used + 1] = '\0';
}

TEST(test_input_tells_gestures_apart)
{
    static const struct {
        const char *name;
        struct touch touches[10];
        const char *answers;
    } rows[] = {
        {"tap", {{'d', 1, 50, 50, 0}, {'u', 1, 52, 51, 80}}, "PT"},
        {"tap at the slop", {{'d', 1, 0, 0, 0}, {'m', 1, 14, 0, 10}, {'u', 1, 14, 0, 20}}, "PT"},
        {"a pixel past the slop drags",
         {{'d', 1, 0, 0, 0}, {'m', 1, 15, 0, 10}, {'u', 1, 15, 0, 200}},
         "PSE"},
        {"long press at 500", {{'d', 1, 0, 0, 0}, {'t', 0, 0, 0, 500}}, "PL"},
        {"not at 499", {{'d', 1, 0, 0, 0}, {'t', 0, 0, 0, 499}, {'u', 1, 0, 0, 499}}, "PT"},
        {"long press comes once",
         {{'d', 1, 0, 0, 0}, {'t', 0, 0, 0, 600}, {'t', 0, 0, 0, 900}, {'u', 1, 0, 0, 1000}},
         "PLt"},
        {"fling",
         {{'d', 1, 0, 100, 0}, {'m', 1, 0, 60, 20}, {'m', 1, 0, 20, 40}, {'u', 1, 0, 0, 50}},
         "PSDF"},
        {"rest before lifting does not fling",
         {{'d', 1, 0, 100, 0}, {'m', 1, 0, 60, 20}, {'m', 1, 0, 20, 40}, {'u', 1, 0, 20, 101}},
         "PSDE"},
        {"a second finger is ignored",
         {{'d', 1, 0, 0, 0}, {'d', 2, 90, 90, 10}, {'u', 2, 90, 90, 20}, {'u', 1, 0, 0, 30}},
         "PT"},
        {"three contacts cancel, and nothing counts for 300 ms",
         {{'d', 1, 0, 0, 0},
          {'d', 2, 9, 9, 5},
          {'d', 3, 9, 9, 6},
          {'u', 1, 0, 0, 7},
          {'u', 2, 9, 9, 9},
          {'u', 3, 9, 9, 9},
          {'d', 5, 0, 0, 306},
          {'u', 5, 0, 0, 390}},
         "PC"},
        {"then everything does again",
         {{'d', 1, 0, 0, 0},
          {'d', 2, 9, 9, 5},
          {'d', 3, 9, 9, 6},
          {'u', 1, 0, 0, 7},
          {'u', 2, 9, 9, 9},
          {'u', 3, 9, 9, 9},
          {'d', 5, 0, 0, 307},
          {'u', 5, 0, 0, 390}},
         "PCPT"},
        {"a hand that stays down keeps the screen quiet",
         {{'d', 1, 0, 0, 0},
          {'d', 2, 9, 9, 5},
          {'d', 3, 9, 9, 6},
          {'d', 4, 9, 9, 4000},
          {'u', 4, 9, 9, 4100}},
         "PC"},
        {"contacts whose end was lost are forgotten",
         {{'d', 2, 9, 9, 0},
          {'d', 3, 9, 9, 0},
          {'c', 0, 0, 0, 0},
          {'d', 1, 0, 0, 10},
          {'u', 1, 0, 0, 90},
          {'d', 4, 9, 9, 5100},
          {'u', 4, 9, 9, 5200}},
         "PCPTPT"},
        {"a drop of water is no tap",
         {{'D', 1, 0, 0, 100}, {'U', 1, 0, 0, 129}, {'D', 1, 5, 5, 200}},
         "PCP"},
        {"a quick finger is", {{'D', 1, 0, 0, 100}, {'U', 1, 0, 0, 130}}, "PT"},
        {"a touch seen late, both ends together, is",
         {{'x', 1, 0, 0, 100}, {'y', 1, 0, 0, 100}},
         "PT"},
        {"a touch that was seen coming late, is", {{'d', 1, 0, 0, 100}, {'U', 1, 0, 0, 105}}, "PT"},
        {"a mouse has no drops", {{'d', 1, 0, 0, 100}, {'u', 1, 0, 0, 101}}, "PT"},
        {"the system takes it", {{'d', 1, 0, 0, 0}, {'c', 0, 0, 0, 5}, {'u', 1, 0, 0, 9}}, "PC"},
        {"an up without a down", {{'u', 1, 0, 0, 0}}, ""},
        {"lifted far away without a move", {{'d', 1, 0, 0, 0}, {'u', 1, 90, 0, 20}}, "PC"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct input input = {0};
        char answers[32] = "";
        for (size_t k = 0; k < COUNT(rows[i].touches) && rows[i].touches[k].what != 0; k++) {
            const struct touch *touch = &rows[i].touches[k];
            if (touch->what == 't') {
                answer_add(answers, input_tick(&input, touch->at_ms));
                continue;
            }
            static const char whats[] = "dDxmuUyc";
            static const enum input_kind kinds[] = {INPUT_down, INPUT_down,  INPUT_down,
                                                    INPUT_move, INPUT_up,    INPUT_up,
                                                    INPUT_up,   INPUT_cancel};
            enum input_kind kind = kinds[strchr(whats, touch->what) - whats];
            bool is_panel = touch->what == 'D' || touch->what == 'U';
            bool is_late = touch->what == 'x' || touch->what == 'y';
            answer_add(answers, input_feed(&input,
                                           &(struct input_event){.kind = kind,
                                                                 .finger = touch->finger,
                                                                 .at = {touch->x, touch->y},
                                                                 .batch = is_panel  ? (int32_t)k + 1
                                                                          : is_late ? 9
                                                                                    : 0,
                                                                 .at_ms = touch->at_ms},
                                           &rules));
        }
        if (strcmp(answers, rows[i].answers) != 0) {
            fail_msg("row %s: %s", rows[i].name, answers);
        }
    }
}

TEST(test_input_measures_the_fling)
{
    struct input input = {0};
    struct gesture end = {0};
    for (int32_t i = 0; i <= 10; i++) {
        (void)input_feed(&input,
                         &(struct input_event){.kind = i == 0 ? INPUT_down : INPUT_move,
                                               .at = {0, 500 - 10 * i},
                                               .at_ms = 10 * i},
                         &rules);
    }
    end = input_feed(&input, &(struct input_event){.kind = INPUT_up, .at = {0, 400}, .at_ms = 100},
                     &rules);
    EXPECT_INT(GESTURE_drag_end, end.kind);
    EXPECT_INT(-1000, end.velocity.y);
    EXPECT_INT(0, end.velocity.x);
}

/* Two fingers from 100 apart to 150, moved 10 to the right; then one lifts. */
TEST(test_input_pinches_where_it_is_asked_for)
{
    static const struct input_event events[] = {
        {.kind = INPUT_down, .finger = 1, .at = {100, 100}, .at_ms = 0},
        {.kind = INPUT_down, .finger = 2, .at = {200, 100}, .at_ms = 20},
        {.kind = INPUT_move, .finger = 2, .at = {250, 100}, .at_ms = 40},
        {.kind = INPUT_move, .finger = 9, .at = {0, 0}, .at_ms = 41},
        {.kind = INPUT_up, .finger = 1, .at = {100, 100}, .at_ms = 60},
        {.kind = INPUT_move, .finger = 2, .at = {10, 10}, .at_ms = 70},
        {.kind = INPUT_up, .finger = 2, .at = {10, 10}, .at_ms = 80},
    };
    static const struct {
        enum gesture_kind kind;
        struct point at, by;
        int32_t scale_milli;
    } expected[COUNT(events)] = {
        {GESTURE_press, {100, 100}, {0, 0}, 0},     {GESTURE_pinch, {150, 100}, {0, 0}, 1000},
        {GESTURE_pinch, {175, 100}, {25, 0}, 1500}, {GESTURE_none, {0, 0}, {0, 0}, 0},
        {GESTURE_pinch_end, {175, 100}, {0, 0}, 0}, {GESTURE_none, {0, 0}, {0, 0}, 0},
        {GESTURE_none, {0, 0}, {0, 0}, 0},
    };
    struct input input = {0};
    for (size_t i = 0; i < COUNT(events); i++) {
        struct gesture gesture = input_feed(&input, &events[i], &map_rules);
        EXPECT_INT(expected[i].kind, gesture.kind);
        EXPECT_INT(expected[i].at.x, gesture.at.x);
        EXPECT_INT(expected[i].by.x, gesture.by.x);
        EXPECT_INT(expected[i].scale_milli, gesture.scale_milli);
    }
}

/* A signature begins with the first pixel, not after the slop. */
TEST(test_input_ink_has_no_slop)
{
    struct input input = {0};
    struct input_event event = {.kind = INPUT_down, .at = {50, 50}, .at_ms = 1};
    EXPECT_INT(GESTURE_press, input_feed(&input, &event, &ink_rules).kind);
    event = (struct input_event){.kind = INPUT_move, .at = {51, 50}, .at_ms = 9};
    EXPECT_INT(GESTURE_drag_start, input_feed(&input, &event, &ink_rules).kind);
}
