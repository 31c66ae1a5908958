#include "sync/server/import/sample_case.h"

#include "core/base/str.h"
#include "core/domain/date.h"
#include "core/domain/money.h"
#include "sync/server/import/sample_person.h"

#include <string.h>

enum purpose { PURPOSE_case = 1, PURPOSE_fault = 2 };

#define SKIP(...)
#define PRODUCT SKIP
#define OCCUPATION SKIP
#define EMPLOYER SKIP
#define NOTE SKIP
#define HAZARD SKIP
#define RELATION SKIP

#undef PRODUCT
static const struct {
    const char *name, *client, *code;
    int64_t weight;
    int64_t yuan[6];
} products[] = {
#define PRODUCT(name, client, code, weight, ...) {name, client, code, weight, {__VA_ARGS__}},
#include "sync/server/import/sample_texts.def"
#undef PRODUCT
};
#define PRODUCT SKIP

#undef OCCUPATION
static const char *const occupations[] = {
#define OCCUPATION(text) text,
#include "sync/server/import/sample_texts.def"
#undef OCCUPATION
};
#define OCCUPATION SKIP

#undef EMPLOYER
static const char *const employers[] = {
#define EMPLOYER(text) text,
#include "sync/server/import/sample_texts.def"
#undef EMPLOYER
};
#define EMPLOYER SKIP

#undef NOTE
static const char *const notes[] = {
#define NOTE(text) text,
#include "sync/server/import/sample_texts.def"
#undef NOTE
};
#define NOTE SKIP

#undef HAZARD
static const char *const hazards[] = {
#define HAZARD(text) text,
#include "sync/server/import/sample_texts.def"
#undef HAZARD
};
#define HAZARD SKIP

#undef RELATION
static const char *const relations[] = {
#define RELATION(text) text,
#include "sync/server/import/sample_texts.def"
#undef RELATION
};

static const char *money_text(struct arena *arena, int64_t amount_minor)
{
    char text[MONEY_TEXT_SIZE];
    return arena_text(arena, money_to_text(text, amount_minor, false));
}

static const char *day_text(struct arena *arena, int32_t day)
{
    char text[DATE_TEXT_SIZE];
    return arena_text(arena, date_to_text(text, day));
}

static const char *degrees_text(struct arena *arena, int32_t e7)
{
    return str_format(arena, "%d.%07d", e7 / 10000000, e7 % 10000000);
}

static const char *pick(struct sample_rng *rng, const char *const *texts, size_t count)
{
    return texts[sample_below(rng, (int64_t)count)];
}

/* ---- the parts of a case ---- */

static size_t product_pick(struct sample_rng *rng)
{
    int64_t at = sample_below(rng, 100);
    size_t product = 0;
    while (at >= products[product].weight) {
        at -= products[product++].weight;
    }
    return product;
}

/* Days past due: most portfolios hold few fresh and many old debts. */
static int32_t overdue_days(struct sample_rng *rng)
{
    static const struct {
        int64_t share, from, until;
    } buckets[] = {{6, 1, 5},    {9, 6, 18},    {10, 19, 28},   {17, 29, 60},
                   {14, 61, 90}, {18, 91, 180}, {16, 181, 360}, {10, 361, 1080}};
    int64_t at = sample_below(rng, 100);
    size_t bucket = 0;
    while (at >= buckets[bucket].share) {
        at -= buckets[bucket++].share;
    }
    return (int32_t)sample_between(rng, buckets[bucket].from, buckets[bucket].until);
}

static int32_t debt_make(struct arena *arena, struct sample_rng *rng, size_t product,
                         struct sample_case *row)
{
    int64_t step = sample_below(rng, 5);
    int64_t principal = sample_between(rng, products[product].yuan[step] * 100,
                                       products[product].yuan[step + 1] * 100);
    int32_t overdue = overdue_days(rng);
    /* 12 to 24 per cent a year: the ceiling that rule 109 names. */
    int64_t rate = sample_between(rng, 12, 24);
    int64_t interest = principal * rate / 100 * overdue / 365;
    int64_t penalty =
        sample_below(rng, 100) < 70 ? interest * sample_between(rng, 10, 40) / 100 : 0;
    int64_t fees = sample_below(rng, 100) < 35 ? sample_between(rng, 20, 400) * 100 : 0;
    row->owed_minor = principal + interest + penalty + fees;
    row->fields[CASE_COLUMN_principal] = money_text(arena, principal);
    row->fields[CASE_COLUMN_interest] = money_text(arena, interest);
    row->fields[CASE_COLUMN_penalty] = money_text(arena, penalty);
    row->fields[CASE_COLUMN_fees] = money_text(arena, fees);
    row->fields[CASE_COLUMN_balance_date] = day_text(arena, row->balance_day);
    row->fields[CASE_COLUMN_due_date] = day_text(arena, row->balance_day - overdue);
    return overdue;
}

/* Promises and payments before the case came here. Returns how many were broken. */
static int64_t history_make(struct arena *arena, struct sample_rng *rng, int32_t overdue,
                            struct sample_case *row)
{
    int64_t made = overdue < 10 ? 0 : sample_below(rng, overdue < 90 ? 4 : 8);
    int64_t broken = 0;
    struct str_builder promises, payments;
    str_builder_init(&promises, arena);
    str_builder_init(&payments, arena);
    str_add_text(&promises, "");
    str_add_text(&payments, "");
    int32_t due_day = row->balance_day;
    int64_t told = 0, paid_count = 0;
    for (int64_t i = 0; i < made; i++) {
        int64_t fate = sample_below(rng, 100);
        int64_t amount = sample_between(rng, 2, 50) * 10000;
        /* Spread over the time since the debt fell due. */
        due_day -= (int32_t)sample_between(rng, 1, overdue / (int32_t)made);
        const char *state = fate < 62 ? "失约" : fate < 80 ? "部分履约" : "已履约";
        broken += fate < 62 ? 1 : 0;
        if (told < 6) {
            str_add_format(&promises, "%s%s %s %s", told > 0 ? "; " : "", day_text(arena, due_day),
                           money_text(arena, amount), state);
            told++;
        }
        if (fate >= 62) {
            int64_t paid = fate < 80 ? amount / 2 : amount;
            if (payments.size == 0) {
                row->fields[CASE_COLUMN_last_paid_amount] = money_text(arena, paid);
                row->fields[CASE_COLUMN_last_paid_date] = day_text(arena, due_day);
            }
            if (paid_count++ < 6) {
                str_add_format(&payments, "%s%s %s", payments.size > 0 ? "; " : "",
                               day_text(arena, due_day), money_text(arena, paid));
            }
        }
    }
    row->fields[CASE_COLUMN_promises_made] = str_format(arena, "%lld", (long long)made);
    row->fields[CASE_COLUMN_promises_broken] = str_format(arena, "%lld", (long long)broken);
    row->fields[CASE_COLUMN_past_promises] = promises.text;
    row->fields[CASE_COLUMN_past_payments] = payments.text;
    return broken;
}

static void address_make(struct arena *arena, struct sample_rng *rng, size_t district,
                         size_t product, enum case_column first, const char *kind,
                         struct sample_case *row)
{
    /* A client keeps all its places in one datum. */
    static const struct {
        const char *name;
        enum geo_datum datum;
    } datums[] = {{"gcj02", GEO_DATUM_gcj02},
                  {"bd09", GEO_DATUM_bd09},
                  {"wgs84", GEO_DATUM_wgs84},
                  {"gcj02", GEO_DATUM_gcj02}};
    struct sample_place place;
    sample_place_make(&place, rng, district);
    row->fields[first] = arena_text(arena, place.text);
    row->fields[first + 1] = kind;
    row->fields[first + 2] = place.area;
    if (sample_below(rng, 100) < 92) { /* the rest is not located */
        struct geo_point point =
            sample_point_in(place.point, datums[product % COUNT(datums)].datum);
        row->fields[first + 3] = degrees_text(arena, point.lat_e7);
        row->fields[first + 4] = degrees_text(arena, point.lon_e7);
        row->fields[first + 5] = datums[product % COUNT(datums)].name;
    }
    if (sample_below(rng, 100) < 20) {
        row->fields[first + 6] = "门禁需呼叫，车停小区外";
    }
}

static void phones_make(struct arena *arena, struct sample_rng *rng, struct sample_case *row)
{
    char phone[SAMPLE_PHONE_SIZE];
    sample_phone(phone, rng);
    row->fields[CASE_COLUMN_phone1] = arena_text(arena, phone);
    row->fields[CASE_COLUMN_phone1_kind] = "手机";
    row->fields[CASE_COLUMN_phone1_role] = "本人";
    if (sample_below(rng, 100) < 55) {
        uint32_t gender = (uint32_t)sample_between(rng, 1, 2);
        struct sample_name name = sample_name_make(rng, gender);
        sample_phone(phone, rng);
        row->fields[CASE_COLUMN_phone2] = arena_text(arena, phone);
        row->fields[CASE_COLUMN_phone2_kind] = "手机";
        row->fields[CASE_COLUMN_phone2_role] = sample_below(rng, 2) == 0 ? "配偶" : "亲属";
        row->fields[CASE_COLUMN_phone2_owner] = arena_text(arena, name.text);
    }
    if (sample_below(rng, 100) < 25) {
        sample_phone(phone, rng);
        row->fields[CASE_COLUMN_phone3] = arena_text(arena, phone);
        row->fields[CASE_COLUMN_phone3_kind] = "单位电话";
        row->fields[CASE_COLUMN_phone3_role] = "单位";
    }
}

static void debtor_make(struct arena *arena, struct sample_rng *rng, size_t product,
                        struct sample_case *row)
{
    uint32_t gender = sample_below(rng, 100) < 64 ? 1 : 2;
    struct sample_name name = sample_name_make(rng, gender);
    char id_number[SAMPLE_ID_SIZE];
    sample_id_number(id_number, rng, gender);
    row->fields[CASE_COLUMN_debtor_name] = arena_text(arena, name.text);
    row->fields[CASE_COLUMN_initials] = arena_text(arena, name.initials);
    row->fields[CASE_COLUMN_id_number] = arena_text(arena, id_number);
    row->fields[CASE_COLUMN_gender] = gender == 1 ? "男" : "女";
    row->fields[CASE_COLUMN_occupation] = pick(rng, occupations, COUNT(occupations));
    if (sample_below(rng, 100) < 60) {
        row->fields[CASE_COLUMN_employer] = pick(rng, employers, COUNT(employers));
    }
    bool has_guarantor = sample_below(rng, 100) < (product == 3 ? 60 : product == 2 ? 30 : 4);
    if (has_guarantor) {
        uint32_t other_gender = (uint32_t)sample_between(rng, 1, 2);
        struct sample_name guarantor = sample_name_make(rng, other_gender);
        sample_id_number(id_number, rng, other_gender);
        row->fields[CASE_COLUMN_guarantor_name] = arena_text(arena, guarantor.text);
        row->fields[CASE_COLUMN_guarantor_id] = arena_text(arena, id_number);
        row->fields[CASE_COLUMN_guarantor_relation] = pick(rng, relations, COUNT(relations));
    }
    if (product == 2) {
        row->fields[CASE_COLUMN_collateral] =
            str_format(arena, "小型轿车一辆，车牌尾号%03lld", (long long)sample_below(rng, 1000));
    }
}

static void flags_make(struct arena *arena, struct sample_rng *rng, struct sample_case *row)
{
    static const struct {
        int64_t share; /* of ten thousand */
        const char *name;
    } flags[] = {{150, "lost_contact"},    {110, "hardship"},      {60, "dispute"},
                 {50, "two_visitors"},     {40, "vulnerable"},     {35, "complaint_open"},
                 {30, "identity_dispute"}, {25, "cease_contact"},  {20, "represented"},
                 {15, "refuses_visits"},   {10, "acute_hardship"}, {8, "deceased"}};
    struct str_builder builder;
    str_builder_init(&builder, arena);
    str_add_text(&builder, "");
    for (size_t i = 0; i < COUNT(flags); i++) {
        if (sample_below(rng, 10000) < flags[i].share) {
            str_add_format(&builder, "%s%s", builder.size > 0 ? ";" : "", flags[i].name);
        }
    }
    if (sample_below(rng, 1000) < 6) {
        str_add_format(&builder, "%shazard", builder.size > 0 ? ";" : "");
        row->fields[CASE_COLUMN_hazard] = pick(rng, hazards, COUNT(hazards));
    }
    row->fields[CASE_COLUMN_flags] = builder.text;
}

static void note_make(struct arena *arena, struct sample_rng *rng, struct sample_case *row)
{
    if (sample_below(rng, 100) >= 70) {
        return;
    }
    const char *note = pick(rng, notes, COUNT(notes));
    int64_t form = sample_below(rng, 100);
    if (form < 6) { /* what real files do to readers: line ends, quotes, commas */
        note = str_format(arena, "%s\n本人原话：\"再给我几天\", 已记录", note);
    }
    row->fields[CASE_COLUMN_last_note] = note;
    row->fields[CASE_COLUMN_last_note_date] =
        day_text(arena, row->balance_day - (int32_t)sample_below(rng, 20));
}

static void case_make(struct arena *arena, const struct sample_options *options, int64_t index,
                      struct sample_case *row)
{
    struct sample_rng rng = sample_stream(options->seed, PURPOSE_case, (uint64_t)index);
    *row = (struct sample_case){.owed_minor = 0};
    for (size_t i = 0; i < CASE_COLUMN_COUNT; i++) {
        row->fields[i] = "";
    }
    size_t product = product_pick(&rng);
    row->balance_day = options->today - (int32_t)sample_between(&rng, 1, 3);
    /* The seed stands in the reference, so that two samples do not meet. */
    row->fields[CASE_COLUMN_case_ref] =
        str_format(arena, "NZ%s%04llu-%06lld", products[product].code,
                   (unsigned long long)(options->seed % 10000), (long long)index + 1);
    row->fields[CASE_COLUMN_client] = products[product].client;
    row->fields[CASE_COLUMN_product] = products[product].name;
    row->fields[CASE_COLUMN_currency] = "CNY";
    row->fields[CASE_COLUMN_zone] = "Asia/Shanghai";
    debtor_make(arena, &rng, product, row);
    int32_t overdue = debt_make(arena, &rng, product, row);
    int64_t broken = history_make(arena, &rng, overdue, row);
    phones_make(arena, &rng, row);
    size_t home = (size_t)sample_below(&rng, (int64_t)sample_district_count());
    address_make(arena, &rng, home, product, CASE_COLUMN_addr1, "住址", row);
    if (sample_below(&rng, 100) < 35) {
        size_t work = (size_t)sample_below(&rng, (int64_t)sample_district_count());
        address_make(arena, &rng, work, product, CASE_COLUMN_addr2, "单位", row);
    }
    row->fields[CASE_COLUMN_contract_ref] = str_format(arena, "HT%s%08lld", products[product].code,
                                                       (long long)sample_below(&rng, 100000000));
    row->fields[CASE_COLUMN_contract_date] =
        day_text(arena, row->balance_day - overdue - (int32_t)sample_between(&rng, 60, 1200));
    row->fields[CASE_COLUMN_mandate_until] =
        day_text(arena, options->today + (int32_t)sample_between(&rng, 30, 180));
    int64_t grade = 1 + (overdue > 60 ? 1 : 0) + (overdue > 180 ? 1 : 0) + (broken > 1 ? 1 : 0) +
                    (row->owed_minor > 5000000 ? 1 : 0);
    row->fields[CASE_COLUMN_grade] = str_format(arena, "%lld", (long long)grade);
    flags_make(arena, &rng, row);
    note_make(arena, &rng, row);
}

/* ---- faults ---- */

/* The faults that real files have; each makes exactly one bad row. */
enum sample_fault {
    SAMPLE_FAULT_none,
    SAMPLE_FAULT_bad_date,
    SAMPLE_FAULT_future_balance,
    SAMPLE_FAULT_amount_text,
    SAMPLE_FAULT_no_name,
    SAMPLE_FAULT_bad_datum,
    SAMPLE_FAULT_swapped,
    SAMPLE_FAULT_half_place,
    SAMPLE_FAULT_duplicate,
    SAMPLE_FAULT_bad_encoding,
    SAMPLE_FAULT_bad_id,
    SAMPLE_FAULT_bad_phone,
    SAMPLE_FAULT_bad_flag,
    SAMPLE_FAULT_stray_quote,
    SAMPLE_FAULT_cut_row,
    SAMPLE_FAULT_COUNT
};

static enum sample_fault fault_pick(const struct sample_options *options, int64_t index)
{
    struct sample_rng rng = sample_stream(options->seed, PURPOSE_fault, (uint64_t)index);
    if (sample_below(&rng, 100) != 0 || index == 0) {
        return SAMPLE_FAULT_none; /* the first row stays whole: a duplicate needs one before it */
    }
    return (enum sample_fault)sample_between(&rng, 1, SAMPLE_FAULT_COUNT - 1);
}

static void place_spoil(struct arena *arena, enum sample_fault fault, struct sample_case *row)
{
    if (row->fields[CASE_COLUMN_addr1_lat][0] == '\0') {
        row->fields[CASE_COLUMN_addr1_lat] = "31.2001000";
        row->fields[CASE_COLUMN_addr1_lon] = "118.2001000";
        row->fields[CASE_COLUMN_addr1_datum] = "wgs84";
    }
    const char *lat = row->fields[CASE_COLUMN_addr1_lat];
    if (fault == SAMPLE_FAULT_swapped) {
        row->fields[CASE_COLUMN_addr1_lat] = row->fields[CASE_COLUMN_addr1_lon];
        row->fields[CASE_COLUMN_addr1_lon] = lat;
    } else if (fault == SAMPLE_FAULT_half_place) {
        row->fields[CASE_COLUMN_addr1_lon] = "";
    } else {
        row->fields[CASE_COLUMN_addr1_datum] = "百度";
    }
    (void)arena;
}

static void case_spoil(struct arena *arena, const struct sample_options *options, int64_t index,
                       enum sample_fault fault, struct sample_case *row)
{
    switch (fault) {
    case SAMPLE_FAULT_none:
    case SAMPLE_FAULT_COUNT:
        UNREACHABLE();
    case SAMPLE_FAULT_bad_date:
        row->fields[CASE_COLUMN_due_date] = "2026-02-30";
        break;
    case SAMPLE_FAULT_future_balance:
        row->fields[CASE_COLUMN_balance_date] = day_text(arena, options->today + 30);
        break;
    case SAMPLE_FAULT_amount_text:
        row->fields[CASE_COLUMN_principal] = "约1.2万";
        break;
    case SAMPLE_FAULT_no_name:
        row->fields[CASE_COLUMN_debtor_name] = "";
        break;
    case SAMPLE_FAULT_bad_datum:
    case SAMPLE_FAULT_swapped:
    case SAMPLE_FAULT_half_place:
        place_spoil(arena, fault, row);
        break;
    case SAMPLE_FAULT_duplicate: {
        int64_t earlier = index - 1;
        while (fault_pick(options, earlier) != SAMPLE_FAULT_none) {
            earlier--;
        }
        struct sample_case *other = ARENA_NEW(arena, struct sample_case);
        case_make(arena, options, earlier, other);
        row->fields[CASE_COLUMN_case_ref] = other->fields[CASE_COLUMN_case_ref];
        row->fields[CASE_COLUMN_client] = other->fields[CASE_COLUMN_client];
        break;
    }
    case SAMPLE_FAULT_bad_encoding:
        row->fields[CASE_COLUMN_debtor_name] = "\xD5\xC5\xC8\xFD"; /* GB18030 in a UTF-8 file */
        break;
    case SAMPLE_FAULT_bad_id: {
        char *number = arena_text(arena, row->fields[CASE_COLUMN_id_number]);
        number[17] = number[17] == '7' ? '8' : '7';
        row->fields[CASE_COLUMN_id_number] = number;
        break;
    }
    case SAMPLE_FAULT_bad_phone:
        row->fields[CASE_COLUMN_phone1] = "1990000-12";
        break;
    case SAMPLE_FAULT_bad_flag:
        row->fields[CASE_COLUMN_flags] = "恶意拖欠";
        break;
    case SAMPLE_FAULT_stray_quote:
        row->fields[CASE_COLUMN_debtor_name] =
            str_format(arena, "\"%s\"先生", row->fields[CASE_COLUMN_debtor_name]);
        row->fields[CASE_COLUMN_last_note] = ""; /* a line end would split the fault in two */
        row->fields[CASE_COLUMN_last_note_date] = "";
        row->is_raw = true;
        break;
    case SAMPLE_FAULT_cut_row:
        row->is_cut = true;
        break;
    }
}

void sample_case_make(struct arena *arena, const struct sample_options *options, int64_t index,
                      struct sample_case *case_out)
{
    case_make(arena, options, index, case_out);
    enum sample_fault fault = fault_pick(options, index);
    if (fault != SAMPLE_FAULT_none) {
        case_spoil(arena, options, index, fault, case_out);
        case_out->has_fault = true;
    }
}
