/* Facts, case records and case states: the first byte says which. */
#include "core/event/event.h"
#include "tests/fuzz/target.h"

static void read_fact(struct arena *arena, const uint8_t *bytes, size_t size)
{
    ds_Event *event = ARENA_NEW(arena, ds_Event);
    struct event_fault fault;
    struct event_words words;
    uint8_t again[LIMIT_event_size];
    size_t again_size = 0;
    if (event_decode(event, bytes, size) != OK) {
        return;
    }
    (void)event_check(event, &fault);
    if (event_kind(event) != EVENT_none) {
        event_describe(event, &words);
        CHECK(words.count <= EVENT_WORDS_MAX && words.key != NULL);
    }
    (void)!event_encode(event, again, sizeof again, &again_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    if (size == 0) {
        return 0;
    }
    arena_init(&arena, 0);
    switch (bytes[0] % 3) {
    case 0:
        read_fact(&arena, bytes + 1, size - 1);
        break;
    case 1:
        (void)!case_record_decode(ARENA_NEW(&arena, ds_CaseRecord), bytes + 1, size - 1);
        break;
    default:
        (void)!case_state_decode(ARENA_NEW(&arena, ds_CaseState), bytes + 1, size - 1);
        break;
    }
    arena_deinit(&arena);
    return 0;
}
