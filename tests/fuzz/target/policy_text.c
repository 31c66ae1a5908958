/* Numbers of the policy. */
#include "core/rules/policy.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct policy policy;
    struct policy_fault fault;
    struct str rest = {(const char *)bytes, size};
    struct str client;
    uint8_t image[512];
    size_t image_size;
    (void)!policy_from_text(rest, &policy, &fault);
    while (policy_layer_next(&rest, &client, image, sizeof image, &image_size) == OK) {
        CHECK(image_size <= sizeof image && client.size <= size);
    }
    return 0;
}
