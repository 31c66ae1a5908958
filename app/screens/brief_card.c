#include "app/screens/brief_card.h"

#include "core/domain/mask.h"
#include "core/event/address.h"
#include "core/event/reach.h"

/* A line with a masked value and a button that shows it, which is recorded. */
void brief_card_masked(struct ui *ui, const struct view *view, const struct brief_model *model,
                       const char *label, const char *note, const char *clear,
                       const char *masked_text, uint32_t detail, uint32_t index,
                       struct intent *intent_out)
{
    uint64_t case_no = model->item.case_no;
    bool is_shown = view->revealed_case_no == case_no && view->revealed_detail == detail &&
                    view->revealed_index == index && ui_now_ms(ui) < view->revealed_until_ms;
    ui_open(ui, NULL,
            &(struct ui_box){.flow = parts_row(ui),
                             .w = UI_FILL,
                             .gap = 12,
                             .across = parts_is_narrow(ui) ? UI_start : UI_centre});
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_secondary, COLOR_ink_2, label);
    ui_text(ui, TYPE_strong, COLOR_ink, is_shown ? clear : masked_text);
    if (note != NULL && note[0] != '\0') {
        ui_text(ui, TYPE_label, COLOR_ink_2, note);
    }
    ui_close(ui);
    if (is_shown) {
        ui_wake_at(ui, view->revealed_until_ms);
        widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_info,
                                                .word = view_text(view, "brief.shown"),
                                                .icon = ICON_visibility});
    } else if (widget_button(ui, ui_format(ui, "show/%u/%u", detail, index),
                             &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                                     .label = view_text(view, "brief.show"),
                                                     .icon = ICON_visibility})) {
        ds_Event *event = ARENA_NEW(view->arena, ds_Event);
        event->case_no = case_no;
        event->which_kind = EVENT_detail_revealed;
        event->kind.detail_revealed = (ds_DetailRevealed){.detail = detail, .index = index};
        intent_out->kind = INTENT_reveal;
        intent_out->event = event;
    }
    ui_close(ui);
}

void brief_card_debt(struct ui *ui, const struct view *view, const struct brief_model *model)
{
    const ds_CaseRecord *record = model->item.record;
    const ds_CaseState *state = model->item.state;
    struct balance balance = fold_balance(record, state);
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(ui, view_text(view, "brief.debt"));
    widget_card_fact(ui, view_text(view, "brief.due_day"), view_day(view, record->due_day));
    int64_t last_minor = (int64_t)record->last_paid_minor;
    int32_t last_day = record->last_paid_day;
    for (pb_size_t i = 0; i < state->payments_count; i++) {
        if (state->payments[i].is_posted && state->payments[i].paid_day >= last_day) {
            last_minor = (int64_t)state->payments[i].amount_minor;
            last_day = state->payments[i].paid_day;
        }
    }
    widget_card_fact(ui, view_text(view, "brief.last_paid"),
                     last_day == 0 ? view_text(view, "brief.never_paid")
                                   : str_format(view->arena, "%s · %s",
                                                view_money(view, last_minor, record->currency),
                                                view_day_age(view, last_day)));
    const struct {
        uint32_t part;
        uint64_t minor;
    } parts[] = {
        {BALANCE_PART_principal, balance.principal_minor},
        {BALANCE_PART_interest, balance.interest_minor},
        {BALANCE_PART_penalty, balance.penalty_minor},
        {BALANCE_PART_fees, balance.fees_minor},
    };
    for (size_t i = 0; i < COUNT(parts); i++) {
        widget_card_fact(ui, view_item(view, CATALOG_balance_part, parts[i].part),
                         view_money(view, (int64_t)parts[i].minor, record->currency));
    }
    if (balance.paid_minor > 0) {
        widget_card_fact(
            ui, view_text(view, "brief.paid_since"),
            str_format(view->arena, "−%s",
                       view_money(view, (int64_t)balance.paid_minor, record->currency)));
    }
    if (record->mandate_until_day != 0) {
        widget_card_fact(ui, view_text(view, "brief.mandate"),
                         view_day(view, record->mandate_until_day));
    }
    if (record->collateral[0] != '\0') {
        widget_card_fact(ui, view_text(view, "brief.collateral"), record->collateral);
    }
    ui_close(ui);
}

void brief_card_last_note(struct ui *ui, const struct view *view, const struct brief_model *model)
{
    const ds_CaseRecord *record = model->item.record;
    const ds_CaseState *state = model->item.state;
    const char *text = record->last_note;
    const char *age = view_day_age(view, record->last_note_day);
    for (pb_size_t i = 0; i < state->contacts_count; i++) {
        const ds_Contact *contact = &state->contacts[i];
        if (contact->note[0] != '\0' && !contact->is_withdrawn &&
            date_day_at((int64_t)contact->at_ms, view->offset_minutes) >= record->last_note_day) {
            text = contact->note;
            age = view_age(view, (int64_t)contact->at_ms);
            break;
        }
    }
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(ui, view_text(view, "brief.last_note"));
    ui_text(ui, TYPE_body, COLOR_ink, text[0] != '\0' ? text : view_text(view, "brief.no_note"));
    if (text[0] != '\0') {
        ui_text(ui, TYPE_label, COLOR_ink_2, age);
    }
    ui_close(ui);
}

static void contact_line(struct ui *ui, const struct view *view, const ds_Contact *contact)
{
    const char *what = contact->channel == CONTACT_CHANNEL_visit
                           ? view_item(view, CATALOG_outcome, contact->outcome)
                           : str_format(view->arena, "%s · %s",
                                        view_item(view, CATALOG_contact_channel, contact->channel),
                                        view_item(view, CATALOG_contact_result, contact->result));
    ui_open(ui, NULL, &(struct ui_box){.flow = parts_row(ui), .w = UI_FILL, .gap = 12, .pad_y = 2});
    ui_icon(ui, contact->channel == CONTACT_CHANNEL_visit ? ICON_door_front : ICON_phone, 24,
            COLOR_ink_2);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
                 contact->is_withdrawn
                     ? view_fill(view, "brief.withdrawn", lang_value_text("what", what))
                     : what);
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_age(view, (int64_t)contact->at_ms));
    ui_close(ui);
}

static enum widget_badge_tone arrangement_tone(uint32_t state)
{
    switch (state) {
    case ARRANGEMENT_STATE_kept:
        return WIDGET_BADGE_ok;
    case ARRANGEMENT_STATE_broken:
    case ARRANGEMENT_STATE_rejected:
        return WIDGET_BADGE_danger;
    case ARRANGEMENT_STATE_asked:
    case ARRANGEMENT_STATE_returned:
    case ARRANGEMENT_STATE_conflicting:
    case ARRANGEMENT_STATE_part_kept:
        return WIDGET_BADGE_warn;
    case ARRANGEMENT_STATE_active:
        return WIDGET_BADGE_info;
    default:
        return WIDGET_BADGE_plain;
    }
}

static void promise_line(struct ui *ui, const struct view *view, uint32_t kind, uint32_t state,
                         uint64_t amount_minor, int32_t due_day)
{
    ui_open(ui, NULL,
            &(struct ui_box){.flow = parts_row(ui),
                             .w = UI_FILL,
                             .gap = 12,
                             .across = parts_is_narrow(ui) ? UI_start : UI_centre});
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_strong, COLOR_ink, view_money(view, (int64_t)amount_minor, NULL));
    ui_text(ui, TYPE_secondary, COLOR_ink_2,
            str_format(view->arena, "%s · %s", view_item(view, CATALOG_arrangement_kind, kind),
                       view_day(view, due_day)));
    ui_close(ui);
    widget_badge(ui,
                 &(struct widget_badge){.tone = arrangement_tone(state),
                                        .word = view_item(view, CATALOG_arrangement_state, state)});
    ui_close(ui);
}

void brief_card_history(struct ui *ui, const struct view *view, const struct brief_model *model)
{
    const ds_CaseRecord *record = model->item.record;
    const ds_CaseState *state = model->item.state;
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(ui, view_text(view, "brief.promises"));
    bool has_any = false;
    for (pb_size_t i = 0; i < state->arrangements_count && i < 4; i++) {
        const ds_Arrangement *item = &state->arrangements[i];
        promise_line(ui, view, item->kind, item->state, item->amount_minor, item->due_day);
        has_any = true;
    }
    for (pb_size_t i = 0; i < record->past_promises_count && i < 3; i++) {
        const ds_PastPromise *item = &record->past_promises[i];
        promise_line(ui, view, ARRANGEMENT_KIND_promise, item->state, item->amount_minor,
                     item->due_day);
        has_any = true;
    }
    if (!has_any) {
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "brief.no_promise"));
    }
    ui_divider(ui);
    widget_card_heading(ui,
                        view_fill(view, "brief.contacts", lang_value_count("n", state->visit_count),
                                  lang_value_count("met", state->met_count)));
    for (pb_size_t i = 0; i < state->contacts_count && i < 6; i++) {
        contact_line(ui, view, &state->contacts[i]);
    }
    if (state->contacts_count == 0) {
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "brief.no_contact"));
    }
    ui_divider(ui);
    widget_card_heading(ui, view_text(view, "brief.payments"));
    has_any = false;
    for (pb_size_t i = 0; i < state->payments_count && i < 4; i++) {
        const ds_Payment *payment = &state->payments[i];
        const char *what =
            str_format(view->arena, "%s · %s", view_day(view, payment->paid_day),
                       view_text(view, payment->is_posted ? "brief.posted" : "brief.noted"));
        widget_card_fact(ui,
                         payment->is_withdrawn
                             ? view_fill(view, "brief.withdrawn", lang_value_text("what", what))
                             : what,
                         view_money(view, (int64_t)payment->amount_minor, record->currency));
        has_any = true;
    }
    for (pb_size_t i = 0; i < record->past_payments_count && i < 6; i++) {
        widget_card_fact(
            ui, view_day(view, record->past_payments[i].day),
            view_money(view, (int64_t)record->past_payments[i].amount_minor, record->currency));
        has_any = true;
    }
    if (!has_any) {
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "brief.never_paid"));
    }
    ui_close(ui);
}

static void address_line(struct ui *ui, const struct view *view, const struct address *address)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .pad_y = 2});
    ui_icon(ui, address->is_over ? ICON_wrong_location : ICON_location_on, 24,
            address->is_over ? COLOR_danger : COLOR_ink_2);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_body, COLOR_ink, address->at->text);
    const char *finding = address->result != 0
                              ? view_item(view, CATALOG_address_result, address->result)
                              : view_text(view, "brief.not_verified");
    ui_text(ui, TYPE_label, address->is_over ? COLOR_danger : COLOR_ink_2,
            str_format(view->arena, "%s · %s · %s",
                       view_item(view, CATALOG_address_kind, address->at->kind), finding,
                       address->is_noted && address->result == 0
                           ? view_text(view, "brief.noted_at_door")
                           : parts_as_of(view, address->as_of_day)));
    if (address->door_note[0] != '\0') {
        ui_text(ui, TYPE_secondary, COLOR_ink_2, address->door_note);
    }
    ui_close(ui);
    ui_close(ui);
}

/* A number at which nobody is to be called stays masked: it is there to be known as such. */
static void point_line(struct ui *ui, const struct view *view, const struct brief_model *model,
                       const struct reach *point, struct intent *intent_out)
{
    char text[MASK_TEXT_SIZE];
    mask_phone(text, point->at->value);
    const char *whose =
        str_format(view->arena, "%s · %s", view_item(view, CATALOG_role, point->at->role),
                   point->is_noted ? view_text(view, "brief.noted_at_door")
                                   : view_item(view, CATALOG_point_kind, point->at->kind));
    const char *state = view_item(view, CATALOG_point_state, point->state);
    if (!point->is_over) {
        brief_card_masked(
            ui, view, model, whose,
            str_format(view->arena, "%s · %s", state, parts_as_of(view, point->as_of_day)),
            point->at->value, text, DETAIL_KIND_phone, point->index, intent_out);
        return;
    }
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .pad_y = 2});
    ui_icon(ui, ICON_phone_disabled, 24, COLOR_danger);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_secondary, COLOR_ink_2, whose);
    ui_text(ui, TYPE_body, COLOR_ink_2, text);
    ui_text(ui, TYPE_label, COLOR_danger,
            view_fill(view, "brief.point_over", lang_value_text("state", state)));
    ui_close(ui);
    ui_close(ui);
}

void brief_card_reach(struct ui *ui, const struct view *view, const struct brief_model *model,
                      struct intent *intent_out)
{
    const ds_CaseRecord *record = model->item.record;
    const ds_CaseState *state = model->item.state;
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(ui, view_text(view, "brief.addresses"));
    struct address_list addresses = address_list(record, state);
    for (size_t i = 0; i < addresses.count; i++) {
        address_line(ui, view, &addresses.items[i]);
    }
    ui_divider(ui);
    widget_card_heading(ui, view_text(view, "brief.points"));
    struct reach_list points = reach_list(record, state);
    for (size_t i = 0; i < points.count; i++) {
        point_line(ui, view, model, &points.items[i], intent_out);
    }
    if (points.count == 0) {
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "brief.no_point"));
    }
    ui_close(ui);
}

void brief_card_papers(struct ui *ui, const struct view *view, const struct brief_model *model,
                       struct intent *intent_out)
{
    enum { SHOWN_MAX = 6 };
    const ds_CaseRecord *record = model->item.record;
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(ui, view_text(view, "brief.papers"));
    if (record->contract_ref[0] != '\0') {
        widget_card_fact(ui, view_text(view, "brief.contract"),
                         record->contract_day == 0
                             ? record->contract_ref
                             : str_format(view->arena, "%s · %s", record->contract_ref,
                                          view_day(view, record->contract_day)));
    }
    for (size_t i = 0; i < model->papers.count && i < SHOWN_MAX; i++) {
        photos_row(ui, view, &model->papers.items[i], intent_out);
    }
    if (model->papers.count > SHOWN_MAX) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2,
                view_fill(view, "brief.papers_more",
                          lang_value_count("n", (int64_t)(model->papers.count - SHOWN_MAX))));
    }
    if (model->papers.count == 0) {
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "brief.no_papers"));
    }
    ui_close(ui);
}

void brief_card_why(struct ui *ui, const struct view *view, const struct brief_model *model)
{
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(
        ui, view_fill(view, "brief.why", lang_value_count("score", model->priority.score)));
    widget_card_fact(
        ui, view_text(view, "brief.difficulty"),
        view_fill(view, "brief.difficulty_of", lang_value_count("n", model->priority.difficulty)));
    for (size_t i = 0; i < model->priority.order_count && i < 4; i++) {
        enum priority_part part = model->priority.order[i];
        int64_t number = model->priority.parts[part].value;
        struct lang_value value =
            view_value(view, "value", priority_value_type(part), NULL, number);
        const char *key = priority_reason_key(part, number);
        widget_card_fact(ui, lang_fill_list(view->arena, view->lang, key, &value, 1),
                         str_format(view->arena, "+%u", model->priority.parts[part].points));
    }
    ui_close(ui);
}
