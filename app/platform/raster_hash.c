#include "app/platform/raster_hash.h"

#include <string.h>

uint64_t raster_hash_mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9FB21C651E98DF25U;
    return hash ^ hash >> 29;
}

uint64_t raster_hash_rect(uint64_t hash, struct rect rect)
{
    hash = raster_hash_mix(hash, (uint64_t)(uint32_t)rect.x << 32 | (uint32_t)rect.y);
    return raster_hash_mix(hash, (uint64_t)(uint32_t)rect.w << 32 | (uint32_t)rect.h);
}

uint64_t raster_hash_command(const struct draw_command *command)
{
    uint64_t hash = raster_hash_mix(0x8422D1CE4E5B9E37U, (uint64_t)command->kind);
    hash = raster_hash_rect(hash, command->rect);
    hash = raster_hash_rect(hash, command->clip);
    hash = raster_hash_mix(hash, (uint64_t)command->color << 32 | (uint32_t)command->radius);
    hash = raster_hash_mix(hash,
                           (uint64_t)(uint32_t)command->width << 32 | (uint32_t)command->baseline);
    hash = raster_hash_mix(hash, (uint64_t)command->icon << 33 |
                                     (uint64_t)(uint32_t)command->style.size_px << 1 |
                                     (command->style.is_bold ? 1 : 0));
    if (command->kind == DRAW_image) {
        const struct draw_image *image = &command->image;
        hash = raster_hash_mix(hash, image->name);
        hash = raster_hash_mix(hash, (uint64_t)(uint32_t)image->w << 32 | (uint32_t)image->h);
    }
    size_t at = 0;
    for (; at + 8 <= command->text.size; at += 8) {
        uint64_t eight;
        memcpy(&eight, command->text.bytes + at, sizeof eight);
        hash = raster_hash_mix(hash, eight);
    }
    uint64_t rest = command->text.size;
    for (; at < command->text.size; at++) {
        rest = rest << 8 | (unsigned char)command->text.bytes[at];
    }
    return raster_hash_mix(hash, rest);
}

uint64_t raster_hash_scrolled(const struct draw_command *command, const struct draw_scroll *scroll)
{
    struct draw_command moved = *command;
    int32_t by = scroll->offset - scroll->view.y;
    int32_t bottom = moved.clip.y + moved.clip.h;
    bool is_cut_above = moved.clip.y == scroll->view.y;
    bool is_cut_below = bottom == scroll->view.y + scroll->view.h;
    moved.rect.y += by;
    moved.baseline += moved.kind == DRAW_text ? by : 0;
    /* Where the view cuts, the clip stands still while the page moves. */
    moved.clip.y = is_cut_above ? INT32_MIN : moved.clip.y + by;
    moved.clip.h = is_cut_below ? INT32_MAX : bottom + by;
    return raster_hash_command(&moved);
}
