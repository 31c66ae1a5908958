/* The review queue: a list, and for each entry both records side by side, what was done by itself,
 * and what may be decided, with what follows. */
#include "sync/server/merge/conflict.h"
#include "sync/server/office/page_form.h"

#include <jansson.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

/* ---- two records ---- */

/* What a side says of itself; `name` in the command's JSON. */
static const struct {
    const char *name, *key;
} rows[] = {
    {"words", "hq.review.what"},    {"person", "hq.review.who"},        {"at", "hq.review.clock"},
    {"likely", "hq.review.likely"}, {"received", "hq.review.received"}, {"now", "hq.review.now"},
    {"id", "hq.column.fact"},
};

/* What the two say otherwise is marked; when they were made is never the same. */
static bool differs(const char *name, const json_t *side, const json_t *other)
{
    return json_is_object(other) &&
           (strcmp(name, "words") == 0 || strcmp(name, "person") == 0 ||
            strcmp(name, "now") == 0) &&
           strcmp(text_of(side, name), text_of(other, name)) != 0;
}

static void put_row(struct page *page, const char *key, const char *text, bool is_marked)
{
    if (text[0] == '\0' || strcmp(text, "-") == 0) {
        return;
    }
    page_html(page, "<dt>");
    page_key(page, key);
    page_html(page, is_marked ? "</dt><dd class=differs>" : "</dt><dd>");
    page_text(page, text);
    page_html(page, "</dd>");
}

static void put_side(struct page *page, const char *key, const json_t *side, const json_t *other)
{
    if (!json_is_object(side)) {
        return;
    }
    page_html(page, "<section class=side><h2>");
    page_key(page, key);
    page_html(page, "</h2><dl>");
    for (size_t i = 0; i < COUNT(rows); i++) {
        put_row(page, rows[i].key, text_of(side, rows[i].name), differs(rows[i].name, side, other));
    }
    int64_t device_no = (int64_t)json_integer_value(json_object_get(side, "device_no"));
    put_row(page, "hq.column.device",
            device_no == 0 ? lang_text(page->lang, "hq.review.hq")
                           : str_format(page->arena, "%lld", (long long)device_no),
            false);
    page_html(page, "</dl></section>");
}

/* ---- deciding ---- */

static void put_choice(struct page *page, const char *name, bool is_only)
{
    page_html(page, "<label><input type=radio name=choice required value=");
    page_html(page, name);
    page_html(page, is_only ? " checked><span>" : "><span>");
    page_key(page, str_format(page->arena, "review.%s", name));
    page_html(page, "<small>");
    page_key(page, str_format(page->arena, "office.choice.%s", name));
    page_html(page, "</small></span></label>");
}

static void hidden(struct page *page, const char *name, const char *value)
{
    page_html(page, "<input type=hidden name=");
    page_html(page, name);
    page_html(page, " value=\"");
    page_text(page, value);
    page_html(page, "\">");
}

/* Every decision about it, the newest last: it holds. */
static void put_history(struct page *page, const json_t *entry)
{
    const json_t *decided = json_object_get(entry, "decided");
    size_t count = json_array_size(decided);
    if (count == 0) {
        page_note(page, "done",
                  str_format(page->arena, "%s %s", lang_text(page->lang, "office.review.closed"),
                             text_of(entry, "note")));
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(decided, i);
        const char *line = lang_fill(page->arena, page->lang,
                                     i + 1 == count ? "hq.review.decided" : "hq.review.was_decided",
                                     lang_value_text("at", text_of(row, "at")),
                                     lang_value_text("person", text_of(row, "person")),
                                     lang_value_text("choice", text_of(row, "words")),
                                     lang_value_text("note", text_of(row, "note")));
        page_note(page, i + 1 == count ? "done" : "was", line);
    }
}

/* `is_closed`: it was decided; another person may decide otherwise, and says why. */
static void put_choices(struct page *page, const char *id, const char *kind, const json_t *choices,
                        bool is_closed)
{
    enum permit_action action = is_closed ? PERMIT_conflicts_change : PERMIT_conflicts_decide;
    if (json_array_size(choices) == 0 || !page_form_may(page, action)) {
        return;
    }
    if (is_closed) {
        page_html(page, "<details><summary>");
        page_key(page, "office.review.change");
        page_html(page, "</summary><p class=hint>");
        page_key(page, "office.review.change_hint");
        page_html(page, "</p>");
    }
    page_form_begin(page, "/office/review");
    hidden(page, "pick", id);
    hidden(page, "kind", kind);
    page_html(page, "<fieldset class=choices><legend>");
    page_key(page, "office.field.choice");
    page_html(page, "</legend>");
    for (int i = CHOICE_none + 1; i < CHOICE_COUNT; i++) {
        const char *name = conflict_choice_name((enum conflict_choice)i);
        for (size_t c = 0; c < json_array_size(choices); c++) {
            const char *given = json_string_value(json_array_get(choices, c));
            if (given != NULL && strcmp(given, name) == 0) {
                put_choice(page, name, json_array_size(choices) == 1);
            }
        }
    }
    page_html(page, "</fieldset><div class=acts>");
    page_form_field(page, "note", "text", is_closed ? "office.field.why" : "office.field.note",
                    is_closed ? "required maxlength=200" : "maxlength=200");
    page_form_button(page, is_closed ? "change" : "decide", "main",
                     is_closed ? "office.button.change" : "office.button.decide");
    page_html(page, is_closed ? "</div></form></details>" : "</div></form>");
}

static void put_entry(struct page *page, const char *id, const json_t *entry)
{
    const char *kind = text_of(entry, "kind");
    uint32_t code = conflict_from_name(str_from(kind));
    const json_t *first = json_object_get(entry, "first");
    const json_t *second = json_object_get(entry, "second");
    page_html(page, "<h2>");
    page_key(page, conflict_key(code));
    page_html(page, " \xc2\xb7 ");
    page_text(page, text_of(entry, "case"));
    page_html(page, "</h2><p class=hint>");
    page_key(page, "hq.review.did");
    page_html(page, " ");
    page_text(page, text_of(entry, "did"));
    page_html(page, "</p><div class=sides>");
    put_side(page, "hq.review.first", first, second);
    put_side(page, json_is_object(first) ? "hq.review.second" : "hq.review.record", second, first);
    page_html(page, "</div>");
    bool is_closed = json_is_true(json_object_get(entry, "closed"));
    if (is_closed) {
        put_history(page, entry);
    }
    put_choices(page, id, kind, json_object_get(entry, "choices"), is_closed);
}

/* ---- the page ---- */

static void one(struct page *page, const char *id, const char *kind)
{
    struct page_words words = page_form_words("conflicts", "show");
    words.is_json = true;
    page_word(&words, id);
    page_option(page, &words, "--kind", kind);
    struct page_said said = page_run(page, &words);
    json_t *entry =
        said.code == PAGE_CODE_ok ? json_loads(said.out, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (entry != NULL) {
        put_entry(page, id, entry);
    } else {
        page->status = page_form_status(said.code);
        page_note(page, "bad", page_form_complaint(page, &said));
    }
    json_decref(entry);
}

static void review(struct page *page, const struct page_said *done)
{
    const char *shown = form_value(&page->form, "show");
    bool is_one = page_is_word(shown);
    page_head(page, "office.page.review");
    if (done != NULL) {
        page_form_done(page, done);
    }
    if (is_one) {
        page_html(page, "<p class=hint><a href=/office/review>");
        page_key(page, "office.review.all");
        page_html(page, "</a></p>");
        one(page, shown, form_value(&page->form, "kind"));
    } else {
        bool is_closed = strcmp(form_value(&page->form, "closed"), "1") == 0;
        struct page_words words = page_form_words("conflicts", "list");
        if (is_closed) {
            page_word(&words, "--closed");
        }
        page_html(page, is_closed ? "<p class=hint><a href=/office/review>"
                                  : "<p class=hint><a href=\"/office/review?closed=1\">");
        page_key(page, is_closed ? "office.review.all" : "office.review.decided");
        page_html(page, "</a></p>");
        (void)page_form_list(page, &words);
    }
    page_foot(page);
}

void page_review(struct page *page)
{
    review(page, NULL);
}

void page_review_done(struct page *page)
{
    static const char *const verbs[] = {"decide", "change", NULL};
    struct page_said said = page_form_nonsense(page);
    const char *choice = form_value(&page->form, "choice");
    if (page_form_is_whole(page, verbs) && page_is_word(choice)) {
        struct page_words words = page_form_words("conflicts", form_value(&page->form, "verb"));
        page_word(&words, form_value(&page->form, "pick"));
        page_word(&words, choice);
        page_option(page, &words, "--kind", form_value(&page->form, "kind"));
        page_option(page, &words, "--note", form_value(&page->form, "note"));
        said = page_run(page, &words);
    }
    review(page, &said);
}
