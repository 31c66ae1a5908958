/* core/event/kind/kind.h -- what every kind of fact gives. Private to core/event.
 *
 * <name>_validate  checks an intended fact's payload; false with the first fault
 * <name>_fold      lets the fact change the case; never refuses
 * <name>_describe  the fact in words: a text key and values
 *
 * The prototypes are expanded from events.def, so a kind without its file does
 * not link. */
#pragma once

#include "core/event/field.h"
#include "core/event/fold.h"
#include "core/event/words.h"

/* A fact meeting a case. */
struct fold_context {
    ds_CaseState *state;
    const ds_CaseRecord *record;
    const struct fact *fact;
    int32_t day; /* civil day of the fact's at_ms at the borrower's place */
};

#define EVENT(code, name, Message, origin, about)                               \
    bool name##_validate(const ds_Event *event, struct event_fault *fault_out); \
    void name##_fold(const struct fold_context *fold);                          \
    void name##_describe(const ds_Event *event, struct event_words *words_out);
#include "core/event/events.def"
#undef EVENT
