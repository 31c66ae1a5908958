/* core/rules/arrangement.h -- may this be agreed or asked for at the door? Pure.
 *
 * Each check judges one intended record. `now_ms` is the tablet's clock; days are
 * civil days in the borrower's zone. A request above the collector's authority is
 * allowed (log, obligation ask_approval): headquarters decides. */
#pragma once

#include "core/event/fold.h"
#include "core/rules/policy.h"

struct arrangement_facts {
    const ds_CaseRecord *record;
    const ds_CaseState *state;
    int64_t now_ms;
};

struct verdict arrangement_check_promise(const struct policy *policy,
                                         const struct arrangement_facts *facts,
                                         const ds_PromiseMade *promise);
struct verdict arrangement_check_plan(const struct policy *policy,
                                      const struct arrangement_facts *facts,
                                      const ds_PlanAgreed *plan);
struct verdict arrangement_check_extension(const struct policy *policy,
                                           const struct arrangement_facts *facts,
                                           const ds_ExtensionRequested *request);
struct verdict arrangement_check_settlement(const struct policy *policy,
                                            const struct arrangement_facts *facts,
                                            const ds_SettlementRequested *request);
/* Smallest offer that is not too low, by the policy in force for the case; 0 nothing is owed, or
 * the policy names none. */
int64_t arrangement_settlement_low_minor(const struct policy *policy,
                                         const struct arrangement_facts *facts);
struct verdict arrangement_check_waiver(const struct policy *policy,
                                        const struct arrangement_facts *facts,
                                        const ds_WaiverRequested *request);
/* A payment that the borrower says or shows was made through an official channel. */
struct verdict arrangement_check_payment(const struct policy *policy,
                                         const struct arrangement_facts *facts,
                                         const ds_PaymentNoted *payment);
/* Last day a promise made at `now_ms` may name. */
int32_t arrangement_promise_last_day(const struct policy *policy, const ds_CaseRecord *record,
                                     int64_t now_ms);
