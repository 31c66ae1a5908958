#include "app/screens/lock_notice.h"

static void notice(struct ui *ui, const struct view *view, enum icon icon, enum color color,
                   const char *title_key, const char *text_key)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_y = 24, .gap = 12, .across = UI_centre});
    ui_icon(ui, icon, 48, color);
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_title, .align = UI_centre, .role = UI_ROLE_heading},
                 view_text(view, title_key));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .color = COLOR_ink_2, .align = UI_centre},
                 view_text(view, text_key));
    ui_close(ui);
}

static void item(struct ui *ui, const struct view *view, enum icon icon, const char *title_key,
                 const char *text)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .pad_y = 6});
    ui_icon(ui, icon, 24, COLOR_link);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_strong, COLOR_ink, view_text(view, title_key));
    ui_text(ui, TYPE_body, COLOR_ink_2, text);
    ui_close(ui);
    ui_close(ui);
}

/* Never more than is known: what an answer came for was given to headquarters. */
static const char *sealed_words(const struct view *view, const struct screen_keys *keys)
{
    if (keys->waiting_count > 0) {
        return view_fill(view, "anew.waiting", lang_value_count("n", keys->waiting_count));
    }
    return keys->given_count > 0
               ? view_fill(view, "anew.given", lang_value_count("n", keys->given_count))
               : view_text(view, "anew.none");
}

/* What is saved, what may be lost, and the way on: the tablet is joined anew beside what is left,
 * which the agent goes on carrying under its old number. */
static void damaged(struct ui *ui, const struct view *view, const struct screen_keys *keys,
                    struct intent *intent_out)
{
    notice(ui, view, ICON_error, COLOR_danger, "vault.damaged", "vault.damaged_note");
    item(ui, view, ICON_cloud_upload, "anew.saved", sealed_words(view, keys));
    item(ui, view, ICON_history, "anew.lost", view_text(view, "anew.lost_note"));
    item(ui, view, ICON_arrow_forward, "anew.do",
         view_text(view, keys->is_full ? "people.full_do" : "anew.do_note"));
    if (widget_button(ui, "lock/anew",
                      &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                              .label = view_text(view, "anew.go"),
                                              .icon = ICON_add,
                                              .is_disabled = keys->is_full,
                                              .is_wide = true})) {
        intent_out->kind = INTENT_person;
        intent_out->number = PERSON_PLACE_new;
    }
}

bool lock_notice(struct ui *ui, const struct view *view, const struct screen_keys *keys,
                 struct intent *intent_out)
{
    if (keys->vault.has_left) {
        notice(ui, view, ICON_person_off, COLOR_link, "people.left", "people.left_note");
        return true;
    }
    if (keys->vault.is_wiped) {
        notice(ui, view, ICON_block, COLOR_danger, "keys.wiped", "keys.wiped_note");
        return true;
    }
    if (keys->vault.is_held) {
        notice(ui, view, ICON_lock, COLOR_danger, "keys.held", "keys.held_note");
        return true;
    }
    if (keys->is_damaged) {
        damaged(ui, view, keys, intent_out);
        return true;
    }
    if (keys->vault.is_lease_over && keys->is_sealed) {
        notice(ui, view, ICON_cloud_off, COLOR_warn, "keys.lease", "keys.lease_note");
        return true;
    }
    if (keys->is_asking && !keys->is_offline) {
        notice(ui, view, ICON_hourglass_empty, COLOR_link, "keys.asking", "keys.asking_note");
        return true;
    }
    return false;
}
