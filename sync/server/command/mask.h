/* sync/server/command/mask.h -- a person's data as far as a role needs it. Pure. */
#pragma once

#include "core/base/arena.h"
#include "core/base/str.h"

/* "王小明" as "王**": the first sign and a star for each of the others. */
const char *mask_name(struct arena *arena, struct str name);
/* "13812345678" as "138******78": three signs in front, two behind; shorter ones wholly. */
const char *mask_number(struct arena *arena, struct str number);
