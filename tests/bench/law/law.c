/* Time of one judgement with all rules, and of screening a day's cases.
 *
 * Run: bench_law [profile]. Every judgement differs in its facts; the planner's stage is what a
 * tablet screens 10,000 cases with, all stages and channels together are the dearest there is. */
#include "sync/server/policy/law_build.h"
#include "sync/server/policy/law_built_in.h"

#include "core/rules/law_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CASES = 10000, ROUNDS = 20 };

static enum err open_layer(void *given, struct arena *arena, const char *id, struct str *text_out,
                           const char **file_out)
{
    (void)given;
    (void)arena;
    return law_built_in(id, text_out, file_out);
}

static enum err open_zone(void *given, struct arena *arena, const char *zone, struct str *bytes_out)
{
    (void)given;
    FILE *file = fopen(str_format(arena, "/usr/share/zoneinfo/%s", zone), "rb");
    if (file == NULL) {
        return ERR_not_found;
    }
    char *bytes = arena_alloc(arena, 16384);
    *bytes_out = (struct str){bytes, fread(bytes, 1, 16384, file)};
    fclose(file);
    return OK;
}

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct law_situation *make_cases(const struct law_image *image)
{
    struct law_situation *cases = calloc(CASES, sizeof *cases);
    for (size_t i = 0; i < CASES; i++) {
        cases[i] = law_situation_ordinary();
        cases[i].zone = (uint16_t)(i % image->zone_count);
        cases[i].at_ms = INT64_C(1795006800000) + (int64_t)(i * 7919 % 86400) * 1000;
        cases[i].stages = LAW_STAGE_plan;
        cases[i].flags = i % 7 == 0 ? 1U << (i / 7 % 17) : 0;
        law_set(&cases[i], LAW_FACT_visits_day, (int64_t)(i % 5 == 0));
        law_set(&cases[i], LAW_FACT_conv_date, 20770 + (int64_t)(i % 9));
    }
    return cases;
}

static size_t judge_round(const struct law_image *image, const struct law_situation *cases)
{
    size_t blocked = 0;
    for (size_t i = 0; i < CASES; i++) {
        struct law_verdict verdict;
        law_judge(image, &cases[i], &verdict);
        blocked += verdict.severity == SEVERITY_block;
    }
    return blocked;
}

static double best_of(const struct law_image *image, const struct law_situation *cases,
                      size_t *blocked_out)
{
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double from = seconds();
        *blocked_out = judge_round(image, cases);
        double took = seconds() - from;
        best = took < best ? took : best;
    }
    return best;
}

int main(int argc, char **argv)
{
    const char *profile = argc > 1 ? argv[1] : "strict";
    struct arena arena;
    arena_init(&arena, 0);
    struct law_pack *pack;
    struct law_fault fault;
    struct chain_secret_key key = {{0}};
    struct str bytes;
    struct law_image image;
    if (law_pack_read(&arena, open_layer, NULL, profile, &pack, &fault) != OK ||
        law_build(&arena, pack, open_zone, NULL, "", &key, &bytes, &fault) != OK ||
        law_image_open(bytes.bytes, bytes.size, &image) != OK) {
        fprintf(stderr, "%s: no such profile, or no tzdata\n", profile);
        return 1;
    }
    struct law_situation *cases = make_cases(&image);
    size_t blocked;
    double screen = best_of(&image, cases, &blocked);
    printf("%s: %zu records, %zu bytes\n", profile, image.record_count, bytes.size);
    printf("10,000 cases screened at the planner  %8.2f ms (goal 100), %zu blocked\n", screen * 1e3,
           blocked);
    for (size_t i = 0; i < CASES; i++) {
        cases[i].stages = 0x3f;
        cases[i].channel = 0xff;
        cases[i].note = STR("客户表示月底还款");
    }
    double all = best_of(&image, cases, &blocked);
    printf("all rules, all stages and channels    %8.3f us (goal 5)\n", all / CASES * 1e6);
    free(cases);
    arena_deinit(&arena);
    return 0;
}
