/* sync/server/office/page_form.h -- lists and forms that pages are made of. Private. */
#pragma once

#include "core/domain/catalog.h"
#include "sync/server/office/page.h"

/* Exit codes of commands (enum command_exit). */
enum {
    PAGE_CODE_ok = 0,
    PAGE_CODE_usage = 2,
    PAGE_CODE_found = 3,
    PAGE_CODE_not_found = 4,
    PAGE_CODE_refused = 6,
};

/* HTTP status for an exit code. */
int page_form_status(int code);
/* What a command complains of, without what is for a terminal. */
const char *page_form_complaint(struct page *page, const struct page_said *said);
/* A paragraph for what came of a button; sets the page's status. */
void page_form_done(struct page *page, const struct page_said *said);
/* The words of a command; `second` may be NULL. */
struct page_words page_form_words(const char *first, const char *second);

/* Puts the list of a command, or what it complains of. Gives whether there is a row. */
bool page_form_list(struct page *page, struct page_words *words);
/* Whether the person reaches the whole branch with this action: lists and buttons of the branch. */
bool page_form_may(const struct page *page, enum permit_action action);
/* … or at least a team. */
bool page_form_may_team(const struct page *page, enum permit_action action);

/* A form that is sent to `path`, with its mark. Ends with "</form>". */
void page_form_begin(struct page *page, const char *path);
/* `kind`: main, plain, bad. Sends verb=`value`. */
void page_form_button(struct page *page, const char *value, const char *kind, const char *key);
/* `more`: further attributes, ours. */
void page_form_field(struct page *page, const char *name, const char *type, const char *key,
                     const char *more);
/* A field of a question (GET) with what was asked. */
void page_form_search(struct page *page, const char *name, const char *key, const char *value);
/* The names of a catalogue to choose from; `may_be_none`: also nothing. */
void page_form_codes(struct page *page, const char *name, const char *key, enum catalog catalog,
                     bool may_be_none);
/* "I am sure": without it is_sure is false. */
void page_form_sure(struct page *page, const char *key);

/* Whether the form names one of `verbs` (NULL-ended) and a row. */
bool page_form_is_whole(const struct page *page, const char *const *verbs);
/* What is said to a form that is not whole. */
struct page_said page_form_nonsense(const struct page *page);

/* A list with a row to pick and what may be done with it. */
struct page_form_work {
    const char *title_key, *path;
    const char *command, *verb, *option; /* of the list; `option` may be NULL */
    enum permit_action action;           /* of the buttons */
    bool is_teams;                       /* who reaches a team has the buttons, too */
    void (*acts)(struct page *page);     /* fields and buttons below the list */
    void (*more)(struct page *page);     /* what stands after it; NULL none */
};
/* The page; `done`: what came of a button, NULL none. */
void page_form_work(struct page *page, const struct page_form_work *work,
                    const struct page_said *done);
