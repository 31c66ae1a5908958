/* tests/sync/server/merge/ledger_board.h -- what headquarters' store does with the changes
 * that merge finds, in memory: so that orders of arrival can be compared by the thousand. */
#pragma once

#include "sync/server/merge/merge.h"
#include "tests/sync/server/field.h"

#include <stdlib.h>

enum { BOARD_FACTS = 16, BOARD_ROWS = 24 };

struct board {
    ds_CaseRecord record;
    ds_CaseState state;
    bool is_known;
    const struct merge_fact *journal[BOARD_FACTS];
    size_t journal_count;
    struct contact_row contacts[BOARD_ROWS];
    struct arrangement_row arrangements[BOARD_ROWS];
    struct payment_row payments[BOARD_ROWS];
    struct incident_row incidents[BOARD_ROWS];
    struct conflict conflicts[BOARD_ROWS];
    size_t contact_count, arrangement_count, payment_count, incident_count, conflict_count;
    size_t anew_count; /* how often the case was folded anew */
};

#define BOARD_PUT(board, list, row, is_same, is_replaced)                                \
    do {                                                                                 \
        size_t at_ = 0;                                                                  \
        while (at_ < (board)->list##_count && !is_same(&(board)->list##s[at_], (row))) { \
            at_++;                                                                       \
        }                                                                                \
        CHECK(at_ < BOARD_ROWS);                                                         \
        if (at_ == (board)->list##_count || (is_replaced)) {                             \
            (board)->list##s[at_] = *(row);                                              \
        }                                                                                \
        (board)->list##_count += at_ == (board)->list##_count;                           \
    } while (0)
#define BOARD_IS_ID(a, b) id_equal(&(a)->id, &(b)->id)
#define BOARD_IS_CONFLICT(a, b) ((a)->kind == (b)->kind && BOARD_IS_ID(a, b))

static inline void board_take_back(struct board *board, const struct withdrawal *withdrawal)
{
    for (size_t i = 0; i < board->contact_count; i++) {
        board->contacts[i].is_withdrawn |= rows_takes_back_contact(withdrawal, &board->contacts[i]);
    }
    for (size_t i = 0; i < board->arrangement_count; i++) {
        if (rows_takes_back_arrangement(withdrawal, &board->arrangements[i])) {
            board->arrangements[i].state = ARRANGEMENT_STATE_withdrawn;
        }
    }
    for (size_t i = 0; i < board->payment_count; i++) {
        if (rows_takes_back_payment(withdrawal, &board->payments[i])) {
            board->payments[i].amount_minor = 0;
        }
    }
    for (size_t i = 0; i < board->incident_count; i++) {
        board->incidents[i].is_withdrawn |=
            rows_takes_back_incident(withdrawal, &board->incidents[i]);
    }
}

/* As apply_case() writes: rows anew or one by one, a conflict once. */
static inline void board_write(struct board *board, const struct merge_changes *changes)
{
    if (changes->is_anew) {
        board->contact_count = board->arrangement_count = board->payment_count = 0;
        board->incident_count = board->conflict_count = 0;
        board->anew_count++;
    }
    for (size_t i = 0; i < changes->withdrawal_count; i++) {
        board_take_back(board, &changes->withdrawals[i]);
    }
    for (size_t i = 0; i < changes->contact_count; i++) {
        BOARD_PUT(board, contact, &changes->contacts[i], BOARD_IS_ID, true);
    }
    for (size_t i = 0; i < changes->arrangement_count; i++) {
        BOARD_PUT(board, arrangement, &changes->arrangements[i], BOARD_IS_ID, true);
    }
    for (size_t i = 0; i < changes->payment_count; i++) {
        BOARD_PUT(board, payment, &changes->payments[i], BOARD_IS_ID, true);
    }
    for (size_t i = 0; i < changes->incident_count; i++) {
        BOARD_PUT(board, incident, &changes->incidents[i], BOARD_IS_ID, true);
    }
    for (size_t i = 0; i < changes->conflict_count; i++) {
        BOARD_PUT(board, conflict, &changes->conflicts[i], BOARD_IS_CONFLICT, false);
    }
}

static inline void board_init(struct board *board)
{
    memset(board, 0, sizeof *board);
    board->record = field_record(1);
    board->record.case_no = 1;
}

/* Facts that arrive together. `arena` is rolled back. */
static inline void board_arrive(struct board *board, struct arena *arena,
                                const struct merge_fact *const *facts, size_t count)
{
    struct arena_mark mark = arena_mark(arena);
    const struct merge_fact *sorted[BOARD_FACTS];
    for (size_t i = 0; i < count; i++) {
        CHECK(board->journal_count < BOARD_FACTS);
        board->journal[board->journal_count++] = facts[i];
        sorted[i] = facts[i];
    }
    merge_sort(sorted, count);
    struct merge_changes changes;
    merge_start(&changes, arena);
    const struct merge_fact *const *taken = sorted;
    if (!board->is_known || merge_needs_all(&board->state, sorted, count)) {
        fold_start(&board->state, &board->record);
        merge_sort(board->journal, board->journal_count);
        taken = board->journal;
        count = board->journal_count;
        changes.is_anew = true;
        board->is_known = true;
    }
    merge_case(&board->record, &board->state, taken, count, &changes);
    board_write(board, &changes);
    arena_rollback(arena, mark);
}

#define BOARD_SORTER(name, type)                         \
    static inline int name(const void *a, const void *b) \
    {                                                    \
        const type *left = a;                            \
        const type *right = b;                           \
        return id_compare(&left->id, &right->id);        \
    }
BOARD_SORTER(board_compare_contacts, struct contact_row)
BOARD_SORTER(board_compare_arrangements, struct arrangement_row)
BOARD_SORTER(board_compare_payments, struct payment_row)
BOARD_SORTER(board_compare_incidents, struct incident_row)

static inline int board_compare_conflicts(const void *a, const void *b)
{
    const struct conflict *left = a;
    const struct conflict *right = b;
    int order = id_compare(&left->id, &right->id);
    return order != 0 ? order : (int)left->kind - (int)right->kind;
}

/* Everything that headquarters would show, in words; in `arena`. */
static inline const char *board_text(struct board *board, struct arena *arena)
{
    qsort(board->contacts, board->contact_count, sizeof board->contacts[0], board_compare_contacts);
    qsort(board->arrangements, board->arrangement_count, sizeof board->arrangements[0],
          board_compare_arrangements);
    qsort(board->payments, board->payment_count, sizeof board->payments[0], board_compare_payments);
    qsort(board->incidents, board->incident_count, sizeof board->incidents[0],
          board_compare_incidents);
    qsort(board->conflicts, board->conflict_count, sizeof board->conflicts[0],
          board_compare_conflicts);
    uint8_t bytes[LIMIT_case_size];
    size_t size = 0;
    EXPECT_OK(case_state_encode(&board->state, bytes, sizeof bytes, &size));
    struct chain_link zero = {{0}};
    struct chain_link state = chain_next(&zero, 0, 1, bytes, size);
    struct str_builder text;
    str_builder_init(&text, arena);
    for (size_t i = 0; i < 8; i++) {
        str_add_format(&text, "%02x", state.bytes[i]);
    }
    for (size_t i = 0; i < board->contact_count; i++) {
        const struct contact_row *row = &board->contacts[i];
        str_add_format(&text,
                       "\ncontact %d person %u outcome %u role %u at %lld dwell %u owed %llu "
                       "withdrawn %d corrected %d",
                       row->id.bytes[0], row->person_no, row->outcome, row->role,
                       (long long)row->at_ms, row->dwell_s, (unsigned long long)row->owed_minor,
                       row->is_withdrawn, row->is_corrected);
    }
    for (size_t i = 0; i < board->arrangement_count; i++) {
        const struct arrangement_row *row = &board->arrangements[i];
        str_add_format(&text,
                       "\narrangement %d person %u kind %u state %u amount %llu paid %llu "
                       "due %d judged %d made %lld decided %lld",
                       row->id.bytes[0], row->person_no, row->kind, row->state,
                       (unsigned long long)row->amount_minor, (unsigned long long)row->paid_minor,
                       row->due_day, row->judged_day, (long long)row->made_at_ms,
                       (long long)row->decided_at_ms);
    }
    for (size_t i = 0; i < board->payment_count; i++) {
        const struct payment_row *row = &board->payments[i];
        str_add_format(&text,
                       "\npayment %d amount %llu day %d channel %u posted %d credited %u "
                       "after %u",
                       row->id.bytes[0], (unsigned long long)row->amount_minor, row->paid_day,
                       row->channel, row->is_posted, row->credited_no, row->after_channel);
    }
    for (size_t i = 0; i < board->incident_count; i++) {
        const struct incident_row *row = &board->incidents[i];
        str_add_format(&text, "\nincident %d person %u kind %u code %u severity %u withdrawn %d",
                       row->id.bytes[0], row->person_no, row->kind, row->code, row->severity,
                       row->is_withdrawn);
    }
    for (size_t i = 0; i < board->conflict_count; i++) {
        const struct conflict *row = &board->conflicts[i];
        str_add_format(&text, "\nconflict %s %d other %d device %u person %u other %u at %lld",
                       conflict_name(row->kind), row->id.bytes[0], row->other_id.bytes[0],
                       row->device_no, row->person_no, row->other_no, (long long)row->at_ms);
    }
    return text.text;
}
