#include "app/screens/visit_words.h"

#include "app/i18n/lang_words.h"
#include "core/event/fold.h"

static struct lang_value words_of(const struct view *view, uint64_t amount_minor)
{
    return lang_value_text("words",
                           lang_money_words(view->arena, view->lang, (int64_t)amount_minor));
}

static struct lang_value money_of(uint64_t amount_minor)
{
    return lang_value_money("amount", (int64_t)amount_minor);
}

static struct lang_value day_of(const struct view *view, const char *name, int32_t day)
{
    return lang_value_text(name, view_day(view, day));
}

static const char *plan_words(const struct view *view, struct lang_value name,
                              const ds_PlanAgreed *plan)
{
    if (plan->instalments_count == 0) {
        return "";
    }
    const ds_Instalment *first = &plan->instalments[0];
    const ds_Instalment *last = &plan->instalments[plan->instalments_count - 1];
    const char *parts =
        view_fill(view, "words.plan_parts", lang_value_count("n", plan->instalments_count),
                  day_of(view, "first", first->due_day), money_of(first->amount_minor),
                  day_of(view, "last", last->due_day));
    return view_fill(view, "words.plan", name, money_of(plan->total_minor),
                     words_of(view, plan->total_minor), lang_value_text("parts", parts));
}

const char *visit_words(const struct ask *ask, const ds_VisitDraft *draft)
{
    const struct view *view = ask->view;
    uint32_t role = draft->finish.role;
    const char *who = role == ROLE_borrower || role == ROLE_none
                          ? ask->record->debtor_name
                          : view_item(view, CATALOG_role, role);
    struct lang_value name = lang_value_text("name", who);
    switch ((uint32_t)visit_record_needed(draft->finish.outcome)) {
    case EVENT_promise_made:
        return view_fill(view, "words.promise", name, day_of(view, "day", draft->promise.due_day),
                         money_of(draft->promise.amount_minor),
                         words_of(view, draft->promise.amount_minor));
    case EVENT_plan_agreed:
        return plan_words(view, name, &draft->plan);
    case EVENT_extension_requested:
        return view_fill(view, "words.extension", name,
                         day_of(view, "day", draft->extension.until_day));
    case EVENT_settlement_requested:
        return view_fill(view, "words.settlement", name, money_of(draft->settlement.offer_minor),
                         words_of(view, draft->settlement.offer_minor),
                         day_of(view, "day", draft->settlement.pay_by_day));
    case EVENT_waiver_requested:
        return view_fill(view, "words.waiver", name, money_of(draft->waiver.amount_minor),
                         words_of(view, draft->waiver.amount_minor));
    case EVENT_identity_disputed:
        return view_fill(view, "words.identity", name);
    default:
        return "";
    }
}
