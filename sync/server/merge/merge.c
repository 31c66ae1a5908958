/* Folding facts onto a case and gathering what changes. */
#include "sync/server/merge/merge.h"

#include "core/domain/catalog.h"

#include <stdlib.h>
#include <string.h>

int merge_fact_compare(const struct merge_fact *a, const struct merge_fact *b)
{
    int order = fact_compare(&a->fact, &b->fact);
    return order != 0 ? order : id_compare(&a->fact.id, &b->fact.id);
}

static int compare_pointers(const void *a, const void *b)
{
    const struct merge_fact *const *left = a;
    const struct merge_fact *const *right = b;
    return merge_fact_compare(*left, *right);
}

void merge_sort(const struct merge_fact **facts, size_t count)
{
    qsort(facts, count, sizeof(const struct merge_fact *), compare_pointers);
}

bool merge_has_effect(const struct fact *fact)
{
    enum event_kind kind = event_kind(&fact->event);
    if (kind == EVENT_none) {
        return false;
    }
    /* A tablet cannot post a payment or approve its own request. */
    return event_kind_origin(kind) == EVENT_ORIGIN_device || fact->device_no == 0;
}

struct merge_summary merge_summary(const ds_CaseRecord *record, const ds_CaseState *state)
{
    struct balance balance = fold_balance(record, state);
    struct merge_summary summary = {
        .life = state->life,
        .owner_no = state->owner_no,
        .epoch = state->epoch,
        .owed_minor = balance.owed_minor,
        .due_day = record->due_day,
        .last_touch_day = state->last_touch_day,
        .next_day = state->next_day,
        .event_count = state->event_count,
    };
    for (size_t i = 0; i < state->flags_count; i++) {
        const ds_Flag *flag = &state->flags[i];
        if (!flag->is_cleared && flag->flag < 63) {
            summary.flags |= UINT64_C(1) << flag->flag;
        }
    }
    for (size_t i = 0; i < state->arrangements_count; i++) {
        uint32_t arrangement = state->arrangements[i].state;
        if (arrangement == ARRANGEMENT_STATE_asked ||
            arrangement == ARRANGEMENT_STATE_conflicting) {
            summary.asked_count++;
        }
    }
    return summary;
}

/* ---- the list of changes ---- */

void merge_start(struct merge_changes *changes, struct arena *arena)
{
    *changes = (struct merge_changes){.arena = arena};
}

/* Room for one item more; the old array stays in the arena until it is reset. */
static void *grown(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity == 0 ? 8 : *capacity * 2;
    void *more = arena_array(arena, *capacity, size);
    if (count > 0) {
        memcpy(more, items, count * size);
    }
    return more;
}

/* Puts `row` into `list`, replacing an earlier row for which `is_same` holds. The
 * newest rows are looked at first: a row is replaced soon or never. */
#define PUT(changes, list, row, is_same)                                             \
    do {                                                                             \
        size_t put_at_ = (changes)->list##_count;                                    \
        for (size_t k = (changes)->list##_count; k > 0; k--) {                       \
            if (is_same(&(changes)->list##s[k - 1], (row))) {                        \
                put_at_ = k - 1;                                                     \
                break;                                                               \
            }                                                                        \
        }                                                                            \
        if (put_at_ == (changes)->list##_count) {                                    \
            (changes)->list##s =                                                     \
                grown((changes)->arena, (changes)->list##s, (changes)->list##_count, \
                      &(changes)->list##_capacity, sizeof *(changes)->list##s);      \
            (changes)->list##_count++;                                               \
        }                                                                            \
        (changes)->list##s[put_at_] = *(row);                                        \
    } while (0)

#define IS_SAME_ID(a, b) ((a)->case_no == (b)->case_no && id_equal(&(a)->id, &(b)->id))
#define IS_SAME_CONFLICT(a, b) ((a)->kind == (b)->kind && IS_SAME_ID(a, b))
#define IS_SAME_EPOCH(a, b) ((a)->epoch == (b)->epoch)
#define IS_NEVER_SAME(a, b) (false && (a) == (b))

static enum err put_contact(void *context, const struct contact_row *row)
{
    struct merge_changes *changes = context;
    PUT(changes, contact, row, IS_SAME_ID);
    return OK;
}

static enum err put_arrangement(void *context, const struct arrangement_row *row)
{
    struct merge_changes *changes = context;
    PUT(changes, arrangement, row, IS_SAME_ID);
    return OK;
}

static enum err put_payment(void *context, const struct payment_row *row)
{
    struct merge_changes *changes = context;
    PUT(changes, payment, row, IS_SAME_ID);
    return OK;
}

static enum err put_incident(void *context, const struct incident_row *row)
{
    struct merge_changes *changes = context;
    PUT(changes, incident, row, IS_SAME_ID);
    return OK;
}

static enum err put_day(void *context, const struct day_row *row)
{
    struct merge_changes *changes = context;
    PUT(changes, day, row, IS_NEVER_SAME);
    return OK;
}

static bool take_back_contact(struct merge_changes *changes, const struct withdrawal *withdrawal)
{
    for (size_t i = 0; i < changes->contact_count; i++) {
        struct contact_row *row = &changes->contacts[i];
        if (IS_SAME_ID(row, withdrawal)) {
            row->is_withdrawn |= rows_takes_back_contact(withdrawal, row);
            return true;
        }
    }
    return false;
}

static bool take_back_arrangement(struct merge_changes *changes,
                                  const struct withdrawal *withdrawal)
{
    for (size_t i = 0; i < changes->arrangement_count; i++) {
        struct arrangement_row *row = &changes->arrangements[i];
        if (IS_SAME_ID(row, withdrawal)) {
            if (rows_takes_back_arrangement(withdrawal, row)) {
                row->state = ARRANGEMENT_STATE_withdrawn;
            }
            return true;
        }
    }
    return false;
}

static bool take_back_payment(struct merge_changes *changes, const struct withdrawal *withdrawal)
{
    for (size_t i = 0; i < changes->payment_count; i++) {
        struct payment_row *row = &changes->payments[i];
        if (IS_SAME_ID(row, withdrawal)) {
            if (rows_takes_back_payment(withdrawal, row)) {
                row->amount_minor = 0;
            }
            return true;
        }
    }
    return false;
}

static bool take_back_incident(struct merge_changes *changes, const struct withdrawal *withdrawal)
{
    for (size_t i = 0; i < changes->incident_count; i++) {
        struct incident_row *row = &changes->incidents[i];
        if (IS_SAME_ID(row, withdrawal)) {
            row->is_withdrawn |= rows_takes_back_incident(withdrawal, row);
            return true;
        }
    }
    return false;
}

/* A row of this merge is marked where it stands; any other is in the database. */
static enum err put_withdrawn(void *context, const struct withdrawal *withdrawal)
{
    struct merge_changes *changes = context;
    if (!take_back_contact(changes, withdrawal) && !take_back_arrangement(changes, withdrawal) &&
        !take_back_payment(changes, withdrawal) && !take_back_incident(changes, withdrawal)) {
        PUT(changes, withdrawal, withdrawal, IS_NEVER_SAME);
    }
    return OK;
}

static void put_conflicts(struct merge_changes *changes, const struct conflict *found, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        PUT(changes, conflict, &found[i], IS_SAME_CONFLICT);
    }
}

static void emit(const struct fact *fact, const ds_CaseRecord *record, const ds_CaseState *state,
                 struct merge_changes *changes)
{
    const struct row_sink sink = {
        .context = changes,
        .contact = put_contact,
        .arrangement = put_arrangement,
        .payment = put_payment,
        .incident = put_incident,
        .day = put_day,
        .withdrawn = put_withdrawn,
    };
    CHECK(rows_emit(fact, record, state, &sink) == OK); /* the sinks above cannot fail */
}

/* ---- merging ---- */

bool merge_needs_all(const ds_CaseState *state, const struct merge_fact *const *facts, size_t count)
{
    bool is_first = true;
    for (size_t i = 0; i < count; i++) {
        const struct fact *fact = &facts[i]->fact;
        if (!merge_has_effect(fact)) {
            continue;
        }
        if ((is_first && !fold_is_next(state, fact)) ||
            (state->event_count > 0 && conflict_needs_history(fact))) {
            return true;
        }
        is_first = false;
    }
    return false;
}

static void put_without_effect(const struct fact *fact, struct merge_changes *changes)
{
    enum event_kind kind = event_kind(&fact->event);
    struct conflict conflict =
        conflict_make(kind == EVENT_none ? CONFLICT_unreadable : CONFLICT_not_a_tablets, fact);
    put_conflicts(changes, &conflict, 1);
}

static void note_assignment(const struct fact *fact, const ds_CaseState *state,
                            struct merge_changes *changes)
{
    if (event_kind(&fact->event) != EVENT_case_assigned) {
        return;
    }
    struct merge_assignment assignment = {
        .epoch = state->epoch,
        .owner_no = state->owner_no,
        .at_ms = (int64_t)fact->event.at_ms,
        .why = arena_text(changes->arena, fact->event.kind.case_assigned.why),
    };
    PUT(changes, assignment, &assignment, IS_SAME_EPOCH);
}

void merge_case(const ds_CaseRecord *record, ds_CaseState *state,
                const struct merge_fact *const *facts, size_t count, struct merge_changes *changes)
{
    struct conflict found[CONFLICT_FOUND_MAX];
    const struct fact **earlier =
        arena_array(changes->arena, count == 0 ? 1 : count, sizeof(const struct fact *));
    size_t earlier_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct fact *fact = &facts[i]->fact;
        if (!merge_has_effect(fact)) {
            put_without_effect(fact, changes);
            continue;
        }
        if (record == NULL) {
            found[0] = conflict_make(CONFLICT_unknown_case, fact);
            put_conflicts(changes, found, 1);
            continue;
        }
        struct conflict_watch watch;
        put_conflicts(changes, found,
                      conflict_find_before(record, state, fact, facts[i]->holder_no, earlier,
                                           earlier_count, found, &watch));
        earlier[earlier_count++] = fact;
        struct fact placed = *fact;
        if (!fold_is_next(state, fact)) {
            /* Two copies of one tablet can make two facts of equal place; the ids order
             * them, and the later one is folded a moment later. */
            placed.order_at_ms = (int64_t)state->last_at_ms + 1;
        }
        fold_fact(state, record, &placed);
        put_conflicts(changes, found, conflict_find_after(record, state, fact, &watch, found));
        note_assignment(fact, state, changes);
        emit(fact, record, state, changes);
    }
}

void merge_person(const struct merge_fact *const *facts, size_t count,
                  struct merge_changes *changes)
{
    for (size_t i = 0; i < count; i++) {
        const struct fact *fact = &facts[i]->fact;
        if (!merge_has_effect(fact)) {
            put_without_effect(fact, changes);
            continue;
        }
        struct event_fault fault;
        struct conflict conflict;
        if (!event_check(&fact->event, &fault)) {
            conflict = conflict_make(CONFLICT_breaks_rule, fact);
            put_conflicts(changes, &conflict, 1);
        }
        if (fact->device_no != 0 && fact->event.person_no != facts[i]->holder_no) {
            conflict = conflict_make(CONFLICT_other_person, fact);
            conflict.other_no = facts[i]->holder_no;
            put_conflicts(changes, &conflict, 1);
        }
        emit(fact, NULL, NULL, changes);
    }
}
