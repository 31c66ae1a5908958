/* What a satellite receiver says: as it is, in pieces, and as a sentence whose sum is right. */
#include "core/domain/nmea.h"
#include "tests/fuzz/target.h"

static void take_sentence(struct nmea *nmea, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum ^= bytes[i];
    }
    const char end[] = {'*', digits[sum >> 4], digits[sum & 15], '\r', '\n'};
    nmea_take(nmea, "$", 1);
    nmea_take(nmea, bytes, size);
    nmea_take(nmea, end, sizeof end);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct nmea whole = {0};
    struct nmea pieces = {0};
    nmea_take(&whole, bytes, size);
    for (size_t i = 0; i < size; i++) {
        nmea_take(&pieces, bytes + i, 1);
    }
    CHECK(whole.fix_count == pieces.fix_count && whole.length == pieces.length);
    take_sentence(&whole, bytes, size);
    CHECK(!whole.fix.is_valid || (whole.fix.accuracy_m > 0 && whole.fix.at_ms >= 0));
    CHECK(whole.fix.place.lat_e7 >= -900000000 && whole.fix.place.lat_e7 <= 900000000);
    return 0;
}
