#include "sync/server/import/assign_rule.h"

#include "sync/server/import/ref_set.h"

#include <stdlib.h>
#include <string.h>

const char *assign_why_key(enum assign_why why)
{
    switch (why) {
    case ASSIGN_WHY_none:
        return "assign.why.none";
    case ASSIGN_WHY_stays:
        return "assign.why.stays";
    case ASSIGN_WHY_same_debtor:
        return "assign.why.same_debtor";
    case ASSIGN_WHY_area:
        return "assign.why.area";
    case ASSIGN_WHY_any_area:
        return "assign.why.any_area";
    case ASSIGN_WHY_nobody_there:
        return "assign.why.nobody_there";
    case ASSIGN_WHY_not_open:
        return "assign.why.not_open";
    case ASSIGN_WHY_mandate_over:
        return "assign.why.mandate_over";
    case ASSIGN_WHY_no_room:
        return "assign.why.no_room";
    case ASSIGN_WHY_by_hand:
        return "assign.why.by_hand";
    }
    UNREACHABLE();
}

bool assign_area_is_served(struct str areas, struct str area)
{
    struct str one;
    while (str_split(&areas, ';', &one)) {
        if (str_equal(str_trim(one), area)) {
            return true;
        }
    }
    return false;
}

struct rule {
    struct assign_person *people;
    size_t person_count;
    uint64_t *risk; /* by person: sum over cases carried */
    struct ref_set *owner_of_debtor;
};

/* Amounts stay far below 2^55, so three more bits fit. */
static uint64_t case_risk(const struct assign_case *one)
{
    return one->owed_minor * (one->grade != 0 ? one->grade : 3);
}

static struct assign_person *person_find(const struct rule *rule, uint32_t person_no)
{
    for (size_t i = 0; i < rule->person_count; i++) {
        if (rule->people[i].person_no == person_no) {
            return &rule->people[i];
        }
    }
    return NULL;
}

static bool person_has_room(const struct assign_person *person)
{
    return person->capacity == 0 || person->case_count < person->capacity;
}

static void case_give(struct rule *rule, struct assign_case *one, struct assign_person *person,
                      enum assign_why why)
{
    one->new_owner_no = person->person_no;
    one->why = why;
    one->count_before = person->case_count;
    person->case_count++;
    person->given_count += one->owner_no != person->person_no ? 1 : 0;
    person->owed_minor += (int64_t)one->owed_minor;
    rule->risk[person - rule->people] += case_risk(one);
    int64_t known;
    if (one->debtor_id.size > 0 &&
        !ref_set_find(rule->owner_of_debtor, one->debtor_id, STR(""), &known)) {
        ref_set_add(rule->owner_of_debtor, one->debtor_id, STR(""), person->person_no);
    }
}

static bool person_serves(const struct assign_person *person, struct str area,
                          enum assign_why circle)
{
    switch (circle) {
    case ASSIGN_WHY_area:
        return area.size > 0 && assign_area_is_served(person->areas, area);
    case ASSIGN_WHY_any_area:
        return person->areas.size == 0;
    case ASSIGN_WHY_nobody_there:
        return true;
    case ASSIGN_WHY_none:
    case ASSIGN_WHY_stays:
    case ASSIGN_WHY_same_debtor:
    case ASSIGN_WHY_not_open:
    case ASSIGN_WHY_mandate_over:
    case ASSIGN_WHY_no_room:
    case ASSIGN_WHY_by_hand:
        break;
    }
    UNREACHABLE();
}

static bool is_less_loaded(const struct rule *rule, const struct assign_person *a,
                           const struct assign_person *b)
{
    if (a->case_count != b->case_count) {
        return a->case_count < b->case_count;
    }
    uint64_t a_risk = rule->risk[a - rule->people];
    uint64_t b_risk = rule->risk[b - rule->people];
    return a_risk != b_risk ? a_risk < b_risk : a->person_no < b->person_no;
}

/* Rules 4 and 5. */
static void case_deal(struct rule *rule, struct assign_case *one)
{
    static const enum assign_why circles[] = {ASSIGN_WHY_area, ASSIGN_WHY_any_area,
                                              ASSIGN_WHY_nobody_there};
    for (size_t circle = 0; circle < COUNT(circles); circle++) {
        struct assign_person *best = NULL;
        size_t candidate_count = 0;
        for (size_t i = 0; i < rule->person_count; i++) {
            struct assign_person *person = &rule->people[i];
            if (!person->can_work || !person_has_room(person) ||
                !person_serves(person, one->area, circles[circle])) {
                continue;
            }
            candidate_count++;
            if (best == NULL || is_less_loaded(rule, person, best)) {
                best = person;
            }
        }
        if (best != NULL) {
            one->candidate_count = candidate_count;
            case_give(rule, one, best, circles[circle]);
            return;
        }
    }
    one->why = ASSIGN_WHY_no_room;
}

static int by_falling_risk(const void *left, const void *right)
{
    const struct assign_case *a = *(struct assign_case *const *)left;
    const struct assign_case *b = *(struct assign_case *const *)right;
    uint64_t a_risk = case_risk(a);
    uint64_t b_risk = case_risk(b);
    if (a_risk != b_risk) {
        return a_risk > b_risk ? -1 : 1;
    }
    return a->case_no < b->case_no ? -1 : a->case_no > b->case_no ? 1 : 0;
}

void assign_rule_apply(struct arena *arena, struct assign_person *people, size_t person_count,
                       struct assign_case *cases, size_t case_count)
{
    struct rule rule = {
        .people = people,
        .person_count = person_count,
        .risk = ARENA_ARRAY(arena, person_count + 1, uint64_t),
        .owner_of_debtor = ref_set_make(arena),
    };
    struct assign_case **open = ARENA_ARRAY(arena, case_count + 1, struct assign_case *);
    size_t open_count = 0;
    for (size_t i = 0; i < person_count; i++) {
        people[i].case_count = 0;
        people[i].given_count = 0;
        people[i].owed_minor = 0;
    }
    for (size_t i = 0; i < case_count; i++) {
        struct assign_case *one = &cases[i];
        one->new_owner_no = 0;
        one->candidate_count = 0;
        one->count_before = 0;
        if (!one->is_open || one->is_mandate_over) {
            one->why = one->is_open ? ASSIGN_WHY_mandate_over : ASSIGN_WHY_not_open;
            continue;
        }
        struct assign_person *owner = one->owner_no != 0 ? person_find(&rule, one->owner_no) : NULL;
        if (owner != NULL && owner->can_work) {
            case_give(&rule, one, owner, ASSIGN_WHY_stays);
        } else {
            open[open_count++] = one;
        }
    }
    qsort(open, open_count, sizeof(struct assign_case *), by_falling_risk);
    for (size_t i = 0; i < open_count; i++) {
        int64_t owner_no;
        struct assign_person *owner = NULL;
        if (open[i]->debtor_id.size > 0 &&
            ref_set_find(rule.owner_of_debtor, open[i]->debtor_id, STR(""), &owner_no)) {
            owner = person_find(&rule, (uint32_t)owner_no);
        }
        if (owner != NULL && person_has_room(owner)) {
            case_give(&rule, open[i], owner, ASSIGN_WHY_same_debtor);
        } else {
            case_deal(&rule, open[i]);
        }
    }
}
