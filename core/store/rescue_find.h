/* core/store/rescue_find.h -- what the blocks of a damaged database that still open hold: facts,
 * settings, drafts, cases. Reads only.
 *
 * Rows are told by the shape of their record: the schema itself may be what is damaged. A fact is
 * believed when its id is that of its own bytes; it is taken from any version of any page, for
 * facts never change. Everything else is taken from newest versions, but settings and drafts,
 * which are taken from an older one where there is no newer. */
#pragma once

#include "core/event/chain.h"
#include "core/store/rescue_pages.h"
#include "core/store/store.h"

struct rescue_fact {
    struct store_record record; /* as it was; state and debtor_name are not */
    uint32_t device_no;         /* whose chain the row was of */
    enum rescue_rank rank;
};

/* That there was a fact: an index names it. */
struct rescue_trace {
    uint32_t device_no;
    uint64_t seq;
    struct id id;     /* zeros: not known */
    int64_t at_ms;    /* 0: not known */
    uint64_t case_no; /* 0: about none, or not known */
};

struct rescue_setting {
    enum setting setting;
    enum rescue_rank rank;
    bool is_number;
    int64_t number;
    struct str bytes; /* text or bytes */
    bool is_text;
};

struct rescue_alarm {
    uint64_t seq;
    uint32_t state;
    int64_t heard_at_ms;
    const char *by_name;
};

struct rescue_receipt {
    uint32_t device_no;
    struct store_receipt receipt;
};

struct rescue_draft {
    enum rescue_rank rank;
    struct store_draft draft;
};

/* A growing list; items in the arena of the finding. */
#define RESCUE_LIST(type)       \
    struct {                    \
        type *items;            \
        size_t count, capacity; \
    }

struct rescue_found {
    struct arena *arena;                   /* borrowed */
    RESCUE_LIST(struct rescue_fact) facts; /* a fact may stand there several times */
    RESCUE_LIST(struct rescue_trace) traces;
    RESCUE_LIST(struct rescue_draft) drafts;
    RESCUE_LIST(struct store_case_feed) cases; /* none unless every version is known to be newest */
    RESCUE_LIST(struct rescue_alarm) alarms;
    RESCUE_LIST(struct rescue_receipt) receipts;
    RESCUE_LIST(uint32_t) numbers; /* that facts were captured under */
    struct rescue_setting settings[SETTING_COUNT];
    bool has_setting[SETTING_COUNT];
};

/* Looks through every version. Texts and bytes live in `arena`. */
void rescue_find(struct rescue_found *found_out, struct arena *arena, struct rescue_pages *pages);
/* A number among the settings; `fallback` when it was not found. */
int64_t rescue_find_number(const struct rescue_found *found, enum setting setting,
                           int64_t fallback);
