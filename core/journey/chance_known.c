/* core/journey/chance_known.c -- what this tablet knows of the hours at which people are met:
 * headquarters' counts, and the visits that it has learned of since. */
#include "core/journey/journey_private.h"

#include "core/rules/chance.h"

struct counting {
    struct chance *chance;
    int64_t after_ms;
    int32_t offset_minutes;
};

static enum err count_contact(void *context, const struct contact_row *row)
{
    const struct counting *counting = context;
    int64_t begin_ms = row->at_ms - (int64_t)row->dwell_s * 1000;
    if (row->channel == CONTACT_CHANNEL_visit && !row->is_withdrawn &&
        row->at_ms > counting->after_ms) {
        chance_add(counting->chance, date_calendar_cn(), begin_ms, counting->offset_minutes,
                   row->outcome);
    }
    return OK;
}

enum err journey_chance(struct store *store, struct arena *arena, int64_t now_ms,
                        int32_t offset_minutes, struct chance *chance_out)
{
    *chance_out = (struct chance){0};
    struct arena_mark mark = arena_mark(arena);
    struct str text;
    int64_t until_at_ms = 0;
    enum err err = store_setting_bytes(store, arena, SETTING_chance, &text);
    if (err == OK && text.size > 0 && chance_read(text, chance_out, &until_at_ms) != OK) {
        until_at_ms = 0; /* headquarters counts another way than this program can read */
    }
    arena_rollback(arena, mark);
    TRY(err);
    int64_t from_ms = now_ms - CHANCE_DAYS * DATE_DAY_MS;
    struct counting counting = {chance_out, until_at_ms, offset_minutes};
    struct row_sink sink = {.context = &counting, .contact = count_contact};
    return store_rows_read(store, from_ms > until_at_ms ? from_ms : until_at_ms, now_ms + 1, 0, 0,
                           &sink);
}
