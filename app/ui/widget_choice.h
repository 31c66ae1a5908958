/* app/ui/widget_choice.h -- choices one can see at once: large tiles and small
 * chips. The caller keeps what is chosen; for one-of-many it clears the others,
 * for several-of-many it toggles. Pure. */
#pragma once

#include "app/ui/ui.h"

struct widget_choice {
    const char *label; /* required */
    const char *note;  /* second line of a tile; may be NULL */
    enum icon icon;    /* tiles should have one */
    bool is_chosen;    /* shown by colour, border and a tick */
    bool is_multi;     /* several may be chosen: role check instead of choice */
    bool is_disabled;
};

/* Opens a grid whose cells are wide enough for tiles; close with ui_close. */
void widget_choice_tiles_open(struct ui *ui);
/* A tile filling its cell. True when it was tapped. */
bool widget_choice_tile(struct ui *ui, const char *key,
                        const struct widget_choice *choice) MUST_USE;

/* Opens a wrapping row for chips; close with ui_close. */
void widget_choice_chips_open(struct ui *ui);
/* True when it was tapped. */
bool widget_choice_chip(struct ui *ui, const char *key,
                        const struct widget_choice *choice) MUST_USE;
