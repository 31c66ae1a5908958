/* core/store/cases.c -- cases as headquarters sent them and as shown; lines: case_lines.c. */
#include "core/store/store_private.h"

#include "core/domain/catalog.h"
#include "core/event/address.h"

static const struct store_field feed_fields[] = {
    STORE_FIELD(struct store_case_feed, case_no),
    STORE_FIELD(struct store_case_feed, feed_seq),
    STORE_FIELD(struct store_case_feed, folded_seq),
    STORE_FIELD(struct store_case_feed, is_withdrawn),
    STORE_FIELD(struct store_case_feed, record),
    STORE_FIELD(struct store_case_feed, state),
};

static const struct store_field number_field = {"$case_no", STORE_FIELD_u64, 0};

static const struct store_field version_fields[] = {
    STORE_FIELD(struct store_case_version, case_no),
    STORE_FIELD(struct store_case_version, feed_seq),
};

/* ---- as stored ---- */

static enum err feed_read(struct store *store, struct arena *arena, enum sql_device which,
                          uint64_t case_no, struct store_case_feed *feed_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    size_t count = 0;
    TRY(store_stmt_start(store, which, &stmt));
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    TRY(store_row_list(&stmt, feed_fields, COUNT(feed_fields), sizeof(struct store_case_feed),
                       arena, &rows, &count));
    if (count == 0) {
        return ERR_not_found;
    }
    *feed_out = *(const struct store_case_feed *)rows;
    return OK;
}

enum err store_case_feed_load(struct store *store, struct arena *arena, uint64_t case_no,
                              struct store_case_feed *feed_out)
{
    return feed_read(store, arena, SQL_DEVICE_case_feed_load, case_no, feed_out);
}

enum err store_case_load(struct store *store, struct arena *arena, uint64_t case_no,
                         struct store_case *case_out)
{
    struct store_case_feed feed;
    TRY(feed_read(store, arena, SQL_DEVICE_case_load, case_no, &feed));
    *case_out = (struct store_case){
        .case_no = feed.case_no,
        .feed_seq = feed.feed_seq,
        .folded_seq = feed.folded_seq,
        .is_withdrawn = feed.is_withdrawn,
        .record = ARENA_NEW(arena, ds_CaseRecord),
        .state = ARENA_NEW(arena, ds_CaseState),
    };
    case_out->record->case_no = case_no;
    if (feed.is_withdrawn) {
        fold_start(case_out->state, case_out->record);
        return OK;
    }
    const uint8_t *record = (const uint8_t *)feed.record.bytes;
    const uint8_t *state = (const uint8_t *)feed.state.bytes;
    if (feed.record.size == 0) {
        return ERR_not_found; /* only a row that could not be read ever came */
    }
    if (case_record_decode(case_out->record, record, feed.record.size) != OK) {
        return ERR_corrupt;
    }
    if (feed.state.size == 0) {
        fold_start(case_out->state, case_out->record);
        return OK;
    }
    return case_state_decode(case_out->state, state, feed.state.size) == OK ? OK : ERR_corrupt;
}

static enum err feed_seq_read(struct store *store, uint64_t case_no, uint64_t *feed_seq_out)
{
    struct store_stmt stmt;
    bool has_row = false;
    *feed_seq_out = 0;
    TRY(store_stmt_start(store, SQL_DEVICE_case_feed_seq, &stmt));
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    TRY(store_stmt_next(&stmt, &has_row));
    if (has_row) {
        *feed_seq_out = (uint64_t)store_stmt_number(&stmt, "feed_seq");
        store_stmt_end(&stmt);
    }
    return OK;
}

static enum err withdraw(struct store *store, uint64_t case_no, uint64_t feed_seq)
{
    struct store_tail tail;
    struct store_stmt stmt;
    TRY(store_journal_tail(store, &tail));
    TRY(store_rows_freeze(store, case_no));
    store->media.is_stale = true; /* photos of it that are safe need not be here any more */
    TRY(store_stmt_start(store, SQL_DEVICE_case_withdraw, &stmt));
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    store_stmt_bind_number(&stmt, "$feed_seq", (int64_t)feed_seq);
    store_stmt_bind_number(&stmt, "$folded_seq", (int64_t)tail.seq);
    TRY(store_stmt_run(&stmt));
    static const enum sql_device forgets[] = {SQL_DEVICE_inbox_forget,
                                              SQL_DEVICE_case_quarantine_forget};
    for (size_t i = 0; i < COUNT(forgets); i++) {
        TRY(store_stmt_start(store, forgets[i], &stmt));
        store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
        TRY(store_stmt_run(&stmt));
    }
    return store_search_remove(store, case_no);
}

enum err store_case_put(struct store *store, const struct store_case_feed *feed, bool *is_taken_out)
{
    CHECK(store->is_in_transaction);
    uint64_t have_seq = 0;
    TRY(feed_seq_read(store, feed->case_no, &have_seq));
    *is_taken_out = feed->feed_seq > have_seq;
    if (!*is_taken_out) {
        return OK;
    }
    if (feed->is_withdrawn) {
        return withdraw(store, feed->case_no, feed->feed_seq);
    }
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_case_put, &stmt));
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)feed->case_no);
    store_stmt_bind_number(&stmt, "$feed_seq", (int64_t)feed->feed_seq);
    store_stmt_bind_number(&stmt, "$folded_seq", (int64_t)feed->folded_seq);
    store_stmt_bind_bytes(&stmt, "$record", feed->record.bytes, feed->record.size);
    store_stmt_bind_bytes(&stmt, "$state", feed->state.bytes, feed->state.size);
    return store_stmt_run(&stmt);
}

enum err store_case_skip(struct store *store, uint64_t case_no, uint64_t feed_seq)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_case_skip, &stmt));
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    store_stmt_bind_number(&stmt, "$feed_seq", (int64_t)feed_seq);
    return store_stmt_run(&stmt);
}

enum err store_case_restart(struct store *store)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_case_restart, &stmt));
    return store_stmt_run(&stmt);
}

enum err store_case_unseen(struct store *store, struct arena *arena, uint64_t **numbers_out,
                           size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_case_unseen, &stmt));
    TRY(store_row_list(&stmt, &number_field, 1, sizeof(uint64_t), arena, &rows, count_out));
    *numbers_out = rows;
    return OK;
}

enum err store_case_withdraw(struct store *store, uint64_t case_no)
{
    CHECK(store->is_in_transaction);
    return withdraw(store, case_no, 0);
}

/* ---- columns ---- */

/* The address that lists show: the best that has a place, else the best. One where the
 * borrower was found not to live has no place for the plan and the map. */
static ds_Address address_choose(const ds_CaseRecord *record, const ds_CaseState *state)
{
    struct address_list addresses = address_list(record, state);
    const ds_Address *located = address_located(&addresses);
    ds_Address address = located != NULL       ? *located
                         : addresses.count > 0 ? *addresses.items[0].at
                                               : (ds_Address)ds_Address_init_zero;
    if (located == NULL) {
        address.lat_e7 = 0;
        address.lon_e7 = 0;
    }
    return address;
}

static uint64_t flags_raised(const ds_CaseState *state)
{
    uint64_t flags = 0;
    for (size_t i = 0; i < state->flags_count; i++) {
        if (!state->flags[i].is_cleared && state->flags[i].flag < 64) {
            flags |= UINT64_C(1) << state->flags[i].flag;
        }
    }
    return flags;
}

static uint32_t outcome_last(const ds_CaseState *state)
{
    for (size_t i = 0; i < state->contacts_count; i++) {
        if (state->contacts[i].outcome != OUTCOME_none && !state->contacts[i].is_withdrawn) {
            return state->contacts[i].outcome;
        }
    }
    return OUTCOME_none;
}

static void bind_columns(struct store_stmt *stmt, const ds_CaseRecord *record,
                         const ds_CaseState *state)
{
    static const ds_Arrangement no_arrangement;
    ds_Address address = address_choose(record, state);
    const ds_Arrangement *arrangement = fold_live_arrangement(state);
    arrangement = arrangement != NULL ? arrangement : &no_arrangement;
    struct balance balance = fold_balance(record, state);

    store_stmt_bind_number(stmt, "$case_no", (int64_t)record->case_no);
    store_stmt_bind_text(stmt, "$case_ref", record->case_ref);
    store_stmt_bind_text(stmt, "$debtor_name", record->debtor_name);
    store_stmt_bind_text(stmt, "$product", record->product);
    store_stmt_bind_text(stmt, "$address", address.text);
    store_stmt_bind_text(stmt, "$area", address.area);
    store_stmt_bind_number(stmt, "$life", state->life);
    store_stmt_bind_number(stmt, "$epoch", state->epoch);
    store_stmt_bind_number(stmt, "$flags", (int64_t)flags_raised(state));
    store_stmt_bind_number(stmt, "$owed_minor", (int64_t)balance.askable_minor);
    store_stmt_bind_number(stmt, "$due_day", record->due_day);
    store_stmt_bind_number(stmt, "$next_day", state->next_day);
    store_stmt_bind_number(stmt, "$next_from_minute", state->next_from_minute);
    store_stmt_bind_number(stmt, "$next_until_minute", state->next_until_minute);
    store_stmt_bind_number(stmt, "$arrangement_kind", arrangement->kind);
    store_stmt_bind_number(stmt, "$arrangement_state", arrangement->state);
    store_stmt_bind_number(stmt, "$arrangement_due_day", arrangement->due_day);
    store_stmt_bind_number(stmt, "$arrangement_minor", (int64_t)arrangement->amount_minor);
    store_stmt_bind_number(stmt, "$promises_broken", fold_promises_broken(record, state));
    store_stmt_bind_number(stmt, "$visit_count", state->visit_count);
    store_stmt_bind_number(stmt, "$last_outcome", outcome_last(state));
    store_stmt_bind_number(stmt, "$last_touch_day", state->last_touch_day);
    store_stmt_bind_number(stmt, "$lat_e7", address.lat_e7);
    store_stmt_bind_number(stmt, "$lon_e7", address.lon_e7);
    store_stmt_bind_number(stmt, "$grade", record->grade);
    store_stmt_bind_number(stmt, "$owner_no", state->owner_no);
    store_stmt_bind_number(stmt, "$close_reason", state->close_reason);
    store_stmt_bind_number(stmt, "$imported_day", record->imported_day);
    store_stmt_bind_number(stmt, "$last_at_ms", (int64_t)state->last_at_ms);
}

enum err store_case_save(struct store *store, const ds_CaseRecord *record,
                         const ds_CaseState *state)
{
    CHECK(store->is_in_transaction);
    uint8_t bytes[LIMIT_case_size];
    size_t size = 0;
    TRY(case_state_encode(state, bytes, sizeof bytes, &size));
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_case_save, &stmt));
    store_stmt_bind_bytes(&stmt, "$state", bytes, size);
    bind_columns(&stmt, record, state);
    TRY(store_stmt_run(&stmt));
    return sqlite3_changes(store->db) > 0 ? store_search_put(store, record, state) : OK;
}

/* ---- how many, and which ---- */

enum err store_case_count(struct store *store, uint64_t *open_count_out,
                          uint64_t *in_hand_count_out)
{
    struct store_stmt stmt;
    bool has_row = false;
    TRY(store_stmt_start(store, SQL_DEVICE_case_count, &stmt));
    TRY(store_stmt_next(&stmt, &has_row));
    *open_count_out = (uint64_t)store_stmt_number(&stmt, "open_count");
    *in_hand_count_out = (uint64_t)store_stmt_number(&stmt, "in_hand_count");
    store_stmt_end(&stmt);
    return OK;
}

enum err store_case_open_count(struct store *store, uint64_t *open_count_out)
{
    struct store_stmt stmt;
    bool has_row = false;
    TRY(store_stmt_start(store, SQL_DEVICE_case_open_count, &stmt));
    TRY(store_stmt_next(&stmt, &has_row));
    *open_count_out = (uint64_t)store_stmt_number(&stmt, "open_count");
    store_stmt_end(&stmt);
    return OK;
}

enum err store_case_numbers(struct store *store, struct arena *arena, bool open_only,
                            uint64_t **numbers_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_case_numbers, &stmt));
    store_stmt_bind_number(&stmt, "$open_only", open_only ? 1 : 0);
    TRY(store_row_list(&stmt, &number_field, 1, sizeof(uint64_t), arena, &rows, count_out));
    *numbers_out = rows;
    return OK;
}

enum err store_case_all_numbers(struct store *store, struct arena *arena, uint64_t **numbers_out,
                                size_t *count_out)
{
    struct store_stmt stmt;
    struct store_tail tail;
    void *rows = NULL;
    TRY(store_journal_tail(store, &tail));
    TRY(store_stmt_start(store, SQL_DEVICE_case_all_numbers, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", tail.device_no);
    TRY(store_row_list(&stmt, &number_field, 1, sizeof(uint64_t), arena, &rows, count_out));
    *numbers_out = rows;
    return OK;
}

enum err store_case_versions(struct store *store, struct arena *arena,
                             struct store_case_version **versions_out, size_t *count_out)
{
    struct store_stmt stmt;
    void *rows = NULL;
    TRY(store_stmt_start(store, SQL_DEVICE_case_versions, &stmt));
    TRY(store_row_list(&stmt, version_fields, COUNT(version_fields),
                       sizeof(struct store_case_version), arena, &rows, count_out));
    *versions_out = rows;
    return OK;
}
