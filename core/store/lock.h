/* core/store/lock.h -- the PIN that stands between a lost tablet and the borrowers on it.
 *
 * The one seam of locking: who asks "is it locked, is this the PIN, how long until the next
 * try" asks here. Kept is a verifier (Argon2id over the PIN with a salt of its own), never the
 * PIN. A key for the files, when there is one, is to come from the same place.
 *
 * Wrong tries are counted in the database before the PIN is looked at, so that pulling the
 * battery gives no try for nothing. The wait after a wrong try grows and is measured in time
 * since boot alone: setting the wall clock changes nothing, and after a restart the whole wait
 * begins again. Errors are those of store.h; after an error nothing was opened. */
#pragma once

#include "core/base/rng.h"
#include "core/store/store.h"

enum {
    LOCK_PIN_SIZE = 6,   /* digits */
    LOCK_FREE_TRIES = 3, /* wrong ones before the first wait */
    LOCK_WAIT_MAX_MS = 60 * 60 * 1000,
};

struct lock_state {
    bool has_pin;         /* false: nothing ever locks */
    uint32_t wrong_count; /* tries since the PIN was last right */
    int64_t wait_ms;      /* until a try is taken; 0: now */
};
enum err lock_read(struct store *store, const struct clock_reading *now,
                   struct lock_state *state_out) MUST_USE;

enum lock_answer {
    LOCK_ANSWER_right,
    LOCK_ANSWER_wrong,
    LOCK_ANSWER_too_soon, /* the wait is not over: nothing was compared or counted */
};
/* Compares; durable when OK. `pin` is NUL-ended text; anything but the PIN is wrong. CHECKs
 * that there is a PIN. Takes a noticeable moment (tens to hundreds of milliseconds). */
enum err lock_try(struct store *store, const struct clock_reading *now, const char *pin,
                  enum lock_answer *answer_out, struct lock_state *state_out) MUST_USE;

/* Why a PIN is not taken. */
enum lock_flaw {
    LOCK_FLAW_none,
    LOCK_FLAW_size, /* not LOCK_PIN_SIZE digits */
    LOCK_FLAW_easy, /* one digit again and again, or 123456 and the like */
};
/* Pure. */
enum lock_flaw lock_flaw(const char *pin);
/* Sets or replaces the PIN and forgets wrong tries. CHECKs that the PIN has no flaw. */
enum err lock_set(struct store *store, const struct rng *rng, const char *pin) MUST_USE;

/* The wait after `wrong_count` wrong tries in a row: pure, never shorter for more of them. */
int64_t lock_wait_ms(uint32_t wrong_count);
