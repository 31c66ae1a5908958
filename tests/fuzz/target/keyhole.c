/* What a shut tablet finds in its folder: its list of alarms, with the sum at the end made right,
 * and an answer of headquarters past its seal. The first byte says which. */
#include "sync/spool/keyhole.h"
#include "sync/proto/pack.h"
#include "tests/fuzz/folder.h"

#include <sodium.h>

struct stage {
    struct arena arena;
    struct vault *vault;
    struct keyhole keyhole;
};

static void fill(void *context, void *bytes, size_t size)
{
    uint8_t *next = context;
    memset(bytes, (*next)++, size);
}

/* An answer whose seal opens and whose signature holds (open_crypto.c). */
static void put_answer(struct stage *stage, struct wire_bytes inner)
{
    struct arena *arena = &stage->arena;
    const struct keyhole *keyhole = &stage->keyhole;
    struct wire_bytes packed = pack_plain(arena, inner);
    struct wire_bytes envelope = {0};
    uint8_t *plain = arena_alloc(arena, CHAIN_SIGNATURE_SIZE + packed.size);
    memcpy(plain + CHAIN_SIGNATURE_SIZE, packed.bytes, packed.size);
    (void)!envelope_seal(arena, ENVELOPE_keys_answer, 7, &keyhole->reader.public_key,
                         (struct wire_bytes){plain, CHAIN_SIGNATURE_SIZE + packed.size}, &envelope);
    const char *name = str_format(arena, "spool/" LAYOUT_IN "/%s" LAYOUT_ANSWER, keyhole->stem);
    (void)fuzz_folder_put(arena, name, envelope.bytes, envelope.size);
}

static void ask_and_hear(struct stage *stage, struct wire_bytes inner)
{
    const struct keyhole_ask ask = {0};
    const struct vault_owner owner = {.device_no = 7, .person_no = 2, .lang = "en"};
    struct keyhole_heard heard;
    bool is_asked = false;
    CHECK(vault_set_owner(stage->vault, &owner) == OK);
    CHECK(keyhole_alarm(&stage->keyhole, true) == OK);
    CHECK(keyhole_ask(&stage->keyhole, &stage->arena, &ask, &is_asked) == OK && is_asked);
    put_answer(stage, inner);
    if (keyhole_take(&stage->keyhole, &stage->arena, &heard) == OK) {
        CHECK(!heard.is_opened || vault_key(stage->vault) != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { ALARMS_SIZE_MAX = 1024 };
    if (size == 0) {
        return 0;
    }
    struct stage stage = {0};
    uint8_t next = 1;
    const struct rng rng = {fill, &next};
    arena_init(&stage.arena, 0);
    (void)remove(os_path(&stage.arena, fuzz_folder(), "vault.key"));
    (void)remove(os_path(&stage.arena, fuzz_folder(), "vault.state"));
    size_t sum_at = bytes[0] % 2 == 0 && size < ALARMS_SIZE_MAX ? size - 1 : 0;
    uint8_t alarms[ALARMS_SIZE_MAX + 32];
    memcpy(alarms, bytes + 1, sum_at);
    crypto_generichash(alarms + sum_at, 32, alarms, sum_at, NULL, 0);
    (void)fuzz_folder_put(&stage.arena, "vault.alarms", alarms, sum_at + 32);
    const struct vault_options options = {.folder = fuzz_folder(),
                                          .clock = os_clock(),
                                          .rng = &rng,
                                          .stretch_ops = 1,
                                          .stretch_kib = 8};
    CHECK(vault_open(&stage.arena, &options, &stage.vault) == OK);
    CHECK(keyhole_open(&stage.keyhole, &stage.arena, stage.vault, fuzz_folder(), os_clock(),
                       &rng) == OK);
    CHECK(stage.keyhole.alarm_count <= KEYHOLE_ALARMS_MAX);
    if (bytes[0] % 2 == 0) {
        (void)keyhole_has_news(&stage.keyhole, true);
        (void)!keyhole_alarm(&stage.keyhole, false);
        (void)!keyhole_recorded(&stage.keyhole);
    } else {
        ask_and_hear(&stage, (struct wire_bytes){bytes + 1, size - 1});
    }
    keyhole_close(&stage.keyhole);
    vault_close(&stage.vault);
    arena_deinit(&stage.arena);
    return 0;
}
