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

/* Addresses of the menu, in its order. */
static const struct {
    const char *path, *key;
    enum permit_action action;
    bool is_teams; /* who reaches a team alone sees that part of it */
} menu[] = {
    {"/office", "office.page.home", PERMIT_figures_view, true},
    {"/office/alarms", "office.page.alarms", PERMIT_alarms_view, true},
    {"/office/approvals", "office.page.approvals", PERMIT_approvals_view, true},
    {"/office/review", "office.page.review", PERMIT_conflicts_view, true},
    {"/office/stops", "office.page.stops", PERMIT_case_view, true},
    {"/office/complaints", "office.page.complaints", PERMIT_complaints_view, false},
    {"/office/messages", "office.page.messages", PERMIT_case_view, true},
    {"/office/case", "office.page.case", PERMIT_case_view, true},
    {"/office/reports", "office.page.reports", PERMIT_report_view, false},
    {"/office/devices", "office.page.devices", PERMIT_devices_view, true},
    {"/office/people", "office.page.people", PERMIT_people_view, true},
    {"/office/audit", "office.page.audit", PERMIT_audit_view, false},
};

static bool is_in_menu(const struct page *page, size_t at)
{
    enum permit_reach reach = permit_reach(menu[at].action, &page->person, HQ_BRANCH);
    return reach >= (menu[at].is_teams ? PERMIT_REACH_team : PERMIT_REACH_branch);
}

static void menu_of(struct page *page)
{
    page_html(page, "<nav>");
    for (size_t i = 0; i < COUNT(menu); i++) {
        if (!page->must_change && is_in_menu(page, i)) {
            page_html(page, strcmp(menu[i].path, page->kind->path) == 0
                                ? "<a aria-current=page href="
                                : "<a href=");
            page_html(page, menu[i].path);
            page_html(page, ">");
            page_key(page, menu[i].key);
            page_html(page, "</a>");
        }
    }
    page_html(page, "</nav><div class=who><span>");
    page_text(page, page->person.name);
    page_html(page, "<small>");
    page_text(page, page->roles);
    page_html(page, "</small></span><a href=/office/password>");
    page_key(page, "office.page.password");
    page_html(page, "</a><form method=post action=/office/logout>");
    page_mark(page);
    page_html(page, "<button class=plain>");
    page_key(page, "office.button.logout");
    page_html(page, "</button></form></div>");
}

void page_head(struct page *page, const char *title_key)
{
    page_html(page, page->lang == LANG_zh ? "<!doctype html><html lang=zh-CN>"
                                          : "<!doctype html><html lang=en>");
    page_html(page, "<meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
                    "<title>");
    page_key(page, title_key);
    page_html(page, " - Doorstep</title><link rel=stylesheet href=/office/style.css><body>"
                    "<header><a class=brand href=/office>Doorstep</a>");
    if (page->person.person_no != 0) {
        menu_of(page);
    }
    page_html(page, "<a class=lang href=\"?lang=");
    page_html(page, page->lang == LANG_zh ? "en\">English" : "zh\">\xe4\xb8\xad\xe6\x96\x87");
    page_html(page, "</a></header><main><h1>");
    page_key(page, title_key);
    page_html(page, "</h1>");
}

void page_foot(struct page *page)
{
    page_html(page, "</main></body></html>\n");
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
