/* core/store/rescue_build.h -- what was found in a damaged store, put into a new one. */
#pragma once

#include "core/store/rescue_find.h"
#include "core/store/store_rescue.h"

/* Whether a new store would know which tablet it is and could speak with headquarters. Pure. */
bool rescue_build_can(const struct rescue_found *found);
/* Fills an empty store, in the open transaction. `number`: of the copy aside. */
enum err rescue_build(struct store *store, const struct rescue_found *found, int64_t number,
                      int64_t now_ms) MUST_USE;
