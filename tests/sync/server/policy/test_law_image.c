/* Goal: an image that is damaged, expired, rolled back or not headquarters' is refused, and the
 * one in force stays. */
#include "tests/sync/server/policy/law_made.h"

#include "core/domain/date.h"

#include <stdlib.h>
#include <time.h>

enum { TODAY = 20776 }; /* 2026-11-19 */

TEST(test_the_same_pack_gives_the_same_bytes)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image image;
    struct str once = made_image(&arena, "us", &image);
    struct str again = made_image(&arena, "us", &image);
    EXPECT(str_equal(once, again));
    EXPECT(once.size <= LAW_IMAGE_SIZE_MAX);
    EXPECT_TEXT("us", image.profile);
    EXPECT_INT(20261101, image.version);
    arena_deinit(&arena);
}

TEST(test_a_changed_byte_anywhere_is_refused)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image held;
    struct law_image image;
    struct chain_public_key public;
    struct chain_secret_key secret;
    made_key(&public, &secret);
    struct str bytes = made_image(&arena, "cn", &held);
    EXPECT_OK(law_image_accept(bytes.bytes, bytes.size, &public, &held, TODAY, &image));
    uint8_t *copy = arena_copy(&arena, bytes.bytes, bytes.size);
    struct law_image before = image;
    for (size_t i = 0; i < bytes.size; i += i < 200 || i + 120 > bytes.size ? 1 : 37) {
        copy[i] ^= 0x10;
        enum err err = law_image_accept(copy, bytes.size, &public, &held, TODAY, &image);
        EXPECT(err == ERR_corrupt || err == ERR_bad_signature || err == ERR_unknown_version);
        EXPECT(memcmp(&before, &image, sizeof image) == 0); /* the last good one stays */
        copy[i] ^= 0x10;
    }
    for (size_t size = 0; size < bytes.size; size += 1 + size / 7) {
        enum err err = law_image_accept(copy, size, &public, &held, TODAY, &image);
        EXPECT(err == ERR_corrupt || err == ERR_unknown_version);
    }
    EXPECT(memcmp(&before, &image, sizeof image) == 0);
    arena_deinit(&arena);
}

TEST(test_another_key_an_old_or_an_expired_image_is_refused)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image held;
    struct law_image image;
    struct chain_public_key public;
    struct chain_secret_key secret;
    made_key(&public, &secret);
    struct str bytes = made_image(&arena, "cn", &held);
    struct chain_public_key other = public;
    other.bytes[3] ^= 1;
    EXPECT_ERR(ERR_bad_signature,
               law_image_accept(bytes.bytes, bytes.size, &other, NULL, TODAY, &image));
    int32_t last_day = date_from_civil(2027, 2, 20);
    EXPECT_OK(law_image_accept(bytes.bytes, bytes.size, &public, NULL, last_day, &image));
    EXPECT_ERR(ERR_expired,
               law_image_accept(bytes.bytes, bytes.size, &public, NULL, last_day + 1, &image));
    struct law_image newer = held;
    newer.version++;
    EXPECT_ERR(ERR_not_allowed,
               law_image_accept(bytes.bytes, bytes.size, &public, &newer, TODAY, &image));
    struct law_image us;
    made_image(&arena, "us", &us);
    EXPECT_ERR(ERR_not_allowed,
               law_image_accept(bytes.bytes, bytes.size, &public, &us, TODAY, &image));
    arena_deinit(&arena);
}

TEST(test_every_refusal_has_its_own_words)
{
    static const enum err errs[] = {ERR_unknown_version, ERR_corrupt, ERR_malformed,
                                    ERR_bad_signature,   ERR_expired, ERR_not_allowed};
    for (size_t i = 0; i < COUNT(errs); i++) {
        for (size_t j = 0; j < i; j++) {
            EXPECT(strcmp(law_image_fault_key(errs[i]), law_image_fault_key(errs[j])) != 0);
        }
    }
}

/* The system's own reading of the same zones, 2024 to 2040, at uneven steps. */
TEST(test_offsets_are_those_of_the_system)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image image;
    made_image(&arena, "cn", &image);
    EXPECT(image.zone_count >= 30);
    for (uint16_t zone = 0; zone < image.zone_count; zone++) {
        setenv("TZ", law_zone_name(&image, zone), 1);
        tzset();
        for (int64_t at_s = INT64_C(1704067200); at_s < INT64_C(2240524800); at_s += 180181) {
            time_t at = (time_t)at_s;
            struct tm local;
            localtime_r(&at, &local);
            EXPECT_ROW(law_zone_name(&image, zone),
                       law_zone_offset(&image, zone, at_s * 1000) == local.tm_gmtoff);
        }
    }
    unsetenv("TZ");
    tzset();
    arena_deinit(&arena);
}

TEST(test_a_local_time_that_the_clock_jumps_over_is_known)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct law_image image;
    made_image(&arena, "us", &image);
    uint16_t zone;
    EXPECT_OK(law_zone_find(&image, STR("America/New_York"), &zone));
    int32_t spring = date_from_civil(2027, 3, 14);
    int32_t autumn = date_from_civil(2026, 11, 1);
    EXPECT(law_zone_has(&image, zone, spring, 2 * 3600 - 1));
    EXPECT(!law_zone_has(&image, zone, spring, 2 * 3600));
    EXPECT(!law_zone_has(&image, zone, spring, 3 * 3600 - 1));
    EXPECT(law_zone_has(&image, zone, spring, 3 * 3600));
    /* The jump itself, 07:00 UTC. */
    EXPECT_INT(spring * DATE_DAY_MS + 7 * 3600000,
               law_zone_instant(&image, zone, spring, 2 * 3600 + 1800));
    /* 01:30 comes twice; the first is still summer time. */
    EXPECT_INT(autumn * DATE_DAY_MS + 5 * 3600000 + 1800000,
               law_zone_instant(&image, zone, autumn, 3600 + 1800));
    arena_deinit(&arena);
}
