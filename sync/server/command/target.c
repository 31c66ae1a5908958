/* doorstep-hq target: what a supervisor wants of a metric, and the rates of pay. */
#include "sync/server/report/target.h"

#include "sync/server/command/command.h"

#include <stdio.h>

static const char *const options[] = {"--period", NULL};

/* What is named on the command line: a metric of a period, or a rate of pay. */
struct named {
    char setting[TARGET_NAME_SIZE];
    enum metric_unit unit;
};

static enum command_exit named_read(struct command_context *context, struct named *named_out)
{
    const char *name = command_word(context, options, 1);
    const char *period = command_option(context, "--period");
    enum period_kind kind = PERIOD_month;
    enum metric metric;
    *named_out = (struct named){0};
    if (name == NULL) {
        return command_usage(context);
    }
    if (period != NULL && !period_kind_from_text(str_from(period), &kind)) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("report.fault.period", lang_value_text("value", period)));
    }
    bool is_commission = str_is(str_from(name), "commission_rate");
    if (is_commission || str_is(str_from(name), "share_rate")) {
        snprintf(named_out->setting, sizeof named_out->setting, "%s",
                 is_commission ? TARGET_COMMISSION : TARGET_SHARE);
        named_out->unit = METRIC_UNIT_rate;
        return COMMAND_ok;
    }
    if (!metric_from_name(str_from(name), &metric)) {
        struct str_builder names;
        str_builder_init(&names, context->arena);
        for (int i = 0; i < METRIC_COUNT; i++) {
            str_add_format(&names, "%s%s", i == 0 ? "" : ", ", metric_name((enum metric)i));
        }
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("report.fault.metric", lang_value_text("value", name),
                                         lang_value_text("names", names.text)));
    }
    (void)target_name(named_out->setting, kind, metric);
    named_out->unit = metric_unit(metric);
    return COMMAND_ok;
}

static enum err keep(struct command_context *context, const char *setting, const char *value)
{
    TRY(hq_begin(context->store));
    enum err err = OK;
    if (value != NULL) {
        err = hq_setting_set(context->store, setting, value);
    } else {
        struct hq_query query = hq_query(context->store, SQL_HQ_report_setting_clear);
        hq_bind_text(&query, "$name", str_from(setting));
        err = hq_run(&query);
    }
    if (err == OK) {
        err =
            hq_audit(context->store, clock_now_ms(context->clock), context->actor,
                     value != NULL ? "target.set" : "target.clear",
                     value != NULL ? str_format(context->arena, "%s=%s", setting, value) : setting);
    }
    if (err == OK) {
        err = hq_commit(context->store);
    }
    if (err != OK) {
        hq_rollback(context->store);
    }
    return err;
}

static enum command_exit target_set(struct command_context *context)
{
    struct named named;
    enum command_exit code = named_read(context, &named);
    if (code != COMMAND_ok) {
        return code;
    }
    const char *text = command_word(context, options, 2);
    int64_t value = 0;
    if (text == NULL) {
        return command_usage(context);
    }
    if (target_from_text(named.unit, str_from(text), &value) != OK) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("report.fault.value", lang_value_text("value", text)));
    }
    enum err err =
        keep(context, named.setting, str_format(context->arena, "%lld", (long long)value));
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("report.target.set", lang_value_text("name", named.setting),
                                      lang_value_text("value", text)));
    return COMMAND_ok;
}

static enum command_exit target_clear(struct command_context *context)
{
    struct named named;
    enum command_exit code = named_read(context, &named);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = keep(context, named.setting, NULL);
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT("report.target.cleared", lang_value_text("name", named.setting)));
    return COMMAND_ok;
}

/* The unit of a setting "target.<period>.<metric>": the metric's, else a rate. */
static enum metric_unit setting_unit(struct str setting)
{
    const struct str setting_whole = setting;
    struct str field = {0};
    enum metric metric;
    for (int i = 0; i < 3 && str_split(&setting, '.', &field); i++) {
    }
    bool is_pay = str_is(setting_whole, TARGET_COMMISSION) || str_is(setting_whole, TARGET_SHARE);
    return !is_pay && metric_from_name(field, &metric) ? metric_unit(metric) : METRIC_UNIT_rate;
}

/* "95.00%": the value with its unit. */
static const char *value_words(struct command_context *context, enum metric_unit unit,
                               int64_t value)
{
    char digits[METRIC_TEXT_SIZE];
    (void)metric_to_text(digits, unit, value, true);
    return lang_fill(context->arena, context->lang,
                     str_format(context->arena, "report.unit.%s", metric_unit_name(unit)),
                     lang_value_text("value", digits));
}

static enum command_exit target_list(struct command_context *context)
{
    size_t count = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_report_settings);
    while (hq_next(&query)) {
        int64_t value = 0;
        struct str name = hq_text(&query, 0);
        if (str_to_i64(hq_text(&query, 1), &value) != OK) {
            continue;
        }
        command_say(context,
                    COMMAND_TEXT(
                        "report.target.line",
                        lang_value_text("name", str_text(context->arena, name)),
                        lang_value_text("value", value_words(context, setting_unit(name), value))));
        count++;
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    if (count == 0) {
        command_say(context, COMMAND_LINE("report.target.none"));
    }
    return COMMAND_ok;
}

enum command_exit target_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *word = command_word(context, options, 0);
    struct str verb = str_from(word);
    if (str_is(verb, "set")) {
        return target_set(context);
    }
    if (str_is(verb, "clear")) {
        return target_clear(context);
    }
    return str_is(verb, "list") ? target_list(context) : command_usage(context);
}
