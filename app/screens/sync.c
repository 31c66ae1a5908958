#include "app/screens/sync.h"

enum { SYNC_RECORDS = 30 };

enum err sync_enter(struct arena *task, const struct screen_source *source,
                    struct screen_place *place, void **model_out)
{
    (void)place;
    struct sync_model *model = ARENA_NEW(task, struct sync_model);
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    TRY(store_outbox_read(source->store, &model->outbox));
    TRY(store_outbox_count(source->store, 0, date_instant(today, 0, source->offset_minutes),
                           date_instant(today + 1, 0, source->offset_minutes), &model->made_count,
                           &model->confirmed_count));
    TRY(store_question_list(source->store, task, true, &model->questions, &model->question_count));
    TRY(store_quarantine_list(source->store, task, &model->quarantined, &model->quarantined_count));
    TRY(records_read(task, source->store, 0, SYNC_RECORDS, &model->records));
    *model_out = model;
    return OK;
}

static void figure(struct ui *ui, const char *label, int64_t count, enum color color,
                   const struct view *view)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_display, color, view_count(view, count));
    ui_text(ui, TYPE_secondary, COLOR_ink_2, label);
    ui_close(ui);
}

static void state_card(struct ui *ui, const struct view *view, const struct sync_model *model)
{
    const struct store_outbox *outbox = &model->outbox;
    uint64_t waiting_count = outbox->last_seq - outbox->stored_seq;
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    struct widget_badge badge = parts_sync_badge(view);
    widget_badge(ui, &badge);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_fill(view, "sync.made_confirmed",
                           lang_value_count("made", (int64_t)outbox->last_seq),
                           lang_value_count("confirmed", (int64_t)outbox->stored_seq)));
    ui_text(ui, TYPE_body, COLOR_ink_2,
            waiting_count == 0
                ? view_text(view, "sync.all_safe")
                : view_fill(view, "sync.waiting_since",
                            lang_value_count("n", (int64_t)waiting_count),
                            lang_value_text("age", view_age(view, outbox->oldest_unsent_at_ms))));
    ui_divider(ui);
    ui_open(ui, NULL, &(struct ui_box){.flow = parts_row(ui), .w = UI_FILL, .gap = 12});
    uint64_t sealed_count =
        outbox->sealed_seq > outbox->stored_seq ? outbox->sealed_seq - outbox->stored_seq : 0;
    figure(ui, view_text(view, "record_state.on_tablet"), (int64_t)(waiting_count - sealed_count),
           COLOR_ink, view);
    figure(ui, view_text(view, "record_state.sealed"), (int64_t)sealed_count, COLOR_ink, view);
    figure(ui, view_text(view, "record_state.at_hq"), (int64_t)outbox->stored_seq, COLOR_ok, view);
    ui_close(ui);
    ui_divider(ui);
    widget_card_fact(ui, view_text(view, "sync.today"),
                     view_fill(view, "sync.made_confirmed",
                               lang_value_count("made", (int64_t)model->made_count),
                               lang_value_count("confirmed", (int64_t)model->confirmed_count)));
    widget_card_fact(ui, view_text(view, "sync.last_receipt"),
                     view_age(view, outbox->last_receipt_at_ms));
    widget_card_fact(ui, view_text(view, "sync.last_heard"),
                     view_age(view, view->sync.heard_at_ms));
    ui_close(ui);
}

static void needs_you(struct ui *ui, const struct view *view, const struct sync_model *model,
                      struct intent *intent_out)
{
    if (model->outbox.fork_seq != 0) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = view_text(view, "sync.fork"),
                                              .text = view_text(view, "sync.fork_note")});
    }
    if (view->sync.trouble_key != NULL) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = view_text(view, view->sync.trouble_key)});
    }
    for (size_t i = 0; i < model->question_count; i++) {
        const struct store_question *question = &model->questions[i];
        if (widget_banner(ui, ui_format(ui, "question/%llu", (unsigned long long)question->seq),
                          &(struct widget_banner){
                              .tone = WIDGET_BADGE_danger,
                              .title = view_fill(view, "sync.question",
                                                 lang_value_count("seq", (int64_t)question->seq)),
                              .text = question->text,
                              .icon = ICON_report,
                              .action = view_text(view, question->seq != 0 ? "sync.look"
                                                                           : "sync.settled")})) {
            if (question->seq != 0) {
                screen_open(intent_out, SCREEN_record, 0);
                intent_out->place.seq = question->seq;
            } else {
                intent_out->kind = INTENT_settle;
                intent_out->number = 0;
            }
        }
    }
    for (size_t i = 0; i < model->quarantined_count; i++) {
        const struct store_quarantined *item = &model->quarantined[i];
        const char *key = str_format(view->arena, "error.%s", err_name((enum err)item->err));
        if (widget_banner(
                ui, ui_format(ui, "quarantine/%s", item->name),
                &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                        .title = view_fill(view, "sync.quarantined",
                                                           lang_value_text("name", item->name)),
                                        .text = view_text(view, key),
                                        .action = view_text(view, "sync.try_again")})) {
            intent_out->kind = INTENT_try_again;
            intent_out->text = item->name;
        }
    }
}

void sync_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                struct intent *intent_out)
{
    (void)place;
    const struct sync_model *model = model_in;
    parts_screen_open(ui);
    screen_top_root(ui, view, view_text(view, "screen.sync"), NULL);
    parts_page_open(ui, "sync");
    needs_you(ui, view, model, intent_out);
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    state_card(ui, view, model);
    if (widget_button(
            ui, "sync/now",
            &(struct widget_button){
                .label = view_text(view, view->sync.is_carrying ? "sync.carrying" : "sync.now"),
                .icon = ICON_sync,
                .is_wide = true,
                .is_disabled = view->sync.is_carrying})) {
        intent_out->kind = INTENT_sync_now;
    }
    parts_column_close(ui);
    parts_column_open(ui, 1);
    parts_heading(ui, view, "sync.newest");
    if (model->records.count == 0) {
        parts_empty(ui, ICON_history, view_text(view, "records.empty"),
                    view_text(view, "records.empty_note"));
    }
    for (size_t i = 0; i < model->records.count && i < 8; i++) {
        records_row(ui, view, &model->records.items[i], intent_out);
    }
    if (model->records.count > 8 &&
        widget_button(ui, "sync/all",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "sync.all_records"),
                                              .icon = ICON_history})) {
        screen_open(intent_out, SCREEN_records, 0);
    }
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    screen_roots(ui, view, SCREEN_sync, intent_out);
    parts_screen_close(ui, view, NULL, 0);
}
