/* sync/server/command/who.h -- people, tablets and cases as people call them: by name, with the
 * number that commands take. Programs (JSON) go on getting numbers. */
#pragma once

#include "sync/server/command/listing.h"

/* "Li Na (C001)"; "Headquarters" for 0, "#7" for a number that nobody has. In the command's arena.
 */
enum err who_person(struct command_context *context, int64_t person_no,
                    const char **name_out) MUST_USE;
/* The same by staff number; the word itself when nobody has it. */
enum err who_staff(struct command_context *context, struct str code,
                   const char **name_out) MUST_USE;
/* The client's number of a case; "#17" for one that is not here. */
enum err who_case(struct command_context *context, uint64_t case_no, const char **ref_out) MUST_USE;
/* A cell: the name for people, `person_no` for programs. */
enum err who_listing(struct listing *listing, int64_t person_no) MUST_USE;
/* A cell: "Tablet 3"; for programs the number; headquarters' own facts are of tablet 0. */
void who_listing_device(struct listing *listing, int64_t device_no);
