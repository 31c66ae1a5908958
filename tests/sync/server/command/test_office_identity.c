/* Identity disputes (冒办) by pages: who checks is named there, given and taken over there, and
 * only they decide. */
#include "tests/sync/server/command/office_desk.h"

#include "sync/server/store/number.h"

/* Collector 1 was told at the door of case 1 that the debt is not the borrower's. */
static void arrive(struct desk *desk)
{
    struct world *world = &desk->world;
    struct hq_store *store = NULL;
    struct chain_public_key key;
    struct chain_secret_key secret;
    struct field_chain chain;
    uint32_t device_no = 0;
    chain_keypair(os_rng(), &key, &secret);
    EXPECT_OK(hq_store_open(&store, world->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&world->arena, store, FIELD_AT_MS);
    EXPECT_OK(number_new(ingest, 1, &key, 100, STR("test"), &device_no));
    field_chain_init(&chain, &world->arena, device_no, 8);
    ds_Event told = field_visit(1, 1, clock_now_ms(os_clock()), 0);
    told.which_kind = ds_Event_identity_disputed_tag;
    memset(&told.kind, 0, sizeof told.kind);
    told.kind.identity_disputed.declaration_place = DECLARATION_PLACE_at_the_door;
    field_chain_add(&chain, &told);
    const struct ingest_batch batch = {
        .device_no = device_no,
        .first_seq = 1,
        .count = chain.count,
        .bodies = chain.bodies,
        .ids = chain.ids,
        .links = chain.links + 1,
    };
    struct ingest_result result = {0};
    EXPECT_OK(ingest_take(ingest, &batch, &result));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

static const char *get(struct desk *desk, const struct caller *caller, const char *language)
{
    const char *head = str_format(&desk->world.arena, "%sAccept-Language: %s\r\n",
                                  cookie_of(desk, caller->token), language);
    return ask(desk, "GET", "/office/identity", head, "");
}

static const char *send_form(struct desk *desk, const struct caller *caller, const char *fields)
{
    struct arena *arena = &desk->world.arena;
    const char *head =
        str_format(arena, "%sAccept-Language: en\r\n", cookie_of(desk, caller->token));
    return ask(desk, "POST", "/office/identity", head,
               str_format(arena, "%s&%s", mark_of(desk, caller->token), fields));
}

TEST(test_who_checks_is_given_by_the_page_and_they_alone_decide_there)
{
    struct desk desk;
    desk_open(&desk);
    (void)server_end(&desk.world, SIGTERM);
    arrive(&desk);
    server_start(&desk.world);
    const struct caller *quality = &desk.own[STAFF_ROLE_quality - 1];
    const struct caller *legal = &desk.own[STAFF_ROLE_legal - 1];
    const struct caller *finance = &desk.own[STAFF_ROLE_finance - 1];
    EXPECT(has(get(&desk, quality, "en"), "nobody yet"));
    EXPECT(has(get(&desk, quality, "zh-CN"), "待指派"));

    const char *to_finance =
        str_format(&desk.world.arena, "verb=assign&pick=%%231&checker=%s", finance->code);
    EXPECT_INT(403, status_of(send_form(&desk, quality, to_finance)));
    const char *to_legal =
        str_format(&desk.world.arena, "verb=assign&pick=%%231&checker=%s", legal->code);
    const char *answer = send_form(&desk, quality, to_legal);
    EXPECT_INT(200, status_of(answer));
    EXPECT(has(answer, "checks the identity dispute"));
    EXPECT(!has(get(&desk, quality, "en"), "nobody yet"));

    static const char decide[] = "verb=decide&pick=%231&result=theirs&note=asked+the+bank";
    EXPECT_INT(403, status_of(send_form(&desk, quality, decide)));
    EXPECT_INT(200, status_of(send_form(&desk, quality, "verb=assign&pick=%231"))); /* takes it */
    EXPECT_INT(403, status_of(send_form(&desk, legal, decide)));
    EXPECT_INT(200, status_of(send_form(&desk, quality, decide)));
    EXPECT_INT(404, status_of(send_form(&desk, quality, decide)));
    desk_close(&desk);
}
