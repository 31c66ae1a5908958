/* doorstep-hq backup: a copy that stands alone, read again before it is called one. Only
 * then do tablets hear that what it holds is safe. */
#include "sync/server/store/backup.h"

#include "core/os/os.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/recovery_key.h"

#include <sodium.h>
#include <string.h>

static const char *const options[] = {"--recovery-key", NULL};

struct job {
    struct command_context *context;
    struct backup backup;
};

static enum err record_on_writer(void *given, struct hq_store *store)
{
    struct job *job = given;
    struct command_context *context = job->context;
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(store));
    struct ingest *ingest = ingest_start(context->arena, store, now_ms);
    enum err err = backup_record(ingest, &job->backup);
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    TRY(hq_audit(store, now_ms, context->actor, "backup",
                 str_format(context->arena, "%llu facts, %llu cases",
                            (unsigned long long)job->backup.fact_count,
                            (unsigned long long)job->backup.case_count)));
    return hq_commit(store);
}

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"backup_no", "hq.column.number"},
        {"at_ms", "hq.column.at"},
        {"facts", "hq.column.facts"},
        {"cases", "hq.column.cases"},
        {"attachments", "hq.column.attachments"},
        {"path", "hq.column.file"},
    };
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_backup_all);
    while (hq_next(&query)) {
        listing_number(&listing, hq_i64(&query, 0));
        listing_instant(&listing, hq_i64(&query, 1));
        listing_number(&listing, hq_i64(&query, 3));
        listing_number(&listing, hq_i64(&query, 4));
        listing_number(&listing, hq_i64(&query, 5));
        listing_text(&listing, hq_text(&query, 2));
    }
    err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

static enum command_exit tell(struct command_context *context, const char *name, enum err err)
{
    if (err == ERR_exists) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.file_exists", lang_value_text("file", name)));
    }
    if (err == ERR_corrupt) {
        return command_fail(context, COMMAND_found, COMMAND_LINE("hq.fail.backup_unsound"));
    }
    if (err == ERR_io || err == ERR_no_space) {
        return command_fail(context, COMMAND_failed,
                            COMMAND_TEXT("hq.fail.write", lang_value_text("file", name)));
    }
    return command_err(context, err);
}

/* Sealed wherever a recovery key is set: nobody has to remember it. */
static enum err make(struct job *job, const char *path)
{
    struct command_context *context = job->context;
    int64_t now_ms = clock_now_ms(context->clock);
    struct sealed_public to;
    bool is_sealed = false;
    TRY(recovery_key_get(context, &to, &is_sealed));
    return is_sealed ? backup_make_sealed(context->arena, context->store, context->data_folder,
                                          path, &to, now_ms, &job->backup)
                     : backup_make(context->arena, context->store, context->data_folder, path,
                                   now_ms, &job->backup);
}

/* A sealed backup: without the key whether it is damaged, with it whether all of it opens. */
static enum command_exit check(struct command_context *context, const char *name)
{
    const char *path = command_path(context, name);
    const char *key_name = command_option(context, "--recovery-key");
    struct sealed_fault fault = {0};
    enum err err = OK;
    if (key_name == NULL) {
        err = sealed_file_look(path, &fault);
    } else {
        struct sealed_secret secrets[SEALED_KEYS_MAX];
        size_t count = 0;
        enum command_exit code = recovery_key_read(context, key_name, secrets, &count);
        if (code != COMMAND_ok) {
            return code;
        }
        err = sealed_file_open(path, secrets, count, NULL, &fault);
        sodium_memzero(secrets, sizeof secrets);
    }
    if (err != OK) {
        return recovery_key_tell(context, name, err, &fault);
    }
    command_say(context,
                COMMAND_TEXT(key_name != NULL ? "hq.say.sealed_opens" : "hq.say.sealed_whole",
                             lang_value_text("file", name)));
    return COMMAND_ok;
}

enum command_exit backup_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *name = command_word(context, options, 0);
    if (name == NULL) {
        return command_usage(context);
    }
    if (strcmp(name, "list") == 0) {
        return list(context);
    }
    const char *file = command_word(context, options, 1);
    if (strcmp(name, "check") == 0 && file != NULL && command_word(context, options, 2) == NULL) {
        return check(context, file);
    }
    if (file != NULL) {
        return command_usage(context);
    }
    struct job job = {.context = context};
    enum err err = make(&job, command_path(context, name));
    if (err != OK) {
        return tell(context, name, err);
    }
    err = command_on_writer(context, record_on_writer, &job);
    enum err forget_err = backup_forget(&job.backup);
    err = err != OK ? err : forget_err;
    if (err != OK) {
        /* The copy is sound; what is not on record is not told to any tablet. */
        (void)command_fail(
            context, COMMAND_failed,
            COMMAND_TEXT("hq.fail.backup_not_recorded", lang_value_text("file", name)));
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("hq.say.backup", lang_value_text("file", name),
                                      lang_value_count("facts", (int64_t)job.backup.fact_count),
                                      lang_value_count("cases", (int64_t)job.backup.case_count),
                                      lang_value_count("attachments",
                                                       (int64_t)job.backup.attachment_count)));
    command_say(context, COMMAND_LINE(job.backup.is_sealed ? "hq.say.backup_sealed"
                                                           : "hq.say.backup_clear"));
    command_say(context, COMMAND_LINE("hq.say.backup_key"));
    if (job.backup.missing_count > 0) {
        return command_fail(
            context, COMMAND_found,
            COMMAND_TEXT("hq.fail.backup_missing",
                         lang_value_count("missing", (int64_t)job.backup.missing_count)));
    }
    return COMMAND_ok;
}
