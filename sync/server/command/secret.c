/* Reading one line that is not to be seen. */
#include "sync/server/command/secret.h"

#include "core/os/os.h"

#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { SECRET_SIZE_MAX = 512 };

static enum err read_line(struct command_context *context, const char **secret_out)
{
    char *line = arena_alloc(context->arena, SECRET_SIZE_MAX);
    if (fgets(line, SECRET_SIZE_MAX, context->in) == NULL) {
        return ERR_usage;
    }
    line[strcspn(line, "\r\n")] = '\0';
    *secret_out = line;
    return line[0] != '\0' ? OK : ERR_usage;
}

static enum err read_typed(struct command_context *context, const char *prompt_key,
                           const char **secret_out)
{
    struct termios seen, unseen;
    int fd = fileno(context->in);
    bool is_terminal = isatty(fd) && tcgetattr(fd, &seen) == 0;
    if (is_terminal) {
        unseen = seen;
        unseen.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(fd, TCSAFLUSH, &unseen);
        fprintf(context->err, "%s", lang_text(context->lang, prompt_key));
        fflush(context->err);
    }
    enum err err = read_line(context, secret_out);
    if (is_terminal) {
        (void)tcsetattr(fd, TCSAFLUSH, &seen);
        fputc('\n', context->err);
    }
    return err;
}

enum err secret_read(struct command_context *context, const char *option, const char *prompt_key,
                     const char **secret_out)
{
    const char *name = command_option(context, option);
    *secret_out = "";
    if (name == NULL) {
        return read_typed(context, prompt_key, secret_out);
    }
    if (strcmp(name, "-") == 0) {
        return read_line(context, secret_out);
    }
    struct str text, line;
    TRY(os_file_read(context->arena, command_path(context, name), SECRET_SIZE_MAX, &text));
    (void)str_split(&text, '\n', &line);
    *secret_out = str_text(context->arena, str_trim(line));
    return (*secret_out)[0] != '\0' ? OK : ERR_usage;
}
