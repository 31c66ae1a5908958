/* app/screens/pin_pad.h -- six dots and ten keys: how a PIN is typed. Pure. */
#pragma once

#include "app/screens/parts.h"

/* Dots for what is typed, what is wrong, and the keys "<key>/0" to "<key>/9", "<key>/back" and
 * "<key>/clear". While the wait after wrong tries lasts, how long it still is stands there instead
 * of the keys. True once when the last digit was typed: `secret->typed` is whole then. */
bool pin_pad(struct ui *ui, const struct view *view, const char *key, const char *label,
             struct screen_secret *secret);

/* The same while what was typed is tried: all dots, `label` over them, and keys that take nothing
 * and stay where the finger knows them. */
void pin_pad_trying(struct ui *ui, const struct view *view, const char *key, const char *label);

/* How long it still is until the next try. */
void pin_pad_wait(struct ui *ui, const struct view *view, int64_t left_ms);

/* Asks for a new PIN, for the one in force before it when there is one, and for the new one
 * twice; fills `intent_out` when something is to be checked or kept. */
void pin_pad_new(struct ui *ui, const struct view *view, struct screen_secret *secret, bool has_pin,
                 struct intent *intent_out);
