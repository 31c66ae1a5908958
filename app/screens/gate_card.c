#include "app/screens/gate_card.h"

#include "core/rules/gate.h"

#include <string.h>

/* First words of a source, as the packs and refusals.def write them. */
static const struct {
    const char *word, *key;
} sources[] = {
    {"CBA26", "law_source.cba26"},
    {"GB25", "law_source.gb25"},
    {"CC11", "law_source.cc11"},
    {"CP23", "law_source.cp23"},
    {"CF24", "law_source.cf24"},
    {"MC25", "law_source.mc25"},
    {"PIPL", "law_source.pipl"},
    {"CivC", "law_source.civc"},
    {"CrimC", "law_source.crimc"},
    {"JI18", "law_source.ji18"},
    {"FDCPA", "law_source.fdcpa"},
    {"RegF", "law_source.regf"},
    {"MA", "law_source.ma"},
    {"CONC", "law_source.conc"},
    {"DRS", "law_source.drs"},
    {"RBI22", "law_source.rbi22"},
    {"RBI26d", "law_source.rbi26d"},
    {"IE95", "law_source.ie95"},
    {"AU", "law_source.au"},
    {"JP", "law_source.jp"},
    {"KR", "law_source.kr"},
    {"house", "law_source.house"},
    {"client", "law_source.client"},
    {"mandate", "law_source.mandate"},
    {"statutory", "law_source.statute"},
    {"by", "law_source.image"},
};

/* What is lawful instead. */
static const struct {
    enum refusal refusal;
    const char *key;
} insteads[] = {
    {REFUSAL_contact_hours, "instead.later"},
    {REFUSAL_no_visit_day, "instead.other_day"},
    {REFUSAL_own_times, "instead.own_times"},
    {REFUSAL_notice_missing, "instead.notice"},
    {REFUSAL_credential_ended, "instead.credential"},
    {REFUSAL_id_not_shown, "instead.duty"},
    {REFUSAL_not_recording, "instead.duty"},
    {REFUSAL_open_past_close, "instead.later"},
    {REFUSAL_visits_per_day, "instead.other_day"},
    {REFUSAL_met_recently, "instead.other_day"},
    {REFUSAL_contacts_reached, "instead.other_day"},
    {REFUSAL_too_few_visitors, "instead.visitors"},
    {REFUSAL_too_many_visitors, "instead.visitors"},
    {REFUSAL_two_visitors_needed, "instead.visitors"},
    {REFUSAL_place_not_suitable, "instead.place"},
    {REFUSAL_workplace, "instead.place"},
    {REFUSAL_cease_contact, "instead.channel"},
    {REFUSAL_refuses_visits, "instead.channel"},
    {REFUSAL_dispute, "instead.listen"},
    {REFUSAL_identity_dispute, "instead.listen"},
    {REFUSAL_moratorium, "instead.listen"},
    {REFUSAL_deceased, "instead.listen"},
    {REFUSAL_incapacity, "instead.listen"},
    {REFUSAL_legality_in_doubt, "instead.listen"},
    {REFUSAL_complaint_open, "instead.listen"},
    {REFUSAL_represented, "instead.representative"},
    {REFUSAL_acute_hardship, "instead.forbearance"},
    {REFUSAL_hardship, "instead.forbearance"},
    {REFUSAL_plan_kept, "instead.plan"},
    {REFUSAL_case_recalled, "instead.gone"},
    {REFUSAL_case_closed, "instead.gone"},
    {REFUSAL_mandate_ended, "instead.gone"},
    {REFUSAL_not_assigned, "instead.sync"},
    {REFUSAL_policy_old, "instead.sync"},
    {REFUSAL_policy_too_old, "instead.sync"},
    {REFUSAL_policy_expired, "instead.sync"},
    {REFUSAL_clock_not_trusted, "instead.sync"},
    {REFUSAL_far_from_address, "instead.address"},
    {REFUSAL_hazard, "instead.care"},
};

const char *gate_card_instead(const struct view *view, enum refusal refusal)
{
    for (size_t i = 0; i < COUNT(insteads); i++) {
        if (insteads[i].refusal == refusal) {
            return view_text(view, insteads[i].key);
        }
    }
    return NULL;
}

/* ---- sources ---- */

/* "CivC 1161: heirs only …": the name, and the numbers behind it. */
static const char *one_source(const struct view *view, struct str part)
{
    struct str head;
    struct str word;
    (void)str_split(&part, ':', &head); /* what follows explains the rule, which is shown */
    struct str rest = str_trim(head);
    if (!str_split(&rest, ' ', &word)) {
        return NULL;
    }
    const char *key = NULL;
    for (size_t i = 0; i < COUNT(sources); i++) {
        key = str_is(word, sources[i].word) ? sources[i].key : key;
    }
    if (key == NULL) {
        return NULL; /* a title of a law, or a word of a longer one */
    }
    size_t digit = 0;
    while (digit < rest.size && (rest.bytes[digit] < '0' || rest.bytes[digit] > '9')) {
        digit++;
    }
    size_t end = digit;
    while (end < rest.size && rest.bytes[end] != ' ' && rest.bytes[end] != ',') {
        end++;
    }
    if (digit == end) {
        return view_text(view, key);
    }
    const char *number = str_text(view->arena, (struct str){rest.bytes + digit, end - digit});
    return view_fill(view, "law_source.at", lang_value_key("name", key),
                     lang_value_text("number", number));
}

const char *gate_card_source(const struct view *view, const struct verdict_fired *fired)
{
    const char *source = fired->source != NULL ? fired->source : refusal_source(fired->refusal);
    struct str rest = str_from(source);
    struct str_builder words;
    size_t count = 0;
    str_builder_init(&words, view->arena);
    while (rest.size > 0) {
        size_t size = strcspn(str_text(view->arena, rest), ";,");
        const char *part = one_source(view, str_trim((struct str){rest.bytes, size}));
        bool is_last = size >= rest.size;
        rest = is_last ? (struct str){rest.bytes, 0}
                       : (struct str){rest.bytes + size + 1, rest.size - size - 1};
        if (part != NULL) {
            str_add_format(&words, "%s%s", count++ == 0 ? "" : view_text(view, "law_source.and"),
                           part);
        }
    }
    if (count == 0) {
        return source;
    }
    bool is_doubtful = fired->confidence == LAW_CONFIDENCE_weak ||
                       fired->confidence == LAW_CONFIDENCE_recalled ||
                       fired->confidence == LAW_CONFIDENCE_unconfirmed;
    if (is_doubtful) {
        str_add_text(&words, view_text(view, "law_source.doubtful"));
    }
    return words.text;
}

/* ---- the card ---- */

static void reason(struct ui *ui, const struct view *view, const struct verdict_fired *fired)
{
    bool is_block = fired->severity == SEVERITY_block;
    const char *instead = gate_card_instead(view, fired->refusal);
    const char *text = view_fill(view, is_block ? "gate.block" : "gate.warn",
                                 lang_value_text("rule", refusal_rule(fired->refusal)),
                                 lang_value_text("source", gate_card_source(view, fired)));
    if (instead != NULL) {
        text = view_fill(view, "gate.instead", lang_value_text("why", text),
                         lang_value_text("instead", instead));
    }
    widget_banner(
        ui, NULL,
        &(struct widget_banner){.tone = is_block ? WIDGET_BADGE_danger : WIDGET_BADGE_warn,
                                .title = view_fired(view, fired),
                                .text = text});
}

static bool is_about_visitors(enum refusal refusal)
{
    return refusal == REFUSAL_too_few_visitors || refusal == REFUSAL_too_many_visitors ||
           refusal == REFUSAL_two_visitors_needed;
}

static bool stands_above(const struct verdict_fired *fired)
{
    return fired->severity == SEVERITY_block && !is_about_visitors(fired->refusal);
}

/* The rule's own words say when. */
static bool says_next(const struct verdict_fired *fired)
{
    for (size_t i = 0; i < fired->value_count; i++) {
        if (strcmp(fired->values[i].name, "next") == 0) {
            return true;
        }
    }
    return false;
}

void gate_card_blocks(struct ui *ui, const struct view *view, const struct verdict *verdict)
{
    bool is_said = verdict->next_ok_at_ms <= view->now_ms || verdict->is_allowed;
    for (size_t i = 0; i < verdict->fired_count; i++) {
        if (stands_above(&verdict->fired[i])) {
            reason(ui, view, &verdict->fired[i]);
            is_said |= says_next(&verdict->fired[i]);
        }
    }
    if (!is_said) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){
                          .tone = WIDGET_BADGE_info,
                          .title = view_fill(
                              view, "gate.next",
                              lang_value_text("at", view_instant(view, verdict->next_ok_at_ms))),
                          .icon = ICON_schedule});
    }
}

void gate_card_rest(struct ui *ui, const struct view *view, const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        if (verdict->fired[i].severity >= SEVERITY_warn && !stands_above(&verdict->fired[i])) {
            reason(ui, view, &verdict->fired[i]);
        }
    }
}

bool gate_card_pass(struct ui *ui, const struct view *view, const struct verdict *verdict,
                    char *text, size_t capacity)
{
    char rule[PASS_RULE_SIZE];
    if (verdict->is_allowed || !gate_pass_rule(view->policy, verdict, rule)) {
        return false;
    }
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 8});
    ui_text(ui, TYPE_body, COLOR_ink,
            view_fill(view, "gate.pass_ask", lang_value_text("rule", rule)));
    (void)widget_field(ui, "pass",
                       &(struct widget_field){.label = view_text(view, "gate.pass"),
                                              .hint = view_text(view, "gate.pass_hint"),
                                              .icon = ICON_key},
                       text, capacity);
    ui_close(ui);
    return true;
}
