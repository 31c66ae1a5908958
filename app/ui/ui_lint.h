/* app/ui/ui_lint.h -- looks at a finished frame for what hurts people. Pure.
 *
 * It sees one frame: what lies outside a scroll region's window is judged by its
 * size, name and reach; its colours and neighbours when it is scrolled into
 * sight (tests/app/session/test_layout.c scrolls every region to its end). */
#pragma once

#include "app/ui/ui.h"

enum ui_lint_kind {
    UI_LINT_target_small,   /* smaller than the mm rule for its role */
    UI_LINT_target_overlap, /* two targets share pixels */
    UI_LINT_unreachable,    /* an action that no scrolling brings into sight */
    UI_LINT_unnamed,        /* an action without a name */
    UI_LINT_roleless,       /* an action without the role of an action */
    UI_LINT_key_missing,    /* an action without a key */
    UI_LINT_key_double,     /* two nodes with one key */
    UI_LINT_primary_double, /* two main actions at once */
    UI_LINT_text_clipped,   /* cut off without a …, or a … in an action's name */
    UI_LINT_amount_cut,     /* an amount with a …: it would read as another one */
    UI_LINT_title_cut,      /* a heading, or a word of the main action, with a … */
    UI_LINT_text_outside,   /* reaches past the screen */
    UI_LINT_icon_outside,   /* reaches past the side of the screen */
    UI_LINT_text_overlap,   /* two texts, or a text and an icon, over each other */
    UI_LINT_text_covered,   /* something opaque of the same layer lies over a text */
    UI_LINT_contrast,       /* text below theme_contrast_min, an icon below 4.5:1 */
    UI_LINT_KIND_COUNT
};

struct ui_lint_finding {
    enum ui_lint_kind kind;
    const char *subject; /* key or text that it is about */
    const char *text;    /* one line: kind, subject, figures */
};

struct ui_lint {
    struct ui_lint_finding *findings;
    size_t count;
};

/* Looks at the last finished frame. Lives in `arena`. */
struct ui_lint ui_lint(struct arena *arena, const struct ui *ui);
/* The findings one per line; "" when there are none. */
char *ui_lint_dump(struct arena *arena, const struct ui_lint *lint);
/* "contrast"; static. */
const char *ui_lint_kind_name(enum ui_lint_kind kind);
