#include "sync/server/plan/staff_terms.h"

#include "core/domain/date.h"

#include <string.h>

enum { DAY_MINUTES = 1440 };

struct staff_terms staff_terms_none(void)
{
    return (struct staff_terms){.skills = STR(""), .until_minute = DAY_MINUTES};
}

bool staff_terms_set_skills(struct staff_terms *terms, struct str text)
{
    bool is_line = str_is_utf8(text) && !str_contains(text, STR("\n"));
    if (text.size > 0 && is_line) {
        terms->skills = text;
    }
    return is_line;
}

static bool leave_read(struct str text, struct staff_leave *leave_out)
{
    struct str from = STR("");
    struct str until = STR("");
    (void)str_split(&text, '/', &from);
    bool is_span = str_split(&text, '/', &until);
    return date_from_text(str_trim(from), &leave_out->from_day) == OK &&
           date_from_text(str_trim(is_span ? until : from), &leave_out->until_day) == OK &&
           leave_out->from_day <= leave_out->until_day && text.size == 0;
}

bool staff_terms_set_leave(struct staff_terms *terms, struct str text)
{
    struct staff_leave leaves[STAFF_LEAVES_MAX];
    size_t count = 0;
    struct str one;
    while (str_split(&text, ';', &one)) {
        one = str_trim(one);
        if (one.size == 0) {
            continue;
        }
        if (count == STAFF_LEAVES_MAX || !leave_read(one, &leaves[count])) {
            return false;
        }
        count++;
    }
    if (count > 0) {
        memcpy(terms->leaves, leaves, count * sizeof *leaves);
        terms->leave_count = count;
    }
    return true;
}

/* "08:30" */
static bool minute_read(struct str text, int32_t *minute_out)
{
    struct str hour = STR("");
    struct str rest = STR("");
    int64_t hours = 0;
    int64_t minutes = 0;
    if (!str_split(&text, ':', &hour) || !str_split(&text, ':', &rest) || text.size > 0 ||
        str_to_i64(hour, &hours) != OK || str_to_i64(rest, &minutes) != OK || hours < 0 ||
        hours > DAY_MINUTES / 60 || minutes < 0 || minutes > 59 ||
        hours * 60 + minutes > DAY_MINUTES) {
        return false;
    }
    *minute_out = (int32_t)(hours * 60 + minutes);
    return true;
}

bool staff_terms_set_hours(struct staff_terms *terms, struct str text)
{
    if (text.size == 0) {
        return true;
    }
    struct str from = STR("");
    struct str until = STR("");
    int32_t from_minute = 0;
    int32_t until_minute = 0;
    if (!str_split(&text, '-', &from) || !str_split(&text, '-', &until) || text.size > 0 ||
        !minute_read(str_trim(from), &from_minute) ||
        !minute_read(str_trim(until), &until_minute) || from_minute >= until_minute) {
        return false;
    }
    terms->from_minute = from_minute;
    terms->until_minute = until_minute;
    return true;
}

bool staff_terms_set_place(struct staff_terms *terms, struct str text)
{
    char copy[64];
    struct str lat = STR("");
    struct geo_point place;
    if (text.size == 0) {
        return true;
    }
    if (!str_copy(copy, sizeof copy, text)) {
        return false;
    }
    struct str rest = str_from(copy);
    (void)str_split(&rest, ' ', &lat);
    copy[lat.size] = '\0';
    rest = str_trim(rest);
    if (rest.size == 0 || geo_degrees_from_text(copy, 90, &place.lat_e7) != OK ||
        geo_degrees_from_text(rest.bytes, 180, &place.lon_e7) != OK) {
        return false;
    }
    terms->place = place;
    return true;
}

struct staff_terms staff_terms_read(struct str text)
{
    struct staff_terms terms = staff_terms_none();
    struct str line;
    while (str_split(&text, '\n', &line)) {
        struct str name = STR("");
        (void)str_split(&line, '=', &name);
        name = str_trim(name);
        line = str_trim(line);
        if (str_is(name, "skills")) {
            (void)staff_terms_set_skills(&terms, line);
        } else if (str_is(name, "leave")) {
            (void)staff_terms_set_leave(&terms, line);
        } else if (str_is(name, "hours")) {
            (void)staff_terms_set_hours(&terms, line);
        } else if (str_is(name, "place")) {
            (void)staff_terms_set_place(&terms, line);
        }
    }
    return terms;
}

const char *staff_terms_leave_text(struct arena *arena, const struct staff_terms *terms)
{
    struct str_builder text;
    str_builder_init(&text, arena);
    str_add_text(&text, "");
    for (size_t i = 0; i < terms->leave_count; i++) {
        const struct staff_leave *leave = &terms->leaves[i];
        char day[DATE_TEXT_SIZE];
        str_add_text(&text, i > 0 ? ";" : "");
        str_add_text(&text, date_to_text(day, leave->from_day));
        if (leave->until_day != leave->from_day) {
            str_add_char(&text, '/');
            str_add_text(&text, date_to_text(day, leave->until_day));
        }
    }
    return text.text;
}

static void degrees_add(struct str_builder *text, int32_t e7)
{
    int64_t size = e7 < 0 ? -(int64_t)e7 : e7;
    str_add_format(text, "%s%lld.%07lld", e7 < 0 ? "-" : "", (long long)(size / 10000000),
                   (long long)(size % 10000000));
}

const char *staff_terms_write(struct arena *arena, const struct staff_terms *terms)
{
    struct str_builder text;
    str_builder_init(&text, arena);
    str_add_text(&text, "skills = ");
    str_add(&text, terms->skills);
    str_add_format(&text, "\nleave = %s\nhours = %02d:%02d-%02d:%02d\n",
                   staff_terms_leave_text(arena, terms), terms->from_minute / 60,
                   terms->from_minute % 60, terms->until_minute / 60, terms->until_minute % 60);
    if (geo_is_located(terms->place)) {
        str_add_text(&text, "place = ");
        degrees_add(&text, terms->place.lat_e7);
        str_add_char(&text, ' ');
        degrees_add(&text, terms->place.lon_e7);
        str_add_char(&text, '\n');
    }
    return text.text;
}

bool staff_terms_is_away(const struct staff_terms *terms, int32_t day)
{
    for (size_t i = 0; i < terms->leave_count; i++) {
        if (terms->leaves[i].from_day <= day && day <= terms->leaves[i].until_day) {
            return true;
        }
    }
    return false;
}

enum err staff_terms_put(struct arena *arena, struct hq_store *store, uint32_t person_no,
                         const struct staff_terms *terms)
{
    return hq_setting_set(store, str_format(arena, "plan.staff.%u", person_no),
                          staff_terms_write(arena, terms));
}
