#include "core/os/os.h"
#include "sync/proto/envelope.h"
#include "sync/spool/keyhole.h"

#include <string.h>

/* A refusal lies there under the same name: headquarters, or somebody on the way, took nothing. */
static bool is_given(const char *answer_path)
{
    uint64_t size = 0;
    return os_file_facts(answer_path, &size, NULL) == OK && size > ENVELOPE_REFUSAL_SIZE;
}

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
        bool has_gone = is_given(os_path(arena, keyhole->in, answer));
        left_out->given_count += has_gone;
        left_out->waiting_count += !has_gone;
    }
    return OK;
}
