#include "core/event/codec.h"

#include "core/base/str.h"

#include <pb_common.h>
#include <pb_decode.h>
#include <pb_encode.h>

static bool is_text_valid(const char *text, size_t capacity)
{
    size_t size = strnlen(text, capacity);
    return size < capacity && str_is_utf8((struct str){text, size});
}

/* How many items of the current field are there to look at. */
static size_t item_count(const pb_field_iter_t *at)
{
    pb_type_t shape = PB_HTYPE(at->type);
    if (shape == PB_HTYPE_REPEATED) {
        return *(const pb_size_t *)at->pSize;
    }
    if (shape == PB_HTYPE_ONEOF) {
        return *(const pb_size_t *)at->pSize == at->tag ? 1 : 0;
    }
    if (shape == PB_HTYPE_OPTIONAL && at->pSize != NULL) {
        return *(const bool *)at->pSize ? 1 : 0;
    }
    return 1;
}

/* Depth is bounded by the messages: Event > Correction > PlanAgreed > Instalment. */
static bool are_texts_valid(const pb_msgdesc_t *type, const void *message)
{
    pb_field_iter_t at;
    if (!pb_field_iter_begin_const(&at, type, message)) {
        return true; /* a message without fields */
    }
    do {
        pb_type_t content = PB_LTYPE(at.type);
        size_t count = item_count(&at);
        for (size_t i = 0; i < count; i++) {
            const char *item = (const char *)at.pData + i * at.data_size;
            if (content == PB_LTYPE_STRING && !is_text_valid(item, at.data_size)) {
                return false;
            }
            if (PB_LTYPE_IS_SUBMSG(at.type) && !are_texts_valid(at.submsg_desc, item)) {
                return false;
            }
        }
    } while (pb_field_iter_next(&at));
    return true;
}

enum err codec_encode(const pb_msgdesc_t *type, const void *message, uint8_t *bytes,
                      size_t capacity, size_t *size_out)
{
    if (!are_texts_valid(type, message)) {
        return ERR_bad_text;
    }
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, capacity);
    if (!pb_encode(&stream, type, message)) {
        return ERR_too_long;
    }
    *size_out = stream.bytes_written;
    return OK;
}

enum err codec_decode(const pb_msgdesc_t *type, void *message_out, const uint8_t *bytes,
                      size_t size)
{
    pb_istream_t stream = pb_istream_from_buffer(bytes, size);
    if (!pb_decode(&stream, type, message_out) || !are_texts_valid(type, message_out)) {
        return ERR_malformed;
    }
    return OK;
}
