/* The office's strip that says whether somebody calls for help, and the second factor by pages. */
#include "tests/sync/server/command/office_desk.h"

#include "sync/server/staff/totp.h"

static const char *get(struct desk *desk, const char *path, const char *token)
{
    const char *head =
        str_format(&desk->world.arena, "%sAccept-Language: en\r\n", cookie_of(desk, token));
    return ask(desk, "GET", path, head, "");
}

static const char *send_form(struct desk *desk, const char *path, const char *token,
                             const char *fields)
{
    struct arena *arena = &desk->world.arena;
    const char *head = str_format(arena, "%sAccept-Language: en\r\n", cookie_of(desk, token));
    return ask(desk, "POST", path, head, str_format(arena, "%s&%s", mark_of(desk, token), fields));
}

/* The collector of team 1 calls for help. */
static void call_for_help(struct desk *desk)
{
    struct world *world = &desk->world;
    struct tablet tablet;
    const char *code = desk->own[STAFF_ROLE_collector - 1].code;
    enrol(world, &tablet, code);
    uint32_t person_no = (uint32_t)strtoul(code + 1, NULL, 10);
    ds_Event event = field_visit(person_no, 1, clock_now_ms(os_clock()), 0);
    event.which_kind = ds_Event_safety_incident_tag;
    memset(&event.kind, 0, sizeof event.kind);
    event.kind.safety_incident.incident = SAFETY_KIND_crowd;
    event.kind.safety_incident.severity = 3;
    field_chain_add(&tablet.chain, &event);
    int status = 0;
    struct wire_bytes answer;
    EXPECT(post(world, &tablet.arena, tablet_alarm(&tablet, 1), &status, &answer));
    EXPECT_INT(200, status);
    tablet_deinit(&tablet);
}

TEST(test_a_call_for_help_shows_on_every_page_and_the_pages_look_again_by_themselves)
{
    struct desk desk;
    desk_open(&desk);
    const char *token = desk.own[STAFF_ROLE_supervisor - 1].token;
    const char *answer = get(&desk, "/office/bell", token);
    EXPECT(has(answer, "bell-calm") && has(answer, "Refresh: 20; url=/office/bell"));
    EXPECT(has(answer, "frame-ancestors 'self'"));
    answer = get(&desk, "/office", token);
    EXPECT(has(answer, "Refresh: 60; url=/office?again=1"));
    EXPECT(has(answer, "frame-ancestors 'none'") && has(answer, "<title>Overview"));
    call_for_help(&desk);
    answer = get(&desk, "/office/bell", token);
    EXPECT(has(answer, "bell-calls") && has(answer, "1 call for help waits"));
    EXPECT(has(get(&desk, "/office", token), "<title>(1) Overview"));
    answer = get(&desk, "/office/messages", token);
    EXPECT(has(answer, "src=/office/bell") && has(answer, "<b class=count>1</b>"));
    EXPECT(!has(answer, "Refresh:")); /* a form that is being filled in stays */
    /* The leader of that team hears of it, too; a collector has no bell. */
    answer = get(&desk, "/office/bell", desk.own[STAFF_ROLE_leader - 1].token);
    EXPECT(has(answer, "1 call for help waits"));
    answer = get(&desk, "/office/bell", desk.own[STAFF_ROLE_collector - 1].token);
    EXPECT(status_of(answer) == 403 && !has(answer, "call for help"));
    /* Without a session the strip says so, and shows nothing. */
    answer = ask(&desk, "GET", "/office/bell", "Accept-Language: en\r\n", "");
    EXPECT(has(answer, "You are signed out") && !has(answer, "call for help"));
    desk_close(&desk);
}

static int64_t seen_at_ms(struct desk *desk, const char *token)
{
    struct hq_store *store = NULL;
    struct session session = {0};
    EXPECT_OK(hq_store_open(&store, desk->world.folder, HQ_ACCESS_write, false));
    EXPECT_OK(session_find(&desk->world.arena, store, str_from(token), clock_now_ms(os_clock()),
                           &session));
    hq_store_close(store);
    return session.seen_at_ms;
}

/* The session was used five minutes ago: a person's page notes that it is used again. */
static void grow_old(struct desk *desk, const char *token)
{
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, desk->world.folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    EXPECT_OK(session_touch(store, str_from(token), clock_now_ms(os_clock()) - 5 * 60000));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

TEST(test_pages_that_look_again_by_themselves_keep_no_session_from_ending)
{
    struct desk desk;
    desk_open(&desk);
    const char *token = desk.own[STAFF_ROLE_supervisor - 1].token;
    int status = server_end(&desk.world, SIGTERM);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_ok);
    grow_old(&desk, token);
    int64_t before_ms = seen_at_ms(&desk, token);
    server_start(&desk.world);
    EXPECT_INT(200, status_of(get(&desk, "/office/bell", token)));
    EXPECT_INT(200, status_of(get(&desk, "/office?again=1", token)));
    (void)server_end(&desk.world, SIGTERM);
    EXPECT_INT(before_ms, seen_at_ms(&desk, token));
    server_start(&desk.world);
    EXPECT_INT(200, status_of(get(&desk, "/office", token)));
    (void)server_end(&desk.world, SIGTERM);
    EXPECT(seen_at_ms(&desk, token) > before_ms);
    server_start(&desk.world);
    desk_close(&desk);
}

/* The value after `head` up to a sign that ends it. */
static const char *after(struct desk *desk, const char *answer, const char *head)
{
    const char *at = strstr(answer, head);
    EXPECT(at != NULL);
    at += strlen(head);
    return str_text(&desk->world.arena, (struct str){at, strcspn(at, "<&\";")});
}

static void secret_of(const char *text, uint8_t secret[TOTP_SECRET_SIZE])
{
    uint32_t bits = 0;
    int count = 0;
    size_t size = 0;
    for (const char *at = text; *at != '\0' && size < TOTP_SECRET_SIZE; at++) {
        uint32_t value =
            *at >= 'A' && *at <= 'Z' ? (uint32_t)(*at - 'A') : (uint32_t)(*at - '2') + 26;
        bits = bits << 5 | value;
        count += 5;
        if (count >= 8) {
            count -= 8;
            secret[size++] = (uint8_t)(bits >> count);
        }
    }
    EXPECT_INT(TOTP_SECRET_SIZE, size);
}

static int sign_in(struct desk *desk, const char *factor)
{
    return status_of(
        ask(desk, "POST", "/office/login", "",
            str_format(&desk->world.arena, "person=%s&password=a+long+walk+home&totp=%s",
                       desk->fresh.code, factor)));
}

TEST(test_a_second_factor_is_scanned_from_a_page_and_recovery_codes_open_once)
{
    struct desk desk;
    desk_open(&desk);
    const char *answer = send_form(&desk, "/office/password", desk.fresh.token,
                                   "new=a+long+walk+home&again=a+long+walk+home");
    const char *token = after(&desk, answer, "__Host-doorstep=");
    answer = send_form(&desk, "/office/second", token, "verb=new&present=a+long+walk+home");
    EXPECT(has(answer, "<svg class=qr") && has(answer, "otpauth://totp/"));
    uint8_t secret[TOTP_SECRET_SIZE];
    char text[TOTP_TEXT_SIZE];
    secret_of(after(&desk, answer, "<code>"), secret);
    totp_code(TOTP_HASH_sha1, secret, sizeof secret,
              (uint64_t)(clock_now_ms(os_clock()) / TOTP_STEP_MS), TOTP_DIGITS, text);
    answer = send_form(&desk, "/office/second", token,
                       str_format(&desk.world.arena, "verb=confirm&code=%s", text));
    const char *first = after(&desk, answer, "<li>");
    EXPECT(first[0] == '1' && strlen(first) == 16 && has(answer, "<li>6-"));
    EXPECT_INT(403, sign_in(&desk, "")); /* now it is asked for */
    EXPECT_INT(303, sign_in(&desk, first));
    EXPECT_INT(403, sign_in(&desk, first));
    const char *log = get(&desk, "/office/audit?lang=en", desk.own[STAFF_ROLE_auditor - 1].token);
    EXPECT(has(log, "Recovery codes made") && has(log, "Signed in with a recovery code"));
    EXPECT(!has(log, first));
    desk_close(&desk);
}

TEST(test_whoever_guesses_passwords_is_told_to_wait_in_their_language)
{
    struct desk desk;
    desk_open(&desk);
    const char *body = str_format(&desk.world.arena, "person=%s&password=wrong", desk.fresh.code);
    for (int i = 0; i < ACCOUNT_TRIES; i++) {
        EXPECT_INT(403, status_of(ask(&desk, "POST", "/office/login", "", body)));
    }
    const char *answer = ask(&desk, "POST", "/office/login", "Accept-Language: en\r\n", body);
    EXPECT(status_of(answer) == 403 && has(answer, "try again in"));
    answer = ask(&desk, "POST", "/office/login", "Accept-Language: zh-CN\r\n", body);
    EXPECT(status_of(answer) == 403 && has(answer, "秒后再试"));
    desk_close(&desk);
}
