/* Goal: every reason that may speak against a visit is said at the door in both languages, whole,
 * with its rule, its source and what may be done instead. Method: each of refusals.def is drawn as
 * a block and as a warning, on handheld and tablet, also with large text; the layout linter looks
 * at every frame. */
#include "app/screens/gate_card.h"

#include "app/ui/ui_lint.h"
#include "tests/app/ui/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2026-11-23 21:30 in Shanghai; the next day at eight. */
#define NOW_MS INT64_C(1795440600000)
#define NEXT_MS (NOW_MS + INT64_C(37800000))

/* What the texts ask for, as wide as it comes. */
static const struct {
    const char *name;
    enum event_value type;
    int64_t number;
} values[] = {
    {"open", EVENT_VALUE_minute, 480},       {"close", EVENT_VALUE_minute, 1320},
    {"next", EVENT_VALUE_instant, NEXT_MS},  {"minutes", EVENT_VALUE_count, 14},
    {"count", EVENT_VALUE_count, 12},        {"limit", EVENT_VALUE_count, 10},
    {"low", EVENT_VALUE_count, 2},           {"high", EVENT_VALUE_count, 3},
    {"metres", EVENT_VALUE_count, 12345},    {"hours", EVENT_VALUE_count, 1234},
    {"months", EVENT_VALUE_count, 60},       {"day", EVENT_VALUE_day, 20780},
    {"owed", EVENT_VALUE_money, 1234567890}, {"excess", EVENT_VALUE_money, 123456789},
    {"sum", EVENT_VALUE_money, 1234567890},
};

struct drawn {
    struct policy policy;
    struct view view;
    struct verdict verdict;
    struct arena arena;
};

static void build(struct ui *ui, void *context)
{
    struct drawn *drawn = context;
    parts_screen_open(ui);
    parts_body_open(ui, "gate");
    gate_card_blocks(ui, &drawn->view, &drawn->verdict);
    gate_card_rest(ui, &drawn->view, &drawn->verdict);
    parts_body_close(ui);
    parts_screen_close(ui, &drawn->view, NULL, 0);
}

/* The values for which the text of a refusal has a place. */
static void add_values(struct verdict_fired *fired, enum lang lang)
{
    const char *text = lang_text(lang, refusal_key(fired->refusal));
    for (size_t i = 0; i < COUNT(values); i++) {
        char place[32];
        snprintf(place, sizeof place, "{%s}", values[i].name);
        if (strstr(text, place) != NULL) {
            CHECK(fired->value_count < VERDICT_VALUES_MAX);
            verdict_value(fired, values[i].name, values[i].type, values[i].number);
        }
    }
}

static bool says(struct stage *stage, const char *text)
{
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(stage->ui, &count);
    for (size_t i = 0; i < count; i++) {
        if (strstr(nodes[i].name, text) != NULL || strstr(nodes[i].value, text) != NULL) {
            return true;
        }
    }
    return false;
}

static void draw(struct drawn *drawn, enum lang lang, uint32_t refusal, enum severity severity)
{
    memset(drawn, 0, sizeof *drawn);
    arena_init(&drawn->arena, 0);
    drawn->policy = policy_default();
    drawn->view = (struct view){
        .lang = lang,
        .arena = &drawn->arena,
        .now_ms = NOW_MS,
        .offset_minutes = 480,
        .today = 20780,
        .policy = &drawn->policy,
        .calendar = date_calendar_cn(),
    };
    drawn->verdict = verdict_start();
    add_values(verdict_fire(&drawn->verdict, (enum refusal)refusal, severity), lang);
    drawn->verdict.next_ok_at_ms = severity == SEVERITY_block ? NEXT_MS : 0;
}

static void expect_drawn(struct stage *stage, struct drawn *drawn, const char *what)
{
    const struct verdict_fired *fired = &drawn->verdict.fired[0];
    const char *words = view_fired(&drawn->view, fired);
    const char *instead = gate_card_instead(&drawn->view, fired->refusal);
    if (strchr(words, '{') != NULL || strncmp(words, "refusal.", 8) == 0) {
        fail_msg("%s: the text is not whole: %s", what, words);
    }
    if (!says(stage, words) || !says(stage, refusal_rule(fired->refusal)) ||
        !says(stage, gate_card_source(&drawn->view, fired)) ||
        (instead != NULL && !says(stage, instead))) {
        fail_msg("%s: not on the screen: %s", what, words);
    }
    bool is_late =
        fired->severity == SEVERITY_block && !says(stage, view_instant(&drawn->view, NEXT_MS));
    if (is_late) {
        fail_msg("%s: does not say when", what);
    }
    struct ui_lint lint = ui_lint(&drawn->arena, stage->ui);
    if (lint.count > 0) {
        fail_msg("%s: %s", what, ui_lint_dump(&drawn->arena, &lint));
    }
}

TEST(test_every_reason_is_drawn_whole_in_both_languages)
{
    static const struct {
        const char *name;
        const struct theme_options *options;
        int32_t text_percent;
    } forms[] = {{"tablet", &stage_tablet, 100},
                 {"handheld", &stage_handheld, 100},
                 {"handheld, large text", &stage_handheld, 200}};
    static const char *const langs[] = {[LANG_zh] = "zh", [LANG_en] = "en"};
    struct drawn *drawn = calloc(1, sizeof *drawn);
    size_t count = 0;
    for (size_t i = 0; i < refusal_count(); i++) {
        for (size_t f = 0; f < COUNT(forms); f++) {
            for (int lang = LANG_zh; lang <= LANG_en; lang++) {
                for (int severity = SEVERITY_warn; severity <= SEVERITY_block; severity++) {
                    struct stage stage;
                    char what[128];
                    struct theme_options options = *forms[f].options;
                    options.text_percent = forms[f].text_percent;
                    snprintf(what, sizeof what, "%s, %s, %s, %s", refusal_name(refusal_code_at(i)),
                             severity_name((enum severity)severity), forms[f].name, langs[lang]);
                    draw(drawn, (enum lang)lang, refusal_code_at(i), (enum severity)severity);
                    stage_open(&stage, &options, build, drawn);
                    stage_settle(&stage);
                    expect_drawn(&stage, drawn, what);
                    stage_close(&stage);
                    arena_deinit(&drawn->arena);
                    count++;
                }
            }
        }
    }
    EXPECT_INT(refusal_count() * COUNT(forms) * 4, count);
    free(drawn);
}

TEST(test_no_reason_is_left_in_the_other_language)
{
    for (size_t i = 0; i < refusal_count(); i++) {
        const char *key = refusal_key(refusal_code_at(i));
        const char *chinese = lang_text(LANG_zh, key);
        const char *english = lang_text(LANG_en, key);
        bool has_han = false;
        for (const char *at = chinese; *at != '\0'; at++) {
            has_han |= (unsigned char)*at >= 0xE4 && (unsigned char)*at <= 0xE9;
        }
        EXPECT_ROW(key, has_han && strcmp(chinese, english) != 0);
        for (const char *at = english; *at != '\0'; at++) {
            EXPECT_ROW(key, (unsigned char)*at < 0xE4 || (unsigned char)*at > 0xE9);
        }
    }
}
