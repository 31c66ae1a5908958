/* Targets, names, reach and fit: what the tree of meaning tells. */
#include "app/ui/ui_lint_private.h"

#include <string.h>

static const char *const kind_names[UI_LINT_KIND_COUNT] = {
    [UI_LINT_target_small] = "target_small", [UI_LINT_target_overlap] = "target_overlap",
    [UI_LINT_unreachable] = "unreachable",   [UI_LINT_unnamed] = "unnamed",
    [UI_LINT_roleless] = "roleless",         [UI_LINT_key_missing] = "key_missing",
    [UI_LINT_key_double] = "key_double",     [UI_LINT_primary_double] = "primary_double",
    [UI_LINT_text_clipped] = "text_clipped", [UI_LINT_text_outside] = "text_outside",
    [UI_LINT_amount_cut] = "amount_cut",     [UI_LINT_title_cut] = "title_cut",
    [UI_LINT_icon_outside] = "icon_outside", [UI_LINT_text_overlap] = "text_overlap",
    [UI_LINT_text_covered] = "text_covered", [UI_LINT_contrast] = "contrast",
};

const char *ui_lint_kind_name(enum ui_lint_kind kind)
{
    CHECK(kind < UI_LINT_KIND_COUNT);
    return kind_names[kind];
}

void ui_lint_found(struct hunt *hunt, enum ui_lint_kind kind, const char *subject,
                   const char *figures)
{
    if (hunt->lint.count == hunt->capacity) {
        size_t capacity = hunt->capacity == 0 ? 16 : hunt->capacity * 2;
        hunt->lint.findings = arena_grow(hunt->arena, hunt->lint.findings, hunt->lint.count,
                                         capacity, sizeof *hunt->lint.findings);
        hunt->capacity = capacity;
    }
    const char *line = str_format(hunt->arena, "%s: %s%s%s", kind_names[kind], subject,
                                  figures[0] != '\0' ? " " : "", figures);
    hunt->lint.findings[hunt->lint.count++] = (struct ui_lint_finding){kind, subject, line};
}

/* "#key" or the name, for messages. */
static const char *called(struct hunt *hunt, const struct ui_semantic *semantic)
{
    if (semantic->key[0] != '\0') {
        return str_format(hunt->arena, "%s #%s", ui_role_name(semantic->role), semantic->key);
    }
    return str_format(hunt->arena, "%s \"%s\"", ui_role_name(semantic->role), semantic->name);
}

/* ---- targets ---- */

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
        ui_lint_found(hunt, UI_LINT_target_small, called(hunt, target),
                      str_format(hunt->arena, "is %dx%d px, the rule is %dx%d mm = %dx%d px",
                                 target->rect.w, target->rect.h, wide_mm, high_mm, wide_px,
                                 high_px));
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
 * that shares pixels is a trap for fingers. In one scroll region what is out of
 * sight counts as well: it will be in sight together. */
static void target_overlaps(struct hunt *hunt, size_t index)
{
    const struct ui_semantic *a = &hunt->semantics[index];
    for (size_t other = index + 1; other < hunt->count; other++) {
        const struct ui_semantic *b = &hunt->semantics[other];
        if (!b->is_action || b->is_covered || a->layer != b->layer) {
            continue;
        }
        bool is_together = a->scroll == b->scroll;
        struct rect both =
            is_together ? geom_meet(a->rect, b->rect) : geom_meet(a->visible, b->visible);
        if (geom_is_empty(both) || is_inside(hunt, (int32_t)other, (int32_t)index)) {
            continue;
        }
        ui_lint_found(
            hunt, UI_LINT_target_overlap, called(hunt, a),
            str_format(hunt->arena, "and %s share %dx%d px", called(hunt, b), both.w, both.h));
    }
}

/* The window through which a scroll region moves what is in it. */
static struct rect window_of(const struct hunt *hunt, const struct ui_semantic *target)
{
    struct rect window = {0, 0, hunt->theme->options.width_px, hunt->theme->options.height_px};
    for (int32_t at = target->scroll; at >= 0; at = hunt->semantics[at].scroll) {
        window = geom_meet(window, hunt->semantics[at].rect);
    }
    return window;
}

/* While something is typed the keyboard may leave room for no more than a line of the
 * field; one tap brings the rest back. */
static bool is_in_reach(const struct hunt *hunt, const struct ui_semantic *target)
{
    struct rect window = window_of(hunt, target);
    if (target->scroll < 0) {
        return geom_covers(window, target->rect);
    }
    int32_t least_px = theme_mm(hunt->theme, hunt->theme->target_mm);
    if (ui_wants_text(hunt->ui)) {
        if (!target->is_focused) {
            return true;
        }
        least_px = theme_line_px(hunt->theme, TYPE_body);
        window.h = target->visible.h;
    }
    bool is_beside =
        target->rect.x < window.x || target->rect.x + target->rect.w > window.x + window.w;
    return !is_beside && window.h >= (target->rect.h < least_px ? target->rect.h : least_px);
}

static void reach(struct hunt *hunt, const struct ui_semantic *target)
{
    if (geom_is_empty(target->rect) || !is_in_reach(hunt, target)) {
        struct rect window = window_of(hunt, target);
        ui_lint_found(hunt, UI_LINT_unreachable, called(hunt, target),
                      str_format(hunt->arena, "at %d,%d %dx%d, the window is %d,%d %dx%d",
                                 target->rect.x, target->rect.y, target->rect.w, target->rect.h,
                                 window.x, window.y, window.w, window.h));
    }
}

static void primaries(struct hunt *hunt, size_t index)
{
    const struct ui_semantic *a = &hunt->semantics[index];
    for (size_t other = index + 1; other < hunt->count; other++) {
        const struct ui_semantic *b = &hunt->semantics[other];
        if (b->is_action && b->is_primary && !b->is_disabled && a->layer == b->layer) {
            ui_lint_found(hunt, UI_LINT_primary_double, called(hunt, a),
                          str_format(hunt->arena, "and %s", called(hunt, b)));
            return;
        }
    }
}

static void key_doubles(struct hunt *hunt, size_t index)
{
    const struct ui_semantic *a = &hunt->semantics[index];
    for (size_t other = index + 1; a->key[0] != '\0' && other < hunt->count; other++) {
        if (strcmp(a->key, hunt->semantics[other].key) == 0) {
            ui_lint_found(hunt, UI_LINT_key_double, called(hunt, a), "");
            return;
        }
    }
}

static void target(struct hunt *hunt, size_t index)
{
    const struct ui_semantic *target = &hunt->semantics[index];
    if (target->name[0] == '\0') {
        ui_lint_found(hunt, UI_LINT_unnamed, called(hunt, target), "");
    }
    if (target->role < UI_ROLE_button) {
        ui_lint_found(hunt, UI_LINT_roleless, called(hunt, target), "");
    }
    if (target->key[0] == '\0') {
        ui_lint_found(hunt, UI_LINT_key_missing, called(hunt, target), "");
    }
    if (target->is_primary && !target->is_disabled) {
        primaries(hunt, index);
    }
    target_size(hunt, target);
    target_overlaps(hunt, index);
    reach(hunt, target);
}

/* ---- texts ---- */

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

/* What one must read to know where one is and what one is about to do. */
static bool is_title(const struct hunt *hunt, const struct ui_semantic *text)
{
    return text->role == UI_ROLE_heading ||
           (text->parent >= 0 && hunt->semantics[text->parent].is_primary);
}

static void text_fits(struct hunt *hunt, const struct ui_semantic *text)
{
    struct rect screen = {0, 0, hunt->theme->options.width_px, hunt->theme->options.height_px};
    const char *subject = str_format(hunt->arena, "\"%s\"", text->name);
    if (text->is_clipped || (text->was_cut && has_text_of_action(hunt, text))) {
        ui_lint_found(hunt, UI_LINT_text_clipped, subject,
                      str_format(hunt->arena, "in %dx%d px", text->rect.w, text->rect.h));
    }
    if (text->was_cut && strncmp(text->name, "¥", strlen("¥")) == 0) {
        ui_lint_found(hunt, UI_LINT_amount_cut, subject,
                      str_format(hunt->arena, "in %dx%d px", text->rect.w, text->rect.h));
    }
    if (text->was_cut && is_title(hunt, text)) {
        ui_lint_found(hunt, UI_LINT_title_cut, subject,
                      str_format(hunt->arena, "in %dx%d px", text->rect.w, text->rect.h));
    }
    bool is_beside = text->rect.x < 0 || text->rect.x + text->rect.w > screen.w;
    bool is_below = text->scroll < 0 && !geom_covers(screen, text->rect);
    if (text->name[0] != '\0' && (is_beside || is_below)) {
        ui_lint_found(hunt, UI_LINT_text_outside, subject,
                      str_format(hunt->arena, "at %d,%d %dx%d", text->rect.x, text->rect.y,
                                 text->rect.w, text->rect.h));
    }
    /* Cut at the side by something narrower than the screen. */
    if (!geom_is_empty(text->visible) && text->visible.w < text->rect.w && !is_beside) {
        ui_lint_found(hunt, UI_LINT_text_clipped, subject,
                      str_format(hunt->arena, "shows %d of %d px", text->visible.w, text->rect.w));
    }
}

/* ---- all of it ---- */

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
            target(&hunt, i);
        }
        if (semantic->role == UI_ROLE_text || semantic->role == UI_ROLE_heading) {
            text_fits(&hunt, semantic);
        }
    }
    ui_lint_ink(&hunt);
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
