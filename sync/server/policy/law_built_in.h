/* sync/server/policy/law_built_in.h -- the policy packs of assets/policy, compiled in. Pure. */
#pragma once

#include "core/base/str.h"

/* The text and file name of a layer. ERR_not_found. */
enum err law_built_in(const char *id, struct str *text_out, const char **file_out) MUST_USE;
/* Profiles in the order in which people look for them; NULL past the end. Layers that are no
 * profile of their own are not listed. */
const char *law_built_in_profile(size_t index);
