/* app/screens/form.h -- one record filled in outside a visit: a call, a skip, a
 * payment … place.number is the kind of the record. */
#pragma once

#include "app/screens/ask.h"

struct form_model {
    struct store_case item; /* item.record NULL: not about a case */
    ds_Event *event;        /* NULL until the first frame made it */
    ds_PlanTerms terms;
};
