/* app/ui/widget_stepper.h -- a small number with a button on each side: number of
 * instalments, of visitors. Pure. */
#pragma once

#include "app/ui/ui.h"

struct widget_stepper {
    const char *label;       /* required */
    const char *shown;       /* the number with its unit, "3 期"; NULL: the bare number */
    const char *note;        /* below, e.g. why no more; may be NULL */
    const char *less, *more; /* names of the buttons: "减少", "增加"; required */
    int64_t least, most;     /* inclusive; CHECKs least <= most */
    int64_t by;              /* 0: 1 */
};

/* True when *number changed; it is moved into least..most first. A button at its
 * end is disabled, not hidden. Keys: "<key>", "<key>/less", "<key>/more". */
bool widget_stepper(struct ui *ui, const char *key, const struct widget_stepper *stepper,
                    int64_t *number);
