#include "tests/lib/test.h"

#include "core/domain/geo.h"

#include <stdlib.h>

TEST(test_distance_agrees_with_known_pairs)
{
    /* Shanghai People's Square to Beijing Tiananmen: about 1,067 km. */
    uint32_t far = geo_distance_m((struct geo_point){312304000, 1214737000},
                                  (struct geo_point){399042000, 1164074000});
    EXPECT(far > 1060000 && far < 1075000);
    /* One thousandth of a degree of latitude is 111.2 m everywhere. */
    uint32_t near = geo_distance_m((struct geo_point){312304000, 1214737000},
                                   (struct geo_point){312314000, 1214737000});
    EXPECT(near >= 111 && near <= 112);
    EXPECT_INT(0, geo_distance_m((struct geo_point){1, 1}, (struct geo_point){1, 1}));
}

/* Goal: a GCJ-02 position comes back to where it was within 2 m. The offset field is some
 * 500 m in Shanghai, so the wrong datum would be seen at once. */
/* Goal: a place written in another datum comes back within 2 m, all over China; abroad nothing is
 * moved. */
TEST(test_places_go_to_chinese_datums_and_back)
{
    static const enum geo_datum datums[] = {GEO_DATUM_wgs84, GEO_DATUM_gcj02, GEO_DATUM_bd09};
    for (int32_t lat = 18; lat < 54; lat += 3) {
        for (int32_t lon = 74; lon < 135; lon += 5) {
            struct geo_point place = {lat * 10000000 + 1234567, lon * 10000000 + 7654321};
            for (size_t i = 0; i < COUNT(datums); i++) {
                struct geo_point there = geo_from_wgs84(place, datums[i]);
                EXPECT((datums[i] == GEO_DATUM_wgs84) == (geo_distance_m(place, there) < 20));
                EXPECT(geo_distance_m(place, geo_to_wgs84(there, datums[i])) <= 2);
            }
        }
    }
    struct geo_point abroad = {411490000, -86110000};
    struct geo_point same = geo_from_wgs84(abroad, GEO_DATUM_gcj02);
    EXPECT(same.lat_e7 == abroad.lat_e7 && same.lon_e7 == abroad.lon_e7);
}

TEST(test_chinese_datums_come_back_to_wgs84)
{
    struct geo_point gcj = {312284523, 1214782000};
    struct geo_point wgs = geo_to_wgs84(gcj, GEO_DATUM_gcj02);
    uint32_t shift_m = geo_distance_m(gcj, wgs);
    EXPECT(shift_m > 300 && shift_m < 700);
    /* BD-09 adds some 900 m more; both must land near each other. */
    struct geo_point bd = geo_to_wgs84((struct geo_point){312341000, 1214847000}, GEO_DATUM_bd09);
    EXPECT(geo_distance_m(bd, wgs) < 200);
    struct geo_point abroad = {515074000, -1278000};
    struct geo_point same = geo_to_wgs84(abroad, GEO_DATUM_gcj02);
    EXPECT(same.lat_e7 == abroad.lat_e7 && same.lon_e7 == abroad.lon_e7);
}

TEST(test_degrees_are_read_strictly)
{
    static const struct {
        const char *text;
        int32_t max;
        enum err err;
        int32_t e7;
    } rows[] = {
        {"31.2304", 90, OK, 312304000},
        {"-0.5", 90, OK, -5000000},
        {"90", 90, OK, 900000000},
        {"90.0000001", 90, ERR_out_of_range, 0},
        {"121.47371234567", 180, OK, 1214737123},
        {"", 90, ERR_bad_number, 0},
        {"31,23", 90, ERR_bad_number, 0},
        {"31.", 90, ERR_bad_number, 0},
        {"N31", 90, ERR_bad_number, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t e7 = 0;
        enum err err = geo_degrees_from_text(rows[i].text, rows[i].max, &e7);
        EXPECT_ROW(rows[i].text, err == rows[i].err && (err != OK || e7 == rows[i].e7));
    }
}
