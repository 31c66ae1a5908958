#include "core/event/ledger.h"

#include "core/base/str.h"
#include "core/event/due.h"
#include "core/event/flag.h"

#include <string.h>

/* ---- states ---- */

static bool is_promise(const ds_Arrangement *arrangement)
{
    return arrangement->kind == ARRANGEMENT_KIND_promise ||
           arrangement->kind == ARRANGEMENT_KIND_plan;
}

static void touch(const struct fold_context *fold, ds_Arrangement *arrangement)
{
    arrangement->changed_count = fold->state->event_count;
}

/* A plan that is being kept stops collection (rule S10) as long as it is active. */
static void set_state(const struct fold_context *fold, ds_Arrangement *arrangement,
                      enum arrangement_state next)
{
    enum arrangement_state previous = arrangement->state;
    if (previous == next) {
        return;
    }
    arrangement->state = next;
    touch(fold, arrangement);
    if (is_promise(arrangement)) {
        if (next == ARRANGEMENT_STATE_broken) {
            fold->state->broken_count++;
        } else if (previous == ARRANGEMENT_STATE_broken && fold->state->broken_count > 0) {
            fold->state->broken_count--;
        }
    }
    if (arrangement->kind == ARRANGEMENT_KIND_plan) {
        if (next == ARRANGEMENT_STATE_active) {
            flag_raise(fold, STOP_FLAG_plan_kept, &(struct flag_terms){.note = ""});
        } else if (previous == ARRANGEMENT_STATE_active) {
            flag_clear(fold, STOP_FLAG_plan_kept, FLAG_ALL_RAISES);
        }
    }
}

static void judge(const struct fold_context *fold, ds_Arrangement *arrangement, int32_t day)
{
    enum arrangement_state verdict = arrangement->paid_minor >= arrangement->amount_minor
                                         ? ARRANGEMENT_STATE_kept
                                     : arrangement->paid_minor > 0 ? ARRANGEMENT_STATE_part_kept
                                                                   : ARRANGEMENT_STATE_broken;
    arrangement->judged_day = day;
    set_state(fold, arrangement, verdict);
}

/* ---- money ---- */

static void count_money(const struct fold_context *fold, ds_OlderPayment *payment)
{
    while (payment->counted_minor < payment->amount_minor) {
        uint64_t missing_minor = 0;
        size_t first = due_first(fold->record, fold->state, fold->state->arrangements, payment,
                                 &missing_minor);
        if (first == fold->state->arrangements_count) {
            return;
        }
        ds_Arrangement *arrangement = &fold->state->arrangements[first];
        uint64_t left_minor = payment->amount_minor - payment->counted_minor;
        uint64_t part_minor = left_minor < missing_minor ? left_minor : missing_minor;
        CHECK(part_minor > 0); /* due_first() said that something is missing */
        payment->counted_minor += part_minor;
        arrangement->paid_minor += part_minor;
        touch(fold, arrangement);
        if (arrangement->paid_minor >= arrangement->amount_minor) {
            judge(fold, arrangement, payment->paid_day);
        }
    }
}

static ds_OlderPayment money_of(const ds_Payment *payment)
{
    return (ds_OlderPayment){.amount_minor = payment->amount_minor,
                             .paid_day = payment->paid_day,
                             .at_ms = payment->at_ms,
                             .counted_minor = payment->counted_minor};
}

/* Anew from all payments, oldest first: a settlement takes nothing away from what else they count
 * toward. */
static void count_settlement(const struct fold_context *fold, ds_Arrangement *settlement)
{
    ds_CaseState *state = fold->state;
    ds_Arrangement counted = *settlement;
    int32_t paid_day = 0;
    counted.paid_minor = 0;
    for (size_t i = state->older_payments_count + state->payments_count; i-- > 0;) {
        bool is_older = i >= state->payments_count;
        ds_OlderPayment money = is_older ? state->older_payments[i - state->payments_count]
                                         : money_of(&state->payments[i]);
        if (is_older || state->payments[i].is_posted) {
            uint64_t part_minor = due_settled(fold->record, state, &counted, &money);
            counted.paid_minor += part_minor;
            paid_day = part_minor > 0 ? money.paid_day : paid_day;
        }
    }
    if (counted.paid_minor <= settlement->paid_minor) {
        return; /* nor does a later rule of grace take back what was counted */
    }
    settlement->paid_minor = counted.paid_minor;
    touch(fold, settlement);
    if (counted.paid_minor >= settlement->amount_minor) {
        judge(fold, settlement, paid_day);
    }
}

static void count_settlements(const struct fold_context *fold)
{
    ds_CaseState *state = fold->state;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (state->arrangements[i].kind == ARRANGEMENT_KIND_settlement &&
            state->arrangements[i].state == ARRANGEMENT_STATE_active) {
            count_settlement(fold, &state->arrangements[i]);
        }
    }
}

static void count_payment(const struct fold_context *fold, ds_Payment *payment)
{
    ds_OlderPayment money = money_of(payment);
    count_money(fold, &money);
    payment->counted_minor = money.counted_minor;
}

void ledger_count(const struct fold_context *fold, ds_Payment *payment)
{
    count_payment(fold, payment);
    count_settlements(fold);
}

/* Tries every posted payment that is not fully counted, oldest first. */
static void count_payments(const struct fold_context *fold)
{
    ds_CaseState *state = fold->state;
    for (size_t i = state->older_payments_count; i-- > 0;) {
        count_money(fold, &state->older_payments[i]);
    }
    for (size_t i = state->payments_count; i-- > 0;) {
        if (state->payments[i].is_posted) {
            count_payment(fold, &state->payments[i]);
        }
    }
    count_settlements(fold);
}

/* Judges all active arrangements by what is known through posted_through_day. */
static void judge_all(const struct fold_context *fold)
{
    ds_CaseState *state = fold->state;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        ds_Arrangement *arrangement = &state->arrangements[i];
        bool is_money = arrangement->state == ARRANGEMENT_STATE_active &&
                        arrangement->kind != ARRANGEMENT_KIND_waiver &&
                        arrangement->amount_minor > 0;
        int32_t due_day;
        uint64_t missing_minor;
        due_next(state, arrangement, &due_day, &missing_minor);
        bool is_covered = arrangement->paid_minor >= arrangement->amount_minor;
        bool is_over = due_day != 0 && state->posted_through_day >= due_last_day(state, due_day);
        if (is_money && (is_covered || is_over)) {
            judge(fold, arrangement, due_day);
        }
    }
}

/* ---- arrangements ---- */

/* A settlement that was paid goes on letting go the rest (fold_balance). */
static bool is_needed(const ds_Arrangement *arrangement)
{
    return arrangement_state_is_live(arrangement->state) ||
           (arrangement->kind == ARRANGEMENT_KIND_settlement &&
            arrangement->state == ARRANGEMENT_STATE_kept);
}

/* Room in front: the oldest that is no longer needed goes, else the oldest. */
static ds_Arrangement *make_room(ds_CaseState *state)
{
    size_t gone = state->arrangements_count;
    if (gone == COUNT(state->arrangements)) {
        gone = COUNT(state->arrangements) - 1;
        for (size_t i = COUNT(state->arrangements); i-- > 0;) {
            if (!is_needed(&state->arrangements[i])) {
                gone = i;
                break;
            }
        }
    } else {
        state->arrangements_count++;
    }
    memmove(&state->arrangements[1], &state->arrangements[0], gone * sizeof state->arrangements[0]);
    memset(&state->arrangements[0], 0, sizeof state->arrangements[0]);
    return &state->arrangements[0];
}

static bool holds_lease(const struct fold_context *fold)
{
    const ds_CaseState *state = fold->state;
    const ds_Event *event = &fold->fact->event;
    if (state->life != CASE_LIFE_open) {
        return false;
    }
    return state->owner_no == 0 || event->person_no == state->owner_no ||
           event->epoch == state->epoch;
}

/* An older one may be replaced by its own maker, or by the owner to whom the case has
 * passed since it was made. */
static bool may_replace(const struct fold_context *fold, const ds_Arrangement *older)
{
    const ds_CaseState *state = fold->state;
    uint32_t person_no = fold->fact->event.person_no;
    if (older->person_no == person_no) {
        return true;
    }
    return person_no == state->owner_no && state->owners_count > 0 &&
           older->made_at_ms <= state->owners[0].since_at_ms;
}

static bool is_live_of(const ds_Arrangement *arrangement, uint32_t kind)
{
    return arrangement->kind == kind && arrangement_state_is_live(arrangement->state);
}

static bool is_conflicting(const struct fold_context *fold, uint32_t kind)
{
    if (!holds_lease(fold)) {
        return true;
    }
    const ds_CaseState *state = fold->state;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (is_live_of(&state->arrangements[i], kind) &&
            !may_replace(fold, &state->arrangements[i])) {
            return true;
        }
    }
    return false;
}

/* What headquarters put in force stands until it decides about the new one. */
static void replace_older(const struct fold_context *fold, uint32_t kind)
{
    ds_CaseState *state = fold->state;
    bool is_asked = kind != ARRANGEMENT_KIND_promise;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        ds_Arrangement *older = &state->arrangements[i];
        bool is_in_force = is_asked && older->state == ARRANGEMENT_STATE_active;
        if (is_live_of(older, kind) && !is_in_force) {
            set_state(fold, older, ARRANGEMENT_STATE_replaced);
        }
    }
}

ds_Arrangement *ledger_add(const struct fold_context *fold, uint32_t kind, uint64_t amount_minor,
                           int32_t due_day, uint32_t role, uint64_t owed_minor)
{
    ds_CaseState *state = fold->state;
    bool is_asked = kind != ARRANGEMENT_KIND_promise;
    enum arrangement_state first = is_conflicting(fold, kind) ? ARRANGEMENT_STATE_conflicting
                                   : is_asked                 ? ARRANGEMENT_STATE_asked
                                                              : ARRANGEMENT_STATE_active;
    if (first != ARRANGEMENT_STATE_conflicting) {
        replace_older(fold, kind);
    }
    ds_Arrangement *arrangement = make_room(state);
    memcpy(arrangement->id, fold->fact->id.bytes, sizeof arrangement->id);
    arrangement->kind = kind;
    arrangement->amount_minor = amount_minor;
    arrangement->due_day = due_day;
    arrangement->made_at_ms = fold->fact->event.at_ms;
    arrangement->person_no = fold->fact->event.person_no;
    arrangement->role = role;
    arrangement->owed_minor = owed_minor;
    set_state(fold, arrangement, first);
    if (is_promise(arrangement)) {
        state->promise_count++;
    }
    return arrangement;
}

ds_Arrangement *ledger_find(ds_CaseState *state, const uint8_t id[16])
{
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (memcmp(state->arrangements[i].id, id, sizeof state->arrangements[i].id) == 0) {
            return &state->arrangements[i];
        }
    }
    return NULL;
}

static bool is_active_plan(ds_CaseState *state, const uint8_t id[16])
{
    const ds_Arrangement *plan = ledger_find(state, id);
    return plan != NULL && plan->state == ARRANGEMENT_STATE_active;
}

static bool is_undecided(const ds_Arrangement *arrangement)
{
    return arrangement != NULL && arrangement->decided_at_ms == 0;
}

void ledger_keep_plan(const struct fold_context *fold, const ds_Arrangement *plan,
                      const ds_PlanAgreed *terms)
{
    ds_CaseState *state = fold->state;
    bool is_older = memcmp(plan->id, state->older_plan_id, sizeof plan->id) == 0;
    bool is_newest = memcmp(plan->id, state->plan_id, sizeof plan->id) == 0;
    /* A decision may come about the plan that this one replaces, so its terms are kept,
     * but never in place of those in force. */
    bool is_kept = is_active_plan(state, state->plan_id) ||
                   (is_undecided(ledger_find(state, state->plan_id)) &&
                    !is_active_plan(state, state->older_plan_id));
    if (is_older) {
        memcpy(state->older_plan_instalments, terms->instalments, sizeof terms->instalments);
        state->older_plan_instalments_count = terms->instalments_count;
        return;
    }
    if (!is_newest && is_kept) {
        memcpy(state->older_plan_id, state->plan_id, sizeof state->plan_id);
        memcpy(state->older_plan_instalments, state->plan_instalments,
               sizeof state->plan_instalments);
        state->older_plan_instalments_count = state->plan_instalments_count;
    }
    memcpy(state->plan_id, plan->id, sizeof state->plan_id);
    memcpy(state->plan_instalments, terms->instalments, sizeof terms->instalments);
    state->plan_instalments_count = terms->instalments_count;
}

/* ---- edits ---- */

static uint64_t tag_of(const uint8_t id[16])
{
    uint64_t tag = 0;
    for (size_t i = 0; i < sizeof tag; i++) {
        tag |= (uint64_t)id[i] << 8 * i;
    }
    return tag;
}

static bool waits(const ds_Arrangement *arrangement)
{
    return arrangement->state == ARRANGEMENT_STATE_asked ||
           arrangement->state == ARRANGEMENT_STATE_conflicting ||
           arrangement->state == ARRANGEMENT_STATE_returned;
}

bool ledger_is_decided(const ds_Arrangement *arrangement)
{
    return arrangement->decided_at_ms != 0 && !waits(arrangement) &&
           arrangement->state != ARRANGEMENT_STATE_withdrawn &&
           arrangement->state != ARRANGEMENT_STATE_replaced;
}

ds_Arrangement *ledger_latest(ds_CaseState *state, ds_Arrangement *arrangement)
{
    /* An edit stands in front of what it restates, so one way through the list meets
     * every edit of an edit. */
    for (size_t i = (size_t)(arrangement - state->arrangements); i-- > 0;) {
        uint64_t restates = state->arrangements[i].restates;
        if (restates != 0 && restates == tag_of(arrangement->id)) {
            arrangement = &state->arrangements[i];
        }
    }
    return arrangement;
}

bool ledger_restates_in_place(const struct fold_context *fold, const ds_Arrangement *arrangement)
{
    bool is_from_hq = fold->fact->device_no == 0;
    return is_from_hq ||
           (arrangement->kind == ARRANGEMENT_KIND_promise && arrangement->decided_at_ms == 0);
}

static void take_back(const struct fold_context *fold, ds_Arrangement *arrangement)
{
    set_state(fold, arrangement, ARRANGEMENT_STATE_withdrawn);
    if (is_promise(arrangement) && fold->state->promise_count > 0) {
        fold->state->promise_count--;
    }
}

ds_Arrangement *ledger_propose(const struct fold_context *fold, const ds_Arrangement *older)
{
    ds_CaseState *state = fold->state;
    ds_Arrangement *latest = ledger_latest(state, ledger_find(state, older->id));
    const ds_Arrangement *base = waits(latest) || ledger_is_decided(latest) ? latest : older;
    if (!waits(base) && !ledger_is_decided(base)) {
        return NULL; /* taken back, or a newer one stands in its place */
    }
    bool is_conflict = base->kind == ARRANGEMENT_KIND_promise || is_conflicting(fold, base->kind);
    if (waits(latest)) {
        take_back(fold, latest);
    }
    ds_Arrangement terms = {
        .kind = base->kind,
        .amount_minor = base->amount_minor,
        .due_day = base->due_day,
        .made_at_ms = base->made_at_ms,
        .person_no = base->person_no,
        .role = base->role,
        .owed_minor = base->owed_minor,
        .restates = tag_of(latest->id),
    };
    memcpy(terms.id, fold->fact->id.bytes, sizeof terms.id);
    if (!is_conflict) {
        replace_older(fold, terms.kind);
    }
    ds_Arrangement *proposal = make_room(state);
    *proposal = terms;
    set_state(fold, proposal,
              is_conflict ? ARRANGEMENT_STATE_conflicting : ARRANGEMENT_STATE_asked);
    if (is_promise(proposal)) {
        state->promise_count++;
    }
    return proposal;
}

/* Whether `edit` states `arrangement` anew, over however many edits. */
static bool is_edit_of(ds_CaseState *state, const ds_Arrangement *edit, ds_Arrangement *arrangement)
{
    return edit != arrangement && edit == ledger_latest(state, arrangement);
}

/* Decided by headquarters while a tablet, which did not know, had put other terms in
 * their place: the decided ones are still here to stand. */
static bool is_decided_unseen(ds_CaseState *state, ds_Arrangement *arrangement)
{
    bool is_held =
        arrangement->kind != ARRANGEMENT_KIND_plan || due_has_instalments(state, arrangement);
    if (arrangement->kind == ARRANGEMENT_KIND_promise || !is_held) {
        return false;
    }
    bool was_replaced = arrangement->state == ARRANGEMENT_STATE_replaced;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        const ds_Arrangement *other = &state->arrangements[i];
        if (other != arrangement && other->kind == arrangement->kind && waits(other) &&
            (was_replaced || is_edit_of(state, other, arrangement))) {
            return true;
        }
    }
    return false;
}

/* What stands beside an approved one: the other that was in force, and what it conflicted
 * with; not an edit of it, which waits for a decision of its own. */
static void replace_others(const struct fold_context *fold, const ds_Arrangement *approved)
{
    ds_CaseState *state = fold->state;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        ds_Arrangement *other = &state->arrangements[i];
        bool stands_beside = other->state == ARRANGEMENT_STATE_active ||
                             other->state == ARRANGEMENT_STATE_conflicting;
        if (other != approved && other->kind == approved->kind && stands_beside &&
            !is_edit_of(state, other, ledger_find(state, approved->id))) {
            other->replaced_by = tag_of(approved->id);
            other->replaced_state = other->state;
            set_state(fold, other, ARRANGEMENT_STATE_replaced);
        }
    }
}

static void give_back(uint64_t *counted_minor, uint64_t *left_minor)
{
    uint64_t part_minor = *counted_minor < *left_minor ? *counted_minor : *left_minor;
    *counted_minor -= part_minor;
    *left_minor -= part_minor;
}

/* Gives back what was counted toward an arrangement, newest payments first, so that it
 * can count toward another. */
static void release_money(const struct fold_context *fold, ds_Arrangement *arrangement)
{
    ds_CaseState *state = fold->state;
    bool is_settlement = arrangement->kind == ARRANGEMENT_KIND_settlement; /* it took none away */
    uint64_t left_minor = is_settlement ? 0 : arrangement->paid_minor;
    for (size_t i = 0; i < state->payments_count; i++) {
        give_back(&state->payments[i].counted_minor, &left_minor);
    }
    for (size_t i = 0; i < state->older_payments_count; i++) {
        give_back(&state->older_payments[i].counted_minor, &left_minor);
    }
    arrangement->paid_minor = 0;
}

/* ---- a decision in place of an earlier one ---- */

/* What the approval had put aside has its place again, unless something else happened to it. */
static void reinstate_others(const struct fold_context *fold, const ds_Arrangement *approved)
{
    ds_CaseState *state = fold->state;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        ds_Arrangement *other = &state->arrangements[i];
        bool is_held = other->kind != ARRANGEMENT_KIND_plan || due_has_instalments(state, other);
        if (other->state == ARRANGEMENT_STATE_replaced && is_held &&
            other->replaced_by == tag_of(approved->id)) {
            set_state(fold, other, other->replaced_state);
            other->replaced_by = 0;
            other->replaced_state = 0;
        }
    }
}

static void approve_anew(const struct fold_context *fold, ds_Arrangement *arrangement)
{
    bool is_held =
        arrangement->kind != ARRANGEMENT_KIND_plan || due_has_instalments(fold->state, arrangement);
    bool was_withdrawn = arrangement->state == ARRANGEMENT_STATE_withdrawn;
    if (!is_held || (!waits(arrangement) && !was_withdrawn &&
                     arrangement->state != ARRANGEMENT_STATE_rejected)) {
        return; /* in force, judged, or another stands in its place */
    }
    if (was_withdrawn && is_promise(arrangement)) {
        fold->state->promise_count++;
    }
    replace_others(fold, arrangement);
    set_state(fold, arrangement, ARRANGEMENT_STATE_active);
    count_payments(fold);
}

static void take_decision_back(const struct fold_context *fold, ds_Arrangement *arrangement,
                               enum arrangement_state next)
{
    if (!waits(arrangement) && arrangement->state != ARRANGEMENT_STATE_active &&
        arrangement->state != ARRANGEMENT_STATE_rejected) {
        return; /* kept or broken: it has run its course */
    }
    release_money(fold, arrangement);
    set_state(fold, arrangement, next); /* first: two plans never hold the flag at once */
    reinstate_others(fold, arrangement);
    count_payments(fold);
    judge_all(fold);
}

static void decide_anew(const struct fold_context *fold, ds_Arrangement *arrangement,
                        uint32_t decision)
{
    if (decision == DECISION_approved) {
        approve_anew(fold, arrangement);
    } else if (decision == DECISION_rejected) {
        take_decision_back(fold, arrangement, ARRANGEMENT_STATE_rejected);
    } else if (decision == DECISION_returned) {
        take_decision_back(fold, arrangement, ARRANGEMENT_STATE_returned);
    } else if (decision == DECISION_reopened) {
        /* A promise starts in force: the one that was decided about stood against another. */
        take_decision_back(fold, arrangement,
                           arrangement->kind == ARRANGEMENT_KIND_promise
                               ? ARRANGEMENT_STATE_conflicting
                               : ARRANGEMENT_STATE_asked);
        arrangement->decided_at_ms = waits(arrangement) ? 0 : arrangement->decided_at_ms;
    }
}

bool ledger_decide(const struct fold_context *fold, const uint8_t target[16],
                   const ds_ArrangementDecided *decision)
{
    ds_Arrangement *arrangement = ledger_find(fold->state, target);
    if (arrangement == NULL) {
        return false;
    }
    bool was_undecided = arrangement->decided_at_ms == 0;
    arrangement->decision_reason = decision->reason;
    arrangement->decided_at_ms = fold->fact->event.at_ms;
    str_copy(arrangement->decision_note, sizeof arrangement->decision_note,
             str_from(decision->note));
    touch(fold, arrangement);
    if (decision->replaces != 0) {
        decide_anew(fold, arrangement, decision->decision);
        return true;
    }
    if (!arrangement_state_is_live(arrangement->state)) {
        bool stands = decision->decision == DECISION_approved && was_undecided &&
                      is_decided_unseen(fold->state, arrangement);
        if (!stands) {
            return true;
        }
        if (arrangement->state == ARRANGEMENT_STATE_withdrawn && is_promise(arrangement)) {
            fold->state->promise_count++; /* was taken out when it was edited */
        }
    }
    if (decision->decision == DECISION_approved) {
        replace_others(fold, arrangement); /* first: two plans never hold the flag at once */
        set_state(fold, arrangement, ARRANGEMENT_STATE_active);
        count_payments(fold);
    } else if (decision->decision == DECISION_rejected) {
        set_state(fold, arrangement, ARRANGEMENT_STATE_rejected);
    } else if (decision->decision == DECISION_returned) {
        set_state(fold, arrangement, ARRANGEMENT_STATE_returned);
    }
    return true;
}

void ledger_withdraw(const struct fold_context *fold, ds_Arrangement *arrangement)
{
    if (arrangement->state == ARRANGEMENT_STATE_withdrawn) {
        return;
    }
    set_state(fold, arrangement, ARRANGEMENT_STATE_withdrawn);
    release_money(fold, arrangement);
    if (is_promise(arrangement) && fold->state->promise_count > 0) {
        fold->state->promise_count--;
    }
    count_payments(fold);
}

void ledger_restate(const struct fold_context *fold, ds_Arrangement *arrangement)
{
    touch(fold, arrangement);
    bool was_judged = arrangement->state == ARRANGEMENT_STATE_kept ||
                      arrangement->state == ARRANGEMENT_STATE_part_kept ||
                      arrangement->state == ARRANGEMENT_STATE_broken;
    bool is_in_force = arrangement->state == ARRANGEMENT_STATE_active || was_judged;
    if (!is_in_force) {
        return; /* still asked, or over for a reason that new terms do not touch */
    }
    release_money(fold, arrangement);
    arrangement->judged_day = 0;
    bool is_decided_at_hq = arrangement->kind != ARRANGEMENT_KIND_promise;
    set_state(fold, arrangement,
              is_decided_at_hq ? ARRANGEMENT_STATE_asked : ARRANGEMENT_STATE_active);
    count_payments(fold);
    judge_all(fold);
}

void ledger_check(const struct fold_context *fold, int32_t through_day, uint32_t grace_days)
{
    ds_CaseState *state = fold->state;
    state->grace_days = grace_days;
    if (through_day > state->posted_through_day) {
        state->posted_through_day = through_day;
    }
    count_payments(fold);
    judge_all(fold);
}

void ledger_end_waivers(const struct fold_context *fold, int32_t as_of_day)
{
    ds_CaseState *state = fold->state;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        ds_Arrangement *waiver = &state->arrangements[i];
        bool is_known = fold_day(fold->record, (int64_t)waiver->decided_at_ms) < as_of_day;
        if (waiver->kind == ARRANGEMENT_KIND_waiver && waiver->state == ARRANGEMENT_STATE_active &&
            is_known) {
            waiver->judged_day = as_of_day;
            set_state(fold, waiver, ARRANGEMENT_STATE_kept);
        }
    }
}
