/* app/screens/record.h -- one fact as it was recorded, and its correction. */
#pragma once

#include "app/screens/ask.h"
#include "app/screens/photos.h"

struct record_model {
    struct fact fact;
    enum record_state state;
    bool is_safe;                          /* at headquarters and in a verified backup there */
    struct photos_model photos;            /* of the visit, or the one that this fact names */
    struct store_case item;                /* item.record NULL: no case, or no longer here */
    const struct store_question *question; /* of headquarters; NULL none */
    ds_Event *correction;                  /* being filled in */
};
