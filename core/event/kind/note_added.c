#include "core/event/kind/kind.h"

bool note_added_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_NoteAdded *payload = &event->kind.note_added;
    return field_text(fault_out, "note", payload->note);
}

void note_added_fold(const struct fold_context *fold)
{
    (void)fold;
    /* The note is read from the journal. */
}

void note_added_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_NoteAdded *payload = &event->kind.note_added;
    words_out->key = "event.note_added";
    words_text(words_out, "note", payload->note);
}
