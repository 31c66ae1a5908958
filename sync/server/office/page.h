/* sync/server/office/page.h -- one request to the office on its way, and its HTML. Private. */
#pragma once

#include "sync/server/office/form.h"
#include "sync/server/office/office.h"
#include "sync/server/staff/permit.h"

struct page_kind;

struct page {
    struct page *next; /* in the queue */
    struct office *office;
    const struct office_options *options;
    struct http_exchange *exchange;
    const struct page_kind *kind;
    struct arena *arena; /* http_arena() */
    enum lang lang;

    /* of the request, copied by the thread that took it */
    const char *token; /* "" nobody */
    const char *peer;  /* address of the other end */
    const char *site;  /* Origin header */
    const char *host;  /* Host header */
    const char *query_lang;
    struct form form; /* of a POST: its body; of a GET: its query */
    enum err form_err;

    /* who asks; person_no 0: nobody has signed in */
    struct permit_person person;
    const char *roles; /* in words */
    bool must_change;
    int64_t alarm_count; /* of those whom the person looks after: nobody has seen them */
    bool is_quiet;       /* the page looked again by itself: nobody is there for sure */

    /* the answer */
    struct str_builder html;
    int status;
    const char *type;
    const char *location;   /* of a redirect; NULL none */
    const char *new_token;  /* to be the cookie; "" ends it; NULL leaves it */
    const char *attachment; /* file name of a download; NULL none */
    const char *refresh;    /* when and where the browser looks again; NULL never */
    bool is_framed;         /* may stand inside a page of ours */
};

struct page_kind {
    const char *method, *path, *name;
    enum permit_action action;
    void (*make)(struct page *page);
};

/* pages_*.c: one for each line of endpoints.def. */
#define PAGE(method, path, name, action) void page_##name(struct page *page);
#include "sync/server/office/endpoints.def"
#undef PAGE
extern const struct page_kind page_kinds[];
extern const size_t page_kind_count;

/* Makes the page, or says why not: what is not served safely, a form from elsewhere or without its
 * mark, nobody signed in, a password that must be chosen first. */
void page_door(struct page *page);
/* Counts the alarms that wait for the person anew, after one was seen. */
void page_count_alarms(struct page *page);

/* ---- text; everything from outside goes through page_text() ---- */
void page_html(struct page *page, const char *html); /* ours, as it is */
void page_text(struct page *page, const char *text); /* escaped */
void page_key(struct page *page, const char *key);   /* a text of the office, escaped */

/* Head with menu, and foot. `title_key`: text key. */
void page_head(struct page *page, const char *title_key);
void page_foot(struct page *page);
/* In place of the bell for who is not signed in any more. */
void page_bell_ended(struct page *page);
/* A paragraph for what went well ("done") or not ("bad"). */
void page_note(struct page *page, const char *kind, const char *text);
/* The hidden mark that a form of this session carries. */
void page_mark(struct page *page);

/* ---- commands ---- */

struct page_said {
    int code;        /* enum command_exit */
    const char *out; /* what it said, and its complaints; in the page's arena */
    const char *err;
};
struct page_words {
    const char *words[24];
    int count;
    bool is_json, is_page, is_page_pick;
    const char *input; /* for those that read a line; NULL none */
};
/* Adds a word. */
void page_word(struct page_words *words, const char *word);
/* Adds "--option=value" when the value is not empty. */
void page_option(struct page *page, struct page_words *words, const char *option,
                 const char *value);
struct page_said page_run(struct page *page, const struct page_words *words);
/* False for what could be read as an option. */
bool page_is_word(const char *value);
