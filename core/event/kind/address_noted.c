#include "core/event/kind/kind.h"

#include "core/base/str.h"
#include "core/event/address.h"

#include <string.h>

/* As with contact points: the address moves to the front, a new one pushes the oldest out. */
static size_t place_of(ds_CaseState *state, const char *text)
{
    for (size_t i = 0; i < state->addresses_count; i++) {
        if (strcmp(state->addresses[i].text, text) == 0) {
            return i;
        }
    }
    if (state->addresses_count < COUNT(state->addresses)) {
        return state->addresses_count++;
    }
    return COUNT(state->addresses) - 1;
}

bool address_noted_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_AddressNoted *payload = &event->kind.address_noted;
    return field_code(fault_out, "kind", CATALOG_address_kind, payload->kind) &&
           field_text(fault_out, "text", payload->text) &&
           field_code_or_none(fault_out, "result", CATALOG_address_result, payload->result) &&
           field_code(fault_out, "source", CATALOG_fact_source, payload->source) &&
           field_range(fault_out, "lat_e7", payload->lat_e7, -900000000, 900000000) &&
           field_range(fault_out, "lon_e7", payload->lon_e7, -1800000000, 1800000000);
}

void address_noted_fold(const struct fold_context *fold)
{
    const ds_AddressNoted *payload = &fold->fact->event.kind.address_noted;
    ds_CaseState *state = fold->state;
    const uint8_t *by = fold->fact->id.bytes;
    address_found(fold, address_tag(payload->replaces), ADDRESS_RESULT_wrong, by);
    address_found(fold, address_tag(payload->text), payload->result, by);
    for (size_t i = 0; i < state->addresses_count; i++) {
        if (payload->replaces[0] != '\0' &&
            strcmp(state->addresses[i].text, payload->replaces) == 0) {
            state->addresses[i].result = ADDRESS_RESULT_wrong;
            state->addresses[i].as_of_day = fold->day;
        }
    }
    size_t at = place_of(state, payload->text);
    memmove(&state->addresses[1], &state->addresses[0], at * sizeof state->addresses[0]);
    ds_Address *address = &state->addresses[0];
    memset(address, 0, sizeof *address);
    address->kind = payload->kind;
    str_copy(address->text, sizeof address->text, str_from(payload->text));
    address->lat_e7 = payload->lat_e7;
    address->lon_e7 = payload->lon_e7;
    address->result = payload->result;
    address->source = payload->source;
    address->as_of_day = fold->day;
    str_copy(address->door_note, sizeof address->door_note, str_from(payload->door_note));
}

void address_noted_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_AddressNoted *payload = &event->kind.address_noted;
    words_out->key = "event.address_noted";
    words_code(words_out, "kind", CATALOG_address_kind, payload->kind);
    words_code(words_out, "result", CATALOG_address_result, payload->result);
    words_text(words_out, "text", payload->text);
}
