#include "sync/server/import/sample_person.h"

#include "sync/server/import/id_number.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *text, *initials;
    int64_t weight;
} surnames[] = {
#define SURNAME(text, initials, weight) {text, initials, weight},
#define GIVEN(text, initials, gender, weight)
#include "sync/server/import/sample_names.def"
#undef SURNAME
#undef GIVEN
};

static const struct {
    const char *text, *initials;
    uint32_t gender;
    int64_t weight;
} givens[] = {
#define SURNAME(text, initials, weight)
#define GIVEN(text, initials, gender, weight) {text, initials, gender, weight},
#include "sync/server/import/sample_names.def"
#undef SURNAME
#undef GIVEN
};

static const struct {
    const char *name;
    int32_t column, row;
} districts[] = {
#define DISTRICT(name, column, row) {name, column, row},
#define STREET(name)
#define COMMUNITY(name)
#include "sync/server/import/sample_places.def"
#undef DISTRICT
#undef STREET
#undef COMMUNITY
};

static const char *const streets[] = {
#define DISTRICT(name, column, row)
#define STREET(name) name,
#define COMMUNITY(name)
#include "sync/server/import/sample_places.def"
#undef DISTRICT
#undef STREET
#undef COMMUNITY
};

static const char *const communities[] = {
#define DISTRICT(name, column, row)
#define STREET(name)
#define COMMUNITY(name) name,
#include "sync/server/import/sample_places.def"
#undef DISTRICT
#undef STREET
#undef COMMUNITY
};

static size_t surname_pick(struct sample_rng *rng)
{
    int64_t total = 0;
    for (size_t i = 0; i < COUNT(surnames); i++) {
        total += surnames[i].weight;
    }
    int64_t at = sample_below(rng, total);
    size_t pick = 0;
    while (at >= surnames[pick].weight) {
        at -= surnames[pick++].weight;
    }
    return pick;
}

static bool given_suits(size_t index, uint32_t gender)
{
    return givens[index].gender == 0 || givens[index].gender == gender;
}

static size_t given_pick(struct sample_rng *rng, uint32_t gender)
{
    int64_t total = 0;
    for (size_t i = 0; i < COUNT(givens); i++) {
        total += given_suits(i, gender) ? givens[i].weight : 0;
    }
    int64_t at = sample_below(rng, total);
    size_t pick = 0;
    for (;; pick++) {
        if (given_suits(pick, gender)) {
            if (at < givens[pick].weight) {
                return pick;
            }
            at -= givens[pick].weight;
        }
    }
}

struct sample_name sample_name_make(struct sample_rng *rng, uint32_t gender)
{
    size_t surname = surname_pick(rng);
    size_t first = given_pick(rng, gender);
    size_t second = given_pick(rng, gender);
    bool is_single = sample_below(rng, 100) < 18 || first == second;
    struct sample_name name;
    snprintf(name.text, sizeof name.text, "%s%s%s", surnames[surname].text, givens[first].text,
             is_single ? "" : givens[second].text);
    snprintf(name.initials, sizeof name.initials, "%s%s%s", surnames[surname].initials,
             givens[first].initials, is_single ? "" : givens[second].initials);
    return name;
}

void sample_id_number(char number_out[SAMPLE_ID_SIZE], struct sample_rng *rng, uint32_t gender)
{
    int64_t sequence = sample_below(rng, 500) * 2 + (gender == 1 ? 1 : 0);
    /* One draw a statement: the order of arguments is the compiler's. */
    int64_t day = sample_between(rng, 1, 28);
    int64_t month = sample_between(rng, 1, 12);
    int64_t year = sample_between(rng, 1958, 2004);
    int64_t area = sample_between(rng, 1, 99);
    char digits[112];
    snprintf(digits, sizeof digits, "99%04lld%04lld%02lld%02lld%03lld", (long long)area,
             (long long)year, (long long)month, (long long)day, (long long)sequence);
    memcpy(number_out, digits, 17);
    number_out[17] = id_number_check_digit(digits);
    number_out[18] = '\0';
}

void sample_phone(char phone_out[SAMPLE_PHONE_SIZE], struct sample_rng *rng)
{
    char digits[32];
    snprintf(digits, sizeof digits, "1990000%04lld", (long long)sample_below(rng, 10000));
    memcpy(phone_out, digits, SAMPLE_PHONE_SIZE);
}

size_t sample_district_count(void)
{
    return COUNT(districts);
}

const char *sample_district(size_t index)
{
    CHECK(index < COUNT(districts));
    return districts[index].name;
}

/* Degrees × 10^7 of a metre at 31° north. */
enum { LAT_E7_PER_M = 90, LON_E7_PER_M = SAMPLE_LON_E7_PER_M };
/* North-west corner of the grid. */
enum { CITY_LAT_E7 = 312600000, CITY_LON_E7 = 1181000000, DISTRICT_M = SAMPLE_DISTRICT_M };
_Static_assert(COUNT(streets) == SAMPLE_STREETS && COUNT(communities) == SAMPLE_COMMUNITIES,
               "the city is drawn with as many as there are");

struct geo_point sample_corner(void)
{
    return (struct geo_point){CITY_LAT_E7, CITY_LON_E7};
}

const char *sample_street(size_t index)
{
    CHECK(index < COUNT(streets));
    return streets[index];
}

void sample_place_make(struct sample_place *place_out, struct sample_rng *rng, size_t district)
{
    CHECK(district < COUNT(districts));
    int64_t street = sample_below(rng, COUNT(streets));
    int64_t community = sample_below(rng, COUNT(communities));
    int64_t building = sample_between(rng, 1, 24);
    int64_t unit = sample_between(rng, 1, 4);
    int64_t floor_no = sample_between(rng, 1, 18);
    int64_t flat = sample_between(rng, 1, 4);
    int64_t house_no = community * 60 + sample_between(rng, 1, 3) * 2;
    snprintf(place_out->text, sizeof place_out->text,
             "宁泽市%s%s%lld号%s%lld栋%lld单元%lld%02lld室", districts[district].name,
             streets[street], (long long)house_no, communities[community], (long long)building,
             (long long)unit, (long long)floor_no, (long long)flat);
    place_out->area = districts[district].name;
    /* Streets 700 m apart, communities 560 m; buildings stand in rows of six, 45 m apart. */
    int64_t south_m = districts[district].row * DISTRICT_M + 400 + street * 700 +
                      (building - 1) / 6 * 45 + unit * 8;
    int64_t east_m = districts[district].column * DISTRICT_M + 250 + community * 560 +
                     (building - 1) % 6 * 45 + unit * 10;
    place_out->point = (struct geo_point){
        .lat_e7 = (int32_t)(CITY_LAT_E7 - south_m * LAT_E7_PER_M),
        .lon_e7 = (int32_t)(CITY_LON_E7 + east_m * LON_E7_PER_M),
    };
}

struct geo_point sample_point_in(struct geo_point wgs84, enum geo_datum datum)
{
    /* The way back is known (geo_to_wgs84); its inverse by fixed-point steps,
     * each some hundred times nearer. */
    struct geo_point guess = wgs84;
    for (int i = 0; i < 4; i++) {
        struct geo_point back = geo_to_wgs84(guess, datum);
        guess.lat_e7 += wgs84.lat_e7 - back.lat_e7;
        guess.lon_e7 += wgs84.lon_e7 - back.lon_e7;
    }
    return guess;
}
