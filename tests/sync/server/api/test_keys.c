/* Goal: headquarters that changed its keys still reads what is sealed to an earlier one, answers it
 * with that key and names the present one; what it signed before still counts. */
#include "tests/sync/server/api/talk.h"

struct change {
    struct keyring ring;
    struct chain_public_key first;
};

static void change_keys(struct world *world, struct change *change, bool is_at_work)
{
    EXPECT_OK(api_keyring(&world->arena, world->folder, &change->ring));
    change->first = change->ring.items[0].keys.public_key;
    EXPECT_OK(keyring_add(&change->ring, &world->rng, FIELD_AT_MS));
    EXPECT_OK(api_keyring_write(&world->arena, world->folder, &change->ring));
    if (is_at_work) {
        api_rekey(world->api, &change->ring);
        return;
    }
    world_stop(world);
    EXPECT_OK(hq_store_open(&world->store, world->folder, HQ_ACCESS_write, false));
    const struct api_options options = {
        .folder = world->folder,
        .store = world->store,
        .keys = keyring_newest(&change->ring),
        .ring = &change->ring,
        .clock = &world->clock,
        .rng = &world->rng,
        .is_single_thread = true,
    };
    EXPECT_OK(api_start(&options, &world->api));
}

static struct answer ask(struct world *world, struct tablet *tablet, size_t count)
{
    struct wire_bytes envelope = tablet_batch(tablet, tablet->stored_seq + 1, count);
    struct wire_bytes reply = api_envelope(world->api, &tablet->arena, envelope);
    struct answer answer;
    EXPECT_INT(WIRE_ok, answer_open(&tablet->arena, reply, &tablet->keys, &tablet->hq,
                                    tablet->device_no, tablet->request_tag, &answer));
    return answer;
}

TEST(test_a_tablet_with_the_earlier_key_is_told_the_present_one)
{
    for (int at_work = 0; at_work < 2; at_work++) {
        struct world world;
        struct change change;
        world_open(&world);
        struct tablet *tablet = world_join(&world, "ONE");
        talk(&world, tablet);
        change_keys(&world, &change, at_work != 0);
        world_add_visit(tablet, field_record(0).case_no);
        struct answer answer = ask(&world, tablet, 1);
        EXPECT(answer.has_succession && answer.has_receipt);
        EXPECT_INT(1, answer.receipt.stored_seq);
        EXPECT_INT(WIRE_ok, receipt_check(&answer.receipt, tablet->device_no,
                                          &tablet->chain.links[1], &change.first));
        EXPECT(memcmp(&answer.succession.to, &keyring_newest(&change.ring)->public_key,
                      sizeof answer.succession.to) == 0);
        tablet->stored_seq = 1;
        tablet->hq = answer.succession.to;
        world_add_visit(tablet, field_record(0).case_no);
        answer = ask(&world, tablet, 1); /* opens with the present key only */
        EXPECT(!answer.has_succession && answer.has_receipt);
        EXPECT_INT(2, answer.receipt.stored_seq);
        tablet_deinit(tablet);
        world_close(&world);
    }
}

TEST(test_a_certificate_of_an_earlier_key_still_says_who_a_tablet_is)
{
    struct world world;
    struct change change;
    world_open(&world);
    struct tablet *tablet = world_join(&world, "ONE"); /* certified by the first key */
    change_keys(&world, &change, true);
    tablet->hq = keyring_newest(&change.ring)->public_key;
    talk_introduce(&world, tablet);
    EXPECT_INT(1, tablet->person_no);
    EXPECT_INT(WIRE_ok, certificate_check(&tablet->certificate, &tablet->hq));
    tablet_deinit(tablet);
    world_close(&world);
}

TEST(test_a_code_of_before_still_enrols)
{
    struct world world;
    struct change change;
    world_open(&world);
    change_keys(&world, &change, true);
    struct tablet *tablet = world_join(&world, "TWO"); /* its code names the first key */
    struct answer answer = ask(&world, tablet, 0);
    EXPECT(answer.has_succession);
    tablet_deinit(tablet);
    world_close(&world);
}

TEST(test_an_envelope_to_a_key_of_nobody_is_refused)
{
    struct world world;
    struct change change;
    world_open(&world);
    struct tablet *tablet = world_join(&world, "ONE");
    change_keys(&world, &change, true);
    struct envelope_keys strange = {0};
    do {
        chain_keypair(&world.rng, &strange.public_key, &strange.secret_key);
    } while (keyring_find(&change.ring, envelope_key_id(&strange.public_key)) != NULL);
    tablet->hq = strange.public_key;
    uint32_t refusal = WIRE_ok;
    struct wire_bytes reply = api_envelope(world.api, &tablet->arena, tablet_batch(tablet, 1, 0));
    EXPECT_INT(WIRE_ok, envelope_read_refusal(reply, &refusal));
    EXPECT_INT(WIRE_unknown_key, refusal);
    tablet_deinit(tablet);
    world_close(&world);
}

/* The TLS key in use and the one that follows it go with the holder: to a new tablet at once, to
 * the others when a key is announced. */
TEST(test_tls_keys_are_told_with_the_holder)
{
    struct world world;
    world_open(&world);
    struct tablet *tablet = world_join(&world, "ONE");
    talk(&world, tablet);
    EXPECT_INT(0, ask(&world, tablet, 0).tls_pin_count); /* headquarters speaks no TLS */
    char pin[2 * ENROL_PIN_SIZE + 1];
    char pin_next[2 * ENROL_PIN_SIZE + 1];
    memset(pin, 'a', sizeof pin - 1);
    memset(pin_next, 'b', sizeof pin_next - 1);
    pin[sizeof pin - 1] = pin_next[sizeof pin_next - 1] = '\0';
    EXPECT_OK(hq_begin(world.store));
    EXPECT_OK(hq_setting_set(world.store, "server.pin", pin));
    EXPECT_OK(hq_setting_set(world.store, "server.pin_next", pin_next));
    EXPECT_OK(hq_commit(world.store));
    EXPECT_INT(0, ask(&world, tablet, 0).tls_pin_count); /* nobody told the tablets yet */
    EXPECT_OK(hq_begin(world.store));
    struct hq_query tell = hq_query(world.store, SQL_HQ_proof_tell_holders);
    EXPECT_OK(hq_run(&tell));
    EXPECT_OK(hq_commit(world.store));
    struct answer answer = ask(&world, tablet, 0);
    EXPECT_INT(2, answer.tls_pin_count);
    EXPECT_INT(0xaa, answer.tls_pins[0][0]);
    EXPECT_INT(0xbb, answer.tls_pins[1][ENROL_PIN_SIZE - 1]);
    tablet_deinit(tablet);
    world_close(&world);
}

static void give_card(struct world *world, uint32_t person_no, const char *text)
{
    char name[32];
    (void)snprintf(name, sizeof name, "card.person.%u", (unsigned)person_no);
    EXPECT_OK(hq_begin(world->store));
    EXPECT_OK(hq_setting_set(world->store, name, text));
    struct hq_query tell = hq_query(world->store, SQL_HQ_device_holder_changed_of_person);
    hq_bind_i64(&tell, "$person_no", person_no);
    EXPECT_OK(hq_run(&tell));
    EXPECT_OK(hq_commit(world->store));
}

/* A card goes to the tablets of the person that it names, and to no other; so does that there is
 * none any more. */
TEST(test_a_card_goes_to_its_persons_tablet_alone)
{
    struct world world;
    world_open(&world);
    struct tablet *one = world_join(&world, "ONE");
    struct tablet *two = world_join(&world, "TWO");
    EXPECT(one->person_no != two->person_no);
    talk(&world, one);
    talk(&world, two);
    give_card(&world, one->person_no, "DSC1.card-of-one");
    struct answer answer = ask(&world, one, 0);
    EXPECT(answer.has_holder);
    EXPECT_TEXT("DSC1.card-of-one", answer.card);
    answer = ask(&world, two, 0);
    EXPECT_TEXT("", answer.card);
    talk(&world, one);
    EXPECT(!ask(&world, one, 0).has_holder); /* once is enough */
    give_card(&world, one->person_no, "");
    answer = ask(&world, one, 0);
    EXPECT(answer.has_holder);
    EXPECT_TEXT("", answer.card);
    tablet_deinit(one);
    tablet_deinit(two);
    world_close(&world);
}
