/* The web office over real HTTP: which page opens for whom, and that nothing is done for who
 * is not in it, comes from elsewhere or was there before. */
#include "tests/sync/server/command/serving.h"

#include <stdio.h>

enum { OFFICE_ROLES = 8, ANSWER_MAX = 256 * 1024 };

struct caller {
    char code[32];
    char token[SESSION_TEXT_SIZE];
};

struct desk {
    struct world world;
    struct caller own[OFFICE_ROLES], foreign[OFFICE_ROLES]; /* by role */
    struct caller fresh;                                    /* has not chosen a password */
};

static void caller_make(struct desk *desk, struct hq_store *store, struct caller *caller,
                        uint32_t role, uint32_t branch_no, const char *name)
{
    /* Of no password: it is never asked for. */
    static const char verifier[] = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    int64_t person_no = 0, now_ms = clock_now_ms(os_clock());
    struct hq_query next = hq_query(store, SQL_HQ_person_next);
    EXPECT_OK(hq_one_i64(&next, &person_no));
    snprintf(caller->code, sizeof caller->code, "P%lld", (long long)person_no);
    struct hq_query put = hq_query(store, SQL_HQ_person_put);
    hq_bind_i64(&put, "$person_no", person_no);
    hq_bind_text(&put, "$code", str_from(caller->code));
    hq_bind_text(&put, "$name", str_from(name));
    hq_bind_i64(&put, "$role", STAFF_ROLE_none);
    hq_bind_i64(&put, "$team_no", 0);
    hq_bind_i64(&put, "$is_active", 1);
    hq_bind_text(&put, "$areas", STR(""));
    hq_bind_i64(&put, "$capacity", 0);
    hq_bind_i64(&put, "$made_at_ms", now_ms);
    EXPECT_OK(hq_run(&put));
    const struct permit_grant grant = {role, branch_no};
    EXPECT_OK(member_grant(store, (uint32_t)person_no, &grant));
    EXPECT_OK(account_set_password(store, (uint32_t)person_no, verifier, now_ms));
    EXPECT_OK(session_open(store, os_rng(), (uint32_t)person_no, SESSION_DOOR_web, "test", now_ms,
                           caller->token));
    (void)desk;
}

/* A headquarters with one person of each role here and one of each in branch 2. */
static void desk_open(struct desk *desk)
{
    memset(desk, 0, sizeof *desk);
    struct world *world = &desk->world;
    arena_init(&world->arena, 0);
    world->folder = field_folder(&world->arena);
    make_headquarters(world);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, world->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    for (uint32_t role = 1; role <= OFFICE_ROLES; role++) {
        caller_make(desk, store, &desk->own[role - 1], role, HQ_BRANCH, "Own <b>&\"'");
        caller_make(desk, store, &desk->foreign[role - 1], role, 2, "Foreign");
    }
    char once[ACCOUNT_CODE_SIZE];
    caller_make(desk, store, &desk->fresh, STAFF_ROLE_supervisor, HQ_BRANCH, "Fresh");
    uint32_t fresh_no = 0;
    int64_t now_ms = clock_now_ms(os_clock());
    EXPECT_OK(member_find(store, str_from(desk->fresh.code), &fresh_no));
    EXPECT_OK(account_renew(store, os_rng(), fresh_no, now_ms, once));
    EXPECT_OK(session_open(store, os_rng(), fresh_no, SESSION_DOOR_web, "test", now_ms,
                           desk->fresh.token));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
    server_start(world);
}

static void desk_close(struct desk *desk)
{
    int status = server_end(&desk->world, SIGTERM);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_ok);
    field_folder_remove(desk->world.folder);
    arena_deinit(&desk->world.arena);
}

/* One request; the whole answer, head and body. `head`: more header lines, each with its end.
 * A Host and an Origin of the server are sent unless they say otherwise. */
static const char *ask(struct desk *desk, const char *method, const char *path, const char *head,
                       const char *body)
{
    struct arena *arena = &desk->world.arena;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(desk->world.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const char *host = strstr(head, "Host:") != NULL
                           ? ""
                           : str_format(arena, "Host: 127.0.0.1:%u\r\n", desk->world.port);
    const char *origin =
        strstr(head, "Origin:") != NULL
            ? ""
            : str_format(arena, "Origin: http://127.0.0.1:%u\r\n", desk->world.port);
    const char *text = str_format(
        arena, "%s %s HTTP/1.1\r\n%s%s%sConnection: close\r\nContent-Length: %zu\r\n\r\n%s", method,
        path, host, origin, head, strlen(body), body);
    EXPECT(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    EXPECT(send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
    char *answer = arena_alloc(arena, ANSWER_MAX);
    size_t size = 0;
    for (ssize_t got = 1; got > 0 && size < ANSWER_MAX - 1;) {
        got = recv(fd, answer + size, ANSWER_MAX - 1 - size, 0);
        size += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    answer[size] = '\0';
    return answer;
}

static int status_of(const char *answer)
{
    int status = 0;
    EXPECT(sscanf(answer, "HTTP/1.1 %d", &status) == 1);
    return status;
}

static const char *cookie_of(struct desk *desk, const char *token)
{
    return str_format(&desk->world.arena, "Cookie: __Host-doorstep=%s\r\n", token);
}

static const char *mark_of(struct desk *desk, const char *token)
{
    char mark[SESSION_TEXT_SIZE];
    session_form_mark(str_from(token), mark);
    return str_format(&desk->world.arena, "mark=%s", mark);
}

static bool has(const char *answer, const char *words)
{
    return strstr(answer, words) != NULL;
}

/* Which roles a page opens for in their own branch, by hand; in another branch the auditor
 * alone reaches. */
static const struct {
    const char *path, *roles;
} pages[] = {
    {"/office", " supervisor finance legal quality auditor admin "},
    {"/office/approvals", " supervisor finance legal quality auditor "},
    {"/office/review", " supervisor finance legal quality auditor "},
    {"/office/alarms", " supervisor finance legal quality auditor admin "},
    {"/office/case?no=%231", " supervisor finance legal quality auditor "},
    {"/office/reports?kind=field&period=day", " supervisor finance legal quality auditor "},
    {"/office/reports.csv?kind=field&period=day", " supervisor finance legal quality auditor "},
    {"/office/devices", " supervisor quality auditor admin "},
    {"/office/people", " supervisor finance legal quality auditor admin "},
    {"/office/audit", " auditor "},
};

TEST(test_every_page_opens_for_the_roles_that_are_told_and_in_their_branch_alone)
{
    struct desk desk;
    desk_open(&desk);
    for (size_t p = 0; p < COUNT(pages); p++) {
        const char *answer = ask(&desk, "GET", pages[p].path, "", "");
        EXPECT_INT(303, status_of(answer));
        EXPECT(has(answer, "Location: /office/login"));
        for (size_t r = 0; r < OFFICE_ROLES; r++) {
            const char *name = staff_role_name((uint32_t)r + 1);
            char padded[32];
            snprintf(padded, sizeof padded, " %s ", name);
            bool may = strstr(pages[p].roles, padded) != NULL;
            int own = status_of(
                ask(&desk, "GET", pages[p].path, cookie_of(&desk, desk.own[r].token), ""));
            int foreign = status_of(
                ask(&desk, "GET", pages[p].path, cookie_of(&desk, desk.foreign[r].token), ""));
            bool may_foreign = may && strcmp(name, "auditor") == 0;
            if (own != (may ? 200 : 403) || foreign != (may_foreign ? 200 : 403)) {
                fail_msg("%s of %s: %d here, %d elsewhere", pages[p].path, name, own, foreign);
            }
        }
    }
    desk_close(&desk);
}

TEST(test_what_comes_from_elsewhere_or_without_its_mark_does_nothing)
{
    struct desk desk;
    desk_open(&desk);
    const char *token = desk.own[STAFF_ROLE_supervisor - 1].token;
    const char *cookie = cookie_of(&desk, token);
    const char *mark = mark_of(&desk, token);
    const char *other = mark_of(&desk, desk.own[STAFF_ROLE_legal - 1].token);
    static const char *const paths[] = {"/office/approvals", "/office/review", "/office/alarms",
                                        "/office/password", "/office/logout"};
    static const char *const origins[] = {"Origin: https://evil.example\r\n", "Origin: null\r\n",
                                          "Origin: http://127.0.0.1\r\n", "Origin: \r\n"};
    for (size_t p = 0; p < COUNT(paths); p++) {
        for (size_t o = 0; o < COUNT(origins); o++) {
            const char *head = str_format(&desk.world.arena, "%s%s", cookie, origins[o]);
            EXPECT_INT(403, status_of(ask(&desk, "POST", paths[p], head, mark)));
        }
        EXPECT_INT(403, status_of(ask(&desk, "POST", paths[p], cookie, "")));
        EXPECT_INT(403, status_of(ask(&desk, "POST", paths[p], cookie, other)));
        EXPECT_INT(403, status_of(ask(&desk, "POST", paths[p], cookie, "mark=00")));
        EXPECT_INT(400, status_of(ask(&desk, "POST", paths[p], cookie, "mark=%zz")));
        EXPECT_INT(303, status_of(ask(&desk, "POST", paths[p], "", mark)));
    }
    /* Still signed in: nobody signed this person out from elsewhere. */
    EXPECT_INT(200, status_of(ask(&desk, "GET", "/office", cookie, "")));
    /* A form that names no row, a verb that there is none of, and an option as a row. */
    static const char *const bodies[] = {"verb=approve", "verb=dance&pick=1",
                                         "verb=approve&pick=--by"};
    for (size_t i = 0; i < COUNT(bodies); i++) {
        const char *body = str_format(&desk.world.arena, "%s&%s", mark, bodies[i]);
        EXPECT_INT(400, status_of(ask(&desk, "POST", "/office/approvals", cookie, body)));
    }
    /* Signing in is a form, too; and plain HTTP answers to this machine's own names alone. */
    EXPECT_INT(403, status_of(ask(&desk, "POST", "/office/login",
                                  "Origin: https://evil.example\r\n", "person=x&password=y")));
    EXPECT_INT(403, status_of(ask(&desk, "GET", "/office/login", "Host: evil.example\r\n", "")));
    EXPECT_INT(403, status_of(ask(&desk, "GET", "/office/login", "Host: 127.0.0.1.evil\r\n", "")));
    EXPECT_INT(200, status_of(ask(&desk, "GET", "/office/login", "", "")));
    desk_close(&desk);
}

TEST(test_a_session_that_was_there_before_is_not_gone_on_with)
{
    struct desk desk;
    desk_open(&desk);
    struct arena *arena = &desk.world.arena;
    const char *fresh = desk.fresh.token;
    /* Who has to choose a password gets there and nowhere else. */
    const char *answer = ask(&desk, "GET", "/office/approvals", cookie_of(&desk, fresh), "");
    EXPECT(has(answer, "Location: /office/password"));
    const char *body =
        str_format(arena, "%s&new=a+long+walk+home&again=a+long+walk", mark_of(&desk, fresh));
    EXPECT_INT(400,
               status_of(ask(&desk, "POST", "/office/password", cookie_of(&desk, fresh), body)));
    body =
        str_format(arena, "%s&new=a+long+walk+home&again=a+long+walk+home", mark_of(&desk, fresh));
    answer = ask(&desk, "POST", "/office/password", cookie_of(&desk, fresh), body);
    EXPECT(has(answer, "Location: /office\r\n"));
    EXPECT(!has(answer, fresh));
    /* The session of before has ended with the old password. */
    answer = ask(&desk, "GET", "/office", cookie_of(&desk, fresh), "");
    EXPECT(has(answer, "Location: /office/login"));
    /* Somebody planted a cookie before the person signed in. */
    char planted[SESSION_TEXT_SIZE];
    memset(planted, 'a', sizeof planted - 1);
    planted[sizeof planted - 1] = '\0';
    body = str_format(arena, "person=%s&password=a+long+walk+home", desk.fresh.code);
    answer = ask(&desk, "POST", "/office/login", cookie_of(&desk, planted), body);
    EXPECT_INT(303, status_of(answer));
    const char *set = strstr(answer, "Set-Cookie: __Host-doorstep=");
    EXPECT(set != NULL && has(set, "Path=/; Secure; HttpOnly; SameSite=Strict"));
    const char *token = str_text(arena, (struct str){set + 28, 64});
    EXPECT(strcmp(token, planted) != 0);
    EXPECT_INT(303, status_of(ask(&desk, "GET", "/office", cookie_of(&desk, planted), "")));
    EXPECT_INT(200, status_of(ask(&desk, "GET", "/office", cookie_of(&desk, token), "")));
    /* Two of them: neither is taken. */
    const char *two =
        str_format(arena, "Cookie: __Host-doorstep=%s; __Host-doorstep=%s\r\n", planted, token);
    EXPECT_INT(303, status_of(ask(&desk, "GET", "/office", two, "")));
    /* Signed out: the token opens nothing any more. */
    EXPECT_INT(303, status_of(ask(&desk, "POST", "/office/logout", cookie_of(&desk, token),
                                  mark_of(&desk, token))));
    answer = ask(&desk, "GET", "/office", cookie_of(&desk, token), "");
    EXPECT(has(answer, "Location: /office/login"));
    body = str_format(arena, "person=%s&password=wrong", desk.fresh.code);
    EXPECT_INT(403, status_of(ask(&desk, "POST", "/office/login", "", body)));
    desk_close(&desk);
}

TEST(test_a_file_is_masked_by_role_and_every_look_is_kept)
{
    struct desk desk;
    desk_open(&desk);
    static const char path[] = "/office/case?no=%231&lang=en";
    const struct caller *supervisor = &desk.own[STAFF_ROLE_supervisor - 1];
    const struct caller *finance = &desk.own[STAFF_ROLE_finance - 1];
    const char *whole = ask(&desk, "GET", path, cookie_of(&desk, supervisor->token), "");
    const char *masked = ask(&desk, "GET", path, cookie_of(&desk, finance->token), "");
    EXPECT(has(whole, "Debtor ") && has(whole, "1 Some Road"));
    EXPECT(!has(masked, "Debtor ") && !has(masked, "1 Some Road"));
    EXPECT(has(masked, "D******") && has(masked, "North"));
    /* What people are called is text, never a part of the page. */
    EXPECT(has(whole, "Own &lt;b&gt;&amp;&quot;&#39;") && !has(whole, "<b>"));
    static const char *const heads[] = {
        "Content-Security-Policy: default-src 'none'", "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff", "Referrer-Policy: same-origin"};
    for (size_t i = 0; i < COUNT(heads); i++) {
        EXPECT(has(whole, heads[i]));
    }
    EXPECT(!has(whole, "<script") && !has(whole, "style=") && !has(whole, "http://"));
    (void)ask(&desk, "GET", "/office/audit", cookie_of(&desk, finance->token), "");
    const char *log = ask(&desk, "GET", "/office/audit?lang=en",
                          cookie_of(&desk, desk.own[STAFF_ROLE_auditor - 1].token), "");
    EXPECT_INT(200, status_of(log));
    EXPECT(has(log, "<td>view case</td><td>whole</td><td class=number>1</td><td>127.0.0.1</td>"));
    EXPECT(has(log, "<td>view case</td><td>masked</td><td class=number>1</td><td>127.0.0.1</td>"));
    EXPECT(has(log, "<td>refused</td><td>audit list</td>"));
    EXPECT(has(log, supervisor->code) && has(log, finance->code));
    char *said = NULL;
    EXPECT_INT(COMMAND_ok, RUN(&desk.world, &said, "audit", "verify"));
    EXPECT(has(said, "is whole"));
    desk_close(&desk);
}
