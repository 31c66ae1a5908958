/* The rows of a span, each handed to the tallies in which it can count. */
#include "sync/server/report/gather.h"

#include "core/domain/date.h"

#include <stdlib.h>

static struct tally *tally_of(struct gather *gather, enum gather_span span, uint32_t person_no)
{
    struct gather_person *person = gather_person(gather, person_no);
    return person != NULL ? &person->tallies[span] : NULL;
}

/* ---- payments: read first, since they say whom a case concerns beside its owner ---- */

struct payments {
    struct payment_row *rows; /* by case_no */
    size_t count;
};

struct payment_link {
    struct payment_link *next;
    struct payment_row row;
};

static int payment_compare(const void *a, const void *b)
{
    const struct payment_row *one = a;
    const struct payment_row *other = b;
    if (one->case_no != other->case_no) {
        return one->case_no < other->case_no ? -1 : 1;
    }
    return id_compare(&one->id, &other->id);
}

static enum err read_payments(struct hq_store *store, struct gather *gather, enum gather_span span,
                              struct payments *payments_out)
{
    struct arena *scratch = gather->tallies[span].arena;
    struct payment_link *first = NULL;
    size_t count = 0;
    struct hq_query query = hq_query(store, SQL_HQ_report_payments);
    hq_bind_i64(&query, "$from_day", gather->periods[span].from_day);
    while (hq_next(&query)) {
        struct payment_link *link = ARENA_NEW(scratch, struct payment_link);
        link->row = (struct payment_row){
            .id = hq_id(&query, 0),
            .case_no = (uint64_t)hq_i64(&query, 1),
            .amount_minor = (uint64_t)hq_i64(&query, 2),
            .paid_day = (int32_t)hq_i64(&query, 3),
            .channel = (uint32_t)hq_i64(&query, 4),
            .is_posted = hq_i64(&query, 5) != 0,
            .credited_no = (uint32_t)hq_i64(&query, 6),
            .after_channel = (uint32_t)hq_i64(&query, 7),
        };
        link->next = first;
        first = link;
        count++;
    }
    TRY(hq_end(&query));
    payments_out->rows = ARENA_ARRAY(scratch, count, struct payment_row);
    payments_out->count = 0;
    for (const struct payment_link *link = first; link != NULL; link = link->next) {
        payments_out->rows[payments_out->count++] = link->row;
    }
    if (count > 0) {
        qsort(payments_out->rows, count, sizeof(struct payment_row), payment_compare);
    }
    return OK;
}

/* The first payment of the case, or the count when it has none. */
static size_t payments_place(const struct payments *payments, uint64_t case_no)
{
    size_t from = 0;
    size_t until = payments->count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (payments->rows[middle].case_no < case_no) {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    return from;
}

/* A payment can count for whoever is credited, owns the case or contacted it. */
static void add_payments(struct gather *gather, enum gather_span span,
                         const struct payments *payments)
{
    for (size_t at = 0; at < payments->count; at++) {
        tally_add_payment(&gather->tallies[span], &payments->rows[at]);
        for (size_t i = 0; i < gather->person_count; i++) {
            tally_add_payment(&gather->persons[i].tallies[span], &payments->rows[at]);
        }
    }
}

/* ---- cases ---- */

static void case_ended(const struct hq_query *query, struct case_count_row *row)
{
    struct str body = hq_text(query, 8);
    row->ended_at_ms = hq_i64(query, 7);
    ds_Event event;
    if (body.size == 0 || event_decode(&event, (const uint8_t *)body.bytes, body.size) != OK) {
        return; /* ended, for a reason that this build cannot read */
    }
    enum event_kind kind = event_kind(&event);
    if (kind == EVENT_case_closed) {
        row->end_reason = event.kind.case_closed.reason;
    } else if (kind == EVENT_case_recalled) {
        row->end_reason = event.kind.case_recalled.reason;
    }
}

struct gather_record {
    ds_CaseRecord record;
    ds_CaseState state;
};

struct gather_record *gather_record_room(struct arena *arena)
{
    return ARENA_NEW(arena, struct gather_record);
}

uint64_t gather_record_owed(struct gather_record *room, struct str bytes)
{
    if (case_record_decode(&room->record, (const uint8_t *)bytes.bytes, bytes.size) != OK) {
        return 0;
    }
    fold_start(&room->state, &room->record);
    return fold_balance(&room->record, &room->state).owed_minor;
}

/* To the whole, to the owner, and to whoever is credited with a payment on it. */
static void add_case(struct gather *gather, enum gather_span span, const struct payments *payments,
                     const struct case_count_row *row)
{
    tally_add_case(&gather->tallies[span], row);
    struct tally *own = tally_of(gather, span, row->owner_no);
    if (own != NULL) {
        tally_add_case(own, row);
    }
    for (size_t at = payments_place(payments, row->case_no);
         at < payments->count && payments->rows[at].case_no == row->case_no; at++) {
        struct tally *credited = tally_of(gather, span, payments->rows[at].credited_no);
        if (credited != NULL) {
            tally_add_case(credited, row);
        }
    }
}

static enum err read_cases(struct hq_store *store, struct gather *gather, enum gather_span span,
                           const struct payments *payments)
{
    const struct tally_scope *scope = &gather->tallies[span].scope;
    struct gather_record *room = gather_record_room(gather->tallies[span].arena);
    struct hq_query query = hq_query(store, SQL_HQ_report_cases);
    hq_bind_i64(&query, "$as_of_day", scope->as_of_day);
    hq_bind_i64(&query, "$until_at_ms",
                date_instant(scope->as_of_day + 1, 0, gather->offset_minutes));
    while (hq_next(&query)) {
        int64_t touched_ms = hq_i64(&query, 6);
        struct str record = hq_text(&query, 9);
        struct case_count_row row = {
            .case_no = (uint64_t)hq_i64(&query, 0),
            .owner_no = (uint32_t)hq_i64(&query, 5),
            .owed_minor =
                record.size > 0 ? gather_record_owed(room, record) : (uint64_t)hq_i64(&query, 4),
            .due_day = (int32_t)hq_i64(&query, 1),
            .intake_day = (int32_t)hq_i64(&query, 2),
            .first_touch_day =
                touched_ms != 0 ? date_day_at(touched_ms, gather->offset_minutes) : 0,
        };
        if (hq_i64(&query, 3) > CASE_LIFE_open) {
            case_ended(&query, &row);
        }
        add_case(gather, span, payments, &row);
    }
    return hq_end(&query);
}

/* ---- the rest ---- */

static enum err read_contacts(struct hq_store *store, struct gather *gather, enum gather_span span)
{
    const struct tally_scope *scope = &gather->tallies[span].scope;
    struct hq_query query = hq_query(store, SQL_HQ_report_contacts);
    hq_bind_i64(&query, "$from_at_ms",
                date_instant(tally_contacts_from_day(scope), 0, gather->offset_minutes));
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, span));
    while (hq_next(&query)) {
        struct contact_row row = {
            .id = hq_id(&query, 0),
            .case_no = (uint64_t)hq_i64(&query, 1),
            .person_no = (uint32_t)hq_i64(&query, 2),
            .channel = (uint32_t)hq_i64(&query, 3),
            .outcome = (uint32_t)hq_i64(&query, 4),
            .result = (uint32_t)hq_i64(&query, 5),
            .role = (uint32_t)hq_i64(&query, 6),
            .cooperation = (uint32_t)hq_i64(&query, 7),
            .default_reason = (uint32_t)hq_i64(&query, 8),
            .ability = (uint32_t)hq_i64(&query, 9),
            .willingness = (uint32_t)hq_i64(&query, 10),
            .at_ms = hq_i64(&query, 11),
            .dwell_s = (uint32_t)hq_i64(&query, 12),
            .fired_count = (uint32_t)hq_i64(&query, 13),
            .clock_quality = (uint32_t)hq_i64(&query, 14),
            .owed_minor = (uint64_t)hq_i64(&query, 15),
            .is_withdrawn = hq_i64(&query, 16) != 0,
            .is_corrected = hq_i64(&query, 17) != 0,
        };
        tally_add_contact(&gather->tallies[span], &row);
        struct tally *own = tally_of(gather, span, row.person_no);
        if (own != NULL) {
            tally_add_contact(own, &row);
        }
    }
    return hq_end(&query);
}

static enum err read_arrangements(struct hq_store *store, struct gather *gather,
                                  enum gather_span span)
{
    struct hq_query query = hq_query(store, SQL_HQ_report_arrangements);
    hq_bind_i64(&query, "$from_at_ms", gather_from_at_ms(gather, span));
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, span));
    hq_bind_i64(&query, "$from_day", gather->periods[span].from_day);
    hq_bind_i64(&query, "$until_day", gather->periods[span].until_day);
    while (hq_next(&query)) {
        struct arrangement_row row = {
            .id = hq_id(&query, 0),
            .case_no = (uint64_t)hq_i64(&query, 1),
            .person_no = (uint32_t)hq_i64(&query, 2),
            .kind = (uint32_t)hq_i64(&query, 3),
            .state = (uint32_t)hq_i64(&query, 4),
            .amount_minor = (uint64_t)hq_i64(&query, 5),
            .paid_minor = (uint64_t)hq_i64(&query, 6),
            .due_day = (int32_t)hq_i64(&query, 7),
            .judged_day = (int32_t)hq_i64(&query, 8),
            .made_at_ms = hq_i64(&query, 9),
            .decided_at_ms = hq_i64(&query, 10),
        };
        tally_add_arrangement(&gather->tallies[span], &row);
        struct tally *own = tally_of(gather, span, row.person_no);
        if (own != NULL) {
            tally_add_arrangement(own, &row);
        }
    }
    return hq_end(&query);
}

static enum err read_incidents(struct hq_store *store, struct gather *gather, enum gather_span span)
{
    struct hq_query query = hq_query(store, SQL_HQ_report_incidents);
    hq_bind_i64(&query, "$from_at_ms", gather_from_at_ms(gather, span));
    hq_bind_i64(&query, "$until_at_ms", gather_until_at_ms(gather, span));
    while (hq_next(&query)) {
        struct incident_row row = {
            .id = hq_id(&query, 0),
            .case_no = (uint64_t)hq_i64(&query, 1),
            .person_no = (uint32_t)hq_i64(&query, 2),
            .kind = (uint32_t)hq_i64(&query, 3),
            .code = (uint32_t)hq_i64(&query, 4),
            .severity = (uint32_t)hq_i64(&query, 5),
            .at_ms = hq_i64(&query, 6),
            .is_withdrawn = hq_i64(&query, 7) != 0,
        };
        tally_add_incident(&gather->tallies[span], &row);
        struct tally *own = tally_of(gather, span, row.person_no);
        if (own != NULL) {
            tally_add_incident(own, &row);
        }
    }
    return hq_end(&query);
}

static enum err read_days(struct hq_store *store, struct gather *gather, enum gather_span span)
{
    struct hq_query query = hq_query(store, SQL_HQ_report_days);
    hq_bind_i64(&query, "$from_day", gather->periods[span].from_day);
    hq_bind_i64(&query, "$until_day", gather->periods[span].until_day);
    while (hq_next(&query)) {
        struct day_row row = {
            .person_no = (uint32_t)hq_i64(&query, 0),
            .day = (int32_t)hq_i64(&query, 1),
            .planned = (uint32_t)hq_i64(&query, 2),
            .visited = (uint32_t)hq_i64(&query, 3),
            .skipped = (uint32_t)hq_i64(&query, 4),
            .distance_m = (uint32_t)hq_i64(&query, 5),
            .opened_at_ms = hq_i64(&query, 6),
            .closed_at_ms = hq_i64(&query, 7),
            .worked_minutes = (uint32_t)hq_i64(&query, 8),
            .planned_distance_m = (uint32_t)hq_i64(&query, 9),
        };
        tally_add_day(&gather->tallies[span], &row);
        struct tally *own = tally_of(gather, span, row.person_no);
        if (own != NULL) {
            tally_add_day(own, &row);
        }
    }
    return hq_end(&query);
}

enum err gather_rows(struct hq_store *store, struct gather *gather, enum gather_span span)
{
    struct payments payments;
    TRY(read_payments(store, gather, span, &payments));
    TRY(read_cases(store, gather, span, &payments));
    TRY(read_contacts(store, gather, span));
    TRY(read_arrangements(store, gather, span));
    add_payments(gather, span, &payments);
    TRY(read_incidents(store, gather, span));
    return read_days(store, gather, span);
}
