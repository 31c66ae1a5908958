#include "core/rules/verdict.h"

#include "core/domain/catalog.h"

#include <string.h>

struct refusal_row {
    enum refusal refusal;
    const char *name;
    const char *key;
    const char *rule;
    enum severity severity;
    const char *source;
};

static const struct refusal_row refusal_rows[] = {
#define REFUSAL(code, name, rule, severity, source) \
    {REFUSAL_##name, #name, "refusal." #name, rule, SEVERITY_##severity, source},
#include "core/rules/refusals.def"
#undef REFUSAL
};

static const struct {
    uint32_t bit;
    const char *key;
} obligation_rows[] = {
#define OBLIGATION(bit, name) {OBLIGATION_##name, "obligation." #name},
#include "core/rules/obligations.def"
#undef OBLIGATION
};

static const struct refusal_row *row_of(uint32_t refusal)
{
    for (size_t i = 0; i < COUNT(refusal_rows); i++) {
        if ((uint32_t)refusal_rows[i].refusal == refusal) {
            return &refusal_rows[i];
        }
    }
    return NULL;
}

struct verdict verdict_start(void)
{
    return (struct verdict){.is_allowed = true, .severity = SEVERITY_ok};
}

static void raise_to(struct verdict *verdict, enum severity severity)
{
    if (severity > verdict->severity) {
        verdict->severity = severity;
    }
    verdict->is_allowed = verdict->severity != SEVERITY_block;
}

struct verdict_fired *verdict_fire(struct verdict *verdict, enum refusal refusal,
                                   enum severity severity)
{
    if (severity == SEVERITY_ok) {
        return NULL;
    }
    raise_to(verdict, severity);
    size_t at = 0;
    while (at < verdict->fired_count && verdict->fired[at].severity >= severity) {
        at++;
    }
    if (at == VERDICT_FIRED_MAX) {
        return NULL;
    }
    size_t after = verdict->fired_count - at;
    if (verdict->fired_count == VERDICT_FIRED_MAX) {
        after--; /* the mildest of a full list makes room */
    } else {
        verdict->fired_count++;
    }
    memmove(&verdict->fired[at + 1], &verdict->fired[at], after * sizeof verdict->fired[0]);
    memset(&verdict->fired[at], 0, sizeof verdict->fired[at]);
    verdict->fired[at].refusal = refusal;
    verdict->fired[at].severity = severity;
    return &verdict->fired[at];
}

void verdict_value(struct verdict_fired *fired, const char *name, enum event_value type,
                   int64_t number)
{
    if (fired == NULL) {
        return;
    }
    CHECK(fired->value_count < VERDICT_VALUES_MAX);
    fired->values[fired->value_count].name = name;
    fired->values[fired->value_count].type = type;
    fired->values[fired->value_count].number = number;
    fired->value_count++;
}

void verdict_merge(struct verdict *verdict, const struct verdict *other)
{
    for (size_t i = 0; i < other->fired_count; i++) {
        struct verdict_fired *fired =
            verdict_fire(verdict, other->fired[i].refusal, other->fired[i].severity);
        if (fired != NULL) {
            *fired = other->fired[i];
        }
    }
    raise_to(verdict, other->severity);
    verdict->obligations |= other->obligations;
    if (other->next_ok_at_ms > verdict->next_ok_at_ms) {
        verdict->next_ok_at_ms = other->next_ok_at_ms;
    }
}

const struct verdict_fired *verdict_find(const struct verdict *verdict, enum refusal refusal)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        if (verdict->fired[i].refusal == refusal) {
            return &verdict->fired[i];
        }
    }
    return NULL;
}

void verdict_to_event(const struct verdict *verdict, ds_Event *event)
{
    event->fired_count = 0;
    for (size_t i = 0; i < verdict->fired_count && i < COUNT(event->fired); i++) {
        event->fired[event->fired_count++] = verdict->fired[i].refusal;
    }
}

const char *refusal_name(uint32_t refusal)
{
    const struct refusal_row *row = row_of(refusal);
    return row == NULL ? "unknown" : row->name;
}

const char *refusal_key(uint32_t refusal)
{
    const struct refusal_row *row = row_of(refusal);
    return row == NULL ? "unknown.code" : row->key;
}

const char *refusal_rule(uint32_t refusal)
{
    const struct refusal_row *row = row_of(refusal);
    return row == NULL ? "" : row->rule;
}

const char *refusal_source(uint32_t refusal)
{
    const struct refusal_row *row = row_of(refusal);
    return row == NULL ? "" : row->source;
}

enum severity refusal_severity(uint32_t refusal)
{
    const struct refusal_row *row = row_of(refusal);
    return row == NULL ? SEVERITY_ok : row->severity;
}

size_t refusal_count(void)
{
    return COUNT(refusal_rows);
}

uint32_t refusal_code_at(size_t index)
{
    CHECK(index < COUNT(refusal_rows));
    return refusal_rows[index].refusal;
}

uint32_t refusal_of_rule(struct str rule)
{
    for (size_t i = 0; i < COUNT(refusal_rows); i++) {
        if (str_is(rule, refusal_rows[i].rule)) {
            return refusal_rows[i].refusal;
        }
    }
    return REFUSAL_none;
}

const char *severity_name(enum severity severity)
{
    switch (severity) {
    case SEVERITY_ok:
        return "ok";
    case SEVERITY_log:
        return "log";
    case SEVERITY_warn:
        return "warn";
    case SEVERITY_block:
        return "block";
    }
    return "unknown";
}

size_t obligation_count(void)
{
    return COUNT(obligation_rows);
}

uint32_t obligation_bit_at(size_t index)
{
    CHECK(index < COUNT(obligation_rows));
    return obligation_rows[index].bit;
}

const char *obligation_key(uint32_t bit)
{
    for (size_t i = 0; i < COUNT(obligation_rows); i++) {
        if (obligation_rows[i].bit == bit) {
            return obligation_rows[i].key;
        }
    }
    return "unknown.code";
}
