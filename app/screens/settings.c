#include "app/screens/settings.h"

/* place.tab: the settings, the licences, or leaving the tablet. */
enum { SETTINGS_ALL = 0, SETTINGS_LICENCES = 1, SETTINGS_LEAVE = 2 };

static enum err text_read(struct store *store, struct arena *task, enum setting setting,
                          const char **text_out)
{
    struct str text;
    TRY(store_setting_bytes(store, task, setting, &text));
    *text_out = str_text(task, text);
    return OK;
}

enum err settings_enter(struct arena *task, const struct screen_source *source,
                        struct screen_place *place, void **model_out)
{
    struct settings_model *model = ARENA_NEW(task, struct settings_model);
    struct store_health health;
    uint64_t open_count;
    model->settings = source->settings;
    model->traffic = source->traffic;
    TRY(text_read(source->store, task, SETTING_person_name, &model->person_name));
    TRY(text_read(source->store, task, SETTING_branch_name, &model->branch_name));
    TRY(store_setting_number(source->store, SETTING_device_no, 0, &model->device_no));
    TRY(store_journal_last(source->store, &model->fact_count, NULL, NULL));
    TRY(store_case_count(source->store, &open_count, &model->case_count));
    TRY(store_health_read(source->store, &health));
    model->photo_count = health.attachment_count;
    model->photo_size = health.attachment_size;
    const char *name = source->settings->tablet_name;
    if (place->text[0] == '\0' && name != NULL) {
        (void)str_copy(place->text, sizeof place->text, str_from(name));
    }
    *model_out = model;
    return OK;
}

/* ---- look ---- */

static void segments(struct ui *ui, const struct view *view, const char *heading, const char *key,
                     const char *const *labels, int32_t count, int32_t chosen,
                     enum intent_kind kind, const int64_t *numbers, struct intent *intent_out)
{
    parts_heading(ui, view, heading);
    if (widget_toggle_segments(ui, key, labels, count, &chosen)) {
        intent_out->kind = kind;
        intent_out->number = numbers[chosen];
    }
}

static void toggle(struct ui *ui, const struct view *view, const char *key, const char *label_key,
                   const char *note_key, bool is_on, enum intent_kind kind,
                   struct intent *intent_out)
{
    if (widget_toggle(ui, key, view_text(view, label_key),
                      note_key != NULL ? view_text(view, note_key) : NULL,
                      view_text(view, "view.on"), view_text(view, "view.off"), &is_on)) {
        intent_out->kind = kind;
        intent_out->number = is_on ? 1 : 0;
    }
}

void settings_language(struct ui *ui, const struct view *view, struct intent *intent_out)
{
    static const int64_t langs[] = {LANG_zh, LANG_en};
    static const char *const labels[] = {"中文", "English"};
    segments(ui, view, "settings.language", "language", labels, 2, (int32_t)view->lang,
             INTENT_language, langs, intent_out);
}

static void text_size(struct ui *ui, const struct view *view,
                      const struct screen_settings *settings, struct intent *intent_out)
{
    static const int64_t scales[] = {100, 130, 160, 200};
    static const char *const labels[] = {"100%", "130%", "160%", "200%"};
    int32_t scale = 0;
    for (int32_t i = 0; i < (int32_t)COUNT(scales); i++) {
        scale = settings->text_percent >= scales[i] ? i : scale;
    }
    segments(ui, view, "settings.text_size", "text", labels, (int32_t)COUNT(scales), scale,
             INTENT_text_scale, scales, intent_out);
}

void settings_look(struct ui *ui, const struct view *view, const struct screen_settings *settings,
                   struct intent *intent_out)
{
    static const int64_t themes[] = {THEME_day, THEME_dark, THEME_sunlight};
    const char *labels[] = {view_text(view, "settings.day"), view_text(view, "settings.dark"),
                            view_text(view, "settings.sunlight")};
    segments(ui, view, "settings.theme", "theme", labels, 3, (int32_t)settings->theme, INTENT_theme,
             themes, intent_out);
    text_size(ui, view, settings, intent_out);
    toggle(ui, view, "glove", "settings.glove", "settings.glove_note", settings->is_glove,
           INTENT_glove, intent_out);
    toggle(ui, view, "left", "settings.left_hand", "settings.left_hand_note",
           settings->is_left_hand, INTENT_left_hand, intent_out);
    toggle(ui, view, "motion", "settings.motion", "settings.motion_note",
           settings->is_reduced_motion, INTENT_motion, intent_out);
}

static void look_card(struct ui *ui, const struct view *view, const struct settings_model *model,
                      struct intent *intent_out)
{
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    settings_language(ui, view, intent_out);
    settings_look(ui, view, model->settings, intent_out);
    ui_close(ui);
}

/* ---- PIN ---- */

/* What the PIN, or what stands in its place, protects against; in plain words. */
static void guard_line(struct ui *ui, const struct view *view,
                       const struct screen_settings *settings)
{
    static const char *const keys[] = {
        [VAULT_GUARD_none] = "keys.guard_none", [VAULT_GUARD_adopted] = "keys.guard_adopted",
        [VAULT_GUARD_pin] = "keys.guard_pin",   [VAULT_GUARD_chip] = "keys.guard_chip",
        [VAULT_GUARD_half] = "keys.guard_half", [VAULT_GUARD_phrase] = "keys.guard_phrase",
    };
    if (settings->guard == 0 || (size_t)settings->guard >= COUNT(keys)) {
        return;
    }
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, keys[settings->guard]));
    if (settings->is_renewing) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                              .title = view_text(view, "keys.renewing"),
                                              .icon = ICON_hourglass_empty});
    }
}

static void lock_card(struct ui *ui, const struct view *view, const struct settings_model *model,
                      struct intent *intent_out)
{
    static const int64_t waits_s[] = {60, 120, 300, 900};
    const struct screen_settings *settings = model->settings;
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    widget_card_heading(ui, view_text(view, "settings.lock"));
    if (!settings->has_pin) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                              .title = view_text(view, "settings.no_pin"),
                                              .text = view_text(view, "settings.no_pin_note"),
                                              .icon = ICON_lock_open});
    } else {
        const char *labels[COUNT(waits_s)];
        int32_t chosen = 0;
        for (size_t i = 0; i < COUNT(waits_s); i++) {
            labels[i] =
                view_fill(view, "settings.lock_minutes", lang_value_count("n", waits_s[i] / 60));
            chosen = settings->lock_after_s >= waits_s[i] ? (int32_t)i : chosen;
        }
        segments(ui, view, "settings.lock_after", "lock_after", labels, (int32_t)COUNT(waits_s),
                 chosen, INTENT_lock_after, waits_s, intent_out);
    }
    guard_line(ui, view, settings);
    if (widget_button(ui, "settings/pin",
                      &(struct widget_button){
                          .label = view_text(view, settings->has_pin ? "pin.change" : "screen.pin"),
                          .icon = ICON_lock,
                          .is_wide = true})) {
        screen_open(intent_out, SCREEN_pin, 0);
    }
    ui_close(ui);
}

/* ---- what this is and how it fares ---- */

static const char *battery_text(const struct view *view, const struct screen_settings *settings)
{
    if (settings->battery_percent < 0) {
        return view_text(view, "settings.battery_unknown");
    }
    return view_fill(view,
                     settings->is_charging ? "settings.battery_charging" : "settings.battery_of",
                     lang_value_count("n", settings->battery_percent));
}

static void tablet_card(struct ui *ui, const struct view *view, const struct settings_model *model,
                        struct screen_place *place, struct intent *intent_out)
{
    const struct screen_settings *settings = model->settings;
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(ui, view_text(view, "settings.about"));
    if (widget_field(ui, "tablet",
                     &(struct widget_field){.label = view_text(view, "settings.tablet_name"),
                                            .hint = view_text(view, "settings.tablet_hint"),
                                            .chars_max = SCREEN_TABLET_NAME_CHARS},
                     place->text, sizeof place->text)) {
        intent_out->kind = INTENT_name_tablet;
        intent_out->text = place->text;
    }
    widget_card_fact(ui, view_text(view, "settings.person"), model->person_name);
    if (model->branch_name[0] != '\0') {
        widget_card_fact(ui, view_text(view, "settings.branch"), model->branch_name);
    }
    widget_card_fact(ui, view_text(view, "settings.device"), view_count(view, model->device_no));
    widget_card_fact(ui, view_text(view, "settings.battery"), battery_text(view, settings));
    widget_card_fact(ui, view_text(view, "settings.free"),
                     view_size(view, model->traffic->free_size));
    widget_card_fact(ui, view_text(view, "settings.photos_kept"),
                     model->photo_count == 0
                         ? view_text(view, "settings.photos_none")
                         : view_fill(view, "settings.photos_of",
                                     lang_value_count("n", (int64_t)model->photo_count),
                                     lang_value_text("size", view_size(view, model->photo_size))));
    widget_card_fact(ui, view_text(view, "settings.version"), settings->version);
    ui_close(ui);
}

/* How one is called on the shut screen, and going away for good. */
static void person_card(struct ui *ui, const struct view *view, const struct settings_model *model,
                        struct screen_place *place, struct intent *intent_out)
{
    char *name = ARENA_ARRAY(view->arena, PERSON_NAME_CHARS * 4 + 1, char);
    const char *shown = model->settings->shown_name;
    (void)str_copy(name, PERSON_NAME_CHARS * 4 + 1, str_from(shown != NULL ? shown : ""));
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    widget_card_heading(ui, view_text(view, "people.you"));
    if (widget_field(ui, "shown_name",
                     &(struct widget_field){.label = view_text(view, "people.shown_name"),
                                            .hint = model->person_name[0] != '\0'
                                                        ? model->person_name
                                                        : view_text(view, "people.shown_hint"),
                                            .chars_max = PERSON_NAME_CHARS},
                     name, PERSON_NAME_CHARS * 4 + 1)) {
        intent_out->kind = INTENT_name_person;
        intent_out->text = name;
    }
    if (widget_button(ui, "settings/leave",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "people.leave"),
                                              .icon = ICON_person_off,
                                              .is_wide = true})) {
        place->tab = SETTINGS_LEAVE;
    }
    ui_close(ui);
}

static void leave_page(struct ui *ui, const struct view *view, struct intent *intent_out)
{
    parts_body_open(ui, "leave");
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "people.leave_note"));
    ui_space(ui, UI_DP(8));
    if (widget_slide(ui, "settings/leave_now", view_text(view, "people.leave_slide"),
                     ICON_person_off, true)) {
        intent_out->kind = INTENT_person_leave;
    }
    parts_body_close(ui);
}

static void photo_card(struct ui *ui, const struct view *view, const struct settings_model *model,
                       struct intent *intent_out)
{
    static const int64_t rules[] = {PHOTO_RULE_wifi, PHOTO_RULE_always};
    const char *labels[] = {view_text(view, "photo_rule.wifi"),
                            view_text(view, "photo_rule.always")};
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    segments(ui, view, "sync.photo_rule", "photo_rule", labels, 2,
             (int32_t)model->traffic->photo_rule, INTENT_photo_rule, rules, intent_out);
    ui_close(ui);
}

static void check_card(struct ui *ui, const struct view *view, const struct settings_model *model,
                       struct screen_place *place, struct intent *intent_out)
{
    const struct screen_settings *settings = model->settings;
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(ui, view_text(view, "settings.diagnostics"));
    widget_card_fact(ui, view_text(view, "settings.facts"),
                     view_count(view, (int64_t)model->fact_count));
    widget_card_fact(ui, view_text(view, "settings.cases"),
                     view_count(view, (int64_t)model->case_count));
    widget_card_fact(ui, view_text(view, "settings.policy"),
                     view->policy->hash == 0 ? view_text(view, "settings.policy_default")
                                             : str_format(view->arena, "%016llx",
                                                          (unsigned long long)view->policy->hash));
    if (settings->check_result != SCREEN_CHECK_none) {
        bool is_equal = settings->check_result == SCREEN_CHECK_equal;
        widget_banner(
            ui, NULL,
            &(struct widget_banner){.tone = is_equal ? WIDGET_BADGE_ok : WIDGET_BADGE_warn,
                                    .title = view_text(view, is_equal ? "settings.check_equal"
                                                                      : "settings.check_differs")});
    }
    ui_space(ui, UI_DP(4));
    if (widget_button(ui, "settings/check",
                      &(struct widget_button){.label = view_text(view, "settings.check"),
                                              .icon = ICON_storage,
                                              .is_wide = true})) {
        intent_out->kind = INTENT_check_store;
    }
    if (widget_button(ui, "settings/licences",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "settings.licences"),
                                              .icon = ICON_description,
                                              .is_wide = true})) {
        place->tab = SETTINGS_LICENCES;
    }
    ui_close(ui);
}

static void licences(struct ui *ui, const struct view *view)
{
    static const struct {
        const char *name, *licence;
    } rows[] = {
#define LICENCE(name, licence) {name, licence},
#include "app/screens/licences.def"
#undef LICENCE
    };
    parts_body_open(ui, "licences");
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "settings.licences_note"));
    widget_card_open(ui, NULL, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        widget_card_fact(ui, rows[i].name, rows[i].licence);
    }
    ui_close(ui);
    parts_body_close(ui);
}

void settings_frame(struct ui *ui, const struct view *view, void *model_in,
                    struct screen_place *place, struct intent *intent_out)
{
    const struct settings_model *model = model_in;
    bool is_licences = place->tab == SETTINGS_LICENCES;
    bool is_leave = place->tab == SETTINGS_LEAVE;
    struct intent top = {0};
    parts_screen_open(ui);
    screen_top(ui, view,
               view_text(view, is_licences ? "settings.licences"
                               : is_leave  ? "people.leave"
                                           : "screen.settings"),
               NULL, NULL, ICON_none, &top);
    if (is_licences) {
        licences(ui, view);
    } else if (is_leave) {
        leave_page(ui, view, intent_out);
    } else {
        parts_page_open(ui, "settings");
        parts_columns_open(ui);
        parts_column_open(ui, 1);
        look_card(ui, view, model, intent_out);
        parts_column_close(ui);
        parts_column_open(ui, 1);
        lock_card(ui, view, model, intent_out);
        photo_card(ui, view, model, intent_out);
        person_card(ui, view, model, place, intent_out);
        tablet_card(ui, view, model, place, intent_out);
        check_card(ui, view, model, place, intent_out);
        parts_column_close(ui);
        parts_columns_close(ui);
        parts_body_close(ui);
    }
    if (top.kind == INTENT_back && (is_licences || is_leave)) {
        place->tab = SETTINGS_ALL;
    } else if (top.kind == INTENT_back) {
        intent_out->kind = INTENT_back;
    }
    parts_screen_close(ui, view, NULL, 0);
}
