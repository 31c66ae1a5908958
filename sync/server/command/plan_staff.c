/* doorstep-hq plan staff: skills, leave, hours and where the day begins. */
#include "core/domain/date.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/planning.h"
#include "sync/server/import/csv_read.h"

#include <string.h>

enum staff_column {
    STAFF_code,
    STAFF_skills,
    STAFF_leave,
    STAFF_hours,
    STAFF_place,
    STAFF_datum,
    STAFF_COLUMNS
};

static const struct {
    const char *name, *zh;
} headings[STAFF_COLUMNS] = {{"code", "工号"},      {"skills", "技能"},  {"leave", "休假"},
                             {"hours", "工作时间"}, {"place", "出发地"}, {"datum", "坐标系"}};

static bool bind_headings(const struct csv_row *row, int field_of[STAFF_COLUMNS])
{
    bool is_whole = row->fault == CSV_FAULT_none;
    for (size_t c = 0; c < STAFF_COLUMNS; c++) {
        field_of[c] = -1;
    }
    for (size_t i = 0; is_whole && i < row->field_count; i++) {
        struct str heading = str_trim(row->fields[i]);
        size_t c = 0;
        while (c < STAFF_COLUMNS && !str_is(heading, headings[c].name) &&
               !str_is(heading, headings[c].zh)) {
            c++;
        }
        is_whole = c < STAFF_COLUMNS;
        if (is_whole) {
            field_of[c] = (int)i;
        }
    }
    return is_whole && field_of[STAFF_code] >= 0;
}

static struct str field(const struct csv_row *row, const int field_of[STAFF_COLUMNS],
                        enum staff_column column)
{
    int index = field_of[column];
    return index >= 0 && (size_t)index < row->field_count ? str_trim(row->fields[index]) : STR("");
}

static bool datum_set(struct staff_terms *terms, struct str name)
{
    enum geo_datum datum = GEO_DATUM_wgs84;
    if (str_is(name, "gcj02")) {
        datum = GEO_DATUM_gcj02;
    } else if (str_is(name, "bd09")) {
        datum = GEO_DATUM_bd09;
    } else if (name.size > 0 && !str_is(name, "wgs84")) {
        return false;
    }
    if (geo_is_located(terms->place)) {
        terms->place = geo_to_wgs84(terms->place, datum);
    }
    return true;
}

/* What is wrong with the row, as a text key; NULL when nothing is. */
static const char *row_fault(const struct csv_row *row, const int field_of[STAFF_COLUMNS],
                             struct staff_terms *terms_out)
{
    *terms_out = staff_terms_none();
    if (row->fault != CSV_FAULT_none) {
        return "hq.fault.row";
    }
    struct str skills = field(row, field_of, STAFF_skills);
    if (skills.size > STAFF_TERMS_SIZE_MAX || !staff_terms_set_skills(terms_out, skills)) {
        return "hqplan.fault.skills";
    }
    if (!staff_terms_set_leave(terms_out, field(row, field_of, STAFF_leave))) {
        return "hqplan.fault.leave";
    }
    if (!staff_terms_set_hours(terms_out, field(row, field_of, STAFF_hours))) {
        return "hqplan.fault.hours";
    }
    if (!staff_terms_set_place(terms_out, field(row, field_of, STAFF_place))) {
        return "hqplan.fault.place";
    }
    return datum_set(terms_out, field(row, field_of, STAFF_datum)) ? NULL : "hqplan.fault.datum";
}

/* One person of the file, kept in the arena until the writer's turn. */
struct staff_row {
    struct staff_row *next;
    uint32_t person_no;
    struct staff_terms terms;
};

struct staff_file {
    struct command_context *context;
    struct staff_row *rows;
    int64_t good_count, bad_count;
};

static enum err person_find(struct command_context *context, struct str code,
                            uint32_t *person_no_out)
{
    int64_t person_no = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_person_by_code);
    hq_bind_text(&query, "$code", code);
    enum err err = hq_one_i64(&query, &person_no);
    *person_no_out = (uint32_t)person_no;
    return err;
}

static enum err row_take(struct staff_file *file, const struct csv_row *row,
                         const int field_of[STAFF_COLUMNS])
{
    struct command_context *context = file->context;
    struct staff_row *kept = ARENA_NEW(context->arena, struct staff_row);
    const char *fault = row_fault(row, field_of, &kept->terms);
    if (fault == NULL) {
        enum err err = person_find(context, field(row, field_of, STAFF_code), &kept->person_no);
        if (err != OK && err != ERR_not_found) {
            return err;
        }
        fault = err == OK ? NULL : "hqplan.fault.code";
    }
    if (fault != NULL) {
        file->bad_count++;
        (void)command_fail(context, COMMAND_found,
                           COMMAND_TEXT("hq.fail.line", lang_value_count("line", row->line),
                                        lang_value_key("fault", fault)));
        return OK;
    }
    kept->terms.skills = str_from(str_text(context->arena, kept->terms.skills));
    kept->next = file->rows;
    file->rows = kept;
    file->good_count++;
    return OK;
}

static enum err rows_take(struct staff_file *file, struct csv_reader *reader,
                          bool *has_headings_out)
{
    struct csv_row row = {0};
    bool has_row = false;
    int field_of[STAFF_COLUMNS];
    TRY(csv_reader_next(reader, &row, &has_row));
    *has_headings_out = has_row && bind_headings(&row, field_of);
    if (!*has_headings_out) {
        return OK;
    }
    TRY(csv_reader_next(reader, &row, &has_row));
    while (has_row) {
        TRY(row_take(file, &row, field_of));
        TRY(csv_reader_next(reader, &row, &has_row));
    }
    return OK;
}

/* All of it or nothing, on the writer. */
static enum err rows_put(void *given, struct hq_store *store)
{
    const struct staff_file *file = given;
    const struct command_context *context = file->context;
    TRY(hq_begin(store));
    for (const struct staff_row *row = file->rows; row != NULL; row = row->next) {
        TRY(staff_terms_put(context->arena, store, row->person_no, &row->terms));
    }
    char detail[64];
    snprintf(detail, sizeof detail, "%lld people", (long long)file->good_count);
    TRY(hq_audit(store, clock_now_ms(context->clock), context->actor, "plan staff", detail));
    return hq_commit(store);
}

static enum command_exit take_file(struct command_context *context, const char *name)
{
    struct staff_file file = {.context = context};
    struct csv_reader *reader = NULL;
    bool has_headings = false;
    FILE *in = fopen(command_path(context, name), "rb");
    if (in == NULL) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.file", lang_value_text("file", name)));
    }
    enum err err = csv_reader_open(context->arena, in, NULL, &reader);
    if (err == OK) {
        err = rows_take(&file, reader, &has_headings);
        csv_reader_close(reader);
    }
    fclose(in);
    if (err == OK && !has_headings) {
        return command_fail(context, COMMAND_found, COMMAND_LINE("hqplan.fail.headings"));
    }
    if (err == OK && file.good_count > 0) {
        err = command_on_writer(context, rows_put, &file);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("hqplan.say.staff", lang_value_count("n", file.good_count),
                                      lang_value_count("bad", file.bad_count)));
    return file.bad_count > 0 ? COMMAND_found : COMMAND_ok;
}

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"code", "hq.column.code"},         {"name", "hq.column.name"},
        {"skills", "hqplan.column.skills"}, {"leave", "hqplan.column.leave"},
        {"hours", "hqplan.column.hours"},   {"place", "hqplan.column.place"}};
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_plan_people);
    while (hq_next(&query)) {
        if (hq_i64(&query, 3) != STAFF_ROLE_collector || hq_i64(&query, 4) == 0) {
            continue;
        }
        struct staff_terms terms =
            staff_terms_read(str_from(str_text(context->arena, hq_text(&query, 7))));
        listing_text(&listing, hq_text(&query, 1));
        listing_text(&listing, hq_text(&query, 2));
        listing_text(&listing, terms.skills);
        listing_text(&listing, str_from(staff_terms_leave_text(context->arena, &terms)));
        listing_text(&listing,
                     str_from(str_format(context->arena, "%s-%s",
                                         lang_minute(context->arena, terms.from_minute),
                                         lang_minute(context->arena, terms.until_minute))));
        listing_key(&listing, geo_is_located(terms.place) ? "hq.word.yes" : "hq.word.no",
                    geo_is_located(terms.place) ? "yes" : "no");
    }
    err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

enum command_exit planning_staff(struct command_context *context)
{
    const char *name = command_word(context, planning_options, 1);
    if (name != NULL && command_word(context, planning_options, 2) != NULL) {
        return command_usage(context);
    }
    return name == NULL ? list(context) : take_file(context, name);
}
