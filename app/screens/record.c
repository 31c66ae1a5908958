#include "app/screens/record.h"

#include "core/event/rows.h"

#include <string.h>

enum { RECORD_PHOTOS_MAX = 24 };

/* place.tab: 0 the record, 1 its correction. */

static bool can_restate(enum event_kind kind)
{
    switch ((uint32_t)kind) {
    case EVENT_visit_finished:
    case EVENT_promise_made:
    case EVENT_extension_requested:
    case EVENT_settlement_requested:
    case EVENT_waiver_requested:
    case EVENT_payment_noted:
        return true;
    default:
        return false;
    }
}

/* A visit shows its photos; a fact about one photo shows that one. */
static enum err photos_of(struct arena *task, struct store *store, struct record_model *model)
{
    const ds_Event *event = &model->fact.event;
    if (event->which_kind == EVENT_evidence_attached) {
        struct chain_hash hash;
        memcpy(hash.bytes, event->kind.evidence_attached.hash, sizeof hash.bytes);
        return photos_find(task, store, &hash, &model->photos);
    }
    uint64_t visit_seq =
        event->which_kind == EVENT_visit_started ? model->fact.seq : event->visit_seq;
    return visit_seq == 0 ? OK
                          : photos_read(task, store, visit_seq, RECORD_PHOTOS_MAX, &model->photos);
}

enum err record_enter(struct arena *task, const struct screen_source *source,
                      struct screen_place *place, void **model_out)
{
    struct record_model *model = ARENA_NEW(task, struct record_model);
    TRY(store_journal_fact(source->store, place->seq, &model->fact));
    TRY(store_outbox_state(source->store, place->seq, &model->state));
    struct store_outbox outbox;
    TRY(store_outbox_read(source->store, &outbox));
    model->is_safe = place->seq <= outbox.safe_seq;
    TRY(photos_of(task, source->store, model));
    if (model->fact.event.case_no != 0) {
        struct store_case item;
        if (store_case_load(source->store, task, model->fact.event.case_no, &item) == OK &&
            !item.is_withdrawn) {
            model->item = item;
        }
    }
    struct store_question *questions;
    size_t count;
    TRY(store_question_list(source->store, task, true, &questions, &count));
    for (size_t i = 0; i < count; i++) {
        if (questions[i].seq == place->seq) {
            model->question = arena_copy(task, &questions[i], sizeof questions[i]);
        }
    }
    model->correction = ARENA_NEW(task, ds_Event);
    const ds_Event *form = source->form;
    if (form != NULL && form->which_kind == EVENT_correction &&
        memcmp(form->kind.correction.target, model->fact.id.bytes, sizeof model->fact.id.bytes) ==
            0) {
        *model->correction = *form;
    } else {
        model->correction->which_kind = EVENT_correction;
        model->correction->case_no = model->fact.event.case_no;
        memcpy(model->correction->kind.correction.target, model->fact.id.bytes,
               sizeof model->fact.id.bytes);
    }
    *model_out = model;
    return OK;
}

static void facts(struct ui *ui, const struct view *view, const struct record_model *model,
                  struct intent *intent_out)
{
    const ds_Event *event = &model->fact.event;
    widget_card_open(ui, NULL, NULL);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_event(view, event));
    struct widget_badge badge = parts_record_badge(view, model->state, model->is_safe);
    widget_badge(ui, &badge);
    ui_divider(ui);
    if (model->item.record != NULL) {
        widget_card_fact(ui, view_text(view, "record.debtor"), model->item.record->debtor_name);
        widget_card_fact(ui, view_text(view, "brief.case_ref"), model->item.record->case_ref);
    }
    widget_card_fact(ui, view_text(view, "record.at"), view_instant(view, (int64_t)event->at_ms));
    widget_card_fact(ui, view_text(view, "record.number"),
                     view_fill(view, "record.number_of",
                               lang_value_count("device", model->fact.device_no),
                               lang_value_count("seq", (int64_t)model->fact.seq)));
    if (event->clock_quality != 0) {
        widget_card_fact(ui, view_text(view, "record.clock"),
                         view_item(view, CATALOG_clock_quality, event->clock_quality));
    }
    if (event->override_reason != 0) {
        widget_card_fact(ui, view_text(view, "visit.override"),
                         view_item(view, CATALOG_override_reason, event->override_reason));
    }
    if (event->which_kind == EVENT_visit_finished && event->kind.visit_finished.note[0] != '\0') {
        ui_divider(ui);
        ui_text(ui, TYPE_body, COLOR_ink, event->kind.visit_finished.note);
    }
    if (event->which_kind == EVENT_evidence_attached) {
        photos_facts(ui, view, &event->kind.evidence_attached,
                     model->photos.count > 0 ? &model->photos.items[0] : NULL);
    }
    ui_close(ui);
    if (event->which_kind != EVENT_evidence_attached && model->photos.count > 0) {
        widget_card_heading(ui, view_fill(view, "record.photos",
                                          lang_value_count("n", (int64_t)model->photos.all_count)));
        for (size_t i = 0; i < model->photos.count; i++) {
            photos_row(ui, view, &model->photos.items[i], intent_out);
        }
    }
    for (pb_size_t i = 0; i < event->fired_count; i++) {
        widget_banner(
            ui, NULL,
            &(struct widget_banner){
                .tone = WIDGET_BADGE_warn,
                .title = view_text(view, refusal_key(event->fired[i])),
                .text = view_fill(view, "rule_said.log",
                                  lang_value_text("rule", refusal_rule(event->fired[i])))});
    }
}

/* The payload as a record of its own kind, to be changed and put back. */
static void anew_get(const struct record_model *model, ds_Event *event)
{
    const ds_Correction *correction = &model->correction->kind.correction;
    *event = model->fact.event;
    if (correction->which_anew != 0) {
        memcpy(&event->kind, &correction->anew, sizeof correction->anew);
    }
}

static void anew_put(struct record_model *model, const ds_Event *event)
{
    ds_Correction *correction = &model->correction->kind.correction;
    correction->which_anew = event->which_kind; /* the same numbers in both */
    memcpy(&correction->anew, &event->kind, sizeof correction->anew);
}

static bool restate_visit(struct ui *ui, const struct view *view, ds_VisitFinished *finish)
{
    uint32_t codes[64];
    size_t count = 0;
    for (size_t i = 0; i < catalog_count(CATALOG_outcome); i++) {
        uint32_t code = catalog_code_at(CATALOG_outcome, i);
        if (outcome_needs(code) == outcome_needs(finish->outcome) &&
            outcome_met(code) == outcome_met(finish->outcome)) {
            codes[count++] = code;
        }
    }
    parts_heading(ui, view, "visit.step_outcome");
    uint32_t outcome = finish->outcome;
    bool has_changed =
        parts_code_chips(ui, view, "outcome", CATALOG_outcome, codes, count, &outcome);
    if (outcome != 0) {
        finish->outcome = outcome;
    }
    parts_heading(ui, view, "visit.default_reason");
    has_changed |=
        parts_list_chips(ui, view, "default", CATALOG_default_reason, &finish->default_reason);
    return has_changed;
}

static bool correct(struct ui *ui, const struct view *view, struct record_model *model)
{
    ds_Correction *correction = &model->correction->kind.correction;
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "record.original_stays")});
    parts_heading(ui, view, "record.reason");
    bool has_changed =
        parts_list_chips(ui, view, "reason", CATALOG_correction_reason, &correction->reason);
    if (can_restate((enum event_kind)model->fact.event.which_kind)) {
        const char *labels[] = {view_text(view, "record.restate"),
                                view_text(view, "record.withdraw")};
        int32_t chosen = correction->is_withdrawn ? 1 : 0;
        if (widget_toggle_segments(ui, "how", labels, 2, &chosen)) {
            correction->is_withdrawn = chosen == 1;
            has_changed = true;
        }
    } else {
        if (!correction->is_withdrawn) {
            correction->is_withdrawn = true;
            has_changed = true;
        }
        widget_card_fact(ui, view_text(view, "record.how"), view_text(view, "record.withdraw"));
    }
    if (!correction->is_withdrawn) {
        ds_Event *event = ARENA_NEW(view->arena, ds_Event);
        anew_get(model, event);
        struct ask ask = {.view = view, .record = model->item.record, .state = model->item.state};
        bool was_changed = event->which_kind == EVENT_visit_finished
                               ? restate_visit(ui, view, &event->kind.visit_finished)
                               : ask_frame(ui, &ask, event);
        if (was_changed || correction->which_anew == 0) {
            anew_put(model, event);
            has_changed |= was_changed;
        }
    } else {
        correction->which_anew = 0;
    }
    has_changed |= parts_note(ui, view, "correction/note", view_text(view, "ask.note"), NULL, 0,
                              correction->note, sizeof correction->note);
    return has_changed;
}

void record_frame(struct ui *ui, const struct view *view, void *model_in,
                  struct screen_place *place, struct intent *intent_out)
{
    struct record_model *model = model_in;
    bool is_correcting = place->tab == 1;
    struct intent top = {0};
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, is_correcting ? "record.correct" : "screen.record"), NULL,
               NULL, ICON_none, &top);
    if (top.kind == INTENT_back && is_correcting) {
        place->tab = 0;
    } else if (top.kind == INTENT_back) {
        intent_out->kind = INTENT_back;
    }
    parts_body_open(ui, is_correcting ? "record/correct" : "record");
    if (model->question != NULL) {
        if (widget_banner(ui, "question",
                          &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                                  .title = view_text(view, "sync.hq_asks"),
                                                  .text = view_question(view, model->question->code,
                                                                        model->question->text),
                                                  .action = view_text(view, "sync.settled")})) {
            intent_out->kind = INTENT_settle;
            intent_out->number = (int64_t)model->fact.seq;
        }
    }
    bool has_changed = false;
    if (is_correcting) {
        has_changed = correct(ui, view, model);
    } else {
        facts(ui, view, model, intent_out);
    }
    parts_body_close(ui);
    bool is_saved = false;
    if (parts_actions_open(ui)) {
        if (is_correcting) {
            is_saved =
                widget_button(ui, "record/save",
                              &(struct widget_button){
                                  .kind = WIDGET_BUTTON_primary,
                                  .label = view_text(view, "record.save"),
                                  .icon = ICON_check,
                                  .is_wide = true,
                                  .is_disabled = model->correction->kind.correction.reason == 0});
        } else if (!rows_is_kept(model->fact.event.which_kind) &&
                   widget_button(ui, "record/correct",
                                 &(struct widget_button){.label = view_text(view, "record.correct"),
                                                         .icon = ICON_edit,
                                                         .is_wide = !parts_actions_is_row(ui)})) {
            place->tab = 1;
        }
        parts_actions_close(ui);
    }
    if (is_saved) {
        intent_out->kind = INTENT_capture;
        intent_out->event = model->correction;
    } else if (has_changed && intent_out->kind == INTENT_none) {
        intent_out->kind = INTENT_form_save;
        intent_out->event = model->correction;
    }
    parts_screen_close(ui, view, NULL, 0);
}
