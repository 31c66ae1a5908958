/* app/ui/widget_phrases.h -- phrase chips: a note without typing. Pure. */
#pragma once

#include "app/ui/ui.h"

struct widget_phrases {
    const char *label;          /* heading over the chips; may be NULL */
    const char *const *phrases; /* short sentences without a full stop */
    int32_t count;
    const char *between; /* put between phrases: "；", "; "; required */
};

/* A chip for each phrase; one that `text` contains is shown chosen. Tapping adds
 * it at the end, tapping a chosen one takes it out again; what was typed by hand
 * stays. A phrase that does not fit into `capacity` bytes leaves the text as it
 * is and its chip is disabled. True when `text` changed. Keys: "<key>/0" ... */
bool widget_phrases(struct ui *ui, const char *key, const struct widget_phrases *phrases,
                    char *text, size_t capacity);
