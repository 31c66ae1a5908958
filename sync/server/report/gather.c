#include "sync/server/report/gather.h"

#include "core/domain/date.h"
#include "sync/server/report/target.h"

#include <string.h>

/* ---- who ---- */

static size_t person_place(const struct gather *gather, uint32_t person_no)
{
    size_t from = 0;
    size_t until = gather->person_count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (gather->persons[middle].person_no < person_no) {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    return from;
}

struct gather_person *gather_person(const struct gather *gather, uint32_t person_no)
{
    size_t place = person_place(gather, person_no);
    bool is_found = place < gather->person_count && gather->persons[place].person_no == person_no;
    return is_found ? &gather->persons[place] : NULL;
}

bool gather_has_person(const struct gather *gather, uint32_t person_no)
{
    return gather->ask->scope == REPORT_SCOPE_all || gather_person(gather, person_no) != NULL;
}

const char *gather_person_name(struct arena *arena, const struct gather *gather, uint32_t person_no)
{
    const struct gather_person *person = gather_person(gather, person_no);
    if (person_no == 0) {
        return lang_text(gather->ask->lang, "report.nobody");
    }
    return person != NULL && person->name[0] != '\0' ? person->name
                                                     : str_format(arena, "#%u", person_no);
}

struct person_link {
    struct person_link *next;
    struct gather_person person;
};

static bool person_is_asked_for(const struct report_ask *ask, uint32_t person_no, uint32_t team_no)
{
    return ask->scope == REPORT_SCOPE_all ||
           (ask->scope == REPORT_SCOPE_person && ask->scope_no == person_no) ||
           (ask->scope == REPORT_SCOPE_team && ask->scope_no == team_no);
}

static enum err read_people(struct arena *arena, struct hq_store *store, struct gather *gather)
{
    const struct report_ask *ask = gather->ask;
    struct person_link *first = NULL;
    struct person_link **end = &first;
    size_t count = 0;
    if (ask->scope == REPORT_SCOPE_all) {
        /* Person 0: what belongs to nobody yet, so that the rows add up to the total. */
        *end = ARENA_NEW(arena, struct person_link);
        (*end)->person.name = "";
        end = &(*end)->next;
        count++;
    }
    struct hq_query query = hq_query(store, SQL_HQ_report_people);
    while (hq_next(&query)) {
        uint32_t person_no = (uint32_t)hq_i64(&query, 0);
        uint32_t team_no = (uint32_t)hq_i64(&query, 2);
        if (!person_is_asked_for(ask, person_no, team_no)) {
            continue;
        }
        struct person_link *link = ARENA_NEW(arena, struct person_link);
        link->person.person_no = person_no;
        link->person.team_no = team_no;
        link->person.name = str_text(arena, hq_text(&query, 1));
        *end = link;
        end = &link->next;
        count++;
        if (ask->scope == REPORT_SCOPE_person) {
            gather->scope_name = link->person.name;
        } else if (ask->scope == REPORT_SCOPE_team) {
            gather->scope_name = str_text(arena, hq_text(&query, 3));
        }
    }
    TRY(hq_end(&query));
    if (count == 0 && ask->scope != REPORT_SCOPE_all) {
        return ERR_not_found;
    }
    gather->persons = ARENA_ARRAY(arena, count, struct gather_person);
    uint32_t *numbers = ARENA_ARRAY(arena, count, uint32_t);
    for (struct person_link *link = first; link != NULL; link = link->next) {
        numbers[gather->person_count] = link->person.person_no;
        gather->persons[gather->person_count++] = link->person;
    }
    gather->person_nos = numbers;
    return OK;
}

/* ---- what was set ---- */

static enum err read_settings(struct hq_store *store, struct gather *gather)
{
    char name[TARGET_NAME_SIZE];
    struct hq_query query = hq_query(store, SQL_HQ_report_settings);
    while (hq_next(&query)) {
        int64_t value = 0;
        struct str found = hq_text(&query, 0);
        if (str_to_i64(hq_text(&query, 1), &value) != OK) {
            continue;
        }
        if (str_is(found, TARGET_COMMISSION)) {
            gather->commission_bp = value;
        } else if (str_is(found, TARGET_SHARE)) {
            gather->share_bp = value;
        }
        for (int i = 0; i < METRIC_COUNT; i++) {
            enum metric metric = (enum metric)i;
            if (str_is(found, target_name(name, gather->ask->period.kind, metric))) {
                gather->targets[i] = (struct gather_target){.has_value = true, .value = value};
            }
        }
    }
    return hq_end(&query);
}

static enum err read_devices(struct hq_store *store, struct gather *gather)
{
    struct hq_query query = hq_query(store, SQL_HQ_report_devices);
    while (hq_next(&query)) {
        if (!gather_has_person(gather, (uint32_t)hq_i64(&query, 1))) {
            continue;
        }
        int64_t seen_ms = hq_i64(&query, 2);
        bool is_first = gather->device_count == 0;
        gather->device_count++;
        if (is_first || seen_ms > gather->seen_newest_ms) {
            gather->seen_newest_ms = seen_ms;
        }
        if (is_first || seen_ms < gather->seen_oldest_ms) {
            gather->seen_oldest_ms = seen_ms;
        }
    }
    return hq_end(&query);
}

static enum err read_first_day(struct hq_store *store, struct gather *gather)
{
    int32_t first_day = INT32_MAX;
    struct hq_query query = hq_query(store, SQL_HQ_report_first_day);
    if (hq_next(&query)) {
        int64_t contact_ms = hq_i64(&query, 0);
        int32_t days[] = {
            contact_ms != 0 ? date_day_at(contact_ms, gather->offset_minutes) : 0,
            (int32_t)hq_i64(&query, 1),
            (int32_t)hq_i64(&query, 2),
        };
        for (size_t i = 0; i < COUNT(days); i++) {
            first_day = days[i] != 0 && days[i] < first_day ? days[i] : first_day;
        }
    }
    TRY(hq_end(&query));
    for (int span = 0; span < GATHER_SPAN_COUNT; span++) {
        gather->has_data[span] = gather->periods[span].until_day >= first_day;
    }
    return OK;
}

int64_t gather_from_at_ms(const struct gather *gather, enum gather_span span)
{
    return date_instant(gather->periods[span].from_day, 0, gather->offset_minutes);
}

int64_t gather_until_at_ms(const struct gather *gather, enum gather_span span)
{
    return date_instant(gather->periods[span].until_day + 1, 0, gather->offset_minutes);
}

/* ---- the tallies of a span ---- */

static void tallies_start(struct arena *scratch, struct gather *gather, enum gather_span span)
{
    struct period period = gather->periods[span];
    int32_t today = date_day_at(gather->ask->now_ms, gather->offset_minutes);
    struct tally_scope scope = {
        .from_day = period.from_day,
        .until_day = period.until_day,
        .as_of_day = period.until_day < today ? period.until_day : today,
        .offset_minutes = gather->offset_minutes,
        .is_everyone = gather->ask->scope == REPORT_SCOPE_all,
        .persons = gather->person_nos,
        .person_count = gather->person_count,
    };
    tally_start(&gather->tallies[span], scratch, &scope);
    gather->tallies[span].commission_bp = gather->commission_bp;
    gather->tallies[span].share_bp = gather->share_bp;
    scope.is_everyone = false;
    scope.person_count = 1;
    for (size_t i = 0; i < gather->person_count; i++) {
        scope.persons = &gather->persons[i].person_no;
        tally_start(&gather->persons[i].tallies[span], scratch, &scope);
        gather->persons[i].tallies[span].commission_bp = gather->commission_bp;
        gather->persons[i].tallies[span].share_bp = gather->share_bp;
    }
}

static enum err count_span(struct hq_store *store, struct gather *gather, enum gather_span span)
{
    struct arena scratch;
    arena_init(&scratch, 1 << 20);
    tallies_start(&scratch, gather, span);
    enum err err = gather_rows(store, gather, span);
    if (err == OK) {
        tally_finish(&gather->tallies[span]);
        for (size_t i = 0; i < gather->person_count; i++) {
            tally_finish(&gather->persons[i].tallies[span]);
        }
    }
    arena_deinit(&scratch);
    return err;
}

enum err gather_all(struct arena *arena, struct hq_store *store, const struct report_ask *ask,
                    struct gather *gather_out)
{
    struct gather *gather = gather_out;
    *gather = (struct gather){.ask = ask};
    gather->periods[GATHER_now] = ask->period;
    gather->periods[GATHER_before] = period_before(ask->period);
    gather->periods[GATHER_year_before] = period_year_before(ask->period);

    const char *zone = NULL;
    TRY(hq_setting(arena, store, "zone", "Asia/Shanghai", &zone));
    TRY(date_zone_offset(str_from(zone), &gather->offset_minutes));
    int32_t today = date_day_at(ask->now_ms, gather->offset_minutes);
    gather->as_of_day = ask->period.until_day < today ? ask->period.until_day : today;

    TRY(read_people(arena, store, gather));
    TRY(read_settings(store, gather));
    TRY(read_devices(store, gather));
    TRY(read_first_day(store, gather));
    for (int span = 0; span < GATHER_SPAN_COUNT; span++) {
        TRY(count_span(store, gather, (enum gather_span)span));
    }
    return OK;
}
