/* tests/sim/hq_rot.c -- bits that flip in headquarters' files, and who notices.
 *
 * A copy of the newest backup lies elsewhere, where nothing flips: whoever notices damage goes
 * back to it, and tablets send again what headquarters lost. Flips fall on bytes that are
 * something, so that empty space does not swallow most of them. */
#include "sync/server/store/chain_check.h"
#include "tests/sim/hq_parts.h"

static struct disk *vault_of(void)
{
    const char *rest = NULL;
    struct disk *vault = disks_find("/vault/x", &rest);
    CHECK(vault != NULL);
    return vault;
}

/* How much of a log certainly counts: a flip in one of the last two commits looks like a power cut
 * in the last one, and nobody can tell (see sqlite_log.h). */
static uint64_t certain_size(const struct disk_file *log)
{
    enum { HEAD = 32, FRAME = 24 + DISK_PAGE_SIZE, CERTAIN = 3 };
    uint8_t head[HEAD];
    uint8_t frame[24];
    uint64_t ends[CERTAIN] = {0}; /* of the newest commits, the oldest of them last */
    (void)disk_read(log, head, 0, sizeof head);
    for (uint64_t at = HEAD; at + FRAME <= log->size; at += FRAME) {
        static const uint8_t nothing[4];
        (void)disk_read(log, frame, at, sizeof frame);
        if (memcmp(frame + 8, head + 16, 8) != 0) {
            break; /* of an earlier round */
        }
        if (memcmp(frame + 4, nothing, sizeof nothing) != 0) {
            memmove(ends + 1, ends, sizeof ends - sizeof *ends);
            ends[0] = at + FRAME;
        }
    }
    return ends[CERTAIN - 1];
}

void hq_rot(struct hq *hq, struct luck *luck)
{
    enum { TRIES = 32 };
    struct disk *vault = vault_of();
    struct disk_file *copy = hq->backup_name[0] != '\0' ? disk_find(vault, hq->backup_name) : NULL;
    if (hq->is_rotten || copy == NULL) {
        return; /* without a copy nobody could help */
    }
    uint64_t lot = luck_below(luck, 10);
    struct disk *disk = lot < 8 ? hq->disk : vault;
    struct disk_file *file = lot < 6   ? disk_find(hq->disk, "hq.db")
                             : lot < 8 ? disk_find(hq->disk, "hq.db-wal")
                                       : copy;
    bool is_log = lot >= 6 && lot < 8;
    uint64_t size = file == NULL ? 0 : is_log ? certain_size(file) : file->size;
    if (size == 0) {
        return;
    }
    disk_copy_file(vault, HQ_GOOD_BACKUP, copy);
    hq->good_at = hq->backup_at;
    uint64_t at = luck_below(luck, size);
    uint8_t byte = 0;
    for (int i = 0; i < TRIES && byte == 0; i++) {
        at = luck_below(luck, size);
        (void)disk_read(file, &byte, at, 1);
    }
    disk_rot_at(disk, file, at, (uint8_t)(1U << luck_below(luck, 8)));
    hq->is_rotten = true;
    hq->world->counts.rotted++;
    world_say(hq->world, "a bit flips in %s at %llu", file->path, (unsigned long long)at);
}

/* As `doorstep-hq backup` reads a copy and `verify` a file. */
static bool is_sound(struct hq *hq, const char *path)
{
    struct hq_store *store = NULL;
    struct chain_checked checked;
    enum err err = hq_store_open_copy(&store, path);
    if (err == OK) {
        err = hq_check(store);
    }
    if (err == OK) {
        err = hq_check_schema(store);
    }
    if (err == OK) {
        err = chain_check(store, &checked);
    }
    hq_store_close(store);
    world_say(hq->world, "%s is looked at: %s", path, err_name(err));
    return err == OK;
}

bool hq_backup_is_good(struct hq *hq)
{
    char path[64];
    snprintf(path, sizeof path, "/vault/%s", hq->backup_name);
    return is_sound(hq, path);
}

void hq_come_back(struct hq *hq)
{
    struct disk *vault = vault_of();
    char name[sizeof hq->backup_name];
    CHECK(hq->is_rotten);
    hq->is_rotten = false;
    hq->world->counts.noticed++;
    snprintf(name, sizeof name, "backup-%u.db", (unsigned)++hq->backup_count);
    disk_copy_file(vault, name, disk_find(vault, HQ_GOOD_BACKUP));
    snprintf(hq->backup_name, sizeof hq->backup_name, "%s", name);
    hq->backup_at = hq->good_at;
    hq_restore_from(hq, name, hq->good_at, false);
}

bool hq_notice(struct hq *hq)
{
    if (!hq->is_rotten || hq->disk->is_off || is_sound(hq, HQ_FOLDER "/hq.db")) {
        return false;
    }
    hq_come_back(hq);
    return true;
}
