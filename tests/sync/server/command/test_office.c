/* The web office over real HTTP: which page opens for whom, and that nothing is done for who
 * is not in it, comes from elsewhere or was there before. */
#include "tests/sync/server/command/office_desk.h"

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
    {"GET", "/office/identity", "", " supervisor legal quality auditor ", 200, false, false},
    {"GET", "/office/bell", "", LOOKERS "leader admin ", 200, false, true},
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
    {"POST", "/office/identity", "verb=decide&result=theirs&note=asked&pick=%231",
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
    EXPECT(has(masked, ">case assigned</td>") && !has(masked, "case_assigned"));
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
    EXPECT(has(log, ">names and numbers whole</td>") && has(log, ">names and numbers masked</td>"));
    EXPECT(has(log, ">Refused</span>") || has(log, ">Refused</td>"));
    EXPECT(has(log, "(audit list)</td>"));
    EXPECT(has(log, supervisor->code) && has(log, finance->code));
    log = ask(&desk, "GET", "/office/audit?lang=zh",
              cookie_of(&desk, desk.own[STAFF_ROLE_auditor - 1].token), "");
    EXPECT(has(log, ">查看案件档案</td>") && has(log, ">打码显示</td>"));
    char *said = NULL;
    EXPECT_INT(COMMAND_ok, RUN(&desk.world, &said, "audit", "verify"));
    EXPECT(has(said, "is whole"));
    desk_close(&desk);
}
