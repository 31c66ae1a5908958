/* Tablets: how they fare, and orders to one number or to everybody on its tablet. */
#include "sync/server/office/page_form.h"

#include <string.h>

/* Below the line: what destroys. */
static void device_acts(struct page *page)
{
    page_html(page, "<label class=sure><input type=checkbox name=tablet value=yes><span>");
    page_key(page, "office.field.whole_tablet");
    page_html(page, "</span></label>");
    page_form_button(page, "lock", "main", "office.button.lock");
    page_form_button(page, "unlock", "plain", "office.button.unlock");
    page_form_button(page, "reset", "plain", "office.button.reset");
    page_form_button(page, "certificate", "plain", "office.button.certificate");
    page_html(page, "<hr>");
    page_form_sure(page, "office.field.sure_wipe");
    page_form_button(page, "wipe", "bad", "office.button.wipe");
    page_form_button(page, "confirm", "bad", "office.button.confirm_wipe");
}

static const struct page_form_work devices = {
    .title_key = "office.page.devices",
    .path = "/office/devices",
    .command = "devices",
    .verb = "list",
    .action = PERMIT_devices_change,
    .acts = device_acts,
};

/* Of one tablet: its guard, how it fares, every order, and what a wipe did, as the tablet signed;
 * with the buttons of the list for who has them. */
static void one_device(struct page *page, const char *shown, const struct page_said *done)
{
    struct page_words words = page_form_words("devices", "show");
    page_word(&words, shown);
    page_head(page, "office.page.devices");
    page_html(page, "<p class=hint><a href=/office/devices>");
    page_key(page, "office.devices.all");
    page_html(page, "</a></p>");
    if (done != NULL) {
        page_form_done(page, done);
    }
    if (page_form_list(page, &words) && page_form_may(page, devices.action)) {
        page_form_begin(page, devices.path);
        page_html(page,
                  "<input type=hidden name=show value=yes><input type=hidden name=pick value=\"");
        page_text(page, shown);
        page_html(page, "\"><div class=acts>");
        device_acts(page);
        page_html(page, "</div></form>");
    }
    page_foot(page);
}

void page_devices(struct page *page)
{
    const char *shown = form_value(&page->form, "show");
    if (page_is_word(shown)) {
        one_device(page, shown, NULL);
    } else {
        page_form_work(page, &devices, NULL);
    }
}

/* What is missing from the form, in words; NULL: nothing. */
static const char *lacking(const struct page *page, const char *verb, bool is_whole)
{
    bool is_sure = strcmp(form_value(&page->form, "sure"), "yes") == 0;
    bool is_wipe = strcmp(verb, "wipe") == 0 || strcmp(verb, "confirm") == 0;
    return is_wipe && !is_sure                      ? "office.fail.sure"
           : is_whole && strcmp(verb, "reset") == 0 ? "office.fail.code_for_one"
                                                    : NULL;
}

void page_devices_done(struct page *page)
{
    static const char *const verbs[] = {"lock",    "unlock",      "reset", "wipe",
                                        "confirm", "certificate", NULL};
    struct page_said said = page_form_nonsense(page);
    const char *verb = form_value(&page->form, "verb");
    const char *picked = form_value(&page->form, "pick");
    if (page_form_is_whole(page, verbs)) {
        bool is_whole = strcmp(form_value(&page->form, "tablet"), "yes") == 0;
        const char *lacking_key = lacking(page, verb, is_whole);
        struct page_words words = page_form_words("devices", verb);
        page_word(&words, picked);
        if (is_whole) {
            page_word(&words, "--tablet");
        }
        if (lacking_key == NULL) {
            said = page_run(page, &words);
        } else {
            said.err = lang_text(page->lang, lacking_key);
        }
    }
    if (strcmp(form_value(&page->form, "show"), "yes") == 0 && page_is_word(picked)) {
        one_device(page, picked, &said);
    } else {
        page_form_work(page, &devices, &said);
    }
}
