/* What the keepers of keys say to each other, past its seal, and what a tablet could not read. The
 * first byte says which. */
#include "sync/proto/keys.h"
#include "sync/proto/kept.h"
#include "sync/proto/pack.h"
#include "tests/fuzz/target.h"

enum { DEVICE_NO = 7, TAG = 0x99 };

static struct wire_bytes envelope_of(struct arena *arena, enum envelope_kind kind,
                                     const struct envelope_keys *keys, struct wire_bytes inner)
{
    struct wire_bytes packed = pack_plain(arena, inner);
    uint8_t *plain = arena_alloc(arena, CHAIN_SIGNATURE_SIZE + packed.size);
    struct wire_bytes envelope = {0};
    memcpy(plain + CHAIN_SIGNATURE_SIZE, packed.bytes, packed.size);
    (void)!envelope_seal(arena, kind, DEVICE_NO, &keys->public_key,
                         (struct wire_bytes){plain, CHAIN_SIGNATURE_SIZE + packed.size}, &envelope);
    return envelope;
}

static void read_up(struct arena *arena, const struct envelope_keys *keys, struct wire_bytes inner)
{
    ds_KeysUp up;
    uint32_t device_no = 0;
    struct wire_bytes proof;
    if (keys_open(arena, envelope_of(arena, ENVELOPE_keys, keys, inner), keys, &device_no, &up,
                  &proof) == WIRE_ok) {
        CHECK(device_no == DEVICE_NO && proof.size > CHAIN_SIGNATURE_SIZE);
        CHECK(strlen(up.reset_code) < sizeof up.reset_code);
        (void)!keys_arm_verify(&up.arm, device_no, up.vault_id, up.public_key, &keys->public_key);
    }
}

static void read_down(struct arena *arena, const struct envelope_keys *keys,
                      struct wire_bytes inner)
{
    ds_KeysDown down;
    if (keys_answer_open(arena, envelope_of(arena, ENVELOPE_keys_answer, keys, inner), TAG, keys,
                         &keys->public_key, &down) == WIRE_ok) {
        CHECK(down.half.size == 0 || down.half.size == sizeof down.half.bytes);
        CHECK(down.armed.size == 0 || down.armed.size == sizeof down.armed.bytes);
        CHECK(down.recovery.size == 0 || down.recovery.size == sizeof down.recovery.bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena = {0};
    const struct envelope_keys keys = {0};
    struct wire_bytes plain;
    if (size == 0) {
        return 0;
    }
    arena_init(&arena, 0);
    struct wire_bytes inner = {bytes + 1, size - 1};
    switch (bytes[0] % 3) {
    case 0:
        read_up(&arena, &keys, inner);
        break;
    case 1:
        read_down(&arena, &keys, inner);
        break;
    default:
        (void)!kept_open(&arena, inner, &keys, &plain);
        break;
    }
    arena_deinit(&arena);
    return 0;
}
