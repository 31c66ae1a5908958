/* A closer layer may only tighten. */
#include "sync/server/policy/law_pack.h"

#include <string.h>

static bool has_all(uint64_t now, uint64_t before)
{
    return (before & ~now) == 0;
}

/* 0 stands for "whoever" or "always": the widest reach. */
static bool reaches_all(uint64_t now, uint64_t before)
{
    return now == 0 || (before != 0 && has_all(now, before));
}

static const char *common_fields(const struct law_record *before, const struct law_record *now)
{
    if (now->severity < before->severity) {
        return "sev";
    }
    if (now->unknown_severity < before->unknown_severity) {
        return "unk";
    }
    bool is_same_override =
        now->override == before->override && now->consent_fact == before->consent_fact;
    if (!is_same_override && now->override != 0) {
        return "ovr";
    }
    if (!has_all(now->stages, before->stages)) {
        return "stage";
    }
    if (!has_all(now->channels, before->channels)) {
        return "chan";
    }
    if (!has_all(now->obligations, before->obligations)) {
        return "oblige";
    }
    if (now->from_day > before->from_day) {
        return "from";
    }
    if (now->to_day < before->to_day) {
        return "to";
    }
    /* A row of the matrix allows: fewer roles are stricter there. */
    if (before->kind != LAW_KIND_MATRIX && !reaches_all(now->roles, before->roles)) {
        return "role";
    }
    if (!has_all(before->unless_flags, now->unless_flags)) {
        return "unless";
    }
    return NULL;
}

/* Conditions under which a rule holds at all: less condition is stricter. */
static const char *conditions(const struct law_record *before, const struct law_record *now)
{
    if (!reaches_all(now->flags, before->flags)) {
        return "when";
    }
    if (now->if_mask != 0 &&
        (now->if_fact != before->if_fact || !reaches_all(now->if_mask, before->if_mask))) {
        return "if";
    }
    return NULL;
}

static const char *window(const struct law_record *before, const struct law_record *now)
{
    if (now->fact_b != before->fact_b) {
        return "plus";
    }
    if (before->if_mask != 0) { /* so many seconds before closing */
        return now->if_mask < before->if_mask || now->p1 > before->p1 ? "margin" : NULL;
    }
    return now->p0 < before->p0   ? "open"
           : now->p1 > before->p1 ? "close"
           : now->if_mask != 0    ? "margin"
                                  : NULL;
}

static const char *of_kind(const struct law_record *before, const struct law_record *now)
{
    if (before->kind != LAW_KIND_TW &&
        (now->fact_a != before->fact_a || now->fact_b != before->fact_b)) {
        bool is_stricter_require =
            before->kind == LAW_KIND_REQ && now->fact_a == before->fact_a && now->fact_b == 0;
        bool is_oldest = before->kind == LAW_KIND_RATE && now->fact_a == before->fact_a;
        if (!is_stricter_require && !is_oldest) {
            return "fact";
        }
    }
    switch ((enum law_kind)before->kind) {
    case LAW_KIND_TW:
        return window(before, now);
    case LAW_KIND_DAY:
        return has_all((uint64_t)now->p0, (uint64_t)before->p0) ? NULL : "on";
    case LAW_KIND_TAG:
    case LAW_KIND_FIELD:
        return has_all((uint64_t)now->p0, (uint64_t)before->p0) ? NULL : "any";
    case LAW_KIND_RATE:
        return now->p0 > before->p0 ? "max" : now->p1 < before->p1 ? "span" : NULL;
    case LAW_KIND_COOL:
        return now->p0 < before->p0 ? "days" : now->p1 < before->p1 ? "months" : NULL;
    case LAW_KIND_RANGE:
        if (before->severity == 0) { /* it sets a flag that lifts a rule */
            return memcmp(before, now, sizeof *now) == 0 ? NULL : "sets";
        }
        return now->p0 < before->p0 ? "min" : now->p1 > before->p1 ? "max" : NULL;
    case LAW_KIND_SEQ:
        return now->p1 != before->p1 ? "is" : now->p0 > before->p0 ? "within" : NULL;
    case LAW_KIND_GEO:
        if (!has_all((uint64_t)now->p0, (uint64_t)before->p0)) {
            return "place";
        }
        return now->p0 == 0 && now->p1 > before->p1 ? "beyond" : NULL;
    case LAW_KIND_RETAIN:
        return now->p0 < before->p0                      ? "min_months"
               : before->p0 == 0 && now->p1 > before->p1 ? "max_days"
               : now->if_mask != before->if_mask         ? "data"
                                                         : NULL;
    case LAW_KIND_FRESH:
        return now->p0 > before->p0 ? "max" : NULL;
    case LAW_KIND_REQ:
        return now->p0 != before->p0 ? "is" : NULL;
    case LAW_KIND_CMP:
        return now->p0 != before->p0 || now->p1 != before->p1 ? "op" : NULL;
    case LAW_KIND_FLAG:
    case LAW_KIND_TEXT:
    case LAW_KIND_APPR:
    case LAW_KIND_MATRIX:
        return NULL;
    }
    UNREACHABLE();
}

const char *law_tighter(const struct law_rule *before, const struct law_rule *now)
{
    const char *field = common_fields(&before->record, &now->record);
    bool is_conditional = before->record.kind != LAW_KIND_TW &&
                          before->record.kind != LAW_KIND_RETAIN &&
                          before->record.kind != LAW_KIND_MATRIX;
    if (field == NULL && is_conditional) {
        field = conditions(&before->record, &now->record);
    }
    return field != NULL ? field : of_kind(&before->record, &now->record);
}

/* ---- the matrix ---- */

enum { CONDITIONS_MAX = 8 };

/* The flags and facts that the rows read: every combination of them is tried. */
struct trial {
    uint32_t flags[CONDITIONS_MAX], facts[CONDITIONS_MAX];
    size_t flag_count, fact_count;
};

static void note(uint32_t value, uint32_t *list, size_t *count)
{
    for (size_t i = 0; i < *count; i++) {
        if (list[i] == value) {
            return;
        }
    }
    if (value != 0 && *count < CONDITIONS_MAX) {
        list[(*count)++] = value;
    }
}

static void note_rows(struct trial *trial, const struct law_rule *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (uint32_t bit = 1; bit != 0; bit <<= 1) {
            note(rows[i].record.flags & bit, trial->flags, &trial->flag_count);
            note(rows[i].record.unless_flags & bit, trial->flags, &trial->flag_count);
        }
        note(rows[i].record.if_fact, trial->facts, &trial->fact_count);
    }
}

static bool holds(const struct law_record *row, const struct trial *trial, uint32_t flags,
                  uint32_t facts, uint16_t role)
{
    bool is_if = row->if_mask == 0;
    for (size_t i = 0; i < trial->fact_count; i++) {
        is_if = is_if || (trial->facts[i] == row->if_fact && (facts >> i & 1) != 0);
    }
    return is_if && (row->flags == 0 || (row->flags & flags) != 0) &&
           (row->unless_flags & flags) == 0 && (row->roles == 0 || (row->roles & role) != 0);
}

static int64_t allowed(const struct law_rule *rows, size_t count, const struct trial *trial,
                       uint32_t flags, uint32_t facts, uint16_t role)
{
    int64_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        if (holds(&rows[i].record, trial, flags, facts, role)) {
            bits |= rows[i].record.p0;
        }
    }
    return bits;
}

const char *law_tighter_matrix(const struct law_rule *before, size_t before_count,
                               const struct law_rule *after, size_t after_count)
{
    struct trial trial = {.flag_count = 0, .fact_count = 0};
    note_rows(&trial, before, before_count);
    note_rows(&trial, after, after_count);
    for (uint32_t f = 0; f < 1U << trial.flag_count; f++) {
        uint32_t flags = 0;
        for (size_t i = 0; i < trial.flag_count; i++) {
            flags |= (f >> i & 1) != 0 ? trial.flags[i] : 0;
        }
        for (uint32_t facts = 0; facts < 1U << trial.fact_count; facts++) {
            for (unsigned role = 1; role < 16; role++) {
                uint16_t bit = (uint16_t)(1U << role);
                int64_t old = allowed(before, before_count, &trial, flags, facts, bit);
                for (size_t i = 0; i < after_count; i++) {
                    bool is_wider = holds(&after[i].record, &trial, flags, facts, bit) &&
                                    (after[i].record.p0 & ~old) != 0;
                    if (is_wider) {
                        return after[i].name;
                    }
                }
            }
        }
    }
    return NULL;
}
