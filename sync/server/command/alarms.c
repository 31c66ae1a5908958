/* doorstep-hq alarms: people in danger, and that somebody has seen it. */
#include "sync/server/command/alarms.h"

#include "core/domain/catalog.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/no_word.h"
#include "sync/server/store/alarm_log.h"

#include <string.h>

enum { ID_SHOWN = 10 };

/* Before the number of a tablet, where an alarm has no id yet. */
#define BARE "device-"

static const char *const options[] = {"--by", NULL};
static const char *const plain[] = {"--all", NULL};

static const char *words_of(struct command_context *context, struct str body)
{
    ds_Event *event = ARENA_NEW(context->arena, ds_Event);
    if (event_decode(event, (const uint8_t *)body.bytes, body.size) != OK) {
        memset(event, 0, sizeof *event);
    }
    return fact_words(context, event);
}

/* Those that nobody has seen stand first. */
static enum err put_row(struct listing *listing, bool is_seen, struct hq_query *query)
{
    struct command_context *context = listing->context;
    bool shows = true;
    TRY(guard_shows(context, hq_i64(query, 4), &shows));
    if ((hq_i64(query, 8) != 0) != is_seen || !shows) {
        return OK;
    }
    struct id id = hq_id(query, 0);
    char id_text[ID_TEXT_SIZE];
    id_to_text(id_text, &id);
    bool has_fact = hq_i64(query, 13) != 0;
    listing_text(listing, (struct str){id_text, context->is_json ? ID_TEXT_SIZE - 1 : ID_SHOWN});
    listing_tone(listing, is_seen ? LISTING_TONE_good : LISTING_TONE_bad);
    listing_key(listing, is_seen ? "hq.alarm.seen" : "hq.alarm.unseen",
                is_seen ? "seen" : "unseen");
    listing_text(listing, hq_text(query, 11));
    listing_text(listing, hq_text(query, 12));
    listing_text(listing, str_from(words_of(context, hq_text(query, 10))));
    listing_number(listing, hq_i64(query, 1));
    listing_instant(listing, hq_i64(query, 5));
    listing_instant(listing, hq_i64(query, 6));
    listing_key(listing, has_fact ? "hq.word.yes" : "hq.word.no", has_fact ? "yes" : "no");
    listing_text(listing, hq_text(query, 9));
    listing_instant(listing, hq_i64(query, 8));
    return OK;
}

/* Help that was called for on a tablet that was shut: there is no fact of it yet, so it goes by the
 * tablet's number. */
static enum err put_bare(struct listing *listing, bool is_seen)
{
    struct command_context *context = listing->context;
    struct hq_query query = hq_query(context->store, SQL_HQ_bare_alarm_list);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        bool shows = true;
        err = guard_shows(context, hq_i64(&query, 7), &shows);
        if ((hq_i64(&query, 4) != 0) != is_seen || !shows) {
            continue;
        }
        listing_text(listing, str_from(str_format(context->arena, BARE "%lld",
                                                  (long long)hq_i64(&query, 0))));
        listing_tone(listing, is_seen ? LISTING_TONE_good : LISTING_TONE_bad);
        listing_key(listing, is_seen ? "hq.alarm.seen" : "hq.alarm.unseen",
                    is_seen ? "seen" : "unseen");
        listing_text(listing, hq_text(&query, 6));
        listing_text(listing, STR("-"));
        listing_text(listing, str_from(lang_text(context->lang, hq_i64(&query, 3) != 0
                                                                    ? "keys.hq.alarm_silent"
                                                                    : "keys.hq.alarm")));
        listing_number(listing, hq_i64(&query, 0));
        listing_instant(listing, hq_i64(&query, 1));
        listing_instant(listing, hq_i64(&query, 2));
        listing_key(listing, "hq.word.no", "no");
        listing_text(listing, hq_text(&query, 5));
        listing_instant(listing, hq_i64(&query, 4));
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"id", "hq.column.fact"},
        {"state", "hq.column.state"},
        {"person", "hq.column.person"},
        {"case", "hq.column.case"},
        {"words", "hq.review.what"},
        {"device_no", "hq.column.device"},
        {"at_ms", "hq.column.at"},
        {"heard_at_ms", "hq.column.heard"},
        {"fact", "hq.column.in_journal"},
        {"by", "hq.column.seen_by"},
        {"seen_at_ms", "hq.column.seen_at"},
    };
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    err = no_word_list(&listing);
    int pass_count = command_has(context, "--all") ? 2 : 1;
    for (int pass = 0; err == OK && pass < pass_count; pass++) {
        struct hq_query query = hq_query(context->store, SQL_HQ_alarm_all);
        while (err == OK && hq_next(&query)) {
            err = put_row(&listing, pass > 0, &query);
        }
        enum err end_err = hq_end(&query);
        err = err != OK ? err : end_err;
        if (err == OK) {
            err = put_bare(&listing, pass > 0);
        }
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (listing.cell_count == 0 && !context->is_json) {
        command_say(context, COMMAND_LINE("hq.alarm.none"));
        return COMMAND_ok;
    }
    listing_end(&listing);
    return COMMAND_ok;
}

enum err alarms_waiting(struct command_context *context, int64_t *count_out)
{
    *count_out = 0;
    enum permit_reach reach = permit_reach(PERMIT_alarms_view, &context->person, HQ_BRANCH);
    if (reach < PERMIT_REACH_team) {
        return OK;
    }
    uint32_t only_team_no = context->only_team_no;
    context->only_team_no = reach == PERMIT_REACH_team ? context->person.team_no : 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_alarm_waiting);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        bool shows = true;
        err = guard_shows(context, hq_i64(&query, 0), &shows);
        *count_out += shows;
    }
    enum err end_err = hq_end(&query);
    int64_t silent_count = 0;
    err = err != OK ? err : end_err;
    err = err != OK ? err : no_word_count(context, &silent_count);
    *count_out += silent_count;
    context->only_team_no = only_team_no;
    return err;
}

static enum command_exit find(struct command_context *context, const char *word, struct id *id_out,
                              int64_t *person_no_out)
{
    struct id from, until;
    enum command_exit code = lookup_id(context, word, &from, &until);
    if (code != COMMAND_ok) {
        return code;
    }
    size_t count = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_alarm_by_id);
    hq_bind_id(&query, "$id_from", &from);
    hq_bind_id(&query, "$id_until", &until);
    while (hq_next(&query)) {
        *id_out = hq_id(&query, 0);
        *person_no_out = hq_i64(&query, 1);
        count++;
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    return count == 1 ? COMMAND_ok
                      : command_fail(
                            context, COMMAND_not_found,
                            COMMAND_TEXT(count == 0 ? "hq.fail.alarm" : "hq.fail.conflict_several",
                                         lang_value_text("word", word)));
}

static enum err see(struct command_context *context, const struct id *id, struct str name,
                    bool *was_seen_out)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    struct ingest *ingest = ingest_start(context->arena, context->store, now_ms);
    enum err err = alarm_log_see(ingest, id, name, was_seen_out);
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    if (!*was_seen_out) {
        char id_text[ID_TEXT_SIZE];
        id_to_text(id_text, id);
        TRY(hq_audit(context->store, now_ms, context->actor, "alarm seen",
                     str_format(context->arena, "%s", id_text)));
    }
    return hq_commit(context->store);
}

static enum err see_bare(struct command_context *context, int64_t device_no)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    struct hq_query query = hq_query(context->store, SQL_HQ_bare_alarm_see);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$seen_at_ms", now_ms);
    hq_bind_text(&query, "$seen_by", str_from(context->person.name));
    TRY(hq_run(&query));
    TRY(hq_audit(context->store, now_ms, context->actor, "alarm seen",
                 str_format(context->arena, "device %lld", (long long)device_no)));
    return hq_commit(context->store);
}

static enum command_exit check_device(struct command_context *context, int64_t device_no)
{
    int64_t person_no = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", device_no);
    if (hq_next(&query)) {
        person_no = hq_i64(&query, 0);
    }
    enum err err = hq_end(&query);
    return err != OK ? command_err(context, err) : guard_owner(context, person_no);
}

static enum command_exit mark_bare(struct command_context *context, const char *word)
{
    int64_t device_no = 0;
    uint32_t person_no = 0;
    enum command_exit code = lookup_number(context, word + strlen(BARE), 1, UINT32_MAX, &device_no);
    if (code == COMMAND_ok) {
        code = check_device(context, device_no);
    }
    if (code == COMMAND_ok) {
        code = lookup_caller(context, &person_no);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = see_bare(context, device_no);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT("hq.say.alarm_seen", lang_value_text("name", context->person.name)));
    return COMMAND_ok;
}

/* The name travels to the tablet: somebody in danger reads who has heard. */
static enum command_exit mark_seen(struct command_context *context)
{
    const char *word = command_word(context, options, 1);
    if (word == NULL) {
        return command_usage(context);
    }
    if (strncmp(word, BARE, strlen(BARE)) == 0) {
        return mark_bare(context, word);
    }
    if (no_word_names(word)) {
        return command_fail(context, COMMAND_refused, COMMAND_LINE("hq.fail.no_word_stands"));
    }
    struct id id;
    uint32_t person_no = 0;
    int64_t whose_no = 0;
    enum command_exit code = find(context, word, &id, &whose_no);
    if (code == COMMAND_ok) {
        code = guard_owner(context, whose_no);
    }
    if (code == COMMAND_ok) {
        code = lookup_caller(context, &person_no);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    const char *name = context->person.name;
    bool was_seen = false;
    enum err err = see(context, &id, str_from(name), &was_seen);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT(was_seen ? "hq.say.alarm_was_seen" : "hq.say.alarm_seen",
                                      lang_value_text("name", name)));
    return COMMAND_ok;
}

enum command_exit alarms_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    return strcmp(verb, "seen") == 0 ? mark_seen(context) : command_usage(context);
}
