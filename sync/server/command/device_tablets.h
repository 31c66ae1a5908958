/* sync/server/command/device_tablets.h -- numbers as tablets: which of them share one, who left
 * one, and which client certificate each comes with. For the command devices. */
#pragma once

#include "sync/server/command/command.h"
#include "sync/server/command/listing.h"

enum { DEVICE_TABLETS_MAX = 64 };

struct device_tablet {
    int64_t device_nos[DEVICE_TABLETS_MAX];
    size_t count;
};
/* The numbers on the tablet that `device_no` is on, as its program says: itself among them, and
 * alone where nothing was said. At least 1.
 * ERR_too_many past DEVICE_TABLETS_MAX. */
enum err device_tablets_members(struct command_context *context, int64_t device_no,
                                struct device_tablet *tablet_out) MUST_USE;
/* When headquarters heard that the collector of this number left the tablet; 0: it did not. */
enum err device_tablets_left(struct command_context *context, int64_t device_no,
                             int64_t *heard_at_ms_out) MUST_USE;
/* Lets the next client certificate that each of these numbers shows take the place of the one it is
 * bound to, all of them or none. Those that are bound stay in the list, in their order; a count of
 * 0: nothing was done, none of them is bound to any. */
enum err device_tablets_certificate(struct command_context *context,
                                    struct device_tablet *tablet) MUST_USE;
/* Rows "what, how it stands" for one number, for people. */
enum err device_tablets_print(struct listing *listing, int64_t device_no) MUST_USE;
