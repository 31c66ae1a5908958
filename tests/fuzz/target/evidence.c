/* An evidence pack: the list is the input, every file it names is a short one. */
#include "sync/evidence/evidence.h"
#include "tests/fuzz/target.h"

struct pack {
    struct str index;
};

static enum err give_file(void *context, struct arena *arena, const char *name, size_t size_max,
                          struct str *bytes_out)
{
    const struct pack *pack = context;
    CHECK(evidence_is_file_name(str_from(name)));
    struct str bytes = strcmp(name, EVIDENCE_INDEX) == 0 ? pack->index : STR("some bytes");
    if (bytes.size > size_max) {
        return ERR_too_long;
    }
    *bytes_out = (struct str){arena_copy(arena, bytes.bytes, bytes.size), bytes.size};
    return OK;
}

static void take_fact(void *context, uint32_t device_no, uint64_t seq, const ds_Event *event)
{
    (void)context;
    (void)device_no;
    CHECK(seq > 0 && event != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    struct pack pack = {{(const char *)bytes, size}};
    struct evidence_result result;
    const struct evidence_source source = {
        .file = give_file, .fact = take_fact, .context = &pack, .fingerprint = "0000"};
    arena_init(&arena, 0);
    CHECK(evidence_check(&arena, &source, &result) == OK);
    CHECK(evidence_fault_key(result.first_break.fault) != NULL);
    CHECK(strlen(result.first_break.expected) < EVIDENCE_WORD_SIZE);
    arena_deinit(&arena);
    return 0;
}
