#include "app/screens/lock_people.h"

static const char *name_of(const struct view *view, const struct screen_person *person)
{
    if (person->name[0] != '\0') {
        return person->name;
    }
    return person->device_no == 0
               ? view_text(view, "people.joining")
               : view_fill(view, "people.device", lang_value_count("n", person->device_no));
}

const char *lock_people_name(const struct view *view, const struct screen_keys *keys)
{
    for (size_t i = 0; i < keys->people_count; i++) {
        if (keys->people[i].is_here) {
            return name_of(view, &keys->people[i]);
        }
    }
    return view->person_name;
}

void lock_people_calls(struct ui *ui, const struct view *view, const struct screen_keys *keys)
{
    if (keys->people_count > 1) {
        ui_text(
            ui, TYPE_strong, COLOR_ink,
            view_fill(view, "people.calls", lang_value_text("name", lock_people_name(view, keys))));
    }
}

/* What is to be known before tapping; NULL nothing. */
static const char *note_of(const struct view *view, const struct screen_person *person)
{
    const char *key = person->is_wiped         ? "people.wiped"
                      : person->is_damaged     ? "people.damaged"
                      : person->is_held        ? "people.held"
                      : person->device_no == 0 ? "people.joining_note"
                                               : NULL;
    if (key != NULL) {
        return view_text(view, key);
    }
    return person->name[0] != '\0'
               ? view_fill(view, "people.device", lang_value_count("n", person->device_no))
               : NULL;
}

void lock_people(struct ui *ui, const struct view *view, const struct screen_keys *keys,
                 struct screen_place *place, struct intent *intent_out)
{
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "people.who"));
    for (size_t i = 0; i < keys->people_count; i++) {
        const struct screen_person *person = &keys->people[i];
        const struct widget_badge here = {.tone = WIDGET_BADGE_info,
                                          .word = view_text(view, "people.last")};
        if (widget_list_row(
                ui, ui_format(ui, "lock/person/%d", (int)person->place),
                &(struct widget_list_row){
                    .title = name_of(view, person),
                    .note = note_of(view, person),
                    .icon = person->is_wiped || person->is_damaged ? ICON_person_off : ICON_person,
                    .badge = person->is_here && keys->people_count > 1 ? &here : NULL,
                    .is_disabled = person->is_damaged,
                    .is_free = true,
                    .has_arrow = true})) {
            intent_out->kind = INTENT_person;
            intent_out->number = person->place;
            place->tab = LOCK_TAB_keys;
        }
    }
    ui_space(ui, UI_DP(4));
    if (widget_button(ui, "lock/add",
                      &(struct widget_button){.label = view_text(view, "people.add"),
                                              .icon = ICON_add,
                                              .is_disabled = keys->is_full,
                                              .is_wide = true})) {
        intent_out->kind = INTENT_person;
        intent_out->number = PERSON_PLACE_new;
        place->tab = LOCK_TAB_keys;
    }
    ui_text(ui, TYPE_secondary, COLOR_ink_2,
            view_text(view, keys->is_full ? "people.full" : "people.add_note"));
    if (widget_button(ui, "lock/keys_again",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "screen.back"),
                                              .icon = ICON_arrow_back,
                                              .is_wide = true})) {
        place->tab = LOCK_TAB_keys;
    }
}
