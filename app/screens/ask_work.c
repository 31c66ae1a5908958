#include "app/screens/ask.h"

#include "core/domain/mask.h"
#include "core/event/reach.h"

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

static bool which_number(struct ui *ui, const struct view *view, const struct reach_list *points,
                         ds_ContactAttempted *record)
{
    bool has_changed = false;
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < points->count; i++) {
        const struct reach *point = &points->items[i];
        char masked[MASK_TEXT_SIZE];
        mask_phone(masked, point->at->value);
        const char *label = point->is_over
                                ? str_format(view->arena, "%s · %s", masked,
                                             view_item(view, CATALOG_point_state, point->state))
                                : masked;
        if (widget_choice_chip(ui, ui_format(ui, "point/%u", (unsigned)point->index),
                               &(struct widget_choice){.label = label,
                                                       .is_chosen = record->point == point->tag})) {
            record->point = point->tag;
            record->point_index = point->index;
            has_changed = true;
        }
    }
    ui_close(ui);
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
    struct reach_list points = {.count = 0};
    if (ask->record != NULL) {
        points = reach_list(ask->record, ask->state);
    }
    if (points.count > 0) {
        parts_heading(ui, view, "ask.contact_point");
        has_changed |= which_number(ui, view, &points, record);
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
