#include "sync/server/import/case_row.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/domain/geo.h"
#include "sync/server/import/id_number.h"
#include "sync/server/import/phone.h"

#include <string.h>

struct checked_row {
    const struct column_map *map;
    const struct csv_row *row;
    struct row_faults *faults;
};

#define PHONE(n)                                                                        \
    {                                                                                   \
        CASE_COLUMN_phone##n, CASE_COLUMN_phone##n##_kind, CASE_COLUMN_phone##n##_role, \
            CASE_COLUMN_phone##n##_owner                                                \
    }
enum { PHONE_value, PHONE_kind, PHONE_role, PHONE_owner, PHONE_PARTS };
static const enum case_column phones[CASE_PHONES][PHONE_PARTS] = {PHONE(1), PHONE(2), PHONE(3),
                                                                  PHONE(4)};

#define ADDRESS(n)                                                                             \
    {                                                                                          \
        CASE_COLUMN_addr##n, CASE_COLUMN_addr##n##_kind, CASE_COLUMN_addr##n##_area,           \
            CASE_COLUMN_addr##n##_lat, CASE_COLUMN_addr##n##_lon, CASE_COLUMN_addr##n##_datum, \
            CASE_COLUMN_addr##n##_note                                                         \
    }
enum {
    ADDRESS_value,
    ADDRESS_kind,
    ADDRESS_area,
    ADDRESS_lat,
    ADDRESS_lon,
    ADDRESS_datum,
    ADDRESS_note,
    ADDRESS_PARTS
};
static const enum case_column addresses[CASE_ADDRESSES][ADDRESS_PARTS] = {ADDRESS(1), ADDRESS(2),
                                                                          ADDRESS(3)};

static struct str value_of(const struct checked_row *checked, enum case_column column)
{
    return column_value(checked->map, checked->row->fields, (size_t)column);
}

static bool has_value(const struct checked_row *checked, enum case_column column)
{
    return value_of(checked, column).size > 0;
}

/* A check of the whole row, told at one of its columns. */
static void blame(const struct checked_row *checked, enum case_column column, enum fault fault)
{
    row_faults_add(checked->faults, (int32_t)column, fault, value_of(checked, column));
}

/* A value that says more about something that the row does not name. */
static void check_belongs(const struct checked_row *checked, bool is_there, enum case_column column)
{
    if (!is_there && has_value(checked, column)) {
        blame(checked, column, FAULT_belongs_to_nothing);
    }
}

/* ---- telephones ---- */

static void points_close_up(const struct checked_row *checked, ds_CaseRecord *record)
{
    size_t count = 0;
    for (size_t i = 0; i < CASE_PHONES; i++) {
        ds_Point point = record->points[i];
        bool is_there = has_value(checked, phones[i][PHONE_value]);
        for (size_t part = PHONE_kind; part < PHONE_PARTS; part++) {
            check_belongs(checked, is_there, phones[i][part]);
        }
        is_there = is_there && point.value[0] != '\0'; /* else told already */
        if (!is_there) {
            continue;
        }
        char number[sizeof point.value];
        uint32_t shape = phone_read(number, sizeof number, str_from(point.value));
        if (point.kind == 0) {
            point.kind = shape;
        } else if ((point.kind == POINT_KIND_mobile && shape != POINT_KIND_mobile) ||
                   (point.kind == POINT_KIND_email) != (shape == POINT_KIND_email)) {
            blame(checked, phones[i][PHONE_value], FAULT_bad_phone);
        }
        point.role = point.role != 0 ? point.role : ROLE_borrower;
        point.state = POINT_STATE_unverified;
        point.source = FACT_SOURCE_client;
        point.as_of_day = record->balance_as_of_day;
        record->points[count++] = point;
    }
    for (size_t i = count; i < CASE_PHONES; i++) {
        record->points[i] = (ds_Point){0};
    }
    record->points_count = (pb_size_t)count;
}

/* ---- addresses ---- */

/* The rough box of China: enough to tell a swapped or a foreign pair. */
static bool is_in_china(int32_t lat_e7, int32_t lon_e7)
{
    return lat_e7 >= 30000000 && lat_e7 <= 540000000 && lon_e7 >= 730000000 && lon_e7 <= 1360000000;
}

static void place_check(const struct checked_row *checked, const ds_CaseRecord *record, size_t slot,
                        ds_Address *address, uint32_t datum)
{
    const enum case_column *columns = addresses[slot];
    bool has_lat = has_value(checked, columns[ADDRESS_lat]);
    bool has_lon = has_value(checked, columns[ADDRESS_lon]);
    if (!has_lat && !has_lon) {
        check_belongs(checked, false, columns[ADDRESS_datum]);
        return;
    }
    if (!has_lat || !has_lon) {
        blame(checked, columns[has_lat ? ADDRESS_lon : ADDRESS_lat], FAULT_half_coordinates);
        return;
    }
    bool is_chinese = strcmp(record->zone, "Asia/Shanghai") == 0;
    if (!is_in_china(address->lat_e7, address->lon_e7) &&
        is_in_china(address->lon_e7, address->lat_e7)) {
        blame(checked, columns[ADDRESS_lat], FAULT_swapped_coordinates);
    } else if (address->lat_e7 > 900000000 || address->lat_e7 < -900000000) {
        blame(checked, columns[ADDRESS_lat], FAULT_bad_degrees);
    } else if (is_chinese && !is_in_china(address->lat_e7, address->lon_e7)) {
        blame(checked, columns[ADDRESS_lat], FAULT_outside_country);
    } else if (datum == 0) {
        if (!has_value(checked, columns[ADDRESS_datum])) {
            blame(checked, columns[ADDRESS_datum], FAULT_no_datum);
        }
    } else {
        struct geo_point point = geo_to_wgs84((struct geo_point){address->lat_e7, address->lon_e7},
                                              (enum geo_datum)(datum - 1));
        address->lat_e7 = point.lat_e7;
        address->lon_e7 = point.lon_e7;
    }
}

static void addresses_close_up(const struct checked_row *checked, struct case_draft *draft)
{
    ds_CaseRecord *record = &draft->record;
    size_t count = 0;
    for (size_t i = 0; i < CASE_ADDRESSES; i++) {
        ds_Address address = record->addresses[i];
        if (address.text[0] == '\0') {
            bool is_there = has_value(checked, addresses[i][ADDRESS_value]);
            for (size_t part = ADDRESS_kind; part < ADDRESS_PARTS; part++) {
                check_belongs(checked, is_there, addresses[i][part]);
            }
            continue;
        }
        place_check(checked, record, i, &address, draft->datums[i]);
        address.kind = address.kind != 0 ? address.kind : ADDRESS_KIND_home;
        address.source = FACT_SOURCE_client;
        address.as_of_day = record->balance_as_of_day;
        record->addresses[count++] = address;
    }
    for (size_t i = count; i < CASE_ADDRESSES; i++) {
        record->addresses[i] = (ds_Address){0};
    }
    record->addresses_count = (pb_size_t)count;
}

static void parties_close_up(const struct checked_row *checked, ds_CaseRecord *record)
{
    static const struct {
        uint32_t role;
        enum case_column id, relation;
    } slots[CASE_PARTIES] = {
        {ROLE_guarantor, CASE_COLUMN_guarantor_id, CASE_COLUMN_guarantor_relation},
        {ROLE_codebtor, CASE_COLUMN_codebtor_id, CASE_COLUMN_codebtor_relation}};
    size_t count = 0;
    for (size_t i = 0; i < CASE_PARTIES; i++) {
        ds_Party party = record->parties[i];
        bool is_there = party.name[0] != '\0';
        check_belongs(checked, is_there, slots[i].id);
        check_belongs(checked, is_there, slots[i].relation);
        if (is_there) {
            party.role = slots[i].role;
            record->parties[count++] = party;
        }
    }
    for (size_t i = count; i < CASE_PARTIES; i++) {
        record->parties[i] = (ds_Party){0};
    }
    record->parties_count = (pb_size_t)count;
}

/* ---- stops that run from a day, and wishes ---- */

static void terms_check(const struct checked_row *checked, const ds_CaseRecord *record)
{
    bool ends_first =
        record->moratorium_until_day != 0 && record->moratorium_until_day < record->moratorium_day;
    if (ends_first) {
        blame(checked, CASE_COLUMN_moratorium_until, FAULT_bad_date);
    }
    /* Nothing would be left of a day: that is the stop own_times without words. */
    if (record->not_after_minute != 0 && record->not_after_minute <= record->not_before_minute) {
        blame(checked, CASE_COLUMN_not_after, FAULT_bad_time);
    }
}

/* ---- the row as a whole ---- */

static void days_check(const struct checked_row *checked, const ds_CaseRecord *record,
                       int32_t today)
{
    const struct {
        enum case_column column;
        int32_t day;
    } past[] = {{CASE_COLUMN_balance_date, record->balance_as_of_day},
                {CASE_COLUMN_last_paid_date, record->last_paid_day},
                {CASE_COLUMN_contract_date, record->contract_day},
                {CASE_COLUMN_last_note_date, record->last_note_day},
                {CASE_COLUMN_moratorium_date, record->moratorium_day},
                {CASE_COLUMN_hardship_date, record->hardship_day}};
    for (size_t i = 0; i < COUNT(past); i++) {
        if (past[i].day > today) {
            blame(checked, past[i].column, FAULT_in_future);
        }
    }
    /* The day of a balance becomes part of facts, which begin with the year 2000. */
    if (record->balance_as_of_day != 0 && record->balance_as_of_day < date_from_civil(2000, 1, 1)) {
        blame(checked, CASE_COLUMN_balance_date, FAULT_bad_date);
    }
    if (record->due_day != 0 && record->balance_as_of_day != 0 &&
        record->due_day > record->balance_as_of_day) {
        blame(checked, CASE_COLUMN_due_date, FAULT_due_after_balance);
    }
    if ((record->last_paid_minor != 0) != (record->last_paid_day != 0)) {
        enum case_column name =
            record->last_paid_day == 0 ? CASE_COLUMN_last_paid_date : CASE_COLUMN_last_paid_amount;
        if (!has_value(checked, name)) {
            blame(checked, name, FAULT_missing);
        }
    }
    for (size_t i = 0; i < record->past_payments_count; i++) {
        if (record->past_payments[i].day > today) {
            blame(checked, CASE_COLUMN_past_payments, FAULT_in_future);
            break;
        }
    }
}

static void counts_check(const struct checked_row *checked, ds_CaseRecord *record)
{
    uint32_t broken = 0;
    for (size_t i = 0; i < record->past_promises_count; i++) {
        broken += record->past_promises[i].state == ARRANGEMENT_STATE_broken ? 1 : 0;
    }
    /* The list may be shorter than the history, never longer. */
    if (!has_value(checked, CASE_COLUMN_promises_made) && record->past_promises_count > 0) {
        record->promises_made = record->past_promises_count;
        record->promises_broken = broken;
    }
    if (record->promises_broken > record->promises_made || broken > record->promises_broken ||
        record->past_promises_count > record->promises_made) {
        blame(checked, CASE_COLUMN_promises_broken, FAULT_broken_over_made);
    }
}

static void defaults_set(ds_CaseRecord *record)
{
    if (record->currency[0] == '\0') {
        memcpy(record->currency, "CNY", sizeof "CNY");
    }
    if (record->zone[0] == '\0') {
        memcpy(record->zone, "Asia/Shanghai", sizeof "Asia/Shanghai");
    }
    if (record->gender == 0) {
        record->gender = id_number_gender(str_from(record->id_number));
    }
}

/* Histories are kept newest first, whatever order the file has. */
static void histories_sort(ds_CaseRecord *record)
{
    for (size_t i = 1; i < record->past_promises_count; i++) {
        for (size_t j = i;
             j > 0 && record->past_promises[j].due_day > record->past_promises[j - 1].due_day;
             j--) {
            ds_PastPromise later = record->past_promises[j];
            record->past_promises[j] = record->past_promises[j - 1];
            record->past_promises[j - 1] = later;
        }
    }
    for (size_t i = 1; i < record->past_payments_count; i++) {
        for (size_t j = i; j > 0 && record->past_payments[j].day > record->past_payments[j - 1].day;
             j--) {
            ds_PastPayment later = record->past_payments[j];
            record->past_payments[j] = record->past_payments[j - 1];
            record->past_payments[j - 1] = later;
        }
    }
}

void case_row_read(const struct column_map *map, const struct csv_row *row, int32_t today,
                   uint32_t branch_no, struct case_draft *draft_out, struct row_faults *faults_out)
{
    CHECK(row->fault == CSV_FAULT_none);
    memset(draft_out, 0, sizeof *draft_out);
    faults_out->count = 0;
    column_read_row(map, row->fields, row->field_count, draft_out, faults_out);
    if (row->field_count != map->field_count) {
        return;
    }
    ds_CaseRecord *record = &draft_out->record;
    struct checked_row checked = {map, row, faults_out};
    bool is_reachable = false;
    for (size_t i = 0; i < CASE_PHONES; i++) {
        is_reachable = is_reachable || has_value(&checked, phones[i][PHONE_value]);
    }
    for (size_t i = 0; i < CASE_ADDRESSES; i++) {
        is_reachable = is_reachable || has_value(&checked, addresses[i][ADDRESS_value]);
    }
    if (!is_reachable) {
        blame(&checked, CASE_COLUMN_addr1, FAULT_no_reach);
    }
    defaults_set(record);
    points_close_up(&checked, record);
    addresses_close_up(&checked, draft_out);
    parties_close_up(&checked, record);
    days_check(&checked, record, today);
    terms_check(&checked, record);
    counts_check(&checked, record);
    histories_sort(record);
    bool is_balance_read = true;
    for (size_t i = 0; i < faults_out->count; i++) {
        is_balance_read = is_balance_read && faults_out->items[i].fault != FAULT_bad_amount &&
                          faults_out->items[i].fault != FAULT_missing;
    }
    if (is_balance_read && record->principal_minor == 0 && record->interest_minor == 0 &&
        record->penalty_minor == 0 && record->fees_minor == 0) {
        blame(&checked, CASE_COLUMN_principal, FAULT_no_debt);
    }
    record->imported_day = today;
    record->branch_no = branch_no;
}
