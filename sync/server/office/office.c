/* Routes, threads, and the head of every answer. */
#include "sync/server/office/office.h"

#include "core/base/check.h"
#include "sync/server/office/page.h"

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
        page_door(page);
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
