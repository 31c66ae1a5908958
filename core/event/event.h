/* core/event/event.h -- one fact: its bytes, its checks, its words.
 *
 * Pure. The body of a fact is the Event message of event.proto, encoded once,
 * where it is captured; those bytes are hashed, signed, kept and forwarded and
 * never encoded again. */
#pragma once

#include "core/base/id.h"
#include "core/base/limits.h"
#include "core/base/str.h"

#include "core/event/case.pb.h"
#include "core/event/event.pb.h"

enum event_kind {
    EVENT_none = 0,
#define EVENT(code, name, Message, origin, about) EVENT_##name = (code),
#include "core/event/events.def"
#undef EVENT
};

enum event_origin { EVENT_ORIGIN_device, EVENT_ORIGIN_hq };
enum event_about { EVENT_ABOUT_case, EVENT_ABOUT_person, EVENT_ABOUT_any };

/* A fact with its place in the world. */
struct fact {
    struct id id;        /* chain_event_id() of (device_no, seq, body) */
    uint32_t device_no;  /* under which it was captured; 0: headquarters' own journal */
    uint64_t seq;        /* 1, 2, 3 … per device, without a gap */
    int64_t order_at_ms; /* see fact_compare() */
    ds_Event event;
};

/* The canonical order of all facts, equal on every machine whatever the order
 * of arrival: by order_at_ms, then device_no, then seq. order_at_ms is the
 * largest at_ms of the device's facts up to this one, so it never runs against
 * seq even when a clock is set back. <0, 0, >0. */
int fact_compare(const struct fact *a, const struct fact *b);
/* 9999-12-31T23:59:59Z. A clock beyond it is nonsense; such a fact is ordered as of it, so
 * that the order never comes near the end of int64. */
#define FACT_AT_MS_MAX INT64_C(253402300799000)
/* order_at_ms of the fact that follows one with `previous_order_at_ms` (0: the first). */
int64_t fact_order_at_ms(int64_t previous_order_at_ms, const ds_Event *event);

/* The kind, or EVENT_none when the payload is of a kind that this build does not
 * know (a newer tablet's): such a fact is kept and forwarded, never refused. */
enum event_kind event_kind(const ds_Event *event);
/* "visit_finished", static; "unknown" for EVENT_none. */
const char *event_kind_name(enum event_kind kind);
enum event_kind event_kind_from_name(struct str name);
enum event_origin event_kind_origin(enum event_kind kind);
enum event_about event_kind_about(enum event_kind kind);

/* Writes at most LIMIT_event_size bytes into `body`.
 * ERR_too_long, ERR_bad_text when a text is not UTF-8. */
enum err event_encode(const ds_Event *event, uint8_t *body, size_t capacity,
                      size_t *size_out) MUST_USE;
/* ERR_too_long, ERR_malformed (also on ill-formed UTF-8). A body with an unknown
 * kind decodes, with event_kind() EVENT_none. */
enum err event_decode(ds_Event *event_out, const uint8_t *body, size_t size) MUST_USE;

/* What is wrong with a fact, found by event_check(). */
struct event_fault {
    const char *field; /* name in event.proto, static */
    const char *key;   /* text key of what was expected, "fault.…", static */
};

/* Checks an *intended* fact before it is captured: required fields, closed
 * lists, ranges, sums. False with the first fault. A fact that has happened
 * (arrived from a tablet) is recorded even when this fails, with a flag. */
bool event_check(const ds_Event *event, struct event_fault *fault_out);

/* A fact in words: a text key and the values for its placeholders. */
enum { EVENT_WORDS_MAX = 6 };
enum event_value {
    EVENT_VALUE_text,    /* text: borrowed from the event */
    EVENT_VALUE_key,     /* text: a text key */
    EVENT_VALUE_money,   /* number: minor units */
    EVENT_VALUE_day,     /* number: civil day */
    EVENT_VALUE_count,   /* number */
    EVENT_VALUE_minute,  /* number: minute of a day, shown as 08:00 */
    EVENT_VALUE_instant, /* number: UTC ms */
};
struct event_words {
    const char *key; /* "event.<name>" or a more special key */
    size_t count;
    struct {
        const char *name; /* of the placeholder */
        enum event_value type;
        const char *text; /* text (borrowed from the event) or text key */
        int64_t number;
    } values[EVENT_WORDS_MAX];
};
void event_describe(const ds_Event *event, struct event_words *words_out);

/* ---- CaseRecord and CaseState as stored bytes ---- */
enum err case_record_encode(const ds_CaseRecord *record, uint8_t *bytes, size_t capacity,
                            size_t *size_out) MUST_USE;
enum err case_record_decode(ds_CaseRecord *record_out, const uint8_t *bytes, size_t size) MUST_USE;
enum err case_state_encode(const ds_CaseState *state, uint8_t *bytes, size_t capacity,
                           size_t *size_out) MUST_USE;
enum err case_state_decode(ds_CaseState *state_out, const uint8_t *bytes, size_t size) MUST_USE;
