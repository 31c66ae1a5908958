#include "app/screens/ask.h"
#include "app/screens/ask_wish.h"

static bool note(struct ui *ui, const struct ask *ask, const char *label_key, char *text,
                 size_t capacity)
{
    return parts_note(ui, ask->view, "note", view_text(ask->view, label_key), NULL, 0, text,
                      capacity);
}

static bool yes_no(struct ui *ui, const struct ask *ask, const char *key, const char *label_key,
                   const char *note_key, bool *is_on)
{
    const struct view *view = ask->view;
    return widget_toggle(ui, key, view_text(view, label_key),
                         note_key != NULL ? view_text(view, note_key) : NULL,
                         view_text(view, "view.yes"), view_text(view, "view.no"), is_on);
}

bool ask_person_dispute_raised(struct ui *ui, const struct ask *ask, ds_DisputeRaised *record)
{
    const struct view *view = ask->view;
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "ask.dispute_advice")});
    parts_heading(ui, view, "ask.dispute_kind");
    bool has_changed =
        parts_list_chips(ui, view, "dispute", CATALOG_dispute_kind, &record->dispute);
    has_changed |= note(ui, ask, "ask.own_words", record->note, sizeof record->note);
    return has_changed;
}

bool ask_person_hardship_noted(struct ui *ui, const struct ask *ask, ds_HardshipNoted *record)
{
    const struct view *view = ask->view;
    parts_heading(ui, view, "ask.hardship_kind");
    bool has_changed =
        parts_list_chips(ui, view, "hardship", CATALOG_hardship_kind, &record->hardship);
    has_changed |= yes_no(ui, ask, "acute", "ask.hardship_acute", "ask.hardship_acute_note",
                          &record->is_acute);
    parts_heading(ui, view, "ask.hardship_until");
    has_changed |=
        parts_day_chips(ui, view, "until", view->today + 1, view->today + 365, &record->until_day);
    has_changed |= note(ui, ask, "ask.note", record->note, sizeof record->note);
    return has_changed;
}

bool ask_person_identity_disputed(struct ui *ui, const struct ask *ask, ds_IdentityDisputed *record)
{
    const struct view *view = ask->view;
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                          .title = view_text(view, "ask.identity_stop"),
                                          .text = view_text(view, "ask.identity_stop_note")});
    bool has_changed =
        yes_no(ui, ask, "signed", "ask.declaration_signed", NULL, &record->is_declaration_signed);
    parts_heading(ui, view, "ask.declaration_place");
    has_changed |=
        parts_list_chips(ui, view, "place", CATALOG_declaration_place, &record->declaration_place);
    has_changed |= note(ui, ask, "ask.own_words", record->note, sizeof record->note);
    return has_changed;
}

bool ask_person_complaint_taken(struct ui *ui, const struct ask *ask, ds_ComplaintTaken *record)
{
    const struct view *view = ask->view;
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "ask.complaint_kept")});
    parts_heading(ui, view, "ask.complaint_kind");
    bool has_changed =
        parts_list_chips(ui, view, "complaint", CATALOG_complaint_kind, &record->complaint);
    has_changed |= parts_note(ui, view, "words", view_text(view, "ask.own_words"), NULL, 0,
                              record->words, sizeof record->words);
    parts_heading(ui, view, "ask.complaint_wish");
    has_changed |= parts_list_chips(ui, view, "wish", CATALOG_complaint_wish, &record->wish);
    has_changed |= yes_no(ui, ask, "back", "ask.call_back", NULL, &record->wants_call_back);
    return has_changed;
}

bool ask_person_service_requested(struct ui *ui, const struct ask *ask, ds_ServiceRequested *record)
{
    const struct view *view = ask->view;
    parts_heading(ui, view, "ask.service_kind");
    bool has_changed =
        parts_list_chips(ui, view, "service", CATALOG_service_kind, &record->service);
    has_changed |= parts_note(ui, view, "question", view_text(view, "ask.question"), NULL, 0,
                              record->question, sizeof record->question);
    parts_heading(ui, view, "ask.answer_by");
    has_changed |=
        parts_day_chips(ui, view, "by", view->today + 1, view->today + 60, &record->answer_by_day);
    return has_changed;
}

bool ask_person_offer_refused(struct ui *ui, const struct ask *ask, ds_OfferRefused *record)
{
    parts_heading(ui, ask->view, "ask.offer_kind");
    bool has_changed = parts_list_chips(ui, ask->view, "offer", CATALOG_offer_kind, &record->offer);
    has_changed |= note(ui, ask, "ask.note", record->note, sizeof record->note);
    return has_changed;
}

bool ask_person_status_flagged(struct ui *ui, const struct ask *ask, ds_StatusFlagged *record)
{
    const struct view *view = ask->view;
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                          .title = view_text(view, "ask.flag_advice")});
    parts_heading(ui, view, "ask.flag_kind");
    bool has_changed = parts_list_chips(ui, view, "flag", CATALOG_stop_flag, &record->flag);
    if (record->flag == STOP_FLAG_own_times) {
        has_changed |= ask_wish(ui, view, record);
    } else { /* chosen for another stop before */
        record->not_before_minute = 0;
        record->not_after_minute = 0;
        record->not_weekdays = 0;
        record->not_places = 0;
    }
    if (record->flag == STOP_FLAG_moratorium || record->flag == STOP_FLAG_in_treatment) {
        parts_heading(ui, view, "ask.hardship_until");
        has_changed |= parts_day_chips(ui, view, "until", view->today + 1, view->today + 365,
                                       &record->until_day);
    }
    has_changed |= note(
        ui, ask, record->flag == STOP_FLAG_represented ? "ask.flag_representative" : "ask.note",
        record->note, sizeof record->note);
    return has_changed;
}

bool ask_person_conduct_noted(struct ui *ui, const struct ask *ask, ds_ConductNoted *record)
{
    parts_heading(ui, ask->view, "ask.conduct_kind");
    bool has_changed =
        parts_list_chips(ui, ask->view, "conduct", CATALOG_conduct_kind, &record->conduct);
    has_changed |= note(ui, ask, "ask.note", record->note, sizeof record->note);
    return has_changed;
}
