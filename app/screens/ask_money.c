#include "app/screens/ask.h"

#include "core/domain/money.h"
#include "core/event/fold.h"
#include "core/rules/arrangement.h"

#include <string.h>

/* Shows the amount pad with the read-back that receipts use in Chinese. */
static bool amount(struct ui *ui, const struct ask *ask, const char *label_key,
                   const struct widget_amount_chip *chips, int32_t chip_count,
                   uint64_t *amount_minor)
{
    const struct view *view = ask->view;
    const char *note = NULL;
    if (view->lang == LANG_zh && *amount_minor > 0) {
        char *capitals = arena_alloc(view->arena, MONEY_CAPITALS_SIZE);
        note = money_to_capitals(capitals, (int64_t)*amount_minor);
    }
    int64_t value_minor = (int64_t)*amount_minor;
    bool has_changed = widget_amount(ui, "amount",
                                     &(struct widget_amount){
                                         .label = view_text(view, label_key),
                                         .sign = "¥",
                                         .note = note,
                                         .backspace = view_text(view, "keyboard.backspace"),
                                         .clear = view_text(view, "keyboard.clear"),
                                         .chips = chips,
                                         .chip_count = chip_count,
                                         .value_minor_max = INT64_C(99999999999),
                                     },
                                     &value_minor);
    *amount_minor = (uint64_t)value_minor;
    return has_changed;
}

/* A round sum without the ".00" that would push its neighbour off a handheld. */
static const char *whole_money(const struct view *view, int64_t amount_minor)
{
    char *text = arena_alloc(view->arena, WIDGET_AMOUNT_TEXT_SIZE);
    widget_amount_text(text, "¥", amount_minor, true);
    return text;
}

/* All that is owed, half of it, a round sum below. */
static int32_t owed_chips(const struct ui *ui, const struct ask *ask,
                          struct widget_amount_chip chips[3])
{
    const struct view *view = ask->view;
    int64_t owed_minor = ask_owed_minor(ask);
    int32_t count = 0;
    if (owed_minor > 0) {
        /* A handheld has one row for all three, and the sum in the bar on top. */
        chips[count].label =
            ui_theme(ui)->class == THEME_compact
                ? view_text(view, "ask.all_owed_short")
                : view_fill(view, "ask.all_owed", lang_value_money("amount", owed_minor));
        chips[count++].value_minor = owed_minor;
        int64_t half_minor = owed_minor / 2 / 10000 * 10000;
        if (half_minor > 0) {
            chips[count].label = whole_money(view, half_minor);
            chips[count++].value_minor = half_minor;
        }
        int64_t small_minor = half_minor >= 200000 ? 100000 : 0;
        if (small_minor > 0) {
            chips[count].label = whole_money(view, small_minor);
            chips[count++].value_minor = small_minor;
        }
    }
    return count;
}

static const uint32_t liable_roles[] = {ROLE_borrower,       ROLE_codebtor, ROLE_guarantor,
                                        ROLE_representative, ROLE_executor, ROLE_spouse};

/* What the rules say, once there is something to judge. */
static void verdict(struct ui *ui, const struct ask *ask, enum event_kind kind, const void *record,
                    size_t size, bool is_filled)
{
    if (!is_filled) {
        return;
    }
    ds_Event *event = ARENA_NEW(ask->view->arena, ds_Event);
    event->which_kind = (pb_size_t)kind;
    memcpy(&event->kind, record, size);
    struct verdict judged = ask_verdict(ask, event);
    parts_verdict(ui, ask->view, &judged);
}

static void owed_line(struct ui *ui, const struct ask *ask)
{
    if (ask->record != NULL) {
        struct balance balance = fold_balance(ask->record, ask->state);
        widget_card_fact(
            ui,
            view_fill(ask->view, "ask.owed",
                      lang_value_text("age", parts_as_of(ask->view, balance.as_of_day))),
            view_money(ask->view, (int64_t)balance.owed_minor, ask->record->currency));
        parts_askable(ui, ask->view, ask->record, &balance);
    }
}

bool ask_money_promise_made(struct ui *ui, const struct ask *ask, ds_PromiseMade *record)
{
    const struct view *view = ask->view;
    struct widget_amount_chip chips[3];
    int32_t chip_count = owed_chips(ui, ask, chips);
    bool has_changed = false;
    parts_columns_open(ui);
    parts_column_open(ui, 11);
    has_changed |= amount(ui, ask, "ask.promise_amount", chips, chip_count, &record->amount_minor);
    parts_column_close(ui);
    parts_column_open(ui, 10);
    bool is_wide = parts_is_wide(ui);
    if (!is_wide) { /* a wide screen has the sum on top; there the choices come first */
        owed_line(ui, ask);
    }
    parts_heading(ui, view, "ask.promise_day");
    int32_t last_day = ask->record == NULL
                           ? view->today + 30
                           : arrangement_promise_last_day(view->policy, ask->record, view->now_ms);
    has_changed |= parts_day_chips(ui, view, "due", view->today, last_day, &record->due_day);
    parts_heading(ui, view, "ask.payment_channel");
    has_changed |= parts_list_chips(ui, view, "channel", CATALOG_payment_channel, &record->channel);
    if (!role_is_liable(ask->role)) {
        parts_heading(ui, view, "ask.promised_by");
        has_changed |= parts_code_chips(ui, view, "by", CATALOG_role, liable_roles,
                                        COUNT(liable_roles), &record->promised_by);
    }
    verdict(ui, ask, EVENT_promise_made, record, sizeof *record,
            record->amount_minor > 0 && record->due_day != 0);
    if (is_wide) {
        owed_line(ui, ask);
    }
    parts_column_close(ui);
    parts_columns_close(ui);
    return has_changed;
}

bool ask_money_extension_requested(struct ui *ui, const struct ask *ask,
                                   ds_ExtensionRequested *record)
{
    const struct view *view = ask->view;
    bool has_changed = false;
    owed_line(ui, ask);
    parts_heading(ui, view, "ask.extension_until");
    has_changed |=
        parts_day_chips(ui, view, "until", view->today + 1,
                        view->today + (int32_t)view->policy->extension_horizon, &record->until_day);
    parts_heading(ui, view, "ask.reason");
    has_changed |= parts_list_chips(ui, view, "reason", CATALOG_default_reason, &record->reason);
    has_changed |= parts_note(ui, view, "note", view_text(view, "ask.note"), NULL, 0, record->note,
                              sizeof record->note);
    verdict(ui, ask, EVENT_extension_requested, record, sizeof *record, record->until_day != 0);
    return has_changed;
}

/* The smallest offer that headquarters would look at, where the policy names one. */
static int32_t low_chip(const struct ask *ask, struct widget_amount_chip *chip)
{
    if (ask->record == NULL) {
        return 0;
    }
    const struct view *view = ask->view;
    const struct arrangement_facts facts = {ask->record, ask->state, view->now_ms};
    chip->value_minor = arrangement_settlement_low_minor(view->policy, &facts);
    chip->label = view_fill(view, "ask.at_least", lang_value_money("amount", chip->value_minor));
    return chip->value_minor > 0 ? 1 : 0;
}

bool ask_money_settlement_requested(struct ui *ui, const struct ask *ask,
                                    ds_SettlementRequested *record)
{
    const struct view *view = ask->view;
    bool has_changed = false;
    struct widget_amount_chip chips[1];
    int32_t chip_count = low_chip(ask, chips);
    parts_columns_open(ui);
    parts_column_open(ui, 3);
    has_changed |= amount(ui, ask, "ask.settlement_offer", chips, chip_count, &record->offer_minor);
    parts_column_close(ui);
    parts_column_open(ui, 2);
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "ask.request_only")});
    owed_line(ui, ask);
    parts_heading(ui, view, "ask.settlement_by");
    has_changed |=
        parts_day_chips(ui, view, "by", view->today,
                        view->today + (int32_t)view->policy->promise_horizon, &record->pay_by_day);
    parts_heading(ui, view, "ask.reason");
    has_changed |= parts_list_chips(ui, view, "reason", CATALOG_default_reason, &record->reason);
    verdict(ui, ask, EVENT_settlement_requested, record, sizeof *record,
            record->offer_minor > 0 && record->pay_by_day != 0);
    parts_column_close(ui);
    parts_columns_close(ui);
    return has_changed;
}

bool ask_money_waiver_requested(struct ui *ui, const struct ask *ask, ds_WaiverRequested *record)
{
    const struct view *view = ask->view;
    bool has_changed = false;
    struct widget_amount_chip chips[1];
    int32_t chip_count = 0;
    if (ask->record != NULL) {
        struct balance balance = fold_balance(ask->record, ask->state);
        uint64_t part_minor = record->part == BALANCE_PART_principal  ? balance.principal_minor
                              : record->part == BALANCE_PART_interest ? balance.interest_minor
                              : record->part == BALANCE_PART_fees     ? balance.fees_minor
                                                                      : balance.penalty_minor;
        if (part_minor > 0) {
            chips[0].label =
                view_fill(view, "ask.all_of_part", lang_value_money("amount", (int64_t)part_minor));
            chips[0].value_minor = (int64_t)part_minor;
            chip_count = 1;
        }
    }
    parts_columns_open(ui);
    parts_column_open(ui, 3);
    has_changed |= amount(ui, ask, "ask.waiver_amount", chips, chip_count, &record->amount_minor);
    parts_column_close(ui);
    parts_column_open(ui, 2);
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "ask.request_only")});
    parts_heading(ui, view, "ask.waiver_part");
    has_changed |= parts_list_chips(ui, view, "part", CATALOG_balance_part, &record->part);
    parts_heading(ui, view, "ask.reason");
    has_changed |= parts_list_chips(ui, view, "reason", CATALOG_default_reason, &record->reason);
    verdict(ui, ask, EVENT_waiver_requested, record, sizeof *record, record->amount_minor > 0);
    parts_column_close(ui);
    parts_columns_close(ui);
    return has_changed;
}

bool ask_money_payment_noted(struct ui *ui, const struct ask *ask, ds_PaymentNoted *record)
{
    const struct view *view = ask->view;
    struct widget_amount_chip chips[3];
    int32_t chip_count = owed_chips(ui, ask, chips);
    bool has_changed = false;
    parts_columns_open(ui);
    parts_column_open(ui, 3);
    has_changed |= amount(ui, ask, "ask.payment_amount", chips, chip_count, &record->amount_minor);
    parts_column_close(ui);
    parts_column_open(ui, 2);
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_text(view, "ask.no_cash"),
                                          .icon = ICON_shield});
    parts_heading(ui, view, "ask.payment_channel");
    has_changed |= parts_list_chips(ui, view, "channel", CATALOG_payment_channel, &record->channel);
    has_changed |=
        widget_field(ui, "reference",
                     &(struct widget_field){.label = view_text(view, "ask.reference"),
                                            .hint = view_text(view, "ask.reference_hint"),
                                            .icon = ICON_receipt},
                     record->reference, sizeof record->reference);
    parts_heading(ui, view, "ask.paid_day");
    widget_choice_chips_open(ui);
    for (int32_t back = 0; back < 4; back++) {
        int32_t day = view->today - back;
        const char *label = back == 0   ? view_text(view, "view.today")
                            : back == 1 ? view_text(view, "view.yesterday")
                                        : view_day(view, day);
        if (widget_choice_chip(
                ui, ui_format(ui, "paid/%d", (int)back),
                &(struct widget_choice){.label = label, .is_chosen = record->paid_day == day})) {
            record->paid_day = day;
            has_changed = true;
        }
    }
    ui_close(ui);
    if (!role_is_liable(record->payer_role)) {
        parts_heading(ui, view, "ask.payer");
        has_changed |= parts_code_chips(ui, view, "payer", CATALOG_role, liable_roles,
                                        COUNT(liable_roles), &record->payer_role);
        has_changed |=
            widget_toggle(ui, "statement", view_text(view, "ask.payer_statement"),
                          view_text(view, "ask.payer_statement_note"), view_text(view, "view.yes"),
                          view_text(view, "view.no"), &record->is_payer_statement_seen);
    }
    verdict(ui, ask, EVENT_payment_noted, record, sizeof *record, record->amount_minor > 0);
    parts_column_close(ui);
    parts_columns_close(ui);
    return has_changed;
}
