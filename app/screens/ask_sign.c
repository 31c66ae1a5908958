#include "app/screens/ask.h"

bool ask_sign_signing_refused(struct ui *ui, const struct ask *ask, ds_SigningRefused *record)
{
    const struct view *view = ask->view;
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "sign.refusal_is_fine"),
                                          .text = view_text(view, "sign.refusal_is_fine_note"),
                                          .icon = ICON_info});
    parts_heading(ui, view, "sign.why_not");
    bool has_changed =
        parts_list_chips(ui, view, "refusal", CATALOG_signing_refusal, &record->reason);
    has_changed |= widget_field(ui, "refusal/witness",
                                &(struct widget_field){.label = view_text(view, "sign.witness"),
                                                       .hint = view_text(view, "sign.witness_hint"),
                                                       .icon = ICON_people},
                                record->witness, sizeof record->witness);
    has_changed |= parts_note(ui, view, "refusal/note", view_text(view, "ask.note"), NULL, 0,
                              record->note, sizeof record->note);
    return has_changed;
}
