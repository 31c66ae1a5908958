/* Pages that only show: a case's file, reports, people, the audit log. */
#include "sync/server/office/page_form.h"

#include <string.h>

extern const unsigned char office_style[];
extern const size_t office_style_size;

void page_case_file(struct page *page)
{
    const char *no = form_value(&page->form, "no");
    const char *client = form_value(&page->form, "client");
    page_head(page, "office.page.case");
    page_html(page, "<form class=ask action=/office/case>");
    page_form_search(page, "no", "office.field.case", no);
    page_form_search(page, "client", "office.field.client", client);
    page_html(page, "<button class=main>");
    page_key(page, "office.button.open");
    page_html(page, "</button></form><p class=hint>");
    page_key(page, "office.hint.viewed");
    page_html(page, "</p>");
    if (page_is_word(no)) {
        struct page_words words = page_form_words("case", "show");
        page_word(&words, no);
        page_option(page, &words, "--client", client);
        (void)page_form_list(page, &words);
    }
    page_foot(page);
}

static const char *const report_kinds[] = {"field",   "daily",  "weekly", "month",
                                           "conduct", "review", "route"};
static const char *const periods[] = {"day", "week", "month"};

static struct page_words report_words(struct page *page, const char *format)
{
    struct page_words words = page_form_words("report", "--all");
    page_option(page, &words, "--kind", form_value(&page->form, "kind"));
    page_option(page, &words, "--period", form_value(&page->form, "period"));
    page_option(page, &words, "--at", form_value(&page->form, "at"));
    page_option(page, &words, "--format", format);
    return words;
}

static void choices(struct page *page, const char *name, const char *key, const char *const *values,
                    size_t count)
{
    page_html(page, "<label class=field><span>");
    page_key(page, key);
    page_html(page, "</span><select name=");
    page_html(page, name);
    page_html(page, ">");
    for (size_t i = 0; i < count; i++) {
        bool is_chosen = strcmp(values[i], form_value(&page->form, name)) == 0;
        page_html(page, is_chosen ? "<option selected value=" : "<option value=");
        page_html(page, values[i]);
        page_html(page, ">");
        page_key(page, str_format(page->arena, "office.%s.%s", name, values[i]));
        page_html(page, "</option>");
    }
    page_html(page, "</select></label>");
}

void page_reports(struct page *page)
{
    page_head(page, "office.page.reports");
    page_html(page, "<form class=ask action=/office/reports>");
    choices(page, "kind", "office.field.report", report_kinds, COUNT(report_kinds));
    choices(page, "period", "office.field.period", periods, COUNT(periods));
    page_form_search(page, "at", "office.field.at", form_value(&page->form, "at"));
    page_html(page, "<button class=main>");
    page_key(page, "office.button.open");
    page_html(page, "</button><button class=plain formaction=/office/reports.csv>");
    page_key(page, "office.button.csv");
    page_html(page, "</button></form><p class=hint>");
    page_key(page, "office.hint.exported");
    page_html(page, " ");
    page_key(page, "office.hint.print");
    page_html(page, "</p>");
    if (form_value(&page->form, "kind")[0] != '\0') {
        struct page_words words = report_words(page, "html");
        struct page_said said = page_run(page, &words);
        if (said.code == PAGE_CODE_ok || said.code == PAGE_CODE_found) {
            page_html(page, said.out); /* escaped by who wrote it: doc_html.c */
        } else {
            page_form_done(page, &said);
        }
    }
    page_foot(page);
}

void page_reports_csv(struct page *page)
{
    struct page_words words = report_words(page, "csv");
    struct page_said said = page_run(page, &words);
    if (said.code != PAGE_CODE_ok && said.code != PAGE_CODE_found) {
        page_head(page, "office.page.reports");
        page_form_done(page, &said);
        page_foot(page);
        return;
    }
    page->type = "text/csv; charset=utf-8";
    page->attachment = "attachment; filename=\"report.csv\"";
    page_html(page, said.out);
}

static void look(struct page *page, const char *title_key, const char *command)
{
    struct page_words words = page_form_words(command, "list");
    page_head(page, title_key);
    (void)page_form_list(page, &words);
    page_foot(page);
}

void page_people(struct page *page)
{
    look(page, "office.page.people", "people");
}

void page_audit(struct page *page)
{
    struct page_words words = page_form_words("audit", "list");
    page_word(&words, "--count=200");
    page_head(page, "office.page.audit");
    page_html(page, "<form class=ask action=/office/audit>");
    const char *person = form_value(&page->form, "person");
    page_form_search(page, "person", "office.field.person", person);
    page_html(page, "<button class=main>");
    page_key(page, "office.button.open");
    page_html(page, "</button></form>");
    page_option(page, &words, "--person", person);
    (void)page_form_list(page, &words);
    page_foot(page);
}

void page_style(struct page *page)
{
    page->type = "text/css";
    str_add(&page->html, (struct str){(const char *)office_style, office_style_size});
}
