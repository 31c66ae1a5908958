#include "app/screens/letters.h"

enum { LETTERS_MAX = 200 };

/* place.number: message number of the letter that is open; 0: the list. */

enum err letters_enter(struct arena *task, const struct screen_source *source,
                       struct screen_place *place, void **model_out)
{
    (void)place;
    struct letters_model *model = ARENA_NEW(task, struct letters_model);
    TRY(store_inbox_list(source->store, task, LETTERS_MAX, &model->letters, &model->count));
    *model_out = model;
    return OK;
}

static void letter_open(struct ui *ui, const struct view *view, const struct store_letter *letter,
                        struct intent *intent_out)
{
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 letter->from_name[0] != '\0' ? letter->from_name
                                              : view_text(view, "letters.from_hq"));
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_instant(view, letter->sent_at_ms));
    ui_divider(ui);
    ui_text(ui, TYPE_body, COLOR_ink, letter->text);
    if (letter->read_at_ms != 0) {
        ui_text(ui, TYPE_label, COLOR_ink_2,
                view_fill(view, "letters.read_at",
                          lang_value_text("time", view_instant(view, letter->read_at_ms))));
    }
    ui_close(ui);
    if (letter->case_no != 0 &&
        widget_button(ui, "letter/case",
                      &(struct widget_button){.label = view_text(view, "letters.case"),
                                              .icon = ICON_assignment,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_brief, letter->case_no);
    }
}

static void row(struct ui *ui, const struct view *view, const struct store_letter *letter,
                struct screen_place *place, struct intent *intent_out)
{
    bool is_unread = letter->read_at_ms == 0;
    struct widget_badge badge = {.tone = WIDGET_BADGE_info,
                                 .word = view_text(view, "letters.unread")};
    const char *note = letter->from_name[0] != '\0'
                           ? str_format(view->arena, "%s · %s", letter->from_name,
                                        view_instant(view, letter->sent_at_ms))
                           : view_instant(view, letter->sent_at_ms);
    if (widget_list_row(ui, ui_format(ui, "letter/%llu", (unsigned long long)letter->message_no),
                        &(struct widget_list_row){.title = letter->text,
                                                  .note = note,
                                                  .icon = is_unread ? ICON_chat : ICON_check,
                                                  .badge = is_unread ? &badge : NULL,
                                                  .has_arrow = true})) {
        place->number = (int64_t)letter->message_no;
        intent_out->kind = INTENT_letter_read;
        intent_out->number = (int64_t)letter->message_no;
    }
}

/* Unread ones first, then the others; each newest first. */
static void list(struct ui *ui, const struct view *view, const struct letters_model *model,
                 struct screen_place *place, struct intent *intent_out)
{
    for (int32_t group = 0; group < 2; group++) {
        bool is_first = true;
        for (size_t i = 0; i < model->count; i++) {
            if ((model->letters[i].read_at_ms != 0) != (group == 1)) {
                continue;
            }
            if (is_first) {
                parts_heading(ui, view, group == 0 ? "letters.new" : "letters.read");
                is_first = false;
            }
            row(ui, view, &model->letters[i], place, intent_out);
        }
    }
}

void letters_frame(struct ui *ui, const struct view *view, void *model_in,
                   struct screen_place *place, struct intent *intent_out)
{
    const struct letters_model *model = model_in;
    const struct store_letter *open = NULL;
    for (size_t i = 0; i < model->count; i++) {
        if (place->number != 0 && model->letters[i].message_no == (uint64_t)place->number) {
            open = &model->letters[i];
        }
    }
    struct intent top = {0};
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.letters"), NULL, NULL, ICON_none, &top);
    parts_body_open(ui, open != NULL ? "letter" : "letters");
    if (open != NULL) {
        letter_open(ui, view, open, intent_out);
    } else if (model->count == 0) {
        parts_empty(ui, ICON_chat, view_text(view, "letters.empty"),
                    view_text(view, "letters.empty_note"));
    }
    if (open == NULL && model->count > 0) {
        list(ui, view, model, place, intent_out);
    }
    parts_body_close(ui);
    if (top.kind == INTENT_back && open != NULL) {
        place->number = 0;
    } else if (top.kind == INTENT_back) {
        intent_out->kind = INTENT_back;
    }
    parts_screen_close(ui, view, NULL, 0);
}
