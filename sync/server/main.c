/* doorstep-hq: headquarters. The root: real clock, randomness and streams come in here. */
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/command/program.h"

#include <limits.h>
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

/* Where the session of who calls is kept: named by the environment, or the user's own folder
 * of this login, which the system empties, or their home. */
static const char *session_path(struct arena *arena)
{
    const char *named = getenv("DOORSTEP_HQ_SESSION");
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    const char *home = getenv("HOME");
    if (named != NULL && named[0] != '\0') {
        return named;
    }
    if (runtime != NULL && runtime[0] == '/') {
        return os_path(arena, runtime, "doorstep-hq.session");
    }
    return home != NULL && home[0] == '/' ? os_path(arena, home, ".doorstep-hq.session") : NULL;
}

int main(int argc, char **argv)
{
    struct arena arena;
    if (!os_dump_forbid()) {
        log_line(LOG_warning, "main", "a crash would leave a core file");
    }
    arena_init(&arena, 0);
    static char cwd[PATH_MAX];
    const char *folder = getenv("DOORSTEP_HQ_DATA");
    const struct command_context world = {
        .in = stdin,
        .out = stdout,
        .err = stderr,
        .data_folder = folder != NULL ? folder : "hq",
        .cwd = getcwd(cwd, sizeof cwd) != NULL ? cwd : "/",
        .lang = lang_of_user(),
        .clock = os_clock(),
        .rng = os_rng(),
        .session_path = session_path(&arena),
        .origin = str_format(&arena, "uid %u", (unsigned)geteuid()),
    };
    int code = program_run(&arena, &world, argc, (const char *const *)argv);
    if (fflush(stdout) != 0 && code == COMMAND_ok) {
        code = COMMAND_failed;
    }
    arena_deinit(&arena);
    return code;
}
