#include "app/screens/letter_answer.h"

bool letter_answer_is_due(const struct store_letter *letter)
{
    return letter->wants_answer && letter->answered_at_ms == 0;
}

static bool is_late(const struct view *view, const struct store_letter *letter)
{
    return letter->answer_by_at_ms != 0 && view->now_ms > letter->answer_by_at_ms;
}

bool letter_answer_is_open(const struct store_letter *letter, const struct screen_place *place)
{
    return letter_answer_is_due(letter) || place->tab == 1;
}

bool letter_answer_badge(const struct view *view, const struct store_letter *letter,
                         struct widget_badge *badge_out)
{
    if (letter->answered_at_ms != 0) {
        *badge_out = (struct widget_badge){.tone = WIDGET_BADGE_ok,
                                           .icon = ICON_check,
                                           .word = view_text(view, "letters.answered")};
        return true;
    }
    if (letter->wants_answer) {
        bool has_limit = letter->answer_by_at_ms != 0;
        bool is_over = is_late(view, letter);
        const char *until = has_limit ? view_instant(view, letter->answer_by_at_ms) : "";
        *badge_out = (struct widget_badge){
            .tone = is_over ? WIDGET_BADGE_danger : WIDGET_BADGE_warn,
            .icon = ICON_schedule,
            .word = is_over ? view_text(view, "letters.overdue")
                    : has_limit
                        ? view_fill(view, "letters.answer_by", lang_value_text("time", until))
                        : view_text(view, "letters.answer_wanted"),
        };
        return true;
    }
    if (letter->read_at_ms == 0) {
        *badge_out = (struct widget_badge){.tone = WIDGET_BADGE_info,
                                           .icon = ICON_chat,
                                           .word = view_text(view, "letters.unread")};
        return true;
    }
    return false;
}

void letter_answer_wanted(struct ui *ui, const struct view *view, const struct store_letter *letter)
{
    if (!letter_answer_is_due(letter)) {
        return;
    }
    const char *until = view_instant(view, letter->answer_by_at_ms);
    bool is_over = is_late(view, letter);
    widget_banner(
        ui, NULL,
        &(struct widget_banner){
            .tone = is_over ? WIDGET_BADGE_danger : WIDGET_BADGE_warn,
            .icon = ICON_schedule,
            .title =
                letter->answer_by_at_ms == 0
                    ? view_text(view, "letters.answer_wanted_long")
                    : view_fill(view, is_over ? "letters.overdue_long" : "letters.answer_by_long",
                                lang_value_text("time", until))});
}

static void given(struct ui *ui, const struct view *view, const struct store_letter *letter)
{
    if (letter->answered_at_ms == 0) {
        return;
    }
    widget_banner(
        ui, NULL,
        &(struct widget_banner){
            .tone = WIDGET_BADGE_ok,
            .icon = ICON_check,
            .title = view_fill(
                view, "letters.your_answer",
                lang_value_text("answer", view_item(view, CATALOG_message_answer, letter->answer)),
                lang_value_text("time", view_instant(view, letter->answered_at_ms))),
            .text = letter->answer_note[0] != '\0' ? letter->answer_note : NULL});
}

void letter_answer_frame(struct ui *ui, const struct view *view, const struct store_letter *letter,
                         struct screen_place *place, ds_MessageAnswered *answer,
                         bool *has_changed_out)
{
    *has_changed_out = false;
    given(ui, view, letter);
    if (!letter_answer_is_open(letter, place)) {
        bool is_again = letter->answered_at_ms != 0;
        if (widget_button(
                ui, "letter/answer",
                &(struct widget_button){
                    .label = view_text(view, is_again ? "letters.again" : "letters.reply"),
                    .icon = ICON_edit_note,
                    .is_wide = true})) {
            place->tab = 1;
        }
        return;
    }
    parts_heading(ui, view, "letters.reply");
    *has_changed_out =
        parts_list_chips(ui, view, "answer", CATALOG_message_answer, &answer->answer);
    *has_changed_out |= parts_note(ui, view, "answer/note", view_text(view, "letters.words"), NULL,
                                   0, answer->note, sizeof answer->note);
}

bool letter_answer_actions(struct ui *ui, const struct view *view, const ds_Event *event)
{
    struct event_fault fault = {0};
    ds_Event *copy = ARENA_NEW(view->arena, ds_Event);
    *copy = *event;
    copy->at_ms = (uint64_t)view->now_ms;
    copy->person_no = view->person_no != 0 ? view->person_no : 1;
    bool is_ready = event_check(copy, &fault);
    if (!parts_actions_open(ui)) {
        return false;
    }
    if (!is_ready) {
        bool lacks_words = event->kind.message_answered.answer != MESSAGE_ANSWER_none;
        ui_text_with(
            ui,
            &(struct ui_text){
                .type = TYPE_secondary, .color = COLOR_ink_2, .align = UI_centre, .w = UI_FILL},
            view_text(view, lacks_words ? "letters.needs_words" : "letters.choose"));
    }
    bool is_sent = widget_button(ui, "letter/send",
                                 &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                         .label = view_text(view, "letters.send"),
                                                         .icon = ICON_check,
                                                         .is_wide = true,
                                                         .is_disabled = !is_ready});
    parts_actions_close(ui);
    return is_sent;
}
