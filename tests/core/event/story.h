/* tests/core/event/story.h -- a case told fact by fact. */
#pragma once

#include "core/event/fold.h"
#include "tests/core/event/sample.h"

struct story {
    ds_CaseRecord record;
    ds_CaseState state;
    int64_t at_ms; /* of the last fact */
    uint64_t seq;
    struct fact last;
};

/* A case assigned to SAMPLE_PERSON, lease epoch 1. */
static inline void story_start(struct story *story);

static inline void story_fold(struct story *story, ds_Event event, uint32_t device_no)
{
    story->seq++;
    story->last = (struct fact){
        .device_no = device_no,
        .seq = story->seq,
        .order_at_ms = fact_order_at_ms(story->at_ms, &event),
        .event = event,
    };
    story->at_ms = story->last.order_at_ms;
    uint8_t body[LIMIT_event_size];
    size_t size = 0;
    CHECK(event_encode(&event, body, sizeof body, &size) == OK);
    story->last.id = chain_event_id(device_no, story->seq, body, size);
    fold_fact(&story->state, &story->record, &story->last);
}

/* `event` happens `minutes` after the last fact. */
static inline struct id story_tell(struct story *story, ds_Event event, int64_t minutes)
{
    event.at_ms = (uint64_t)(story->at_ms + minutes * 60000);
    bool is_hq = event_kind_origin(event_kind(&event)) == EVENT_ORIGIN_hq;
    story_fold(story, event, is_hq ? 0 : SAMPLE_DEVICE);
    return story->last.id;
}

static inline void story_start(struct story *story)
{
    memset(story, 0, sizeof *story);
    story->record = sample_record();
    fold_start(&story->state, &story->record);
    story->at_ms = SAMPLE_AT_MS - 24 * 3600000;
    story_tell(story, sample_event(EVENT_case_assigned), 0);
    story->at_ms = SAMPLE_AT_MS;
}

static inline struct id story_promise(struct story *story, uint64_t amount_minor, int32_t due_day)
{
    ds_Event event = sample_event(EVENT_promise_made);
    event.kind.promise_made.amount_minor = amount_minor;
    event.kind.promise_made.due_day = due_day;
    return story_tell(story, event, 1);
}

static inline struct id story_pay(struct story *story, uint64_t amount_minor, int32_t paid_day,
                                  const char *reference)
{
    ds_Event event = sample_event(EVENT_payment_posted);
    event.kind.payment_posted.amount_minor = amount_minor;
    event.kind.payment_posted.paid_day = paid_day;
    sample_text(event.kind.payment_posted.reference, reference);
    return story_tell(story, event, 1);
}

static inline void story_check(struct story *story, int32_t through_day, uint32_t grace_days)
{
    ds_Event event = sample_event(EVENT_payments_checked);
    event.kind.payments_checked = (ds_PaymentsChecked){through_day, grace_days};
    story_tell(story, event, 1);
}

static inline void story_decide(struct story *story, struct id target, uint32_t decision)
{
    ds_Event event = sample_event(EVENT_arrangement_decided);
    memcpy(event.kind.arrangement_decided.target, target.bytes, sizeof target.bytes);
    event.kind.arrangement_decided.decision = decision;
    story_tell(story, event, 1);
}

static inline void story_withdraw(struct story *story, struct id target)
{
    ds_Event event = sample_event(EVENT_correction);
    memcpy(event.kind.correction.target, target.bytes, sizeof target.bytes);
    event.kind.correction.is_withdrawn = true;
    event.kind.correction.which_anew = 0;
    story_tell(story, event, 1);
}

static inline struct id story_restate_promise(struct story *story, struct id target,
                                              uint64_t amount_minor, int32_t due_day,
                                              uint32_t person_no)
{
    ds_Event event = sample_event(EVENT_correction);
    event.person_no = person_no;
    memcpy(event.kind.correction.target, target.bytes, sizeof target.bytes);
    event.kind.correction.anew.promise_made.amount_minor = amount_minor;
    event.kind.correction.anew.promise_made.due_day = due_day;
    return story_tell(story, event, 1);
}

static inline const ds_Arrangement *story_arrangement(const struct story *story, struct id id)
{
    for (size_t i = 0; i < story->state.arrangements_count; i++) {
        if (memcmp(story->state.arrangements[i].id, id.bytes, sizeof id.bytes) == 0) {
            return &story->state.arrangements[i];
        }
    }
    return NULL;
}

static inline uint32_t story_state_of(const struct story *story, struct id id)
{
    const ds_Arrangement *arrangement = story_arrangement(story, id);
    return arrangement == NULL ? 0 : arrangement->state;
}
