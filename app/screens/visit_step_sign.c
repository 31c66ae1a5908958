/* app/screens/visit_step_sign.c -- what was agreed in large words, and a pad to sign it on.
 * Signing is nobody's duty: why it was not signed takes one tap. */
#include "app/screens/visit_part.h"
#include "app/screens/visit_step.h"
#include "app/screens/visit_words.h"

enum { PAD_W_MAX = 700 }; /* with its buttons and the name below it fits a screen */

static void words_card(struct ui *ui, const struct view *view, const char *words)
{
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 8, .across = UI_centre});
    ui_icon(ui, ICON_record_voice_over, 24, COLOR_link);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, "sign.read_aloud"));
    ui_close(ui);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_text, .w = UI_FILL},
                 words);
    ui_close(ui);
}

/* One tap says why not, and leads on. */
static bool not_signed(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft)
{
    static const uint32_t left_out[] = {STEP_SKIP_REASON_others_present, STEP_SKIP_REASON_no_time,
                                        STEP_SKIP_REASON_not_needed, STEP_SKIP_REASON_later};
    const struct view *view = ask->view;
    bool has_changed = false;
    parts_heading(ui, view, "sign.refused_because");
    uint32_t reason = draft->has_unsigned_by ? draft->unsigned_by.reason : 0;
    if (parts_list_chips(ui, view, "refused", CATALOG_signing_refusal, &reason)) {
        draft->has_unsigned_by = reason != 0;
        draft->unsigned_by.reason = reason;
        draft->unsigned_by.role = draft->finish.role;
        visit_part_skip(draft, VISIT_PART_signature, STEP_SKIP_REASON_none);
        has_changed = true;
        draft->step = reason != 0 ? (uint32_t)visit_step_next(draft, VISIT_STEP_sign) : draft->step;
    }
    parts_heading(ui, view, "sign.left_out_because");
    reason = visit_part_reason(draft, VISIT_PART_signature);
    if (parts_code_chips(ui, view, "left_out", CATALOG_step_skip_reason, left_out, COUNT(left_out),
                         &reason)) {
        visit_part_skip(draft, VISIT_PART_signature, reason);
        draft->has_unsigned_by = false;
        has_changed = true;
        draft->step = reason != 0 ? (uint32_t)visit_step_next(draft, VISIT_STEP_sign) : draft->step;
    }
    return has_changed;
}

static bool pad(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                struct screen_place *place)
{
    const struct view *view = ask->view;
    const struct photos_item *before = visit_part_signature(&model->photos);
    if (before != NULL) {
        widget_banner(
            ui, NULL,
            &(struct widget_banner){
                .tone = WIDGET_BADGE_ok,
                .title = view_fill(view, "sign.done_at",
                                   lang_value_text("time", view_clock(view, before->at_ms))),
                .text = view_text(view, "sign.again_keeps_both"),
                .icon = ICON_draw});
    }
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .w_max = PAD_W_MAX, .gap = 12});
    bool was_drawn =
        widget_signature(ui, "sign/pad",
                         &(struct widget_signature_words){.label = view_text(view, "sign.pad"),
                                                          .hint = view_text(view, "sign.pad_hint"),
                                                          .undo = view_text(view, "sign.undo"),
                                                          .clear = view_text(view, "sign.clear")},
                         model->ink);
    if (model->ink->was_full) {
        ui_text(ui, TYPE_secondary, COLOR_danger, view_text(view, "sign.pad_full"));
    }
    widget_field(ui, "sign/witness",
                 &(struct widget_field){.label = view_text(view, "sign.witness"),
                                        .hint = view_text(view, "sign.witness_hint"),
                                        .icon = ICON_people,
                                        .chars_max = 20},
                 place->text, sizeof((ds_EvidenceAttached *)NULL)->witness);
    ui_close(ui);
    return was_drawn;
}

bool visit_step_sign(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                     ds_VisitDraft *draft, struct screen_place *place, struct intent *intent_out)
{
    const struct view *view = ask->view;
    bool has_changed = false;
    parts_columns_open(ui);
    parts_column_open(ui, 2);
    words_card(ui, view, visit_words(ask, draft));
    if (parts_is_wide(ui)) {
        has_changed |= not_signed(ui, ask, draft);
    }
    parts_column_close(ui);
    parts_column_open(ui, 3);
    if (pad(ui, ask, model, place)) {
        intent_out->kind = INTENT_ink;
    }
    if (!parts_is_wide(ui)) {
        has_changed |= not_signed(ui, ask, draft);
    }
    parts_column_close(ui);
    parts_columns_close(ui);
    return has_changed;
}

void visit_step_signed(const struct ask *ask, const ds_VisitDraft *draft,
                       const struct screen_place *place, struct intent *intent_out)
{
    struct arena *arena = ask->view->arena;
    ds_Event *event = ARENA_NEW(arena, ds_Event);
    ds_VisitDraft *after = arena_copy(arena, draft, sizeof *draft);
    event->case_no = draft->case_no;
    event->which_kind = EVENT_evidence_attached;
    ds_EvidenceAttached *signature = &event->kind.evidence_attached;
    signature->signed_by = draft->finish.role;
    str_copy(signature->note, sizeof signature->note, str_from(visit_words(ask, draft)));
    str_copy(signature->witness, sizeof signature->witness, str_trim(str_from(place->text)));
    after->has_unsigned_by = false;
    visit_part_skip(after, VISIT_PART_signature, STEP_SKIP_REASON_none);
    after->step = (uint32_t)visit_step_next(after, VISIT_STEP_sign);
    intent_out->kind = INTENT_sign;
    intent_out->event = event;
    intent_out->draft = after;
}
