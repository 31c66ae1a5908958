/* What stands around every page: head, menu, who is signed in, and whether somebody calls for
 * help. The menu of a telephone is opened by a box to tick: there is no script. */
#include "sync/server/office/page_form.h"

#include <string.h>

/* How soon pages look again by themselves. */
enum { BELL_S = 20, HOME_S = 60 };

/* Addresses of the menu, in its order. */
static const struct {
    const char *path, *key;
    enum permit_action action;
    bool is_teams; /* who reaches a team alone sees that part of it */
    bool is_first; /* of a group */
} menu[] = {
    {"/office", "office.page.home", PERMIT_figures_view, true, false},
    {"/office/alarms", "office.page.alarms", PERMIT_alarms_view, true, false},
    {"/office/approvals", "office.page.approvals", PERMIT_approvals_view, true, true},
    {"/office/review", "office.page.review", PERMIT_conflicts_view, true, false},
    {"/office/stops", "office.page.stops", PERMIT_case_view, true, false},
    {"/office/complaints", "office.page.complaints", PERMIT_complaints_view, false, false},
    {"/office/identity", "office.page.identity", PERMIT_complaints_view, false, false},
    {"/office/messages", "office.page.messages", PERMIT_case_view, true, false},
    {"/office/case", "office.page.case", PERMIT_case_view, true, true},
    {"/office/reports", "office.page.reports", PERMIT_report_view, false, false},
    {"/office/devices", "office.page.devices", PERMIT_devices_view, true, true},
    {"/office/people", "office.page.people", PERMIT_people_view, true, false},
    {"/office/audit", "office.page.audit", PERMIT_audit_view, false, false},
};

static bool is_in_menu(const struct page *page, size_t at)
{
    enum permit_reach reach = permit_reach(menu[at].action, &page->person, HQ_BRANCH);
    return reach >= (menu[at].is_teams ? PERMIT_REACH_team : PERMIT_REACH_branch);
}

/* Pages without a form have the same address with a GET and need no mark: only they look again. */
static bool is_home(const struct page *page)
{
    return strcmp(page->kind->path, "/office") == 0;
}

static void count_of(struct page *page)
{
    if (page->alarm_count > 0) {
        page_html(page,
                  str_format(page->arena, "<b class=count>%lld</b>", (long long)page->alarm_count));
    }
}

static void menu_of(struct page *page)
{
    page_html(page, "<input type=checkbox id=menu class=menu aria-label=\"");
    page_key(page, "office.menu");
    page_html(page, "\"><nav>");
    for (size_t i = 0; i < COUNT(menu); i++) {
        if (page->must_change || !is_in_menu(page, i)) {
            continue;
        }
        page_html(page, menu[i].is_first ? "<a class=first" : "<a");
        page_html(page, strcmp(menu[i].path, page->kind->path) == 0 ? " aria-current=page" : "");
        page_html(page, " href=");
        page_html(page, menu[i].path);
        page_html(page, ">");
        page_key(page, menu[i].key);
        if (strcmp(menu[i].path, "/office/alarms") == 0) {
            count_of(page);
        }
        page_html(page, "</a>");
    }
    page_html(page, "</nav>");
}

static void who_of(struct page *page)
{
    page_html(page, "<div class=who><a href=/office/password title=\"");
    page_key(page, "office.page.password");
    page_html(page, "\"><span>");
    page_text(page, page->person.name);
    page_html(page, "</span><small>");
    page_text(page, page->roles);
    page_html(page, "</small></a><form method=post action=/office/logout>");
    page_mark(page);
    page_html(page, "<button class=plain>");
    page_key(page, "office.button.logout");
    page_html(page, "</button></form></div>");
}

static void document(struct page *page, const char *title_key, const char *body_class)
{
    page_html(page, page->lang == LANG_zh ? "<!doctype html><html lang=zh-CN>"
                                          : "<!doctype html><html lang=en>");
    page_html(page, "<meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
                    "<title>");
    if (page->alarm_count > 0) {
        page_html(page, str_format(page->arena, "(%lld) ", (long long)page->alarm_count));
    }
    page_key(page, title_key);
    page_html(page, " - Doorstep</title><link rel=stylesheet href=/office/style.css><body class=");
    page_html(page, body_class);
    page_html(page, ">");
}

void page_head(struct page *page, const char *title_key)
{
    bool is_known = page->person.person_no != 0;
    if (is_known && is_home(page)) {
        page->refresh = str_format(page->arena, "%d; url=/office?again=1", HOME_S);
    }
    document(page, title_key, is_known ? "desk" : "door");
    page_html(page, "<header>");
    if (is_known && !page->must_change) {
        page_html(page, "<label class=burger for=menu aria-hidden=true><span></span></label>");
    }
    page_html(page, "<a class=brand href=/office>Doorstep</a>");
    if (is_known) {
        who_of(page);
    }
    page_html(page, "<a class=lang href=\"?lang=");
    page_html(page, page->lang == LANG_zh ? "en\">English" : "zh\">\xe4\xb8\xad\xe6\x96\x87");
    page_html(page, "</a></header>");
    if (is_known && !page->must_change) {
        menu_of(page);
    }
    page_html(page, "<main>");
    if (is_known && !page->must_change && page_form_may_team(page, PERMIT_alarms_view)) {
        page_html(page, "<iframe class=bell src=/office/bell title=\"");
        page_key(page, "office.page.alarms");
        page_html(page, "\"></iframe>");
    }
    page_html(page, "<h1>");
    page_key(page, title_key);
    page_html(page, "</h1>");
}

void page_foot(struct page *page)
{
    page_html(page, "</main></body></html>\n");
}

/* A strip in every page that looks by itself, so that a form below it keeps what was typed. */
void page_bell(struct page *page)
{
    if (!page_form_may_team(page, PERMIT_alarms_view)) {
        page->status = 403;
        page_head(page, "office.page.refused");
        page_note(page, "bad", lang_text(page->lang, "office.fail.bell"));
        page_foot(page);
        return;
    }
    page->is_framed = true;
    page->refresh = str_format(page->arena, "%d; url=/office/bell", BELL_S);
    bool is_calling = page->alarm_count > 0;
    document(page, "office.page.alarms", is_calling ? "bell-calls" : "bell-calm");
    if (is_calling) {
        page_html(page, "<a target=_top href=/office/alarms role=alert>");
        page_text(page, lang_fill(page->arena, page->lang, "office.bell.calls",
                                  lang_value_count("n", page->alarm_count)));
        page_html(page, "</a>");
    } else {
        page_html(page, "<span>");
        page_key(page, "office.bell.calm");
        page_html(page, "</span>");
    }
    page_html(page, "</body></html>\n");
}

/* Whoever was signed in is not any more: the strip says so, the page around it stays. */
void page_bell_ended(struct page *page)
{
    page->is_framed = true;
    document(page, "office.page.login", "bell-calls");
    page_html(page, "<a target=_top href=/office/login role=alert>");
    page_key(page, "office.bell.ended");
    page_html(page, "</a></body></html>\n");
}
