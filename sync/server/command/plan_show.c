/* What `doorstep-hq plan make` prints. */
#include "core/roads/roads.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/planning.h"
#include "sync/server/command/who.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE_S = 60, HOUR_S = 3600 };

/* Percent with one decimal: how much more `a` is than `b`. */
static const char *gain_text(struct arena *arena, int64_t a, int64_t b)
{
    int64_t tenths = b == 0 ? 0 : (a - b) * 1000 / b;
    int64_t size = tenths < 0 ? -tenths : tenths;
    return str_format(arena, "%s%lld.%lld", tenths < 0 ? "-" : "+", (long long)(size / 10),
                      (long long)(size % 10));
}

/* How many of the agreed visits are in time. */
static const char *kept_text(const struct planning *planning, const struct team_plan *plan)
{
    struct command_context *context = planning->context;
    return lang_fill(context->arena, context->lang,
                     plan->agreed_count == 0 ? "hqplan.kept.none" : "hqplan.kept.some",
                     lang_value_count("kept", plan->agreed_kept),
                     lang_value_count("agreed", plan->agreed_count));
}

static void say_compared(const struct planning *planning, const char *key,
                         const struct team_plan *other)
{
    struct command_context *context = planning->context;
    command_say(context,
                COMMAND_TEXT(key, lang_value_count("visits", other->visit_count),
                             lang_value_count("score", other->score),
                             lang_value_count("travel", other->travel_s / HOUR_S),
                             lang_value_text("kept", kept_text(planning, other)),
                             lang_value_text("gain", gain_text(context->arena, planning->plan.score,
                                                               other->score))));
}

static void say_summary(const struct planning *planning)
{
    struct command_context *context = planning->context;
    const struct portfolio *portfolio = &planning->portfolio;
    const struct team_plan *plan = &planning->plan;
    command_say(
        context,
        COMMAND_TEXT("hqplan.say.head", lang_value_day("day", portfolio->first_day),
                     lang_value_count("days", portfolio->team.day_count),
                     lang_value_count("collectors", (int64_t)portfolio->team.collector_count),
                     lang_value_count("cases", (int64_t)portfolio->open_count),
                     lang_value_count("doors", (int64_t)portfolio->team.unit_count)));
    command_say(context,
                COMMAND_TEXT("hqplan.say.plan", lang_value_count("visits", plan->visit_count),
                             lang_value_count("score", plan->score),
                             lang_value_count("travel", plan->travel_s / HOUR_S),
                             lang_value_text("kept", kept_text(planning, plan))));
    if (plan->agreed_cannot > 0) {
        command_say(context,
                    COMMAND_TEXT("hqplan.say.cannot", lang_value_count("n", plan->agreed_cannot)));
    }
    if (planning->has_comparison) {
        say_compared(planning, "hqplan.say.present", &planning->present);
        say_compared(planning, "hqplan.say.nearest", &planning->nearest);
    }
    command_say(context,
                COMMAND_TEXT(planning->is_estimated ? "hqplan.say.estimated" : "hqplan.say.roads",
                             lang_value_text("credit", ROADS_CREDIT)));
    if (portfolio->unlocated_count > 0) {
        command_say(context,
                    COMMAND_TEXT("hqplan.say.unlocated",
                                 lang_value_count("n", (int64_t)portfolio->unlocated_count)));
    }
    if (portfolio->homeless_count > 0) {
        command_say(context,
                    COMMAND_TEXT("hqplan.say.homeless",
                                 lang_value_count("n", (int64_t)portfolio->homeless_count)));
    }
    command_say(context, COMMAND_TEXT("hqplan.say.moves",
                                      lang_value_count("n", (int64_t)planning->moves.count)));
}

static void list_collectors(const struct planning *planning, struct listing *listing)
{
    const struct portfolio *portfolio = &planning->portfolio;
    for (uint32_t c = 0; c < portfolio->team.collector_count; c++) {
        const struct portfolio_person *person = plan_words_person(portfolio, c);
        const struct team_load *load = &planning->plan.loads[c];
        uint32_t days_off = portfolio->team.collectors[c].days_off;
        int64_t days = 0;
        for (uint32_t d = 0; d < portfolio->team.day_count; d++) {
            days += (days_off >> d & 1) == 0;
        }
        listing_text(listing, str_from(person->code));
        listing_text(listing, str_from(person->name));
        listing_number(listing, days);
        listing_number(listing, load->case_count);
        listing_number(listing, load->score);
        listing_number(listing, load->visit_count);
        listing_number(listing, load->visit_score);
        listing_number(listing, load->travel_s / MINUTE_S);
        listing_number(listing, load->service_s / MINUTE_S);
    }
}

struct door {
    const char *code; /* of who goes, or has it */
    int32_t day;
    uint32_t position;
    uint32_t score;
    size_t unit;
};

static int by_person_and_place(const void *left, const void *right)
{
    const struct door *a = left;
    const struct door *b = right;
    int person = strcmp(a->code, b->code);
    if (person != 0) {
        return person;
    }
    if (a->day != b->day) {
        return a->day < b->day ? -1 : 1;
    }
    if (a->position != b->position) {
        return a->position < b->position ? -1 : 1;
    }
    if (a->score != b->score) {
        return a->score > b->score ? -1 : 1;
    }
    return a->unit < b->unit ? -1 : 1;
}

/* Every unit with a visit, by person, day and place in the day; with `is_left` those without, by
 * person and what they are worth. */
static struct door *doors_of(const struct planning *planning, bool is_left, size_t *count_out)
{
    const struct portfolio *portfolio = &planning->portfolio;
    struct door *doors =
        ARENA_ARRAY(planning->context->arena, portfolio->team.unit_count + 1, struct door);
    size_t count = 0;
    for (size_t u = 0; u < portfolio->team.unit_count; u++) {
        const struct team_visit *visit = &planning->plan.visits[u];
        const struct portfolio_person *person = plan_words_person(portfolio, visit->owner);
        if ((visit->day < 0) == is_left) {
            doors[count++] = (struct door){person == NULL ? "-" : person->code, visit->day,
                                           visit->position, portfolio->team.units[u].score, u};
        }
    }
    qsort(doors, count, sizeof *doors, by_person_and_place);
    *count_out = count;
    return doors;
}

static void list_doors(const struct planning *planning, struct listing *listing, bool is_left)
{
    struct command_context *context = planning->context;
    const struct portfolio *portfolio = &planning->portfolio;
    size_t count;
    const struct door *doors = doors_of(planning, is_left, &count);
    for (size_t d = 0; d < count; d++) {
        const struct door *door = &doors[d];
        for (size_t i = portfolio->units[door->unit].first_case; i != SIZE_MAX;
             i = portfolio->next_case[i]) {
            const struct portfolio_case *one = &portfolio->cases[i];
            const char *stop =
                is_left ? "-"
                        : str_format(context->arena, "%d.%03u", door->day + 1, door->position);
            listing_text(listing, str_from(door->code));
            listing_text(listing, str_from(stop));
            listing_text(listing, str_from(one->case_ref));
            listing_text(listing, one->area);
            listing_number(listing, one->score);
            listing_text(listing,
                         str_from(plan_words_visit(context->arena, context->lang, portfolio,
                                                   &planning->plan, door->unit)));
            listing_text(listing,
                         str_from(plan_words_owner(context->arena, context->lang, portfolio,
                                                   &planning->plan, door->unit)));
        }
    }
}

static enum err put_person(struct listing *listing, uint32_t person_no)
{
    if (person_no == 0 && !listing->context->is_json) {
        listing_text(listing, STR("-")); /* nobody had it, or has it */
        return OK;
    }
    return who_listing(listing, person_no);
}

static enum err list_changes(const struct planning *planning, struct listing *listing)
{
    for (size_t i = 0; i < planning->moves.count; i++) {
        const struct move *move = &planning->moves.items[i];
        listing_text(listing, str_from(move->case_ref));
        TRY(put_person(listing, move->from_no));
        TRY(put_person(listing, move->to_no));
        listing_number(listing, move->epoch);
        listing_text(listing, str_from(move->why));
    }
    return OK;
}

static void list_summary(const struct planning *planning, struct listing *listing)
{
    const struct {
        const char *name;
        const struct team_plan *plan;
    } rows[] = {{"plan", &planning->plan},
                {"present", &planning->present},
                {"nearest", &planning->nearest}};
    for (size_t i = 0; i < (planning->has_comparison ? COUNT(rows) : 1); i++) {
        const struct team_plan *plan = rows[i].plan;
        listing_key(listing, str_format(planning->context->arena, "hqplan.row.%s", rows[i].name),
                    rows[i].name);
        listing_number(listing, plan->visit_count);
        listing_number(listing, plan->score);
        listing_number(listing, plan->travel_s / MINUTE_S);
        listing_number(listing, plan->agreed_kept);
        listing_number(listing, plan->agreed_count);
        listing_number(listing, plan->agreed_cannot);
    }
}

enum command_exit planning_show(const struct planning *planning, const char *what)
{
    static const struct listing_column summary[] = {{"plan", "hqplan.column.plan"},
                                                    {"visits", "hqplan.column.visits"},
                                                    {"score", "hqplan.column.score"},
                                                    {"travel_minutes", "hqplan.column.travel"},
                                                    {"agreed_kept", "hqplan.column.kept"},
                                                    {"agreed", "hqplan.column.agreed"},
                                                    {"agreed_impossible", "hqplan.column.cannot"}};
    static const struct listing_column collectors[] = {{"code", "hq.column.code"},
                                                       {"name", "hq.column.name"},
                                                       {"days", "hqplan.column.days"},
                                                       {"cases", "hq.column.cases"},
                                                       {"value", "hqplan.column.value"},
                                                       {"visits", "hqplan.column.visits"},
                                                       {"score", "hqplan.column.score"},
                                                       {"travel_minutes", "hqplan.column.travel"},
                                                       {"visit_minutes", "hqplan.column.service"}};
    static const struct listing_column doors[] = {
        {"code", "hq.column.code"},       {"stop", "hqplan.column.stop"},
        {"case", "hq.column.case"},       {"area", "hqplan.column.area"},
        {"score", "hqplan.column.score"}, {"visit", "hqplan.column.visit"},
        {"owner", "hqplan.column.owner"}};
    static const struct listing_column changes[] = {{"case", "hq.column.case"},
                                                    {"from", "hqplan.column.from"},
                                                    {"to", "hqplan.column.to"},
                                                    {"epoch", "hqplan.column.epoch"},
                                                    {"why", "hqplan.column.owner"}};
    static const struct {
        const char *name;
        const struct listing_column *columns;
        size_t count;
    } lists[] = {{"collectors", collectors, COUNT(collectors)},
                 {"summary", summary, COUNT(summary)},
                 {"visits", doors, COUNT(doors)},
                 {"left", doors, COUNT(doors)},
                 {"changes", changes, COUNT(changes)}};
    struct command_context *context = planning->context;
    size_t at = 0;
    while (what != NULL && at < COUNT(lists) && strcmp(lists[at].name, what) != 0) {
        at++;
    }
    if (at == COUNT(lists)) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("hqplan.fail.show", lang_value_text("what", what)));
    }
    if (!context->is_json) {
        say_summary(planning);
    }
    struct listing listing;
    enum err err = listing_start(&listing, context, lists[at].columns, lists[at].count);
    if (err != OK) {
        return command_err(context, err);
    }
    switch (at) {
    case 0:
        list_collectors(planning, &listing);
        break;
    case 1:
        list_summary(planning, &listing);
        break;
    case 4:
        err = list_changes(planning, &listing);
        break;
    default:
        list_doors(planning, &listing, at == 3);
        break;
    }
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

enum command_exit planning_explain(const struct planning *planning, const char *ref)
{
    struct command_context *context = planning->context;
    const struct portfolio *portfolio = &planning->portfolio;
    bool is_found = false;
    for (size_t i = 0; i < portfolio->case_count; i++) {
        const struct portfolio_case *one = &portfolio->cases[i];
        bool is_it = ref[0] == '#'
                         ? strcmp(ref + 1, str_format(context->arena, "%llu",
                                                      (unsigned long long)one->case_no)) == 0
                         : strcmp(ref, one->case_ref) == 0;
        if (!is_it) {
            continue;
        }
        is_found = true;
        if (one->unit == TEAM_NONE) {
            command_say(context, COMMAND_TEXT("hqplan.say.not_open",
                                              lang_value_text("case", one->case_ref)));
            continue;
        }
        int64_t who_may = 0;
        for (size_t c = 0; c < portfolio->team.collector_count; c++) {
            who_may += team_may(&portfolio->team, one->unit, c);
        }
        command_say(
            context,
            COMMAND_TEXT(
                "hqplan.say.case", lang_value_text("case", one->case_ref),
                lang_value_text("owner", plan_words_owner(context->arena, context->lang, portfolio,
                                                          &planning->plan, one->unit)),
                lang_value_text("visit", plan_words_visit(context->arena, context->lang, portfolio,
                                                          &planning->plan, one->unit)),
                lang_value_count("score", one->score), lang_value_count("n", who_may)));
    }
    return is_found ? COMMAND_ok
                    : command_fail(context, COMMAND_not_found,
                                   COMMAND_TEXT("assign.fail.case", lang_value_text("case", ref)));
}
