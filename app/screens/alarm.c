#include "app/screens/alarm.h"

enum { KNOWN_MAX = 8 };

static bool is_shown(const struct store_alarm *alarm, int64_t now_ms, bool is_silent)
{
    return !is_silent && (alarm->state == ALARM_unheard || now_ms - alarm->at_ms < ALARM_SHOWN_MS);
}

static bool item_read(struct arena *task, const struct store_alarm *alarm, uint64_t stored_seq,
                      int64_t now_ms, struct alarm_item *item)
{
    ds_Event *event = ARENA_NEW(task, ds_Event);
    if (event_decode(event, (const uint8_t *)alarm->body.bytes, alarm->body.size) != OK ||
        event->which_kind != EVENT_safety_incident ||
        !is_shown(alarm, now_ms, event->kind.safety_incident.is_silent)) {
        return false;
    }
    *item = (struct alarm_item){.seq = alarm->seq,
                                .at_ms = alarm->at_ms,
                                .incident = event->kind.safety_incident.incident,
                                .state = alarm->state,
                                .is_at_hq = alarm->seq <= stored_seq,
                                .heard_at_ms = alarm->heard_at_ms,
                                .by_name = alarm->by_name};
    return true;
}

enum err alarm_read(struct arena *task, struct store *store, int64_t now_ms,
                    struct alarm_model *model_out)
{
    struct store_outbox outbox;
    struct store_alarm *alarms;
    size_t count;
    TRY(store_outbox_read(store, &outbox));
    TRY(store_alarm_list(store, task, false, &alarms, &count));
    model_out->items = ARENA_ARRAY(task, KNOWN_MAX, struct alarm_item);
    model_out->count = 0;
    for (size_t i = 0; i < count && model_out->count < KNOWN_MAX; i++) {
        if (item_read(task, &alarms[i], outbox.stored_seq, now_ms,
                      &model_out->items[model_out->count])) {
            model_out->count++;
        }
    }
    return OK;
}

enum err alarm_silent_at(struct arena *task, struct store *store, uint64_t case_no, int64_t now_ms,
                         int64_t *at_ms_out)
{
    *at_ms_out = 0;
    struct store_alarm *alarms;
    size_t count;
    TRY(store_alarm_list(store, task, false, &alarms, &count));
    for (size_t i = 0; i < count; i++) {
        struct alarm_item item;
        if (alarms[i].case_no == case_no && now_ms - alarms[i].at_ms < ALARM_SHOWN_MS &&
            !item_read(task, &alarms[i], 0, alarms[i].at_ms, &item)) {
            *at_ms_out = alarms[i].at_ms; /* newest first */
            return OK;
        }
    }
    return OK;
}

/* ---- words: never more than what headquarters signed ---- */

struct look {
    enum widget_badge_tone tone;
    enum icon icon;
    const char *title_key, *note_key;
};

static const struct look *look_of(const struct alarm_item *item)
{
    static const struct look looks[] = {
        [ALARM_unheard] = {WIDGET_BADGE_danger, ICON_notification_important, "alarm.unheard",
                           "alarm.unheard_note"},
        [ALARM_heard] = {WIDGET_BADGE_warn, ICON_cloud_done, "alarm.heard", "alarm.heard_note"},
        [ALARM_seen] = {WIDGET_BADGE_ok, ICON_visibility, "alarm.seen", "alarm.seen_note"},
    };
    static const struct look at_hq = {WIDGET_BADGE_warn, ICON_cloud_done, "alarm.at_hq",
                                      "alarm.heard_note"};
    return item->state == ALARM_unheard && item->is_at_hq ? &at_hq : &looks[item->state];
}

static const char *title_of(const struct view *view, const struct alarm_item *item)
{
    const char *name = item->by_name[0] != '\0' ? item->by_name : view_text(view, "alarm.somebody");
    return view_fill(view, look_of(item)->title_key,
                     lang_value_text("time", view_clock(view, item->heard_at_ms)),
                     lang_value_text("name", name));
}

void alarm_banner(struct ui *ui, const struct view *view, const struct alarm_item *item,
                  struct intent *intent_out)
{
    bool is_today = date_day_at(item->at_ms, view->offset_minutes) == view->today;
    const char *time = is_today ? view_clock(view, item->at_ms) : view_instant(view, item->at_ms);
    const char *raised =
        view_fill(view, "alarm.raised", lang_value_text("time", time),
                  lang_value_text("what", view_item(view, CATALOG_safety_kind, item->incident)));
    if (widget_banner(ui, ui_format(ui, "alarm/%llu", (unsigned long long)item->seq),
                      &(struct widget_banner){.tone = look_of(item)->tone,
                                              .title = title_of(view, item),
                                              .text = raised,
                                              .icon = look_of(item)->icon,
                                              .action = item->state == ALARM_unheard
                                                            ? view_text(view, "alarm.what_now")
                                                            : NULL})) {
        screen_open(intent_out, SCREEN_alarm, 0);
        intent_out->place.seq = item->seq;
    }
}

/* ---- the screen: right after help was asked ---- */

enum err alarm_enter(struct arena *task, const struct screen_source *source,
                     struct screen_place *place, void **model_out)
{
    struct store_outbox outbox;
    struct store_alarm *alarms;
    size_t count;
    TRY(store_outbox_read(source->store, &outbox));
    TRY(store_alarm_list(source->store, task, false, &alarms, &count));
    for (size_t i = 0; i < count; i++) {
        struct alarm_item *item = ARENA_NEW(task, struct alarm_item);
        if (alarms[i].seq == place->seq &&
            item_read(task, &alarms[i], outbox.stored_seq, alarms[i].at_ms, item)) {
            *model_out = item;
            return OK;
        }
    }
    return ERR_not_found;
}

static void stage(struct ui *ui, bool is_reached, enum icon icon, const char *text)
{
    enum color color = is_reached ? COLOR_ok : COLOR_ink_2;
    ui_open(
        ui, NULL,
        &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .pad_y = 6, .across = UI_centre});
    ui_icon(ui, is_reached ? ICON_check_circle : icon, 32, color);
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_body,
                                   .color = is_reached ? COLOR_ink : COLOR_ink_2,
                                   .is_bold = is_reached,
                                   .w = UI_FILL},
                 text);
    ui_close(ui);
}

void alarm_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                 struct intent *intent_out)
{
    (void)place;
    const struct alarm_item *item = model_in;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.alarm"), NULL, NULL, ICON_none, intent_out);
    parts_body_open(ui, "alarm");
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = look_of(item)->tone,
                                          .title = title_of(view, item),
                                          .text = view_text(view, look_of(item)->note_key),
                                          .icon = look_of(item)->icon});
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 6});
    stage(
        ui, true, ICON_save,
        view_fill(view, "alarm.step_kept", lang_value_text("time", view_clock(view, item->at_ms))));
    bool is_there = item->state != ALARM_unheard || item->is_at_hq;
    stage(ui, is_there, ICON_hourglass_empty,
          item->state == ALARM_heard
              ? view_fill(view, "alarm.step_heard",
                          lang_value_text("time", view_clock(view, item->heard_at_ms)))
              : view_text(view, is_there ? "alarm.step_was_heard" : "alarm.step_not_heard"));
    stage(ui, item->state == ALARM_seen, ICON_hourglass_empty,
          item->state == ALARM_seen ? title_of(view, item)
                                    : view_text(view, "alarm.step_not_seen"));
    ui_divider(ui);
    widget_card_fact(ui, view_text(view, "ask.safety_kind"),
                     view_item(view, CATALOG_safety_kind, item->incident));
    ui_close(ui);
    if (item->state != ALARM_seen) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                              .title = view_text(view, "alarm.call"),
                                              .text = view_text(view, "alarm.call_note"),
                                              .icon = ICON_phone});
    }
    parts_body_close(ui);
    if (parts_actions_open(ui)) {
        if (widget_button(ui, "alarm/done",
                          &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                  .label = view_text(view, "alarm.done"),
                                                  .icon = ICON_check,
                                                  .is_wide = true})) {
            intent_out->kind = INTENT_back;
        }
        parts_actions_close(ui);
    }
    parts_screen_close(ui, view, NULL, 0);
}
