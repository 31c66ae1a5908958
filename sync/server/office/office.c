/* Routes, threads and the rules of the door: origin, cookie, mark, headers. */
#include "sync/server/office/office.h"

#include "core/base/check.h"
#include "core/os/log.h"
#include "sync/server/office/page.h"
#include "sync/server/staff/session.h"

#include <jansson.h>
#include <pthread.h>
#include <string.h>

enum { BUSY_RETRY_S = 5 };

static const char COOKIE[] = "__Host-doorstep";
static const char LANG_COOKIE[] = "__Host-doorstep-lang";
#define POLICY                                                                                     \
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; " \
    "base-uri 'none'; frame-ancestors "

struct office {
    struct arena arena;
    struct office_options options;
    pthread_mutex_t lock; /* over all below */
    pthread_cond_t has_work;
    struct page *first, *last;
    size_t count;
    bool is_open;
    pthread_t threads[OFFICE_THREADS];
    size_t thread_count;
};

/* ---- routes ---- */

static bool office_take(void *context, struct http_exchange *exchange);
static void office_finish(void *context, struct http_exchange *exchange);

static const struct http_route routes[] = {
#define PAGE(method, path, name, action) \
    {(method), (path), FORM_SIZE_MAX, office_take, office_finish},
#include "sync/server/office/endpoints.def"
#undef PAGE
};

const struct http_route *office_routes(size_t *count_out)
{
    *count_out = COUNT(routes);
    return routes;
}

static const struct page_kind *kind_of(const struct http_route *route)
{
    size_t index = (size_t)(route - routes);
    CHECK(index < page_kind_count);
    return &page_kinds[index];
}

/* ---- the answer ---- */

static void cookie(struct page *page, const char *name, const char *value, const char *more)
{
    http_add_header(page->exchange, "Set-Cookie",
                    str_format(page->arena, "%s=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s",
                               name, value, more));
}

static void answer(struct page *page)
{
    struct http_exchange *exchange = page->exchange;
    http_add_header(exchange, "Cache-Control", "no-store");
    http_add_header(exchange, "Content-Security-Policy",
                    page->is_framed ? POLICY "'self'" : POLICY "'none'");
    http_add_header(exchange, "X-Content-Type-Options", "nosniff");
    http_add_header(exchange, "Referrer-Policy", "same-origin");
    if (page->options->has_tls) {
        http_add_header(exchange, "Strict-Transport-Security", "max-age=31536000");
    }
    if (page->new_token != NULL) {
        cookie(page, COOKIE, page->new_token, page->new_token[0] == '\0' ? "; Max-Age=0" : "");
    } else if (page->query_lang[0] != '\0') {
        cookie(page, LANG_COOKIE, lang_name(page->lang), "; Max-Age=31536000");
    }
    if (page->refresh != NULL) {
        http_add_header(exchange, "Refresh", page->refresh);
    }
    if (page->attachment != NULL) {
        http_add_header(exchange, "Content-Disposition", page->attachment);
    }
    if (page->location != NULL) {
        http_add_header(exchange, "Location", page->location);
        http_answer(exchange, 303, "text/plain", STR(""));
    } else {
        http_answer(exchange, page->status, page->type, str_built(&page->html));
    }
}

static void refuse(struct page *page, int status, const char *key)
{
    page->status = status;
    page_head(page, "office.page.refused");
    page_note(page, "bad", lang_text(page->lang, key));
    page_foot(page);
}

/* ---- the door ---- */

static bool starts_with(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

static bool is_loopback_name(const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; i < COUNT(names); i++) {
        size_t size = strlen(names[i]);
        if (starts_with(host, names[i]) && (host[size] == '\0' || host[size] == ':')) {
            return true;
        }
    }
    return false;
}

/* Plain HTTP is for this machine alone: by the address where the server listens, and by the
 * name that the browser asked for, which a page elsewhere cannot choose. */
static bool is_served(const struct page *page)
{
    bool is_local =
        starts_with(page->options->address, "127.") || starts_with(page->options->address, "[::1]");
    return page->options->has_tls || (is_local && is_loopback_name(page->host));
}

/* A form comes from a page of ours: browsers say from where. */
static bool is_from_here(const struct page *page)
{
    const char *scheme = page->options->has_tls ? "https://" : "http://";
    return page->host[0] != '\0' && starts_with(page->site, scheme) &&
           strcmp(page->site + strlen(scheme), page->host) == 0;
}

static void read_grants(struct page *page, const char *roles)
{
    struct str rest = str_from(roles), word;
    while (rest.size > 0 && str_split(&rest, ' ', &word)) {
        struct str name;
        struct str branch = word;
        (void)str_split(&branch, '@', &name);
        int64_t branch_no = HQ_BRANCH;
        if (str_is(branch, "all")) {
            branch_no = 0;
        } else if (branch.size > 0 && str_to_i64(branch, &branch_no) != OK) {
            continue;
        }
        uint32_t role = staff_role_code(name);
        if (role != STAFF_ROLE_none && page->person.grant_count < PERMIT_GRANTS_MAX) {
            page->person.grants[page->person.grant_count++] =
                (struct permit_grant){role, (uint32_t)branch_no};
        }
    }
}

/* The roles as people read them. */
static const char *roles_shown(struct page *page)
{
    struct str_builder text;
    str_builder_init(&text, page->arena);
    for (size_t i = 0; i < page->person.grant_count; i++) {
        if (i > 0) {
            str_add_text(&text, lang_text(page->lang, "office.and"));
        }
        str_add_text(
            &text, lang_text(page->lang, str_format(page->arena, "staff_role.%s",
                                                    staff_role_name(page->person.grants[i].role))));
    }
    return str_text(page->arena, str_built(&text));
}

/* Whose session the cookie is, by the same command that the command line has. */
static void find_person(struct page *page)
{
    if (page->token[0] == '\0') {
        return;
    }
    struct page_words words = {.is_json = true};
    page_word(&words, "whoami");
    struct page_said said = page_run(page, &words);
    json_t *rows = said.code == 0 ? json_loads(said.out, JSON_REJECT_DUPLICATES, NULL) : NULL;
    json_t *row = json_array_get(rows, 0);
    const char *code = json_string_value(json_object_get(row, "code"));
    const char *name = json_string_value(json_object_get(row, "name"));
    const char *roles = json_string_value(json_object_get(row, "roles"));
    const char *must = json_string_value(json_object_get(row, "must_choose"));
    page->alarm_count = json_integer_value(json_object_get(row, "alarms"));
    if (code != NULL && name != NULL && roles != NULL && must != NULL) {
        page->person.person_no = 1; /* somebody: which number does not matter to a menu */
        (void)str_copy(page->person.code, sizeof page->person.code, str_from(code));
        (void)str_copy(page->person.name, sizeof page->person.name, str_from(name));
        read_grants(page, roles);
        page->roles = roles_shown(page);
        page->must_change = strcmp(must, "yes") == 0;
    } else {
        page->token = "";
    }
    json_decref(rows);
}

static void make(struct page *page)
{
    bool is_open = page->kind->action == PERMIT_sign_in; /* nobody has to be signed in */
    bool is_post = strcmp(page->kind->method, "POST") == 0;
    bool is_style = strcmp(page->kind->name, "style") == 0;
    if (!is_served(page)) {
        refuse(page, 403, "office.fail.plain");
        return;
    }
    if (page->form_err != OK) {
        refuse(page, 400, "office.fail.form");
        return;
    }
    if (is_post && !is_from_here(page)) {
        refuse(page, 403, "office.fail.origin");
        return;
    }
    if (!is_open) {
        find_person(page);
        if (page->person.person_no == 0) {
            page->new_token = ""; /* also when it has ended */
            if (strcmp(page->kind->name, "bell") == 0) {
                page_bell_ended(page);
                return;
            }
            page->location = "/office/login";
            return;
        }
        if (is_post && !session_is_form_mark(str_from(page->token),
                                             str_from(form_value(&page->form, "mark")))) {
            refuse(page, 403, "office.fail.mark");
            return;
        }
        if (page->must_change && page->kind->action != PERMIT_account_own) {
            page->location = "/office/password";
            return;
        }
    } else if (!is_style) {
        page->token = "";
    }
    page->kind->make(page);
}

/* ---- threads ---- */

static void *run(void *context)
{
    struct office *office = context;
    pthread_mutex_lock(&office->lock);
    for (;;) {
        while (office->first == NULL && office->is_open) {
            pthread_cond_wait(&office->has_work, &office->lock);
        }
        struct page *page = office->first;
        if (page == NULL) {
            break;
        }
        office->first = page->next;
        office->last = office->first != NULL ? office->last : NULL;
        office->count--;
        pthread_mutex_unlock(&office->lock);
        make(page);
        answer(page);
        http_resume(page->exchange); /* the page may be gone from here on */
        pthread_mutex_lock(&office->lock);
    }
    pthread_mutex_unlock(&office->lock);
    return NULL;
}

static const char *copy(struct page *page, struct str text)
{
    return str_text(page->arena, text);
}

static bool is_asked(struct page *page, const char *name)
{
    struct str value = http_query(page->exchange, name);
    if (value.size == 0) {
        return false;
    }
    if (!str_is_utf8(value) || page->form.count == FORM_FIELDS_MAX) {
        page->form_err = ERR_malformed;
        return false;
    }
    page->form.fields[page->form.count].name = name;
    page->form.fields[page->form.count++].value = copy(page, value);
    return true;
}

static enum lang lang_of(const struct page *page)
{
    struct http_exchange *exchange = page->exchange;
    enum lang lang = LANG_zh;
    if (lang_from_text(str_from(page->query_lang), &lang) ||
        lang_from_text(form_cookie(http_header(exchange, "Cookie"), LANG_COOKIE), &lang)) {
        return lang;
    }
    return lang_from_text(http_header(exchange, "Accept-Language"), &lang) ? lang : LANG_zh;
}

static bool office_take(void *context, struct http_exchange *exchange)
{
    struct office *office = context;
    static const char *const asked[] = {"no", "client", "show",  "kind",  "period",
                                        "at", "person", "again", "closed"};
    struct arena *arena = http_arena(exchange);
    struct page *page = ARENA_NEW(arena, struct page);
    page->office = office;
    page->options = &office->options;
    page->exchange = exchange;
    page->arena = arena;
    page->kind = kind_of(http_route_of(exchange));
    page->status = 200;
    page->type = "text/html; charset=utf-8";
    page->roles = "";
    str_builder_init(&page->html, arena);
    page->query_lang = copy(page, http_query(exchange, "lang"));
    enum lang lang = LANG_zh;
    page->query_lang = lang_from_text(str_from(page->query_lang), &lang) ? page->query_lang : "";
    page->lang = lang_of(page);
    page->token = copy(page, form_cookie(http_header(exchange, "Cookie"), COOKIE));
    page->site = copy(page, http_header(exchange, "Origin"));
    page->host = copy(page, http_header(exchange, "Host"));
    page->peer = http_peer(exchange);
    if (strcmp(page->kind->method, "POST") == 0) {
        page->form_err = form_read(arena, http_body(exchange), &page->form);
    } else {
        for (size_t i = 0; i < COUNT(asked); i++) {
            (void)is_asked(page, asked[i]);
        }
    }
    page->is_quiet =
        form_value(&page->form, "again")[0] != '\0' || strcmp(page->kind->name, "bell") == 0;
    pthread_mutex_lock(&office->lock);
    bool is_taken = office->is_open && office->count < OFFICE_QUEUE;
    if (is_taken) {
        if (office->last != NULL) {
            office->last->next = page;
        } else {
            office->first = page;
        }
        office->last = page;
        office->count++;
        pthread_cond_signal(&office->has_work);
    }
    pthread_mutex_unlock(&office->lock);
    if (!is_taken) {
        http_retry_after(exchange, BUSY_RETRY_S);
        http_answer(exchange, 503, "text/plain", STR("come again\n"));
    }
    return !is_taken;
}

/* A page is whole before its connection wakes. */
static void office_finish(void *context, struct http_exchange *exchange)
{
    (void)context;
    (void)exchange;
    UNREACHABLE();
}

/* ---- start and end ---- */

enum err office_make(struct office **office_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct office *office = ARENA_NEW(&arena, struct office);
    office->arena = arena;
    pthread_mutex_init(&office->lock, NULL);
    pthread_cond_init(&office->has_work, NULL);
    *office_out = office;
    return OK;
}

enum err office_begin(struct office *office, const struct office_options *options)
{
    CHECK(office->thread_count == 0);
    office->options = *options;
    pthread_mutex_lock(&office->lock);
    office->is_open = true;
    pthread_mutex_unlock(&office->lock);
    while (office->thread_count < OFFICE_THREADS) {
        if (pthread_create(&office->threads[office->thread_count], NULL, run, office) != 0) {
            office_end(office);
            return ERR_io;
        }
        office->thread_count++;
    }
    return OK;
}

void office_end(struct office *office)
{
    pthread_mutex_lock(&office->lock);
    office->is_open = false;
    pthread_cond_broadcast(&office->has_work);
    pthread_mutex_unlock(&office->lock);
    for (size_t i = 0; i < office->thread_count; i++) {
        pthread_join(office->threads[i], NULL);
    }
    office->thread_count = 0;
}

void office_free(struct office *office)
{
    pthread_mutex_destroy(&office->lock);
    pthread_cond_destroy(&office->has_work);
    struct arena arena = office->arena;
    arena_deinit(&arena);
}
