#include "app/screens/visit_head.h"

#include "app/screens/visit_record.h"
#include "core/rules/gate.h"

static const char *step_key(enum visit_step step)
{
    static const char *const keys[] = {
        "visit.step_arrive", "visit.step_who",    "visit.step_outcome", "visit.step_arrange",
        "visit.step_about",  "visit.step_finish", "visit.step_sign"};
    return keys[step];
}

static const char *step_title(const struct ask *ask, const ds_VisitDraft *draft)
{
    enum event_kind kind = visit_record_needed(draft->finish.outcome);
    if (draft->step == VISIT_STEP_arrange && kind != EVENT_none) {
        return view_text(ask->view, ask_key(kind));
    }
    return view_text(ask->view, step_key((enum visit_step)draft->step));
}

/* How far the visit is; the words stand in the bar above. */
static void step_bar(struct ui *ui, const struct ask *ask, const ds_VisitDraft *draft)
{
    widget_progress_step_bar(ui, visit_step_at(draft, (enum visit_step)draft->step),
                             visit_step_count(draft), step_title(ask, draft));
}

static const char *step_words(struct ui *ui, const struct ask *ask, const ds_VisitDraft *draft)
{
    return ui_format(ui, "%d/%d %s", visit_step_at(draft, (enum visit_step)draft->step) + 1,
                     visit_step_count(draft), step_title(ask, draft));
}

/* A handheld has no room for the step's name beside the buttons. */
static bool has_step_line(const struct ui *ui)
{
    return ui_theme(ui)->class == THEME_compact;
}

/* Whether a handheld's bar shows all of an amount between the way back and the call for help. */
static bool has_bar_room(const struct ui *ui, const struct view *view, const char *amount)
{
    const struct theme *theme = ui_theme(ui);
    int32_t need_px = theme_mm(theme, theme->target_mm) + ui_text_px(ui, TYPE_label, amount) +
                      theme_dp(theme, 64);
    if (!parts_is_narrow(ui)) { /* there help stands below */
        int32_t help_px =
            ui_text_px(ui, TYPE_strong, view_text(view, "safety.sos")) + theme_dp(theme, 60);
        int32_t least_px = theme_mm(theme, theme->target_mm);
        need_px += help_px > least_px ? help_px : least_px;
    }
    return need_px <= theme->options.width_px;
}

/* Where in the visit, and how much: that only once the one who owes it is known to stand here,
 * for whoever opens a door can read a screen. NULL: nothing. */
static const char *bar_note(struct ui *ui, const struct ask *ask, const ds_VisitDraft *draft)
{
    const struct view *view = ask->view;
    const char *step = has_step_line(ui) ? NULL : step_words(ui, ask, draft);
    bool may_show = role_is_liable(draft->finish.role) && draft->finish.is_identity_verified &&
                    draft->step != VISIT_STEP_who;
    if (!may_show) {
        return step;
    }
    const char *owed = view_money(view, ask_owed_minor(ask), ask->record->currency);
    if (step == NULL && !has_bar_room(ui, view, owed)) {
        return NULL; /* half an amount would be another one; the steps that need it show it */
    }
    return step == NULL ? owed : ui_format(ui, "%s · %s", step, owed);
}

static bool help_button(struct ui *ui, const struct view *view)
{
    return widget_button(ui, "visit/sos",
                         &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                                 .label = view_text(view, "safety.sos"),
                                                 .icon = ICON_notification_important});
}

/* The bar on top of every step, with help within reach. True when more is to be added: a
 * handheld has that on the pages where something is learned. */
static bool top_bar(struct ui *ui, const struct ask *ask, const ds_VisitDraft *draft,
                    struct intent *top, struct intent *intent_out)
{
    const struct view *view = ask->view;
    const char *name = ask->record->debtor_name;
    const char *note = bar_note(ui, ask, draft);
    bool is_more = false;
    bool wants_help = false;
    bool is_narrow = parts_is_narrow(ui);
    if (is_narrow) { /* help stands below, where it has room */
        (void)screen_top(ui, view, name, note, NULL, ICON_none, top);
    } else if (has_step_line(ui)) {
        wants_help = screen_top(ui, view, name, note, view_text(view, "safety.sos"),
                                ICON_notification_important, top);
    } else {
        ui_open(ui, NULL,
                &(struct ui_box){
                    .flow = UI_row, .w = UI_FILL, .fill = COLOR_card, .across = UI_centre});
        ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL});
        is_more = screen_top(ui, view, name, note, view_text(view, "brief.more"), ICON_add, top);
        ui_close(ui);
        wants_help = !ui_wants_text(ui) && help_button(ui, view);
        ui_close(ui);
    }
    step_bar(ui, ask, draft);
    if (has_step_line(ui)) {
        ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_x = 16, .pad_y = 4});
        ui_text(ui, TYPE_label, COLOR_ink_2, step_words(ui, ask, draft));
        if (is_narrow && !ui_wants_text(ui)) {
            wants_help = help_button(ui, view);
        }
        ui_close(ui);
    }
    if (wants_help) {
        screen_open(intent_out, SCREEN_safety, draft->case_no);
    }
    return is_more;
}

static void banner(struct ui *ui, enum widget_badge_tone tone, const char *title, const char *text)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_x = 16, .pad_y = 4});
    widget_banner(ui, NULL, &(struct widget_banner){.tone = tone, .title = title, .text = text});
    ui_close(ui);
}

/* A visit that began within the contact hours ends within them. One that began outside was agreed
 * or allowed then: its record says how. */
static void hours_banner(struct ui *ui, const struct ask *ask, const ds_VisitDraft *draft)
{
    const struct view *view = ask->view;
    const struct policy *policy = view->policy;
    int64_t started_at_ms = (int64_t)draft->started_at_ms;
    struct gate_hours began = gate_hours(policy, ask->record, ask->state, started_at_ms);
    struct gate_hours now = gate_hours(policy, ask->record, ask->state, view->now_ms);
    bool is_agreed =
        gate_has_consent(policy, ask->record, ask->state, view->now_ms, draft->override_reason);
    if (began.left_minutes <= 0 || is_agreed || now.left_minutes >= policy->closing_warning) {
        return;
    }
    struct lang_value close = lang_value_text("time", lang_minute(view->arena, began.close_minute));
    if (now.left_minutes > 0) {
        banner(ui, WIDGET_BADGE_warn,
               view_fill(view, "visit.hours_end", lang_value_count("n", now.left_minutes)),
               view_fill(view, "visit.hours_end_note", close));
    } else {
        banner(ui, WIDGET_BADGE_danger, view_fill(view, "visit.hours_over", close),
               view_text(view, "visit.hours_over_note"));
    }
}

bool visit_head(struct ui *ui, const struct ask *ask, const ds_VisitDraft *draft,
                struct intent *top, struct intent *intent_out)
{
    const struct view *view = ask->view;
    ui_open(ui, "visit/head", &(struct ui_box){.w = UI_FILL});
    bool is_more = top_bar(ui, ask, draft, top, intent_out);
    if (ask->is_over) {
        banner(ui, WIDGET_BADGE_warn, view_text(view, "visit.is_over"),
               view_text(view, "visit.is_over_note"));
    } else {
        hours_banner(ui, ask, draft);
    }
    ui_close(ui);
    return is_more;
}
