/* app/ui/widget_field.h -- text fields. Pure.
 *
 * The caller owns the text: `capacity` bytes, NUL-ended UTF-8. Typing past the
 * capacity is refused visibly (the count turns red), nothing is ever cleared. */
#pragma once

#include "app/ui/ui.h"

struct widget_field {
    const char *label;   /* required, above the field */
    bool is_unlabelled;  /* the label is its name only: where the keyboard leaves little room */
    const char *hint;    /* inside while empty; may be NULL */
    const char *problem; /* below, in red with an icon; may be NULL */
    enum icon icon;
    int32_t lines;     /* height in lines; 0: 1. With 1 line, enter leaves the field */
    bool is_secret;    /* shows dots */
    bool has_count;    /* shows "used / most" in characters below */
    int32_t chars_max; /* most characters; 0: as the capacity allows */
};

/* True when the text has changed. Tapping gives it focus. */
bool widget_field(struct ui *ui, const char *key, const struct widget_field *field, char *text,
                  size_t capacity);
