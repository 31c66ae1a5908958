/* app/screens/parts_facts.c -- what stands of the traffic, a case and its rules, in a badge or a
 * line. */
#include "app/screens/parts.h"

#include "core/event/fold.h"
#include "core/rules/gate.h"

struct widget_badge parts_sync_badge(const struct view *view)
{
    const struct view_sync *sync = &view->sync;
    uint64_t waiting_count = sync->made_count - sync->confirmed_count;
    if (sync->link == VIEW_LINK_trouble || sync->question_count > 0) {
        return (struct widget_badge){.tone = WIDGET_BADGE_danger,
                                     .word = view_text(view, "sync.badge.needs_you"),
                                     .icon = ICON_sync_problem};
    }
    if (sync->link == VIEW_LINK_none) {
        return (struct widget_badge){.tone = WIDGET_BADGE_plain,
                                     .word = view_text(view, "sync.badge.none"),
                                     .icon = ICON_cloud_off};
    }
    const char *age = view_age(view, sync->heard_at_ms);
    if (waiting_count > 0) {
        return (struct widget_badge){
            .tone = WIDGET_BADGE_warn,
            .word =
                view_fill(view, "sync.badge.waiting", lang_value_count("n", (int64_t)waiting_count),
                          lang_value_text("age", age)),
            .icon = sync->link == VIEW_LINK_offline ? ICON_cloud_off : ICON_cloud_upload};
    }
    if (sync->link == VIEW_LINK_offline) {
        return (struct widget_badge){
            .tone = WIDGET_BADGE_plain,
            .word = view_fill(view, "sync.badge.offline", lang_value_text("age", age)),
            .icon = ICON_cloud_off};
    }
    return (struct widget_badge){
        .tone = sync->heard_at_ms == 0 ? WIDGET_BADGE_plain : WIDGET_BADGE_ok,
        .word = view_fill(view, "sync.badge.fine", lang_value_text("age", age)),
        .icon = ICON_cloud_done};
}

struct widget_badge parts_record_badge(const struct view *view, enum record_state state,
                                       bool is_safe)
{
    static const struct {
        enum widget_badge_tone tone;
        const char *key;
        enum icon icon;
    } looks[] = {
        [RECORD_on_tablet] = {WIDGET_BADGE_plain, "record_state.on_tablet", ICON_save},
        [RECORD_sealed] = {WIDGET_BADGE_warn, "record_state.sealed", ICON_lock},
        [RECORD_at_hq] = {WIDGET_BADGE_ok, "record_state.at_hq", ICON_cloud_done},
        [RECORD_hq_needs_you] = {WIDGET_BADGE_danger, "record_state.hq_needs_you", ICON_report},
    };
    if (state == RECORD_at_hq && is_safe) {
        return (struct widget_badge){.tone = WIDGET_BADGE_ok,
                                     .word = view_text(view, "record_state.safe"),
                                     .icon = ICON_verified_user};
    }
    return (struct widget_badge){.tone = looks[state].tone,
                                 .word = view_text(view, looks[state].key),
                                 .icon = looks[state].icon};
}

enum widget_badge_tone parts_overdue_tone(int32_t days)
{
    return days > 90 ? WIDGET_BADGE_danger : days > 0 ? WIDGET_BADGE_warn : WIDGET_BADGE_plain;
}

struct widget_badge parts_hours_badge(const struct view *view, const ds_CaseRecord *record,
                                      const ds_CaseState *state)
{
    struct gate_hours hours = gate_hours(view->policy, record, state, view->now_ms);
    int32_t left = hours.left_minutes;
    if (left < 0) {
        int64_t open_at_ms = hours.next_open_at_ms;
        int32_t offset = gate_zone_offset(view->policy, record);
        return (struct widget_badge){
            .tone = WIDGET_BADGE_danger,
            .word =
                view_fill(view, "hours.closed",
                          lang_value_text("time", lang_minute(view->arena,
                                                              date_minute_at(open_at_ms, offset)))),
            .icon = ICON_access_time};
    }
    if (left < 60) {
        return (struct widget_badge){
            .tone = WIDGET_BADGE_warn,
            .word = view_fill(view, "hours.closing", lang_value_count("n", left)),
            .icon = ICON_access_time};
    }
    return (struct widget_badge){
        .tone = WIDGET_BADGE_ok, .word = view_text(view, "hours.open"), .icon = ICON_access_time};
}

void parts_verdict(struct ui *ui, const struct view *view, const struct verdict *verdict)
{
    static const struct {
        enum widget_badge_tone tone;
        const char *key;
    } looks[] = {
        [SEVERITY_ok] = {WIDGET_BADGE_ok, "rule_said.ok"},
        [SEVERITY_log] = {WIDGET_BADGE_info, "rule_said.log"},
        [SEVERITY_warn] = {WIDGET_BADGE_warn, "rule_said.warn"},
        [SEVERITY_block] = {WIDGET_BADGE_danger, "rule_said.block"},
    };
    for (size_t i = 0; i < verdict->fired_count; i++) {
        const struct verdict_fired *fired = &verdict->fired[i];
        widget_banner(ui, NULL,
                      &(struct widget_banner){
                          .tone = looks[fired->severity].tone,
                          .title = view_fired(view, fired),
                          .text = view_fill(view, looks[fired->severity].key,
                                            lang_value_text("rule", refusal_rule(fired->refusal))),
                      });
    }
}

void parts_obligations(struct ui *ui, const struct view *view, uint32_t obligations)
{
    if (obligations == 0) {
        return;
    }
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    for (size_t i = 0; i < obligation_count(); i++) {
        uint32_t bit = obligation_bit_at(i);
        if ((obligations & bit) != 0) {
            widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_info,
                                                    .word = view_text(view, obligation_key(bit)),
                                                    .icon = ICON_check});
        }
    }
    ui_close(ui);
}

void parts_askable(struct ui *ui, const struct view *view, const ds_CaseRecord *record,
                   const struct balance *balance)
{
    bool is_noted = balance->noted_minor > 0;
    bool is_forgiven = balance->forgiven_minor > 0;
    if (is_noted || is_forgiven) {
        widget_card_fact(ui,
                         view_text(view, is_noted && is_forgiven ? "ask.askable_both"
                                         : is_forgiven           ? "ask.askable_forgiven"
                                                                 : "ask.askable"),
                         view_money(view, (int64_t)balance->askable_minor, record->currency));
    }
}

void parts_askable_why(struct ui *ui, const struct view *view, const ds_CaseRecord *record,
                       const struct balance *balance)
{
    bool is_noted = balance->noted_minor > 0;
    bool is_forgiven = balance->forgiven_minor > 0;
    if (balance->askable_minor != balance->owed_minor) {
        const char *owed = view_money(view, (int64_t)balance->owed_minor, record->currency);
        ui_text(ui, TYPE_secondary, COLOR_ink,
                view_fill(view,
                          is_noted && is_forgiven ? "parts.less_both"
                          : is_forgiven           ? "parts.less_forgiven"
                                                  : "parts.less_noted",
                          lang_value_text("amount", owed)));
    }
}

const char *parts_as_of(const struct view *view, int32_t day)
{
    return day == 0
               ? view_text(view, "parts.age_unknown")
               : view_fill(view, "parts.as_of", lang_value_text("age", view_day_age(view, day)));
}
