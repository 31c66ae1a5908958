/* core/event/words.h -- puts values into a fact's words. Private to core/event.
 * `name` is the placeholder, static; texts are borrowed from the event. CHECKs
 * that no kind names more than EVENT_WORDS_MAX. */
#pragma once

#include "core/domain/catalog.h"
#include "core/event/event.h"

void words_text(struct event_words *words, const char *name, const char *text);
/* Code 0 reads "value.none". */
void words_code(struct event_words *words, const char *name, enum catalog list, uint32_t code);
void words_money(struct event_words *words, const char *name, uint64_t amount_minor);
void words_day(struct event_words *words, const char *name, int32_t day);
void words_count(struct event_words *words, const char *name, uint64_t count);
