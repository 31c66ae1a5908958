#include "sync/server/mappack/osm_tags.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint8_t kmh[ROADS_MODES];
} classes[] = {
#define ROAD_CLASS(code, name, rank, car, motorcycle, bicycle, foot) \
    [code] = {#name, {car, motorcycle, bicycle, foot}},
#include "core/roads/road_classes.def"
#undef ROAD_CLASS
};

/* What somebody goes who is let in where the class does not expect him. */
static const uint8_t kmh_when_let_in[ROADS_MODES] = {14, 14, 12, 5};

/* From the widest key to the closest; each mode obeys the last that is there. */
static const char *const keys_of_mode[ROADS_MODES][5] = {
    [ROADS_MODE_car] = {"access", "vehicle", "motor_vehicle", "motorcar", NULL},
    [ROADS_MODE_motorcycle] = {"access", "vehicle", "motor_vehicle", "motorcycle", NULL},
    [ROADS_MODE_bicycle] = {"access", "vehicle", "bicycle", NULL, NULL},
    [ROADS_MODE_foot] = {"access", "foot", NULL, NULL, NULL},
};

const char *osm_tags_value(const struct osm_tag *tags, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tags[i].key, key) == 0) {
            return tags[i].value;
        }
    }
    return NULL;
}

static bool is_one_of(const char *value, const char *const *words)
{
    for (; value != NULL && *words != NULL; words++) {
        if (strcmp(value, *words) == 0) {
            return true;
        }
    }
    return false;
}

enum access { ACCESS_unsaid, ACCESS_shut, ACCESS_open };

static enum access access_of(const char *value, enum roads_mode mode)
{
    static const char *const shut[] = {
        "no",           "military", "forestry", "agricultural", "emergency",
        "use_sidepath", "psv",      "bus",      "discouraged",  NULL};
    if (value == NULL) {
        return ACCESS_unsaid;
    }
    if (strcmp(value, "private") == 0) {
        return mode == ROADS_MODE_car || mode == ROADS_MODE_motorcycle ? ACCESS_shut
                                                                       : ACCESS_unsaid;
    }
    return is_one_of(value, shut) ? ACCESS_shut : ACCESS_open;
}

static enum access mode_access(const struct osm_tag *tags, size_t count, enum roads_mode mode)
{
    enum access access = ACCESS_unsaid;
    for (const char *const *key = keys_of_mode[mode]; *key != NULL; key++) {
        enum access said = access_of(osm_tags_value(tags, count, *key), mode);
        /* "access=yes" opens no motorway to walkers: only a mode's own key lets in. */
        if (said == ACCESS_open && key[1] != NULL && access == ACCESS_unsaid) {
            continue;
        }
        access = said != ACCESS_unsaid ? said : access;
    }
    return access;
}

/* km/h of a speed sign, 0 when it says none. */
static uint32_t sign_kmh(const char *value)
{
    if (value == NULL) {
        return 0;
    }
    char *end;
    unsigned long number = strtoul(value, &end, 10);
    if (end == value || number == 0 || number > 200) {
        return 0;
    }
    while (*end == ' ') {
        end++;
    }
    return (uint32_t)(strncmp(end, "mph", 3) == 0 ? number * 16 / 10 : number);
}

/* A lower sign binds; a higher one helps a little: crossings stay crossings. */
static uint8_t with_sign(uint8_t kmh, uint32_t sign)
{
    if (sign == 0 || kmh == 0) {
        return kmh;
    }
    uint32_t value = sign < kmh ? sign : kmh + (sign - kmh) / 3;
    return (uint8_t)(value > 120 ? 120 : value);
}

/* 0 both ways, 1 with the points, -1 against them. */
static int one_way(const struct osm_tag *tags, size_t count, enum roads_class class)
{
    static const char *const with[] = {"yes", "true", "1", NULL};
    static const char *const against[] = {"-1", "reverse", NULL};
    static const char *const rings[] = {"roundabout", "circular", NULL};
    const char *said = osm_tags_value(tags, count, "oneway");
    if (is_one_of(said, with)) {
        return 1;
    }
    if (is_one_of(said, against)) {
        return -1;
    }
    if (said != NULL) {
        return 0;
    }
    return class == ROADS_CLASS_motorway ||
           is_one_of(osm_tags_value(tags, count, "junction"), rings);
}

static bool bicycle_goes_back(const struct osm_tag *tags, size_t count)
{
    static const char *const keys[] = {"cycleway", "cycleway:left", "cycleway:right",
                                       "cycleway:both", NULL};
    const char *said = osm_tags_value(tags, count, "oneway:bicycle");
    if (said != NULL) {
        return strcmp(said, "no") == 0;
    }
    for (const char *const *key = keys; *key != NULL; key++) {
        const char *value = osm_tags_value(tags, count, *key);
        if (value != NULL && strncmp(value, "opposite", 8) == 0) {
            return true;
        }
    }
    return false;
}

/* Minutes of "00:35", "35" or "01:10:00"; 0 when it says none. */
static uint32_t duration_minutes(const char *value)
{
    if (value == NULL) {
        return 0;
    }
    uint32_t parts[3] = {0}, count = 0;
    for (const char *at = value; count < 3; count++) {
        char *end;
        parts[count] = (uint32_t)strtoul(at, &end, 10);
        if (end == at) {
            return 0;
        }
        if (*end != ':') {
            count++;
            break;
        }
        at = end + 1;
    }
    uint32_t minutes = count == 1 ? parts[0] : parts[0] * 60 + parts[1];
    return minutes > 24 * 60 ? 0 : minutes;
}

static bool class_of(const struct osm_tag *tags, size_t count, enum roads_class *class_out)
{
    const char *highway = osm_tags_value(tags, count, "highway");
    const char *route = osm_tags_value(tags, count, "route");
    if (highway == NULL && route != NULL && strcmp(route, "ferry") == 0) {
        *class_out = ROADS_CLASS_ferry;
        return true;
    }
    for (size_t i = 0; highway != NULL && i < COUNT(classes); i++) {
        if (strcmp(classes[i].name, highway) == 0 && i != ROADS_CLASS_ferry) {
            *class_out = (enum roads_class)i;
            return true;
        }
    }
    return false;
}

static bool is_yes(const char *value)
{
    return value != NULL && strcmp(value, "no") != 0;
}

bool osm_tags_rule(const struct osm_tag *tags, size_t count, struct osm_rule *rule_out)
{
    enum roads_class class;
    const char *area = osm_tags_value(tags, count, "area");
    if (!class_of(tags, count, &class) || (area != NULL && strcmp(area, "yes") == 0)) {
        return false;
    }
    struct osm_rule rule = {.class = class,
                            .is_bridge = is_yes(osm_tags_value(tags, count, "bridge")),
                            .is_tunnel = is_yes(osm_tags_value(tags, count, "tunnel")),
                            .ferry_minutes =
                                duration_minutes(osm_tags_value(tags, count, "duration"))};
    uint32_t sign = sign_kmh(osm_tags_value(tags, count, "maxspeed"));
    const char *motorroad = osm_tags_value(tags, count, "motorroad");
    int direction = one_way(tags, count, class);
    bool is_usable = false;
    for (int mode = 0; mode < ROADS_MODES; mode++) {
        uint8_t kmh = classes[class].kmh[mode];
        bool is_motor = mode == ROADS_MODE_car || mode == ROADS_MODE_motorcycle;
        if (!is_motor && motorroad != NULL && strcmp(motorroad, "yes") == 0) {
            kmh = 0;
        }
        switch (mode_access(tags, count, (enum roads_mode)mode)) {
        case ACCESS_shut:
            kmh = 0;
            break;
        case ACCESS_open:
            kmh = kmh > 0 ? kmh : kmh_when_let_in[mode];
            break;
        case ACCESS_unsaid:
            break;
        }
        kmh = is_motor ? with_sign(kmh, sign) : kmh;
        bool is_both_ways = direction == 0 || mode == ROADS_MODE_foot ||
                            (mode == ROADS_MODE_bicycle && bicycle_goes_back(tags, count));
        rule.kmh[mode][0] = is_both_ways || direction > 0 ? kmh : 0;
        rule.kmh[mode][1] = is_both_ways || direction < 0 ? kmh : 0;
        is_usable = is_usable || kmh > 0;
    }
    *rule_out = rule;
    return is_usable;
}

uint8_t osm_tags_passage(const struct osm_tag *tags, size_t count)
{
    static const char *const posts[] = {
        "bollard", "block", "cycle_barrier", "planter", "chain", "motorcycle_barrier", "log", NULL};
    static const char *const for_feet[] = {"kissing_gate", "stile", "turnstile",
                                           "full-height_turnstile", NULL};
    const char *barrier = osm_tags_value(tags, count, "barrier");
    if (barrier == NULL) {
        return 0xff;
    }
    uint8_t passage = 0;
    for (int mode = 0; mode < ROADS_MODES; mode++) {
        bool is_through = true;
        if (is_one_of(barrier, for_feet)) {
            is_through = false;
        } else if (is_one_of(barrier, posts)) {
            is_through = mode == ROADS_MODE_bicycle || mode == ROADS_MODE_foot;
        }
        enum access access = mode_access(tags, count, (enum roads_mode)mode);
        is_through = access == ACCESS_shut ? false : access == ACCESS_open ? true : is_through;
        is_through = is_through || mode == ROADS_MODE_foot; /* a way on foot leads on */
        passage |= (uint8_t)(is_through ? 1 << mode : 0);
    }
    return passage;
}
