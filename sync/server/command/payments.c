/* doorstep-hq payments import FILE: payments booked by the client. */
#include "sync/server/import/payments_import.h"

#include "core/base/str.h"
#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "sync/server/command/rows_file.h"
#include "sync/server/import/import_words.h"

#include <string.h>

static const char *const options_with_value[] = {"--encoding", "--report", "--through", NULL};
static const char *const options_plain[] = {"--dry-run", "--all-or-nothing", NULL};

static void change_say(struct command_context *context, const struct payments_change *change)
{
    command_say(
        context,
        COMMAND_TEXT(
            "payments.say.change", lang_value_text("case", change->case_ref),
            lang_value_key("kind", catalog_key(CATALOG_arrangement_kind, change->kind)),
            lang_value_money("amount", change->amount_minor),
            lang_value_day("due", change->due_day),
            lang_value_key("old", catalog_key(CATALOG_arrangement_state, change->old_state)),
            lang_value_key("new", catalog_key(CATALOG_arrangement_state, change->new_state)),
            lang_value_money("paid", change->paid_minor)));
}

static void result_say(struct command_context *context, const struct payments_result *result,
                       bool is_dry, const char *report_path)
{
    const struct import_result *import = &result->import;
    command_say(context, COMMAND_TEXT(is_dry ? "payments.say.dry" : "payments.say.counts",
                                      lang_value_count("batch", import->batch_no),
                                      lang_value_count("rows", import->row_count),
                                      lang_value_count("new", import->new_count),
                                      lang_value_money("amount", result->amount_minor),
                                      lang_value_count("same", import->same_count),
                                      lang_value_count("bad", import->error_count)));
    if (!is_dry && !import->is_written) {
        command_say(context, COMMAND_LINE("import.say.nothing_written"));
    }
    if (import->is_written && result->through_day != 0) {
        command_say(context,
                    COMMAND_TEXT("payments.say.checked", lang_value_day("day", result->through_day),
                                 lang_value_count("cases", result->checked_count)));
    }
    for (size_t i = 0; import->is_written && i < result->change_count; i++) {
        change_say(context, &result->changes[i]);
    }
    if (import->error_count > 0) {
        command_say(context, COMMAND_TEXT("import.say.report",
                                          lang_value_count("faults", import->fault_count),
                                          lang_value_text("file", report_path)));
    }
}

static enum command_exit payments_run(struct command_context *context, FILE *in,
                                      struct fault_report *report, const char *file_name,
                                      const char *report_path, int32_t through_day)
{
    const struct payments_options options = {
        .import = {.encoding = command_option(context, "--encoding"),
                   .file_name = file_name,
                   .actor = context->actor,
                   .now_ms = clock_now_ms(context->clock),
                   .is_dry_run = command_has(context, "--dry-run"),
                   .is_all_or_nothing = command_has(context, "--all-or-nothing"),
                   .between = context->between,
                   .between_context = context->between_context},
        .through_day = through_day,
    };
    struct payments_result result;
    enum err err = payments_import(context->arena, context->store, in, report, &options, &result);
    if (err == ERR_not_found) {
        return command_fail(
            context, COMMAND_usage,
            COMMAND_TEXT("import.fail.encoding", lang_value_text("name", options.import.encoding)));
    }
    if (err == ERR_bad_text) {
        return command_fail(context, COMMAND_found, COMMAND_LINE("import.fail.utf16"));
    }
    if (err != OK && result.import.stored_row_count > 0) {
        const char *why =
            lang_text(context->lang, str_format(context->arena, "error.%s", err_name(err)));
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("import.fail.cut",
                                         lang_value_count("rows", result.import.stored_row_count),
                                         lang_value_text("why", why)));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (result.import.is_known) {
        command_say(context, COMMAND_TEXT("import.say.known",
                                          lang_value_count("batch", result.import.batch_no),
                                          lang_value_count("rows", result.import.row_count)));
        return COMMAND_ok;
    }
    const char *refusal = import_words_refusal(context->arena, context->lang, &result.import);
    if (refusal != NULL) {
        fprintf(context->err, "doorstep-hq %s: %s: %s\n", context->argv[0], file_name, refusal);
        return COMMAND_found;
    }
    result_say(context, &result, options.import.is_dry_run, report_path);
    return result.import.error_count > 0 ? COMMAND_found : COMMAND_ok;
}

enum command_exit payments_command(struct command_context *context)
{
    if (!command_options_are_known(context, options_with_value, options_plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options_with_value, 0);
    const char *name = command_word(context, options_with_value, 1);
    if (verb == NULL || strcmp(verb, "import") != 0 || name == NULL ||
        command_word(context, options_with_value, 2) != NULL) {
        return command_usage(context);
    }
    const char *through = command_option(context, "--through");
    int32_t through_day = 0;
    /* Nothing can be known of days to come; facts begin with the year 2000. */
    int32_t tomorrow = date_day_at(clock_now_ms(context->clock) + DATE_DAY_MS, 0);
    if (through != NULL && (date_from_text(str_from(through), &through_day) != OK ||
                            through_day > tomorrow || through_day < date_from_civil(2000, 1, 1))) {
        return command_fail(
            context, COMMAND_usage,
            COMMAND_TEXT("payments.fail.through", lang_value_text("value", through)));
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
    const char *slash = strrchr(path, '/');
    code = payments_run(context, in, &report, slash != NULL ? slash + 1 : path, report_path,
                        through_day);
    fclose(in);
    enum err err = rows_file_report_end(report.file, report_path, report.fault_count > 0);
    return err != OK && code == COMMAND_ok ? command_err(context, err) : code;
}
