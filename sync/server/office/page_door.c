/* Who is let in to a page: by where it is served, where a form comes from, whose session it is. */
#include "sync/server/office/page.h"
#include "sync/server/staff/session.h"

#include <jansson.h>
#include <string.h>

static void refuse(struct page *page, int status, const char *key)
{
    page->status = status;
    page_head(page, "office.page.refused");
    page_note(page, "bad", lang_text(page->lang, key));
    page_foot(page);
}

static bool starts_with(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

static bool is_loopback_name(const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; i < COUNT(names); i++) {
        size_t size = strlen(names[i]);
        if (starts_with(host, names[i]) && (host[size] == '\0' || host[size] == ':')) {
            return true;
        }
    }
    return false;
}

/* Plain HTTP is for this machine alone: by the address where the server listens, and by the
 * name that the browser asked for, which a page elsewhere cannot choose. */
static bool is_served(const struct page *page)
{
    bool is_local =
        starts_with(page->options->address, "127.") || starts_with(page->options->address, "[::1]");
    return page->options->has_tls || (is_local && is_loopback_name(page->host));
}

/* A form comes from a page of ours: browsers say from where. */
static bool is_from_here(const struct page *page)
{
    const char *scheme = page->options->has_tls ? "https://" : "http://";
    return page->host[0] != '\0' && starts_with(page->site, scheme) &&
           strcmp(page->site + strlen(scheme), page->host) == 0;
}

static void read_grants(struct page *page, const char *roles)
{
    struct str rest = str_from(roles), word;
    while (rest.size > 0 && str_split(&rest, ' ', &word)) {
        struct str name;
        struct str branch = word;
        (void)str_split(&branch, '@', &name);
        int64_t branch_no = HQ_BRANCH;
        if (str_is(branch, "all")) {
            branch_no = 0;
        } else if (branch.size > 0 && str_to_i64(branch, &branch_no) != OK) {
            continue;
        }
        uint32_t role = staff_role_code(name);
        if (role != STAFF_ROLE_none && page->person.grant_count < PERMIT_GRANTS_MAX) {
            page->person.grants[page->person.grant_count++] =
                (struct permit_grant){role, (uint32_t)branch_no};
        }
    }
}

/* The roles as people read them. */
static const char *roles_shown(struct page *page)
{
    struct str_builder text;
    str_builder_init(&text, page->arena);
    for (size_t i = 0; i < page->person.grant_count; i++) {
        if (i > 0) {
            str_add_text(&text, lang_text(page->lang, "office.and"));
        }
        str_add_text(
            &text, lang_text(page->lang, str_format(page->arena, "staff_role.%s",
                                                    staff_role_name(page->person.grants[i].role))));
    }
    return str_text(page->arena, str_built(&text));
}

/* Rows of the command that the command line has, too; NULL: nobody is signed in. */
static json_t *whoami(struct page *page)
{
    struct page_words words = {.is_json = true};
    page_word(&words, "whoami");
    struct page_said said = page_run(page, &words);
    return said.code == 0 ? json_loads(said.out, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

void page_count_alarms(struct page *page)
{
    json_t *rows = whoami(page);
    if (rows != NULL) {
        page->alarm_count = json_integer_value(json_object_get(json_array_get(rows, 0), "alarms"));
    }
    json_decref(rows);
}

/* Whose session the cookie is. */
static void find_person(struct page *page)
{
    if (page->token[0] == '\0') {
        return;
    }
    json_t *rows = whoami(page);
    json_t *row = json_array_get(rows, 0);
    const char *code = json_string_value(json_object_get(row, "code"));
    const char *name = json_string_value(json_object_get(row, "name"));
    const char *roles = json_string_value(json_object_get(row, "roles"));
    const char *must = json_string_value(json_object_get(row, "must_choose"));
    page->alarm_count = json_integer_value(json_object_get(row, "alarms"));
    if (code != NULL && name != NULL && roles != NULL && must != NULL) {
        page->person.person_no = 1; /* somebody: which number does not matter to a menu */
        (void)str_copy(page->person.code, sizeof page->person.code, str_from(code));
        (void)str_copy(page->person.name, sizeof page->person.name, str_from(name));
        read_grants(page, roles);
        page->roles = roles_shown(page);
        page->must_change = strcmp(must, "yes") == 0;
    } else {
        page->token = "";
    }
    json_decref(rows);
}

void page_door(struct page *page)
{
    bool is_open = page->kind->action == PERMIT_sign_in; /* nobody has to be signed in */
    bool is_post = strcmp(page->kind->method, "POST") == 0;
    bool is_style = strcmp(page->kind->name, "style") == 0;
    if (!is_served(page)) {
        refuse(page, 403, "office.fail.plain");
        return;
    }
    if (page->form_err != OK) {
        refuse(page, 400, "office.fail.form");
        return;
    }
    if (is_post && !is_from_here(page)) {
        refuse(page, 403, "office.fail.origin");
        return;
    }
    if (!is_open) {
        find_person(page);
        if (page->person.person_no == 0) {
            page->new_token = ""; /* also when it has ended */
            if (strcmp(page->kind->name, "bell") == 0) {
                page_bell_ended(page);
                return;
            }
            page->location = "/office/login";
            return;
        }
        if (is_post && !session_is_form_mark(str_from(page->token),
                                             str_from(form_value(&page->form, "mark")))) {
            refuse(page, 403, "office.fail.mark");
            return;
        }
        if (page->must_change && page->kind->action != PERMIT_account_own) {
            page->location = "/office/password";
            return;
        }
    } else if (!is_style) {
        page->token = "";
    }
    page->kind->make(page);
}
