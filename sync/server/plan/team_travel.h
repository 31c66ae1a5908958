/* sync/server/plan/team_travel.h -- travel times for a team: by the roads of a map pack, or
 * straight lines with a detour. */
#pragma once

#include "core/roads/roads.h"
#include "core/rules/policy.h"
#include "sync/server/plan/team.h"

/* The straight line at the policy's speed, as a tablet without a map takes it; in `arena`. */
struct team_travel team_travel_straight(struct arena *arena, const struct policy *policy);
/* By road. `roads` is borrowed; memory for `worker_count` workers is `arena`'s. A place off the
 * network is reached from it by a straight line at the policy's speed. */
struct team_travel team_travel_roads(struct arena *arena, const struct roads *roads,
                                     enum roads_mode mode, const struct policy *policy,
                                     size_t worker_count);
