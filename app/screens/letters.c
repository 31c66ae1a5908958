#include "app/screens/letters.h"

#include "app/screens/letter_answer.h"

enum { LETTERS_MAX = 200 };

/* place.number: message number of the letter that is open; 0: the list. place.tab 1: it is being
 * answered although nobody asks for it. */

enum err letters_enter(struct arena *task, const struct screen_source *source,
                       struct screen_place *place, void **model_out)
{
    struct letters_model *model = ARENA_NEW(task, struct letters_model);
    const ds_Event *form = source->form;
    if (form != NULL && form->which_kind == EVENT_message_answered &&
        form->kind.message_answered.message_no == (uint64_t)place->number) {
        model->event = arena_copy(task, form, sizeof *form);
    } else {
        model->event = ARENA_NEW(task, ds_Event);
        model->event->which_kind = EVENT_message_answered;
        model->event->kind.message_answered.message_no = (uint32_t)place->number;
    }
    TRY(store_inbox_list(source->store, task, LETTERS_MAX, &model->letters, &model->count));
    *model_out = model;
    return OK;
}

static void letter_open(struct ui *ui, const struct view *view, const struct store_letter *letter,
                        struct screen_place *place, struct letters_model *model,
                        struct intent *intent_out)
{
    letter_answer_wanted(ui, view, letter);
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
    bool has_changed = false;
    letter_answer_frame(ui, view, letter, place, &model->event->kind.message_answered,
                        &has_changed);
    if (has_changed && intent_out->kind == INTENT_none) {
        intent_out->kind = INTENT_form_save;
        intent_out->event = model->event;
    }
}

static void row(struct ui *ui, const struct view *view, const struct store_letter *letter,
                struct screen_place *place, struct intent *intent_out)
{
    struct widget_badge badge;
    bool has_badge = letter_answer_badge(view, letter, &badge);
    const char *note = letter->from_name[0] != '\0'
                           ? str_format(view->arena, "%s · %s", letter->from_name,
                                        view_instant(view, letter->sent_at_ms))
                           : view_instant(view, letter->sent_at_ms);
    if (widget_list_row(
            ui, ui_format(ui, "letter/%llu", (unsigned long long)letter->message_no),
            &(struct widget_list_row){.title = letter->text,
                                      .note = note,
                                      .icon = letter->read_at_ms == 0 ? ICON_chat : ICON_check,
                                      .badge = has_badge ? &badge : NULL,
                                      .is_tall = true,
                                      .has_arrow = true})) {
        place->number = (int64_t)letter->message_no;
        place->tab = 0;
        intent_out->kind = INTENT_letter_read;
        intent_out->number = (int64_t)letter->message_no;
    }
}

enum group { GROUP_due, GROUP_new, GROUP_read };
enum { GROUP_COUNT = GROUP_read + 1 };

static enum group group_of(const struct store_letter *letter)
{
    return letter_answer_is_due(letter) ? GROUP_due
           : letter->read_at_ms == 0    ? GROUP_new
                                        : GROUP_read;
}

/* What waits for an answer first, then what is unread; each newest first. */
static void list(struct ui *ui, const struct view *view, const struct letters_model *model,
                 struct screen_place *place, struct intent *intent_out)
{
    static const char *const headings[GROUP_COUNT] = {"letters.due", "letters.new", "letters.read"};
    for (int group = 0; group < GROUP_COUNT; group++) {
        bool is_first = true;
        for (size_t i = 0; i < model->count; i++) {
            if ((int)group_of(&model->letters[i]) != group) {
                continue;
            }
            if (is_first) {
                parts_heading(ui, view, headings[group]);
                is_first = false;
            }
            row(ui, view, &model->letters[i], place, intent_out);
        }
    }
}

void letters_frame(struct ui *ui, const struct view *view, void *model_in,
                   struct screen_place *place, struct intent *intent_out)
{
    struct letters_model *model = model_in;
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
        letter_open(ui, view, open, place, model, intent_out);
    } else if (model->count == 0) {
        parts_empty(ui, ICON_chat, view_text(view, "letters.empty"),
                    view_text(view, "letters.empty_note"));
    }
    if (open == NULL && model->count > 0) {
        list(ui, view, model, place, intent_out);
    }
    parts_body_close(ui);
    if (open != NULL && letter_answer_is_open(open, place) &&
        letter_answer_actions(ui, view, model->event)) {
        place->tab = 0;
        intent_out->kind = INTENT_letter_answer;
        intent_out->event = model->event;
    }
    if (top.kind == INTENT_back && open != NULL) {
        place->number = 0;
        place->tab = 0;
    } else if (top.kind == INTENT_back) {
        intent_out->kind = INTENT_back;
    }
    parts_screen_close(ui, view, NULL, 0);
}
