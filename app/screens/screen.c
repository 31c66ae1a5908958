#include "app/screens/screen.h"

#include "app/screens/parts.h"
#include "app/ui/widgets.h"

#include <string.h>

static const struct screen_row {
    const char *name;
    const char *key;
    enum icon root_icon;
    enum err (*enter)(struct arena *task, const struct screen_source *source,
                      struct screen_place *place, void **model_out);
    void (*frame)(struct ui *ui, const struct view *view, void *model, struct screen_place *place,
                  struct intent *intent_out);
} rows[SCREEN_COUNT] = {
#define SCREEN(name, root_icon) \
    [SCREEN_##name] = {#name, "screen." #name, ICON_##root_icon, name##_enter, name##_frame},
#include "app/screens/screens.def"
#undef SCREEN
};

enum err screen_enter(struct arena *task, const struct screen_source *source,
                      struct screen_place *place, void **model_out)
{
    CHECK(place->screen > SCREEN_none && place->screen < SCREEN_COUNT);
    return rows[place->screen].enter(task, source, place, model_out);
}

void screen_frame(struct ui *ui, const struct view *view, void *model, struct screen_place *place,
                  struct intent *intent_out)
{
    CHECK(place->screen > SCREEN_none && place->screen < SCREEN_COUNT);
    rows[place->screen].frame(ui, view, model, place, intent_out);
}

const char *screen_name(enum screen_kind kind)
{
    return kind > SCREEN_none && kind < SCREEN_COUNT ? rows[kind].name : "none";
}

enum screen_kind screen_from_name(struct str name)
{
    for (uint32_t i = SCREEN_none + 1; i < SCREEN_COUNT; i++) {
        if (str_is(name, rows[i].name)) {
            return (enum screen_kind)i;
        }
    }
    return SCREEN_none;
}

bool screen_is_root(enum screen_kind kind)
{
    return kind > SCREEN_none && kind < SCREEN_COUNT && rows[kind].root_icon != ICON_none;
}

struct screen_secret *screen_secret(struct arena *task, const struct screen_source *source)
{
    return source->secret != NULL ? source->secret : ARENA_NEW(task, struct screen_secret);
}

struct screen_place screen_place(enum screen_kind kind, uint64_t case_no)
{
    struct screen_place place;
    memset(&place, 0, sizeof place);
    place.screen = kind;
    place.case_no = case_no;
    return place;
}

void screen_open(struct intent *intent, enum screen_kind kind, uint64_t case_no)
{
    intent->kind = INTENT_open;
    intent->place = screen_place(kind, case_no);
}

/* Fingers in gloves need 15 mm a root: five do not fit a handheld. The results
 * then stand in the list of the last root. */
bool screen_has_all_roots(const struct ui *ui)
{
    const struct theme *theme = ui_theme(ui);
    int32_t count = 0;
    for (uint32_t i = SCREEN_none + 1; i < SCREEN_COUNT; i++) {
        count += screen_is_root((enum screen_kind)i) ? 1 : 0;
    }
    return !parts_is_narrow(ui) &&
           count * theme_mm(theme, theme->target_mm + 1) <= theme->options.width_px;
}

struct roots {
    struct widget_bar_root tabs[SCREEN_COUNT];
    enum screen_kind kinds[SCREEN_COUNT];
    int32_t count, shown;
};

static void roots_list(struct ui *ui, const struct view *view, enum screen_kind at,
                       struct roots *roots)
{
    bool has_all = screen_has_all_roots(ui);
    roots->count = 0;
    roots->shown = 0;
    for (uint32_t i = SCREEN_none + 1; i < SCREEN_COUNT; i++) {
        if (!screen_is_root((enum screen_kind)i) || (i == SCREEN_results && !has_all)) {
            continue;
        }
        if (i == (uint32_t)at || (i == SCREEN_more && at == SCREEN_results && !has_all)) {
            roots->shown = roots->count;
        }
        int64_t number = parts_is_narrow(ui) ? 0 /* no room: the screen itself says it */
                         : i == SCREEN_sync  ? (int64_t)view->sync.question_count
                         : i == SCREEN_more  ? (int64_t)view->unread_count
                                             : 0;
        roots->kinds[roots->count] = (enum screen_kind)i;
        roots->tabs[roots->count] = (struct widget_bar_root){
            .key = ui_format(ui, "root/%s", rows[i].name),
            .label = view_text(view, rows[i].key),
            .icon = rows[i].root_icon,
            .count = (int32_t)(number > 99 ? 99 : number),
        };
        roots->count++;
    }
}

static void root_go(const struct roots *roots, int32_t tapped, enum screen_kind at,
                    struct intent *intent)
{
    if (tapped >= 0 && roots->kinds[tapped] != at) {
        intent->kind = INTENT_root;
        intent->place = screen_place(roots->kinds[tapped], 0);
    }
}

void screen_root_open(struct ui *ui, const struct view *view, enum screen_kind at,
                      struct intent *intent)
{
    if (!parts_is_wide(ui)) {
        parts_screen_open(ui);
        return;
    }
    struct roots roots;
    roots_list(ui, view, at, &roots);
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .h = UI_FILL});
    root_go(&roots, widget_bar_side(ui, roots.tabs, roots.count, roots.shown), at, intent);
    parts_screen_open(ui);
}

void screen_root_close(struct ui *ui, const struct view *view, enum screen_kind at,
                       struct intent *intent)
{
    bool is_wide = parts_is_wide(ui);
    if (!is_wide && !ui_wants_text(ui)) { /* the keyboard needs the room */
        struct roots roots;
        roots_list(ui, view, at, &roots);
        root_go(&roots, widget_bar_bottom(ui, roots.tabs, roots.count, roots.shown), at, intent);
    }
    parts_screen_close(ui, view, NULL, 0);
    if (is_wide) {
        ui_close(ui);
    }
}

bool screen_top(struct ui *ui, const struct view *view, const char *title, const char *note,
                const char *action, enum icon action_icon, struct intent *intent)
{
    enum widget_bar_answer answer =
        widget_bar_top(ui, &(struct widget_bar_top){.title = title,
                                                    .note = note,
                                                    .back = view_text(view, "screen.back"),
                                                    .action = action,
                                                    .action_icon = action_icon});
    if (answer == WIDGET_BAR_back) {
        intent->kind = INTENT_back;
    }
    return answer == WIDGET_BAR_action;
}

void screen_top_root(struct ui *ui, const struct view *view, const char *title, const char *note)
{
    struct widget_badge badge = parts_sync_badge(view);
    enum widget_bar_answer answer =
        widget_bar_top(ui, &(struct widget_bar_top){.title = title, .note = note, .badge = &badge});
    (void)answer; /* a root has neither a back button nor an action */
}
