/* doorstep-hq quarantine: facts that this build could not read or that break a rule: list,
 * show, take out as a file, read again. */
#include "sync/server/store/quarantine.h"
#include "core/base/buf.h"
#include "core/os/os.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"

#include <string.h>

enum { ID_SHOWN = 10, ROWS_DEFAULT = 50, ROWS_MAX = 1000, PAGE_MAX = 100000, LINE_BYTES = 16 };

static const char *const options[] = {"--tablet", "--rows", "--page", NULL};
static const char *const plain[] = {"--all", NULL};

struct held {
    struct quarantine_place place;
    struct id id;
    const char *reason;
    uint32_t kind;
    uint64_t case_no;
    uint32_t person_no;
    int64_t at_ms, received_at_ms;
    struct str body;
};

static enum command_exit read_number(struct command_context *context, const char *option,
                                     int64_t low, int64_t high, int64_t *number)
{
    const char *word = command_option(context, option);
    return word == NULL ? COMMAND_ok : lookup_number(context, word, low, high, number);
}

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"id", "hq.column.fact"},   {"device_no", "hq.column.device"},
        {"seq", "hq.column.seq"},   {"person", "hq.column.person"},
        {"kind", "hq.column.kind"}, {"reason", "hq.column.reason"},
        {"size", "hq.column.size"}, {"received_at_ms", "hq.column.received"},
    };
    int64_t device_no = 0;
    int64_t row_count = ROWS_DEFAULT;
    int64_t page = 1;
    enum command_exit code = read_number(context, "--tablet", 1, UINT32_MAX, &device_no);
    if (code == COMMAND_ok) {
        code = read_number(context, "--rows", 1, ROWS_MAX, &row_count);
    }
    if (code == COMMAND_ok) {
        code = read_number(context, "--page", 1, PAGE_MAX, &page);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_quarantine_list);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$row_count", row_count);
    hq_bind_i64(&query, "$first_row", (page - 1) * row_count);
    while (hq_next(&query)) {
        struct id id = hq_id(&query, 3);
        char id_text[ID_TEXT_SIZE];
        id_to_text(id_text, &id);
        listing_text(&listing,
                     (struct str){id_text, context->is_json ? ID_TEXT_SIZE - 1 : ID_SHOWN});
        listing_number(&listing, hq_i64(&query, 0));
        listing_number(&listing, hq_i64(&query, 2));
        listing_text(&listing, hq_text(&query, 10));
        listing_text(&listing, str_from(event_kind_name((enum event_kind)hq_i64(&query, 5))));
        listing_text(&listing, hq_text(&query, 4));
        listing_number(&listing, hq_i64(&query, 9));
        listing_instant(&listing, hq_i64(&query, 8));
    }
    err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

/* The one held fact whose id begins with the word. */
static enum command_exit find(struct command_context *context, const char *word,
                              struct held *held_out)
{
    struct id from, until;
    enum command_exit code = lookup_id(context, word, &from, &until);
    if (code != COMMAND_ok) {
        return code;
    }
    size_t count = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_quarantine_by_id);
    hq_bind_id(&query, "$id_from", &from);
    hq_bind_id(&query, "$id_until", &until);
    while (hq_next(&query)) {
        struct str body = hq_text(&query, 10);
        count++;
        *held_out = (struct held){
            .place = {(uint32_t)hq_i64(&query, 0), (uint32_t)hq_i64(&query, 1),
                      (uint64_t)hq_i64(&query, 2)},
            .id = hq_id(&query, 3),
            .reason = str_text(context->arena, hq_text(&query, 4)),
            .kind = (uint32_t)hq_i64(&query, 5),
            .case_no = (uint64_t)hq_i64(&query, 6),
            .person_no = (uint32_t)hq_i64(&query, 7),
            .at_ms = hq_i64(&query, 8),
            .received_at_ms = hq_i64(&query, 9),
            .body = {arena_copy(context->arena, body.bytes, body.size), body.size},
        };
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    if (count == 1) {
        return COMMAND_ok;
    }
    const char *key = count == 0 ? "hq.fail.quarantine" : "hq.fail.conflict_several";
    return command_fail(context, COMMAND_not_found,
                        COMMAND_TEXT(key, lang_value_text("word", word)));
}

static const char *hex_of(struct command_context *context, struct str bytes)
{
    char *hex = arena_alloc(context->arena, bytes.size * 2 + 1);
    buf_to_hex(hex, (const uint8_t *)bytes.bytes, bytes.size);
    return hex;
}

static enum command_exit show(struct command_context *context, const struct held *held)
{
    static const struct listing_column columns[] = {{"field", "hq.review.blank"},
                                                    {"value", "hq.review.record"}};
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    ds_Event *event = ARENA_NEW(context->arena, ds_Event);
    if (event_decode(event, (const uint8_t *)held->body.bytes, held->body.size) != OK) {
        memset(event, 0, sizeof *event);
    }
    char id_text[ID_TEXT_SIZE];
    id_to_text(id_text, &held->id);
    listing_key(&listing, "hq.column.fact", "id");
    listing_text(&listing, str_from(id_text));
    listing_key(&listing, "hq.column.device", "device_no");
    listing_number(&listing, held->place.device_no);
    listing_key(&listing, "hq.column.seq", "seq");
    listing_number(&listing, (int64_t)held->place.seq);
    listing_key(&listing, "hq.column.reason", "reason");
    listing_text(&listing, str_from(held->reason));
    listing_key(&listing, "hq.review.what", "words");
    listing_text(&listing, str_from(fact_words(context, event)));
    listing_key(&listing, "hq.review.clock", "at_ms");
    listing_instant(&listing, held->at_ms);
    listing_key(&listing, "hq.review.received", "received_at_ms");
    listing_instant(&listing, held->received_at_ms);
    for (size_t at = 0; at < held->body.size; at += LINE_BYTES) {
        size_t left = held->body.size - at;
        struct str line = {held->body.bytes + at, left < LINE_BYTES ? left : LINE_BYTES};
        listing_text(&listing, str_from(str_format(context->arena, "%04zx", at)));
        listing_text(&listing, str_from(hex_of(context, line)));
    }
    listing_end(&listing);
    return COMMAND_ok;
}

/* The bytes as they were captured, for whoever looks into them. */
static enum command_exit write_out(struct command_context *context, const struct held *held,
                                   const char *name)
{
    const char *path = command_path(context, name);
    if (os_file_exists(path)) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.file_exists", lang_value_text("file", name)));
    }
    if (os_file_replace(path, held->body.bytes, held->body.size) != OK) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.write", lang_value_text("file", name)));
    }
    command_say(context, COMMAND_TEXT("hq.say.exported", lang_value_text("file", name),
                                      lang_value_count("size", (int64_t)held->body.size)));
    return COMMAND_ok;
}

static enum err retry_in_transaction(struct command_context *context, const struct held *held,
                                     bool *is_released_out)
{
    int64_t now_ms = clock_now_ms(context->clock);
    char id_text[ID_TEXT_SIZE];
    id_to_text(id_text, &held->id);
    TRY(hq_begin(context->store));
    TRY(quarantine_retry(context->arena, context->store, &held->place, now_ms, is_released_out));
    TRY(hq_audit(context->store, now_ms, context->actor, "quarantine retry", id_text));
    return hq_commit(context->store);
}

static enum command_exit retry(struct command_context *context, const struct held *held,
                               size_t count)
{
    size_t released_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_released = false;
        enum err err = retry_in_transaction(context, &held[i], &is_released);
        if (err != OK) {
            hq_rollback(context->store);
            return command_err(context, err);
        }
        released_count += is_released;
    }
    command_say(context, COMMAND_TEXT("hq.say.quarantine_retried",
                                      lang_value_count("read", (int64_t)released_count),
                                      lang_value_count("left", (int64_t)(count - released_count))));
    return released_count == count ? COMMAND_ok : COMMAND_found;
}

/* Everything that is held, each in a transaction of its own: one that fails to be
 * understood keeps no other. */
static enum command_exit retry_all(struct command_context *context)
{
    size_t count = 0;
    size_t capacity = 64;
    struct held *held = ARENA_ARRAY(context->arena, capacity, struct held);
    struct hq_query query = hq_query(context->store, SQL_HQ_quarantine_list);
    hq_bind_i64(&query, "$device_no", 0);
    hq_bind_i64(&query, "$row_count", INT64_MAX);
    hq_bind_i64(&query, "$first_row", 0);
    while (hq_next(&query)) {
        if (count == capacity) {
            struct held *more = ARENA_ARRAY(context->arena, capacity * 2, struct held);
            memcpy(more, held, count * sizeof *held);
            held = more;
            capacity *= 2;
        }
        held[count++] = (struct held){
            .place = {(uint32_t)hq_i64(&query, 0), (uint32_t)hq_i64(&query, 1),
                      (uint64_t)hq_i64(&query, 2)},
            .id = hq_id(&query, 3),
        };
    }
    enum err err = hq_end(&query);
    return err == OK ? retry(context, held, count) : command_err(context, err);
}

enum command_exit quarantine_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    const char *word = command_word(context, options, 1);
    const char *file = command_word(context, options, 2);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    bool is_retry = strcmp(verb, "retry") == 0;
    bool is_export = strcmp(verb, "export") == 0;
    if (is_retry && word == NULL && command_has(context, "--all")) {
        return retry_all(context);
    }
    if (word == NULL || (is_export && file == NULL) ||
        (!is_retry && !is_export && strcmp(verb, "show") != 0)) {
        return command_usage(context);
    }
    struct held held = {0};
    enum command_exit code = find(context, word, &held);
    if (code != COMMAND_ok) {
        return code;
    }
    return is_retry    ? retry(context, &held, 1)
           : is_export ? write_out(context, &held, file)
                       : show(context, &held);
}
