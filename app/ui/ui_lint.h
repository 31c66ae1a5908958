/* app/ui/ui_lint.h -- looks at a finished frame for what hurts people. Pure. */
#pragma once

#include "app/ui/ui.h"

enum ui_lint_kind {
    UI_LINT_target_small,   /* smaller than the mm rule for its role */
    UI_LINT_target_overlap, /* two targets share pixels */
    UI_LINT_text_clipped,   /* cut off without a …, or a … in an action's name */
    UI_LINT_text_outside,   /* reaches past the screen */
    UI_LINT_contrast,       /* text below theme_contrast_min */
    UI_LINT_unnamed,        /* an action without a name */
    UI_LINT_key_missing,    /* an action without a key */
    UI_LINT_key_double,     /* two nodes with one key */
    UI_LINT_KIND_COUNT
};

struct ui_lint_finding {
    enum ui_lint_kind kind;
    const char *text; /* one line: kind, key or text, figures */
};

struct ui_lint {
    struct ui_lint_finding *findings;
    size_t count;
};

/* Looks at the last finished frame. Lives in `arena`. */
struct ui_lint ui_lint(struct arena *arena, const struct ui *ui);
/* The findings one per line; "" when there are none. */
char *ui_lint_dump(struct arena *arena, const struct ui_lint *lint);
