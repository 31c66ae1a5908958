/* app/screens/alarm.h -- alarms: a safety incident for which help was asked goes out
 * before everything else, and what is shown of it is only what headquarters signed.
 *
 * A silent alarm shows nothing anywhere: who looks over the collector's shoulder
 * must not learn of it. It is in the counts like any other fact. */
#pragma once

#include "app/screens/parts.h"

enum { ALARM_SHOWN_MS = 12 * 60 * 60 * 1000 };

struct alarm_item {
    uint64_t seq;
    int64_t at_ms;
    uint32_t incident; /* safety_kinds.def */
    enum alarm_state state;
    bool is_at_hq;       /* the fact is, by receipt, with or without a word about the alarm */
    int64_t heard_at_ms; /* headquarters' time of that state; 0: not heard yet */
    const char *by_name; /* who saw it; "": nobody yet */
};

struct alarm_model {
    struct alarm_item *items; /* newest first */
    size_t count;
};

/* Alarms that are not silent: those not heard, and those of the last twelve hours. */
enum err alarm_read(struct arena *task, struct store *store, int64_t now_ms,
                    struct alarm_model *model_out) MUST_USE;
/* When the newest silent alarm of the last hours about a case was raised; 0: there is
 * none. What follows from it is not shown either. */
enum err alarm_silent_at(struct arena *task, struct store *store, uint64_t case_no, int64_t now_ms,
                         int64_t *at_ms_out) MUST_USE;
/* A banner that says how far it is; opens the alarm's screen when it is tapped. */
void alarm_banner(struct ui *ui, const struct view *view, const struct alarm_item *item,
                  struct intent *intent_out);
