#include "sync/server/report/report.h"

#include "core/domain/date.h"
#include "sync/server/report/doc.h"
#include "sync/server/report/gather.h"
#include "sync/server/report/kinds.h"

static const struct {
    const char *name, *title_key;
    enum report_money money;
    enum err (*make)(struct doc *doc, struct hq_store *store, const struct gather *gather);
} kinds[REPORT_COUNT] = {
#define REPORT(name, money) \
    [REPORT_##name] = {#name, "report." #name ".title", REPORT_MONEY_##money, name##_report},
#include "sync/server/report/reports.def"
#undef REPORT
};

bool report_kind_from_text(struct str text, enum report_kind *kind_out)
{
    for (int i = 0; i < REPORT_COUNT; i++) {
        if (str_is(text, kinds[i].name)) {
            *kind_out = (enum report_kind)i;
            return true;
        }
    }
    return false;
}

const char *report_kind_name(enum report_kind kind)
{
    CHECK(kind < REPORT_COUNT);
    return kinds[kind].name;
}

enum report_money report_kind_money(enum report_kind kind)
{
    CHECK(kind < REPORT_COUNT);
    return kinds[kind].money;
}

static const char *scope_words(struct arena *arena, const struct gather *gather)
{
    const struct report_ask *ask = gather->ask;
    switch (ask->scope) {
    case REPORT_SCOPE_all:
        return lang_text(ask->lang, "report.scope.all");
    case REPORT_SCOPE_person:
        return lang_fill(arena, ask->lang, "report.scope.person",
                         lang_value_text("name", gather->scope_name),
                         lang_value_count("number", ask->scope_no));
    case REPORT_SCOPE_team:
        return lang_fill(arena, ask->lang, "report.scope.team",
                         lang_value_text("name", gather->scope_name),
                         lang_value_count("n", (int64_t)gather->person_count));
    }
    UNREACHABLE();
}

/* How fresh the numbers are: what a tablet has not sent cannot be counted. */
static const char *age_words(struct arena *arena, const struct gather *gather)
{
    enum lang lang = gather->ask->lang;
    char newest[DATE_INSTANT_TEXT_SIZE];
    char oldest[DATE_INSTANT_TEXT_SIZE];
    if (gather->device_count == 0 || gather->seen_newest_ms == 0) {
        return lang_text(lang, "report.age.none");
    }
    date_instant_to_text(newest, gather->seen_newest_ms, gather->offset_minutes);
    const char *late = lang_text(lang, "report.age.never");
    if (gather->seen_oldest_ms != 0) {
        late = date_instant_to_text(oldest, gather->seen_oldest_ms, gather->offset_minutes);
    }
    return lang_fill(arena, lang, "report.age",
                     lang_value_text("newest", arena_text(arena, newest)),
                     lang_value_text("oldest", arena_text(arena, late)),
                     lang_value_count("n", (int64_t)gather->device_count));
}

static const char *day_text(struct arena *arena, int32_t day)
{
    char text[DATE_TEXT_SIZE];
    return arena_text(arena, date_to_text(text, day));
}

static void head(struct doc *doc, struct arena *arena, const struct gather *gather)
{
    const struct report_ask *ask = gather->ask;
    enum lang lang = ask->lang;
    char made_at[DATE_INSTANT_TEXT_SIZE];
    doc_fact(doc, "period_kind", lang_text(lang, "report.head.period_kind"),
             lang_text(lang, str_format(arena, "report.period_kind.%s",
                                        period_kind_name(ask->period.kind))));
    doc_fact(doc, "from", lang_text(lang, "report.head.from"),
             day_text(arena, ask->period.from_day));
    doc_fact(doc, "until", lang_text(lang, "report.head.until"),
             day_text(arena, ask->period.until_day));
    doc_fact(doc, "as_of", lang_text(lang, "report.head.as_of"),
             day_text(arena, gather->as_of_day));
    doc_fact(doc, "scope", lang_text(lang, "report.head.scope"), scope_words(arena, gather));
    doc_fact(doc, "data_age", lang_text(lang, "report.head.data_age"), age_words(arena, gather));
    date_instant_to_text(made_at, ask->now_ms, gather->offset_minutes);
    doc_fact(doc, "made_at", lang_text(lang, "report.head.made_at"), arena_text(arena, made_at));
}

/* What a reader must know before comparing. */
static void notes(struct doc *doc, struct arena *arena, const struct gather *gather)
{
    enum lang lang = gather->ask->lang;
    if (!gather->has_data[GATHER_before]) {
        doc_paragraph(doc, "no_before", lang_text(lang, "report.no_before"));
    } else if (gather->as_of_day < gather->ask->period.until_day) {
        doc_paragraph(doc, "unfinished",
                      lang_fill(arena, lang, "report.unfinished",
                                lang_value_text("day", day_text(arena, gather->as_of_day))));
    }
}

static enum err make(struct arena *arena, struct hq_store *store, const struct report_ask *ask,
                     struct str_builder *out)
{
    struct gather *gather = ARENA_NEW(arena, struct gather);
    TRY(gather_all(arena, store, ask, gather));
    struct doc doc;
    doc_start(&doc, arena, kinds[ask->kind].name, lang_text(ask->lang, kinds[ask->kind].title_key));
    head(&doc, arena, gather);
    notes(&doc, arena, gather);
    TRY(kinds[ask->kind].make(&doc, store, gather));
    switch (ask->format) {
    case REPORT_FORMAT_text:
        doc_print_text(&doc, out);
        break;
    case REPORT_FORMAT_csv:
        doc_print_csv(&doc, out);
        break;
    case REPORT_FORMAT_json:
        doc_print_json(&doc, out);
        break;
    case REPORT_FORMAT_html:
        doc_print_html(&doc, out);
        break;
    }
    return OK;
}

enum err report_make(struct arena *arena, struct hq_store *store, const struct report_ask *ask,
                     struct str *text_out)
{
    CHECK(ask->kind < REPORT_COUNT);
    struct str_builder out;
    str_builder_init(&out, arena);
    TRY(hq_view_begin(store));
    enum err err = make(arena, store, ask, &out);
    hq_view_end(store);
    *text_out = str_built(&out);
    return err;
}
