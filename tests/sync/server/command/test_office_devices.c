/* Tablets by pages: one order for everybody on a tablet, a wipe by two people, the next client
 * certificate, and that a page gives no more than the command. */
#include "tests/sync/server/command/office_desk.h"

#include "sync/server/store/number.h"

enum { TABLETS = 3 };

static const uint8_t tablet_id[16] = "a tablet of two";

/* Numbers 1 and 2 share a tablet and have a certificate each, number 3 has one of its own. */
static void tablets_make(struct desk *desk)
{
    struct world *world = &desk->world;
    struct hq_store *store = NULL;
    (void)server_end(world, SIGTERM);
    EXPECT_OK(hq_store_open(&store, world->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&world->arena, store, FIELD_AT_MS);
    for (uint32_t i = 1; i <= TABLETS; i++) {
        struct chain_public_key key;
        struct chain_secret_key secret;
        uint32_t device_no = 0;
        chain_keypair(os_rng(), &key, &secret);
        EXPECT_OK(number_new(ingest, 1, &key, 100, STR("test"), &device_no));
        EXPECT_INT(i, device_no);
    }
    EXPECT_OK(ingest_finish(ingest));
    for (int64_t device_no = 1; device_no <= 2; device_no++) {
        const uint8_t key_id[32] = {0xab, (uint8_t)device_no};
        struct hq_query said = hq_query(store, SQL_HQ_tablet_put);
        hq_bind_i64(&said, "$device_no", device_no);
        hq_bind_bytes(&said, "$tablet_id", tablet_id, sizeof tablet_id);
        hq_bind_i64(&said, "$said_at_ms", FIELD_AT_MS);
        EXPECT_OK(hq_run(&said));
        struct hq_query bound = hq_query(store, SQL_HQ_client_key_put);
        hq_bind_i64(&bound, "$device_no", device_no);
        hq_bind_bytes(&bound, "$key_id", key_id, sizeof key_id);
        hq_bind_i64(&bound, "$bound_at_ms", FIELD_AT_MS);
        EXPECT_OK(hq_run(&bound));
    }
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
    server_start(world);
}

static const char *english(struct desk *desk, const char *token)
{
    return str_format(&desk->world.arena, "%sAccept-Language: en\r\n", cookie_of(desk, token));
}

static const char *device_page(struct desk *desk, const char *token, int device_no)
{
    return ask(desk, "GET", str_format(&desk->world.arena, "/office/devices?show=%d", device_no),
               english(desk, token), "");
}

static const char *press(struct desk *desk, const char *token, const char *fields)
{
    return ask(desk, "POST", "/office/devices", english(desk, token),
               str_format(&desk->world.arena, "%s&%s", mark_of(desk, token), fields));
}

/* How often an order stands on the page of a tablet. */
static size_t times(const char *page, const char *words)
{
    size_t count = 0;
    for (const char *at = strstr(page, words); at != NULL; at = strstr(at + 1, words)) {
        count++;
    }
    return count;
}

static const char LOCKED[] = ">lock</td>";

TEST(test_one_button_reaches_everybody_on_a_tablet)
{
    struct desk desk;
    desk_open(&desk);
    tablets_make(&desk);
    const char *supervisor = desk.own[STAFF_ROLE_supervisor - 1].token;
    const char *answer = press(&desk, supervisor, "verb=lock&pick=1&tablet=yes");
    EXPECT_INT(200, status_of(answer));
    EXPECT(has(answer, "Tablet 1 locks when") && has(answer, "Tablet 2 locks when"));
    EXPECT(!has(answer, "Tablet 3 locks when"));
    answer = press(&desk, supervisor, "verb=unlock&pick=2&show=yes");
    EXPECT_INT(200, status_of(answer));
    EXPECT(!has(answer, "Tablet 1 may") && has(answer, "Tablet 2 may"));
    EXPECT(has(answer, "other numbers on this tablet")); /* the page of that tablet again */
    EXPECT_INT(1, times(device_page(&desk, supervisor, 1), LOCKED));
    EXPECT_INT(1, times(device_page(&desk, supervisor, 2), LOCKED));
    EXPECT_INT(0, times(device_page(&desk, supervisor, 3), LOCKED));
    answer = press(&desk, supervisor, "verb=reset&pick=1&tablet=yes");
    EXPECT(status_of(answer) == 400 && has(answer, "for one person"));
    EXPECT_INT(404, status_of(press(&desk, supervisor, "verb=lock&pick=99&tablet=yes")));
    EXPECT_INT(404, status_of(press(&desk, supervisor, "verb=lock&pick=99&show=yes")));
    EXPECT_INT(400, status_of(press(&desk, supervisor, "verb=revoke&pick=1&show=yes")));
    EXPECT_INT(400, status_of(press(&desk, supervisor, "verb=lock&pick=--tablet&show=yes")));
    desk_close(&desk);
}

TEST(test_a_whole_tablet_is_wiped_by_two_people_at_pages)
{
    struct desk desk;
    desk_open(&desk);
    tablets_make(&desk);
    const char *asks = desk.own[STAFF_ROLE_supervisor - 1].token;
    const char *confirms = desk.own[STAFF_ROLE_admin - 1].token;
    const char *answer = press(&desk, asks, "verb=wipe&pick=1&tablet=yes");
    EXPECT(status_of(answer) == 400 && has(answer, "tick that you are sure"));
    EXPECT(!has(device_page(&desk, asks, 2), "wipe asked for"));
    answer = press(&desk, confirms, "verb=confirm&pick=1&tablet=yes&sure=yes");
    EXPECT(status_of(answer) == 403 && has(answer, "Nobody has asked"));
    answer = press(&desk, asks, "verb=wipe&pick=1&tablet=yes&sure=yes");
    EXPECT_INT(200, status_of(answer));
    EXPECT(has(device_page(&desk, asks, 2), "waits for a second person"));
    EXPECT_INT(403, status_of(press(&desk, asks, "verb=confirm&pick=2&tablet=yes&sure=yes")));
    EXPECT(has(device_page(&desk, asks, 2), "waits for a second person"));
    answer = press(&desk, confirms, "verb=confirm&pick=2&tablet=yes&sure=yes");
    EXPECT_INT(200, status_of(answer));
    EXPECT(has(answer, "Tablet 1 is wiped") && has(answer, "Tablet 2 is wiped"));
    EXPECT(!has(device_page(&desk, asks, 1), "waits for a second person"));
    EXPECT(!has(device_page(&desk, asks, 3), "wipe asked for"));
    desk_close(&desk);
}

TEST(test_the_next_certificate_of_a_whole_tablet_is_let_in_at_its_page)
{
    struct desk desk;
    desk_open(&desk);
    tablets_make(&desk);
    const char *supervisor = desk.own[STAFF_ROLE_supervisor - 1].token;
    EXPECT(has(device_page(&desk, supervisor, 1), "bound to key ab01"));
    const char *answer = press(&desk, supervisor, "verb=certificate&pick=3&show=yes");
    EXPECT(status_of(answer) == 403 && has(answer, "bound to no certificate yet"));
    answer = press(&desk, supervisor, "verb=certificate&pick=1&show=yes");
    EXPECT(status_of(answer) == 200 && has(answer, "the next new one that it shows"));
    EXPECT(!has(device_page(&desk, supervisor, 2), "the next new one"));
    answer = press(&desk, supervisor, "verb=certificate&pick=1&tablet=yes");
    EXPECT(status_of(answer) == 200 && has(answer, "that tablet 2 shows"));
    EXPECT(has(device_page(&desk, supervisor, 2), "the next new one"));
    const char *log = ask(&desk, "GET", "/office/audit",
                          english(&desk, desk.own[STAFF_ROLE_auditor - 1].token), "");
    EXPECT(has(log, desk.own[STAFF_ROLE_supervisor - 1].code));
    desk_close(&desk);
}

/* Every role presses every button, with the whole tablet and without: what a page does is what the
 * permission matrix lets the command do. */
TEST(test_buttons_of_a_tablet_are_for_those_who_may)
{
    static const char *const verbs[] = {"lock", "unlock", "certificate", "wipe", "confirm"};
    struct desk desk;
    desk_open(&desk);
    tablets_make(&desk);
    struct arena *arena = &desk.world.arena;
    for (uint32_t role = 1; role <= OFFICE_ROLES; role++) {
        bool may = role == STAFF_ROLE_supervisor || role == STAFF_ROLE_admin;
        for (size_t i = 0; i < COUNT(verbs); i++) {
            const char *fields = str_format(arena, "verb=%s&pick=1&show=yes&sure=yes%s", verbs[i],
                                            role % 2 == 0 ? "&tablet=yes" : "");
            const char *foreign = press(&desk, desk.foreign[role - 1].token, fields);
            EXPECT_ROW(fields, status_of(foreign) == 403);
            if (!may) {
                const char *own = press(&desk, desk.own[role - 1].token, fields);
                EXPECT_ROW(fields, status_of(own) == 403);
            }
        }
        const char *page = device_page(&desk, desk.own[role - 1].token, 1);
        EXPECT_ROW(staff_role_name(role), has(page, "value=certificate>") == may);
    }
    EXPECT_INT(0, times(device_page(&desk, desk.own[STAFF_ROLE_supervisor - 1].token, 1), LOCKED));
    desk_close(&desk);
}
