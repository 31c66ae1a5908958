/* Goal: headquarters takes nothing that a tablet did not say: forged, replayed, reordered, cut,
 * re-signed and time-shifted envelopes leave no trace in its journal, its alarms and its
 * attachments.
 *
 * Method: two enrolled tablets, recorded envelopes of every kind, and a stranger who knows all that
 * travels, headquarters' public key, and the secret key of the second tablet, whose owner is
 * dishonest. From a seed, each round changes one recorded envelope, sealed anew where that gets
 * further. Curves are real. After every round the counts of what is held are what they were; at the
 * end the honest tablet's facts arrive in order and are taken, so nothing was refused for lack of a
 * headquarters that works. Changed bytes may by chance be another spelling of the very message (a
 * fact written verbatim): then what is held is what the tablet said, word for word, and
 * headquarters is made anew. DOORSTEP_FORGED=1000000 does so many rounds, from
 * DOORSTEP_FORGED_FROM on. */
#include "sync/proto/pack.h"
#include "sync/server/api/api_private.h"
#include "tests/fuzz/change.h"
#include "tests/sync/server/api/talk.h"

#include <sodium.h>

#if defined(__SANITIZE_ADDRESS__)
enum { ROUNDS = 600 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { ROUNDS = 600 };
#else
enum { ROUNDS = 3000 };
#endif
#else
enum { ROUNDS = 3000 };
#endif

enum {
    FACTS = 8,
    ALARMED_SEQ = 3,
    RECORDED_MAX = 16,
    CAPACITY = LIMIT_envelope_size + 4096,
    LOOK_EVERY = 500
};

enum way {
    WAY_bytes,     /* bits, runs and lengths of the envelope */
    WAY_cut,       /* its end is gone */
    WAY_head,      /* another number, kind or key in the clear head */
    WAY_inside,    /* opened by nobody but us: bytes inside changed, the signature kept */
    WAY_resigned,  /* bytes inside changed, signed by the dishonest tablet */
    WAY_stranger,  /* … by a key of nobody */
    WAY_time,      /* a fact made earlier or later, its signature kept */
    WAY_reordered, /* the last facts before the first */
    WAY_spliced,   /* the signature of one envelope, the contents of another */
    WAY_replayed,  /* as it was, again */
    WAY_COUNT,
};

static const char *const way_names[WAY_COUNT] = {"bytes",     "cut",      "head", "inside",
                                                 "re-signed", "stranger", "time", "reordered",
                                                 "spliced",   "replayed"};

struct recorded {
    struct wire_bytes envelope;
    struct wire_bytes plain; /* what is in the box, as only headquarters can read it */
    struct envelope_head head;
};

struct forgery {
    struct world world;
    struct tablet *honest, *dishonest;
    struct envelope_keys stranger;
    struct recorded recorded[RECORDED_MAX];
    size_t recorded_count;
    struct test_rng state;
    struct rng rng;
    struct arena task;
    uint64_t counts[WAY_COUNT];
    uint64_t refused_count, sent_back_count, respelt_count;
};

static const char photo[] = "not a picture, but as good as one";

static void record(struct forgery *forgery, struct wire_bytes envelope)
{
    CHECK(forgery->recorded_count < RECORDED_MAX);
    struct recorded *recorded = &forgery->recorded[forgery->recorded_count++];
    recorded->envelope = envelope;
    EXPECT_INT(WIRE_ok, envelope_read_head(envelope, &recorded->head));
    EXPECT_INT(WIRE_ok, envelope_open(&forgery->world.arena, &recorded->head, envelope,
                                      &forgery->world.keys, &recorded->plain));
}

static void add_facts(struct forgery *forgery)
{
    struct tablet *tablet = forgery->honest;
    for (int i = 0; i < FACTS; i++) {
        world_add_visit(tablet, field_record(0).case_no);
    }
    ds_Event event = field_visit(1, 1, FIELD_AT_MS, 0);
    event.which_kind = ds_Event_evidence_attached_tag;
    memset(&event.kind, 0, sizeof event.kind);
    struct chain_hash hash = chain_hash(photo, sizeof photo);
    memcpy(event.kind.evidence_attached.hash, hash.bytes, sizeof hash.bytes);
    event.kind.evidence_attached.size = sizeof photo;
    event.kind.evidence_attached.evidence = 1;
    event.kind.evidence_attached.media = 1;
    field_chain_add(&tablet->chain, &event);
}

/* Two facts are stored; the rest is on the way and was listened to. */
static void open_forgery(struct forgery *forgery)
{
    forgery->recorded_count = 0;
    world_open(&forgery->world);
    forgery->honest = world_join(&forgery->world, "ONE");
    forgery->dishonest = world_join(&forgery->world, "TWO");
    talk(&forgery->world, forgery->honest);
    talk(&forgery->world, forgery->dishonest);
    chain_keypair(&forgery->world.rng, &forgery->stranger.public_key,
                  &forgery->stranger.secret_key);
    add_facts(forgery);
    struct wire_bytes stored = tablet_batch(forgery->honest, 1, 2);
    record(forgery, stored);
    EXPECT_INT(WIRE_ok, talk_once(&forgery->world, forgery->honest, stored));
    EXPECT_INT(2, forgery->honest->stored_seq);
    record(forgery, tablet_batch(forgery->honest, 4, 2)); /* not in its turn */
    record(forgery, tablet_batch(forgery->honest, 5, 1));
    record(forgery, tablet_batch(forgery->honest, 6, 4));
    record(forgery, tablet_chunk(forgery->honest, (struct str){photo, sizeof photo}, 0));
    struct wire_bytes ticket = tablet_batch(forgery->dishonest, 1, 0);
    record(forgery, ticket);
    EXPECT_INT(WIRE_ok, talk_once(&forgery->world, forgery->dishonest, ticket));
    /* Whole and in its turn, as the honest tablet will send it: only ever used changed. */
    record(forgery, tablet_batch(forgery->honest, 3, 2));
    record(forgery, tablet_alarm(forgery->honest, ALARMED_SEQ));
}

enum { USABLE_UNCHANGED = 6 }; /* the first so many may go as they are: no new effect is due */

/* ---- changing ---- */

static struct wire_bytes seal(struct forgery *forgery, const struct recorded *like,
                              struct wire_bytes plain)
{
    struct wire_bytes envelope = {0};
    enum wire wire = envelope_seal(&forgery->task, like->head.kind, like->head.device_no,
                                   &forgery->world.keys.public_key, plain, &envelope);
    return wire == WIRE_ok ? envelope : like->envelope;
}

static struct wire_bytes changed(struct forgery *forgery, struct wire_bytes bytes, size_t from)
{
    uint8_t *copy = arena_alloc(&forgery->task, CAPACITY);
    memcpy(copy, bytes.bytes, bytes.size);
    const struct recorded *other =
        &forgery->recorded[rng_below(&forgery->rng, forgery->recorded_count)];
    size_t size = change_bytes(&forgery->rng, copy + from, bytes.size - from, CAPACITY - from,
                               other->plain.bytes, other->plain.size);
    return (struct wire_bytes){copy, from + size};
}

/* The contents behind the signature, unpacked, with the signature before them kept. */
static struct wire_bytes changed_inside(struct forgery *forgery, const struct recorded *recorded)
{
    struct wire_bytes packed = {recorded->plain.bytes + CHAIN_SIGNATURE_SIZE,
                                recorded->plain.size - CHAIN_SIGNATURE_SIZE};
    struct wire_bytes inner;
    if (recorded->head.kind == ENVELOPE_chunk ||
        pack_open(&forgery->task, packed, CAPACITY / 2, &inner) != WIRE_ok) {
        return changed(forgery, recorded->plain, CHAIN_SIGNATURE_SIZE);
    }
    struct wire_bytes again = pack_plain(&forgery->task, changed(forgery, inner, 0));
    uint8_t *whole = arena_alloc(&forgery->task, CHAIN_SIGNATURE_SIZE + again.size);
    memcpy(whole, recorded->plain.bytes, CHAIN_SIGNATURE_SIZE);
    memcpy(whole + CHAIN_SIGNATURE_SIZE, again.bytes, again.size);
    return (struct wire_bytes){whole, CHAIN_SIGNATURE_SIZE + again.size};
}

/* Facts of the honest tablet, changed, signed by `keys` under its number. */
static struct wire_bytes resigned(struct forgery *forgery, const struct envelope_keys *keys,
                                  int64_t shift_ms, bool keeps_facts)
{
    struct tablet *honest = forgery->honest;
    uint64_t first = 1 + rng_below(&forgery->rng, FACTS);
    size_t count = 1 + (size_t)rng_below(&forgery->rng, FACTS - first + 1);
    struct wire_bytes *bodies = ARENA_ARRAY(&forgery->task, count, struct wire_bytes);
    for (size_t i = 0; i < count; i++) {
        const struct str *body = &honest->chain.bodies[first - 1 + i];
        ds_Event *event = ARENA_NEW(&forgery->task, ds_Event);
        uint8_t *bytes = arena_alloc(&forgery->task, LIMIT_event_size);
        size_t size = 0;
        EXPECT_OK(event_decode(event, (const uint8_t *)body->bytes, body->size));
        event->at_ms += (uint64_t)shift_ms;
        EXPECT_OK(event_encode(event, bytes, LIMIT_event_size, &size));
        bodies[i] = (struct wire_bytes){bytes, size};
        if (keeps_facts) {
            bodies[i] = (struct wire_bytes){(const uint8_t *)body->bytes, body->size};
        }
    }
    struct batch batch = {.device_no = honest->device_no,
                          .first_seq = first,
                          .count = count,
                          .bodies = bodies,
                          .status = {.app_version = version_own(), .clock = batch_clock(shift_ms)}};
    struct batch_before before = {.link = honest->chain.links[first - 1]};
    if (first > 1) {
        const struct str *body = &honest->chain.bodies[first - 2];
        before.body = (struct wire_bytes){(const uint8_t *)body->bytes, body->size};
    }
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&forgery->task, &batch, &before, keys,
                                   &forgery->world.keys.public_key, &envelope));
    return envelope;
}

/* The signature that the honest tablet made over its facts, over facts of another time. */
static struct wire_bytes time_shifted(struct forgery *forgery)
{
    int64_t shift_ms = (int64_t)rng_below(&forgery->rng, 86400000) - 43200000;
    shift_ms = shift_ms == 0 ? 1 : shift_ms;
    struct wire_bytes forged = resigned(forgery, &forgery->stranger, shift_ms, false);
    struct recorded like;
    struct wire_bytes plain;
    EXPECT_INT(WIRE_ok, envelope_read_head(forged, &like.head));
    EXPECT_INT(WIRE_ok,
               envelope_open(&forgery->task, &like.head, forged, &forgery->world.keys, &plain));
    uint8_t *whole = arena_copy(&forgery->task, plain.bytes, plain.size);
    const struct recorded *signer =
        &forgery->recorded[rng_below(&forgery->rng, forgery->recorded_count)];
    memcpy(whole, signer->plain.bytes, CHAIN_SIGNATURE_SIZE);
    like.envelope = forged;
    return seal(forgery, &like, (struct wire_bytes){whole, plain.size});
}

static struct wire_bytes spliced(struct forgery *forgery, const struct recorded *recorded)
{
    const struct recorded *other =
        &forgery->recorded[rng_below(&forgery->rng, forgery->recorded_count)];
    if (other == recorded) {
        other =
            &forgery->recorded[(size_t)(other - forgery->recorded + 1) % forgery->recorded_count];
    }
    uint8_t *whole = arena_copy(&forgery->task, recorded->plain.bytes, recorded->plain.size);
    memcpy(whole, other->plain.bytes, CHAIN_SIGNATURE_SIZE);
    return seal(forgery, recorded, (struct wire_bytes){whole, recorded->plain.size});
}

static struct wire_bytes other_head(struct forgery *forgery, const struct recorded *recorded)
{
    struct recorded like = *recorded;
    if (rng_below(&forgery->rng, 2) == 0) {
        static const enum envelope_kind kinds[] = {ENVELOPE_batch, ENVELOPE_alarm, ENVELOPE_chunk,
                                                   ENVELOPE_introduce};
        like.head.kind = kinds[rng_below(&forgery->rng, COUNT(kinds))];
        if (like.head.kind == recorded->head.kind) {
            like.head.device_no = forgery->dishonest->device_no + forgery->honest->device_no -
                                  recorded->head.device_no;
        }
    } else {
        like.head.device_no = 1 + (uint32_t)rng_below(&forgery->rng, 5);
        if (like.head.device_no == recorded->head.device_no) {
            like.head.device_no += 5;
        }
    }
    return seal(forgery, &like, recorded->plain);
}

/* Bytes changed at random may come out as they were; that one is sent changed after all. */
static struct wire_bytes not_the_same(struct forgery *forgery, const struct recorded *recorded,
                                      struct wire_bytes envelope)
{
    if (envelope.size != recorded->envelope.size ||
        memcmp(envelope.bytes, recorded->envelope.bytes, envelope.size) != 0) {
        return envelope;
    }
    uint8_t *copy = arena_copy(&forgery->task, envelope.bytes, envelope.size);
    copy[envelope.size - 1] ^= 1;
    return (struct wire_bytes){copy, envelope.size};
}

static struct wire_bytes forge(struct forgery *forgery, enum way way)
{
    size_t index = (size_t)rng_below(&forgery->rng, forgery->recorded_count);
    const struct recorded *recorded = &forgery->recorded[index];
    switch (way) {
    case WAY_bytes:
        return not_the_same(forgery, recorded, changed(forgery, recorded->envelope, 0));
    case WAY_cut:
        return (struct wire_bytes){recorded->envelope.bytes,
                                   (size_t)rng_below(&forgery->rng, recorded->envelope.size)};
    case WAY_head:
        return other_head(forgery, recorded);
    case WAY_inside:
        return seal(forgery, recorded, changed_inside(forgery, recorded));
    case WAY_resigned:
        return resigned(forgery, &forgery->dishonest->keys,
                        (int64_t)rng_below(&forgery->rng, 2) * 60000,
                        rng_below(&forgery->rng, 2) == 0);
    case WAY_stranger:
        return resigned(forgery, &forgery->stranger, (int64_t)rng_below(&forgery->rng, 2) * 60000,
                        rng_below(&forgery->rng, 2) == 0);
    case WAY_time:
        return time_shifted(forgery);
    case WAY_reordered:
        return forgery->recorded[1 + rng_below(&forgery->rng, 3)].envelope;
    case WAY_spliced:
        return spliced(forgery, recorded);
    case WAY_replayed:
        return forgery->recorded[rng_below(&forgery->rng, USABLE_UNCHANGED)].envelope;
    case WAY_COUNT:
        break;
    }
    UNREACHABLE();
}

/* ---- what headquarters holds ---- */

struct holding {
    uint64_t fact_count, claim_count;
    int64_t alarm_count;
};

static int64_t rows_of(struct forgery *forgery)
{
    return talk_number(&forgery->world,
                       "SELECT (SELECT count(*) FROM event)"
                       " + 1000 * (SELECT count(*) FROM alarm)"
                       " + 100000 * (SELECT count(*) FROM batch_signature)"
                       " + 10000000 * (SELECT count(*) FROM device)"
                       " + 1000000000 * (SELECT count(*) FROM strand)"
                       " + (SELECT coalesce(sum(stored_at_ms), 0) FROM attachment)");
}

static struct holding look(struct forgery *forgery)
{
    const struct api *api = forgery->world.api;
    struct holding holding = {.fact_count = api->fact_count, .claim_count = api->claim_count};
    struct hq_query query = hq_query(forgery->world.store, SQL_HQ_alarm_unseen_count);
    EXPECT_OK(hq_one_i64(&query, &holding.alarm_count));
    return holding;
}

static void tally(struct forgery *forgery, struct wire_bytes reply)
{
    uint32_t code = WIRE_ok;
    if (envelope_read_refusal(reply, &code) == WIRE_ok) {
        forgery->refused_count++;
    } else {
        forgery->sent_back_count++;
    }
}

/* The one alarm that may be held is the one that the honest tablet raised. */
static bool is_alarm_true(struct forgery *forgery, int64_t alarm_count)
{
    struct hq_query query = hq_query(forgery->world.store, SQL_HQ_alarm_get);
    hq_bind_id(&query, "$id", &forgery->honest->chain.ids[ALARMED_SEQ - 1]);
    bool is_own = hq_next(&query);
    EXPECT_OK(hq_end(&query));
    return alarm_count == 0 || (alarm_count == 1 && is_own);
}

/* Every fact that is held is the honest tablet's own, in its place. */
static bool is_true(struct forgery *forgery)
{
    const struct field_chain *chain = &forgery->honest->chain;
    struct hq_query query = hq_query(forgery->world.store, SQL_HQ_event_of_strand);
    hq_bind_i64(&query, "$device_no", chain->device_no);
    hq_bind_i64(&query, "$strand", 0);
    bool is_same = true;
    uint64_t seq = 0;
    while (hq_next(&query)) {
        struct id id = hq_id(&query, 1);
        is_same = is_same && seq < chain->count && id_equal(&id, &chain->ids[seq]);
        seq++;
    }
    EXPECT_OK(hq_end(&query));
    int64_t strange_count =
        talk_number(&forgery->world, "SELECT (SELECT count(*) FROM event WHERE device_no > 1)"
                                     " + (SELECT count(*) FROM strand WHERE strand > 0)"
                                     " + (SELECT count(*) FROM device WHERE device_no > 2)");
    return is_same && strange_count == 0;
}

static void close_forgery(struct forgery *forgery)
{
    tablet_deinit(forgery->honest);
    tablet_deinit(forgery->dishonest);
    world_close(&forgery->world);
}

static void reopen(struct forgery *forgery)
{
    close_forgery(forgery);
    open_forgery(forgery);
}

static void one_round(struct forgery *forgery, uint64_t round, const struct holding *before)
{
    arena_reset(&forgery->task);
    forgery->rng = test_rng_make(&forgery->state, round);
    enum way way = (enum way)(round % WAY_COUNT);
    forgery->counts[way]++;
    struct wire_bytes reply = api_envelope(forgery->world.api, &forgery->task, forge(forgery, way));
    tally(forgery, reply);
    struct holding now = look(forgery);
    if (now.fact_count != before->fact_count || now.alarm_count != before->alarm_count ||
        now.claim_count != before->claim_count) {
        if (way != WAY_inside || now.claim_count != before->claim_count || !is_true(forgery) ||
            !is_alarm_true(forgery, now.alarm_count)) {
            fail_msg("round %llu, %s: something was taken", (unsigned long long)round,
                     way_names[way]);
        }
        forgery->respelt_count++;
        reopen(forgery);
    }
}

static uint64_t number_of(const char *name, int64_t usual)
{
    const char *text = getenv(name);
    int64_t number = usual;
    return text != NULL && str_to_i64(str_from(text), &number) == OK ? (uint64_t)number
                                                                     : (uint64_t)usual;
}

TEST(test_nothing_is_taken_that_its_tablet_did_not_say)
{
    struct forgery *forgery = calloc(1, sizeof *forgery);
    EXPECT(sodium_init() >= 0);
    arena_init(&forgery->task, 0);
    open_forgery(forgery);
    struct holding before = look(forgery);
    int64_t rows = rows_of(forgery);
    uint64_t from = number_of("DOORSTEP_FORGED_FROM", 0);
    uint64_t count = number_of("DOORSTEP_FORGED", ROUNDS);
    for (uint64_t round = from; round < from + count; round++) {
        one_round(forgery, round, &before);
        if (round % LOOK_EVERY == LOOK_EVERY - 1 || round + 1 == from + count) {
            if (rows_of(forgery) != rows) {
                fail_msg("before round %llu: a row was written", (unsigned long long)round);
            }
        }
    }
    for (int way = 0; way < WAY_COUNT; way++) {
        print_message("%s: %llu\n", way_names[way], (unsigned long long)forgery->counts[way]);
    }
    print_message("%llu forged, 0 accepted: %llu refused, %llu answered without effect, "
                  "%llu the very message in other bytes\n",
                  (unsigned long long)count, (unsigned long long)forgery->refused_count,
                  (unsigned long long)forgery->sent_back_count,
                  (unsigned long long)forgery->respelt_count);
    EXPECT(forgery->refused_count > 0 && forgery->sent_back_count > 0);
    /* Headquarters was awake: what is true is taken now, and all of it. */
    talk(&forgery->world, forgery->honest);
    EXPECT_INT(FACTS + 1, forgery->honest->stored_seq);
    arena_deinit(&forgery->task);
    close_forgery(forgery);
    free(forgery);
}
