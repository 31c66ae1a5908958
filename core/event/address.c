#include "core/event/address.h"

#include "core/event/chain.h"
#include "core/event/kind/kind.h"

#include <string.h>

uint64_t address_tag(const char *text)
{
    uint64_t tag = text[0] != '\0' ? chain_short_hash(text, strlen(text)) : 0;
    return text[0] != '\0' && tag == 0 ? 1 : tag;
}

/* ---- the list ---- */

static const ds_Finding *finding_of(const ds_CaseState *state, uint64_t tag)
{
    for (size_t i = 0; i < state->findings_count; i++) {
        if (state->findings[i].address == tag) {
            return &state->findings[i];
        }
    }
    return NULL;
}

static struct address one(const ds_CaseState *state, const ds_Address *at, bool is_noted)
{
    struct address address = {
        .at = at,
        .door_note = at->door_note,
        .tag = address_tag(at->text),
        .result = at->result,
        .as_of_day = at->as_of_day,
        .is_noted = is_noted,
    };
    const ds_Finding *finding = finding_of(state, address.tag);
    if (finding != NULL && finding->result != 0) {
        address.result = finding->result;
        address.as_of_day = finding->as_of_day;
    }
    address.is_over =
        address.result == ADDRESS_RESULT_moved || address.result == ADDRESS_RESULT_demolished ||
        address.result == ADDRESS_RESULT_wrong || address.result == ADDRESS_RESULT_other_occupant;
    return address;
}

static int rank_of(const struct address *address)
{
    return address->is_over                               ? 3
           : address->result == ADDRESS_RESULT_vacant     ? 2
           : address->result == ADDRESS_RESULT_lives_here ? 0
                                                          : 1;
}

/* Behind those that are as good. */
static void put(struct address_list *list, const struct address *address)
{
    size_t at = list->count++;
    for (; at > 0 && rank_of(&list->items[at - 1]) > rank_of(address); at--) {
        list->items[at] = list->items[at - 1];
    }
    list->items[at] = *address;
    list->open_count += address->is_over ? 0 : 1;
}

static struct address *find(struct address_list *list, uint64_t tag)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].tag == tag) {
            return &list->items[i];
        }
    }
    return NULL;
}

struct address_list address_list(const ds_CaseRecord *record, const ds_CaseState *state)
{
    struct address_list list = {.count = 0};
    _Static_assert(COUNT(record->addresses) + COUNT(state->addresses) <= COUNT(list.items),
                   "every address has room");
    for (size_t i = 0; i < record->addresses_count; i++) {
        struct address address = one(state, &record->addresses[i], false);
        put(&list, &address);
    }
    for (size_t i = 0; i < state->addresses_count; i++) {
        struct address address = one(state, &state->addresses[i], true);
        struct address *known = find(&list, address.tag);
        if (known == NULL) {
            put(&list, &address);
        } else if (!known->is_noted && address.door_note[0] != '\0') {
            known->door_note = address.door_note;
        }
    }
    return list;
}

const ds_Address *address_located(const struct address_list *list)
{
    for (size_t i = 0; i < list->open_count; i++) {
        if (list->items[i].at->lat_e7 != 0 || list->items[i].at->lon_e7 != 0) {
            return list->items[i].at;
        }
    }
    return NULL;
}

bool address_list_is_over(const struct address_list *list)
{
    return list->count > 0 && list->open_count == 0;
}

/* ---- folding ---- */

static void drop_visit(ds_CaseState *state, size_t index)
{
    ds_OpenVisit *visit = &state->older_visits[index];
    size_t behind_count = --state->older_visits_count - index;
    memmove(visit, visit + 1, behind_count * sizeof *visit);
}

/* The visit that begins takes the first place. A tablet is at one visit at a time: what it began
 * before and never finished is over. */
static void keep_older_visits(ds_CaseState *state, uint32_t device_no)
{
    for (size_t i = state->older_visits_count; i-- > 0;) {
        if (state->older_visits[i].device_no == device_no) {
            drop_visit(state, i);
        }
    }
    if (state->visit_seq == 0 || state->visit_device_no == device_no) {
        return;
    }
    if (state->older_visits_count == COUNT(state->older_visits)) {
        state->older_visits_count--; /* the oldest */
    }
    memmove(&state->older_visits[1], &state->older_visits[0],
            state->older_visits_count * sizeof state->older_visits[0]);
    state->older_visits_count++;
    state->older_visits[0] = (ds_OpenVisit){.device_no = state->visit_device_no,
                                            .seq = state->visit_seq,
                                            .address = state->visit_address};
}

void address_visit(const struct fold_context *fold, const ds_VisitStarted *visit)
{
    ds_CaseState *state = fold->state;
    const ds_CaseRecord *record = fold->record;
    keep_older_visits(state, fold->fact->device_no);
    state->visit_device_no = fold->fact->device_no;
    state->visit_seq = fold->fact->seq;
    state->visit_address = visit->address;
    if (visit->address == 0 && visit->address_index < record->addresses_count) {
        state->visit_address = address_tag(record->addresses[visit->address_index].text);
    }
}

uint64_t address_of_visit(const struct fold_context *fold)
{
    ds_CaseState *state = fold->state;
    bool is_its = state->visit_seq != 0 && state->visit_seq == fold->fact->event.visit_seq &&
                  state->visit_device_no == fold->fact->device_no;
    uint64_t address = is_its ? state->visit_address : 0;
    if (is_its) { /* a state carries it no further */
        state->visit_device_no = 0;
        state->visit_seq = 0;
        state->visit_address = 0;
    }
    for (size_t i = 0; !is_its && i < state->older_visits_count; i++) {
        const ds_OpenVisit *older = &state->older_visits[i];
        if (older->seq == fold->fact->event.visit_seq &&
            older->device_no == fold->fact->device_no) {
            address = older->address;
            drop_visit(state, i);
            return address;
        }
    }
    return address;
}

static bool is_listed(const struct fold_context *fold, uint64_t address)
{
    const ds_CaseRecord *record = fold->record;
    const ds_CaseState *state = fold->state;
    bool is_listed = false;
    for (size_t i = 0; i < record->addresses_count; i++) {
        is_listed = is_listed || address_tag(record->addresses[i].text) == address;
    }
    for (size_t i = 0; i < state->addresses_count; i++) {
        is_listed = is_listed || address_tag(state->addresses[i].text) == address;
    }
    return is_listed;
}

/* When the list is full the oldest goes of an address that nobody would be sent to any more, else
 * the oldest. */
static size_t least_needed(const struct fold_context *fold)
{
    for (size_t i = fold->state->findings_count; i-- > 0;) {
        if (!is_listed(fold, fold->state->findings[i].address)) {
            return i;
        }
    }
    return fold->state->findings_count - 1U;
}

static ds_Finding *room_for(const struct fold_context *fold, uint64_t address)
{
    ds_CaseState *state = fold->state;
    size_t at = 0;
    while (at < state->findings_count && state->findings[at].address != address) {
        at++;
    }
    bool is_new = at == state->findings_count;
    if (is_new && at == COUNT(state->findings)) {
        at = least_needed(fold);
    } else if (is_new) {
        state->findings_count++;
    }
    ds_Finding finding = is_new ? (ds_Finding){.address = address} : state->findings[at];
    memmove(&state->findings[1], &state->findings[0], at * sizeof finding);
    state->findings[0] = finding;
    return &state->findings[0];
}

static uint64_t tag_of(const uint8_t id[16])
{
    return chain_short_hash(id, 16);
}

void address_found(const struct fold_context *fold, uint64_t address, uint32_t result,
                   const uint8_t by[16])
{
    const ds_Finding *known = finding_of(fold->state, address);
    bool is_again = known != NULL && known->by == tag_of(by);
    if (address == 0 || (result == 0 && !is_again)) {
        return;
    }
    ds_Finding *finding = room_for(fold, address);
    if (result == 0) {
        finding->result = finding->before;
        finding->as_of_day = finding->before_day;
        finding->by = 0;
        return;
    }
    if (!is_again) {
        finding->before = finding->result;
        finding->before_day = finding->as_of_day;
    }
    finding->result = result;
    finding->as_of_day = fold->day;
    finding->by = tag_of(by);
}
