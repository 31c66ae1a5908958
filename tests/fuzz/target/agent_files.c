/* What the agent and the app read of each other and of the kernel: agent.status, names in the
 * spool, the table of routes. The first byte says which. */
#include "sync/client/link.h"
#include "sync/client/status.h"
#include "sync/proto/layout.h"
#include "tests/fuzz/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct status status;
    struct layout_name name;
    if (size == 0) {
        return 0;
    }
    arena_init(&arena, 0);
    struct str text = {(const char *)bytes + 1, size - 1};
    switch (bytes[0] % 3) {
    case 0:
        status_from_text(&status, text);
        CHECK(status_to_text(&arena, &status).size > 0);
        break;
    case 1:
        (void)layout_read(str_text(&arena, text), LAYOUT_ENVELOPE, &name);
        (void)layout_read(str_text(&arena, text), LAYOUT_ANSWER, &name);
        break;
    default:
        (void)link_is_metered(fuzz_folder_put(&arena, "route", text.bytes, text.size));
        break;
    }
    arena_deinit(&arena);
    return 0;
}
