/* doorstep-hq mappack: the map file that tablets carry, out of OpenStreetMap data. */
#include "sync/server/mappack/mappack.h"

#include "core/domain/date.h"
#include "core/os/os.h"
#include "core/roads/roads.h"
#include "sync/server/command/command.h"

#include <unistd.h>

static const char *const options_with_value[] = {"--out", "--day", NULL};
static const char *const options_plain[] = {"--left-hand", NULL};

static void tell_part(void *given, uint32_t part, uint32_t of)
{
    struct command_context *context = given;
    fprintf(context->err, "\r%u / %u", part, of);
    if (part == of) {
        fprintf(context->err, "\r          \r");
    }
    fflush(context->err);
}

static enum command_exit made_say(struct command_context *context, const char *out,
                                  const struct mappack_result *result)
{
    command_say(context,
                COMMAND_TEXT("mappack.say.made", lang_value_text("file", out),
                             lang_value_count("kilobytes", (int64_t)(result->bytes.size / 1000)),
                             lang_value_count("nodes", result->node_count),
                             lang_value_count("segments", result->segment_count),
                             lang_value_count("names", result->name_count)));
    command_say(context, COMMAND_TEXT("mappack.say.turns",
                                      lang_value_count("kept", result->restriction_count),
                                      lang_value_count("skipped", result->restrictions_skipped)));
    static const char *const keys[ROADS_MODES] = {
#define ROAD_MODE(code, name, is_both_ways, has_turns) [code] = "travel_mode." #name,
#include "core/roads/modes.def"
#undef ROAD_MODE
    };
    for (int mode = 0; mode < ROADS_MODES; mode++) {
        command_say(context, COMMAND_TEXT("mappack.say.mode", lang_value_key("mode", keys[mode]),
                                          lang_value_count("segments", result->main_count[mode])));
    }
    command_say(context,
                COMMAND_TEXT("mappack.say.credit", lang_value_text("credit", ROADS_CREDIT)));
    return COMMAND_ok;
}

enum command_exit mappack_command(struct command_context *context)
{
    if (!command_options_are_known(context, options_with_value, options_plain)) {
        return COMMAND_usage;
    }
    const char *name = command_word(context, options_with_value, 0);
    const char *out_name = command_option(context, "--out");
    const char *day = command_option(context, "--day");
    if (name == NULL || out_name == NULL || command_word(context, options_with_value, 1) != NULL) {
        return command_usage(context);
    }
    struct mappack_options options = {.is_left_hand = command_has(context, "--left-hand"),
                                      .progress = isatty(fileno(context->err)) ? tell_part : NULL,
                                      .progress_context = context};
    options.made_day = date_day_at(clock_now_ms(context->clock), 0);
    if (day != NULL && date_from_text(str_from(day), &options.made_day) != OK) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("report.fault.at", lang_value_text("value", day)));
    }
    struct mappack_result result;
    enum err err = mappack_make(context->arena, command_path(context, name), &options, &result);
    if (err == ERR_not_found) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("mappack.fail.missing", lang_value_text("file", name)));
    }
    if (err == ERR_malformed) {
        return command_fail(context, COMMAND_found,
                            COMMAND_TEXT("mappack.fail.form", lang_value_text("file", name)));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (result.segment_count == 0) {
        return command_fail(context, COMMAND_found,
                            COMMAND_TEXT("mappack.fail.empty", lang_value_text("file", name)));
    }
    const char *out = command_path(context, out_name);
    if (os_file_replace(out, result.bytes.bytes, result.bytes.size) != OK) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.write", lang_value_text("file", out_name)));
    }
    return made_say(context, out_name, &result);
}
