/* What is new for a tablet: cases, verdicts and messages by one cursor; policy, holder. */
#include "sync/server/api/api_private.h"

#include "core/base/buf.h"
#include "sync/proto/cursor.h"
#include "sync/proto/receipt.h"
#include "sync/proto/version.h"
#include "sync/server/store/credential.h"

#include <string.h>

enum {
    PAGE_MARGIN = 8 * 1024,
    VERDICT_SIZE = 700,
    MESSAGE_SIZE = 2200,
    ALARM_SIZE = 100,
    HELD_SIZE = 130,
    FROM_NO_HQ = 0,
};

/* The page under way. */
struct page {
    struct arena *arena;
    struct hq_store *store;
    struct visit *visit;
    struct answer *answer;
    uint64_t after_seq;
    uint64_t feed_seq; /* last number given in the device's feed */
    uint64_t holder_feed_seq;
    uint64_t folded_seq; /* of the page that the tablet has: see table feed_page */
    uint64_t policy;     /* that the tablet holds */
    uint32_t person_no;
    uint32_t app_version;
    bool is_revoked;
    uint64_t digest; /* of the rows that the tablet holds at after_seq; 0 it is not known */
    size_t size;
    struct answer_row *rows;
    ds_Verdict *verdicts;
    ds_Message *messages;
    ds_AlarmHeard *alarms;
    ds_Held *helds;
};

static enum err load_device(struct page *page)
{
    struct hq_query query = hq_query(page->store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", page->visit->batch.device_no);
    if (hq_next(&query)) {
        page->person_no = (uint32_t)hq_i64(&query, 0);
        page->is_revoked = hq_i64(&query, 2) != 0;
        page->app_version = (uint32_t)hq_i64(&query, 4);
        page->feed_seq = (uint64_t)hq_i64(&query, 5);
        page->holder_feed_seq = (uint64_t)hq_i64(&query, 6);
        page->policy = (uint64_t)hq_i64(&query, 7);
    }
    return hq_end(&query);
}

/* Does the tablet hold exactly the rows of a page that was given to it? */
static enum err find_cursor(struct page *page, bool *is_good_out, uint32_t *tag_out)
{
    const struct batch_status *status = &page->visit->batch.status;
    *tag_out = 0;
    *is_good_out = false;
    if (status->down_cursor == 0 || status->down_cursor > page->feed_seq) {
        return OK;
    }
    struct hq_query query = hq_query(page->store, SQL_HQ_feed_page_at);
    hq_bind_i64(&query, "$device_no", page->visit->batch.device_no);
    hq_bind_i64(&query, "$feed_seq", (int64_t)status->down_cursor);
    while (!*is_good_out && hq_next(&query)) {
        uint32_t tag = (uint32_t)hq_i64(&query, 0);
        uint64_t digest = (uint64_t)hq_i64(&query, 1);
        if (cursor_check(status->down_cursor, tag, digest) == status->down_check) {
            page->folded_seq = (uint64_t)hq_i64(&query, 2);
            *is_good_out = true;
            *tag_out = tag;
            page->digest = digest;
        }
    }
    return hq_end(&query);
}

/* A tablet that was restored from an older image, and a copy that rests, lack facts of their
 * own that others do not: their page still stands, and what those facts made of the cases is
 * in no row that they would ask for. */
static enum err find_behind(struct api *api, struct page *page)
{
    const struct ingest_result *result = &page->visit->result;
    uint64_t known_seq =
        result->stored_seq > page->folded_seq ? result->stored_seq : page->folded_seq;
    if (known_seq >= result->folded_seq) {
        return OK;
    }
    int64_t now_ms = clock_now_ms(api->options.clock);
    struct ingest *ingest = ingest_start(page->arena, page->store, now_ms);
    enum err err =
        ingest_device_behind(ingest, page->visit->batch.device_no, result->strand, known_seq);
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    return load_device(page); /* its feed has moved */
}

/* ---- the streams of the feed ---- */

static struct wire_bytes kept(struct arena *arena, struct str bytes)
{
    if (bytes.size == 0) {
        return (struct wire_bytes){NULL, 0};
    }
    return (struct wire_bytes){arena_copy(arena, bytes.bytes, bytes.size), bytes.size};
}

/* An array that doubles: most pages bring a few things, and room for all that a page may hold
 * is half a megabyte to be cleared. The same or a larger one, with the same `count` items. */
static void *with_room(struct arena *arena, void *items, size_t count, size_t item_size)
{
    enum { FIRST = 4 };
    bool is_full = count == 0 || (count >= FIRST && (count & (count - 1)) == 0);
    if (!is_full) {
        return items;
    }
    void *more = arena_array(arena, count == 0 ? FIRST : count * 2, item_size);
    if (count > 0) {
        memcpy(more, items, count * item_size);
    }
    return more;
}

static void add_row(struct page *page, const struct hq_query *query)
{
    page->rows = with_room(page->arena, page->rows, page->answer->row_count, sizeof page->rows[0]);
    struct answer_row *row = &page->rows[page->answer->row_count++];
    row->feed_seq = (uint64_t)hq_i64(query, 0);
    row->case_no = (uint64_t)hq_i64(query, 1);
    row->is_withdrawn = hq_i64(query, 2) != 0 || page->is_revoked;
    row->folded_seq = page->visit->result.folded_seq;
    if (!row->is_withdrawn) {
        row->record = kept(page->arena, hq_text(query, 3));
        row->state = kept(page->arena, hq_text(query, 4));
    }
    page->size += answer_row_size(row);
}

static void add_verdict(struct page *page, const struct hq_query *query)
{
    if ((uint32_t)hq_i64(query, 1) != page->visit->result.strand) {
        return; /* of a fact that the copy of this tablet made */
    }
    page->verdicts = with_room(page->arena, page->verdicts, page->answer->verdict_count,
                               sizeof page->verdicts[0]);
    ds_Verdict *verdict = &page->verdicts[page->answer->verdict_count++];
    verdict->seq = (uint64_t)hq_i64(query, 2);
    verdict->verdict = (uint32_t)hq_i64(query, 3);
    verdict->at_ms = (uint64_t)hq_i64(query, 4);
    if (!page->is_revoked) { /* it may speak of a borrower */
        (void)str_copy(verdict->note, sizeof verdict->note, hq_text(query, 5));
    }
    verdict->is_settled = hq_i64(query, 6) != 0;
    page->size += VERDICT_SIZE;
}

static void add_message(struct page *page, const struct hq_query *query)
{
    if (page->is_revoked) {
        return; /* it may speak of a borrower */
    }
    page->messages = with_room(page->arena, page->messages, page->answer->message_count,
                               sizeof page->messages[0]);
    ds_Message *message = &page->messages[page->answer->message_count++];
    message->message_no = (uint64_t)hq_i64(query, 1);
    message->at_ms = (uint64_t)hq_i64(query, 2);
    message->from_no = FROM_NO_HQ;
    (void)str_copy(message->from_name, sizeof message->from_name, hq_text(query, 3));
    message->case_no = (uint64_t)hq_i64(query, 4);
    (void)str_copy(message->text, sizeof message->text, hq_text(query, 5));
    message->wants_answer = hq_i64(query, 6) != 0;
    message->answer_by_at_ms = (uint64_t)hq_i64(query, 7);
    page->size += MESSAGE_SIZE;
}

static void add_alarm(struct page *page, const struct hq_query *query)
{
    if ((uint32_t)hq_i64(query, 1) != page->visit->result.strand) {
        return; /* of a fact that the copy of this tablet made */
    }
    page->alarms =
        with_room(page->arena, page->alarms, page->answer->alarm_count, sizeof page->alarms[0]);
    ds_AlarmHeard *alarm = &page->alarms[page->answer->alarm_count++];
    alarm->seq = (uint64_t)hq_i64(query, 2);
    alarm->heard_at_ms = (uint64_t)hq_i64(query, 3);
    alarm->state = hq_i64(query, 4) != 0 ? ALARM_ANSWER_seen : ALARM_ANSWER_heard;
    (void)str_copy(alarm->by_name, sizeof alarm->by_name, hq_text(query, 5));
    page->size += ALARM_SIZE;
}

static void add_held(struct page *page, const struct hq_query *query)
{
    page->helds =
        with_room(page->arena, page->helds, page->answer->held_count, sizeof page->helds[0]);
    ds_Held *held = &page->helds[page->answer->held_count++];
    struct str hash = hq_text(query, 1);
    memcpy(held->hash, hash.bytes, hash.size == sizeof held->hash ? hash.size : 0);
    held->size = (uint32_t)hq_i64(query, 2);
    held->stored_at_ms = (uint64_t)hq_i64(query, 3);
    held->level = (uint32_t)hq_i64(query, 4);
    page->size += HELD_SIZE;
}

static bool is_full(const struct page *page)
{
    const struct answer *answer = page->answer;
    return page->size + PAGE_MARGIN > LIMIT_page_size || answer->row_count == ANSWER_ROWS_MAX ||
           answer->verdict_count == ANSWER_VERDICTS_MAX ||
           answer->message_count == ANSWER_MESSAGES_MAX ||
           answer->alarm_count == ANSWER_ALARMS_MAX || answer->held_count == ANSWER_HELDS_MAX;
}

/* All share one numbering; the page takes them in its order until it is full, so one
 * cursor confirms them all. */
static enum err fill(struct page *page)
{
    enum { STREAMS = 5 };
    static const struct {
        enum sql_hq name;
        void (*add)(struct page *page, const struct hq_query *query);
    } sources[STREAMS] = {
        {SQL_HQ_feed_page_rows, add_row},   {SQL_HQ_verdict_page, add_verdict},
        {SQL_HQ_message_page, add_message}, {SQL_HQ_alarm_page, add_alarm},
        {SQL_HQ_attachment_page, add_held},
    };
    struct hq_query streams[STREAMS];
    bool has_row[STREAMS];
    for (size_t i = 0; i < STREAMS; i++) {
        streams[i] = hq_query(page->store, sources[i].name);
        hq_bind_i64(&streams[i], "$device_no", page->visit->batch.device_no);
        hq_bind_i64(&streams[i], "$after_seq", (int64_t)page->after_seq);
        has_row[i] = hq_next(&streams[i]);
    }
    uint64_t last_seq = page->after_seq;
    while (!is_full(page)) {
        size_t next = STREAMS;
        for (size_t i = 0; i < STREAMS; i++) {
            if (has_row[i] &&
                (next == STREAMS || hq_i64(&streams[i], 0) < hq_i64(&streams[next], 0))) {
                next = i;
            }
        }
        if (next == STREAMS) {
            break;
        }
        last_seq = (uint64_t)hq_i64(&streams[next], 0);
        sources[next].add(page, &streams[next]);
        has_row[next] = hq_next(&streams[next]);
    }
    for (size_t i = 0; i < STREAMS; i++) {
        page->answer->has_more = page->answer->has_more || has_row[i];
    }
    page->answer->next_cursor = page->answer->has_more ? last_seq : page->feed_seq;
    enum err err = OK;
    for (size_t i = 0; i < STREAMS; i++) {
        enum err end_err = hq_end(&streams[i]);
        err = err != OK ? err : end_err;
    }
    return err;
}

/* Whoever waits for a first download sees how much of it is still to come. */
static enum err count_left(struct page *page)
{
    if (!page->answer->has_more) {
        return OK;
    }
    struct hq_query query = hq_query(page->store, SQL_HQ_feed_left);
    hq_bind_i64(&query, "$device_no", page->visit->batch.device_no);
    hq_bind_i64(&query, "$after_seq", (int64_t)page->answer->next_cursor);
    if (hq_next(&query)) {
        page->answer->rows_left = (uint32_t)hq_i64(&query, 0);
    }
    return hq_end(&query);
}

/* ---- the page is remembered ---- */

/* Of all rows that the tablet holds with this page. Most pages bring verdicts and no row; then
 * it is what it was, and a portfolio of thousands need not be read. */
static enum err digest_of_held(struct page *page, uint64_t *digest_out)
{
    uint64_t digest = 0;
    if (page->digest != 0 && page->answer->row_count == 0 && !page->is_revoked) {
        *digest_out = page->digest;
        return OK;
    }
    struct hq_query query = hq_query(page->store, SQL_HQ_feed_held);
    hq_bind_i64(&query, "$device_no", page->visit->batch.device_no);
    while (!page->is_revoked && hq_next(&query)) {
        digest += cursor_row_digest((uint64_t)hq_i64(&query, 0), (uint64_t)hq_i64(&query, 1));
    }
    *digest_out = digest;
    return hq_end(&query);
}

static enum err remember(struct api *api, struct page *page)
{
    struct answer *answer = page->answer;
    uint64_t digest = 0;
    if (!answer->has_more) {
        TRY(digest_of_held(page, &digest));
    }
    uint8_t random[4];
    rng_fill(api->options.rng, random, sizeof random);
    memcpy(&answer->next_tag, random, sizeof random);
    struct hq_query drop = hq_query(page->store, SQL_HQ_feed_page_drop_before);
    hq_bind_i64(&drop, "$device_no", page->visit->batch.device_no);
    hq_bind_i64(&drop, "$feed_seq", (int64_t)answer->from_cursor);
    TRY(hq_run(&drop));
    struct hq_query put = hq_query(page->store, SQL_HQ_feed_page_put);
    hq_bind_i64(&put, "$device_no", page->visit->batch.device_no);
    hq_bind_i64(&put, "$feed_seq", (int64_t)answer->next_cursor);
    hq_bind_i64(&put, "$tag", answer->next_tag);
    hq_bind_i64(&put, "$digest", (int64_t)digest);
    hq_bind_i64(&put, "$given_at_ms", clock_now_ms(api->options.clock));
    hq_bind_i64(&put, "$folded_seq", (int64_t)page->visit->result.folded_seq);
    return hq_run(&put);
}

/* ---- policy and holder ---- */

static enum err add_policy(struct page *page)
{
    const char *hash_text = NULL;
    TRY(hq_setting(page->arena, page->store, "policy.hash", "", &hash_text));
    int64_t hash = 0;
    if (hash_text[0] == '\0' || str_to_i64(str_from(hash_text), &hash) != OK ||
        (uint64_t)hash == page->policy) {
        return OK;
    }
    struct hq_query query = hq_query(page->store, SQL_HQ_policy_get);
    hq_bind_i64(&query, "$hash", hash);
    struct str body;
    TRY(hq_one_text(page->arena, &query, &body));
    page->answer->has_policy = true;
    page->answer->policy = (uint64_t)hash;
    page->answer->policy_text = (struct wire_bytes){(const uint8_t *)body.bytes, body.size};
    page->size += body.size;
    return OK;
}

/* At what hours people are met goes with the cases of the day. */
static enum err add_chance(struct api *api, struct page *page)
{
    const char *counts;
    bool has_row = page->answer->row_count > 0;
    if (!has_row) {
        return OK;
    }
    TRY(chance_pack(page->arena, page->store, clock_now_ms(api->options.clock), &counts));
    (void)str_copy(page->answer->chance, sizeof page->answer->chance, str_from(counts));
    return OK;
}

/* By which TLS keys headquarters is known: the present one, and the next when it is prepared. */
static enum err add_tls_pins(struct page *page)
{
    static const char *const names[ANSWER_TLS_PINS_MAX] = {"server.pin", "server.pin_next"};
    struct answer *answer = page->answer;
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *hex = NULL;
        uint8_t *pin = answer->tls_pins[answer->tls_pin_count];
        TRY(hq_setting(page->visit->arena, page->store, names[i], "", &hex));
        if (strlen(hex) == 2 * sizeof answer->tls_pins[0] &&
            buf_from_hex(pin, sizeof answer->tls_pins[0], hex) == OK) {
            answer->tls_pin_count++;
        }
    }
    return OK;
}

/* That there is an order to the keeper of its key; see keyhole.c. */
static enum err add_order(struct page *page)
{
    struct hq_query query = hq_query(page->store, SQL_HQ_order_last);
    hq_bind_i64(&query, "$device_no", page->visit->batch.device_no);
    if (hq_next(&query)) {
        page->answer->order_no = (uint64_t)hq_i64(&query, 0);
    }
    return hq_end(&query);
}

/* The card of who holds the tablet; none for one that was taken out of use. */
static enum err add_card(struct page *page)
{
    const char *text = NULL;
    if (page->is_revoked) {
        return OK;
    }
    TRY(hq_setting(page->arena, page->store,
                   str_format(page->arena, "card.person.%u", page->person_no), "", &text));
    (void)str_copy(page->answer->card, sizeof page->answer->card, str_from(text));
    return OK;
}

/* With the holder goes the certificate: by it the tablet can show later, to a headquarters
 * that forgot it, that it was enrolled. */
static enum err add_holder(struct page *page)
{
    bool is_told = page->after_seq != 0 && page->holder_feed_seq <= page->after_seq;
    if (is_told && !page->is_revoked && page->answer->new_device_no == 0) {
        return OK;
    }
    page->answer->has_certificate = !page->is_revoked;
    TRY(add_tls_pins(page));
    TRY(add_card(page));
    TRY(credential_read(page->arena, page->store, page->person_no,
                        &page->answer->holder.credential_until_day));
    ds_Holder *holder = &page->answer->holder;
    page->answer->has_holder = true;
    holder->person_no = page->person_no;
    holder->branch_no = HQ_BRANCH;
    holder->is_revoked = page->is_revoked;
    struct hq_query person = hq_query(page->store, SQL_HQ_person_get);
    hq_bind_i64(&person, "$person_no", page->person_no);
    if (hq_next(&person)) {
        (void)str_copy(holder->person_name, sizeof holder->person_name, hq_text(&person, 1));
    }
    TRY(hq_end(&person));
    struct hq_query branch = hq_query(page->store, SQL_HQ_branch_get);
    if (hq_next(&branch)) {
        (void)str_copy(holder->branch_name, sizeof holder->branch_name, hq_text(&branch, 0));
    }
    return hq_end(&branch);
}

/* ---- safe ---- */

/* Facts of this chain that are also in a verified backup: told in the feed. */
static enum err add_safe(struct page *page)
{
    const struct ingest_result *result = &page->visit->result;
    uint64_t safe_seq = 0;
    int64_t safe_at_ms = 0;
    struct hq_query query = hq_query(page->store, SQL_HQ_strand_all);
    hq_bind_i64(&query, "$device_no", page->visit->batch.device_no);
    if (result->strand == 0 && hq_next(&query) && (uint64_t)hq_i64(&query, 8) > page->after_seq) {
        safe_seq = (uint64_t)hq_i64(&query, 6);
        safe_at_ms = hq_i64(&query, 7);
    }
    TRY(hq_end(&query));
    if (safe_seq == 0 || safe_seq > result->stored_seq) {
        return OK; /* nothing, or not yet told by the tablet again: it could not check it */
    }
    struct hq_query at = hq_query(page->store, SQL_HQ_event_link);
    hq_bind_i64(&at, "$device_no", page->visit->batch.device_no);
    hq_bind_i64(&at, "$strand", 0);
    hq_bind_i64(&at, "$seq", (int64_t)safe_seq);
    struct answer *answer = page->answer;
    if (hq_next(&at)) {
        struct str link = hq_text(&at, 0);
        answer->has_safe_receipt = link.size == sizeof answer->safe_receipt.link;
        answer->safe_receipt = (ds_Receipt){
            .device_no = page->visit->batch.device_no,
            .stored_seq = safe_seq,
            .stored_at_ms = (uint64_t)safe_at_ms,
            .level = RECEIPT_LEVEL_safe,
        };
        memcpy(answer->safe_receipt.link, link.bytes, answer->has_safe_receipt ? link.size : 0);
    }
    return hq_end(&at);
}

/* No page: what the tablet has still stands. */
static void give_no_page(struct answer *answer, const struct batch_status *status)
{
    answer->is_restart = false;
    answer->from_cursor = status->down_cursor;
    answer->next_cursor = status->down_cursor;
}

enum err pull_page(struct api *api, struct visit *visit)
{
    struct page page = {
        .arena = visit->arena,
        .store = api->options.store,
        .visit = visit,
        .answer = &visit->answer,
    };
    struct answer *answer = page.answer;
    *answer = (struct answer){0};
    TRY(load_device(&page));
    bool is_good = false;
    uint32_t tag = 0;
    TRY(find_cursor(&page, &is_good, &tag));
    const struct batch_status *status = &visit->batch.status;
    /* Only what this very envelope says of its maker: a tablet may go back to an old program. */
    struct version_pact pact = version_agree(page.app_version, status->answer_format);
    answer->format = pact.answer_format;
    page.after_seq = is_good ? status->down_cursor : 0;
    answer->from_cursor = page.after_seq;
    answer->next_cursor = page.after_seq;
    answer->next_tag = tag;
    if (!visit->is_verified || visit->send_from_seq != 0) {
        /* First both ends must agree on what the tablet has sent. */
        give_no_page(answer, status);
        return OK;
    }
    TRY(aside_add_lacks(api, visit, visit->batch.device_no, NULL));
    answer->new_device_no = visit->result.new_device_no;
    if (answer->new_device_no != 0) { /* it goes on under another number, with its own feed */
        give_no_page(answer, status);
        return add_holder(&page);
    }
    if (visit->result.is_catching_up) {
        /* The states hold facts of it that it would fold once more on top. */
        give_no_page(answer, status);
        return OK;
    }
    answer->is_restart = !is_good;
    answer->needs_version = pact.needs_version;
    if (pact.needs_version != 0) {
        give_no_page(answer, status);
        return add_holder(&page);
    }
    if (is_good) {
        TRY(find_behind(api, &page));
    }
    TRY(add_order(&page));
    TRY(add_policy(&page));
    TRY(add_holder(&page));
    if (is_good && page.after_seq == page.feed_seq) {
        return OK; /* nothing new: the page it has still stands */
    }
    TRY(add_safe(&page));
    TRY(fill(&page));
    TRY(count_left(&page));
    TRY(add_chance(api, &page));
    answer->rows = page.rows;
    answer->verdicts = page.verdicts;
    answer->messages = page.messages;
    answer->alarms = page.alarms;
    answer->helds = page.helds;
    visit->helds = page.helds;
    return answer->next_cursor == 0 ? OK : remember(api, &page);
}
