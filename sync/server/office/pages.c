/* The pages themselves: each a command, shown. */
#include "core/domain/catalog.h"
#include "sync/server/merge/conflict.h"
#include "sync/server/office/page.h"
#include "sync/server/staff/session.h"

#include <string.h>

extern const unsigned char office_style[];
extern const size_t office_style_size;

enum { CODE_ok = 0, CODE_usage = 2, CODE_found = 3, CODE_not_found = 4, CODE_refused = 6 };

const struct page_kind page_kinds[] = {
#define PAGE(method, path, name, action) {(method), (path), #name, PERMIT_##action, page_##name},
#include "sync/server/office/endpoints.def"
#undef PAGE
};
const size_t page_kind_count = COUNT(page_kinds);

static int status_of(int code)
{
    return code == CODE_ok || code == CODE_found ? 200
           : code == CODE_usage                  ? 400
           : code == CODE_not_found              ? 404
           : code == CODE_refused                ? 403
                                                 : 500;
}

/* "doorstep-hq approvals: text" is for a terminal. */
static const char *complaint(struct page *page, const struct page_said *said)
{
    const char *colon = strstr(said->err, ": ");
    const char *text =
        strncmp(said->err, "doorstep-hq ", 12) == 0 && colon != NULL ? colon + 2 : said->err;
    size_t size = strcspn(text, "\n");
    return size > 0 ? str_text(page->arena, (struct str){text, size})
                    : lang_text(page->lang, "office.fail.server");
}

/* What came of a button stands above the list. */
static void say_done(struct page *page, const struct page_said *said)
{
    bool is_done = said->code == CODE_ok;
    page->status = status_of(said->code);
    const char *text =
        is_done ? str_text(page->arena, str_trim(str_from(said->out))) : complaint(page, said);
    page_note(page, is_done ? "done" : "bad", text);
}

static struct page_words words_of(const char *first, const char *second)
{
    struct page_words words = {0};
    page_word(&words, first);
    if (second != NULL) {
        page_word(&words, second);
    }
    return words;
}

static bool has_rows(const char *html)
{
    return strstr(html, "<td") != NULL;
}

/* The list of a command, or what it complains of. Gives whether there is a row. */
static bool put_list(struct page *page, struct page_words *words)
{
    words->is_page = true;
    struct page_said said = page_run(page, words);
    if (said.code != CODE_ok && said.code != CODE_found) {
        page->status = status_of(said.code);
        page_note(page, "bad", complaint(page, &said));
        return false;
    }
    if (!has_rows(said.out)) {
        page_html(page, "<p class=empty>");
        page_key(page, "office.empty");
        page_html(page, "</p>");
        return false;
    }
    page_html(page, said.out);
    return true;
}

static void form_begin(struct page *page, const char *path)
{
    page_html(page, "<form method=post class=work action=");
    page_html(page, path);
    page_html(page, ">");
    page_mark(page);
}

static void button(struct page *page, const char *value, const char *kind, const char *key)
{
    page_html(page, "<button name=verb class=");
    page_html(page, kind);
    page_html(page, " value=");
    page_html(page, value);
    page_html(page, ">");
    page_key(page, key);
    page_html(page, "</button>");
}

static void field(struct page *page, const char *name, const char *type, const char *key,
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

/* ---- signing in ---- */

static void login_form(struct page *page, const char *complaint_text)
{
    page_head(page, "office.page.login");
    if (complaint_text != NULL) {
        page_note(page, "bad", complaint_text);
    }
    page_html(page, "<form method=post action=/office/login class=card>");
    field(page, "person", "text", "office.field.person",
          "required maxlength=32 autocomplete=username autofocus");
    field(page, "password", "password", "office.field.password",
          "required maxlength=256 autocomplete=current-password");
    field(page, "totp", "text", "office.field.totp",
          "maxlength=6 inputmode=numeric autocomplete=one-time-code");
    button(page, "login", "main", "office.button.login");
    page_html(page, "</form>");
    page_foot(page);
}

void page_login(struct page *page)
{
    login_form(page, NULL);
}

static const char *first_line(struct page *page, const char *head, const char *said)
{
    size_t size = strlen(head);
    return strncmp(said, head, size) == 0
               ? str_text(page->arena, (struct str){said + size, strcspn(said + size, "\n")})
               : NULL;
}

void page_login_done(struct page *page)
{
    const char *person = form_value(&page->form, "person");
    if (!page_is_word(person)) {
        page->status = 400;
        login_form(page, lang_text(page->lang, "office.login.wrong"));
        return;
    }
    struct page_words words = words_of("login", "--password-file=-");
    page_option(page, &words, "--person", person);
    page_option(page, &words, "--totp", form_value(&page->form, "totp"));
    words.input = str_format(page->arena, "%s\n", form_value(&page->form, "password"));
    page->token = ""; /* a session of before is never gone on with */
    struct page_said said = page_run(page, &words);
    const char *token = said.code == CODE_ok ? first_line(page, "token ", said.out) : NULL;
    if (token == NULL) {
        page->status = status_of(said.code) == 200 ? 500 : status_of(said.code);
        login_form(page, complaint(page, &said));
        return;
    }
    page->new_token = token;
    page->location = "/office";
}

void page_logout_done(struct page *page)
{
    const struct page_words words = words_of("logout", NULL);
    (void)page_run(page, &words);
    page->new_token = "";
    page->location = "/office/login";
}

static void password_form(struct page *page, const struct page_said *said)
{
    page_head(page, "office.page.password");
    if (said != NULL) {
        say_done(page, said);
    } else if (page->must_change) {
        page_note(page, "bad", lang_text(page->lang, "office.must_change"));
    }
    page_html(page, "<form method=post action=/office/password class=card>");
    page_mark(page);
    if (!page->must_change) {
        field(page, "present", "password", "office.field.present",
              "required maxlength=256 autocomplete=current-password");
    }
    field(page, "new", "password", "office.field.new",
          "required maxlength=256 autocomplete=new-password");
    field(page, "again", "password", "office.field.again",
          "required maxlength=256 autocomplete=new-password");
    button(page, "set", "main", "office.button.password");
    page_html(page, "</form>");
    page_foot(page);
}

void page_password(struct page *page)
{
    password_form(page, NULL);
}

void page_password_done(struct page *page)
{
    const char *new = form_value(&page->form, "new");
    if (strcmp(new, form_value(&page->form, "again")) != 0) {
        const struct page_said said = {
            .code = CODE_usage, .out = "", .err = lang_text(page->lang, "office.fail.again")};
        password_form(page, &said);
        return;
    }
    struct page_words words = words_of("passwd", "--password-file=-");
    page_word(&words, "--new-password-file=-");
    words.input = page->must_change ? str_format(page->arena, "%s\n", new)
                                    : str_format(page->arena, "%s\n%s\n",
                                                 form_value(&page->form, "present"), new);
    struct page_said said = page_run(page, &words);
    const char *token = said.code == CODE_ok ? first_line(page, "token ", said.out) : NULL;
    if (token == NULL) {
        password_form(page, &said);
        return;
    }
    page->new_token = token;
    page->location = "/office";
}

/* ---- lists with work to do ---- */

void page_home(struct page *page)
{
    struct page_words words = words_of("status", NULL);
    page_head(page, "office.page.home");
    struct page_said said = page_run(page, &words);
    if (said.code != CODE_ok && said.code != CODE_found) {
        say_done(page, &said);
    } else {
        page_html(page, "<pre>");
        page_text(page, said.out);
        page_html(page, "</pre>");
    }
    page_foot(page);
}

static void approvals(struct page *page, const struct page_said *done)
{
    struct page_words words = words_of("approvals", "list");
    words.is_page_pick = true;
    page_head(page, "office.page.approvals");
    if (done != NULL) {
        say_done(page, done);
    }
    form_begin(page, "/office/approvals");
    if (put_list(page, &words) &&
        permit_reach(PERMIT_approvals_decide, &page->person, HQ_BRANCH) >= PERMIT_REACH_branch) {
        page_html(page, "<div class=acts><label class=field><span>");
        page_key(page, "office.field.reason");
        page_html(page, "</span><select name=reason><option value=\"\">-</option>");
        for (size_t i = 0; i < catalog_count(CATALOG_decision_reason); i++) {
            uint32_t code = catalog_code_at(CATALOG_decision_reason, i);
            page_html(page, "<option value=");
            page_html(page, catalog_name(CATALOG_decision_reason, code));
            page_html(page, ">");
            page_key(page, catalog_key(CATALOG_decision_reason, code));
            page_html(page, "</option>");
        }
        page_html(page, "</select></label>");
        field(page, "note", "text", "office.field.note", "maxlength=200");
        button(page, "approve", "main", "office.button.approve");
        button(page, "reject", "bad", "office.button.reject");
        button(page, "return", "plain", "office.button.return");
        page_html(page, "</div>");
    }
    page_html(page, "</form>");
    page_foot(page);
}

void page_approvals(struct page *page)
{
    approvals(page, NULL);
}

static const struct page_said nonsense = {.code = CODE_usage, .out = "", .err = "office.fail.form"};

/* Whether the form names one of the verbs and a row. */
static bool is_whole(const struct page *page, const char *const *verbs)
{
    const char *verb = form_value(&page->form, "verb");
    bool is_known = false;
    for (size_t i = 0; verbs[i] != NULL; i++) {
        is_known = is_known || strcmp(verbs[i], verb) == 0;
    }
    return is_known && page_is_word(form_value(&page->form, "pick"));
}

static struct page_said say_nonsense(const struct page *page)
{
    struct page_said said = nonsense;
    said.err = lang_text(page->lang, said.err);
    return said;
}

void page_approvals_done(struct page *page)
{
    static const char *const verbs[] = {"approve", "reject", "return", NULL};
    struct page_said said = say_nonsense(page);
    if (is_whole(page, verbs)) {
        struct page_words words = words_of("approvals", form_value(&page->form, "verb"));
        page_word(&words, form_value(&page->form, "pick"));
        page_option(page, &words, "--reason", form_value(&page->form, "reason"));
        page_option(page, &words, "--note", form_value(&page->form, "note"));
        said = page_run(page, &words);
    }
    approvals(page, &said);
}

static void review(struct page *page, const struct page_said *done)
{
    struct page_words words = words_of("conflicts", "list");
    words.is_page_pick = true;
    page_head(page, "office.page.review");
    if (done != NULL) {
        say_done(page, done);
    }
    const char *shown = form_value(&page->form, "show");
    if (page_is_word(shown)) {
        struct page_words one = words_of("conflicts", "show");
        page_word(&one, shown);
        (void)put_list(page, &one);
    }
    form_begin(page, "/office/review");
    if (put_list(page, &words) &&
        permit_reach(PERMIT_conflicts_decide, &page->person, HQ_BRANCH) >= PERMIT_REACH_branch) {
        page_html(page, "<div class=acts><label class=field><span>");
        page_key(page, "office.field.choice");
        page_html(page, "</span><select name=choice>");
        for (int i = 0; i < CHOICE_COUNT; i++) {
            const char *name = conflict_choice_name((enum conflict_choice)i);
            page_html(page, "<option value=");
            page_html(page, name);
            page_html(page, ">");
            page_key(page, str_format(page->arena, "review.%s", name));
            page_html(page, "</option>");
        }
        page_html(page, "</select></label>");
        field(page, "note", "text", "office.field.note", "maxlength=200");
        button(page, "decide", "main", "office.button.decide");
        page_html(page, "</div>");
    }
    page_html(page, "</form>");
    page_foot(page);
}

void page_review(struct page *page)
{
    review(page, NULL);
}

void page_review_done(struct page *page)
{
    static const char *const verbs[] = {"decide", NULL};
    struct page_said said = say_nonsense(page);
    const char *choice = form_value(&page->form, "choice");
    if (is_whole(page, verbs) && page_is_word(choice)) {
        struct page_words words = words_of("conflicts", "decide");
        page_word(&words, form_value(&page->form, "pick"));
        page_word(&words, choice);
        page_option(page, &words, "--note", form_value(&page->form, "note"));
        said = page_run(page, &words);
    }
    review(page, &said);
}

static void alarms(struct page *page, const struct page_said *done)
{
    struct page_words words = words_of("alarms", "list");
    page_word(&words, "--all");
    words.is_page_pick = true;
    page_head(page, "office.page.alarms");
    if (done != NULL) {
        say_done(page, done);
    }
    form_begin(page, "/office/alarms");
    if (put_list(page, &words) &&
        permit_reach(PERMIT_alarms_see, &page->person, HQ_BRANCH) >= PERMIT_REACH_branch) {
        page_html(page, "<div class=acts>");
        button(page, "seen", "main", "office.button.seen");
        page_html(page, "</div>");
    }
    page_html(page, "</form>");
    page_foot(page);
}

void page_alarms(struct page *page)
{
    alarms(page, NULL);
}

void page_alarms_done(struct page *page)
{
    static const char *const verbs[] = {"seen", NULL};
    struct page_said said = say_nonsense(page);
    if (is_whole(page, verbs)) {
        struct page_words words = words_of("alarms", "seen");
        page_word(&words, form_value(&page->form, "pick"));
        said = page_run(page, &words);
    }
    alarms(page, &said);
}

/* ---- what is only looked at ---- */

static void search_field(struct page *page, const char *name, const char *key, const char *value)
{
    page_html(page, "<label class=field><span>");
    page_key(page, key);
    page_html(page, "</span><input maxlength=64 name=");
    page_html(page, name);
    page_html(page, " value=\"");
    page_text(page, value);
    page_html(page, "\"></label>");
}

void page_case_file(struct page *page)
{
    const char *no = form_value(&page->form, "no");
    const char *client = form_value(&page->form, "client");
    page_head(page, "office.page.case");
    page_html(page, "<form class=ask action=/office/case>");
    search_field(page, "no", "office.field.case", no);
    search_field(page, "client", "office.field.client", client);
    page_html(page, "<button class=main>");
    page_key(page, "office.button.open");
    page_html(page, "</button></form><p class=hint>");
    page_key(page, "office.hint.viewed");
    page_html(page, "</p>");
    if (page_is_word(no)) {
        struct page_words words = words_of("case", "show");
        page_word(&words, no);
        page_option(page, &words, "--client", client);
        (void)put_list(page, &words);
    }
    page_foot(page);
}

static const char *const report_kinds[] = {"field", "daily",   "weekly",
                                           "month", "conduct", "review"};
static const char *const periods[] = {"day", "week", "month"};

static struct page_words report_words(struct page *page, const char *format)
{
    struct page_words words = words_of("report", "--all");
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
    search_field(page, "at", "office.field.at", form_value(&page->form, "at"));
    page_html(page, "<button class=main>");
    page_key(page, "office.button.open");
    page_html(page, "</button><button class=plain formaction=/office/reports.csv>");
    page_key(page, "office.button.csv");
    page_html(page, "</button></form><p class=hint>");
    page_key(page, "office.hint.exported");
    page_html(page, "</p>");
    if (form_value(&page->form, "kind")[0] != '\0') {
        struct page_words words = report_words(page, "text");
        struct page_said said = page_run(page, &words);
        if (said.code == CODE_ok || said.code == CODE_found) {
            page_html(page, "<pre>");
            page_text(page, said.out);
            page_html(page, "</pre>");
        } else {
            say_done(page, &said);
        }
    }
    page_foot(page);
}

void page_reports_csv(struct page *page)
{
    struct page_words words = report_words(page, "csv");
    struct page_said said = page_run(page, &words);
    if (said.code != CODE_ok && said.code != CODE_found) {
        page_head(page, "office.page.reports");
        say_done(page, &said);
        page_foot(page);
        return;
    }
    page->type = "text/csv; charset=utf-8";
    page->attachment = "attachment; filename=\"report.csv\"";
    page_html(page, said.out);
}

static void look(struct page *page, const char *title_key, const char *command)
{
    struct page_words words = words_of(command, "list");
    page_head(page, title_key);
    (void)put_list(page, &words);
    page_foot(page);
}

void page_devices(struct page *page)
{
    look(page, "office.page.devices", "devices");
}

void page_people(struct page *page)
{
    look(page, "office.page.people", "people");
}

void page_audit(struct page *page)
{
    struct page_words words = words_of("audit", "list");
    page_word(&words, "--count=200");
    page_head(page, "office.page.audit");
    page_html(page, "<form class=ask action=/office/audit>");
    const char *person = form_value(&page->form, "person");
    search_field(page, "person", "office.field.person", person);
    page_html(page, "<button class=main>");
    page_key(page, "office.button.open");
    page_html(page, "</button></form>");
    page_option(page, &words, "--person", person);
    (void)put_list(page, &words);
    page_foot(page);
}

void page_style(struct page *page)
{
    page->type = "text/css";
    str_add(&page->html, (struct str){(const char *)office_style, office_style_size});
}
