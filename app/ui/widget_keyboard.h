/* app/ui/widget_keyboard.h -- the on-screen keyboard. Pure.
 *
 * Call it last inside the root column: it takes room only while a field has
 * focus. Phrase chips come first, so that most notes need no typing. Keys are
 * never smaller than theme.target_mm: a wide screen gets QWERTY rows, a narrow
 * one an alphabetic grid, paged when it has to be. */
#pragma once

#include "app/ui/ui.h"

struct widget_keyboard {
    const char *done;         /* label that closes it, e.g. "完成" */
    const char *space;        /* label of the space key, e.g. "空格" */
    const char *backspace;    /* e.g. "删除" */
    const char *letters;      /* label that leads to letters, e.g. "ABC" */
    const char *digits;       /* to digits and signs, e.g. "123" */
    const char *more;         /* to the next page, e.g. "更多" */
    const char *shift;        /* e.g. "大写" */
    const char *enter;        /* new line, e.g. "换行" */
    const char *const *chips; /* phrases typed whole; may be NULL */
    int32_t chip_count;
    bool is_hidden; /* a system input method or a hardware keyboard is in use */
};

void widget_keyboard(struct ui *ui, const struct widget_keyboard *keyboard);
