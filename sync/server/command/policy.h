/* sync/server/command/policy.h -- the verbs of `doorstep-hq policy` that work on policy packs
 * and images. They need no data folder, so that a rule can be tried anywhere. */
#pragma once

#include "core/rules/law_judge.h"
#include "sync/server/command/command.h"
#include "sync/server/policy/law_pack.h"

/* check, compile, explain, diff, judge, facts, key. */
enum command_exit policy_check(struct command_context *context);
enum command_exit policy_compile(struct command_context *context);
enum command_exit policy_explain(struct command_context *context);
enum command_exit policy_diff(struct command_context *context);
enum command_exit policy_judge(struct command_context *context);
enum command_exit policy_facts(struct command_context *context);
enum command_exit policy_key(struct command_context *context);

/* token: gives a pass for a case; the one verb of this header that needs the data folder. */
enum command_exit policy_token(struct command_context *context, const char *case_word);

/* tighten and loosen: the layer of one case, by a fact of headquarters. They need the data folder.
 */
enum command_exit policy_tighten(struct command_context *context);
enum command_exit policy_loosen(struct command_context *context);
/* Adds the layers of --clients ID,… to a policy text that has an image of `pack`. On anything but
 * OK it has been said and `exit_out` tells how to end. */
enum err policy_add_clients(struct command_context *context, const struct law_pack *pack,
                            const struct chain_secret_key *key, struct str *text,
                            enum command_exit *exit_out) MUST_USE;

/* ---- what they share ---- */

/* A law_pack_open and a law_zone_open of the context: those of --packs DIR before the built-in
 * ones; the system's tzdata. */
enum err policy_open_layer(void *given, struct arena *arena, const char *id, struct str *text_out,
                           const char **file_out) MUST_USE;
enum err policy_open_zone(void *given, struct arena *arena, const char *zone,
                          struct str *bytes_out) MUST_USE;
const char *policy_zone_version(struct command_context *context);
/* "law = BASE64" and the like, as a line at the end of a policy text. */
void policy_add_line(struct command_context *context, const char *name, struct str image,
                     const char *behind, struct str *text);

/* Prints a fault as "file, line N: …" and gives COMMAND_found. */
enum command_exit policy_fault(struct command_context *context, const struct law_fault *fault);
/* Reads a pack: from --packs DIR, else the built-in ones. On anything but OK it has been said
 * and `exit_out` tells how to end. */
enum err policy_pack(struct command_context *context, const char *profile,
                     struct law_pack **pack_out, enum command_exit *exit_out) MUST_USE;
/* The image of a pack, signed by `key`; as policy_pack(). */
enum err policy_image(struct command_context *context, const struct law_pack *pack,
                      const struct chain_secret_key *key, struct str *bytes_out,
                      enum command_exit *exit_out) MUST_USE;
/* A key for an image that stays in this process. */
struct chain_secret_key policy_trial_key(const struct command_context *context);
/* Reads a file the caller named, "-" for stdin; as policy_pack(). */
enum err policy_file(struct command_context *context, const char *name, size_t size_max,
                     struct str *text_out, enum command_exit *exit_out) MUST_USE;

/* The rule's text with its numbers, in the caller's language. */
const char *policy_reason(struct command_context *context, const struct law_image *image,
                          const struct law_situation *situation, const struct law_verdict *verdict,
                          const struct law_fired *fired);
/* "2026-11-19 08:00:00 +0800" at the debtor's place. */
const char *policy_instant(struct command_context *context, const struct law_image *image,
                           uint16_t zone, int64_t at_ms);
