/* core/event/codec.h -- bytes of the room's messages. Private to core/event.
 *
 * Protocol Buffers over the structs that nanopb generates: the same bytes as its own codec,
 * and a body is read exactly when that reads it and every text in it is well-formed UTF-8, also
 * one that a later field replaces (a test holds both against each other). Headquarters codes
 * several messages a fact; nanopb walks every field of a message through callbacks four times, at 3
 * to 10 times the cost. Nothing is allocated and every field is bounded by the .options files. */
#pragma once

#include "core/base/err.h"
#include "core/event/layout.h"

/* ERR_too_long when it does not fit `capacity`, ERR_bad_text on ill-formed UTF-8. */
enum err codec_encode(const struct layout *type, const void *message, uint8_t *bytes,
                      size_t capacity, size_t *size_out) MUST_USE;
/* ERR_malformed, also on ill-formed UTF-8. `message_out` is overwritten in any case, but for
 * items of lists past their count and members of choices that are not there. */
enum err codec_decode(const struct layout *type, void *message_out, const uint8_t *bytes,
                      size_t size) MUST_USE;
