/* tests/sim/hq_parts.h -- headquarters among its own files: hq.c, hq_fill.c, hq_work.c,
 * hq_backup.c, hq_rot.c. */
#pragma once

#include "sync/server/store/revocation.h"
#include "tests/sim/world.h"

#define HQ_FOLDER "/hq"

/* ---- hq_fill.c ---- */

/* People, cases and the policy, in one transaction. */
enum err hq_fill(struct hq *hq);
/* Case `number`, as its client gives it. */
void hq_fill_record(struct hq *hq, uint32_t number, ds_CaseRecord *record);
/* The next case, with its first holder. */
enum err hq_add_case(struct hq *hq, struct ingest *ingest, uint32_t owner_no);
/* The policy of all runs, under another hash for each variant. */
enum err hq_put_policy(struct hq *hq, uint64_t variant);

/* ---- hq_work.c ---- */

/* One act of somebody there, in a transaction of the writer. */
void hq_work(struct hq *hq, const struct step *step);

/* ---- hq_backup.c ---- */

/* A new backup; it takes the place of the one before it. */
void hq_backup_step(struct hq *hq);
/* From the newest backup, if there is one; headquarters starts again later. */
void hq_restore(struct hq *hq, struct luck *luck);
/* From `name` in the vault, which was made at event `at`. */
void hq_restore_from(struct hq *hq, const char *name, uint64_t at, bool is_new_machine);

/* ---- hq_rot.c ---- */

/* The backup of before, where no bit flips: in the vault. */
#define HQ_GOOD_BACKUP "elsewhere.db"

void hq_rot(struct hq *hq, struct luck *luck);
/* Somebody noticed: back to the backup of before. */
void hq_come_back(struct hq *hq);
/* Does the newest backup read as it was made? */
bool hq_backup_is_good(struct hq *hq);
