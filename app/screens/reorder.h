/* app/screens/reorder.h -- the order of what is left of the day, by hand. */
#pragma once

#include "app/screens/day_words.h"
#include "app/screens/parts.h"

/* place.case_no: the stop in hand, 0 none; place.number: where it is tried, 1 the next stop, 0
 * where it is. Nothing changes before it is accepted. */
struct reorder_model {
    struct store_stop *stops; /* still to do, in order */
    size_t stop_count;
    size_t done_count;            /* before them in the day's order */
    size_t from, to;              /* of the stop in hand; stop_count: none */
    const struct plan_move *move; /* what the order being tried costs; NULL none is tried */
    const char *missed_name;      /* of move->missed_case_no; "" none */
    bool has_roads;
    enum roads_mode mode;
};
