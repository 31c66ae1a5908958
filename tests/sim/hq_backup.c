/* tests/sim/hq_backup.c -- headquarters' backups, in a vault of their own, and coming back
 * from one. */
#include "core/os/os.h"
#include "sync/server/store/backup.h"
#include "tests/sim/hq_parts.h"

struct recording {
    struct hq *hq;
    struct backup backup;
    enum err err;
};

static void record_on_writer(void *context, struct hq_store *store)
{
    struct recording *recording = context;
    recording->err = hq_begin(store);
    if (recording->err != OK) {
        return;
    }
    struct ingest *ingest = ingest_start(&recording->hq->task, store, recording->hq->world->now_ms);
    enum err err = backup_record(ingest, &recording->backup);
    enum err finish_err = ingest_finish(ingest);
    err = err != OK ? err : finish_err;
    if (err == OK) {
        err = hq_commit(store);
    } else {
        hq_rollback(store);
    }
    recording->err = err;
}

static void vault_remove(const char *prefix, const char *kept)
{
    const char *rest = NULL;
    struct disk *vault = disks_find("/vault/x", &rest);
    for (size_t i = vault->file_count; i-- > 0;) {
        struct disk_file *file = vault->files[i];
        if (strncmp(file->path, prefix, strlen(prefix)) == 0 && strcmp(file->path, kept) != 0) {
            CHECK(disk_remove(vault, file, true) == OK);
        }
    }
}

void hq_backup_step(struct hq *hq)
{
    char name[64];
    struct recording recording = {.hq = hq};
    snprintf(name, sizeof name, "/vault/backup-%u.db", (unsigned)++hq->backup_count);
    uint64_t at = hq->world->number;
    enum err err = backup_make(&hq->task, hq->store, HQ_FOLDER, name, clock_now_ms(&hq->clock),
                               &recording.backup);
    world_say(hq->world, "hq backup: %s", err_name(err));
    if (err == ERR_corrupt && hq->is_rotten && !hq->disk->is_off) {
        arena_reset(&hq->task);
        hq_come_back(hq);
        return;
    }
    if (err == OK && hq->is_rotten) {
        oracle_backup(hq->world, name);
    }
    if (err == OK && !hq->disk->is_off) {
        const char *rest = NULL;
        (void)disks_find(name, &rest);
        vault_remove("backup-", rest);
        snprintf(hq->backup_name, sizeof hq->backup_name, "%s", rest);
        hq->backup_at = at;
        hq->world->counts.backups++;
        api_on_writer(hq->api, record_on_writer, &recording);
    }
    arena_reset(&hq->task);
}

void hq_restore_from(struct hq *hq, const char *name, uint64_t at, bool is_new_machine)
{
    const char *rest = NULL;
    struct disk *vault = disks_find("/vault/x", &rest);
    struct disk_file *copy = disk_find(vault, name);
    CHECK(copy != NULL);
    if (hq->is_up) {
        hq_down(hq, false, 60000);
    }
    hq->disk->is_off = false;
    hq->disk->was_cut = false;
    hq->disk->faults = (struct disk_faults){0};
    hq->disk->is_full = false;
    for (size_t i = hq->disk->file_count; i-- > 0;) {
        struct disk_file *file = hq->disk->files[i];
        bool is_media = strncmp(file->path, "attachments/", 12) == 0;
        if (strncmp(file->path, "hq.db", 5) == 0 || (is_media && is_new_machine)) {
            CHECK(disk_remove(hq->disk, file, true) == OK);
        }
    }
    for (size_t i = 0; i < vault->file_count && is_new_machine; i++) {
        if (strncmp(vault->files[i]->path, "attachments/", 12) == 0) {
            disk_copy_file(hq->disk, vault->files[i]->path, vault->files[i]);
        }
    }
    disk_copy_file(hq->disk, "hq.db", copy);
    hq->was_restored = true;
    hq->world->counts.hq_restores++;
    oracle_hq_restored(hq->world, at);
    world_say(hq->world, "hq is restored from %s", name);
}

void hq_restore(struct hq *hq, struct luck *luck)
{
    bool is_new_machine = luck_is(luck, 500); /* with the attachments of the backup only */
    if (hq->backup_name[0] != '\0' && (!hq->is_rotten || hq_backup_is_good(hq))) {
        hq_restore_from(hq, hq->backup_name, hq->backup_at, is_new_machine);
    }
}
