/* sync/server/command/planning.h -- what the verbs of `doorstep-hq plan` share. */
#pragma once

#include "sync/server/command/command.h"
#include "sync/server/plan/plan_words.h"

/* A plan that was made, and what it is compared with. */
struct planning {
    struct command_context *context;
    struct portfolio portfolio;
    struct team_plan plan;
    struct team_plan nearest, present; /* when has_comparison */
    bool has_comparison;
    bool is_estimated; /* no road was looked at */
    struct moves moves;
};

/* Options of all verbs; see the usage text. */
extern const char *const planning_options[];
extern const char *const planning_plain[];

/* The numbers of an option, `fallback` when it is not given. Tells what is wrong. */
enum command_exit planning_number(struct command_context *context, const char *option, int64_t low,
                                  int64_t high, int64_t fallback, int64_t *number_out);

/* plan_show.c: what --show names ("collectors" when NULL), after the summary for people. */
enum command_exit planning_show(const struct planning *planning, const char *what);
/* What is said of one case. */
enum command_exit planning_explain(const struct planning *planning, const char *ref);

/* plan_moves.c */
enum command_exit planning_apply(struct command_context *context, bool is_undo);
enum command_exit planning_transfer(struct command_context *context);
/* Writes the moves where --save says; nothing when it is not given. Tells what fails. */
enum command_exit planning_save(struct command_context *context, const struct moves *moves);

/* plan_staff.c */
enum command_exit planning_staff(struct command_context *context);
