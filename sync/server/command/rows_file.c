/* A file of rows and its report. */
#include "sync/server/command/rows_file.h"

#include "core/os/os.h"

#include <sys/stat.h>

enum command_exit rows_file_open(struct command_context *context, const char *name, FILE **in_out)
{
    struct stat about;
    *in_out = fopen(command_path(context, name), "rb");
    if (*in_out == NULL) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("import.fail.open", lang_value_text("file", name)));
    }
    /* A folder opens like a file; only reading it fails, without saying why. */
    if (fstat(fileno(*in_out), &about) == 0 && S_ISDIR(about.st_mode)) {
        fclose(*in_out);
        *in_out = NULL;
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("import.fail.folder", lang_value_text("file", name)));
    }
    return COMMAND_ok;
}

static bool is_same_file(FILE *in, const char *path)
{
    struct stat read;
    struct stat written;
    return fstat(fileno(in), &read) == 0 && stat(path, &written) == 0 &&
           read.st_dev == written.st_dev && read.st_ino == written.st_ino;
}

enum command_exit rows_file_report_open(struct command_context *context, const char *name, FILE *in,
                                        const char **path_out, FILE **report_out)
{
    const char *asked = command_option(context, "--report");
    *path_out = asked != NULL
                    ? command_path(context, asked)
                    : str_format(context->arena, "%s.errors.csv", command_path(context, name));
    *report_out = NULL;
    if (is_same_file(in, *path_out)) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("import.fail.same", lang_value_text("file", *path_out)));
    }
    *report_out = fopen(*path_out, "wb");
    if (*report_out == NULL) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("import.fail.report", lang_value_text("file", *path_out)));
    }
    return COMMAND_ok;
}

enum err rows_file_report_end(FILE *report, const char *path, bool has_faults)
{
    struct stat about;
    bool is_file = fstat(fileno(report), &about) == 0 && S_ISREG(about.st_mode);
    if (fclose(report) != 0) {
        return ERR_io;
    }
    return has_faults || !is_file ? OK : os_file_remove(path);
}
