/* Compiled rules, with the sum at the end made right, as whoever makes an image can; what opens is
 * read to its end and judged by. */
#include "core/rules/law_image.h"
#include "core/rules/law_judge.h"
#include "tests/fuzz/target.h"

#include <sodium.h>

enum { TAIL_SIZE = 32 + CHAIN_SIGNATURE_SIZE };

static void look(const struct law_image *image)
{
    for (size_t i = 0; i < image->record_count; i++) {
        struct law_record record = law_image_record(image, i);
        CHECK(law_image_source(image, &record) != NULL);
        (void)law_image_confidence(image, &record);
    }
    for (size_t i = 0; i < image->zone_count; i++) {
        int32_t offset = law_zone_offset(image, (uint16_t)i, 1763863200000);
        CHECK(law_zone_name(image, (uint16_t)i) != NULL);
        (void)law_zone_instant(image, (uint16_t)i, 20000, 7200 + (offset & 1));
        (void)law_zone_has(image, (uint16_t)i, 20000, 7200);
    }
    struct law_situation situation = law_situation_ordinary();
    struct law_verdict verdict;
    situation.at_ms = 1763863200000;
    situation.stages = UINT8_MAX;
    situation.channel = 1;
    situation.flags = UINT32_MAX;
    situation.note = STR("you will go to prison 抓你");
    (void)law_image_has_word(image, situation.note);
    law_judge(image, &situation, &verdict);
    CHECK(verdict.fired_count <= LAW_FIRED_MAX);
    struct law_image linked = *image; /* as a layer behind itself */
    linked.closer = image;
    law_judge(&linked, &situation, &verdict);
    for (size_t i = 0; i < verdict.fired_count; i++) {
        struct law_record record = law_image_record(&linked, verdict.fired[i].record);
        CHECK(record.rule == verdict.fired[i].rule && law_image_source(&linked, &record) != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct law_image image;
    struct chain_public_key key = {{0}};
    arena_init(&arena, 0);
    uint8_t *copy = arena_alloc(&arena, size + 1);
    memcpy(copy, bytes, size);
    (void)!law_image_open(copy, size, &image);
    if (size > TAIL_SIZE + 12) {
        for (size_t i = 0; i < 4; i++) {
            copy[8 + i] = (uint8_t)(size >> (8 * i));
        }
        crypto_hash_sha256(copy + size - TAIL_SIZE, copy, size - TAIL_SIZE);
        if (law_image_open(copy, size, &image) == OK) {
            look(&image);
        }
        (void)!law_image_accept(copy, size, &key, NULL, 20000, &image);
    }
    arena_deinit(&arena);
    return 0;
}
