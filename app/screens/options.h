/* app/screens/options.h -- ways to pay, two of them side by side: what each costs, what a rule
 * says, what the person can bear, and how it looks to the person opposite. Works in a visit and
 * outside one; only in a visit can one of them be taken. */
#pragma once

#include "app/screens/ask.h"

/* Append, never renumber: they are in the place. */
enum option_way {
    OPTION_WAY_none = 0,
    OPTION_WAY_now,   /* a sum, at once, by an official channel */
    OPTION_WAY_full,  /* all of it on a day */
    OPTION_WAY_parts, /* instalments */
};

struct option {
    uint32_t way;
    uint64_t amount_minor; /* now */
    int32_t day;           /* full: the day; parts: the wished first day */
    uint32_t count;        /* parts */
    uint32_t step;         /* enum schedule_step */
};

enum { OPTIONS_COUNT = 2 };

/* All of it stands in place.text, so a kill loses none of it. */
struct options_set {
    struct option options[OPTIONS_COUNT];
    uint64_t income_minor, living_minor; /* a month, as stated; 0 not said */
};

struct options_model {
    struct store_case item;
    ds_VisitDraft *draft; /* NULL: outside a visit */
};

/* place.tab: 0 to choose; OPTIONS_SHOWN + i: option i turned to the person opposite.
 * place.number: which option is being changed. place.seq: language of what is shown,
 * 1 + enum lang; 0: the collector's. */
enum { OPTIONS_SHOWN = 1 };

/* The set as text and back; a text that is not one gives the defaults for `owed_minor`. */
void options_write(const struct options_set *set, char *text, size_t size);
void options_read(const char *text, int32_t today, struct options_set *set_out);
/* What an option comes to: its payments, in order; 0 when it is not complete. */
size_t options_payments(const struct ask *ask, const struct option *option,
                        ds_Instalment payments_out[LIMIT_instalments]);
/* The most instalments the rules let be agreed for a sum; 0: none. */
uint32_t options_parts_high(const struct policy *policy, uint64_t total_minor, uint32_t step);
/* The option as the record it would become, its kind in event->which_kind; false when it is not
 * complete. */
bool options_event(const struct ask *ask, const struct options_set *set, size_t index,
                   ds_Event *event);
/* "Option 1". */
const char *options_name(const struct view *view, size_t index);
/* What each costs, when, and whether it can be borne. */
void options_compare(struct ui *ui, const struct ask *ask, const struct options_set *set);
/* What the rules say of it; the channel is asked for later and judged then. */
struct verdict options_verdict(const struct ask *ask, const ds_Event *event);
/* Large, turned to the person opposite, and nothing internal: what is owed and what is offered. */
void options_shown(struct ui *ui, const struct ask *ask, const struct options_set *set,
                   struct screen_place *place);
