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

/* The closest layer of a pack alone, as an image that is linked behind that of the layers before
 * it (core/rules/law_image.h): what it says, and what must be judged with it to give together
 * what law_build() of the pack gives. The one zone is the pack's. ERR_malformed with the fault,
 * also for a pack of one layer, or larger than `size_max`. */
enum err law_build_layer(struct arena *arena, const struct law_pack *pack, law_zone_open *open,
                         void *given, const char *tzdb, const struct chain_secret_key *key,
                         size_t size_max, struct str *image_out, struct law_fault *fault) MUST_USE;
