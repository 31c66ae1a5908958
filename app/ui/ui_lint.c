#include "app/ui/ui_lint.h"

#include <string.h>

struct hunt {
    struct arena *arena;
    const struct ui *ui;
    const struct theme *theme;
    const struct ui_semantic *semantics;
    size_t count;
    struct ui_lint lint;
    size_t capacity;
};

static const char *const kind_names[UI_LINT_KIND_COUNT] = {
    [UI_LINT_target_small] = "target_small", [UI_LINT_target_overlap] = "target_overlap",
    [UI_LINT_text_clipped] = "text_clipped", [UI_LINT_text_outside] = "text_outside",
    [UI_LINT_contrast] = "contrast",         [UI_LINT_unnamed] = "unnamed",
    [UI_LINT_key_missing] = "key_missing",   [UI_LINT_key_double] = "key_double",
};

static void found(struct hunt *hunt, enum ui_lint_kind kind, const char *text)
{
    if (hunt->lint.count == hunt->capacity) {
        size_t capacity = hunt->capacity == 0 ? 16 : hunt->capacity * 2;
        struct ui_lint_finding *grown = ARENA_ARRAY(hunt->arena, capacity, struct ui_lint_finding);
        if (hunt->lint.count > 0) {
            memcpy(grown, hunt->lint.findings, hunt->lint.count * sizeof *grown);
        }
        hunt->lint.findings = grown;
        hunt->capacity = capacity;
    }
    const char *line = str_format(hunt->arena, "%s: %s", kind_names[kind], text);
    hunt->lint.findings[hunt->lint.count++] = (struct ui_lint_finding){kind, line};
}

/* "#key" or the name, for messages. */
static const char *called(struct hunt *hunt, const struct ui_semantic *semantic)
{
    if (semantic->key[0] != '\0') {
        return str_format(hunt->arena, "%s #%s", ui_role_name(semantic->role), semantic->key);
    }
    return str_format(hunt->arena, "%s \"%s\"", ui_role_name(semantic->role), semantic->name);
}

static void target_size(struct hunt *hunt, const struct ui_semantic *target)
{
    const struct theme *theme = hunt->theme;
    bool is_key = target->role == UI_ROLE_key && !target->is_letter_key;
    int32_t wide_mm = is_key ? theme->key_mm : theme->target_mm;
    int32_t high_mm = is_key               ? theme->key_high_mm
                      : target->is_primary ? theme->key_mm
                                           : theme->target_mm;
    int32_t wide_px = theme_mm(theme, wide_mm);
    int32_t high_px = theme_mm(theme, high_mm);
    if (target->rect.w < wide_px || target->rect.h < high_px) {
        found(hunt, UI_LINT_target_small,
              str_format(hunt->arena, "%s is %dx%d px, the rule is %dx%d mm = %dx%d px",
                         called(hunt, target), target->rect.w, target->rect.h, wide_mm, high_mm,
                         wide_px, high_px));
    }
}

static bool is_inside(const struct hunt *hunt, int32_t inner, int32_t outer)
{
    for (int32_t at = inner; at >= 0; at = hunt->semantics[at].parent) {
        if (at == outer) {
            return true;
        }
    }
    return false;
}

/* A target on a layer above lies over what is below on purpose; everything else
 * that shares pixels is a trap for fingers. */
static void target_overlaps(struct hunt *hunt, size_t index)
{
    const struct ui_semantic *a = &hunt->semantics[index];
    for (size_t other = index + 1; other < hunt->count; other++) {
        const struct ui_semantic *b = &hunt->semantics[other];
        if (!b->is_action || b->is_covered || a->layer != b->layer ||
            is_inside(hunt, (int32_t)other, (int32_t)index) ||
            !geom_overlaps(a->visible, b->visible)) {
            continue;
        }
        struct rect both = geom_meet(a->visible, b->visible);
        found(hunt, UI_LINT_target_overlap,
              str_format(hunt->arena, "%s and %s share %dx%d px", called(hunt, a), called(hunt, b),
                         both.w, both.h));
    }
}

static bool has_text_of_action(const struct hunt *hunt, const struct ui_semantic *text)
{
    int32_t up = text->parent;
    if (up < 0) {
        return false;
    }
    const struct ui_semantic *parent = &hunt->semantics[up];
    /* Rows and fields show content, which may be long; the others are words of
     * ours. */
    return parent->is_action && parent->role != UI_ROLE_row && parent->role != UI_ROLE_field &&
           strcmp(parent->name, text->name) == 0;
}

static void text_fits(struct hunt *hunt, const struct ui_semantic *text)
{
    struct rect screen = {0, 0, hunt->theme->options.width_px, hunt->theme->options.height_px};
    if (text->is_clipped || (text->was_cut && has_text_of_action(hunt, text))) {
        found(
            hunt, UI_LINT_text_clipped,
            str_format(hunt->arena, "\"%s\" in %dx%d px", text->name, text->rect.w, text->rect.h));
    }
    bool is_beside = text->rect.x < 0 || text->rect.x + text->rect.w > screen.w;
    bool is_below = text->scroll < 0 && !geom_covers(screen, text->rect);
    if (text->name[0] != '\0' && (is_beside || is_below)) {
        found(hunt, UI_LINT_text_outside,
              str_format(hunt->arena, "\"%s\" at %d,%d %dx%d", text->name, text->rect.x,
                         text->rect.y, text->rect.w, text->rect.h));
    }
    /* Cut at the side by something narrower than the screen. */
    if (!geom_is_empty(text->visible) && text->visible.w < text->rect.w && !is_beside) {
        found(hunt, UI_LINT_text_clipped,
              str_format(hunt->arena, "\"%s\" shows %d of %d px", text->name, text->visible.w,
                         text->rect.w));
    }
}

static uint32_t blend(uint32_t below, uint32_t above)
{
    uint32_t alpha = above >> 24;
    uint32_t mixed = 0xFF000000U;
    for (int shift = 0; shift <= 16; shift += 8) {
        uint32_t a = above >> shift & 0xFF;
        uint32_t b = below >> shift & 0xFF;
        mixed |= ((a * alpha + b * (255 - alpha) + 127) / 255) << shift;
    }
    return mixed;
}

/* What is behind the middle of a text: every fill below it, in order. */
static uint32_t background(const struct draw_list *list, size_t text_index, struct point at)
{
    uint32_t color = 0xFF000000U;
    for (size_t i = 0; i < text_index; i++) {
        const struct draw_command *command = &list->commands[i];
        if (command->kind == DRAW_fill && geom_has(geom_meet(command->rect, command->clip), at)) {
            color = blend(color, command->color);
        }
    }
    return color;
}

static void contrasts(struct hunt *hunt)
{
    const struct draw_list *list = ui_draw_list(hunt->ui);
    int32_t rule = theme_contrast_min(hunt->theme);
    size_t first = 0;
    /* Below a dialog's scrim everything is faint on purpose. */
    for (size_t i = 0; i < list->count; i++) {
        if (list->commands[i].kind == DRAW_fill &&
            list->commands[i].color == hunt->theme->color[COLOR_scrim]) {
            first = i;
        }
    }
    for (size_t i = first; i < list->count; i++) {
        const struct draw_command *command = &list->commands[i];
        bool is_text = command->kind == DRAW_text;
        if (!is_text && command->kind != DRAW_icon) {
            continue;
        }
        struct rect seen = geom_meet(command->rect, command->clip);
        uint32_t behind = background(list, i, geom_centre(seen));
        int32_t contrast = theme_contrast(command->color, behind);
        int32_t least = is_text ? rule : 450; /* icons: 4.5:1 */
        if (!geom_is_empty(seen) && contrast < least) {
            struct str what = is_text ? command->text : str_from(icon_name(command->icon));
            found(hunt, UI_LINT_contrast,
                  str_format(hunt->arena, "\"%.*s\" #%06X on #%06X is %d.%02d, the rule is %d.%02d",
                             (int)what.size, what.bytes, (unsigned)(command->color & 0xFFFFFF),
                             (unsigned)(behind & 0xFFFFFF), contrast / 100, contrast % 100,
                             least / 100, least % 100));
        }
    }
}

static void key_doubles(struct hunt *hunt, size_t index)
{
    const struct ui_semantic *a = &hunt->semantics[index];
    for (size_t other = index + 1; a->key[0] != '\0' && other < hunt->count; other++) {
        if (strcmp(a->key, hunt->semantics[other].key) == 0) {
            found(hunt, UI_LINT_key_double, str_format(hunt->arena, "#%s", a->key));
            return;
        }
    }
}

struct ui_lint ui_lint(struct arena *arena, const struct ui *ui)
{
    struct hunt hunt = {.arena = arena, .ui = ui, .theme = ui_theme(ui)};
    hunt.semantics = ui_semantics(ui, &hunt.count);
    for (size_t i = 0; i < hunt.count; i++) {
        const struct ui_semantic *semantic = &hunt.semantics[i];
        key_doubles(&hunt, i);
        if (semantic->is_covered) {
            continue;
        }
        if (semantic->is_action) {
            if (semantic->name[0] == '\0') {
                found(&hunt, UI_LINT_unnamed, called(&hunt, semantic));
            }
            if (semantic->key[0] == '\0') {
                found(&hunt, UI_LINT_key_missing, called(&hunt, semantic));
            }
            target_size(&hunt, semantic);
            target_overlaps(&hunt, i);
        }
        if (semantic->role == UI_ROLE_text || semantic->role == UI_ROLE_heading) {
            text_fits(&hunt, semantic);
        }
    }
    contrasts(&hunt);
    return hunt.lint;
}

char *ui_lint_dump(struct arena *arena, const struct ui_lint *lint)
{
    struct str_builder out;
    str_builder_init(&out, arena);
    str_add_text(&out, "");
    for (size_t i = 0; i < lint->count; i++) {
        str_add_text(&out, lint->findings[i].text);
        str_add_char(&out, '\n');
    }
    return out.text;
}
