/* app/platform/script.h -- touch scripts: what a person does, as text. Played
 * by a window, with or without a display.
 *
 * One command a line; # begins a comment only at the start of a line. Names
 * stand in double quotes (\" and \\ inside), keys follow a #.
 *
 *   tap "name" | tap #key        a tap in its middle; scrolled into sight first
 *   press "name" | press #key    a long press
 *   type "text"                  as from a keyboard, into the focused field
 *   key back|enter|backspace     one key
 *   drag x1 y1 x2 y2 [ms]        a drag in pixels, 200 ms unless told
 *   slide #key                   draws from the left end of a node to its right end
 *   scroll #key dy               moves a scroll region by dy pixels
 *   wait ms                      time passes (virtual when headless)
 *   await "text" [ms]            waits in real time, at most 10000 ms unless told, until the
 *                                text is on the screen: for other programs' work
 *   expect "text"                fails unless a name, text or value contains it
 *   expect_not "text"
 *   expect #key, expect_not #key
 *   shot path.png, dump path.txt a picture; the tree of meaning
 *   lint                         fails when ui_lint finds something
 *   check                        from here on fails when a frame differs from a full redraw
 *   quit                         ends with success; so does the end of the file
 *
 * A name is looked for first as a whole name of an action, then as a part of
 * one, then as a text inside one; the topmost layer only. A name that matches
 * two actions equally well is an error, never a guess. */
#pragma once

#include "app/ui/ui.h"

enum script_verb {
    SCRIPT_tap,
    SCRIPT_press,
    SCRIPT_type,
    SCRIPT_key,
    SCRIPT_drag,
    SCRIPT_slide,
    SCRIPT_scroll,
    SCRIPT_wait,
    SCRIPT_await,
    SCRIPT_expect,
    SCRIPT_expect_not,
    SCRIPT_shot,
    SCRIPT_dump,
    SCRIPT_lint,
    SCRIPT_check,
    SCRIPT_quit,
};

struct script_command {
    enum script_verb verb;
    int32_t line;
    const char *text; /* name, key, text or path */
    bool is_key;      /* text is a key */
    int32_t number[5];
    int32_t number_count;
    enum input_key key;
};

struct script {
    const char *name; /* for messages: the file's name */
    struct script_command *commands;
    size_t count;
};

/* Pure: reads a whole script. ERR_malformed with `problem_out` set to
 * "name:line: what is wrong". All lives in `arena`. */
enum err script_parse(struct arena *arena, const char *name, struct str text,
                      struct script *script_out, const char **problem_out) MUST_USE;

/* Pure: the node a command means, or -1 with `problem_out` set: what was looked
 * for and what is on the screen. */
int32_t script_find(struct arena *arena, const struct ui *ui, const struct script_command *command,
                    const char **problem_out);
/* Pure: whether `text` (or the key) is to be seen now. */
bool script_sees(const struct ui *ui, const struct script_command *command);
