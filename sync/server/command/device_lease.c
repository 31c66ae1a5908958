/* The lease of a tablet, as headquarters reckons it. */
#include "sync/server/command/device_lease.h"

#include "sync/server/report/policy_book.h"

enum err device_lease_days(struct command_context *context, int64_t *days_out)
{
    struct policy_book *book = NULL;
    TRY(policy_book_now(context->arena, context->store, &book));
    *days_out = book->policy.device_lease;
    return OK;
}

int64_t device_lease_until_ms(int64_t days, int64_t seen_at_ms)
{
    return days == 0 || seen_at_ms == 0 ? 0 : seen_at_ms + days * INT64_C(86400000);
}

bool device_lease_is_over(struct command_context *context, int64_t days, int64_t seen_at_ms)
{
    int64_t until_ms = device_lease_until_ms(days, seen_at_ms);
    return until_ms != 0 && clock_now_ms(context->clock) > until_ms;
}
