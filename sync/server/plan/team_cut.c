/* sync/server/plan/team_cut.c -- which collectors are planned as one problem: those whose areas lie
 * together. */
#include "sync/server/plan/team_private.h"

#include "core/rules/plan_problem.h"

#include <stdlib.h>

/* A block in the making: a part of the collectors' list. */
struct part {
    size_t from, count;
};

struct placed {
    int32_t along_m;
    uint32_t collector;
};

static int by_place(const void *left, const void *right)
{
    const struct placed *a = left;
    const struct placed *b = right;
    if (a->along_m != b->along_m) {
        return a->along_m < b->along_m ? -1 : 1;
    }
    return a->collector < b->collector ? -1 : 1;
}

/* Sorts a part along its longer side, in odd rounds along the other. */
static void sort_part(struct arena *arena, const struct team_work *work, uint32_t *order,
                      struct part part, bool is_turned)
{
    struct arena_mark mark = arena_mark(arena);
    struct placed *placed = ARENA_ARRAY(arena, part.count, struct placed);
    struct team_spot low = {INT32_MAX, INT32_MAX};
    struct team_spot high = {INT32_MIN, INT32_MIN};
    for (size_t i = 0; i < part.count; i++) {
        struct team_spot area = work->areas[order[part.from + i]];
        low.x_m = area.x_m < low.x_m ? area.x_m : low.x_m;
        low.y_m = area.y_m < low.y_m ? area.y_m : low.y_m;
        high.x_m = area.x_m > high.x_m ? area.x_m : high.x_m;
        high.y_m = area.y_m > high.y_m ? area.y_m : high.y_m;
    }
    bool is_wide = (high.x_m - low.x_m >= high.y_m - low.y_m) != is_turned;
    for (size_t i = 0; i < part.count; i++) {
        uint32_t collector = order[part.from + i];
        struct team_spot area = work->areas[collector];
        placed[i] = (struct placed){is_wide ? area.x_m : area.y_m, collector};
    }
    qsort(placed, part.count, sizeof *placed, by_place);
    for (size_t i = 0; i < part.count; i++) {
        order[part.from + i] = placed[i].collector;
    }
    arena_rollback(arena, mark);
}

/* Halves the collectors by where their areas lie until each part is small enough; fills
 * block_of. Returns how many parts. */
static size_t cut(struct arena *arena, const struct team_work *work, uint32_t number,
                  uint32_t *order, struct part *parts)
{
    size_t size_max = PLAN_SHIFTS_MAX / work->problem->day_count; /* a shift for each day */
    size_max = size_max < work->terms->block_size ? size_max : work->terms->block_size;
    CHECK(size_max > 0);
    size_t count = 1;
    parts[0] = (struct part){0, work->problem->collector_count};
    for (size_t i = 0; i < work->problem->collector_count; i++) {
        order[i] = (uint32_t)i;
    }
    for (size_t p = 0; p < count;) {
        if (parts[p].count <= size_max) {
            p++;
            continue;
        }
        sort_part(arena, work, order, parts[p], p == 0 && number % 2 == 1);
        size_t blocks = (parts[p].count + size_max - 1) / size_max;
        size_t half = parts[p].count * (blocks / 2) / blocks;
        parts[count++] = (struct part){parts[p].from + half, parts[p].count - half};
        parts[p].count = half;
    }
    return count;
}

size_t team_cut(struct arena *arena, const struct team_work *work, uint32_t number,
                struct team_block **blocks_out)
{
    size_t collector_count = work->problem->collector_count;
    size_t unit_count = work->problem->unit_count;
    uint32_t *order = ARENA_ARRAY(arena, collector_count + 1, uint32_t);
    struct part *parts = ARENA_ARRAY(arena, collector_count + 1, struct part);
    size_t *block_of = ARENA_ARRAY(arena, collector_count + 1, size_t);
    uint32_t *units = ARENA_ARRAY(arena, unit_count + 1, uint32_t);
    size_t block_count = cut(arena, work, number, order, parts);
    struct team_block *blocks = ARENA_ARRAY(arena, block_count, struct team_block);
    for (size_t b = 0; b < block_count; b++) {
        blocks[b].collectors = order + parts[b].from;
        blocks[b].collector_count = parts[b].count;
        for (size_t i = 0; i < parts[b].count; i++) {
            block_of[order[parts[b].from + i]] = b;
        }
    }
    for (size_t u = 0; u < unit_count; u++) {
        if (work->owner[u] != TEAM_NONE) {
            blocks[block_of[work->owner[u]]].unit_count++;
        }
    }
    size_t from = 0;
    for (size_t b = 0; b < block_count; b++) {
        blocks[b].units = units + from;
        from += blocks[b].unit_count;
        blocks[b].unit_count = 0;
    }
    for (size_t u = 0; u < unit_count; u++) {
        if (work->owner[u] != TEAM_NONE) {
            struct team_block *block = &blocks[block_of[work->owner[u]]];
            units[(size_t)(block->units - units) + block->unit_count++] = (uint32_t)u;
        }
    }
    *blocks_out = blocks;
    return block_count;
}
