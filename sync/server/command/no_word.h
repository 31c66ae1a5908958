/* sync/server/command/no_word.h -- visits that nobody has heard the end of.
 *
 * A tablet asks after a visit without a word and raises the alarm itself (policy visit_timer,
 * visit_timer_grace). One that was taken, broken, switched off or put to sleep at the door
 * cannot. So headquarters looks, too: a visit whose check-in it holds, whose end it does not,
 * whose time is long over, and whose tablet has not been heard since it should have spoken.
 * Where there is no network that is an ordinary afternoon, so it is a call to make and no
 * alarm: it goes by itself when the tablet is heard. */
#pragma once

#include "sync/server/command/listing.h"

/* Their rows in the list of alarms; only of whom the caller looks after. Errors: those of
 * reading. */
enum err no_word_list(struct listing *listing) MUST_USE;
enum err no_word_count(struct command_context *context, int64_t *count_out) MUST_USE;
/* Names such a row, and no alarm: nobody can mark it as seen. */
bool no_word_names(const char *word);
