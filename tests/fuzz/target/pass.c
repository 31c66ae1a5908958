/* A supervisor's pass, as somebody typed or scanned it. */
#include "core/event/pass.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pass_reader reader = {
        .case_no = 7, .person_no = 2, .device_no = 3, .rule = "T01", .now_ms = 1763863200000};
    struct pass_read read;
    for (size_t i = 0; i < CHAIN_PUBLIC_KEY_SIZE; i++) {
        reader.hq.bytes[i] = (uint8_t)i;
        reader.device.bytes[i] = (uint8_t)(i + 1);
    }
    (void)!pass_read((struct str){(const char *)bytes, size}, &reader, &read);
    return 0;
}
