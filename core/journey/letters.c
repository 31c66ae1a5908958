/* core/journey/letters.c -- messages of headquarters: that they were read, and the answer. */
#include "core/journey/journey_private.h"

/* Headquarters numbers them from 1; a larger one than the fact can name is only marked. */
static bool is_nameable(const struct store_letter *letter)
{
    return letter->message_no > 0 && letter->message_no <= UINT32_MAX;
}

static enum err read_letter(struct journey *journey, uint64_t message_no,
                            struct capture *capture_out)
{
    struct store_letter letter;
    TRY(store_inbox_get(journey->store, journey->arena, message_no, &letter));
    *capture_out = (struct capture){.verdict = verdict_start()};
    if (letter.read_at_ms != 0) {
        return OK;
    }
    letter.read_at_ms = journey_now_ms(journey);
    if (!is_nameable(&letter)) {
        return store_inbox_mark_read(journey->store, message_no, letter.read_at_ms);
    }
    struct journey_batch batch;
    TRY(journey_batch_start(journey, 0, &batch));
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_message_read_tag;
    event->kind.message_read.message_no = (uint32_t)message_no;
    letter.answered_at_ms = 0; /* only that it was read is written */
    batch.letter = &letter;
    return journey_batch_finish(journey, &batch, &capture_out->verdict, 0, capture_out);
}

static enum err answer_letter(struct journey *journey, uint64_t message_no, uint32_t answer,
                              const char *note, struct capture *capture_out)
{
    struct store_letter letter;
    TRY(store_inbox_get(journey->store, journey->arena, message_no, &letter));
    if (!is_nameable(&letter)) {
        return ERR_out_of_range;
    }
    int64_t now_ms = journey_now_ms(journey);
    letter.read_at_ms = letter.read_at_ms != 0 ? letter.read_at_ms : now_ms;
    letter.answer = answer;
    letter.answer_note = note;
    letter.answered_at_ms = now_ms;
    struct journey_batch batch;
    struct verdict verdict = verdict_start();
    TRY(journey_batch_start(journey, 0, &batch));
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_message_answered_tag;
    event->kind.message_answered = (ds_MessageAnswered){
        .message_no = (uint32_t)message_no,
        .answer = answer,
        .answer_by_at_ms = (uint64_t)letter.answer_by_at_ms,
    };
    ds_MessageAnswered *answered = &event->kind.message_answered;
    if (!str_copy(answered->note, sizeof answered->note, str_from(note))) {
        return ERR_too_long;
    }
    batch.letter = &letter;
    return journey_batch_finish(journey, &batch, &verdict, 0, capture_out);
}

enum err journey_read_letter(struct journey *journey, uint64_t message_no,
                             struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = read_letter(journey, message_no, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_answer_letter(struct journey *journey, uint64_t message_no, uint32_t answer,
                               const char *note, struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = answer_letter(journey, message_no, answer, note, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}
