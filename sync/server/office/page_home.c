/* The overview: first who is in danger, then what waits, then how everybody's day stands. */
#include "sync/server/office/page_form.h"

#include <jansson.h>
#include <string.h>

static void heading(struct page *page, const char *key)
{
    page_html(page, "<h2>");
    page_key(page, key);
    page_html(page, "</h2>");
}

static void alarms(struct page *page)
{
    struct page_words words = page_form_words("alarms", "list");
    words.is_page = true;
    struct page_said said = page_run(page, &words);
    if (strstr(said.out, "<td") == NULL) {
        return;
    }
    page_html(page, "<section class=alarm><h2>");
    page_key(page, "office.home.alarms");
    page_html(page, "</h2>");
    page_html(page, said.out);
    page_html(page, "<p><a class=button href=/office/alarms>");
    page_key(page, "office.home.to_alarms");
    page_html(page, "</a></p></section>");
}

/* Figures of headquarters; those that wait for somebody lead there. */
static const struct {
    const char *name, *key, *path; /* path: NULL leads nowhere */
    bool is_waiting;
} tiles[] = {
    {"requests", "hq.status.requests", "/office/approvals", true},
    {"conflicts", "hq.status.conflicts", "/office/review", true},
    {"quarantine", "hq.status.quarantine", NULL, true},
    {"cases", "hq.status.cases", NULL, false},
    {"assigned", "hq.status.assigned", NULL, false},
    {"people", "hq.status.people", "/office/people", false},
    {"devices", "hq.status.devices", "/office/devices", false},
    {"facts", "hq.status.facts", NULL, false},
};

static void tile(struct page *page, size_t at, int64_t figure)
{
    bool waits = tiles[at].is_waiting && figure > 0;
    page_html(page, waits ? "<li class=waits>" : "<li>");
    page_html(page, tiles[at].path != NULL ? "<a href=" : "<span>");
    if (tiles[at].path != NULL) {
        page_html(page, tiles[at].path);
        page_html(page, ">");
    }
    page_html(page, str_format(page->arena, "<b>%lld</b> <small>", (long long)figure));
    page_key(page, tiles[at].key);
    page_html(page, tiles[at].path != NULL ? "</small></a></li>" : "</small></span></li>");
}

static void figures(struct page *page)
{
    struct page_words words = page_form_words("status", NULL);
    words.is_json = true;
    struct page_said said = page_run(page, &words);
    json_t *rows =
        said.code == PAGE_CODE_ok ? json_loads(said.out, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (rows == NULL) {
        page->status = page_form_status(said.code);
        page_note(page, "bad", page_form_complaint(page, &said));
        return;
    }
    page_html(page, "<ul class=tiles>");
    for (size_t i = 0; i < COUNT(tiles); i++) {
        json_t *figure = json_object_get(json_array_get(rows, 0), tiles[i].name);
        tile(page, i, (int64_t)json_integer_value(figure));
    }
    page_html(page, "</ul>");
    json_decref(rows);
}

void page_home(struct page *page)
{
    bool has_today = page_form_may_team(page, PERMIT_people_view);
    page_head(page, "office.page.home");
    if (page_form_may_team(page, PERMIT_alarms_view)) {
        alarms(page);
    }
    /* Figures of the whole are not a team's; who may see neither is told so by the command. */
    if (!has_today || page_form_may(page, PERMIT_figures_view)) {
        figures(page);
    }
    if (has_today) {
        struct page_words today = page_form_words("today", NULL);
        heading(page, "office.home.today");
        (void)page_form_list(page, &today);
    }
    page_foot(page);
}
