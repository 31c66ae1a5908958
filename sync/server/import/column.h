/* sync/server/import/column.h -- columns of a file: headings to members, texts to values. Pure.
 *
 * A table of columns is declared once, in case_columns.def or payment_columns.def.
 * A heading may be the English or the Chinese name, in any order. A value is
 * read by the type of its column into a draft; what cannot be read is a fault,
 * never a guess. */
#pragma once

#include "core/base/arena.h"
#include "core/base/limits.h"
#include "core/event/event.h"

enum column_type {
    COLUMN_text,       /* UTF-8 that fits the member */
    COLUMN_currency,   /* three capital letters */
    COLUMN_initials,   /* a..z */
    COLUMN_id_number,  /* id_number.h */
    COLUMN_gender,     /* male, female, m, f, 男, 女 */
    COLUMN_zone,       /* a zone that core/domain/date.h knows */
    COLUMN_money,      /* not negative, at most two decimals */
    COLUMN_day,        /* 2026-11-22, 2026/11/22, 20261122 */
    COLUMN_count,      /* 0 .. 9999 */
    COLUMN_phone,      /* phone.h */
    COLUMN_point_kind, /* closed lists: the item's name or a Chinese one of values.def */
    COLUMN_role,
    COLUMN_address_kind,
    COLUMN_payment_channel,
    COLUMN_latitude, /* degrees */
    COLUMN_longitude,
    COLUMN_datum,         /* wgs84, gcj02, bd09 */
    COLUMN_grade,         /* 1 .. 5 */
    COLUMN_flags,         /* stop flags separated by ';' */
    COLUMN_minute,        /* 10:00 */
    COLUMN_weekdays,      /* 1 Monday .. 7 Sunday separated by ';' */
    COLUMN_places,        /* kinds of address separated by ';' */
    COLUMN_past_promises, /* up to 6 of "day amount state" separated by ';' */
    COLUMN_past_payments, /* up to 6 of "day amount" separated by ';' */
};

enum fault {
    FAULT_none = 0,
#define FAULT(name) FAULT_##name,
#include "sync/server/import/faults.def"
#undef FAULT
    FAULT_COUNT
};
/* "bad_date"; static. */
const char *fault_name(enum fault fault);
/* Text keys "import.fault.<name>" and "import.expected.<name>"; static. */
const char *fault_key(enum fault fault);
const char *fault_expected_key(enum fault fault);

enum { CASE_PHONES = 4, CASE_ADDRESSES = 3, CASE_PARTIES = 2 };

/* What the columns of a portfolio row are read into. */
struct case_draft {
    ds_CaseRecord record;
    uint32_t datums[CASE_ADDRESSES]; /* enum geo_datum + 1; 0: not said */
};

struct payment_draft {
    char case_ref[65];
    char client[129];
    uint64_t amount_minor;
    int32_t paid_day;
    uint32_t channel; /* payment_channels.def */
    char reference[65];
};

/* Where each column of case_columns.def stands in its table. */
enum case_column {
#define COLUMN(name, zh, type, need, member) CASE_COLUMN_##name,
#include "sync/server/import/case_columns.def"
#undef COLUMN
    CASE_COLUMN_COUNT
};

struct column {
    const char *name;
    const char *zh;
    enum column_type type;
    bool is_required;
    size_t offset, size; /* of the member in the draft */
};

struct column_table {
    const struct column *columns;
    size_t count;
};
const struct column_table *column_table_cases(void);
const struct column_table *column_table_payments(void);
/* Index of the column of that English or Chinese name, -1 when there is none. */
int32_t column_find(const struct column_table *table, struct str name);

enum { COLUMN_NONE = -1 };

/* Which column stands in which field of the file. */
struct column_map {
    const struct column_table *table;
    size_t field_count;
    int32_t column_of[LIMIT_import_fields];
    const char *heading_of[LIMIT_import_fields]; /* as the file writes it */
    int32_t field_of[LIMIT_import_fields];       /* by column; -1: not in the file */
};

enum heading_fault {
    HEADING_ok,
    HEADING_not_utf8, /* another encoding than said */
    HEADING_empty,    /* a field without a name */
    HEADING_unknown,  /* `nearest` is the most alike known name, NULL: none is */
    HEADING_twice,
    HEADING_missing, /* required column `heading` is not there */
};
struct heading_answer {
    enum heading_fault fault;
    size_t field;        /* from 0 */
    const char *heading; /* in the arena or static */
    const char *nearest;
};

/* Reads the headings in `fields`. Map and texts live in `arena`. */
void column_bind(struct arena *arena, const struct column_table *table, const struct str *fields,
                 size_t count, struct column_map *map_out, struct heading_answer *answer_out);

/* One thing that is wrong with a row. */
enum { VALUE_SHAPE_SIZE = 64, ROW_FAULTS_MAX = LIMIT_import_fields + 32 };
struct row_fault {
    enum fault fault;
    int32_t column;     /* COLUMN_NONE: the whole row */
    int64_t other_line; /* duplicate: the line of the first; else 0 */
    char shape[VALUE_SHAPE_SIZE];
};
struct row_faults {
    size_t count;
    struct row_fault items[ROW_FAULTS_MAX];
};
/* `value` may be empty. CHECKs that there is room: a column gives one fault when
 * it is read, and the checks of a whole row are fewer than 32. */
void row_faults_add(struct row_faults *faults, int32_t column, enum fault fault, struct str value);

/* The text of `column` in a row, trimmed; empty when the file has no such column. */
struct str column_value(const struct column_map *map, const struct str *fields, size_t column);
/* Reads a whole row into `draft`, which the caller has zeroed, adding to `faults`
 * every value that cannot be read and every required one that is empty. */
void column_read_row(const struct column_map *map, const struct str *fields, size_t count,
                     void *draft, struct row_faults *faults);
