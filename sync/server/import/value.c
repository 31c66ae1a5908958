#include "sync/server/import/value.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/domain/geo.h"
#include "core/domain/money.h"
#include "core/event/field.h"
#include "sync/server/import/id_number.h"
#include "sync/server/import/phone.h"
#include "sync/server/import/wish.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool same_name(struct str text, const char *name)
{
    return strlen(name) == text.size && strncasecmp(text.bytes, name, text.size) == 0;
}

struct str value_trim(struct str text)
{
    for (;;) {
        struct str trimmed = str_trim(text);
        if (trimmed.size >= 3 && memcmp(trimmed.bytes, "\xE3\x80\x80", 3) == 0) {
            trimmed = (struct str){trimmed.bytes + 3, trimmed.size - 3};
        } else if (trimmed.size >= 2 && memcmp(trimmed.bytes, "\xC2\xA0", 2) == 0) {
            trimmed = (struct str){trimmed.bytes + 2, trimmed.size - 2};
        } else if (trimmed.size >= 3 &&
                   memcmp(trimmed.bytes + trimmed.size - 3, "\xE3\x80\x80", 3) == 0) {
            trimmed.size -= 3;
        } else if (trimmed.size >= 2 &&
                   memcmp(trimmed.bytes + trimmed.size - 2, "\xC2\xA0", 2) == 0) {
            trimmed.size -= 2;
        } else {
            return trimmed;
        }
        text = trimmed;
    }
}

/* ---- closed lists ---- */

struct value {
    enum catalog list;
    uint32_t code;
    const char *zh;
};

#define CODE_point_kind(name) POINT_KIND_##name
#define CODE_role(name) ROLE_##name
#define CODE_address_kind(name) ADDRESS_KIND_##name
#define CODE_payment_channel(name) PAYMENT_CHANNEL_##name
#define CODE_arrangement_state(name) ARRANGEMENT_STATE_##name
#define CODE_stop_flag(name) STOP_FLAG_##name

static const struct value values[] = {
#define VALUE(list, name, zh) {CATALOG_##list, CODE_##list(name), zh},
#include "sync/server/import/values.def"
#undef VALUE
};

uint32_t value_code(enum catalog list, struct str text)
{
    uint32_t code = catalog_code(list, text);
    for (size_t i = 0; code == 0 && i < COUNT(values); i++) {
        if (values[i].list == list && str_is(text, values[i].zh)) {
            code = values[i].code;
        }
    }
    return code;
}

static enum fault list_read(enum catalog list, struct str value, uint32_t *code_out)
{
    *code_out = value_code(list, value);
    return *code_out != 0 ? FAULT_none : FAULT_unknown_value;
}

/* ---- values ---- */

static enum fault text_read(struct str value, char *to, size_t size)
{
    if (value.size >= size) {
        return FAULT_too_long;
    }
    memcpy(to, value.bytes, value.size);
    to[value.size] = '\0';
    return FAULT_none;
}

static enum fault currency_read(struct str value, char *to, size_t size)
{
    for (size_t i = 0; i < value.size; i++) {
        if (value.bytes[i] < 'A' || value.bytes[i] > 'Z') {
            return FAULT_bad_currency;
        }
    }
    return value.size == 3 ? text_read(value, to, size) : FAULT_bad_currency;
}

static enum fault initials_read(struct str value, char *to, size_t size)
{
    if (value.size >= size) {
        return FAULT_too_long;
    }
    for (size_t i = 0; i < value.size; i++) {
        char c = value.bytes[i];
        to[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
        if (to[i] < 'a' || to[i] > 'z') {
            return FAULT_bad_initials;
        }
    }
    to[value.size] = '\0';
    return FAULT_none;
}

static enum fault id_number_read(struct str value, char *to, size_t size)
{
    enum fault fault = text_read(value, to, size);
    if (fault != FAULT_none) {
        return fault;
    }
    for (char *at = to; *at != '\0'; at++) {
        *at = *at >= 'a' && *at <= 'z' ? (char)(*at - ('a' - 'A')) : *at;
    }
    switch (id_number_check(str_from(to))) {
    case ID_NUMBER_ok:
        return FAULT_none;
    case ID_NUMBER_bad_shape:
        return FAULT_bad_id_number;
    case ID_NUMBER_bad_check:
        return FAULT_bad_id_check;
    }
    UNREACHABLE();
}

static enum fault gender_read(struct str value, uint32_t *gender_out)
{
    static const struct {
        const char *text;
        uint32_t gender;
    } rows[] = {{"男", 1}, {"male", 1}, {"m", 1}, {"女", 2}, {"female", 2}, {"f", 2}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (same_name(value, rows[i].text)) {
            *gender_out = rows[i].gender;
            return FAULT_none;
        }
    }
    return FAULT_unknown_value;
}

static enum fault zone_read(struct str value, char *to, size_t size)
{
    int32_t offset;
    return date_zone_offset(value, &offset) == OK ? text_read(value, to, size) : FAULT_bad_zone;
}

static enum fault money_read(struct str value, uint64_t *amount_out)
{
    int64_t amount;
    if (money_from_text(value, &amount) != OK || amount < 0 ||
        (uint64_t)amount > FIELD_AMOUNT_MAX) { /* more than a fact may hold */
        return FAULT_bad_amount;
    }
    *amount_out = (uint64_t)amount;
    return FAULT_none;
}

static enum fault day_read(struct str value, int32_t *day_out)
{
    return date_from_text(value, day_out) == OK ? FAULT_none : FAULT_bad_date;
}

static enum fault count_read(struct str value, int64_t least, int64_t most, uint32_t *count_out)
{
    int64_t count;
    if (str_to_i64(value, &count) != OK || count < least || count > most) {
        return FAULT_bad_count;
    }
    *count_out = (uint32_t)count;
    return FAULT_none;
}

static enum fault degrees_read(struct str value, int32_t *e7_out)
{
    char text[32];
    /* Longitude's range for both: a latitude past 90 is most often a swapped pair,
     * which is told when the row is whole. */
    if (!str_copy(text, sizeof text, value) || geo_degrees_from_text(text, 180, e7_out) != OK) {
        return FAULT_bad_degrees;
    }
    return FAULT_none;
}

static enum fault datum_read(struct str value, uint32_t *datum_out)
{
    static const struct {
        const char *text;
        enum geo_datum datum;
    } rows[] = {{"wgs84", GEO_DATUM_wgs84}, {"wgs-84", GEO_DATUM_wgs84},
                {"gcj02", GEO_DATUM_gcj02}, {"gcj-02", GEO_DATUM_gcj02},
                {"bd09", GEO_DATUM_bd09},   {"bd-09", GEO_DATUM_bd09}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (same_name(value, rows[i].text)) {
            *datum_out = (uint32_t)rows[i].datum + 1;
            return FAULT_none;
        }
    }
    return FAULT_unknown_value;
}

static enum fault flags_read(struct str value, uint64_t *flags_out)
{
    struct str item;
    while (str_split(&value, ';', &item)) {
        item = value_trim(item);
        if (item.size == 0) {
            continue;
        }
        uint32_t code = value_code(CATALOG_stop_flag, item);
        if (code == 0) {
            return FAULT_unknown_value;
        }
        *flags_out |= UINT64_C(1) << code;
    }
    return FAULT_none;
}

/* Cuts the next word off `rest`. */
static struct str word_next(struct str *rest)
{
    *rest = str_trim(*rest);
    struct str word;
    return str_split(rest, ' ', &word) ? word : (struct str){NULL, 0};
}

static enum fault past_promises_read(struct str value, ds_CaseRecord *record)
{
    struct str item;
    while (str_split(&value, ';', &item)) {
        item = value_trim(item);
        if (item.size == 0) {
            continue;
        }
        if (record->past_promises_count >= COUNT(record->past_promises)) {
            return FAULT_bad_history;
        }
        ds_PastPromise *promise = &record->past_promises[record->past_promises_count];
        struct str day = word_next(&item);
        struct str amount = word_next(&item);
        struct str state = str_trim(item);
        if (day_read(day, &promise->due_day) != FAULT_none ||
            money_read(amount, &promise->amount_minor) != FAULT_none) {
            return FAULT_bad_history;
        }
        promise->state = value_code(CATALOG_arrangement_state, state);
        if (promise->state != ARRANGEMENT_STATE_kept &&
            promise->state != ARRANGEMENT_STATE_part_kept &&
            promise->state != ARRANGEMENT_STATE_broken) {
            return FAULT_bad_history;
        }
        record->past_promises_count++;
    }
    return FAULT_none;
}

static enum fault past_payments_read(struct str value, ds_CaseRecord *record)
{
    struct str item;
    while (str_split(&value, ';', &item)) {
        item = value_trim(item);
        if (item.size == 0) {
            continue;
        }
        if (record->past_payments_count >= COUNT(record->past_payments)) {
            return FAULT_bad_history;
        }
        ds_PastPayment *payment = &record->past_payments[record->past_payments_count];
        struct str day = word_next(&item);
        struct str amount = str_trim(item);
        if (day_read(day, &payment->day) != FAULT_none ||
            money_read(amount, &payment->amount_minor) != FAULT_none) {
            return FAULT_bad_history;
        }
        record->past_payments_count++;
    }
    return FAULT_none;
}

enum fault value_read(const struct column *column, struct str value, void *draft)
{
    void *member = (char *)draft + column->offset;
    struct case_draft *case_draft = draft; /* for the two histories, which only a case has */
    switch (column->type) {
    case COLUMN_text:
        return text_read(value, member, column->size);
    case COLUMN_currency:
        return currency_read(value, member, column->size);
    case COLUMN_initials:
        return initials_read(value, member, column->size);
    case COLUMN_id_number:
        return id_number_read(value, member, column->size);
    case COLUMN_gender:
        return gender_read(value, member);
    case COLUMN_zone:
        return zone_read(value, member, column->size);
    case COLUMN_money:
        return money_read(value, member);
    case COLUMN_day:
        return day_read(value, member);
    case COLUMN_count:
        return count_read(value, 0, 9999, member);
    case COLUMN_phone:
        return phone_read(member, column->size, value) != 0 ? FAULT_none : FAULT_bad_phone;
    case COLUMN_point_kind:
        return list_read(CATALOG_point_kind, value, member);
    case COLUMN_role:
        return list_read(CATALOG_role, value, member);
    case COLUMN_address_kind:
        return list_read(CATALOG_address_kind, value, member);
    case COLUMN_payment_channel:
        return list_read(CATALOG_payment_channel, value, member);
    case COLUMN_latitude:
    case COLUMN_longitude:
        return degrees_read(value, member);
    case COLUMN_datum:
        return datum_read(value, member);
    case COLUMN_grade:
        return count_read(value, 1, 5, member);
    case COLUMN_flags:
        return flags_read(value, member);
    case COLUMN_minute:
        return wish_minute(value, member) == OK ? FAULT_none : FAULT_bad_time;
    case COLUMN_weekdays:
        return wish_weekdays(value, member) == OK ? FAULT_none : FAULT_unknown_value;
    case COLUMN_places:
        return wish_places(value, member) == OK ? FAULT_none : FAULT_unknown_value;
    case COLUMN_past_promises:
        return past_promises_read(value, &case_draft->record);
    case COLUMN_past_payments:
        return past_payments_read(value, &case_draft->record);
    }
    UNREACHABLE();
}

static const char *list_names(struct arena *arena, enum catalog list)
{
    struct str_builder builder;
    str_builder_init(&builder, arena);
    for (size_t i = 0; i < catalog_count(list); i++) {
        str_add_format(&builder, "%s%s", i > 0 ? ", " : "",
                       catalog_name(list, catalog_code_at(list, i)));
    }
    return builder.text;
}

const char *value_choices(struct arena *arena, const struct column *column)
{
    switch (column->type) {
    case COLUMN_gender:
        return "male, female, 男, 女";
    case COLUMN_datum:
        return "wgs84, gcj02, bd09";
    case COLUMN_point_kind:
        return list_names(arena, CATALOG_point_kind);
    case COLUMN_role:
        return list_names(arena, CATALOG_role);
    case COLUMN_address_kind:
        return list_names(arena, CATALOG_address_kind);
    case COLUMN_payment_channel:
        return list_names(arena, CATALOG_payment_channel);
    case COLUMN_flags:
        return list_names(arena, CATALOG_stop_flag);
    case COLUMN_weekdays:
        return "1, 2, 3, 4, 5, 6, 7";
    case COLUMN_places:
        return list_names(arena, CATALOG_address_kind);
    case COLUMN_minute:
    case COLUMN_text:
    case COLUMN_currency:
    case COLUMN_initials:
    case COLUMN_id_number:
    case COLUMN_zone:
    case COLUMN_money:
    case COLUMN_day:
    case COLUMN_count:
    case COLUMN_phone:
    case COLUMN_latitude:
    case COLUMN_longitude:
    case COLUMN_grade:
    case COLUMN_past_promises:
    case COLUMN_past_payments:
        return "";
    }
    UNREACHABLE();
}

/* ---- shape ---- */

static void shape_of_code(char to[5], uint32_t code)
{
    size_t size;
    if (code >= '0' && code <= '9') {
        size = str_put_code(to, '9');
    } else if ((code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z')) {
        size = str_put_code(to, 'a');
    } else if (code == 0xFFFD || code < ' ' || code == 0x7F) {
        size = str_put_code(to, '?');
    } else if (code < 0x80) {
        size = str_put_code(to, code);
    } else {
        size = str_put_code(to, 0x5B57); /* 字 */
    }
    to[size] = '\0';
}

void value_shape(char shape_out[VALUE_SHAPE_SIZE], struct str value)
{
    size_t used = 0;
    shape_out[0] = '\0';
    while (value.size > 0) {
        char one[5];
        shape_of_code(one, str_next_code(&value));
        size_t run = 1;
        while (value.size > 0) {
            struct str rest = value;
            char next[5];
            shape_of_code(next, str_next_code(&rest));
            if (strcmp(one, next) != 0) {
                break;
            }
            value = rest;
            run++;
        }
        char part[32];
        int size = run > 1 ? snprintf(part, sizeof part, "%s{%zu}", one, run)
                           : snprintf(part, sizeof part, "%s", one);
        if (used + (size_t)size + 4 > VALUE_SHAPE_SIZE) {
            memcpy(shape_out + used, "…", sizeof "…");
            return;
        }
        memcpy(shape_out + used, part, (size_t)size + 1);
        used += (size_t)size;
    }
}
