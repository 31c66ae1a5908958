/* sync/server/command/device_orders.h -- lock, unlock, wipe: orders to a tablet, and what it says
 * it did. "wipe" only asks for it: another person has to "confirm" it; "unlock" takes it back. And
 * the one-time code for a forgotten PIN. For the command devices. */
#pragma once

#include "sync/server/command/command.h"
#include "sync/server/command/listing.h"

/* True for the verbs of this file. */
bool device_orders_has(const char *verb);
/* Gives the order, or makes the code, for numbers that exist: all of them or none; a code is for
 * one alone (CHECKed). A confirmation by who asked for it is refused, and so is one of what nobody
 * asked for: of several numbers those count that a wipe was asked for. Afterwards `*is_known_out`
 * says whether there is a tablet that it can reach. */
enum command_exit device_orders_give(struct command_context *context, const char *verb,
                                     const int64_t *device_nos, size_t count, bool *is_known_out);
/* Rows "what, how it stands" for one tablet, for people. */
enum err device_orders_print(struct listing *listing, int64_t device_no) MUST_USE;
