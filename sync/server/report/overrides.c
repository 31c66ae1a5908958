#include "sync/server/report/overrides.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/verdict.h"
#include "sync/server/report/figure.h"

#include <stdlib.h>
#include <string.h>

/* A pass that headquarters gave. */
struct given {
    struct given *next;
    ds_PassIssued issued;
};

/* A visit that began in spite of a rule. */
struct override {
    struct override *next;
    uint64_t case_no;
    const char *case_ref;
    uint32_t device_no, person_no;
    uint64_t seq; /* of its visit_started */
    int64_t at_ms;
    uint32_t reason; /* override_reasons.def; 0: a pass alone */
    uint32_t fired[16];
    size_t fired_count;
    size_t evidence_count; /* photos, papers and recordings of the visit */
    bool has_appointment;  /* it had been agreed at an earlier contact */
    int64_t talk_at_ms;    /* last conversation with somebody liable before it; 0 none on record */
    bool has_pass;
    const char *pass_key; /* how its pass stands with headquarters */
    const char *pass_by, *pass_note;
    ds_PassUsed pass;
};

struct overrides {
    struct arena *arena;
    struct override *first, **end;
    size_t count;
    /* Of the case being seen. */
    uint64_t case_no;
    const char *case_ref;
    struct override *case_first;
    struct given *given;
    int32_t agreed_day;
    int64_t talk_at_ms;
};

struct overrides *overrides_start(struct arena *arena)
{
    struct overrides *overrides = ARENA_NEW(arena, struct overrides);
    overrides->arena = arena;
    overrides->end = &overrides->first;
    return overrides;
}

/* ---- passes ---- */

static const struct given *find_given(const struct overrides *overrides, uint32_t pass_no)
{
    for (const struct given *given = overrides->given; given != NULL; given = given->next) {
        if (given->issued.pass_no == pass_no) {
            return given;
        }
    }
    return NULL;
}

static const char *pass_state(const struct overrides *overrides, const struct override *one,
                              const struct given *given)
{
    for (const struct override *other = overrides->case_first; other != NULL && other != one;
         other = other->next) {
        if (other->has_pass && other->pass.pass_no == one->pass.pass_no) {
            return "report.pass.again";
        }
    }
    if (given == NULL) {
        return "report.pass.unknown";
    }
    const ds_PassIssued *issued = &given->issued;
    if (issued->for_person_no != one->person_no || strcmp(issued->rule, one->pass.rule) != 0) {
        return "report.pass.other";
    }
    if (issued->until_ms != one->pass.until_ms || one->at_ms >= (int64_t)issued->until_ms) {
        return "report.pass.over";
    }
    return "report.pass.right";
}

/* All facts of a case were seen: a pass may be older than its use by the tablet's clock only. */
static void case_end(struct overrides *overrides)
{
    for (struct override *one = overrides->case_first; one != NULL; one = one->next) {
        if (one->has_pass) {
            const struct given *given = find_given(overrides, one->pass.pass_no);
            one->pass_key = pass_state(overrides, one, given);
            one->pass_by = given != NULL ? given->issued.by : "";
            one->pass_note = given != NULL ? given->issued.note : "";
        }
    }
    overrides->case_first = NULL;
    overrides->given = NULL;
    overrides->agreed_day = 0;
    overrides->talk_at_ms = 0;
}

void overrides_case(struct overrides *overrides, uint64_t case_no, const char *case_ref)
{
    case_end(overrides);
    overrides->case_no = case_no;
    overrides->case_ref = arena_text(overrides->arena, case_ref);
}

/* ---- facts ---- */

static struct override *find(const struct overrides *overrides, const struct fact *fact)
{
    for (struct override *one = overrides->case_first; one != NULL; one = one->next) {
        if (one->device_no == fact->device_no && one->seq == fact->event.visit_seq) {
            return one;
        }
    }
    return NULL;
}

static void see_start(struct overrides *overrides, const struct gather *gather,
                      const struct fact *fact)
{
    const ds_Event *event = &fact->event;
    int64_t at_ms = (int64_t)event->at_ms;
    bool is_asked = at_ms >= gather_from_at_ms(gather, GATHER_now) &&
                    at_ms < gather_until_at_ms(gather, GATHER_now) &&
                    gather_has_person(gather, event->person_no);
    if (!is_asked || (event->override_reason == 0 && event->fired_count == 0)) {
        return;
    }
    struct override *one = ARENA_NEW(overrides->arena, struct override);
    *one = (struct override){
        .case_no = overrides->case_no,
        .case_ref = overrides->case_ref,
        .device_no = fact->device_no,
        .person_no = event->person_no,
        .seq = fact->seq,
        .at_ms = at_ms,
        .reason = event->override_reason,
        .fired_count = event->fired_count,
        .has_appointment = overrides->agreed_day != 0 &&
                           overrides->agreed_day == date_day_at(at_ms, gather->offset_minutes),
        .talk_at_ms = overrides->talk_at_ms,
    };
    for (size_t i = 0; i < one->fired_count; i++) {
        one->fired[i] = event->fired[i];
    }
    *overrides->end = one;
    overrides->end = &one->next;
    overrides->count++;
    if (overrides->case_first == NULL) {
        overrides->case_first = one;
    }
}

static void see_talk(struct overrides *overrides, const struct fact *fact, uint32_t role)
{
    if (role != ROLE_none && role_is_liable(role)) {
        overrides->talk_at_ms = (int64_t)fact->event.at_ms;
    }
}

void overrides_see(struct overrides *overrides, const struct gather *gather,
                   const struct fact *fact)
{
    enum event_kind kind = event_kind(&fact->event);
    if (kind == EVENT_visit_started) {
        see_start(overrides, gather, fact);
    } else if (kind == EVENT_visit_finished) {
        const ds_VisitFinished *finished = &fact->event.kind.visit_finished;
        overrides->agreed_day = finished->next_day;
        see_talk(overrides, fact, finished->role);
    } else if (kind == EVENT_contact_attempted &&
               fact->event.kind.contact_attempted.result == CONTACT_RESULT_answered) {
        see_talk(overrides, fact, fact->event.kind.contact_attempted.role);
    } else if (kind == EVENT_pass_issued) {
        struct given *given = ARENA_NEW(overrides->arena, struct given);
        *given = (struct given){overrides->given, fact->event.kind.pass_issued};
        overrides->given = given;
    } else if (kind == EVENT_pass_used || kind == EVENT_evidence_attached) {
        struct override *one = find(overrides, fact);
        if (one != NULL && kind == EVENT_pass_used) {
            one->has_pass = true;
            one->pass = fact->event.kind.pass_used;
        } else if (one != NULL) {
            one->evidence_count++;
        }
    }
}

/* ---- the table ---- */

static int by_time(const void *a, const void *b)
{
    const struct override *one = *(const struct override *const *)a;
    const struct override *other = *(const struct override *const *)b;
    if (one->at_ms != other->at_ms) {
        return one->at_ms < other->at_ms ? -1 : 1;
    }
    return one->case_no < other->case_no ? -1 : one->case_no > other->case_no;
}

static const char *rules_of(struct arena *arena, const struct override *one)
{
    struct str_builder words;
    str_builder_init(&words, arena);
    for (size_t i = 0; i < one->fired_count; i++) {
        str_add_format(&words, "%s%s", i == 0 ? "" : " ", refusal_rule(one->fired[i]));
    }
    return one->fired_count == 0 ? "-" : words.text;
}

static const char *ground_of(struct arena *arena, enum lang lang, const struct override *one)
{
    if (!one->has_pass) {
        return lang_item(arena, lang, CATALOG_override_reason, one->reason);
    }
    return lang_fill(arena, lang, "report.pass", lang_value_count("number", one->pass.pass_no),
                     lang_value_text("rule", one->pass.rule));
}

static const char *evidence_of(struct arena *arena, enum lang lang, int32_t offset_minutes,
                               const struct override *one)
{
    struct str_builder words;
    str_builder_init(&words, arena);
    if (one->has_pass) {
        str_add_text(&words, lang_text(lang, one->pass_key));
        if (one->pass_by[0] != '\0') {
            str_add_format(&words, " (%s: %s)", one->pass_by, one->pass_note);
        }
    }
    if (one->has_appointment) {
        str_add_format(&words, "%s%s", words.text[0] == '\0' ? "" : "; ",
                       lang_text(lang, "report.evidence.appointment"));
    }
    if (one->reason == OVERRIDE_REASON_borrower_agreed && one->talk_at_ms != 0) {
        char time[DATE_INSTANT_TEXT_SIZE];
        str_add_format(&words, "%s%s", words.text[0] == '\0' ? "" : "; ",
                       lang_fill(arena, lang, "report.evidence.talk",
                                 lang_value_text("at", date_instant_to_text(time, one->talk_at_ms,
                                                                            offset_minutes))));
    }
    if (one->evidence_count > 0) {
        str_add_format(&words, "%s%s", words.text[0] == '\0' ? "" : "; ",
                       lang_fill(arena, lang, "report.evidence.files",
                                 lang_value_count("n", (int64_t)one->evidence_count)));
    }
    return words.text[0] == '\0' ? lang_text(lang, "report.evidence.none") : words.text;
}

void overrides_table(struct doc *doc, struct overrides *overrides, const struct gather *gather)
{
    case_end(overrides);
    struct figure_style style = figure_style(doc->arena, gather);
    struct doc_block *table =
        doc_table(doc, "overrides", lang_text(style.lang, "report.table.overrides"));
    doc_column(table, "time", lang_text(style.lang, "report.column.time"), false);
    doc_column(table, "case_ref", lang_text(style.lang, "report.column.case_ref"), false);
    doc_column(table, "person", lang_text(style.lang, "report.column.person"), false);
    doc_column(table, "rules", lang_text(style.lang, "report.column.rule"), false);
    doc_column(table, "ground", lang_text(style.lang, "report.column.ground"), false);
    doc_column(table, "evidence", lang_text(style.lang, "report.column.evidence"), false);
    const struct override **rows =
        ARENA_ARRAY(doc->arena, overrides->count + 1, const struct override *);
    size_t count = 0;
    size_t left_out = 0;
    for (const struct override *one = overrides->first; one != NULL; one = one->next) {
        if (one->has_pass || one->reason != 0) { /* what was only recorded was passed by nobody */
            rows[count++] = one;
        }
    }
    qsort(rows, count, sizeof(const struct override *), by_time);
    for (size_t i = 0; i < count; i++) {
        if (gather->ask->rows_max != 0 && table->row_count >= gather->ask->rows_max) {
            left_out++;
            continue;
        }
        const struct override *one = rows[i];
        struct doc_cell *cells = doc_row(doc, table);
        char time[DATE_INSTANT_TEXT_SIZE];
        cells[0] = doc_cell_text(
            arena_text(doc->arena, date_instant_to_text(time, one->at_ms, gather->offset_minutes)));
        cells[1] = doc_cell_text(one->case_ref);
        cells[2] = doc_cell_text(gather_person_name(doc->arena, gather, one->person_no));
        cells[3] = doc_cell_text(rules_of(doc->arena, one));
        cells[4] = doc_cell_text(ground_of(doc->arena, style.lang, one));
        cells[5] = doc_cell_text(evidence_of(doc->arena, style.lang, gather->offset_minutes, one));
    }
    if (left_out > 0) {
        table->text = lang_fill(doc->arena, style.lang, "report.left_out",
                                lang_value_count("n", (int64_t)left_out));
    } else if (count == 0) {
        table->text = lang_text(style.lang, "report.empty_list");
    }
}
