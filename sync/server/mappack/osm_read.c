#include "sync/server/mappack/osm_read.h"

#include <readosm.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TAGS_MAX = 256 };

struct reading {
    struct arena *arena;
    struct osm *osm;
    int64_t *ref_ids; /* of all ways, in order, until the points are known */
    size_t ref_capacity, way_capacity, restriction_capacity, name_capacity;
    uint32_t *name_table; /* open addressing: index + 1 of a name */
    size_t name_table_size;
};

/* Room for one more item, the array doubled when it is full. */
static void *grown(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    size_t wider = *capacity * 2 + 1024;
    uint8_t *copy = arena_array(arena, wider, size);
    if (count > 0) {
        memcpy(copy, items, count * size);
    }
    *capacity = wider;
    return copy;
}

static uint64_t text_hash(const char *text)
{
    uint64_t hash = 14695981039346656037U; /* FNV-1a */
    for (; *text != '\0'; text++) {
        hash = (hash ^ (uint8_t)*text) * 1099511628211U;
    }
    return hash;
}

static uint32_t name_index(struct reading *reading, const char *name)
{
    struct osm *osm = reading->osm;
    if (name == NULL || *name == '\0') {
        return 0;
    }
    if (osm->name_count * 2 >= reading->name_table_size) {
        reading->name_table_size = reading->name_table_size * 2 + 4096;
        reading->name_table = ARENA_ARRAY(reading->arena, reading->name_table_size, uint32_t);
        for (size_t i = 1; i < osm->name_count; i++) {
            size_t at = text_hash(osm->names[i]) % reading->name_table_size;
            while (reading->name_table[at] != 0) {
                at = (at + 1) % reading->name_table_size;
            }
            reading->name_table[at] = (uint32_t)i + 1;
        }
    }
    size_t at = text_hash(name) % reading->name_table_size;
    for (; reading->name_table[at] != 0; at = (at + 1) % reading->name_table_size) {
        if (strcmp(osm->names[reading->name_table[at] - 1], name) == 0) {
            return reading->name_table[at] - 1;
        }
    }
    osm->names = grown(reading->arena, osm->names, osm->name_count, &reading->name_capacity,
                       sizeof *osm->names);
    osm->names[osm->name_count] = arena_text(reading->arena, name);
    reading->name_table[at] = (uint32_t)++osm->name_count;
    return (uint32_t)osm->name_count - 1;
}

static size_t tags_of(const readosm_tag *tags, int count, struct osm_tag out[TAGS_MAX])
{
    size_t kept = 0;
    for (int i = 0; i < count && kept < TAGS_MAX; i++) {
        out[kept++] = (struct osm_tag){tags[i].key, tags[i].value};
    }
    return kept;
}

static int take_way(const void *user, const readosm_way *way)
{
    struct reading *reading = (struct reading *)(uintptr_t)user;
    struct osm *osm = reading->osm;
    struct osm_tag tags[TAGS_MAX];
    size_t count = tags_of(way->tags, way->tag_count, tags);
    struct osm_way kept = {.id = way->id};
    if (way->node_ref_count < 2 || !osm_tags_rule(tags, count, &kept.rule)) {
        return READOSM_OK;
    }
    const char *name = osm_tags_value(tags, count, "name");
    kept.name = name_index(reading, name != NULL ? name : osm_tags_value(tags, count, "ref"));
    kept.first_ref = (uint32_t)osm->ref_count;
    for (int i = 0; i < way->node_ref_count; i++) {
        if (i > 0 && way->node_refs[i] == way->node_refs[i - 1]) {
            continue; /* a point named twice in a row is one point */
        }
        reading->ref_ids = grown(reading->arena, reading->ref_ids, osm->ref_count,
                                 &reading->ref_capacity, sizeof *reading->ref_ids);
        reading->ref_ids[osm->ref_count++] = way->node_refs[i];
        kept.ref_count++;
    }
    osm->ways =
        grown(reading->arena, osm->ways, osm->way_count, &reading->way_capacity, sizeof *osm->ways);
    osm->ways[osm->way_count++] = kept;
    return READOSM_OK;
}

/* Bits of the modes that "except=bicycle;psv" names. */
static uint8_t except_bits(const char *value)
{
    static const char *const names[ROADS_MODES] = {"motorcar", "motorcycle", "bicycle", "foot"};
    uint8_t bits = 1 << ROADS_MODE_foot; /* nobody forbids a turn on foot */
    for (int mode = 0; value != NULL && mode < ROADS_MODES; mode++) {
        bits |= (uint8_t)(strstr(value, names[mode]) != NULL ? 1 << mode : 0);
    }
    return bits;
}

static bool restriction_read(const readosm_relation *relation, const char *kind,
                             struct osm_restriction *out)
{
    int from = 0, via = 0, to = 0;
    for (int i = 0; i < relation->member_count; i++) {
        const readosm_member *member = &relation->members[i];
        const char *role = member->role != NULL ? member->role : "";
        if (strcmp(role, "from") == 0 && member->member_type == READOSM_MEMBER_WAY) {
            out->from_way = member->id;
            from++;
        } else if (strcmp(role, "to") == 0 && member->member_type == READOSM_MEMBER_WAY) {
            out->to_way = member->id;
            to++;
        } else if (strcmp(role, "via") == 0 && member->member_type == READOSM_MEMBER_NODE) {
            out->via_id = member->id;
            via++;
        } else if (strcmp(role, "via") == 0) {
            return false; /* over a whole way */
        }
    }
    out->is_only = strncmp(kind, "only_", 5) == 0;
    return from == 1 && via == 1 && to == 1 && (out->is_only || strncmp(kind, "no_", 3) == 0);
}

static int take_relation(const void *user, const readosm_relation *relation)
{
    struct reading *reading = (struct reading *)(uintptr_t)user;
    struct osm *osm = reading->osm;
    struct osm_tag tags[TAGS_MAX];
    size_t count = tags_of(relation->tags, relation->tag_count, tags);
    const char *type = osm_tags_value(tags, count, "type");
    if (type == NULL || strcmp(type, "restriction") != 0) {
        return READOSM_OK;
    }
    const char *kind = osm_tags_value(tags, count, "restriction");
    kind = kind != NULL ? kind : osm_tags_value(tags, count, "restriction:motorcar");
    struct osm_restriction restriction = {.except =
                                              except_bits(osm_tags_value(tags, count, "except"))};
    if (kind == NULL || !restriction_read(relation, kind, &restriction)) {
        osm->restrictions_skipped++;
        return READOSM_OK;
    }
    osm->restrictions = grown(reading->arena, osm->restrictions, osm->restriction_count,
                              &reading->restriction_capacity, sizeof *osm->restrictions);
    osm->restrictions[osm->restriction_count++] = restriction;
    return READOSM_OK;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* SIZE_MAX when no way names it. */
static size_t point_find(const struct osm *osm, int64_t id)
{
    size_t low = 0, high = osm->point_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (osm->points[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < osm->point_count && osm->points[low].id == id ? low : SIZE_MAX;
}

static int32_t e7(double degrees)
{
    double scaled = degrees * 1e7;
    return (int32_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

static int take_node(const void *user, const readosm_node *node)
{
    struct reading *reading = (struct reading *)(uintptr_t)user;
    size_t at = point_find(reading->osm, node->id);
    if (at == SIZE_MAX || node->latitude < -90 || node->latitude > 90 || node->longitude < -180 ||
        node->longitude > 180) {
        return READOSM_OK;
    }
    struct osm_tag tags[TAGS_MAX];
    size_t count = tags_of(node->tags, node->tag_count, tags);
    const char *highway = osm_tags_value(tags, count, "highway");
    struct osm_point *point = &reading->osm->points[at];
    point->place = (struct geo_point){e7(node->latitude), e7(node->longitude)};
    point->is_known = true;
    point->passage = osm_tags_passage(tags, count);
    point->has_signals = highway != NULL && strcmp(highway, "traffic_signals") == 0;
    return READOSM_OK;
}

static enum err parse(struct reading *reading, const char *path, readosm_node_callback nodes,
                      readosm_way_callback ways, readosm_relation_callback relations)
{
    const void *handle = NULL;
    enum err err = ERR_malformed;
    if (readosm_open(path, &handle) == READOSM_OK &&
        readosm_parse(handle, reading, nodes, ways, relations) == READOSM_OK) {
        err = OK;
    }
    if (handle != NULL) {
        readosm_close(handle);
    }
    return err;
}

/* The points that ways name, each once, and the ways' references as indexes of them. */
static void points_make(struct reading *reading)
{
    struct osm *osm = reading->osm;
    int64_t *ids = arena_copy(reading->arena, reading->ref_ids, osm->ref_count * sizeof *ids);
    if (osm->ref_count > 0) {
        qsort(ids, osm->ref_count, sizeof *ids, compare_ids);
    }
    osm->points = ARENA_ARRAY(reading->arena, osm->ref_count + 1, struct osm_point);
    for (size_t i = 0; i < osm->ref_count; i++) {
        if (i == 0 || ids[i] != ids[i - 1]) {
            osm->points[osm->point_count++].id = ids[i];
        }
    }
    osm->refs = ARENA_ARRAY(reading->arena, osm->ref_count + 1, uint32_t);
    for (size_t i = 0; i < osm->ref_count; i++) {
        osm->refs[i] = (uint32_t)point_find(osm, reading->ref_ids[i]);
    }
}

/* Drops the restrictions whose point no road has. */
static void restrictions_settle(struct osm *osm)
{
    size_t kept = 0;
    for (size_t i = 0; i < osm->restriction_count; i++) {
        size_t via = point_find(osm, osm->restrictions[i].via_id);
        if (via == SIZE_MAX) {
            osm->restrictions_skipped++;
            continue;
        }
        osm->restrictions[kept] = osm->restrictions[i];
        osm->restrictions[kept++].via = (uint32_t)via;
    }
    osm->restriction_count = kept;
}

enum err osm_read(struct arena *arena, const char *path, struct osm *osm_out)
{
    if (access(path, R_OK) != 0) {
        return ERR_not_found;
    }
    *osm_out = (struct osm){0};
    struct reading reading = {.arena = arena, .osm = osm_out};
    osm_out->names = grown(arena, NULL, 0, &reading.name_capacity, sizeof *osm_out->names);
    osm_out->names[0] = "";
    osm_out->name_count = 1;
    TRY(parse(&reading, path, NULL, take_way, take_relation));
    points_make(&reading);
    TRY(parse(&reading, path, take_node, NULL, NULL));
    restrictions_settle(osm_out);
    return OK;
}
