#include "app/screens/rescued.h"

/* Newest first; those of earlier rescues come behind and are not of this one. */
static enum err lost_read(struct arena *task, struct store *store, struct rescued_model *model)
{
    struct store_records records;
    size_t count_max = model->rescue.lost_count < RESCUED_SHOWN_MAX
                           ? (size_t)model->rescue.lost_count
                           : RESCUED_SHOWN_MAX;
    if (count_max == 0) {
        return OK;
    }
    TRY(store_journal_list(store, task, EVENT_record_lost, INT64_MIN, INT64_MAX, 0, count_max,
                           &records));
    for (size_t i = 0; i < records.count; i++) {
        struct fact *fact = ARENA_NEW(task, struct fact);
        TRY(store_journal_fact(store, records.items[i].seq, fact));
        const ds_RecordLost *lost = &fact->event.kind.record_lost;
        model->lost[model->shown_count++] = (struct rescued_lost){
            .seq = records.items[i].seq,
            .debtor_name = records.items[i].debtor_name,
            .at_ms = (int64_t)lost->captured_at_ms,
            .was_held = lost->was_held,
        };
    }
    return OK;
}

enum err rescued_enter(struct arena *task, const struct screen_source *source,
                       struct screen_place *place, void **model_out)
{
    (void)place;
    struct rescued_model *model = ARENA_NEW(task, struct rescued_model);
    TRY(store_rescue_read(source->store, &model->rescue));
    TRY(lost_read(task, source->store, model));
    *model_out = model;
    return OK;
}

static void sum(struct ui *ui, const struct view *view, const struct store_rescue *rescue)
{
    uint64_t all_count = rescue->saved_count + rescue->lost_count;
    widget_card_open(ui, NULL, NULL);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "rescued.title"));
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "rescued.what"));
    ui_divider(ui);
    widget_card_fact(ui, view_text(view, "rescued.saved"),
                     view_fill(view, "rescued.saved_of",
                               lang_value_count("saved", (int64_t)rescue->saved_count),
                               lang_value_count("all", (int64_t)all_count)));
    widget_card_fact(ui, view_text(view, "rescued.held"),
                     view_count(view, (int64_t)rescue->held_count));
    widget_card_fact(ui, view_text(view, "rescued.gone"),
                     view_count(view, (int64_t)(rescue->lost_count - rescue->held_count)));
    widget_card_fact(ui, view_text(view, "rescued.when"), view_instant(view, rescue->at_ms));
    ui_close(ui);
}

static void lost_row(struct ui *ui, const struct view *view, const struct rescued_lost *lost)
{
    const char *number = str_format(view->arena, "%llu", (unsigned long long)lost->seq);
    struct widget_badge badge = {
        .tone = lost->was_held ? WIDGET_BADGE_ok : WIDGET_BADGE_warn,
        .word = view_text(view, lost->was_held ? "rescued.is_held" : "rescued.is_gone"),
        .icon = lost->was_held ? ICON_cloud_done : ICON_edit_note};
    (void)widget_list_row(
        ui, ui_format(ui, "lost/%llu", (unsigned long long)lost->seq),
        &(struct widget_list_row){
            .title = lost->debtor_name[0] != '\0'
                         ? lost->debtor_name
                         : view_fill(view, "rescued.record", lang_value_text("number", number)),
            .note = lost->at_ms > 0 ? view_instant(view, lost->at_ms)
                                    : view_text(view, "rescued.no_time"),
            .icon = ICON_description,
            .badge = &badge,
            .is_tall = true});
}

static void lost_list(struct ui *ui, const struct view *view, const struct rescued_model *model)
{
    if (model->shown_count == 0) {
        return;
    }
    parts_heading(ui, view, "rescued.lost");
    for (size_t i = 0; i < model->shown_count; i++) {
        lost_row(ui, view, &model->lost[i]);
    }
    uint64_t more_count = model->rescue.lost_count - model->shown_count;
    if (more_count > 0) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2,
                view_fill(view, "rescued.more", lang_value_count("n", (int64_t)more_count)));
    }
}

static void to_do(struct ui *ui, const struct view *view, const struct store_rescue *rescue)
{
    static const char *const keys[] = {"rescued.do_note", "rescued.do_cases", "rescued.do_office"};
    parts_heading(ui, view, "rescued.do");
    widget_card_open(ui, NULL, NULL);
    for (size_t i = rescue->lost_count > rescue->held_count ? 0 : 1; i < COUNT(keys); i++) {
        ui_text(ui, TYPE_body, COLOR_ink, view_text(view, keys[i]));
    }
    ui_close(ui);
}

void rescued_frame(struct ui *ui, const struct view *view, void *model_in,
                   struct screen_place *place, struct intent *intent_out)
{
    (void)place;
    const struct rescued_model *model = model_in;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.rescued"), NULL, NULL, ICON_none, intent_out);
    parts_body_open(ui, "rescued");
    sum(ui, view, &model->rescue);
    to_do(ui, view, &model->rescue);
    lost_list(ui, view, model);
    parts_body_close(ui);
    if (parts_actions_open(ui)) {
        if (widget_button(ui, "rescued/seen",
                          &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                  .label = view_text(view, "rescued.seen"),
                                                  .icon = ICON_check,
                                                  .is_wide = true})) {
            intent_out->kind = INTENT_rescue_seen;
        }
        parts_actions_close(ui);
    }
    parts_screen_close(ui, view, NULL, 0);
}
