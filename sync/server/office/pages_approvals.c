/* What collectors asked for: deciding, and putting a wrong decision right. */
#include "sync/server/office/page_form.h"

#include <string.h>

static void approval_acts(struct page *page)
{
    page_form_codes(page, "reason", "office.field.reason", CATALOG_decision_reason, true);
    page_form_field(page, "note", "text", "office.field.note", "maxlength=200");
    page_form_button(page, "approve", "main", "office.button.approve");
    page_form_button(page, "reject", "bad", "office.button.reject");
    page_form_button(page, "return", "plain", "office.button.return");
}

/* Decisions that were made: one that was wrong is taken back, or decided otherwise. */
static void approvals_decided(struct page *page)
{
    static const char *const decisions[] = {"approve", "reject", "return"};
    struct page_words words = page_form_words("approvals", "list");
    page_word(&words, "--decided");
    words.is_page_pick = page_form_may(page, PERMIT_approvals_change);
    page_html(page, "<details><summary>");
    page_key(page, "office.approvals.decided");
    page_html(page, "</summary>");
    if (words.is_page_pick) {
        page_html(page, "<p class=hint>");
        page_key(page, "office.approvals.change_hint");
        page_html(page, "</p>");
        page_form_begin(page, "/office/approvals");
    }
    if (page_form_list(page, &words) && words.is_page_pick) {
        page_html(page, "<div class=acts>");
        page_form_field(page, "note", "text", "office.field.why", "required maxlength=200");
        page_html(page, "<label class=field><span>");
        page_key(page, "office.field.decision");
        page_html(page, "</span><select name=decision>");
        for (size_t i = 0; i < COUNT(decisions); i++) {
            page_html(page, "<option value=");
            page_html(page, decisions[i]);
            page_html(page, ">");
            page_key(page, str_format(page->arena, "office.button.%s", decisions[i]));
            page_html(page, "</option>");
        }
        page_html(page, "</select></label>");
        page_form_button(page, "change", "main", "office.button.change");
        page_form_button(page, "withdraw", "plain", "office.button.withdraw");
        page_html(page, "</div>");
    }
    page_html(page, words.is_page_pick ? "</form></details>" : "</details>");
}

static const struct page_form_work approvals = {
    .title_key = "office.page.approvals",
    .path = "/office/approvals",
    .command = "approvals",
    .verb = "list",
    .action = PERMIT_approvals_decide,
    .acts = approval_acts,
    .more = approvals_decided,
};

void page_approvals(struct page *page)
{
    page_form_work(page, &approvals, NULL);
}

void page_approvals_done(struct page *page)
{
    static const char *const verbs[] = {"approve", "reject", "return", "withdraw", "change", NULL};
    struct page_said said = page_form_nonsense(page);
    const char *decision = form_value(&page->form, "decision");
    if (page_form_is_whole(page, verbs)) {
        struct page_words words = page_form_words("approvals", form_value(&page->form, "verb"));
        page_word(&words, form_value(&page->form, "pick"));
        if (strcmp(form_value(&page->form, "verb"), "change") == 0 && page_is_word(decision)) {
            page_word(&words, decision);
        }
        page_option(page, &words, "--reason", form_value(&page->form, "reason"));
        page_option(page, &words, "--note", form_value(&page->form, "note"));
        said = page_run(page, &words);
    }
    page_form_work(page, &approvals, &said);
}
