/* doorstep-hq evidence: all that headquarters holds of one case, in a folder that doorstep-verify
 * checks without headquarters. */
#include "sync/server/command/evidence.h"

#include "core/base/buf.h"
#include "core/domain/catalog.h"
#include "core/os/os.h"
#include "sync/server/api/api.h"
#include "sync/server/command/lookup.h"
#include "sync/server/store/vault.h"

#include <inttypes.h>
#include <string.h>

static const char *const options[] = {"--out", "--client", NULL};

enum { POLICIES_MAX = 256, PEOPLE_MAX = 512, DEVICES_MAX = EVIDENCE_DEVICES_MAX };

/* Different numbers met so far; few. */
struct numbers {
    uint64_t *items;
    size_t count, max;
};

static bool note_number(struct numbers *numbers, uint64_t number)
{
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->items[i] == number) {
            return true;
        }
    }
    if (numbers->count == numbers->max) {
        return false;
    }
    numbers->items[numbers->count++] = number;
    return true;
}

static struct numbers numbers_make(struct arena *arena, size_t max)
{
    return (struct numbers){.items = ARENA_ARRAY(arena, max, uint64_t), .max = max};
}

/* ---- files ---- */

static enum err put_file(struct evidence *evidence, const char *name, struct str bytes)
{
    return os_file_replace(os_path(evidence->context->arena, evidence->folder, name), bytes.bytes,
                           bytes.size);
}

/* ---- who and by which rules ---- */

static enum err write_people(struct evidence *evidence, const struct numbers *people)
{
    for (size_t i = 0; i < people->count; i++) {
        struct hq_query query = hq_query(evidence->store, SQL_HQ_person_get);
        hq_bind_i64(&query, "$person_no", (int64_t)people->items[i]);
        if (hq_next(&query)) {
            struct str code = hq_text(&query, 0);
            struct str name = hq_text(&query, 1);
            const char *text = str_format(evidence->context->arena, "%.*s (%.*s)", (int)name.size,
                                          name.bytes, (int)code.size, code.bytes);
            evidence_write_person(&evidence->writer, (uint32_t)people->items[i], str_from(text));
        }
        TRY(hq_end(&query));
    }
    return OK;
}

static enum err write_record(struct evidence *evidence)
{
    struct str record;
    struct hq_query query = hq_query(evidence->store, SQL_HQ_kase_get);
    hq_bind_i64(&query, "$case_no", (int64_t)evidence->case_no);
    enum err err = hq_one_text(evidence->context->arena, &query, &record);
    if (err == ERR_not_found) {
        return OK; /* facts of a case that was never imported */
    }
    TRY(err);
    evidence_write_record(&evidence->writer, record);
    return put_file(evidence, EVIDENCE_RECORD, record);
}

static enum err write_policies(struct evidence *evidence, const struct numbers *policies)
{
    struct arena *arena = evidence->context->arena;
    for (size_t i = 0; i < policies->count; i++) {
        struct str body;
        struct hq_query query = hq_query(evidence->store, SQL_HQ_policy_get);
        hq_bind_i64(&query, "$hash", (int64_t)policies->items[i]);
        enum err err = hq_one_text(arena, &query, &body);
        if (err == ERR_not_found || (err == OK && body.size > LIMIT_answer_size)) {
            continue; /* a fact may name what was never headquarters' policy */
        }
        TRY(err);
        const char *file = str_format(arena, "policy-%016" PRIx64 ".txt", policies->items[i]);
        evidence_write_policy(&evidence->writer, policies->items[i], body.size, file);
        TRY(put_file(evidence, file, body));
    }
    return OK;
}

static enum err write_devices(struct evidence *evidence, const struct numbers *devices)
{
    for (size_t i = 0; i < devices->count; i++) {
        struct chain_public_key key = {{0}};
        uint32_t person_no = 0;
        struct hq_query query = hq_query(evidence->store, SQL_HQ_device_get);
        hq_bind_i64(&query, "$device_no", (int64_t)devices->items[i]);
        bool is_known = false;
        if (hq_next(&query)) {
            struct str bytes = hq_text(&query, 1);
            person_no = (uint32_t)hq_i64(&query, 0);
            is_known = bytes.size == sizeof key.bytes;
            memcpy(key.bytes, bytes.bytes, is_known ? sizeof key.bytes : 0);
        }
        TRY(hq_end(&query));
        if (devices->items[i] == 0) {
            continue; /* headquarters itself */
        }
        if (!is_known) {
            return ERR_corrupt;
        }
        evidence_write_device(&evidence->writer, (uint32_t)devices->items[i], &key, person_no,
                              HQ_BRANCH, evidence->at_ms);
    }
    return OK;
}

/* All that the facts name. */
static enum err write_named(struct evidence *evidence)
{
    struct arena *arena = evidence->context->arena;
    struct evidence_item *items = NULL;
    size_t count = 0;
    TRY(evidence_items(evidence, &items, &count));
    struct numbers people = numbers_make(arena, PEOPLE_MAX);
    struct numbers policies = numbers_make(arena, POLICIES_MAX);
    struct numbers devices = numbers_make(arena, DEVICES_MAX);
    ds_Event *event = ARENA_NEW(arena, ds_Event);
    for (size_t i = 0; i < count; i++) {
        if (!note_number(&devices, items[i].device_no)) {
            return ERR_too_many;
        }
        if (event_decode(event, (const uint8_t *)items[i].body.bytes, items[i].body.size) != OK) {
            continue;
        }
        bool is_noted = (event->person_no == 0 || note_number(&people, event->person_no)) &&
                        (event->policy == 0 || note_number(&policies, event->policy));
        if (!is_noted) {
            return ERR_too_many;
        }
    }
    TRY(write_people(evidence, &people));
    TRY(write_record(evidence));
    TRY(write_policies(evidence, &policies));
    return write_devices(evidence, &devices);
}

/* ---- photos ---- */

struct photo {
    struct chain_hash hash;
    uint32_t size, media;
    uint32_t device_no; /* whose fact names it */
};

/* The photos of the facts that are shown, each once. */
static enum err find_photos(struct evidence *evidence, struct photo **photos_out, size_t *count_out)
{
    struct arena *arena = evidence->context->arena;
    struct evidence_item *items = NULL;
    size_t item_count = 0;
    size_t count = 0;
    TRY(evidence_items(evidence, &items, &item_count));
    struct photo *photos = ARENA_ARRAY(arena, item_count + 1, struct photo);
    ds_Event *event = ARENA_NEW(arena, ds_Event);
    for (size_t i = 0; i < item_count; i++) {
        if (event_decode(event, (const uint8_t *)items[i].body.bytes, items[i].body.size) != OK ||
            event_kind(event) != EVENT_evidence_attached) {
            continue;
        }
        const ds_EvidenceAttached *payload = &event->kind.evidence_attached;
        struct photo photo = {
            .size = payload->size, .media = payload->media, .device_no = items[i].device_no};
        memcpy(photo.hash.bytes, payload->hash, sizeof photo.hash.bytes);
        bool is_new = true;
        for (size_t k = 0; k < count; k++) {
            is_new = is_new && (photos[k].size != photo.size ||
                                !chain_hash_equal(&photos[k].hash, &photo.hash));
        }
        if (is_new) {
            photos[count++] = photo;
        }
    }
    *photos_out = photos;
    *count_out = count;
    return OK;
}

static enum err write_photo(struct evidence *evidence, const struct photo *photo)
{
    struct arena *arena = evidence->context->arena;
    struct vault_held held = {0};
    struct str bytes = {0};
    enum err err = vault_find(evidence->store, &photo->hash, photo->size, &held);
    if (err == OK && held.level > 0) {
        err = vault_file_read(arena, evidence->context->data_folder, &photo->hash, photo->size,
                              &bytes);
    }
    if (err == ERR_not_found || err == ERR_corrupt || (err == OK && held.level == 0)) {
        evidence->lacking_count++;
        evidence_write_lacking(&evidence->writer, &photo->hash, photo->size);
        return OK;
    }
    TRY(err);
    char hex[2 * CHAIN_HASH_SIZE + 1];
    buf_to_hex(hex, photo->hash.bytes, sizeof photo->hash.bytes);
    const char *media = catalog_name(CATALOG_media_type, photo->media);
    const char *file = str_format(arena, "attachment-%.32s.%s", hex, media != NULL ? media : "bin");
    TRY(put_file(evidence, file, bytes));
    evidence_write_attachment(&evidence->writer, photo->device_no, &photo->hash, photo->size,
                              held.stored_at_ms, held.level, file);
    evidence->attachment_count++;
    return OK;
}

static enum err write_photos(struct evidence *evidence)
{
    struct photo *photos = NULL;
    size_t count = 0;
    TRY(find_photos(evidence, &photos, &count));
    for (size_t i = 0; i < count; i++) {
        struct arena_mark mark = arena_mark(evidence->context->arena);
        size_t size = evidence->writer.text.capacity;
        TRY(write_photo(evidence, &photos[i]));
        if (size == evidence->writer.text.capacity) { /* the text did not move behind the mark */
            arena_rollback(evidence->context->arena, mark);
        }
    }
    return OK;
}

/* ---- all ---- */

static enum err write_all(struct evidence *evidence, const struct keyring *ring)
{
    evidence_write_start(&evidence->writer, evidence->context->arena, evidence->case_no,
                         evidence->at_ms, ring);
    TRY(write_named(evidence));
    TRY(evidence_facts(evidence));
    TRY(write_photos(evidence));
    /* Last: without it nothing of the folder is a pack. */
    return put_file(evidence, EVIDENCE_INDEX, evidence_write_seal(&evidence->writer));
}

/* Who took a borrower's file out of the house is written down before anything leaves it. */
static enum err audit_on_writer(void *given, struct hq_store *store)
{
    const struct evidence *evidence = given;
    struct command_context *context = evidence->context;
    TRY(hq_begin(store));
    TRY(hq_audit(store, evidence->at_ms, context->actor, "evidence export",
                 str_format(context->arena, "case %" PRIu64, evidence->case_no)));
    return hq_commit(store);
}

static enum err export_case(struct evidence *evidence, const struct keyring *ring)
{
    struct command_context *context = evidence->context;
    TRY(os_folder_make(evidence->folder));
    TRY(command_on_writer(context, audit_on_writer, evidence));
    if (context->api == NULL) {
        return write_all(evidence, ring); /* nobody else writes */
    }
    TRY(hq_view_begin(context->store));
    enum err err = write_all(evidence, ring);
    hq_view_end(context->store);
    return err;
}

static bool is_empty(struct command_context *context, const char *folder)
{
    const char **names = NULL;
    size_t count = 0;
    return !os_file_exists(folder) ||
           (os_folder_list(context->arena, folder, &names, &count) == OK && count == 0);
}

static enum command_exit tell(struct command_context *context, const struct evidence *evidence,
                              const char *out, const struct keyring *ring)
{
    char fingerprint[ENROL_FINGERPRINT_SIZE];
    enrol_fingerprint(fingerprint, &keyring_newest(ring)->public_key);
    command_say(context,
                COMMAND_TEXT("hq.say.evidence", lang_value_text("folder", out),
                             lang_value_count("facts", (int64_t)evidence->fact_count),
                             lang_value_count("attachments", (int64_t)evidence->attachment_count)));
    if (evidence->erased_count > 0) {
        command_say(context, COMMAND_TEXT("hq.say.evidence_erased",
                                          lang_value_count("n", (int64_t)evidence->erased_count)));
    }
    if (evidence->lacking_count > 0) {
        command_say(context, COMMAND_TEXT("hq.say.evidence_lacking",
                                          lang_value_count("n", (int64_t)evidence->lacking_count)));
    }
    command_say(context,
                COMMAND_TEXT("hq.say.evidence_key", lang_value_text("fingerprint", fingerprint)));
    return COMMAND_ok;
}

enum command_exit evidence_command(struct command_context *context)
{
    const char *out = command_option(context, "--out");
    const char *word = command_word(context, options, 0);
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    if (word == NULL || out == NULL || command_word(context, options, 1) != NULL) {
        return command_usage(context);
    }
    struct evidence evidence = {.context = context,
                                .store = context->store,
                                .folder = command_path(context, out),
                                .at_ms = clock_now_ms(context->clock)};
    enum command_exit code = lookup_case(context, word, &evidence.case_no);
    if (code != COMMAND_ok) {
        return code;
    }
    if (!is_empty(context, evidence.folder)) {
        return command_fail(
            context, COMMAND_failed,
            COMMAND_TEXT("hq.fail.evidence_folder", lang_value_text("folder", out)));
    }
    struct keyring ring;
    enum err err = api_keyring(context->arena, context->data_folder, &ring);
    if (err == OK) {
        err = export_case(&evidence, &ring);
    }
    if (err == ERR_io || err == ERR_no_space) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.write", lang_value_text("file", out)));
    }
    return err == OK ? tell(context, &evidence, out, &ring) : command_err(context, err);
}
