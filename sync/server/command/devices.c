/* doorstep-hq devices: looking at tablets, orders to them, and taking one out of service. */
#include "sync/server/command/device_orders.h"
#include "sync/server/command/device_revoke.h"
#include "sync/server/command/device_rows.h"
#include "sync/server/command/device_tablets.h"
#include "sync/server/command/lookup.h"

#include <string.h>

static const char *const options[] = {"--by", NULL};

static enum command_exit read_device(struct command_context *context, int64_t *device_no_out)
{
    const char *word = command_word(context, options, 1);
    return word == NULL ? command_usage(context)
                        : lookup_number(context, word, 1, UINT32_MAX, device_no_out);
}

static enum command_exit no_such(struct command_context *context, int64_t device_no)
{
    return command_fail(context, COMMAND_not_found,
                        COMMAND_TEXT("hq.fail.device", lang_value_count("device", device_no)));
}

static enum command_exit list(struct command_context *context)
{
    enum err err = device_rows_list(context);
    return err == OK ? COMMAND_ok : command_err(context, err);
}

static enum command_exit show(struct command_context *context)
{
    int64_t device_no = 0;
    bool is_known = true;
    enum command_exit code = read_device(context, &device_no);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = device_rows_show(context, device_no, &is_known);
    if (err != OK) {
        return command_err(context, err);
    }
    return is_known ? COMMAND_ok : no_such(context, device_no);
}

static enum command_exit revoke(struct command_context *context)
{
    int64_t device_no = 0;
    bool is_known = true;
    enum command_exit code = read_device(context, &device_no);
    if (code == COMMAND_ok) {
        code = device_revoke(context, device_no, &is_known);
    }
    return code == COMMAND_ok && !is_known ? no_such(context, device_no) : code;
}

/* One number, or with --tablet all that are on its tablet. */
static enum command_exit read_tablet(struct command_context *context, int64_t *device_no_out,
                                     struct device_tablet *tablet_out)
{
    enum command_exit code = read_device(context, device_no_out);
    *tablet_out = (struct device_tablet){.device_nos = {*device_no_out}, .count = 1};
    if (code != COMMAND_ok || !command_has(context, "--tablet")) {
        return code;
    }
    enum err err = device_tablets_members(context, *device_no_out, tablet_out);
    return err == OK ? COMMAND_ok : command_err(context, err);
}

static enum command_exit order(struct command_context *context, const char *verb)
{
    int64_t device_no = 0;
    bool is_known = false;
    uint32_t caller_no = 0;
    struct device_tablet tablet;
    if (command_has(context, "--tablet") && strcmp(verb, "reset") == 0) {
        return command_usage(context);
    }
    enum command_exit code = read_tablet(context, &device_no, &tablet);
    if (code == COMMAND_ok) {
        code = lookup_caller(context, &caller_no);
    }
    if (code == COMMAND_ok) {
        code = device_orders_give(context, verb, tablet.device_nos, tablet.count, &is_known);
    }
    return code == COMMAND_ok && !is_known ? no_such(context, device_no) : code;
}

static enum command_exit certificate(struct command_context *context)
{
    int64_t device_no = 0;
    struct device_tablet tablet;
    enum command_exit code = read_tablet(context, &device_no, &tablet);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = device_tablets_certificate(context, &tablet);
    if (err != OK) {
        return command_err(context, err);
    }
    if (tablet.count == 0) {
        return command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("keys.hq.fail_unbound", lang_value_count("device", device_no)));
    }
    for (size_t i = 0; i < tablet.count; i++) {
        command_say(context, COMMAND_TEXT("keys.hq.said_certificate",
                                          lang_value_count("device", tablet.device_nos[i])));
    }
    return COMMAND_ok;
}

enum command_exit devices_command(struct command_context *context)
{
    static const char *const plain[] = {"--tablet", NULL};
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    if (strcmp(verb, "show") == 0) {
        return show(context);
    }
    if (device_orders_has(verb)) {
        return order(context, verb);
    }
    if (strcmp(verb, "certificate") == 0) {
        return certificate(context);
    }
    return strcmp(verb, "revoke") == 0 ? revoke(context) : command_usage(context);
}
