/* The review queue by pages: both records side by side, the choices of that conflict alone, what
 * follows from each, and that a decision is booked once. */
#include "tests/sync/server/command/office_desk.h"

#include "sync/server/merge/conflict.h"
#include "sync/server/store/number.h"

/* Two payments of one case under one reference. */
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
    ds_Event paid = field_visit(1, 1, FIELD_AT_MS, 0);
    paid.which_kind = ds_Event_payment_noted_tag;
    memset(&paid.kind, 0, sizeof paid.kind);
    paid.kind.payment_noted.amount_minor = 50000;
    paid.kind.payment_noted.channel = 1;
    paid.kind.payment_noted.paid_day = FIELD_DAY;
    paid.kind.payment_noted.payer_role = ROLE_borrower;
    snprintf(paid.kind.payment_noted.reference, sizeof paid.kind.payment_noted.reference, "R<i>1");
    field_chain_add(&chain, &paid);
    paid.at_ms += 1000;
    paid.kind.payment_noted.amount_minor = 60000;
    field_chain_add(&chain, &paid);
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

static const char *get(struct desk *desk, const char *path, const char *token)
{
    const char *head =
        str_format(&desk->world.arena, "%sAccept-Language: en\r\n", cookie_of(desk, token));
    return ask(desk, "GET", path, head, "");
}

static const char *send_form(struct desk *desk, const char *token, const char *fields)
{
    struct arena *arena = &desk->world.arena;
    const char *head = str_format(arena, "%sAccept-Language: en\r\n", cookie_of(desk, token));
    return ask(desk, "POST", "/office/review", head,
               str_format(arena, "%s&%s", mark_of(desk, token), fields));
}

TEST(test_a_conflict_is_opened_seen_from_both_sides_and_decided_once)
{
    struct desk desk;
    desk_open(&desk);
    struct arena *arena = &desk.world.arena;
    (void)server_end(&desk.world, SIGTERM);
    arrive(&desk);
    server_start(&desk.world);
    const char *supervisor = desk.own[STAFF_ROLE_supervisor - 1].token;
    const char *finance = desk.own[STAFF_ROLE_finance - 1].token;
    const char *list = get(&desk, "/office/review", supervisor);
    const char *at = strstr(list, "/office/review?show=");
    while (at != NULL && strncmp(at + strcspn(at, "&"), "&amp;kind=duplicate_payment", 27) != 0) {
        at = strstr(at + 1, "/office/review?show=");
    }
    EXPECT(at != NULL);
    const char *id = str_text(arena, (struct str){at + 20, strcspn(at + 20, "&")});
    const char *path = str_format(arena, "/office/review?show=%s&kind=duplicate_payment", id);
    const char *entry = get(&desk, path, supervisor);
    EXPECT_INT(200, status_of(entry));
    EXPECT(has(entry, "500.00") && has(entry, "600.00") && has(entry, "class=differs"));
    EXPECT(!has(entry, "R<i>1")); /* words of the field stay text */
    EXPECT(has(entry, "value=keep_first>") && has(entry, "value=keep_second>") &&
           has(entry, "value=noted>") && has(entry, "The first record counts"));
    EXPECT(!has(entry, "value=both_stand>") && !has(entry, "value=accept>"));
    /* Who may look and not decide has no buttons, and a form of theirs does nothing. */
    entry = get(&desk, path, finance);
    EXPECT(has(entry, "500.00") && !has(entry, "name=choice"));
    const char *fields = str_format(
        arena, "verb=decide&pick=%s&kind=duplicate_payment&choice=keep_first&note=asked", id);
    EXPECT_INT(403, status_of(send_form(&desk, finance, fields)));
    const char *other =
        str_format(arena, "verb=decide&pick=%s&kind=duplicate_payment&choice=both_stand", id);
    EXPECT_INT(400, status_of(send_form(&desk, supervisor, other)));
    EXPECT_INT(200, status_of(send_form(&desk, supervisor, fields)));
    EXPECT_INT(403, status_of(send_form(&desk, supervisor, fields))); /* it was decided */
    entry = get(&desk, path, supervisor);
    EXPECT(has(entry, "In force since") && has(entry, "asked") && has(entry, "value=change"));
    EXPECT(has(entry, "value=keep_second checked>") && !has(entry, "value=keep_first"));
    entry = get(&desk, path, finance);
    EXPECT(has(entry, "In force since") && !has(entry, "name=choice"));
    /* It is found again among the decided ones, and there alone. */
    const char *link = str_format(arena, "show=%s&amp;kind=duplicate_payment", id);
    EXPECT(!has(get(&desk, "/office/review", supervisor), link));
    EXPECT(has(get(&desk, "/office/review?closed=1", supervisor), link));
    const char *log = get(&desk, "/office/audit", desk.own[STAFF_ROLE_auditor - 1].token);
    EXPECT(has(log, "Review decided") && has(log, desk.own[STAFF_ROLE_supervisor - 1].code));
    /* Whose tablet that is, is shown with its guard and its orders. */
    const char *tablet = get(&desk, "/office/devices?show=1", supervisor);
    EXPECT(status_of(tablet) == 200 && has(tablet, "href=/office/devices>"));
    EXPECT_INT(404, status_of(get(&desk, "/office/devices?show=99", supervisor)));
    EXPECT_INT(404, status_of(get(&desk, "/office/review?show=0123456789", supervisor)));
    EXPECT_INT(400, status_of(get(&desk, "/office/review?show=nothing", supervisor)));
    desk_close(&desk);
}

TEST(test_every_choice_of_every_conflict_says_what_follows_in_both_languages)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (int i = CHOICE_none + 1; i < CHOICE_COUNT; i++) {
        const char *name = conflict_choice_name((enum conflict_choice)i);
        const char *key = str_format(&arena, "office.choice.%s", name);
        EXPECT_ROW(name, strcmp(lang_text(LANG_zh, key), lang_text(LANG_en, key)) != 0);
    }
    arena_deinit(&arena);
}
