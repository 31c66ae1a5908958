/* sync/server/mappack/osm_tags.h -- what the tags of an OpenStreetMap way say about travel. Pure.
 *
 * The keys are those of the OpenStreetMap wiki, "Access restrictions", "Key:oneway",
 * "Key:maxspeed". A closed key (access=no) shuts a road for all whom no closer key lets in;
 * "private" shuts it for motor traffic only: collectors call on people who live there. */
#pragma once

#include "core/roads/roads.h"

struct osm_tag {
    const char *key, *value;
};

/* How a way may be travelled, in the direction of its points and back. */
struct osm_rule {
    enum roads_class class;
    uint8_t kmh[ROADS_MODES][2];
    bool is_bridge, is_tunnel;
    uint32_t ferry_minutes; /* 0: not said */
};

/* False: not a road, or nobody may use it. */
bool osm_tags_rule(const struct osm_tag *tags, size_t count, struct osm_rule *rule_out);
/* The value of a key, NULL when it is not there. */
const char *osm_tags_value(const struct osm_tag *tags, size_t count, const char *key);
/* Bits 1 << mode of those who may pass a node with these tags (a bollard lets a bicycle by). */
uint8_t osm_tags_passage(const struct osm_tag *tags, size_t count);
