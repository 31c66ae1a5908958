#include "core/event/flag.h"

#include "core/base/str.h"

#include <string.h>

static ds_Flag *find(ds_CaseState *state, uint32_t flag)
{
    for (size_t i = 0; i < state->flags_count; i++) {
        if (state->flags[i].flag == flag) {
            return &state->flags[i];
        }
    }
    return NULL;
}

/* Every flag this build knows has room (asserted below); codes of newer tablets, which no
 * rule of this build can read, take what is left and give way. */
static ds_Flag *new_entry(ds_CaseState *state, uint32_t flag)
{
    if (state->flags_count < COUNT(state->flags)) {
        return &state->flags[state->flags_count++];
    }
    for (size_t i = 0; i < COUNT(state->flags); i++) {
        bool is_unknown = catalog_name(CATALOG_stop_flag, state->flags[i].flag) == NULL;
        if (is_unknown && catalog_name(CATALOG_stop_flag, flag) != NULL) {
            return &state->flags[i];
        }
    }
    return NULL;
}

enum {
    FLAG_COUNT = 0
#define STOP_FLAG(code, name, rule) +1
#include "core/domain/stop_flags.def"
#undef STOP_FLAG
};
_Static_assert(FLAG_COUNT <= sizeof(((ds_CaseState *)0)->flags) / sizeof(ds_Flag),
               "every stop flag has room in a case state");

void flag_raise(const struct fold_context *fold, uint32_t flag, int32_t until_day, const char *note)
{
    ds_CaseState *state = fold->state;
    ds_Flag *entry = find(state, flag);
    if (entry == NULL) {
        entry = new_entry(state, flag);
        if (entry == NULL) {
            return;
        }
        memset(entry, 0, sizeof *entry);
        entry->flag = flag;
        entry->is_cleared = true;
    }
    bool was_raised = !entry->is_cleared;
    entry->raised_count = was_raised ? entry->raised_count + 1 : 1;
    if (!was_raised) {
        entry->since_at_ms = fold->fact->event.at_ms;
        entry->person_no = fold->fact->event.person_no;
        entry->until_day = until_day;
        entry->is_cleared = false;
        entry->note[0] = '\0';
    } else if (entry->until_day != 0 && (until_day == 0 || until_day > entry->until_day)) {
        entry->until_day = until_day;
    }
    if (entry->note[0] == '\0') {
        str_copy(entry->note, sizeof entry->note, str_from(note));
    }
}

void flag_clear(const struct fold_context *fold, uint32_t flag, uint32_t known_count)
{
    ds_Flag *entry = find(fold->state, flag);
    if (entry == NULL || entry->is_cleared) {
        return;
    }
    if (entry->raised_count > known_count) {
        /* A tablet raised it, offline, before the clearing: whoever cleared it did not
         * know, so the stop stands. */
        entry->raised_count -= known_count;
        return;
    }
    entry->is_cleared = true;
    entry->raised_count = 0;
}

void flag_restore(const struct fold_context *fold, uint32_t flag)
{
    ds_Flag *entry = find(fold->state, flag);
    if (entry != NULL && entry->is_cleared) {
        entry->is_cleared = false;
        entry->raised_count = 1;
    }
}
