/* Everything that comes over the wire or on a stick. The first byte says what it is; for envelopes
 * the rest is what the sender wrote before he packed and sealed it. */
#include "core/event/event.h"
#include "sync/proto/alarm.h"
#include "sync/proto/answer.h"
#include "sync/proto/batch.h"
#include "sync/proto/bundle.h"
#include "sync/proto/chunk.h"
#include "sync/proto/enrol.h"
#include "sync/proto/introduce.h"
#include "sync/proto/layout.h"
#include "sync/proto/pack.h"
#include "tests/fuzz/target.h"

enum { DEVICE_NO = 7 };

struct party {
    struct arena arena;
    struct envelope_keys keys;
};

/* Head, a seal that opens to what is behind it, a signature that holds (open_crypto.c). */
static struct wire_bytes envelope_of(struct party *party, enum envelope_kind kind, bool is_packed,
                                     struct wire_bytes inner)
{
    struct wire_bytes packed = is_packed ? pack_plain(&party->arena, inner) : inner;
    uint8_t *plain = arena_alloc(&party->arena, CHAIN_SIGNATURE_SIZE + packed.size);
    memcpy(plain + CHAIN_SIGNATURE_SIZE, packed.bytes, packed.size);
    struct wire_bytes envelope = {0};
    bool has_number = kind != ENVELOPE_enrol && kind != ENVELOPE_enrol_answer;
    (void)!envelope_seal(&party->arena, kind, has_number ? DEVICE_NO : 0, &party->keys.public_key,
                         (struct wire_bytes){plain, CHAIN_SIGNATURE_SIZE + packed.size}, &envelope);
    return envelope;
}

static void read_batch(struct party *party, struct wire_bytes inner)
{
    struct batch batch;
    struct batch_facts facts;
    const struct batch_before before = {.link = {{0}}};
    struct wire_bytes envelope = envelope_of(party, ENVELOPE_batch, true, inner);
    if (batch_open(&party->arena, envelope, &party->keys, &batch) == WIRE_ok) {
        memcpy((void *)&batch.link_tag, before.link.bytes, sizeof batch.link_tag);
        if (batch_check(&party->arena, &batch, &before, &party->keys.public_key, &facts) ==
            WIRE_ok) {
            CHECK(batch.count <= LIMIT_batch_events);
        }
    }
}

static void read_answer(struct party *party, struct wire_bytes inner)
{
    struct answer answer;
    struct wire_bytes envelope = envelope_of(party, ENVELOPE_answer, true, inner);
    if (answer_open(&party->arena, envelope, &party->keys, &party->keys.public_key, DEVICE_NO, 0x99,
                    &answer) == WIRE_ok) {
        CHECK(answer.row_count <= ANSWER_ROWS_MAX && answer.tls_pin_count <= ANSWER_TLS_PINS_MAX);
    }
}

static void read_enrolments(struct party *party, struct wire_bytes inner)
{
    ds_Enrol enrol;
    ds_EnrolAnswer enrolled;
    struct introduction introduction;
    struct wire_bytes envelope = envelope_of(party, ENVELOPE_enrol, true, inner);
    (void)!enrol_open(&party->arena, envelope, &party->keys, &enrol);
    envelope = envelope_of(party, ENVELOPE_enrol_answer, true, inner);
    (void)!enrol_answer_open(&party->arena, envelope, 5, &party->keys, &party->keys.public_key,
                             &enrolled);
    envelope = envelope_of(party, ENVELOPE_introduce, true, inner);
    (void)!introduce_open(&party->arena, envelope, &party->keys, &introduction);
}

static void read_asides(struct party *party, struct wire_bytes inner)
{
    struct alarm alarm;
    struct chunk chunk;
    struct wire_bytes envelope = envelope_of(party, ENVELOPE_alarm, true, inner);
    if (alarm_open(&party->arena, envelope, &party->keys, &alarm) == WIRE_ok) {
        CHECK(alarm.body.size <= LIMIT_event_size);
    }
    envelope = envelope_of(party, ENVELOPE_chunk, false, inner);
    if (chunk_open(&party->arena, envelope, &party->keys, &chunk) == WIRE_ok) {
        CHECK(chunk_size(chunk.size, chunk.index) == chunk.bytes.size);
    }
}

static void read_bundle(struct party *party, struct wire_bytes bytes)
{
    struct bundle_item *items = NULL;
    size_t count = 0;
    uint8_t *whole = arena_alloc(&party->arena, bytes.size + CHAIN_HASH_SIZE);
    memcpy(whole, bytes.bytes, bytes.size);
    struct chain_hash hash = chain_hash(bytes.bytes, bytes.size);
    memcpy(whole + bytes.size, hash.bytes, sizeof hash.bytes);
    if (bundle_read(&party->arena, (struct wire_bytes){whole, bytes.size + sizeof hash.bytes},
                    &items, &count) == WIRE_ok) {
        for (size_t i = 0; i < count; i++) {
            CHECK(bundle_is_name(items[i].name, strlen(items[i].name)));
        }
    }
}

static void read_texts(struct party *party, struct wire_bytes bytes)
{
    struct enrol_payload payload;
    struct layout_name name;
    char text[ENROL_PAYLOAD_SIZE];
    struct str typed = {(const char *)bytes.bytes, bytes.size};
    if (enrol_payload_from_text(&payload, typed) == WIRE_ok) {
        enrol_payload_to_text(text, &payload); /* CHECKs that it is well formed */
    }
    (void)layout_read(str_text(&party->arena, typed), LAYOUT_ENVELOPE, &name);
}

/* The bytes as they arrive, before anything is opened. */
static void read_raw(struct party *party, struct wire_bytes bytes)
{
    struct envelope_head head;
    struct wire_bytes plain;
    uint32_t code = 0;
    if (envelope_read_head(bytes, &head) == WIRE_ok) {
        (void)!envelope_open(&party->arena, &head, bytes, &party->keys, &plain);
    }
    (void)!envelope_read_refusal(bytes, &code);
    (void)!pack_open(&party->arena, bytes, LIMIT_batch_size, &plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static void (*const reads[])(struct party * party, struct wire_bytes bytes) = {
        read_batch, read_answer, read_enrolments, read_asides, read_bundle, read_texts, read_raw};
    struct party party = {0};
    if (size == 0) {
        return 0;
    }
    arena_init(&party.arena, 0);
    reads[bytes[0] % COUNT(reads)](&party, (struct wire_bytes){bytes + 1, size - 1});
    CHECK(party.arena.used_size < 64U * 1024 * 1024);
    arena_deinit(&party.arena);
    return 0;
}
