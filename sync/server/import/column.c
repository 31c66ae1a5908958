#include "sync/server/import/column.h"

#include "sync/server/import/value.h"

#include <string.h>
#include <strings.h>

#define NEED_required true
#define NEED_optional false
#define COLUMN(name_, zh_, type_, need_, member_) \
    {.name = #name_,                              \
     .zh = zh_,                                   \
     .type = COLUMN_##type_,                      \
     .is_required = NEED_##need_,                 \
     .offset = offsetof(DRAFT, member_),          \
     .size = sizeof(((DRAFT *)NULL)->member_)},

#define DRAFT struct case_draft
static const struct column case_columns[] = {
#include "sync/server/import/case_columns.def"
};
#undef DRAFT
#define DRAFT struct payment_draft
static const struct column payment_columns[] = {
#include "sync/server/import/payment_columns.def"
};
#undef DRAFT
#undef COLUMN

_Static_assert(COUNT(case_columns) <= LIMIT_import_fields, "a file may hold every column");

const struct column_table *column_table_cases(void)
{
    static const struct column_table table = {case_columns, COUNT(case_columns)};
    return &table;
}

const struct column_table *column_table_payments(void)
{
    static const struct column_table table = {payment_columns, COUNT(payment_columns)};
    return &table;
}

static const struct {
    const char *name, *key, *expected_key;
} fault_texts[FAULT_COUNT] = {
    [FAULT_none] = {"none", "", ""},
#define FAULT(name) [FAULT_##name] = {#name, "import.fault." #name, "import.expected." #name},
#include "sync/server/import/faults.def"
#undef FAULT
};

const char *fault_name(enum fault fault)
{
    CHECK((unsigned)fault < FAULT_COUNT);
    return fault_texts[fault].name;
}

const char *fault_key(enum fault fault)
{
    CHECK((unsigned)fault < FAULT_COUNT);
    return fault_texts[fault].key;
}

const char *fault_expected_key(enum fault fault)
{
    CHECK((unsigned)fault < FAULT_COUNT);
    return fault_texts[fault].expected_key;
}

/* ---- headings ---- */

static bool same_name(struct str text, const char *name)
{
    return strlen(name) == text.size && strncasecmp(text.bytes, name, text.size) == 0;
}

int32_t column_find(const struct column_table *table, struct str name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (same_name(name, table->columns[i].name) || str_is(name, table->columns[i].zh)) {
            return (int32_t)i;
        }
    }
    return COLUMN_NONE;
}

enum { NAME_CODES = 40 };

static size_t codes_of(struct str text, uint32_t codes[NAME_CODES])
{
    size_t count = 0;
    while (text.size > 0 && count < NAME_CODES) {
        uint32_t code = str_next_code(&text);
        codes[count++] = code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
    }
    return count;
}

/* Edits (insert, delete, replace a character) from one name to the other. */
static size_t name_distance(struct str a, struct str b)
{
    uint32_t left[NAME_CODES], right[NAME_CODES];
    size_t left_count = codes_of(a, left);
    size_t right_count = codes_of(b, right);
    size_t row[NAME_CODES + 1];
    for (size_t j = 0; j <= right_count; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= left_count; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= right_count; j++) {
            size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            size_t best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = replaced < best ? replaced : best;
        }
    }
    return row[right_count];
}

static const char *nearest_name(const struct column_table *table, struct str heading)
{
    const char *nearest = NULL;
    size_t best = (str_code_count(heading) + 1) / 2 + 1; /* more than half wrong is not alike */
    for (size_t i = 0; i < table->count; i++) {
        const char *names[] = {table->columns[i].name, table->columns[i].zh};
        for (size_t n = 0; n < COUNT(names); n++) {
            size_t distance = name_distance(heading, str_from(names[n]));
            if (distance < best) {
                best = distance;
                nearest = names[n];
            }
        }
    }
    return nearest;
}

void column_bind(struct arena *arena, const struct column_table *table, const struct str *fields,
                 size_t count, struct column_map *map_out, struct heading_answer *answer_out)
{
    CHECK(count <= LIMIT_import_fields);
    *map_out = (struct column_map){.table = table, .field_count = count};
    *answer_out = (struct heading_answer){.fault = HEADING_ok};
    for (size_t i = 0; i < table->count; i++) {
        map_out->field_of[i] = COLUMN_NONE;
    }
    for (size_t i = 0; i < count; i++) {
        answer_out->field = i;
        if (!str_is_utf8(fields[i])) {
            answer_out->fault = HEADING_not_utf8;
            return;
        }
        struct str heading = value_trim(fields[i]);
        answer_out->heading = str_text(arena, heading);
        if (heading.size == 0) {
            answer_out->fault = HEADING_empty;
            return;
        }
        int32_t column = column_find(table, heading);
        if (column == COLUMN_NONE) {
            answer_out->fault = HEADING_unknown;
            answer_out->nearest = nearest_name(table, heading);
            return;
        }
        if (map_out->field_of[column] != COLUMN_NONE) {
            answer_out->fault = HEADING_twice;
            return;
        }
        map_out->column_of[i] = column;
        map_out->heading_of[i] = answer_out->heading;
        map_out->field_of[column] = (int32_t)i;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (table->columns[i].is_required && map_out->field_of[i] == COLUMN_NONE) {
            *answer_out = (struct heading_answer){.fault = HEADING_missing,
                                                  .heading = table->columns[i].name,
                                                  .nearest = table->columns[i].zh};
            return;
        }
    }
}

/* ---- rows ---- */

void row_faults_add(struct row_faults *faults, int32_t column, enum fault fault, struct str value)
{
    CHECK(faults->count < ROW_FAULTS_MAX);
    struct row_fault *item = &faults->items[faults->count++];
    item->fault = fault;
    item->column = column;
    item->other_line = 0;
    value_shape(item->shape, value);
}

struct str column_value(const struct column_map *map, const struct str *fields, size_t column)
{
    int32_t field = map->field_of[column];
    return field == COLUMN_NONE ? (struct str){"", 0} : value_trim(fields[field]);
}

void column_read_row(const struct column_map *map, const struct str *fields, size_t count,
                     void *draft, struct row_faults *faults)
{
    if (count != map->field_count) {
        row_faults_add(faults, COLUMN_NONE, FAULT_field_count, STR(""));
        return; /* which value belongs to which column is not known */
    }
    for (size_t i = 0; i < count; i++) {
        const struct column *column = &map->table->columns[map->column_of[i]];
        if (!str_is_utf8(fields[i])) {
            row_faults_add(faults, map->column_of[i], FAULT_not_utf8, fields[i]);
            continue;
        }
        struct str value = value_trim(fields[i]);
        if (value.size == 0) {
            if (column->is_required) {
                row_faults_add(faults, map->column_of[i], FAULT_missing, value);
            }
            continue;
        }
        enum fault fault = value_read(column, value, draft);
        if (fault != FAULT_none) {
            row_faults_add(faults, map->column_of[i], fault, value);
        }
    }
}
