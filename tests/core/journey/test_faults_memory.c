/* Goal: SQLite without memory at any moment of a journey gives an error, never half a
 * fact; what was accepted is there, and the journey can be done again.
 *
 * Method: allocation n fails, for growing n until a run meets no failure. */
#include "tests/core/journey/disturb.h"

/* Most allocations prepare statements, the same for each journey, so the suite tries every
 * second one, and an instrumented build, which is for mistakes with memory, every ninth.
 * With DOORSTEP_FAULTS=all in the environment each one fails in turn (half a minute). */
#if defined(__SANITIZE_ADDRESS__)
enum { STRIDE = 9 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { STRIDE = 9 };
#else
enum { STRIDE = 2 };
#endif
#else
enum { STRIDE = 2 };
#endif

TEST(test_sqlite_without_memory_saves_all_or_nothing)
{
    const char *wanted = getenv("DOORSTEP_FAULTS");
    bool is_all = wanted != NULL && strcmp(wanted, "all") == 0;
    disturb_every_call(NTH_CALL_memory, false, is_all ? 1 : STRIDE);
}
