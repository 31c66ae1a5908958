/* tests/bench/wire/frames.h -- batches of generated visits, sealed as a tablet seals them. */
#pragma once

#include "sync/proto/batch.h"
#include "tests/bench/wire/visits.h"

struct frames {
    struct visits visits;
    struct envelope_keys device, hq;
    struct batch_before before;
    uint8_t last_body[LIMIT_event_size];
};

void frames_start(struct frames *frames, uint64_t seed, bool is_unseen);
/* What headquarters holds before the next batch. */
struct batch_before frames_before(const struct frames *frames, struct arena *arena);
/* Seals the next `visit_count` visits as one batch. */
struct wire_bytes frames_seal(struct frames *frames, struct arena *arena, size_t visit_count,
                              size_t *raw_size_out);
/* What of it goes into the packer: the dictionary is trained on these bytes. */
struct wire_bytes frames_unpacked(const struct frames *frames, struct arena *arena,
                                  struct wire_bytes envelope);
