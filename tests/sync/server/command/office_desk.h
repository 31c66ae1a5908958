/* tests/sync/server/command/office_desk.h -- the web office over real HTTP, with one person of each
 * role here and one of each in another branch. */
#pragma once

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
static inline void caller_make(struct desk *desk, struct hq_store *store, struct caller *caller,
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
static inline void desk_open(struct desk *desk)
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

static inline void desk_close(struct desk *desk)
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

static inline int status_of(const char *answer)
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

static inline bool has(const char *answer, const char *words)
{
    return strstr(answer, words) != NULL;
}
