/* Facts are written once and never again. */
#include "sync/server/store/journal.h"

enum err journal_put(struct apply *apply, const struct journal_row *row)
{
    const struct fact *fact = &row->fact->fact;
    struct hq_query query = hq_query(apply->store, SQL_HQ_event_add);
    hq_bind_i64(&query, "$device_no", row->place.device_no);
    hq_bind_i64(&query, "$strand", row->place.strand);
    hq_bind_i64(&query, "$seq", (int64_t)row->place.seq);
    hq_bind_id(&query, "$id", &fact->id);
    hq_bind_i64(&query, "$kind", row->is_copy ? 0 : event_kind(&fact->event));
    hq_bind_i64(&query, "$case_no", row->is_copy ? 0 : (int64_t)fact->event.case_no);
    hq_bind_i64(&query, "$person_no", fact->event.person_no);
    hq_bind_i64(&query, "$at_ms", (int64_t)fact->event.at_ms);
    hq_bind_i64(&query, "$order_at_ms", fact->order_at_ms);
    hq_bind_i64(&query, "$received_at_ms", apply->now_ms);
    hq_bind_bytes(&query, "$link", row->link->bytes, sizeof row->link->bytes);
    hq_bind_bytes(&query, "$body", row->body.bytes, row->body.size);
    hq_bind_i64(&query, "$origin_no", row->place.origin_no);
    hq_bind_i64(&query, "$is_copy", row->is_copy);
    hq_bind_i64(&query, "$true_from_ms", row->truth.from_ms);
    hq_bind_i64(&query, "$true_until_ms", row->truth.until_ms);
    return hq_run(&query);
}
