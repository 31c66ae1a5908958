/* core/store/rows.c -- report rows: written by facts, made anew, read for metrics. */
#include "core/store/store_private.h"

#include <stdio.h>
#include <string.h>

#define CONTACT(member) STORE_FIELD(struct contact_row, member)
static const struct store_field contact_fields[] = {
    CONTACT(id),         CONTACT(case_no),      CONTACT(person_no),
    CONTACT(channel),    CONTACT(outcome),      CONTACT(result),
    CONTACT(role),       CONTACT(cooperation),  CONTACT(default_reason),
    CONTACT(ability),    CONTACT(willingness),  CONTACT(at_ms),
    CONTACT(dwell_s),    CONTACT(fired_count),  CONTACT(clock_quality),
    CONTACT(owed_minor), CONTACT(is_withdrawn), CONTACT(is_corrected),
};

#define ARRANGEMENT(member) STORE_FIELD(struct arrangement_row, member)
static const struct store_field arrangement_fields[] = {
    ARRANGEMENT(id),         ARRANGEMENT(case_no),       ARRANGEMENT(person_no),
    ARRANGEMENT(kind),       ARRANGEMENT(state),         ARRANGEMENT(amount_minor),
    ARRANGEMENT(paid_minor), ARRANGEMENT(due_day),       ARRANGEMENT(judged_day),
    ARRANGEMENT(made_at_ms), ARRANGEMENT(decided_at_ms),
};

#define PAYMENT(member) STORE_FIELD(struct payment_row, member)
static const struct store_field payment_fields[] = {
    PAYMENT(id),      PAYMENT(case_no),   PAYMENT(amount_minor), PAYMENT(paid_day),
    PAYMENT(channel), PAYMENT(is_posted), PAYMENT(credited_no),  PAYMENT(after_channel),
};

#define INCIDENT(member) STORE_FIELD(struct incident_row, member)
static const struct store_field incident_fields[] = {
    INCIDENT(id),   INCIDENT(case_no),  INCIDENT(person_no), INCIDENT(kind),
    INCIDENT(code), INCIDENT(severity), INCIDENT(at_ms),     INCIDENT(is_withdrawn),
};

#define DAY(member) STORE_FIELD(struct day_row, member)
static const struct store_field day_fields[] = {
    DAY(person_no),      DAY(day),
    DAY(planned),        DAY(visited),
    DAY(skipped),        DAY(distance_m),
    DAY(opened_at_ms),   DAY(closed_at_ms),
    DAY(worked_minutes), DAY(planned_distance_m),
};

/* ---- writing ---- */

static enum err put(struct store *store, enum sql_device which, const struct store_field *fields,
                    size_t count, const void *row)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, which, &stmt));
    store_row_bind(&stmt, fields, count, row);
    return store_stmt_run(&stmt);
}

static enum err put_contact(void *context, const struct contact_row *row)
{
    return put(context, SQL_DEVICE_contact_put, contact_fields, COUNT(contact_fields), row);
}

static enum err put_arrangement(void *context, const struct arrangement_row *row)
{
    return put(context, SQL_DEVICE_arrangement_put, arrangement_fields, COUNT(arrangement_fields),
               row);
}

static enum err put_payment(void *context, const struct payment_row *row)
{
    return put(context, SQL_DEVICE_payment_put, payment_fields, COUNT(payment_fields), row);
}

static enum err put_incident(void *context, const struct incident_row *row)
{
    return put(context, SQL_DEVICE_incident_put, incident_fields, COUNT(incident_fields), row);
}

static enum err put_day(void *context, const struct day_row *row)
{
    return put(context, SQL_DEVICE_day_put, day_fields, COUNT(day_fields), row);
}

static enum err keep_contact(void *context, const struct contact_row *row)
{
    return put(context, SQL_DEVICE_kept_contact_put, contact_fields, COUNT(contact_fields), row);
}

static enum err keep_arrangement(void *context, const struct arrangement_row *row)
{
    return put(context, SQL_DEVICE_kept_arrangement_put, arrangement_fields,
               COUNT(arrangement_fields), row);
}

static enum err keep_payment(void *context, const struct payment_row *row)
{
    return put(context, SQL_DEVICE_kept_payment_put, payment_fields, COUNT(payment_fields), row);
}

/* What takes the row back, by enum rows_list. */
static const enum sql_device take_backs[ROWS_LIST_COUNT] = {
    [ROWS_LIST_none] = SQL_DEVICE_COUNT,
    [ROWS_LIST_contact] = SQL_DEVICE_contact_take_back,
    [ROWS_LIST_arrangement] = SQL_DEVICE_arrangement_take_back,
    [ROWS_LIST_payment] = SQL_DEVICE_payment_take_back,
    [ROWS_LIST_incident] = SQL_DEVICE_incident_take_back,
};

static enum err start_of_row(struct store *store, enum sql_device which,
                             const struct withdrawal *withdrawal, struct store_stmt *stmt_out)
{
    TRY(store_stmt_start(store, which, stmt_out));
    store_stmt_bind_bytes(stmt_out, "$id", withdrawal->id.bytes, sizeof withdrawal->id.bytes);
    store_stmt_bind_number(stmt_out, "$case_no", (int64_t)withdrawal->case_no);
    return OK;
}

static enum err take_back(void *context, const struct withdrawal *withdrawal)
{
    struct store_stmt stmt;
    bool has_row = false;
    TRY(start_of_row(context, SQL_DEVICE_row_to_take_back, withdrawal, &stmt));
    TRY(store_stmt_next(&stmt, &has_row));
    if (!has_row) {
        return OK;
    }
    const struct rows_place place = {
        .list = store_stmt_number(&stmt, "list"),
        .person_no = (uint32_t)store_stmt_number(&stmt, "person_no"),
        .kind = (uint32_t)store_stmt_number(&stmt, "kind"),
        .is_posted = store_stmt_number(&stmt, "is_posted") != 0,
    };
    store_stmt_end(&stmt);
    enum sql_device update = take_backs[rows_taken_from(withdrawal, &place)];
    if (update == SQL_DEVICE_COUNT) {
        return OK;
    }
    TRY(start_of_row(context, update, withdrawal, &stmt));
    return store_stmt_run(&stmt);
}

struct row_sink store_rows_sink(struct store *store)
{
    return (struct row_sink){
        .context = store,
        .contact = put_contact,
        .arrangement = put_arrangement,
        .payment = put_payment,
        .incident = put_incident,
        .day = put_day,
        .withdrawn = take_back,
    };
}

struct row_sink store_rows_kept_sink(struct store *store)
{
    return (struct row_sink){
        .context = store,
        .contact = keep_contact,
        .arrangement = keep_arrangement,
        .payment = keep_payment,
    };
}

static enum err run_for_case(struct store *store, enum sql_device which, uint64_t case_no)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, which, &stmt));
    if (case_no != 0) {
        store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    }
    return store_stmt_run(&stmt);
}

static enum err run_all(struct store *store, const enum sql_device *statements, size_t count,
                        uint64_t case_no)
{
    for (size_t i = 0; i < count; i++) {
        TRY(run_for_case(store, statements[i], case_no));
    }
    return OK;
}

enum err store_rows_clear(struct store *store, uint64_t case_no)
{
    static const enum sql_device of_case[] = {
        SQL_DEVICE_contact_clear,
        SQL_DEVICE_arrangement_clear,
        SQL_DEVICE_payment_clear,
        SQL_DEVICE_incident_clear,
    };
    static const enum sql_device of_all[] = {
        SQL_DEVICE_contact_clear_all, SQL_DEVICE_arrangement_clear_all,
        SQL_DEVICE_payment_clear_all, SQL_DEVICE_incident_clear_all,
        SQL_DEVICE_day_clear,
    };
    return case_no != 0 ? run_all(store, of_case, COUNT(of_case), case_no)
                        : run_all(store, of_all, COUNT(of_all), 0);
}

enum err store_rows_restore(struct store *store, uint64_t case_no)
{
    static const enum sql_device of_case[] = {
        SQL_DEVICE_contact_restore,
        SQL_DEVICE_arrangement_restore,
        SQL_DEVICE_payment_restore,
    };
    static const enum sql_device of_all[] = {
        SQL_DEVICE_contact_restore_all,
        SQL_DEVICE_arrangement_restore_all,
        SQL_DEVICE_payment_restore_all,
    };
    return case_no != 0 ? run_all(store, of_case, COUNT(of_case), case_no)
                        : run_all(store, of_all, COUNT(of_all), 0);
}

enum err store_rows_freeze(struct store *store, uint64_t case_no)
{
    static const enum sql_device of_case[] = {
        SQL_DEVICE_contact_freeze,
        SQL_DEVICE_arrangement_freeze,
        SQL_DEVICE_payment_freeze,
    };
    return run_all(store, of_case, COUNT(of_case), case_no);
}

/* ---- reading ---- */

struct range {
    int64_t from_at_ms, until_at_ms;
    int32_t from_day, until_day;
};

enum table { TABLE_contact, TABLE_arrangement, TABLE_payment, TABLE_incident, TABLE_day };

union any_row {
    struct contact_row contact;
    struct arrangement_row arrangement;
    struct payment_row payment;
    struct incident_row incident;
    struct day_row day;
};

static const struct {
    enum sql_device read;
    const struct store_field *fields;
    size_t count;
    bool has_instants, has_days;
} tables[] = {
    [TABLE_contact] = {SQL_DEVICE_contact_read, contact_fields, COUNT(contact_fields), true, false},
    [TABLE_arrangement] = {SQL_DEVICE_arrangement_read, arrangement_fields,
                           COUNT(arrangement_fields), true, true},
    [TABLE_payment] = {SQL_DEVICE_payment_read, payment_fields, COUNT(payment_fields), false, true},
    [TABLE_incident] = {SQL_DEVICE_incident_read, incident_fields, COUNT(incident_fields), true,
                        false},
    [TABLE_day] = {SQL_DEVICE_day_read, day_fields, COUNT(day_fields), false, true},
};

static enum err hand_over(const struct row_sink *sink, enum table table, const union any_row *row)
{
    switch (table) {
    case TABLE_contact:
        return sink->contact != NULL ? sink->contact(sink->context, &row->contact) : OK;
    case TABLE_arrangement:
        return sink->arrangement != NULL ? sink->arrangement(sink->context, &row->arrangement) : OK;
    case TABLE_payment:
        return sink->payment != NULL ? sink->payment(sink->context, &row->payment) : OK;
    case TABLE_incident:
        return sink->incident != NULL ? sink->incident(sink->context, &row->incident) : OK;
    case TABLE_day:
        return sink->day != NULL ? sink->day(sink->context, &row->day) : OK;
    }
    UNREACHABLE();
}

static enum err read_table(struct store *store, enum table table, const struct range *range,
                           const struct row_sink *sink)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, tables[table].read, &stmt));
    if (tables[table].has_instants) {
        store_stmt_bind_number(&stmt, "$from_at_ms", range->from_at_ms);
        store_stmt_bind_number(&stmt, "$until_at_ms", range->until_at_ms);
    }
    if (tables[table].has_days) {
        store_stmt_bind_number(&stmt, "$from_day", range->from_day);
        store_stmt_bind_number(&stmt, "$until_day", range->until_day);
    }
    struct store_row_map map = store_row_map(&stmt, tables[table].fields, tables[table].count);
    for (;;) {
        bool has_row = false;
        TRY(store_stmt_next(&stmt, &has_row));
        if (!has_row) {
            return OK;
        }
        union any_row row;
        memset(&row, 0, sizeof row);
        enum err err =
            store_row_read(&stmt, &map, tables[table].fields, tables[table].count, NULL, &row);
        if (err == OK) {
            err = hand_over(sink, table, &row);
        }
        if (err != OK) {
            store_stmt_end(&stmt);
            return err;
        }
    }
}

enum err store_rows_read(struct store *store, int64_t from_at_ms, int64_t until_at_ms,
                         int32_t from_day, int32_t until_day, const struct row_sink *sink)
{
    struct range range = {from_at_ms, until_at_ms, from_day, until_day};
    for (size_t i = 0; i < COUNT(tables); i++) {
        TRY(read_table(store, (enum table)i, &range, sink));
    }
    return OK;
}

/* ---- comparison ---- */

static void add_value(struct str_builder *builder, sqlite3_stmt *handle, int column)
{
    static const char digits[] = "0123456789abcdef";
    if (sqlite3_column_type(handle, column) != SQLITE_BLOB) {
        const unsigned char *text = sqlite3_column_text(handle, column);
        str_add_text(builder, text != NULL ? (const char *)text : "-");
        return;
    }
    const uint8_t *bytes = sqlite3_column_blob(handle, column);
    int size = sqlite3_column_bytes(handle, column);
    for (int i = 0; i < size; i++) {
        str_add_char(builder, digits[bytes[i] >> 4]);
        str_add_char(builder, digits[bytes[i] & 15]);
    }
}

static enum err dump_one(struct store *store, enum sql_device which, struct str_builder *builder)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, which, &stmt));
    str_add_format(builder, "# %s\n", sql_device_names[which]);
    for (;;) {
        bool has_row = false;
        TRY(store_stmt_next(&stmt, &has_row));
        if (!has_row) {
            return OK;
        }
        int count = sqlite3_column_count(stmt.handle);
        for (int i = 0; i < count; i++) {
            str_add_text(builder, i > 0 ? "|" : "");
            add_value(builder, stmt.handle, i);
        }
        str_add_char(builder, '\n');
    }
}

enum err store_rows_dump(struct store *store, struct arena *arena, struct str *text_out)
{
    static const enum sql_device all[] = {
        SQL_DEVICE_dump_cases,       SQL_DEVICE_dump_search,  SQL_DEVICE_dump_contact,
        SQL_DEVICE_dump_arrangement, SQL_DEVICE_dump_payment, SQL_DEVICE_dump_incident,
        SQL_DEVICE_dump_day,
    };
    struct str_builder builder;
    str_builder_init(&builder, arena);
    for (size_t i = 0; i < COUNT(all); i++) {
        TRY(dump_one(store, all[i], &builder));
    }
    *text_out = str_built(&builder);
    return OK;
}
