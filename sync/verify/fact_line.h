/* sync/verify/fact_line.h -- a fact in words, out of its signed bytes. Pure. */
#pragma once

#include "app/i18n/lang.h"
#include "core/event/event.h"

/* One line, in `arena`; a fact of a newer program says that it is one. */
const char *fact_line(struct arena *arena, enum lang lang, const ds_Event *event);
