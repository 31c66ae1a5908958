/* The lists of conflicts, reviews and choices. */
#include "sync/server/merge/conflict.h"

#include <string.h>

static const struct {
    uint32_t code;
    uint32_t verdict;
    enum conflict_review review;
    const char *name;
    const char *key;
    const char *did_key;
} conflicts[] = {
#define CONFLICT(code, name, verdict, review) \
    {code, verdict, CONFLICT_REVIEW_##review, #name, "conflict." #name, "conflict." #name ".did"},
#include "sync/server/merge/conflicts.def"
#undef CONFLICT
};

#define CHOICE_BIT(name) (UINT32_C(1) << CHOICE_##name)

static const uint32_t reviews[] = {
#define REVIEW(name, choices) [CONFLICT_REVIEW_##name] = (choices) | CHOICE_BIT(noted),
#include "sync/server/merge/reviews.def"
#undef REVIEW
};

static const struct {
    const char *name;
    const char *key;
} choices[CHOICE_COUNT] = {
    [CHOICE_none] = {"unknown", "review.unknown"},
#define ITEM(code, name) [CHOICE_##name] = {#name, "review." #name},
#include "core/domain/review_choices.def"
#undef ITEM
};

/* Index of a code; COUNT(conflicts) when it is unknown. */
static size_t index_of(uint32_t kind)
{
    size_t i = 0;
    while (i < COUNT(conflicts) && conflicts[i].code != kind) {
        i++;
    }
    return i;
}

const char *conflict_name(uint32_t kind)
{
    size_t i = index_of(kind);
    return i < COUNT(conflicts) ? conflicts[i].name : NULL;
}

enum conflict_kind conflict_from_name(struct str name)
{
    for (size_t i = 0; i < COUNT(conflicts); i++) {
        if (str_is(name, conflicts[i].name)) {
            return (enum conflict_kind)conflicts[i].code;
        }
    }
    return CONFLICT_none;
}

const char *conflict_key(uint32_t kind)
{
    size_t i = index_of(kind);
    return i < COUNT(conflicts) ? conflicts[i].key : "conflict.unknown";
}

const char *conflict_did_key(uint32_t kind)
{
    size_t i = index_of(kind);
    return i < COUNT(conflicts) ? conflicts[i].did_key : "conflict.unknown.did";
}

uint32_t conflict_verdict(uint32_t kind)
{
    size_t i = index_of(kind);
    return i < COUNT(conflicts) ? conflicts[i].verdict : 0;
}

enum conflict_review conflict_review(uint32_t kind)
{
    size_t i = index_of(kind);
    return i < COUNT(conflicts) ? conflicts[i].review : CONFLICT_REVIEW_stands;
}

bool conflict_has_choice(uint32_t kind, enum conflict_choice choice)
{
    CHECK(choice < CHOICE_COUNT);
    return (reviews[conflict_review(kind)] >> choice & 1) != 0;
}

const char *conflict_choice_name(enum conflict_choice choice)
{
    CHECK(choice < CHOICE_COUNT);
    return choices[choice].name;
}

const char *conflict_choice_key(enum conflict_choice choice)
{
    CHECK(choice < CHOICE_COUNT);
    return choices[choice].key;
}

struct conflict conflict_make(enum conflict_kind kind, const struct fact *fact)
{
    return (struct conflict){
        .kind = kind,
        .case_no = fact->event.case_no,
        .id = fact->id,
        .device_no = fact->device_no,
        .person_no = fact->event.person_no,
        .at_ms = (int64_t)fact->event.at_ms,
    };
}
