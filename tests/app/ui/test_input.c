#include "app/ui/input.h"
#include "tests/lib/test.h"

#include <stdio.h>

enum { SLOP = 14 };

/* A story of touches in words: "d" down, "m" move, "u" up, "c" cancel, "t" time
 * passes; with finger, x, y, ms. Answers are letters: P press, T tap, L long
 * press, t tap after a long press, S drag start, D drag, E end without fling, F
 * end with fling, C cancel. */
struct touch {
    char what;
    int64_t finger;
    int32_t x, y;
    int64_t at_ms;
};

static void answer_add(char *answers, struct gesture gesture)
{
    static const char letters[] = " PTLSDEC";
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
        {"three fingers cancel until all are lifted",
         {{'d', 1, 0, 0, 0},
          {'d', 2, 9, 9, 5},
          {'d', 3, 9, 9, 6},
          {'u', 1, 0, 0, 7},
          {'d', 4, 0, 0, 8},
          {'u', 2, 9, 9, 9},
          {'u', 3, 9, 9, 9},
          {'u', 4, 0, 0, 10},
          {'d', 5, 0, 0, 20},
          {'u', 5, 0, 0, 30}},
         "PCPT"},
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
            enum input_kind kind = touch->what == 'd'   ? INPUT_down
                                   : touch->what == 'm' ? INPUT_move
                                   : touch->what == 'u' ? INPUT_up
                                                        : INPUT_cancel;
            answer_add(answers, input_feed(&input,
                                           &(struct input_event){.kind = kind,
                                                                 .finger = touch->finger,
                                                                 .at = {touch->x, touch->y},
                                                                 .at_ms = touch->at_ms},
                                           SLOP));
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
                         SLOP);
    }
    end = input_feed(&input, &(struct input_event){.kind = INPUT_up, .at = {0, 400}, .at_ms = 100},
                     SLOP);
    EXPECT_INT(GESTURE_drag_end, end.kind);
    EXPECT_INT(-1000, end.velocity.y);
    EXPECT_INT(0, end.velocity.x);
}
