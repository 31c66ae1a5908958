#include "core/event/flag.h"

#include "core/base/str.h"
#include "core/domain/date.h"

#include <string.h>

static ds_Flag *find(ds_CaseState *state, uint32_t flag)
{
    for (size_t i = 0; i < state->flags_count; i++) {
        if (state->flags[i].flag == flag) {
            return &state->flags[i];
        }
    }
    return NULL;
}

/* Every flag this build knows has room (asserted below); codes of newer tablets, which no
 * rule of this build can read, take what is left and give way. */
static ds_Flag *new_entry(ds_CaseState *state, uint32_t flag)
{
    if (state->flags_count < COUNT(state->flags)) {
        return &state->flags[state->flags_count++];
    }
    for (size_t i = 0; i < COUNT(state->flags); i++) {
        bool is_unknown = catalog_name(CATALOG_stop_flag, state->flags[i].flag) == NULL;
        if (is_unknown && catalog_name(CATALOG_stop_flag, flag) != NULL) {
            return &state->flags[i];
        }
    }
    return NULL;
}

enum {
    FLAG_COUNT = 0
#define STOP_FLAG(code, name, rule) +1
#include "core/domain/stop_flags.def"
#undef STOP_FLAG
};
_Static_assert(FLAG_COUNT <= sizeof(((ds_CaseState *)0)->flags) / sizeof(ds_Flag),
               "every stop flag has room in a case state");

struct flag_terms flag_terms_flagged(const ds_StatusFlagged *payload)
{
    return (struct flag_terms){
        .from_day = payload->from_day,
        .until_day = payload->until_day,
        .not_before_minute = payload->not_before_minute,
        .not_after_minute = payload->not_after_minute,
        .not_weekdays = payload->not_weekdays,
        .not_places = payload->not_places,
        .note = payload->note,
    };
}

struct flag_terms flag_terms_stated(const ds_StatusStated *payload)
{
    return (struct flag_terms){
        .from_day = payload->from_day,
        .until_day = payload->until_day,
        .not_before_minute = payload->not_before_minute,
        .not_after_minute = payload->not_after_minute,
        .not_weekdays = payload->not_weekdays,
        .not_places = payload->not_places,
        .note = payload->note,
    };
}

enum { LAST_MINUTE = 24 * 60 - 1, ALL_WEEKDAYS = (1 << 7) - 1, PLACE_BITS = 16 };

bool flag_terms_validate(struct event_fault *fault_out, uint32_t flag,
                         const struct flag_terms *terms)
{
    return field_code(fault_out, "flag", CATALOG_stop_flag, flag) &&
           field_day_or_none(fault_out, "from_day", terms->from_day) &&
           field_day_or_none(fault_out, "until_day", terms->until_day) &&
           field_range(fault_out, "not_before_minute", terms->not_before_minute, 0, LAST_MINUTE) &&
           field_range(fault_out, "not_after_minute", terms->not_after_minute, 0, LAST_MINUTE) &&
           field_range(fault_out, "not_weekdays", terms->not_weekdays, 0, ALL_WEEKDAYS) &&
           field_range(fault_out, "not_places", terms->not_places, 0, (1 << PLACE_BITS) - 1) &&
           (terms->not_after_minute == 0 ||
            field_range(fault_out, "not_after_minute", terms->not_after_minute,
                        (int64_t)terms->not_before_minute + 1, LAST_MINUTE));
}

/* Wishes that name nothing ask for all of it, and no other wish makes them less. */
static bool has_wish(const ds_Flag *entry)
{
    return (entry->not_before_minute | entry->not_after_minute | entry->not_weekdays |
            entry->not_places) != 0;
}

static void set_terms(ds_Flag *entry, const struct flag_terms *terms)
{
    entry->from_day = terms->from_day;
    entry->until_day = terms->until_day;
    entry->not_before_minute = terms->not_before_minute;
    entry->not_after_minute = terms->not_after_minute;
    entry->not_weekdays = terms->not_weekdays;
    entry->not_places = terms->not_places;
}

static void add_terms(ds_Flag *entry, const struct flag_terms *terms)
{
    ds_Flag both = *entry;
    set_terms(&both, terms);
    bool is_all = !has_wish(entry) || !has_wish(&both);
    /* Rules count days from a beginning, so the later one is the stricter; a wish holds from its
     * beginning, so there it is the earlier. */
    bool is_wish = entry->flag == STOP_FLAG_own_times;
    if (is_wish ? entry->from_day < both.from_day : entry->from_day > both.from_day) {
        both.from_day = entry->from_day;
    }
    if (entry->until_day == 0 || (both.until_day != 0 && entry->until_day > both.until_day)) {
        both.until_day = entry->until_day;
    }
    if (entry->not_before_minute > both.not_before_minute) {
        both.not_before_minute = entry->not_before_minute;
    }
    if (both.not_after_minute == 0 ||
        (entry->not_after_minute != 0 && entry->not_after_minute < both.not_after_minute)) {
        both.not_after_minute = entry->not_after_minute;
    }
    both.not_weekdays |= entry->not_weekdays;
    both.not_places |= entry->not_places;
    if (is_all) {
        both.not_before_minute = 0;
        both.not_after_minute = 0;
        both.not_weekdays = 0;
        both.not_places = 0;
    }
    *entry = both;
}

/* The flag's entry, made when there is none, raised in the name of the fact; NULL: no room. */
static ds_Flag *begin(const struct fold_context *fold, uint32_t flag, bool *was_raised_out)
{
    ds_Flag *entry = find(fold->state, flag);
    if (entry == NULL) {
        entry = new_entry(fold->state, flag);
        if (entry == NULL) {
            return NULL;
        }
        memset(entry, 0, sizeof *entry);
        entry->flag = flag;
        entry->is_cleared = true;
    }
    *was_raised_out = !entry->is_cleared;
    entry->raised_count = *was_raised_out ? entry->raised_count + 1 : 1;
    if (!*was_raised_out) {
        entry->since_at_ms = fold->fact->event.at_ms;
        entry->person_no = fold->fact->event.person_no;
        entry->is_cleared = false;
        entry->note[0] = '\0';
    }
    return entry;
}

void flag_raise(const struct fold_context *fold, uint32_t flag, const struct flag_terms *terms)
{
    bool was_raised = false;
    ds_Flag *entry = begin(fold, flag, &was_raised);
    if (entry == NULL) {
        return;
    }
    if (was_raised) {
        add_terms(entry, terms);
    } else {
        set_terms(entry, terms);
    }
    if (entry->note[0] == '\0') {
        str_copy(entry->note, sizeof entry->note, str_from(terms->note));
    }
}

/* What the record says of a flag besides that it is raised. */
static struct flag_terms terms_of(const ds_CaseRecord *record, uint32_t flag)
{
    switch (flag) {
    case STOP_FLAG_moratorium:
        return (struct flag_terms){.from_day = record->moratorium_day,
                                   .until_day = record->moratorium_until_day};
    case STOP_FLAG_in_treatment:
        return (struct flag_terms){.until_day = record->treatment_until_day};
    case STOP_FLAG_acute_hardship:
        return (struct flag_terms){.from_day = record->hardship_day};
    case STOP_FLAG_own_times:
        return (struct flag_terms){.not_before_minute = record->not_before_minute,
                                   .not_after_minute = record->not_after_minute,
                                   .not_weekdays = record->not_weekdays,
                                   .not_places = record->not_places};
    default:
        return (struct flag_terms){0};
    }
}

void flag_from_record(ds_CaseState *state, const ds_CaseRecord *record)
{
    int64_t since_at_ms = (int64_t)record->imported_day * DATE_DAY_MS;
    for (size_t i = 0; i < catalog_count(CATALOG_stop_flag); i++) {
        uint32_t flag = catalog_code_at(CATALOG_stop_flag, i);
        struct flag_terms terms = terms_of(record, flag);
        ds_Flag entry = {
            .flag = flag,
            .since_at_ms = since_at_ms > 0 ? (uint64_t)since_at_ms : 0,
            .raised_count = 1,
        };
        set_terms(&entry, &terms);
        bool is_said = entry.from_day != 0 || entry.until_day != 0 || has_wish(&entry);
        bool is_raised = (record->flags >> flag & 1) != 0 || is_said;
        if (is_raised && state->flags_count < COUNT(state->flags)) {
            state->flags[state->flags_count++] = entry;
        }
    }
}

void flag_clear(const struct fold_context *fold, uint32_t flag, uint32_t known_count)
{
    ds_Flag *entry = find(fold->state, flag);
    if (entry == NULL || entry->is_cleared) {
        return;
    }
    if (entry->raised_count > known_count) {
        /* A tablet raised it, offline, before the clearing: whoever cleared it did not
         * know, so the stop stands. */
        entry->raised_count -= known_count;
        return;
    }
    entry->is_cleared = true;
    entry->raised_count = 0;
}

void flag_restore(const struct fold_context *fold, uint32_t flag)
{
    ds_Flag *entry = find(fold->state, flag);
    if (entry != NULL && entry->is_cleared) {
        entry->is_cleared = false;
        entry->raised_count = 1;
    }
}
