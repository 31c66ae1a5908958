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
    const char *debtor_name;
    ds_Event *event; /* NULL: of a kind that this build cannot read */
};

struct records_model {
    struct records_item *items;
    size_t count;
};

/* Reads the newest facts into items; `from_at_ms` 0: all. */
enum err records_read(struct arena *task, struct store *store, int64_t from_at_ms, size_t count_max,
                      struct records_model *model_out) MUST_USE;
/* One line; opens the record when it is tapped. */
void records_row(struct ui *ui, const struct view *view, const struct records_item *item,
                 struct intent *intent_out);
