/* Goal: no number of the law is without a row on each side of it: the last second, day or count
 * that is lawful, and the first that is not. Printed as a table: rule, rows, edges. */
#include "tests/sync/server/policy/law_made.h"

#include "core/domain/date.h"

enum { EDGES_MAX = 256, IMAGES_MAX = 24, EDGES_OF_RECORD = 2 };

/* One side of a number: of a kind of rule, about a fact. Profiles differ in the number, not in the
 * edge. */
struct edge {
    uint16_t rule;
    uint8_t kind, end; /* end: 0 the upper, 1 the lower */
    uint16_t fact;
    bool has_in, has_out;
};

struct table {
    struct edge edges[EDGES_MAX];
    size_t edge_count;
    size_t rows[1 << 16]; /* by rule */
};

/* The time at the debtor's place. */
struct local {
    int32_t day, second;
};

static int64_t value(const struct law_situation *situation, uint16_t fact)
{
    return fact == LAW_FACT_none ? LAW_UNKNOWN : law_get(situation, (enum law_fact)fact);
}

static const char *fact_name(uint16_t fact)
{
    return fact == LAW_FACT_none ? "the time of day" : law_fact_row((enum law_fact)fact)->name;
}

/* How far past the number a situation is: 0 the last lawful value, 1 the first unlawful one. False
 * when the record has no such end, or the fact is not known. */
static bool past(const struct law_record *record, const struct law_situation *situation,
                 const struct local *local, uint8_t end, int64_t *past_out)
{
    int32_t second = local->second;
    int64_t a = value(situation, record->fact_a);
    int64_t b = value(situation, record->fact_b);
    const int64_t wide = INT64_C(1) << 50; /* no bound at that end */
    bool needs_a = record->kind != LAW_KIND_TW && record->kind != LAW_KIND_GEO;
    bool needs_b = record->kind == LAW_KIND_GEO || record->kind == LAW_KIND_APPR ||
                   record->kind == LAW_KIND_CMP || record->kind == LAW_KIND_RETAIN ||
                   record->kind == LAW_KIND_SEQ;
    if ((needs_a && a == LAW_UNKNOWN) || (needs_b && b == LAW_UNKNOWN)) {
        return false;
    }
    bool is_lower = end == 1;
    switch ((enum law_kind)record->kind) {
    case LAW_KIND_TW:
        *past_out = is_lower ? record->p0 - second : second - record->p1 + 1;
        return record->if_mask == 0 && (!is_lower || record->p0 > 0);
    case LAW_KIND_RATE:
        *past_out = a + 1 - record->p0;
        return !is_lower;
    case LAW_KIND_FRESH:
        *past_out = a - record->p0;
        return !is_lower;
    case LAW_KIND_RANGE:
        *past_out = is_lower ? record->p0 - a : a - record->p1;
        return is_lower ? record->p0 > 0 : record->p1 < wide;
    case LAW_KIND_GEO:
        *past_out = b - record->p1;
        return !is_lower && record->p0 == 0;
    case LAW_KIND_APPR:
        *past_out = a - b;
        return !is_lower;
    case LAW_KIND_CMP:
        *past_out = record->p0 % 2 == 0 ? a - b : b - a;
        return !is_lower;
    case LAW_KIND_COOL: /* days: the first free one is 0, the last barred one 1 */
        *past_out = date_add_months((int32_t)a, (int32_t)record->p1) + record->p0 - local->day;
        return !is_lower;
    case LAW_KIND_RETAIN:
        *past_out = record->p0 > 0 ? date_add_months((int32_t)b, (int32_t)record->p0) - local->day
                                   : local->day - b - record->p1;
        return !is_lower && ((uint64_t)a & record->if_mask) != 0 &&
               value(situation, LAW_FACT_legal_hold) == 0;
    case LAW_KIND_SEQ:
        *past_out =
            (law_fact_row((enum law_fact)record->fact_b)->unit == LAW_UNIT_day ? local->day - b
                                                                               : b) -
            record->p0;
        return !is_lower && (a != 0) == (record->p1 != 0);
    case LAW_KIND_DAY:
    case LAW_KIND_FLAG:
    case LAW_KIND_REQ:
    case LAW_KIND_MATRIX:
    case LAW_KIND_TAG:
    case LAW_KIND_TEXT:
    case LAW_KIND_FIELD:
        return false;
    }
    return false;
}

static struct edge *edge_at(struct table *table, const struct law_record *record, uint8_t end)
{
    uint16_t fact = record->kind == LAW_KIND_GEO ? record->fact_b : record->fact_a;
    for (size_t i = 0; i < table->edge_count; i++) {
        struct edge *edge = &table->edges[i];
        if (edge->rule == record->rule && edge->kind == record->kind && edge->end == end &&
            edge->fact == fact) {
            return edge;
        }
    }
    CHECK(table->edge_count < EDGES_MAX);
    struct edge *edge = &table->edges[table->edge_count++];
    *edge = (struct edge){.rule = record->rule, .kind = record->kind, .end = end, .fact = fact};
    return edge;
}

static void add_row(struct table *table, const struct law_image *image,
                    const struct law_case *law_case)
{
    const struct law_situation *situation = &law_case->situation;
    int64_t local_ms = situation->at_ms +
                       (int64_t)law_zone_offset(image, situation->zone, situation->at_ms) * 1000;
    const struct local local = {
        .day = date_day_at(local_ms, 0),
        .second = (int32_t)((local_ms - (int64_t)date_day_at(local_ms, 0) * DATE_DAY_MS) / 1000)};
    for (size_t i = 0; i < image->record_count; i++) {
        struct law_record record = law_image_record(image, i);
        char rule[LAW_RULE_TEXT_SIZE];
        law_rule_to_text(rule, record.rule);
        bool is_own =
            strncmp(law_case->id, rule, strlen(rule)) == 0 && law_case->id[strlen(rule)] == '-';
        for (uint8_t end = 0; end < EDGES_OF_RECORD; end++) {
            int64_t distance = 0;
            if (!past(&record, situation, &local, end, &distance)) {
                continue;
            }
            struct edge *edge = edge_at(table, &record, end);
            edge->has_in = edge->has_in || (is_own && distance == 0);
            edge->has_out = edge->has_out || (is_own && distance == 1);
        }
        table->rows[record.rule] +=
            is_own && (i == 0 || law_image_record(image, i - 1).rule != record.rule);
    }
}

static void read_rows(struct arena *arena, struct table *table, const char *name)
{
    struct str text = made_file(arena, str_format(arena, "%s/data/law/%s", TESTS_FOLDER, name));
    struct law_image images[IMAGES_MAX];
    const char *profiles[IMAGES_MAX];
    size_t image_count = 0;
    struct law_case *law_case = ARENA_NEW(arena, struct law_case);
    struct law_fault fault;
    size_t line = 0;
    while (law_case_next(arena, name, &text, &line, law_case, &fault) == OK) {
        size_t at = 0;
        while (at < image_count && strcmp(profiles[at], law_case->profile) != 0) {
            at++;
        }
        if (at == image_count) {
            CHECK(image_count < IMAGES_MAX);
            profiles[image_count] = law_case->profile;
            made_image(arena, law_case->profile, &images[image_count++]);
        }
        EXPECT_OK(law_case_settle(name, law_case, &images[at], &fault));
        add_row(table, &images[at], law_case);
    }
}

TEST(test_every_number_has_a_row_on_each_side)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct table *table = ARENA_NEW(&arena, struct table);
    read_rows(&arena, table, "rules.txt");
    size_t missing = 0;
    printf("rule  rows  edges\n");
    for (size_t r = 0; r < law_rule_count(); r++) {
        char rule[LAW_RULE_TEXT_SIZE];
        uint16_t id = law_rule_at(r);
        size_t edges = 0;
        size_t whole = 0;
        for (size_t i = 0; i < table->edge_count; i++) {
            const struct edge *edge = &table->edges[i];
            if (edge->rule != id) {
                continue;
            }
            edges++;
            whole += edge->has_in && edge->has_out;
            if (!edge->has_in || !edge->has_out) {
                print_error("%s %s, %s end of %s: no row with the %s\n", law_rule_to_text(rule, id),
                            law_word_name(LAW_LIST_kind, edge->kind),
                            edge->end == 0 ? "upper" : "lower", fact_name(edge->fact),
                            edge->has_in ? "first unlawful value" : "last lawful value");
                missing++;
            }
        }
        printf("%-4s  %4zu  %zu of %zu\n", law_rule_to_text(rule, id), table->rows[id], whole,
               edges);
    }
    EXPECT_INT(0, missing);
    arena_deinit(&arena);
}
