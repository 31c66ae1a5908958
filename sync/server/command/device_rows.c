#include "sync/server/command/device_rows.h"

#include "sync/server/command/device_lease.h"
#include "sync/server/command/device_orders.h"
#include "sync/server/command/device_tablets.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"

#include <string.h>

/* A row of the query device_list. */
struct tablet {
    int64_t device_no, person_no, enrolled_at_ms, seen_at_ms, version, facts, strands, cases;
    int64_t safe_seq, health_at_ms, unsent_age_min, free_mib, attachments_waiting;
    int64_t quarantined_count, clock_at_ms, clock_behind_ms, lacking_count;
    int64_t left_at_ms; /* its collector left the tablet; 0: not that headquarters knows */
    int64_t lease_days;
    bool is_revoked, is_shut; /* its lease is over */
    const char *name, *model, *lineage, *successors;
};

static struct tablet tablet_row(struct command_context *context, const struct hq_query *query)
{
    return (struct tablet){
        .device_no = hq_i64(query, 0),
        .person_no = hq_i64(query, 1),
        .name = str_text(context->arena, hq_text(query, 2)),
        .enrolled_at_ms = hq_i64(query, 3),
        .is_revoked = hq_i64(query, 4) != 0,
        .seen_at_ms = hq_i64(query, 5),
        .version = hq_i64(query, 6),
        .model = str_text(context->arena, hq_text(query, 7)),
        .facts = hq_i64(query, 8),
        .strands = hq_i64(query, 9),
        .cases = hq_i64(query, 10),
        .safe_seq = hq_i64(query, 11),
        .health_at_ms = hq_i64(query, 12),
        .unsent_age_min = hq_i64(query, 13),
        .free_mib = hq_i64(query, 14),
        .attachments_waiting = hq_i64(query, 15),
        .quarantined_count = hq_i64(query, 16),
        .clock_at_ms = hq_i64(query, 17),
        .clock_behind_ms = hq_i64(query, 18),
        .lineage = str_text(context->arena, hq_text(query, 19)),
        .successors = str_text(context->arena, hq_text(query, 20)),
        .lacking_count = hq_i64(query, 21),
    };
}

static const char *version_text(struct command_context *context, int64_t version)
{
    return str_format(context->arena, "%lld.%lld.%lld", (long long)(version / 10000),
                      (long long)(version / 100 % 100), (long long)(version % 100));
}

/* "3 h" that the oldest unsent fact has waited; "-" when none waits or nothing was said. */
static const char *unsent_text(struct command_context *context, const struct tablet *tablet)
{
    if (tablet->health_at_ms == 0) {
        return "-";
    }
    return tablet->unsent_age_min == 0
               ? lang_text(context->lang, "hq.device.none_waits")
               : lang_age(context->arena, context->lang, tablet->unsent_age_min * 60000);
}

static const char *text_or_dash(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : "-";
}

/* By how much its clock was off, when it said so. */
static const char *clock_text(struct command_context *context, const struct tablet *tablet)
{
    if (tablet->clock_at_ms == 0) {
        return "-";
    }
    int64_t off_s = tablet->clock_behind_ms / 1000;
    const char *key = off_s > 0   ? "hq.device.clock_behind"
                      : off_s < 0 ? "hq.device.clock_ahead"
                                  : "hq.device.clock_right";
    return lang_fill(context->arena, context->lang, key,
                     lang_value_count("seconds", off_s < 0 ? -off_s : off_s));
}

static const char *free_text(struct command_context *context, const struct tablet *tablet)
{
    return tablet->health_at_ms == 0
               ? "-"
               : str_format(context->arena, "%lld MiB", (long long)tablet->free_mib);
}

/* Its collector left, and it was not heard of since: what was sealed before may come for a while.
 * The word that they left is signed with what lies on the tablet's disk; facts speak louder. */
static bool has_left(const struct tablet *tablet)
{
    enum { AFTERWARDS_MS = 60 * 60 * 1000 };
    return tablet->left_at_ms > 0 && tablet->seen_at_ms <= tablet->left_at_ms + AFTERWARDS_MS;
}

/* What somebody should know at a glance. */
static const char *state_key(const struct tablet *tablet, const char **name_out)
{
    bool is_renumbered = tablet->successors != NULL && tablet->successors[0] != '\0';
    *name_out = tablet->is_revoked    ? "revoked"
                : is_renumbered       ? "renumbered"
                : has_left(tablet)    ? "left"
                : tablet->is_shut     ? "shut"
                : tablet->strands > 1 ? "copied"
                                      : "in_use";
    return tablet->is_revoked    ? "hq.device.revoked"
           : is_renumbered       ? "hq.device.renumbered"
           : has_left(tablet)    ? "hq.device.left"
           : tablet->is_shut     ? "hq.device.shut"
           : tablet->strands > 1 ? "hq.device.copied"
                                 : "hq.device.in_use";
}

static void put_words(struct listing *listing, const struct tablet *tablet)
{
    struct command_context *context = listing->context;
    const char *name = NULL;
    const char *key = state_key(tablet, &name);
    listing_number(listing, tablet->device_no);
    listing_link(listing, str_format(context->arena, "/office/devices?show=%lld",
                                     (long long)tablet->device_no));
    listing_text(listing, str_from(tablet->name));
    listing_text(listing, str_from(tablet->model));
    listing_text(listing, str_from(version_text(context, tablet->version)));
    listing_instant(listing, tablet->seen_at_ms);
    listing_number(listing, tablet->facts);
    listing_number(listing, tablet->cases);
    listing_text(listing, str_from(unsent_text(context, tablet)));
    listing_number(listing, tablet->attachments_waiting);
    listing_text(listing, str_from(clock_text(context, tablet)));
    listing_text(listing, str_from(free_text(context, tablet)));
    listing_number(listing, tablet->quarantined_count);
    listing_tone(listing, strcmp(name, "in_use") == 0   ? LISTING_TONE_good
                          : strcmp(name, "copied") == 0 ? LISTING_TONE_wait
                          : strcmp(name, "shut") == 0   ? LISTING_TONE_wait
                                                        : LISTING_TONE_off);
    listing_key(listing, key, name);
}

/* Programs get every figure as it is. */
static void put_figures(struct listing *listing, const struct tablet *tablet)
{
    const char *name = NULL;
    const char *key = state_key(tablet, &name);
    listing_number(listing, tablet->device_no);
    listing_number(listing, tablet->person_no);
    listing_text(listing, str_from(tablet->name));
    listing_text(listing, str_from(tablet->model));
    listing_text(listing, str_from(version_text(listing->context, tablet->version)));
    listing_instant(listing, tablet->enrolled_at_ms);
    listing_instant(listing, tablet->seen_at_ms);
    listing_number(listing, tablet->facts);
    listing_number(listing, tablet->safe_seq);
    listing_number(listing, tablet->cases);
    listing_number(listing, tablet->strands - 1);
    listing_text(listing, str_from(tablet->lineage));
    listing_text(listing, str_from(tablet->successors));
    listing_instant(listing, tablet->health_at_ms);
    listing_number(listing, tablet->unsent_age_min);
    listing_number(listing, tablet->free_mib);
    listing_number(listing, tablet->attachments_waiting);
    listing_number(listing, tablet->lacking_count);
    listing_number(listing, tablet->quarantined_count);
    listing_instant(listing, tablet->clock_at_ms);
    listing_number(listing, tablet->clock_behind_ms);
    listing_key(listing, tablet->is_revoked ? "hq.word.yes" : "hq.word.no",
                tablet->is_revoked ? "yes" : "no");
    listing_key(listing, key, name);
}

enum err device_rows_list(struct command_context *context)
{
    static const struct listing_column words[] = {
        {"device_no", "hq.column.number"}, {"name", "hq.column.name"},
        {"model", "hq.column.model"},      {"app_version", "hq.column.version"},
        {"seen_at_ms", "hq.column.seen"},  {"facts", "hq.column.facts"},
        {"cases", "hq.column.cases"},      {"unsent", "hq.column.unsent"},
        {"photos", "hq.column.photos"},    {"clock", "hq.column.clock"},
        {"free", "hq.column.free"},        {"held", "hq.column.held"},
        {"state", "hq.column.state"},
    };
    static const struct listing_column figures[] = {
        {"device_no", "hq.column.number"},
        {"person_no", "hq.column.person"},
        {"name", "hq.column.name"},
        {"model", "hq.column.model"},
        {"app_version", "hq.column.version"},
        {"enrolled_at_ms", "hq.column.enrolled"},
        {"seen_at_ms", "hq.column.seen"},
        {"facts", "hq.column.facts"},
        {"safe_seq", "hq.column.safe"},
        {"cases", "hq.column.cases"},
        {"copies", "hq.column.copies"},
        {"lineage", "hq.column.lineage"},
        {"successors", "hq.column.successors"},
        {"health_at_ms", "hq.column.health"},
        {"unsent_age_min", "hq.column.unsent"},
        {"free_mib", "hq.column.free"},
        {"attachments_waiting", "hq.column.photos"},
        {"attachments_lacking", "hq.column.lacking"},
        {"quarantined", "hq.column.held"},
        {"clock_at_ms", "hq.column.clock"},
        {"clock_behind_ms", "hq.column.clock"},
        {"revoked", "hq.column.revoked"},
        {"state", "hq.column.state"},
    };
    struct listing listing;
    enum err err = context->is_json ? listing_start(&listing, context, figures, COUNT(figures))
                                    : listing_start(&listing, context, words, COUNT(words));
    int64_t lease_days = 0;
    err = err == OK ? device_lease_days(context, &lease_days) : err;
    struct hq_query query = hq_query(context->store, SQL_HQ_device_list);
    while (err == OK && hq_next(&query)) {
        struct tablet tablet = tablet_row(context, &query);
        tablet.is_shut = device_lease_is_over(context, lease_days, tablet.seen_at_ms);
        bool shows = true;
        err = guard_shows(context, tablet.person_no, &shows);
        if (!shows) {
            continue;
        }
        err = err == OK ? device_tablets_left(context, tablet.device_no, &tablet.left_at_ms) : err;
        if (context->is_json) {
            put_figures(&listing, &tablet);
        } else {
            put_words(&listing, &tablet);
        }
    }
    enum err end_err = hq_end(&query);
    TRY(err);
    TRY(end_err);
    listing_end(&listing);
    return OK;
}

static void put_pair(struct listing *listing, const char *key, const char *value)
{
    listing_key(listing, key, key);
    listing_text(listing, str_from(value));
}

static const char *lease_text(struct command_context *context, const struct tablet *tablet,
                              int32_t offset_minutes)
{
    int64_t until_ms = device_lease_until_ms(tablet->lease_days, tablet->seen_at_ms);
    return until_ms == 0
               ? lang_text(context->lang, "hq.device.lease_none")
               : lang_fill(
                     context->arena, context->lang,
                     tablet->is_shut ? "hq.device.lease_over" : "hq.device.lease_until",
                     lang_value_text("at", fact_words_instant(context, until_ms, offset_minutes)),
                     lang_value_count("days", tablet->lease_days));
}

static enum err print_one(struct command_context *context, const struct tablet *tablet)
{
    static const struct listing_column columns[] = {{"field", "hq.review.blank"},
                                                    {"value", "hq.column.device"}};
    struct listing listing;
    TRY(listing_start(&listing, context, columns, COUNT(columns)));
    int32_t offset = listing.offset_minutes;
    const char *name = NULL;
    put_pair(&listing, "hq.column.number",
             str_format(context->arena, "%lld", (long long)tablet->device_no));
    put_pair(&listing, "hq.column.state", lang_text(context->lang, state_key(tablet, &name)));
    put_pair(&listing, "hq.column.name", tablet->name);
    put_pair(&listing, "hq.column.model", tablet->model);
    put_pair(&listing, "hq.column.version", version_text(context, tablet->version));
    put_pair(&listing, "hq.column.enrolled",
             fact_words_instant(context, tablet->enrolled_at_ms, offset));
    put_pair(&listing, "hq.column.seen", fact_words_instant(context, tablet->seen_at_ms, offset));
    put_pair(&listing, "hq.device.lease", lease_text(context, tablet, offset));
    put_pair(&listing, "hq.column.facts",
             lang_fill(context->arena, context->lang, "hq.device.facts",
                       lang_value_count("facts", tablet->facts),
                       lang_value_count("safe", tablet->safe_seq)));
    put_pair(&listing, "hq.column.cases",
             str_format(context->arena, "%lld", (long long)tablet->cases));
    put_pair(&listing, "hq.column.health",
             fact_words_instant(context, tablet->health_at_ms, offset));
    put_pair(&listing, "hq.column.unsent", unsent_text(context, tablet));
    put_pair(&listing, "hq.column.photos",
             lang_fill(context->arena, context->lang, "hq.device.photos",
                       lang_value_count("waiting", tablet->attachments_waiting),
                       lang_value_count("lacking", tablet->lacking_count)));
    put_pair(&listing, "hq.column.clock", clock_text(context, tablet));
    put_pair(&listing, "hq.column.free", free_text(context, tablet));
    put_pair(&listing, "hq.column.held",
             str_format(context->arena, "%lld", (long long)tablet->quarantined_count));
    put_pair(&listing, "hq.column.copies",
             str_format(context->arena, "%lld", (long long)(tablet->strands - 1)));
    put_pair(&listing, "hq.column.lineage", text_or_dash(tablet->lineage));
    put_pair(&listing, "hq.column.successors", text_or_dash(tablet->successors));
    TRY(device_tablets_print(&listing, tablet->device_no));
    TRY(device_orders_print(&listing, tablet->device_no));
    listing_end(&listing);
    return OK;
}

enum err device_rows_show(struct command_context *context, int64_t device_no, bool *is_known_out)
{
    struct tablet tablet = {0};
    struct hq_query query = hq_query(context->store, SQL_HQ_device_list);
    while (tablet.device_no != device_no && hq_next(&query)) {
        tablet = tablet_row(context, &query);
    }
    TRY(hq_end(&query));
    *is_known_out = tablet.device_no == device_no;
    if (!*is_known_out) {
        return OK;
    }
    TRY(device_tablets_left(context, device_no, &tablet.left_at_ms));
    TRY(device_lease_days(context, &tablet.lease_days));
    tablet.is_shut = device_lease_is_over(context, tablet.lease_days, tablet.seen_at_ms);
    return print_one(context, &tablet);
}
