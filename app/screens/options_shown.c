/* app/screens/options_shown.c -- an option turned to the person opposite. Whoever sits there
 * reads what they owe and what is offered, in their language; no note, score, reason or other
 * figure of ours is drawn here. */
#include "app/screens/options.h"

static void payment_row(struct ui *ui, const struct view *view, size_t number, size_t count,
                        const ds_Instalment *payment)
{
    const char *when = view_day(view, payment->due_day);
    ui_open(
        ui, NULL,
        &(struct ui_box){
            .flow = parts_row(ui), .w = UI_FILL, .gap = parts_is_narrow(ui) ? 2 : 16, .pad_y = 4});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_strong, .role = UI_ROLE_text, .w = UI_FILL},
                 count > 1 ? str_format(view->arena, "%zu · %s", number, when) : when);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_text},
                 view_money(view, (int64_t)payment->amount_minor, NULL));
    ui_close(ui);
}

void options_shown(struct ui *ui, const struct ask *ask, const struct options_set *set,
                   struct screen_place *place)
{
    struct view *view = parts_shown_view(ask->view, place);
    size_t index = place->tab - OPTIONS_SHOWN == 1 ? 1 : 0;
    const struct option *option = &set->options[index];
    ds_Instalment payments[LIMIT_instalments];
    size_t count = options_payments(ask, option, payments);
    uint64_t sum_minor = 0;
    parts_shown_open(ui, "shown", place, view->lang, 860);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading, .w = UI_FILL},
                 view_text(view, "shown.title"));
    widget_card_figure(ui, view_text(view, "shown.owed"),
                       view_money(view, ask_owed_minor(ask), ask->record->currency));
    ui_divider(ui);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_strong, .w = UI_FILL},
                 option->way == OPTION_WAY_parts
                     ? view_fill(view, "shown.parts", lang_value_count("n", (int64_t)count))
                     : view_text(view, option->way == OPTION_WAY_now ? "shown.now" : "shown.full"));
    for (size_t i = 0; i < count; i++) {
        payment_row(ui, view, i + 1, count, &payments[i]);
        sum_minor += payments[i].amount_minor;
    }
    ui_divider(ui);
    widget_card_figure(ui, view_text(view, "shown.sum"),
                       view_money(view, (int64_t)sum_minor, ask->record->currency));
    ui_text_with(
        ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
        view_text(view, option->way == OPTION_WAY_parts ? "shown.pending" : "shown.channels"));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
                 view_text(view, "shown.no_cash"));
    parts_shown_close(ui);
    if (parts_shown_back(ui, "shown/back", view_text(view, "shown.back"))) {
        place->tab = 0;
    }
}
