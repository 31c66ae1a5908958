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

void flag_raise(const struct fold_context *fold, uint32_t flag, int32_t until_day, const char *note)
{
    ds_CaseState *state = fold->state;
    ds_Flag *entry = find(state, flag);
    if (entry == NULL) {
        if (state->flags_count == COUNT(state->flags)) {
            /* More kinds than stop_flags.def has: codes of newer tablets that no rule
             * of this build could read. They stay in the journal. */
            return;
        }
        entry = &state->flags[state->flags_count++];
        memset(entry, 0, sizeof *entry);
        entry->flag = flag;
        entry->is_cleared = true;
    }
    bool was_raised = !entry->is_cleared;
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

void flag_clear(const struct fold_context *fold, uint32_t flag)
{
    ds_Flag *entry = find(fold->state, flag);
    if (entry != NULL) {
        entry->is_cleared = true;
    }
}
