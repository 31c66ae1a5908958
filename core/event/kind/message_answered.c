#include "core/event/kind/kind.h"

/* That one cannot, or asks back, says nothing without words. */
bool message_answered_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_MessageAnswered *payload = &event->kind.message_answered;
    if (!field_range(fault_out, "message", payload->message_no, 1, UINT32_MAX) ||
        !field_code(fault_out, "answer", CATALOG_message_answer, payload->answer)) {
        return false;
    }
    bool needs_words = payload->answer == MESSAGE_ANSWER_cannot ||
                       payload->answer == MESSAGE_ANSWER_question ||
                       payload->answer == MESSAGE_ANSWER_words;
    return !needs_words || field_text(fault_out, "note", payload->note);
}

void message_answered_fold(const struct fold_context *fold)
{
    (void)fold;
    /* Between a collector and headquarters; nothing about the debt changes. */
}

void message_answered_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_MessageAnswered *payload = &event->kind.message_answered;
    words_out->key = "event.message_answered";
    words_count(words_out, "message", payload->message_no);
    words_code(words_out, "answer", CATALOG_message_answer, payload->answer);
    words_text(words_out, "note", payload->note);
}
