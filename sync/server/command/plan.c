/* doorstep-hq plan: cases to collectors and days, by the tablet's planner. */
#include "core/domain/date.h"
#include "core/os/os.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/planning.h"
#include "sync/server/import/import_batch.h"
#include "sync/server/plan/team_travel.h"

#include <string.h>
#include <unistd.h>

enum {
    WORKERS_MAX = 16,
    EFFORT_STEPS = 50, /* of the search for a visit, for one of --effort */
    BLOCK_SIZE = 16,   /* collectors planned as one problem: more find less in the same time */
    ROUNDS = 2,
    EFFORT = 3, /* 1 to 10; 3: some 10 ms a case and day */
    OWN_PERCENT = 15,
    BALANCE_PERCENT = 20,
};
enum { MAP_SIZE_MAX = 1 << 30 };

const char *const planning_options[] = {"--from",    "--days",    "--map",     "--mode", "--save",
                                        "--show",    "--effort",  "--balance", "--keep", "--seed",
                                        "--workers", "--explain", "--area",    "--most", "--client",
                                        "--product", NULL};
const char *const planning_plain[] = {"--dry-run", "--no-compare", NULL};

enum command_exit planning_number(struct command_context *context, const char *option, int64_t low,
                                  int64_t high, int64_t fallback, int64_t *number_out)
{
    const char *word = command_option(context, option);
    *number_out = fallback;
    return word == NULL ? COMMAND_ok : lookup_number(context, word, low, high, number_out);
}

struct wish {
    struct portfolio_terms portfolio;
    struct team_terms team;
};

static void tell_part(void *given, size_t done, size_t of)
{
    struct command_context *context = given;
    fprintf(context->err, "\r%zu / %zu", done, of);
    if (done == of) {
        fprintf(context->err, "\r               \r");
    }
    fflush(context->err);
}

static enum command_exit read_wish(struct command_context *context, struct wish *wish)
{
    int64_t days, effort, balance, keep, seed, workers;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    cores = cores < 1 ? 1 : cores > WORKERS_MAX ? WORKERS_MAX : cores;
    const struct {
        const char *option;
        int64_t low, high, fallback;
        int64_t *number;
    } numbers[] = {{"--days", 1, TEAM_DAYS_MAX, 1, &days},
                   {"--effort", 1, 10, EFFORT, &effort},
                   {"--balance", 0, 1000, BALANCE_PERCENT, &balance},
                   {"--keep", 0, 100, OWN_PERCENT, &keep},
                   {"--seed", 1, UINT32_MAX, 1, &seed},
                   {"--workers", 1, WORKERS_MAX, cores, &workers}};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        enum command_exit code =
            planning_number(context, numbers[i].option, numbers[i].low, numbers[i].high,
                            numbers[i].fallback, numbers[i].number);
        if (code != COMMAND_ok) {
            return code;
        }
    }
    wish->portfolio.day_count = (uint32_t)days;
    wish->team = (struct team_terms){
        .seed = (uint64_t)seed,
        .steps = (uint32_t)effort * EFFORT_STEPS,
        .rounds = ROUNDS,
        .block_size = BLOCK_SIZE,
        .own_percent = (uint32_t)keep,
        .balance_percent = (uint32_t)balance,
        .worker_count = (size_t)workers,
        .progress = isatty(fileno(context->err)) ? tell_part : NULL,
        .progress_context = context,
    };
    int32_t today = 0;
    wish->portfolio.now_ms = clock_now_ms(context->clock);
    enum err err =
        import_batch_today(context->arena, context->store, wish->portfolio.now_ms, &today);
    if (err != OK) {
        return command_err(context, err);
    }
    const char *from = command_option(context, "--from");
    wish->portfolio.first_day = today + 1;
    if (from != NULL && date_from_text(str_from(from), &wish->portfolio.first_day) != OK) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("report.fault.at", lang_value_text("value", from)));
    }
    return COMMAND_ok;
}

static bool mode_of(const char *name, enum roads_mode *mode_out)
{
    static const char *const names[ROADS_MODES] = {
#define ROAD_MODE(code, name, is_both_ways, has_turns) [code] = #name,
#include "core/roads/modes.def"
#undef ROAD_MODE
    };
    for (int mode = 0; mode < ROADS_MODES; mode++) {
        if (strcmp(names[mode], name) == 0) {
            *mode_out = (enum roads_mode)mode;
            return true;
        }
    }
    return false;
}

/* By the roads of --map, else straight lines. */
static enum command_exit set_travel(struct planning *planning, const struct wish *wish)
{
    struct command_context *context = planning->context;
    const struct policy *policy = planning->portfolio.policy;
    const char *name = command_option(context, "--map");
    const char *mode_name = command_option(context, "--mode");
    enum roads_mode mode = ROADS_MODE_car;
    if (mode_name != NULL && !mode_of(mode_name, &mode)) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("hqplan.fail.mode", lang_value_text("mode", mode_name)));
    }
    planning->is_estimated = name == NULL;
    if (name == NULL) {
        planning->portfolio.team.travel = team_travel_straight(context->arena, policy);
        return COMMAND_ok;
    }
    struct str bytes;
    struct roads *roads = ARENA_NEW(context->arena, struct roads);
    enum err err = os_file_read(context->arena, command_path(context, name), MAP_SIZE_MAX, &bytes);
    if (err == ERR_not_found) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.file", lang_value_text("file", name)));
    }
    err = err == OK ? roads_check(bytes.bytes, bytes.size) : err;
    err = err == OK ? roads_open(bytes.bytes, bytes.size, roads) : err;
    if (err != OK) {
        return command_fail(context, COMMAND_found,
                            COMMAND_TEXT("hqplan.fail.map", lang_value_text("file", name)));
    }
    planning->portfolio.team.travel =
        team_travel_roads(context->arena, roads, mode, policy, wish->team.worker_count);
    return COMMAND_ok;
}

/* The same days with the owners that the present rule gives: nearest door first, and the best
 * routes. */
static enum err compare(struct planning *planning, const struct wish *wish)
{
    struct arena *arena = planning->context->arena;
    struct team_problem present = planning->portfolio.team;
    uint32_t *owners = ARENA_ARRAY(arena, present.unit_count + 1, uint32_t);
    struct team_unit *units = ARENA_ARRAY(arena, present.unit_count + 1, struct team_unit);
    portfolio_present_rule(arena, &planning->portfolio, owners);
    for (size_t u = 0; u < present.unit_count; u++) {
        units[u] = present.units[u];
        units[u].owner = owners[u];
        units[u].is_held = units[u].is_held && owners[u] != TEAM_NONE;
    }
    struct team_terms terms = wish->team;
    terms.is_fixed = true;
    present.units = units;
    TRY(team_nearest(arena, &present, &planning->nearest));
    TRY(team_make(arena, &present, &terms, &planning->present));
    planning->has_comparison = true;
    return OK;
}

static enum command_exit make(struct command_context *context)
{
    struct wish wish;
    struct planning *planning = ARENA_NEW(context->arena, struct planning);
    planning->context = context;
    enum command_exit code = read_wish(context, &wish);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err =
        portfolio_load(context->arena, context->store, &wish.portfolio, &planning->portfolio);
    if (err != OK) {
        return command_err(context, err);
    }
    if (planning->portfolio.team.collector_count == 0) {
        return command_fail(context, COMMAND_not_found, COMMAND_LINE("hqplan.fail.nobody"));
    }
    code = set_travel(planning, &wish);
    if (code != COMMAND_ok) {
        return code;
    }
    if (!command_has(context, "--no-compare") && command_option(context, "--explain") == NULL) {
        err = compare(planning, &wish);
    }
    err = err == OK
              ? team_make(context->arena, &planning->portfolio.team, &wish.team, &planning->plan)
              : err;
    if (err != OK) {
        return command_err(context, err);
    }
    planning->moves =
        plan_words_moves(context->arena, context->lang, &planning->portfolio, &planning->plan);
    code = planning_save(context, &planning->moves);
    if (code != COMMAND_ok) {
        return code;
    }
    const char *explain = command_option(context, "--explain");
    return explain != NULL ? planning_explain(planning, explain)
                           : planning_show(planning, command_option(context, "--show"));
}

enum command_exit plan_command(struct command_context *context)
{
    if (!command_options_are_known(context, planning_options, planning_plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, planning_options, 0);
    if (verb == NULL) {
        return command_usage(context);
    }
    if (strcmp(verb, "make") == 0) {
        return make(context);
    }
    if (strcmp(verb, "apply") == 0 || strcmp(verb, "undo") == 0) {
        return planning_apply(context, strcmp(verb, "undo") == 0);
    }
    if (strcmp(verb, "transfer") == 0) {
        return planning_transfer(context);
    }
    return strcmp(verb, "staff") == 0 ? planning_staff(context) : command_usage(context);
}
