/* doorstep-hq people: members of staff. */
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/people_credential.h"
#include "sync/server/command/people_roles.h"
#include "sync/server/import/csv_read.h"
#include "sync/server/staff/member.h"

#include <string.h>

enum { NAME_SIZE_MAX = 64, CODE_SIZE_MAX = 32, CAPACITY_MAX = 10000 };

static const char *const options[] = {"--code",  "--name",     "--role",   "--team",
                                      "--areas", "--capacity", "--branch", NULL};
static const char *const plain[] = {"--inactive", NULL};

struct person {
    struct str code, name, role, team, areas, capacity;
    bool is_inactive;
};

/* What is wrong with a person, as a text key; NULL when nothing is. */
static const char *person_fault(const struct person *person, uint32_t *role_out,
                                int64_t *capacity_out)
{
    *role_out = person->role.size == 0 ? STAFF_ROLE_collector : staff_role_code(person->role);
    *capacity_out = 0;
    if (person->code.size == 0 || person->code.size > CODE_SIZE_MAX || !str_is_utf8(person->code)) {
        return "hq.fault.code";
    }
    if (person->name.size == 0 || person->name.size > NAME_SIZE_MAX || !str_is_utf8(person->name)) {
        return "hq.fault.name";
    }
    if (*role_out == STAFF_ROLE_none) {
        return "hq.fault.role";
    }
    if (!str_is_utf8(person->team) || !str_is_utf8(person->areas)) {
        return "hq.fault.text";
    }
    if (person->capacity.size > 0 && (str_to_i64(person->capacity, capacity_out) != OK ||
                                      *capacity_out < 0 || *capacity_out > CAPACITY_MAX)) {
        return "hq.fault.capacity";
    }
    return NULL;
}

static enum err team_no_of(struct hq_store *store, struct str team, int64_t *team_no_out)
{
    *team_no_out = 0;
    if (team.size == 0) {
        return OK;
    }
    struct hq_query find = hq_query(store, SQL_HQ_team_by_name);
    hq_bind_text(&find, "$name", team);
    enum err err = hq_one_i64(&find, team_no_out);
    if (err != ERR_not_found) {
        return err;
    }
    struct hq_query next = hq_query(store, SQL_HQ_team_next);
    TRY(hq_one_i64(&next, team_no_out));
    struct hq_query add = hq_query(store, SQL_HQ_team_add);
    hq_bind_i64(&add, "$team_no", *team_no_out);
    hq_bind_text(&add, "$name", team);
    return hq_run(&add);
}

/* Whether the person with this staff number, if there is one, may become this: nobody changes
 * their own role or leave, and the last administrator stays. */
static enum command_exit may_become(struct command_context *context, const struct person *person,
                                    uint32_t role)
{
    uint32_t person_no = 0;
    struct permit_person before = {0};
    enum err err = member_find(context->store, person->code, &person_no);
    if (err == ERR_not_found) {
        return COMMAND_ok;
    }
    if (err == OK) {
        err = member_load(context->store, person_no, &before);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    bool was_admin = false, is_same = false;
    for (size_t i = 0; i < before.grant_count; i++) {
        was_admin = was_admin || before.grants[i].role == STAFF_ROLE_admin;
        is_same =
            is_same || (before.grants[i].role == role && before.grants[i].branch_no == HQ_BRANCH);
    }
    bool is_change = !is_same || person->is_inactive;
    return is_change
               ? people_roles_check(context, person_no,
                                    was_admin && (role != STAFF_ROLE_admin || person->is_inactive))
               : COMMAND_ok;
}

/* Adds the person, or changes the one with this staff number. */
static enum err person_put(struct command_context *context, const struct person *person,
                           uint32_t role, int64_t capacity, int64_t *person_no_out)
{
    struct hq_store *store = context->store;
    int64_t team_no = 0;
    TRY(team_no_of(store, person->team, &team_no));
    struct hq_query find = hq_query(store, SQL_HQ_person_by_code);
    hq_bind_text(&find, "$code", person->code);
    enum err err = hq_one_i64(&find, person_no_out);
    if (err == ERR_not_found) {
        struct hq_query next = hq_query(store, SQL_HQ_person_next);
        err = hq_one_i64(&next, person_no_out);
    }
    TRY(err);
    struct hq_query put = hq_query(store, SQL_HQ_person_put);
    hq_bind_i64(&put, "$person_no", *person_no_out);
    hq_bind_text(&put, "$code", person->code);
    hq_bind_text(&put, "$name", person->name);
    hq_bind_i64(&put, "$role", role);
    hq_bind_i64(&put, "$team_no", team_no);
    hq_bind_i64(&put, "$is_active", !person->is_inactive);
    hq_bind_text(&put, "$areas", person->areas);
    hq_bind_i64(&put, "$capacity", capacity);
    hq_bind_i64(&put, "$made_at_ms", clock_now_ms(context->clock)); /* of a new one */
    return hq_run(&put);
}

static struct str option_text(const struct command_context *context, const char *option)
{
    return str_trim(str_from(command_option(context, option)));
}

static enum command_exit add(struct command_context *context)
{
    struct person person = {
        .code = option_text(context, "--code"),
        .name = option_text(context, "--name"),
        .role = option_text(context, "--role"),
        .team = option_text(context, "--team"),
        .areas = option_text(context, "--areas"),
        .capacity = option_text(context, "--capacity"),
        .is_inactive = command_has(context, "--inactive"),
    };
    uint32_t role = 0;
    int64_t capacity = 0;
    const char *fault = person_fault(&person, &role, &capacity);
    if (fault != NULL) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE(fault));
    }
    enum command_exit may = may_become(context, &person, role);
    if (may != COMMAND_ok) {
        return may;
    }
    int64_t person_no = 0;
    enum err err = hq_begin(context->store);
    if (err == OK) {
        err = person_put(context, &person, role, capacity, &person_no);
    }
    if (err == OK) {
        err = hq_audit(context->store, clock_now_ms(context->clock), context->actor, "people add",
                       str_format(context->arena, "person %lld", (long long)person_no));
    }
    if (err == OK) {
        err = hq_commit(context->store);
    }
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT("hq.say.person_added", lang_value_count("person", person_no),
                             lang_value_text("name", str_text(context->arena, person.name))));
    return COMMAND_ok;
}

/* ---- import ---- */

enum people_column {
    PEOPLE_code,
    PEOPLE_name,
    PEOPLE_role,
    PEOPLE_team,
    PEOPLE_areas,
    PEOPLE_capacity,
    PEOPLE_COLUMNS
};

static const struct {
    const char *name, *zh;
} headings[PEOPLE_COLUMNS] = {
    {"code", "工号"}, {"name", "姓名"},  {"role", "角色"},
    {"team", "小组"}, {"areas", "片区"}, {"capacity", "案件上限"},
};

static bool bind_headings(const struct csv_row *row, int field_of[PEOPLE_COLUMNS])
{
    for (size_t c = 0; c < PEOPLE_COLUMNS; c++) {
        field_of[c] = -1;
        for (size_t i = 0; i < row->field_count; i++) {
            struct str heading = str_trim(row->fields[i]);
            if (str_is(heading, headings[c].name) || str_is(heading, headings[c].zh)) {
                field_of[c] = (int)i;
            }
        }
    }
    return field_of[PEOPLE_code] >= 0 && field_of[PEOPLE_name] >= 0;
}

static struct str field(const struct csv_row *row, const int field_of[PEOPLE_COLUMNS],
                        enum people_column column)
{
    int index = field_of[column];
    return index >= 0 && (size_t)index < row->field_count ? str_trim(row->fields[index]) : STR("");
}

struct people_counts {
    int64_t good_count, bad_count;
};

static enum err import_rows(struct command_context *context, struct csv_reader *reader,
                            const int field_of[PEOPLE_COLUMNS], struct people_counts *counts)
{
    struct csv_row row;
    bool has_row = false;
    TRY(csv_reader_next(reader, &row, &has_row));
    while (has_row) {
        struct person person = {
            .code = field(&row, field_of, PEOPLE_code),
            .name = field(&row, field_of, PEOPLE_name),
            .role = field(&row, field_of, PEOPLE_role),
            .team = field(&row, field_of, PEOPLE_team),
            .areas = field(&row, field_of, PEOPLE_areas),
            .capacity = field(&row, field_of, PEOPLE_capacity),
        };
        uint32_t role = 0;
        int64_t capacity = 0;
        const char *fault =
            row.fault != CSV_FAULT_none ? "hq.fault.row" : person_fault(&person, &role, &capacity);
        if (fault == NULL && may_become(context, &person, role) != COMMAND_ok) {
            counts->bad_count++;
        } else if (fault != NULL) {
            counts->bad_count++;
            (void)command_fail(context, COMMAND_found,
                               COMMAND_TEXT("hq.fail.line", lang_value_count("line", row.line),
                                            lang_value_key("fault", fault)));
        } else {
            int64_t person_no = 0;
            TRY(person_put(context, &person, role, capacity, &person_no));
            counts->good_count++;
        }
        TRY(csv_reader_next(reader, &row, &has_row));
    }
    return OK;
}

static enum err import_file(struct command_context *context, FILE *file, bool *has_headings_out,
                            struct people_counts *counts)
{
    struct csv_reader *reader = NULL;
    *has_headings_out = false;
    TRY(csv_reader_open(context->arena, file, NULL, &reader));
    struct csv_row row = {0};
    bool has_row = false;
    int field_of[PEOPLE_COLUMNS];
    enum err err = csv_reader_next(reader, &row, &has_row);
    *has_headings_out = err == OK && has_row && bind_headings(&row, field_of);
    if (*has_headings_out) {
        err = hq_begin(context->store);
        if (err == OK) {
            err = import_rows(context, reader, field_of, counts);
        }
        if (err == OK) {
            err = hq_audit(
                context->store, clock_now_ms(context->clock), context->actor, "people import",
                str_format(context->arena, "%lld people", (long long)counts->good_count));
        }
        if (err == OK) {
            err = hq_commit(context->store);
        } else {
            hq_rollback(context->store);
        }
    }
    csv_reader_close(reader);
    return err;
}

static enum command_exit import(struct command_context *context)
{
    const char *name = command_word(context, options, 1);
    if (name == NULL) {
        return command_usage(context);
    }
    FILE *file = fopen(command_path(context, name), "rb");
    if (file == NULL) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.file", lang_value_text("file", name)));
    }
    bool has_headings = false;
    struct people_counts counts = {0};
    enum err err = import_file(context, file, &has_headings, &counts);
    fclose(file);
    if (err != OK) {
        return command_err(context, err);
    }
    if (!has_headings) {
        return command_fail(context, COMMAND_found, COMMAND_LINE("hq.fail.people_headings"));
    }
    command_say(context,
                COMMAND_TEXT("hq.say.people_imported", lang_value_count("n", counts.good_count),
                             lang_value_count("bad", counts.bad_count)));
    return counts.bad_count > 0 ? COMMAND_found : COMMAND_ok;
}

/* ---- list ---- */

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"person_no", "hq.column.number"},  {"code", "hq.column.code"},
        {"name", "hq.column.name"},         {"role", "hq.column.role"},
        {"team", "hq.column.team"},         {"areas", "hq.column.areas"},
        {"capacity", "hq.column.capacity"}, {"cases", "hq.column.cases"},
        {"devices", "hq.column.devices"},   {"active", "hq.column.active"},
    };
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_person_all);
    while (err == OK && hq_next(&query)) {
        bool shows = true;
        err = guard_shows(context, hq_i64(&query, 0), &shows);
        if (!shows) {
            continue;
        }
        const char *role = staff_role_name((uint32_t)hq_i64(&query, 3));
        bool is_active = hq_i64(&query, 5) != 0;
        role = role != NULL ? role : "unknown";
        listing_number(&listing, hq_i64(&query, 0));
        listing_text(&listing, hq_text(&query, 1));
        listing_text(&listing, hq_text(&query, 2));
        listing_key(&listing, str_format(context->arena, "staff_role.%s", role), role);
        listing_text(&listing, hq_text(&query, 8));
        listing_text(&listing, hq_text(&query, 6));
        listing_number(&listing, hq_i64(&query, 7));
        listing_number(&listing, hq_i64(&query, 9));
        listing_number(&listing, hq_i64(&query, 10));
        listing_key(&listing, is_active ? "hq.word.yes" : "hq.word.no", is_active ? "yes" : "no");
    }
    enum err end_err = hq_end(&query);
    if (err != OK || end_err != OK) {
        return command_err(context, err != OK ? err : end_err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

enum command_exit people_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    if (strcmp(verb, "add") == 0) {
        return add(context);
    }
    if (strcmp(verb, "import") == 0) {
        return import(context);
    }
    if (strcmp(verb, "grant") == 0) {
        return people_roles_grant(context);
    }
    if (strcmp(verb, "take") == 0) {
        return people_roles_take(context);
    }
    if (strcmp(verb, "credential") == 0) {
        return people_credential(context, command_word(context, options, 1),
                                 command_word(context, options, 2));
    }
    if (strcmp(verb, "account") == 0) {
        return people_roles_account(context);
    }
    bool is_lock = strcmp(verb, "lock") == 0;
    return is_lock || strcmp(verb, "unlock") == 0 ? people_roles_lock(context, is_lock)
                                                  : command_usage(context);
}
