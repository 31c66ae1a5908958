/* doorstep-hq import FILE: a portfolio of cases. */
#include "sync/server/import/import.h"

#include "core/base/str.h"
#include "sync/server/command/rows_file.h"
#include "sync/server/import/import_words.h"

#include <string.h>

static const char *const options_with_value[] = {"--encoding", "--report", NULL};
static const char *const options_plain[] = {"--dry-run", "--all-or-nothing", NULL};

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void result_say(struct command_context *context, const struct import_result *result,
                       bool is_dry, const char *report_path)
{
    command_say(context, COMMAND_TEXT(is_dry ? "import.say.dry" : "import.say.counts",
                                      lang_value_count("batch", result->batch_no),
                                      lang_value_count("rows", result->row_count),
                                      lang_value_count("new", result->new_count),
                                      lang_value_count("changed", result->changed_count),
                                      lang_value_count("balances", result->balance_count),
                                      lang_value_count("same", result->same_count),
                                      lang_value_count("bad", result->error_count)));
    if (result->resumed_row_count > 0) {
        command_say(context, COMMAND_TEXT("import.say.resumed",
                                          lang_value_count("rows", result->resumed_row_count)));
    }
    if (!is_dry && !result->is_written) {
        command_say(context, COMMAND_LINE("import.say.nothing_written"));
    }
    if (result->error_count > 0) {
        command_say(context, COMMAND_TEXT("import.say.report",
                                          lang_value_count("faults", result->fault_count),
                                          lang_value_text("file", report_path)));
    }
}

enum command_exit import_command(struct command_context *context)
{
    if (!command_options_are_known(context, options_with_value, options_plain)) {
        return COMMAND_usage;
    }
    const char *name = command_word(context, options_with_value, 0);
    if (name == NULL || command_word(context, options_with_value, 1) != NULL) {
        return command_usage(context);
    }
    const char *path = command_path(context, name);
    FILE *in = NULL;
    enum command_exit code = rows_file_open(context, name, &in);
    if (code != COMMAND_ok) {
        return code;
    }
    const char *report_path = NULL;
    struct fault_report report = {.lang = context->lang};
    code = rows_file_report_open(context, name, in, &report_path, &report.file);
    if (code != COMMAND_ok) {
        fclose(in);
        return code;
    }
    const struct import_options options = {
        .encoding = command_option(context, "--encoding"),
        .file_name = name_of(path),
        .actor = context->actor,
        .now_ms = clock_now_ms(context->clock),
        .is_dry_run = command_has(context, "--dry-run"),
        .is_all_or_nothing = command_has(context, "--all-or-nothing"),
        .between = context->between,
        .between_context = context->between_context,
    };
    struct import_result result;
    enum err err = import_cases(context->arena, context->store, in, &report, &options, &result);
    fclose(in);
    enum err report_err = rows_file_report_end(report.file, report_path, report.fault_count > 0);
    if (err == ERR_not_found) {
        return command_fail(
            context, COMMAND_usage,
            COMMAND_TEXT("import.fail.encoding", lang_value_text("name", options.encoding)));
    }
    if (err == ERR_bad_text) {
        return command_fail(context, COMMAND_found, COMMAND_LINE("import.fail.utf16"));
    }
    if (err != OK && result.stored_row_count > 0) {
        return command_fail(
            context, COMMAND_failed,
            COMMAND_TEXT("import.fail.cut", lang_value_count("rows", result.stored_row_count),
                         lang_value_text(
                             "why", lang_text(context->lang, str_format(context->arena, "error.%s",
                                                                        err_name(err))))));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (report_err != OK) {
        return command_err(context, report_err);
    }
    if (result.is_known) {
        command_say(context,
                    COMMAND_TEXT("import.say.known", lang_value_count("batch", result.batch_no),
                                 lang_value_count("rows", result.row_count)));
        return COMMAND_ok;
    }
    const char *refusal = import_words_refusal(context->arena, context->lang, &result);
    if (refusal != NULL) {
        fprintf(context->err, "doorstep-hq %s: %s: %s\n", context->argv[0], options.file_name,
                refusal);
        return COMMAND_found;
    }
    result_say(context, &result, options.is_dry_run, report_path);
    return result.error_count > 0 ? COMMAND_found : COMMAND_ok;
}
