/* sync/server/import/sample_person.h -- invented people, numbers and places. Pure. */
#pragma once

#include "core/base/arena.h"
#include "core/domain/geo.h"
#include "sync/server/import/sample_rng.h"

#include <stdbool.h>

struct sample_name {
    char text[32];
    char initials[8];
};

/* gender: 1 male, 2 female. */
struct sample_name sample_name_make(struct sample_rng *rng, uint32_t gender);

enum { SAMPLE_ID_SIZE = 19, SAMPLE_PHONE_SIZE = 12, SAMPLE_PLACE_SIZE = 128 };
/* A citizen number with a right check digit and the area code 99xxxx, which no
 * place has: it can be nobody's. */
void sample_id_number(char number_out[SAMPLE_ID_SIZE], struct sample_rng *rng, uint32_t gender);
/* 1990000 and four digits: one block of ten thousand, set apart for samples. */
void sample_phone(char phone_out[SAMPLE_PHONE_SIZE], struct sample_rng *rng);

struct sample_place {
    char text[SAMPLE_PLACE_SIZE];
    const char *area;       /* static */
    struct geo_point point; /* WGS-84 */
};
/* The invented city's measures, for who draws it. */
enum {
    SAMPLE_DISTRICT_M = 6000,
    SAMPLE_STREETS = 8,
    SAMPLE_COMMUNITIES = 10,
    SAMPLE_LON_E7_PER_M = 105
};
struct geo_point sample_corner(void);    /* its north-west corner */
const char *sample_street(size_t index); /* static, below SAMPLE_STREETS */
size_t sample_district_count(void);
const char *sample_district(size_t index); /* static */
/* A flat in a community of the district. */
void sample_place_make(struct sample_place *place_out, struct sample_rng *rng, size_t district);
/* The same place as a map of another datum writes it. */
struct geo_point sample_point_in(struct geo_point wgs84, enum geo_datum datum);
