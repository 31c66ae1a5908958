/* sync/server/store/credential.h -- until when a person's credential or yearly training holds, and
 * what was said of it before: a visit is judged by the day that held when it was made. */
#pragma once

#include "sync/server/store/hq_store.h"

/* Its last day; 0: nobody said. ERR_corrupt. */
enum err credential_read(struct arena *arena, struct hq_store *store, uint32_t person_no,
                         int32_t *until_day_out) MUST_USE;
/* What held at `at_ms`: the day that was said last by then; before anything was said, what was said
 * first. 0: nobody said, or it was taken away. ERR_corrupt. */
enum err credential_read_at(struct arena *arena, struct hq_store *store, uint32_t person_no,
                            int64_t at_ms, int32_t *until_day_out) MUST_USE;
/* Said at `now_ms`. 0 takes it away. The person's tablets hear of it with their next answer. Inside
 * a transaction of the writer. */
enum err credential_write(struct arena *arena, struct hq_store *store, uint32_t person_no,
                          int32_t until_day, int64_t now_ms) MUST_USE;
