/* doorstep-hq policy: layers of clients, and of one case. */
#include "sync/server/command/policy.h"

#include "sync/server/api/api.h"
#include "sync/server/command/lookup.h"
#include "sync/server/policy/law_build.h"
#include "sync/server/report/policy_book.h"

#include <sodium.h>
#include <string.h>

enum { CASE_TEXT_SIZE_MAX = 64 * 1024 };

static const char *const with_value[] = {"--packs", "--note", "--client", "--by", NULL};

void policy_add_line(struct command_context *context, const char *name, struct str image,
                     const char *behind, struct str *text)
{
    size_t size = sodium_base64_encoded_len(image.size, sodium_base64_VARIANT_ORIGINAL);
    char *base64 = arena_alloc(context->arena, size);
    sodium_bin2base64(base64, size, (const unsigned char *)image.bytes, image.size,
                      sodium_base64_VARIANT_ORIGINAL);
    *text = str_from(str_format(context->arena, "%.*s\n%s = %s%s%s\n", (int)text->size, text->bytes,
                                name, base64, behind[0] == '\0' ? "" : " ", behind));
}

static enum err tell(struct command_context *context, enum err err, const struct law_fault *fault,
                     enum command_exit *exit_out)
{
    if (err != OK) {
        *exit_out = fault->key != NULL ? policy_fault(context, fault) : command_err(context, err);
    }
    return err;
}

/* ---- clients ---- */

static enum err add_client(struct command_context *context, const struct law_pack *base,
                           const struct chain_secret_key *key, const char *id, struct str *text,
                           enum command_exit *exit_out)
{
    struct law_pack *pack;
    struct law_fault fault = {.key = NULL};
    struct str image;
    TRY(policy_pack(context, id, &pack, exit_out));
    const struct law_layer *own = pack->layers[pack->layer_count - 1];
    const struct law_layer *profile = base->layers[base->layer_count - 1];
    if (own->client[0] == '\0' || strcmp(own->extends, profile->id) != 0) {
        enum err err = law_fault_set(
            &fault, own->file, own->head_line, "law_fault.missing", str_from(own->id),
            str_format(context->arena, "layer=client client=\"...\" extends=%s", profile->id));
        return tell(context, err, &fault, exit_out);
    }
    enum err err =
        law_build_layer(context->arena, pack, policy_open_zone, context,
                        policy_zone_version(context), key, LAW_SHELF_LAYER_SIZE, &image, &fault);
    TRY(tell(context, err, &fault, exit_out));
    policy_add_line(context, "law_client", image, own->client, text);
    return OK;
}

enum err policy_add_clients(struct command_context *context, const struct law_pack *pack,
                            const struct chain_secret_key *key, struct str *text,
                            enum command_exit *exit_out)
{
    const char *list = command_option(context, "--clients");
    struct str rest = str_from(list == NULL ? "" : list);
    struct str id;
    while (list != NULL && str_split(&rest, ',', &id)) {
        TRY(add_client(context, pack, key, str_text(context->arena, str_trim(id)), text, exit_out));
    }
    return OK;
}

/* ---- one case ---- */

static const char case_id[] = "case";

struct case_source {
    struct command_context *context;
    const char *file;
    struct str text;
};

static enum err open_case(void *given, struct arena *arena, const char *id, struct str *text_out,
                          const char **file_out)
{
    const struct case_source *source = given;
    if (strcmp(id, case_id) != 0) {
        return policy_open_layer(source->context, arena, id, text_out, file_out);
    }
    *text_out = source->text;
    *file_out = source->file;
    return OK;
}

static bool has_layer(const struct law_pack *pack, const char *id)
{
    for (size_t i = 0; i + 1 < pack->layer_count; i++) {
        if (strcmp(pack->layers[i]->id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* The file's layer over the profile in force, signed. */
static enum err case_image(struct command_context *context, const char *name, struct str *image_out,
                           enum command_exit *exit_out)
{
    struct case_source source = {.context = context, .file = name};
    struct law_fault fault = {.key = NULL};
    struct policy_book *book = NULL;
    struct envelope_keys keys;
    struct law_pack *pack = NULL;
    TRY(policy_file(context, name, CASE_TEXT_SIZE_MAX, &source.text, exit_out));
    enum err err = policy_book_now(context->arena, context->store, &book);
    if (err == OK && book->policy.law == NULL) {
        *exit_out = command_fail(context, COMMAND_found, COMMAND_LINE("hq.fail.law_none"));
        return ERR_not_found;
    }
    if (err == OK) {
        err = api_keys(context->arena, context->data_folder, false, context->rng, &keys);
    }
    TRY(tell(context, err, &fault, exit_out));
    err = law_pack_read(context->arena, open_case, &source, case_id, &pack, &fault);
    TRY(tell(context, err, &fault, exit_out));
    const struct law_layer *own = pack->layers[pack->layer_count - 1];
    const char *profile = book->policy.law->profile;
    if (own->level != LAW_LEVEL_case || !has_layer(pack, profile)) {
        err =
            law_fault_set(&fault, own->file, own->head_line, "law_fault.missing", str_from(own->id),
                          str_format(context->arena, "layer=case extends=%s", profile));
    } else {
        err = law_build_layer(context->arena, pack, policy_open_zone, context,
                              policy_zone_version(context), &keys.secret_key,
                              sizeof((ds_CaseTightened){0}.law.bytes), image_out, &fault);
    }
    return tell(context, err, &fault, exit_out);
}

static enum command_exit change(struct command_context *context, const char *file)
{
    const char *word = command_word(context, with_value, 1);
    const char *note = command_option(context, "--note");
    ds_Event event = {.which_kind = ds_Event_case_tightened_tag};
    ds_CaseTightened *changed = &event.kind.case_tightened;
    const ds_CaseState *state = NULL;
    uint32_t person_no = 0;
    enum command_exit code = lookup_caller(context, &person_no);
    if (code == COMMAND_ok) {
        code = lookup_case(context, word, &event.case_no);
    }
    if (code == COMMAND_ok) {
        code = lookup_state(context, event.case_no, &state);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    struct str image = STR("");
    if (file != NULL && case_image(context, file, &image, &code) != OK) {
        return code;
    }
    if (file == NULL && state->law.size == 0) {
        return command_fail(context, COMMAND_found,
                            COMMAND_TEXT("hq.fail.case_law_none", lang_value_text("case", word)));
    }
    memcpy(changed->law.bytes, image.bytes, image.size);
    changed->law.size = (pb_size_t)image.size;
    code = lookup_text(context, note, changed->note, sizeof changed->note);
    if (code == COMMAND_ok) {
        code = lookup_text(context, context->actor, changed->by, sizeof changed->by);
    }
    if (code == COMMAND_ok) {
        code = lookup_book(context, &event, file == NULL ? "policy loosen" : "policy tighten");
    }
    if (code == COMMAND_ok) {
        command_say(context,
                    COMMAND_TEXT(file == NULL ? "hq.say.case_loosened" : "hq.say.case_tightened",
                                 lang_value_text("case", word)));
    }
    return code;
}

enum command_exit policy_tighten(struct command_context *context)
{
    const char *file = command_word(context, with_value, 2);
    bool is_whole = file != NULL && command_option(context, "--note") != NULL;
    return is_whole ? change(context, file) : command_usage(context);
}

enum command_exit policy_loosen(struct command_context *context)
{
    bool is_whole = command_word(context, with_value, 1) != NULL &&
                    command_word(context, with_value, 2) == NULL &&
                    command_option(context, "--note") != NULL;
    return is_whole ? change(context, NULL) : command_usage(context);
}
