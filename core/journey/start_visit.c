#include "core/journey/journey_private.h"

/* `pass` NULL: none. */
static struct verdict start_verdict(struct journey *journey, const struct store_case *subject,
                                    const struct visit_start *start, const struct pass *pass)
{
    struct gate_facts facts =
        journey_gate_facts(journey, subject, start->place, start->address_index, start->visitors,
                           start->override_reason);
    facts.duties_asked = start->duties_asked;
    facts.duties_done = start->duties_done;
    struct clock_reading now;
    facts.clock_quality = journey_clock_now(journey, &now).quality;
    facts.has_hours_consent = gate_has_consent_on_record(
        &journey->policy, subject->record, subject->state, facts.now_ms, start->override_reason);
    if (pass != NULL) {
        facts.pass_rule = pass->rule;
        facts.pass_until_ms = pass->until_ms;
    }
    struct verdict verdict = gate_check(&journey->policy, GATE_checkin, &facts);
    if (subject->is_withdrawn) {
        /* Recalled or somebody else's: nothing is known here of who lives there and why. */
        verdict_fire(&verdict, REFUSAL_not_assigned, SEVERITY_block);
    }
    return verdict;
}

static enum err check_start(struct journey *journey, const struct visit_start *start,
                            struct verdict *verdict_out)
{
    struct store_case *subject = ARENA_NEW(journey->arena, struct store_case);
    TRY(store_case_load(journey->store, journey->arena, start->case_no, subject));
    *verdict_out = start_verdict(journey, subject, start, NULL);
    return OK;
}

enum err journey_check_start(struct journey *journey, const struct visit_start *start,
                             struct verdict *verdict_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = check_start(journey, start, verdict_out);
    arena_rollback(journey->arena, mark);
    return err;
}

/* The journal is append-only and goes with every copy of the tablet. */
static enum err was_used(struct journey *journey, const struct pass *pass, bool *was_used_out)
{
    struct store_records records;
    *was_used_out = false;
    TRY(store_journal_case(journey->store, journey->arena, pass->case_no, 0, &records));
    for (size_t i = 0; i < records.count; i++) {
        struct fact fact;
        if (records.items[i].kind != EVENT_pass_used) {
            continue;
        }
        TRY(store_journal_fact(journey->store, records.items[i].seq, &fact));
        *was_used_out |= fact.event.kind.pass_used.pass_no == pass->pass_no;
    }
    return OK;
}

/* Reads the pass that was typed for the rule that stands in the way. A pass that does not fit is
 * in the fault of `capture_out`. */
static enum err take_pass(struct journey *journey, const struct visit_start *start,
                          const char *rule, struct pass_read *read_out, struct capture *capture_out)
{
    struct pass_reader reader = {
        .case_no = start->case_no,
        .person_no = journey->person_no,
        .device_no = journey->device_no,
        .rule = rule,
        .now_ms = journey_now_ms(journey),
    };
    struct chain_public_key own;
    TRY(journey_keys(journey, &own, &reader.device, &reader.hq));
    enum err fault = pass_read(str_from(start->pass), &reader, read_out);
    if (fault == OK) {
        bool is_again = false;
        TRY(was_used(journey, &read_out->pass, &is_again));
        fault = is_again ? ERR_exists : OK;
    }
    if (fault != OK) {
        capture_out->fault = (struct event_fault){"pass", pass_fault_key(fault)};
    }
    return OK;
}

/* The fact beside the visit that it let begin. */
static void add_pass(struct journey *journey, struct journey_batch *batch, uint64_t visit_seq,
                     const struct pass_read *read)
{
    ds_Event *event = journey_batch_add(journey, batch, visit_seq);
    event->which_kind = ds_Event_pass_used_tag;
    ds_PassUsed *used = &event->kind.pass_used;
    *used = (ds_PassUsed){
        .pass_no = read->pass.pass_no,
        .until_ms = (uint64_t)read->pass.until_ms,
    };
    CHECK(str_copy(used->rule, sizeof used->rule, str_from(read->pass.rule)));
    for (size_t i = 0; i < read->proof_size; i++) {
        used->proof[i] = read->proof[i];
    }
}

/* Which door, by its words: a record that comes anew may list its addresses in another order, and
 * what was found at one door would be believed of another. The index is for older programs. */
static void name_address(const struct store_case *subject, uint32_t at, ds_VisitStarted *visit)
{
    struct address_list addresses = address_list(subject->record, subject->state);
    visit->address_index = subject->record->addresses_count;
    if (at >= addresses.count) {
        return;
    }
    const struct address *address = &addresses.items[at];
    visit->address = address->tag;
    if (!address->is_noted) {
        visit->address_index = (uint32_t)(address->at - subject->record->addresses);
    }
}

static enum err start_visit(struct journey *journey, const struct visit_start *start,
                            struct capture *capture_out)
{
    struct journey_batch batch;
    TRY(journey_batch_start(journey, start->case_no, &batch));
    struct store_draft open;
    enum err err = store_draft_get(journey->store, journey->arena, JOURNEY_DRAFT_KEY, &open);
    if (err == OK) {
        return ERR_exists;
    }
    if (err != ERR_not_found) {
        return err;
    }
    struct verdict verdict = start_verdict(journey, batch.subject, start, NULL);
    struct pass_read read = {0};
    char rule[PASS_RULE_SIZE];
    if (start->pass[0] != '\0' && gate_pass_rule(&journey->policy, &verdict, rule)) {
        *capture_out = (struct capture){.verdict = verdict};
        TRY(take_pass(journey, start, rule, &read, capture_out));
        if (capture_out->fault.key != NULL) {
            return OK;
        }
        verdict = start_verdict(journey, batch.subject, start, &read.pass);
    }
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_visit_started_tag;
    event->kind.visit_started = (ds_VisitStarted){
        .place = start->place,
        .visitors = start->visitors,
        .start_reason = start->override_reason,
        .duties_asked = start->duties_asked,
        .duties_done = start->duties_done,
        .case_law = law_shelf_case_hash(batch.subject->state),
    };
    name_address(batch.subject, start->address_index, &event->kind.visit_started);
    event->override_reason = start->override_reason;
    verdict_to_event(&verdict, event);

    uint64_t last_seq = 0;
    TRY(store_journal_last(journey->store, &last_seq, NULL, NULL));
    ds_VisitDraft *draft = ARENA_NEW(journey->arena, ds_VisitDraft);
    draft->case_no = start->case_no;
    draft->has_finish = true;
    draft->visit_seq = last_seq + 1; /* the only writer: nothing comes between */
    draft->started_at_ms = event->at_ms;
    draft->started_uptime_ms = event->uptime_ms;
    draft->started_boot = event->boot;
    struct clock_reading now = clock_read(journey->clock);
    journey_visit_expect(&now, journey->policy.visit_timer, draft);
    batch.draft = draft;
    if (read.proof_size > 0) {
        add_pass(journey, &batch, draft->visit_seq, &read);
    }
    return journey_batch_finish(journey, &batch, &verdict, start->override_reason, capture_out);
}

enum err journey_start_visit(struct journey *journey, const struct visit_start *start,
                             struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = start_visit(journey, start, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}
