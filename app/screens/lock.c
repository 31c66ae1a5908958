#include "app/screens/lock_keys.h"
#include "app/screens/lock_notice.h"
#include "app/screens/lock_people.h"

#include <string.h>

/* The screen must come up whatever the store says: what cannot be read is not shown. */
static void next_read(struct arena *task, const struct screen_source *source,
                      struct lock_model *model)
{
    struct store_stop *stops;
    size_t count = 0;
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    if (store_plan_list(source->store, task, today, &stops, &count) != OK) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (stops[i].state != STOP_planned || stops[i].item.case_no == 0) {
            continue;
        }
        if (model->left_count++ == 0) {
            model->next_area = stops[i].item.area;
            model->next_at_ms = stops[i].arrive_at_ms;
        }
    }
}

/* What was called for while the store is shut. */
static void sealed_alarm(struct arena *task, struct lock_model *model)
{
    if (model->keys.alarm_at_ms == 0) {
        return;
    }
    model->alarms.items = ARENA_NEW(task, struct alarm_item);
    model->alarms.count = 1;
    model->alarms.items[0] = (struct alarm_item){
        .at_ms = model->keys.alarm_at_ms,
        .state = model->keys.is_alarm_heard ? ALARM_heard : ALARM_unheard,
        .by_name = "",
    };
}

enum err lock_enter(struct arena *task, const struct screen_source *source,
                    struct screen_place *place, void **model_out)
{
    (void)place;
    struct lock_model *model = ARENA_NEW(task, struct lock_model);
    model->secret = screen_secret(task, source);
    model->next_area = "";
    if (source->keys != NULL) {
        model->keys = *source->keys;
    }
    *model_out = model;
    if (source->store == NULL) {
        sealed_alarm(task, model);
        return OK;
    }
    model->has_open_visit = source->draft != NULL;
    next_read(task, source, model);
    if (alarm_read(task, source->store, source->now_ms, &model->alarms) != OK) {
        model->alarms.count = 0;
    }
    return OK;
}

/* Keys beside the rest, however large the text: below it their last row would be out of sight.
 * What is read and not typed needs the width instead. */
static bool has_two_sides(const struct ui *ui, const struct screen_place *place)
{
    bool has_keys = place->tab == LOCK_TAB_keys || place->tab == LOCK_TAB_reset;
    return parts_is_wide(ui) || (has_keys && ui_theme(ui)->class == THEME_expanded);
}

/* Large text on a handheld: what else stands beside the time stands below it. */
static bool is_stacked(const struct ui *ui)
{
    return !parts_is_wide(ui) && ui_theme(ui)->options.text_percent > 100;
}

static void people_button(struct ui *ui, const struct view *view, const struct lock_model *model,
                          struct screen_place *place)
{
    if (model->keys.people_count > 0 && place->tab != LOCK_TAB_people &&
        widget_button(ui, "lock/people",
                      &(struct widget_button){.label = view_text(view, "people.other"),
                                              .icon = ICON_people,
                                              .is_wide = is_stacked(ui)})) {
        model->secret->typed[0] = '\0';
        place->tab = LOCK_TAB_people;
    }
}

static void clock_face(struct ui *ui, const struct view *view, const struct lock_model *model,
                       struct screen_place *place)
{
    const char *name = lock_people_name(view, &model->keys);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 16, .across = UI_centre});
    ui_text_with(
        ui,
        &(struct ui_text){.type = is_stacked(ui) ? TYPE_title : TYPE_display, .role = UI_ROLE_text},
        view_clock(view, view->now_ms));
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_strong, .role = UI_ROLE_heading},
                 name[0] != '\0' ? name : view_text(view, "app.name"));
    ui_text(ui, is_stacked(ui) ? TYPE_label : TYPE_secondary, COLOR_ink_2,
            view_day(view, view->today));
    ui_close(ui);
    if (!is_stacked(ui)) {
        people_button(ui, view, model, place);
    }
    ui_close(ui);
    if (is_stacked(ui)) { /* large text: below, where there is room */
        people_button(ui, view, model, place);
    }
    ui_wake_at(ui, ui_now_ms(ui) + 60000 - view->now_ms % 60000);
}

static void next_card(struct ui *ui, const struct view *view, const struct lock_model *model)
{
    if (model->left_count == 0 && !model->has_open_visit) {
        return;
    }
    const char *where = view_text(view, "lock.open_visit");
    if (!model->has_open_visit) {
        const char *time = model->next_at_ms != 0 ? view_clock(view, model->next_at_ms) : NULL;
        const char *area = model->next_area[0] != '\0' ? model->next_area : NULL;
        where = time != NULL && area != NULL ? str_format(view->arena, "%s · %s", time, area)
                : time != NULL               ? time
                : area != NULL               ? area
                                             : view_text(view, "lock.next_unknown");
    }
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .pad_x = 16,
                             .pad_y = 12,
                             .gap = 12,
                             .across = UI_centre,
                             .fill = COLOR_card,
                             .border = ui_theme(ui)->has_shadow ? COLOR_none : COLOR_outline,
                             .radius = 14});
    ui_icon(ui, model->has_open_visit ? ICON_door_front : ICON_near_me, 28, COLOR_link);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_strong, COLOR_ink,
            model->has_open_visit
                ? where
                : view_fill(view, "lock.next_of", lang_value_text("where", where)));
    ui_text(ui, TYPE_secondary, COLOR_ink_2,
            view_fill(view, "lock.left", lang_value_count("n", (int64_t)model->left_count)));
    ui_close(ui);
    ui_close(ui);
}

/* Never more than what headquarters signed. */
static void alarm_state_banner(struct ui *ui, const struct view *view,
                               const struct alarm_item *item)
{
    bool is_there = item->state != ALARM_unheard || item->is_at_hq;
    const char *key = item->state == ALARM_seen ? "lock.alarm_seen"
                      : is_there                ? "lock.alarm_heard"
                                                : "lock.alarm_kept";
    widget_banner(
        ui, NULL,
        &(struct widget_banner){
            .tone = item->state == ALARM_seen ? WIDGET_BADGE_ok
                    : is_there                ? WIDGET_BADGE_warn
                                              : WIDGET_BADGE_danger,
            .title = view_fill(view, key, lang_value_text("time", view_clock(view, item->at_ms)),
                               lang_value_text("name", item->by_name[0] != '\0'
                                                           ? item->by_name
                                                           : view_text(view, "alarm.somebody"))),
            .text = is_there ? NULL : view_text(view, "lock.alarm_kept_note"),
            .icon = item->state == ALARM_seen ? ICON_visibility
                    : is_there                ? ICON_cloud_done
                                              : ICON_notification_important});
}

static void about(struct ui *ui, const struct view *view, const struct lock_model *model,
                  struct screen_place *place)
{
    clock_face(ui, view, model, place);
    if (model->alarms.count > 0) {
        alarm_state_banner(ui, view, &model->alarms.items[0]);
    }
    if (model->alarms.count == 0 || has_two_sides(ui, place)) { /* the keys need the room */
        next_card(ui, view, model);
    }
}

static void alarm_make(const struct view *view, bool is_silent, struct intent *intent_out)
{
    ds_Event *event = ARENA_NEW(view->arena, ds_Event);
    event->which_kind = EVENT_safety_incident;
    event->kind.safety_incident =
        (ds_SafetyIncident){.incident = SAFETY_KIND_other, .severity = 3, .is_silent = is_silent};
    intent_out->kind = INTENT_lock_alarm;
    intent_out->event = event;
}

static void help(struct ui *ui, const struct view *view, const struct lock_model *model,
                 struct screen_place *place, struct intent *intent_out)
{
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "lock.help"));
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "lock.help_note"));
    lock_people_calls(ui, view, &model->keys);
    if (widget_slide(ui, "lock/loud", view_text(view, "lock.loud"), ICON_notification_important,
                     true)) {
        alarm_make(view, false, intent_out);
        place->tab = LOCK_TAB_keys;
    }
    ui_space(ui, UI_DP(8));
    if (widget_button(ui, "lock/silent",
                      &(struct widget_button){.label = view_text(view, "lock.silent"),
                                              .icon = ICON_notifications_off,
                                              .is_wide = true})) {
        alarm_make(view, true, intent_out);
        place->tab = LOCK_TAB_keys;
    }
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "lock.silent_note"));
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "lock.police"),
                                          .icon = ICON_phone});
}

static void help_button(struct ui *ui, const struct view *view, struct screen_place *place)
{
    bool is_help = place->tab == LOCK_TAB_help;
    if (widget_button(ui, is_help ? "lock/back" : "lock/sos",
                      &(struct widget_button){
                          .kind = is_help ? WIDGET_BUTTON_secondary : WIDGET_BUTTON_danger,
                          .label = view_text(view, is_help ? "screen.back" : "lock.sos"),
                          .icon = is_help ? ICON_arrow_back : ICON_notification_important,
                          .is_wide = true})) {
        place->tab = is_help ? LOCK_TAB_keys : LOCK_TAB_help;
    }
}

static void side_open(struct ui *ui)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 16});
}

/* The keys, or the ways to call for help. */
static void hands(struct ui *ui, const struct view *view, const struct lock_model *model,
                  struct screen_place *place, struct intent *intent_out)
{
    if (place->tab == LOCK_TAB_help) {
        help(ui, view, model, place, intent_out);
    } else if (place->tab == LOCK_TAB_people) {
        lock_people(ui, view, &model->keys, place, intent_out);
    } else if (model->keys.opening != SCREEN_OPENING_none ||
               !lock_notice(ui, view, &model->keys, intent_out)) {
        lock_keys(ui, view, model, place, intent_out);
    }
}

void lock_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                struct intent *intent_out)
{
    const struct lock_model *model = model_in;
    bool is_aside = place->tab == LOCK_TAB_help || place->tab == LOCK_TAB_people;
    if (is_aside && ui_take_back(ui)) {
        place->tab = LOCK_TAB_keys;
    }
    bool is_wide = has_two_sides(ui, place);
    parts_screen_open(ui);
    static const char *const pages[] = {[LOCK_TAB_keys] = "lock/keys",
                                        [LOCK_TAB_help] = "lock/help",
                                        [LOCK_TAB_reset] = "lock/keys",
                                        [LOCK_TAB_people] = "lock/all"};
    CHECK(place->tab >= 0 && place->tab < (int32_t)COUNT(pages));
    ui_open(ui, pages[place->tab],
            &(struct ui_box){.w = UI_FILL,
                             .h = UI_FILL,
                             .scrolls = true,
                             .pad = parts_edge_dp(ui),
                             .along = is_wide ? UI_centre : UI_start,
                             .across = UI_centre});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_wide ? UI_row : UI_column,
                             .w = UI_FILL,
                             .w_max = is_wide ? 1040 : 620,
                             .gap = is_wide ? 56 : 12,
                             /* Help stays in sight where large text makes the page scroll. */
                             .across = parts_is_wide(ui) ? UI_centre : UI_start});
    side_open(ui);
    about(ui, view, model, place);
    if (is_wide) {
        ui_space(ui, UI_DP(8));
        help_button(ui, view, place);
    }
    ui_close(ui);
    side_open(ui);
    hands(ui, view, model, place, intent_out);
    ui_close(ui);
    ui_close(ui);
    ui_close(ui);
    if (!is_wide && parts_actions_open(ui)) {
        help_button(ui, view, place);
        parts_actions_close(ui);
    }
    parts_screen_close(ui, view, NULL, 0);
}
