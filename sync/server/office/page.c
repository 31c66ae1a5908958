/* HTML of pages, and commands behind them. */
#include "sync/server/office/page.h"

#include "core/base/check.h"
#include "sync/server/staff/session.h"

#include <stdlib.h>
#include <string.h>

enum { SAID_SIZE_MAX = 4 * 1024 * 1024 };

void page_html(struct page *page, const char *html)
{
    str_add_text(&page->html, html);
}

void page_text(struct page *page, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        switch (*at) {
        case '&':
            page_html(page, "&amp;");
            break;
        case '<':
            page_html(page, "&lt;");
            break;
        case '>':
            page_html(page, "&gt;");
            break;
        case '"':
            page_html(page, "&quot;");
            break;
        case '\'':
            page_html(page, "&#39;");
            break;
        default:
            str_add_char(&page->html, *at);
        }
    }
}

void page_key(struct page *page, const char *key)
{
    page_text(page, lang_text(page->lang, key));
}

void page_mark(struct page *page)
{
    char mark[SESSION_TEXT_SIZE];
    session_form_mark(str_from(page->token), mark);
    page_html(page, "<input type=hidden name=mark value=");
    page_html(page, mark);
    page_html(page, ">");
}

void page_note(struct page *page, const char *kind, const char *text)
{
    page_html(page, "<p role=status class=");
    page_html(page, kind);
    page_html(page, ">");
    page_text(page, text);
    page_html(page, "</p>");
}

/* ---- commands ---- */

bool page_is_word(const char *value)
{
    return value[0] != '\0' && value[0] != '-';
}

void page_word(struct page_words *words, const char *word)
{
    CHECK((size_t)words->count < COUNT(words->words));
    words->words[words->count++] = word;
}

void page_option(struct page *page, struct page_words *words, const char *option, const char *value)
{
    if (value[0] != '\0') {
        page_word(words, str_format(page->arena, "%s=%s", option, value));
    }
}

static const char *all_of(struct arena *arena, FILE *file)
{
    long size = ftell(file);
    size = size > SAID_SIZE_MAX ? SAID_SIZE_MAX : size;
    char *text = arena_alloc(arena, (size_t)(size > 0 ? size : 0) + 1);
    rewind(file);
    text[fread(text, 1, (size_t)(size > 0 ? size : 0), file)] = '\0';
    return text;
}

struct page_said page_run(struct page *page, const struct page_words *words)
{
    enum { FAILED = 1 };
    struct page_said said = {.code = FAILED, .out = "", .err = ""};
    FILE *in = tmpfile(), *out = tmpfile(), *err = tmpfile();
    if (in != NULL && out != NULL && err != NULL) {
        fputs(words->input != NULL ? words->input : "", in);
        rewind(in);
        const struct office_call call = {
            .arena = page->arena,
            .session = page->token,
            .origin = page->peer,
            .lang = page->lang,
            .is_json = words->is_json,
            .is_page = words->is_page,
            .is_page_pick = words->is_page_pick,
            .is_quiet = page->is_quiet,
            .argc = words->count,
            .argv = words->words,
            .in = in,
            .out = out,
            .err = err,
        };
        said.code = page->options->run(page->options->context, &call);
        said.out = all_of(page->arena, out);
        said.err = all_of(page->arena, err);
    }
    FILE *const files[] = {in, out, err};
    for (size_t i = 0; i < COUNT(files); i++) {
        if (files[i] != NULL) {
            fclose(files[i]);
        }
    }
    return said;
}
