#include "app/screens/records.h"

#include "app/screens/alarm.h"
#include "app/screens/ask.h"

static bool is_hidden(const struct records_item *item, int64_t now_ms)
{
    return item->event != NULL && item->event->which_kind == EVENT_safety_incident &&
           item->event->kind.safety_incident.is_silent && now_ms - item->at_ms < ALARM_SHOWN_MS;
}

enum err records_read(struct arena *task, struct store *store, int64_t now_ms, size_t count_max,
                      struct records_model *model_out)
{
    struct store_outbox outbox;
    struct store_records records;
    TRY(store_outbox_read(store, &outbox));
    TRY(store_journal_list(store, task, 0, 0, INT64_MAX, 0, count_max, &records));
    model_out->items = ARENA_ARRAY(task, records.count + 1, struct records_item);
    model_out->count = 0;
    for (size_t i = 0; i < records.count; i++) {
        const struct store_record *from = &records.items[i];
        struct records_item *item = &model_out->items[model_out->count];
        *item = (struct records_item){.seq = from->seq,
                                      .case_no = from->case_no,
                                      .at_ms = from->at_ms,
                                      .kind = (enum event_kind)from->kind,
                                      .state = from->state,
                                      .is_safe = from->seq <= outbox.safe_seq,
                                      .debtor_name = from->debtor_name};
        ds_Event *event = ARENA_NEW(task, ds_Event);
        if (event_decode(event, (const uint8_t *)from->body.bytes, from->body.size) == OK) {
            item->event = event;
        }
        model_out->count += is_hidden(item, now_ms) ? 0 : 1;
    }
    return OK;
}

enum err records_enter(struct arena *task, const struct screen_source *source,
                       struct screen_place *place, void **model_out)
{
    (void)place;
    struct records_model *model = ARENA_NEW(task, struct records_model);
    TRY(records_read(task, source->store, source->now_ms, RECORDS_COUNT_MAX, model));
    *model_out = model;
    return OK;
}

void records_row(struct ui *ui, const struct view *view, const struct records_item *item,
                 struct intent *intent_out)
{
    struct widget_badge badge = parts_record_badge(view, item->state, item->is_safe);
    const char *words =
        item->event != NULL ? view_event(view, item->event) : view_text(view, "records.newer");
    const char *who =
        item->debtor_name[0] != '\0'
            ? str_format(view->arena, "%s · %s", item->debtor_name, view_instant(view, item->at_ms))
            : view_instant(view, item->at_ms);
    enum icon icon =
        item->kind == EVENT_evidence_attached ? ICON_photo_camera : ask_icon(item->kind);
    if (widget_list_row(
            ui, ui_format(ui, "record/%llu", (unsigned long long)item->seq),
            &(struct widget_list_row){.title = words,
                                      .note = who,
                                      .icon = icon != ICON_none ? icon : ICON_door_front,
                                      .badge = &badge,
                                      .is_tall = ui_theme(ui)->class == THEME_compact,
                                      .has_arrow = true})) {
        screen_open(intent_out, SCREEN_record, item->case_no);
        intent_out->place.seq = item->seq;
    }
}

void records_frame(struct ui *ui, const struct view *view, void *model_in,
                   struct screen_place *place, struct intent *intent_out)
{
    (void)place;
    const struct records_model *model = model_in;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.records"), NULL, NULL, ICON_none, intent_out);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .across = UI_centre});
    if (model->count == 0) {
        parts_body_open(ui, "records/empty");
        parts_empty(ui, ICON_history, view_text(view, "records.empty"),
                    view_text(view, "records.empty_note"));
        parts_body_close(ui);
    } else {
        struct widget_list list;
        int32_t row_dp = ui_theme(ui)->class == THEME_compact ? widget_list_row_tall_dp(ui)
                                                              : widget_list_row_dp(ui, true);
        widget_list_open(ui, "records", (int32_t)model->count, row_dp, 8, &list);
        for (int32_t i; widget_list_next(&list, &i);) {
            records_row(ui, view, &model->items[i], intent_out);
        }
        widget_list_close(&list);
    }
    ui_close(ui);
    parts_screen_close(ui, view, NULL, 0);
}
