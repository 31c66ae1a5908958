/* Goal: SQLite without memory at any moment of a journey gives an error, never half a
 * fact; what was accepted is there, and the journey can be done again.
 *
 * Method: allocation n fails, for growing n until a run meets no failure. Most of them
 * prepare statements, the same for each journey, so the suite tries every fifth one. */
#include "tests/core/journey/disturb.h"

TEST(test_sqlite_without_memory_saves_all_or_nothing)
{
    disturb_every_call(NTH_CALL_memory, false, nth_call_stride(5));
}
