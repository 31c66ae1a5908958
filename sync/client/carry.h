/* sync/client/carry.h -- a bundle carried by hand reaches headquarters: its envelopes are
 * posted one after the other, the answers go into another bundle. */
#pragma once

#include "sync/client/transport.h"
#include "sync/proto/wire.h"

struct carry {
    size_t envelope_count; /* in the bundle */
    size_t answer_count;   /* answered, refusals that the app must know of included */
    enum err last_error;   /* of the post that ended it early; OK: all were posted */
    int32_t http_status;   /* of that post; 0 none */
};

/* Reads the bundle at `bundle_path`, posts to `url` until all is answered or one post
 * fails, and writes what was answered to `answers_path` (replaced whole, also when it is
 * not all: posting again changes nothing). A file that is no whole bundle is
 * `*refusal_out` and OK; nothing was posted then. ERR_not_found, ERR_io, ERR_no_space. */
enum err carry_bundle(const struct transport *transport, struct arena *arena, const char *url,
                      const char *bundle_path, const char *answers_path, enum wire *refusal_out,
                      struct carry *carry_out) MUST_USE;
