/* core/vault/roster.h -- the places of a tablet: each collector who uses it has a folder of their
 * own, with their own vault, store, spool and chain. Nothing of one lies in another's.
 *
 *   <tablet>/             place 0: the first collector's, as when a tablet had but one
 *   <tablet>/people/<n>/  places 1 … ROSTER_PLACES - 1
 *   <tablet>/people/last  the place that was used last
 *   <place>/leaving       this place is being emptied: gone on with at the next roster_open()
 *   <tablet>/tablet.id    16 random bytes by which headquarters knows which numbers share a tablet
 *
 * Nothing is ever moved: a tablet of one collector stays as it is, and has no folder "people". A
 * place is taken when there is a vault in it (vault.state). Who it is stands in the vault.
 * Not pure. Errors: ERR_io, ERR_no_space. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/rng.h"

#include <stdbool.h>

enum { ROSTER_PLACES = 8, ROSTER_ID_SIZE = 16 };

/* Folder of the places behind the first, within the tablet's. */
#define ROSTER_FOLDER "people"
/* The tablet's map of roads, which all use; in two parts because it is no key of a text. */
#define ROSTER_MAP_FILE \
    "map"               \
    ".dsmap"

#define ROSTER_TABLET_FILE "tablet.id"

struct roster {
    const char *folder; /* of the tablet; borrowed, as `rng` */
    const struct rng *rng;
    uint32_t last; /* the place that was used last; one that is taken, or 0 */
    /* Drawn once; it says nothing of anybody, and stays when somebody is wiped or leaves. */
    uint8_t tablet_id[ROSTER_ID_SIZE];
};

/* Looks, makes the tablet's id where there is none that can be read, and goes on with the emptying
 * of places that was cut off. */
enum err roster_open(struct roster *roster_out, const char *folder, const struct rng *rng) MUST_USE;
/* Folder of a place below ROSTER_PLACES (CHECKed), taken or not, in `arena`. */
const char *roster_folder(const struct roster *roster, struct arena *arena, uint32_t place);
/* Whether there is a vault in it, and it is not being emptied. */
bool roster_is_taken(const struct roster *roster, uint32_t place);
/* The first place behind 0 that is not taken. False: all are. */
bool roster_free(const struct roster *roster, uint32_t *place_out);
/* The tablet is in these hands now: durable when OK. Writes only what changed. */
enum err roster_use(struct roster *roster, uint32_t place) MUST_USE;
/* Overwrites and removes everything of a place, other places and what belongs to the tablet (its
 * map, the program's lock) excepted. Its store and vault must be closed, and headquarters must have
 * all of it: sealed envelopes go, too. Cut off, it goes on at the next roster_open(). */
enum err roster_empty(struct roster *roster, uint32_t place) MUST_USE;
