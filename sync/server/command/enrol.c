/* doorstep-hq enrol: a one-time code for a tablet, as text and as a QR picture. */
#include "sync/proto/enrol.h"

#include "core/base/buf.h"
#include "core/domain/date.h"
#include "sync/server/api/api.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/qr_picture.h"

#include <string.h>

enum { CODE_GROUPS = 4, CODE_GROUP_SIZE = 4, MINUTES_DEFAULT = 10, MINUTES_MAX = 10080 };

static const char *const options[] = {"--person", "--url", "--minutes", NULL};
static const char *const plain[] = {"--no-pin", "--no-picture", NULL};

/* 80 random bits in letters and digits that nobody mistakes for one another. */
static void code_make(const struct rng *rng, char code[ENROL_CODE_SIZE])
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    size_t size = 0;
    for (int group = 0; group < CODE_GROUPS; group++) {
        for (int i = 0; i < CODE_GROUP_SIZE; i++) {
            code[size++] = letters[rng_below(rng, sizeof letters - 1)];
        }
        code[size++] = group + 1 < CODE_GROUPS ? '-' : '\0';
    }
}

/* Where tablets reach headquarters: the option, the setting, or where it listens. */
static enum err url_find(struct command_context *context, const char **url_out)
{
    const char *given = command_option(context, "--url");
    if (given != NULL) {
        *url_out = given;
        return OK;
    }
    TRY(hq_setting(context->arena, context->store, "server.url", "", url_out));
    if ((*url_out)[0] != '\0') {
        return OK;
    }
    const char *address = NULL;
    TRY(hq_setting(context->arena, context->store, "server.address", "", &address));
    const char *pin = NULL;
    TRY(hq_setting(context->arena, context->store, "server.pin", "", &pin));
    const char *scheme = pin[0] == '\0' ? "http" : "https";
    *url_out = address[0] == '\0' ? "" : str_format(context->arena, "%s://%s", scheme, address);
    return OK;
}

/* The key that answers there when the server speaks TLS by itself. Behind a proxy that
 * ends TLS it is another's: --no-pin. */
static enum err pin_find(struct command_context *context, struct enrol_payload *payload)
{
    const char *pin = NULL;
    TRY(hq_setting(context->arena, context->store, "server.pin", "", &pin));
    bool is_wanted = pin[0] != '\0' && strncmp(payload->url, "https://", 8) == 0 &&
                     !command_has(context, "--no-pin");
    if (is_wanted) {
        TRY(buf_from_hex(payload->pin, sizeof payload->pin, pin));
        payload->has_pin = true;
    }
    return OK;
}

static bool is_url(const char *url)
{
    bool has_scheme = strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
    return has_scheme && strlen(url) < ENROL_URL_SIZE && strpbrk(url, " \t\n&") == NULL;
}

static enum err code_store(struct command_context *context, const char *code, uint32_t person_no,
                           int64_t minutes)
{
    int64_t now_ms = clock_now_ms(context->clock);
    struct chain_link hash = api_code_hash(str_from(code));
    TRY(hq_begin(context->store));
    struct hq_query query = hq_query(context->store, SQL_HQ_enrol_code_add);
    hq_bind_bytes(&query, "$hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$made_at_ms", now_ms);
    hq_bind_i64(&query, "$expires_at_ms", now_ms + minutes * 60000);
    TRY(hq_run(&query));
    TRY(hq_audit(context->store, now_ms, context->actor, "enrol code",
                 str_format(context->arena, "person %u", (unsigned)person_no)));
    return hq_commit(context->store);
}

static enum command_exit show(struct command_context *context, const struct enrol_payload *payload,
                              int64_t minutes)
{
    char text[ENROL_PAYLOAD_SIZE];
    enrol_payload_to_text(text, payload);
    char fingerprint[ENROL_FINGERPRINT_SIZE];
    enrol_fingerprint(fingerprint, &payload->hq);
    fprintf(context->out, "%s\n", text);
    command_say(context, COMMAND_TEXT("hq.say.fingerprint", lang_value_text("text", fingerprint)));
    if (command_has(context, "--no-picture")) {
        return COMMAND_ok;
    }
    if (!qr_picture_print(context->out, text)) {
        return command_err(context, ERR_too_long);
    }
    command_say(context, COMMAND_TEXT("hq.say.enrol", lang_value_text("code", payload->code),
                                      lang_value_count("n", minutes)));
    return COMMAND_ok;
}

enum command_exit enrol_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *person = command_option(context, "--person");
    if (person == NULL) {
        return command_usage(context);
    }
    uint32_t person_no = 0;
    enum command_exit code = lookup_person(context, person, &person_no);
    int64_t minutes = MINUTES_DEFAULT;
    if (code == COMMAND_ok && command_option(context, "--minutes") != NULL) {
        code =
            lookup_number(context, command_option(context, "--minutes"), 1, MINUTES_MAX, &minutes);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    const char *url = NULL;
    enum err err = url_find(context, &url);
    struct envelope_keys keys;
    if (err == OK) {
        err = api_keys(context->arena, context->data_folder, false, context->rng, &keys);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (!is_url(url)) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("hq.fail.url", lang_value_text("url", url)));
    }
    struct enrol_payload payload = {.hq = keys.public_key};
    (void)str_copy(payload.url, sizeof payload.url, str_from(url)); /* is_url() knows its size */
    code_make(context->rng, payload.code);
    err = pin_find(context, &payload);
    if (err == OK) {
        err = code_store(context, payload.code, person_no, minutes);
    }
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    return show(context, &payload, minutes);
}
