#include "app/screens/enrol.h"

enum err enrol_enter(struct arena *task, const struct screen_source *source,
                     struct screen_place *place, void **model_out)
{
    (void)place;
    struct enrol_model *model = ARENA_NEW(task, struct enrol_model);
    model->settings = source->settings;
    *model_out = model;
    return OK;
}

static void waiting(struct ui *ui, const struct view *view)
{
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "enrol.waiting"));
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "enrol.waiting_note"));
    bool is_heard = view->sync.link == VIEW_LINK_fine;
    static const char *const keys[] = {"enrol.step_key", "enrol.step_send", "enrol.step_cases"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        bool is_done = i == 0 || (i == 1 && is_heard);
        ui_open(ui, NULL,
                &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .across = UI_centre});
        ui_icon(ui, is_done ? ICON_check_circle : ICON_hourglass_empty, 24,
                is_done ? COLOR_ok : COLOR_ink_2);
        ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
                     view_text(view, keys[i]));
        ui_close(ui);
    }
    ui_close(ui);
    if (view->sync.link == VIEW_LINK_offline) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                              .title = view_text(view, "enrol.offline"),
                                              .text = view_text(view, "enrol.offline_note"),
                                              .icon = ICON_cloud_off});
    }
}

void enrol_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                 struct intent *intent_out)
{
    static const char *const labels[] = {"中文", "English"};
    const struct enrol_model *model = model_in;
    bool is_waiting = model->settings->is_enrolling && model->settings->enrol_problem == NULL;
    parts_screen_open(ui);
    parts_body_open(ui, "enrol");
    ui_space(ui, UI_DP(16));
    ui_text_with(
        ui, &(struct ui_text){.type = TYPE_display, .color = COLOR_link, .role = UI_ROLE_heading},
        view_text(view, "app.name"));
    ui_text(ui, TYPE_title, COLOR_ink, view_text(view, "enrol.title"));
    int32_t lang = (int32_t)view->lang;
    if (widget_toggle_segments(ui, "language", labels, 2, &lang)) {
        intent_out->kind = INTENT_language;
        intent_out->number = lang;
    }
    if (is_waiting) {
        waiting(ui, view);
    } else {
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "enrol.intro"));
        widget_field(
            ui, "code",
            &(struct widget_field){.label = view_text(view, "enrol.code"),
                                   .hint = "doorstep:1?…",
                                   .problem = model->settings->enrol_problem == NULL
                                                  ? NULL
                                                  : view_text(view, model->settings->enrol_problem),
                                   .icon = ICON_qr_code_scanner,
                                   .lines = 3},
            place->text, sizeof place->text);
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                              .title = view_text(view, "enrol.promise"),
                                              .icon = ICON_lock});
    }
    parts_body_close(ui);
    if (!is_waiting && parts_actions_open(ui)) {
        if (widget_button(ui, "enrol/go",
                          &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                  .label = view_text(view, "enrol.go"),
                                                  .icon = ICON_login,
                                                  .is_wide = true,
                                                  .is_disabled =
                                                      str_trim(str_from(place->text)).size == 0})) {
            intent_out->kind = INTENT_enrol;
            intent_out->text = place->text;
        }
        parts_actions_close(ui);
    }
    parts_screen_close(ui, view, NULL, 0);
}
