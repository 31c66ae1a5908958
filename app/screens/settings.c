#include "app/screens/settings.h"

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
    (void)place;
    struct settings_model *model = ARENA_NEW(task, struct settings_model);
    model->settings = source->settings;
    TRY(text_read(source->store, task, SETTING_person_name, &model->person_name));
    TRY(text_read(source->store, task, SETTING_branch_name, &model->branch_name));
    TRY(store_setting_number(source->store, SETTING_device_no, 0, &model->device_no));
    TRY(store_journal_last(source->store, &model->fact_count, NULL, NULL));
    uint64_t open_count;
    TRY(store_case_count(source->store, &open_count, &model->case_count));
    *model_out = model;
    return OK;
}

static void choice(struct ui *ui, const struct view *view, const char *heading, const char *key,
                   const char *const *labels, int32_t count, int32_t chosen, enum intent_kind kind,
                   const int64_t *numbers, struct intent *intent_out)
{
    parts_heading(ui, view, heading);
    if (widget_toggle_segments(ui, key, labels, count, &chosen)) {
        intent_out->kind = kind;
        intent_out->number = numbers[chosen];
    }
}

static void look(struct ui *ui, const struct view *view, const struct settings_model *model,
                 struct intent *intent_out)
{
    static const int64_t langs[] = {LANG_zh, LANG_en};
    static const char *const lang_labels[] = {"中文", "English"};
    static const int64_t themes[] = {THEME_day, THEME_dark, THEME_sunlight};
    static const int64_t scales[] = {100, 130, 160, 200};
    static const char *const scale_labels[] = {"100%", "130%", "160%", "200%"};
    const struct screen_settings *settings = model->settings;
    const char *theme_labels[] = {view_text(view, "settings.day"), view_text(view, "settings.dark"),
                                  view_text(view, "settings.sunlight")};
    int32_t scale = 0;
    for (int32_t i = 0; i < (int32_t)COUNT(scales); i++) {
        scale = settings->text_percent >= scales[i] ? i : scale;
    }
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    choice(ui, view, "settings.language", "language", lang_labels, 2, (int32_t)view->lang,
           INTENT_language, langs, intent_out);
    choice(ui, view, "settings.theme", "theme", theme_labels, 3, (int32_t)settings->theme,
           INTENT_theme, themes, intent_out);
    parts_heading(ui, view, "settings.text_size");
    widget_choice_chips_open(ui);
    for (int32_t i = 0; i < (int32_t)COUNT(scales); i++) {
        if (widget_choice_chip(
                ui, ui_format(ui, "text/%d", (int)i),
                &(struct widget_choice){.label = scale_labels[i], .is_chosen = i == scale})) {
            intent_out->kind = INTENT_text_scale;
            intent_out->number = scales[i];
        }
    }
    ui_close(ui);
    bool is_on = settings->is_glove;
    if (widget_toggle(ui, "glove", view_text(view, "settings.glove"),
                      view_text(view, "settings.glove_note"), view_text(view, "view.on"),
                      view_text(view, "view.off"), &is_on)) {
        intent_out->kind = INTENT_glove;
        intent_out->number = is_on ? 1 : 0;
    }
    is_on = settings->is_left_hand;
    if (widget_toggle(ui, "left", view_text(view, "settings.left_hand"), NULL,
                      view_text(view, "view.on"), view_text(view, "view.off"), &is_on)) {
        intent_out->kind = INTENT_left_hand;
        intent_out->number = is_on ? 1 : 0;
    }
    ui_close(ui);
}

static void about(struct ui *ui, const struct view *view, const struct settings_model *model,
                  struct intent *intent_out)
{
    const struct screen_settings *settings = model->settings;
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(ui, view_text(view, "settings.about"));
    widget_card_fact(ui, view_text(view, "settings.person"), model->person_name);
    if (model->branch_name[0] != '\0') {
        widget_card_fact(ui, view_text(view, "settings.branch"), model->branch_name);
    }
    widget_card_fact(ui, view_text(view, "settings.device"), view_count(view, model->device_no));
    widget_card_fact(ui, view_text(view, "settings.version"), settings->version);
    widget_card_fact(ui, view_text(view, "settings.licence"),
                     view_text(view, "settings.licence_text"));
    ui_close(ui);
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
    if (widget_button(ui, "settings/check",
                      &(struct widget_button){.label = view_text(view, "settings.check"),
                                              .icon = ICON_storage,
                                              .is_wide = true})) {
        intent_out->kind = INTENT_check_store;
    }
    ui_close(ui);
}

void settings_frame(struct ui *ui, const struct view *view, void *model_in,
                    struct screen_place *place, struct intent *intent_out)
{
    (void)place;
    const struct settings_model *model = model_in;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.settings"), NULL, NULL, ICON_none, intent_out);
    parts_page_open(ui, "settings");
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    look(ui, view, model, intent_out);
    parts_column_close(ui);
    parts_column_open(ui, 1);
    about(ui, view, model, intent_out);
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    parts_screen_close(ui, view, NULL, 0);
}
