/* tests/sim/work.c -- what a collector does on a tablet, by the real journeys. */
#include "tests/sim/world.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"

enum { TAPS_MAX = 3, TAP_LOW_MS = 4000, TAP_HIGH_MS = 15 * 60000 };

static bool pick_case(struct tablet *tablet, struct luck *luck, uint64_t *case_no_out)
{
    uint64_t *numbers = NULL;
    size_t count = 0;
    enum err err = store_case_numbers(tablet->store, &tablet->task, true, &numbers, &count);
    if (!tablet_after(tablet, err) || err != OK || count == 0) {
        return false;
    }
    *case_no_out = numbers[luck_below(luck, count)];
    return true;
}

bool tablet_told(struct tablet *tablet, enum err err, const struct capture *capture)
{
    if (err == OK && capture->is_done) {
        /* The words "saved" are on the screen, even if the power goes now. */
        tablet->world->counts.facts += capture->last_seq - capture->first_seq + 1;
        if (capture->last_seq <= tablet->mirror_count) {
            world_fail(tablet->world, "tablet %u: fact %llu was captured under a used number",
                       (unsigned)tablet->index, (unsigned long long)capture->last_seq);
        }
    }
    bool was_told = err == OK && capture->is_done;
    uint64_t last_seq = capture->last_seq;
    if (tablet->disk->is_off) {
        if (was_told && !tablet->world->has_failed) {
            /* Said just before the end: it must be there when power is back. */
            tablet->told_seq = last_seq > tablet->told_seq ? last_seq : tablet->told_seq;
        }
        return tablet_after(tablet, err);
    }
    if (!tablet_after(tablet, err)) {
        return false;
    }
    if (was_told) {
        oracle_read(tablet);
        if (tablet->mirror_count < last_seq && tablet->is_app_up) {
            world_fail(tablet->world, "tablet %u: fact %llu was said to be saved and is not read",
                       (unsigned)tablet->index, (unsigned long long)last_seq);
        }
    }
    return tablet->is_app_up;
}

/* ---- a visit ---- */

static void next_tap(struct tablet *tablet, struct luck *luck)
{
    struct world *world = tablet->world;
    world_wake(world, world->now_ms + luck_between(luck, TAP_LOW_MS, TAP_HIGH_MS), WAKE_visit,
               tablet->index)
        ->lot = luck_u64(luck);
}

void work_visit(struct tablet *tablet, struct luck *luck)
{
    struct visit_start start = {
        .place = ADDRESS_KIND_home,
        .visitors = 2 + (uint32_t)luck_below(luck, 2),
        .override_reason = OVERRIDE_REASON_appointment,
    };
    if (!pick_case(tablet, luck, &start.case_no)) {
        return;
    }
    tablet->journey.has_fix = luck_is(luck, 800);
    tablet->journey.fix = (ds_Fix){
        .lat_e7 = 312300000 + (int32_t)luck_below(luck, 90000),
        .lon_e7 = 1214700000 + (int32_t)luck_below(luck, 90000),
        .accuracy_m = 5 + (uint32_t)luck_below(luck, 40),
        .age_s = (uint32_t)luck_below(luck, 200),
    };
    struct capture capture = {0};
    enum err err = journey_start_visit(&tablet->journey, &start, &capture);
    if (err == ERR_exists) {
        work_visit_on(tablet, luck); /* one is open: it comes first */
        return;
    }
    if (err == OK && !capture.is_done) {
        tablet->world->counts.refused_visits++;
        world_say(tablet->world, "t%u visit refused: %s%s", (unsigned)tablet->index,
                  capture.fault.key != NULL ? capture.fault.key : "",
                  capture.verdict.fired_count > 0 ? refusal_name(capture.verdict.fired[0].refusal)
                                                  : "");
    }
    if (tablet_told(tablet, err, &capture) && err == OK && capture.is_done) {
        tablet->draft_hash = 0;
        tablet->is_draft_unsure = true;
        next_tap(tablet, luck);
    }
}

static void fill(struct tablet *tablet, struct luck *luck, ds_VisitDraft *draft)
{
    int32_t today = journey_today(&tablet->journey);
    uint64_t lot = luck_below(luck, 100);
    ds_VisitFinished *finish = &draft->finish;
    draft->has_finish = true;
    draft->override_reason = OVERRIDE_REASON_borrower_agreed;
    finish->role = ROLE_borrower;
    finish->is_identity_verified = true;
    finish->cooperation = 1 + (uint32_t)luck_below(luck, 5);
    uint64_t amount_minor = 10000 + luck_below(luck, 40) * 1000;
    int32_t due_day = today + 1 + (int32_t)luck_below(luck, 14);
    while (date_weekday(due_day) > 5) {
        due_day++;
    }
    if (lot < 30) {
        finish->outcome = OUTCOME_nobody_home;
        finish->role = 0;
        finish->is_identity_verified = false;
        finish->cooperation = 0;
    } else if (lot < 55) {
        finish->outcome = OUTCOME_promise_to_pay;
        draft->has_promise = true;
        draft->promise = (ds_PromiseMade){.amount_minor = amount_minor,
                                          .due_day = due_day,
                                          .channel = PAYMENT_CHANNEL_bank_transfer,
                                          .promised_by = ROLE_borrower,
                                          .owed_minor = 1234567,
                                          .owed_as_of_day = today};
    } else if (lot < 65) {
        finish->outcome = OUTCOME_payment_made;
        draft->has_payment = true;
        draft->payment = (ds_PaymentNoted){.amount_minor = amount_minor,
                                           .channel = PAYMENT_CHANNEL_mobile_pay,
                                           .paid_day = today,
                                           .payer_role = ROLE_borrower};
        snprintf(draft->payment.reference, sizeof draft->payment.reference, "N%016llx",
                 (unsigned long long)luck_u64(luck));
    } else if (lot < 72) {
        finish->outcome = OUTCOME_waiver_asked;
        draft->has_waiver = true;
        draft->waiver = (ds_WaiverRequested){
            .amount_minor = 1000, .part = BALANCE_PART_penalty, .owed_minor = 1234567, .reason = 1};
    } else if (lot < 78) {
        finish->outcome = OUTCOME_extension_asked;
        draft->has_extension = true;
        draft->extension = (ds_ExtensionRequested){.until_day = today + 20, .reason = 1};
    } else if (lot < 81) {
        finish->outcome = OUTCOME_disputes_debt;
        draft->has_dispute = true;
        draft->dispute = (ds_DisputeRaised){.dispute = 1};
    } else if (lot < 84) {
        finish->outcome = OUTCOME_left_unsafe;
        finish->role = 0;
        finish->is_identity_verified = false;
        draft->has_safety = true;
        draft->safety = (ds_SafetyIncident){.incident = SAFETY_KIND_threat,
                                            .severity = 1 + (uint32_t)luck_below(luck, 3)};
    } else if (lot < 88) {
        finish->outcome = OUTCOME_settlement_offered;
        draft->has_settlement = true;
        draft->settlement = (ds_SettlementRequested){
            .offer_minor = 900000, .owed_minor = 1234567, .pay_by_day = due_day, .reason = 1};
    } else {
        finish->outcome = OUTCOME_refused_to_pay;
    }
    if (luck_is(luck, 150)) {
        draft->has_complaint = true;
        draft->complaint = (ds_ComplaintTaken){.complaint = COMPLAINT_KIND_hours, .wish = 1};
        snprintf(draft->complaint.words, sizeof draft->complaint.words, "too late in the evening");
    }
    if (luck_is(luck, 100)) {
        draft->points_count = 1;
        draft->points[0] = (ds_ContactPointNoted){.kind = POINT_KIND_mobile,
                                                  .status = POINT_STATE_used_by_borrower,
                                                  .source = 1,
                                                  .role = ROLE_borrower};
        snprintf(draft->points[0].value, sizeof draft->points[0].value, "139%08llu",
                 (unsigned long long)luck_below(luck, 100000000));
    }
}

static uint64_t draft_hash(const ds_VisitDraft *draft)
{
    uint64_t parts[] = {draft->case_no,
                        draft->visit_seq,
                        draft->step,
                        draft->finish.outcome,
                        draft->finish.cooperation,
                        draft->promise.amount_minor,
                        (uint64_t)draft->promise.due_day,
                        draft->payment.amount_minor,
                        chain_short_hash(draft->finish.note, strlen(draft->finish.note))};
    return chain_short_hash(parts, sizeof parts);
}

/* What was typed last is there, after every kind of end. */
static void draft_check(struct tablet *tablet, const ds_VisitDraft *draft)
{
    if (!tablet->is_draft_unsure && tablet->draft_hash != 0 &&
        draft_hash(draft) != tablet->draft_hash) {
        world_fail(tablet->world, "tablet %u: an accepted tap of the open visit is gone",
                   (unsigned)tablet->index);
    }
}

static void finish(struct tablet *tablet, struct luck *luck, const ds_VisitDraft *draft)
{
    struct capture capture = {0};
    enum err err = journey_finish_visit(&tablet->journey, &capture);
    if (err == OK && !capture.is_done) {
        world_say(tablet->world, "t%u visit not finished: %s %s%s", (unsigned)tablet->index,
                  capture.fault.field != NULL ? capture.fault.field : "",
                  capture.fault.key != NULL ? capture.fault.key : "",
                  capture.verdict.fired_count > 0 ? refusal_name(capture.verdict.fired[0].refusal)
                                                  : "");
    }
    bool is_done = err == OK && capture.is_done;
    tablet->is_draft_unsure = true; /* until the next tap that is accepted */
    if (is_done) {
        tablet->world->counts.visits++;
        tablet->draft_hash = 0;
    }
    if (!tablet_told(tablet, err, &capture)) {
        return;
    }
    if (is_done) {
        tablet_seal(tablet, false);
        return;
    }
    /* The collector chooses an outcome that needs nothing, and takes back what was entered for
     * the other: after a jump of the clock it may be refused for ever. */
    ds_VisitDraft again = *draft;
    again.finish.outcome = OUTCOME_refused_to_pay;
    again.finish.role = ROLE_borrower;
    again.finish.is_identity_verified = true;
    again.finish.cooperation = 1;
    again.has_promise = false;
    again.promise = (ds_PromiseMade){0};
    again.has_payment = false;
    again.payment = (ds_PaymentNoted){0};
    again.has_waiver = false;
    again.has_extension = false;
    again.has_settlement = false;
    again.step++;
    err = journey_draft_save(&tablet->journey, &again);
    if (err == OK) {
        tablet->draft_hash = draft_hash(&again);
        tablet->is_draft_unsure = false;
    }
    if (tablet_after(tablet, err)) {
        next_tap(tablet, luck);
    }
}

void work_visit_on(struct tablet *tablet, struct luck *luck)
{
    ds_VisitDraft *draft = ARENA_NEW(&tablet->task, ds_VisitDraft);
    enum err err = journey_draft_load(&tablet->journey, draft);
    if (err == ERR_not_found) {
        if (!tablet->is_draft_unsure && tablet->draft_hash != 0) {
            world_fail(tablet->world, "tablet %u: the open visit is gone", (unsigned)tablet->index);
        }
        return;
    }
    if (!tablet_after(tablet, err) || err != OK) {
        return;
    }
    draft_check(tablet, draft);
    if (draft->finish.outcome != 0 && (draft->step >= TAPS_MAX || luck_is(luck, 600))) {
        finish(tablet, luck, draft);
        return;
    }
    if (draft->finish.outcome == 0) {
        fill(tablet, luck, draft);
    }
    draft->step++;
    snprintf(draft->finish.note, sizeof draft->finish.note, "spoke at the door, %llu",
             (unsigned long long)luck_below(luck, 1000000));
    err = journey_draft_save(&tablet->journey, draft);
    if (err == OK) {
        tablet->draft_hash = draft_hash(draft);
        tablet->is_draft_unsure = false;
    } else {
        tablet->is_draft_unsure = true;
    }
    if (tablet_after(tablet, err)) {
        next_tap(tablet, luck);
    }
}

/* ---- beside visits ---- */

static enum err correct_some(struct tablet *tablet, struct luck *luck, struct capture *capture)
{
    const struct oracle *oracle = &tablet->world->oracle;
    size_t count = tablet->mirror_count;
    if (count == 0) {
        return OK;
    }
    size_t back = luck_below(luck, count < 20 ? count : 20);
    const struct seen_fact *fact = &oracle->facts[tablet->mirror[count - 1 - back] - 1];
    ds_Correction correction = {.reason = CORRECTION_REASON_entered_twice, .is_withdrawn = true};
    memcpy(correction.target, fact->id.bytes, sizeof correction.target);
    ds_Event *event = ARENA_NEW(&tablet->task, ds_Event);
    if (fact->kind == EVENT_promise_made && luck_is(luck, 500) &&
        event_decode(event, (const uint8_t *)fact->body.bytes, fact->body.size) == OK) {
        correction.is_withdrawn = false;
        correction.which_anew = ds_Correction_promise_made_tag;
        correction.anew.promise_made = event->kind.promise_made;
        correction.anew.promise_made.amount_minor += 100;
    }
    return journey_correct(&tablet->journey, &correction, capture);
}

static enum err note_some(struct tablet *tablet, struct luck *luck, uint64_t case_no,
                          struct capture *capture)
{
    ds_Event *event = ARENA_NEW(&tablet->task, ds_Event);
    if (luck_is(luck, 500)) {
        event->which_kind = ds_Event_note_added_tag;
        snprintf(event->kind.note_added.note, sizeof event->kind.note_added.note, "note %llu",
                 (unsigned long long)luck_below(luck, 100000));
    } else {
        event->which_kind = ds_Event_hardship_noted_tag;
        event->kind.hardship_noted =
            (ds_HardshipNoted){.hardship = 1 + (uint32_t)luck_below(luck, 3)};
    }
    return journey_capture(&tablet->journey, case_no, event, capture);
}

void work_act(struct tablet *tablet, struct luck *luck)
{
    uint64_t case_no = 0;
    uint64_t lot = luck_below(luck, 100);
    struct capture capture = {0};
    enum err err = OK;
    if (!pick_case(tablet, luck, &case_no) && lot >= 15) {
        return;
    }
    if (!tablet->is_app_up) {
        return;
    }
    if (lot < 15) {
        ds_SafetyIncident incident = {.incident = SAFETY_KIND_dog,
                                      .severity = 1 + (uint32_t)luck_below(luck, 3),
                                      .is_silent = luck_is(luck, 200)};
        err = journey_raise_safety(&tablet->journey, luck_is(luck, 300) ? 0 : case_no, &incident,
                                   &capture);
    } else if (lot < 35) {
        err = note_some(tablet, luck, case_no, &capture);
    } else if (lot < 50) {
        ds_ContactAttempted contact = {.channel = CONTACT_CHANNEL_call,
                                       .result = CONTACT_RESULT_not_answered};
        err = journey_log_contact(&tablet->journey, case_no, &contact, &capture);
    } else if (lot < 60) {
        ds_PaymentNoted payment = {.amount_minor = 5000 + luck_below(luck, 100) * 100,
                                   .channel = PAYMENT_CHANNEL_bank_transfer,
                                   .paid_day = journey_today(&tablet->journey),
                                   .payer_role = ROLE_borrower};
        snprintf(payment.reference, sizeof payment.reference, "A%016llx",
                 (unsigned long long)luck_u64(luck));
        err = journey_note_payment(&tablet->journey, case_no, &payment,
                                   OVERRIDE_REASON_borrower_agreed, &capture);
    } else if (lot < 70) {
        ds_VisitSkipped skip = {.reason = SKIP_REASON_weather};
        err = journey_skip_visit(&tablet->journey, case_no, &skip, &capture);
    } else if (lot < 78) {
        ds_ComplaintTaken complaint = {.complaint = COMPLAINT_KIND_conduct, .wish = 1};
        snprintf(complaint.words, sizeof complaint.words, "was rude");
        err = journey_take_complaint(&tablet->journey, case_no, &complaint, &capture);
    } else if (lot < 84) {
        const char *text = NULL;
        err = journey_reveal_detail(&tablet->journey, &tablet->task, case_no, 1, 0, &text);
        if (tablet_after(tablet, err == ERR_not_found ? OK : err) && err == OK) {
            oracle_read(tablet);
        }
        return;
    } else {
        err = correct_some(tablet, luck, &capture);
    }
    tablet->world->counts.acts++;
    if (tablet_told(tablet, err == ERR_not_found ? OK : err, &capture) && capture.is_done) {
        tablet_seal(tablet, false);
    }
}

void work_day(struct tablet *tablet, struct luck *luck)
{
    enum err err = OK;
    if (luck_is(luck, 500)) {
        struct open_day opened;
        err = journey_open_day(&tablet->journey, &opened);
        if (tablet_after(tablet, err) && err == OK) {
            oracle_read(tablet);
        }
    } else {
        struct close_day closed = {0};
        err = journey_close_day(&tablet->journey, (uint32_t)luck_below(luck, 90000), "", &closed);
        (void)tablet_told(tablet, err, &closed.capture);
    }
    if (tablet->is_app_up) {
        tablet_seal(tablet, false);
    }
}

void work_attach(struct tablet *tablet, struct luck *luck)
{
    enum { SIZE_MAX_USUAL = 40000, SIZE_MAX_SELDOM = 200000 };
    uint64_t case_no = 0;
    if (!pick_case(tablet, luck, &case_no)) {
        return;
    }
    size_t size = 1 + luck_below(luck, luck_is(luck, 900) ? SIZE_MAX_USUAL : SIZE_MAX_SELDOM);
    uint8_t *bytes = arena_alloc(&tablet->task, size);
    luck_fill(luck, bytes, size);
    struct capture capture = {0};
    enum err err = journey_attach(&tablet->journey, case_no, EVIDENCE_KIND_door, MEDIA_TYPE_jpeg,
                                  (struct str){(const char *)bytes, size}, "", &capture);
    tablet->world->counts.attachments += err == OK && capture.is_done;
    if (tablet_told(tablet, err == ERR_corrupt ? OK : err, &capture) && err == OK) {
        tablet_seal(tablet, false);
    }
}
