/* tests/app/session/drawn.h -- a golden draw list read back, so that its picture can be shown
 * beside today's. Reads what draw_dump() writes. */
#pragma once

#include "app/ui/draw.h"

#include <stdio.h>
#include <string.h>

static inline enum icon drawn_icon(const char *name)
{
    for (enum icon icon = ICON_none; icon < ICON_COUNT; icon++) {
        if (strcmp(icon_name(icon), name) == 0) {
            return icon;
        }
    }
    return ICON_none;
}

static inline const char *drawn_after(const char *at, int used)
{
    return used > 0 ? at + used : at;
}

/* One line of a dump, NUL-ended; false when it is of a kind not known here. */
static inline bool drawn_line(struct arena *arena, const char *line, struct rect screen,
                              struct draw_command *out)
{
    static const char *const kinds[] = {
        [DRAW_fill] = "fill",   [DRAW_border] = "border", [DRAW_shadow] = "shadow",
        [DRAW_text] = "text",   [DRAW_icon] = "icon",     [DRAW_line] = "line",
        [DRAW_image] = "image",
    };
    char word[32] = "";
    int used = 0;
    struct rect r;
    if (sscanf(line, "%31s %d,%d %dx%d%n", word, &r.x, &r.y, &r.w, &r.h, &used) != 5) {
        return false;
    }
    *out = (struct draw_command){.rect = r, .clip = screen};
    size_t kind = 0;
    while (kind < COUNT(kinds) && strcmp(kinds[kind], word) != 0) {
        kind++;
    }
    if (kind == COUNT(kinds)) {
        return false;
    }
    out->kind = (enum draw_kind)kind;
    const char *at = line + used;
    used = 0;
    (void)sscanf(at, " radius %d%n", &out->radius, &used);
    at = drawn_after(at, used);
    used = 0;
    (void)sscanf(at, " width %d%n", &out->width, &used);
    at = drawn_after(at, used);
    if (out->kind == DRAW_text) {
        used = 0;
        (void)sscanf(at, " base %d %d%n", &out->baseline, &out->style.size_px, &used);
        at = drawn_after(at, used);
        out->style.is_bold = *at == 'b';
        at += out->style.is_bold ? 1 : 0;
    }
    unsigned color = 0;
    unsigned alpha = 255;
    used = 0;
    (void)sscanf(at, " #%6X%n", &color, &used);
    at = drawn_after(at, used);
    used = 0;
    (void)sscanf(at, "/%u%n", &alpha, &used);
    at = drawn_after(at, used);
    out->color = alpha << 24 | color;
    if (out->kind == DRAW_text) {
        const char *first = strchr(at, '"');
        const char *last = strrchr(at, '"');
        if (first == NULL || first == last) {
            return false;
        }
        char *text = arena_alloc(arena, (size_t)(last - first));
        memcpy(text, first + 1, (size_t)(last - first - 1));
        out->text = (struct str){text, (size_t)(last - first - 1)};
        at = last + 1;
    } else if (out->kind == DRAW_icon) {
        used = 0;
        (void)sscanf(at, " %31s%n", word, &used);
        at = drawn_after(at, used);
        out->icon = drawn_icon(word);
    }
    if (out->kind == DRAW_image) { /* the list does not say what was on it */
        static const uint32_t grey = 0xFFC8C8C8U;
        out->image = (struct draw_image){&grey, 1, 1, 1, 0};
        out->color = 0xFF000000U;
        used = 0;
        (void)sscanf(at, " of %*dx%*d%n", &used);
        at = drawn_after(at, used);
    }
    struct rect c;
    if (sscanf(at, " clip %d,%d %dx%d", &c.x, &c.y, &c.w, &c.h) == 4) {
        out->clip = c;
    }
    return true;
}

/* All of it; lines of unknown kinds are left out and counted. Lives in `arena`. */
static inline struct draw_list drawn_read(struct arena *arena, struct str text, struct rect screen,
                                          size_t *unknown_out)
{
    struct draw_list list = {.arena = arena};
    size_t lines = 1;
    for (size_t i = 0; i < text.size; i++) {
        lines += text.bytes[i] == '\n' ? 1 : 0;
    }
    list.commands = ARENA_ARRAY(arena, lines, struct draw_command);
    list.capacity = lines;
    *unknown_out = 0;
    struct str line;
    while (str_split(&text, '\n', &line)) {
        char *copy = arena_alloc(arena, line.size + 1);
        memcpy(copy, line.bytes, line.size);
        copy[line.size] = '\0';
        if (drawn_line(arena, copy, screen, &list.commands[list.count])) {
            list.count++;
        } else if (line.size > 0) {
            (*unknown_out)++;
        }
    }
    return list;
}
