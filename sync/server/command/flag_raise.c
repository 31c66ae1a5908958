#include "sync/server/command/flag_raise.h"

#include "core/domain/date.h"
#include "sync/server/command/lookup.h"
#include "sync/server/import/wish.h"

static enum command_exit bad_option(struct command_context *context, const char *option)
{
    return command_fail(context, COMMAND_usage,
                        COMMAND_TEXT("hq.fail.flag_terms", lang_value_text("option", option)));
}

/* What the options say of the stop; what is absent stays 0. */
static enum command_exit read_terms(struct command_context *context, ds_StatusStated *stated)
{
    const struct {
        const char *option;
        int32_t *day_out;
    } days[] = {{"--from", &stated->from_day}, {"--until", &stated->until_day}};
    const struct {
        const char *option;
        enum err (*read)(struct str text, uint32_t *value_out);
        uint32_t *value_out;
    } wishes[] = {
        {"--not-before", wish_minute, &stated->not_before_minute},
        {"--not-after", wish_minute, &stated->not_after_minute},
        {"--not-weekdays", wish_weekdays, &stated->not_weekdays},
        {"--not-places", wish_places, &stated->not_places},
    };
    for (size_t i = 0; i < COUNT(days); i++) {
        const char *text = command_option(context, days[i].option);
        if (text != NULL && date_from_text(str_from(text), days[i].day_out) != OK) {
            return bad_option(context, days[i].option);
        }
    }
    for (size_t i = 0; i < COUNT(wishes); i++) {
        const char *text = command_option(context, wishes[i].option);
        if (text != NULL && wishes[i].read(str_from(text), wishes[i].value_out) != OK) {
            return bad_option(context, wishes[i].option);
        }
        if (text != NULL && stated->flag != STOP_FLAG_own_times) { /* only this stop has wishes */
            return bad_option(context, wishes[i].option);
        }
    }
    if (stated->until_day != 0 && stated->until_day < stated->from_day) {
        return bad_option(context, "--until");
    }
    bool is_upside_down =
        stated->not_after_minute != 0 && stated->not_after_minute <= stated->not_before_minute;
    return is_upside_down ? bad_option(context, "--not-after") : COMMAND_ok;
}

enum command_exit flag_raise_run(struct command_context *context)
{
    const char *word = command_word(context, flag_options, 1);
    const char *flag = command_word(context, flag_options, 2);
    const char *note = command_option(context, "--note");
    ds_Event event = {.which_kind = ds_Event_status_stated_tag};
    ds_StatusStated *stated = &event.kind.status_stated;
    if (flag == NULL || note == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_code(context, CATALOG_stop_flag, flag, &stated->flag);
    if (code == COMMAND_ok) {
        code = read_terms(context, stated);
    }
    if (code == COMMAND_ok) {
        code = lookup_case(context, word, &event.case_no);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, note, stated->note, sizeof stated->note);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, context->actor, stated->by, sizeof stated->by);
    }
    if (code == COMMAND_ok) {
        code = lookup_book(context, &event, "flag raise");
    }
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT("hq.say.flag_raised", lang_value_text("case", word),
                                          lang_value_key("flag", catalog_key(CATALOG_stop_flag,
                                                                             stated->flag))));
    }
    return code;
}
