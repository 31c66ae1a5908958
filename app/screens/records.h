/* app/screens/records.h -- what I recorded, newest first, with its state. */
#pragma once

#include "app/screens/parts.h"

enum { RECORDS_COUNT_MAX = 500 };

struct records_item {
    uint64_t seq;
    uint64_t case_no;
    int64_t at_ms;
    enum event_kind kind;
    enum record_state state;
    bool is_safe; /* at headquarters and in a verified backup there */
    const char *debtor_name;
    ds_Event *event; /* NULL: of a kind that this build cannot read */
};

struct records_model {
    struct records_item *items;
    size_t count;
};

/* Reads the newest facts into items. Silent alarms of the last hours are left out: who
 * looks over the collector's shoulder must not learn of them. */
enum err records_read(struct arena *task, struct store *store, int64_t now_ms, size_t count_max,
                      struct records_model *model_out) MUST_USE;
/* One line; opens the record when it is tapped. */
void records_row(struct ui *ui, const struct view *view, const struct records_item *item,
                 struct intent *intent_out);
