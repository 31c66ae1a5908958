#include "app/screens/door_cards.h"

#include "core/rules/third_party.h"

static void third_card(struct ui *ui, const struct view *view, const struct third_party *third,
                       uint32_t role)
{
    const char *text = view_fill(view, "door.third_last",
                                 lang_value_text("at", view_instant(view, third->last_at_ms)),
                                 lang_value_count("people", third->collectors));
    if (third->limit != THIRD_PARTY_NO_LIMIT) {
        text = view_fill(view, third->is_over ? "door.third_over" : "door.third_limit",
                         lang_value_text("last", text), lang_value_count("limit", third->limit));
    }
    widget_banner(
        ui, NULL,
        &(struct widget_banner){
            .tone = third->is_over ? WIDGET_BADGE_danger : WIDGET_BADGE_warn,
            .title = view_fill(view, "door.third",
                               lang_value_text("role", view_item(view, CATALOG_role, role)),
                               lang_value_count("n", third->count)),
            .text = text});
}

void door_cards(struct ui *ui, const struct ask *ask, uint32_t role)
{
    if (!third_party_is(role)) {
        return;
    }
    struct third_party third = third_party_read(ask->view->policy, ask->state, role);
    if (third.count > 0) {
        third_card(ui, ask->view, &third, role);
    }
}

void door_cards_button(struct ui *ui, const struct view *view, uint64_t case_no,
                       struct intent *intent_out)
{
    if (widget_button(ui, "who/card",
                      &(struct widget_button){.label = view_text(view, "card.show"),
                                              .icon = ICON_badge,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_card, case_no);
    }
}

const struct door_card door_cards_minor = {
    .icon = ICON_warning,
    .title = "door.minor",
    .say = "door.minor_say",
    .steps = {"door.minor_1", "door.minor_2"},
    .done = "door.minor_left",
    .other = "door.minor_other",
};

enum door_card_answer door_cards_full(struct ui *ui, const struct view *view, const char *key,
                                      const struct door_card *card)
{
    enum door_card_answer answer = DOOR_CARD_none;
    ui_open(ui, ui_format(ui, "%s/card", key),
            &(struct ui_box){.w = UI_FILL,
                             .h = UI_FILL,
                             .scrolls = true,
                             .pad = 24,
                             .gap = 24,
                             .fill = COLOR_danger_tint,
                             .across = UI_stretch});
    ui_icon(ui, card->icon, 72, COLOR_on_danger_tint);
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_display,
                                   .color = COLOR_on_danger_tint,
                                   .role = UI_ROLE_heading,
                                   .w = UI_FILL},
                 view_text(view, card->title));
    ui_text_with(
        ui, &(struct ui_text){.type = TYPE_title, .color = COLOR_on_danger_tint, .w = UI_FILL},
        view_fill(view, card->say,
                  lang_value_text("self", view->person_name != NULL && view->person_name[0] != '\0'
                                              ? view->person_name
                                              : "…")));
    for (size_t i = 0; i < COUNT(card->steps) && card->steps[i] != NULL; i++) {
        ui_text_with(
            ui, &(struct ui_text){.type = TYPE_body, .color = COLOR_on_danger_tint, .w = UI_FILL},
            str_format(view->arena, "%zu. %s", i + 1, view_text(view, card->steps[i])));
    }
    ui_close(ui);
    if (!parts_actions_open(ui)) {
        return answer;
    }
    if (card->other != NULL &&
        widget_button(ui, ui_format(ui, "%s/other", key),
                      &(struct widget_button){.label = view_text(view, card->other),
                                              .icon = ICON_more_horiz,
                                              .is_wide = true})) {
        answer = DOOR_CARD_other;
    }
    if (widget_button(ui, ui_format(ui, "%s/done", key),
                      &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                              .label = view_text(view, card->done),
                                              .icon = ICON_check,
                                              .is_wide = true})) {
        answer = DOOR_CARD_done;
    }
    parts_actions_close(ui);
    return answer;
}
