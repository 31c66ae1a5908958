/* sync/server/store/backup.h -- a copy of headquarters that may be called one.
 *
 * The copy is a database that stands alone, with the attachments in the folder
 * "attachments" beside it (named by content, so copies in one folder share them).
 * It is opened again and checked before anybody hears that facts are safe.
 *
 * Where a recovery key is set (recovery_key.h), database and attachments lie there sealed
 * (sealed_file.h): the copy is made and checked in headquarters' own folder, and what is sealed is
 * read back to its end. */
#pragma once

#include "core/os/os.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/sealed_file.h"

struct backup {
    const char *path; /* of the backup; borrowed from the caller of backup_make() */
    const char *copy; /* the database that was checked; `path` when nothing is sealed */
    bool is_sealed;
    struct sealed_public to; /* for whom it is sealed */
    struct os_lock lock;     /* one sealed backup at a time */
    int64_t at_ms;           /* the copy holds at least what was committed then */
    uint64_t fact_count;
    uint64_t case_count;
    uint64_t attachment_count; /* whole ones, all beside the copy */
    uint64_t missing_count;    /* attachments whose bytes are not on the disk: not in the copy */
    int64_t audit_no;          /* last line of the audit log in the copy; 0 none */
};

/* Copies DIR/hq.db of `store` (a reader or the writer, outside a transaction) to
 * `path`, and the attachments; then reads the copy: integrity, every fact and
 * every case record (chain_check.h), no fewer facts, cases and audit lines than
 * were there before it began. ERR_exists (nothing is overwritten), ERR_corrupt (the
 * copy is not sound; it is removed), ERR_io, ERR_no_space. */
enum err backup_make(struct arena *arena, struct hq_store *store, const char *folder,
                     const char *path, int64_t now_ms, struct backup *backup_out) MUST_USE;

/* The same, sealed to `to`. The checked copy stays in `folder` until backup_forget(), which is to
 * be called when it was recorded, or not. Errors as above; ERR_corrupt also when what was sealed
 * reads otherwise, ERR_busy: another one is being made. */
enum err backup_make_sealed(struct arena *arena, struct hq_store *store, const char *folder,
                            const char *path, const struct sealed_public *to, int64_t now_ms,
                            struct backup *backup_out) MUST_USE;
/* Removes the checked copy of a sealed backup. */
enum err backup_forget(struct backup *backup) MUST_USE;

/* Writes down what the checked copy of `backup` holds: from now on tablets are
 * told that these facts and attachments are safe. The writer, in a transaction.
 * A strand whose chain is not that of the copy is left out. ERR_not_found when the
 * copy is gone. */
enum err backup_record(struct ingest *ingest, const struct backup *backup) MUST_USE;

/* Writes down the backup at `path` that this database just came from: a copy does not name itself,
 * and what is revoked from now on must be told beside it, too. As of its last batch: no earlier is
 * known. In a transaction, before anything is added. */
enum err backup_came_back(struct hq_store *store, const char *path) MUST_USE;
