/* agent.conf in a spool folder of its own. */
#include "sync/client/conf.h"
#include "tests/fuzz/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct conf conf;
    arena_init(&arena, 0);
    (void)fuzz_folder_put(&arena, LAYOUT_CONF, bytes, size);
    if (conf_read(&arena, fuzz_folder(), &conf) == OK) {
        CHECK(strlen(conf.trust.pin) < sizeof conf.trust.pin);
        CHECK(conf.photos < LAYOUT_PHOTOS_COUNT);
    }
    arena_deinit(&arena);
    return 0;
}
