#include "core/event/event.h"

#include "core/event/codec.h"
#include "core/event/field.h"
#include "core/event/kind/kind.h"

#include <string.h>

_Static_assert(ds_Event_size <= LIMIT_event_size, "an event body fits its limit");
_Static_assert(ds_CaseRecord_size <= LIMIT_case_size, "a case record fits its limit");
_Static_assert(ds_CaseState_size <= LIMIT_case_size, "a case state fits its limit");
_Static_assert(sizeof(((ds_PlanAgreed *)0)->instalments) / sizeof(ds_Instalment) ==
                   LIMIT_instalments,
               "instalments of a plan as in limits.h");
_Static_assert(sizeof(((ds_NoteAdded *)0)->note) == LIMIT_note_size + 1, "a note as in limits.h");

struct kind_row {
    enum event_kind kind;
    const char *name;
    enum event_origin origin;
    enum event_about about;
    bool (*validate)(const ds_Event *event, struct event_fault *fault_out);
    void (*describe)(const ds_Event *event, struct event_words *words_out);
};

static const struct kind_row kind_rows[] = {
#define EVENT(code, name, Message, origin, about)                 \
    {EVENT_##name,        #name,           EVENT_ORIGIN_##origin, \
     EVENT_ABOUT_##about, name##_validate, name##_describe},
#include "core/event/events.def"
#undef EVENT
};

/* The code of a kind is its field number: a line that disagrees does not compile. */
#define EVENT(code, name, Message, origin, about) \
    _Static_assert((code) == ds_Event_##name##_tag, #name " has its field number as code");
#include "core/event/events.def"
#undef EVENT

static const struct kind_row *row_of(uint32_t kind)
{
    for (size_t i = 0; i < COUNT(kind_rows); i++) {
        if ((uint32_t)kind_rows[i].kind == kind) {
            return &kind_rows[i];
        }
    }
    return NULL;
}

int fact_compare(const struct fact *a, const struct fact *b)
{
    if (a->order_at_ms != b->order_at_ms) {
        return a->order_at_ms < b->order_at_ms ? -1 : 1;
    }
    if (a->device_no != b->device_no) {
        return a->device_no < b->device_no ? -1 : 1;
    }
    if (a->seq != b->seq) {
        return a->seq < b->seq ? -1 : 1;
    }
    return 0;
}

int64_t fact_order_at_ms(int64_t previous_order_at_ms, const ds_Event *event)
{
    int64_t at_ms = event->at_ms > FACT_AT_MS_MAX ? FACT_AT_MS_MAX : (int64_t)event->at_ms;
    return at_ms > previous_order_at_ms ? at_ms : previous_order_at_ms;
}

enum event_kind event_kind(const ds_Event *event)
{
    const struct kind_row *row = row_of(event->which_kind);
    return row == NULL ? EVENT_none : row->kind;
}

const char *event_kind_name(enum event_kind kind)
{
    const struct kind_row *row = row_of(kind);
    return row == NULL ? "unknown" : row->name;
}

enum event_kind event_kind_from_name(struct str name)
{
    for (size_t i = 0; i < COUNT(kind_rows); i++) {
        if (str_is(name, kind_rows[i].name)) {
            return kind_rows[i].kind;
        }
    }
    return EVENT_none;
}

enum event_origin event_kind_origin(enum event_kind kind)
{
    const struct kind_row *row = row_of(kind);
    return row == NULL ? EVENT_ORIGIN_device : row->origin;
}

enum event_about event_kind_about(enum event_kind kind)
{
    const struct kind_row *row = row_of(kind);
    return row == NULL ? EVENT_ABOUT_any : row->about;
}

enum err event_encode(const ds_Event *event, uint8_t *body, size_t capacity, size_t *size_out)
{
    size_t bound = capacity < LIMIT_event_size ? capacity : LIMIT_event_size;
    return codec_encode(&layout_ds_Event, event, body, bound, size_out);
}

enum err event_decode(ds_Event *event_out, const uint8_t *body, size_t size)
{
    if (size > LIMIT_event_size) {
        return ERR_too_long;
    }
    return codec_decode(&layout_ds_Event, event_out, body, size);
}

static bool check_head(const ds_Event *event, const struct kind_row *row,
                       struct event_fault *fault_out)
{
    if (event->at_ms == 0 || event->at_ms > INT64_MAX) {
        return field_fail(fault_out, "at_ms", "fault.required");
    }
    if (row->origin == EVENT_ORIGIN_device && event->person_no == 0) {
        return field_fail(fault_out, "person_no", "fault.required");
    }
    if (row->about == EVENT_ABOUT_case && event->case_no == 0) {
        return field_fail(fault_out, "case_no", "fault.case_required");
    }
    if (row->about == EVENT_ABOUT_person && event->case_no != 0) {
        return field_fail(fault_out, "case_no", "fault.case_not_allowed");
    }
    return field_code_or_none(fault_out, "clock_quality", CATALOG_clock_quality,
                              event->clock_quality) &&
           field_code_or_none(fault_out, "override_reason", CATALOG_override_reason,
                              event->override_reason);
}

bool event_check(const ds_Event *event, struct event_fault *fault_out)
{
    const struct kind_row *row = row_of(event->which_kind);
    if (row == NULL) {
        return field_fail(fault_out, "kind", "fault.unknown_kind");
    }
    return check_head(event, row, fault_out) && row->validate(event, fault_out);
}

void event_describe(const ds_Event *event, struct event_words *words_out)
{
    const struct kind_row *row = row_of(event->which_kind);
    memset(words_out, 0, sizeof *words_out);
    words_out->key = "event.unknown";
    if (row != NULL) {
        row->describe(event, words_out);
    }
}

/* ---- case bytes ---- */

enum err case_record_encode(const ds_CaseRecord *record, uint8_t *bytes, size_t capacity,
                            size_t *size_out)
{
    return codec_encode(&layout_ds_CaseRecord, record, bytes, capacity, size_out);
}

enum err case_record_decode(ds_CaseRecord *record_out, const uint8_t *bytes, size_t size)
{
    if (size > LIMIT_case_size) {
        return ERR_too_long;
    }
    return codec_decode(&layout_ds_CaseRecord, record_out, bytes, size);
}

enum err case_state_encode(const ds_CaseState *state, uint8_t *bytes, size_t capacity,
                           size_t *size_out)
{
    return codec_encode(&layout_ds_CaseState, state, bytes, capacity, size_out);
}

enum err case_state_decode(ds_CaseState *state_out, const uint8_t *bytes, size_t size)
{
    if (size > LIMIT_case_size) {
        return ERR_too_long;
    }
    return codec_decode(&layout_ds_CaseState, state_out, bytes, size);
}
