/* core/roads/pack.h -- the bytes of a map pack, for its writer and its reader.
 *
 * README.md tells the layout in words. All numbers little-endian. Pure. */
#pragma once

#include "core/base/err.h"

#include <stdint.h>

#define PACK_MAGIC "DSROADS"
enum {
    PACK_VERSION = 1,
    PACK_HASH_SIZE = 32, /* BLAKE2b-256 of all before it, the last bytes of the file */
    PACK_NO_RANK = 0xffffff,
    PACK_NO_TABLE = 0xffff,
    PACK_NO_TURN = 255,
    PACK_UNIT_E7 = 50,         /* shapes: 0.55 m of latitude */
    PACK_SEGMENT_SIZE = 10,    /* node a: 3, node b: 3, place in shapes: 2, profile and main: 2 */
    PACK_SHAPE_GROUP = 32,     /* segments whose shapes start from one place and point */
    PACK_SHAPE_BASE_SIZE = 12, /* place in shapes, latitude, longitude: 4 each */
    PACK_PROFILE_SIZE = 10,    /* class, flags, km/h of four modes there and back */
    PACK_PROFILES_MAX = 4096,
    PACK_OFFSET_GROUP = 16, /* ranks whose offsets start from one 4-byte number */
};

/* Bits of a profile's flags. */
enum pack_flag {
    PACK_FLAG_bridge = 1,
    PACK_FLAG_tunnel = 2,
    PACK_FLAG_signals_a = 4, /* signals where the segment starts */
    PACK_FLAG_signals_b = 8,
};

enum pack_section {
    PACK_SECTION_segments,
    PACK_SECTION_profiles,
    PACK_SECTION_shapes,
    PACK_SECTION_shape_bases, /* one for each PACK_SHAPE_GROUP segments */
    PACK_SECTION_names,
    PACK_SECTION_name_offsets, /* 4 bytes each */
    PACK_SECTION_cell_offsets, /* 4 bytes each */
    PACK_SECTION_cells,        /* differences of rising segment numbers */
    PACK_SECTION_modes,        /* from here PACK_MODE_SECTIONS for each mode */
};
enum pack_mode_section {
    PACK_MODE_rank_of_node,
    PACK_MODE_rank_of_edge,
    PACK_MODE_turn_of_node,
    PACK_MODE_offset_bases, /* 4 bytes for each PACK_OFFSET_GROUP ranks */
    PACK_MODE_offsets,      /* 2 bytes a rank: beyond its base */
    PACK_MODE_arcs,
    PACK_MODE_turns,
    PACK_MODE_turn_offsets, /* 4 bytes each */
    PACK_MODE_SECTIONS
};
enum { PACK_SECTION_COUNT = PACK_SECTION_modes + 4 * PACK_MODE_SECTIONS };

/* Numbers of the head, after magic (8 bytes), each 4 bytes. */
enum pack_number {
    PACK_NUMBER_version,
    PACK_NUMBER_south,
    PACK_NUMBER_west,
    PACK_NUMBER_north,
    PACK_NUMBER_east,
    PACK_NUMBER_made_day,
    PACK_NUMBER_nodes,
    PACK_NUMBER_segments,
    PACK_NUMBER_names,
    PACK_NUMBER_profiles,
    PACK_NUMBER_cell_lat,
    PACK_NUMBER_cell_lon,
    PACK_NUMBER_rows,
    PACK_NUMBER_columns,
    PACK_NUMBER_ranks,                              /* one for each mode */
    PACK_NUMBER_node_pairs = PACK_NUMBER_ranks + 4, /* UINT32_MAX: dense */
    PACK_NUMBER_edge_pairs = PACK_NUMBER_node_pairs + 4,
    PACK_NUMBER_turn_pairs = PACK_NUMBER_edge_pairs + 4,
    PACK_NUMBER_turn_tables = PACK_NUMBER_turn_pairs + 4,
    PACK_NUMBER_both_ways = PACK_NUMBER_turn_tables + 4, /* 1: arcs serve both directions */
    PACK_NUMBER_sections = PACK_NUMBER_both_ways + 4,    /* start and size of each */
    PACK_NUMBER_COUNT = PACK_NUMBER_sections + 2 * PACK_SECTION_COUNT
};
enum { PACK_HEAD_SIZE = 8 + 4 * PACK_NUMBER_COUNT };

static inline uint32_t pack_u16(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static inline uint32_t pack_u24(const uint8_t *at)
{
    return pack_u16(at) | (uint32_t)at[2] << 16;
}

static inline uint32_t pack_u32(const uint8_t *at)
{
    return pack_u24(at) | (uint32_t)at[3] << 24;
}

/* Base-128, lowest bits first; moves `at` on. Never reads at or past `end`; what is cut
 * there, or longer than 32 bits, gives what was read so far. */
static inline uint32_t pack_varint(const uint8_t **at, const uint8_t *end)
{
    uint32_t value = 0;
    for (int shift = 0; *at < end && shift < 35; shift += 7) {
        uint8_t byte = *(*at)++;
        value |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            break;
        }
    }
    return value;
}

static inline int32_t pack_zigzag(uint32_t value)
{
    return (int32_t)(value >> 1) ^ -(int32_t)(value & 1);
}
