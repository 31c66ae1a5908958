#include "sync/server/import/wish.h"

#include "sync/server/import/value.h"

static bool two_digits(struct str text, uint32_t high, uint32_t *number_out)
{
    if (text.size != 2 || text.bytes[0] < '0' || text.bytes[0] > '9' || text.bytes[1] < '0' ||
        text.bytes[1] > '9') {
        return false;
    }
    *number_out = (uint32_t)(text.bytes[0] - '0') * 10 + (uint32_t)(text.bytes[1] - '0');
    return *number_out <= high;
}

enum err wish_minute(struct str text, uint32_t *minute_out)
{
    struct str hour_text;
    struct str rest = value_trim(text);
    uint32_t hour = 0;
    uint32_t minute = 0;
    if (!str_split(&rest, ':', &hour_text) || !two_digits(hour_text, 23, &hour) ||
        !two_digits(rest, 59, &minute) || hour + minute == 0) {
        return ERR_bad_text;
    }
    *minute_out = hour * 60 + minute;
    return OK;
}

enum err wish_weekdays(struct str text, uint32_t *weekdays_out)
{
    struct str item;
    uint32_t bits = 0;
    while (str_split(&text, ';', &item)) {
        item = value_trim(item);
        if (item.size != 1 || item.bytes[0] < '1' || item.bytes[0] > '7') {
            return ERR_bad_text;
        }
        bits |= 1U << (item.bytes[0] - '1');
    }
    *weekdays_out = bits;
    return bits != 0 ? OK : ERR_bad_text;
}

enum err wish_places(struct str text, uint32_t *places_out)
{
    struct str item;
    uint32_t bits = 0;
    while (str_split(&text, ';', &item)) {
        uint32_t code = value_code(CATALOG_address_kind, value_trim(item));
        if (code == 0) {
            return ERR_bad_text;
        }
        bits |= 1U << code;
    }
    *places_out = bits;
    return bits != 0 ? OK : ERR_bad_text;
}
