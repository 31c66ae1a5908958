/* doorstep-hq attachments: what is still on a tablet, what came damaged, what is gone. */
#include "core/base/buf.h"
#include "core/domain/catalog.h"
#include "core/os/os.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/store/vault.h"

#include <string.h>

enum { HASH_SHOWN = 12, ROWS_DEFAULT = 50, ROWS_MAX = 1000, PAGE_MAX = 100000 };

static const char *const options[] = {"--rows", "--page", NULL};
static const char *const plain[] = {"--deep", NULL};

static const char *hash_text(struct command_context *context, struct str hash)
{
    char *hex = arena_alloc(context->arena, hash.size * 2 + 1);
    buf_to_hex(hex, (const uint8_t *)hash.bytes, hash.size);
    return hex;
}

static const char *state_key(const struct hq_query *query, const char **name_out)
{
    bool is_whole = hq_i64(query, 5) != 0;
    bool is_safe = hq_i64(query, 6) != 0;
    *name_out = is_safe ? "safe" : is_whole ? "stored" : "pending";
    return is_safe    ? "hq.attachment.safe"
           : is_whole ? "hq.attachment.stored"
                      : "hq.attachment.pending";
}

static void put_row(struct listing *listing, const struct hq_query *query)
{
    struct command_context *context = listing->context;
    const char *hash = hash_text(context, hq_text(query, 0));
    const char *name = NULL;
    const char *key = state_key(query, &name);
    int64_t age_ms = clock_now_ms(context->clock) - hq_i64(query, 4);
    uint32_t media = (uint32_t)hq_i64(query, 2);
    const char *media_name = catalog_name(CATALOG_media_type, media);
    listing_text(listing, (struct str){hash, context->is_json ? strlen(hash) : HASH_SHOWN});
    listing_number(listing, hq_i64(query, 1));
    listing_key(listing, catalog_key(CATALOG_media_type, media),
                media_name != NULL ? media_name : "unknown");
    listing_text(listing, hq_text(query, 9));
    listing_text(listing, hq_text(query, 10));
    listing_key(listing, key, name);
    listing_number(listing, hq_i64(query, 3));
    listing_instant(listing, hq_i64(query, 4));
    if (context->is_json) {
        listing_number(listing, age_ms);
    } else {
        listing_text(listing,
                     str_from(lang_age(context->arena, context->lang, age_ms < 0 ? 0 : age_ms)));
    }
    listing_number(listing, hq_i64(query, 7));
    listing_number(listing, hq_i64(query, 8));
}

static enum err say_counts(struct command_context *context)
{
    int64_t counts[5] = {0};
    struct hq_query query = hq_query(context->store, SQL_HQ_vault_counts);
    if (hq_next(&query)) {
        for (int i = 0; i < 5; i++) {
            counts[i] = hq_i64(&query, i);
        }
    }
    TRY(hq_end(&query));
    int64_t age_ms = counts[2] == 0 ? 0 : clock_now_ms(context->clock) - counts[2];
    command_say(
        context,
        COMMAND_TEXT(counts[1] > 0 ? "hq.attachment.counts" : "hq.attachment.counts_whole",
                     lang_value_count("all", counts[0]), lang_value_count("pending", counts[1]),
                     lang_value_text(
                         "age", lang_age(context->arena, context->lang, age_ms < 0 ? 0 : age_ms)),
                     lang_value_count("wrong", counts[3]), lang_value_count("missing", counts[4])));
    return OK;
}

static enum command_exit list(struct command_context *context, bool is_damaged)
{
    static const struct listing_column columns[] = {
        {"hash", "hq.column.hash"},       {"size", "hq.column.size"},
        {"media", "hq.column.media"},     {"case", "hq.column.case"},
        {"person", "hq.column.person"},   {"state", "hq.column.state"},
        {"lacking", "hq.column.lacking"}, {"named_at_ms", "hq.column.named"},
        {"age_ms", "hq.column.age"},      {"wrong", "hq.column.wrong"},
        {"missing", "hq.column.missing"},
    };
    int64_t row_count = ROWS_DEFAULT;
    int64_t page = 1;
    const char *rows_word = command_option(context, "--rows");
    const char *page_word = command_option(context, "--page");
    enum command_exit code = COMMAND_ok;
    if (rows_word != NULL) {
        code = lookup_number(context, rows_word, 1, ROWS_MAX, &row_count);
    }
    if (code == COMMAND_ok && page_word != NULL) {
        code = lookup_number(context, page_word, 1, PAGE_MAX, &page);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_attachment_shown);
    hq_bind_i64(&query, "$is_pending", !is_damaged);
    hq_bind_i64(&query, "$is_damaged", is_damaged);
    hq_bind_i64(&query, "$row_count", row_count);
    hq_bind_i64(&query, "$first_row", (page - 1) * row_count);
    while (hq_next(&query)) {
        put_row(&listing, &query);
    }
    err = hq_end(&query);
    if (err == OK) {
        listing_end(&listing);
        err = context->is_json ? OK : say_counts(context);
    }
    return err == OK ? COMMAND_ok : command_err(context, err);
}

/* ---- check ---- */

struct look {
    struct command_context *context;
    struct vault_looked looked;
};

static enum err look_on_writer(void *given, struct hq_store *store)
{
    struct look *look = given;
    struct command_context *context = look->context;
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(store));
    struct ingest *ingest = ingest_start(context->arena, store, now_ms);
    enum err err =
        vault_look(ingest, context->data_folder, command_has(context, "--deep"), &look->looked);
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    TRY(hq_audit(store, now_ms, context->actor, "attachments check",
                 str_format(context->arena, "%llu whole, %llu missing, %llu rotten",
                            (unsigned long long)look->looked.whole_count,
                            (unsigned long long)look->looked.missing_count,
                            (unsigned long long)look->looked.rotten_count)));
    return hq_commit(store);
}

static enum command_exit check(struct command_context *context)
{
    struct look look = {.context = context};
    enum err err = command_on_writer(context, look_on_writer, &look);
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT("hq.say.attachments_checked",
                             lang_value_count("whole", (int64_t)look.looked.whole_count),
                             lang_value_count("missing", (int64_t)look.looked.missing_count),
                             lang_value_count("rotten", (int64_t)look.looked.rotten_count)));
    bool is_sound = look.looked.missing_count == 0 && look.looked.rotten_count == 0;
    return is_sound ? COMMAND_ok : COMMAND_found;
}

/* ---- export ---- */

/* The one attachment whose hash begins with the word. */
static enum command_exit find(struct command_context *context, const char *word,
                              struct chain_hash *hash_out, uint32_t *size_out)
{
    size_t count = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_attachment_whole);
    while (hq_next(&query)) {
        struct str hash = hq_text(&query, 0);
        if (hash.size == sizeof hash_out->bytes &&
            strncmp(hash_text(context, hash), word, strlen(word)) == 0) {
            memcpy(hash_out->bytes, hash.bytes, hash.size);
            *size_out = (uint32_t)hq_i64(&query, 1);
            count++;
        }
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    if (count == 1) {
        return COMMAND_ok;
    }
    const char *key = count == 0 ? "hq.fail.attachment" : "hq.fail.conflict_several";
    return command_fail(context, COMMAND_not_found,
                        COMMAND_TEXT(key, lang_value_text("word", word)));
}

static enum err note_export(void *given, struct hq_store *store)
{
    struct command_context *context = given;
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(store));
    TRY(hq_audit(store, now_ms, context->actor, "attachment export",
                 command_word(context, options, 1)));
    return hq_commit(store);
}

/* A photo of somebody's door leaves headquarters' folder: on record before it does. */
static enum command_exit export(struct command_context *context) {
    const char *word = command_word(context, options, 1);
    const char *name = command_word(context, options, 2);
    if (word == NULL || name == NULL || word[0] == '\0'){return command_usage(context);}
struct chain_hash hash;
uint32_t size = 0;
enum command_exit code = find(context, word, &hash, &size);
if (code != COMMAND_ok) {
    return code;
}
const char *path = command_path(context, name);
if (os_file_exists(path)) {
    return command_fail(context, COMMAND_failed,
                        COMMAND_TEXT("hq.fail.file_exists", lang_value_text("file", name)));
}
struct str bytes;
enum err err = vault_file_read(context->arena, context->data_folder, &hash, size, &bytes);
if (err == ERR_not_found || err == ERR_corrupt) {
    return command_fail(context, COMMAND_found, COMMAND_LINE("hq.fail.attachment_gone"));
}
if (err == OK) {
    err = command_on_writer(context, note_export, context);
}
if (err != OK) {
    return command_err(context, err);
}
if (os_file_replace(path, bytes.bytes, bytes.size) != OK) {
    return command_fail(context, COMMAND_failed,
                        COMMAND_TEXT("hq.fail.write", lang_value_text("file", name)));
}
command_say(context, COMMAND_TEXT("hq.say.exported", lang_value_text("file", name),
                                  lang_value_count("size", (int64_t)bytes.size)));
return COMMAND_ok;
}

enum command_exit attachments_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context, false);
    }
    if (strcmp(verb, "damaged") == 0) {
        return list(context, true);
    }
    if (strcmp(verb, "check") == 0) {
        return check(context);
    }
    return strcmp(verb, "export") == 0 ? export(context) : command_usage(context);
}
