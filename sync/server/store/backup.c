/* Backups: made, read again, and only then believed. */
#include "sync/server/store/backup.h"

#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/store/apply.h"
#include "sync/server/store/chain_check.h"
#include "sync/server/store/revocation.h"
#include "sync/server/store/strand.h"
#include "sync/server/store/vault_file.h"

#include <string.h>

struct counts {
    int64_t facts, cases, attachments, audit_no;
};

static enum err count(struct hq_store *store, struct counts *counts_out)
{
    *counts_out = (struct counts){0};
    struct hq_query query = hq_query(store, SQL_HQ_backup_counts);
    if (hq_next(&query)) {
        counts_out->facts = hq_i64(&query, 0);
        counts_out->cases = hq_i64(&query, 1);
        counts_out->attachments = hq_i64(&query, 2);
        counts_out->audit_no = hq_i64(&query, 3);
    }
    return hq_end(&query);
}

/* The folder of a path, in `arena`. */
static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return ".";
    }
    return slash == path ? "/" : str_format(arena, "%.*s", (int)(slash - path), path);
}

/* ---- reading the copy ---- */

static void read_strand(const struct hq_query *query, struct apply_strand *strand)
{
    *strand = (struct apply_strand){
        .strand = (uint32_t)hq_i64(query, 1),
        .parent = (uint32_t)hq_i64(query, 2),
        .from_seq = (uint64_t)hq_i64(query, 3),
        .seq = (uint64_t)hq_i64(query, 4),
    };
    struct str link = hq_text(query, 5);
    memcpy(strand->link.bytes, link.bytes, link.size == sizeof strand->link.bytes ? link.size : 0);
}

static enum err check_copy(struct hq_store *copy, const struct counts *before,
                           struct backup *backup)
{
    TRY(hq_check(copy));
    TRY(hq_check_schema(copy));
    struct chain_checked checked;
    enum err err = chain_check(copy, &checked);
    if (err == ERR_corrupt) {
        log_line(LOG_error, "backup",
                 "the copy is not what was accepted, from fact %llu of device %u, or case %llu",
                 (unsigned long long)checked.seq, (unsigned)checked.device_no,
                 (unsigned long long)checked.case_no);
    }
    TRY(err);
    struct counts counts;
    TRY(count(copy, &counts));
    backup->fact_count = (uint64_t)counts.facts;
    backup->case_count = (uint64_t)counts.cases;
    backup->audit_no = counts.audit_no;
    bool is_whole = counts.facts >= before->facts && counts.cases >= before->cases &&
                    counts.audit_no >= before->audit_no;
    return is_whole ? OK : ERR_corrupt;
}

static struct vault_key read_key(const struct hq_query *query)
{
    struct vault_key key = {.size = (uint32_t)hq_i64(query, 1)};
    struct str hash = hq_text(query, 0);
    memcpy(key.hash.bytes, hash.bytes, hash.size == sizeof key.hash.bytes ? hash.size : 0);
    return key;
}

/* A copy in the folder of headquarters itself, however that is written, has no second place
 * for the bytes. */
static bool has_own_vault(const char *folder, const char *path, struct arena *arena)
{
    const char *other = folder_of(arena, path);
    return !os_is_same(folder, other) &&
           !os_is_same(vault_folder(arena, folder), vault_folder(arena, other));
}

static enum err copy_attachments(struct hq_store *copy, const char *folder, const char *other,
                                 struct backup *backup)
{
    struct hq_query query = hq_query(copy, SQL_HQ_attachment_whole);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        struct vault_key key = read_key(&query);
        err = backup->is_sealed ? vault_file_seal(folder, other, &key, &backup->to)
                                : vault_file_copy(folder, other, &key);
        backup->attachment_count += err == OK;
        if (err == ERR_not_found || err == ERR_corrupt) {
            backup->missing_count++;
            err = OK;
        }
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

static enum err make(struct arena *arena, struct hq_store *store, const char *folder,
                     struct backup *backup)
{
    const char *other = folder_of(arena, backup->path);
    struct counts before;
    TRY(count(store, &before));
    TRY(hq_backup(store, backup->copy));
    struct hq_store *copy = NULL;
    enum err err = hq_store_open_copy(&copy, backup->copy);
    if (err == OK) {
        err = check_copy(copy, &before, backup);
    }
    if (err == OK && has_own_vault(folder, backup->path, arena)) {
        err = copy_attachments(copy, folder, other, backup);
    } else if (err == OK) {
        backup->missing_count = (uint64_t)before.attachments;
    }
    hq_store_close(copy);
    if (err == OK && backup->is_sealed) {
        err = sealed_file_make(backup->copy, backup->path, &backup->to);
    }
    if (err == OK) { /* with those of every backup before it in the same folder */
        err = revocation_write(arena, store, other);
    }
    if (err != OK) {
        enum err remove_err = os_file_remove(backup->copy);
        (void)remove_err; /* the first error is the one to tell */
    }
    return err;
}

enum err backup_make(struct arena *arena, struct hq_store *store, const char *folder,
                     const char *path, int64_t now_ms, struct backup *backup_out)
{
    *backup_out = (struct backup){.path = path, .copy = path, .at_ms = now_ms};
    return make(arena, store, folder, backup_out);
}

enum err backup_make_sealed(struct arena *arena, struct hq_store *store, const char *folder,
                            const char *path, const struct sealed_public *to, int64_t now_ms,
                            struct backup *backup_out)
{
    *backup_out = (struct backup){.path = path,
                                  .copy = os_path(arena, folder, "hq-backup.tmp"),
                                  .at_ms = now_ms,
                                  .is_sealed = true,
                                  .to = *to};
    if (os_file_exists(path)) {
        return ERR_exists;
    }
    TRY(os_lock_open(&backup_out->lock, os_path(arena, folder, "hq-backup.lock")));
    enum err err = os_file_remove(backup_out->copy); /* of a backup that was cut off */
    if (err == OK) {
        err = make(arena, store, folder, backup_out);
    }
    if (err != OK) {
        os_lock_close(&backup_out->lock);
    }
    return err;
}

enum err backup_forget(struct backup *backup)
{
    if (!backup->is_sealed) {
        return OK;
    }
    enum err err = os_file_remove(backup->copy);
    os_lock_close(&backup->lock);
    return err;
}

/* ---- writing down what it holds ---- */

static enum err record_strand(struct apply *apply, uint32_t device_no,
                              const struct apply_strand *held, int64_t at_ms)
{
    struct apply_device *device = NULL;
    TRY(apply_device(apply, device_no, &device));
    if (!device->is_known || held->seq == 0) {
        return OK;
    }
    TRY(apply_device_strands(apply, device));
    struct apply_strand *strand = NULL;
    for (size_t i = 0; i < device->strand_count; i++) {
        if (device->strands[i].strand == held->strand) {
            strand = &device->strands[i];
        }
    }
    if (strand == NULL || strand->seq < held->seq || strand->safe_seq >= held->seq) {
        return OK;
    }
    struct chain_link link;
    int64_t order_at_ms = 0;
    TRY(strand_link(apply->store, device, strand, held->seq, &link, &order_at_ms));
    if (!chain_link_equal(&link, &held->link)) {
        return OK;
    }
    strand->safe_seq = held->seq;
    strand->safe_at_ms = at_ms;
    strand->safe_feed_seq = apply_feed_next(device);
    struct hq_query query = hq_query(apply->store, SQL_HQ_strand_safe);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$strand", strand->strand);
    hq_bind_i64(&query, "$safe_seq", (int64_t)strand->safe_seq);
    hq_bind_i64(&query, "$safe_at_ms", strand->safe_at_ms);
    hq_bind_i64(&query, "$safe_feed_seq", (int64_t)strand->safe_feed_seq);
    return hq_run(&query);
}

static enum err record_strands(struct apply *apply, struct hq_store *copy, int64_t at_ms)
{
    struct hq_query query = hq_query(copy, SQL_HQ_strand_everyone);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        uint32_t device_no = (uint32_t)hq_i64(&query, 0);
        struct apply_strand strand;
        read_strand(&query, &strand);
        err = device_no == 0 ? OK : record_strand(apply, device_no, &strand, at_ms);
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

static enum err record_attachments(struct apply *apply, struct hq_store *copy,
                                   const struct backup *backup)
{
    struct hq_query query = hq_query(copy, SQL_HQ_attachment_whole);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        struct vault_key key = read_key(&query);
        struct arena arena;
        arena_init(&arena, 4096);
        const char *other = folder_of(&arena, backup->path);
        const char *path = backup->is_sealed ? vault_sealed_path(&arena, other, &key, &backup->to)
                                             : vault_path(&arena, other, &key.hash, key.size);
        uint64_t size = 0;
        err = os_file_facts(path, &size, NULL);
        arena_deinit(&arena);
        if (err == OK && size == (backup->is_sealed ? sealed_file_size(key.size) : key.size)) {
            err = vault_safe(apply, &key.hash, key.size);
        } else if (err == ERR_not_found) {
            err = OK;
        }
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

static enum err log_backup(struct hq_store *store, const struct backup *backup)
{
    struct hq_query next = hq_query(store, SQL_HQ_backup_next);
    int64_t backup_no = 0;
    TRY(hq_one_i64(&next, &backup_no));
    struct hq_query add = hq_query(store, SQL_HQ_backup_add);
    hq_bind_i64(&add, "$backup_no", backup_no);
    hq_bind_i64(&add, "$at_ms", backup->at_ms);
    hq_bind_text(&add, "$path", str_from(backup->path));
    hq_bind_i64(&add, "$fact_count", (int64_t)backup->fact_count);
    hq_bind_i64(&add, "$case_count", (int64_t)backup->case_count);
    hq_bind_i64(&add, "$attachment_count", (int64_t)backup->attachment_count);
    hq_bind_i64(&add, "$audit_no", backup->audit_no);
    return hq_run(&add);
}

enum err backup_record(struct ingest *ingest, const struct backup *backup)
{
    struct apply *apply = ingest_desk(ingest);
    TRY(ingest_apply_own(ingest));
    struct hq_store *copy = NULL;
    TRY(hq_store_open_copy(&copy, backup->copy));
    enum err err = record_strands(apply, copy, backup->at_ms);
    if (err == OK && backup->attachment_count > 0) {
        err = record_attachments(apply, copy, backup);
    }
    if (err == OK) {
        err = log_backup(apply->store, backup);
    }
    hq_store_close(copy);
    return err;
}

enum err backup_came_back(struct hq_store *store, const char *path)
{
    struct backup backup = {.path = path};
    struct hq_query counts = hq_query(store, SQL_HQ_backup_counts);
    if (hq_next(&counts)) {
        backup.fact_count = (uint64_t)hq_i64(&counts, 0);
        backup.case_count = (uint64_t)hq_i64(&counts, 1);
        backup.attachment_count = (uint64_t)hq_i64(&counts, 2);
        backup.audit_no = hq_i64(&counts, 3);
    }
    TRY(hq_end(&counts));
    struct hq_query last = hq_query(store, SQL_HQ_signature_last);
    TRY(hq_one_i64(&last, &backup.at_ms));
    return log_backup(store, &backup);
}
