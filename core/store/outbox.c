/* core/store/outbox.c -- how far own facts have come: a view of the journal.
 * A fact is pending because its seq is above the last one that headquarters has
 * signed for; there is no second queue to disagree with. */
#include "core/store/store_private.h"

#include "core/os/log.h"

#include <string.h>

struct chain_row {
    uint64_t sealed_seq, stored_seq, safe_seq, fork_seq;
};

static const struct store_field chain_fields[] = {
    STORE_FIELD(struct chain_row, sealed_seq),
    STORE_FIELD(struct chain_row, stored_seq),
    STORE_FIELD(struct chain_row, safe_seq),
    STORE_FIELD(struct chain_row, fork_seq),
};

static const struct store_field envelope_fields[] = {
    STORE_FIELD(struct store_envelope, name),
    STORE_FIELD(struct store_envelope, first_seq),
    STORE_FIELD(struct store_envelope, last_seq),
    STORE_FIELD(struct store_envelope, sealed_at_ms),
};

static const struct store_field receipt_fields[] = {
    STORE_FIELD(struct store_receipt, stored_seq),   STORE_FIELD(struct store_receipt, link),
    STORE_FIELD(struct store_receipt, stored_at_ms), STORE_FIELD(struct store_receipt, level),
    STORE_FIELD(struct store_receipt, bytes),        STORE_FIELD(struct store_receipt, signature),
};

static const struct store_field question_fields[] = {
    STORE_FIELD(struct store_question, seq),        STORE_FIELD(struct store_question, code),
    STORE_FIELD(struct store_question, text),       STORE_FIELD(struct store_question, asked_at_ms),
    STORE_FIELD(struct store_question, is_settled),
};

static enum err chain_load(struct store *store, uint32_t device_no, struct chain_row *row_out)
{
    *row_out = (struct chain_row){0};
    struct store_stmt stmt;
    bool has_row = false;
    TRY(store_stmt_start(store, SQL_DEVICE_chain_load, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    TRY(store_stmt_next(&stmt, &has_row));
    if (!has_row) {
        return OK;
    }
    struct store_row_map map = store_row_map(&stmt, chain_fields, COUNT(chain_fields));
    enum err err = store_row_read(&stmt, &map, chain_fields, COUNT(chain_fields), NULL, row_out);
    store_stmt_end(&stmt);
    return err;
}

static enum err chain_save(struct store *store, uint32_t device_no, const struct chain_row *row)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_chain_save, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    store_row_bind(&stmt, chain_fields, COUNT(chain_fields), row);
    return store_stmt_run(&stmt);
}

/* How far the envelopes reach from the last stored fact without a gap. */
static enum err chain_reseal(struct store *store, struct chain_row *row)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct store_envelope *envelopes = NULL;
    size_t count = 0;
    enum err err = store_outbox_envelopes(store, &arena, &envelopes, &count);
    row->sealed_seq = row->stored_seq;
    for (size_t i = 0; err == OK && i < count; i++) {
        if (envelopes[i].first_seq <= row->sealed_seq + 1 &&
            envelopes[i].last_seq > row->sealed_seq) {
            row->sealed_seq = envelopes[i].last_seq;
        }
    }
    arena_deinit(&arena);
    return err;
}

/* Count, or one number, of a statement about the device's facts past `stored_seq`. */
static enum err oldest_unsent(struct store *store, uint32_t device_no, uint64_t stored_seq,
                              int64_t *at_ms_out)
{
    struct store_stmt stmt;
    bool has_row = false;
    *at_ms_out = 0;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_oldest_unsent, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    store_stmt_bind_number(&stmt, "$stored_seq", (int64_t)stored_seq);
    TRY(store_stmt_next(&stmt, &has_row));
    if (has_row) {
        *at_ms_out = store_stmt_number(&stmt, "at_ms");
        store_stmt_end(&stmt);
    }
    return OK;
}

/* Questions are never deleted: they are counted after they changed, not at every sealing. */
static enum err count_questions(struct store *store, uint64_t *count_out)
{
    struct store_number *known = &store->known.open_questions;
    if (!known->is_known) {
        TRY(store_stmt_ask(store, SQL_DEVICE_question_count, &known->value));
        known->is_known = true;
    }
    *count_out = (uint64_t)known->value;
    return OK;
}

enum err store_outbox_read(struct store *store, struct store_outbox *outbox_out)
{
    *outbox_out = (struct store_outbox){0};
    int64_t count = 0;
    TRY(count_questions(store, &outbox_out->question_count));
    TRY(store_stmt_ask(store, SQL_DEVICE_quarantine_count, &count));
    outbox_out->quarantine_count = (uint64_t)count;
    struct store_tail tail;
    enum err err = store_journal_tail(store, &tail);
    if (err == ERR_not_enrolled) {
        return OK;
    }
    TRY(err);
    struct chain_row row;
    TRY(chain_load(store, tail.device_no, &row));
    outbox_out->last_seq = tail.seq;
    outbox_out->sealed_seq = row.sealed_seq;
    outbox_out->stored_seq = row.stored_seq;
    outbox_out->safe_seq = row.safe_seq;
    outbox_out->fork_seq = row.fork_seq;
    TRY(oldest_unsent(store, tail.device_no, row.stored_seq, &outbox_out->oldest_unsent_at_ms));
    struct store_stmt stmt;
    bool has_row = false;
    TRY(store_stmt_start(store, SQL_DEVICE_receipt_last, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
    TRY(store_stmt_next(&stmt, &has_row));
    outbox_out->last_receipt_at_ms = store_stmt_number(&stmt, "stored_at_ms");
    store_stmt_end(&stmt);
    return OK;
}

enum err store_outbox_count(struct store *store, uint32_t kind, int64_t from_at_ms,
                            int64_t until_at_ms, uint64_t *made_count_out,
                            uint64_t *confirmed_count_out)
{
    struct store_tail tail;
    TRY(store_journal_tail(store, &tail));
    struct chain_row row;
    TRY(chain_load(store, tail.device_no, &row));
    struct store_stmt stmt;
    bool has_row = false;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_count, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
    store_stmt_bind_number(&stmt, "$stored_seq", (int64_t)row.stored_seq);
    store_stmt_bind_number(&stmt, "$from_at_ms", from_at_ms);
    store_stmt_bind_number(&stmt, "$until_at_ms", until_at_ms);
    store_stmt_bind_number(&stmt, "$kind", kind);
    TRY(store_stmt_next(&stmt, &has_row));
    *made_count_out = (uint64_t)store_stmt_number(&stmt, "made_count");
    *confirmed_count_out = (uint64_t)store_stmt_number(&stmt, "confirmed_count");
    store_stmt_end(&stmt);
    return OK;
}

enum err store_outbox_state(struct store *store, uint64_t seq, enum record_state *state_out)
{
    struct store_tail tail;
    TRY(store_journal_tail(store, &tail));
    if (seq == 0 || seq > tail.seq) {
        return ERR_not_found;
    }
    struct store_stmt stmt;
    bool has_row = false;
    TRY(store_stmt_start(store, SQL_DEVICE_question_open, &stmt));
    store_stmt_bind_number(&stmt, "$seq", (int64_t)seq);
    TRY(store_stmt_next(&stmt, &has_row));
    bool is_questioned = store_stmt_number(&stmt, "question_count") > 0;
    store_stmt_end(&stmt);
    struct chain_row row;
    TRY(chain_load(store, tail.device_no, &row));
    *state_out = is_questioned           ? RECORD_hq_needs_you
                 : seq <= row.stored_seq ? RECORD_at_hq
                 : seq <= row.sealed_seq ? RECORD_sealed
                                         : RECORD_on_tablet;
    return OK;
}

enum err store_outbox_envelopes(struct store *store, struct arena *arena,
                                struct store_envelope **envelopes_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_envelope_list, &stmt));
    TRY(store_row_list(&stmt, envelope_fields, COUNT(envelope_fields),
                       sizeof(struct store_envelope), arena, &rows, count_out));
    *envelopes_out = rows;
    return OK;
}

/* Writes an envelope (NULL: none) or deletes `gone`, and brings sealed_seq up to date. */
static enum err seal_change(struct store *store, const struct store_envelope *envelope,
                            const char *gone)
{
    struct store_tail tail;
    TRY(store_journal_tail(store, &tail));
    struct store_stmt stmt;
    if (envelope != NULL) {
        CHECK(envelope->first_seq <= envelope->last_seq && envelope->last_seq <= tail.seq);
        TRY(store_stmt_start(store, SQL_DEVICE_envelope_put, &stmt));
        store_row_bind(&stmt, envelope_fields, COUNT(envelope_fields), envelope);
    } else {
        TRY(store_stmt_start(store, SQL_DEVICE_sealing_delete, &stmt));
        store_stmt_bind_text(&stmt, "$name", gone);
        TRY(store_stmt_run(&stmt));
        TRY(store_stmt_start(store, SQL_DEVICE_envelope_delete, &stmt));
        store_stmt_bind_text(&stmt, "$name", gone);
    }
    TRY(store_stmt_run(&stmt));
    struct chain_row row;
    TRY(chain_load(store, tail.device_no, &row));
    TRY(chain_reseal(store, &row));
    return chain_save(store, tail.device_no, &row);
}

/* In the caller's transaction, or in one of its own. */
static enum err seal_change_whole(struct store *store, const struct store_envelope *envelope,
                                  const char *gone)
{
    if (store->is_in_transaction) {
        return seal_change(store, envelope, gone);
    }
    TRY(store_begin(store));
    enum err err = seal_change(store, envelope, gone);
    if (err != OK) {
        store_rollback(store);
        return err;
    }
    return store_commit(store);
}

enum err store_outbox_seal(struct store *store, const struct store_envelope *envelope)
{
    return seal_change_whole(store, envelope, NULL);
}

enum err store_outbox_unseal(struct store *store, const char *name)
{
    return seal_change_whole(store, NULL, name);
}

/* Facts up to the receipt's are at headquarters. */
static enum err receipt_accept(struct store *store, uint32_t device_no,
                               const struct store_receipt *receipt, struct chain_row *row)
{
    struct store_stmt stmt;
    if (receipt->stored_seq > row->stored_seq) {
        row->stored_seq = receipt->stored_seq;
    }
    if (receipt->level >= 2 && receipt->stored_seq > row->safe_seq) {
        row->safe_seq = receipt->stored_seq;
    }
    TRY(store_stmt_start(store, SQL_DEVICE_receipt_put, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    store_row_bind(&stmt, receipt_fields, COUNT(receipt_fields), receipt);
    TRY(store_stmt_run(&stmt));
    TRY(store_stmt_start(store, SQL_DEVICE_envelope_delete_stored, &stmt));
    store_stmt_bind_number(&stmt, "$stored_seq", (int64_t)row->stored_seq);
    TRY(store_stmt_run(&stmt));
    return chain_reseal(store, row);
}

static enum err receipt_apply(struct store *store, const struct store_receipt *receipt,
                              enum receipt_result *result_out)
{
    struct store_tail tail;
    struct chain_row row;
    TRY(store_journal_tail(store, &tail));
    TRY(chain_load(store, tail.device_no, &row));
    if (receipt->stored_seq > tail.seq) {
        *result_out = RECEIPT_RESULT_ahead;
        row.fork_seq = tail.seq + 1;
    } else {
        struct chain_link ours;
        TRY(store_journal_link(store, receipt->stored_seq, &ours));
        bool is_ours = chain_link_equal(&ours, &receipt->link);
        bool is_new = receipt->stored_seq > row.stored_seq ||
                      (receipt->level >= 2 && receipt->stored_seq > row.safe_seq);
        *result_out = !is_ours ? RECEIPT_RESULT_fork
                      : is_new ? RECEIPT_RESULT_applied
                               : RECEIPT_RESULT_known;
        if (is_ours && is_new) {
            TRY(receipt_accept(store, tail.device_no, receipt, &row));
        } else if (!is_ours) {
            row.fork_seq = receipt->stored_seq;
        }
    }
    if (*result_out == RECEIPT_RESULT_fork || *result_out == RECEIPT_RESULT_ahead) {
        log_line(LOG_error, "store", "receipt for %llu is not of this journal (%llu facts)",
                 (unsigned long long)receipt->stored_seq, (unsigned long long)tail.seq);
    }
    return *result_out == RECEIPT_RESULT_known ? OK : chain_save(store, tail.device_no, &row);
}

enum err store_outbox_receipt(struct store *store, const struct store_receipt *receipt,
                              enum receipt_result *result_out)
{
    if (store->is_in_transaction) {
        return receipt_apply(store, receipt, result_out);
    }
    TRY(store_begin(store));
    enum err err = receipt_apply(store, receipt, result_out);
    if (err != OK) {
        store_rollback(store);
        return err;
    }
    return store_commit(store);
}

static enum err send_from(struct store *store, uint64_t from_seq)
{
    struct store_tail tail;
    struct chain_row row;
    TRY(store_journal_tail(store, &tail));
    TRY(chain_load(store, tail.device_no, &row));
    uint64_t kept_seq = from_seq - 1;
    row.stored_seq = row.stored_seq < kept_seq ? row.stored_seq : kept_seq;
    row.safe_seq = row.safe_seq < kept_seq ? row.safe_seq : kept_seq;
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_envelope_delete_from, &stmt));
    store_stmt_bind_number(&stmt, "$from_seq", (int64_t)from_seq);
    TRY(store_stmt_run(&stmt));
    TRY(store_stmt_start(store, SQL_DEVICE_sealing_clear, &stmt));
    TRY(store_stmt_run(&stmt));
    TRY(chain_reseal(store, &row));
    return chain_save(store, tail.device_no, &row);
}

enum err store_outbox_send_from(struct store *store, uint64_t from_seq)
{
    CHECK(from_seq > 0);
    if (store->is_in_transaction) {
        return send_from(store, from_seq);
    }
    TRY(store_begin(store));
    enum err err = send_from(store, from_seq);
    if (err != OK) {
        store_rollback(store);
        return err;
    }
    return store_commit(store);
}

enum err store_question_put(struct store *store, const struct store_question *question)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_question_put, &stmt));
    store->known.open_questions.is_known = false;
    store_row_bind(&stmt, question_fields, COUNT(question_fields), question);
    return store_stmt_run(&stmt);
}

enum err store_question_list(struct store *store, struct arena *arena, bool only_open,
                             struct store_question **questions_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_question_list, &stmt));
    store_stmt_bind_number(&stmt, "$only_open", only_open ? 1 : 0);
    TRY(store_row_list(&stmt, question_fields, COUNT(question_fields),
                       sizeof(struct store_question), arena, &rows, count_out));
    *questions_out = rows;
    return OK;
}

enum err store_question_settle(struct store *store, uint64_t seq)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_question_settle, &stmt));
    store->known.open_questions.is_known = false;
    store_stmt_bind_number(&stmt, "$seq", (int64_t)seq);
    return store_stmt_run(&stmt);
}
