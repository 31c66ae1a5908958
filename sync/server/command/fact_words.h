/* sync/server/command/fact_words.h -- a fact as people read it: what, who, when. */
#pragma once

#include "core/event/event.h"
#include "sync/server/command/command.h"

/* The fact in one line of the command's language; a correction says what it states anew.
 * "not understood" for a kind of a newer tablet. In the command's arena. */
const char *fact_words(struct command_context *context, const ds_Event *event);
/* The same without what somebody wrote or typed: no name, number, address or note. */
const char *fact_words_masked(struct command_context *context, const ds_Event *event);
/* Its kind alone, for who may not read what was said at a door. */
const char *fact_words_kind(const struct command_context *context, const ds_Event *event);

struct fact_shown {
    bool is_found;
    uint32_t device_no, person_no;
    uint32_t strand;
    uint64_t seq, case_no;
    const char *person; /* "Name (code)" */
    const char *words;
    const char *at;       /* by the tablet's clock, in headquarters' zone */
    const char *likely;   /* when it likely was: an instant, or from … to; "-" not worked out */
    const char *received; /* when it came here */
    int64_t at_ms, true_from_ms, true_until_ms, received_at_ms;
    ds_Event event;
};
/* The fact of that id as the journal holds it, of that case or of none (0: of none); is_found
 * false without one. */
enum err fact_words_find(struct command_context *context, uint64_t case_no, const struct id *id,
                         struct fact_shown *shown_out) MUST_USE;
/* "2026-11-22 10:00" in headquarters' zone, "-" for 0. In the command's arena. */
const char *fact_words_instant(struct command_context *context, int64_t at_ms,
                               int32_t offset_minutes);
