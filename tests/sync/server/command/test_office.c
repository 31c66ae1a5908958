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

/* In team 1 of the branch. */
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
    hq_bind_i64(&put, "$team_no", 1);
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

/* Every address of the server: which roles it opens for in their own branch, by hand. In another
 * branch the auditor alone reaches, and everybody what is their own. `status`: for who may; of a
 * form one that got as far as its command, which finds no such row. */
#define LOOKERS " supervisor finance legal quality auditor "
#define EVERYBODY " collector leader supervisor finance legal quality auditor admin "

static const struct {
    const char *method, *path, *body, *roles;
    int status;
    bool is_own;  /* also in another branch */
    bool is_open; /* also without signing in */
} addresses[] = {
    {"GET", "/office", "", LOOKERS "leader admin ", 200, false, false},
    {"GET", "/office/approvals", "", LOOKERS "leader ", 200, false, false},
    {"GET", "/office/review", "", LOOKERS "leader ", 200, false, false},
    {"GET", "/office/alarms", "", LOOKERS "leader admin ", 200, false, false},
    {"GET", "/office/stops", "", LOOKERS "leader ", 200, false, false},
    {"GET", "/office/complaints", "", " supervisor legal quality auditor ", 200, false, false},
    {"GET", "/office/messages", "", LOOKERS "leader ", 200, false, false},
    {"GET", "/office/case?no=%231", "", LOOKERS, 200, false, false},
    {"GET", "/office/reports?kind=field&period=day", "", LOOKERS, 200, false, false},
    {"GET", "/office/reports.csv?kind=field&period=day", "", LOOKERS, 200, false, false},
    {"GET", "/office/devices", "", " leader supervisor quality auditor admin ", 200, false, false},
    {"GET", "/office/people", "", LOOKERS "leader admin ", 200, false, false},
    {"GET", "/office/audit", "", " auditor ", 200, false, false},
    {"GET", "/office/password", "", EVERYBODY, 200, true, false},
    {"GET", "/office/second", "", EVERYBODY, 200, true, false},
    {"GET", "/office/login", "", EVERYBODY, 200, true, true},
    {"GET", "/office/style.css", "", EVERYBODY, 200, true, true},
    {"POST", "/office/approvals", "verb=approve&pick=0123456789", " supervisor ", 404, false,
     false},
    {"POST", "/office/review", "verb=decide&choice=noted&pick=0123456789", " supervisor ", 404,
     false, false},
    {"POST", "/office/alarms", "verb=seen&pick=0123456789", " leader supervisor admin ", 404, false,
     false},
    {"POST", "/office/stops", "verb=clear&pick=dispute+%231", " supervisor legal ", 404, false,
     false},
    {"POST", "/office/complaints", "verb=call&result=confirms&pick=01234567+%231",
     " legal quality ", 404, false, false},
    {"POST", "/office/messages", "person=X9&text=come+in", " leader supervisor legal quality ", 404,
     false, false},
    {"POST", "/office/devices", "verb=lock&pick=99", " supervisor admin ", 404, false, false},
    {"POST", "/office/password", "new=a&again=b", EVERYBODY, 400, true, false},
    {"POST", "/office/second", "verb=dance", EVERYBODY, 400, true, false},
    {"POST", "/office/login", "person=x&password=", EVERYBODY, 400, true, true},
    {"POST", "/office/logout", "", EVERYBODY, 303, true, false}, /* the last: it ends them */
    {"POST", "/v1/envelope", "x", EVERYBODY, 200, true, true},
    {"GET", "/healthz", "", EVERYBODY, 200, true, true},
    {"GET", "/readyz", "", EVERYBODY, 200, true, true},
    {"GET", "/metrics", "", EVERYBODY, 200, true, true},
};

static const struct {
    const char *method, *path;
} served[] = {
#define PAGE(method, path, name, action) {method, path},
#include "sync/server/office/endpoints.def"
#undef PAGE
#define ENDPOINT(method, path, name, body_size) {method, path},
#include "sync/server/api/endpoints.def"
#undef ENDPOINT
};

TEST(test_every_address_that_is_served_has_its_line_in_the_matrix)
{
    for (size_t s = 0; s < COUNT(served); s++) {
        bool is_told = false;
        for (size_t a = 0; a < COUNT(addresses); a++) {
            size_t size = strcspn(addresses[a].path, "?");
            is_told = is_told || (strcmp(served[s].method, addresses[a].method) == 0 &&
                                  strlen(served[s].path) == size &&
                                  strncmp(served[s].path, addresses[a].path, size) == 0);
        }
        if (!is_told) {
            fail_msg("nobody said who may %s %s", served[s].method, served[s].path);
        }
    }
    EXPECT_INT(COUNT(served), COUNT(addresses));
}

static int status_as(struct desk *desk, size_t a, const struct caller *caller)
{
    const char *cookie = caller != NULL ? cookie_of(desk, caller->token) : "";
    const char *mark = caller != NULL ? mark_of(desk, caller->token) : "mark=00";
    bool is_form = strcmp(addresses[a].method, "POST") == 0;
    const char *body =
        is_form ? str_format(&desk->world.arena, "%s&%s", mark, addresses[a].body) : "";
    return status_of(ask(desk, addresses[a].method, addresses[a].path, cookie, body));
}

/* The table is printed: who gets what at which address, here and from another branch. */
TEST(test_every_address_answers_every_role_as_it_is_told_and_in_its_branch_alone)
{
    struct desk desk;
    desk_open(&desk);
    size_t count = 0;
    printf("%-46s nobody", "address; here/elsewhere");
    for (uint32_t role = 1; role <= OFFICE_ROLES; role++) {
        printf(" %-10s", staff_role_name(role));
    }
    printf("\n");
    for (size_t pass = 0; pass < 2; pass++) { /* signing out ends what the others need */
        for (size_t a = 0; a < COUNT(addresses); a++) {
            bool is_logout = strcmp(addresses[a].path, "/office/logout") == 0;
            if (is_logout != (pass == 1)) {
                continue;
            }
            int nobody = status_as(&desk, a, NULL);
            int expected_nobody = addresses[a].is_open ? addresses[a].status : 303;
            printf("%-4s %-41s %6d", addresses[a].method, addresses[a].path, nobody);
            bool is_right = nobody == expected_nobody;
            for (size_t r = 0; r < OFFICE_ROLES; r++) {
                char padded[32];
                snprintf(padded, sizeof padded, " %s ", staff_role_name((uint32_t)r + 1));
                bool may = strstr(addresses[a].roles, padded) != NULL;
                bool may_there = may && (addresses[a].is_own || strcmp(padded, " auditor ") == 0);
                int here = status_as(&desk, a, &desk.own[r]);
                int there = status_as(&desk, a, &desk.foreign[r]);
                printf(" %3d/%-6d", here, there);
                is_right = is_right && here == (may ? addresses[a].status : 403) &&
                           there == (may_there ? addresses[a].status : 403);
                count += 2;
            }
            printf("\n");
            if (!is_right) {
                fail_msg("%s %s is not as it is told", addresses[a].method, addresses[a].path);
            }
        }
    }
    EXPECT_INT(2 * OFFICE_ROLES * COUNT(addresses), count);
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
