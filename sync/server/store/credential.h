/* sync/server/store/credential.h -- until when a person's credential or yearly training holds. */
#pragma once

#include "sync/server/store/hq_store.h"

/* Its last day; 0: nobody said. ERR_corrupt. */
enum err credential_read(struct arena *arena, struct hq_store *store, uint32_t person_no,
                         int32_t *until_day_out) MUST_USE;
/* 0 takes it away. The person's tablets hear of it with their next answer. Inside a transaction of
 * the writer. */
enum err credential_write(struct arena *arena, struct hq_store *store, uint32_t person_no,
                          int32_t until_day) MUST_USE;
