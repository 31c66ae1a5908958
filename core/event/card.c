#include "core/event/card.h"

#include "core/base/buf.h"

#include <sodium.h>
#include <string.h>

static const char prefix[] = "DSC1.";
static const char purpose[] = "card";

enum {
    PREFIX_SIZE = sizeof prefix - 1,
    TEXTS_SIZE = CARD_NAME_SIZE + CARD_STAFF_SIZE + CARD_INSTITUTION_SIZE + CARD_LINE_SIZE,
    BYTES_MAX = 4 + 4 + TEXTS_SIZE + CHAIN_SIGNATURE_SIZE, /* a NUL for each byte of size */
};
_Static_assert(PREFIX_SIZE + (BYTES_MAX + 2) / 3 * 4 + 1 <= CARD_TEXT_SIZE, "every card has room");

static enum err write_part(struct buf_writer *writer, const char *text)
{
    size_t size = strlen(text);
    if (size == 0 || !str_is_utf8(str_from(text))) {
        return ERR_bad_text;
    }
    buf_write_u8(writer, (uint8_t)size);
    buf_write_bytes(writer, text, size);
    return OK;
}

enum err card_text_write(const struct card *card, const struct chain_secret_key *hq,
                         char text_out[CARD_TEXT_SIZE])
{
    uint8_t bytes[BYTES_MAX];
    struct buf_writer writer;
    if (card->from_day < 0 || card->until_day < card->from_day) {
        return ERR_out_of_range;
    }
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u32(&writer, (uint32_t)card->from_day);
    buf_write_u32(&writer, (uint32_t)card->until_day);
    TRY(write_part(&writer, card->name));
    TRY(write_part(&writer, card->staff_no));
    TRY(write_part(&writer, card->institution));
    TRY(write_part(&writer, card->line));
    struct chain_signature signature = chain_sign(hq, purpose, bytes, writer.size);
    buf_write_bytes(&writer, signature.bytes, sizeof signature.bytes);
    CHECK(writer.err == OK);
    memcpy(text_out, prefix, PREFIX_SIZE);
    sodium_bin2base64(text_out + PREFIX_SIZE, CARD_TEXT_SIZE - PREFIX_SIZE, bytes, writer.size,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return OK;
}

static enum err read_part(struct buf_reader *reader, char *text, size_t capacity)
{
    size_t size = buf_read_u8(reader);
    const uint8_t *bytes = buf_read_bytes(reader, size);
    if (bytes == NULL || size == 0) {
        return ERR_malformed;
    }
    struct str part = {(const char *)bytes, size};
    return str_is_utf8(part) && str_copy(text, capacity, part) ? OK : ERR_malformed;
}

static enum err read_fields(struct buf_reader *reader, struct card *card)
{
    uint32_t from_day = buf_read_u32(reader);
    uint32_t until_day = buf_read_u32(reader);
    if (reader->err != OK || from_day > until_day || until_day > INT32_MAX) {
        return ERR_malformed;
    }
    card->from_day = (int32_t)from_day;
    card->until_day = (int32_t)until_day;
    TRY(read_part(reader, card->name, sizeof card->name));
    TRY(read_part(reader, card->staff_no, sizeof card->staff_no));
    TRY(read_part(reader, card->institution, sizeof card->institution));
    TRY(read_part(reader, card->line, sizeof card->line));
    return buf_reader_done(reader);
}

enum err card_text_read(struct str text, const struct chain_public_key *hq, int32_t today,
                        struct card *card_out)
{
    uint8_t bytes[BYTES_MAX];
    size_t size = 0;
    struct str typed = str_trim(text);
    if (typed.size <= PREFIX_SIZE || memcmp(typed.bytes, prefix, PREFIX_SIZE) != 0 ||
        sodium_base642bin(bytes, sizeof bytes, typed.bytes + PREFIX_SIZE, typed.size - PREFIX_SIZE,
                          NULL, &size, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        size <= CHAIN_SIGNATURE_SIZE) {
        return ERR_malformed;
    }
    size_t signed_size = size - CHAIN_SIGNATURE_SIZE;
    struct chain_signature signature;
    memcpy(signature.bytes, bytes + signed_size, sizeof signature.bytes);
    TRY(chain_verify(hq, purpose, bytes, signed_size, &signature));
    struct buf_reader reader;
    struct card card = {0};
    buf_reader_init(&reader, bytes, signed_size);
    TRY(read_fields(&reader, &card));
    *card_out = card;
    return today > card.until_day ? ERR_expired : today < card.from_day ? ERR_not_allowed : OK;
}
