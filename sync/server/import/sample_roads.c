#include "sync/server/import/sample_roads.h"

#include "sync/server/import/sample_person.h"

enum {
    DISTRICT_M = SAMPLE_DISTRICT_M,
    STREETS = SAMPLE_STREETS,         /* from west to east, in each district */
    COMMUNITIES = SAMPLE_COMMUNITIES, /* along each of them */
    STREET_FIRST_M = 370,             /* the first street; addresses lie south of it */
    STREET_STEP_M = 700,
    GATE_FIRST_M = 380, /* the first community's gate */
    GATE_STEP_M = 560,
    CROSS_BEFORE_M = 200, /* a cross road runs so far west of the gate */
    BEND_STEP_M = 1500,   /* how far apart the bends of the roads are … */
    BEND_M = 45,          /* … and how far they lead aside at the most */
    COLUMNS = 4,
    ROWS = 2,
    NODE_STREET = 1000000, /* numbers of points begin here, by what they are */
    NODE_BORDER = 2000000,
    NODE_BELT = 2500000,
    NODE_LANE = 3000000,
    NODE_FAST = 5000000,
};

static const char *const cross_names[COMMUNITIES] = {"文昌路", "青年路", "和平路", "迎宾大道",
                                                     "光华路", "新华路", "东风路", "朝阳路",
                                                     "胜利路", "云海路"};
static const char *const border_names[COLUMNS + 1] = {"西环路", "玉带路", "中环大道", "金沙路",
                                                      "东环路"};
static const char *const belt_names[ROWS + 1] = {"北环路", "中山大道", "南环路"};

struct city {
    FILE *file;
    struct geo_point north_west;
    int64_t lon_e7_per_m;
    int32_t columns, rows;
    int64_t way_id;
};

/* ---- bends ---- */

static int64_t noise_at(int64_t x, int64_t y, uint64_t which)
{
    struct sample_rng rng = sample_stream(20261122, which, (uint64_t)(x * 4096 + y));
    return sample_between(&rng, -BEND_M, BEND_M);
}

/* Smooth, and the same for roads that meet: between four corners of a wide grid. */
static int64_t bend_m(int64_t x_m, int64_t y_m, uint64_t which)
{
    int64_t column = x_m / BEND_STEP_M;
    int64_t row = y_m / BEND_STEP_M;
    int64_t across = x_m % BEND_STEP_M;
    int64_t down = y_m % BEND_STEP_M;
    int64_t top = noise_at(column, row, which) * (BEND_STEP_M - across) +
                  noise_at(column + 1, row, which) * across;
    int64_t bottom = noise_at(column, row + 1, which) * (BEND_STEP_M - across) +
                     noise_at(column + 1, row + 1, which) * across;
    return (top * (BEND_STEP_M - down) + bottom * down) / BEND_STEP_M / BEND_STEP_M;
}

/* ---- OpenStreetMap text ---- */

static void degrees(char text[48], int64_t e7)
{
    snprintf(text, 48, "%lld.%07lld", (long long)(e7 / 10000000), (long long)(e7 % 10000000));
}

static void node(const struct city *city, int64_t id, int64_t x_m, int64_t y_m)
{
    enum { LAT_E7_PER_M = 90 };
    char lat[48];
    char lon[48];
    int64_t x = x_m + bend_m(x_m, y_m, 1);
    int64_t y = y_m + bend_m(x_m, y_m, 2);
    degrees(lat, city->north_west.lat_e7 - y * LAT_E7_PER_M);
    degrees(lon, city->north_west.lon_e7 + x * city->lon_e7_per_m);
    fprintf(city->file, "<node id=\"%lld\" lat=\"%s\" lon=\"%s\"/>\n", (long long)id, lat, lon);
}

static void way_begin(struct city *city)
{
    fprintf(city->file, "<way id=\"%lld\">", (long long)++city->way_id);
}

static void ref(const struct city *city, int64_t id)
{
    fprintf(city->file, "<nd ref=\"%lld\"/>", (long long)id);
}

static void way_end(const struct city *city, const char *highway, const char *name)
{
    fprintf(city->file, "<tag k=\"highway\" v=\"%s\"/>", highway);
    if (name != NULL) {
        fprintf(city->file, "<tag k=\"name\" v=\"%s\"/>", name);
    }
    fprintf(city->file, "</way>\n");
}

/* ---- the grid: streets meet cross roads and gates ---- */

static int32_t street_count(const struct city *city)
{
    return city->rows * STREETS;
}

static int32_t gate_count(const struct city *city)
{
    return city->columns * COMMUNITIES;
}

static int64_t street_m(int32_t street)
{
    return (int64_t)(street / STREETS) * DISTRICT_M + STREET_FIRST_M +
           (int64_t)(street % STREETS) * STREET_STEP_M;
}

static int64_t gate_m(int32_t gate)
{
    return (int64_t)(gate / COMMUNITIES) * DISTRICT_M + GATE_FIRST_M +
           (int64_t)(gate % COMMUNITIES) * GATE_STEP_M;
}

static int64_t cross_id(int32_t street, int32_t gate)
{
    return NODE_STREET + (int64_t)street * 1000 + gate * 2;
}

static int64_t gate_id(int32_t street, int32_t gate)
{
    return cross_id(street, gate) + 1;
}

/* Where a street or a belt meets a border; belts are counted on from the streets. */
static int64_t border_id(int32_t street, int32_t border)
{
    return NODE_BORDER + (int64_t)street * 1000 + border;
}

/* The third and seventh cross road of a district are main roads: they meet the belts too. */
static bool is_main(int32_t gate)
{
    return gate % COMMUNITIES == 3 || gate % COMMUNITIES == 7;
}

static int64_t belt_id(int32_t belt, int32_t gate)
{
    return NODE_BELT + (int64_t)belt * 1000 + gate;
}

static int64_t lane_id(int32_t street, int32_t gate, int32_t corner)
{
    return NODE_LANE + ((int64_t)street * 1000 + gate) * 10 + corner;
}

static void nodes(const struct city *city)
{
    enum { LANE_CORNERS = 6 };
    static const int32_t corners[LANE_CORNERS][2] = {{-125, 45}, {140, 45},   {-125, 105},
                                                     {140, 105}, {-125, 190}, {140, 190}};
    for (int32_t street = 0; street < street_count(city); street++) {
        for (int32_t gate = 0; gate < gate_count(city); gate++) {
            node(city, cross_id(street, gate), gate_m(gate) - CROSS_BEFORE_M, street_m(street));
            node(city, gate_id(street, gate), gate_m(gate), street_m(street));
            for (int32_t i = 0; i < LANE_CORNERS; i++) {
                node(city, lane_id(street, gate, i), gate_m(gate) + corners[i][0],
                     street_m(street) + corners[i][1]);
            }
            node(city, lane_id(street, gate, LANE_CORNERS), gate_m(gate), street_m(street) + 45);
        }
        for (int32_t border = 0; border <= city->columns; border++) {
            node(city, border_id(street, border), (int64_t)border * DISTRICT_M, street_m(street));
        }
    }
    for (int32_t belt = 0; belt <= city->rows; belt++) {
        for (int32_t border = 0; border <= city->columns; border++) {
            node(city, border_id(street_count(city) + belt, border), (int64_t)border * DISTRICT_M,
                 (int64_t)belt * DISTRICT_M);
        }
        for (int32_t gate = 0; gate < gate_count(city); gate++) {
            if (is_main(gate)) {
                node(city, belt_id(belt, gate), gate_m(gate) - CROSS_BEFORE_M,
                     (int64_t)belt * DISTRICT_M);
            }
        }
    }
}

static void streets(struct city *city)
{
    static const char *const kinds[STREETS] = {"tertiary",  "primary",  "secondary",   "tertiary",
                                               "secondary", "tertiary", "residential", "secondary"};
    for (int32_t street = 0; street < street_count(city); street++) {
        for (int32_t column = 0; column < city->columns; column++) {
            way_begin(city);
            ref(city, border_id(street, column));
            for (int32_t i = 0; i < COMMUNITIES; i++) {
                ref(city, cross_id(street, column * COMMUNITIES + i));
                ref(city, gate_id(street, column * COMMUNITIES + i));
            }
            ref(city, border_id(street, column + 1));
            way_end(city, kinds[street % STREETS], sample_street((size_t)(street % STREETS)));
        }
    }
}

/* From north to south; of those that are no main roads some blocks have none. */
static void cross_roads(struct city *city)
{
    for (int32_t gate = 0; gate < gate_count(city); gate++) {
        int32_t nth = gate % COMMUNITIES;
        for (int32_t street = 0; street + 1 < street_count(city); street++) {
            struct sample_rng rng =
                sample_stream(20261122, 3, (uint64_t)gate * 64 + (uint64_t)street);
            if (!is_main(gate) && sample_below(&rng, 100) < 28) {
                continue;
            }
            way_begin(city);
            ref(city, cross_id(street, gate));
            if (is_main(gate) && (street + 1) % STREETS == 0) {
                ref(city, belt_id((street + 1) / STREETS, gate));
            }
            ref(city, cross_id(street + 1, gate));
            way_end(city,
                    is_main(gate)  ? "secondary"
                    : nth % 2 == 0 ? "residential"
                                   : "tertiary",
                    cross_names[nth]);
        }
    }
}

static void borders(struct city *city)
{
    int32_t belts = street_count(city);
    for (int32_t border = 0; border <= city->columns; border++) {
        way_begin(city);
        for (int32_t street = 0; street < street_count(city); street++) {
            if (street % STREETS == 0) {
                ref(city, border_id(belts + street / STREETS, border));
            }
            ref(city, border_id(street, border));
        }
        ref(city, border_id(belts + city->rows, border));
        way_end(city, "primary", border_names[border % (COLUMNS + 1)]);
    }
    for (int32_t belt = 0; belt <= city->rows; belt++) {
        way_begin(city);
        for (int32_t border = 0; border <= city->columns; border++) {
            ref(city, border_id(belts + belt, border));
            for (int32_t i = 0; border < city->columns && i < COMMUNITIES; i++) {
                if (is_main(border * COMMUNITIES + i)) {
                    ref(city, belt_id(belt, border * COMMUNITIES + i));
                }
            }
        }
        way_end(city, "trunk", belt_names[belt % (ROWS + 1)]);
    }
}

/* Inside a community: in at the gate, round the houses and between them. */
static void lanes(struct city *city)
{
    static const int32_t round[] = {6, 1, 3, 5, 4, 2, 0, 6};
    for (int32_t street = 0; street < street_count(city); street++) {
        for (int32_t gate = 0; gate < gate_count(city); gate++) {
            way_begin(city);
            ref(city, gate_id(street, gate));
            for (size_t i = 0; i < sizeof round / sizeof round[0]; i++) {
                ref(city, lane_id(street, gate, round[i]));
            }
            way_end(city, "living_street", NULL);
            way_begin(city);
            ref(city, lane_id(street, gate, 2));
            ref(city, lane_id(street, gate, 3));
            way_end(city, "service", NULL);
        }
    }
}

/* A fast road across the city from the west, which meets the others at the borders alone. */
static void fast_road(struct city *city)
{
    enum { FROM_STREET = 6, STEPS = 12 };
    int32_t to = FROM_STREET < street_count(city) ? FROM_STREET : 0;
    for (int32_t column = 0; column < city->columns; column++) {
        int32_t from = to;
        to = column % 2 == 0 && from > 1 ? from - 2 : from;
        for (int32_t i = 1; i < STEPS; i++) {
            int64_t x = (int64_t)column * DISTRICT_M + (int64_t)DISTRICT_M * i / STEPS;
            int64_t y = street_m(from) + (street_m(to) - street_m(from)) * i / STEPS;
            int64_t aside = (int64_t)(i < STEPS / 2 ? i : STEPS - i) * 45;
            node(city, NODE_FAST + column * 100 + i, x, y + aside + 170);
        }
        way_begin(city);
        ref(city, border_id(from, column));
        for (int32_t i = 1; i < STEPS; i++) {
            ref(city, NODE_FAST + column * 100 + i);
        }
        ref(city, border_id(to, column + 1));
        way_end(city, "motorway", "宁泽快速路");
    }
}

enum err sample_roads(FILE *file, const struct sample_roads_options *options)
{
    struct city city = {.file = file,
                        .north_west = options->north_west,
                        .lon_e7_per_m = options->lon_e7_per_m,
                        .columns = options->columns,
                        .rows = options->rows};
    if (!geo_is_located(city.north_west)) {
        city.north_west = sample_corner();
    }
    city.lon_e7_per_m = city.lon_e7_per_m == 0 ? SAMPLE_LON_E7_PER_M : city.lon_e7_per_m;
    city.columns = city.columns == 0 ? COLUMNS : city.columns;
    city.rows = city.rows == 0 ? ROWS : city.rows;
    fprintf(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<osm version=\"0.6\" generator=\"doorstep sample\">\n");
    nodes(&city);
    streets(&city);
    cross_roads(&city);
    borders(&city);
    lanes(&city);
    fast_road(&city);
    fprintf(file, "</osm>\n");
    return fflush(file) == 0 && ferror(file) == 0 ? OK : ERR_io;
}
