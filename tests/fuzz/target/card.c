/* A collector's authorisation card, as a camera read it; whoever made it signed it. */
#include "core/event/card.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct chain_public_key hq = {{0}};
    struct card card;
    enum err err = card_text_read((struct str){(const char *)bytes, size}, &hq, 20000, &card);
    if (err == OK || err == ERR_expired || err == ERR_not_allowed) {
        char text[CARD_TEXT_SIZE];
        const struct chain_secret_key secret = {{0}};
        CHECK(card.name[0] != '\0' && strlen(card.line) < sizeof card.line);
        CHECK(card_text_write(&card, &secret, text) == OK);
    }
    return 0;
}
