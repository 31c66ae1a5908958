#include "sync/server/plan/plan_words.h"

enum { MINUTE_S = 60 };

const struct portfolio_person *plan_words_person(const struct portfolio *portfolio,
                                                 uint32_t collector)
{
    return collector == TEAM_NONE ? NULL : &portfolio->people[portfolio->person_of[collector]];
}

static const char *name_of(const struct portfolio *portfolio, uint32_t collector)
{
    const struct portfolio_person *person = plan_words_person(portfolio, collector);
    return person == NULL ? "-" : person->name;
}

/* The owner before, who need not be a collector any more. */
static const char *owner_before(const struct portfolio *portfolio, size_t unit)
{
    uint32_t person_no = portfolio->cases[portfolio->units[unit].first_case].owner_no;
    for (size_t p = 0; p < portfolio->person_count; p++) {
        if (portfolio->people[p].person_no == person_no) {
            return portfolio->people[p].name;
        }
    }
    return "-";
}

const char *plan_words_owner(struct arena *arena, enum lang lang, const struct portfolio *portfolio,
                             const struct team_plan *plan, size_t unit)
{
    const struct team_visit *visit = &plan->visits[unit];
    uint32_t person_no = portfolio->cases[portfolio->units[unit].first_case].owner_no;
    /* Nobody's on the map of the team, but somebody's who left. */
    bool is_left = visit->why == TEAM_WHY_new && person_no != 0;
    return lang_fill(
        arena, lang, team_why_key(is_left ? TEAM_WHY_gone : visit->why),
        lang_value_text("name", name_of(portfolio, visit->owner)),
        lang_value_text("from", owner_before(portfolio, unit)),
        lang_value_day("day", portfolio->first_day + (visit->day < 0 ? 0 : visit->day)),
        lang_value_text("at", lang_minute(arena, visit->begin_s / MINUTE_S)),
        lang_value_count("travel", (visit->travel_s + MINUTE_S - 1) / MINUTE_S));
}

const char *plan_words_visit(struct arena *arena, enum lang lang, const struct portfolio *portfolio,
                             const struct team_plan *plan, size_t unit)
{
    const struct team_visit *visit = &plan->visits[unit];
    const struct portfolio_unit *about = &portfolio->units[unit];
    if (visit->day >= 0) {
        return lang_fill(arena, lang, "hqplan.visit",
                         lang_value_day("day", portfolio->first_day + visit->day),
                         lang_value_text("at", lang_minute(arena, visit->begin_s / MINUTE_S)),
                         lang_value_count("position", visit->position),
                         lang_value_count("travel", (visit->travel_s + MINUTE_S - 1) / MINUTE_S));
    }
    switch (about->bar) {
    case PORTFOLIO_BAR_rule:
        return lang_fill(
            arena, lang, "hqplan.bar.rule",
            lang_value_key("rule", about->refusal != NULL ? about->refusal : "hqplan.bar.unsaid"));
    case PORTFOLIO_BAR_later:
        return lang_text(lang, "hqplan.bar.later");
    case PORTFOLIO_BAR_address:
        return lang_text(lang, "hqplan.bar.address");
    case PORTFOLIO_BAR_none:
        break;
    }
    bool is_agreed = portfolio->team.units[unit].day >= 0;
    return lang_text(lang, is_agreed ? "hqplan.bar.agreed" : "hqplan.bar.worth_less");
}

struct moves plan_words_moves(struct arena *arena, enum lang lang,
                              const struct portfolio *portfolio, const struct team_plan *plan)
{
    struct moves moves = {.items = ARENA_ARRAY(arena, portfolio->open_count + 1, struct move)};
    for (size_t i = 0; i < portfolio->case_count; i++) {
        const struct portfolio_case *one = &portfolio->cases[i];
        const struct portfolio_person *to =
            one->unit == TEAM_NONE ? NULL
                                   : plan_words_person(portfolio, plan->visits[one->unit].owner);
        if (to != NULL && to->person_no != one->owner_no) {
            moves.items[moves.count++] =
                (struct move){.case_no = one->case_no,
                              .case_ref = one->case_ref,
                              .from_no = one->owner_no,
                              .to_no = to->person_no,
                              .epoch = one->epoch,
                              .why = plan_words_owner(arena, lang, portfolio, plan, one->unit)};
        }
    }
    return moves;
}
