#include "sync/server/import/import_words.h"

static const char *heading_refusal(struct arena *arena, enum lang lang,
                                   const struct heading_answer *heading)
{
    struct lang_value column = lang_value_count("column", (int64_t)heading->field + 1);
    struct lang_value name =
        lang_value_text("name", heading->heading != NULL ? heading->heading : "");
    struct lang_value nearest =
        lang_value_text("nearest", heading->nearest != NULL ? heading->nearest : "");
    switch (heading->fault) {
    case HEADING_ok:
        return NULL;
    case HEADING_not_utf8:
        return lang_fill(arena, lang, "import.heading.not_utf8", column);
    case HEADING_empty:
        return lang_fill(arena, lang, "import.heading.empty", column);
    case HEADING_unknown:
        return lang_fill(arena, lang,
                         heading->nearest != NULL ? "import.heading.unknown_near"
                                                  : "import.heading.unknown",
                         column, name, nearest);
    case HEADING_twice:
        return lang_fill(arena, lang, "import.heading.twice", column, name);
    case HEADING_missing:
        return lang_fill(arena, lang, "import.heading.missing", name, nearest);
    }
    UNREACHABLE();
}

const char *import_words_refusal(struct arena *arena, enum lang lang,
                                 const struct import_result *result)
{
    if (result->is_empty) {
        return lang_text(lang, "import.heading.none");
    }
    if (result->csv_fault != CSV_FAULT_none) {
        return lang_text(lang, fault_key(fault_of_csv(result->csv_fault)));
    }
    return heading_refusal(arena, lang, &result->heading);
}
