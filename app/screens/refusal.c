#include "app/screens/refusal.h"

enum refusal_answer refusal_frame(struct ui *ui, const struct view *view,
                                  const struct capture *capture, bool can_override,
                                  uint32_t *reason_out)
{
    bool is_closed = false;
    bool asks_reason = can_override && capture->fault.key == NULL && capture->verdict.is_allowed &&
                       capture->verdict.severity == SEVERITY_warn;
    *reason_out = 0;
    widget_dialog_sheet_open(
        ui, "refusal",
        view_text(view, asks_reason ? "refused.reason_needed" : "refused.not_recorded"),
        view_text(view, "refused.close"), &is_closed);
    if (capture->fault.key != NULL) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = view_text(view, capture->fault.key)});
    }
    struct verdict shown = verdict_start();
    for (size_t i = 0; i < capture->verdict.fired_count; i++) {
        if (capture->verdict.fired[i].severity >= SEVERITY_warn) {
            shown.fired[shown.fired_count++] = capture->verdict.fired[i];
        }
    }
    parts_verdict(ui, view, &shown);
    if (asks_reason) {
        parts_heading(ui, view, "visit.override");
        parts_list_chips(ui, view, "refusal/reason", CATALOG_override_reason, reason_out);
    }
    widget_dialog_sheet_close(ui);
    if (*reason_out != 0) {
        return REFUSAL_ANSWER_reason;
    }
    return is_closed ? REFUSAL_ANSWER_closed : REFUSAL_ANSWER_open;
}
