/* sync/server/plan/portfolio_may.c -- who may have a case: by area, and by what it needs. */
#include "sync/server/plan/portfolio_private.h"

#include "sync/server/import/assign_rule.h"
#include "sync/server/import/ref_set.h"

#include <string.h>

static const char TWO_VISITORS[] = "two_visitors";

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

void portfolio_may_set(struct loading *loading)
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
