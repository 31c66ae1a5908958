/* sync/server/command/device_lease.h -- until when a tablet opens without a word of headquarters.
 */
#pragma once

#include "sync/server/command/command.h"

/* Days of the policy in force (device_lease); 0: a tablet stays open for ever. */
enum err device_lease_days(struct command_context *context, int64_t *days_out) MUST_USE;
/* The end of the lease of a tablet that headquarters last answered then; 0: it has none. */
int64_t device_lease_until_ms(int64_t days, int64_t seen_at_ms);
/* Shut by now: it opens again with its next call. Whether it is, the tablet alone knows: its own
 * clock counts. */
bool device_lease_is_over(struct command_context *context, int64_t days, int64_t seen_at_ms);
