/* Signing in and out, and one's own password and second factor. */
#include "sync/server/office/page_form.h"

#include <string.h>

static void login_form(struct page *page, const char *complaint_text)
{
    page_head(page, "office.page.login");
    if (complaint_text != NULL) {
        page_note(page, "bad", complaint_text);
    }
    page_html(page, "<form method=post action=/office/login class=card>");
    page_form_field(page, "person", "text", "office.field.person",
                    "required maxlength=32 autocomplete=username autofocus");
    page_form_field(page, "password", "password", "office.field.password",
                    "required maxlength=256 autocomplete=current-password");
    page_form_field(page, "totp", "text", "office.field.totp",
                    "maxlength=24 autocomplete=one-time-code");
    page_form_button(page, "login", "main", "office.button.login");
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
    struct page_words words = page_form_words("login", "--password-file=-");
    page_option(page, &words, "--person", person);
    page_option(page, &words, "--totp", form_value(&page->form, "totp"));
    words.input = str_format(page->arena, "%s\n", form_value(&page->form, "password"));
    page->token = ""; /* a session of before is never gone on with */
    struct page_said said = page_run(page, &words);
    const char *token = said.code == PAGE_CODE_ok ? first_line(page, "token ", said.out) : NULL;
    if (token == NULL) {
        page->status = page_form_status(said.code) == 200 ? 500 : page_form_status(said.code);
        login_form(page, page_form_complaint(page, &said));
        return;
    }
    page->new_token = token;
    page->location = "/office";
}

void page_logout_done(struct page *page)
{
    const struct page_words words = page_form_words("logout", NULL);
    (void)page_run(page, &words);
    page->new_token = "";
    page->location = "/office/login";
}

static void password_form(struct page *page, const struct page_said *said)
{
    page_head(page, "office.page.password");
    if (said != NULL) {
        page_form_done(page, said);
    } else if (page->must_change) {
        page_note(page, "bad", lang_text(page->lang, "office.must_change"));
    }
    page_html(page, "<form method=post action=/office/password class=card>");
    page_mark(page);
    if (!page->must_change) {
        page_form_field(page, "present", "password", "office.field.present",
                        "required maxlength=256 autocomplete=current-password");
    }
    page_form_field(page, "new", "password", "office.field.new",
                    "required maxlength=256 autocomplete=new-password");
    page_form_field(page, "again", "password", "office.field.again",
                    "required maxlength=256 autocomplete=new-password");
    page_form_button(page, "set", "main", "office.button.password");
    page_html(page, "</form>");
    if (!page->must_change) {
        page_html(page, "<p class=hint><a href=/office/second>");
        page_key(page, "office.page.second");
        page_html(page, "</a></p>");
    }
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
            .code = PAGE_CODE_usage, .out = "", .err = lang_text(page->lang, "office.fail.again")};
        password_form(page, &said);
        return;
    }
    struct page_words words = page_form_words("passwd", "--password-file=-");
    page_word(&words, "--new-password-file=-");
    words.input = page->must_change ? str_format(page->arena, "%s\n", new)
                                    : str_format(page->arena, "%s\n%s\n",
                                                 form_value(&page->form, "present"), new);
    struct page_said said = page_run(page, &words);
    const char *token = said.code == PAGE_CODE_ok ? first_line(page, "token ", said.out) : NULL;
    if (token == NULL) {
        password_form(page, &said);
        return;
    }
    page->new_token = token;
    page->location = "/office";
}

/* ---- the second factor ---- */

/* "otpauth://totp/…?secret=ABC&…": for the app, and the part to type where it cannot be opened. */
static void show_secret(struct page *page, const char *uri, const char *picture)
{
    const char *at = strstr(uri, "secret=");
    const char *secret = at != NULL ? at + strlen("secret=") : "";
    page_html(page, "<div class=card><p>");
    page_key(page, "office.second.scan");
    page_html(page, "</p>");
    page_html(page, picture); /* made by the command, of its own signs alone */
    page_html(page, "<p class=secret><code>");
    page_text(page, str_text(page->arena, (struct str){secret, strcspn(secret, "&")}));
    page_html(page, "</code></p><p><a href=\"");
    page_text(page, uri);
    page_html(page, "\">");
    page_key(page, "office.second.open");
    page_html(page, "</a></p><form method=post action=/office/second>");
    page_mark(page);
    page_form_field(page, "code", "text", "office.field.code",
                    "required maxlength=6 inputmode=numeric autocomplete=one-time-code");
    page_form_button(page, "confirm", "main", "office.button.confirm");
    page_html(page, "</form></div>");
}

/* Shown this once: on paper they outlive a lost telephone. */
static void show_recovery(struct page *page, const char *codes)
{
    page_html(page, "<div class=card><p>");
    page_key(page, "office.second.recovery");
    page_html(page, "</p><ul class=codes>");
    struct str rest = str_from(codes), line;
    while (rest.size > 0 && str_split(&rest, '\n', &line)) {
        if (line.size > 0) {
            page_html(page, "<li>");
            page_text(page, str_text(page->arena, line));
            page_html(page, "</li>");
        }
    }
    page_html(page, "</ul><p><a class=button href=/office>");
    page_key(page, "office.second.kept");
    page_html(page, "</a></p></div>");
    page_foot(page);
}

static void second(struct page *page, const struct page_said *said, const char *uri)
{
    page_head(page, "office.page.second");
    if (said != NULL && uri == NULL) { /* what comes with the secret is for a terminal */
        page_form_done(page, said);
    }
    if (uri != NULL) {
        const char *picture = strstr(said->out, "<svg");
        const char *end = picture != NULL ? strstr(picture, "</svg>") : NULL;
        show_secret(page, uri,
                    end != NULL
                        ? str_text(page->arena, (struct str){picture, (size_t)(end - picture) + 6})
                        : "");
    } else {
        page_html(page, "<p class=hint>");
        page_key(page, "office.second.hint");
        page_html(page, "</p><form method=post action=/office/second class=card>");
        page_mark(page);
        page_form_field(page, "present", "password", "office.field.present",
                        "required maxlength=256 autocomplete=current-password");
        page_form_button(page, "new", "main", "office.button.second_new");
        page_form_button(page, "off", "bad", "office.button.second_off");
        page_html(page, "</form>");
    }
    page_foot(page);
}

void page_second(struct page *page)
{
    second(page, NULL, NULL);
}

void page_second_done(struct page *page)
{
    const char *verb = form_value(&page->form, "verb");
    const char *code = form_value(&page->form, "code");
    bool is_new = strcmp(verb, "new") == 0;
    struct page_words words = page_form_words("passwd", NULL);
    if (is_new || strcmp(verb, "off") == 0) {
        page_option(page, &words, "--totp", verb);
        page_word(&words, "--password-file=-");
        words.input = str_format(page->arena, "%s\n", form_value(&page->form, "present"));
    } else if (strcmp(verb, "confirm") == 0 && code[0] >= '0' && code[0] <= '9') {
        page_option(page, &words, "--totp", code);
    } else {
        const struct page_said said = page_form_nonsense(page);
        second(page, &said, NULL);
        return;
    }
    words.is_page = is_new;
    struct page_said said = page_run(page, &words);
    if (said.code == PAGE_CODE_ok && strcmp(verb, "confirm") == 0) {
        const char *codes = strstr(said.out, "\n1-");
        page_head(page, "office.page.second");
        page_note(page, "done", lang_text(page->lang, "office.totp.on"));
        show_recovery(page, codes != NULL ? codes : "");
        return;
    }
    const char *uri = said.code == PAGE_CODE_ok && is_new ? first_line(page, "", said.out) : NULL;
    second(page, &said, uri);
}
