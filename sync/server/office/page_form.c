/* Lists with a row to pick, fields, buttons. */
#include "sync/server/office/page_form.h"

#include <string.h>

int page_form_status(int code)
{
    return code == PAGE_CODE_ok || code == PAGE_CODE_found ? 200
           : code == PAGE_CODE_usage                       ? 400
           : code == PAGE_CODE_not_found                   ? 404
           : code == PAGE_CODE_refused                     ? 403
                                                           : 500;
}

/* "doorstep-hq approvals: text" is for a terminal. */
const char *page_form_complaint(struct page *page, const struct page_said *said)
{
    const char *colon = strstr(said->err, ": ");
    const char *text =
        strncmp(said->err, "doorstep-hq ", 12) == 0 && colon != NULL ? colon + 2 : said->err;
    size_t size = strcspn(text, "\n");
    return size > 0 ? str_text(page->arena, (struct str){text, size})
                    : lang_text(page->lang, "office.fail.server");
}

/* What came of a button stands above the list. */
void page_form_done(struct page *page, const struct page_said *said)
{
    bool is_done = said->code == PAGE_CODE_ok;
    page->status = page_form_status(said->code);
    const char *text = is_done ? str_text(page->arena, str_trim(str_from(said->out)))
                               : page_form_complaint(page, said);
    page_note(page, is_done ? "done" : "bad", text);
}

struct page_words page_form_words(const char *first, const char *second)
{
    struct page_words words = {0};
    page_word(&words, first);
    if (second != NULL) {
        page_word(&words, second);
    }
    return words;
}

bool page_form_list(struct page *page, struct page_words *words)
{
    words->is_page = true;
    struct page_said said = page_run(page, words);
    if (said.code != PAGE_CODE_ok && said.code != PAGE_CODE_found) {
        page->status = page_form_status(said.code);
        page_note(page, "bad", page_form_complaint(page, &said));
        return false;
    }
    if (strstr(said.out, "<td") == NULL) {
        page_html(page, "<p class=empty>");
        page_key(page, "office.empty");
        page_html(page, "</p>");
        return false;
    }
    page_html(page, said.out);
    return true;
}

bool page_form_may(const struct page *page, enum permit_action action)
{
    return permit_reach(action, &page->person, HQ_BRANCH) >= PERMIT_REACH_branch;
}

bool page_form_may_team(const struct page *page, enum permit_action action)
{
    return permit_reach(action, &page->person, HQ_BRANCH) >= PERMIT_REACH_team;
}

/* ---- parts of a form ---- */

void page_form_begin(struct page *page, const char *path)
{
    page_html(page, "<form method=post class=work action=");
    page_html(page, path);
    page_html(page, ">");
    page_mark(page);
}

void page_form_button(struct page *page, const char *value, const char *kind, const char *key)
{
    page_html(page, "<button name=verb class=");
    page_html(page, kind);
    page_html(page, " value=");
    page_html(page, value);
    page_html(page, ">");
    page_key(page, key);
    page_html(page, "</button>");
}

void page_form_field(struct page *page, const char *name, const char *type, const char *key,
                     const char *more)
{
    page_html(page, "<label class=field><span>");
    page_key(page, key);
    page_html(page, "</span><input name=");
    page_html(page, name);
    page_html(page, " type=");
    page_html(page, type);
    page_html(page, " ");
    page_html(page, more);
    page_html(page, "></label>");
}

void page_form_search(struct page *page, const char *name, const char *key, const char *value)
{
    page_html(page, "<label class=field><span>");
    page_key(page, key);
    page_html(page, "</span><input maxlength=64 name=");
    page_html(page, name);
    page_html(page, " value=\"");
    page_text(page, value);
    page_html(page, "\"></label>");
}

void page_form_codes(struct page *page, const char *name, const char *key, enum catalog catalog,
                     bool may_be_none)
{
    page_html(page, "<label class=field><span>");
    page_key(page, key);
    page_html(page, "</span><select name=");
    page_html(page, name);
    page_html(page, may_be_none ? "><option value=\"\">-</option>" : ">");
    for (size_t i = 0; i < catalog_count(catalog); i++) {
        uint32_t code = catalog_code_at(catalog, i);
        page_html(page, "<option value=");
        page_html(page, catalog_name(catalog, code));
        page_html(page, ">");
        page_key(page, catalog_key(catalog, code));
        page_html(page, "</option>");
    }
    page_html(page, "</select></label>");
}

void page_form_sure(struct page *page, const char *key)
{
    page_html(page, "<label class=sure><input type=checkbox name=sure value=yes><span>");
    page_key(page, key);
    page_html(page, "</span></label>");
}

bool page_form_is_whole(const struct page *page, const char *const *verbs)
{
    const char *verb = form_value(&page->form, "verb");
    bool is_known = false;
    for (size_t i = 0; verbs[i] != NULL; i++) {
        is_known = is_known || strcmp(verbs[i], verb) == 0;
    }
    return is_known && page_is_word(form_value(&page->form, "pick"));
}

struct page_said page_form_nonsense(const struct page *page)
{
    return (struct page_said){
        .code = PAGE_CODE_usage, .out = "", .err = lang_text(page->lang, "office.fail.form")};
}

/* ---- a list with work ---- */

void page_form_work(struct page *page, const struct page_form_work *work,
                    const struct page_said *done)
{
    struct page_words words = page_form_words(work->command, work->verb);
    if (work->option != NULL) {
        page_word(&words, work->option);
    }
    words.is_page_pick =
        work->is_teams ? page_form_may_team(page, work->action) : page_form_may(page, work->action);
    page_head(page, work->title_key);
    if (done != NULL) {
        page_form_done(page, done);
    }
    bool has_acts = words.is_page_pick;
    if (has_acts) {
        page_form_begin(page, work->path);
    }
    if (page_form_list(page, &words) && has_acts) {
        page_html(page, "<div class=acts>");
        work->acts(page);
        page_html(page, "</div>");
    }
    if (has_acts) {
        page_html(page, "</form>");
    }
    if (work->more != NULL) {
        work->more(page);
    }
    page_foot(page);
}
