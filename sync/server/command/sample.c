/* doorstep-hq sample: an invented portfolio, its people and some payments. */
#include "sync/server/import/sample.h"
#include "sync/server/import/sample_roads.h"

#include "core/base/str.h"
#include "core/domain/date.h"
#include "core/os/os.h"
#include "sync/server/command/command.h"
#include "sync/server/command/lookup.h"

static const char *const options_with_value[] = {"--cases", "--collectors", "--seed",
                                                 "--out",   "--day",        NULL};
static const char *const options_plain[] = {"--chinese", NULL};

enum { CASES_MAX = 10000000, COLLECTORS_MAX = 100000 };

/* A whole number of an option within bounds, `fallback` when it is absent; false when told. */
static bool number_option(struct command_context *context, const char *option, int64_t least,
                          int64_t most, int64_t fallback, int64_t *number_out)
{
    const char *text = command_option(context, option);
    *number_out = fallback;
    return text == NULL || lookup_number(context, text, least, most, number_out) == COMMAND_ok;
}

static FILE *file_make(struct command_context *context, const char *folder, const char *name)
{
    return fopen(os_path(context->arena, folder, name), "wb");
}

static enum err files_write(struct command_context *context, const char *folder,
                            const struct sample_options *options, int64_t counts_out[3])
{
    FILE *cases = file_make(context, folder, "cases.csv");
    FILE *people = file_make(context, folder, "people.csv");
    FILE *payments = file_make(context, folder, "payments.csv");
    FILE *roads = file_make(context, folder, "roads.osm");
    bool are_there = cases != NULL && people != NULL && payments != NULL && roads != NULL;
    enum err err = are_there ? OK : ERR_io;
    int64_t payment_faults;
    if (err == OK) {
        err = sample_cases(context->arena, cases, options, &counts_out[0]);
    }
    if (err == OK) {
        err = sample_people(people, options);
    }
    if (err == OK) {
        err = sample_payments(context->arena, payments, options, &counts_out[1], &payment_faults);
        counts_out[2] = payment_faults;
    }
    if (err == OK) {
        err = sample_roads(roads, &(struct sample_roads_options){0});
    }
    FILE *const files[] = {cases, people, payments, roads};
    for (size_t i = 0; i < COUNT(files); i++) {
        if (files[i] != NULL && fclose(files[i]) != 0) {
            err = ERR_io;
        }
    }
    return err;
}

enum command_exit sample_command(struct command_context *context)
{
    if (!command_options_are_known(context, options_with_value, options_plain)) {
        return COMMAND_usage;
    }
    int64_t cases, collectors, seed;
    /* 480 minutes east: the day in China, where the sample's city would be. */
    int32_t today = date_day_at(clock_now_ms(context->clock), 480);
    const char *day = command_option(context, "--day");
    if (command_word(context, options_with_value, 0) != NULL) {
        return command_usage(context);
    }
    if (!number_option(context, "--cases", 1, CASES_MAX, 1000, &cases) ||
        !number_option(context, "--collectors", 1, COLLECTORS_MAX, 8, &collectors) ||
        !number_option(context, "--seed", 0, INT64_MAX, 1, &seed)) {
        return COMMAND_usage;
    }
    if (day != NULL && date_from_text(str_from(day), &today) != OK) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("report.fault.at", lang_value_text("value", day)));
    }
    const char *out = command_option(context, "--out");
    const char *folder = command_path(context, out != NULL ? out : ".");
    enum err err = os_folder_make(folder);
    const struct sample_options options = {
        .case_count = cases,
        .collector_count = collectors,
        .seed = (uint64_t)seed,
        .today = today,
        .is_chinese = command_has(context, "--chinese"),
    };
    int64_t counts[3] = {0};
    if (err == OK) {
        err = files_write(context, folder, &options, counts);
    }
    if (err == ERR_io || err == ERR_no_space || err == ERR_not_found) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.write", lang_value_text("file", folder)));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("sample.say.made", lang_value_count("cases", cases),
                                      lang_value_count("faults", counts[0]),
                                      lang_value_count("collectors", collectors),
                                      lang_value_count("payments", counts[1]),
                                      lang_value_text("folder", folder)));
    command_say(context, COMMAND_LINE("sample.say.invented"));
    return COMMAND_ok;
}
