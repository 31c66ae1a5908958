#include "core/event/kind/kind.h"

#include "core/event/ledger.h"

bool plan_agreed_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_PlanAgreed *payload = &event->kind.plan_agreed;
    if (payload->instalments_count == 0) {
        return field_fail(fault_out, "instalments", "fault.required");
    }
    uint64_t sum_minor = 0;
    for (size_t i = 0; i < payload->instalments_count; i++) {
        const ds_Instalment *instalment = &payload->instalments[i];
        if (!field_amount(fault_out, "instalments.amount_minor", instalment->amount_minor) ||
            !field_day(fault_out, "instalments.due_day", instalment->due_day)) {
            return false;
        }
        if (i > 0 && instalment->due_day <= payload->instalments[i - 1].due_day) {
            return field_fail(fault_out, "instalments.due_day", "fault.order");
        }
        sum_minor += instalment->amount_minor; /* 60 × FIELD_AMOUNT_MAX fits */
    }
    if (sum_minor != payload->total_minor) {
        return field_fail(fault_out, "total_minor", "fault.sum");
    }
    return field_code(fault_out, "agreed_by", CATALOG_role, payload->agreed_by) &&
           field_amount_or_none(fault_out, "income_minor", payload->income_minor) &&
           field_amount_or_none(fault_out, "living_minor", payload->living_minor) &&
           field_day_or_none(fault_out, "owed_as_of_day", payload->owed_as_of_day);
}

void plan_agreed_fold(const struct fold_context *fold)
{
    const ds_PlanAgreed *payload = &fold->fact->event.kind.plan_agreed;
    int32_t last_day = 0;
    if (payload->instalments_count > 0) {
        last_day = payload->instalments[payload->instalments_count - 1].due_day;
    }
    uint64_t owed_minor = fold_balance(fold->record, fold->state).owed_minor;
    ds_Arrangement *plan = ledger_add(fold, ARRANGEMENT_KIND_plan, payload->total_minor, last_day,
                                      payload->agreed_by, owed_minor);
    ledger_keep_plan(fold, plan, payload);
}

void plan_agreed_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_PlanAgreed *payload = &event->kind.plan_agreed;
    words_out->key = "event.plan_agreed";
    words_money(words_out, "amount", payload->total_minor);
    words_count(words_out, "count", payload->instalments_count);
    words_day(words_out, "day",
              payload->instalments_count > 0 ? payload->instalments[0].due_day : 0);
    words_text(words_out, "note", payload->note);
}
