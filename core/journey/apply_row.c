/* core/journey/apply_row.c -- one row of the feed, one policy: applied, or kept aside whole.
 *
 * What cannot be read goes to quarantine with everything that is needed to apply it later, and
 * nothing else waits for it. */
#include "core/journey/journey_private.h"

#include "core/base/buf.h"

#include <stdio.h>
#include <string.h>

/* A quarantined row: "DSR1", varint case, feed_seq, folded_seq, size of the record, the record,
 * the state. Rows of before this had only the record; they wait for headquarters. */
static const char row_magic[] = "DSR1";
enum { ROW_MAGIC_SIZE = 4, ROW_HEAD_MAX = ROW_MAGIC_SIZE + 4 * 10 };

static const char policy_name[] = "policy";
static const char case_prefix[] = "case ";

/* An image that is headquarters' own, and no older than `held` (NULL: none). It may have been made
 * before headquarters changed its key; that it is in force now, the answer around it says, by the
 * present one. */
static enum err accept_image(struct journey *journey, const uint8_t *bytes, size_t size,
                             const struct law_image *held, int32_t today)
{
    struct chain_public_key own_key;
    struct chain_secret_key secret_key;
    struct chain_public_key hq_key;
    struct law_image image;
    TRY(journey_keys(journey, &own_key, &secret_key, &hq_key));
    enum err err = law_image_accept(bytes, size, &hq_key, held, today, &image);
    struct chain_public_key *older = NULL;
    size_t count = 0;
    TRY(journey_older_hq_keys(journey, &older, &count));
    for (size_t i = 0; err == ERR_bad_signature && i < count; i++) {
        err = law_image_accept(bytes, size, &older[i], held, today, &image);
    }
    return err;
}

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
    /* A layer of rules for it alone is headquarters' own; until when it is good says the policy. */
    if (is_good && row->state.size > 0 && state->law.size > 0) {
        struct law_image image;
        is_good = law_shelf_case(state->law.bytes, state->law.size, &image) == OK &&
                  accept_image(journey, state->law.bytes, state->law.size, NULL, INT32_MIN) == OK;
    }
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

static struct str row_pack(struct arena *arena, const struct store_case_feed *row)
{
    size_t capacity = ROW_HEAD_MAX + row->record.size + row->state.size;
    uint8_t *bytes = arena_alloc(arena, capacity);
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, capacity);
    buf_write_bytes(&writer, (const uint8_t *)row_magic, ROW_MAGIC_SIZE);
    buf_write_varint(&writer, row->case_no);
    buf_write_varint(&writer, row->feed_seq);
    buf_write_varint(&writer, row->folded_seq);
    buf_write_varint(&writer, row->record.size);
    buf_write_bytes(&writer, (const uint8_t *)row->record.bytes, row->record.size);
    buf_write_bytes(&writer, (const uint8_t *)row->state.bytes, row->state.size);
    CHECK(writer.err == OK);
    return (struct str){(const char *)bytes, writer.size};
}

/* False: not a row as a whole. */
static bool row_unpack(struct str bytes, struct store_case_feed *row_out)
{
    if (bytes.size < ROW_MAGIC_SIZE || memcmp(bytes.bytes, row_magic, ROW_MAGIC_SIZE) != 0) {
        return false;
    }
    struct buf_reader reader;
    buf_reader_init(&reader, (const uint8_t *)bytes.bytes + ROW_MAGIC_SIZE,
                    bytes.size - ROW_MAGIC_SIZE);
    *row_out = (struct store_case_feed){.case_no = buf_read_varint(&reader)};
    row_out->feed_seq = buf_read_varint(&reader);
    row_out->folded_seq = buf_read_varint(&reader);
    uint64_t record_size = buf_read_varint(&reader);
    if (reader.err != OK || record_size > buf_left(&reader)) {
        return false;
    }
    size_t state_size = buf_left(&reader) - (size_t)record_size;
    row_out->record = (struct str){(const char *)reader.bytes + reader.at, (size_t)record_size};
    row_out->state = (struct str){row_out->record.bytes + record_size, state_size};
    return true;
}

static void case_name(char name[40], uint64_t case_no)
{
    snprintf(name, 40, "%s%llu", case_prefix, (unsigned long long)case_no);
}

enum err journey_apply_row(struct journey *journey, const struct store_case_feed *row,
                           struct download_result *result)
{
    char name[40];
    case_name(name, row->case_no);
    if (!is_readable(journey, row)) {
        TRY(store_case_skip(journey->store, row->case_no, row->feed_seq));
        return quarantine(journey, name, row_pack(journey->arena, row), result);
    }
    bool is_taken = false;
    struct journey_clearing clearing = {0};
    if (row->is_withdrawn) {
        TRY(journey_clear_look(journey, row->case_no, &clearing));
    }
    TRY(store_quarantine_remove(journey->store, name));
    TRY(store_case_put(journey->store, row, &is_taken));
    if (!is_taken) {
        return OK;
    }
    TRY(journey_clear_state(journey, &clearing));
    *(row->is_withdrawn ? &result->withdrawn_count : &result->case_count) += 1;
    TRY(store_rows_clear(journey->store, row->case_no));
    return journey_project_case(journey, row->case_no);
}

/* Images in the policy are headquarters' own, of today, and no older than those in force. */
static enum err check_law(struct journey *journey, const struct policy *policy)
{
    uint8_t bytes[LAW_IMAGE_SIZE_MAX];
    size_t size = 0;
    int32_t today = date_day_at(journey_now_ms(journey), 0);
    enum err err = policy_law(policy, bytes, &size);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    TRY(accept_image(journey, bytes, size, journey->policy.law, today));
    struct str rest = policy->layer_text;
    struct str client;
    while ((err = policy_layer_next(&rest, &client, bytes, sizeof bytes, &size)) == OK) {
        TRY(accept_image(journey, bytes, size, NULL, today));
    }
    return err == ERR_not_found ? OK : err;
}

enum err journey_apply_policy(struct journey *journey, struct str text,
                              struct download_result *result)
{
    struct policy policy;
    struct policy_fault fault;
    if (text.size == 0) {
        return OK;
    }
    if (policy_from_text(text, &policy, &fault) != OK || check_law(journey, &policy) != OK) {
        return quarantine(journey, policy_name, text, result); /* the last good one stays */
    }
    TRY(store_quarantine_remove(journey->store, policy_name));
    uint8_t hash[8];
    for (size_t i = 0; i < sizeof hash; i++) {
        hash[i] = (uint8_t)(policy.hash >> (8 * i));
    }
    TRY(store_setting_set_bytes(journey->store, SETTING_policy_text, text.bytes, text.size));
    TRY(store_setting_set_bytes(journey->store, SETTING_policy_hash, hash, sizeof hash));
    result->has_new_policy = true;
    return OK;
}

/* ---- once more ---- */

static enum err retry_row(struct journey *journey, const struct store_quarantined *item,
                          struct download_result *result)
{
    struct store_case_feed row;
    char name[40];
    if (!row_unpack(item->bytes, &row) || row.feed_seq == 0) {
        return OK;
    }
    case_name(name, row.case_no);
    if (strcmp(name, item->name) != 0 || !is_readable(journey, &row)) {
        return OK;
    }
    /* Its version was taken over when it was put aside: it is the newest there is. */
    TRY(store_case_skip(journey->store, row.case_no, row.feed_seq - 1));
    return journey_apply_row(journey, &row, result);
}

static enum err retry(struct journey *journey, const char *name, bool *is_done_out)
{
    struct store_quarantined item;
    struct download_result result = {0};
    TRY(store_quarantine_get(journey->store, journey->arena, name, &item));
    bool is_policy = strcmp(name, policy_name) == 0;
    if (!is_policy && strncmp(name, case_prefix, sizeof case_prefix - 1) != 0) {
        return ERR_unknown_kind;
    }
    TRY(store_begin(journey->store));
    enum err err = OK;
    struct policy policy;
    struct policy_fault fault;
    if (!is_policy) {
        err = retry_row(journey, &item, &result);
    } else if (policy_from_text(item.bytes, &policy, &fault) == OK &&
               check_law(journey, &policy) == OK) {
        err = journey_apply_policy(journey, item.bytes, &result);
    }
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    TRY(store_commit(journey->store));
    *is_done_out = result.case_count > 0 || result.has_new_policy;
    return journey_reload(journey);
}

enum err journey_quarantine_retry(struct journey *journey, const char *name, bool *is_done_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    *is_done_out = false;
    enum err err = retry(journey, name, is_done_out);
    if (err == ERR_no_space && store_reserve_release(journey->store)) {
        err = retry(journey, name, is_done_out);
    }
    arena_rollback(journey->arena, mark);
    return err;
}
