/* doorstep-hq policy: the rules' numbers that every tablet gets. */
#include "core/rules/policy.h"

#include "core/domain/date.h"
#include "core/os/os.h"
#include "sync/server/api/api.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/policy.h"
#include "sync/server/policy/law_build.h"
#include "sync/server/report/policy_book.h"

#include <string.h>

enum { POLICY_SIZE_MAX = 48 * 1024 };

static const char *const with_value[] = {"--packs", "--key",    "--out",     "--profile", "--held",
                                         "--law",   "--person", "--device",  "--rule",    "--hours",
                                         "--note",  "--client", "--clients", NULL};

static enum err store_policy(struct command_context *context, struct str text, int64_t hash)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    struct hq_query query = hq_query(context->store, SQL_HQ_policy_add);
    hq_bind_i64(&query, "$hash", hash);
    hq_bind_text(&query, "$body", text);
    hq_bind_i64(&query, "$set_at_ms", now_ms);
    TRY(hq_run(&query));
    const char *hash_text = str_format(context->arena, "%lld", (long long)hash);
    TRY(hq_setting_set(context->store, "policy.hash", hash_text));
    TRY(hq_audit(context->store, now_ms, context->actor, "policy set", hash_text));
    return hq_commit(context->store);
}

/* A bound as it is written in the file: minutes of the day as a time. */
static const char *bound_words(struct command_context *context, const char *name, int64_t bound)
{
    for (size_t i = 0; i < policy_key_count(); i++) {
        struct policy_key key = policy_key_at(i);
        if (strcmp(key.name, name) == 0 && key.type == POLICY_TYPE_minute) {
            return str_format(context->arena, "%02d:%02d", (int)(bound / 60), (int)(bound % 60));
        }
    }
    return str_format(context->arena, "%lld", (long long)bound);
}

static enum command_exit fault_tell(struct command_context *context,
                                    const struct policy_fault *fault)
{
    const struct lang_value bounds[] = {
        lang_value_text("low", bound_words(context, fault->name, fault->low)),
        lang_value_text("high", bound_words(context, fault->name, fault->high)),
    };
    const char *words =
        lang_fill_list(context->arena, context->lang, fault->key, bounds, COUNT(bounds));
    return command_fail(
        context, COMMAND_found,
        COMMAND_TEXT("hq.fail.policy", lang_value_count("line", (int64_t)fault->line),
                     lang_value_text("name", fault->name), lang_value_text("fault", words)));
}

/* The policy with the image of --law PROFILE, signed by headquarters, as its last line. */
static enum err add_law(struct command_context *context, const char *profile, struct str *text,
                        enum command_exit *exit_out)
{
    struct envelope_keys keys;
    struct law_pack *pack;
    struct str bytes;
    enum err err = api_keys(context->arena, context->data_folder, false, context->rng, &keys);
    if (err != OK) {
        *exit_out = command_err(context, err);
        return err;
    }
    TRY(policy_pack(context, profile, &pack, exit_out));
    TRY(policy_image(context, pack, &keys.secret_key, &bytes, exit_out));
    policy_add_line(context, "law", bytes, "", text);
    TRY(policy_add_clients(context, pack, &keys.secret_key, text, exit_out));
    if (text->size > POLICY_SIZE_MAX) {
        *exit_out = command_err(context, ERR_too_long);
        return ERR_too_long;
    }
    return OK;
}

/* An image that the text brings along is headquarters' own, of today and no older than the one in
 * force: tablets would put any other aside, and headquarters would judge by what they do not have.
 */
static enum command_exit check_law(struct command_context *context, const struct policy *policy,
                                   const char *name)
{
    struct envelope_keys keys;
    struct policy_book *held = NULL;
    struct law_image image;
    uint8_t *bytes = arena_alloc(context->arena, LAW_IMAGE_SIZE_MAX);
    size_t size = 0;
    int32_t offset_minutes = 0;
    enum err err = policy_law(policy, bytes, &size);
    if (err == ERR_not_found) {
        return COMMAND_ok;
    }
    if (err == OK) {
        err = api_keys(context->arena, context->data_folder, false, context->rng, &keys);
    }
    if (err == OK) {
        err = policy_book_now(context->arena, context->store, &held);
    }
    if (err == OK) {
        err = lookup_offset(context, &offset_minutes);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    int32_t today = date_day_at(clock_now_ms(context->clock), offset_minutes);
    err = law_image_accept(bytes, size, &keys.public_key, held->policy.law, today, &image);
    struct str rest = policy->layer_text;
    struct str client;
    while (err == OK &&
           (err = policy_layer_next(&rest, &client, bytes, LAW_IMAGE_SIZE_MAX, &size)) == OK) {
        err = law_image_accept(bytes, size, &keys.public_key, NULL, today, &image);
    }
    err = err == ERR_not_found ? OK : err;
    return err == OK
               ? COMMAND_ok
               : command_fail(context, COMMAND_found,
                              COMMAND_TEXT("hq.fail.law_image", lang_value_text("file", name),
                                           lang_value_key("fault", law_image_fault_key(err))));
}

static enum command_exit set(struct command_context *context)
{
    const char *name = command_word(context, with_value, 1);
    if (name == NULL) {
        return command_usage(context);
    }
    struct str text;
    enum err err =
        os_file_read(context->arena, command_path(context, name), POLICY_SIZE_MAX, &text);
    if (err == ERR_not_found) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.file", lang_value_text("file", name)));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    struct policy policy;
    struct policy_fault fault;
    if (policy_from_text(text, &policy, &fault) != OK) {
        return fault_tell(context, &fault);
    }
    const char *profile = command_option(context, "--law");
    enum command_exit code = COMMAND_ok;
    if (profile != NULL && (add_law(context, profile, &text, &code) != OK ||
                            policy_from_text(text, &policy, &fault) != OK)) {
        return code == COMMAND_ok ? fault_tell(context, &fault) : code;
    }
    code = profile == NULL ? check_law(context, &policy, name) : COMMAND_ok;
    if (code != COMMAND_ok) {
        return code;
    }
    size_t set_count = policy_set_count(text);
    if (set_count == 0) { /* most likely the wrong file; it would lift every rule set before */
        return command_fail(context, COMMAND_found,
                            COMMAND_TEXT("hq.fail.policy_empty", lang_value_text("file", name)));
    }
    err = store_policy(context, text, (int64_t)chain_short_hash(text.bytes, text.size));
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("hq.say.policy", lang_value_count("n", (int64_t)set_count)));
    return COMMAND_ok;
}

static enum command_exit show(struct command_context *context)
{
    const char *hash_text = NULL;
    enum err err = hq_setting(context->arena, context->store, "policy.hash", "", &hash_text);
    int64_t hash = 0;
    if (err == OK && hash_text[0] == '\0') {
        command_say(context, COMMAND_LINE("hq.say.policy_default"));
        return COMMAND_ok;
    }
    struct str body = STR("");
    if (err == OK) {
        err = str_to_i64(str_from(hash_text), &hash);
    }
    if (err == OK) {
        struct hq_query query = hq_query(context->store, SQL_HQ_policy_get);
        hq_bind_i64(&query, "$hash", hash);
        err = hq_one_text(context->arena, &query, &body);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    fwrite(body.bytes, 1, body.size, context->out);
    return COMMAND_ok;
}

static const struct {
    const char *verb;
    enum command_exit (*run)(struct command_context *context);
} apart[] = {
    {"check", policy_check}, {"compile", policy_compile}, {"explain", policy_explain},
    {"diff", policy_diff},   {"judge", policy_judge},     {"facts", policy_facts},
    {"key", policy_key},
};

enum command_exit policy_command(struct command_context *context)
{
    if (!command_options_are_known(context, with_value, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, with_value, 0);
    if (verb == NULL || strcmp(verb, "show") == 0) {
        return show(context);
    }
    for (size_t i = 0; i < COUNT(apart); i++) {
        if (strcmp(verb, apart[i].verb) == 0) {
            return apart[i].run(context);
        }
    }
    if (strcmp(verb, "tighten") == 0) {
        return policy_tighten(context);
    }
    if (strcmp(verb, "loosen") == 0) {
        return policy_loosen(context);
    }
    if (strcmp(verb, "token") == 0) {
        return policy_token(context, command_word(context, with_value, 1));
    }
    return strcmp(verb, "set") == 0 ? set(context) : command_usage(context);
}
