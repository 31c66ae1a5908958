#include "core/domain/geo.h"

#include <math.h>
#include <string.h>

/* Distances and datum shifts are display and planning figures, not money: floating point is
 * allowed here and nowhere else in the pure rooms. */
static const double radian = 3.14159265358979323846 / 180.0;

uint32_t geo_distance_m(struct geo_point a, struct geo_point b)
{
    double lat_a = a.lat_e7 * 1e-7 * radian;
    double lat_b = b.lat_e7 * 1e-7 * radian;
    double half_lat = sin((lat_b - lat_a) / 2);
    double half_lon = sin(((double)b.lon_e7 - a.lon_e7) * 1e-7 * radian / 2);
    double h = half_lat * half_lat + cos(lat_a) * cos(lat_b) * half_lon * half_lon;
    return (uint32_t)(2 * 6371008.8 * asin(sqrt(h < 1 ? h : 1)) + 0.5);
}

bool geo_is_located(struct geo_point point)
{
    return point.lat_e7 != 0 || point.lon_e7 != 0;
}

struct degrees {
    double lat;
    double lon;
};

static bool is_in_china_box(struct degrees at)
{
    return at.lon >= 72.004 && at.lon <= 137.8347 && at.lat >= 0.8293 && at.lat <= 55.8271;
}

/* The published obfuscation of GCJ-02: an offset field over the Krasovsky 1940 ellipsoid. */
static struct degrees gcj02_from_wgs84(struct degrees at)
{
    static const double pi = 3.14159265358979323846;
    static const double axis_m = 6378245.0;
    static const double eccentricity2 = 0.00669342162296594323;
    double x = at.lon - 105.0;
    double y = at.lat - 35.0;
    double shared = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0;
    double lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x));
    lat += shared;
    lat += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0;
    lat += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0;
    double lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x));
    lon += shared;
    lon += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0;
    lon += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0;
    double sine = sin(at.lat * radian);
    double magic = 1 - eccentricity2 * sine * sine;
    double root = sqrt(magic);
    lat = lat * 180.0 / (axis_m * (1 - eccentricity2) / (magic * root) * pi);
    lon = lon * 180.0 / (axis_m / root * cos(at.lat * radian) * pi);
    return (struct degrees){at.lat + lat, at.lon + lon};
}

static struct degrees gcj02_from_bd09(struct degrees at)
{
    static const double turn = 3.14159265358979323846 * 3000.0 / 180.0;
    double x = at.lon - 0.0065;
    double y = at.lat - 0.006;
    double length = sqrt(x * x + y * y) - 0.00002 * sin(y * turn);
    double angle = atan2(y, x) - 0.000003 * cos(x * turn);
    return (struct degrees){length * sin(angle), length * cos(angle)};
}

static struct geo_point rounded(struct degrees at)
{
    return (struct geo_point){(int32_t)lround(at.lat * 1e7), (int32_t)lround(at.lon * 1e7)};
}

struct geo_point geo_to_wgs84(struct geo_point point, enum geo_datum datum)
{
    struct degrees given = {point.lat_e7 * 1e-7, point.lon_e7 * 1e-7};
    if (datum == GEO_DATUM_wgs84 || !is_in_china_box(given)) {
        return point;
    }
    if (datum == GEO_DATUM_bd09) {
        given = gcj02_from_bd09(given);
    }
    struct degrees guess = given;
    /* Each turn leaves at most a hundredth of the error: after one below a hundredth of what
     * is kept (1e-7 degrees) the next would not show. */
    for (int i = 0; i < 10; i++) {
        struct degrees there = gcj02_from_wgs84(guess);
        double lat = given.lat - there.lat;
        double lon = given.lon - there.lon;
        guess.lat += lat;
        guess.lon += lon;
        if (fabs(lat) + fabs(lon) < 1e-9) {
            break;
        }
    }
    return rounded(guess);
}

struct geo_point geo_from_wgs84(struct geo_point point, enum geo_datum datum)
{
    struct degrees given = {point.lat_e7 * 1e-7, point.lon_e7 * 1e-7};
    if (datum == GEO_DATUM_wgs84 || !is_in_china_box(given)) {
        return point;
    }
    if (datum == GEO_DATUM_gcj02) {
        return rounded(gcj02_from_wgs84(given));
    }
    struct geo_point guess = point;
    for (int i = 0; i < 4; i++) { /* each turn some hundred times nearer */
        struct geo_point back = geo_to_wgs84(guess, datum);
        guess.lat_e7 += point.lat_e7 - back.lat_e7;
        guess.lon_e7 += point.lon_e7 - back.lon_e7;
    }
    return guess;
}

enum err geo_degrees_from_text(const char *text, int32_t max_degrees, int32_t *e7_out)
{
    bool is_negative = text[0] == '-';
    size_t at = is_negative;
    int64_t value = 0;
    int decimals = -1;
    size_t digit_count = 0;
    for (; text[at] != '\0'; at++) {
        char c = text[at];
        if (c == '.' && decimals < 0 && digit_count > 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9' || digit_count > 24) {
            return ERR_bad_number;
        }
        digit_count++;
        if (decimals == 7) {
            continue; /* finer than 1 cm */
        }
        value = value * 10 + (c - '0');
        decimals += decimals >= 0;
        if (value > (int64_t)max_degrees * 10000000) {
            return ERR_out_of_range;
        }
    }
    if (digit_count == 0 || decimals == 0) {
        return ERR_bad_number;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 7; i++) {
        value *= 10;
    }
    if (value > (int64_t)max_degrees * 10000000) {
        return ERR_out_of_range;
    }
    *e7_out = (int32_t)(is_negative ? -value : value);
    return OK;
}
