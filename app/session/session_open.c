/* Opening and closing: settings, person, drafts, and where the collector was. */
#include "app/session/session_door.h"

#include <string.h>

enum {
    TASK_BLOCK = 256 * 1024,
    RESERVE_SIZE = 4 * 1024 * 1024, /* a day of visits with the disk full */
};

static enum err setting_text(struct session *session, enum setting setting, struct str *text_out)
{
    return store_setting_bytes(session->store, &session->work, setting, text_out);
}

enum err session_person(struct session *session)
{
    TRY(journey_init(&session->journey, session->store, session->clock, session->journey.rng,
                     &session->work));
    struct str name;
    session_map_travel(session);
    TRY(setting_text(session, SETTING_person_name, &name));
    session->person_name = str_text(&session->opened, name);
    struct str payload;
    TRY(setting_text(session, SETTING_enrol_payload, &payload));
    session->settings.is_enrolling = session->journey.person_no == 0 && payload.size > 0;
    return OK;
}

static const char *const theme_names[] = {"light", "dark", "sun"};

static enum err read_settings(struct session *session, const struct session_options *options)
{
    struct str text;
    TRY(setting_text(session, SETTING_language, &text));
    (void)lang_from_text(text, &session->lang); /* else that of the lock before it */
    if (options->has_lang) {
        session->lang = options->lang;
    }
    TRY(setting_text(session, SETTING_theme, &text));
    for (size_t i = 0; i < COUNT(theme_names); i++) {
        if (str_is(text, theme_names[i])) {
            session->settings.theme = (enum theme_kind)i;
        }
    }
    int64_t percent;
    TRY(store_setting_number(session->store, SETTING_text_scale, 100, &percent));
    session->settings.text_percent = (int32_t)percent;
    int64_t is_on;
    TRY(store_setting_number(session->store, SETTING_glove, 0, &is_on));
    session->settings.is_glove = is_on != 0;
    TRY(store_setting_number(session->store, SETTING_left_hand, 0, &is_on));
    session->settings.is_left_hand = is_on != 0;
    TRY(store_setting_number(session->store, SETTING_reduced_motion, 0, &is_on));
    session->settings.is_reduced_motion = is_on != 0;
    TRY(setting_text(session, SETTING_tablet_name, &text));
    (void)str_copy(session->tablet_name, sizeof session->tablet_name, text);
    session->settings.tablet_name = session->tablet_name;
    TRY(setting_text(session, SETTING_shown_name, &text));
    (void)str_copy(session->shown_name, sizeof session->shown_name, text);
    session->settings.shown_name = session->shown_name;
    return session_lock_load(session);
}

static enum err read_draft(struct session *session)
{
    enum err err = journey_draft_load(&session->journey, &session->draft);
    session->has_draft = err == OK;
    if (err != OK && err != ERR_not_found) {
        return err;
    }
    session->ink = ARENA_NEW(&session->opened, struct widget_signature);
    session_door_open(session);
    struct store_draft form;
    err = store_draft_get(session->store, &session->work, SESSION_FORM_KEY, &form);
    if (err == OK) {
        session->has_form =
            event_decode(&session->form, (const uint8_t *)form.bytes.bytes, form.bytes.size) == OK;
    }
    return err == ERR_not_found ? OK : err;
}

/* A PIN that an older program kept in the store goes where the key is kept. */
static enum err adopt_pin(struct session *session)
{
    struct str verifier;
    TRY(setting_text(session, SETTING_lock_verifier, &verifier));
    if (verifier.size == 0) {
        return OK;
    }
    TRY(vault_adopt(session->vault, verifier.bytes, verifier.size));
    return store_setting_set_bytes(session->store, SETTING_lock_verifier, "", 0);
}

static enum err open_parts(struct session *session)
{
    const struct session_options *options = &session->options;
    const uint8_t *key = vault_key(session->vault);
    CHECK(key != NULL && session->store == NULL);
    struct store_key store_key;
    memcpy(store_key.bytes, key, sizeof store_key.bytes);
    struct store_options store = {.path =
                                      os_path(&session->opened, session->data_folder, "device.db"),
                                  .reserve_size = RESERVE_SIZE,
                                  .key = &store_key,
                                  .rng = options->rng};
    enum err err = store_open(&session->opened, &store, &session->store);
    err = session_rescue(session, &store, err);
    explicit_bzero(&store_key, sizeof store_key);
    TRY(err);
    session->journey.rng = options->rng;
    session_map_open(session,
                     options->map_path != NULL
                         ? options->map_path
                         : os_path(&session->opened, options->data_folder, ROSTER_MAP_FILE));
    TRY(adopt_pin(session));
    TRY(read_settings(session, options));
    TRY(session_person(session));
    session_rescue_tell(session);
    TRY(spool_open(&session->spool, &session->opened, &session->journey, session->data_folder));
    if (session->spool.is_code_damaged) {
        session->settings.is_enrolling = false;
        session->settings.enrol_problem = "session.code_damaged";
        session->sync.trouble_key = "session.code_damaged";
    }
    return read_draft(session);
}

/* The first data is still on its way, and somebody brings it: joining goes on where it was. */
static bool is_first_data_due(struct session *session, const struct session_options *options)
{
    uint64_t open_count = 0;
    uint64_t in_hand_count = 0;
    return options->has_agent && session->journey.synced_at_ms == 0 &&
           store_case_count(session->store, &open_count, &in_hand_count) == OK &&
           in_hand_count == 0;
}

/* Where the collector was, or joining. */
static void begin(struct session *session)
{
    const struct session_options *options = &session->options;
    session_stack_load(session);
    if (session->journey.person_no == 0) {
        struct screen_place place = session_top(session)->screen == SCREEN_enrol
                                        ? *session_top(session)
                                        : screen_place(SCREEN_enrol, 0);
        if (options->enrol_text != NULL) {
            str_copy(place.text, sizeof place.text, str_from(options->enrol_text));
        }
        session_root(session, &place);
        if (options->enrol_text != NULL && !session->settings.is_enrolling) {
            intent_enrol(session, &(struct intent){.kind = INTENT_enrol, .text = place.text});
        }
    } else if (session_top(session)->screen == SCREEN_enrol &&
               !is_first_data_due(session, options)) {
        struct screen_place place = screen_place(SCREEN_today, 0);
        session_root(session, &place);
    }
    session_rescue_show(session);
    session->must_enter = true;
    session->must_apply = true;
    session->wants_ticket = true;
    session_refresh(session);
    session_key_owner(session);
}

void session_store_close(struct session *session)
{
    session_map_close(session);
    store_close(&session->store);
    session->model = NULL;
    session->ink = NULL;
    session->person_name = session->vault != NULL ? vault_owner(session->vault)->person_name : "";
    session->has_draft = false;
    session->has_form = false;
    session->has_refusal = false;
    explicit_bzero(&session->draft, sizeof session->draft);
    explicit_bzero(&session->form, sizeof session->form);
    explicit_bzero(&session->refusal, sizeof session->refusal);
    arena_deinit(&session->opened);
    arena_init(&session->opened, TASK_BLOCK);
}

enum err session_store_open(struct session *session)
{
    enum err err = open_parts(session);
    if (err != OK) {
        session_store_close(session);
        return err;
    }
    begin(session);
    return OK;
}

static void close_all(struct session *session)
{
    session_store_close(session);
    session_people_close(session);
    arena_deinit(&session->opened);
    arena_deinit(&session->task);
    arena_deinit(&session->work);
    explicit_bzero(&session->secret, sizeof session->secret);
    session_opening_end(session);
}

void session_defaults(struct session *session)
{
    session->settings.text_percent = 100;
    session->settings.version = session->options.version;
    session->settings.shown_name = session->shown_name;
    session->person_name = "";
    session->journey.policy = policy_default();
    session->next_place = SESSION_NOBODY;
}

/* The vault comes first: the store opens with its key. */
enum err session_place_begin(struct session *session)
{
    enum err err = vault_key(session->vault) != NULL ? session_store_open(session)
                                                     : session_sealed_begin(session);
    return session_store_is_damaged(session, err) ? session_sealed_begin(session) : err;
}

enum err session_open(struct arena *program, const struct session_options *options,
                      struct session **session_out)
{
    struct session *session = ARENA_NEW(program, struct session);
    session->program = program;
    session->options = *options;
    session->folder_lock.fd = -1;
    arena_init(&session->task, TASK_BLOCK);
    arena_init(&session->work, TASK_BLOCK);
    arena_init(&session->opened, TASK_BLOCK);
    session->clock = options->clock;
    session->version = options->version;
    session->lang = LANG_zh;
    session->camera_folder = options->camera_folder != NULL
                                 ? options->camera_folder
                                 : os_path(program, options->data_folder, "camera");
    session->usb_folder = options->usb_folder;
    session->problem = "";
    session->agent.is_wanted = options->has_agent;
    session->agent.path = options->agent_path != NULL ? options->agent_path : "doorstep-sync";
    session_defaults(session);
    enum err err = session_people_open(session);
    if (err == OK) {
        err = session_place_begin(session);
    }
    if (err != OK) {
        close_all(session);
        return err;
    }
    session_people_show(session);
    *session_out = session;
    return OK;
}

void session_close(struct session **session)
{
    session_agent_stop(*session);
    close_all(*session);
    *session = NULL;
}
