/* sync/server/policy/law_build.h -- a policy pack compiled to a signed image. Pure.
 * The same pack, zones and key give the same bytes. */
#pragma once

#include "sync/server/policy/law_pack.h"

/* The bytes of a zone's tzdata file, which may live as long as `arena`. ERR_not_found. */
typedef enum err law_zone_open(void *given, struct arena *arena, const char *zone,
                               struct str *bytes_out);

/* ERR_malformed with the fault (a zone that is unknown or cannot be read, too large a whole). */
enum err law_build(struct arena *arena, const struct law_pack *pack, law_zone_open *open,
                   void *given, const char *tzdb, const struct chain_secret_key *key,
                   struct str *image_out, struct law_fault *fault) MUST_USE;
