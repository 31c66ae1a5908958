/* Goal: whatever bytes arrive, the readers of packs, situations and images end with an answer,
 * and what they take can be judged by. Seeded; DOORSTEP_LAW_FUZZ says how often. */
#include "tests/fuzz/change.h"
#include "tests/sync/server/policy/law_made.h"

#include <sodium.h>
#include <stdlib.h>

static int64_t times(int64_t usual)
{
    const char *text = getenv("DOORSTEP_LAW_FUZZ");
    int64_t count;
    return text != NULL && str_to_i64(str_from(text), &count) == OK && count > 0 ? count : usual;
}

static void judge_all(const struct law_image *image)
{
    struct law_situation situation = law_situation_ordinary();
    situation.at_ms = INT64_C(1795006800000);
    situation.zone = image->zone;
    situation.flags = 0x1ffff;
    situation.note = STR("jail");
    for (unsigned stages = 1; stages < 64; stages <<= 1) {
        for (unsigned channel = 1; channel < 256; channel <<= 1) {
            struct law_verdict verdict;
            situation.stages = (uint8_t)stages;
            situation.channel = (uint8_t)channel;
            law_judge(image, &situation, &verdict);
            EXPECT(verdict.fired_count <= LAW_FIRED_MAX);
        }
    }
}

TEST(test_a_changed_image_is_refused_or_can_be_judged_by)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image image;
    struct str good = made_image(&arena, "strict", &image);
    uint8_t *bytes = arena_alloc(&arena, good.size + 64);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 41);
    size_t taken = 0;
    for (int64_t n = times(1500); n > 0; n--) {
        memcpy(bytes, good.bytes, good.size);
        size_t size = change_bytes(&rng, bytes, good.size, good.size + 64,
                                   (const uint8_t *)good.bytes, good.size);
        if (size > LAW_HEAD_SIZE + LAW_TAIL_SIZE && n % 8 != 0) {
            /* Right sums, so that the fields themselves are read. */
            memcpy(bytes, good.bytes, 8);
            for (size_t i = 0; i < 4; i++) {
                bytes[8 + i] = (uint8_t)(size >> (8 * i));
            }
            crypto_hash_sha256(bytes + size - LAW_TAIL_SIZE, bytes, size - LAW_TAIL_SIZE);
        }
        /* An allocation of its own, so that a read past the end is seen. */
        uint8_t *exact = malloc(size + 1);
        memcpy(exact, bytes, size);
        if (law_image_open(exact, size, &image) == OK) {
            judge_all(&image);
            taken++;
        }
        free(exact);
    }
    EXPECT(taken > 0);
    arena_deinit(&arena);
}

static struct str changed_text;

/* A changed name of a zone is no file. */
static enum err open_zone(void *given, struct arena *arena, const char *zone, struct str *bytes_out)
{
    FILE *file = fopen(str_format(arena, "/usr/share/zoneinfo/%s", zone), "rb");
    if (file == NULL) {
        return ERR_not_found;
    }
    fclose(file);
    return made_zone(given, arena, zone, bytes_out);
}

static enum err open_changed(void *given, struct arena *arena, const char *id, struct str *text_out,
                             const char **file_out)
{
    const char *wanted = given;
    enum err err = made_layer(given, arena, id, text_out, file_out);
    if (strcmp(id, wanted) == 0) {
        *text_out = changed_text;
    }
    return err;
}

TEST(test_a_changed_pack_is_refused_or_compiles)
{
    static const char *const ids[] = {"cn", "base", "us-ma", "strict"};
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 43);
    size_t taken = 0;
    size_t refused = 0;
    for (int64_t n = times(300); n > 0; n--) {
        struct arena arena;
        arena_init(&arena, 0);
        const char *id = ids[n % (int64_t)COUNT(ids)];
        struct str text;
        const char *file;
        EXPECT_OK(law_built_in(id, &text, &file));
        uint8_t *bytes = arena_alloc(&arena, text.size + 64);
        memcpy(bytes, text.bytes, text.size);
        size_t size = change_bytes(&rng, bytes, text.size, text.size + 64,
                                   (const uint8_t *)text.bytes, text.size);
        changed_text = (struct str){(const char *)bytes, size};
        struct law_pack *pack;
        struct law_fault fault = {.key = NULL};
        char given[16];
        snprintf(given, sizeof given, "%s", id);
        enum err err = law_pack_read(&arena, open_changed, given, id, &pack, &fault);
        if (err == OK) {
            struct chain_public_key public;
            struct chain_secret_key secret;
            struct str image_bytes;
            made_key(&public, &secret);
            err = law_build(&arena, pack, open_zone, NULL, "test", &secret, &image_bytes, &fault);
            taken += err == OK;
        }
        if (err != OK) {
            if (err != ERR_malformed || fault.key == NULL) { /* never without a reason */
                fail_msg("%s: %s", id, err_name(err));
            }
            refused++;
        }
        arena_deinit(&arena);
    }
    EXPECT(taken > 0 && refused > 0);
}

TEST(test_a_changed_situation_is_refused_or_judged)
{
    struct arena all;
    arena_init(&all, 0);
    struct law_image image;
    made_image(&all, "us", &image);
    struct str good = made_file(&all, TESTS_FOLDER "/data/law/rules.txt");
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 47);
    size_t judged = 0;
    for (int64_t n = times(60); n > 0; n--) {
        struct arena arena;
        arena_init(&arena, 0);
        uint8_t *bytes = arena_alloc(&arena, good.size + 4096);
        memcpy(bytes, good.bytes, good.size);
        size_t size = good.size;
        size = change_bytes(&rng, bytes, size, good.size + 4096, (const uint8_t *)good.bytes,
                            good.size);
        struct str text = {(const char *)bytes, size};
        struct law_case law_case;
        struct law_fault fault;
        size_t line = 0;
        enum err err;
        while ((err = law_case_next(&arena, "case", &text, &line, &law_case, &fault)) !=
               ERR_not_found) {
            struct law_verdict verdict;
            bool is_expected;
            if (err != OK || law_case_settle("case", &law_case, &image, &fault) != OK) {
                continue;
            }
            law_judge(&image, &law_case.situation, &verdict);
            judged += law_case_is_expected("case", &law_case, &image, &verdict, &is_expected,
                                           &fault) == OK;
        }
        arena_deinit(&arena);
    }
    EXPECT(judged > 1000);
    arena_deinit(&all);
}
