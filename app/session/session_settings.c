/* What a person sets: how the tablet looks and feels, and what it remembers of their work. */
#include "app/session/session_private.h"

enum { RECENT_MAX = 8 };

void session_keep(struct session *session, enum err err)
{
    if (err != OK) {
        session_fail(session, err);
    }
    session->must_enter = true;
}

void intent_language(struct session *session, const struct intent *intent)
{
    session->lang = intent->number == LANG_en ? LANG_en : LANG_zh;
    session_keep(session, store_setting_set_text(session->store, SETTING_language,
                                                 session->lang == LANG_en ? "en" : "zh_CN"));
}

void intent_theme(struct session *session, const struct intent *intent)
{
    static const char *const names[] = {"light", "dark", "sun"};
    CHECK(intent->number >= 0 && intent->number < (int64_t)COUNT(names));
    session->settings.theme = (enum theme_kind)intent->number;
    session_keep(session,
                 store_setting_set_text(session->store, SETTING_theme, names[intent->number]));
}

void intent_text_scale(struct session *session, const struct intent *intent)
{
    session->settings.text_percent = (int32_t)intent->number;
    session_keep(session,
                 store_setting_set_number(session->store, SETTING_text_scale, intent->number));
}

void intent_glove(struct session *session, const struct intent *intent)
{
    session->settings.is_glove = intent->number != 0;
    session_keep(session, store_setting_set_number(session->store, SETTING_glove, intent->number));
}

void intent_left_hand(struct session *session, const struct intent *intent)
{
    session->settings.is_left_hand = intent->number != 0;
    session_keep(session,
                 store_setting_set_number(session->store, SETTING_left_hand, intent->number));
}

void intent_motion(struct session *session, const struct intent *intent)
{
    session->settings.is_reduced_motion = intent->number != 0;
    session_keep(session,
                 store_setting_set_number(session->store, SETTING_reduced_motion, intent->number));
}

void intent_name_tablet(struct session *session, const struct intent *intent)
{
    (void)str_copy(session->tablet_name, sizeof session->tablet_name,
                   str_trim(str_from(intent->text)));
    session_keep(session,
                 store_setting_set_text(session->store, SETTING_tablet_name, session->tablet_name));
}

/* ---- cases that a search led to: their numbers, so that no name outlives its case ---- */

void intent_found(struct session *session, const struct intent *intent)
{
    struct str before;
    struct str_builder text;
    enum err err =
        store_setting_bytes(session->store, &session->work, SETTING_recent_cases, &before);
    str_builder_init(&text, &session->work);
    const char *first =
        str_format(&session->work, "%llu", (unsigned long long)intent->place.case_no);
    str_add_text(&text, first);
    struct str line;
    for (size_t kept = 1; err == OK && kept < RECENT_MAX && str_split(&before, '\n', &line);) {
        if (line.size > 0 && !str_is(line, first)) {
            str_add_char(&text, '\n');
            str_add(&text, line);
            kept++;
        }
    }
    if (err == OK) {
        err = store_setting_set_text(session->store, SETTING_recent_cases, text.text);
    }
    if (err != OK) { /* the case opens all the same */
        session_mend(session, err);
    }
    session_push(session, &intent->place);
}

void intent_forget_recent(struct session *session, const struct intent *intent)
{
    (void)intent;
    session_keep(session, store_setting_set_text(session->store, SETTING_recent_cases, ""));
}
