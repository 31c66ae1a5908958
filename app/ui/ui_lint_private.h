/* app/ui/ui_lint_private.h -- what the files ui_lint*.c share. Nobody else includes it. */
#pragma once

#include "app/ui/ui_lint.h"

struct hunt {
    struct arena *arena;
    const struct ui *ui;
    const struct theme *theme;
    const struct ui_semantic *semantics;
    size_t count;
    struct ui_lint lint;
    size_t capacity;
};

void ui_lint_found(struct hunt *hunt, enum ui_lint_kind kind, const char *subject,
                   const char *figures);

/* ui_lint_ink.c: what the draw list shows. */
void ui_lint_ink(struct hunt *hunt);
