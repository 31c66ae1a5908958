/* Numbers of the policy. */
#include "core/rules/policy.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct policy policy;
    struct policy_fault fault;
    (void)!policy_from_text((struct str){(const char *)bytes, size}, &policy, &fault);
    return 0;
}
