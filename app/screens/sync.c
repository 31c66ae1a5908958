#include "app/screens/sync_card.h"

enum { SYNC_RECORDS = 30, SYNC_RECORDS_SHOWN = 8, SYNC_PHOTOS = 20, SYNC_PHOTOS_SHOWN = 4 };

static enum err questions_read(struct arena *task, struct store *store, struct sync_model *model)
{
    struct store_question *questions;
    TRY(store_question_list(store, task, true, &questions, &model->question_count));
    model->questions = ARENA_ARRAY(task, model->question_count + 1, struct sync_question);
    for (size_t i = 0; i < model->question_count; i++) {
        struct sync_question *item = &model->questions[i];
        item->question = &questions[i];
        struct fact fact;
        if (questions[i].seq != 0 && store_journal_fact(store, questions[i].seq, &fact) == OK) {
            item->event = arena_copy(task, &fact.event, sizeof fact.event);
        }
    }
    return OK;
}

/* Facts from before the last new number that headquarters has not confirmed under it. */
static enum err resending_read(struct store *store, struct sync_model *model)
{
    struct chain_lineage lineage[LIMIT_lineage];
    size_t count;
    TRY(store_lineage(store, lineage, &count));
    uint64_t until_seq = count > 0 ? lineage[count - 1].until_seq : 0;
    model->resending_count =
        until_seq > model->outbox.stored_seq ? until_seq - model->outbox.stored_seq : 0;
    return OK;
}

enum err sync_enter(struct arena *task, const struct screen_source *source,
                    struct screen_place *place, void **model_out)
{
    (void)place;
    struct sync_model *model = ARENA_NEW(task, struct sync_model);
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    model->traffic = source->traffic;
    TRY(store_outbox_read(source->store, &model->outbox));
    TRY(store_outbox_count(source->store, 0, date_instant(today, 0, source->offset_minutes),
                           date_instant(today + 1, 0, source->offset_minutes), &model->made_count,
                           &model->confirmed_count));
    TRY(resending_read(source->store, model));
    TRY(questions_read(task, source->store, model));
    TRY(store_quarantine_list(source->store, task, &model->quarantined, &model->quarantined_count));
    TRY(alarm_read(task, source->store, source->now_ms, &model->alarms));
    TRY(photos_read(task, source->store, 0, SYNC_PHOTOS, &model->photos));
    TRY(records_read(task, source->store, source->now_ms, SYNC_RECORDS, &model->records));
    *model_out = model;
    return OK;
}

static void all_button(struct ui *ui, const char *key, const char *label, enum icon icon,
                       enum screen_kind screen, struct intent *intent_out)
{
    if (widget_button(
            ui, key,
            &(struct widget_button){.kind = WIDGET_BUTTON_quiet, .label = label, .icon = icon})) {
        screen_open(intent_out, screen, 0);
    }
}

static void photos(struct ui *ui, const struct view *view, const struct sync_model *model,
                   struct intent *intent_out)
{
    if (model->photos.count == 0) {
        return;
    }
    widget_card_heading(ui, view_fill(view, "sync.photos",
                                      lang_value_count("n", (int64_t)model->photos.open_count),
                                      lang_value_count("all", (int64_t)model->photos.all_count)));
    for (size_t i = 0; i < model->photos.count && i < SYNC_PHOTOS_SHOWN; i++) {
        photos_row(ui, view, &model->photos.items[i], intent_out);
    }
    if (model->photos.all_count > SYNC_PHOTOS_SHOWN) {
        all_button(ui, "sync/photos", view_text(view, "sync.all_photos"), ICON_photo_camera,
                   SCREEN_photos, intent_out);
    }
}

static void newest(struct ui *ui, const struct view *view, const struct sync_model *model,
                   struct intent *intent_out)
{
    parts_heading(ui, view, "sync.newest");
    if (model->records.count == 0) {
        parts_empty(ui, ICON_history, view_text(view, "records.empty"),
                    view_text(view, "records.empty_note"));
    }
    for (size_t i = 0; i < model->records.count && i < SYNC_RECORDS_SHOWN; i++) {
        records_row(ui, view, &model->records.items[i], intent_out);
    }
    if (model->records.count > SYNC_RECORDS_SHOWN) {
        all_button(ui, "sync/all", view_text(view, "sync.all_records"), ICON_history,
                   SCREEN_records, intent_out);
    }
}

void sync_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                struct intent *intent_out)
{
    (void)place;
    const struct sync_model *model = model_in;
    screen_root_open(ui, view, SCREEN_sync, intent_out);
    screen_top_root(ui, view, view_text(view, "screen.sync"), NULL);
    parts_page_open(ui, "sync");
    sync_card_notices(ui, view, model, intent_out);
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    sync_card_counts(ui, view, model);
    if (parts_is_wide(ui)) { /* beside what is to be done, not below it */
        newest(ui, view, model, intent_out);
    }
    parts_column_close(ui);
    parts_column_open(ui, 1);
    sync_card_needs(ui, view, model, intent_out);
    sync_card_route(ui, view, model, intent_out);
    photos(ui, view, model, intent_out);
    if (!parts_is_wide(ui)) {
        newest(ui, view, model, intent_out);
    }
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    screen_root_close(ui, view, SCREEN_sync, intent_out);
}
