/* Lists with work to do. Each list, and each button, is a command. */
#include "sync/server/office/page_form.h"

#include <string.h>

/* What a row sends that names two things: "half other". False when it is not so. */
static bool split_pick(struct page *page, const char **first_out, const char **second_out)
{
    const char *pick = form_value(&page->form, "pick");
    const char *blank = strchr(pick, ' ');
    if (blank == NULL || !page_is_word(pick) || !page_is_word(blank + 1)) {
        return false;
    }
    *first_out = str_text(page->arena, (struct str){pick, (size_t)(blank - pick)});
    *second_out = blank + 1;
    return true;
}

static void note_field(struct page *page)
{
    page_form_field(page, "note", "text", "office.field.note", "maxlength=200");
}

/* ---- alarms ---- */

static void alarm_acts(struct page *page)
{
    page_form_button(page, "seen", "main", "office.button.seen");
}

static const struct page_form_work alarms = {
    .title_key = "office.page.alarms",
    .path = "/office/alarms",
    .command = "alarms",
    .verb = "list",
    .option = "--all",
    .action = PERMIT_alarms_see,
    .is_teams = true,
    .acts = alarm_acts,
};

void page_alarms(struct page *page)
{
    page_form_work(page, &alarms, NULL);
}

void page_alarms_done(struct page *page)
{
    static const char *const verbs[] = {"seen", NULL};
    struct page_said said = page_form_nonsense(page);
    if (page_form_is_whole(page, verbs)) {
        struct page_words words = page_form_words("alarms", "seen");
        page_word(&words, form_value(&page->form, "pick"));
        said = page_run(page, &words);
        page_count_alarms(page);
    }
    page_form_work(page, &alarms, &said);
}

/* ---- stops ---- */

static void stop_acts(struct page *page)
{
    note_field(page);
    page_form_button(page, "clear", "main", "office.button.clear");
}

static const struct page_form_work stops = {
    .title_key = "office.page.stops",
    .path = "/office/stops",
    .command = "flag",
    .verb = "list",
    .action = PERMIT_flag_clear,
    .acts = stop_acts,
};

void page_stops(struct page *page)
{
    page_form_work(page, &stops, NULL);
}

void page_stops_done(struct page *page)
{
    static const char *const verbs[] = {"clear", NULL};
    struct page_said said = page_form_nonsense(page);
    const char *flag = NULL, *case_word = NULL;
    if (page_form_is_whole(page, verbs) && split_pick(page, &flag, &case_word)) {
        struct page_words words = page_form_words("flag", "clear");
        page_word(&words, case_word);
        page_word(&words, flag);
        page_option(page, &words, "--note", form_value(&page->form, "note"));
        said = page_run(page, &words);
    }
    page_form_work(page, &stops, &said);
}

/* ---- complaints ---- */

static void complaint_acts(struct page *page)
{
    note_field(page);
    page_form_codes(page, "result", "office.field.result", CATALOG_call_back_result, true);
    page_form_button(page, "call", "plain", "office.button.call");
    page_form_codes(page, "answer", "office.field.answer", CATALOG_complaint_answer, true);
    page_form_button(page, "answer", "main", "office.button.answer");
}

static const struct page_form_work complaints = {
    .title_key = "office.page.complaints",
    .path = "/office/complaints",
    .command = "complaints",
    .verb = "list",
    .action = PERMIT_complaints_decide,
    .acts = complaint_acts,
};

void page_complaints(struct page *page)
{
    page_form_work(page, &complaints, NULL);
}

void page_complaints_done(struct page *page)
{
    static const char *const verbs[] = {"call", "answer", NULL};
    struct page_said said = page_form_nonsense(page);
    const char *id = NULL, *case_word = NULL;
    bool is_call = strcmp(form_value(&page->form, "verb"), "call") == 0;
    const char *code = form_value(&page->form, is_call ? "result" : "answer");
    if (page_form_is_whole(page, verbs) && split_pick(page, &id, &case_word) && code[0] != '\0') {
        struct page_words words = page_form_words("complaints", is_call ? "call" : "answer");
        page_word(&words, id);
        page_option(page, &words, "--case", case_word);
        page_option(page, &words, is_call ? "--result" : "--answer", code);
        page_option(page, &words, "--note", form_value(&page->form, "note"));
        said = page_run(page, &words);
        if (said.code == PAGE_CODE_usage && !is_call) { /* its usage is for a terminal */
            said.err = lang_text(page->lang, "office.fail.note");
        }
    }
    page_form_work(page, &complaints, &said);
}

/* ---- identity disputes ---- */

static void identity_acts(struct page *page)
{
    static const char *const results[] = {"theirs", "not_theirs"};
    page_form_field(page, "checker", "text", "office.field.checker", "maxlength=32");
    page_form_button(page, "assign", "plain", "office.button.assign");
    page_html(page, "<label class=field><span>");
    page_key(page, "office.field.found");
    page_html(page, "</span><select name=result>");
    for (size_t i = 0; i < COUNT(results); i++) {
        page_html(page, "<option value=");
        page_html(page, results[i]);
        page_html(page, ">");
        page_key(page, str_format(page->arena, "office.identity.%s", results[i]));
        page_html(page, "</option>");
    }
    page_html(page, "</select></label>");
    note_field(page);
    page_form_sure(page, "office.identity.without");
    page_form_button(page, "decide", "main", "office.button.decide");
}

static const struct page_form_work identity = {
    .title_key = "office.page.identity",
    .path = "/office/identity",
    .command = "identity",
    .verb = "list",
    .action = PERMIT_complaints_decide,
    .acts = identity_acts,
};

void page_identity(struct page *page)
{
    page_form_work(page, &identity, NULL);
}

void page_identity_done(struct page *page)
{
    static const char *const verbs[] = {"decide", "assign", NULL};
    struct page_said said = page_form_nonsense(page);
    const char *note = form_value(&page->form, "note");
    bool is_whole = page_form_is_whole(page, verbs);
    if (is_whole && strcmp(form_value(&page->form, "verb"), "assign") == 0) {
        struct page_words words = page_form_words("identity", "assign");
        page_word(&words, form_value(&page->form, "pick"));
        page_option(page, &words, "--to", form_value(&page->form, "checker"));
        page_option(page, &words, "--note", note);
        said = page_run(page, &words);
    } else if (is_whole && note[0] == '\0') {
        said.err = lang_text(page->lang, "office.fail.note");
    } else if (is_whole) {
        struct page_words words = page_form_words("identity", "decide");
        page_word(&words, form_value(&page->form, "pick"));
        page_option(page, &words, "--result", form_value(&page->form, "result"));
        page_option(page, &words, "--note", note);
        if (strcmp(form_value(&page->form, "sure"), "yes") == 0) {
            page_word(&words, "--without-declaration");
        }
        said = page_run(page, &words);
    }
    page_form_work(page, &identity, &said);
}

/* ---- messages ---- */

static void messages(struct page *page, const struct page_said *done)
{
    struct page_words words = page_form_words("messages", "--all");
    page_head(page, "office.page.messages");
    if (done != NULL) {
        page_form_done(page, done);
    }
    if (page_form_may_team(page, PERMIT_message_send)) {
        page_form_begin(page, "/office/messages");
        page_html(page, "<div class=ask>");
        page_form_field(page, "person", "text", "office.field.reader", "required maxlength=32");
        page_form_field(page, "text", "text", "office.field.text", "required maxlength=500");
        page_form_field(page, "case", "text", "office.field.about", "maxlength=64");
        page_form_field(page, "by", "text", "office.field.by",
                        "maxlength=16 placeholder=\"2026-11-23 18:00\"");
        page_form_button(page, "send", "main", "office.button.send");
        page_html(page, "</div></form>");
    }
    (void)page_form_list(page, &words);
    page_foot(page);
}

void page_messages(struct page *page)
{
    messages(page, NULL);
}

void page_messages_done(struct page *page)
{
    struct page_said said = page_form_nonsense(page);
    const char *person = form_value(&page->form, "person");
    const char *text = form_value(&page->form, "text");
    if (person[0] != '\0' && page_is_word(text)) {
        struct page_words words = page_form_words("message", NULL);
        page_option(page, &words, "--person", person);
        page_option(page, &words, "--case", form_value(&page->form, "case"));
        page_option(page, &words, "--by", form_value(&page->form, "by"));
        page_option(page, &words, "--from", page->person.name);
        page_word(&words, text);
        said = page_run(page, &words);
    }
    messages(page, &said);
}
