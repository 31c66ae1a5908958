/* sync/server/command/retention.h -- the clocks of personal data, and who stops them. Private to
 * the commands retention and hold.
 *
 * How long a class of data (data_classes.def) is kept is law: rules of kind RETAIN of the policy
 * image in force, or of the built-in pack of the policy's profile. Places and words about others
 * count from the fact, everything else from the end of the case. */
#pragma once

#include "core/domain/catalog.h"
#include "core/rules/law_judge.h"
#include "sync/server/command/command.h"
#include "sync/server/store/erase.h"

struct retention {
    struct command_context *context;
    const struct law_image *image;
    int32_t today;                       /* at headquarters */
    int32_t offset_minutes;              /* of its zone */
    int32_t days_max[DATA_CLASS_END];    /* the shortest of its rules; 0: no rule */
    const char *sources[DATA_CLASS_END]; /* of that rule; static as the image */
};

/* Reads what holds today. Told to the caller when it is not COMMAND_ok. */
enum command_exit retention_read(struct command_context *context, struct retention *retention_out);
/* Its data runs from the fact, case open or not. */
bool retention_is_of_fact(uint32_t data_class);
/* What the law says to erasing these classes now: fired rules in `verdict_out`. `ended_at_ms` 0:
 * the case is open. */
void retention_judge(const struct retention *retention, uint32_t classes, int64_t ended_at_ms,
                     bool is_held, struct law_verdict *verdict_out,
                     struct law_situation *situation_out);
/* The instants up to which facts of each class may go: all of them, or those that are old enough.
 */
void retention_order(const struct retention *retention, struct erase_order *order);

/* Whether a legal hold stands on the case. */
enum err retention_is_held(struct command_context *context, uint64_t case_no,
                           bool *is_held_out) MUST_USE;
/* When the case ended; 0: it is open. */
enum err retention_ended(struct command_context *context, uint64_t case_no,
                         int64_t *ended_at_ms_out) MUST_USE;
/* "notes, photos" in the caller's language, or the names for programs. */
const char *retention_words(struct command_context *context, uint32_t classes);

/* retention_due.c, retention_proof.c, retention_erase.c: the verbs. */
enum command_exit retention_due(struct command_context *context);
enum command_exit retention_proof(struct command_context *context);
enum command_exit retention_erase(struct command_context *context);
