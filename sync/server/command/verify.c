/* doorstep-hq verify: does everything that money rests on hold? The file, the journal and
 * its signatures, the audit log, the case records as they came in, the rows made of them
 * and the attachments on the disk.
 *
 * Works on a copy, so a working server goes on working. */
#include "sync/server/command/verify.h"

#include "sync/server/command/audit.h"

#include "core/base/buf.h"
#include "core/event/chain.h"
#include "core/os/os.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/verify_file.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/seal.h"
#include "sync/server/store/vault.h"

#include <string.h>
#include <unistd.h>

void verify_bad(struct verify *verify, const char *key, int64_t device_no, int64_t seq)
{
    verify->bad_count++;
    (void)command_fail(
        verify->context, COMMAND_found,
        COMMAND_TEXT(key, lang_value_count("device", device_no), lang_value_count("seq", seq)));
}

bool verify_is_link(struct str bytes, const struct chain_link *link)
{
    return bytes.size == sizeof link->bytes && memcmp(bytes.bytes, link->bytes, bytes.size) == 0;
}

static enum err check_audit(struct verify *verify)
{
    struct audit_check check;
    TRY(audit_check(verify->store, &check));
    verify->audit_count = check.line_count;
    if (check.broken_no != 0) {
        verify_bad(verify, "hq.verify.audit", 0, check.broken_no);
    }
    return OK;
}

static enum err check_rows(struct verify *verify)
{
    struct ingest_rebuilt rebuilt = {0};
    TRY(hq_begin(verify->store));
    enum err err = ingest_rebuild(verify->store, clock_now_ms(verify->context->clock), &rebuilt);
    hq_rollback(verify->store);
    TRY(err);
    verify->case_count = (int64_t)rebuilt.case_count;
    if (rebuilt.changed_count > 0) {
        verify_bad(verify, "hq.verify.rows", 0, (int64_t)rebuilt.changed_count);
    }
    if (rebuilt.read_again_count > 0) {
        verify_bad(verify, "hq.verify.readings", 0, (int64_t)rebuilt.read_again_count);
    }
    return OK;
}

/* ---- case records: what is owed comes from here ---- */

enum { NAMED_MAX = 50 };

struct seals {
    struct verify *verify;
    size_t count;
    uint64_t case_nos[NAMED_MAX]; /* named after the query that finds them has ended */
    uint64_t log_nos[NAMED_MAX];
};

static void seal_bad(void *context, uint64_t case_no, uint64_t log_no)
{
    struct seals *seals = context;
    if (seals->count < NAMED_MAX) {
        seals->case_nos[seals->count] = case_no;
        seals->log_nos[seals->count++] = log_no;
    }
}

static enum err name_record(struct verify *verify, uint64_t case_no)
{
    struct command_context *context = verify->context;
    const char *case_ref = "?";
    const char *client = "?";
    struct hq_query query = hq_query(verify->store, SQL_HQ_kase_head);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    if (hq_next(&query)) {
        case_ref = str_text(context->arena, hq_text(&query, 0));
        client = str_text(context->arena, hq_text(&query, 1));
    }
    TRY(hq_end(&query));
    (void)command_fail(context, COMMAND_found,
                       COMMAND_TEXT("hq.verify.record", lang_value_text("case", case_ref),
                                    lang_value_text("client", client)));
    return OK;
}

static enum err check_records(struct verify *verify)
{
    struct seals seals = {.verify = verify};
    struct seal_found found = {0};
    TRY(seal_check(verify->store, seal_bad, &seals, &found));
    for (size_t i = 0; i < seals.count; i++) {
        if (seals.case_nos[i] != 0) {
            TRY(name_record(verify, seals.case_nos[i]));
        } else {
            (void)command_fail(verify->context, COMMAND_found,
                               COMMAND_TEXT("hq.verify.record_log",
                                            lang_value_count("seq", (int64_t)seals.log_nos[i])));
        }
    }
    verify->record_count = (int64_t)found.record_count;
    verify->bad_count += (int64_t)found.bad_count;
    if (found.bad_count > seals.count) {
        (void)command_fail(
            verify->context, COMMAND_found,
            COMMAND_TEXT("hq.verify.records_more",
                         lang_value_count("count", (int64_t)(found.bad_count - seals.count))));
    }
    return OK;
}

/* ---- attachments: evidence, read from the disk and hashed ---- */

static void tell_attachment(struct verify *verify, const struct chain_hash *hash, enum err err)
{
    char hex[sizeof hash->bytes * 2 + 1];
    buf_to_hex(hex, hash->bytes, sizeof hash->bytes);
    verify->bad_count++;
    (void)command_fail(verify->context, COMMAND_found,
                       COMMAND_TEXT(err == ERR_not_found ? "hq.verify.attachment_gone"
                                                         : "hq.verify.attachment_rotten",
                                    lang_value_text("hash", hex)));
}

static enum err check_attachments(struct verify *verify)
{
    struct command_context *context = verify->context;
    enum err err = OK;
    struct hq_query query = hq_query(verify->store, SQL_HQ_attachment_whole);
    while (err == OK && hq_next(&query)) {
        struct arena_mark mark = arena_mark(context->arena);
        struct chain_hash hash = {{0}};
        struct str bytes = hq_text(&query, 0);
        memcpy(hash.bytes, bytes.bytes, bytes.size == sizeof hash.bytes ? bytes.size : 0);
        err = vault_file_read(context->arena, context->data_folder, &hash,
                              (uint32_t)hq_i64(&query, 1), &bytes);
        verify->attachment_count++;
        if (err == ERR_not_found || err == ERR_corrupt) {
            tell_attachment(verify, &hash, err);
            err = OK;
        }
        arena_rollback(context->arena, mark);
    }
    TRY(hq_end(&query));
    return err;
}

/* ---- all ---- */

static enum err check_all(struct verify *verify)
{
    TRY(verify_journal(verify));
    TRY(check_audit(verify));
    TRY(check_records(verify));
    TRY(check_attachments(verify));
    return check_rows(verify);
}

static enum err check_copy(struct verify *verify, const char *folder)
{
    struct command_context *context = verify->context;
    const char *path = os_path(context->arena, folder, "hq.db");
    enum err err = hq_backup(context->store, path);
    bool is_copied = err != ERR_corrupt; /* a page that is not what was written is not copied */
    TRY(is_copied ? err : OK);
    err = verify_file(context,
                      is_copied ? path : os_path(context->arena, context->data_folder, "hq.db"));
    if (err == OK && !is_copied) { /* it is a page that nothing uses */
        err = ERR_corrupt;
        (void)command_fail(context, COMMAND_found, COMMAND_LINE("hq.verify.file"));
    }
    if (err == ERR_corrupt) {
        verify->bad_count++;
        return OK; /* told; what is read from a damaged file proves nothing */
    }
    TRY(err);
    TRY(hq_store_open(&verify->store, folder, HQ_ACCESS_write, false));
    err = check_all(verify);
    hq_store_close(verify->store);
    return err;
}

/* The copy is a whole database: it must not stay behind, whatever happened. */
static enum err remove_copy(struct command_context *context, const char *folder)
{
    static const char *const names[] = {"hq.db", "hq.db-wal", "hq.db-shm"};
    for (size_t i = 0; i < COUNT(names); i++) {
        TRY(os_file_remove(os_path(context->arena, folder, names[i])));
    }
    return rmdir(folder) == 0 ? OK : ERR_io;
}

enum command_exit verify_command(struct command_context *context)
{
    if (!command_options_are_known(context, NULL, NULL)) {
        return COMMAND_usage;
    }
    const char *folder = str_format(context->arena, "%s/verify-%016llx.tmp", context->data_folder,
                                    (unsigned long long)rng_u64(context->rng));
    struct verify verify = {.context = context};
    enum err err = os_folder_make(folder);
    if (err == OK) {
        err = check_copy(&verify, folder);
        enum err remove_err = remove_copy(context, folder);
        err = err != OK ? err : remove_err;
    }
    if (err != OK) {
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT("hq.say.verified", lang_value_count("facts", verify.fact_count),
                             lang_value_count("signatures", verify.signature_count),
                             lang_value_count("cases", verify.case_count),
                             lang_value_count("records", verify.record_count),
                             lang_value_count("attachments", verify.attachment_count),
                             lang_value_count("lines", verify.audit_count),
                             lang_value_count("bad", verify.bad_count)));
    if (verify.erasure_count > 0) {
        command_say(context, COMMAND_TEXT("hq.say.verified_erased",
                                          lang_value_count("erasures", verify.erasure_count),
                                          lang_value_count("facts", verify.erased_count),
                                          lang_value_count("files", verify.erased_file_count)));
    }
    return verify.bad_count == 0 ? COMMAND_ok : COMMAND_found;
}
