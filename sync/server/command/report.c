/* doorstep-hq report: prints one report. */
#include "sync/server/report/report.h"

#include "core/domain/date.h"
#include "sync/server/command/command.h"
#include "sync/server/command/lookup.h"

static const char *const options[] = {"--kind", "--period", "--at",   "--person", "--team",
                                      "--unit", "--format", "--rows", NULL};
static const char *const plain_options[] = {"--all", NULL};

static enum command_exit fault(struct command_context *context, const char *key, const char *value)
{
    return command_fail(context, COMMAND_usage, COMMAND_TEXT(key, lang_value_text("value", value)));
}

/* A team's name, or its number. */
static enum command_exit team_read(struct command_context *context, const char *word,
                                   uint32_t *team_no_out)
{
    int64_t team_no = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_team_by_name);
    hq_bind_text(&query, "$name", str_from(word));
    enum err err = hq_one_i64(&query, &team_no);
    if (err == ERR_not_found) {
        err = str_to_i64(str_from(word), &team_no);
        if (err != OK || team_no <= 0 || team_no > UINT32_MAX) {
            return command_fail(context, COMMAND_not_found,
                                COMMAND_TEXT("report.fault.team", lang_value_text("value", word)));
        }
    }
    if (err != OK) {
        return command_err(context, err);
    }
    *team_no_out = (uint32_t)team_no;
    return COMMAND_ok;
}

static enum command_exit kind_read(struct command_context *context, struct report_ask *ask)
{
    const char *kind = command_option(context, "--kind");
    if (kind == NULL) {
        return command_usage(context);
    }
    if (!report_kind_from_text(str_from(kind), &ask->kind)) {
        return fault(context, "report.fault.kind", kind);
    }
    return COMMAND_ok;
}

/* The sheets that are named after a period have it as default; the rest a month. */
static enum period_kind period_usual(enum report_kind kind)
{
    switch (kind) {
    case REPORT_daily:
        return PERIOD_day;
    case REPORT_weekly:
        return PERIOD_week;
    case REPORT_t5:
        return PERIOD_year;
    case REPORT_t1:
    case REPORT_t2:
    case REPORT_t3:
    case REPORT_t4:
    case REPORT_t6:
    case REPORT_field:
    case REPORT_month:
    case REPORT_conduct:
    case REPORT_review:
    case REPORT_route:
    case REPORT_COUNT:
        break;
    }
    return PERIOD_month;
}

static enum command_exit period_read(struct command_context *context, struct report_ask *ask)
{
    const char *period = command_option(context, "--period");
    const char *at = command_option(context, "--at");
    enum period_kind kind = period_usual(ask->kind);
    if (period != NULL && !period_kind_from_text(str_from(period), &kind)) {
        return fault(context, "report.fault.period", period);
    }
    int32_t offset_minutes = 0;
    enum err err = lookup_offset(context, &offset_minutes);
    if (err != OK) {
        return command_err(context, err);
    }
    int32_t day = date_day_at(ask->now_ms, offset_minutes);
    if (at != NULL && date_from_text(str_from(at), &day) != OK) {
        return fault(context, "report.fault.at", at);
    }
    ask->period = period_at(kind, day);
    if (ask->period.from_day > date_day_at(ask->now_ms, offset_minutes)) {
        return fault(context, "report.fault.future", at);
    }
    return COMMAND_ok;
}

static enum command_exit scope_read(struct command_context *context, struct report_ask *ask)
{
    const char *person = command_option(context, "--person");
    const char *team = command_option(context, "--team");
    if ((person != NULL) + (team != NULL) + command_has(context, "--all") > 1) {
        return command_fail(context, COMMAND_usage, COMMAND_LINE("report.fault.scope"));
    }
    if (person != NULL) {
        ask->scope = REPORT_SCOPE_person;
        return lookup_person(context, person, &ask->scope_no);
    }
    if (team != NULL) {
        ask->scope = REPORT_SCOPE_team;
        return team_read(context, team, &ask->scope_no);
    }
    return COMMAND_ok;
}

static enum command_exit rows_read(struct command_context *context, struct report_ask *ask)
{
    const char *rows = command_option(context, "--rows");
    int64_t count = 0;
    if (rows == NULL) {
        return COMMAND_ok;
    }
    if (str_to_i64(str_from(rows), &count) != OK || count <= 0) {
        return fault(context, "report.fault.rows", rows);
    }
    ask->rows_max = (size_t)count;
    return COMMAND_ok;
}

static enum command_exit form_read(struct command_context *context, struct report_ask *ask)
{
    const char *unit = command_option(context, "--unit");
    const char *format = command_option(context, "--format");
    ask->money = report_kind_money(ask->kind);
    ask->format = context->is_json ? REPORT_FORMAT_json : REPORT_FORMAT_text;
    if (unit != NULL) {
        if (!str_is(str_from(unit), "yuan") && !str_is(str_from(unit), "wan")) {
            return fault(context, "report.fault.unit", unit);
        }
        ask->money = str_is(str_from(unit), "wan") ? REPORT_MONEY_wan : REPORT_MONEY_yuan;
    }
    if (format != NULL) {
        struct str name = str_from(format);
        if (str_is(name, "text")) {
            ask->format = REPORT_FORMAT_text;
        } else if (str_is(name, "csv")) {
            ask->format = REPORT_FORMAT_csv;
        } else if (str_is(name, "json")) {
            ask->format = REPORT_FORMAT_json;
        } else if (str_is(name, "html")) {
            ask->format = REPORT_FORMAT_html;
        } else {
            return fault(context, "report.fault.format", format);
        }
    }
    return COMMAND_ok;
}

static enum command_exit ask_read(struct command_context *context, struct report_ask *ask)
{
    enum command_exit (*const parts[])(struct command_context *, struct report_ask *) = {
        kind_read, period_read, scope_read, rows_read, form_read};
    for (size_t i = 0; i < COUNT(parts); i++) {
        enum command_exit code = parts[i](context, ask);
        if (code != COMMAND_ok) {
            return code;
        }
    }
    return COMMAND_ok;
}

enum command_exit report_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain_options)) {
        return COMMAND_usage;
    }
    const char *word = command_word(context, options, 0);
    if (word != NULL) {
        return command_usage(context);
    }
    struct report_ask ask = {.now_ms = clock_now_ms(context->clock), .lang = context->lang};
    enum command_exit code = ask_read(context, &ask);
    if (code != COMMAND_ok) {
        return code;
    }
    struct str text;
    enum err err = report_make(context->arena, context->store, &ask, &text);
    if (err == ERR_not_found) {
        return command_fail(
            context, COMMAND_not_found,
            COMMAND_TEXT("report.fault.person", lang_value_count("value", ask.scope_no)));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (fwrite(text.bytes, 1, text.size, context->out) != text.size || fflush(context->out) != 0) {
        return command_err(context, ERR_io);
    }
    return COMMAND_ok;
}
