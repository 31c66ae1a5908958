#include "sync/server/plan/portfolio.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/gate.h"
#include "core/rules/law_shelf.h"
#include "core/rules/plan_problem.h"
#include "core/rules/priority.h"
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

/* What is read of a case before units are made of them. */
struct found {
    struct geo_point place;
    bool is_held;
    bool has_two; /* two must go */
    enum portfolio_bar bar;
    const char *refusal;
    int32_t not_before; /* day of these, the first on which the gate lets it be visited */
    int32_t agreed_day; /* day of these, -1 none */
    int32_t from_minute, until_minute;
};

struct loading {
    struct arena *arena;
    struct hq_store *store;
    const struct portfolio_terms *terms;
    struct portfolio *portfolio;
    struct policy policy;
    struct law_shelf shelf;
    struct found *found; /* [case] */
    ds_CaseRecord record;
    ds_CaseState state;
};

static const char TWO_VISITORS[] = "two_visitors";

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

static struct portfolio_person *person_find(const struct portfolio *portfolio, uint32_t person_no)
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

/* ---- cases ---------------------------------------------------------------------------------- */

/* The first rule that stands in the way, NULL: none. That the balance is old by then is not
 * one: until that day the client states it anew, and the tablet looks again at the door. */
static const char *bar_of(const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        const struct verdict_fired *fired = &verdict->fired[i];
        if (fired->severity == SEVERITY_block && fired->refusal != REFUSAL_balance_too_old) {
            return refusal_key(fired->refusal);
        }
    }
    return NULL;
}

/* Judged at the middle of each day's contact hours; the first day that passes. */
static void judge(struct loading *loading, struct found *found)
{
    const struct policy *policy = &loading->policy;
    int32_t offset = gate_zone_offset(policy, &loading->record);
    struct gate_facts facts = {
        .record = &loading->record,
        .state = &loading->state,
        .visitors = UINT32_MAX,
    };
    for (uint32_t d = 0; d < loading->terms->day_count; d++) {
        int32_t day = loading->terms->first_day + (int32_t)d;
        struct gate_hours hours =
            gate_hours(policy, &loading->record, &loading->state, date_instant(day, 0, offset));
        facts.now_ms = date_instant(day, (hours.open_minute + hours.close_minute) / 2, offset);
        facts.synced_at_ms = facts.now_ms;
        facts.policy_at_ms = facts.now_ms;
        struct verdict verdict = gate_check(policy, GATE_plan, &facts);
        const char *bar = bar_of(&verdict);
        if (bar == NULL) {
            found->not_before = (int32_t)d;
            found->bar = PORTFOLIO_BAR_none;
            return;
        }
        found->refusal = d == 0 ? bar : found->refusal;
    }
    found->bar = PORTFOLIO_BAR_rule;
    found->not_before = (int32_t)loading->terms->day_count;
}

static void set_agreed(struct loading *loading, struct found *found)
{
    const ds_CaseState *state = &loading->state;
    int32_t day = state->next_day - loading->terms->first_day;
    found->agreed_day = -1;
    if (state->next_day == 0 || day < 0) {
        return;
    }
    if (day >= (int32_t)loading->terms->day_count) {
        found->bar = PORTFOLIO_BAR_later;
        found->not_before = (int32_t)loading->terms->day_count;
        return;
    }
    found->not_before = found->not_before > day ? found->not_before : day;
    found->agreed_day = found->bar == PORTFOLIO_BAR_none && found->not_before == day ? day : -1;
    bool has_hours = state->next_until_minute > 0 && state->next_until_minute <= DAY_MINUTES &&
                     state->next_from_minute <= state->next_until_minute;
    found->from_minute = has_hours ? (int32_t)state->next_from_minute : 0;
    found->until_minute = has_hours ? (int32_t)state->next_until_minute : DAY_MINUTES;
}

static bool is_held(const struct loading *loading, const struct portfolio_case *one)
{
    const struct portfolio_person *owner = person_find(loading->portfolio, one->owner_no);
    if (owner == NULL || !owner->is_collector) {
        return false;
    }
    int32_t touched = loading->state.last_touch_day;
    return owner->is_silent || fold_live_arrangement(&loading->state) != NULL ||
           (touched != 0 && loading->terms->first_day - touched < loading->policy.contact_spacing);
}

static enum err case_read(struct loading *loading, const struct hq_query *query,
                          struct portfolio_case *one, struct found *found)
{
    struct str record = hq_text(query, 8);
    struct str state = hq_text(query, 13);
    TRY(case_record_decode(&loading->record, (const uint8_t *)record.bytes, record.size));
    if (state.size > 0) {
        TRY(case_state_decode(&loading->state, (const uint8_t *)state.bytes, state.size));
    } else {
        fold_start(&loading->state, &loading->record);
    }
    int64_t life = hq_i64(query, 9);
    int64_t mandate_day = hq_i64(query, 5);
    bool is_open = life == CASE_LIFE_none || life == CASE_LIFE_open;
    bool is_over = mandate_day != 0 && mandate_day < loading->terms->first_day;
    *one = (struct portfolio_case){
        .case_no = (uint64_t)hq_i64(query, 0),
        .case_ref = str_text(loading->arena, hq_text(query, 1)),
        .client = str_text(loading->arena, hq_text(query, 2)),
        .product = str_text(loading->arena, hq_text(query, 3)),
        .area = str_from(str_text(loading->arena, hq_text(query, 4))),
        .owner_no = (uint32_t)hq_i64(query, 10),
        .epoch = (uint32_t)hq_i64(query, 11),
        .grade = loading->record.grade,
        .owed_minor = fold_balance(&loading->record, &loading->state).owed_minor,
        .debtor_id = str_from(arena_text(loading->arena, loading->record.id_number)),
        .unit = is_open && !is_over ? 0 : TEAM_NONE,
    };
    if (one->unit == TEAM_NONE) {
        return OK;
    }
    loading->portfolio->open_count++;
    one->score = priority_score(&loading->policy, &loading->record, &loading->state,
                                loading->terms->first_day)
                     .score;
    *found = (struct found){
        .place = {(int32_t)hq_i64(query, 6), (int32_t)hq_i64(query, 7)},
        .is_held = is_held(loading, one),
        .has_two =
            fold_flag(&loading->state, STOP_FLAG_two_visitors, loading->terms->first_day) != NULL,
    };
    judge(loading, found);
    set_agreed(loading, found);
    return OK;
}

static enum err cases_load(struct loading *loading)
{
    struct portfolio *portfolio = loading->portfolio;
    struct hq_query counting = hq_query(loading->store, SQL_HQ_import_case_count);
    int64_t count = 0;
    TRY(hq_one_i64(&counting, &count));
    portfolio->cases = ARENA_ARRAY(loading->arena, (size_t)count + 1, struct portfolio_case);
    loading->found = ARENA_ARRAY(loading->arena, (size_t)count + 1, struct found);
    struct hq_query query = hq_query(loading->store, SQL_HQ_plan_cases);
    enum err err = OK;
    while (err == OK && portfolio->case_count < (size_t)count && hq_next(&query)) {
        size_t at = portfolio->case_count++;
        err = case_read(loading, &query, &portfolio->cases[at], &loading->found[at]);
    }
    TRY(hq_end(&query));
    return err;
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

/* ---- units ---------------------------------------------------------------------------------- */

static uint32_t collector_of(const struct portfolio *portfolio, uint32_t person_no)
{
    const struct portfolio_person *person =
        person_no == 0 ? NULL : person_find(portfolio, person_no);
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

/* ---- who may -------------------------------------------------------------------------------- */

static bool has_skill(const struct portfolio_person *person, struct str skill)
{
    return skill.size > 0 && assign_area_is_served(person->terms.skills, skill);
}

static bool anybody_has(const struct portfolio *portfolio, struct str skill)
{
    for (size_t p = 0; p < portfolio->person_count; p++) {
        if (portfolio->people[p].is_collector && has_skill(&portfolio->people[p], skill)) {
            return true;
        }
    }
    return false;
}

/* A set of collectors for every area, product, client and need that occurs. */
struct circles {
    struct ref_set *known;
    uint64_t **sets; /* [number]: bits of collectors */
    size_t count, capacity;
};

enum circle_kind { CIRCLE_area, CIRCLE_skill };

static void circle_fill(const struct portfolio *portfolio, enum circle_kind kind, struct str name,
                        uint64_t *bits)
{
    bool is_needed = kind == CIRCLE_skill && anybody_has(portfolio, name);
    int served = 0;
    for (int circle = 0; circle < 3 && served == 0; circle++) {
        for (size_t c = 0; c < portfolio->team.collector_count; c++) {
            const struct portfolio_person *person = &portfolio->people[portfolio->person_of[c]];
            bool may = kind == CIRCLE_skill ? !is_needed || has_skill(person, name)
                       : circle == 0 ? name.size > 0 && assign_area_is_served(person->areas, name)
                       : circle == 1 ? person->areas.size == 0
                                     : true;
            if (may) {
                bits[c / 64] |= UINT64_C(1) << c % 64;
                served++;
            }
        }
        if (kind == CIRCLE_skill) {
            return;
        }
    }
}

static const uint64_t *circle_of(struct arena *arena, const struct portfolio *portfolio,
                                 struct circles *circles, enum circle_kind kind, struct str name)
{
    int64_t at = 0;
    struct str kind_name = kind == CIRCLE_area ? STR("a") : STR("s");
    if (ref_set_find(circles->known, kind_name, name, &at)) {
        CHECK(circles->sets != NULL); /* what is known stands there */
        return circles->sets[at];
    }
    if (circles->count == circles->capacity) {
        size_t capacity = circles->capacity * 2 + 64;
        uint64_t **wider = ARENA_ARRAY(arena, capacity, uint64_t *);
        for (size_t i = 0; i < circles->count; i++) {
            wider[i] = circles->sets[i];
        }
        circles->sets = wider;
        circles->capacity = capacity;
    }
    CHECK(circles->sets != NULL);
    uint64_t *bits = ARENA_ARRAY(arena, team_words(&portfolio->team) + 1, uint64_t);
    circle_fill(portfolio, kind, name, bits);
    ref_set_add(circles->known, kind_name, name, (int64_t)circles->count);
    circles->sets[circles->count++] = bits;
    return bits;
}

/* Who serves the area, and the owner: the area of the best case, for there the door is. */
static void set_area(struct loading *loading, struct circles *circles, size_t unit, uint64_t *bits)
{
    const struct portfolio *portfolio = loading->portfolio;
    const struct portfolio_case *first = &portfolio->cases[portfolio->units[unit].first_case];
    uint32_t owner = portfolio->team.units[unit].owner;
    const uint64_t *circle =
        circle_of(loading->arena, portfolio, circles, CIRCLE_area, first->area);
    memcpy(bits, circle, team_words(&portfolio->team) * sizeof *bits);
    if (owner != TEAM_NONE) {
        bits[owner / 64] |= UINT64_C(1) << owner % 64;
    }
}

/* Takes out who lacks a skill that one of the cases needs. */
static void set_skills(struct loading *loading, struct circles *circles, size_t unit,
                       uint64_t *bits)
{
    const struct portfolio *portfolio = loading->portfolio;
    for (size_t i = portfolio->units[unit].first_case; i != SIZE_MAX; i = portfolio->next_case[i]) {
        const struct portfolio_case *one = &portfolio->cases[i];
        struct str skills[] = {str_from(one->client), str_from(one->product),
                               str_from(loading->found[i].has_two ? TWO_VISITORS : "")};
        for (size_t k = 0; k < COUNT(skills); k++) {
            const uint64_t *circle =
                circle_of(loading->arena, portfolio, circles, CIRCLE_skill, skills[k]);
            for (size_t w = 0; w < team_words(&portfolio->team); w++) {
                bits[w] &= circle[w];
            }
        }
    }
}

static void set_may(struct loading *loading)
{
    struct portfolio *portfolio = loading->portfolio;
    size_t words = team_words(&portfolio->team);
    uint64_t *may = ARENA_ARRAY(loading->arena, portfolio->team.unit_count * words + 1, uint64_t);
    struct circles circles = {.known = ref_set_make(loading->arena)};
    for (size_t u = 0; u < portfolio->team.unit_count; u++) {
        set_area(loading, &circles, u, may + u * words);
        set_skills(loading, &circles, u, may + u * words);
    }
    portfolio->team.may = may;
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
    TRY(cases_load(loading));
    TRY(collectors_make(loading));
    struct team_unit *units = NULL;
    TRY(units_make(loading, &units));
    locate(loading, units);
    portfolio_out->team.units = units;
    portfolio_out->team.day_count = terms->day_count;
    set_may(loading);
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
