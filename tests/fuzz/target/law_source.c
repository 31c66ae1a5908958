/* A pack of rules as a lawyer writes it. */
#include "sync/server/policy/law_source.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct law_layer layer;
    struct law_fault fault;
    arena_init(&arena, 0);
    if (law_source_layer(&arena, "fuzz.pol", (struct str){(const char *)bytes, size}, &layer,
                         &fault) == OK) {
        for (size_t i = 0; i < layer.rule_count; i++) {
            struct law_rule *rule = ARENA_NEW(&arena, struct law_rule);
            char name[LAW_NAME_SIZE];
            if (law_source_name(&layer, &layer.rules[i], name, &fault) == OK) {
                (void)!law_source_rule(&arena, &layer, &layer.rules[i], rule, &fault);
            }
        }
    }
    arena_deinit(&arena);
    return 0;
}
