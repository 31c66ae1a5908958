#include "app/screens/quarantine.h"

#include <string.h>

enum err quarantine_enter(struct arena *task, const struct screen_source *source,
                          struct screen_place *place, void **model_out)
{
    struct quarantine_model *model = ARENA_NEW(task, struct quarantine_model);
    TRY(store_quarantine_get(source->store, task, place->text, &model->item));
    model->traffic = source->traffic;
    *model_out = model;
    return OK;
}

const char *quarantine_title(const struct view *view, const char *name)
{
    if (strncmp(name, "case ", strlen("case ")) == 0) {
        return view_fill(view, "quarantine.case", lang_value_text("case", name + strlen("case ")));
    }
    return view_text(view, strcmp(name, "policy") == 0 ? "quarantine.policy" : "quarantine.answer");
}

/* Where it can be written: sticks, and for want of one the tablet's own export folder. */
static void set_aside(struct ui *ui, const struct view *view, const struct quarantine_model *model,
                      struct intent *intent_out)
{
    const struct traffic *traffic = model->traffic;
    const char *folder = NULL;
    for (size_t i = 0; i < traffic->stick_count; i++) {
        if (traffic->sticks[i].is_writable &&
            widget_button(ui, ui_format(ui, "aside/%zu", i),
                          &(struct widget_button){
                              .label = view_fill(view, "quarantine.set_aside",
                                                 lang_value_text("stick", traffic->sticks[i].name)),
                              .icon = ICON_usb,
                              .is_wide = true})) {
            folder = traffic->sticks[i].folder;
        }
    }
    if (widget_button(ui, "aside/here",
                      &(struct widget_button){.label = view_text(view, "quarantine.set_aside_here"),
                                              .icon = ICON_save,
                                              .is_wide = true})) {
        folder = "";
    }
    if (folder != NULL) {
        intent_out->kind = INTENT_set_aside;
        intent_out->text = model->item.name;
        str_copy(intent_out->place.text, sizeof intent_out->place.text, str_from(folder));
    }
}

void quarantine_frame(struct ui *ui, const struct view *view, void *model_in,
                      struct screen_place *place, struct intent *intent_out)
{
    (void)place;
    const struct quarantine_model *model = model_in;
    const struct store_quarantined *item = &model->item;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.quarantine"), NULL, NULL, ICON_none, intent_out);
    parts_body_open(ui, "quarantine");
    widget_card_open(ui, NULL, NULL);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 quarantine_title(view, item->name));
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "quarantine.what"));
    ui_divider(ui);
    widget_card_fact(
        ui, view_text(view, "quarantine.why"),
        view_text(view, str_format(view->arena, "error.%s", err_name((enum err)item->err))));
    widget_card_fact(ui, view_text(view, "quarantine.since"), view_instant(view, item->at_ms));
    widget_card_fact(ui, view_text(view, "quarantine.size"), view_size(view, item->bytes.size));
    widget_card_fact(ui, view_text(view, "quarantine.name"), item->name);
    ui_close(ui);
    if (item->was_exported) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_ok,
                                              .title = view_text(view, "quarantine.was_set_aside"),
                                              .icon = ICON_save});
    }
    parts_heading(ui, view, "quarantine.set_aside_head");
    set_aside(ui, view, model, intent_out);
    if (widget_button(ui, "quarantine/let_go",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "quarantine.let_go"),
                                              .icon = ICON_delete,
                                              .is_wide = true,
                                              .is_disabled = !item->was_exported})) {
        intent_out->kind = INTENT_let_go;
        intent_out->text = item->name;
    }
    if (!item->was_exported) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "quarantine.let_go_why"));
    }
    parts_body_close(ui);
    if (parts_actions_open(ui)) {
        if (widget_button(ui, "quarantine/again",
                          &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                  .label = view_text(view, "sync.try_again"),
                                                  .icon = ICON_refresh,
                                                  .is_wide = true})) {
            intent_out->kind = INTENT_try_again;
            intent_out->text = item->name;
        }
        parts_actions_close(ui);
    }
    parts_screen_close(ui, view, NULL, 0);
}
