#include "sync/server/plan/portfolio_private.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/plan_problem.h"
#include "sync/server/import/assign_rule.h"
#include "sync/server/import/ref_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY_MINUTES = 1440,
    MINUTE_S = 60,
    USUAL_FROM = 9 * 60, /* of whose hours nothing is known */
    USUAL_UNTIL = 18 * 60,
};

/* ---- policy, people ------------------------------------------------------------------------- */

static enum err policy_load(struct loading *loading)
{
    const char *hash_text;
    loading->policy = policy_default();
    TRY(hq_setting(loading->arena, loading->store, "policy.hash", "", &hash_text));
    if (hash_text[0] == '\0') {
        return OK;
    }
    int64_t hash;
    struct str body;
    struct policy_fault fault;
    TRY(str_to_i64(str_from(hash_text), &hash));
    struct hq_query query = hq_query(loading->store, SQL_HQ_policy_get);
    hq_bind_i64(&query, "$hash", hash);
    TRY(hq_one_text(loading->arena, &query, &body));
    TRY(policy_from_text(body, &loading->policy, &fault));
    enum err err = law_shelf_open(&loading->shelf, &loading->policy);
    return err == ERR_not_found ? OK : err;
}

static enum err people_load(struct loading *loading)
{
    struct portfolio *portfolio = loading->portfolio;
    struct arena *arena = loading->arena;
    size_t capacity = 64;
    portfolio->people = ARENA_ARRAY(arena, capacity, struct portfolio_person);
    struct hq_query query = hq_query(loading->store, SQL_HQ_plan_people);
    while (hq_next(&query)) {
        if (portfolio->person_count == capacity) {
            struct portfolio_person *more =
                ARENA_ARRAY(arena, capacity * 2, struct portfolio_person);
            memcpy(more, portfolio->people, capacity * sizeof *more);
            portfolio->people = more;
            capacity *= 2;
        }
        int64_t seen_at_ms = hq_i64(&query, 8);
        bool is_collector = hq_i64(&query, 3) == STAFF_ROLE_collector && hq_i64(&query, 4) != 0;
        portfolio->people[portfolio->person_count++] = (struct portfolio_person){
            .person_no = (uint32_t)hq_i64(&query, 0),
            .code = str_text(arena, hq_text(&query, 1)),
            .name = str_text(arena, hq_text(&query, 2)),
            .areas = str_from(str_text(arena, hq_text(&query, 5))),
            .capacity = hq_i64(&query, 6),
            .terms = staff_terms_read(str_from(str_text(arena, hq_text(&query, 7)))),
            .is_collector = is_collector,
            .is_silent = is_collector && seen_at_ms != 0 &&
                         loading->terms->now_ms - seen_at_ms > PORTFOLIO_SILENT_MS,
            .collector = TEAM_NONE,
        };
    }
    return hq_end(&query);
}

struct portfolio_person *portfolio_person_find(const struct portfolio *portfolio,
                                               uint32_t person_no)
{
    size_t low = 0;
    size_t high = portfolio->person_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (portfolio->people[middle].person_no < person_no) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool is_there = low < portfolio->person_count && portfolio->people[low].person_no == person_no;
    return is_there ? &portfolio->people[low] : NULL;
}

/* ---- collectors ----------------------------------------------------------------------------- */

static struct geo_point mean_of(int64_t lat_e7, int64_t lon_e7, int64_t count)
{
    return count == 0 ? (struct geo_point){0, 0}
                      : (struct geo_point){(int32_t)(lat_e7 / count), (int32_t)(lon_e7 / count)};
}

/* The middle of what lies somewhere: where a day begins when nothing else is known. */
static struct geo_point middle(const struct loading *loading)
{
    int64_t lat_e7 = 0;
    int64_t lon_e7 = 0;
    int64_t count = 0;
    for (size_t i = 0; i < loading->portfolio->case_count; i++) {
        struct geo_point place = loading->found[i].place;
        if (loading->portfolio->cases[i].unit != TEAM_NONE && geo_is_located(place)) {
            lat_e7 += place.lat_e7;
            lon_e7 += place.lon_e7;
            count++;
        }
    }
    return mean_of(lat_e7, lon_e7, count);
}

static enum err collectors_make(struct loading *loading)
{
    struct portfolio *portfolio = loading->portfolio;
    const struct policy *policy = &loading->policy;
    struct team_collector *collectors =
        ARENA_ARRAY(loading->arena, portfolio->person_count + 1, struct team_collector);
    portfolio->person_of = ARENA_ARRAY(loading->arena, portfolio->person_count + 1, uint32_t);
    struct geo_point home = middle(loading);
    size_t count = 0;
    for (size_t p = 0; p < portfolio->person_count; p++) {
        struct portfolio_person *person = &portfolio->people[p];
        if (!person->is_collector) {
            continue;
        }
        bool has_hours = person->terms.from_minute > 0 || person->terms.until_minute < DAY_MINUTES;
        int32_t from = has_hours ? person->terms.from_minute : USUAL_FROM;
        int32_t until = has_hours ? person->terms.until_minute : USUAL_UNTIL;
        from = from > policy->window_open ? from : (int32_t)policy->window_open;
        until = until < policy->window_close ? until : (int32_t)policy->window_close;
        bool has_place = geo_is_located(person->terms.place);
        struct team_collector *collector = &collectors[count];
        *collector = (struct team_collector){
            .number = person->person_no,
            .home = has_place ? person->terms.place : home,
            .from_s = from * MINUTE_S,
            .until_s = (until > from ? until : from) * MINUTE_S,
            .room = person->capacity,
        };
        for (uint32_t d = 0; d < loading->terms->day_count; d++) {
            bool is_away =
                staff_terms_is_away(&person->terms, loading->terms->first_day + (int32_t)d);
            collector->days_off |= (uint32_t)is_away << d;
        }
        portfolio->homeless_count += !has_place;
        portfolio->person_of[count] = (uint32_t)p;
        person->collector = (uint32_t)count++;
    }
    portfolio->team.collectors = collectors;
    portfolio->team.collector_count = count;
    return count > TEAM_COLLECTORS_MAX ? ERR_too_many : OK;
}

/* The chance of meeting somebody, by day and hour, as the tablets were told last. */
static enum err chance_load(struct loading *loading)
{
    const struct portfolio_terms *terms = loading->terms;
    const char *counts;
    struct chance chance;
    int64_t until_at_ms;
    TRY(hq_setting(loading->arena, loading->store, "chance.counts", "", &counts));
    if (counts[0] == '\0' || chance_read(str_from(counts), &chance, &until_at_ms) != OK) {
        return OK; /* nothing is known, or counted in another way */
    }
    if (chance_is_unknown(&chance, CHANCE_DAY_working) &&
        chance_is_unknown(&chance, CHANCE_DAY_free)) {
        return OK;
    }
    uint32_t(*permille)[CHANCE_BANDS] =
        arena_alloc(loading->arena, terms->day_count * sizeof *permille);
    for (uint32_t d = 0; d < terms->day_count; d++) {
        enum chance_day kind = chance_day_of(date_calendar_cn(), terms->first_day + (int32_t)d);
        for (size_t band = 0; band < CHANCE_BANDS; band++) {
            permille[d][band] = chance_permille(&chance, kind, band);
        }
    }
    loading->portfolio->team.chance = permille;
    return OK;
}

/* ---- units ---------------------------------------------------------------------------------- */

static uint32_t collector_of(const struct portfolio *portfolio, uint32_t person_no)
{
    const struct portfolio_person *person =
        person_no == 0 ? NULL : portfolio_person_find(portfolio, person_no);
    return person == NULL ? TEAM_NONE : person->collector;
}

/* The unit of the debtor that has this owner; a case without an owner joins any unit of the
 * debtor. unit_count: a new one. */
static size_t unit_find(struct ref_set *units, const struct portfolio *portfolio,
                        const struct portfolio_case *one, uint32_t owner)
{
    int64_t at = 0;
    char text[16];
    if (one->debtor_id.size == 0) {
        return portfolio->team.unit_count;
    }
    snprintf(text, sizeof text, "%u", owner);
    if (owner == TEAM_NONE) {
        return ref_set_find(units, one->debtor_id, STR(""), &at) ? (size_t)at
                                                                 : portfolio->team.unit_count;
    }
    return ref_set_find(units, one->debtor_id, str_from(text), &at) ? (size_t)at
                                                                    : portfolio->team.unit_count;
}

static void unit_remember(struct ref_set *units, const struct portfolio_case *one, uint32_t owner,
                          size_t unit)
{
    char text[16];
    if (one->debtor_id.size == 0) {
        return;
    }
    snprintf(text, sizeof text, "%u", owner);
    ref_set_put(units, one->debtor_id, str_from(text), (int64_t)unit);
    ref_set_put(units, one->debtor_id, STR(""), (int64_t)unit);
}

static void unit_begin(const struct loading *loading, struct team_unit *unit,
                       struct portfolio_unit *about, size_t at, uint32_t owner)
{
    const struct found *found = &loading->found[at];
    *unit = (struct team_unit){
        .place = found->place, .owner = owner, .day = -1, .not_before_day = found->not_before};
    *about = (struct portfolio_unit){.first_case = SIZE_MAX,
                                     .bar = found->bar,
                                     .refusal = found->refusal,
                                     .is_located = geo_is_located(found->place)};
}

/* The hours that all cases of the debtor leave; the first one's, when they leave none. */
static void join_hours(struct team_unit *unit, const struct found *found)
{
    int32_t open_s = found->open_minute * MINUTE_S;
    int32_t close_s = found->close_minute * MINUTE_S;
    if (close_s == 0 || found->bar != PORTFOLIO_BAR_none) {
        return;
    }
    bool is_first = unit->close_s == 0;
    open_s = is_first || open_s > unit->open_s ? open_s : unit->open_s;
    close_s = is_first || close_s < unit->close_s ? close_s : unit->close_s;
    if (open_s < close_s) {
        unit->open_s = open_s;
        unit->close_s = close_s;
    }
}

/* The case's part in its unit: the visit is for all cases of the debtor, so what stands in the
 * way of one does not stand in the way of the others. */
static void unit_join(struct loading *loading, struct team_unit *unit, struct portfolio_unit *about,
                      size_t at)
{
    struct portfolio *portfolio = loading->portfolio;
    const struct portfolio_case *one = &portfolio->cases[at];
    const struct found *found = &loading->found[at];
    if (about->first_case == SIZE_MAX || one->score > portfolio->cases[about->first_case].score) {
        portfolio->next_case[at] = about->first_case;
        about->first_case = at;
    } else {
        portfolio->next_case[at] = portfolio->next_case[about->first_case];
        portfolio->next_case[about->first_case] = at;
    }
    uint64_t score = (uint64_t)unit->score + (found->bar == PORTFOLIO_BAR_none ? one->score : 0);
    unit->score = score < PLAN_SCORE_MAX ? (uint32_t)score : PLAN_SCORE_MAX;
    unit->service_s += (int32_t)loading->policy.visit_minutes * MINUTE_S;
    unit->service_s = unit->service_s < TEAM_DAY_S ? unit->service_s : TEAM_DAY_S;
    unit->case_count++;
    unit->is_held = unit->is_held || (found->is_held && unit->owner != TEAM_NONE);
    if (found->not_before < unit->not_before_day) {
        unit->not_before_day = found->not_before;
        about->bar = found->bar;
    }
    join_hours(unit, found);
    if (!about->is_located && geo_is_located(found->place)) {
        unit->place = found->place;
        about->is_located = true;
    }
    if (found->agreed_day >= 0 && (unit->day < 0 || found->agreed_day < unit->day)) {
        unit->day = found->agreed_day;
        unit->from_s = found->from_minute * MINUTE_S;
        unit->until_s = found->until_minute * MINUTE_S;
    }
}

static enum err units_make(struct loading *loading, struct team_unit **units_out)
{
    struct portfolio *portfolio = loading->portfolio;
    struct ref_set *known = ref_set_make(loading->arena);
    struct team_unit *units =
        ARENA_ARRAY(loading->arena, portfolio->open_count + 1, struct team_unit);
    portfolio->units =
        ARENA_ARRAY(loading->arena, portfolio->open_count + 1, struct portfolio_unit);
    portfolio->next_case = ARENA_ARRAY(loading->arena, portfolio->case_count + 1, size_t);
    /* Cases with an owner first, so that those without join the one who goes there already. */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < portfolio->case_count; i++) {
            struct portfolio_case *one = &portfolio->cases[i];
            uint32_t owner = collector_of(portfolio, one->owner_no);
            if (one->unit == TEAM_NONE || (owner == TEAM_NONE) != (pass == 1)) {
                continue;
            }
            size_t at = unit_find(known, portfolio, one, owner);
            if (at == portfolio->team.unit_count) {
                unit_begin(loading, &units[at], &portfolio->units[at], i, owner);
                unit_remember(known, one, owner, at);
                portfolio->team.unit_count++;
            }
            one->unit = (uint32_t)at;
            unit_join(loading, &units[at], &portfolio->units[at], i);
        }
    }
    *units_out = units;
    return portfolio->team.unit_count > TEAM_UNITS_MAX ? ERR_too_many : OK;
}

/* Who has no place is taken to lie in the middle of what lies in the same area. */
static void locate(struct loading *loading, struct team_unit *units)
{
    struct portfolio *portfolio = loading->portfolio;
    struct ref_set *areas = ref_set_make(loading->arena);
    size_t room = portfolio->team.unit_count + 1;
    int64_t *sums = ARENA_ARRAY(loading->arena, 3 * room, int64_t);
    int64_t area_count = 0;
    struct geo_point town = middle(loading);
    for (size_t u = 0; u < portfolio->team.unit_count; u++) {
        struct str area = portfolio->cases[portfolio->units[u].first_case].area;
        int64_t at = 0;
        if (!portfolio->units[u].is_located) {
            continue;
        }
        if (!ref_set_find(areas, area, STR(""), &at)) {
            at = area_count++;
            ref_set_add(areas, area, STR(""), at);
        }
        sums[3 * at] += units[u].place.lat_e7;
        sums[3 * at + 1] += units[u].place.lon_e7;
        sums[3 * at + 2]++;
    }
    for (size_t u = 0; u < portfolio->team.unit_count; u++) {
        struct str area = portfolio->cases[portfolio->units[u].first_case].area;
        int64_t at = 0;
        if (portfolio->units[u].is_located) {
            continue;
        }
        units[u].place = ref_set_find(areas, area, STR(""), &at)
                             ? mean_of(sums[3 * at], sums[3 * at + 1], sums[3 * at + 2])
                             : town;
        portfolio->unlocated_count++;
    }
}

enum err portfolio_load(struct arena *arena, struct hq_store *store,
                        const struct portfolio_terms *terms, struct portfolio *portfolio_out)
{
    *portfolio_out = (struct portfolio){.first_day = terms->first_day};
    struct loading *loading = ARENA_NEW(arena, struct loading);
    loading->arena = arena;
    loading->store = store;
    loading->terms = terms;
    loading->portfolio = portfolio_out;
    const char *zone;
    TRY(hq_setting(arena, store, "zone", "Asia/Shanghai", &zone));
    TRY(date_zone_offset(str_from(zone), &portfolio_out->offset_minutes));
    TRY(policy_load(loading));
    TRY(people_load(loading));
    TRY(portfolio_cases_load(loading));
    TRY(collectors_make(loading));
    TRY(chance_load(loading));
    struct team_unit *units = NULL;
    TRY(units_make(loading, &units));
    portfolio_days_set(loading, units);
    locate(loading, units);
    portfolio_out->team.units = units;
    portfolio_out->team.day_count = terms->day_count;
    portfolio_may_set(loading);
    portfolio_out->policy = &loading->policy;
    return OK;
}

void portfolio_present_rule(struct arena *arena, const struct portfolio *portfolio,
                            uint32_t *owners_out)
{
    struct assign_person *people =
        ARENA_ARRAY(arena, portfolio->person_count + 1, struct assign_person);
    struct assign_case *cases = ARENA_ARRAY(arena, portfolio->case_count + 1, struct assign_case);
    for (size_t p = 0; p < portfolio->person_count; p++) {
        const struct portfolio_person *person = &portfolio->people[p];
        people[p] = (struct assign_person){.person_no = person->person_no,
                                           .code = person->code,
                                           .name = person->name,
                                           .can_work = person->is_collector,
                                           .areas = person->areas,
                                           .capacity = person->capacity};
    }
    for (size_t i = 0; i < portfolio->case_count; i++) {
        const struct portfolio_case *one = &portfolio->cases[i];
        cases[i] = (struct assign_case){.case_no = one->case_no,
                                        .case_ref = one->case_ref,
                                        .area = one->area,
                                        .debtor_id = one->debtor_id,
                                        .grade = one->grade,
                                        .owed_minor = one->owed_minor,
                                        .is_open = one->unit != TEAM_NONE,
                                        .owner_no = one->owner_no,
                                        .epoch = one->epoch};
    }
    assign_rule_apply(arena, people, portfolio->person_count, cases, portfolio->case_count);
    for (size_t u = 0; u < portfolio->team.unit_count; u++) {
        uint32_t person_no = cases[portfolio->units[u].first_case].new_owner_no;
        owners_out[u] = collector_of(portfolio, person_no);
    }
}
