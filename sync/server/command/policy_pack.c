/* Packs, images and keys for the verbs of `doorstep-hq policy`. */
#include "sync/server/command/policy.h"

#include "core/base/buf.h"
#include "core/domain/date.h"
#include "core/os/os.h"
#include "sync/server/policy/law_build.h"
#include "sync/server/policy/law_built_in.h"

#include <string.h>

enum { PACK_SIZE_MAX = 256 * 1024, ZONE_SIZE_MAX = 64 * 1024, KEY_TEXT_SIZE_MAX = 400 };
static const char zone_folder[] = "/usr/share/zoneinfo";

static const char *const with_value[] = {"--packs", "--key", "--out", "--profile", "--held", NULL};

enum command_exit policy_fault(struct command_context *context, const struct law_fault *fault)
{
    const struct lang_value values[] = {
        lang_value_text("name", fault->name),
        lang_value_text("expected", fault->expected),
    };
    const char *words =
        lang_fill_list(context->arena, context->lang, fault->key, values, COUNT(values));
    return command_fail(context, COMMAND_found,
                        COMMAND_TEXT("hq.fail.law", lang_value_text("file", fault->file),
                                     lang_value_count("line", (int64_t)fault->line),
                                     lang_value_text("fault", words)));
}

enum err policy_open_layer(void *given, struct arena *arena, const char *id, struct str *text_out,
                           const char **file_out)
{
    struct command_context *context = given;
    const char *folder = command_option(context, "--packs");
    if (folder == NULL) {
        return law_built_in(id, text_out, file_out);
    }
    if (strchr(id, '/') != NULL || id[0] == '.') {
        return ERR_not_found;
    }
    *file_out = str_format(arena, "%s.pol", id);
    enum err err = os_file_read(arena, os_path(arena, command_path(context, folder), *file_out),
                                PACK_SIZE_MAX, text_out);
    return err == ERR_not_found ? law_built_in(id, text_out, file_out) : err;
}

enum err policy_open_zone(void *given, struct arena *arena, const char *zone, struct str *bytes_out)
{
    (void)given;
    if (strstr(zone, "..") != NULL || zone[0] == '/') {
        return ERR_not_found;
    }
    return os_file_read(arena, os_path(arena, zone_folder, zone), ZONE_SIZE_MAX, bytes_out);
}

enum err policy_pack(struct command_context *context, const char *profile,
                     struct law_pack **pack_out, enum command_exit *exit_out)
{
    struct law_fault fault;
    enum err err =
        law_pack_read(context->arena, policy_open_layer, context, profile, pack_out, &fault);
    if (err == ERR_malformed) {
        *exit_out = policy_fault(context, &fault);
    } else if (err == ERR_not_found) {
        *exit_out =
            command_fail(context, COMMAND_not_found,
                         COMMAND_TEXT("hq.fail.law_profile", lang_value_text("name", profile)));
    } else if (err != OK) {
        *exit_out = command_err(context, err);
    }
    return err;
}

/* "2025b", from the first line of the system's tzdata.zi; "" when there is none. */
const char *policy_zone_version(struct command_context *context)
{
    struct str text;
    struct str line;
    struct str prefix = STR("# version ");
    if (os_file_read(context->arena, os_path(context->arena, zone_folder, "tzdata.zi"), 1024 * 1024,
                     &text) != OK ||
        !str_split(&text, '\n', &line) || line.size <= prefix.size ||
        memcmp(line.bytes, prefix.bytes, prefix.size) != 0 ||
        line.size - prefix.size >= LAW_PROFILE_SIZE) {
        return "";
    }
    return str_text(context->arena,
                    (struct str){line.bytes + prefix.size, line.size - prefix.size});
}

enum err policy_image(struct command_context *context, const struct law_pack *pack,
                      const struct chain_secret_key *key, struct str *bytes_out,
                      enum command_exit *exit_out)
{
    struct law_fault fault;
    enum err err = law_build(context->arena, pack, policy_open_zone, context,
                             policy_zone_version(context), key, bytes_out, &fault);
    if (err != OK) {
        *exit_out = fault.key != NULL ? policy_fault(context, &fault) : command_err(context, err);
    }
    return err;
}

struct chain_secret_key policy_trial_key(const struct command_context *context)
{
    struct chain_public_key public_key;
    struct chain_secret_key secret_key;
    chain_keypair(context->rng, &public_key, &secret_key);
    return secret_key;
}

enum err policy_file(struct command_context *context, const char *name, size_t size_max,
                     struct str *text_out, enum command_exit *exit_out)
{
    enum err err = OK;
    if (strcmp(name, "-") == 0) {
        char *bytes = arena_alloc(context->arena, size_max + 1);
        size_t size = fread(bytes, 1, size_max + 1, context->in);
        *text_out = (struct str){bytes, size};
        err = size > size_max ? ERR_too_long : OK;
    } else {
        err = os_file_read(context->arena, command_path(context, name), size_max, text_out);
    }
    if (err == ERR_not_found) {
        *exit_out = command_fail(context, COMMAND_not_found,
                                 COMMAND_TEXT("hq.fail.file", lang_value_text("file", name)));
    } else if (err != OK) {
        *exit_out = command_err(context, err);
    }
    return err;
}

/* ---- keys: hex in a file ---- */

static enum err read_key(struct command_context *context, const char *name, void *bytes,
                         size_t size, enum command_exit *exit_out)
{
    struct str text;
    TRY(policy_file(context, name, KEY_TEXT_SIZE_MAX, &text, exit_out));
    text = str_trim(text);
    if (text.size != 2 * size || buf_from_hex(bytes, size, str_text(context->arena, text)) != OK) {
        *exit_out = command_fail(context, COMMAND_found,
                                 COMMAND_TEXT("hq.fail.law_key", lang_value_text("file", name)));
        return ERR_malformed;
    }
    return OK;
}

static enum err write_hex(struct command_context *context, const char *path, const void *bytes,
                          size_t size)
{
    char *text = arena_alloc(context->arena, 2 * size + 2);
    buf_to_hex(text, bytes, size);
    text[2 * size] = '\n';
    return os_file_replace(path, text, 2 * size + 1);
}

enum command_exit policy_key(struct command_context *context)
{
    const char *name = command_word(context, with_value, 1);
    if (name == NULL) {
        return command_usage(context);
    }
    const char *path = command_path(context, name);
    const char *public_path = str_format(context->arena, "%s.pub", path);
    if (os_file_exists(path) || os_file_exists(public_path)) {
        return command_fail(context, COMMAND_found,
                            COMMAND_TEXT("hq.fail.law_exists", lang_value_text("file", name)));
    }
    struct chain_public_key public_key;
    struct chain_secret_key secret_key;
    chain_keypair(context->rng, &public_key, &secret_key);
    enum err err = write_hex(context, path, secret_key.bytes, sizeof secret_key.bytes);
    if (err == OK) {
        err = write_hex(context, public_path, public_key.bytes, sizeof public_key.bytes);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("hq.say.law_key", lang_value_text("file", name)));
    return COMMAND_ok;
}

enum command_exit policy_compile(struct command_context *context)
{
    const char *profile = command_word(context, with_value, 1);
    const char *key_name = command_option(context, "--key");
    const char *out_name = command_option(context, "--out");
    if (profile == NULL || key_name == NULL || out_name == NULL) {
        return command_usage(context);
    }
    struct law_pack *pack;
    struct str bytes;
    struct chain_secret_key key;
    enum command_exit code = COMMAND_ok;
    if (policy_pack(context, profile, &pack, &code) != OK ||
        read_key(context, key_name, key.bytes, sizeof key.bytes, &code) != OK ||
        policy_image(context, pack, &key, &bytes, &code) != OK) {
        return code;
    }
    enum err err = os_file_replace(command_path(context, out_name), bytes.bytes, bytes.size);
    if (err != OK) {
        return command_err(context, err);
    }
    struct law_image image;
    err = law_image_open(bytes.bytes, bytes.size, &image);
    CHECK(err == OK); /* law_build() gives what can be read */
    char hash[65];
    buf_to_hex(hash, image.hash, sizeof image.hash);
    command_say(context, COMMAND_TEXT("hq.say.law_compiled", lang_value_text("file", out_name),
                                      lang_value_count("rules", (int64_t)image.record_count),
                                      lang_value_count("bytes", (int64_t)bytes.size),
                                      lang_value_text("hash", hash)));
    return COMMAND_ok;
}

/* ---- check ---- */

static enum command_exit refuse_image(struct command_context *context, const char *name,
                                      enum err err)
{
    return command_fail(
        context, COMMAND_found,
        COMMAND_TEXT("hq.fail.law_image", lang_value_text("file", name),
                     lang_value_text("fault", lang_text(context->lang, law_image_fault_key(err)))));
}

static enum command_exit check_image(struct command_context *context, const char *name)
{
    const char *key_name = command_option(context, "--key");
    const char *held_name = command_option(context, "--held");
    struct str bytes;
    struct str held_bytes;
    struct law_image image;
    struct law_image held;
    struct chain_public_key key;
    enum command_exit code = COMMAND_ok;
    if (key_name == NULL) {
        return command_usage(context);
    }
    if (policy_file(context, name, LAW_IMAGE_SIZE_MAX, &bytes, &code) != OK ||
        read_key(context, key_name, key.bytes, sizeof key.bytes, &code) != OK ||
        (held_name != NULL &&
         policy_file(context, held_name, LAW_IMAGE_SIZE_MAX, &held_bytes, &code) != OK)) {
        return code;
    }
    enum err err =
        held_name == NULL ? OK : law_image_open(held_bytes.bytes, held_bytes.size, &held);
    if (err != OK) {
        return refuse_image(context, held_name, err);
    }
    int32_t today = date_day_at(clock_now_ms(context->clock), 0);
    err = law_image_accept(bytes.bytes, bytes.size, &key, held_name == NULL ? NULL : &held, today,
                           &image);
    if (err != OK) {
        return refuse_image(context, name, err);
    }
    command_say(context, COMMAND_TEXT("hq.say.law_checked", lang_value_text("name", image.profile),
                                      lang_value_count("rules", (int64_t)image.record_count)));
    return COMMAND_ok;
}

static enum command_exit check_pack(struct command_context *context, const char *profile)
{
    struct law_pack *pack;
    struct str bytes;
    enum command_exit code = COMMAND_ok;
    struct chain_secret_key key = policy_trial_key(context);
    if (policy_pack(context, profile, &pack, &code) != OK ||
        policy_image(context, pack, &key, &bytes, &code) != OK) {
        return code;
    }
    command_say(context, COMMAND_TEXT("hq.say.law_checked", lang_value_text("name", profile),
                                      lang_value_count("rules", (int64_t)pack->rule_count)));
    return COMMAND_ok;
}

enum command_exit policy_check(struct command_context *context)
{
    enum command_exit worst = COMMAND_ok;
    const char *name = command_word(context, with_value, 1);
    for (size_t i = 0; name == NULL && law_built_in_profile(i) != NULL; i++) {
        enum command_exit code = check_pack(context, law_built_in_profile(i));
        worst = code > worst ? code : worst;
    }
    for (size_t i = 1; (name = command_word(context, with_value, i)) != NULL; i++) {
        bool is_file = strchr(name, '.') != NULL || strchr(name, '/') != NULL;
        enum command_exit code = is_file ? check_image(context, name) : check_pack(context, name);
        worst = code > worst ? code : worst;
    }
    return worst;
}
