/* core/event/codec.h -- bytes of the room's messages by nanopb. Private to core/event.
 *
 * nanopb bounds every field by the .options files and never allocates; what it
 * does not check, well-formed UTF-8, is checked here, on the way in and out. */
#pragma once

#include "core/base/err.h"

#include <pb.h>

/* ERR_too_long when it does not fit `capacity`, ERR_bad_text on ill-formed UTF-8. */
enum err codec_encode(const pb_msgdesc_t *type, const void *message, uint8_t *bytes,
                      size_t capacity, size_t *size_out) MUST_USE;
/* ERR_malformed, also on ill-formed UTF-8. `message_out` is overwritten in any case. */
enum err codec_decode(const pb_msgdesc_t *type, void *message_out, const uint8_t *bytes,
                      size_t size) MUST_USE;
