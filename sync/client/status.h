/* sync/client/status.h -- what the agent says about itself: a small text file in
 * the spool folder, written whole, read by the sync centre. Lines "key=value":
 *
 *   last_try_at_ms, last_success_at_ms   wall clock, 0 never
 *   last_error                           name of errors.def, or "ok"; not_allowed: the tablet's
 *                                        own certificate or its key cannot be used
 *   http_status                          of the last response, 0 none
 *   refusal                              code of wires.def in the last response, 0 none
 *   failures                             in a row
 *   next_try_at_ms                       wall clock; 0: nothing waits
 *   posted, delivered                    counts since the agent started
 *   sent_bytes, received_bytes           since the agent started, HTTP headers included
 *   rate_bytes_s                         bytes a second both ways of late; 0 not known
 *   photos_held                          1: photos wait for a better network
 *
 * Unknown keys are skipped by readers; a missing key is 0. */
#pragma once

#include "core/base/str.h"

struct status {
    int64_t last_try_at_ms, last_success_at_ms;
    enum err last_error;
    int64_t http_status;
    int64_t refusal;
    int64_t failures;
    int64_t next_try_at_ms;
    int64_t posted, delivered;
    int64_t sent_bytes, received_bytes;
    int64_t rate_bytes_s;
    int64_t photos_held;
};

/* Text in `arena`. */
struct str status_to_text(struct arena *arena, const struct status *status);
/* Never fails: what cannot be read is left zero. */
void status_from_text(struct status *status_out, struct str text);
