/* tests/app/screens/shows.h -- what a screen says. */
#pragma once

#include "tests/app/screens/worlds.h"

/* Whether a text that contains `text` is anywhere on the screen, scrolled or not. */
static inline bool shows(struct tablet *tablet, const struct screen_row *row, enum lang lang,
                         const char *text)
{
    struct shown shown;
    struct stage stage;
    enter(tablet, row, lang, &shown);
    stage_open(&stage, &(struct theme_options){.width_px = 1280, .height_px = 6000, .ppi = 160},
               build, &shown);
    stage_settle(&stage);
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(stage.ui, &count);
    bool is_there = false;
    for (size_t i = 0; i < count && !is_there; i++) {
        is_there = str_contains(str_from(nodes[i].name), str_from(text)) ||
                   str_contains(str_from(nodes[i].value), str_from(text));
    }
    stage_close(&stage);
    return is_there;
}
