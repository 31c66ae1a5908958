/* sync/server/import/import_words.h -- the outcome of an import in words, for the
 * commands that import files. */
#pragma once

#include "sync/server/import/import.h"

/* Why the file cannot be used at all, in `arena`; NULL when it can. */
const char *import_words_refusal(struct arena *arena, enum lang lang,
                                 const struct import_result *result);
