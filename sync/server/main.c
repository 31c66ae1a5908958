/* doorstep-hq: headquarters. The root: real clock, randomness and streams come in here. */
#include "core/os/os.h"
#include "sync/server/command/program.h"

#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

static enum lang lang_of_user(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *value = getenv(names[i]);
        enum lang lang = LANG_zh;
        if (value != NULL && value[0] != '\0') {
            return lang_from_text(str_from(value), &lang) ? lang : LANG_zh;
        }
    }
    return LANG_zh;
}

int main(int argc, char **argv)
{
    struct arena arena;
    arena_init(&arena, 0);
    static char cwd[PATH_MAX];
    const char *folder = getenv("DOORSTEP_HQ_DATA");
    const struct passwd *user = getpwuid(geteuid());
    const struct command_context world = {
        .in = stdin,
        .out = stdout,
        .err = stderr,
        .data_folder = folder != NULL ? folder : "hq",
        .cwd = getcwd(cwd, sizeof cwd) != NULL ? cwd : "/",
        .lang = lang_of_user(),
        .clock = os_clock(),
        .rng = os_rng(),
        .actor = user != NULL ? arena_text(&arena, user->pw_name) : "unknown",
    };
    int code = program_run(&arena, &world, argc, (const char *const *)argv);
    if (fflush(stdout) != 0 && code == COMMAND_ok) {
        code = COMMAND_failed;
    }
    arena_deinit(&arena);
    return code;
}
