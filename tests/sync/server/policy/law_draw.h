/* Facts at random for the properties; DOORSTEP_LAW_SETS says how many sets each is tried with (the
 * long run takes a million). */
#pragma once

#include "tests/sync/server/policy/law_made.h"

#include <stdlib.h>

static inline uint64_t law_set_count(uint64_t usual)
{
    const char *text = getenv("DOORSTEP_LAW_SETS");
    int64_t count;
    return text != NULL && str_to_i64(str_from(text), &count) == OK && count > 0 ? (uint64_t)count
                                                                                 : usual;
}

static inline uint64_t draw(struct test_rng *rng, uint64_t below)
{
    rng->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = rng->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

/* Values around the limits that the packs set. */
static inline int64_t draw_value(struct test_rng *rng, enum law_fact fact, int32_t today)
{
    static const int64_t seconds[] = {0,     30,     31,     60,     61,     120,
                                      121,   300,    301,    1800,   1801,   86400,
                                      86401, 259200, 259201, 604800, 604801, 7200};
    static const int64_t minor[] = {0,       1,       25000,   25001,   50000,   50001,  1199999,
                                    1200000, 1200001, 2000000, 2000001, 4999999, 5000000};
    switch (law_fact_row(fact)->unit) {
    case LAW_UNIT_yes_no:
        return (int64_t)draw(rng, 2);
    case LAW_UNIT_count:
        return (int64_t)draw(rng, 12);
    case LAW_UNIT_metres:
        return 198 + (int64_t)draw(rng, 5);
    case LAW_UNIT_days:
    case LAW_UNIT_months:
        return (int64_t)draw(rng, 2) * 28 + (int64_t)draw(rng, 36);
    case LAW_UNIT_seconds:
        return seconds[draw(rng, COUNT(seconds))];
    case LAW_UNIT_minor:
        return minor[draw(rng, COUNT(minor))];
    case LAW_UNIT_day:
        return today + 2 - (int64_t)draw(rng, draw(rng, 2) == 0 ? 100 : 2600);
    case LAW_UNIT_instant:
        return (today - 1 + (int64_t)draw(rng, 3)) * INT64_C(86400000);
    case LAW_UNIT_role:
        return 1 + (int64_t)draw(rng, 12);
    case LAW_UNIT_place:
        return (int64_t)draw(rng, 6);
    case LAW_UNIT_info:
        return (int64_t)draw(rng, 256);
    case LAW_UNIT_data:
    case LAW_UNIT_conduct:
        return (int64_t)draw(rng, 2) * (int64_t)draw(rng, 512);
    case LAW_UNIT_rule:
        return law_rule_at(draw(rng, law_rule_count()));
    }
    UNREACHABLE();
}

static inline struct law_situation draw_situation(struct test_rng *rng,
                                                  const struct law_image *image)
{
    struct law_situation situation = law_situation_ordinary();
    int32_t today = 17897 + (int32_t)draw(rng, 6500); /* 2019 to 2036 */
    situation.at_ms = today * INT64_C(86400000) + (int64_t)draw(rng, 86400) * 1000;
    situation.zone = (uint16_t)draw(rng, image->zone_count);
    situation.stages = (uint8_t)(draw(rng, 4) == 0 ? 1 + draw(rng, 63) : 1U << draw(rng, 6));
    situation.channel = (uint8_t)(draw(rng, 2) == 0 ? 1 : 1U << draw(rng, 8));
    situation.flags = draw(rng, 3) == 0 ? (uint32_t)(draw(rng, 1 << 17) & draw(rng, 1 << 17)) : 0;
    situation.known_flags = (uint32_t)draw(rng, 1 << 17);
    /* From one odd fact to many: a set in which everything is wrong shows little. */
    uint64_t odd = draw(rng, 4) == 0 ? draw(rng, 60) : draw(rng, 6);
    for (uint64_t i = 0; i < odd; i++) {
        enum law_fact fact = (enum law_fact)(1 + draw(rng, LAW_FACT_COUNT - 1));
        law_set(&situation, fact, draw(rng, 20) == 0 ? LAW_UNKNOWN : draw_value(rng, fact, today));
    }
    return situation;
}

static inline void law_tell(const char *what, const struct law_image *image,
                            const struct law_situation *situation, const struct law_verdict *milder,
                            const struct law_verdict *stricter)
{
    struct arena arena;
    arena_init(&arena, 0);
    print_error("%s %s: stages %u channel %u flags %x at %lld zone %s: %s, but %s\n", what,
                image->profile, situation->stages, situation->channel, situation->flags,
                (long long)situation->at_ms, law_zone_name(image, situation->zone),
                law_case_outcome(&arena, milder), law_case_outcome(&arena, stricter));
    for (int i = 1; i < LAW_FACT_COUNT; i++) {
        const struct law_fact_row *row = law_fact_row((enum law_fact)i);
        if (law_get(situation, row->fact) != row->baseline) {
            print_error("  %s=%lld\n", row->name, (long long)law_get(situation, row->fact));
        }
    }
    fail();
}
