/* sync/server/office/office.h -- the web office: pages for people of headquarters.
 *
 * A page is a command of doorstep-hq whose answer is shown in HTML, and a button is a command,
 * too: so the same session, permission matrix, maker-checker rule and audit log stand before
 * both. Pages are made by threads of their own: who signs in (64 MiB and a fifth of a second)
 * keeps no tablet waiting, and at most OFFICE_THREADS passwords are computed at once.
 *
 * Served over TLS, or on a loopback address to a loopback name; anything else is told so. The
 * session is a __Host- cookie that scripts cannot read and other sites do not send; a form
 * carries a mark of its session and comes from this origin, or nothing is done. There is no
 * script. */
#pragma once

#include "app/i18n/lang.h"
#include "core/base/arena.h"
#include "sync/server/http/http.h"

#include <stdio.h>

enum { OFFICE_THREADS = 2, OFFICE_QUEUE = 64 };

/* One command on behalf of a page. */
struct office_call {
    struct arena *arena;
    const char *session; /* token; "" nobody */
    const char *origin;  /* "192.0.2.7" */
    enum lang lang;
    bool is_json, is_page, is_page_pick;
    bool is_quiet; /* asked for by a clock, not by a person: keeps no session from ending */
    int argc;
    const char *const *argv;
    FILE *in, *out, *err;
};
/* Runs it and gives its exit code (enum command_exit). Called by threads of the office. */
typedef int office_command(void *context, const struct office_call *call);

struct office;
struct office_options {
    bool has_tls;
    const char *address; /* where the server listens: http_address() */
    office_command *run;
    void *context;
};

enum err office_make(struct office **office_out) MUST_USE;
/* From now on pages are made; before and after office_end() all are told to come again. */
enum err office_begin(struct office *office, const struct office_options *options) MUST_USE;
/* Makes the pages that wait and ends the threads. Before api_drain(). */
void office_end(struct office *office);
void office_free(struct office *office);

/* Their context is the office. Static. */
const struct http_route *office_routes(size_t *count_out);
