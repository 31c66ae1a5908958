#include "app/screens/door_cards.h"

#include "core/rules/third_party.h"

static void minor_card(struct ui *ui, const struct view *view)
{
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                          .title = view_text(view, "door.minor"),
                                          .text = view_text(view, "door.minor_do"),
                                          .icon = ICON_warning});
}

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
    if (role == ROLE_minor) {
        minor_card(ui, ask->view);
        return;
    }
    if (!third_party_is(role)) {
        return;
    }
    struct third_party third = third_party_read(ask->view->policy, ask->state, role);
    if (third.count > 0) {
        third_card(ui, ask->view, &third, role);
    }
}
