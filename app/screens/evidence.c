#include "app/screens/evidence.h"

#include <string.h>

/* place.text: name of the chosen picture. */

enum { PICTURES_SHOWN = 24 };

enum err evidence_enter(struct arena *task, const struct screen_source *source,
                        struct screen_place *place, void **model_out)
{
    struct evidence_model *model = ARENA_NEW(task, struct evidence_model);
    TRY(store_case_load(source->store, task, place->case_no, &model->item));
    model->traffic = source->traffic;
    model->is_in_visit = source->draft != NULL && source->draft->case_no == place->case_no;
    model->event = ARENA_NEW(task, ds_Event);
    if (source->form != NULL && source->form->which_kind == EVENT_evidence_attached &&
        source->form->case_no == place->case_no) {
        *model->event = *source->form;
    }
    model->event->which_kind = EVENT_evidence_attached;
    model->event->case_no = place->case_no;
    *model_out = model;
    return OK;
}

static const struct traffic_picture *chosen(const struct evidence_model *model,
                                            const struct screen_place *place)
{
    for (size_t i = 0; i < model->traffic->picture_count; i++) {
        if (strcmp(model->traffic->pictures[i].name, place->text) == 0) {
            return &model->traffic->pictures[i];
        }
    }
    return NULL;
}

static void pictures(struct ui *ui, const struct view *view, const struct evidence_model *model,
                     struct screen_place *place)
{
    const struct traffic *traffic = model->traffic;
    parts_heading(ui, view, "evidence.which");
    if (traffic->picture_count == 0) {
        parts_empty(ui, ICON_photo_camera, view_text(view, "evidence.empty"),
                    view_fill(view, "evidence.empty_note",
                              lang_value_text("folder", traffic->camera_folder)));
    }
    for (size_t i = 0; i < traffic->picture_count && i < PICTURES_SHOWN; i++) {
        const struct traffic_picture *picture = &traffic->pictures[i];
        bool is_chosen = strcmp(picture->name, place->text) == 0;
        bool is_large = picture->size > LIMIT_attachment_size;
        struct widget_badge tick = {.tone = WIDGET_BADGE_ok,
                                    .word = view_text(view, "evidence.chosen"),
                                    .icon = ICON_check};
        if (widget_list_row(
                ui, ui_format(ui, "picture/%s", picture->name),
                &(struct widget_list_row){
                    .title = str_format(view->arena, "%s · %s", view_instant(view, picture->at_ms),
                                        view_age(view, picture->at_ms)),
                    .note = is_large
                                ? view_fill(view, "evidence.too_large",
                                            lang_value_text("size", view_size(view, picture->size)))
                                : str_format(view->arena, "%s · %s", view_size(view, picture->size),
                                             picture->name),
                    .icon = ICON_photo_camera,
                    .badge = is_chosen ? &tick : NULL,
                    .is_free = true,
                    .is_selected = is_chosen,
                    .is_disabled = is_large})) {
            str_copy(place->text, sizeof place->text, str_from(is_chosen ? "" : picture->name));
        }
    }
    if (traffic->picture_count > PICTURES_SHOWN) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2,
                view_fill(view, "evidence.newest_only",
                          lang_value_count("n", (int64_t)PICTURES_SHOWN)));
    }
}

static bool about(struct ui *ui, const struct view *view, struct evidence_model *model)
{
    static const uint32_t kinds[] = {EVIDENCE_KIND_door, EVIDENCE_KIND_document,
                                     EVIDENCE_KIND_collateral, EVIDENCE_KIND_signature,
                                     EVIDENCE_KIND_other};
    ds_EvidenceAttached *evidence = &model->event->kind.evidence_attached;
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "evidence.advice"),
                                          .text = view_text(view, "evidence.advice_note")});
    parts_heading(ui, view, "evidence.shows");
    bool has_changed = parts_code_chips(ui, view, "evidence", CATALOG_evidence_kind, kinds,
                                        COUNT(kinds), &evidence->evidence);
    has_changed |= parts_note(ui, view, "note", view_text(view, "ask.note"), NULL, 0,
                              evidence->note, sizeof evidence->note);
    return has_changed;
}

void evidence_frame(struct ui *ui, const struct view *view, void *model_in,
                    struct screen_place *place, struct intent *intent_out)
{
    struct evidence_model *model = model_in;
    ds_EvidenceAttached *evidence = &model->event->kind.evidence_attached;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.evidence"),
               model->item.is_withdrawn ? NULL : model->item.record->debtor_name, NULL, ICON_none,
               intent_out);
    parts_page_open(ui, "evidence");
    if (model->traffic->is_disk_full) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = view_text(view, "evidence.no_room"),
                                              .text = view_text(view, "trouble.no_space_do"),
                                              .icon = ICON_storage});
    }
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    pictures(ui, view, model, place);
    parts_column_close(ui);
    parts_column_open(ui, 1);
    bool has_changed = about(ui, view, model);
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    bool is_saved = false;
    const struct traffic_picture *picture = chosen(model, place);
    if (parts_actions_open(ui)) {
        const char *why = picture == NULL           ? view_text(view, "evidence.choose")
                          : evidence->evidence == 0 ? view_text(view, "evidence.choose_kind")
                                                    : NULL;
        if (why != NULL) {
            ui_text_with(
                ui,
                &(struct ui_text){
                    .type = TYPE_secondary, .color = COLOR_ink_2, .align = UI_centre, .w = UI_FILL},
                why);
        }
        is_saved = widget_button(ui, "evidence/save",
                                 &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                         .label = view_text(view, "evidence.save"),
                                                         .icon = ICON_photo_camera,
                                                         .is_wide = true,
                                                         .is_disabled = why != NULL});
        parts_actions_close(ui);
    }
    if (is_saved) {
        evidence->media = picture->media;
        intent_out->kind = INTENT_attach;
        intent_out->event = model->event;
        intent_out->text = picture->name;
    } else if (has_changed && intent_out->kind == INTENT_none) {
        intent_out->kind = INTENT_form_save;
        intent_out->event = model->event;
    }
    parts_screen_close(ui, view, NULL, 0);
}
