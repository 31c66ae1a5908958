/* core/rules/law_zone.c -- the clock of the debtor's place, by the zones of an image. */
#include "core/domain/date.h"
#include "core/rules/law_image.h"

static uint32_t get32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static int64_t get64(const uint8_t *bytes)
{
    return (int64_t)((uint64_t)get32(bytes) | (uint64_t)get32(bytes + 4) << 32);
}

enum err law_zone_find(const struct law_image *image, struct str name, uint16_t *zone_out)
{
    for (size_t i = 0; i < image->zone_count; i++) {
        if (str_is(name, law_zone_name(image, (uint16_t)i))) {
            *zone_out = (uint16_t)i;
            return OK;
        }
    }
    return ERR_not_found;
}

const char *law_zone_name(const struct law_image *image, uint16_t zone)
{
    CHECK(zone < image->zone_count);
    return (const char *)image->zones + (size_t)zone * LAW_ZONE_ROW_SIZE;
}

int32_t law_zone_offset(const struct law_image *image, uint16_t zone, int64_t at_ms)
{
    CHECK(zone < image->zone_count);
    const uint8_t *row = image->zones + (size_t)zone * LAW_ZONE_ROW_SIZE;
    const uint8_t *changes = image->transitions + (size_t)get32(row + 32) * LAW_TRANSITION_SIZE;
    size_t low = 0;
    size_t high = get32(row + 36); /* the first change after at_ms lies in [low, high] */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (get64(changes + middle * LAW_TRANSITION_SIZE) <= at_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (int32_t)get32(low == 0 ? row + 40 : changes + (low - 1) * LAW_TRANSITION_SIZE + 8);
}

/* Of the two offsets around a change, each gives one candidate; a right one maps back. */
static bool find_instant(const struct law_image *image, uint16_t zone, int64_t local_ms,
                         int64_t *at_ms_out)
{
    int32_t before = law_zone_offset(image, zone, local_ms - DATE_DAY_MS);
    int32_t after = law_zone_offset(image, zone, local_ms + DATE_DAY_MS);
    int32_t wide = before > after ? before : after;
    int32_t narrow = before > after ? after : before;
    const int32_t offsets[] = {wide, narrow}; /* the wider offset is the earlier instant */
    for (size_t i = 0; i < COUNT(offsets); i++) {
        int64_t at_ms = local_ms - (int64_t)offsets[i] * 1000;
        if (law_zone_offset(image, zone, at_ms) == offsets[i]) {
            *at_ms_out = at_ms;
            return true;
        }
    }
    /* A gap: the last instant before the jump has the narrower offset. */
    int64_t low = local_ms - (int64_t)wide * 1000;
    int64_t high = local_ms - (int64_t)narrow * 1000;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (law_zone_offset(image, zone, middle) == wide) {
            high = middle;
        } else {
            low = middle;
        }
    }
    *at_ms_out = high;
    return false;
}

int64_t law_zone_instant(const struct law_image *image, uint16_t zone, int32_t day, int32_t second)
{
    int64_t at_ms;
    (void)find_instant(image, zone, day * DATE_DAY_MS + (int64_t)second * 1000, &at_ms);
    return at_ms;
}

bool law_zone_has(const struct law_image *image, uint16_t zone, int32_t day, int32_t second)
{
    int64_t at_ms;
    return find_instant(image, zone, day * DATE_DAY_MS + (int64_t)second * 1000, &at_ms);
}
