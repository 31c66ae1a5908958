#include "app/screens/brief.h"

#include "app/screens/alarm.h"
#include "app/screens/ask.h"
#include "app/screens/brief_card.h"
#include "core/domain/mask.h"
#include "core/event/address.h"
#include "core/rules/gate.h"

#include <stdlib.h>

enum { STOP_CELL_MM = 80 }; /* narrower, and the words of a stop take three lines */

/* Of this case, newest first. */
static enum err papers_read(struct arena *task, struct store *store, uint64_t case_no,
                            struct photos_model *papers)
{
    size_t count = 0;
    TRY(photos_read(task, store, 0, PHOTOS_COUNT_MAX, papers));
    for (size_t i = 0; i < papers->count; i++) {
        if (papers->items[i].case_no == case_no) {
            papers->items[count++] = papers->items[i];
        }
    }
    papers->count = count;
    return OK;
}

enum err brief_read(struct arena *task, const struct screen_source *source, uint64_t case_no,
                    struct brief_model **model_out)
{
    struct brief_model *model = ARENA_NEW(task, struct brief_model);
    TRY(store_case_load(source->store, task, case_no, &model->item));
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    if (!model->item.is_withdrawn) {
        model->priority =
            priority_score(source->policy, model->item.record, model->item.state, today);
        model->strategy = strategy_choose(model->item.record, model->item.state, today);
    }
    TRY(alarm_silent_at(task, source->store, case_no, source->now_ms, &model->silent_at_ms));
    TRY(papers_read(task, source->store, case_no, &model->papers));
    if (source->draft != NULL) {
        model->has_open_visit = source->draft->case_no == case_no;
        model->has_other_visit = !model->has_open_visit;
    }
    *model_out = model;
    return OK;
}

enum err brief_enter(struct arena *task, const struct screen_source *source,
                     struct screen_place *place, void **model_out)
{
    struct brief_model *model;
    TRY(brief_read(task, source, place->case_no, &model));
    *model_out = model;
    return OK;
}

/* ---- what comes first: reasons not to go, or to go carefully ---- */

/* What must be done at this door, and what never may be: short, so that who, where and how much
 * stay on the first page. */
static void conduct(struct ui *ui, const struct view *view, uint32_t obligations)
{
    static const char *const never[] = {"brief.dont_tell", "brief.dont_cash"};
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    for (size_t i = 0; i < obligation_count(); i++) {
        uint32_t bit = obligation_bit_at(i);
        if ((obligations & bit) != 0) {
            widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_ok,
                                                    .word = view_text(view, obligation_key(bit)),
                                                    .icon = ICON_check});
        }
    }
    for (size_t i = 0; i < COUNT(never); i++) {
        widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_danger,
                                                .word = view_text(view, never[i]),
                                                .icon = ICON_block});
    }
    ui_close(ui);
}

/* Returns what the verdict asks to be done at this door. */
static uint32_t stops(struct ui *ui, const struct view *view, const struct brief_model *model)
{
    const ds_CaseRecord *record = model->item.record;
    const ds_CaseState *state = model->item.state;
    uint32_t broken = fold_promises_broken(record, state);
    if (broken > 0) {
        widget_banner(
            ui, NULL,
            &(struct widget_banner){
                .tone = WIDGET_BADGE_danger,
                .title = view_fill(view, "brief.broken", lang_value_count("n", broken),
                                   lang_value_count("made", fold_promises_made(record, state))),
                .icon = ICON_event_busy});
    }
    for (size_t i = 0; i < catalog_count(CATALOG_stop_flag); i++) {
        uint32_t flag = catalog_code_at(CATALOG_stop_flag, i);
        const ds_Flag *raised = fold_flag(state, flag, view->today);
        if (raised == NULL ||
            (model->silent_at_ms != 0 && (int64_t)raised->since_at_ms == model->silent_at_ms)) {
            continue;
        }
        const char *text =
            view_fill(view, "brief.flag_since",
                      lang_value_text("since", view_instant(view, (int64_t)raised->since_at_ms)),
                      lang_value_text("note", raised->note));
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                              .title = view_item(view, CATALOG_stop_flag, flag),
                                              .text = raised->since_at_ms == 0
                                                          ? view_text(view, "brief.flag_client")
                                                          : text,
                                              .icon = ICON_flag});
    }
    if (record->hazard[0] != '\0') {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = view_text(view, "brief.hazard"),
                                              .text = record->hazard,
                                              .icon = ICON_health_and_safety});
    }
    struct verdict verdict =
        gate_check(view->policy, GATE_checkin,
                   &(struct gate_facts){.record = record,
                                        .state = state,
                                        .now_ms = view->now_ms,
                                        .person_no = view->person_no,
                                        .has_fix = true, /* the place is judged at check-in */
                                        .synced_at_ms = view->synced_at_ms,
                                        .policy_at_ms = view->policy_at_ms,
                                        .credential_until_day = view->credential_until_day});
    struct verdict shown = verdict_start();
    for (size_t i = 0; i < verdict.fired_count; i++) {
        if (verdict.fired[i].severity == SEVERITY_block) {
            shown.fired[shown.fired_count++] = verdict.fired[i];
        }
    }
    parts_verdict(ui, view, &shown);
    return verdict.obligations;
}

/* ---- cards ---- */

static const char *first_address(const struct brief_model *model)
{
    struct address_list addresses = address_list(model->item.record, model->item.state);
    return addresses.count > 0 ? addresses.items[0].at->text : "";
}

/* Who, where, how much. */
static void person_card(struct ui *ui, const struct view *view, const struct brief_model *model)
{
    const ds_CaseRecord *record = model->item.record;
    struct balance balance = fold_balance(record, model->item.state);
    int32_t days = priority_days_past_due(record, model->item.state, view->today);
    const char *address = first_address(model);
    widget_card_open(ui, NULL, NULL);
    ui_open(ui, NULL, &(struct ui_box){.flow = parts_row(ui), .w = UI_FILL, .gap = 12});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .w = UI_FILL, .role = UI_ROLE_heading},
                 record->debtor_name);
    struct widget_badge hours = parts_hours_badge(view, record, model->item.state);
    widget_badge(ui, &hours);
    ui_close(ui);
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 8});
    ui_icon(ui, ICON_location_on, 24, COLOR_ink_2);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
                 address[0] != '\0' ? address : view_text(view, "visit.no_address"));
    ui_close(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 12, .across = UI_centre});
    ui_text(ui, TYPE_display, COLOR_ink,
            view_money(view, (int64_t)balance.askable_minor, record->currency));
    widget_badge(ui, &(struct widget_badge){
                         .tone = parts_overdue_tone(days),
                         .word = view_fill(view, "brief.overdue", lang_value_count("n", days)),
                         .icon = ICON_hourglass_empty});
    ui_close(ui);
    ui_text(ui, TYPE_label, COLOR_ink_2, parts_as_of(view, balance.as_of_day));
    parts_askable_why(ui, view, record, &balance);
    ui_divider(ui);
    const char *job = record->occupation[0] != '\0' && record->employer[0] != '\0'
                          ? str_format(view->arena, "%s · %s", record->occupation, record->employer)
                      : record->employer[0] != '\0'   ? record->employer
                      : record->occupation[0] != '\0' ? record->occupation
                                                      : view_text(view, "brief.job_unknown");
    widget_card_fact(ui, view_text(view, "brief.job"), job);
    widget_card_fact(ui, view_text(view, "brief.product"),
                     str_format(view->arena, "%s · %s", record->client, record->product));
    ui_close(ui);
}

/* What tells this borrower from another: after what is needed before every knock. */
static void identity_card(struct ui *ui, const struct view *view, const struct brief_model *model,
                          struct intent *intent_out)
{
    const ds_CaseRecord *record = model->item.record;
    widget_card_open(ui, NULL, NULL);
    widget_card_fact(ui, view_text(view, "brief.case_ref"), record->case_ref);
    if (record->id_number[0] != '\0') {
        char text[MASK_TEXT_SIZE];
        mask_id_number(text, record->id_number);
        brief_card_masked(ui, view, model, view_text(view, "brief.id_number"), NULL,
                          record->id_number, text, DETAIL_KIND_id_number, 0, intent_out);
    }
    for (pb_size_t i = 0; i < record->parties_count; i++) {
        const ds_Party *party = &record->parties[i];
        widget_card_fact(ui, view_item(view, CATALOG_role, party->role),
                         party->relation[0] != '\0'
                             ? str_format(view->arena, "%s · %s", party->name, party->relation)
                             : party->name);
    }
    ui_close(ui);
}

static void goal_card(struct ui *ui, const struct view *view, const struct brief_model *model)
{
    widget_card_open(ui, NULL, &(struct widget_card){.fill = COLOR_info_tint});
    ui_text_with(
        ui, &(struct ui_text){.type = TYPE_label, .color = COLOR_on_info_tint, .is_bold = true},
        view_text(view, "brief.goal"));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .color = COLOR_on_info_tint},
                 view_text(view, strategy_key(model->strategy.goal)));
    if (model->strategy.amount_minor > 0) {
        ui_text(ui, TYPE_strong, COLOR_on_info_tint,
                view_fill(view, "brief.goal_amount",
                          lang_value_money("amount", (int64_t)model->strategy.amount_minor)));
    }
    if (model->strategy.reason_key != NULL) {
        ui_text(ui, TYPE_secondary, COLOR_on_info_tint,
                view_text(view, model->strategy.reason_key));
    }
    if (model->strategy.fallback != STRATEGY_none) {
        ui_text(ui, TYPE_secondary, COLOR_on_info_tint,
                view_fill(view, "brief.fallback",
                          lang_value_key("goal", strategy_key(model->strategy.fallback))));
    }
    ui_close(ui);
}

void brief_body(struct ui *ui, const struct view *view, const struct brief_model *model,
                struct intent *intent_out)
{
    if (model->item.is_withdrawn) {
        parts_empty(ui, ICON_lock, view_text(view, "brief.gone"),
                    view_text(view, "brief.gone_note"));
        return;
    }
    uint32_t obligations = stops(ui, view, model);
    goal_card(ui, view, model); /* why one goes: on the first page of a handheld, too */
    /* Requirement 53's order: name, job, amount, last payment, history, promises. */
    person_card(ui, view, model);
    conduct(ui, view, obligations);
    brief_card_debt(ui, view, model);
    brief_card_last_note(ui, view, model);
    brief_card_history(ui, view, model);
    brief_card_reach(ui, view, model, intent_out);
    identity_card(ui, view, model, intent_out);
    brief_card_papers(ui, view, model, intent_out);
    brief_card_why(ui, view, model);
}

/* The same in two columns: a tablet shows nearly all of it without scrolling. */
static void body_wide(struct ui *ui, const struct view *view, const struct brief_model *model,
                      struct intent *intent_out)
{
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_grid, .w = UI_FILL, .gap = 12, .cell_mm = STOP_CELL_MM});
    uint32_t obligations = stops(ui, view, model); /* two of them beside each other */
    ui_close(ui);
    conduct(ui, view, obligations);
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    person_card(ui, view, model);
    brief_card_debt(ui, view, model);
    identity_card(ui, view, model, intent_out);
    brief_card_reach(ui, view, model, intent_out);
    parts_column_close(ui);
    parts_column_open(ui, 1);
    goal_card(ui, view, model);
    brief_card_last_note(ui, view, model);
    brief_card_history(ui, view, model);
    brief_card_papers(ui, view, model, intent_out);
    brief_card_why(ui, view, model);
    parts_column_close(ui);
    parts_columns_close(ui);
}

static void open_ask(struct intent *intent, uint64_t case_no, enum event_kind kind)
{
    screen_open(intent, SCREEN_form, case_no);
    intent->place.number = kind;
}

/* What may be done instead of a visit. */
static void other_actions(struct ui *ui, const struct view *view, uint64_t case_no,
                          struct intent *intent_out)
{
    if (widget_button(ui, "brief/skip",
                      &(struct widget_button){.label = view_text(view, "brief.skip"),
                                              .icon = ICON_skip_next,
                                              .is_wide = true})) {
        open_ask(intent_out, case_no, EVENT_visit_skipped);
    }
    if (widget_button(ui, "brief/call",
                      &(struct widget_button){.label = view_text(view, "brief.log_call"),
                                              .icon = ICON_phone,
                                              .is_wide = true})) {
        open_ask(intent_out, case_no, EVENT_contact_attempted);
    }
}

void brief_actions(struct ui *ui, const struct view *view, const struct brief_model *model,
                   struct intent *intent_out)
{
    if (model->item.is_withdrawn) {
        return;
    }
    uint64_t case_no = model->item.case_no;
    bool is_row = parts_actions_is_row(ui);
    if (!parts_actions_open(ui)) {
        return;
    }
    if (is_row) {
        other_actions(ui, view, case_no, intent_out);
    } else if (!parts_is_narrow(ui)) { /* else they end the page: they would hide half of it */
        ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12});
        other_actions(ui, view, case_no, intent_out);
        ui_close(ui);
    }
    if (widget_button(
            ui, "brief/start",
            &(struct widget_button){
                .kind = WIDGET_BUTTON_primary,
                .label = view_text(view, model->has_open_visit ? "brief.resume" : "brief.start"),
                .icon = ICON_door_front,
                .is_wide = true})) {
        screen_open(intent_out, SCREEN_visit, case_no);
    }
    parts_actions_close(ui);
}

void brief_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                 struct intent *intent_out)
{
    const struct brief_model *model = model_in;
    parts_screen_open(ui);
    bool is_narrow = parts_is_narrow(ui); /* no room beside the title */
    if (screen_top(ui, view, view_text(view, "screen.brief"), model->item.record->case_ref,
                   is_narrow ? NULL : view_text(view, "brief.more"), ICON_add, intent_out)) {
        place->tab = place->tab == 0 ? 1 : 0;
    }
    parts_page_open(ui, ui_format(ui, "brief/%llu", (unsigned long long)model->item.case_no));
    if (place->tab == 1) {
        static const enum event_kind kinds[] = {
            EVENT_note_added,     EVENT_contact_point_noted, EVENT_address_noted,
            EVENT_payment_noted,  EVENT_complaint_taken,     EVENT_service_requested,
            EVENT_hardship_noted, EVENT_safety_incident,
        };
        widget_choice_tiles_open(ui);
        for (size_t i = 0; i < COUNT(kinds); i++) {
            if (widget_choice_tile(
                    ui, ui_format(ui, "add/%s", event_kind_name(kinds[i])),
                    &(struct widget_choice){.label = view_text(view, ask_key(kinds[i])),
                                            .icon = ask_icon(kinds[i])})) {
                open_ask(intent_out, model->item.case_no, kinds[i]);
                place->tab = 0;
            }
        }
        if (widget_choice_tile(ui, "add/photo",
                               &(struct widget_choice){.label = view_text(view, "screen.evidence"),
                                                       .icon = ICON_photo_camera})) {
            screen_open(intent_out, SCREEN_evidence, model->item.case_no);
            place->tab = 0;
        }
        ui_close(ui);
    } else if (parts_is_wide(ui) && !model->item.is_withdrawn) {
        body_wide(ui, view, model, intent_out);
    } else {
        brief_body(ui, view, model, intent_out);
    }
    if (is_narrow && !model->item.is_withdrawn) {
        other_actions(ui, view, model->item.case_no, intent_out);
    }
    if (is_narrow && widget_button(ui, "brief/more",
                                   &(struct widget_button){.label = view_text(view, "brief.more"),
                                                           .icon = ICON_add,
                                                           .is_wide = true})) {
        place->tab = place->tab == 0 ? 1 : 0;
    }
    parts_body_close(ui);
    brief_actions(ui, view, model, intent_out);
    parts_screen_close(ui, view, NULL, 0);
}
