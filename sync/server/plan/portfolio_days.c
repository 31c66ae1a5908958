/* sync/server/plan/portfolio_days.c -- the days of a plan on which a door is shut. */
#include "sync/server/plan/portfolio_private.h"

#include "core/rules/verdict.h"

static uint32_t shut_days(const struct loading *loading, size_t first_case)
{
    const struct portfolio *portfolio = loading->portfolio;
    uint32_t barred = UINT32_MAX;
    uint32_t unwished = 0;
    for (size_t at = first_case; at != SIZE_MAX; at = portfolio->next_case[at]) {
        const struct found *found = &loading->found[at];
        barred &= found->bar == PORTFOLIO_BAR_none ? found->days_barred : UINT32_MAX;
        unwished |= found->days_unwished;
    }
    return barred | unwished;
}

void portfolio_days_set(struct loading *loading, struct team_unit *units)
{
    int32_t day_count = (int32_t)loading->terms->day_count;
    for (size_t u = 0; u < loading->portfolio->team.unit_count; u++) {
        struct team_unit *unit = &units[u];
        struct portfolio_unit *about = &loading->portfolio->units[u];
        unit->days_shut = shut_days(loading, about->first_case) & ((UINT32_C(1) << day_count) - 1);
        if (unit->day >= 0) {
            continue; /* what was agreed on stands above what was asked for */
        }
        while (unit->not_before_day < day_count &&
               (unit->days_shut >> unit->not_before_day & 1) != 0) {
            unit->not_before_day++;
        }
        if (unit->not_before_day >= day_count && about->bar == PORTFOLIO_BAR_none) {
            about->bar = PORTFOLIO_BAR_rule; /* what its cases ask for leaves no day together */
            about->refusal = refusal_key(REFUSAL_own_times);
        }
    }
}
