/* doorstep-hq restore: an empty folder becomes headquarters as a backup remembers it. */
#include "core/os/os.h"
#include "sync/server/api/api.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/recovery_key.h"
#include "sync/server/staff/session.h"
#include "sync/server/store/backup.h"
#include "sync/server/store/revocation.h"
#include "sync/server/store/vault.h"

#include <sodium.h>
#include <string.h>

enum { KEY_SIZE_MAX = 4096 };

/* In headquarters' folder, while a sealed backup is being restored. */
#define OPENED_NAME "hq-restore.tmp"

static const char *const options[] = {"--key", "--revocations", "--recovery-key", NULL};
static const char *const plain[] = {"--without-revocations", NULL};

struct restore {
    struct command_context *context;
    const char *name;   /* of the backup, as it was given */
    const char *file;   /* of it, as it lies there */
    const char *copy;   /* the database in it */
    const char *folder; /* where the copy lies */
    bool is_sealed;
    struct sealed_secret secret; /* that opens it */
    struct hq_store *store;
    uint64_t attachment_count;
    struct vault_looked looked;
    struct revocation *revocations;
    size_t revocation_count;
    uint64_t revoked_count; /* that the backup took for working tablets */
    int64_t code_count;     /* that nobody may use any more */
    int64_t fact_count, case_count;
    const char *last_at; /* when the last batch came that it knows of */
};

static bool ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name);
    size_t ending_size = strlen(ending);
    return size > ending_size && strcmp(name + size - ending_size, ending) == 0;
}

static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return ".";
    }
    return slash == path ? "/" : str_format(arena, "%.*s", (int)(slash - path), path);
}

/* The backup is a file, or a folder in which exactly one lies. */
static enum command_exit find_copy(struct restore *restore)
{
    struct command_context *context = restore->context;
    const char *path = command_path(context, restore->name);
    const char **names = NULL;
    size_t count = 0;
    if (os_folder_list(context->arena, path, &names, &count) != OK) {
        if (!os_file_exists(path)) {
            return command_fail(
                context, COMMAND_not_found,
                COMMAND_TEXT("hq.fail.no_backup", lang_value_text("file", restore->name)));
        }
        restore->copy = path;
        restore->file = path;
        restore->folder = folder_of(context->arena, path);
        return COMMAND_ok;
    }
    size_t found_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (ends_with(names[i], ".db")) {
            restore->copy = os_path(context->arena, path, names[i]);
            restore->file = restore->copy;
            found_count++;
        }
    }
    restore->folder = path;
    if (found_count == 1) {
        return COMMAND_ok;
    }
    return command_fail(
        context, COMMAND_not_found,
        COMMAND_TEXT(found_count == 0 ? "hq.fail.no_backup" : "hq.fail.backups_several",
                     lang_value_text("file", restore->name)));
}

/* The key may be there already, for it is kept apart from backups; and so may what an
 * attempt before this one left: its lock, and attachments, which are named by content. */
static bool may_be_there(const char *name)
{
    return strcmp(name, "hq.key") == 0 || strcmp(name, "hq.lock") == 0 ||
           strcmp(name, REVOCATION_NAME) == 0 || strcmp(name, "attachments") == 0 ||
           strcmp(name, OPENED_NAME) == 0;
}

/* Nothing is ever restored over anything. */
static enum command_exit check_target(struct restore *restore)
{
    struct command_context *context = restore->context;
    const char **names = NULL;
    size_t count = 0;
    enum err err = os_folder_make(context->data_folder);
    if (err == OK) {
        err = os_folder_list(context->arena, context->data_folder, &names, &count);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    for (size_t i = 0; i < count; i++) {
        if (!may_be_there(names[i])) {
            return command_fail(
                context, COMMAND_refused,
                COMMAND_TEXT("hq.fail.not_empty", lang_value_text("folder", context->data_folder)));
        }
    }
    return COMMAND_ok;
}

/* The copy is read whole before and after it is copied. */
static enum err copy_database(struct restore *restore, const char *path)
{
    const hq_backend *backend = &hq_backend_sqlite;
    void *handle = NULL;
    TRY(backend->open(restore->copy, HQ_ACCESS_read, &handle));
    enum err err = backend->check(handle);
    if (err == OK) {
        err = backend->backup(handle, path);
    }
    backend->close(handle);
    TRY(err);
    TRY(backend->open(path, HQ_ACCESS_read, &handle));
    err = backend->check(handle);
    backend->close(handle);
    return err;
}

/* Every attachment that the copy holds whole; its hash is checked on the way. */
static enum err copy_attachments(struct restore *restore)
{
    struct command_context *context = restore->context;
    TRY(os_folder_make(vault_folder(context->arena, context->data_folder)));
    struct hq_query query = hq_query(restore->store, SQL_HQ_attachment_whole);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        struct arena_mark mark = arena_mark(context->arena);
        struct chain_hash hash = {{0}};
        struct str bytes = hq_text(&query, 0);
        uint32_t size = (uint32_t)hq_i64(&query, 1);
        memcpy(hash.bytes, bytes.bytes, bytes.size == sizeof hash.bytes ? bytes.size : 0);
        enum err read_err =
            restore->is_sealed
                ? vault_file_unseal(restore->folder, context->data_folder, &hash, size,
                                    &restore->secret)
                : vault_file_read(context->arena, restore->folder, &hash, size, &bytes);
        if (read_err == OK && restore->is_sealed) {
            restore->attachment_count++;
        } else if (read_err == OK) {
            err = os_file_replace(vault_path(context->arena, context->data_folder, &hash, size),
                                  bytes.bytes, bytes.size);
            restore->attachment_count++;
        } else if (read_err != ERR_not_found && read_err != ERR_corrupt) {
            err = read_err;
        }
        arena_rollback(context->arena, mark);
    }
    TRY(hq_end(&query));
    return err;
}

/* Without the list of revocations a lost tablet would work again: that is somebody's word. */
static enum command_exit read_revocations(struct restore *restore)
{
    struct command_context *context = restore->context;
    if (command_has(context, "--without-revocations")) {
        return COMMAND_ok;
    }
    const char *given = command_option(context, "--revocations");
    const char *path = given != NULL ? command_path(context, given)
                                     : os_path(context->arena, restore->folder, REVOCATION_NAME);
    enum err err =
        revocation_read(context->arena, path, &restore->revocations, &restore->revocation_count);
    if (err == ERR_not_found || err == ERR_corrupt) {
        return command_fail(context, err == ERR_corrupt ? COMMAND_found : COMMAND_not_found,
                            COMMAND_TEXT(err == ERR_corrupt ? "hq.fail.revocations_damaged"
                                                            : "hq.fail.no_revocations",
                                         lang_value_text("file", given != NULL ? given : path)));
    }
    return err == OK ? COMMAND_ok : command_err(context, err);
}

/* Who was taken out of service after the backup stays so, and a code that was used since is
 * not good a second time. */
static enum err end_rights(struct restore *restore, struct ingest *ingest, int64_t now_ms)
{
    TRY(revocation_apply(ingest, restore->revocations, restore->revocation_count,
                         &restore->revoked_count));
    struct hq_query query = hq_query(restore->store, SQL_HQ_enrol_code_void);
    hq_bind_i64(&query, "$now_ms", now_ms);
    TRY(hq_run(&query));
    restore->code_count = hq_changed_count(restore->store);
    return OK;
}

/* What is not here is asked for again; the restoring itself goes on record. */
static enum err note_restore(struct restore *restore)
{
    struct command_context *context = restore->context;
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(restore->store));
    TRY(backup_came_back(restore->store, restore->file));
    struct ingest *ingest = ingest_start(context->arena, restore->store, now_ms);
    enum err err = vault_look(ingest, context->data_folder, false, &restore->looked);
    if (err == OK) {
        err = end_rights(restore, ingest, now_ms);
    }
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    struct hq_query query = hq_query(restore->store, SQL_HQ_backup_counts);
    if (hq_next(&query)) {
        restore->fact_count = hq_i64(&query, 0);
        restore->case_count = hq_i64(&query, 1);
    }
    TRY(hq_end(&query));
    int64_t last_at_ms = 0;
    int32_t offset_minutes = 0;
    struct hq_query last = hq_query(restore->store, SQL_HQ_signature_last);
    TRY(hq_one_i64(&last, &last_at_ms));
    context->store = restore->store;
    TRY(lookup_offset(context, &offset_minutes));
    restore->last_at = fact_words_instant(context, last_at_ms, offset_minutes);
    TRY(session_close_all(restore->store, 0)); /* who had left since must not be back in */
    TRY(hq_audit(restore->store, now_ms, context->actor, "restore",
                 str_format(context->arena, "%lld facts, %lld cases",
                            (long long)restore->fact_count, (long long)restore->case_count)));
    TRY(hq_commit(restore->store));
    return revocation_write(context->arena, restore->store, context->data_folder);
}

static enum err fill(struct restore *restore)
{
    struct command_context *context = restore->context;
    TRY(copy_database(restore, os_path(context->arena, context->data_folder, "hq.db")));
    TRY(hq_store_open(&restore->store, context->data_folder, HQ_ACCESS_write, false));
    enum err err = copy_attachments(restore);
    if (err == OK) {
        err = note_restore(restore);
    }
    hq_store_close(restore->store);
    context->store = NULL;
    return err;
}

/* The database of a sealed backup, opened into headquarters' own folder. */
static enum command_exit unseal(struct restore *restore)
{
    struct command_context *context = restore->context;
    struct sealed_secret secrets[SEALED_KEYS_MAX];
    struct sealed_fault fault = {0};
    size_t count = 0;
    const char *key_name = command_option(context, "--recovery-key");
    if (key_name == NULL) {
        return command_fail(
            context, COMMAND_usage,
            COMMAND_TEXT("hq.fail.backup_sealed", lang_value_text("file", restore->name)));
    }
    enum command_exit code = recovery_key_read(context, key_name, secrets, &count);
    if (code != COMMAND_ok) {
        return code;
    }
    const char *opened = os_path(context->arena, context->data_folder, OPENED_NAME);
    enum err err = os_file_remove(opened); /* of a restore that was cut off */
    if (err == OK) {
        err = sealed_file_open(restore->copy, secrets, count, opened, &fault);
    }
    for (size_t i = 0; err == OK && i < count; i++) {
        struct sealed_public public = sealed_public_of(&secrets[i]);
        if (memcmp(public.bytes, fault.to.bytes, sizeof public.bytes) == 0) {
            restore->secret = secrets[i];
        }
    }
    sodium_memzero(secrets, sizeof secrets);
    if (err != OK) {
        return recovery_key_tell(context, restore->name, err, &fault);
    }
    restore->is_sealed = true;
    restore->copy = opened;
    return COMMAND_ok;
}

static enum err take_key(struct restore *restore)
{
    struct command_context *context = restore->context;
    const char *name = command_option(context, "--key");
    if (name == NULL) {
        return OK;
    }
    struct str text;
    TRY(os_file_read(context->arena, command_path(context, name), KEY_SIZE_MAX, &text));
    return os_file_replace(os_path(context->arena, context->data_folder, "hq.key"), text.bytes,
                           text.size);
}

/* Half a headquarters must not be taken for one. */
static void remove_half(struct restore *restore)
{
    static const char *const names[] = {"hq.db", "hq.db-wal", "hq.db-shm"};
    struct command_context *context = restore->context;
    for (size_t i = 0; i < COUNT(names); i++) {
        if (os_file_remove(os_path(context->arena, context->data_folder, names[i])) != OK) {
            (void)command_fail(context, COMMAND_failed,
                               COMMAND_TEXT("hq.fail.write", lang_value_text("file", names[i])));
        }
    }
}

static void forget_opened(struct restore *restore)
{
    struct command_context *context = restore->context;
    sodium_memzero(&restore->secret, sizeof restore->secret);
    if (os_file_remove(os_path(context->arena, context->data_folder, OPENED_NAME)) != OK) {
        (void)command_fail(context, COMMAND_failed,
                           COMMAND_TEXT("hq.fail.write", lang_value_text("file", OPENED_NAME)));
    }
}

static void say_what_next(struct restore *restore)
{
    struct command_context *context = restore->context;
    struct envelope_keys keys;
    command_say(context,
                COMMAND_TEXT("hq.say.restored", lang_value_count("facts", restore->fact_count),
                             lang_value_count("cases", restore->case_count),
                             lang_value_count("attachments", (int64_t)restore->attachment_count),
                             lang_value_text("at", restore->last_at)));
    if (restore->looked.missing_count > 0) {
        command_say(context, COMMAND_TEXT("hq.say.restored_missing",
                                          lang_value_count(
                                              "missing", (int64_t)restore->looked.missing_count)));
    }
    if (restore->revoked_count + (uint64_t)restore->code_count > 0) {
        command_say(context,
                    COMMAND_TEXT("hq.say.restored_revoked",
                                 lang_value_count("tablets", (int64_t)restore->revoked_count),
                                 lang_value_count("codes", restore->code_count)));
    }
    if (api_keys(context->arena, context->data_folder, false, context->rng, &keys) != OK) {
        command_say(context, COMMAND_LINE("hq.say.restored_no_key"));
    }
    command_say(context, COMMAND_LINE("hq.say.restored_next"));
}

enum command_exit restore_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    struct restore restore = {.context = context, .name = command_word(context, options, 0)};
    if (restore.name == NULL || command_word(context, options, 1) != NULL) {
        return command_usage(context);
    }
    enum command_exit code = find_copy(&restore);
    if (code == COMMAND_ok) {
        code = check_target(&restore);
    }
    if (code == COMMAND_ok) {
        code = read_revocations(&restore);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    struct os_lock lock;
    enum err err = os_lock_open(&lock, os_path(context->arena, context->data_folder, "hq.lock"));
    if (err != OK) {
        return command_err(context, err);
    }
    if (sealed_file_is(restore.copy)) {
        code = unseal(&restore);
    }
    if (code != COMMAND_ok) {
        os_lock_close(&lock);
        return code;
    }
    err = take_key(&restore);
    if (err == ERR_not_found) {
        forget_opened(&restore);
        os_lock_close(&lock);
        return command_fail(context, COMMAND_not_found, COMMAND_LINE("hq.fail.no_key"));
    }
    if (err == OK) {
        err = fill(&restore);
    }
    forget_opened(&restore);
    if (err != OK) {
        remove_half(&restore);
        os_lock_close(&lock);
        return err == ERR_corrupt
                   ? command_fail(context, COMMAND_found, COMMAND_LINE("hq.fail.backup_damaged"))
                   : command_err(context, err);
    }
    os_lock_close(&lock);
    say_what_next(&restore);
    return COMMAND_ok;
}
