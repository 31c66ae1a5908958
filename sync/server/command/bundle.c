/* doorstep-hq bundle: envelopes that came by USB or on a colleague's tablet, and the file
 * with the answers that goes back the same way. */
#include "sync/proto/bundle.h"
#include "core/os/os.h"
#include "sync/proto/envelope.h"
#include "sync/proto/kept.h"
#include "sync/proto/layout.h"
#include "sync/server/api/api.h"
#include "sync/server/command/lookup.h"

#include <string.h>

static const char *const options[] = {"--answers", NULL};

struct carried {
    struct command_context *context;
    struct api *api; /* the working server's, or one of this command */
    struct bundle_item *items;
    size_t count;
    struct bundle_item *answers;
    size_t answer_count;
    size_t refused_count;
    size_t passed_count; /* items that are no envelopes */
    size_t kept_count;   /* what tablets could not read, opened into `kept_folder` */
    const char *kept_folder;
};

/* The answer of "2-000…-ab.env" is "2-000…-ab.ans". */
static const char *answer_name(struct arena *arena, const char *name)
{
    size_t size = strlen(name);
    size_t ending = strlen(LAYOUT_ENVELOPE);
    bool has_ending = size > ending && strcmp(name + size - ending, LAYOUT_ENVELOPE) == 0;
    return str_format(arena, "%.*s%s", (int)(has_ending ? size - ending : size), name,
                      LAYOUT_ANSWER);
}

/* Headquarters' first byte says what kind an answer is; see PROTOCOL.md. */
static bool is_refusal(struct wire_bytes answer)
{
    return answer.size >= 2 && (answer.bytes[0] & 0x0f) == ENVELOPE_refusal;
}

static void answer_all(struct carried *carried)
{
    struct command_context *context = carried->context;
    carried->answers =
        ARENA_ARRAY(context->arena, carried->count == 0 ? 1 : carried->count, struct bundle_item);
    struct arena task; /* what one envelope takes is far more than what is kept of it */
    arena_init(&task, 512 * 1024);
    for (size_t i = 0; i < carried->count; i++) {
        const struct bundle_item *item = &carried->items[i];
        if (item->type != BUNDLE_envelope) {
            carried->passed_count++;
            continue;
        }
        struct wire_bytes answer = api_envelope(carried->api, &task, item->bytes);
        answer.bytes = arena_copy(context->arena, answer.bytes, answer.size);
        arena_reset(&task);
        carried->refused_count += is_refusal(answer);
        carried->answers[carried->answer_count++] = (struct bundle_item){
            .type = BUNDLE_answer,
            .name = answer_name(context->arena, item->name),
            .bytes = answer,
        };
    }
    arena_deinit(&task);
}

/* Below the data folder, for it speaks of borrowers: never beside the answers on the stick. */
static enum err keep(struct carried *carried, const struct bundle_item *item,
                     const struct envelope_keys *keys)
{
    struct arena *arena = carried->context->arena;
    struct wire_bytes plain;
    if (kept_open(arena, item->bytes, keys, &plain) != WIRE_ok) {
        return OK; /* another headquarters', or damaged before it was packed: passed over */
    }
    TRY(os_folder_make(carried->kept_folder));
    TRY(os_file_replace(os_path(arena, carried->kept_folder, item->name), plain.bytes, plain.size));
    carried->kept_count++;
    carried->passed_count--;
    return OK;
}

static enum err keep_all(struct carried *carried)
{
    struct command_context *context = carried->context;
    struct envelope_keys keys;
    enum err err = OK;
    bool has_keys = false;
    carried->kept_folder = os_path(context->arena, context->data_folder, "kept");
    for (size_t i = 0; err == OK && i < carried->count; i++) {
        if (carried->items[i].type != BUNDLE_kept) {
            continue;
        }
        if (!has_keys) {
            err = api_keys(context->arena, context->data_folder, false, context->rng, &keys);
            has_keys = err == OK;
        }
        err = err == OK ? keep(carried, &carried->items[i], &keys) : err;
    }
    return err;
}

/* Without a server this command takes the envelopes itself, by the same code. */
static enum err answer_without_server(struct carried *carried)
{
    struct command_context *context = carried->context;
    struct keyring *ring = ARENA_NEW(context->arena, struct keyring);
    TRY(api_keyring(context->arena, context->data_folder, ring));
    const struct api_options api = {
        .folder = context->data_folder,
        .store = context->store,
        .keys = keyring_newest(ring),
        .ring = ring,
        .clock = context->clock,
        .rng = context->rng,
        .is_single_thread = true,
    };
    TRY(api_start(&api, &carried->api));
    answer_all(carried);
    api_stop(carried->api);
    return OK;
}

static enum command_exit read_bundle(struct carried *carried, const char *name)
{
    struct command_context *context = carried->context;
    struct str bytes;
    enum err err =
        os_file_read(context->arena, command_path(context, name), BUNDLE_SIZE_MAX, &bytes);
    if (err == ERR_not_found || err == ERR_io) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.read", lang_value_text("file", name)));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    enum wire wire =
        bundle_read(context->arena, (struct wire_bytes){(const uint8_t *)bytes.bytes, bytes.size},
                    &carried->items, &carried->count);
    if (wire == WIRE_ok) {
        return COMMAND_ok;
    }
    return command_fail(
        context, COMMAND_found,
        COMMAND_TEXT(wire == WIRE_bad_seal ? "hq.fail.bundle_damaged" : "hq.fail.bundle_malformed",
                     lang_value_text("file", name), lang_value_key("why", wire_key(wire))));
}

static enum command_exit write_answers(struct carried *carried, const char *name)
{
    struct command_context *context = carried->context;
    struct wire_bytes bytes;
    enum wire wire = bundle_write(context->arena, carried->answers, carried->answer_count, &bytes);
    if (wire != WIRE_ok) {
        return command_fail(
            context, COMMAND_failed,
            COMMAND_TEXT("hq.fail.answers_too_long", lang_value_text("file", name)));
    }
    if (os_file_replace(command_path(context, name), bytes.bytes, bytes.size) != OK) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.write", lang_value_text("file", name)));
    }
    return COMMAND_ok;
}

enum command_exit bundle_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *name = command_word(context, options, 0);
    const char *answers = command_option(context, "--answers");
    if (name == NULL || answers == NULL || command_word(context, options, 1) != NULL) {
        return command_usage(context);
    }
    if (os_file_exists(command_path(context, answers))) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.file_exists", lang_value_text("file", answers)));
    }
    struct carried carried = {.context = context, .api = context->api};
    enum command_exit code = read_bundle(&carried, name);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = OK;
    if (context->api != NULL) {
        answer_all(&carried);
    } else {
        err = answer_without_server(&carried);
    }
    if (err == OK) {
        err = keep_all(&carried);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    /* What was taken is stored whether the answers can be written or not; the same bundle
     * may be brought again. */
    code = write_answers(&carried, answers);
    command_say(context, COMMAND_TEXT("hq.say.bundle",
                                      lang_value_count("taken", (int64_t)(carried.answer_count -
                                                                          carried.refused_count)),
                                      lang_value_count("refused", (int64_t)carried.refused_count),
                                      lang_value_count("passed", (int64_t)carried.passed_count),
                                      lang_value_text("file", answers)));
    if (carried.kept_count > 0) {
        command_say(context, COMMAND_TEXT("hq.say.bundle_kept",
                                          lang_value_count("kept", (int64_t)carried.kept_count),
                                          lang_value_text("folder", carried.kept_folder)));
    }
    return code == COMMAND_ok && carried.refused_count > 0 ? COMMAND_found : code;
}
