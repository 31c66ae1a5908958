#include "core/domain/nmea.h"

#include "core/domain/date.h"

#include <string.h>

enum {
    FIELDS_MAX = 24,
    /* House: an open sky gives some 5 m at a dilution of 1, and twice that 95 times of 100. */
    METRES_A_DILUTION = 10,
    DILUTION_ONE = 100, /* numbers are read with two decimals */
    ACCURACY_MAX_M = 100000,
    /* A receiver that has lost count of the weeks tells a time long past. */
    FIRST_YEAR = 2025,
    ERROR_HOLDS_MS = 2000,
};

struct fields {
    struct str at[FIELDS_MAX];
    size_t count;
};

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "$…*hh": whether hh is the exclusive or of what is between. */
static bool is_checked(const char *line, size_t length)
{
    if (length < 10 || line[0] != '$' || line[length - 3] != '*') {
        return false;
    }
    unsigned sum = 0;
    for (size_t i = 1; i < length - 3; i++) {
        sum ^= (unsigned char)line[i];
    }
    return hex_digit(line[length - 2]) == (int)(sum >> 4) &&
           hex_digit(line[length - 1]) == (int)(sum & 15);
}

static void split(const char *line, size_t length, struct fields *fields)
{
    size_t from = 1;
    fields->count = 0;
    for (size_t i = 1; i <= length - 3 && fields->count < FIELDS_MAX; i++) {
        if (i == length - 3 || line[i] == ',') {
            fields->at[fields->count++] = (struct str){line + from, i - from};
            from = i + 1;
        }
    }
}

static struct str field(const struct fields *fields, size_t at)
{
    return at < fields->count ? fields->at[at] : (struct str){"", 0};
}

static char letter(const struct fields *fields, size_t at)
{
    struct str text = field(fields, at);
    return text.size == 1 ? text.bytes[0] : '\0';
}

/* A number without a sign, times ten to the `decimals`; more digits behind the point are cut.
 * False for anything else, nothing too. */
static bool number(struct str text, int decimals, int64_t *number_out)
{
    enum { DIGITS_MAX = 12 };
    int64_t value = 0;
    int digits = 0;
    int behind = -1;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '.' && behind < 0) {
            behind = 0;
            continue;
        }
        if (c < '0' || c > '9') {
            return false;
        }
        if (behind >= decimals) {
            continue;
        }
        if (++digits > DIGITS_MAX) {
            return false;
        }
        value = value * 10 + (c - '0');
        behind += behind >= 0 ? 1 : 0;
    }
    for (int i = behind > 0 ? behind : 0; i < decimals; i++) {
        value *= 10;
    }
    *number_out = value;
    return digits > 0;
}

/* "ddmm.mmmm" and a letter: degrees × 10^7. */
static bool angle(struct str text, char side, char plus, char minus, int64_t most_degrees,
                  int32_t *angle_out)
{
    enum { E7 = 10000000 };
    int64_t value = 0;
    if ((side != plus && side != minus) || !number(text, 7, &value)) {
        return false;
    }
    int64_t degrees = value / (INT64_C(100) * E7);
    int64_t minutes_e7 = value % (INT64_C(100) * E7);
    if (minutes_e7 >= INT64_C(60) * E7 || degrees > most_degrees ||
        (degrees == most_degrees && minutes_e7 != 0)) {
        return false;
    }
    int64_t e7 = degrees * E7 + (minutes_e7 + 30) / 60;
    *angle_out = (int32_t)(side == plus ? e7 : -e7);
    return true;
}

static bool place_of(const struct fields *fields, size_t at, struct geo_point *place_out)
{
    return angle(field(fields, at), letter(fields, at + 1), 'N', 'S', 90, &place_out->lat_e7) &&
           angle(field(fields, at + 2), letter(fields, at + 3), 'E', 'W', 180, &place_out->lon_e7);
}

/* "hhmmss.sss": milliseconds of the day. */
static bool time_of_day(struct str text, int64_t *day_ms_out)
{
    int64_t value = 0;
    if (text.size < 6 || !number(text, 3, &value)) {
        return false;
    }
    int64_t hours = value / 10000000;
    int64_t minutes = value / 100000 % 100;
    int64_t milliseconds = value % 100000;
    *day_ms_out = (hours * 60 + minutes) * 60000 + milliseconds;
    return hours < 24 && minutes < 60 && milliseconds < 60000;
}

/* "ddmmyy". */
static bool date_of(struct str text, int32_t *day_out)
{
    int64_t value = 0;
    if (text.size != 6 || !number(text, 0, &value)) {
        return false;
    }
    int32_t day = (int32_t)(value / 10000);
    int32_t month = (int32_t)(value / 100 % 100);
    int32_t year = (int32_t)(2000 + value % 100);
    if (month < 1 || month > 12 || day < 1 || day > date_days_in_month(year, month)) {
        return false;
    }
    *day_out = date_from_civil(year, month, day);
    return year >= FIRST_YEAR;
}

static uint32_t accuracy(const struct nmea *nmea)
{
    enum { UNKNOWN_M = 100 };
    uint32_t metres = nmea->error_m != 0      ? nmea->error_m
                      : nmea->dilution_m != 0 ? nmea->dilution_m
                                              : UNKNOWN_M;
    return metres < ACCURACY_MAX_M ? metres : ACCURACY_MAX_M;
}

static void set_place(struct nmea *nmea, struct geo_point place, int64_t at_ms)
{
    nmea->fix = (struct nmea_fix){
        .is_valid = true, .place = place, .accuracy_m = accuracy(nmea), .at_ms = at_ms};
    nmea->fix_count++;
}

/* $--RMC,time,status,lat,N,lon,E,speed,course,date,variation,E,mode */
static void take_rmc(struct nmea *nmea, const struct fields *fields)
{
    struct geo_point place;
    int64_t day_ms = 0;
    int32_t day = 0;
    char mode = letter(fields, 12);
    bool is_seen = mode == '\0' || strchr("ADFRP", mode) != NULL;
    if (letter(fields, 2) != 'A' || !is_seen || !place_of(fields, 3, &place)) {
        nmea->fix.is_valid = false;
        return;
    }
    bool has_time = time_of_day(field(fields, 1), &day_ms) && date_of(field(fields, 9), &day);
    int64_t apart_ms = has_time ? day_ms - nmea->error_day_ms : 0;
    if (apart_ms > ERROR_HOLDS_MS || apart_ms < 0) {
        nmea->error_m = 0; /* told of another moment: receivers tell it after the place */
    }
    set_place(nmea, place, has_time ? (int64_t)day * DATE_DAY_MS + day_ms : 0);
}

/* $--GGA,time,lat,N,lon,E,quality,satellites,dilution,… */
static void take_gga(struct nmea *nmea, const struct fields *fields)
{
    int64_t quality = 0;
    int64_t dilution = 0;
    if (!number(field(fields, 6), 0, &quality) || quality < 1 || quality > 5) {
        nmea->fix.is_valid = false;
        return;
    }
    nmea->dilution_m = 0;
    if (number(field(fields, 8), 2, &dilution) && dilution > 0) {
        int64_t metres = (dilution * METRES_A_DILUTION + DILUTION_ONE - 1) / DILUTION_ONE;
        nmea->dilution_m = (uint32_t)(metres < ACCURACY_MAX_M ? metres : ACCURACY_MAX_M);
    }
}

static int64_t root(int64_t square)
{
    int64_t low = 0;
    int64_t high = INT64_C(1) << 31;
    while (low < high) {
        int64_t middle = (low + high + 1) / 2;
        if (middle * middle <= square) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/* $--GST,time,rms,major,minor,orientation,lat error,lon error,altitude error: one sigma, metres. */
static void take_gst(struct nmea *nmea, const struct fields *fields)
{
    int64_t north = 0;
    int64_t east = 0;
    int64_t day_ms = 0;
    const int64_t most = INT64_C(100) * ACCURACY_MAX_M;
    if (!time_of_day(field(fields, 1), &day_ms) || !number(field(fields, 6), 2, &north) ||
        !number(field(fields, 7), 2, &east) || north > most || east > most) {
        return;
    }
    int64_t metres = (2 * root(north * north + east * east) + 99) / 100;
    nmea->error_day_ms = day_ms;
    nmea->error_m = (uint32_t)(metres > 0 ? metres : 1);
}

static void take_line(struct nmea *nmea)
{
    struct fields fields;
    if (!is_checked(nmea->line, nmea->length)) {
        return;
    }
    split(nmea->line, nmea->length, &fields);
    struct str name = field(&fields, 0);
    if (name.size != 5) {
        return;
    }
    if (memcmp(name.bytes + 2, "RMC", 3) == 0) {
        take_rmc(nmea, &fields);
    } else if (memcmp(name.bytes + 2, "GGA", 3) == 0) {
        take_gga(nmea, &fields);
    } else if (memcmp(name.bytes + 2, "GST", 3) == 0) {
        take_gst(nmea, &fields);
    }
}

void nmea_take(struct nmea *nmea, const void *bytes, size_t size)
{
    const char *at = bytes;
    for (size_t i = 0; i < size; i++) {
        char c = at[i];
        if (c == '\n' || c == '\r') {
            if (!nmea->is_skipping) {
                take_line(nmea);
            }
            nmea->length = 0;
            nmea->is_skipping = false;
        } else if (c == '$') { /* a line begins, whatever was before */
            nmea->line[0] = c;
            nmea->length = 1;
            nmea->is_skipping = false;
        } else if (nmea->length == 0 || nmea->length == NMEA_LINE_MAX) {
            nmea->is_skipping = true;
        } else {
            nmea->line[nmea->length++] = c;
        }
    }
}
