/* app/screens/settings.h -- language, look, hands; PIN and lock; photos; what this tablet is and
 * how it fares; self-check; licences. */
#pragma once

#include "app/screens/parts.h"

struct settings_model {
    const struct screen_settings *settings;
    const struct traffic *traffic;
    const char *person_name, *branch_name;
    int64_t device_no;
    uint64_t fact_count, case_count;
    uint64_t photo_count, photo_size; /* kept for sending */
};

/* Chips and switches for how the screen looks and feels; enrolment shows them too. */
void settings_look(struct ui *ui, const struct view *view, const struct screen_settings *settings,
                   struct intent *intent_out);
/* The two languages by their own names. */
void settings_language(struct ui *ui, const struct view *view, struct intent *intent_out);
