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

enum err rows_file_report_end(FILE *report, const char *path, bool has_faults)
{
    struct stat about;
    bool is_file = fstat(fileno(report), &about) == 0 && S_ISREG(about.st_mode);
    if (fclose(report) != 0) {
        return ERR_io;
    }
    return has_faults || !is_file ? OK : os_file_remove(path);
}
