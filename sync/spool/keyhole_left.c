#include "core/os/os.h"
#include "sync/spool/keyhole.h"

#include <string.h>

enum err keyhole_left(const struct keyhole *keyhole, struct arena *arena,
                      struct keyhole_left *left_out)
{
    const char **names = NULL;
    size_t count = 0;
    *left_out = (struct keyhole_left){0};
    enum err err = os_folder_list(arena, keyhole->out, &names, &count);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    for (size_t i = 0; i < count; i++) {
        struct layout_name name;
        if (!layout_read(names[i], LAYOUT_ENVELOPE, &name) || name.class_ == LAYOUT_CLASS_keys) {
            continue;
        }
        int stem_size = (int)(strlen(names[i]) - strlen(LAYOUT_ENVELOPE));
        const char *answer = str_format(arena, "%.*s%s", stem_size, names[i], LAYOUT_ANSWER);
        bool is_given = os_file_exists(os_path(arena, keyhole->in, answer));
        left_out->given_count += is_given;
        left_out->waiting_count += !is_given;
    }
    return OK;
}
