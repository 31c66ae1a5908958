#include "app/screens/ask.h"

#include "core/domain/mask.h"

bool ask_work_note_added(struct ui *ui, const struct ask *ask, ds_NoteAdded *record)
{
    return parts_note(ui, ask->view, "note", view_text(ask->view, "ask.note"), NULL, 0,
                      record->note, sizeof record->note);
}

bool ask_work_visit_skipped(struct ui *ui, const struct ask *ask, ds_VisitSkipped *record)
{
    const struct view *view = ask->view;
    parts_heading(ui, view, "ask.skip_reason");
    bool has_changed = parts_list_chips(ui, view, "reason", CATALOG_skip_reason, &record->reason);
    parts_heading(ui, view, "ask.again_day");
    has_changed |=
        parts_day_chips(ui, view, "again", view->today + 1, view->today + 60, &record->again_day);
    has_changed |= parts_note(ui, view, "note", view_text(view, "ask.note"), NULL, 0, record->note,
                              sizeof record->note);
    return has_changed;
}

bool ask_work_contact_attempted(struct ui *ui, const struct ask *ask, ds_ContactAttempted *record)
{
    static const uint32_t channels[] = {CONTACT_CHANNEL_call, CONTACT_CHANNEL_sms,
                                        CONTACT_CHANNEL_letter, CONTACT_CHANNEL_email};
    static const uint32_t roles[] = {ROLE_borrower, ROLE_codebtor, ROLE_guarantor, ROLE_spouse,
                                     ROLE_family,   ROLE_employer, ROLE_other};
    const struct view *view = ask->view;
    parts_heading(ui, view, "ask.contact_channel");
    bool has_changed = parts_code_chips(ui, view, "channel", CATALOG_contact_channel, channels,
                                        COUNT(channels), &record->channel);
    if (ask->record != NULL && ask->record->points_count > 0) {
        parts_heading(ui, view, "ask.contact_point");
        widget_choice_chips_open(ui);
        for (pb_size_t i = 0; i < ask->record->points_count; i++) {
            char masked[MASK_TEXT_SIZE];
            mask_phone(masked, ask->record->points[i].value);
            if (widget_choice_chip(ui, ui_format(ui, "point/%u", (unsigned)i),
                                   &(struct widget_choice){
                                       .label = masked, .is_chosen = record->point_index == i})) {
                record->point_index = i;
                has_changed = true;
            }
        }
        ui_close(ui);
    }
    parts_heading(ui, view, "ask.contact_result");
    has_changed |= parts_list_chips(ui, view, "result", CATALOG_contact_result, &record->result);
    if (record->result == CONTACT_RESULT_answered) {
        parts_heading(ui, view, "ask.contact_role");
        has_changed |=
            parts_code_chips(ui, view, "role", CATALOG_role, roles, COUNT(roles), &record->role);
    }
    has_changed |= parts_note(ui, view, "note", view_text(view, "ask.note"), NULL, 0, record->note,
                              sizeof record->note);
    return has_changed;
}
