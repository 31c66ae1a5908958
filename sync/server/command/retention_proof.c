/* What was erased, here and on tablets, held against what is left; and where it still lies. */
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/retention.h"
#include "sync/server/command/who.h"

#include "core/base/buf.h"
#include "core/domain/date.h"
#include "core/os/os.h"

#include <string.h>

static const char *const options[] = {"--class", "--ground", "--note", "--client", "--by", NULL};

enum { BAD_MAX = 256 };

struct bad {
    uint64_t seqs[BAD_MAX]; /* of erasures that do not hold */
    size_t count;
};

static void note_bad(void *context, uint32_t device_no, uint64_t seq)
{
    struct bad *bad = context;
    if (device_no == 0 && bad->count < BAD_MAX) {
        bad->seqs[bad->count++] = seq;
    }
}

static bool is_bad(const struct bad *bad, uint64_t seq)
{
    for (size_t i = 0; i < bad->count; i++) {
        if (bad->seqs[i] == seq) {
            return true;
        }
    }
    return false;
}

static enum err case_ref(struct command_context *context, uint64_t case_no, const char **ref_out)
{
    *ref_out = "?";
    struct hq_query query = hq_query(context->store, SQL_HQ_kase_head);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    if (hq_next(&query)) {
        *ref_out = str_text(context->arena, hq_text(&query, 0));
    }
    return hq_end(&query);
}

/* Copies on the disk that were made before and have it all. `last_at_ms`: of the newest erasure. */
static enum err list_backups(struct command_context *context, int64_t last_at_ms)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_backup_all);
    while (hq_next(&query)) {
        const char *path = str_text(context->arena, hq_text(&query, 2));
        if (hq_i64(&query, 1) < last_at_ms && os_file_exists(path)) {
            command_say(context,
                        COMMAND_TEXT("hq.say.backup_older", lang_value_text("file", path),
                                     lang_value_day("day", date_day_at(hq_i64(&query, 1), 0))));
        }
    }
    return hq_end(&query);
}

static enum err list_erasures(struct command_context *context, struct listing *listing,
                              uint64_t only_case_no, int64_t *last_at_ms)
{
    struct bad bad = {.count = 0};
    struct erase_checked checked;
    TRY(erase_check(context->arena, context->store, note_bad, &bad, &checked));
    ds_Event *event = ARENA_NEW(context->arena, ds_Event);
    struct hq_query query = hq_query(context->store, SQL_HQ_erase_all);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        uint64_t case_no = (uint64_t)hq_i64(&query, 1);
        struct str body = hq_text(&query, 2);
        const char *ref = NULL;
        if (event_decode(event, (const uint8_t *)body.bytes, body.size) != OK) {
            continue;
        }
        int64_t at_ms = (int64_t)event->at_ms;
        *last_at_ms = at_ms > *last_at_ms ? at_ms : *last_at_ms;
        if (only_case_no != 0 && only_case_no != case_no) {
            continue;
        }
        err = case_ref(context, case_no, &ref);
        const ds_DataErased *erased = &event->kind.data_erased;
        char digest[2 * sizeof erased->digest + 1];
        buf_to_hex(digest, erased->digest, sizeof erased->digest);
        bool holds = !is_bad(&bad, (uint64_t)hq_i64(&query, 0));
        listing_text(listing, str_from(ref != NULL ? ref : "?"));
        listing_instant(listing, at_ms);
        listing_key(listing, "hq.word.headquarters", "headquarters");
        listing_text(listing, str_from(retention_words(context, erased->classes)));
        listing_number(listing, (int64_t)erased->fact_count);
        listing_number(listing, (int64_t)erased->file_count);
        listing_text(listing, str_from(erased->by));
        listing_text(listing, (struct str){digest, context->is_json ? sizeof digest - 1 : 16});
        listing_key(listing, holds ? "hq.word.holds" : "hq.word.broken",
                    holds ? "holds" : "broken");
    }
    TRY(hq_end(&query));
    return err != OK ? err : checked.bad_count > 0 ? ERR_corrupt : OK;
}

/* What tablets say that they cleared, signed by them. */
static enum err list_cleared(struct command_context *context, struct listing *listing,
                             uint64_t only_case_no)
{
    ds_Event *event = ARENA_NEW(context->arena, ds_Event);
    struct hq_query query = hq_query(context->store, SQL_HQ_cleared_all);
    hq_bind_i64(&query, "$case_no", (int64_t)only_case_no);
    while (hq_next(&query)) {
        struct str body = hq_text(&query, 5);
        if (event_decode(event, (const uint8_t *)body.bytes, body.size) != OK ||
            event_kind(event) != EVENT_case_cleared) {
            continue;
        }
        const ds_CaseCleared *cleared = &event->kind.case_cleared;
        char digest[2 * sizeof cleared->record_hash + 1];
        buf_to_hex(digest, cleared->record_hash, sizeof cleared->record_hash);
        listing_text(listing, hq_text(&query, 3));
        listing_instant(listing, hq_i64(&query, 4));
        listing_text(listing, str_from(lang_fill(context->arena, context->lang, "hq.word.tablet",
                                                 lang_value_count("number", hq_i64(&query, 0)))));
        listing_text(listing,
                     str_from(lang_fill(context->arena, context->lang, "hq.word.cleared",
                                        lang_value_count("size", cleared->record_size),
                                        lang_value_count("letters", cleared->letter_count))));
        listing_number(listing, 1);
        listing_number(listing, cleared->photo_count);
        TRY(who_listing(listing, event->person_no));
        listing_text(listing, (struct str){digest, context->is_json ? sizeof digest - 1 : 16});
        listing_key(listing, "hq.word.signed", "signed");
    }
    return hq_end(&query);
}

enum command_exit retention_proof(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"case", "hq.column.case"}, {"at_ms", "hq.column.made"},  {"where", "hq.column.where"},
        {"data", "hq.column.data"}, {"facts", "hq.column.facts"}, {"files", "hq.column.files"},
        {"by", "hq.column.person"}, {"digest", "hq.column.hash"}, {"state", "hq.column.state"},
    };
    const char *word = command_word(context, options, 1);
    uint64_t case_no = 0;
    struct listing listing;
    int64_t last_at_ms = 0;
    enum command_exit code = word == NULL ? COMMAND_ok : lookup_case(context, word, &case_no);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    enum err held = list_erasures(context, &listing, case_no, &last_at_ms);
    err = held == ERR_corrupt ? OK : held;
    if (err == OK) {
        err = list_cleared(context, &listing, case_no);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    err = context->is_json ? OK : list_backups(context, last_at_ms);
    if (err != OK) {
        return command_err(context, err);
    }
    return held == OK ? COMMAND_ok
                      : command_fail(context, COMMAND_found, COMMAND_LINE("hq.fail.erase_broken"));
}
