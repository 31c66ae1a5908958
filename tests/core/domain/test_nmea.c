#include "core/domain/nmea.h"

#include "core/domain/date.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

/* The sentence with its checksum and end of line. */
static void say(struct nmea *nmea, const char *body)
{
    char line[256];
    unsigned sum = 0;
    for (const char *at = body; *at != '\0'; at++) {
        sum ^= (unsigned char)*at;
    }
    int size = snprintf(line, sizeof line, "$%s*%02X\r\n", body, sum);
    nmea_take(nmea, line, (size_t)size);
}

static const char RMC[] = "GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,231126,,,A";

TEST(test_a_place_is_read_with_its_time)
{
    struct nmea nmea = {0};
    say(&nmea, RMC);
    EXPECT(nmea.fix.is_valid);
    EXPECT_INT(1, nmea.fix_count);
    EXPECT_INT(312304000, nmea.fix.place.lat_e7); /* 31° 13.824' */
    EXPECT_INT(1214737000, nmea.fix.place.lon_e7);
    EXPECT(nmea.fix.at_ms == date_instant(date_from_civil(2026, 11, 23), 120, 0));
    EXPECT_INT(100, nmea.fix.accuracy_m); /* nothing said of it */
}

TEST(test_places_south_and_west_are_below_zero)
{
    struct nmea nmea = {0};
    say(&nmea, "GPRMC,235959.999,A,0000.0006,S,17959.9999,W,,,311226,,");
    EXPECT_INT(-100, nmea.fix.place.lat_e7);
    EXPECT_INT(-1799999983, nmea.fix.place.lon_e7);
    EXPECT(nmea.fix.at_ms == date_instant(date_from_civil(2026, 12, 31), 1439, 0) + INT64_C(59999));
}

TEST(test_the_error_is_the_receivers_own_where_it_tells_one)
{
    struct nmea nmea = {0};
    say(&nmea, "GNGGA,020000.00,3113.8240,N,12128.4220,E,1,09,1.25,4.0,M,,M,,");
    say(&nmea, RMC);
    EXPECT_INT(13, nmea.fix.accuracy_m); /* dilution 1.25 */
    say(&nmea, "GNGST,020000.00,5.0,,,,3.0,4.0,9.0");
    say(&nmea, "GNRMC,020001.00,A,3113.8240,N,12128.4220,E,0.1,,231126,,,A");
    EXPECT_INT(10, nmea.fix.accuracy_m); /* twice 5 m */
    say(&nmea, "GNRMC,020100.00,A,3113.8240,N,12128.4220,E,0.1,,231126,,,A");
    EXPECT_INT(13, nmea.fix.accuracy_m); /* the error was that of a minute ago */
}

TEST(test_what_satellites_do_not_say_is_no_fix)
{
    static const char *const sentences[] = {
        "GNRMC,020000.00,V,3113.8240,N,12128.4220,E,0.1,,231126,,,N",
        "GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,231126,,,E", /* reckoned */
        "GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,231126,,,S", /* simulated */
        "GNRMC,020000.00,A,,,,,0.1,,231126,,,A",
        "GNRMC,020000.00,A,3160.0000,N,12128.4220,E,0.1,,231126,,,A",
        "GNRMC,020000.00,A,9000.0001,N,12128.4220,E,0.1,,231126,,,A",
        "GNRMC,020000.00,A,3113.8240,E,12128.4220,N,0.1,,231126,,,A",
        "GNRMC,020000.00,A,-113.8240,N,12128.4220,E,0.1,,231126,,,A",
        "GNRMC,020000.00,A,3113.8240,N,99999999999999999,E,0.1,,231126,,,A",
        "GNGGA,020000.00,3113.8240,N,12128.4220,E,0,00,99.9,,M,,M,,",
        "GNGGA,020000.00,3113.8240,N,12128.4220,E,6,00,1.0,,M,,M,,",
        "GNRMC,",
    };
    for (size_t i = 0; i < COUNT(sentences); i++) {
        struct nmea nmea = {0};
        say(&nmea, RMC);
        say(&nmea, sentences[i]);
        EXPECT(!nmea.fix.is_valid);
        EXPECT_INT(1, nmea.fix_count);
    }
}

/* The place holds; its time is not told where the receiver has lost count of it. */
TEST(test_a_time_that_cannot_be_is_not_told)
{
    static const char *const sentences[] = {
        "GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,080407,,,A", /* weeks lost */
        "GNRMC,250000.00,A,3113.8240,N,12128.4220,E,0.1,,231126,,,A",
        "GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,320126,,,A",
        "GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,291327,,,A",
        "GNRMC,,A,3113.8240,N,12128.4220,E,0.1,,231126,,,A",
        "GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,,,,A",
    };
    for (size_t i = 0; i < COUNT(sentences); i++) {
        struct nmea nmea = {0};
        say(&nmea, sentences[i]);
        EXPECT(nmea.fix.is_valid);
        EXPECT(nmea.fix.at_ms == 0);
    }
}

TEST(test_a_line_that_is_damaged_or_none_is_passed_over)
{
    static const char *const bytes[] = {
        "$GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,231126,,,A*00\r\n",
        "$GNRMC,020000.00,A,3113.8240,N,12128.4220,E,0.1,,231126,,,A\r\n",
        "{\"class\":\"VERSION\",\"release\":\"3.22\"}\r\n",
        "$*00\r\n",
        "$\r\n",
        "\r\n\r\n",
        "$GNXXX*4F\n",
    };
    struct nmea nmea = {0};
    for (size_t i = 0; i < COUNT(bytes); i++) {
        nmea_take(&nmea, bytes[i], strlen(bytes[i]));
        EXPECT(!nmea.fix.is_valid);
    }
    char noise[400];
    memset(noise, 'A', sizeof noise);
    noise[0] = '$';
    nmea_take(&nmea, noise, sizeof noise);
    say(&nmea, RMC); /* a line begins wherever its sign stands */
    EXPECT(nmea.fix.is_valid);
}

TEST(test_bytes_may_come_in_any_pieces)
{
    struct nmea whole = {0};
    say(&whole, RMC);
    char line[128];
    unsigned sum = 0;
    for (const char *at = RMC; *at != '\0'; at++) {
        sum ^= (unsigned char)*at;
    }
    size_t size = (size_t)snprintf(line, sizeof line, "$%s*%02X\n", RMC, sum);
    for (size_t cut = 0; cut <= size; cut++) {
        struct nmea nmea = {0};
        nmea_take(&nmea, line, cut);
        nmea_take(&nmea, line + cut, size - cut);
        EXPECT_INT(1, nmea.fix_count);
        EXPECT(memcmp(&nmea.fix, &whole.fix, sizeof nmea.fix) == 0);
    }
}

TEST(test_no_bytes_do_harm)
{
    static const char alphabet[] = "$GNRMCAST,.*0123456789VNSEW\r\n{}";
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 77);
    struct nmea nmea = {0};
    for (int i = 0; i < 200000; i++) {
        char byte = rng_below(&rng, 20) == 0 ? (char)rng_below(&rng, 256)
                                             : alphabet[rng_below(&rng, sizeof alphabet - 1)];
        nmea_take(&nmea, &byte, 1);
        EXPECT(nmea.length <= NMEA_LINE_MAX);
    }
    say(&nmea, RMC);
    EXPECT(nmea.fix.is_valid);
}
