/* app/screens/evidence.h -- adds a picture to a case: from the folder in which the
 * tablet's camera program saves. The picture itself stays where it is. */
#pragma once

#include "app/screens/parts.h"

struct evidence_model {
    struct store_case item;
    ds_Event *event; /* evidence_attached: what it shows and a note; hash and size come later */
    bool is_in_visit;
    const struct traffic *traffic;
};
