/* core/store/identity.h -- which tablet this is, once more, beside the database.
 *
 * Device number and keys stand in a page or two of the database. Where just those are damaged every
 * fact that lies in the others could be read and none could be sent: nobody could sign for the
 * number it was captured under. So they stand a second time in "<path>.identity": one block, sealed
 * under the key of the database (core/store/page_seal.h). The database is what counts; the copy is
 * written anew whenever a commit changed what it holds, and whenever a store is opened and finds
 * it missing, torn or old. It is read by the rescue alone. A plain store has none.
 *
 * Not pure, but for identity_read(). */
#pragma once

#include "core/store/rescue_find.h"

enum { IDENTITY_SIZE = 8192 }; /* of the file */

/* Whether the copy holds it: a change of it makes the copy old. Pure. */
bool identity_holds(enum setting setting);
/* Writes the copy where it is not as the store has it now; nothing for a store that is plain or not
 * enrolled. What goes wrong is logged and tried again at the next open: the facts matter more. */
void identity_keep(struct store *store);
/* Completes what was found in a damaged store at `path` with what its copy says, where a copy
 * opens: whatever was not found, or perhaps not in its newest version. `is_whole`: every version
 * that was found as newest is. */
void identity_fill(struct rescue_found *found, struct page_vfs *vfs, const char *path,
                   bool is_whole);
/* Takes an opened block, its seal aside. False with nothing taken when it is none that
 * identity_keep() writes. */
bool identity_read(struct rescue_found *found, const uint8_t *bytes, size_t size, bool is_whole);
