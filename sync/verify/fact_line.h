/* sync/verify/fact_line.h -- a fact in words, out of its signed bytes. Pure. */
#pragma once

#include "app/i18n/lang.h"
#include "core/event/event.h"

/* One line, in `arena`; a fact of a newer program says that it is one. */
const char *fact_line(struct arena *arena, enum lang lang, const ds_Event *event);
/* `text` as one line that a terminal shows as it is: what would move the cursor, begin a line or
 * turn the direction of writing becomes U+FFFD. A pack is anybody's, and a note could otherwise
 * write a verdict of its own. In `arena`. Pure. */
const char *fact_line_plain(struct arena *arena, const char *text);
