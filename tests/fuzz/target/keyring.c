/* hq.key: what is taken comes back the same from its own text. */
#include "sync/proto/keyring.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct keyring ring;
    struct keyring again;
    char text[KEYRING_TEXT_SIZE];
    if (keyring_from_text(&ring, (const char *)bytes, size) == OK) {
        size_t text_size = keyring_to_text(text, &ring);
        CHECK(keyring_from_text(&again, text, text_size) == OK && again.count == ring.count);
    }
    return 0;
}
