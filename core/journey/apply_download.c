/* core/journey/apply_download.c -- what headquarters sent, in one transaction. */
#include "core/journey/journey_private.h"

#include <stdio.h>
#include <string.h>

static bool is_readable(struct journey *journey, const struct store_case_feed *row)
{
    if (row->is_withdrawn) {
        return true;
    }
    struct arena_mark mark = arena_mark(journey->arena);
    ds_CaseRecord *record = ARENA_NEW(journey->arena, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(journey->arena, ds_CaseState);
    const uint8_t *record_bytes = (const uint8_t *)row->record.bytes;
    const uint8_t *state_bytes = (const uint8_t *)row->state.bytes;
    bool is_good =
        row->record.size > 0 && row->record.size <= LIMIT_case_size &&
        row->state.size <= LIMIT_case_size &&
        case_record_decode(record, record_bytes, row->record.size) == OK &&
        record->case_no == row->case_no &&
        (row->state.size == 0 || (case_state_decode(state, state_bytes, row->state.size) == OK &&
                                  state->case_no == row->case_no));
    arena_rollback(journey->arena, mark);
    return is_good;
}

static enum err quarantine(struct journey *journey, const char *name, struct str bytes,
                           struct download_result *result)
{
    struct store_quarantined item = {
        .name = name,
        .err = ERR_malformed,
        .bytes = bytes,
        .at_ms = clock_now_ms(journey->clock),
    };
    result->quarantined_count++;
    return store_quarantine_put(journey->store, &item);
}

static enum err apply_row(struct journey *journey, const struct store_case_feed *row,
                          struct download_result *result)
{
    char name[40];
    snprintf(name, sizeof name, "case %llu", (unsigned long long)row->case_no);
    if (!is_readable(journey, row)) {
        TRY(store_case_skip(journey->store, row->case_no, row->feed_seq));
        return quarantine(journey, name, row->record, result);
    }
    bool is_taken = false;
    TRY(store_quarantine_remove(journey->store, name));
    TRY(store_case_put(journey->store, row, &is_taken));
    if (!is_taken) {
        return OK;
    }
    *(row->is_withdrawn ? &result->withdrawn_count : &result->case_count) += 1;
    TRY(store_rows_clear(journey->store, row->case_no));
    return journey_project_case(journey, row->case_no);
}

static enum err apply_policy(struct journey *journey, struct str text,
                             struct download_result *result)
{
    struct policy policy;
    struct policy_fault fault;
    if (text.size == 0) {
        return OK;
    }
    if (policy_from_text(text, &policy, &fault) != OK) {
        return quarantine(journey, "policy", text, result);
    }
    TRY(store_quarantine_remove(journey->store, "policy"));
    uint8_t hash[8];
    for (size_t i = 0; i < sizeof hash; i++) {
        hash[i] = (uint8_t)(policy.hash >> (8 * i));
    }
    TRY(store_setting_set_bytes(journey->store, SETTING_policy_text, text.bytes, text.size));
    TRY(store_setting_set_bytes(journey->store, SETTING_policy_hash, hash, sizeof hash));
    result->has_new_policy = true;
    return OK;
}

static enum err apply_holder(struct journey *journey, const struct download *download)
{
    struct store *store = journey->store;
    const struct enrolment *holder = download->holder;
    if (holder == NULL) {
        return OK;
    }
    TRY(store_setting_set_number(store, SETTING_person_no, holder->person_no));
    TRY(store_setting_set_number(store, SETTING_branch_no, holder->branch_no));
    TRY(store_setting_set_text(store, SETTING_person_name, holder->person_name));
    TRY(store_setting_set_text(store, SETTING_branch_name, holder->branch_name));
    return store_setting_set_number(store, SETTING_is_revoked, download->is_revoked ? 1 : 0);
}

/* Where the own journal stands at headquarters. */
static enum err apply_chain(struct journey *journey, const struct download *download,
                            struct download_result *result)
{
    struct store *store = journey->store;
    if (download->has_receipt) {
        TRY(store_outbox_receipt(store, &download->receipt, &result->receipt));
    }
    if (download->send_from_seq != 0) {
        TRY(store_outbox_send_from(store, download->send_from_seq));
    }
    if (download->new_device_no != 0) {
        TRY(store_journal_rechain(store, download->new_device_no));
        journey->device_no = download->new_device_no;
    }
    if (download->spool_name != NULL) {
        TRY(store_outbox_unseal(store, download->spool_name));
    }
    return OK;
}

static enum err apply_page(struct journey *journey, const struct download *download,
                           struct download_result *result)
{
    struct store *store = journey->store;
    int64_t is_restarting = 0;
    TRY(store_setting_number(store, SETTING_is_restarting, 0, &is_restarting));
    if (download->is_restart) {
        TRY(store_case_restart(store));
        is_restarting = 1;
    }
    for (size_t i = 0; i < download->row_count; i++) {
        TRY(apply_row(journey, &download->rows[i], result));
    }
    if (is_restarting != 0 && !download->has_more) {
        size_t swept_count = 0;
        TRY(store_case_sweep(store, &swept_count));
        result->withdrawn_count += swept_count;
        is_restarting = 0;
    }
    TRY(store_setting_set_number(store, SETTING_is_restarting, is_restarting));
    TRY(store_setting_set_number(store, SETTING_down_cursor, (int64_t)download->next_cursor));
    return store_setting_set_bytes(store, SETTING_down_tag, download->next_tag.bytes,
                                   download->next_tag.size);
}

static enum err apply_letters(struct journey *journey, const struct download *download)
{
    for (size_t i = 0; i < download->question_count; i++) {
        TRY(store_question_put(journey->store, &download->questions[i]));
    }
    for (size_t i = 0; i < download->letter_count; i++) {
        TRY(store_inbox_put(journey->store, &download->letters[i]));
    }
    return OK;
}

/* An answer that waited for the program says an hour that has passed. Of two answers of one
 * boot the one that waited less tells headquarters' clock better. */
static enum err apply_hq_time(struct journey *journey, int64_t hq_at_ms,
                              const struct clock_reading *now)
{
    struct store *store = journey->store;
    int64_t known_ms = 0;
    int64_t known_uptime_ms = 0;
    int64_t known_boot = 0;
    TRY(store_setting_number(store, SETTING_hq_time_ms, 0, &known_ms));
    TRY(store_setting_number(store, SETTING_hq_time_uptime_ms, 0, &known_uptime_ms));
    TRY(store_setting_number(store, SETTING_hq_time_boot, 0, &known_boot));
    bool is_same_boot = known_ms != 0 && known_boot != 0 && (uint32_t)known_boot == now->boot;
    if (is_same_boot && hq_at_ms < known_ms + (now->monotonic_ms - known_uptime_ms)) {
        return OK;
    }
    TRY(store_setting_set_number(store, SETTING_hq_time_ms, hq_at_ms));
    TRY(store_setting_set_number(store, SETTING_hq_time_wall_ms, now->wall_ms));
    TRY(store_setting_set_number(store, SETTING_hq_time_uptime_ms, now->monotonic_ms));
    return store_setting_set_number(store, SETTING_hq_time_boot, now->boot);
}

static enum err apply_times(struct journey *journey, const struct download *download)
{
    struct store *store = journey->store;
    struct clock_reading now = clock_read(journey->clock);
    TRY(apply_hq_time(journey, download->hq_at_ms, &now));
    if (!download->is_behind) {
        /* As old as headquarters made it, however long the answer lay in the spool. */
        int64_t current_at_ms = download->hq_at_ms < now.wall_ms ? download->hq_at_ms : now.wall_ms;
        TRY(store_setting_set_number(store, SETTING_current_at_ms, current_at_ms));
    }
    TRY(store_setting_set_number(store, SETTING_last_contact_at_ms, now.wall_ms));
    TRY(store_setting_set_number(store, SETTING_next_sync_s, download->next_sync_s));
    return store_setting_set_number(store, SETTING_needs_version, download->needs_version);
}

static enum err apply(struct journey *journey, const struct download *download,
                      struct download_result *result)
{
    TRY(apply_chain(journey, download, result));
    TRY(apply_policy(journey, download->policy_text, result));
    TRY(apply_holder(journey, download));
    TRY(apply_page(journey, download, result));
    TRY(apply_letters(journey, download));
    TRY(apply_times(journey, download));
    /* Under a new number every id is new, and so is every row that carries one. */
    return download->new_device_no != 0 ? journey_project_all(journey) : OK;
}

static enum err apply_whole(struct journey *journey, const struct download *download,
                            struct download_result *result_out)
{
    *result_out = (struct download_result){0};
    TRY(store_begin(journey->store));
    enum err err = apply(journey, download, result_out);
    if (err != OK) {
        store_rollback(journey->store);
    } else {
        err = store_commit(journey->store);
    }
    enum err reload_err = journey_reload(journey); /* also what a failed try had changed */
    return err != OK ? err : reload_err;
}

enum err journey_apply_download(struct journey *journey, const struct download *download,
                                struct download_result *result_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = apply_whole(journey, download, result_out);
    if (err == ERR_no_space && store_reserve_release(journey->store)) {
        err = apply_whole(journey, download, result_out);
    }
    arena_rollback(journey->arena, mark);
    if (err == OK && result_out->withdrawn_count > 0) {
        /* The answer is applied whatever becomes of this: the log is emptied at the
         * next good moment at the latest. */
        (void)!store_checkpoint(journey->store);
    }
    return err;
}
