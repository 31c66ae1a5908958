/* core/journey/apply_download.c -- what headquarters sent, in one transaction. */
#include "core/journey/journey_private.h"

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
    TRY(store_setting_set_number(store, SETTING_credential_until_day,
                                 download->credential_until_day));
    TRY(store_setting_set_text(store, SETTING_card, download->card != NULL ? download->card : ""));
    return store_setting_set_number(store, SETTING_is_revoked, download->is_revoked ? 1 : 0);
}

static enum err apply_certificate(struct journey *journey, const struct download *download)
{
    /* For a number that was taken just now, or for the one that it has: a tablet that was
     * enrolled before there were certificates gets one with who holds it. */
    bool is_new = download->new_device_no != 0 && journey->device_no == download->new_device_no;
    bool is_own = download->new_device_no == 0 && download->certificate.size > 0;
    return is_new || is_own
               ? journey_certificate_keep(journey, download->certificate, download->hq_at_ms)
               : OK;
}

/* A number that cannot be taken is shown and stops nothing else: every fact stays, under the
 * number that it has. */
static enum err renumber(struct journey *journey, uint32_t device_no,
                         struct download_result *result)
{
    enum err err = journey_rechain(journey, device_no);
    if (err != ERR_exists && err != ERR_too_many) {
        return err;
    }
    const char *text = str_format(journey->arena, "%u", device_no);
    struct store_quarantined item = {
        .name = "number",
        .err = (uint32_t)err,
        .bytes = str_from(text),
        .at_ms = clock_now_ms(journey->clock),
    };
    result->quarantined_count++;
    return store_quarantine_put(journey->store, &item);
}

/* Where the own journal stands at headquarters. */
static enum err apply_chain(struct journey *journey, const struct download *download,
                            struct download_result *result)
{
    struct store *store = journey->store;
    TRY(journey_hq_time(journey, download->hq_at_ms, download->spool_name));
    if (download->has_receipt) {
        TRY(store_outbox_receipt(store, &download->receipt, &result->receipt));
    }
    if (download->has_safe_receipt) {
        enum receipt_result safe;
        TRY(store_outbox_receipt(store, &download->safe_receipt, &safe));
    }
    if (download->send_from_seq != 0) {
        TRY(store_outbox_send_from(store, download->send_from_seq));
    }
    if (download->new_device_no != 0) {
        TRY(renumber(journey, download->new_device_no, result));
    }
    if (download->spool_name != NULL) {
        TRY(store_outbox_unseal(store, download->spool_name));
    }
    return OK;
}

/* What did not come again since the feed started over left this tablet meanwhile. */
static enum err sweep(struct journey *journey, struct download_result *result)
{
    uint64_t *numbers = NULL;
    size_t count = 0;
    TRY(store_case_unseen(journey->store, journey->arena, &numbers, &count));
    for (size_t i = 0; i < count; i++) {
        struct journey_clearing clearing;
        TRY(journey_clear_look(journey, numbers[i], &clearing));
        TRY(store_case_withdraw(journey->store, numbers[i]));
        TRY(journey_clear_state(journey, &clearing));
    }
    result->withdrawn_count += count;
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
        TRY(journey_apply_row(journey, &download->rows[i], result));
    }
    if (is_restarting != 0 && !download->has_more) {
        TRY(sweep(journey, result));
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

/* What headquarters holds or lacks of attachments, and what it has heard. */
static enum err apply_evidence(struct journey *journey, const struct download *download)
{
    struct store *store = journey->store;
    for (size_t i = 0; i < download->lack_count; i++) {
        const struct download_lack *lack = &download->lacks[i];
        TRY(store_attachment_lack(store, &lack->hash, lack->indexes, lack->index_count));
    }
    for (size_t i = 0; i < download->held_count; i++) {
        const struct download_held *held = &download->helds[i];
        TRY(store_attachment_held(store, &held->hash, held->level, held->stored_at_ms,
                                  &held->signature));
    }
    for (size_t i = 0; i < download->alarm_count; i++) {
        const struct download_alarm *alarm = &download->alarms[i];
        TRY(store_alarm_heard(store, alarm->seq, alarm->state, alarm->heard_at_ms, alarm->by_name));
    }
    return OK;
}

static enum err apply_times(struct journey *journey, const struct download *download)
{
    struct store *store = journey->store;
    int64_t now_ms = journey_now_ms(journey); /* this answer's time is known already */
    if (!download->is_behind) {
        /* As old as headquarters made it, however long the answer lay in the spool. */
        int64_t current_at_ms = download->hq_at_ms < now_ms ? download->hq_at_ms : now_ms;
        TRY(store_setting_set_number(store, SETTING_current_at_ms, current_at_ms));
    }
    TRY(store_setting_set_number(store, SETTING_last_contact_at_ms, now_ms));
    TRY(store_setting_set_number(store, SETTING_next_sync_s, download->next_sync_s));
    return store_setting_set_number(store, SETTING_needs_version, download->needs_version);
}

/* By which keys headquarters is known from now on. */
static enum err apply_keys(struct journey *journey, const struct download *download)
{
    if (download->tls_pins.size > 0) {
        TRY(store_setting_set_bytes(journey->store, SETTING_hq_tls_pins, download->tls_pins.bytes,
                                    download->tls_pins.size));
    }
    return download->hq_key != NULL ? journey_hq_key_take(journey, download->hq_key) : OK;
}

/* Counts that this program cannot read leave those that it has. */
static enum err apply_chance(struct journey *journey, const struct download *download)
{
    struct chance chance;
    int64_t until_at_ms = 0;
    bool is_known = download->chance != NULL &&
                    chance_read(str_from(download->chance), &chance, &until_at_ms) == OK;
    return is_known ? store_setting_set_text(journey->store, SETTING_chance, download->chance) : OK;
}

static enum err apply(struct journey *journey, const struct download *download,
                      struct download_result *result)
{
    TRY(apply_chain(journey, download, result));
    TRY(apply_keys(journey, download));
    TRY(journey_apply_policy(journey, download->policy_text, result));
    TRY(apply_chance(journey, download));
    TRY(apply_holder(journey, download));
    TRY(apply_certificate(journey, download));
    TRY(apply_page(journey, download, result));
    TRY(apply_letters(journey, download));
    TRY(apply_evidence(journey, download));
    return apply_times(journey, download);
}

static enum err apply_whole(struct journey *journey, const struct download *download,
                            struct download_result *result_out)
{
    uint32_t old_no = journey->device_no;
    *result_out = (struct download_result){0};
    TRY(store_begin(journey->store));
    enum err err = apply(journey, download, result_out);
    if (err != OK) {
        store_rollback(journey->store);
    } else {
        err = store_commit(journey->store);
    }
    if (err != OK) {
        journey->device_no = old_no;
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
    if (err == OK) {
        (void)store_reserve_restore(journey->store); /* when there is room again */
    }
    if (err == OK && result_out->withdrawn_count > 0) {
        /* The answer is applied whatever becomes of this: the log is emptied at the
         * next good moment at the latest. */
        (void)!store_checkpoint(journey->store);
    }
    return err;
}
