/* app/screens/brief.h -- one case on one screen, for before the door. */
#pragma once

#include "app/screens/parts.h"
#include "app/screens/photos.h"
#include "core/rules/priority.h"
#include "core/rules/strategy.h"

struct brief_model {
    struct store_case item;
    struct priority priority;
    struct strategy strategy;
    struct photos_model papers; /* photos and documents of this case, newest first */
    bool has_open_visit;        /* to this case */
    bool has_other_visit;       /* to another one */
    int64_t silent_at_ms;       /* a silent alarm about this case; 0 none: its flag is not shown */
    const char *revealed;       /* text of the detail shown in clear; NULL none */
};

/* Reads the model of a case. ERR_not_found. */
enum err brief_read(struct arena *task, const struct screen_source *source, uint64_t case_no,
                    struct brief_model **model_out) MUST_USE;
/* The content alone, for the right-hand side of a wide screen. */
void brief_body(struct ui *ui, const struct view *view, const struct brief_model *model,
                struct intent *intent_out);
/* The strip of actions below it. */
void brief_actions(struct ui *ui, const struct view *view, const struct brief_model *model,
                   struct intent *intent_out);
