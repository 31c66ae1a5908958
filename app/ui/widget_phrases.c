#include "app/ui/widget_phrases.h"

#include "app/ui/widget_choice.h"

#include <string.h>

/* Where the phrase stands in the text as a whole: at the start or after
 * `between`, and followed by `between` or the end. NULL: nowhere. */
static char *place_of(char *text, const char *phrase, const char *between)
{
    size_t size = strlen(phrase);
    size_t gap = strlen(between);
    for (char *at = text; size > 0 && (at = strstr(at, phrase)) != NULL; at++) {
        size_t before = (size_t)(at - text);
        bool is_start = before == 0 || (before >= gap && memcmp(at - gap, between, gap) == 0);
        bool is_end = at[size] == '\0' || strncmp(at + size, between, gap) == 0;
        if (is_start && is_end) {
            return at;
        }
    }
    return NULL;
}

static void take_out(char *text, char *at, const char *phrase, const char *between)
{
    size_t gap = strlen(between);
    char *end = at + strlen(phrase);
    if (*end != '\0') {
        end += gap; /* the next one moves to its place */
    } else if (at > text) {
        at -= gap; /* the last one goes with what joined it */
    }
    memmove(at, end, strlen(end) + 1);
}

static bool fits(const char *text, const char *phrase, const char *between, size_t capacity)
{
    size_t used = strlen(text);
    return used + (used > 0 ? strlen(between) : 0) + strlen(phrase) < capacity;
}

static void add(char *text, const char *more)
{
    memcpy(text + strlen(text), more, strlen(more) + 1);
}

static void put_in(char *text, const char *phrase, const char *between)
{
    if (text[0] != '\0') {
        add(text, between);
    }
    add(text, phrase);
}

bool widget_phrases(struct ui *ui, const char *key, const struct widget_phrases *phrases,
                    char *text, size_t capacity)
{
    CHECK(phrases->between != NULL && phrases->between[0] != '\0');
    const char *between = phrases->between;
    bool has_changed = false;
    for (int32_t i = 0; i < phrases->count; i++) {
        const char *phrase = phrases->phrases[i];
        if (!ui_is_tapped(ui, ui_format(ui, "%s/%d", key, i))) {
            continue;
        }
        char *at = place_of(text, phrase, between);
        if (at != NULL) {
            take_out(text, at, phrase, between);
            has_changed = true;
        } else if (fits(text, phrase, between, capacity)) {
            put_in(text, phrase, between);
            has_changed = true;
        }
    }
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 8});
    if (phrases->label != NULL) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2, phrases->label);
    }
    widget_choice_chips_open(ui);
    for (int32_t i = 0; i < phrases->count; i++) {
        const char *phrase = phrases->phrases[i];
        bool is_chosen = place_of(text, phrase, between) != NULL;
        bool was_tapped = widget_choice_chip(
            ui, ui_format(ui, "%s/%d", key, i),
            &(struct widget_choice){.label = phrase,
                                    .is_chosen = is_chosen,
                                    .is_multi = true,
                                    .is_disabled =
                                        !is_chosen && !fits(text, phrase, between, capacity)});
        (void)was_tapped; /* taken above */
    }
    ui_close(ui);
    ui_close(ui);
    return has_changed;
}
