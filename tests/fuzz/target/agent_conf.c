/* agent.conf in a spool folder of its own. */
#include "core/os/os.h"
#include "sync/client/conf.h"
#include "tests/fuzz/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/doorstep-fuzz-conf-XXXXXX";

static void leave(void)
{
    char path[sizeof folder + 32];
    snprintf(path, sizeof path, "%s/" LAYOUT_CONF, folder);
    (void)unlink(path);
    (void)rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static bool is_made;
    struct arena arena = {0};
    struct conf conf;
    if (!is_made) {
        CHECK(mkdtemp(folder) != NULL && atexit(leave) == 0);
        is_made = true;
    }
    arena_init(&arena, 0);
    FILE *file = fopen(os_path(&arena, folder, LAYOUT_CONF), "wb");
    CHECK(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    if (conf_read(&arena, folder, &conf) == OK) {
        CHECK(strlen(conf.trust.pin) < sizeof conf.trust.pin);
        CHECK(conf.photos < LAYOUT_PHOTOS_COUNT);
    }
    arena_deinit(&arena);
    return 0;
}
