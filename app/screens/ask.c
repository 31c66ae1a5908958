#include "app/screens/ask.h"

#include "core/event/fold.h"
#include "core/event/reach.h"
#include "core/rules/arrangement.h"

bool ask_frame(struct ui *ui, const struct ask *ask, ds_Event *event)
{
    switch (event->which_kind) {
#define ASK(group, name, Message, icon) \
    case EVENT_##name:                  \
        return ask_##group##_##name(ui, ask, &event->kind.name);
#include "app/screens/asks.def"
#undef ASK
    default:
        break;
    }
    UNREACHABLE();
}

bool ask_is_alarm(const ds_Event *event)
{
    return store_is_alarm(event);
}

static bool is_asked(enum event_kind kind)
{
    switch ((uint32_t)kind) {
#define ASK(group, name, Message, icon) case EVENT_##name:
#include "app/screens/asks.def"
#undef ASK
        return true;
    default:
        return false;
    }
}

enum icon ask_icon(enum event_kind kind)
{
    switch ((uint32_t)kind) {
#define ASK(group, name, Message, icon) \
    case EVENT_##name:                  \
        return ICON_##icon;
#include "app/screens/asks.def"
#undef ASK
    default:
        return ICON_none;
    }
}

const char *ask_key(enum event_kind kind)
{
    switch ((uint32_t)kind) {
#define ASK(group, name, Message, icon) \
    case EVENT_##name:                  \
        return "ask." #name;
#include "app/screens/asks.def"
#undef ASK
    default:
        return "unknown.code";
    }
}

int64_t ask_owed_minor(const struct ask *ask)
{
    return ask->record == NULL ? 0 : (int64_t)fold_balance(ask->record, ask->state).askable_minor;
}

void ask_blank(const struct ask *ask, enum event_kind kind, ds_Event *event)
{
    CHECK(is_asked(kind));
    *event = (ds_Event)ds_Event_init_zero;
    event->which_kind = (pb_size_t)kind;
    event->case_no = ask->record != NULL ? ask->record->case_no : 0;
    uint64_t owed_minor = (uint64_t)ask_owed_minor(ask);
    int32_t as_of_day = ask->record != NULL ? fold_balance(ask->record, ask->state).as_of_day : 0;
    struct reach_list points = {.count = 0};
    if (ask->record != NULL) {
        points = reach_list(ask->record, ask->state);
    }
    switch (event->which_kind) {
    case EVENT_promise_made:
        event->kind.promise_made.promised_by = ask->role;
        event->kind.promise_made.owed_minor = owed_minor;
        event->kind.promise_made.owed_as_of_day = as_of_day;
        break;
    case EVENT_plan_agreed:
        event->kind.plan_agreed.agreed_by = ask->role;
        event->kind.plan_agreed.total_minor = owed_minor;
        event->kind.plan_agreed.owed_as_of_day = as_of_day;
        break;
    case EVENT_settlement_requested:
        event->kind.settlement_requested.owed_minor = owed_minor;
        break;
    case EVENT_waiver_requested:
        event->kind.waiver_requested.owed_minor = owed_minor;
        event->kind.waiver_requested.part = BALANCE_PART_penalty;
        break;
    case EVENT_payment_noted:
        event->kind.payment_noted.payer_role = ask->role;
        event->kind.payment_noted.paid_day = ask->view->today;
        break;
    case EVENT_contact_point_noted:
        event->kind.contact_point_noted.kind = POINT_KIND_mobile;
        event->kind.contact_point_noted.status = POINT_STATE_unverified;
        event->kind.contact_point_noted.role = ask->role;
        event->kind.contact_point_noted.source =
            ask->role == ROLE_borrower ? FACT_SOURCE_borrower : FACT_SOURCE_third_party;
        break;
    case EVENT_address_noted:
        event->kind.address_noted.kind = ADDRESS_KIND_home;
        event->kind.address_noted.source =
            ask->role == ROLE_borrower ? FACT_SOURCE_borrower : FACT_SOURCE_third_party;
        break;
    case EVENT_signing_refused:
        event->kind.signing_refused.role = ask->role;
        break;
    case EVENT_notice_delivered:
        event->kind.notice_delivered.role = ask->role;
        break;
    case EVENT_safety_incident:
        event->kind.safety_incident.severity = 1;
        break;
    case EVENT_contact_attempted:
        event->kind.contact_attempted.channel = CONTACT_CHANNEL_call;
        if (points.count > 0) {
            event->kind.contact_attempted.point = points.items[0].tag;
            event->kind.contact_attempted.point_index = points.items[0].index;
        }
        break;
    default:
        break;
    }
}

struct verdict ask_verdict(const struct ask *ask, const ds_Event *event)
{
    if (ask->record == NULL || ask->is_over) {
        return verdict_start();
    }
    const struct policy *policy = ask->view->policy;
    struct arrangement_facts facts = {
        .record = ask->record, .state = ask->state, .now_ms = ask->view->now_ms};
    switch (event->which_kind) {
    case EVENT_promise_made:
        return arrangement_check_promise(policy, &facts, &event->kind.promise_made);
    case EVENT_plan_agreed:
        return arrangement_check_plan(policy, &facts, &event->kind.plan_agreed);
    case EVENT_extension_requested:
        return arrangement_check_extension(policy, &facts, &event->kind.extension_requested);
    case EVENT_settlement_requested:
        return arrangement_check_settlement(policy, &facts, &event->kind.settlement_requested);
    case EVENT_waiver_requested:
        return arrangement_check_waiver(policy, &facts, &event->kind.waiver_requested);
    case EVENT_payment_noted:
        return arrangement_check_payment(policy, &facts, &event->kind.payment_noted);
    default:
        return verdict_start();
    }
}

bool ask_is_ready(const struct ask *ask, const ds_Event *event, const char **why_out)
{
    const struct view *view = ask->view;
    ds_Event *copy = ARENA_NEW(view->arena, ds_Event);
    *copy = *event;
    copy->at_ms = (uint64_t)view->now_ms;
    copy->person_no = view->person_no != 0 ? view->person_no : 1;
    copy->case_no = ask->record != NULL ? ask->record->case_no : 0;
    struct event_fault fault = {0};
    if (!event_check(copy, &fault)) {
        if (why_out != NULL) {
            const char *what = str_format(view->arena, "field.%s", fault.field);
            *why_out = lang_has(what) ? view_fill(view, "ask.missing", lang_value_key("what", what),
                                                  lang_value_key("why", fault.key))
                                      : view_text(view, fault.key);
        }
        return false;
    }
    struct verdict verdict = ask_verdict(ask, event);
    if (!verdict.is_allowed) {
        if (why_out != NULL) {
            *why_out = verdict.fired_count > 0 ? view_fired(view, &verdict.fired[0]) : "";
        }
        return false;
    }
    return true;
}
