#include "app/screens/ask.h"

#include <string.h>

bool ask_place_contact_point_noted(struct ui *ui, const struct ask *ask,
                                   ds_ContactPointNoted *record)
{
    const struct view *view = ask->view;
    bool has_changed = false;
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    if (record->kind == POINT_KIND_email) {
        has_changed |= widget_field(ui, "value",
                                    &(struct widget_field){.label = view_text(view, "ask.email"),
                                                           .icon = ICON_contact_phone},
                                    record->value, sizeof record->value);
    } else {
        has_changed |=
            widget_pad(ui, "value",
                       &(struct widget_pad){.kind = WIDGET_PAD_phone,
                                            .label = view_text(view, "ask.phone"),
                                            .backspace = view_text(view, "keyboard.backspace"),
                                            .clear = view_text(view, "keyboard.clear")},
                       record->value, sizeof record->value);
    }
    parts_column_close(ui);
    parts_column_open(ui, 1);
    parts_heading(ui, view, "ask.point_kind");
    has_changed |= parts_list_chips(ui, view, "kind", CATALOG_point_kind, &record->kind);
    parts_heading(ui, view, "ask.point_whose");
    static const uint32_t roles[] = {ROLE_borrower, ROLE_codebtor, ROLE_guarantor, ROLE_spouse,
                                     ROLE_family,   ROLE_employer, ROLE_other};
    has_changed |=
        parts_code_chips(ui, view, "role", CATALOG_role, roles, COUNT(roles), &record->role);
    parts_heading(ui, view, "ask.point_state");
    has_changed |= parts_list_chips(ui, view, "state", CATALOG_point_state, &record->status);
    parts_heading(ui, view, "ask.source");
    has_changed |= parts_list_chips(ui, view, "source", CATALOG_fact_source, &record->source);
    parts_column_close(ui);
    parts_columns_close(ui);
    return has_changed;
}

bool ask_place_address_noted(struct ui *ui, const struct ask *ask, ds_AddressNoted *record)
{
    const struct view *view = ask->view;
    bool has_changed = false;
    if (ask->record != NULL && ask->record->addresses_count > 0) {
        parts_heading(ui, view, "ask.address_which");
        widget_choice_chips_open(ui);
        if (widget_choice_chip(ui, "replaces/new",
                               &(struct widget_choice){.label = view_text(view, "ask.address_new"),
                                                       .is_chosen = record->replaces[0] == '\0'})) {
            record->replaces[0] = '\0';
            has_changed = true;
        }
        for (pb_size_t i = 0; i < ask->record->addresses_count; i++) {
            const char *text = ask->record->addresses[i].text;
            if (widget_choice_chip(
                    ui, ui_format(ui, "replaces/%u", (unsigned)i),
                    &(struct widget_choice){
                        .label = view_fill(
                            view, "ask.address_corrects",
                            lang_value_text("kind", view_item(view, CATALOG_address_kind,
                                                              ask->record->addresses[i].kind))),
                        .is_chosen = strcmp(record->replaces, text) == 0})) {
                str_copy(record->replaces, sizeof record->replaces, str_from(text));
                if (record->text[0] == '\0') {
                    str_copy(record->text, sizeof record->text, str_from(text));
                }
                record->kind = ask->record->addresses[i].kind;
                has_changed = true;
            }
        }
        ui_close(ui);
    }
    has_changed |= widget_field(ui, "text",
                                &(struct widget_field){.label = view_text(view, "ask.address_text"),
                                                       .icon = ICON_location_on,
                                                       .lines = 2},
                                record->text, sizeof record->text);
    parts_heading(ui, view, "ask.address_kind");
    has_changed |= parts_list_chips(ui, view, "kind", CATALOG_address_kind, &record->kind);
    parts_heading(ui, view, "ask.address_result");
    has_changed |= parts_list_chips(ui, view, "result", CATALOG_address_result, &record->result);
    parts_heading(ui, view, "ask.source");
    has_changed |= parts_list_chips(ui, view, "source", CATALOG_fact_source, &record->source);
    has_changed |=
        widget_field(ui, "door",
                     &(struct widget_field){.label = view_text(view, "ask.door_note"),
                                            .hint = view_text(view, "ask.door_note_hint")},
                     record->door_note, sizeof record->door_note);
    return has_changed;
}

bool ask_place_safety_incident(struct ui *ui, const struct ask *ask, ds_SafetyIncident *record)
{
    static const char *const severity_keys[] = {"ask.severity_noted", "ask.severity_left",
                                                "ask.severity_help"};
    const struct view *view = ask->view;
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                          .title = view_text(view, "ask.safety_first"),
                                          .text = view_text(view, "ask.safety_first_note"),
                                          .icon = ICON_health_and_safety});
    parts_heading(ui, view, "ask.safety_kind");
    uint32_t kinds[SAFETY_KIND_other]; /* what a person may have met; the tablet adds its own */
    for (uint32_t i = 0; i < COUNT(kinds); i++) {
        kinds[i] = i + 1;
    }
    bool has_changed = parts_code_chips(ui, view, "incident", CATALOG_safety_kind, kinds,
                                        COUNT(kinds), &record->incident);
    parts_heading(ui, view, "ask.severity");
    has_changed |= parts_scale_chips(ui, view, "severity", severity_keys, 3, &record->severity);
    if (record->severity == 3 || record->is_silent) {
        has_changed |= widget_toggle(
            ui, "silent", view_text(view, "ask.silent"), view_text(view, "ask.silent_note"),
            view_text(view, "view.yes"), view_text(view, "view.no"), &record->is_silent);
    }
    has_changed |= parts_note(ui, view, "note", view_text(view, "ask.note"), NULL, 0, record->note,
                              sizeof record->note);
    return has_changed;
}

bool ask_place_notice_delivered(struct ui *ui, const struct ask *ask, ds_NoticeDelivered *record)
{
    const struct view *view = ask->view;
    parts_heading(ui, view, "ask.notice_kind");
    bool has_changed = parts_list_chips(ui, view, "notice", CATALOG_notice_kind, &record->notice);
    parts_heading(ui, view, "ask.delivery");
    has_changed |=
        parts_list_chips(ui, view, "delivery", CATALOG_delivery_result, &record->delivery);
    has_changed |= parts_note(ui, view, "note", view_text(view, "ask.note"), NULL, 0, record->note,
                              sizeof record->note);
    return has_changed;
}

bool ask_place_collateral_observed(struct ui *ui, const struct ask *ask,
                                   ds_CollateralObserved *record)
{
    const struct view *view = ask->view;
    if (ask->record != NULL && ask->record->collateral[0] != '\0') {
        widget_card_fact(ui, view_text(view, "brief.collateral"), ask->record->collateral);
    }
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "ask.collateral_advice")});
    parts_heading(ui, view, "ask.collateral_state");
    bool has_changed =
        parts_list_chips(ui, view, "state", CATALOG_collateral_state, &record->state);
    has_changed |= parts_note(ui, view, "note", view_text(view, "ask.note"), NULL, 0, record->note,
                              sizeof record->note);
    return has_changed;
}
